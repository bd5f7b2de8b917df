from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pd_sim.results import band, mean_interval, paired_difference, takeoff, wilson


def test_interval_of_a_mean_by_hand():
    # 1, 3: mean 2, s = sqrt 2, s/sqrt 2 = 1, t(1, .975) = 12.706
    found = mean_interval([1.0, 3.0])
    assert found.mean == 2
    assert found.low == pytest.approx(2 - 12.7062047)
    assert found.high == pytest.approx(2 + 12.7062047)
    assert found.n == 2


def test_interval_is_that_of_scipy_along_every_other_axis():
    values = np.random.default_rng(1).normal(size=(12, 4, 3))
    found = mean_interval(values)
    other = stats.ttest_1samp(values, 0.0, axis=0).confidence_interval(0.95)
    np.testing.assert_allclose(found.low, other.low)
    np.testing.assert_allclose(found.high, other.high)


def test_one_replicate_has_a_mean_and_no_interval():
    found = mean_interval([[0.5, 0.25]])
    assert found.mean.tolist() == [0.5, 0.25]
    assert np.isnan(found.low).all()
    assert np.isnan(found.high).all()


def test_equal_replicates_have_an_interval_of_no_width_even_where_their_mean_rounds():
    found = mean_interval([0.1] * 10)
    assert (found.low, found.mean, found.high) == (0.1, 0.1, 0.1)


def test_no_replicate_is_refused():
    with pytest.raises(ValueError, match="at least one replicate"):
        mean_interval(np.zeros((0, 3)))


def test_pairing_takes_out_what_replicates_share():
    luck = np.array([0.0, 10.0, 20.0, 30.0])
    gain = np.array([1.0, 2.0, 1.0, 2.0])
    found = paired_difference(luck + gain, luck)
    assert found.mean == 1.5
    assert found.low > 0  # unpaired, the interval would be about ±20: the control below
    unpaired = stats.ttest_ind(luck + gain, luck).confidence_interval()
    assert unpaired.low < -15


def test_exact_zero_difference_has_zero_width():
    same = np.array([0.3, 0.1, 0.7])
    assert [float(x) for x in paired_difference(same, same)[:3]] == [0, 0, 0]


def test_unpaired_shapes_are_refused():
    with pytest.raises(ValueError, match="equal shapes"):
        paired_difference([1.0, 2.0], [1.0])


def test_band_holds_the_central_ninety_percent():
    low, high = band(np.arange(101.0))
    assert (low, high) == (5, 95)
    values = np.random.default_rng(2).random((400, 2))
    low, high = band(values)
    assert ((values >= low) & (values <= high)).mean() == pytest.approx(0.9, abs=0.005)


@pytest.mark.parametrize(("count", "n"), [(0, 10), (3, 10), (10, 10), (1, 1), (57, 200)])
def test_wilson_is_that_of_scipy(count, n):
    other = stats.binomtest(count, n).proportion_ci(method="wilson")
    found = wilson(count, n)
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=1e-12)
    assert found.mean == count / n


def test_takeoff_counts_who_is_exactly_at_the_level():
    assert takeoff([3 / 12, 0.249, 0.9], 0.25).mean == pytest.approx(2 / 3)
    assert takeoff([0.1 + 0.2], 0.3).mean == 1
    assert takeoff([0.3], 0.1 + 0.2).mean == 1  # .1 + .2 is a little more than .3
