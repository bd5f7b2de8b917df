"""``pd-sim compare``: all arms on the same villages and the same luck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pd_sim.cli import _outputs, _pictures, _villages
from pd_sim.cli._notices import rests_on, warnings
from pd_sim.cli._options import REPLICATES, SEED, Case, Json, Out, Replicates, Seed, Settings, Threads
from pd_sim.cli._progress import progress, told_when_done
from pd_sim.cli._scenarios import chosen_arms, loaded
from pd_sim.cli._text import band, count, paragraph, percent, points, print_document, table
from pd_sim.cli._told import told_rows, told_text
from pd_sim.cli._verdicts import verdict_rows, verdict_text
from pd_sim.cli.decompose import told as parts_told
from pd_sim.errors import ScenarioError

if TYPE_CHECKING:
    from pd_sim.results import Comparison
    from pd_sim.scenario import Scenario
    from pd_sim.studies import Decomposition

__all__ = ["PARTS_REPLICATES", "compare"]

PARTS_REPLICATES = 40
"""Replicates, at the most, of each combination when the gap is taken apart."""


def compare(
    case: Case,
    arm: Annotated[list[str] | None, typer.Option(help="An arm to compare, as often as needed; none: all.")] = None,
    replicates: Replicates = REPLICATES,
    seed: Seed = SEED,
    at: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STEP",
            help="A step to show, as often as needed; the last is always shown.",
            show_default="26, 52, 104, 156",
        ),
    ] = None,
    threads: Threads = None,
    settings: Settings = None,
    out: Out = None,
    parts: Annotated[
        bool, typer.Option("--parts/--no-parts", help="With --out, say what the gap between two arms is made of.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Compare the arms of a scenario, each in the same replicates.

    A replicate has the same villages and the same luck in every arm, so that a difference between arms is one that
    the arms made. With --out, the result and its pictures are written there: manifest.json, steps.parquet, curves.png,
    network.png (if the village is small enough to draw), decomposition.png, which takes longest, and, of several
    villages, villages.csv.

    For example:
      pd-sim compare village --replicates 200 --seed 1 --out runs/village
      pd-sim compare village --arm top_down --arm bottom_up --at 52 --at 156
      pd-sim compare village --set practice.certainty=0.85
      pd-sim compare town.yaml --json > town.json
    """
    from pd_sim.studies import compare as compare_arms

    scenario = loaded(case, settings)
    arms = chosen_arms(scenario, arm)
    steps = _asked_steps(scenario, at)
    if out is not None:
        _outputs.refuse(out, scenario, seed=seed, replicates=replicates, arms=arms)
    what = f"{len(arms)} arm{'s' * (len(arms) > 1)} × {replicates} replicate{'s' * (replicates > 1)}"
    with told_when_done(what):
        with progress(what) as advance:
            result = compare_arms(scenario, arms, replicates=replicates, seed=seed, threads=threads, progress=advance)
        gap = _gap(result, scenario, threads) if parts and out is not None else None
        written = [] if out is None else _outputs.write(out, result, _drawn(result, scenario, gap))
    if as_json:
        villages = {"villages": _villages.document(result)} if len(result.villages) > 1 else {}
        told = {"told": told_rows(result, scenario)} if scenario.targets else {}
        verdicts = {"evaluations": verdict_rows(result, scenario)} if scenario.evaluations else {}
        print_document({**result.document(steps), **villages, **told, **verdicts})
        return
    typer.echo(_told(result, scenario, result.asked_steps(steps)))
    if gap is not None:
        typer.echo(f"\n{parts_told(gap)}")
    elif (pair := _pictures.gap_of(result, scenario)) is not None:
        asked = f"pd-sim decompose {case} --arm {pair[0]} --versus {pair[1]}"
        typer.echo("\n" + paragraph(f"How much of the gap each of its causes carries: {asked}"))
    if written:
        typer.echo("")
        typer.echo("\n".join(f"wrote {file}" for file in written))


def _asked_steps(scenario: Scenario, at: Sequence[str] | None) -> list[int] | None:
    """Check the steps before anything is run; the last one is added."""
    if not at:
        return None
    found = {scenario.steps}
    for word in (part for words in at for part in words.replace(",", " ").split()):
        if not word.isascii() or not word.isdigit() or int(word) > scenario.steps:
            raise ScenarioError(f"--at {word}: give a step from 0 to {scenario.steps}, the last one of this scenario")
        found.add(int(word))
    return sorted(found)


