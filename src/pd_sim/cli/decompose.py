"""``pd-sim decompose``: what the gap between two arms is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pd_sim.cli import _outputs, _pictures
from pd_sim.cli._options import MOST_REPLICATES, SEED, Case, Json, Out, Seed, Settings, Threads
from pd_sim.cli._progress import progress, told_when_done
from pd_sim.cli._scenarios import loaded
from pd_sim.cli._text import paragraph, points, print_document, table

if TYPE_CHECKING:
    from pathlib import Path

    from pd_sim.results import Estimate
    from pd_sim.studies import Decomposition

__all__ = ["decompose", "told"]

_TABLE, _PICTURE = "decomposition.csv", "decomposition.png"


def decompose(
    case: Case,
    arm: Annotated[str, typer.Option(help="The one arm.")] = "bottom_up",
    versus: Annotated[str, typer.Option(help="The other arm.")] = "top_down",
    step: Annotated[int | None, typer.Option(help="Step of the gap; none: the last.", show_default=False)] = None,
    replicates: Annotated[int, typer.Option(min=2, max=MOST_REPLICATES, help="Replicates of each combination.")] = 60,
    seed: Seed = SEED,
    threads: Threads = None,
    settings: Settings = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Decompose the gap between two arms into what they differ in.

    Fit, duration, ownership, trust, channel and capacity are switched off in both arms alike, in every combination;
    a part is what its difference adds on average over all orders (its Shapley value).

    For example:
      pd-sim decompose village --arm bottom_up --versus top_down
      pd-sim decompose village --arm hybrid --step 104 --out runs/parts
    """
    from pd_sim.studies import decompose as decompose_gap

    scenario = loaded(case, settings)
    if out is not None:
        _outputs.refuse_files(out, (_TABLE, _PICTURE))
    with told_when_done("all combinations"):
        with progress("combinations of what the arms differ in") as advance:
            parts = decompose_gap(
                scenario, arm, versus, step=step, replicates=replicates, seed=seed, threads=threads, progress=advance
            )
        files = {_TABLE: _csv(parts), _PICTURE: _pictures.decomposition(parts, scenario)}
        written = [] if out is None else _outputs.write_files(out, files)
    if as_json:
        print_document(_document(parts))
        return
    typer.echo(told(parts))
    if written:
        typer.echo("")
        typer.echo("\n".join(f"wrote {file}" for file in written))


def _csv(parts: Decomposition) -> _outputs.Extra:
    def write(file: Path) -> None:
        parts.frame().to_csv(file, index=False, lineterminator="\n")

    return write


def _document(parts: Decomposition) -> dict[str, Any]:
    def plain(estimate: Estimate) -> dict[str, Any]:
        return {"mean": float(estimate.mean), "interval": [float(estimate.low), float(estimate.high)], "n": estimate.n}

    return {
        "arm": parts.arm,
        "versus": parts.versus,
        "measure": parts.measure,
        "step": parts.step,
        "replicates": parts.replicates,
        "gap": plain(parts.gap),
        "parts": {name: plain(estimate) for name, estimate in parts.parts.items()},
        "rest": plain(parts.rest),
    }


def told(parts: Decomposition) -> str:
    """Say the parts as a table, greatest first."""
    rows = [
        [row["part"], points(row["mean"]), f"{points(row['low'])} to {points(row['high'])}"]
        for row in parts.frame().to_dict("records")
    ]
    about = (
        f"What the gap of {parts.arm} over {parts.versus} in households practising at step {parts.step} is made of, in "
        f"percentage points (Shapley values and 95% intervals, {parts.replicates} replicates). The parts and the rest "
        "add up to the total."
    )
    return "\n".join([paragraph(about), "", table(["part", "points", "interval"], rows, "lrr")])
