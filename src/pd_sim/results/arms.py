"""What one arm did, in every replicate, step and village."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.errors import ResultError
from pd_sim.results.measures import AMOUNTS, MEASURES, SO_FAR

__all__ = ["ArmResult", "Counts", "Floats", "frozen"]

Counts = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ArmResult:
    """What one arm did.

    Parameters
    ----------
    counts
        Whole numbers, shape ``(replicate, step + 1, village, measure)``; step 0 is the village as drawn, measures are
        in the order of ``MEASURES``.
    cost
        Money spent in each step by heading, shape ``(replicate, step + 1, village)`` each; ``payer: heading`` unless
        the sponsor paid.
    digests
        One per replicate, of the state of every household at every step; empty if none were taken.
    amounts
        Sums of each step that are no whole numbers (``measures.AMOUNTS``), of the same shape; left out: 0.

    Raises
    ------
    ResultError
        The shapes do not fit together.
    """

    counts: Counts
    cost: Mapping[str, Floats] = field(default_factory=dict)
    digests: tuple[str, ...] = ()
    amounts: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        counts = frozen(self.counts, np.int32)
        if counts.ndim != 4 or counts.shape[3] != len(MEASURES) or 0 in counts.shape:
            raise ResultError(f"counts need shape (replicate, step, village, {len(MEASURES)}), not {counts.shape}")
        cost = {str(heading): frozen(money, np.float64) for heading, money in self.cost.items()}
        amounts = {str(name): frozen(values, np.float64) for name, values in self.amounts.items()}
        for what, sums in (("cost", cost), ("amount", amounts)):
            for name, values in sums.items():
                if values.shape != counts.shape[:3]:
                    raise ResultError(
                        f"{what} {name!r} needs shape {counts.shape[:3]} as the counts, not {values.shape}"
                    )
        if unknown := set(amounts) - set(AMOUNTS):
            raise ResultError(f"amounts {sorted(unknown)} are unknown; there are {', '.join(AMOUNTS)}")
        if self.digests and len(self.digests) != counts.shape[0]:
            raise ResultError(f"{len(self.digests)} digests for {counts.shape[0]} replicates")
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "cost", MappingProxyType(cost))
        object.__setattr__(self, "amounts", MappingProxyType(amounts))
        object.__setattr__(self, "digests", tuple(self.digests))

    @property
    def replicates(self) -> int:
        """Number of replicates."""
        return int(self.counts.shape[0])

    @property
    def steps(self) -> int:
        """The last step; step 0 is not counted."""
        return int(self.counts.shape[1]) - 1

    def values(self, measure: str) -> Floats:
        """One measure as plain numbers, not divided by anything.

        Parameters
        ----------
        measure
            A name of ``MEASURES``, ``cost``, ``cost_<heading>``; events and money also with ``_so_far``.

        Returns
        -------
        Shape ``(replicate, step + 1, village)``. A heading this arm has nothing under costs 0.
        """
        base = measure.removesuffix(SO_FAR)
        if base in MEASURES:
            values = self.counts[..., MEASURES.index(base)].astype(np.float64)
        elif base in AMOUNTS:
            values = np.array(self.amounts.get(base, np.zeros(self.counts.shape[:3])))
        else:
            values = np.zeros(self.counts.shape[:3])
            for heading, money in self.cost.items():
                if base in ("cost", f"cost_{heading}"):
                    values = values + money
        return values if base == measure else values.cumsum(axis=1)


def frozen(values: npt.ArrayLike, dtype: type) -> Any:
    """A read-only array of that kind; `ResultError` if counts are no whole numbers."""
    given = np.asarray(values)
    if np.issubdtype(dtype, np.integer) and not np.issubdtype(given.dtype, np.integer):
        raise ResultError(f"counts must be whole numbers, not {given.dtype}")
    array: npt.NDArray[Any] = np.ascontiguousarray(given, dtype=dtype)
    if array is values:
        array = array.view()
    array.flags.writeable = False
    return array
