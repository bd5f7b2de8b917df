"""A community: who lives where and who is tied to whom, before anybody does anything."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pd_sim.community.ties import Ties
from pd_sim.errors import CommunityError
from pd_sim.streams import identity

if TYPE_CHECKING:
    import networkx as nx

    from pd_sim.community.reading import ReadingReport
    from pd_sim.community.summary import CommunitySummary

__all__ = ["Community", "numbered"]

Column = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Community:
    """Households in villages, and the ties between them; no behaviour, and no traits drawn.

    Households of one village stand in adjacent rows: village ``v`` has rows ``start[v]:start[v + 1]``.

    Attributes
    ----------
    villages
        Names of the villages.
    start
        First row of each village, and the number of households.
    names
        Name of each household, unique in its village.
    identity
        Key of each household for draws: a hash of its village's name and its own.
    ties
        Who sees whom.
    columns
        What a file or generator says of each household, such as ``x`` and ``y`` for plotting, groups or traits:
        numbers (NaN where missing) or text ('' where missing).
    groups
        Which of the columns are groups.
    report
        What was read, merged and left out, where a file was read.

    Examples
    --------
    >>> town = Community.build(["ann", "bo", "cy"], source=["ann", "bo"], target=["bo", "cy"])
    >>> town.n, town.villages, town.ties.out_degree.tolist()
    (3, ('1',), [1, 2, 1])
    """

    villages: tuple[str, ...]
    start: npt.NDArray[np.int64]
    names: tuple[str, ...]
    identity: npt.NDArray[np.uint64]
    ties: Ties
    columns: Mapping[str, Column] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    report: ReadingReport | None = None

    def __post_init__(self) -> None:
        if not self.names:
            raise CommunityError("community: there are no households; give at least one")
        empty = np.flatnonzero(np.diff(self.start) < 1)
        if len(empty):
            raise CommunityError(f"village {self.villages[empty[0]]!r} has no households; leave it out")
        if self.ties.n != self.n or len(self.identity) != self.n or int(self.start[-1]) != self.n:
            raise CommunityError(f"community: {self.n} names, but ties or villages are for another number")
        for name, column in self.columns.items():
            if len(column) != self.n:
                raise CommunityError(f"column {name!r} has {len(column)} values; give one for each of {self.n} households")
            column.flags.writeable = False
        for group in self.groups:
            if group not in self.columns:
                raise CommunityError(f"group {group!r} is not a column; known: {', '.join(sorted(self.columns)) or 'none'}")
        self.start.flags.writeable = False
        self.identity.flags.writeable = False
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))

    @classmethod
    def build(
        cls,
        names: Sequence[Hashable],
        village: Sequence[Hashable] | None = None,
        source: Sequence[Hashable] = (),
        target: Sequence[Hashable] = (),
        weight: npt.ArrayLike | None = None,
        mutual: bool = True,
        *,
        columns: Mapping[str, npt.ArrayLike] | None = None,
        groups: Iterable[str] = (),
    ) -> Community:
        """Build a community from households and ties given by name.

        Parameters
        ----------
        names
            One name per household: text or numbers, unique over all villages.
        village
            Name of each household's village; one village named '1' if left out. Villages stand in the order of
            their first household, and households of a village in the order given.
        source, target
            Names of the household that sees and of the one that is seen, one entry per tie.
        weight, mutual
            As in `Ties.build`.
        columns
            Further values, one per household.
        groups
            Which of the columns are groups.

        Raises
        ------
        CommunityError
            A name given twice, a tie to an unknown household or across villages, and what `Ties.build` refuses.
        """
        labels = [str(name) for name in names]
        given: dict[str, int] = {}
        for position, label in enumerate(labels):
            if label in given:
                raise CommunityError(f"household {label!r} is given twice; give every household its own name")
            given[label] = position
        where = ["1"] * len(labels) if village is None else [str(name) for name in village]
        if len(where) != len(labels):
            raise CommunityError(f"{len(labels)} households but {len(where)} villages; give one village per household")
        villages = tuple(dict.fromkeys(where))
        number = {name: index for index, name in enumerate(villages)}
        member = np.array([number[name] for name in where], np.int64)
        order = np.argsort(member, kind="stable")
        row = np.empty(len(labels), np.int64)
        row[order] = np.arange(len(labels))
        ends = [np.array([_position(given, name) for name in end], np.int64) for end in (source, target)]
        across = np.flatnonzero(member[ends[0]] != member[ends[1]]) if len(ends[0]) == len(ends[1]) else []
        if len(across):
            one, other = labels[ends[0][across[0]]], labels[ends[1][across[0]]]
            raise CommunityError(f"the tie between {one} and {other} crosses villages; leave it out or join the villages")
        names_in_order = tuple(labels[position] for position in order)
        return cls(
            villages=villages,
            start=np.concatenate([[0], np.cumsum(np.bincount(member, minlength=len(villages)))]).astype(np.int64),
            names=names_in_order,
            identity=np.array([identity(where[p], labels[p]) for p in order], np.uint64),
            ties=Ties.build(
                len(labels), row[ends[0]], row[ends[1]], weight, mutual, label=lambda i: names_in_order[i]
            ),
            columns={name: np.asarray(values)[order] for name, values in (columns or {}).items()},
            groups=tuple(groups),
        )

    @classmethod
    def from_networkx(
        cls,
        graph: nx.Graph | Mapping[str, nx.Graph],
        *,
        village: str | None = None,
        weight: str | None = None,
        groups: Iterable[str] = (),
    ) -> Community:
        """Build a community from a networkx graph, or from one graph per village.

        Parameters
        ----------
        graph
            A graph whose nodes are households, or a mapping from names of villages to graphs. In a directed graph
            an edge from i to j says that i sees j; in an undirected one both see each other.
        village
            Node attribute that names the village, for a single graph that holds several.
        weight
            Edge attribute that holds the weight; None where every tie counts 1.
        groups
            Node attributes that are groups. All node attributes become columns.

        Raises
        ------
        CommunityError
            A multigraph, a self-loop, an attribute that not all nodes or edges have.

        Examples
        --------
        >>> import networkx as nx
        >>> Community.from_networkx(nx.path_graph(3)).names
        ('0', '1', '2')
        """
        from pd_sim.community.graphs import community_of

        return community_of(graph, village=village, weight=weight, groups=tuple(groups))

    def to_networkx(self, village: str | None = None) -> nx.Graph:
        """Turn the community, or one of its villages, into a networkx graph.

        Parameters
        ----------
        village
            Name of the village; None for all of them in one graph.

        Returns
        -------
        A ``Graph`` where all ties are mutual, else a ``DiGraph``. Nodes are the households' names (pairs of village
        and name where a name occurs in several villages) with the village and all columns as attributes; edges
        carry ``weight`` where ties have weights and ``perceived`` where beliefs were recorded (then a ``DiGraph``).
        """
        from pd_sim.community.graphs import graph_of

        return graph_of(self, village)

    def summary(self) -> CommunitySummary:
        """Measure every village, and take the plain mean over villages."""
        from pd_sim.community.summary import summarise

        return summarise(self)

    @property
    def n(self) -> int:
        """Number of households."""
        return len(self.names)

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Number of households of each village."""
        return np.diff(self.start)

    @property
    def village_of(self) -> npt.NDArray[np.int32]:
        """Number of the village of each household, from 0."""
        return np.repeat(np.arange(len(self.villages), dtype=np.int32), self.sizes)

    def rows(self, village: str) -> slice:
        """Rows of a village, by its name."""
        if village not in self.villages:
            raise CommunityError(f"village {village!r} is not here; known: {', '.join(self.villages)}")
        number = self.villages.index(village)
        return slice(int(self.start[number]), int(self.start[number + 1]))


def _position(given: Mapping[str, int], name: Hashable) -> int:
    try:
        return given[str(name)]
    except KeyError:
        raise CommunityError(f"a tie names household {str(name)!r}, which is not among the households; add it") from None


@functools.lru_cache(maxsize=4096)
def _numbered(village: str, n: int) -> tuple[tuple[str, ...], bytes]:
    names = tuple(str(number) for number in range(1, n + 1))
    return names, np.array([identity(village, name) for name in names], np.uint64).tobytes()


def numbered(sizes: Sequence[int]) -> tuple[tuple[str, ...], npt.NDArray[np.int64], tuple[str, ...], npt.NDArray[np.uint64]]:
    """Names, starts, household names and identities of villages '1', '2', … with households '1', '2', ….

    Parameters
    ----------
    sizes
        Number of households of each village.
    """
    villages = tuple(str(number) for number in range(1, len(sizes) + 1))
    parts = [_numbered(village, int(size)) for village, size in zip(villages, sizes, strict=True)]
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    keys = np.frombuffer(b"".join(part[1] for part in parts), np.uint64).copy()
    return villages, start, tuple(name for part in parts for name in part[0]), keys
