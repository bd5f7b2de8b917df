"""From the rows of files to a community: look up, check, merge, count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pd_sim.community.community import Community
from pd_sim.community.graphfiles import GraphTable, format_of, open_edge_list, open_graph
from pd_sim.community.households import Households, households_of_nodes, households_of_ties, read_households
from pd_sim.community.reading import Progress, ReadingReport
from pd_sim.community.tables import Table, open_table
from pd_sim.community.tie_rows import TieRows, Vocabulary, read_ties
from pd_sim.community.ties import Ties
from pd_sim.errors import FileError, nearest
from pd_sim.streams import identity

if TYPE_CHECKING:
    from pd_sim.community.file import File

__all__ = ["assemble"]

Array = npt.NDArray[Any]


def assemble(file: File, progress: Progress | None = None) -> Community:
    """Read the files of a description and put the community together.

    Raises
    ------
    FileError
        Anything in the files that cannot be used.
    """
    table = _open_ties(file)
    ids, places = Vocabulary(), Vocabulary()
    known = read_households(file, ids, places) if file.households else None
    if known is None and isinstance(table, GraphTable) and table.nodes is not None:
        known = households_of_nodes(file, table, ids, places)
    rows = read_ties(file, table, ids, places, progress)
    if known is not None and rows.village is not None and len(set(known.village.tolist())) == 1 < len(places.texts):
        _check_villages(file, known, rows)
    households = known if known is not None else households_of_ties(rows)
    left_out: dict[str, int] = dict(rows.left_out)
    ends = _Resolved(file, rows, households, left_out)
    keep, dropped = _kept_households(file, households)
    new_row = np.full(len(keep), -1, np.int64)
    order = _by_village(households.village, np.flatnonzero(keep))
    new_row[order] = np.arange(len(order))
    inside = (new_row[ends.source] >= 0) & (new_row[ends.target] >= 0)
    left_out["village not asked for"] = left_out.get("village not asked for", 0) + int((~inside).sum())
    ends.keep(inside)
    mutual = file.direction == "mutual" or not getattr(table, "directed", True)
    merged, ties = _merge(file, rows, households, ends, new_row, len(order), mutual)
    names = tuple(households.names[row] for row in order)
    village_codes = households.village[order]
    first = np.flatnonzero(np.concatenate([[True], village_codes[1:] != village_codes[:-1]]))
    villages = tuple(households.villages[code] for code in village_codes[first])
    count = ties.count // 2 if mutual else ties.count
    relations = np.bincount(ends.relation, minlength=len(rows.relations)) if rows.relations else np.zeros(0, int)
    report = ReadingReport(
        ties_file=file.ties,
        households_file=file.households,
        delimiter=getattr(table, "delimiter", ""),
        rows=rows.rows,
        used=len(ends.source),
        ties=count,
        merged=merged,
        left_out=left_out,
        relations=dict(zip(rows.relations, relations.tolist(), strict=True)),
        households=len(order),
        isolates=int(((ties.out_degree == 0) & (ties.in_degree == 0)).sum()),
        villages=len(villages),
        households_left_out=dropped,
        unused=rows.unused,
        notes=households.notes,
    )
    return Community(
        villages=villages,
        start=np.append(first, len(order)).astype(np.int64),
        names=names,
        identity=np.array(
            [identity(households.villages[code], name) for code, name in zip(village_codes, names, strict=True)],
            np.uint64,
        ),
        ties=ties,
        columns={name: column[order] for name, column in households.columns.items()},
        groups=file.groups,
        report=report,
    )


def _open_ties(file: File) -> Table | GraphTable:
    path = file.path(file.ties)
    source, target = str(file.source), str(file.target)
    match format_of(path, file.format):
        case "edgelist":
            return open_edge_list(path, file.ties, source, target, file.encoding)
        case "graphml" | "gexf" as kind:
            return open_graph(path, file.ties, kind, source, target)
    expected = [given for given in (file.source, file.target) if isinstance(given, str)]
    header = file.header
    if header is None and (not expected or {"source", "target"} & file.model_fields_set):
        header = bool(expected)  # columns called by name need a header, columns called by place have none
    return open_table(path, file.ties, expected, file.delimiter, file.encoding, header)


def _check_villages(file: File, known: Households, rows: TieRows) -> None:
    if rows.village is not None and not np.isin(rows.village, known.village).any():
        raise FileError(
            f"{known.name}: the ties file tells villages, but the households are in none; add a column "
            f"{file.household_village!r} there, or say `village: null` to read {rows.name} as one village"
        )


class _Resolved:
    """Rows of the ties file whose ends are known households of one village."""

    def __init__(self, file: File, rows: TieRows, households: Households, left_out: dict[str, int]) -> None:
        name, unit = rows.name, rows.unit
        self.row, self.relation = rows.row, rows.relation
        self.weight, self.perceived = rows.weight, rows.perceived
        self.source = households.find(rows.source, rows.village)
        self.target = households.find(rows.target, None if households.distinct else rows.village)
        lost = np.flatnonzero((self.source < 0) | (self.target < 0))
        if len(lost):
            if file.unknown == "error":
                first = lost[0]
                code = rows.source[first] if self.source[first] < 0 else rows.target[first]
                raise FileError(
                    f"{name} {unit} {rows.row[first]}: "
                    + households.explain_unknown(code, None if rows.village is None else rows.village[first])
                )
            left_out["names nobody in the households file"] = len(lost)
            found = np.ones(len(self.row), bool)
            found[lost] = False
            self.keep(found)
        loops = self.source == self.target
        if loops.any():
            if file.self_ties == "error":
                first = int(np.flatnonzero(loops)[0])
                raise FileError(
                    f"{name} {unit} {self.row[first]}: household {households.names[self.source[first]]!r} is tied to "
                    "itself; delete the row, or say `self_ties: drop`"
                )
            left_out["tied to itself"] = int(loops.sum())
            self.keep(~loops)
        across = households.village[self.source] != households.village[self.target]
        if across.any():
            if file.across == "error":
                first = int(np.flatnonzero(across)[0])
                ends = [
                    f"{households.names[end]!r} of village {households.villages[households.village[end]]!r}"
                    for end in (self.source[first], self.target[first])
                ]
                raise FileError(
                    f"{name} {unit} {self.row[first]}: a tie across villages, from {ends[0]} to {ends[1]}; "
                    "delete the row, make the villages one, or say `across: drop`"
                )
            left_out["across villages"] = int(across.sum())
            self.keep(~across)

    def keep(self, which: npt.NDArray[np.bool_]) -> None:
        """Leave out all rows but these."""
        if which.all():
            return
        for attribute in ("row", "relation", "source", "target"):
            setattr(self, attribute, getattr(self, attribute)[which])
        self.weight = None if self.weight is None else self.weight[which]
        self.perceived = None if self.perceived is None else self.perceived[which]


def _kept_households(file: File, households: Households) -> tuple[npt.NDArray[np.bool_], Mapping[str, int]]:
    keep = np.ones(len(households.names), bool)
    for name in file.only:
        if name not in households.villages:
            raise FileError(f"`only` asks for village {name!r}; {nearest(name, households.villages)}")
    if file.only:
        asked = np.array([name in file.only for name in households.villages])
        keep &= asked[households.village]
    dropped = {"village not asked for": int((~keep).sum())}
    sizes = np.bincount(households.village[keep], minlength=len(households.villages))
    alone = np.flatnonzero(sizes == 1)
    if len(alone) and file.single != "keep":
        row = int(np.flatnonzero(keep & (households.village == alone[0]))[0])
        if file.single == "error":
            raise FileError(
                f"{households.where(row)}: village {households.villages[alone[0]]!r} has one household "
                f"({households.names[row]!r}), so nothing can spread in it; add its others, or say `single: drop` or "
                "`single: keep`"
            )
        dropped["alone in its village"] = len(alone)
        keep &= ~np.isin(households.village, alone)
    if not keep.any():
        raise FileError(f"{households.name}: no households are left; ask for other villages in `only`")
    return keep, dropped


def _by_village(village: Array, rows: Array) -> Array:
    """Rows with those of a village together, villages in the order in which they are first met."""
    _, first, which = np.unique(village[rows], return_index=True, return_inverse=True)
    return np.asarray(rows[np.argsort(first[which], kind="stable")])


@dataclass(frozen=True)
class _Groups:
    """Rows sorted so that those of one key are together."""

    order: Array
    first: Array

    @classmethod
    def of(cls, key: Array) -> _Groups:
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        return cls(order, np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(key) else order)


def _merge(
    file: File, rows: TieRows, households: Households, ends: _Resolved, new_row: Array, n: int, mutual: bool
) -> tuple[dict[str, int], Ties]:
    """Make one tie of the rows that tell of it, and count what was merged."""
    source, target = new_row[ends.source], new_row[ends.target]
    pair = source * n + target
    kinds = max(len(rows.relations), 1)
    groups = _Groups.of(pair * kinds + ends.relation)
    again = len(pair) - len(groups.first)
    if again and file.repeats == "error":
        inside = np.ones(len(pair), bool)
        inside[groups.first] = False
        place = np.flatnonzero(inside)
        place = place[ends.row[groups.order[place]].argmin()]
        one, two = ends.row[groups.order[place - 1]], ends.row[groups.order[place]]
        relation = f" in relation {rows.relations[ends.relation[groups.order[place]]]!r}" if rows.relations else ""
        who = [households.names[end[groups.order[place]]] for end in (ends.source, ends.target)]
        raise FileError(
            f"{rows.name} {rows.unit} {two}: the tie from {who[0]!r} to {who[1]!r}{relation} is already in "
            f"{rows.unit} {one}; delete one, or say `repeats: merge`"
        )
    directed = len(np.unique(pair))
    merged = {"again within a relation": again, "named in several relations": len(groups.first) - directed}
    weight = ends.weight
    if mutual:
        undirected = len(np.unique(np.minimum(source, target) * n + np.maximum(source, target)))
        merged["named by both"] = directed - undirected
        pair = np.concatenate([pair, target * n + source])
        weight = None if weight is None else np.concatenate([weight, weight])
    groups = _Groups.of(pair)
    key = pair[groups.order[groups.first]]
    if weight is not None:
        ordered = weight[groups.order]
        if file.merged_weight == "largest":
            weight = np.maximum.reduceat(ordered, groups.first) if len(key) else ordered
        else:
            weight = np.add.reduceat(ordered, groups.first) if len(key) else ordered
            if file.merged_weight == "mean":
                weight = weight / np.diff(np.append(groups.first, len(pair)))
    perceived = None
    if ends.perceived is not None:
        perceived = np.full(len(key), -1, np.int8)
        told = np.flatnonzero(ends.perceived >= 0)
        keys, first = np.unique(pair[: len(source)][told], return_index=True)
        perceived[np.searchsorted(key, keys)] = ends.perceived[told[first]]
    names = np.array(households.names, object)[np.argsort(np.where(new_row < 0, len(new_row), new_row))]
    ties = Ties.build(
        n, key // n, key % n, weight, mutual=False, perceived=perceived, label=lambda row: repr(names[row])
    )
    return merged, ties
