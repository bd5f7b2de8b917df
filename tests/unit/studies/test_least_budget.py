from __future__ import annotations

import math
import sys

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.errors import ResultError, ScenarioError, UnknownNameError
from pd_sim.results import MEASURES, ArmResult, Comparison
from pd_sim.studies import least_budget
from pd_sim.studies.least_budget import _round_sum, fewest

MODULE = sys.modules["pd_sim.studies.least_budget"]  # the package gives the function of that name
TOWN = ps.Scenario.load("village").set("community.households", 60).set("steps", 40)
PRICED = TOWN.set("arms.top_down.training.cost_session", 50.0)


# ── the search ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("needed", [1, 2, 37, 99, 100])
def test_halving_finds_the_fewest(needed: int) -> None:
    asked: list[int] = []

    def reach(units: int) -> float:
        asked.append(units)
        return float(units >= needed)

    assert fewest(reach, 100, 0.8) == needed
    assert len(asked) <= 9


def test_the_ends_of_the_search() -> None:
    assert fewest(lambda _: 1.0, 100, 0.8) == 0
    assert fewest(lambda _: 0.79, 100, 0.8) is None
    assert fewest(lambda units: units / 10, 10, 0.8) == 8  # exactly at the share counts
    assert fewest(lambda units: units * 0.1, 10, 0.3) == 3  # though 3 · .1 is not quite .3


def test_round_sums() -> None:
    assert [_round_sum(x) for x in (1, 1.99, 2, 4.9, 5, 9.99, 423, 0.07)] == pytest.approx(
        [1, 1, 2, 2, 5, 5, 200, 0.05]
    )


# ── with a made-up model: replicate k reaches the target from a budget of 100·(k + 1) ──────────────────────────────


def _made(monkeypatch: pytest.MonkeyPatch, cap: float = 1000.0) -> list[float]:
    tried = []

    def compare(scenario, *, replicates, **_):
        content = next(iter(scenario.arms.values()))
        budget = next((entry.amount for entry in content if entry.kind == "budget"), math.inf)
        tried.append(budget)
        counts = np.zeros((replicates, scenario.steps + 1, 1, len(MEASURES)), np.int32)
        needs = 100.0 * (np.arange(replicates) + 1)
        counts[:, -1, 0, MEASURES.index("practising")] = np.where(needs <= min(budget, cap), 5, 4)
        spent = np.zeros((replicates, scenario.steps + 1, 1))
        spent[:, 1, 0] = np.minimum(cap, budget)
        cost = {"sessions": spent, "community: sessions": spent}
        arms = {name: ArmResult(counts, cost) for name in scenario.arms}
        return Comparison(scenario.record(), 1, ("1",), np.array([10]), arms)

    monkeypatch.setattr(MODULE, "compare", compare)
    return tried