def _gap(result: Comparison, scenario: Scenario, threads: int | None) -> Decomposition | None:
    """Take the headline's gap apart, in as many of the replicates as that needs."""
    from pd_sim.studies import decompose

    pair = _pictures.gap_of(result, scenario)
    if pair is None or result.replicates < 2:
        return None
    with progress("combinations of what the arms differ in") as advance:
        return decompose(
            scenario,
            *pair,
            replicates=min(result.replicates, PARTS_REPLICATES),
            seed=result.seed,
            threads=threads,
            progress=advance,
        )


def _drawn(result: Comparison, scenario: Scenario, gap: Decomposition | None) -> dict[str, _outputs.Extra]:
    """Name the pictures that go with a result; those that cannot be drawn are left out."""
    pictures = {
        "curves.png": _pictures.curves(result, scenario),
        "network.png": _pictures.network(result, scenario),
        "decomposition.png": None if gap is None else _pictures.decomposition(gap, scenario),
        "told.png": _pictures.told(result, scenario) if scenario.targets else None,
        "villages.csv": _villages.written(result) if len(result.villages) > 1 else None,
    }
    return {name: picture for name, picture in pictures.items() if picture is not None}


def _told(result: Comparison, scenario: Scenario, steps: Sequence[int]) -> str:
    sizes = result.sizes.sum(axis=1)
    households = f"{sizes.min():,}" if sizes.min() == sizes.max() else f"{sizes.min():,} to {sizes.max():,}"
    villages = f" in {len(result.villages):,} villages" if len(result.villages) > 1 else ""
    replicates = "1 replicate" if result.replicates == 1 else f"{result.replicates:,} replicates"
    parts = [
        paragraph(
            f"{scenario.title or scenario.name}: {households} households{villages}, {result.steps} {scenario.step}s, "
            f"{replicates}, seed {result.seed}"
        ),
        _practising(result, steps),
        _reached(result),
    ]
    if len(result.arms) > 1:
        parts += [_differences(result, steps), paragraph(f"What this rests on: {rests_on(result, scenario)}")]
    if len(result.villages) > 1:
        parts.insert(2, _villages.told(result))
    parts += [text for text in (told_text(result, scenario), verdict_text(result, scenario)) if text]
    told = [paragraph(said, "- ", "  ") for said in warnings(result, scenario)]
    if told:
        parts.append("\n".join(["Mind:", *told]))
    return "\n\n".join(parts)


def _practising(result: Comparison, steps: Sequence[int]) -> str:
    rows = []
    shown = result.summary(steps, "practising")
    for step in steps:
        for place, row in enumerate(shown[shown["step"] == step].to_dict("records")):
            rows.append(
                [
                    str(step) if place == 0 else "",
                    row["arm"],
                    percent(row["mean"]),
                    band(row["band_low"], row["band_high"]) if result.replicates > 1 else "–",
                    percent(row["takeoff"]),
                    band(row["takeoff_low"], row["takeoff_high"]) if result.replicates > 1 else "–",
                ]
            )
    about = (
        "Households practising: mean, and band (the central 90% of the replicates). Take-off: share of the replicates "
        f"with at least {percent(result.takeoff_share)} practising, and its 95% interval."
    )
    return "\n".join(
        [paragraph(about), "", table(["step", "arm", "mean", "band", "take-off", "interval"], rows, "rlrrrr")]
    )


def _reached(result: Comparison) -> str:
    measures = ("ever_practised", "participants", "attendance_so_far", "cost_so_far")
    rows = []
    for arm in result.arms:
        ever, came, places, money = (float(result.series(arm, measure)[:, -1].mean()) for measure in measures)
        rows.append([arm, percent(ever), percent(came), count(places), count(money)])
    headings = ["arm", "ever practised", "ever came", "places taken", "cost"]
    return f"What it took up to step {result.steps}, on average:\n\n{table(headings, rows, 'lrrrr')}"


def _differences(result: Comparison, steps: Sequence[int]) -> str:
    rows = []
    last = None
    for found in result.differences(steps):
        rows.append(
            [
                "" if found.step == last else str(found.step),
                f"{found.arm} − {found.versus}",
                points(found.mean),
                f"{points(found.low)} to {points(found.high)}" if found.n > 1 else "–",
                percent(found.ahead),
            ]
        )
        last = found.step
    about = (
        "Paired differences in households practising, in percentage points: mean and its 95% interval. Ahead: share "
        "of the replicates in which the first has more."
    )
    return "\n".join([paragraph(about), "", table(["step", "arms", "points", "interval", "ahead"], rows, "rlrrr")])
