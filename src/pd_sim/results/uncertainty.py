"""How a mean, a difference and a share are given with their uncertainty.

Two different things, never to be mixed up: the *interval* says how well the mean is known and shrinks with more
replicates; the *band* says how differently single replicates come out and does not.

Replicates lie along the first axis everywhere; what follows (steps, villages) is carried along.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["BAND", "CONFIDENCE", "Estimate", "band", "mean_interval", "paired_difference", "takeoff", "wilson"]

CONFIDENCE = 0.95
"""Confidence of every interval."""

BAND = 0.90
"""Share of the replicates that lie within a band."""

Floats = npt.NDArray[np.float64]


class Estimate(NamedTuple):
    """A mean with the ends of its interval, and the number of replicates behind it (NaN ends: one replicate)."""

    mean: Floats
    low: Floats
    high: Floats
    n: int


def mean_interval(values: npt.ArrayLike, confidence: float = CONFIDENCE) -> Estimate:
    """Mean over replicates with Student's interval: mean ± t(n−1)·s/√n.

    Parameters
    ----------
    values
        Shape ``(replicate, ...)``.
    confidence
        Between 0 and 1.

    Returns
    -------
    Mean, low, high of shape ``(...)``. One replicate: low and high are NaN. All replicates equal: low = mean = high.

    Examples
    --------
    >>> mean, low, high, n = mean_interval([1.0, 2.0, 3.0, 4.0])
    >>> print(f"{mean} [{low:.3f}, {high:.3f}] n={n}")  # s = 1.291, t(3) = 3.182
    2.5 [0.446, 4.554] n=4
    >>> mean_interval([7.0])
    Estimate(mean=array(7.), low=array(nan), high=array(nan), n=1)
    """
    from scipy.special import stdtrit

    values = _replicates(values)
    n = values.shape[0]
    mean = np.asarray(values.mean(axis=0))
    # equal replicates must give their own value, not one that summing has rounded
    mean = np.where((values == values[0]).all(axis=0), values[0], mean)
    if n == 1:
        unknown = np.full(mean.shape, np.nan)
        return Estimate(mean, unknown, unknown.copy(), n)
    spread = np.sqrt(((values - mean) ** 2).sum(axis=0) / (n - 1))
    half = stdtrit(n - 1, 0.5 + confidence / 2) * spread / np.sqrt(n)
    return Estimate(mean, np.asarray(mean - half), np.asarray(mean + half), n)


def paired_difference(values: npt.ArrayLike, versus: npt.ArrayLike, confidence: float = CONFIDENCE) -> Estimate:
    """Mean of the differences replicate by replicate, with Student's interval of these differences.

    Replicates of two arms share their draws, so what they have in common cancels; the interval of two independent
    samples would be far too wide.

    Parameters
    ----------
    values, versus
        Shape ``(replicate, ...)`` each; entry r of both comes from the same replicate.

    Raises
    ------
    ValueError
        The shapes differ: nothing is paired then.

    Examples
    --------
    >>> paired_difference([0.5, 0.7, 0.9], [0.25, 0.45, 0.65]).mean.round(12)
    np.float64(0.25)
    >>> print(*paired_difference([0.5, 0.7], [0.5, 0.7]))
    0.0 0.0 0.0 2
    """
    first, second = _replicates(values), _replicates(versus)
    if first.shape != second.shape:
        raise ValueError(f"paired replicates need equal shapes, not {first.shape} and {second.shape}")
    return mean_interval(first - second, confidence)


def band(values: npt.ArrayLike, share: float = BAND) -> tuple[Floats, Floats]:
    """Ends of the central `share` of the replicates (linear interpolation between order statistics).

    Parameters
    ----------
    values
        Shape ``(replicate, ...)``.
    share
        Between 0 and 1. One replicate: both ends are its value.

    Examples
    --------
    >>> low, high = band(np.arange(21.0))
    >>> print(low, high)
    1.0 19.0
    """
    tail = round((1 - share) / 2, 12)  # 1 - .9 is not quite .1, and a whole replicate must stay whole
    low, high = np.quantile(_replicates(values), [tail, 1 - tail], axis=0)
    return np.asarray(low), np.asarray(high)


def wilson(count: npt.ArrayLike, n: int, confidence: float = CONFIDENCE) -> Estimate:
    """Share of `n` with Wilson's interval, which holds near 0 and 1 and for few replicates [1]_.

    Centre (k + z²/2)/(n + z²), half width z·√(k(n−k)/n + z²/4)/(n + z²).

    Parameters
    ----------
    count
        How many of the `n`, any shape.
    n
        At least 1.

    References
    ----------
    .. [1] E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22.

    Examples
    --------
    >>> share, low, high, n = wilson(0, 10)  # none of ten is not "never"
    >>> print(f"{share:.2f} [{low:.3f}, {high:.3f}]")
    0.00 [0.000, 0.278]
    """
    from scipy.special import ndtri

    if n < 1:
        raise ValueError(f"a share needs at least one replicate, not {n}")
    k = np.asarray(count, dtype=np.float64)
    z = float(ndtri(0.5 + confidence / 2))
    centre = (k + z * z / 2) / (n + z * z)
    half = z * np.sqrt(k * (n - k) / n + z * z / 4) / (n + z * z)
    low = np.where(k == 0, 0.0, np.maximum(centre - half, 0.0))
    high = np.where(k == n, 1.0, np.minimum(centre + half, 1.0))
    return Estimate(np.asarray(k / n), low, high, n)


def takeoff(shares: npt.ArrayLike, level: float) -> Estimate:
    """Share of the replicates that took off, with Wilson's interval.

    Near a tipping point outcomes have two humps and the mean describes none of them; this is what is asked there.

    Parameters
    ----------
    shares
        Share of households practising, shape ``(replicate, ...)``.
    level
        Share from which a replicate counts as taken off; exactly at it counts.

    Examples
    --------
    >>> share, low, high, n = takeoff([0.02, 0.03, 0.71, 0.25], level=0.25)
    >>> print(f"{share} [{low:.2f}, {high:.2f}]")
    0.5 [0.15, 0.85]
    """
    values = _replicates(shares)
    # 3 of 12 households are a quarter, whatever floating point says
    return wilson((values >= level - 1e-9).sum(axis=0), values.shape[0])


def _replicates(values: npt.ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 0 or array.shape[0] == 0:
        raise ValueError("at least one replicate is needed, along the first axis")
    return array
