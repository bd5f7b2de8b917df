from __future__ import annotations

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.errors import PdSimError
from pd_sim.results import paired_difference
from pd_sim.studies.threats import SPARED, in_words, threat_kinds

TOWN = (
    ps.Scenario.load("village")
    .set("community.households", 80)
    .set("steps", 60)
    .set(
        "arms",
        {
            "nothing": [],
            "paid": [{"training": {"start": 2, "stop": 50, "cost_session": 100}}],
            "led": [{"training": {"start": 2, "stop": 50, "leader": 1.0}}],
        },
    )
)


def found(**asked):
    return ps.threats(TOWN, replicates=12, seed=3, at=10, **asked)


def test_a_loss_is_the_paired_difference_with_and_without():
    study = found(kinds=["sponsor_restructured"])
    cut = TOWN.set("threats", [{"sponsor_restructured": {"at": 10}}])
    whole, left = (ps.compare(town, ["paid"], replicates=12, seed=3).series("paid") for town in (TOWN, cut))
    expected = paired_difference(whole[:, 60], left[:, 60])
    assert study.loss("paid", "sponsor_restructured") == expected
    assert expected.low > 0
    years = study.loss("paid", "sponsor_restructured", "years").mean
    assert years == pytest.approx(100 * (whole - left)[:, 1:].sum(axis=1).mean() / 52)
    np.testing.assert_allclose(study.years["paid", SPARED], 100 * whole[:, 1:].sum(axis=1) / 52)
    earlier = found(kinds=["sponsor_restructured"], step=30)
    assert earlier.loss("paid", "sponsor_restructured").mean == pytest.approx((whole - left)[:, 30].mean())


def test_what_there_is_nothing_to_hit_of_loses_exactly_nothing():
    study = found(kinds=["leader_leaves", "policy_change"])
    assert study.arms == ("paid", "led")
    assert study.loss("paid", "leader_leaves")[:3] == (0.0, 0.0, 0.0)
    assert study.touched["paid", "leader_leaves"] == 0
    assert study.touched["led", "leader_leaves"] == 1
    assert study.touched["led", "policy_change"] == 0
    # without a place to take, prices that rise are still noticed
    assert found(kinds=["cost_loading"]).touched["paid", "cost_loading"] == 1


def test_ranks_go_from_the_worst_on_and_say_what_cannot_be_told_apart():
    study = found()
    frame = study.frame()
    assert set(frame["threat"]) == set(threat_kinds())
    for _, own in frame.groupby("arm"):
        assert own["rank"].tolist() == list(range(1, len(own) + 1))
        assert (np.diff(own["loss"]) <= 0).all()
        assert own["apart"].iloc[-1] is None
    led = frame[frame["arm"] == "led"].set_index("threat")
    gone = ["cancellation", "leader_leaves", "sponsor_restructured"]  # all three leave nothing of it
    assert led["rank"][gone].tolist() == [1, 2, 3]
    assert not led["apart"][gone[:2]].any()
    assert led["apart"]["sponsor_restructured"]
    by_years = study.frame("years")
    assert (by_years.groupby("arm")["years"].diff().dropna() <= 0).all()


def test_sizes_are_those_asked_for_and_are_told():
    mild = found(kinds=["competing_targets"], sizes={"competing_targets": {"capacity": 1.0, "fidelity": 1.0}})
    assert mild.loss("paid", "competing_targets").mean == 0
    usual = found(kinds=["competing_targets"])
    assert usual.loss("paid", "competing_targets").mean > 0
    assert usual.frame()["size"].iloc[0] == "payers sponsor, capacity 0.5, fidelity 0.7"
    by_chance = found(kinds=["leader_leaves"], sizes={"leader_leaves": {"hazard": 0.05, "lasts": 4}})
    assert in_words(by_chance.threats["leader_leaves"]) == "chance 0.05 a step, for 4 steps"
    assert by_chance.threats["leader_leaves"].at is None


def test_threats_of_the_scenario_befall_every_run():
    already = TOWN.set("threats", [{"sponsor_restructured": {"at": 5}}])
    study = ps.threats(already, ["paid"], at=10, kinds=["sponsor_restructured"], replicates=6)
    assert study.touched["paid", "sponsor_restructured"] == 0


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"arms": ["payed"]}, "did you mean 'paid'"),
        ({"arms": ["paid", "paid"]}, "each once"),
        ({"kinds": ["cost_load"]}, "did you mean 'cost_loading'"),
        ({"kinds": []}, "at least one threat"),
        ({"sizes": {"cost_loading": {"factr": 2}}}, "did you mean 'factor'"),
        ({"sizes": {"cost_loading": {"factor": 0.5}}}, "sizes.cost_loading.factor"),
        ({"kinds": ["leader_leaves"], "sizes": {"cost_loading": {}}}, "not among the threats asked for"),
        ({"step": 9}, "at 10, step 9"),
        ({"step": 61}, "from 1 to 60"),
    ],
)
def test_a_mistake_gets_one_line(asked, said):
    with pytest.raises(PdSimError, match=said) as error:
        found(**asked)
    assert "\n" not in str(error.value)


def test_an_unknown_loss_is_refused():
    study = found(kinds=["leader_leaves"])
    with pytest.raises(PdSimError, match="did you mean 'led'"):
        study.loss("leads", "leader_leaves")
    with pytest.raises(PdSimError, match="did you mean 'leader_leaves'"):
        study.loss("led", "leader_leave")
    with pytest.raises(PdSimError, match="years"):
        study.loss("led", "leader_leaves", "year")
