"""Whatever an arm does and whatever befalls it, under a budget no replicate spends a penny more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pd_sim.engine import Tile, found, luck_seed, new_population, village_seed
from pd_sim.errors import InterventionError
from pd_sim.interventions import Budget
from pd_sim.population import purse
from tests.generated import budgets, scenarios

MANY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
PENNY = 1e-6
SHARES = st.sampled_from([0.1, 0.3, 0.5, 0.77, 0.99])


def payer_of(key: str) -> str:
    return key.split(": ", maxsplit=1)[0] if ": " in key else "sponsor"


def binding(town, budget, seed, share):
    """A budget of so much of what the arm would spend at most; the one given, where it would spend nothing."""
    _, spent, _, _ = spending(town, {"budget": {**budget["budget"], "amount": 1e9}}, seed)
    most = float(spent.sum(axis=0).max())
    return {"budget": {**budget["budget"], "amount": share * most}} if most else budget


def spending(town, budget, seed, replicates=3):
    """Money that counts against the budget, step by step, of every replicate."""
    town = town.in_force
    rest = [i for i in town.arm("arm") if not isinstance(i, Budget)]
    arm = [Budget(**budget["budget"]), *rest]
    drawn = [found(town, village_seed(town, seed, k)) for k in range(replicates)]
    tile = Tile(town, arm, new_population(town, drawn, [luck_seed(seed, k) for k in range(replicates)]))
    cost = tile.run().cost
    total = np.zeros((town.steps + 1, replicates))
    for key, money in cost.items():
        if payer_of(key) in arm[0].pays_for:
            total += money.reshape(town.steps + 1, replicates, -1).sum(axis=2)
    place = len(town.threats)
    return arm[0], total, tile.turns.memories[place], town


@MANY
@given(scenarios(), budgets(), st.integers(0, 1000), SHARES)
def test_no_replicate_ever_spends_a_penny_more(town, budget, seed, share):
    spec, spent, memory, _ = spending(town, binding(town, budget, seed, share), seed)
    so_far = spent.cumsum(axis=0)
    assert (so_far <= spec.amount + PENNY).all()
    assert np.allclose(so_far[-1], memory.spent)


@MANY
@given(scenarios(), budgets(), st.integers(0, 1000), SHARES)
def test_money_that_has_to_last_is_spent_no_faster_than_its_pace(town, budget, seed, share):
    amount = binding(town, budget, seed, share)["budget"]
    paced = {"budget": {**amount, "then": "thin", "until": 10}}
    spec, spent, memory, town = spending(town, paced, seed)
    first = sum(getattr(i, "cost_step", 0.0) for i in town.arm("arm"))  # may go with what sets something up
    for i in (*town.threats, *town.arm("arm")):
        first *= max(getattr(i, "factor", 1.0), getattr(i, "price", 1.0), 1.0)  # as far as prices may rise
    for step, so_far in enumerate(spent.cumsum(axis=0)):
        paced = memory.set_up + (spec.amount - memory.set_up) * min(1.0, step / 10)
        assert (so_far <= paced + first + PENNY).all()
    assert (memory.set_up <= memory.spent + PENNY).all()


@pytest.mark.slow
def test_many_of_these_budgets_bind():
    """Else the laws above would hold by themselves."""
    found_short = {"stop": 0, "thin": 0}

    @settings(MANY, max_examples=200, derandomize=True, phases=[Phase.generate], database=None)
    @given(scenarios(), budgets(), st.integers(0, 1000), SHARES)
    def look(town, budget, seed, share):
        budget = binding(town, budget, seed, share)
        spec, spent, _, _ = spending(town, budget, seed)
        free, unlimited, _, _ = spending(town, {"budget": {**budget["budget"], "amount": 1e9}}, seed)
        assert free.amount == 1e9
        bound = (unlimited.sum(axis=0) > spent.sum(axis=0) + PENNY) & (spent.sum(axis=0) > 0)
        found_short[spec.then] += int(bound.any())

    look()
    assert min(found_short.values()) >= 20, found_short


def test_a_purse_that_is_not_looked_into_is_noticed(monkeypatch):
    """Negative control: units handed out as if there were always enough."""
    monkeypatch.setattr(purse.Purse, "left", lambda self, *, to_set_up=False: np.full(len(self.total), np.inf))
    broken = 0

    @settings(MANY, max_examples=60, derandomize=True, phases=[Phase.generate], database=None)
    @given(scenarios(), budgets(), st.integers(0, 1000), SHARES)
    def look(town, budget, seed, share):
        nonlocal broken
        budget = binding(town, budget, seed, share)
        try:
            spending(town, budget, seed)
        except InterventionError as error:
            broken += "more than the budget has left" in str(error)

    look()
    assert broken > 10
