from __future__ import annotations

import numpy as np
import pytest

from pd_sim.analysis import intraclass, village_spread, without_positive_deviant


def test_villages_of_43_with_two_percent():
    households = np.random.default_rng(1).random((2000, 13, 43)) < 0.02
    found = without_positive_deviant(households.sum(axis=2)).mean()
    assert found == pytest.approx(0.98**43, abs=0.01)


def test_spread_by_hand_and_alone():
    spread = village_spread([[0, 5, 10], [5, 5, 5]], [10, 10, 10])
    assert spread.mean.tolist() == [0.5, 0.5]
    assert spread.sd.tolist() == [0.5, 0]
    assert (spread.low.tolist(), spread.high.tolist()) == ([0, 0.5], [1, 0.5])
    assert np.isnan(village_spread([[3]], [10]).sd).all()


def test_intraclass_by_hand():
    # shares .2 and .8 of 10: MSB = 10·.09·2/1 = 1.8, MSW = (1.6 + 1.6)/18, n0 = 10
    within = 3.2 / 18
    assert intraclass([2, 8], [10, 10]) == pytest.approx((1.8 - within) / (1.8 + 9 * within))


def test_intraclass_finds_what_was_put_in_and_nothing_where_nothing_was():
    draws = np.random.default_rng(4)
    chance = draws.beta(2, 2, size=4000)  # a Beta(a, b) chance per village gives 1 / (a + b + 1)
    assert intraclass(draws.binomial(30, chance), np.full(4000, 30)) == pytest.approx(0.2, abs=0.02)
    assert intraclass(draws.binomial(30, 0.5, size=4000), np.full(4000, 30)) == pytest.approx(0, abs=0.005)


def test_intraclass_without_variation_or_villages():
    assert np.isnan(intraclass([10, 10], [10, 10]))
    with pytest.raises(ValueError, match="two villages"):
        intraclass([5], [10])
