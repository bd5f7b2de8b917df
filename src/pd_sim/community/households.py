"""The households a community is put together from: those of a file, of a graph, or those that ties name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pd_sim.community.graphfiles import GraphTable
from pd_sim.community.tables import open_table
from pd_sim.community.tie_rows import TieRows, Vocabulary
from pd_sim.errors import FileError, nearest

if TYPE_CHECKING:
    import pyarrow as pa

    from pd_sim.community.file import AdoptedBy, File

__all__ = ["STAGES", "Households", "households_of_nodes", "households_of_ties", "read_households"]

STAGES = ("unaware", "aware", "trying", "practising", "lapsed", "rejected")
"""Stages a household may be in at the start."""

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Households:
    """Who there is, in the order of the file, with the codes by which ties name them."""

    name: str
    names: list[str]
    id: Codes
    village: Codes
    ids: Vocabulary
    places: Vocabulary
    distinct: bool
    """Whether a name alone tells a household, without its village."""
    placed: bool = True
    """Whether the file tells villages."""
    row: npt.NDArray[np.int32] | None = None
    unit: str = "row"
    columns: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def villages(self) -> list[str]:
        """Names of villages, by code."""
        return self.places.texts

    def where(self, row: int) -> str:
        """File and row in which a household stands."""
        return self.name if self.row is None else f"{self.name} {self.unit} {self.row[row]}"

    def find(self, code: Codes, village: Codes | None) -> Codes:
        """Position of households by codes of their names and, where given, villages; -1 where there is none."""
        if self.distinct:
            position = np.full(len(self.ids.texts), -1, np.int32)
            position[self.id] = np.arange(len(self.id), dtype=np.int32)
            found = position[code]
            if village is not None:
                found[self.village[found] != village] = -1
            return found
        if village is None:
            raise FileError(
                f"{self.name}: names occur in several villages, so the ties file needs a village too; "
                "name its column in `village`"
            )
        size = np.int64(len(self.ids.texts))
        key = self.village * size + self.id
        order = np.argsort(key).astype(np.int32)
        wanted = village * size + code
        place = np.minimum(np.searchsorted(key[order], wanted), len(order) - 1)
        found = order[place]
        found[key[found] != wanted] = -1
        return found

    def explain_unknown(self, code: int, village: int | None) -> str:
        """Say why a row's household is not found, and the mend."""
        name = self.ids.texts[code]
        homes = np.flatnonzero(self.id == code)
        if not len(homes):
            known = self.names if len(self.names) <= 2000 else ()
            near = nearest(name, known).split(" (known")[0] if known else ""
            near = f"{near}; " if near.startswith("did you mean") else ""
            return f"household {name!r} is not in {self.name}; {near}add it there, or say `unknown: drop`"
        home, said = self.villages[self.village[homes[0]]], self.villages[village] if village is not None else ""
        return (
            f"household {name!r} lives in village {home!r} ({self.where(int(homes[0]))}), but the tie is in village "
            f"{said!r}; a tie across villages is none: delete the row, mend the village, or say `unknown: drop`"
        )


def read_households(file: File, ids: Vocabulary, places: Vocabulary) -> Households:
    """Read the households file: names, villages, and all other columns.

    Raises
    ------
    FileError
        A missing column, a blank or repeated name, a blank village.
    """
    import pyarrow as pa

    name = str(file.households)
    table = open_table(
        file.path(name), name, (file.id, file.household_village), file.households_delimiter, file.encoding, True
    )
    table.column(file.id, "id")
    village = file.household_village
    if village not in table.columns and "household_village" not in file.model_fields_set:
        village = ""
    elif village:
        table.column(village, "household_village")
    wanted = [column for column in table.columns if column]
    for column in wanted:
        table.column(column, "columns")
    pieces = list(table.pieces(wanted))
    cells = {column: pa.chunked_array([piece.cells[column] for piece in pieces], pa.string()) for column in wanted}
    rows = np.concatenate([piece.rows for piece in pieces]) if pieces else np.zeros(0, np.int32)
    return _households(file, name, "row", cells, rows, file.id, village, ids, places)


def households_of_nodes(file: File, table: GraphTable, ids: Vocabulary, places: Vocabulary) -> Households:
    """The nodes of a graph file, with their attributes as columns."""
    import pyarrow as pa

    village = file.household_village if file.household_village in table.attributes else ""
    cells = {key: pa.chunked_array([pa.array(values, pa.string())]) for key, values in table.attributes.items()}
    cells[file.id] = pa.chunked_array([pa.array(table.nodes, pa.string())])
    rows = np.arange(1, len(table.nodes or ()) + 1, dtype=np.int32)
    return _households(file, table.name, "node", cells, rows, file.id, village, ids, places)


