"""How differently villages of one population fare."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Spread", "intraclass", "village_spread", "without_positive_deviant"]

Floats = npt.NDArray[np.float64]


def without_positive_deviant(hidden: npt.ArrayLike) -> Floats:
    """Share of the villages in which nobody practises in hiding at step 0, so that nothing can be discovered.

    With 2% of 43 households chosen among all villages, about (1 − .02)^43 = 42% of such villages have none.

    Parameters
    ----------
    hidden
        Hidden practisers (practising less seen) at step 0, shape ``(..., village)``.

    Returns
    -------
    Shape ``(...)``.

    Examples
    --------
    >>> without_positive_deviant([[0, 1, 0, 3], [1, 1, 1, 1]]).tolist()
    [0.5, 0.0]
    """
    return np.asarray((np.asarray(hidden) == 0).mean(axis=-1))


class Spread(NamedTuple):
    """Spread of village shares within a replicate, one entry per replicate; `sd` is NaN with a single village."""

    mean: Floats
    sd: Floats
    low: Floats
    high: Floats


def village_spread(counts: npt.ArrayLike, sizes: npt.ArrayLike) -> Spread:
    """Mean, standard deviation (n − 1), least and greatest of the shares of a population's villages.

    Every village counts the same, however large it is.

    Parameters
    ----------
    counts
        Households of which something is true, shape ``(replicate, village)``.
    sizes
        Households, shape ``(village,)`` or ``(replicate, village)``.

    Examples
    --------
    >>> spread = village_spread([[1, 3]], [10, 10])
    >>> print(spread.mean, spread.sd.round(4), spread.low, spread.high)
    [0.2] [0.1414] [0.1] [0.3]
    """
    shares = np.asarray(counts, dtype=np.float64) / np.asarray(sizes, dtype=np.float64)
    single = shares.shape[-1] < 2
    sd = np.full(shares.shape[:-1], np.nan) if single else shares.std(axis=-1, ddof=1)
    return Spread(shares.mean(axis=-1), sd, shares.min(axis=-1), shares.max(axis=-1))


def intraclass(counts: npt.ArrayLike, sizes: npt.ArrayLike) -> Floats:
    """Intraclass correlation of a yes/no outcome of households within villages, by analysis of variance [1]_.

    (MSB − MSW) / (MSB + (n₀ − 1)·MSW) with n₀ = (N − Σnᵢ²/N)/(k − 1). What a village trial's power depends on.

    Parameters
    ----------
    counts
        Households with the outcome, shape ``(..., village)``.
    sizes
        Households, shape ``(village,)`` or as `counts`; at least two villages and more households than villages.

    Returns
    -------
    Shape ``(...)``. May come out a little below 0 by chance; NaN where all households have the same outcome.

    References
    ----------
    .. [1] A. Donner, J. J. Koval (1980), "The estimation of intraclass correlation in the analysis of family data",
       Biometrics 36.

    Examples
    --------
    >>> float(intraclass([10, 0], [10, 10]))  # villages wholly alike within, wholly different between
    1.0
    >>> round(float(intraclass([5, 5], [10, 10])), 4)
    -0.1111
    """
    yes = np.asarray(counts, dtype=np.float64)
    n = np.broadcast_to(np.asarray(sizes, dtype=np.float64), yes.shape)
    k, total = yes.shape[-1], n.sum(axis=-1)
    if k < 2 or (total <= k).any():
        raise ValueError("at least two villages, and more households than villages, are needed")
    share, overall = yes / n, yes.sum(axis=-1) / total
    between = (n * (share - overall[..., None]) ** 2).sum(axis=-1) / (k - 1)
    within = (n * share * (1 - share)).sum(axis=-1) / (total - k)
    typical = (total - (n**2).sum(axis=-1) / total) / (k - 1)
    bottom = between + (typical - 1) * within
    return np.divide(between - within, bottom, out=np.full(bottom.shape, np.nan), where=bottom > 0)
