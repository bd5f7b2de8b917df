"""Files of one's own: kept in a folder of this computer under a hash of their content, so that a link can name them."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pd_sim.community import File
from pd_sim.dashboard.limits import MOST_ROWS, MOST_UPLOAD
from pd_sim.errors import FileError, PdSimError, ScenarioError
from pd_sim.scenario import Scenario

__all__ = [
    "MOST_KEPT",
    "MOST_SCENARIO",
    "TABLE_ENDINGS",
    "TIES_ENDINGS",
    "checked",
    "file_of",
    "graph_ending",
    "keep",
    "only_known_files",
    "shown_name",
    "told",
    "uploads",
    "with_files",
]

MOST_KEPT = 200 * 1024 * 1024
"""Bytes of the folder, beyond which the oldest files are removed."""

MOST_SCENARIO = 200_000
"""Bytes of an uploaded scenario: it travels in the link."""

_GRAPHS = {
    ".graphml": ".graphml",
    ".gexf": ".gexf",
    ".edgelist": ".edgelist",
    ".edges": ".edgelist",
    ".el": ".edgelist",
}
_TABLES = (".csv", ".tsv", ".txt")
TIES_ENDINGS, TABLE_ENDINGS = (*_TABLES, *_GRAPHS), _TABLES
"""Endings of the names of files of ties, and of households."""

HASH = re.compile(r"[0-9a-f]{64}(\.graphml|\.gexf|\.edgelist)?")
"""What names a kept file in a link: the hash of its content, and its ending where it is no table."""

_KEPT = re.compile(r"[0-9a-f]{64}\.(csv|graphml|gexf|edgelist)")
_LONGEST = 2_000
_ENDS = (("source", "target"), ("from", "to"), ("ego", "alter"), ("i", "j"), ("node1", "node2"), ("a", "b"))
_IDS = ("id", "name", "household", "node", "household_id", "hhid", "ego")
_VILLAGES = ("village", "village_id", "community", "site")
_LEAVE_OUT = "Leave out rows that do not fit"
_LENIENT = {"repeats": "merge", "unknown": "drop", "self_ties": "drop", "across": "drop", "single": "keep"}


def uploads() -> Path:
    """Folder of the kept files: ``pd-sim/uploads`` in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(cache) if cache and Path(cache).is_absolute() else Path.home() / ".cache"
    return base / "pd-sim" / "uploads"


def checked(data: bytes, name: str, kind: str = "ties") -> bytes:
    r"""The content of an uploaded table or graph, as long as it keeps to the limits.

    Raises
    ------
    FileError
        One line: too many bytes or rows, empty, or by its name neither a table nor, for ties, a graph.

    Examples
    --------
    >>> checked(b"source,target\nann,bo\\n", "ties.xlsx")
    Traceback (most recent call last):
    pd_sim.errors.FileError: ties.xlsx: is no table as text; save it as CSV and give that
    """
    graph = graph_ending(name) if kind == "ties" else ""
    if not graph and not name.lower().endswith(_TABLES):
        raise FileError(f"{name}: is no table as text; save it as CSV and give that")
    if len(data) > MOST_UPLOAD:
        raise FileError(too_large(name, MOST_UPLOAD))
    if data.startswith(b"\x1f\x8b"):  # small, and without bound once unpacked
        raise FileError(f"{name}: is packed; unpack it and give the table itself")
    if not data.strip():
        raise FileError(f"{name}: is empty; give a table with a row of names and a row for each tie or household")
    if graph in (".graphml", ".gexf"):
        _check_markup(data, name)
        rows = sum(1 for _ in re.finditer(rb"<(?:[^\s<>/:]+:)?(?:edge|node)[\s/>]", data))
    else:
        rows = len(data.splitlines())
    if graph == ".edgelist":
        for number, line in enumerate(data.splitlines(), 1):
            if len(line) > _LONGEST:
                raise FileError(
                    f"{name} row {number}: is longer than {_LONGEST:,} signs; it should name two households"
                )
    if rows > MOST_ROWS:
        raise FileError(f"{name}: {rows:,} rows are more than the {MOST_ROWS:,} taken here; use pd-sim compare for it")
    return data


