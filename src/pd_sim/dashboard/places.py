"""Where households are drawn: villages side by side, ties short, clusters apart."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict

import numpy as np
import numpy.typing as npt

from pd_sim.community import Community

__all__ = ["Places", "places_of", "ties_of"]

_SPRINGS = 490
"""Households of a village up to which springs place them; beyond, they are placed on a disc."""

Places = npt.NDArray[np.float32]
"""Place of every household within the square from 0 to 1, ``[n, 2]``."""

_kept: OrderedDict[bytes, Places] = OrderedDict()
_keeping = threading.Lock()


def ties_of(community: Community) -> npt.NDArray[np.uint32]:
    """Both ends of every tie, each tie once, ``[tie, 2]``."""
    pairs = np.stack([community.ties.source, community.ties.sees], axis=1).astype(np.int64)
    pairs.sort(axis=1)
    return np.unique(pairs, axis=0).astype(np.uint32).reshape(-1, 2)


def places_of(community: Community) -> Places:
    """Place of every household within the square from 0 to 1, ``[n, 2]``; remembered for the communities seen last."""
    ties = ties_of(community)
    key = community.identity.tobytes() + ties.tobytes()
    with _keeping:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    places = np.zeros((community.n, 2), np.float32)
    columns = math.ceil(math.sqrt(len(community.villages)))
    rows = math.ceil(len(community.villages) / columns)
    side = 1.0 / max(columns, rows)
    for village in range(len(community.villages)):
        first, last = int(community.start[village]), int(community.start[village + 1])
        inside = ties[(ties[:, 0] >= first) & (ties[:, 0] < last)].astype(np.int64) - first
        mine = _village(last - first, inside)
        row, column = divmod(village, columns)
        room = 0.9 if len(community.villages) > 1 else 0.96
        corner = np.array([column, row]) * side + side * (1 - room) / 2
        places[first:last] = mine * side * room + corner
    with _keeping:
        _kept[key] = places
        while len(_kept) > 32:
            _kept.popitem(last=False)
    return places


def _village(n: int, ties: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    from pd_sim.figures.network import layout

    if n <= _SPRINGS:
        return _squared(layout(n, ties))
    return _squared(_round(n, ties))


def _round(n: int, ties: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Place a large village on a disc: those near each other at like angles, the better tied further in.

    Angles are those of the two slowest modes of the walk along ties (Chung 1997, spectral layout), evened out by
    rank; households beyond the largest component stand on the rim.
    """
    from scipy.sparse import coo_array, diags_array
    from scipy.sparse.csgraph import connected_components
    from scipy.sparse.linalg import eigsh

    ends = np.concatenate([ties, ties[:, ::-1]])
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n)).tocsr()
    degree = np.asarray(graph.sum(axis=1)).ravel()
    _, part = connected_components(graph, directed=False)
    main = np.flatnonzero(part == np.bincount(part).argmax())
    angle = np.arange(n) * 2.399963
    radius = np.ones(n)
    if len(main) > 10:
        inner = graph[main][:, main]
        scale = diags_array(1.0 / np.sqrt(np.maximum(degree[main], 1)))
        start = np.cos(np.arange(len(main)) * 1.7) + 1.5
        _, modes = eigsh(scale @ inner @ scale, k=3, which="LA", v0=start, tol=1e-3)
        first, second = (modes[:, k] / np.sqrt(np.maximum(degree[main], 1)) for k in (1, 0))
        order = np.argsort(np.arctan2(second / second.std(), first / first.std()), kind="stable")
        angle[main[order]] = 2 * np.pi * np.arange(len(main)) / len(main)
        depth = np.log1p(degree[main]) / np.log1p(degree[main].max())
        wobble = (np.arange(len(main)) * 0.618034) % 1.0
        radius[main] = 0.97 - 0.85 * depth**1.2 + 0.10 * (wobble - 0.5)
    return np.stack([np.cos(angle), np.sin(angle)], 1) * radius[:, None]


def _squared(places: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    low, high = places.min(axis=0), places.max(axis=0)
    span = float((high - low).max()) or 1.0
    return (places - (low + high) / 2) / span + 0.5
