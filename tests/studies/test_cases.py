"""Every shipped case runs and says what it rests on; the cases come to what is told of them, or say by how much not."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario, case_names, case_path
from pd_sim.scenario.evidence import WEEKS_A_MONTH
from tests.unit.cli.called import done

PAGES = Path(__file__).parents[2] / "docs/cases"
NO_SOURCE = {"village", "what_would_kill_it"}
"""Cases that nothing is told of."""
SLOW = {"gosport"}


def named_field(town: Scenario, field: str) -> object:
    """What stands at a field's full name; every part of it must be there."""
    first, *rest = field.split(".")
    at: object = getattr(town, first)
    if first == "arms":
        arm = town.arm(rest[0])
        if len(rest) == 1:
            return arm
        (at,) = [intervention for intervention in arm if intervention.kind == rest[1]]
        rest = rest[2:]
    for part in rest:
        assert part in type(at).model_fields, (field, part)
        at = getattr(at, part)
    return at


@pytest.mark.parametrize("name", case_names())
def test_a_case_is_whole(name):
    town = ps.Scenario.load(name)
    assert town.name == name
    assert town.title
    assert len(town.about) > 200
    assert any(not arm for arm in town.arms.values())  # one in which nobody does anything
    assert len(town.arms) > 2
    again = ps.Scenario.from_yaml(town.to_yaml(), case_path(name).parent)
    assert again.content_hash == town.content_hash
    assert case_path(name).read_text(encoding="utf-8").count("#") >= len(town.arms)  # each arm says what it is


@pytest.mark.parametrize("name", case_names())
def test_a_case_names_its_sources_and_what_was_fitted(name):
    town = ps.Scenario.load(name)
    assert bool(town.targets) == (name not in NO_SOURCE)
    for target in town.targets:
        assert target.source
        assert target.arm is None or target.arm in town.arms
        for field in target.fitted:
            named_field(town, field)
    for evaluation in town.evaluations:
        assert evaluation.step <= town.steps


@pytest.mark.parametrize("name", case_names())
def test_a_case_passes_its_check(name):
    assert done("check", name).startswith(f"{name}: ok")


def test_a_fitted_field_that_is_not_there_is_noticed():
    with pytest.raises(AssertionError, match="placess"):
        named_field(ps.Scenario.load("huntingdon"), "arms.bottom_up.hub.placess")


@pytest.mark.parametrize("name", [name for name in case_names() if name != "village"])
def test_a_case_has_its_page(name):
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {name}: ")
    for part in ("**What happened.**", "**What the case shows here.**", "**What it does not show.**"):
        assert part in page
    assert "**What would change our mind.**" in page
    assert re.search(rf"^pd-sim \w+ {name}\b", page, re.MULTILINE)
    assert f"({name}.md)" in (PAGES / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in case_names()]
)
def test_a_case_runs_and_every_arm_does_something(name):
    result = ps.compare(ps.Scenario.load(name), replicates=4, seed=1)
    scenario = ps.Scenario.load(name)
    for arm, interventions in scenario.arms.items():
        counts = result.arm(arm).counts
        if interventions:
            idle = [other for other, listed in scenario.arms.items() if not listed]
            others = [result.arm(other).counts for other in idle]
            spent = result.series(arm, "cost")
            assert spent.any() or all((counts != other).any() for other in others), arm
        assert 0 < result.series(arm)[:, -1].mean() <= 1 or not interventions or name == "mrsa", arm
    frame = ps.told(result)
    assert len(frame) == len(scenario.targets)
    compared = [target.measure is not None for target in scenario.targets]
    assert (frame["mean"].notna() == compared).all(), frame[["what", "note"]]


# ── Huntingdon ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def huntingdon() -> Comparison:
    return ps.compare(ps.Scenario.load("huntingdon"), replicates=60, seed=1)


def a_month(result: Comparison, first: int, last: int) -> float:
    """Places taken a month in bottom_up, from a step to another."""
    return float(result.series("bottom_up", "attendance")[:, first : last + 1].mean()) * WEEKS_A_MONTH


def test_50_people_a_month_come_from_the_start_and_later_85(huntingdon):
    assert a_month(huntingdon, 5, 17) == pytest.approx(50, abs=6)
    assert a_month(huntingdon, 53, 78) == pytest.approx(85, abs=4)
    assert a_month(huntingdon, 105, 156) == pytest.approx(83, abs=4)  # it goes on
    most = huntingdon.series("bottom_up", "attendance").max() * WEEKS_A_MONTH
    assert most < 88  # the ceiling


def test_127_different_people_come_ten_times_each_in_18_months(huntingdon):
    came = huntingdon.series("bottom_up", "participants")[:, 78].mean() * 130
    assert came == pytest.approx(127, abs=3)
    times = huntingdon.series("bottom_up", "attendance_so_far")[:, 78].mean() / came
    assert times == pytest.approx(10, abs=1)


def test_30_000_pounds_and_then_120_a_week_raised_locally(huntingdon):
    sponsor = sum(huntingdon.series("bottom_up", f"cost_{heading}_so_far") for heading in ("set-up", "sessions"))
    assert 28_000 < sponsor[:, 52].mean() <= 30_000
    assert sponsor.max() <= 30_000
    assert (sponsor[:, 156] == sponsor[:, 52]).all()  # the professional has left
    weekly = huntingdon.series("bottom_up", "cost_community: sessions")
    assert not weekly[:, :53].any()
    assert set(np.unique(weekly[:, 53:])) <= {0.0, 120.0}
    assert weekly[:, 53:].mean() == pytest.approx(120, rel=0.05)
    for arm in ("top_down", "hybrid"):  # rivals have as much money
        until = huntingdon.series(arm, "cost_so_far")[:, 52]
        assert until.mean() == pytest.approx(30_000, rel=0.06)
        assert until.max() <= 30_000


