"""``pd-sim regimes``: which arm leads where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pd_sim.cli import _outputs
from pd_sim.cli._options import MOST_REPLICATES, SEED, Case, Json, Out, Seed, Settings, Threads
from pd_sim.cli._progress import progress, told_when_done
from pd_sim.cli._scenarios import loaded
from pd_sim.cli._text import paragraph, percent, print_document, table
from pd_sim.errors import ScenarioError

if TYPE_CHECKING:
    from pathlib import Path

    from pd_sim.studies import Regimes

__all__ = ["regimes"]

_PICTURE, _TABLE, _MANIFEST = "map.png", "map.csv", "manifest.json"


def regimes(
    case: Case,
    x: Annotated[
        str, typer.Option("--x", metavar="FIELD[=FIRST..LAST]", help="What runs along: certainty, or a field.")
    ] = "certainty=0.2..1",
    y: Annotated[
        str, typer.Option("--y", metavar="FIELD[=FIRST..LAST]", help="What runs up: agreement, or a field.")
    ] = "agreement=0.2..1",
    grid: Annotated[str, typer.Option(metavar="NxM", help="Points along x and along y.")] = "9x9",
    step: Annotated[
        int | None, typer.Option(help="Step that is looked at; none: the last.", show_default=False)
    ] = None,
    arm: Annotated[
        list[str] | None, typer.Option(help="An arm, as often as needed; none: all in which something is done.")
    ] = None,
    replicates: Annotated[int, typer.Option(min=2, max=MOST_REPLICATES, help="Replicates at every point.")] = 40,
    seed: Seed = SEED,
    threads: Threads = None,
    settings: Settings = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Map which arm leads over two fields of a scenario.

    An arm leads where the 95% interval of its paired difference from the next one does not cover 0; elsewhere it is
    undecided. Certainty sets how many households an outside solution fits, and with it how well it can be told;
    agreement is the share of households that agree on the problem and the goal. With --out, map.png, map.csv and
    manifest.json are written there.

    For example:
      pd-sim regimes village --step 104 --grid 9x9 --out runs/regimes
      pd-sim regimes village --step 52 --x practice.certainty=0.2..1
      pd-sim regimes village --arm top_down --arm bottom_up --grid 5x5
    """
    from pd_sim.studies import regimes as map_regimes

    scenario = loaded(case, settings)
    (x_name, x_range), (y_name, y_range) = _axis("--x", x), _axis("--y", y)
    if out is not None:
        _outputs.refuse_files(out, (_PICTURE, _TABLE, _MANIFEST))
    with told_when_done("the map"):
        with progress("points of the map") as advance:
            found = map_regimes(
                scenario,
                x=x_name,
                y=y_name,
                x_range=x_range,
                y_range=y_range,
                grid=_grid(grid),
                step=step,
                arms=arm or None,
                replicates=replicates,
                seed=seed,
                threads=threads,
                progress=advance,
            )
        files = {_PICTURE: _picture(found), _TABLE: _csv(found), _MANIFEST: _manifest(found)}
        written = [] if out is None else _outputs.write_files(out, files)
    if as_json:
        print_document(_document(found))
        return
    typer.echo(_told(found))
    if written:
        typer.echo("")
        typer.echo("\n".join(f"wrote {file}" for file in written))


def _axis(option: str, words: str) -> tuple[str, tuple[float, float]]:
    """Take ``field=first..last`` apart; from .2 to 1 where nothing is said."""
    name, _, ends = words.partition("=")
    first, dots, last = ends.partition("..")
    try:
        return name.strip(), (float(first), float(last)) if dots else (0.2, 1.0) if not ends else _refused(
            option, words
        )
    except ValueError:
        return _refused(option, words)


def _refused(option: str, words: str) -> Any:
    raise ScenarioError(f"{option} {words}: write field=first..last, such as practice.certainty=0.2..1")


def _grid(words: str) -> tuple[int, int]:
    along, _, up = words.lower().partition("x")
    if not (along.isascii() and along.isdigit() and up.isascii() and up.isdigit()):
        raise ScenarioError(f"--grid {words}: write two whole numbers, such as 9x9")
    return int(along), int(up)


def _picture(found: Regimes) -> _outputs.Extra:
    def write(file: Path) -> None:
        from pd_sim import figures

        figures.save(figures.regime_map(found), file, 220)

    return write


def _csv(found: Regimes) -> _outputs.Extra:
    def write(file: Path) -> None:
        found.frame().to_csv(file, index=False, lineterminator="\n")

    return write


def _manifest(found: Regimes) -> _outputs.Extra:
    def write(file: Path) -> None:
        document = json.dumps(found.manifest(), indent=2, ensure_ascii=False, allow_nan=False)
        file.write_text(f"{document}\n", encoding="utf-8")

    return write


def _document(found: Regimes) -> dict[str, Any]:
    return {**found.manifest(), "cells": found.frame().to_dict("records")}


def _told(found: Regimes) -> str:
    about = (
        f"Arm with the most households practising at step {found.step}: {found.replicates} replicates at each of "
        f"{len(found.cells)} points, {found.x} along, {found.y} up. A dot where the 95% interval of the paired lead "
        "covers 0."
    )
    letters = _letters(found.arms)
    leaders = found.leaders()
    rows = [
        [f"{found.ys[row]:.3g}", *(letters.get(str(name), "·") for name in leaders[row])]
        for row in reversed(range(len(found.ys)))
    ]
    named = ", ".join(
        f"{name} {letters.get(name, '·')} ({percent(share)} of the map)" for name, share in found.shares().items()
    )
    headings = [found.y, *(f"{value:.3g}" for value in found.xs)]
    return "\n".join([paragraph(about), "", table(headings, rows, "r" * len(headings)), "", paragraph(f"{named}.")])


def _letters(arms: tuple[str, ...]) -> dict[str, str]:
    """A letter an arm: its first that no other has taken."""
    taken: dict[str, str] = {}
    for arm in arms:
        free = [c for c in arm.upper() + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c.isalpha() and c not in taken.values()]
        taken[arm] = free[0] if free else "?"
    return taken
