"""Every shipped case runs and is sensible; Huntingdon comes to what its people tell."""

from __future__ import annotations

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.results import Comparison
from pd_sim.scenario import case_names, case_path

WEEKS_A_MONTH = 365.25 / 12 / 7


@pytest.mark.parametrize("name", case_names())
def test_a_case_is_whole(name):
    town = ps.Scenario.load(name)
    assert town.name == name
    assert town.title
    assert len(town.about) > 200
    assert list(town.arms) == ["nothing", "top_down", "bottom_up", "hybrid"]
    assert ps.Scenario.from_yaml(town.to_yaml()).content_hash == town.content_hash
    assert case_path(name).read_text(encoding="utf-8").count("#") >= len(town.arms)  # each arm says what it is


@pytest.mark.parametrize("name", case_names())
def test_a_case_runs_and_every_programme_does_something(name):
    result = ps.compare(ps.Scenario.load(name), replicates=8, seed=1)
    ends = {arm: result.series(arm)[:, -1].mean() for arm in result.arms}
    assert np.ptp(result.series("nothing"), axis=1).max() == 0
    assert min(share for arm, share in ends.items() if arm != "nothing") > ends["nothing"]
    assert max(ends.values()) < 1


@pytest.fixture(scope="module")
def huntingdon() -> Comparison:
    return ps.compare(ps.Scenario.load("huntingdon"), replicates=60, seed=1)


def a_month(result: Comparison, first: int, last: int) -> float:
    """Places taken a month in bottom_up, from a step to another."""
    return float(result.series("bottom_up", "attendance")[:, first : last + 1].mean()) * WEEKS_A_MONTH


def test_50_people_a_month_come_from_the_start_and_later_85(huntingdon):
    assert a_month(huntingdon, 9, 21) == pytest.approx(50, abs=7)
    assert a_month(huntingdon, 60, 104) == pytest.approx(85, abs=4)
    most = huntingdon.series("bottom_up", "attendance")[:, 5:].max() * WEEKS_A_MONTH
    assert most < 88  # the ceiling


def test_127_different_people_come_in_18_months(huntingdon):
    came = huntingdon.series("bottom_up", "participants")[:, 78].mean() * 140
    assert came == pytest.approx(127, abs=8)
    times = huntingdon.series("bottom_up", "attendance_so_far")[:, 78].mean() / came
    assert times == pytest.approx(10, abs=2)


def test_30_000_pounds_and_then_120_a_week(huntingdon):
    cost = huntingdon.series("bottom_up", "cost_so_far")
    assert cost[:, 52].mean() == pytest.approx(30_000, rel=0.06)
    weekly = np.diff(cost[:, 52:], axis=1)
    assert set(np.unique(weekly)) <= {0.0, 120.0}
    assert weekly.mean() == pytest.approx(120, rel=0.05)
    for arm in ("top_down", "hybrid"):  # as much money before the professional leaves
        assert huntingdon.series(arm, "cost_so_far")[:, 52].mean() == pytest.approx(30_000, rel=0.06)


def test_the_figures_would_notice_another_case():
    """With the default chance of trying in a session, people come far less often before they practise."""
    eager = ps.Scenario.load("huntingdon").set("behaviour.session_rate", 0.35).set("arms.bottom_up.hub.turnout", 0.2)
    result = ps.compare(eager, ["bottom_up"], replicates=20, seed=1)
    assert a_month(result, 60, 104) < 70
