"""Replicates as they are founded, and how they are laid side by side in one set of arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pd_sim.community.ties import Ties
from pd_sim.population.records import COUNTERS, HOUSEHOLD, LOOK, Arrays
from pd_sim.streams import stream_key

__all__ = ["SIGHT_STREAM", "Founded", "lay_side_by_side", "weights_of"]

SIGHT_STREAM = stream_key("tie", "", "sight")
"""Stream of the one uniform a direction of a tie has: whether it sees practice."""


class Founded(NamedTuple):
    """One replicate's villages as they are drawn, before anything happens; shared by all arms, never written to."""

    own: npt.NDArray[Any]
    stage: npt.NDArray[np.uint8]
    identity: npt.NDArray[np.uint64]
    village_sizes: npt.NDArray[np.int64]
    ties: Ties
    sight: npt.NDArray[np.uint8]
    village_seed: int
    groups: dict[str, npt.NDArray[Any]]


def weights_of(ties: Ties, scale: int) -> npt.NDArray[np.int32]:
    """Weights of a community's half-edges, in the order of ``sees`` and the tile's fixed point."""
    if ties.weight is None:
        return np.full(len(ties.sees), scale, np.int32)
    return ties.weight


def lay_side_by_side(
    founded: Sequence[Founded], seeds: Sequence[int], limits: npt.NDArray[np.float64], ties_form: bool
) -> Arrays:
    """Join the replicates' arrays, rows and half-edges shifted to their places."""
    sizes = [len(f.own) for f in founded]
    rows = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    edges = np.concatenate([[0], np.cumsum([len(f.ties.sees) for f in founded])]).astype(np.int64)
    scale = max(f.ties.scale for f in founded)
    weighted = any(f.ties.weight is not None for f in founded)

    def joined(parts: Iterable[npt.NDArray[Any]], dtype: Any) -> npt.NDArray[Any]:
        return np.concatenate([np.asarray(p) for p in parts]).astype(dtype)

    def starts(name: str) -> npt.NDArray[np.int32]:
        parts = [getattr(f.ties, name)[:-1] + edges[k] for k, f in enumerate(founded)]
        return joined([*parts, edges[-1:]], np.int32)

    village_sizes = np.concatenate([f.village_sizes for f in founded])
    weight_sees = [weights_of(f.ties, scale) for f in founded]
    degree = [
        np.diff(f.ties.sees_start) * scale
        if f.ties.weight is None
        else np.bincount(
            np.repeat(np.arange(len(f.own)), np.diff(f.ties.sees_start)), weights=f.ties.weight, minlength=len(f.own)
        )
        for f in founded
    ]
    n = int(rows[-1])
    look = np.zeros(n, LOOK)
    look["degree"] = np.concatenate(degree)
    return Arrays(
        own=joined((f.own for f in founded), HOUSEHOLD),
        stage=joined((f.stage for f in founded), np.uint8),
        touched=np.zeros(n, np.uint8),
        shows=np.zeros(n, np.uint8),
        look=look,
        copied_from=np.full(n, -1, np.int32),
        identity=joined((f.identity for f in founded), np.uint64),
        village_start=np.concatenate([[0], np.cumsum(village_sizes)]).astype(np.int64),
        replicate_start=np.concatenate([[0], np.cumsum([len(f.village_sizes) for f in founded])]).astype(np.int64),
        seed=np.array(seeds, np.uint64),
        village_seed=np.array([f.village_seed for f in founded], np.uint64),
        sees_start=starts("sees_start"),
        sees=joined((f.ties.sees + rows[k] for k, f in enumerate(founded)), np.int32),
        sight=joined((f.sight for f in founded), np.uint8),
        seen_by_start=starts("seen_by_start"),
        seen_by=joined((f.ties.seen_by + rows[k] for k, f in enumerate(founded)), np.int32),
        sight_by=joined((f.sight[f.ties.seen_by_tie] for f in founded), np.uint8),
        weight_by=joined((w[f.ties.seen_by_tie] for w, f in zip(weight_sees, founded, strict=True)), np.int32)
        if weighted
        else np.empty(0, np.int32),
        pool_head=np.full(n if ties_form else 0, -1, np.int32),
        pool=np.zeros((0, 4), np.int32),
        pool_size=np.zeros(1, np.int64),
        counts=np.zeros((len(village_sizes), len(COUNTERS)), np.int32),
        limits=limits,
        scale=scale,
    )
