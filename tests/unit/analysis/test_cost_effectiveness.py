from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pd_sim.analysis.cost_effectiveness import (
    acceptability,
    best_shares,
    break_even,
    dominance,
    net_benefit,
    paired_ratio,
)
from pd_sim.results import Estimate

# ── ratios ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_fieller_by_hand():
    # means 2.5 and 1.5; variances of the means 5/12 and 1/12, covariance 1/6; t(3) = 3.182446
    found = paired_ratio([1, 2, 3, 4], [1, 1, 2, 2])
    assert found.ratio == pytest.approx(2.5 / 1.5)
    assert (found.low, found.high) == (pytest.approx(0.62573, abs=1e-5), pytest.approx(2.30742, abs=1e-5))
    assert found.n == 4


def test_at_its_ends_students_test_just_turns():
    draws = np.random.default_rng(1)
    bottom = draws.normal(4, 1, 25)
    top = 3 * bottom + draws.normal(0, 2, 25)
    found = paired_ratio(top, bottom, 0.9)
    for end in (found.low, found.high):
        assert stats.ttest_1samp(top - end * bottom, 0).pvalue == pytest.approx(0.1)
    assert found.low < found.ratio < found.high


@pytest.mark.slow
def test_the_interval_holds_the_truth_as_often_as_it_says():
    draws, held = np.random.default_rng(2), []
    for _ in range(4000):
        bottom = draws.normal(2, 1, 20)
        top = 3 * bottom + draws.normal(0, 2, 20)
        found = paired_ratio(top, bottom)
        held.append(found.low <= 3 <= found.high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.012)


def test_no_ratio_where_what_is_below_may_be_nothing():
    assert not paired_ratio([5, 6, 7], [1, -1, 0.5]).known
    assert not paired_ratio([5, 5], [0, 0]).known
    assert not paired_ratio([5], [0]).known
    assert paired_ratio([5, 6, 7], [1, 1, 1.1]).known  # control


def test_degenerate_ratios():
    assert paired_ratio([6], [3])[0] == 2
    assert np.isnan(paired_ratio([6], [3])[1:3]).all()
    assert paired_ratio([6, 6], [3, 3])[:3] == (2, 2, 2)
    always = paired_ratio([8.0, 10, 12], [4.0, 5, 6])
    assert always[:3] == pytest.approx((2, 2, 2))
    free = paired_ratio([0.0, 0, 0], [4.0, 5, 6])
    assert free[:3] == (0, 0, 0)
    with pytest.raises(ValueError, match="equal shapes"):
        paired_ratio([1, 2], [1])


def test_the_ratio_is_of_means():
    bottom = np.array([1, 9, 5, 5, 5, 5, 5, 5])
    assert paired_ratio(np.full(8, 10), bottom).ratio == 2
    assert (10 / bottom).mean() > 2.8  # control: the mean of ratios is another number


# ── net benefit ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_net_benefit_by_hand():
    assert net_benefit([2, -1], [30, -50], 20).tolist() == [10, 30]
    same = np.array([0.1, 0.7])
    assert net_benefit(same - same, same - same, 1e9).tolist() == [0, 0]


def _of(mean: float, half: float = 1.0) -> Estimate:
    return Estimate(np.float64(mean), np.float64(mean - half), np.float64(mean + half), 9)


@pytest.mark.parametrize(
    ("cost", "effect", "word"),
    [
        (_of(-5), _of(5), "dominates"),
        (_of(5), _of(-5), "dominated"),
        (_of(5), _of(5), "trade-off"),
        (_of(-5), _of(-5), "trade-off"),
        (_of(0, 0), _of(5), "dominates"),
        (_of(-5), _of(0, 0), "dominates"),
        (_of(5), _of(0, 0), "dominated"),
        (_of(0, 0), _of(0, 0), "equal"),
        (_of(0.5), _of(5), "open"),
        (_of(5), _of(0.5), "open"),
        (Estimate(np.float64(5), np.float64(np.nan), np.float64(np.nan), 1), _of(5), "open"),
    ],
)
def test_dominance(cost: Estimate, effect: Estimate, word: str):
    assert dominance(cost, effect) == word


# ── acceptability ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_acceptability_by_hand():
    effects = [[0, 2, 3], [0, 1, 3], [0, 4, 1]]
    costs = [[0, 100, 300], [0, 100, 300], [0, 100, 300]]
    # at 0 the free arm; at 60: 20 of −120, −40 (free is best), 140; at 150: 200/150, 50/150, 500/−150
    found = acceptability(effects, costs, [0, 60, 150, 1000])
    assert found[0].tolist() == [1, 0, 0]
    assert found[1].tolist() == pytest.approx([1 / 3, 2 / 3, 0])
    assert found[2].tolist() == pytest.approx([0, 2 / 3, 1 / 3])
    assert found[3].tolist() == pytest.approx([0, 1 / 3, 2 / 3])
    assert found.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("arms", [2, 3, 7])
def test_equal_arms_share_equally(arms: int):
    one = np.random.default_rng(3).normal(size=(50, 1))
    found = acceptability(np.tile(one, arms), np.tile(10 * one, arms), [0, 1, 99.9])
    assert found.ravel().tolist() == pytest.approx([1 / arms] * (3 * arms))


def test_the_order_of_sums_breaks_no_tie():
    assert best_shares([[0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1, 0.5]]).tolist() == [0.5, 0.5, 0]
    assert 0.1 + 0.2 + 0.3 != 0.3 + 0.2 + 0.1  # control


# ── break-even ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_break_even_by_hand():
    cost = [0, 10, 2, 0, 0, 0]
    assert break_even([0, 0, 4, 4, 4, 4], cost) == 4  # 12 spent; 4, 8, 12 come in
    assert np.isnan(break_even([0, 0, 4, 4, 3, 0], cost))
    assert break_even([0, 0, 4, 4, 4 - 1e-12, 0], cost) == 4  # a rounding error is no debt


def test_it_counts_from_the_first_debt_to_the_first_cover():
    # ahead, then 5 behind, covered at 4, behind again: the first time counts
    assert break_even([0, 2, 0, 0, 5, 0], [0, 0, 7, 0, 0, 3]) == 4
    assert break_even([0, 2, 0, 0], [0, 1, 1, 0]) == 0
    assert break_even([0, 0], [0, 0]) == 0
    assert break_even([[0, 0, 9]] * 2, [[0, 5, 0], [0, 5, 5]])[0] == 2
