"""Whether what an arm does is worth what it costs: ratios, net benefit, and how sure either is.

Replicates are paired throughout: entry r of every array comes from the same villages and the same luck.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pd_sim.results.uncertainty import CONFIDENCE, Estimate

__all__ = [
    "Ratio",
    "acceptability",
    "best_shares",
    "break_even",
    "dominance",
    "net_benefit",
    "no_ratio",
    "paired_ratio",
]

Floats = npt.NDArray[np.float64]


class Ratio(NamedTuple):
    """A ratio of two means with its interval; NaN where it cannot be given."""

    ratio: float
    low: float
    high: float
    n: int

    @property
    def known(self) -> bool:
        """Whether there is a ratio at all."""
        return bool(np.isfinite(self.ratio))


def no_ratio(n: int) -> Ratio:
    """The ratio that cannot be given, of so many replicates."""
    return Ratio(float("nan"), float("nan"), float("nan"), n)


def paired_ratio(top: npt.ArrayLike, bottom: npt.ArrayLike, confidence: float = CONFIDENCE) -> Ratio:
    """Ratio of two means over paired replicates with Fieller's interval [1]_.

    The interval holds every ρ for which the mean of top − ρ·bottom is not told apart from 0 by Student's test:
    (T² − t²·v_T) − 2ρ(T·B − t²·c) + ρ²(B² − t²·v_B) ≤ 0, with the means T and B, the variances v and covariance c of
    these means, and t of n − 1 degrees of freedom. A mean of ratios would be ruled by replicates with next to nothing
    below the line.

    Parameters
    ----------
    top, bottom
        Shape ``(replicate,)`` each.
    confidence
        Between 0 and 1.

    Returns
    -------
    NaN throughout where the interval of the mean of `bottom` covers 0: the ratio may then be anything, of either
    sign. One replicate: the ratio, unless `bottom` is 0, with NaN ends. No spread: low = ratio = high.

    References
    ----------
    .. [1] E. C. Fieller (1954), "Some problems in interval estimation", JRSS B 16(2).

    Examples
    --------
    >>> found = paired_ratio([8.0, 10.0, 12.0], [4.0, 5.0, 6.0])  # always twice as much
    >>> found.ratio, round(found.low, 9), round(found.high, 9)
    (2.0, 2.0, 2.0)
    >>> paired_ratio([5.0, 5.0], [1.0, -1.0]).known
    False
    """
    from scipy.special import stdtrit

    above, below = np.asarray(top, dtype=np.float64), np.asarray(bottom, dtype=np.float64)
    if above.shape != below.shape or above.ndim != 1 or not above.size:
        raise ValueError(f"paired replicates need equal shapes (replicate,), not {above.shape} and {below.shape}")
    n = above.size
    t_mean, b_mean = float(above.mean()), float(below.mean())
    if n == 1:
        return Ratio(t_mean / b_mean, np.nan, np.nan, n) if b_mean else no_ratio(n)
    if (above == above[0]).all() and (below == below[0]).all():
        same = float(above[0] / below[0]) if below[0] else np.nan
        return Ratio(same, same, same, n)
    (v_top, c), (_, v_bottom) = np.cov(above, below) / n
    t2 = float(stdtrit(n - 1, 0.5 + confidence / 2)) ** 2
    scale = b_mean**2 - t2 * v_bottom
    if scale <= 0:
        return no_ratio(n)
    middle = t_mean * b_mean - t2 * c
    # rounding may leave a little below 0 where all replicates have one and the same ratio
    half = np.sqrt(max(middle**2 - (t_mean**2 - t2 * v_top) * scale, 0.0))
    return Ratio(t_mean / b_mean, float((middle - half) / scale), float((middle + half) / scale), n)


def net_benefit(effect: npt.ArrayLike, cost: npt.ArrayLike, worth: float) -> Floats:
    """Net benefit in money: worth·effect − cost [1]_.

    Unlike a ratio it keeps its meaning where costs or effects change their sign, and it can be averaged.

    Parameters
    ----------
    effect, cost
        Any equal shapes.
    worth
        What one unit of effect may cost (λ).

    References
    ----------
    .. [1] A. A. Stinnett, J. Mullahy (1998), "Net health benefits", Medical Decision Making 18(2).

    Examples
    --------
    >>> net_benefit([10.0, 4.0], [300.0, 0.0], worth=50.0).tolist()
    [200.0, 200.0]
    """
    return np.asarray(worth * np.asarray(effect, dtype=np.float64) - np.asarray(cost, dtype=np.float64))


def dominance(cost: Estimate, effect: Estimate) -> str:
    """Say in one word how an arm stands to another, by the intervals of its extra cost and extra effect.

    Parameters
    ----------
    cost, effect
        Paired differences of one arm less the other.

    Returns
    -------
    ``equal`` (both exactly 0 in every replicate), ``dominates`` (does more and costs no more, or as much and costs
    less), ``dominated`` (the other way round), ``trade-off`` (both differ, in the same direction), or ``open`` where
    an interval that matters covers 0, or with a single replicate.

    Examples
    --------
    >>> less, more = Estimate(-2.0, -3.0, -1.0, 9), Estimate(5.0, 4.0, 6.0, 9)
    >>> dominance(less, more), dominance(more, less), dominance(more, more)
    ('dominates', 'dominated', 'trade-off')
    """
    dearer, better = _sign(cost), _sign(effect)
    if dearer is None or better is None:
        return "open"
    if dearer == better:
        return "equal" if dearer == 0 else "trade-off"
    return "dominates" if better > dearer else "dominated"


def _sign(estimate: Estimate) -> int | None:
    """-1, 0 (exactly) or 1; none where the interval covers 0."""
    mean, low, high = (float(part) for part in estimate[:3])
    if mean == low == high == 0:
        return 0
    return 1 if low > 0 else -1 if high < 0 else None


def best_shares(benefits: npt.ArrayLike) -> Floats:
    """Share of the replicates in which each arm has the highest net benefit; arms that tie share equally.

    Parameters
    ----------
    benefits
        Shape ``(..., replicate, arm)``.

    Returns
    -------
    Shape ``(..., arm)``, adding up to 1; k equal arms have 1/k each.

    Examples
    --------
    >>> best_shares([[1.0, 1.0, 0.0], [3.0, 2.0, 2.0]]).tolist()
    [0.75, 0.25, 0.0]
    """
    values = np.asarray(benefits, dtype=np.float64)
    highest = values.max(axis=-1, keepdims=True)
    # sums of the same money in another order may differ in the last figures
    first = values >= highest - 1e-12 * np.maximum(np.abs(values).max(axis=-1, keepdims=True), 1.0)
    return np.asarray((first / first.sum(axis=-1, keepdims=True)).mean(axis=-2))


def acceptability(effects: npt.ArrayLike, costs: npt.ArrayLike, grid: npt.ArrayLike) -> Floats:
    """Probability that each arm is the best buy, by what one unit of effect is worth [1]_.

    Share of the replicates in which its net benefit is highest; see `best_shares`. It says how often luck makes an
    arm best, not how sure the assumptions are.

    Parameters
    ----------
    effects, costs
        Shape ``(replicate, arm)`` each.
    grid
        Worths of a unit of effect (λ).

    Returns
    -------
    Shape ``(worth, arm)``; every row adds up to 1.

    References
    ----------
    .. [1] E. Fenwick, K. Claxton, M. Sculpher (2001), "Representing uncertainty: the role of cost-effectiveness
       acceptability curves", Health Economics 10(8).

    Examples
    --------
    >>> acceptability([[0, 2], [0, 1]], [[0, 100], [0, 100]], [0, 60, 200]).tolist()
    [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    """
    worths = np.asarray(grid, dtype=np.float64)[:, None, None]
    return best_shares(worths * np.asarray(effects, dtype=np.float64) - np.asarray(costs, dtype=np.float64))


def break_even(benefit: npt.ArrayLike, cost: npt.ArrayLike) -> Floats:
    """First step at which what came in so far covers what was spent so far.

    Counting begins with the first step at which more was spent than came in: before it there is nothing to cover.

    Parameters
    ----------
    benefit, cost
        Money of each step, discounted or not, shape ``(..., step + 1)`` each.

    Returns
    -------
    Shape ``(...)``: the step; 0 where never more was spent than had come in; NaN where it is not covered by the last
    step.

    Examples
    --------
    >>> break_even([[0, 0, 5, 5, 5], [0, 9, 0, 0, 0], [0, 1, 1, 1, 1]], [[0, 10, 0, 0, 0]] * 3).tolist()
    [3.0, nan, nan]
    >>> break_even([0, 4, 4], [0, 1, 1]).tolist()
    0.0
    """
    gains, spent = np.broadcast_arrays(np.asarray(benefit, dtype=np.float64), np.asarray(cost, dtype=np.float64))
    balance = np.cumsum(gains - spent, axis=-1)
    # a rounding error is no debt
    slack = 1e-9 * np.maximum(np.cumsum(np.abs(spent), axis=-1), 1.0)
    owing = np.logical_or.accumulate(balance < -slack, axis=-1)
    covered = owing & (balance >= -slack)
    step = np.where(covered.any(axis=-1), covered.argmax(axis=-1).astype(np.float64), np.nan)
    return np.asarray(np.where(owing.any(axis=-1), step, 0.0))