def _households(
    file: File,
    name: str,
    unit: str,
    cells: dict[str, pa.ChunkedArray],
    rows: npt.NDArray[np.int32],
    id_column: str,
    village_column: str,
    ids: Vocabulary,
    places: Vocabulary,
) -> Households:
    import pyarrow.compute as pc

    blank = np.ones(len(rows), bool)
    for column in cells.values():
        blank &= pc.equal(column, "").to_numpy()
    cells = {key: column.filter(~blank) for key, column in cells.items()} if blank.any() else cells
    rows = rows[~blank]
    if not len(rows):
        raise FileError(f"{name}: the file has a header but no households; give at least one row")
    own = ids.codes(cells[id_column].combine_chunks())
    nameless = np.flatnonzero(pc.equal(cells[id_column], "").to_numpy())
    if len(nameless):
        raise FileError(f"{name} {unit} {rows[nameless[0]]}: the household has no {id_column!r}; give it a name")
    if village_column:
        village = places.codes(cells[village_column].combine_chunks())
        homeless = np.flatnonzero(pc.equal(cells[village_column], "").to_numpy())
        if len(homeless):
            raise FileError(f"{name} {unit} {rows[homeless[0]]}: the household has no {village_column!r}; fill it in")
    else:
        village = np.full(len(own), places.code("1"), np.int32)
    key = village * np.int64(len(ids.texts)) + own
    order = np.argsort(key, kind="stable")
    again = np.flatnonzero(key[order][1:] == key[order][:-1])
    if len(again):
        first, second = rows[order[again[0]]], rows[order[again[0] + 1]]
        raise FileError(
            f"{name} {unit} {second}: household {ids.texts[own[order[again[0]]]]!r} is already in {unit} {first}; "
            "give every household of a village its own name"
        )
    every = {column: _values(values, file.blanks) for column, values in cells.items()}
    columns = _mapped(file, name, every, {id_column, village_column})
    names = [ids.texts[code] for code in own]
    distinct = len(np.unique(own)) == len(own)
    found = Households(name, names, own, village, ids, places, distinct, bool(village_column), rows, unit, columns)
    if file.initial is not None:
        columns["initial"] = _initial(file.initial, found)
    return found


def households_of_ties(rows: TieRows) -> Households:
    """The households that ties name, in natural order, where no file lists them."""
    where = np.int64(rows.places.code("1")) if rows.village is None else rows.village
    size = np.int64(len(rows.ids.texts))
    key = np.concatenate([where * size + end for end in (rows.source, rows.target)])
    key.sort()
    key = key[np.concatenate([[True], key[1:] != key[:-1]])]
    village, own = (key // size).astype(np.int32), (key % size).astype(np.int32)
    order = np.lexsort((_natural_ranks(rows.ids.texts)[own], _natural_ranks(rows.places.texts)[village]))
    village, own, texts = village[order], own[order], rows.ids.texts
    distinct = len(np.unique(own)) == len(own)
    notes = (
        () if distinct else (f"{rows.name}: names that occur in several villages were taken as different households",)
    )
    names = [texts[code] for code in own]
    return Households(rows.name, names, own, village, rows.ids, rows.places, distinct, notes=notes)


def _natural_ranks(texts: list[str]) -> npt.NDArray[np.int64]:
    """Place of each text in an order in which 'b2' comes before 'b10'."""
    if all(text.isdecimal() and len(text) < 18 for text in texts if text):
        order = np.lexsort((np.array(texts, np.str_), np.array([int(text or 0) for text in texts], np.int64)))
    else:
        order = np.array(sorted(range(len(texts)), key=lambda at: (_natural(texts[at]), texts[at])), np.int64)
    ranks = np.empty(len(texts), np.int64)
    ranks[order] = np.arange(len(texts))
    return ranks


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def _values(cells: pa.ChunkedArray, blanks: Sequence[str]) -> npt.NDArray[Any]:
    """Numbers where all that is given are numbers (whole ones where none is missing), else text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    missing = pc.is_in(cells, pa.array(["", *blanks], pa.string()))
    given = pc.if_else(missing, pa.scalar(None, pa.string()), cells)
    for kind in (pa.int64(), pa.float64()):
        if kind == pa.int64() and given.null_count:
            continue
        try:
            return np.asarray(pc.cast(given, kind).to_numpy().copy())
        except pa.ArrowInvalid:
            continue
    return np.array(pc.fill_null(given, "").to_pylist(), dtype=np.str_)


def _mapped(file: File, name: str, every: dict[str, npt.NDArray[Any]], keys: set[str]) -> dict[str, npt.NDArray[Any]]:
    """The columns under their own and their given names, without those that name households and villages."""
    mapped = {column: values for column, values in every.items() if column not in keys}
    for own, theirs in file.columns.items():
        if theirs not in every:
            raise FileError(f"{name}: no column {theirs!r} for {own!r}; {nearest(theirs, every)}")
        if own in every and own != theirs:
            raise FileError(f"{name}: there already is a column {own!r}; give {theirs!r} another name in `columns`")
        mapped[own] = every[theirs]
    for group in file.groups:
        if group not in mapped:
            raise FileError(f"{name}: no column {group!r} for `groups`; {nearest(group, mapped)}")
    return mapped


def _initial(initial: str | AdoptedBy, found: Households) -> npt.NDArray[Any]:
    column = initial if isinstance(initial, str) else initial.column
    if column not in found.columns:
        raise FileError(f"{found.name}: no column {column!r} for `initial`; {nearest(column, found.columns)}")
    values = found.columns[column]
    if isinstance(initial, str):
        stages = (
            np.where(values == "", "unaware", values)
            if values.dtype.kind == "U"
            else np.array([f"{value:g}" for value in values])
        )
        wrong = np.flatnonzero(~np.isin(stages, STAGES))
        if len(wrong):
            told = str(stages[wrong[0]])
            raise FileError(f"{found.where(int(wrong[0]))}: {column!r} says {told!r}; {nearest(told, STAGES)}")
        return np.asarray(stages)
    if values.dtype.kind == "U":
        first = next(row for row, text in enumerate(values) if text and not _is_number(text))
        raise FileError(
            f"{found.where(first)}: time {str(values[first])!r} in {column!r} is not a number; mend it, leave it blank "
            "where the household never adopted, or name the word in `blanks`"
        )
    return np.where(values <= initial.by, "practising", initial.others)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
