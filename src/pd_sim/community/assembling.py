"""From the rows of files to a community: look up, check, merge, count."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pd_sim.community.community import Community
from pd_sim.community.graphfiles import GraphTable, format_of, open_edge_list, open_graph
from pd_sim.community.households import Households, households_of_nodes, households_of_ties, read_households
from pd_sim.community.merging import Merged, Told, merge, repeated
from pd_sim.community.reading import Progress, ReadingReport
from pd_sim.community.tables import Table, open_table
from pd_sim.community.tie_rows import TieRows, Vocabulary, read_ties
from pd_sim.community.ties import Ties
from pd_sim.errors import CommunityError, FileError, nearest
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
    if known is not None and not known.placed and rows.village is not None:
        known = _placed(file, known, rows.name, rows.village)
    households = known if known is not None else households_of_ties(rows)
    left_out: dict[str, int] = dict(rows.left_out)
    ends = _Resolved(file, rows, households, left_out)
    keep, dropped = _kept_households(file, households)
    new_row = np.full(len(keep), -1, np.int32)
    order = _by_village(households.village, np.flatnonzero(keep))
    new_row[order] = np.arange(len(order))
    inside = (new_row[ends.source] >= 0) & (new_row[ends.target] >= 0)
    left_out["village not asked for"] = left_out.get("village not asked for", 0) + int((~inside).sum())
    ends.keep(inside)
    mutual = file.direction == "mutual" or not getattr(table, "directed", True)
    names = tuple(households.names[row] for row in order)
    merged = _merged(file, rows, households, ends, new_row, mutual)
    used = len(ends.source)
    relations = np.bincount(ends.relation, minlength=len(rows.relations)) if rows.relations else np.zeros(0, int)
    del ends
    try:
        ties = Ties.build(
            len(order),
            merged.source,
            merged.target,
            merged.weight,
            mutual=False,
            perceived=merged.perceived,
            label=lambda row: repr(names[row]),
        )
    except CommunityError as error:
        raise FileError(f"{file.ties}, {error}") from None
    village_codes = households.village[order]
    first = np.flatnonzero(np.concatenate([[True], village_codes[1:] != village_codes[:-1]]))
    villages = tuple(households.villages[code] for code in village_codes[first])
    count = ties.count // 2 if mutual else ties.count
    report = ReadingReport(
        ties_file=file.ties,
        households_file=file.households,
        delimiter=getattr(table, "delimiter", ""),
        rows=rows.rows,
        used=used,
        ties=count,
        merged=merged.counts,
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
    if header is None and not expected:
        header = False  # columns called by place
    return open_table(path, file.ties, expected, file.delimiter, file.encoding, header)


def _placed(file: File, known: Households, ties: str, village: npt.NDArray[np.int32]) -> Households:
    """Households of a file that tells no villages, in the village that the ties file tells."""
    told = np.unique(village)
    if len(told) > 1:
        raise FileError(
            f"{known.name}: the ties file tells {len(told)} villages, but the households have none; add a column "
            f"{file.household_village!r} there, or say `village: null` to read {ties} as one village"
        )
    return dataclasses.replace(known, village=np.full(len(known.names), told[0], np.int32))


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


def _merged(file: File, rows: TieRows, households: Households, ends: _Resolved, new_row: Array, mutual: bool) -> Merged:
    """Make one tie of the rows that tell of it."""
    told = Told(
        new_row[ends.source],
        new_row[ends.target],
        ends.relation,
        ends.weight,
        ends.perceived,
        households=int(new_row.max()) + 1,
        relations=len(rows.relations),
    )
    again = repeated(told) if file.repeats == "error" else None
    if again is not None:
        two, one = again
        relation = f" in relation {rows.relations[told.relation[two]]!r}" if rows.relations else ""
        who = [households.names[end[two]] for end in (ends.source, ends.target)]
        raise FileError(
            f"{rows.name} {rows.unit} {ends.row[two]}: the tie from {who[0]!r} to {who[1]!r}{relation} is already in "
            f"{rows.unit} {ends.row[one]}; delete one, or say `repeats: merge`"
        )
    return merge(told, mutual, file.merged_weight)
