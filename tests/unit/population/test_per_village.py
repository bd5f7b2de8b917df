"""A number per village is never mistaken for one number."""

from __future__ import annotations

import operator

import numpy as np
import pytest

from pd_sim.population import PerVillage

FIVE = PerVillage(np.array([5, 7]))
ANSWERS = "a PerVillage has one answer a village; use pop.spread"


@pytest.mark.parametrize(
    "use",
    [
        lambda: bool(FIVE >= 6),
        lambda: 1 if FIVE else 2,
        lambda: not FIVE,
        lambda: FIVE and True,
        lambda: FIVE > 3 or False,
        lambda: min(FIVE, PerVillage(np.array([1, 9]))),
        lambda: 5 < FIVE < 7,
    ],
)
def test_it_has_no_truth(use):
    with pytest.raises(TypeError, match=ANSWERS):
        use()


@pytest.mark.parametrize("use", [int, float, range, operator.index])
def test_it_is_no_number(use):
    with pytest.raises(TypeError):
        use(PerVillage(np.array([5])))


def test_arithmetic_goes_village_by_village():
    other = PerVillage(np.array([2, 3]))
    assert (FIVE + other).values.tolist() == [7, 10]
    assert (FIVE - 1).values.tolist() == [4, 6]
    assert (10 / FIVE).values.tolist() == [2.0, 10 / 7]
    assert (FIVE // other).values.tolist() == [2, 2]
    assert np.minimum(FIVE, 6).values.tolist() == [5, 6]
    assert (FIVE >= 6).values.tolist() == [False, True]
    assert (~(FIVE >= 6) & (other > 1)).values.tolist() == [True, False]
    assert isinstance(FIVE * np.array([1, 2]), PerVillage)
    assert len(FIVE) == 2
    assert repr(FIVE) == "PerVillage(array([5, 7]))"


@pytest.mark.parametrize("update", [operator.iadd, operator.isub, operator.imul])
def test_it_can_be_changed_in_place(update):
    mine = PerVillage(np.array([5, 7]))
    values = mine.values
    changed = update(mine, PerVillage(np.array([1, 2])))
    assert changed is mine
    assert mine.values is values
    assert values.tolist() == update(np.array([5, 7]), np.array([1, 2])).tolist()


def test_marks_can_be_joined_in_place():
    mine = PerVillage(np.array([False, True, False]))
    mine |= PerVillage(np.array([True, False, False]))
    mine &= np.array([True, True, True])
    assert mine.values.tolist() == [True, True, False]


def test_another_number_of_villages_is_refused():
    with pytest.raises(ValueError, match="broadcast"):
        FIVE + PerVillage(np.array([1, 2, 3]))
