"""How evenly a practice reaches the groups of a community."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["gap", "gini"]

Floats = npt.NDArray[np.float64]


def gap(shares: Floats) -> Floats:
    """Greatest less smallest share over groups (last axis); groups without households (NaN) are left out.

    Examples
    --------
    >>> float(gap(np.array([0.2, 0.5, np.nan])))
    0.3
    """
    return np.asarray(np.nanmax(shares, axis=-1) - np.nanmin(shares, axis=-1))


def gini(shares: Floats, sizes: Floats) -> Floats:
    """Gini coefficient of the shares over groups (last axis), each group weighing as much as it has households.

    G = Σᵢ Σⱼ wᵢ wⱼ |xᵢ − xⱼ| / (2 · mean), w the groups' parts of all households [1]_; 0 where all groups fare alike
    or nobody practises, at most 1 less the smallest group's part.

    Examples
    --------
    >>> float(gini(np.array([0.0, 1.0]), np.array([10, 10])))
    0.5
    >>> float(gini(np.array([0.3, 0.3]), np.array([5, 20])))
    0.0

    References
    ----------
    .. [1] A. Sen (1973), "On Economic Inequality", ch. 2.
    """
    weights = np.asarray(sizes, float) / np.sum(sizes)
    known = np.where(weights > 0, np.nan_to_num(shares), 0.0)
    mean = (known * weights).sum(axis=-1)
    apart = np.abs(known[..., :, None] - known[..., None, :]) * (weights[:, None] * weights[None, :])
    with np.errstate(invalid="ignore", divide="ignore"):
        value = apart.sum(axis=(-1, -2)) / (2 * mean)
    return np.where(mean > 0, value, 0.0)
