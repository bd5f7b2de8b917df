"""What is left of a practice after the support has ended."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["net_retention", "sustained"]

Floats = npt.NDArray[np.float64]


def sustained(then: npt.ArrayLike, later: npt.ArrayLike) -> Floats:
    """Share of the households practising at one step that practise at a later one too.

    |then ∧ later| / |then|. A household that stopped and came back in between counts as sustained.

    Parameters
    ----------
    then, later
        Whether a household practises, shape ``(..., household)`` each.

    Returns
    -------
    Shape ``(...)``; NaN where nobody practised then.

    Examples
    --------
    >>> sustained([[True, True, False, True], [False] * 4], [[True, False, True, True], [True] * 4]).round(3).tolist()
    [0.667, nan]
    """
    first, second = np.asarray(then, dtype=bool), np.asarray(later, dtype=bool)
    if first.shape != second.shape:
        raise ValueError(f"the same households are needed at both steps, not {first.shape} and {second.shape}")
    return _ratio((first & second).sum(axis=-1), first.sum(axis=-1))


def net_retention(counts: npt.ArrayLike, then: int, later: int) -> Floats:
    """Households practising at a later step for each that practised at an earlier one; who they are is not asked.

    counts[later] / counts[then]. Newcomers make up for those who stopped, so this is above `sustained` and may pass 1.

    Parameters
    ----------
    counts
        Households practising, shape ``(..., step)``.
    then, later
        Steps, `then` not after `later`.

    Returns
    -------
    Shape ``(...)``; NaN where nobody practised then.

    Examples
    --------
    >>> net_retention([[0, 40, 60, 30]], then=2, later=3).tolist()
    [0.5]
    """
    held = np.asarray(counts, dtype=np.float64)
    if not 0 <= then <= later < held.shape[-1]:
        raise ValueError(f"steps {then} and {later} must be in order and within 0 to {held.shape[-1] - 1}")
    return _ratio(held[..., later], held[..., then])


def _ratio(part: npt.NDArray[np.generic], whole: npt.NDArray[np.generic]) -> Floats:
    top, bottom = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
