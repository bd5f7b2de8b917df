"""Adopter categories: by the time of adoption (Rogers), and by the exposure it took (Valente)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = [
    "CATEGORIES",
    "FROM_THE_START",
    "NEVER",
    "THRESHOLDS",
    "categories",
    "categories_by_rank",
    "threshold_categories",
]

Steps = npt.NDArray[np.int64]
Names = npt.NDArray[np.object_]

CATEGORIES = ("innovator", "early adopter", "early majority", "late majority", "laggard")
"""Adopter categories of Rogers, in order of time."""

THRESHOLDS = ("very low", "low", "high", "very high")
"""Threshold categories of Valente, in order."""

FROM_THE_START, NEVER = "from the start", "never"
"""Stand in for a category where a household practised at step 0, or never."""

_RANKS = (0.025, 0.16, 0.5, 0.84)


def categories(first: npt.ArrayLike) -> Names:
    """Adopter categories by the mean and standard deviation (all adopters, n) of the time of adoption [1]_.

    Innovators adopt before mean − 2 sd, early adopters before mean − sd, the early majority before the mean, the late
    majority up to mean + sd, laggards after it. Where adoption is skewed, a category may be empty.

    Parameters
    ----------
    first
        Step at whose end each household first practised; 0 from the start, −1 never.

    References
    ----------
    .. [1] E. M. Rogers (2003), "Diffusion of innovations", 5th ed., ch. 7.

    Examples
    --------
    >>> categories([2, 6, 7, 8, 12]).tolist()  # mean 7, sd 3.22
    ['early adopter', 'early majority', 'late majority', 'late majority', 'laggard']
    """
    steps = np.asarray(first, np.int64)
    named = _named(steps)
    adopted = steps > 0
    if adopted.any():
        mean, sd = steps[adopted].mean(), steps[adopted].std()
        place = np.searchsorted([mean - 2 * sd, mean - sd, mean], steps, side="right") + (steps > mean + sd)
        named[adopted] = np.array(CATEGORIES, object)[place[adopted]]
    return named


def categories_by_rank(first: npt.ArrayLike) -> Names:
    """Adopter categories by order of adoption: the first 2.5%, 13.5%, 34%, 34% and 16% of the adopters.

    What the rule of mean and sd gives where times of adoption are normal. A household's place is its mid-rank,
    so that those who adopt in one step share a category.

    Examples
    --------
    >>> categories_by_rank([2, 6, 7, 8, 12]).tolist()  # mid-ranks .1 .3 .5 .7 .9
    ['early adopter', 'early majority', 'late majority', 'late majority', 'laggard']
    """
    steps = np.asarray(first, np.int64)
    named = _named(steps)
    adopted = steps > 0
    times = np.sort(steps[adopted])
    if len(times):
        before, upto = np.searchsorted(times, steps, side="left"), np.searchsorted(times, steps, side="right")
        place = np.searchsorted(_RANKS, (before + upto) / 2 / len(times), side="right")
        named[adopted] = np.array(CATEGORIES, object)[place[adopted]]
    return named


def _named(first: Steps) -> Names:
    return np.where(first == 0, FROM_THE_START, NEVER).astype(object)


def threshold_categories(thresholds: npt.ArrayLike) -> Names:
    """Valente's categories of network thresholds: below mean − sd, below the mean, up to mean + sd, above it.

    Parameters
    ----------
    thresholds
        From `pd_sim.analysis.diffusion.exposure_at_adoption`; NaN gives an empty name.

    Examples
    --------
    >>> threshold_categories([0.0, 0.5, 0.5, 1.0, np.nan]).tolist()  # mean .5, sd .354
    ['very low', 'high', 'high', 'very high', '']
    """
    values = np.asarray(thresholds, np.float64)
    known = ~np.isnan(values)
    named = np.full(values.shape, "", object)
    if known.any():
        mean, sd = values[known].mean(), values[known].std()
        place = np.searchsorted([mean - sd, mean], values, side="right") + (values > mean + sd)
        named[known] = np.array(THRESHOLDS, object)[place[known]]
    return named
