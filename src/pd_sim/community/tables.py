"""Delimited text, read in pieces: which delimiter, which header, which row a value stands in."""

from __future__ import annotations

import codecs
import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt

from pd_sim.community.reading import counted
from pd_sim.errors import FileError, nearest

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["DELIMITERS", "Piece", "Table", "open_table"]

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "bar": "|"}
"""Names of what may separate values."""

_SNIFFED = (",", ";", "\t", "|")
_HEAD = 1 << 16
_BLOCK = 1 << 24


@dataclass(frozen=True)
class Piece:
    """Some rows of a table: text without surrounding blanks, '' where a cell is empty."""

    rows: npt.NDArray[np.int32]
    """Row number of each, as an editor or a spreadsheet shows it."""
    cells: dict[str, pa.Array]
    read: float
    """Share of the file read so far."""


@dataclass(frozen=True)
class Table:
    """A delimited file that was opened: its columns are known, its rows are not read yet."""

    path: Path
    name: str
    columns: tuple[str, ...]
    header: bool
    delimiter: str
    encoding: str
    sure: bool
    """Whether it is plain that row 1 names the columns."""

    def pieces(self, wanted: Sequence[str]) -> Iterator[Piece]:
        """Read the wanted columns piece by piece.

        Raises
        ------
        FileError
            A row with another number of values, an encoding that is not the stated one, a file that breaks off.
        """
        done = 1 if self.header else 0
        for block, share in self._blocks():
            batch = self._parsed(block, done, wanted)
            rows = np.arange(done + 1, done + 1 + batch.num_rows, dtype=np.int32)
            done += batch.num_rows
            yield Piece(rows, {name: _cleaned(batch.column(name)) for name in wanted}, share)

    def _blocks(self) -> Iterator[tuple[bytes, float]]:
        """Whole rows in UTF-8 without the header, millions of bytes at a time, and the share of the file so far."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        plain = codecs.lookup(self.encoding).name in ("utf-8", "ascii")
        size = max(self.path.stat().st_size, 1)
        rest, begin = b"", True
        with self.path.open("rb") as raw, _unzipped(raw) as stream:
            while True:
                try:
                    read = stream.read(_BLOCK)
                    text = read if plain else decoder.decode(read, final=not read).encode()
                except (OSError, EOFError, UnicodeError, zlib.error) as error:
                    raise self._unreadable(error) from None
                rest += text
                if begin and rest:
                    rest, begin = rest.removeprefix(b"\xef\xbb\xbf"), False
                    if self.header:
                        rest = _after_first_row(rest)
                end = len(rest) if not read else max(rest.rfind(b"\n"), -1) + 1
                if end:
                    yield rest[:end], 1.0 if not read else min(raw.tell() / size, 1.0)
                    rest = rest[end:]
                if not read:
                    return

    def _parsed(self, block: bytes, done: int, wanted: Sequence[str]) -> pa.Table:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        # only the wanted columns need be told apart by name
        labels = [name if self.columns.index(name) == at else f"{name}\0{at}" for at, name in enumerate(self.columns)]
        odd: list[Any] = []

        def keep(row: Any) -> str:
            odd.append(row)
            return "skip"

        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(block),
                read_options=arrow_csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=labels),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.delimiter, ignore_empty_lines=False, invalid_row_handler=keep
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(labels, pa.string()),
                    strings_can_be_null=True,
                    null_values=[""],
                    quoted_strings_can_be_null=True,
                    include_columns=list(wanted),
                ),
            )
        except pa.ArrowInvalid as error:
            raise self._unreadable(error) from None
        for row in odd:
            mend = f"mend the row, or put quotes around a value that holds {_named(self.delimiter)}"
            mend = "close the quote" if row.text.count('"') % 2 else mend
            shown = row.text if len(row.text) <= 60 else row.text[:57] + "…"
            raise FileError(
                f"{self.name} row {done + row.number}: {counted(row.actual_columns, 'value')} where the first row has "
                f"{row.expected_columns}: {shown.strip()!r}; {mend}"
            )
        return table

    def _unreadable(self, error: Exception) -> FileError:
        undecoded = _first_undecoded(self.path, self.encoding)
        if undecoded:
            return FileError(
                f"{self.name} row {undecoded}: not {self.encoding}; save the file as UTF-8, "
                "or name its encoding, such as `encoding: latin-1` or `encoding: cp949`"
            )
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        return FileError(f"{self.name}: cannot be read as a table ({told}); look for a quote that is not closed")

    def column(self, given: str | int, what: str) -> str:
        """Name of a column given by name or by place from 1; an error offers the nearest."""
        if isinstance(given, int):
            if not 1 <= given <= len(self.columns):
                raise FileError(
                    f"{self.name}: there is no column {given} for `{what}`; the file has {len(self.columns)}"
                )
            return self.columns[given - 1]
        count = self.columns.count(given)
        if count == 1:
            return given
        if count:
            raise FileError(f"{self.name} row 1: {count} columns are called {given!r}; rename all but one")
        if len(self.columns) == 1:
            other = max(DELIMITERS, key=lambda kind: self.columns[0].count(DELIMITERS[kind]))
            mend = f"say `delimiter: {other}`" if DELIMITERS[other] in self.columns[0] else "see that it is a table"
            raise FileError(
                f"{self.name} row 1: one single column {self.columns[0][:60]!r}, read with {_named(self.delimiter)} "
                f"as delimiter; {mend}"
            )
        if not self.header:
            raise FileError(
                f"{self.name}: without a header there is no column {given!r} for `{what}`; give its place from 1"
            )
        or_none = "" if self.sure else ", or say `header: false` if row 1 holds data"
        raise FileError(
            f"{self.name} row 1: no column {given!r} for `{what}`; {nearest(given, self.columns)}; "
            f"name it in `{what}`{or_none}"
        )


def open_table(
    path: Path, name: str, expected: Sequence[str], delimiter: str, encoding: str, header: bool | None
) -> Table:
    """Find out the delimiter, encoding and header of a delimited file.

    Parameters
    ----------
    path, name
        Where the file is, and what it is called in messages.
    expected
        Names of columns of which a header has at least one.
    delimiter
        A name of `DELIMITERS`, or ``auto``.
    encoding
        Name of the encoding; UTF-8 may begin with a byte order mark.
    header
        Whether the first row names the columns; None where it has to be found out.

    Raises
    ------
    FileError
        No such file, an empty one, another encoding, or a first row of which it cannot be told what it is.
    """
    first, used = _first_row(path, name, encoding)
    sign = DELIMITERS[delimiter] if delimiter != "auto" else _sniff(first, expected)
    cells = [cell.strip() for cell in next(csv.reader([first], delimiter=sign), [])]
    sure = header is not None or any(cell in expected for cell in cells)
    if header is None:
        header = sure or not any(_is_number(cell) for cell in cells)
    columns = tuple(cells) if header else tuple(str(place) for place in range(1, len(cells) + 1))
    return Table(path, name, columns, header, sign, used, sure)


def _first_row(path: Path, name: str, encoding: str) -> tuple[str, str]:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise FileError(f"{name}: encoding {encoding!r} is not known; try utf-8, latin-1, cp1252 or utf-16") from None
    try:
        with path.open("rb") as raw, _unzipped(raw) as stream:
            head = stream.read(_HEAD)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise FileError(f"{name}: there is no such file; paths are relative to the scenario's folder") from None
    except (OSError, EOFError, zlib.error) as error:
        raise FileError(f"{name}: cannot be opened ({error}); see that the file is whole and may be read") from None
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise FileError(f"{name}: the file is empty; give at least one row")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") and "16" not in encoding and "32" not in encoding:
        raise FileError(f"{name} row 1: the file is UTF-16; save it as UTF-8, or say `encoding: utf-16`")
    if head.startswith(b"PK\x03\x04"):
        raise FileError(f"{name}: this is a zip archive or a spreadsheet; save it as CSV in UTF-8")
    if b"\0" in head and not {"16", "32"} & set(codecs.lookup(encoding).name.split("-")):
        raise FileError(f"{name}: this is no text; save it as CSV in UTF-8")
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        row = _first_undecoded(path, encoding)
        raise FileError(
            f"{name} row {row}: not {encoding}; save the file as UTF-8, or name its encoding, "
            "such as `encoding: latin-1` or `encoding: cp949`"
        ) from None
    first = text.lstrip("\ufeff").splitlines()[0] if text.lstrip("\ufeff") else ""
    if not first.strip():
        raise FileError(f"{name} row 1: the row is blank; delete it")
    return first, encoding


def _sniff(first: str, expected: Sequence[str]) -> str:
    found = {sign: [cell.strip() for cell in next(csv.reader([first], delimiter=sign), [])] for sign in _SNIFFED}
    return max(_SNIFFED, key=lambda sign: (sum(cell in expected for cell in found[sign]), len(found[sign])))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _named(delimiter: str) -> str:
    return next(f"the {name}" for name, sign in DELIMITERS.items() if sign == delimiter)


def _unzipped(raw: BinaryIO) -> BinaryIO:
    """The file itself, or what is packed in it by gzip."""
    zipped = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if zipped else raw


def _after_first_row(block: bytes) -> bytes:
    ends = [end for end in (block.find(b"\n"), block.find(b"\r")) if end >= 0]
    if not ends:
        return b""
    end = min(ends)
    return block[end + (2 if block[end : end + 2] == b"\r\n" else 1) :]


def _cleaned(column: pa.ChunkedArray) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = column.combine_chunks() if column.num_chunks else pa.array([], pa.string())
    return pc.fill_null(pc.utf8_trim_whitespace(whole), "")


def _first_undecoded(path: Path, encoding: str) -> int:
    """Number of the first row that is not in the encoding; 0 where all are."""
    decoder = codecs.getincrementaldecoder(encoding)()
    row = 1
    try:
        with path.open("rb") as raw, _unzipped(raw) as stream:
            while chunk := stream.read(_HEAD):
                try:
                    row += decoder.decode(chunk).count("\n")
                except UnicodeDecodeError as error:
                    return row + error.object[: error.start].count(b"\n")
    except (OSError, EOFError, zlib.error):
        return 0
    return 0
