"""Communities from networkx graphs, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pd_sim.community.community import Community
from pd_sim.community.ties import PERCEIVED
from pd_sim.errors import CommunityError, nearest

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["community_of", "graph_of"]


def community_of(
    graph: nx.Graph | Mapping[str, nx.Graph],
    *,
    village: str | None = None,
    weight: str | None = None,
    perceived: str | None = None,
    groups: Iterable[str] = (),
) -> Community:
    """Build a community from a networkx graph; see `Community.from_networkx`."""
    import networkx as nx

    if isinstance(graph, nx.Graph):
        graphs: dict[str | None, nx.Graph] = {None: graph}
    elif isinstance(graph, Mapping) and graph and all(isinstance(part, nx.Graph) for part in graph.values()):
        if village is not None:
            raise CommunityError("graph: give one graph with a village attribute, or one graph per village, not both")
        graphs = {str(name): part for name, part in graph.items()}
    else:
        raise CommunityError(
            f"graph: {type(graph).__name__} is not a networkx graph, nor a mapping from villages to them"
        )
    names: list[Any] = []
    where: list[str] = []
    data: list[dict[str, Any]] = []
    ends: list[list[int]] = [[], []]
    edges: list[dict[str, Any]] = []
    for name, part in graphs.items():
        if part.is_multigraph():
            raise CommunityError("graph: several edges between two nodes; make it a Graph or DiGraph, one edge per tie")
        position = {node: len(names) + i for i, node in enumerate(part)}
        names += list(part)
        data += [attributes for _, attributes in part.nodes(data=True)]
        where += [_village_of(node, attributes, name, village) for node, attributes in part.nodes(data=True)]
        for one, other, attributes in part.edges(data=True):
            for end, node in zip(ends, (one, other), strict=True):
                end.append(position[node])
            edges.append(attributes)
            if perceived is not None and not part.is_directed():
                raise CommunityError("graph: what one believes of another has a direction; give a DiGraph")
    directed = {part.is_directed() for part in graphs.values()}
    if len(directed) > 1:
        raise CommunityError("graph: some villages are directed and some are not; make them alike")
    keys = sorted({key for attributes in data for key in attributes} - {village})
    return Community.from_rows(
        names=[str(name) for name in names],
        village=where,
        source=ends[0],
        target=ends[1],
        weight=None if weight is None else [_weight(attributes, weight) for attributes in edges],
        perceived=None if perceived is None else [_belief(attributes.get(perceived)) for attributes in edges],
        mutual=not directed.pop(),
        columns={key: _column([attributes.get(key) for attributes in data]) for key in keys},
        groups=groups,
    )


def _village_of(node: Any, attributes: Mapping[str, Any], name: str | None, village: str | None) -> str:
    if village is None:
        return "1" if name is None else str(name)
    if village not in attributes:
        raise CommunityError(f"graph: node {node!r} has no {village!r}; {nearest(village, map(str, attributes))}")
    return str(attributes[village])


def _weight(attributes: Mapping[str, Any], weight: str) -> float:
    if weight not in attributes:
        raise CommunityError(f"graph: an edge has no {weight!r}; {nearest(weight, map(str, attributes))}")
    try:
        return float(attributes[weight])
    except (TypeError, ValueError):
        raise CommunityError(f"graph: {weight} {attributes[weight]!r} of an edge is not a number") from None


def _belief(value: Any) -> int:
    if value is None:
        return -1
    if value not in PERCEIVED:
        raise CommunityError(
            f"graph: {value!r} is not what one may believe of another; {nearest(str(value), PERCEIVED)}"
        )
    return PERCEIVED[value]


def _column(values: list[Any]) -> npt.NDArray[Any]:
    """Numbers where all values are, NaN where one is missing; else text, '' where one is missing."""
    if all(isinstance(value, (bool, int, float, np.number, np.bool_)) or value is None for value in values):
        whole = all(isinstance(value, (bool, int, np.integer, np.bool_)) for value in values)
        return np.array([np.nan if value is None else value for value in values], np.int64 if whole else np.float64)
    return np.array(["" if value is None else str(value) for value in values], np.str_)


def graph_of(community: Community, village: str | None) -> nx.Graph:
    """Turn a community, or a village of it, into a networkx graph; see `Community.to_networkx`."""
    import networkx as nx

    rows = slice(0, community.n) if village is None else community.rows(village)
    ties = community.ties
    names: list[Any] = list(community.names)
    if village is None and len(set(names)) < len(names):
        where = np.repeat(np.array(community.villages, object), community.sizes)
        names = list(zip(where.tolist(), names, strict=True))
    directed = not ties.mutual or ties.perceived is not None
    graph: nx.Graph = nx.DiGraph() if directed else nx.Graph()
    labels = np.repeat(np.array(community.villages, object), community.sizes)
    columns = {key: column.tolist() for key, column in community.columns.items()}
    for row in range(rows.start, rows.stop):
        graph.add_node(names[row], village=labels[row], **{key: column[row] for key, column in columns.items()})
    believed = {code: text for text, code in PERCEIVED.items()}
    for row in range(rows.start, rows.stop):
        for at in range(int(ties.sees_start[row]), int(ties.sees_start[row + 1])):
            other = int(ties.sees[at])
            if not directed and other < row:
                continue
            attributes: dict[str, Any] = {}
            if ties.weight is not None:
                attributes["weight"] = int(ties.weight[at]) / ties.scale
            if ties.perceived is not None and ties.perceived[at] >= 0:
                attributes["perceived"] = believed[int(ties.perceived[at])]
            graph.add_edge(names[row], names[other], **attributes)
    return graph
