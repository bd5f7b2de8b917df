"""Social capital: what an arm leaves behind besides the practice – people who came together, and new ties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pd_sim.analysis.ratios import each_ratio, ratio
from pd_sim.results import Comparison, band, mean_interval

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SOCIAL", "social"]

SOCIAL: dict[str, str] = {
    "participants": "different households that have come to a session",
    "comings": "places taken in sessions",
    "comings_each": "how often one that came has come",
    "ties_formed": "new ties between people who met",
    "ties_each": "new ties for each household that came",
    "isolates_reached": "different households without ties that have come to a session",
}
"""What is counted, in order, and what it means."""

Floats = npt.NDArray[np.float64]


def social(result: Comparison, step: int | None = None) -> pd.DataFrame:
    """Say what each arm left behind in social capital, up to a step.

    Parameters
    ----------
    result
        A comparison.
    step
        The step up to which it is counted; none: the last.

    Returns
    -------
    One row an arm and quantity of `SOCIAL`, in numbers (of households, places, ties). Columns: ``arm, quantity,
    meaning, step, mean, low, high, band_low, band_high, n``. ``comings_each`` and ``ties_each`` are ratios of means;
    their band is that of the replicates in which anybody came, whose number is ``n``. NaN where nobody ever came.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 60).set("steps", 30)
    >>> found = ps.social(ps.compare(town, ["nothing", "bottom_up"], replicates=8))
    >>> found.query("arm == 'nothing'")["mean"].round(1).tolist()
    [0.0, 0.0, nan, 0.0, nan, 0.0]
    """
    import pandas as pd

    at = result.step(step)
    return pd.DataFrame([row for arm in result.arms for row in _rows(result, arm, at)])


def _rows(result: Comparison, arm: str, at: int) -> Iterator[dict[str, Any]]:
    households = result.sizes.sum(axis=1)
    came = result.series(arm, "participants")[:, at] * households
    comings = result.series(arm, "attendance_so_far")[:, at]
    ties = result.series(arm, "ties_formed_so_far")[:, at]
    isolates = result.series(arm, "isolates_reached")[:, at] * households
    found: dict[str, tuple[Floats, Any]] = {
        "participants": (came, mean_interval(came)),
        "comings": (comings, mean_interval(comings)),
        "comings_each": (each_ratio(comings, came), ratio(comings, came)),
        "ties_formed": (ties, mean_interval(ties)),
        "ties_each": (each_ratio(ties, came), ratio(ties, came)),
        "isolates_reached": (isolates, mean_interval(isolates)),
    }
    for quantity, (values, estimate) in found.items():
        known = values[~np.isnan(values)]
        low, high = band(known) if len(known) else (np.nan, np.nan)
        yield {
            "arm": arm,
            "quantity": quantity,
            "meaning": SOCIAL[quantity],
            "step": at,
            "mean": float(estimate.mean),
            "low": float(estimate.low),
            "high": float(estimate.high),
            "band_low": float(low),
            "band_high": float(high),
            "n": len(known),
        }