def test_the_least_budget_of_a_made_up_model(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = _made(monkeypatch)
    found = least_budget(PRICED, "top_down", 0.5, replicates=10, confidence=0.8)
    assert (found.amount, found.unit, found.most) == (800, 10, 1000)
    assert float(found.share.mean) == 0.8
    assert float(found.share.low) == pytest.approx(0.4902, abs=1e-4)  # Wilson, 8 of 10
    assert found.spent == 800
    assert float(found.unlimited.mean) == 1
    assert len(tried) == len(set(tried)) <= 10
    frame = found.frame()
    assert frame["budget"].is_monotonic_increasing
    assert frame.loc[frame["budget"] == 800, "share"].item() == 0.8
    assert (frame.loc[frame["budget"] < 800, "share"] < 0.8).all()
    assert "top_down reaches practising of 50% at step 40 in 80% of the replicates with GBP 800" in str(found)


def test_no_money_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    _made(monkeypatch, cap=500.0)
    found = least_budget(PRICED, "top_down", 0.5, replicates=10)
    assert not found.found
    assert math.isnan(found.amount)
    assert float(found.share.mean) == float(found.unlimited.mean) == 0.5
    assert "does not reach" in str(found)
    assert "up to GBP 500" in str(found)


def test_none_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    _made(monkeypatch)
    found = least_budget(PRICED, "top_down", 0.4, replicates=10)
    assert (found.amount, found.spent) == (0, 0)


def test_an_own_budget_is_changed_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    own = PRICED.set(
        "arms.top_down", [{"budget": {"amount": 7.0, "then": "thin"}}, *PRICED.to_dict()["arms"]["top_down"]]
    )
    seen = []

    def compare(scenario, **rest):
        seen.append(scenario.arms["top_down"])
        return real(scenario, **rest)

    _made(monkeypatch)
    real = MODULE.compare
    monkeypatch.setattr(MODULE, "compare", compare)
    assert least_budget(own, "top_down", 0.5, replicates=10).amount == 800
    assert [entry.kind for entry in seen[0]] == [entry.kind for entry in PRICED.arms["top_down"]]  # all the money
    limited = [content for content in seen if content[0].kind == "budget"]
    assert {content[0].then for content in limited} == {"thin"}
    assert all(content[1:] == PRICED.arms["top_down"] for content in limited)


# ── on the engine ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_found_reaches_the_target_and_a_unit_less_does_not() -> None:
    found = least_budget(PRICED, "top_down", 0.1, confidence=0.5, replicates=12, exact=0.1)
    assert found.found
    assert found.amount > 0
    for units, enough in ((0, True), (1, False)):
        entry = {"budget": {"amount": found.amount - units * found.unit}}
        limited = PRICED.set("arms.top_down", [entry, *PRICED.to_dict()["arms"]["top_down"]])
        result = ps.compare(limited, ["top_down"], replicates=12)
        assert ((result.series("top_down")[:, -1] >= 0.1).mean() >= 0.5) is np.bool_(enough)
        spent = result.series("top_down", "cost_so_far")[:, -1]
        assert spent.max() <= entry["budget"]["amount"] + 1e-6


def test_money_held_back_for_later_takes_a_larger_budget() -> None:
    entries = PRICED.to_dict()["arms"]["top_down"]
    held = PRICED.set("arms.top_down", [{"budget": {"amount": 1.0, "then": "thin", "until": 400}}, *entries])
    goal = {"measure": "attendance_so_far", "confidence": 0.5, "replicates": 6, "exact": 0.1}
    plain, paced = (least_budget(town, "top_down", 240, **goal) for town in (PRICED, held))  # type: ignore[arg-type]
    assert plain.amount <= plain.most + plain.unit < paced.amount
    assert float(paced.share.mean) >= 0.5


def test_another_measure_and_step() -> None:
    found = least_budget(
        PRICED, "top_down", 40, measure="attendance_so_far", step=30, confidence=0.5, replicates=6, exact=0.2
    )
    assert found.step == 30
    assert "attendance_so_far of 40 at step 30" in str(found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"target": 1.5}, "target 1.5"),
        ({"target": 0}, "target 0"),
        ({"step": 41}, "step 41: give one from 1 to 40"),
        ({"confidence": 0}, "confidence 0"),
        ({"exact": 2}, "exact 2"),
    ],
)
def test_a_mistake_gets_one_line(change: dict[str, float], said: str) -> None:
    with pytest.raises(ResultError, match=said):
        least_budget(PRICED, "top_down", **{"target": 0.2, **change})  # type: ignore[arg-type]


def test_an_arm_without_prices_or_of_another_name() -> None:
    with pytest.raises(ScenarioError, match=r"arms\.hybrid: nothing in it costs sponsor money"):
        least_budget(PRICED, "hybrid", 0.2, replicates=2)
    with pytest.raises(UnknownNameError, match="did you mean 'top_down'"):
        least_budget(PRICED, "topdown", 0.2)
