"""``pd-sim ablate``: what each of the six principles does for an arm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pd_sim.cli import _outputs
from pd_sim.cli._options import REPLICATES, SEED, Case, Json, Out, Replicates, Seed, Settings, Threads
from pd_sim.cli._progress import progress, told_when_done
from pd_sim.cli._scenarios import loaded
from pd_sim.cli._text import paragraph, percent, points, print_document, table
from pd_sim.errors import ScenarioError

if TYPE_CHECKING:
    from pd_sim.scenario import Scenario
    from pd_sim.studies import Ablation

__all__ = ["ablate"]

_TABLE, _PICTURE = "ablation.csv", "ablation.png"


def ablate(
    case: Case,
    arm: Annotated[
        str | None, typer.Option(help="The arm; none: bottom_up, or else the last one.", show_default=False)
    ] = None,
    step: Annotated[int | None, typer.Option(help="Step to look at; none: the last.", show_default=False)] = None,
    replicates: Replicates = REPLICATES,
    seed: Seed = SEED,
    threads: Threads = None,
    settings: Settings = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Rank the six principles by what an arm loses without each.

    Each is switched off alone, with the same villages and the same luck. With --out, ablation.csv and ablation.png
    are written there.

    For example:
      pd-sim ablate village
      pd-sim ablate village --arm hybrid --step 104 --out runs/principles
    """
    from pd_sim.studies import ablate as switch_off

    scenario = loaded(case, settings)
    chosen = arm or ("bottom_up" if "bottom_up" in scenario.arms else list(scenario.arms)[-1])
    scenario.arm(chosen)
    if step is not None and not 1 <= step <= scenario.steps:
        raise ScenarioError(f"--step {step}: give one from 1 to {scenario.steps}, the last one of this scenario")
    if out is not None:
        _outputs.refuse_files(out, (_TABLE, _PICTURE))
    with told_when_done(f"{replicates} replicates without each principle"):
        with progress("principles") as advance:
            found = switch_off(
                scenario, chosen, step=step, replicates=replicates, seed=seed, threads=threads, progress=advance
            )
        written = [] if out is None else _outputs.write_files(out, _files(found, scenario))
    if as_json:
        told = {"scenario": scenario.name, "hash": scenario.content_hash, "arm": chosen, "step": found.step}
        told |= {"replicates": replicates, "seed": seed, "level": float(found.level.mean)}
        rows = found.frame().drop(columns="whole").to_dict("records")
        print_document({**told, "principles": rows})
        return
    typer.echo(_told(found, scenario))
    if written:
        typer.echo("")
        typer.echo("\n".join(f"wrote {file}" for file in written))


def _told(found: Ablation, scenario: Scenario) -> str:
    frame = found.frame()
    rows = []
    for row in frame.to_dict("records"):
        interval = f"{points(row['low'])} to {points(row['high'])}" if len(found.whole) > 1 else "–"
        rows.append(
            [str(row["principle"]), points(row["mean"]), interval, percent(row["level"]), percent(row["takeoff"])]
        )
    about = (
        f"{scenario.title or scenario.name}: {found.arm} at step {found.step}, {len(found.whole):,} replicates. With "
        f"all principles {percent(float(found.level.mean))} of the households practise. What is lost without each, in "
        "points of households: mean and its 95% interval; then the share that practises without it, and how often it "
        "takes off."
    )
    words = "\n".join(
        paragraph(f"{row['principle']}: {row['meaning']}", "- ", "  ") for row in frame.to_dict("records")
    )
    mind = (
        "The losses do not add up: principles work through one another. What being without a principle means here is "
        "an assumption of the model (docs/model), and so are the sizes of the mechanisms behind it."
    )
    listed = table(["principle", "loss", "interval", "practising", "take-off"], rows, "lrrrr")
    return "\n\n".join([paragraph(about), listed, words, paragraph(mind)])


def _files(found: Ablation, scenario: Scenario) -> dict[str, _outputs.Extra]:
    frame = found.frame()

    def tabled(file: Path) -> None:
        file.write_text(frame.to_csv(index=False), encoding="utf-8")

    def drawn(file: Path) -> None:
        from pd_sim import figures

        about = (
            f"{scenario.title or scenario.name}, {found.arm}, step {found.step}, {len(found.whole):,} paired "
            "replicates. Bars: mean loss; lines: 95% interval."
        )
        parts = frame.rename(columns={"principle": "part"})
        figures.save(figures.decomposition(parts, "What is lost without each principle", about), file)

    return {_TABLE: tabled, _PICTURE: drawn}
