"""A community: who lives where and who is tied to whom, before anybody does anything."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pd_sim.community.ties import Ties
from pd_sim.errors import CommunityError, nearest
from pd_sim.streams import identity

if TYPE_CHECKING:
    import networkx as nx

    from pd_sim.community.file import File
    from pd_sim.community.reading import ReadingReport
    from pd_sim.community.summary import CommunitySummary

__all__ = ["Community"]

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
                raise CommunityError(f"column {name!r} has {len(column)} values; give one per household ({self.n})")
            column.flags.writeable = False
        for group in self.groups:
            if group not in self.columns:
                raise CommunityError(f"group {group!r} is not a column; {nearest(group, self.columns)}")
        self.start.flags.writeable = False
        self.identity.flags.writeable = False
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))

    def __repr__(self) -> str:
        return f"Community({self.n} households in {len(self.villages)} villages, {self.ties!r})"

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
            if given.setdefault(label, position) != position:
                raise CommunityError(f"household {label!r} is given twice; give every household its own name")
        where = ["1"] * len(labels) if village is None else [str(name) for name in village]
        ends = [[_position(given, name) for name in end] for end in (source, target)]
        return cls.from_rows(
            labels, where, *ends, weight=weight, mutual=mutual, columns=columns or {}, groups=tuple(groups)
        )

    @classmethod
    def from_rows(
        cls,
        names: Sequence[str],
        village: Sequence[str],
        source: npt.ArrayLike,
        target: npt.ArrayLike,
        *,
        weight: npt.ArrayLike | None = None,
        perceived: npt.ArrayLike | None = None,
        mutual: bool = True,
        columns: Mapping[str, npt.ArrayLike] | None = None,
        groups: Iterable[str] = (),
    ) -> Community:
        """Build a community from ties between positions in the list of names.

        Parameters
        ----------
        names, village
            Name and village of each household; a name need be unique only in its village.
        source, target
            Positions in ``names``, from 0, one entry per tie.
        weight, perceived, mutual
            As in `Ties.build`.
        columns, groups
            As in `build`.
        """
        if len(village) != len(names):
            raise CommunityError(f"{len(names)} households but {len(village)} villages; give one village per household")
        villages = tuple(dict.fromkeys(village))
        number = {name: index for index, name in enumerate(villages)}
        member = np.array([number[name] for name in village], np.int64)
        order = np.argsort(member, kind="stable")
        label = tuple(names[position] for position in order)
        if len(set(zip(village, names, strict=True))) < len(names):
            raise CommunityError("a household is given twice; give every household of a village its own name")
        row = np.empty(len(names), np.int64)
        row[order] = np.arange(len(names))
        sees_from, sees_to = _looked_up(row, source), _looked_up(row, target)
        if len(sees_from) == len(sees_to):
            _refuse_across(member[order], label, sees_from, sees_to)
        return cls(
            villages=villages,
            start=np.concatenate([[0], np.cumsum(np.bincount(member, minlength=len(villages)))]).astype(np.int64),
            names=label,
            identity=np.array([identity(village[at], names[at]) for at in order], np.uint64),
            ties=Ties.build(
                len(names),
                sees_from,
                sees_to,
                weight,
                mutual,
                perceived=perceived,
                label=lambda at: repr(label[at]),
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
        perceived: str | None = None,
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
        perceived
            Edge attribute, of directed graphs, with what one believes of the other (a word of `PERCEIVED`).
        groups
            Node attributes that are groups. All node attributes become columns, NaN or '' where missing.

        Raises
        ------
        CommunityError
            A multigraph, a self-loop, a node without a village or an edge without a weight.

        Examples
        --------
        >>> import networkx as nx
        >>> Community.from_networkx(nx.path_graph(3)).names
        ('0', '1', '2')
        """
        from pd_sim.community.graphs import community_of

        return community_of(graph, village=village, weight=weight, perceived=perceived, groups=tuple(groups))

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
        """Measure every village, and all of them."""
        from pd_sim.community.summary import summarise

        return summarise(self)

    def save(self, folder: str | Path, *, ties: str = "ties.csv", households: str = "households.csv") -> File:
        """Write the community as two CSV files, and return the description that reads it back.

        Parameters
        ----------
        folder
            Where to write; made if it is not there.
        ties, households
            Names of the files.
        """
        from pd_sim.community.writing import write

        return write(self, Path(folder), ties, households)

    def fingerprint(self) -> str:
        """Digest of villages, households, ties and columns: equal where communities are."""
        digest = hashlib.blake2b(digest_size=16)
        ties = self.ties
        texts = [*self.villages, "", *self.names, "", *self.groups]
        digest.update("\0".join(texts).encode())
        arrays: list[Column | None] = [self.start, ties.sees_start, ties.sees, ties.weight, ties.perceived]
        for name in sorted(self.columns):
            digest.update(name.encode() + b"\0")
            arrays.append(self.columns[name])
        for array in arrays:
            digest.update(b"-" if array is None else array.dtype.str.encode() + array.tobytes())
        return digest.hexdigest()

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
        raise CommunityError(f"a tie names {str(name)!r}, which is not among the households; add it") from None


def _looked_up(row: npt.NDArray[np.int64], positions: npt.ArrayLike) -> npt.NDArray[np.int64]:
    given = np.asarray(positions).ravel()
    given = given.astype(np.int64) if not len(given) else given
    # what is out of range stays so, for `Ties.build` to refuse with its number
    inside = (given >= 0) & (given < len(row)) if given.dtype.kind in "iu" else np.zeros(len(given), bool)
    return row[given] if inside.all() else given


def _refuse_across(
    village: npt.NDArray[np.int64], label: Sequence[str], source: npt.NDArray[np.int64], target: npt.NDArray[np.int64]
) -> None:
    here = (source >= 0) & (source < len(village)) & (target >= 0) & (target < len(village))
    across = np.flatnonzero(here & (village[source * here] != village[target * here]))
    if len(across):
        one, other = label[source[across[0]]], label[target[across[0]]]
        raise CommunityError(f"the tie of {one!r} and {other!r} crosses villages; leave it out, or join the villages")
