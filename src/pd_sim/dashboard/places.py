"""Where households are drawn: villages side by side, ties short, clusters apart."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.community import Community

__all__ = ["places_of", "ties_of"]

_SPRINGS = 700
"""Households of a village up to which springs place them; beyond, clusters are placed first."""

Places = npt.NDArray[np.float32]
_kept: OrderedDict[bytes, Places] = OrderedDict()


def ties_of(community: Community) -> npt.NDArray[np.uint32]:
    """Both ends of every tie, each tie once, ``[tie, 2]``."""
    pairs = np.stack([community.ties.source, community.ties.sees], axis=1).astype(np.int64)
    pairs.sort(axis=1)
    return np.unique(pairs, axis=0).astype(np.uint32).reshape(-1, 2)


def places_of(community: Community) -> Places:
    """Place of every household within the square from 0 to 1, ``[n, 2]``; remembered for the communities seen last."""
    ties = ties_of(community)
    key = community.identity.tobytes() + ties.tobytes()
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
    _kept[key] = places
    while len(_kept) > 32:
        _kept.popitem(last=False)
    return places


def _village(n: int, ties: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    from pd_sim.figures.network import layout

    if n <= _SPRINGS:
        return _squared(layout(n, ties))
    return _squared(_clustered(n, ties))


def _clustered(n: int, ties: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Place clusters by springs between them, and the households of each on a spiral round its middle."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(ties.tolist())
    clusters = sorted(nx.community.asyn_lpa_communities(graph, seed=1), key=lambda c: (-len(c), min(c)))
    if len(clusters) > _SPRINGS or len(clusters) < 4:
        clusters = [set(part.tolist()) for part in np.array_split(_by_depth(graph, n), max(4, n // 60))]
    of = np.zeros(n, np.int64)
    for number, members in enumerate(clusters):
        of[list(members)] = number
    between: Any = nx.Graph()
    between.add_nodes_from(range(len(clusters)))
    for a, b in zip(of[ties[:, 0]].tolist(), of[ties[:, 1]].tolist(), strict=True):
        if a != b:
            weight = between[a][b]["weight"] + 1 if between.has_edge(a, b) else 1
            between.add_edge(a, b, weight=weight)
    middle = nx.spring_layout(between, k=2.2 / math.sqrt(len(clusters)), iterations=60, seed=1, weight=None)
    places = np.zeros((n, 2))
    spread = 1.1 / math.sqrt(n)
    for number, members in enumerate(clusters):
        rows = np.array(sorted(members))
        turn = np.arange(len(rows)) * 2.399963
        radius = spread * np.sqrt(np.arange(len(rows)) + 0.5)
        places[rows] = np.asarray(middle[number]) + np.stack([np.cos(turn), np.sin(turn)], 1) * radius[:, None]
    return places


def _by_depth(graph: Any, n: int) -> npt.NDArray[np.int64]:
    """Households in the order of a walk through the graph, so that those near each other stand together."""
    import networkx as nx

    order: list[int] = []
    seen = np.zeros(n, bool)
    for start in range(n):
        if not seen[start]:
            part = list(nx.dfs_preorder_nodes(graph, start))
            order += part
            seen[part] = True
    return np.array(order)


def _squared(places: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    low, high = places.min(axis=0), places.max(axis=0)
    span = float((high - low).max()) or 1.0
    return (places - (low + high) / 2) / span + 0.5
