"""Two arms against each other, replicate by replicate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pd_sim.results.uncertainty import Estimate, mean_interval, paired_difference, wilson

__all__ = ["Standing", "mean_interval", "paired_difference", "pairing_gain", "standing"]


class Standing(NamedTuple):
    """Shares of the replicates in which the first arm is ahead, equal or behind; `ahead` with Wilson's interval."""

    ahead: Estimate
    equal: float
    behind: float


def standing(values: npt.ArrayLike, versus: npt.ArrayLike, margin: float = 0.0) -> Standing:
    """How often one arm is ahead of another by more than a margin.

    Parameters
    ----------
    values, versus
        Shape ``(replicate,)`` each, paired.
    margin
        A difference up to this counts as equal; at least 0.

    Examples
    --------
    >>> found = standing([0.5, 0.2, 0.3, 0.4], [0.3, 0.2, 0.1, 0.5])
    >>> print(found.ahead.mean, found.equal, found.behind)
    0.5 0.25 0.25
    """
    gap = np.asarray(values, dtype=np.float64) - np.asarray(versus, dtype=np.float64)
    ahead, behind = gap > margin, gap < -margin
    return Standing(wilson(ahead.sum(), gap.shape[0]), float((~ahead & ~behind).mean()), float(behind.mean()))


def pairing_gain(values: npt.ArrayLike, versus: npt.ArrayLike) -> float:
    """How many times more replicates an unpaired comparison would need for an interval as narrow.

    (Var a + Var b) / Var(a − b), which is 1 for independent arms and below 1 only where pairing hurts [1]_.

    Parameters
    ----------
    values, versus
        Shape ``(replicate,)`` each, at least two replicates, paired.

    Returns
    -------
    Infinity where the arms differ by the same in every replicate, NaN where neither varies.

    References
    ----------
    .. [1] P. Glasserman, D. D. Yao (1992), "Some guidelines and guarantees for common random numbers",
       Management Science 38.

    Examples
    --------
    >>> pairing_gain([1.0, 2.0, 3.0], [0.0, 1.0, 2.5])
    31.0
    """
    first, second = np.asarray(values, dtype=np.float64), np.asarray(versus, dtype=np.float64)
    if first.shape != second.shape or first.size < 2:
        raise ValueError("a gain from pairing needs at least two paired replicates")
    apart = float(first.var(ddof=1) + second.var(ddof=1))
    paired = float((first - second).var(ddof=1))
    if paired == 0:
        return float("inf") if apart > 0 else float("nan")
    return round(apart / paired, 12)
