from __future__ import annotations

import numpy as np
import pytest

from pd_sim.analysis.discounting import by_year, discount_factors, step_factors, year_of_step


def test_the_uk_schedule_by_hand():
    factors = discount_factors(126, "uk")
    assert factors[0] == 1
    assert 100 * factors[1] == pytest.approx(100 / 1.035)
    assert factors[30] == pytest.approx(1.035**-30)
    assert 100 * factors[31] == pytest.approx(100 / (1.035**30 * 1.03))
    assert 100 * factors[75] == pytest.approx(100 / (1.035**30 * 1.03**45))
    assert 100 * factors[80] == pytest.approx(100 / (1.035**30 * 1.03**45 * 1.025**5))
    # the Green Book's own table, to four figures
    assert factors[[1, 30, 31, 75, 76]].round(4).tolist() == [0.9662, 0.3563, 0.3459, 0.0942, 0.0919]


@pytest.mark.parametrize("years", [0, 1, 31, 76])
def test_a_short_schedule_is_the_beginning_of_a_long_one(years: int):
    assert discount_factors(years, "uk").tolist() == discount_factors(100, "uk")[:years].tolist()


def test_one_rate_and_none():
    assert discount_factors(4, 0.25).tolist() == pytest.approx([1, 0.8, 0.64, 0.512])
    assert discount_factors(4, "none").tolist() == discount_factors(4, 0).tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("discount", ["us", -0.1, 1.5])
def test_other_rates_are_refused(discount: str | float):
    with pytest.raises(ValueError, match="discount"):
        discount_factors(3, discount)


def test_the_first_year_is_the_first_so_many_steps():
    assert year_of_step(7, 3).tolist() == [0, 0, 0, 0, 1, 1, 1, 2]
    assert year_of_step(0, 52).tolist() == [0]
    assert step_factors(7, 3, 0.25).tolist() == pytest.approx([1, 1, 1, 1, 0.8, 0.8, 0.8, 0.64])
    assert step_factors(52, 52, "uk").tolist() == [1.0] * 53
    assert step_factors(53, 52, "uk")[-1] == pytest.approx(1 / 1.035)


def test_sums_by_year_keep_every_penny():
    flows = np.arange(2 * 3 * 8, dtype=float).reshape(2, 3, 8)
    years = by_year(flows, 3)
    assert years.shape == (2, 3, 3)
    assert years[0, 0].tolist() == [0 + 1 + 2 + 3, 4 + 5 + 6, 7]
    assert years.sum() == flows.sum()
    assert by_year([5.0], 52).tolist() == [5]
