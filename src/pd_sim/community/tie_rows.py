"""The rows of a ties file as arrays of codes: bounded memory however long the file is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pd_sim.community.graphfiles import GraphTable
from pd_sim.community.reading import Progress
from pd_sim.community.tables import Piece, Table
from pd_sim.community.ties import GREATEST_WEIGHT, LEAST_WEIGHT, PERCEIVED
from pd_sim.errors import FileError, nearest

if TYPE_CHECKING:
    import pyarrow as pa

    from pd_sim.community.file import File

__all__ = ["TieRows", "Vocabulary", "read_ties"]

Codes = npt.NDArray[np.int32]


class Vocabulary:
    """Texts and their codes, in the order in which they were met."""

    def __init__(self) -> None:
        self._known: pa.Array | None = None
        self._texts: list[str] | None = []

    def codes(self, cells: pa.Array) -> Codes:
        """Code of each text; new ones get the next numbers."""
        import pyarrow as pa
        import pyarrow.compute as pc

        encoded = cells.dictionary_encode()
        met = encoded.dictionary
        if self._known is None:
            self._known = pa.array([], pa.string())
        own = pc.index_in(met, value_set=self._known)
        if own.null_count:
            new = met.filter(pc.is_null(own))
            first = len(self._known)
            self._known = pa.concat_arrays([self._known, new])
            self._texts = None
            known = pc.fill_null(own, -1).to_numpy(zero_copy_only=False).astype(np.int32)
            known[known < 0] = np.arange(first, first + len(new), dtype=np.int32)
        else:
            known = own.to_numpy(zero_copy_only=False).astype(np.int32)
        return np.asarray(known[encoded.indices.to_numpy(zero_copy_only=False)])

    @property
    def texts(self) -> list[str]:
        """All texts by code."""
        if self._texts is None:
            self._texts = [] if self._known is None else self._known.to_pylist()
        return self._texts

    def code(self, text: str) -> int:
        """Code of one text."""
        import pyarrow as pa

        return int(self.codes(pa.array([text], pa.string()))[0])


@dataclass(frozen=True)
class TieRows:
    """What a ties file says, row by row: codes of texts, not yet looked up, checked or merged."""

    name: str
    unit: str
    rows: int
    row: Codes
    source: Codes
    target: Codes
    village: Codes | None
    relation: Codes
    weight: npt.NDArray[np.float64] | None
    perceived: npt.NDArray[np.int8] | None
    ids: Vocabulary
    places: Vocabulary
    relations: list[str]
    left_out: Mapping[str, int]
    unused: tuple[str, ...]


def read_ties(
    file: File, table: Table | GraphTable, ids: Vocabulary, places: Vocabulary, progress: Progress | None
) -> TieRows:
    """Read the rows of a ties file piece by piece.

    Parameters
    ----------
    file
        What to read and how.
    table
        The ties file.
    ids, places
        Names of households and of villages; what is new is added.
    progress
        Called after each piece.

    Raises
    ------
    FileError
        A missing column, an end or a village that is blank, a weight or perception that cannot be used.
    """
    columns = _Columns(file, table)
    unit = getattr(table, "unit", "row")
    kinds = Vocabulary()
    left_out = dict.fromkeys(
        ("blank", "names nobody", "names no village", "relation not asked for", "village not asked for"), 0
    )
    parts: dict[str, list[npt.NDArray[Any]]] = {}
    read = 0
    for piece in table.pieces(columns.wanted()):
        read += len(piece.rows)
        found: dict[str, npt.NDArray[Any]] = {"row": piece.rows}
        for end in ("source", "target"):
            found[end] = ids.codes(piece.cells[getattr(columns, end)])
        keep = _named(file, table.name, unit, piece, (columns.source, columns.target), left_out)
        if columns.village is not None:
            found["village"] = places.codes(piece.cells[columns.village])
            keep = _placed(file, table.name, unit, piece, columns.village, keep, left_out)
            keep = _asked(keep, found["village"], file.only, places, "village not asked for", left_out)
        if columns.relation is not None:
            found["relation"] = kinds.codes(piece.cells[columns.relation])
            keep = _asked(keep, found["relation"], file.relations, kinds, "relation not asked for", left_out)
        if columns.weight is not None:
            found["weight"] = _weights(table.name, unit, piece, columns.weight, keep)
        if columns.perceived is not None:
            found["perceived"] = _beliefs(file, table.name, unit, piece, columns.perceived, keep)
        for name, array in found.items():
            parts.setdefault(name, []).append(array if keep.all() else array[keep])
        if progress is not None:
            progress(read, piece.read)
    if not read:
        raise FileError(f"{table.name}: the file has a header but no rows; give at least one tie")
    for relation in file.relations:
        if relation not in kinds.texts:
            raise FileError(f"{table.name}: no relation {relation!r}; {nearest(relation, kinds.texts)}")
    for village in file.only if columns.village is not None else ():
        if village not in places.texts:
            raise FileError(f"{table.name}: no village {village!r} for `only`; {nearest(village, places.texts)}")
    joined = {name: np.concatenate(parts.pop(name)) for name in list(parts)}
    count = len(joined.get("row", ()))
    if not count:
        raise FileError(f"{table.name}: no {unit} holds a tie that is asked for; give at least one")
    return TieRows(
        name=table.name,
        unit=unit,
        rows=read - left_out["blank"],
        row=joined["row"],
        source=joined["source"],
        target=joined["target"],
        village=joined.get("village"),
        relation=joined.get("relation", np.zeros(count, np.int32)),
        weight=joined.get("weight"),
        perceived=joined.get("perceived"),
        ids=ids,
        places=places,
        relations=kinds.texts,
        left_out={why: n for why, n in left_out.items() if why != "blank"},
        unused=columns.unused(),
    )


class _Columns:
    """Which column of a ties file holds what."""

    def __init__(self, file: File, table: Table | GraphTable) -> None:
        self._table, self._file = table, file
        places: tuple[str | int, str | int] = (file.source, file.target)
        if not table.header and not {"source", "target"} & file.model_fields_set:
            places = (1, 2)
        self.source, self.target = table.column(places[0], "source"), table.column(places[1], "target")
        self.village, self.relation = self._optional("village"), self._optional("relation")
        self.weight, self.perceived = self._optional("weight"), self._optional("perceived")
        if file.relations and self.relation is None:
            raise FileError(
                f"{table.name}: relations are asked for, but there is no column of them; name it in `relation`"
            )
        named = self.wanted()
        if len(set(named)) < len(named):
            raise FileError(f"{table.name}: one column is named for two things; give each its own")

    def _optional(self, what: str) -> str | None:
        given: str | int | None = getattr(self._file, what)
        if given is None:
            return None
        if what not in self._file.model_fields_set and (not self._table.header or given not in self._table.columns):
            return None
        return self._table.column(given, what)

    def wanted(self) -> list[str]:
        """Columns to read."""
        every = (self.source, self.target, self.village, self.relation, self.weight, self.perceived)
        return [column for column in every if column is not None]

    def unused(self) -> tuple[str, ...]:
        """Columns that say nothing here."""
        return tuple(column for column in self._table.columns if column and column not in self.wanted())


def _named(
    file: File, name: str, unit: str, piece: Piece, ends: tuple[str, str], left_out: dict[str, int]
) -> npt.NDArray[np.bool_]:
    """Which rows name two households; a row without either is blank."""
    import pyarrow.compute as pc

    without = [pc.equal(piece.cells[end], "").to_numpy(zero_copy_only=False) for end in ends]
    blank = without[0] & without[1]
    half = without[0] ^ without[1]
    left_out["blank"] += int(blank.sum())
    if half.any():
        if file.unknown == "error":
            first = int(np.flatnonzero(half)[0])
            end = "source" if without[0][first] else "target"
            raise FileError(
                f"{name} {unit} {piece.rows[first]}: the {end} is blank; fill it in, delete the row, "
                "or say `unknown: drop`"
            )
        left_out["names nobody"] += int(half.sum())
    return np.asarray(~(blank | half))


def _placed(
    file: File,
    name: str,
    unit: str,
    piece: Piece,
    column: str,
    keep: npt.NDArray[np.bool_],
    left_out: dict[str, int],
) -> npt.NDArray[np.bool_]:
    """Which of the rows that are kept name a village."""
    import pyarrow.compute as pc

    without = keep & pc.equal(piece.cells[column], "").to_numpy(zero_copy_only=False)
    if without.any() and file.unknown == "error":
        raise FileError(
            f"{name} {unit} {piece.rows[np.flatnonzero(without)[0]]}: the tie has no {column!r}; fill it in, "
            "delete the row, or say `unknown: drop`"
        )
    left_out["names no village"] += int(without.sum())
    return np.asarray(keep & ~without)


def _asked(
    keep: npt.NDArray[np.bool_],
    codes: Codes,
    asked: tuple[str, ...],
    known: Vocabulary,
    why: str,
    left_out: dict[str, int],
) -> npt.NDArray[np.bool_]:
    if not asked:
        return keep
    right = np.array([text in asked for text in known.texts])[codes]
    left_out[why] += int((keep & ~right).sum())
    return np.asarray(keep & right)


def _weights(name: str, unit: str, piece: Piece, column: str, keep: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = piece.cells[column]
    try:
        weight = pc.cast(pc.if_else(pa.array(keep), cells, "1"), pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        weight = np.array([_number(text) if kept else 1.0 for text, kept in zip(cells.to_pylist(), keep, strict=True)])
    wrong = np.flatnonzero(~((weight >= LEAST_WEIGHT) & (weight <= GREATEST_WEIGHT)) & keep)
    if len(wrong):
        text, row = cells[int(wrong[0])].as_py(), piece.rows[wrong[0]]
        value = weight[wrong[0]]
        if np.isnan(value):
            told = "is blank; fill it in" if not text else f"{text!r} is not a number; write it with a decimal point"
        elif value <= 0:
            told = f"{text} is not above 0; delete the row if there is no tie"
        else:
            told = f"{text} is not from {LEAST_WEIGHT:g} to {GREATEST_WEIGHT:g}; rescale all weights"
        raise FileError(f"{name} {unit} {row}: the weight {told}")
    return np.asarray(weight, np.float64)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def _beliefs(
    file: File, name: str, unit: str, piece: Piece, column: str, keep: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int8]:
    encoded = piece.cells[column].dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    known = {"": -1, **dict.fromkeys(file.blanks, -1), **PERCEIVED}
    codes = np.array([known.get(text.lower(), known.get(text, -2)) for text in texts], np.int8)
    belief = codes[encoded.indices.to_numpy()] if len(texts) else np.zeros(0, np.int8)
    wrong = np.flatnonzero((belief == -2) & keep)
    if len(wrong):
        text = piece.cells[column][int(wrong[0])].as_py()
        raise FileError(
            f"{name} {unit} {piece.rows[wrong[0]]}: {text!r} is not what one may believe of another; "
            f"{nearest(text, PERCEIVED)}, or blank"
        )
    return np.asarray(belief, np.int8)
