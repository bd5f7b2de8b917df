"""A budget while it lasts: what is left of it, how units are shared out among villages, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pd_sim.errors import InterventionError, UnknownNameError
from pd_sim.population import PerVillage, Purse, Turn
from pd_sim.population.purse import CENT, share_out
from tests.builders import founded, population, scattered

WANTED = st.lists(st.integers(0, 60), min_size=1, max_size=8)
PRICES = st.sampled_from([0.25, 0.5, 1.0, 1.5, 2.0, 7.0, 100.0, 0.1, 1 / 3])


@st.composite
def shares(draw, same_price=False):
    """Units wanted, their prices, and money."""
    wanted = np.array(draw(WANTED))
    n = len(wanted)
    price = np.full(n, draw(PRICES)) if same_price else np.array(draw(st.lists(PRICES, min_size=n, max_size=n)))
    total = float((wanted * price).sum())
    left = draw(st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.77, 0.99, 1.0, 1.5])) * total
    return wanted, price, left, draw(st.integers(0, 500))


@settings(max_examples=400, deadline=None)
@given(shares())
def test_what_is_granted_is_wanted_paid_for_and_leaves_too_little_for_one_unit_more(case):
    wanted, price, left, first = case
    granted = share_out(wanted, price, left, first)
    assert granted.dtype.kind == "i"
    assert ((granted >= 0) & (granted <= wanted)).all()
    spent = float((granted * price).sum())
    assert spent <= left + CENT
    short = granted < wanted
    assert (price[short] > left - spent - 1e-9).all()
    if float((wanted * price).sum()) <= left:
        assert (granted == wanted).all()


@settings(max_examples=300, deadline=None)
@given(shares(same_price=True))
def test_equal_villages_get_the_same_but_for_one_unit(case):
    wanted, price, left, first = case
    wanted[:] = wanted[0]
    granted = share_out(wanted, price, left, first)
    assert granted.max() - granted.min() <= 1
    more = [(first + k) % len(wanted) for k in range(int((granted > granted.min()).sum()))]
    assert set(np.flatnonzero(granted > granted.min())) <= set(more)  # the round begins with village `first`


@settings(max_examples=300, deadline=None)
@given(shares(), st.integers(0, 7))
def test_villages_that_trade_places_trade_what_they_get(case, by):
    wanted, price, left, first = case
    price = np.ceil(price)  # so that the order of adding makes no difference
    granted = share_out(wanted, price, left, first)
    moved = share_out(np.roll(wanted, by), np.roll(price, by), left, first + by)
    assert moved.tolist() == np.roll(granted, by).tolist()


@settings(max_examples=300, deadline=None)
@given(shares(), st.floats(0, 2))
def test_more_money_never_pays_for_fewer_in_all_at_one_price(case, more):
    wanted, _, left, first = case
    price = np.ones(len(wanted))
    assert share_out(wanted, price, left * (1 + more), first).sum() >= share_out(wanted, price, left, first).sum()


@pytest.mark.parametrize(
    ("wanted", "price", "left", "first", "granted"),
    [
        ([10], [3.0], 10.0, 0, [3]),
        ([10, 10], [1.0, 1.0], 9.0, 0, [5, 4]),
        ([10, 10], [1.0, 1.0], 9.0, 1, [4, 5]),
        ([10, 10], [1.0, 9.0], 30.0, 0, [3, 3]),
        ([10, 10], [1.0, 9.0], 33.0, 0, [6, 3]),  # what is left over pays for cheap units only
        ([5, 5], [2.0, 2.0], 0.0, 0, [0, 0]),
        ([5, 0], [2.0, 2.0], 6.0, 1, [3, 0]),
        ([3, 3], [0.1, 0.1], 0.3, 0, [2, 1]),
    ],
)
def test_shares_by_hand(wanted, price, left, first, granted):
    assert share_out(np.array(wanted), np.array(price), left, first).tolist() == granted


# ── the purse ───────────────────────────────────────────────────────────────────────────────────────────────────


def purse_of(total, spent=0.0, set_up=0.0, pace=1.0, closed=False, pays_for=("sponsor",), stops=False):
    return Purse(
        *(np.atleast_1d(float(x)) for x in (total, spent, set_up)), pace, np.atleast_1d(closed), pays_for, stops
    )


@pytest.mark.parametrize(
    ("fields", "left", "for_set_up"),
    [
        ({"total": 100}, 100, 100),
        ({"total": 100, "spent": 30}, 70, 70),
        ({"total": 100, "spent": 130}, 0, 0),
        ({"total": 100, "pace": 0.25}, 25, 100),
        ({"total": 100, "pace": 0.25, "spent": 20}, 5, 80),
        ({"total": 100, "pace": 0.25, "spent": 40, "set_up": 40}, 15, 60),  # 40 put aside, a quarter of the other 60
        ({"total": 100, "pace": 0.25, "spent": 50, "set_up": 40}, 5, 50),
        ({"total": 100, "closed": True}, 0, 0),
    ],
)
def test_what_is_left(fields, left, for_set_up):
    purse = purse_of(**fields)
    assert purse.left().tolist() == [left]
    assert purse.left(to_set_up=True).tolist() == [for_set_up]


def test_each_replicate_has_its_own_purse_and_may_set_up_alone():
    purse = Purse(
        np.full(3, 100.0), np.array([0, 50.0, 0]), np.zeros(3), 0.2, np.array([False, False, True]), (), False
    )
    assert purse.left().tolist() == [20, 0, 0]
    assert purse.left(to_set_up=np.array([False, True, True])).tolist() == [20, 50, 0]


def two_replicates(purse=None, **turn):
    """Two replicates of two villages each, the second village of the first not active."""
    pop = population(*(founded(scattered(seed, [4, 4])) for seed in (1, 2)))
    pop.turn = Turn.usual(4, 1)._replace(active=PerVillage(np.array([True, False, True, True])), whole=False, **turn)
    pop.purse = purse
    return pop


def joint(total, **how):
    return Purse(
        np.array(total), np.zeros(2), np.zeros(2), 1.0, np.zeros(2, bool), ("sponsor",), **{"stops": False, **how}
    )


def test_without_a_budget_everything_wanted_is_granted_where_it_acts():
    pop = two_replicates()
    assert pop.affords(1e9, 3).values.tolist() == [3, 0, 3, 3]
    assert pop.affords(1e9, PerVillage(np.arange(4))).values.tolist() == [0, 0, 2, 3]


def test_a_budget_grants_what_it_can_pay_replicate_by_replicate():
    pop = two_replicates(joint([10.0, 11.0]))
    assert pop.affords(2.0, 4).values.tolist() == [4, 0, 2, 3]  # the odd one to village `step`
    assert pop.affords(PerVillage(np.array([1.0, 1.0, 3.0, 1.0])), 4).values.tolist() == [4, 0, 2, 4]
    assert pop.affords(2.0, 4, committed=3.0).values.tolist() == [3, 0, 1, 1]
    assert pop.affords(0.0, 9).values.tolist() == [9, 0, 9, 9]


def test_the_price_of_the_turn_counts():
    conditions = Turn.usual(4, 1).conditions._replace(price=np.array([2.0, 2.0, 1.0, 1.0]))
    pop = two_replicates(joint([10.0, 10.0]), conditions=conditions)
    assert pop.affords(2.0, 9).values.tolist() == [2, 0, 2, 3]
    pop.charge("x", 2.0)
    assert pop.spent["x"].tolist() == [4, 0, 2, 2]
    assert pop.purse.spent.tolist() == [4, 4]


def test_what_another_pays_is_not_limited():
    pop = two_replicates(joint([1.0, 1.0]), payer="community")
    assert pop.affords(5.0, 7).values.tolist() == [7, 0, 7, 7]
    pop.charge("sessions", 5.0)
    assert pop.purse.spent.tolist() == [0, 0]
    assert pop.spent.keys() == {"community: sessions"}


def test_a_budget_that_stops_closes_with_what_it_cannot_pay_in_full_and_only_there():
    pop = two_replicates(joint([10.0, 11.0], stops=True))
    assert pop.affords(2.0, 4).values.tolist() == [4, 0, 0, 0]
    assert pop.purse.closed.tolist() == [False, True]
    assert pop.affords(0.5, 1).values.tolist() == [1, 0, 0, 0]


def test_a_charge_that_was_not_asked_for_is_refused_in_one_line_that_tells_what_to_do():
    pop = two_replicates(joint([10.0, 30.0]))
    pop.charge("rent", 10.0)
    with pytest.raises(InterventionError, match=r"'rent' is more than the budget has left; ask pop\.affords") as caught:
        pop.charge("rent", 0.01)
    assert "\n" not in str(caught.value)


def test_work_is_counted_and_where_an_hour_has_a_price_charged_as_time():
    pop = two_replicates()
    pop.work(PerVillage(np.array([1.0, 2.0, 3.0, 4.0])), "volunteer")
    assert pop.amounts["volunteer_hours"].tolist() == [1, 0, 3, 4]
    assert pop.spent == {}
    pop.wages = {"staff": 10.0, "volunteer": 2.0}
    pop.work(PerVillage(np.ones(4)), "volunteer")
    pop.work(PerVillage(np.ones(4)), "staff")
    assert {key: spent.tolist() for key, spent in pop.spent.items()} == {
        "volunteers: time": [2, 0, 2, 2],
        "time": [10, 0, 10, 10],
    }
    with pytest.raises(UnknownNameError, match="unknown kind of work 'staffs'; did you mean 'staff'"):
        pop.work(PerVillage(np.ones(4)), "staffs")
    pop.begin_step(2)
    assert not any(spent.any() for spent in (*pop.spent.values(), *pop.amounts.values()))
    assert pop.purse is None
