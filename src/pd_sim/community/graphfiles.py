"""Graph files (GraphML, GEXF, edge lists) in the shape of tables of ties."""

from __future__ import annotations

import ast
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pd_sim.community.tables import Piece
from pd_sim.errors import FileError, nearest

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["GraphTable", "format_of", "open_edge_list", "open_graph"]

_SUFFIXES = {
    ".graphml": "graphml",
    ".gexf": "gexf",
    ".edgelist": "edgelist",
    ".edges": "edgelist",
    ".el": "edgelist",
}


@dataclass(frozen=True)
class GraphTable:
    """Ties and households of a graph file."""

    name: str
    columns: tuple[str, ...]
    cells: dict[str, list[str]]
    numbers: list[int]
    unit: str
    header: bool = True
    directed: bool = True
    nodes: list[str] | None = None
    attributes: dict[str, list[str]] = field(default_factory=dict)

    def pieces(self, wanted: Sequence[str]) -> Iterator[Piece]:
        """The wanted columns, in one piece."""
        import pyarrow as pa

        rows = np.array(self.numbers, np.int32)
        yield Piece(rows, {name: pa.array(self.cells[name], pa.string()) for name in wanted}, 1.0)

    def column(self, given: str | int, what: str) -> str:
        """Name of a column; an error offers the nearest."""
        if isinstance(given, str) and given in self.columns:
            return given
        raise FileError(f"{self.name}: no edge has {given!r} for `{what}`; {nearest(str(given), self.columns)}")


def format_of(path: Path, stated: str) -> str:
    """The format of a ties file: as stated, or by the ending of its name (``.gz`` apart), else ``csv``."""
    if stated != "auto":
        return stated
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return _SUFFIXES.get(suffixes[-1], "csv") if suffixes else "csv"


def open_graph(path: Path, name: str, kind: str, source: str, target: str) -> GraphTable:
    """Read a GraphML or GEXF file; its node attributes are what a households file would say.

    Raises
    ------
    FileError
        No such file, or one that is not what its name says.
    """
    import networkx as nx

    try:
        graph: nx.Graph = (nx.read_graphml if kind == "graphml" else nx.read_gexf)(path)
    except (FileNotFoundError, IsADirectoryError):
        raise FileError(f"{name}: there is no such file; paths are relative to the scenario's folder") from None
    except Exception as error:  # noqa: BLE001 - the parsers raise errors of many kinds
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FileError(f"{name}: not {kind} ({told}); export it again, or state another `format`") from None
    nodes = [str(node) for node in graph]
    attributes = sorted({key for _, data in graph.nodes(data=True) for key in data} - {"id"})
    ends = [(str(one), str(other), data) for one, other, data in graph.edges(data=True)]
    further = sorted({key for _, _, data in ends for key in data} - {"id", source, target})
    cells = {source: [one for one, _, _ in ends], target: [other for _, other, _ in ends]}
    cells |= {key: [_text(data.get(key)) for _, _, data in ends] for key in further}
    return GraphTable(
        name=name,
        columns=tuple(cells),
        cells=cells,
        numbers=list(range(1, len(ends) + 1)),
        unit="edge",
        directed=graph.is_directed(),
        nodes=nodes,
        attributes={key: [_text(data.get(key)) for _, data in graph.nodes(data=True)] for key in attributes},
    )


def open_edge_list(path: Path, name: str, source: str, target: str, encoding: str) -> GraphTable:
    """Read an edge list: two names a line, then a weight or a dictionary; ``#`` begins a comment.

    Raises
    ------
    FileError
        No such file, an empty one, or a line that names fewer than two households.
    """
    ends: list[tuple[str, str, dict[str, Any]]] = []
    numbers: list[int] = []
    try:
        with path.open("rb") as stream:
            zipped = stream.read(2) == b"\x1f\x8b"
        with (gzip.open if zipped else open)(path, "rt", encoding=encoding, errors="strict") as lines:
            for number, line in enumerate(lines, 1):
                told = line.lstrip("\ufeff").split("#", 1)[0].strip()
                if told:
                    ends.append(_edge(told, name, number))
                    numbers.append(number)
    except (FileNotFoundError, IsADirectoryError):
        raise FileError(f"{name}: there is no such file; paths are relative to the scenario's folder") from None
    except UnicodeDecodeError:
        raise FileError(f"{name}: not {encoding}; save the file as UTF-8, or name its `encoding`") from None
    except (OSError, EOFError) as error:
        raise FileError(f"{name}: cannot be opened ({error}); see that the file is whole and may be read") from None
    if not ends:
        raise FileError(f"{name}: the file is empty; give at least one row")
    further = sorted({key for _, _, data in ends for key in data})
    cells = {source: [one for one, _, _ in ends], target: [other for _, other, _ in ends]}
    cells |= {key: [_text(data.get(key)) for _, _, data in ends] for key in further}
    return GraphTable(name, tuple(cells), cells, numbers, "row")


def _edge(told: str, name: str, number: int) -> tuple[str, str, dict[str, Any]]:
    parts = [part.strip() for part in told.split(",", 2)] if "," in told.split("{", 1)[0] else told.split(None, 2)
    if len(parts) < 2 or not parts[0] or not parts[1]:
        raise FileError(f"{name} row {number}: {told[:60]!r} does not name two households; mend or delete the row")
    if len(parts) == 2:
        return parts[0], parts[1], {}
    if not parts[2].startswith("{"):
        return parts[0], parts[1], {"weight": parts[2]}
    try:
        data = ast.literal_eval(parts[2])
    except (ValueError, SyntaxError):
        raise FileError(f"{name} row {number}: {parts[2][:60]!r} is no dictionary; mend or delete it") from None
    return parts[0], parts[1], {str(key): value for key, value in data.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return str(value).strip()
