"""Whether a replicate took off, and what the two humps of a result near its tipping point look like."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pd_sim.results.uncertainty import Estimate, takeoff, wilson

__all__ = ["Humps", "humps", "takeoff", "wilson"]


class Humps(NamedTuple):
    """Replicates that took off and those that did not.

    Attributes
    ----------
    takeoff
        Share that took off, with Wilson's interval.
    below, above
        Mean share practising of those that did not, and of those that did; NaN where there is none.
    """

    takeoff: Estimate
    below: float
    above: float


def humps(shares: npt.ArrayLike, level: float) -> Humps:
    """Describe a two-humped result by what a mean hides: how often it takes off, and where either hump lies.

    Parameters
    ----------
    shares
        Share practising at one step, shape ``(replicate,)``.
    level
        Share from which a replicate counts as taken off.

    Examples
    --------
    >>> found = humps([0.02, 0.04, 0.70, 0.80], level=0.25)
    >>> print(found.takeoff.mean, round(found.below, 2), found.above)  # the mean of all four, .39, happens never
    0.5 0.03 0.75
    """
    values = np.asarray(shares, dtype=np.float64)
    off = values >= level - 1e-9
    below = float(values[~off].mean()) if not off.all() else float("nan")
    above = float(values[off].mean()) if off.any() else float("nan")
    return Humps(takeoff(values, level), below, above)
