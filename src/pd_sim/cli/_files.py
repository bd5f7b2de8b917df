"""From files of ties and households to a scenario: which columns say what, and the reading itself."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from pd_sim.cli._progress import progress
from pd_sim.errors import FileError, PdSimError, nearest

if TYPE_CHECKING:
    from pd_sim.community import Community, File
    from pd_sim.scenario import Scenario

__all__ = ["ENDS", "described", "is_scenario", "mended", "read", "scenario_of"]

ENDS = (("source", "target"), ("from", "to"), ("ego", "alter"), ("i", "j"), ("node1", "node2"), ("a", "b"))
"""Names under which columns with the two ends of a tie are known without being told."""

_IDS = ("id", "name", "household", "node", "household_id", "hhid", "ego")
_VILLAGES = ("village", "village_id", "community", "site")
_SCENARIOS = (".yaml", ".yml")
_OFTEN = 5.0
"""Seconds between two lines on how far a reading has come, where stderr is no terminal."""


def is_scenario(word: str) -> bool:
    """Tell the name of a case, or of a scenario file, from that of a file of ties."""
    from pd_sim.scenario import case_names

    return word in case_names() or Path(word).suffix.lower() in _SCENARIOS


def described(ties: str, households: str | None = None, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Describe a community in files; columns that are not called as usual are looked for under other common names.

    Parameters
    ----------
    ties, households
        The files.
    given
        Fields of the description that the user states; what is stated is not looked for.

    Returns
    -------
    The fields of a `File` that say more than its defaults.

    Raises
    ------
    FileError
        There is no such file, or its first row cannot be read.
    """
    from pd_sim.scenario import case_names

    stated = dict(given or {})
    if not Path(ties).exists():
        cases = "; name a file of ties" if Path(ties).suffix else f", and no such case; {nearest(ties, case_names())}"
        raise FileError(f"{ties}: there is no such file{cases}")
    if households is not None and not Path(households).exists():
        raise FileError(f"{households}: there is no such file; name a file of households")
    fields: dict[str, Any] = {"generator": "file", "ties": ties}
    fields |= {} if households is None else {"households": households}
    fields |= _found_ends(ties, stated)
    if households is not None:
        fields |= _found_household(households, stated)
    return fields | stated


def _columns(path: str, expected: Sequence[str], delimiter: str, stated: Mapping[str, Any]) -> tuple[str, ...]:
    """Column names of a table as row 1 has them; none where it has none, or where reading it will say what is wrong."""
    from pd_sim.community.tables import DELIMITERS, open_table

    sign, encoding = stated.get(delimiter, "auto"), stated.get("encoding", "utf-8")
    if sign not in {*DELIMITERS, "auto"} or not isinstance(encoding, str):
        return ()
    try:
        table = open_table(Path(path), path, expected, sign, encoding, stated.get("header"))
    except PdSimError:
        return ()
    return table.columns if table.header else ()


def _found_ends(ties: str, stated: Mapping[str, Any]) -> dict[str, Any]:
    from pd_sim.community.graphfiles import format_of

    if format_of(Path(ties), str(stated.get("format", "auto"))) != "csv":
        return {}
    columns = _columns(ties, [name for pair in ENDS for name in pair], "delimiter", stated)
    found: dict[str, Any] = {}
    if not {"source", "target"} & stated.keys():
        pair = _known(columns, ENDS)
        if pair not in (None, ENDS[0]):
            found = dict(zip(("source", "target"), _as_written(columns, pair), strict=True))
    if "village" not in stated and "village" not in columns:
        village = _known(columns, [(name,) for name in _VILLAGES])
        found |= {} if village is None else {"village": _as_written(columns, village)[0]}
    return found


def _found_household(households: str, stated: Mapping[str, Any]) -> dict[str, Any]:
    columns = _columns(households, (*_IDS, *_VILLAGES), "households_delimiter", {**stated, "header": True})
    found: dict[str, Any] = {}
    for field, names in (("id", _IDS), ("household_village", _VILLAGES)):
        if field not in stated and names[0] not in columns:
            known = _known(columns, [(name,) for name in names])
            found |= {} if known is None else {field: _as_written(columns, known)[0]}
    return found


def _known(columns: Sequence[str], names: Sequence[tuple[str, ...]]) -> tuple[str, ...] | None:
    """The first of some groups of names of which each is one column's name, whatever the case of its letters."""
    lower = [column.lower() for column in columns]
    return next((group for group in names if all(lower.count(name) == 1 for name in group)), None)


def _as_written(columns: Sequence[str], names: tuple[str, ...] | None) -> list[str]:
    return [column for name in names or () for column in columns if column.lower() == name]


def scenario_of(fields: Mapping[str, Any], name: str) -> Scenario:
    """Make a scenario of a community's description, with the arms of the case `village`."""
    from pd_sim.scenario import Scenario

    plain = Scenario.load("village").to_dict()
    return Scenario.from_dict({**plain, "name": name, "title": "", "about": "", "community": dict(fields)})


def read(file: File) -> Community:
    """Read a community's files, and tell on stderr how far that has come where they are large."""
    with progress("rows read") as advance, _told_often() as tell:

        def both(rows: int, share: float) -> None:
            advance(rows, max(rows, round(rows / share) if share > 0 else rows))
            tell(rows, share)

        return file.read(both)


@contextmanager
def _told_often() -> Iterator[Callable[[int, float], None]]:
    """Lines on stderr where it is no terminal and the reading takes its time."""
    last = time.monotonic()

    def tell(rows: int, share: float) -> None:
        nonlocal last
        if not sys.stderr.isatty() and time.monotonic() - last > _OFTEN:
            last = time.monotonic()
            typer.echo(f"pd-sim: {rows:,} rows read ({share:.0%})", err=True)

    yield tell


def mended(options: Sequence[str]) -> Callable[[str], str]:
    r"""Have the mends of a message name options of a verb in place of fields of a scenario.

    Parameters
    ----------
    options
        Fields that are options of the verb; others go by ``--set``.

    Examples
    --------
    >>> mended(["repeats"])("delete one, or say `repeats: merge`, or `encoding: latin-1`")
    'delete one, or say --repeats merge, or --set community.encoding=latin-1'
    """
    from pd_sim.community import File

    def option(match: re.Match[str]) -> str:
        field, value = match.group(1), match.group(2)
        if field not in File.model_fields:
            return match.group(0)
        if field in options and value != "null":
            return f"--{field.replace('_', '-')}{'' if value is None else f' {value}'}"
        return f"--set community.{field}{'' if value is None else f'={value}'}"

    return lambda message: re.sub(r"`(\w+)(?:: ([^`]+))?`", option, message)
