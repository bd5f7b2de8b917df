from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pd_sim.analysis.counts import poisson_interval, sampled, two_counts, two_proportions


def test_eleven_against_three_by_hand():
    # given 14 in all, 3 or fewer (or 11 and more) of a fair coin: 2 · (1 + 14 + 91 + 364) / 2¹⁴
    assert two_counts(11, 3) == pytest.approx(2 * 470 / 2**14)
    assert two_counts(3, 11) == pytest.approx(2 * 470 / 2**14)
    assert two_counts([0, 5, 1], [0, 5, 0]).tolist() == [1, 1, 1]


def test_unequal_times_are_allowed_for():
    # 8 in two years and 0 in one: of 6561 = 3⁸ outcomes 2⁸ are all in the first; none, one or two are no likelier
    assert two_counts(8, 0, exposure=2.0) == pytest.approx((256 + 1 + 16 + 112) / 6561)
    assert two_counts(20, 10, exposure=2.0) == pytest.approx(1)


@pytest.mark.parametrize("count", [0, 1, 3, 11, 250])
def test_the_interval_of_a_count_leaves_a_fortieth_on_either_side(count):
    low, high = poisson_interval(count)
    assert stats.poisson.cdf(count, high) == pytest.approx(0.025)
    if count:
        assert stats.poisson.sf(count - 1, low) == pytest.approx(0.025)
    else:
        assert low == 0


def test_what_is_no_count_is_refused():
    with pytest.raises(ValueError, match="whole number"):
        poisson_interval(-1)
    with pytest.raises(ValueError, match="whole numbers"):
        two_counts(2.5, 1)
    with pytest.raises(ValueError, match="above 0"):
        two_counts(2, 1, exposure=0)


def test_two_shares_by_hand():
    # 18 and 9 of 30: ad − bc = 270, χ² = 59 · 270² / (30 · 30 · 27 · 33) = 5.3636
    square = 59 * 270**2 / (30 * 30 * 27 * 33)
    assert two_proportions(18, 30, 9, 30) == pytest.approx(stats.chi2.sf(square, 1))
    assert two_proportions(9, 30, 18, 30) == pytest.approx(stats.chi2.sf(square, 1))


def test_few_cases_get_the_exact_test():
    # expected 1 · 20 / 50 is below 1: one yes of 20 against none of 30
    assert two_proportions(1, 20, 0, 30) == pytest.approx(stats.fisher_exact([[1, 19], [0, 30]]).pvalue)
    assert two_proportions(19, 20, 30, 30) == pytest.approx(stats.fisher_exact([[19, 1], [30, 0]]).pvalue)
    many = two_proportions([[1, 18], [0, 30]], [[20, 30], [30, 30]], [[0, 9], [0, 30]], 30)
    assert many.shape == (2, 2)
    assert many[0, 1] == pytest.approx(two_proportions(18, 30, 9, 30))
    assert many[1].tolist() == [1, 1]


@pytest.mark.parametrize("chance", [0.02, 0.3, 0.9])
def test_where_nothing_differs_a_difference_is_seldom_found(chance):
    draws = np.random.default_rng(3)
    one, other = draws.binomial(60, chance, 4000), draws.binomial(60, chance, 4000)
    assert (two_proportions(one, 60, other, 60) < 0.05).mean() < 0.062


def test_impossible_shares_are_refused():
    for bad in ((31, 30, 1, 30), (1, 0, 1, 30), (-1, 30, 1, 30)):
        with pytest.raises(ValueError, match="none to all"):
            two_proportions(*bad)


def test_a_sample_is_drawn_without_putting_back():
    u = (np.arange(20_000) + 0.5) / 20_000
    yes, asked = sampled(np.full(u.shape, 30), np.full(u.shape, 100), 20, u)
    exact = stats.hypergeom(100, 30, 20)
    assert set(asked) == {20.0}
    assert yes.mean() == pytest.approx(exact.mean(), abs=1e-3)
    assert yes.var() == pytest.approx(exact.var(), rel=1e-3)
    assert (np.diff(yes) >= 0).all()


def test_who_asks_all_learns_all():
    yes, asked = sampled([3, 0, 8], [8, 8, 8], 500, np.array([0.1, 0.5, 0.999999]))
    assert yes.tolist() == [3, 0, 8]
    assert asked.tolist() == [8, 8, 8]
    # two of three practise: of two asked, one or both do
    assert sampled([2, 2], [3, 3], 2, np.array([0.0, 1 - 1e-16]))[0].tolist() == [1, 2]


def test_large_towns_are_drawn_in_parts(monkeypatch):
    from pd_sim.analysis import counts

    u = np.random.default_rng(1).random((7, 3))
    whole = sampled(3_000, 9_000, 400, u)[0]
    monkeypatch.setattr(counts, "_AT_ONCE", 1_000)
    assert (sampled(3_000, 9_000, 400, u)[0] == whole).all()
    assert whole.shape == (7, 3)
    assert np.abs(whole - 400 / 3).max() < 40
