"""A budget while it lasts: what each replicate may still spend, and how many units that pays for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Purse", "share_out"]

CENT = 1e-6
"""Money that rounding may hide; sums of less are nobody's."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Purse:
    """The budget of an arm in this step.

    Attributes
    ----------
    total
        Money each replicate may spend in all, ``[R]``.
    spent, set_up
        Money each replicate has spent of it so far, and what of that was to set things up, ``[R]``; charges write here.
    pace
        Share of what is not for setting up that may be spent by the end of this step.
    closed
        Replicates in which nothing more is paid for, ``[R]``.
    pays_for
        Payers whose charges it covers.
    stops
        Whether it closes with the first thing it cannot pay for in full.
    """

    total: Floats
    spent: Floats
    set_up: Floats
    pace: float
    closed: npt.NDArray[np.bool_]
    pays_for: Collection[str]
    stops: bool

    def left(self, *, to_set_up: bool | npt.NDArray[np.bool_] = False) -> Floats:
        """Money each replicate may still spend in this step; what sets things up need not wait for its pace."""
        allowed = np.where(to_set_up, self.total, self.set_up + (self.total - self.set_up) * self.pace)
        return np.where(self.closed, 0.0, np.maximum(allowed - self.spent, 0.0))


def share_out(wanted: npt.NDArray[np.int64], price: Floats, left: float, first: int) -> npt.NDArray[np.int64]:
    """Units each village of one replicate gets for the money that is left.

    Each gets the same share of what it wants, rounded down; what remains goes round unit by unit, beginning with
    village ``first``, as long as it pays for one.

    Parameters
    ----------
    wanted
        Units, from 0, ``[V]``.
    price
        Price of a unit in each village, above 0, ``[V]``.
    left
        Money.
    first
        Where the round begins.

    Examples
    --------
    >>> share_out(np.array([10, 5]), np.array([2.0, 2.0]), 13.0, 0).tolist()
    [4, 2]
    >>> share_out(np.array([1, 1, 1]), np.array([100.0] * 3), 250.0, 2).tolist()
    [1, 0, 1]
    """
    total = float((wanted * price).sum())
    if total <= left + CENT:
        return wanted
    granted = np.floor(wanted * (left / total) + 1e-12).astype(np.int64)
    rest = left - float((granted * price).sum())
    villages = len(wanted)
    given = True
    while given:
        given = False
        for k in range(villages):
            v = (first + k) % villages
            if granted[v] < wanted[v] and price[v] <= rest + CENT:
                granted[v] += 1
                rest -= float(price[v])
                given = True
    return granted