def graph_ending(name: str) -> str:
    """The ending under which a graph file is kept; empty: by its name it is a table.

    Examples
    --------
    >>> graph_ending("Our Town.GraphML"), graph_ending("town.edges"), graph_ending("town.csv")
    ('.graphml', '.edgelist', '')
    """
    return _GRAPHS.get(Path(name).suffix.lower(), "")


def _check_markup(data: bytes, name: str) -> None:
    """Refuse what a graph does not need and a reader may stumble over: declarations of types and entities."""
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", data, re.IGNORECASE):
        raise FileError(f"{name}: holds a document type or entities; export it again without them")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:4] in (b"\0\0\0<", b"<\0\0\0") or b"\0" in data[:64]:
        raise FileError(f"{name}: is not UTF-8; export it again as UTF-8")


def too_large(name: str, most: int) -> str:
    """The line that refuses a file of too many bytes."""
    shown = f"{most // 2**20} MiB" if most >= 2**20 else f"{most:,} bytes"
    return f"{name}: files up to {shown} can be given here; use pd-sim compare for larger ones"


def keep(data: bytes, ending: str = "") -> str:
    """Keep a file for links to come, and remove the oldest ones where there are too many.

    Parameters
    ----------
    data
        Its content.
    ending
        The ending of a graph file, by which it is read; empty: it is a table.

    Returns
    -------
    SHA-256 of its content, 64 hexadecimal digits, and the ending: under which it is found again.

    Raises
    ------
    FileError
        The folder cannot be written.
    """
    name = hashlib.sha256(data).hexdigest() + ending
    folder = uploads()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        # written beside and moved, so that nobody reads half a file
        handle, part = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(part).replace(folder / file_of(name))
        _prune(folder, kept=file_of(name))
    except OSError as error:
        raise FileError(f"{folder}: the file cannot be kept there ({error.strerror}); set XDG_CACHE_HOME") from error
    return name


def _prune(folder: Path, kept: str) -> None:
    files = sorted((path for path in folder.iterdir() if path.is_file()), key=lambda path: path.stat().st_mtime_ns)
    total = sum(path.stat().st_size for path in files)
    for path in files:
        if total <= MOST_KEPT:
            return
        if path.name != kept:
            total -= path.stat().st_size
            path.unlink(missing_ok=True)


def file_of(name: str) -> str:
    """Name of the file that is kept under a name of a link."""
    return name if "." in name else f"{name}.csv"


def _kept(name: str, what: str) -> str:
    """Name of a kept file by its hash."""
    if not HASH.fullmatch(name):
        raise ScenarioError(f"{what}: {name[:40]!r} names no file; give the file again under Your own")
    if not (uploads() / file_of(name)).is_file():
        raise ScenarioError(f"{what}: this file is not on this computer any more; give it again under Your own")
    return file_of(name)


def with_files(
    scenario: Scenario, ties: str, households: str = "", *, own: bool = False, lenient: bool = False
) -> Scenario:
    """The scenario in the community of kept files.

    Parameters
    ----------
    scenario
        The scenario.
    ties, households
        Hashes of the two files; empty households: there is no such file.
    own
        Whether the scenario is the user's own: what it says of the files' columns then holds for these files.
    lenient
        Leave out rows that do not fit (repeated, to oneself, to unknown households, across villages).

    Raises
    ------
    ScenarioError
        There is no such file on this computer.
    FileError
        Its first row cannot be read.
    """
    files = {"ties": _kept(ties, "ties")} | ({"households": _kept(households, "households")} if households else {})
    document = scenario.record()
    if own and isinstance(scenario.community, File):
        before = {k: v for k, v in document["community"].items() if k not in ("ties", "households")}
    else:
        before = {"generator": "file", **_found(uploads(), files)}
    if lenient:
        before |= _LENIENT
    return Scenario.from_dict({**document, "community": {**before, **files}}, folder=uploads())


