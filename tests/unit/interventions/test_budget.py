"""What an arm may spend: it stops, or does less, and never spends a penny more."""

from __future__ import annotations

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.errors import InterventionError, ScenarioError
from pd_sim.interventions import Broadcast, Budget, Hub, Incentive, Intervention, Training
from pd_sim.population import COUNTERS, Stage
from tests.builders import Remembering, scenario
from tests.unit.interventions.made import practising, tile_of, villages

SESSIONS, ATTENDANCE = COUNTERS.index("sessions"), COUNTERS.index("attendance")
MEAL = {"turnout": 1.0, "turnout_others": 1.0, "source": "peer", "places": 8}
IDLE = {"stage": Stage.AWARE, "caution": 99.0}


def spent_by_step(arm, *replicates, heading=None, **how):
    """Money of each step, all villages of the first replicate together."""
    tile = tile_of(arm, *(replicates or [villages(20, **IDLE)]), **how)
    cost = tile.run().cost
    here = slice(0, tile.pop.villages // tile.pop.replicates)
    keys = cost if heading is None else [heading]
    return sum(cost[key][:, here].sum(axis=1) for key in keys).tolist()[1:]


# ── stop ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_is_done_as_planned_until_something_cannot_be_paid_in_full_and_then_nothing():
    meals = Training(**MEAL, cost_session=10.0)
    assert spent_by_step([Budget(amount=35.0), meals], steps=6) == [10, 10, 10, 0, 0, 0]
    assert spent_by_step([Budget(amount=30.0), meals], steps=6) == [10, 10, 10, 0, 0, 0]
    assert spent_by_step([Budget(amount=29.99), meals], steps=6) == [10, 10, 0, 0, 0, 0]


def test_what_stands_after_stops_with_it_and_what_stands_before_in_the_next_step():
    meals, news = Training(**MEAL, cost_session=10.0), Broadcast(reach=1.0, cost_contact=0.1)
    arm = [Budget(amount=25.0), news, meals]  # 2 + 10, 2 + 10, then 1 is left of 25
    assert spent_by_step(arm, heading="messages", steps=6) == [2, 2, 0, 0, 0, 0]
    arm = [Budget(amount=25.0), meals, news]
    assert spent_by_step(arm, heading="messages", steps=6) == [2, 2, 0, 0, 0, 0]
    arm = [Budget(amount=26.5), news, meals]  # the news of step 3 can be paid, its meal cannot
    assert spent_by_step(arm, heading="messages", steps=6) == [2, 2, 2, 0, 0, 0]


def test_what_costs_nothing_stops_too_and_what_others_pay_goes_on():
    free, theirs = Broadcast(reach=1.0), Hub(**{**MEAL, "hosts_needed": 0}, cost_session=7.0)
    meals = Training(**MEAL, cost_session=10.0)
    stage = practising(20)
    tile = tile_of([Budget(amount=15.0), meals, free, theirs], villages(20, stage=stage, caution=99.0), steps=5)
    track = tile.run()
    assert track.cost["sessions"].ravel().tolist() == [0, 10, 0, 0, 0, 0]
    assert track.cost["community: sessions"].ravel().tolist() == [0, 7, 7, 7, 7, 7]
    assert tile.turns.memories[0].closed.tolist() == [True]


def test_every_replicate_has_the_whole_amount_and_shares_it_among_its_villages():
    meals = Training(**MEAL, cost_session=10.0)
    tile = tile_of([Budget(amount=45.0), meals], *[villages(9, 9, **IDLE)] * 3, steps=4)
    cost = tile.run().cost["sessions"]
    assert cost[1:].tolist() == [[10.0] * 6] * 2 + [[0.0] * 6] * 2
    assert tile.turns.memories[0].spent.tolist() == [40.0] * 3


# ── thin ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_less_is_done_as_the_money_allows():
    places = Training(**MEAL, cost_place=1.0)
    assert spent_by_step([Budget(amount=20.0, then="thin"), places], steps=5) == [8, 8, 4, 0, 0]
    assert spent_by_step([Budget(amount=20.0), places], steps=5) == [8, 8, 0, 0, 0]


def test_money_is_spread_evenly_up_to_a_step():
    places = Training(**MEAL, cost_place=1.0)
    thin = Budget(amount=40.0, then="thin", until=10)
    assert spent_by_step([thin, places], steps=12) == [4] * 10 + [0, 0]
    half = Budget(amount=15.0, then="thin", until=10)  # 1.5 a step: what is not spent is kept for the next
    assert spent_by_step([half, places], steps=10) == [1, 2] * 5
    late = Training(**MEAL, cost_place=1.0, start=6)
    assert spent_by_step([thin, late], steps=12) == [0] * 5 + [8, 8, 8, 8, 8, 0, 0]  # 24 had been put by


def test_what_sets_up_is_put_aside_first():
    places = Training(**MEAL, cost_place=1.0, cost_fixed=20.0)
    thin = Budget(amount=60.0, then="thin", until=10)
    assert spent_by_step([thin, places], heading="set-up", steps=11) == [20] + [0] * 10
    assert spent_by_step([thin, places], heading="places", steps=11) == [4] * 10 + [0]


def test_a_set_up_that_cannot_be_paid_in_full_is_not_begun():
    for then in ("stop", "thin"):
        arm = [Budget(amount=19.0, then=then), Training(**MEAL, cost_fixed=20.0, cost_place=1.0)]
        tile = tile_of(arm, villages(20, **IDLE), villages(9, 9, **IDLE), steps=4)
        track = tile.run()
        assert track.cost == {}
        assert track.counts[..., ATTENDANCE].sum() == 0


def test_running_that_is_not_paid_is_not_done_and_goes_on_with_the_next_money():
    arm = [Budget(amount=20.0, then="thin", until=10), Training(**MEAL, cost_step=4.0)]
    assert spent_by_step(arm, heading="running", steps=10) == [4, 0, 0, 4, 0, 4, 0, 4, 0, 4]


def test_a_replicate_that_still_has_to_set_up_lets_no_other_spend_faster():
    arm = [Budget(amount=20.0, then="thin", until=10), Training(**MEAL, cost_step=4.0, begins_at=0.5)]
    begun, waiting = (villages(4, stage=practising(4, *rows), caution=99.0) for rows in ((0, 1), ()))
    wanted = [4, 0, 0, 4, 0, 4, 0, 4, 0, 4]
    assert spent_by_step(arm, begun, heading="running", steps=10) == wanted
    assert spent_by_step(arm, begun, waiting, heading="running", steps=10) == wanted


@pytest.mark.parametrize(
    ("spec", "heading", "unit"),
    [
        (Broadcast(reach=1.0, cost_contact=0.7), "messages", 0.7),
        (Incentive(amount=0.5, price=3.0), "pay", 1.5),
        (Training(**MEAL, cost_place=0.9), "places", 0.9),
        (Training(**MEAL, cost_session=4.0), "sessions", 4.0),
    ],
)
def test_whole_units_are_bought_up_to_the_last_penny(spec, heading, unit):
    stage = practising(20, *range(15))
    drawn = villages(20, stage=stage, caution=99.0)
    for then in ("thin", "stop"):
        budget = Budget(amount=20.0, then=then)
        track = tile_of([budget, spec], drawn, drawn, steps=30).run()
        spent = track.cost[heading].sum(axis=0)
        assert (spent <= 20.0 + 1e-6).all()
        assert np.allclose(spent / unit, np.round(spent / unit))
        if then == "thin":
            assert (20.0 - spent < unit).all()


# ── who pays ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_limits_those_whom_it_pays_for():
    mine, theirs = Training(**MEAL, cost_session=10.0), Training(**MEAL, cost_session=10.0, payer="council")
    for pays_for, wanted in (
        (("sponsor",), {"sessions": 20, "council: sessions": 60}),
        (("council",), {"sessions": 60, "council: sessions": 20}),
        (("sponsor", "council"), {"sessions": 10, "council: sessions": 10}),
    ):
        arm = [Budget(amount=25.0, pays_for=pays_for), mine, theirs]
        cost = tile_of(arm, villages(20, **IDLE), steps=6).run().cost
        assert {key: money.sum() for key, money in cost.items()} == wanted


def test_hours_of_staff_are_paid_and_those_of_volunteers_are_not():
    meals = Training(**MEAL, cost_session=4.0, staff_hours=2.0, volunteer_hours=5.0)
    worth = {"staff_hour": 3.0, "volunteer_hour": 2.0}
    track = tile_of([Budget(amount=25.0), meals], villages(20, **IDLE), economics=worth, steps=4).run()
    assert {key: money.sum() for key, money in track.cost.items()} == {
        "sessions": 8,
        "time": 12,
        "volunteers: time": 20,
    }
    assert {name: hours.sum() for name, hours in track.amounts.items()} == {"staff_hours": 4, "volunteer_hours": 10}
    with pytest.raises(ScenarioError, match="hours of volunteers are valued, not paid"):
        scenario(arms={"a": [{"budget": {"amount": 1.0, "pays_for": ["volunteers"]}}]})


def test_prices_that_rise_buy_less():
    places = Training(**MEAL, cost_place=1.0)
    loading = [{"cost_loading": {"at": 2, "factor": 2.0}}]
    arm = [Budget(amount=20.0, then="thin"), places]
    assert spent_by_step(arm, threats=loading, steps=4) == [8, 12, 0, 0]
    tile = tile_of(arm, villages(20, **IDLE), threats=loading, steps=4)
    assert tile.run().counts[1:, 0, ATTENDANCE].tolist() == [8, 6, 0, 0]


# ── bad input ───────────────────────────────────────────────────────────────────────────────────────────────────


class Spendthrift(Intervention, kind="spendthrift"):
    """Charges without asking."""

    def act(self, step, pop, state):
        """Spend."""
        pop.charge("feasts", 10.0)


def test_an_own_intervention_that_charges_without_asking_is_told_so_in_one_line():
    town = scenario(arms={"a": [{"budget": {"amount": 25.0}}, Spendthrift()], "free": [Spendthrift()]})
    assert ps.run(town, "free", 1).cost["feasts"].sum() == 120
    for use in (lambda: ps.run(town, "a", 1), lambda: ps.compare(town, ["a"], replicates=2)):
        with pytest.raises(
            InterventionError, match=r"'feasts' is more than the budget has left; ask pop\.aff"
        ) as caught:
            use()
        assert "\n" not in str(caught.value)


def test_an_own_intervention_that_asks_keeps_within_its_budget():
    town = scenario(arms={"a": [{"budget": {"amount": 11.0, "then": "thin"}}, Remembering(enough=9)]})
    assert ps.run(town, "a", 1).cost["visits"].sum() == 10


@pytest.mark.parametrize(
    ("arm", "said"),
    [
        ([{"training": {}}, {"budget": {"amount": 5.0}}], r"arms: a\[1\].budget: a budget stands first"),
        ([{"budget": {"amount": 5.0}}, {"budget": {"amount": 5.0}}], r"a\[1\].budget: a budget stands first"),
        ([{"budget": {}}], r"budget.*amount: this field is needed"),
        ([{"budget": {"amount": -1.0}}], "amount: .*not -1"),
        ([{"budget": {"amount": 5.0, "then": "pause"}}], "then"),
        ([{"budget": {"amount": 5.0, "pays_for": []}}], "pays_for"),
        ([{"budget": {"amount": 5.0, "until": 4}}], "until"),
    ],
)
def test_a_budget_that_cannot_be_meant_is_refused_in_one_line(arm, said):
    with pytest.raises(ScenarioError, match=said) as caught:
        scenario(arms={"a": arm})
    assert "\n" not in str(caught.value)


def test_a_budget_that_is_never_short_changes_nothing():
    arm = [{"training": {"cost_session": 1.0, "cost_place": 1.0, "cost_fixed": 9.0}}, {"hub": {"cost_session": 1.0}}]
    town = scenario(
        {"generator": "village", "households": 60},
        {"a": arm, "b": [{"budget": {"amount": 1e9}}, *arm]},
        steps=40,
    )
    one, two = (ps.run(town, name, 3) for name in ("a", "b"))
    assert one.counts.tobytes() == two.counts.tobytes()
    assert one.population.arrays.own.tobytes() == two.population.arrays.own.tobytes()
    paid = [{k: v.tobytes() for k, v in run.cost.items() if v.any()} for run in (one, two)]
    assert paid[0] == paid[1] != {}
