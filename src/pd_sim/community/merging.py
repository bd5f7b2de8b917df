"""One tie out of all the rows that tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

__all__ = ["Merged", "Told", "merge", "repeated"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Told:
    """What rows tell: who sees whom (as row numbers of the community), and in which of how many relations."""

    source: npt.NDArray[np.int32]
    target: npt.NDArray[np.int32]
    relation: npt.NDArray[np.int32]
    weight: npt.NDArray[np.float64] | None
    perceived: npt.NDArray[np.int8] | None
    households: int
    relations: int

    def key(self) -> npt.NDArray[np.int64]:
        """One number per pair of source and target."""
        return self.source * np.int64(self.households) + self.target


@dataclass(frozen=True)
class Merged:
    """Distinct half-edges, and how many rows told of what was told before."""

    source: npt.NDArray[np.int32]
    target: npt.NDArray[np.int32]
    weight: npt.NDArray[np.float64] | None
    perceived: npt.NDArray[np.int8] | None
    counts: dict[str, int]


def repeated(told: Told) -> tuple[int, int] | None:
    """Places of the first row that repeats source, target and relation of an earlier one, and of that one."""
    key = told.key() * max(told.relations, 1) + told.relation
    if len(_distinct(key)) == len(key):
        return None
    order = np.argsort(key, kind="stable")
    again = np.flatnonzero(key[order][1:] == key[order][:-1])
    first = again[order[again + 1].argmin()]
    return int(order[first + 1]), int(order[first])


def merge(told: Told, mutual: bool, merged_weight: Literal["largest", "sum", "mean"]) -> Merged:
    """Merge rows of one pair over relations and, where ties are mutual, over both directions.

    Parameters
    ----------
    told
        The rows.
    mutual
        Whether a row stands for both directions.
    merged_weight
        How the weights of rows become the weight of their tie.
    """
    key = told.key()
    within = len(_distinct(key * max(told.relations, 1) + told.relation))
    directed = len(_distinct(key))
    counts = {"again within a relation": len(key) - within, "named in several relations": within - directed}
    perceived = None
    if told.perceived is not None:
        said = np.flatnonzero(told.perceived >= 0)
        sorted_by_key = said[np.argsort(key[said], kind="stable")]
        believed = sorted_by_key[_firsts(key[sorted_by_key])]
    n = np.int64(told.households)
    every = np.concatenate([key, told.target * n + told.source]) if mutual else key
    weight = None
    if told.weight is None:
        half = _distinct(every)
    else:
        order = np.argsort(every, kind="stable")
        every = every[order]
        first = _firsts(every)
        half = every[first]
        ordered = told.weight[order % len(key)]  # mirrors come after the rows and have their weights
        del every, order
        if merged_weight == "largest":
            weight = np.maximum.reduceat(ordered, first)
        else:
            weight = np.add.reduceat(ordered, first)
            if merged_weight == "mean":
                weight /= np.diff(np.append(first, len(ordered)))
    if mutual:
        counts["named by both"] = directed - len(half) // 2
    if told.perceived is not None:
        perceived = np.full(len(half), -1, np.int8)
        perceived[np.searchsorted(half, key[believed])] = told.perceived[believed]
    return Merged((half // n).astype(np.int32), (half % n).astype(np.int32), weight, perceived, counts)


def _firsts(ordered: Array) -> npt.NDArray[np.int64]:
    """Where each run of equal values begins."""
    if not len(ordered):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))


def _distinct(values: Array) -> Array:
    ordered = np.sort(values)
    return ordered[_firsts(ordered)]