def _found(folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    """Columns that are not called as usual, found under other common names."""
    found: dict[str, str] = {}
    if files["ties"].endswith(".csv"):
        columns = _columns(folder / files["ties"], [name for pair in _ENDS for name in pair])
        pair = _known(columns, _ENDS)
        if pair:
            found |= dict(zip(("source", "target"), pair, strict=True))
        village = _known(columns, [(name,) for name in _VILLAGES])
        found |= {"village": village[0]} if village else {}
    if "households" in files:
        columns = _columns(folder / files["households"], (*_IDS, *_VILLAGES), header=True)
        for field, names in (("id", _IDS), ("household_village", _VILLAGES)):
            known = _known(columns, [(name,) for name in names])
            found |= {field: known[0]} if known else {}
    return found


def _columns(path: Path, expected: Sequence[str], header: bool | None = None) -> tuple[str, ...]:
    from pd_sim.community.tables import open_table

    table = open_table(path, path.name, expected, "auto", "utf-8", header)
    return table.columns if table.header else ()


def _known(columns: Sequence[str], names: Sequence[tuple[str, ...]]) -> list[str]:
    """The first group of names of which each is one column's name, whatever the case, as the columns write it."""
    lower = [column.lower() for column in columns]
    group = next((group for group in names if all(lower.count(name) == 1 for name in group)), ())
    return [columns[lower.index(name)] for name in group]


def only_known_files(scenario: Scenario, case: str = "") -> None:
    """Refuse a scenario whose community would read anything but kept files, or those that its case comes with.

    Parameters
    ----------
    scenario
        The scenario as it would be run; nothing of its community has been read yet.
    case
        The shipped case it began as; empty: it is the user's own.

    Raises
    ------
    ScenarioError
        It names another file: the user's own is to be given, any other is not read.
    """
    if not isinstance(scenario.community, File):
        return
    source = scenario.located_community()
    assert isinstance(source, File)  # noqa: S101 (locating keeps the kind)
    shipped = _shipped(case) if case else frozenset()
    for path in source.paths():
        kept = _KEPT.fullmatch(path.name) and path.parent == uploads() and not path.is_symlink()
        if not kept and not (path.is_absolute() and path.resolve() in shipped):
            shown = shown_name(path.name)
            if not case:
                raise ScenarioError(f"{' '.join(scenario.name.split())} names {shown}: give it under Your own")
            raise ScenarioError(
                f"community: a link cannot read the file {shown!r} of this computer; give its ties and households "
                "under Your own"
            )


def _shipped(case: str) -> frozenset[Path]:
    source = Scenario.load(case).located_community()
    return frozenset(path.resolve() for path in source.paths()) if isinstance(source, File) else frozenset()


def shown_name(name: str) -> str:
    r"""A file's name as it may be shown and kept in a link.

    Examples
    --------
    >>> shown_name("../my\x07 town.csv")
    'my town.csv'
    """
    last = re.split(r"[/\\]", name)[-1]
    return "".join(c for c in last if c.isprintable())[-80:] or "file"


def told(error: PdSimError, names: Mapping[str, str]) -> str:
    """The line of an error, with the names the user gave to files, and with mends that a page offers.

    Parameters
    ----------
    error
        The error.
    names
        By hash, the name the user gave.

    Examples
    --------
    >>> told(FileError("t.csv row 3: household 'a' is tied to itself; delete the row, or say `self_ties: drop`"), {})
    "t.csv row 3: household 'a' is tied to itself; delete the row, or tick Leave out rows that do not fit"
    """
    line = str(error)
    for name, given in names.items():
        for written in (str(uploads() / file_of(name)), file_of(name)):
            line = line.replace(written, given)
    for said, here in _MENDS:
        line = re.sub(said, here, line)
    return line


_MENDS = (
    (
        r"say (`(repeats: merge|unknown: drop|self_ties: drop|across: drop)`|`single: drop` or `single: keep`)$",
        f"tick {_LEAVE_OUT}",
    ),
    (r", or (say|name its encoding, such as) `encoding: [^`]+`( or `encoding: [^`]+`)?$", ""),
    (r", or name its `encoding`$", ""),
    (r", or state another `format`$", ""),
    (r"say `delimiter: \w+`$", "put commas between the columns"),
    (
        r"('source'|'target') for `\w+`(; .*); name it in .*, or say `header: false` if row 1 holds data$",
        r"\1\2; give the file a header row with the columns source and target",
    ),
    (
        r" for `\w+`(; .*); name it in `\w+`(, or say `header: false` if row 1 holds data)?$",
        r"\1; give the column that name",
    ),
    (r" for `\w+`; give its place from 1$", "; give the file a header row with the names of its columns"),
    (r", or say `village: null` to read (.*) as one village$", r", or delete the column of villages from \1"),
    (r"name its column in `village`$", "add a column village there"),
)
"""Ends of lines that name a field of a scenario, and what can be done on a page, or to the file, instead."""
