from __future__ import annotations

import sys

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.analysis.ratios import ratio
from pd_sim.errors import ResultError, ScenarioError
from pd_sim.studies.dependence import REMOVALS, without
from tests.builders import scenario

PAID = [{"training": {"start": 1, "places": 8, "turnout": 1.0, "turnout_others": 1.0, "cost_session": 10}}]
"""Sessions that the sponsor pays for, in every step, to the end."""

UNPAID = [{"training": {**PAID[0]["training"], "payer": "community"}}]
LED = [{"training": {**PAID[0]["training"], "leader": 1.0}}]


@pytest.fixture(scope="module")
def town():
    """Eight households under sessions for good; who practises stops soon unless a session keeps it trying."""
    return scenario(
        arms={"nothing": [], "paid": PAID, "unpaid": UNPAID, "led": LED},
        steps=40,
        behaviour={"fresh": 0.3, "settled": 0.3, "trial": 1, "session_rate": 0.9},
        initial={"aware": 1.0, "practising": 0},
    )


def test_the_threat_is_added_to_those_that_are_there(town):
    before = town.set("threats", [{"cost_loading": {"at": 3}}])
    changed = without(before, 20, "sponsor")
    assert [threat.kind for threat in changed.threats] == ["cost_loading", "sponsor_restructured"]
    assert changed.threats[1].at == 20
    assert changed.set("threats", [{"cost_loading": {"at": 3}}]) == before
    assert without(town, 20, "leader").threats[0].kind == "leader_leaves"


def test_nothing_changes_before_and_sessions_end_from_that_step_on(town):
    found = ps.dependence(town, "paid", 20, replicates=20, seed=3)
    one, other = found.supported.series("paid"), found.left_alone.series("paid")
    assert (one[:, :20] == other[:, :20]).all()
    sessions = found.left_alone.series("paid", "sessions")
    assert (sessions[:, 1:20] == 1).all()
    assert (sessions[:, 20:] == 0).all()
    assert found.steps == (20, 33, 40)


def test_what_is_left_is_the_ratio_of_the_two(town):
    found = ps.dependence(town, "paid", 20, steps=[30, 40], replicates=20, seed=3)
    frame = found.frame().set_index("step")
    one, other = found.supported.series("paid"), found.left_alone.series("paid")
    expected = ratio(other[:, 40], one[:, 40])
    assert frame["left"][40] == pytest.approx(float(expected.mean))
    assert frame["left_low"][40] == pytest.approx(float(expected.low))
    years = ratio(other[:, 20:41].sum(axis=1), one[:, 20:41].sum(axis=1))
    assert frame["years_left"][40] == pytest.approx(float(years.mean))
    assert frame["supported"][40] == pytest.approx(one[:, 40].mean())
    assert frame["left"][40] < frame["years_left"][40] < 1
    assert frame["takeoff_left_alone"][40] == found.left_alone.takeoff("paid", 40).mean
    assert f"{frame['left'][40]:.0%} of the practice is left" in found.text()
    assert "all that the sponsor pays for gone from week 20 on" in found.text()


@pytest.mark.parametrize(("arm", "removes"), [("unpaid", "sponsor"), ("paid", "leader"), ("nothing", "sponsor")])
def test_what_does_not_depend_on_it_stays_exactly_the_same(town, arm, removes):
    found = ps.dependence(town, arm, 20, removes, replicates=5)
    assert (found.supported.arm(arm).counts == found.left_alone.arm(arm).counts).all()
    if arm != "nothing":
        assert found.frame()["left"].tolist() == [1, 1, 1]
        assert found.frame()["left_low"].tolist() == [1, 1, 1]
    else:
        assert found.frame()["left"].isna().all()
        assert "nobody practises at week 40, with or without the sponsor" in found.text()


def test_what_the_leader_carries_goes_with_the_leader(town):
    found = ps.dependence(town, "led", 20, "leader", replicates=20)
    assert found.frame()["left"].tolist()[-1] < 0.5
    # and does not depend on who pays
    assert "what depends on the leader" in REMOVALS["leader"][1]


def test_the_earliest_step_is_the_first_from_which_on_enough_is_left(town):
    ends = [{"training": {**PAID[0]["training"], "stop": 20}}]
    short = town.set("arms", {"short": ends}).set("behaviour.settled", 0.0).set("behaviour.fresh", 0.0)
    found = ps.earliest_leave(short, "short", keep=0.9, confidence=0.9, steps=[30, 1, 20, 15], replicates=20)
    assert found.tried == (1, 15, 20, 30)
    frame = found.frame().set_index("leaves_at")
    assert frame["left"][20] == frame["enough"][30] == 1  # after the programme nothing is left to remove
    assert frame["enough"][1] == 0
    assert found.step == next(step for step in found.tried if frame["suffices"][step])
    assert f"the sponsor can leave at week {found.step}" in found.text()
    alone = ps.compare(without(short, 15), ["short"], replicates=20).series("short")[:, -1]
    stays = ps.compare(short, ["short"], replicates=20).series("short")[:, -1]
    assert frame["enough"][15] == np.mean(alone >= 0.9 * stays - 1e-9)
    assert frame["left"][15] == pytest.approx(alone.sum() / stays.sum())


def test_it_may_never_be_early_enough(town):
    found = ps.earliest_leave(town, "paid", keep=1.0, confidence=1.0, steps=[10, 30], replicates=10)
    assert found.step is None
    assert "the sponsor can leave at none of the steps tried (10 to 30)" in found.text()


def test_a_lucky_early_step_does_not_count_where_a_later_one_fails(monkeypatch, town):
    module = sys.modules["pd_sim.studies.dependence"]  # the name leads to the function
    shares = iter([[1.0] * 4, [1.0] * 4, [0.0] * 4, [1.0] * 4])

    class Shares:
        def series(self, arm):
            return np.array(next(shares))[:, None] * np.ones(41)

    monkeypatch.setattr(module, "compare", lambda *_, **__: Shares())
    found = ps.earliest_leave(town, "paid", steps=[5, 10, 15], replicates=4)
    assert found.frame()["suffices"].tolist() == [True, False, True]
    assert found.step == 15


def test_bad_input_is_refused(town):
    with pytest.raises(ScenarioError, match="removes 'sponser' is unknown; did you mean 'sponsor'"):
        ps.dependence(town, "paid", 20, "sponser")
    with pytest.raises(ResultError, match="step 41: give one from 1 to 40"):
        ps.dependence(town, "paid", 41)
    with pytest.raises(ScenarioError, match="unknown arm 'pad'"):
        ps.dependence(town, "pad", 20)
    with pytest.raises(ResultError, match="give some from 20"):
        ps.dependence(town, "paid", 20, steps=[19])
    with pytest.raises(ScenarioError, match="keep must lie above 0"):
        ps.earliest_leave(town, "paid", keep=0)
    with pytest.raises(ScenarioError, match="a year before step 40 there is none to try"):
        ps.earliest_leave(town, "paid")
    with pytest.raises(ResultError, match="give some from 1 to 40"):
        ps.earliest_leave(town, "paid", steps=[50])


def test_progress_counts_both(town):
    seen = []
    ps.dependence(town, "paid", 20, replicates=4, threads=1, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(4, 8), (8, 8)]
