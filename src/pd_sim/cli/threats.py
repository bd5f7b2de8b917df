"""``pd-sim threats``: what would kill it, for every arm."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pd_sim.cli import _outputs
from pd_sim.cli._options import REPLICATES, SEED, Case, Json, Out, Replicates, Seed, Settings, Threads
from pd_sim.cli._progress import progress, told_when_done
from pd_sim.cli._scenarios import chosen_arms, loaded
from pd_sim.cli._text import paragraph, percent, points, print_document, table
from pd_sim.errors import ScenarioError

if TYPE_CHECKING:
    from pd_sim.scenario import Scenario
    from pd_sim.studies import Threatened

__all__ = ["threats"]

_TABLE, _PICTURE = "threats.csv", "threats.png"


class RankedBy(StrEnum):
    """What a loss is counted in."""

    practising = "practising"
    years = "years"


def threats(
    case: Case,
    arm: Annotated[
        list[str] | None, typer.Option(help="An arm, as often as needed; none: all in which something is done.")
    ] = None,
    threat: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="A threat, as often as needed; none: all there are.")
    ] = None,
    size: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND.FIELD=VALUE",
            help="How great a threat is, such as cost_loading.factor=1.2; as often as needed.",
        ),
    ] = None,
    at: Annotated[
        int | None,
        typer.Option(
            help="Step in which a threat comes; none: 26, or the middle of a shorter run.", show_default=False
        ),
    ] = None,
    step: Annotated[int | None, typer.Option(help="Step to look at; none: the last.", show_default=False)] = None,
    measure: Annotated[
        RankedBy, typer.Option(help="Rank by the share practising at the step, or by years of practice up to it.")
    ] = RankedBy.practising,
    replicates: Replicates = REPLICATES,
    seed: Seed = SEED,
    threads: Threads = None,
    settings: Settings = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Let every threat befall every arm, one at a time, and rank what is lost.

    With and without a threat the villages and the luck are the same. With --out, threats.csv and threats.png are
    written there.

    For example:
      pd-sim threats what_would_kill_it
      pd-sim threats village --at 70 --measure years --out runs/threats
      pd-sim threats what_would_kill_it --size cost_loading.factor=1.2
    """
    from pd_sim.studies import threats as threaten

    scenario = loaded(case, settings)
    arms = chosen_arms(scenario, arm) if arm else None
    for name, given in (("--at", at), ("--step", step)):
        if given is not None and not 1 <= given <= scenario.steps:
            raise ScenarioError(f"{name} {given}: give one from 1 to {scenario.steps}, the last one of this scenario")
    sizes = _sizes(size or [])
    if out is not None:
        _outputs.refuse_files(out, (_TABLE, _PICTURE))
    with told_when_done(f"{replicates} replicates with and without each threat"):
        with progress("threats") as advance:
            found = threaten(
                scenario,
                arms,
                at=at,
                step=step,
                kinds=threat or None,
                sizes=sizes,
                replicates=replicates,
                seed=seed,
                threads=threads,
                progress=advance,
            )
        written = [] if out is None else _outputs.write_files(out, _files(found, measure))
    if as_json:
        told = {"scenario": scenario.name, "hash": scenario.content_hash, "at": found.at, "step": found.step}
        told |= {"replicates": replicates, "seed": seed, "measure": measure.value}
        rows = found.frame(measure.value).to_dict("records")
        print_document({**told, "threats": [{str(k): _plain(v) for k, v in row.items()} for row in rows]})
        return
    typer.echo(_told(found, scenario, measure))
    if written:
        typer.echo("")
        typer.echo("\n".join(f"wrote {file}" for file in written))


def _sizes(written: list[str]) -> dict[str, dict[str, Any]]:
    """Fields of threats, as they were written."""
    from pd_sim.scenario.reading import read_yaml

    found: dict[str, dict[str, Any]] = {}
    for text in written:
        name, equals, value = text.partition("=")
        kind, dot, field = name.strip().partition(".")
        if not (equals and dot and kind and field):
            raise ScenarioError(f"--size {text}: write it as kind.field=value, such as cost_loading.factor=1.2")
        found.setdefault(kind, {})[field] = read_yaml(f"value: {value}", f"--size {name}")["value"]
    return found


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 (not a number)


def _told(found: Threatened, scenario: Scenario, measure: RankedBy) -> str:
    frame = found.frame(measure.value)
    years = measure is RankedBy.years
    at, last = (f"{found.step_name} {step}" for step in (found.at, found.step))
    counted = f"points of households practising at {last}"
    if years:
        counted = f"years of practice of a hundred households up to {last}"
    about = (
        f"{scenario.title or scenario.name}: what is lost when a threat comes in {at}, the worst first; "
        f"{found.replicates:,} replicate{'s' * (found.replicates > 1)}, the same villages and luck with and without. "
        f"Loss: {counted}"
    )
    about += ", mean and its 95% interval; then the share practising with the threat, and how often it takes off."
    return "\n\n".join([paragraph(about), *(_arm(found, arm, frame, years=years) for arm in found.arms), _sized(found)])


def _arm(found: Threatened, arm: str, frame: Any, *, years: bool) -> str:
    own = frame[frame["arm"] == arm].to_dict("records")
    name = "years" if years else "loss"
    rows = []
    for row in own:
        hit, ends = row["touched"] > 0, (row[f"{name}_high"], row[f"{name}_low"])
        interval = " to ".join(_loss(end, years=years) for end in ends) if found.replicates > 1 else "–"
        rows.append(
            [
                str(row["rank"]) if hit else "–",
                row["threat"],
                _loss(row[name], years=years) if hit else "–",
                interval if hit else "nothing to hit",
                percent(row["hit"]),
                percent(row["takeoff_hit"]),
            ]
        )
    spared = percent(own[0]["spared"]), percent(own[0]["takeoff_spared"])
    unharmed = f"{arm}: {spared[0]} practise if nothing happens, and {spared[1]} take off"
    close = [
        f"{row['threat']} and {following['threat']}"
        for row, following in pairwise(own)
        if row["apart"] is False and following["touched"] > 0
    ]
    said = f"{unharmed}. Cannot be told apart: {', '.join(close)}." if close else f"{unharmed}."
    headings = ["rank", "threat", "loss", "interval", "practising", "take-off"]
    return f"{paragraph(said)}\n{table(headings, rows, 'rlrrrr')}"


def _loss(value: float, *, years: bool) -> str:
    """What is lost; a gain has a plus."""
    if years:
        return f"{-value:+.1f}".replace("-", "−") if round(value, 9) else "0.0"
    return points(-value + 0.0)


def _sized(found: Threatened) -> str:
    from pd_sim.studies.threats import described, in_words

    lines = []
    for kind, threat in found.threats.items():
        size = in_words(threat)
        lines.append(paragraph(f"{kind}{f' ({size})' if size else ''}: {described(threat)}", "- ", "  "))
    mind = "How great each threat is, is an assumption; another size, or another time, may change the order."
    return "\n".join([*lines, "", paragraph(mind)])


def _files(found: Threatened, measure: RankedBy) -> dict[str, _outputs.Extra]:
    def tabled(file: Path) -> None:
        found.frame(measure.value).to_csv(file, index=False, lineterminator="\n")

    def drawn(file: Path) -> None:
        from pd_sim import figures

        figures.save(figures.threats(found, measure.value), file)

    return {_TABLE: tabled, _PICTURE: drawn}
