"""How far and how fast a practice is taken up."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["practice_years", "shares", "time_to"]

Floats = npt.NDArray[np.float64]

_ALMOST = 1e-9  # 3 of 12 households are a quarter, whatever floating point says


def shares(counts: npt.ArrayLike, sizes: npt.ArrayLike) -> Floats:
    """Share of all households of a replicate, its villages pooled: Σ counts / Σ sizes over villages.

    Parameters
    ----------
    counts
        Households of which something is true, shape ``(replicate, step, village)``.
    sizes
        Households of each village, shape ``(village,)`` or ``(replicate, village)``, at least one in all.

    Returns
    -------
    Shape ``(replicate, step)``. Large villages weigh more than small ones; a mean of village shares is something else.

    Examples
    --------
    >>> shares([[[1, 30], [3, 30]]], [4, 40]).round(3).tolist()
    [[0.705, 0.75]]
    """
    held = np.asarray(counts, dtype=np.float64)
    households = np.broadcast_to(np.asarray(sizes, dtype=np.float64), (held.shape[0], held.shape[2])).sum(axis=1)
    if (households <= 0).any():
        raise ValueError("a share needs at least one household")
    return np.asarray(held.sum(axis=2) / households[:, None])


def time_to(shares: npt.ArrayLike, level: float) -> Floats:
    """First step at which a share reaches a level.

    Parameters
    ----------
    shares
        Shape ``(..., step)``; position 0 is step 0.
    level
        Share to be reached; exactly at it counts.

    Returns
    -------
    Shape ``(...)``; NaN where it is never reached. A mean over replicates that leaves the NaN out would speak only of
    those that got there: give the share of NaN beside it.

    Examples
    --------
    >>> time_to([[0.0, 0.2, 0.5, 0.4], [0.0, 0.1, 0.1, 0.2]], level=0.5).tolist()
    [2.0, nan]
    """
    reached = np.asarray(shares, dtype=np.float64) >= level - _ALMOST
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1).astype(np.float64), np.nan)


def practice_years(counts: npt.ArrayLike, steps_a_year: float = 365.25 / 7) -> Floats:
    """Household-years of practice up to the last step: Σ over steps 1…last of households practising / steps a year.

    Parameters
    ----------
    counts
        Households practising, shape ``(..., step)``; step 0 is the start and takes no time.
    steps_a_year
        52.18 for weeks.

    Returns
    -------
    Shape ``(...)``, in household-years. The denominator of a cost per sustained adopter-year.

    Examples
    --------
    >>> practice_years([[5, 10, 10, 6]], steps_a_year=52).tolist()
    [0.5]
    """
    return np.asarray(np.asarray(counts, dtype=np.float64)[..., 1:].sum(axis=-1) / steps_a_year)
