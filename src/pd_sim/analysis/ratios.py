"""Ratios over replicates: how much of one thing there is for each of another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pd_sim.results.uncertainty import CONFIDENCE, Estimate

__all__ = ["each_ratio", "ratio"]

Floats = npt.NDArray[np.float64]


def ratio(values: npt.ArrayLike, versus: npt.ArrayLike, confidence: float = CONFIDENCE) -> Estimate:
    """Ratio of two means over the same replicates, R = Σx / Σy, with its interval [1]_.

    R ± t(n−1) · s/(√n·ȳ), s the standard deviation of x − R·y: what both have in common cancels. Unlike a mean of
    ratios it is not driven by replicates in which y is small.

    Parameters
    ----------
    values, versus
        Shape ``(replicate, ...)`` each; entry r of both comes from the same replicate.

    Returns
    -------
    Shape ``(...)``; NaN where y is 0 in all replicates, low and high NaN with one replicate.

    References
    ----------
    .. [1] W. G. Cochran (1977), "Sampling techniques", 3rd ed., ch. 6.

    Examples
    --------
    >>> found = ratio([1.0, 3.0, 2.0], [2.0, 6.0, 4.0])  # always half
    >>> print(found.mean, found.low, found.high, found.n)
    0.5 0.5 0.5 3
    >>> print(ratio([0.0, 0.0], [0.0, 0.0]).mean)
    nan
    """
    from scipy.special import stdtrit

    x, y = np.asarray(values, np.float64), np.asarray(versus, np.float64)
    if x.shape != y.shape or x.ndim == 0 or not x.shape[0]:
        raise ValueError(f"paired replicates need equal shapes, not {x.shape} and {y.shape}")
    n = x.shape[0]
    whole = y.sum(axis=0)
    mean = np.divide(x.sum(axis=0), whole, out=np.full(whole.shape, np.nan), where=whole != 0)
    if n == 1:
        return Estimate(np.asarray(mean), np.full(mean.shape, np.nan), np.full(mean.shape, np.nan), n)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.sqrt(((x - mean * y) ** 2).sum(axis=0) / (n - 1))
        half = stdtrit(n - 1, 0.5 + confidence / 2) * spread / np.sqrt(n) / np.abs(whole / n)
    half = np.where(np.isnan(mean), np.nan, half)
    return Estimate(np.asarray(mean), np.asarray(mean - half), np.asarray(mean + half), n)


def each_ratio(values: npt.ArrayLike, versus: npt.ArrayLike) -> Floats:
    """Ratio in every replicate, NaN where there is nothing to divide by.

    Examples
    --------
    >>> each_ratio([1.0, 2.0], [4.0, 0.0]).tolist()
    [0.25, nan]
    """
    x, y = np.broadcast_arrays(np.asarray(values, np.float64), np.asarray(versus, np.float64))
    return np.divide(x, y, out=np.full(x.shape, np.nan), where=y != 0)
