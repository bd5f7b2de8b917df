"""What every experiment with a table shares: its table as a file, and the words it is called with."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Sequence
from pathlib import Path

Table = list[dict[str, str]]


def read(file: Path) -> Table:
    """The table as it was written."""
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(table: Table, file: Path, columns: Sequence[str]) -> None:
    """Write the table."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, columns, lineterminator="\n")
        out.writeheader()
        out.writerows(table)


def run_and_tell(
    about: str | None,
    folder: Path,
    columns: Sequence[str],
    derive: Callable[[bool], Table],
    picture: Callable[[Table, Path], None],
    tell: Callable[[Table], None],
) -> int:
    """Run, write and tell, as the words of the command line ask.

    Parameters
    ----------
    about
        What ``--help`` says.
    folder
        Folder of the experiment, where its table and figure stand.
    columns
        Columns of the table.
    derive
        Gives the table anew; called with whether a little of it will do.
    picture, tell
        Draw the table into a file, and print it.
    """
    asked = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--quick", action="store_true", help="a little of it, to see that it runs")
    asked.add_argument("--show", action="store_true", help="tell the table that is here; run nothing")
    asked.add_argument("--out", type=Path, help="folder for table.csv and figure.png")
    given = asked.parse_args()
    out = given.out or (None if given.quick or given.show else folder)
    table = read(folder / "table.csv") if given.show else derive(given.quick)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        if not given.show:
            write(table, out / "table.csv", columns)
        picture(table, out / "figure.png")
    tell(table)
    return 0
