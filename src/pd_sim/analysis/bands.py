"""How differently single replicates come out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pd_sim.results.uncertainty import BAND, band

__all__ = ["BAND", "band", "quantiles"]


def quantiles(values: npt.ArrayLike, at: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> npt.NDArray[np.float64]:
    """Quantiles over replicates, by linear interpolation between order statistics.

    Parameters
    ----------
    values
        Shape ``(replicate, ...)``.
    at
        Between 0 and 1.

    Returns
    -------
    Shape ``(quantile, ...)``. One replicate: its value everywhere.

    Examples
    --------
    >>> quantiles([1.0, 2.0, 3.0, 4.0, 5.0], at=(0.25, 0.5)).tolist()
    [2.0, 3.0]
    """
    return np.asarray(np.quantile(np.asarray(values, dtype=np.float64), list(at), axis=0))