@pytest.mark.slow
def test_every_figure_told_of_huntingdon_lies_in_its_band():
    found = ps.told(ps.compare(ps.Scenario.load("huntingdon"), ["bottom_up"], replicates=200, seed=1))
    asked = found[found["told"].notna()]
    assert len(asked) == 6
    assert asked["within"].all(), asked[["what", "told", "band_low", "band_high"]]
    assert not found["controlled"].any()


def test_the_figures_would_notice_another_case():
    """Without coming again, those who manage well stay away, and far fewer come in the end."""
    eager = ps.Scenario.load("huntingdon")
    for one in ("facilitation", "hub"):
        eager = eager.set(f"arms.bottom_up.{one}.returning", 0.0)
    result = ps.compare(eager, ["bottom_up"], replicates=20, seed=1)
    assert a_month(result, 53, 78) < 70


# ── the others ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_gosport_shows_how_small_its_counts_are():
    result = ps.compare(ps.Scenario.load("gosport"), ["nothing", "bottom_up"], replicates=40, seed=1)
    fell, before = (row for _, row in ps.told(result).iloc[:2].iterrows())
    assert (fell["told"], fell["before"]) == (3, 11)
    assert fell["p_before"] == pytest.approx(0.057, abs=0.0005)
    assert fell["chance_low"] == pytest.approx(0.62, abs=0.01)
    assert fell["chance_high"] == pytest.approx(8.77, abs=0.01)
    assert before["mean"] == pytest.approx(11, abs=1.5)
    assert 6 < fell["mean"] < before["mean"]  # less than told: the page says so
    school = result.series("bottom_up", "participants", "school")
    assert school[:, :21].max() == 0  # facilitators come from among the parents, and only then
    assert school[:, -1].mean() > 0.8
    assert result.series("bottom_up", "cost_so_far").max() <= 15_000


def test_salford_without_its_leader_meets_no_more_and_fathers_own_meeting_goes_on():
    town = ps.Scenario.load("salford")
    left = town.set("threats", [{"leader_leaves": {"at": 79}}])
    arms = ["bottom_up", "handed_on"]
    with_leader, without = (ps.compare(one, arms, replicates=20, seed=1) for one in (town, left))
    came = {arm: [r.series(arm, "attendance")[:, 105:].mean() for r in (with_leader, without)] for arm in arms}
    assert came["bottom_up"][1] < 0.15 * came["bottom_up"][0]
    assert came["handed_on"][1] > 0.9 * came["handed_on"][0]
    assert without.series("bottom_up")[:, -1].mean() < with_leader.series("bottom_up")[:, -1].mean() - 0.05
    assert with_leader.series("bottom_up", "cost_so_far")[:, -1].mean() == pytest.approx(126_000, rel=0.01)


def test_salford_claims_4_to_1_before_anything_is_deducted():
    result = ps.compare(ps.Scenario.load("salford"), ["nothing", "bottom_up"], replicates=20, seed=1)
    lines = ps.economics(result).social_return("bottom_up").frame().set_index("line")["mean"]
    assert lines["gross"] / 126_000 == pytest.approx(4, abs=0.2)
    assert lines["net"] / lines["cost"] < 2


def test_a_right_is_judged_too_early():
    town = ps.Scenario.load("right_to_control")
    verdicts = ps.evaluate(town, replicates=40, seed=1).frame()
    own = verdicts[verdicts["own"]].set_index(["evaluation", "arm"])["effect"]
    for arm in ("top_down", "kept", "kept_and_kept_to"):
        assert own["month 12", arm] < 0.2
        assert own["month 12", arm] <= own["month 24", arm] < own["month 48", arm]
        assert own["month 24 by attendance", arm] == 0  # it measures what the right does not bring
    assert own["month 48", "kept_and_kept_to"] > 0.75


def test_a_takeover_reaches_more_people_and_dilutes_what_they_get():
    result = ps.compare(ps.Scenario.load("takeover"), replicates=60, seed=1)
    came = {arm: result.series(arm, "attendance_so_far")[:, -1].mean() for arm in result.arms}
    assert came["taken_over"] > came["taken_over_gently"] > came["bottom_up"]
    gently = [result.difference("taken_over_gently", "bottom_up", step=step) for step in (52, 156)]
    assert gently[0].low > 0 > gently[1].high  # a bit better for a few more, at first
    assert result.difference("taken_over", "bottom_up").high < 0
    assert result.difference("taken_over_for_show", "taken_over").high < 0


def test_every_threat_finds_something_to_hit_in_some_arm():
    found = ps.threats(ps.Scenario.load("what_would_kill_it"), replicates=8, seed=1)
    assert found.arms == ("top_down", "bottom_up", "hybrid", "led_by_one")
    for threat in found.threats:
        assert max(found.touched[arm, threat] for arm in found.arms) == 1, threat
    assert [arm for arm in found.arms if found.touched[arm, "leader_leaves"]] == ["led_by_one"]
    assert found.loss("led_by_one", "leader_leaves").low > 0.2
