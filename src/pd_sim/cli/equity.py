"""``pd-sim equity``: whom the arms reach, group by group."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pd_sim.cli import _outputs
from pd_sim.cli._options import REPLICATES, SEED, Case, Json, Out, Replicates, Seed, Settings, Threads
from pd_sim.cli._progress import progress, told_when_done
from pd_sim.cli._scenarios import chosen_arms, loaded
from pd_sim.cli._text import band, count, paragraph, percent, points, print_document, table
from pd_sim.errors import ScenarioError

if TYPE_CHECKING:
    import pandas as pd

    from pd_sim.scenario import Scenario
    from pd_sim.studies import Equity

__all__ = ["equity"]

_GROUPS, _GAPS = "equity.csv", "gaps.csv"
MOST_SHOWN = 30
"""Groups in a printed table; all are in the document and in the written file."""


def equity(
    case: Case,
    group: Annotated[
        str, typer.Option(metavar="NAME", help="A grouping of the households, such as a file's groups; see the error.")
    ],
    arm: Annotated[list[str] | None, typer.Option(help="An arm, as often as needed; none: all.")] = None,
    step: Annotated[int | None, typer.Option(help="Step to look at; none: the last.", show_default=False)] = None,
    replicates: Replicates = REPLICATES,
    seed: Seed = SEED,
    threads: Threads = None,
    settings: Settings = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Compare whom the arms reach: uptake by group, how far groups lie apart, and households without ties.

    The groups are columns of a households file that the scenario calls groups, or those of a generator (block of
    blocks). With --out, equity.csv and gaps.csv are written there.

    For example:
      pd-sim equity town.yaml --group leader
      pd-sim equity town.yaml --group roof --step 104 --out runs/roof
      pd-sim equity village --group block --set "community={generator: blocks}"
    """
    from pd_sim.studies import equity as reach

    scenario = loaded(case, settings)
    arms = chosen_arms(scenario, arm)
    if step is not None and not 1 <= step <= scenario.steps:
        raise ScenarioError(f"--step {step}: give one from 1 to {scenario.steps}, the last one of this scenario")
    _known(scenario, group, seed)
    if out is not None:
        _outputs.refuse_files(out, (_GROUPS, _GAPS))
    what = f"{len(arms)} arm{'s' * (len(arms) > 1)} × {replicates} replicate{'s' * (replicates > 1)}"
    with told_when_done(what):
        with progress(what) as advance:
            found = reach(
                scenario,
                group,
                arms=arms,
                step=step,
                replicates=replicates,
                seed=seed,
                threads=threads,
                progress=advance,
            )
        groups, gaps = found.frame(), found.gaps()
        files = {_GROUPS: _csv(groups), _GAPS: _csv(gaps)}
        written = [] if out is None else _outputs.write_files(out, files)
    if as_json:
        told = {"scenario": scenario.name, "hash": scenario.content_hash, "group": group, "step": found.step}
        told |= {"replicates": replicates, "seed": seed}
        print_document({**told, "groups": _rows(groups), "gaps": _rows(gaps)})
        return
    typer.echo(_told(found, groups, gaps, replicates))
    if written:
        typer.echo("")
        typer.echo("\n".join(f"wrote {file}" for file in written))


def _known(scenario: Scenario, group: str, seed: int) -> None:
    """Refuse a grouping that is none, and say how a column becomes one."""
    from pd_sim.community import File
    from pd_sim.engine import draw_community, village_seed
    from pd_sim.errors import nearest

    community = draw_community(scenario, village_seed(scenario, seed, 0))
    if group in community.groups:
        return
    if group in community.columns and isinstance(scenario.community, File):
        told = ", ".join([*community.groups, group])
        raise ScenarioError(f"--group {group}: a column, but no group; add --set community.groups=[{told}]")
    if not community.groups:
        mend = "name columns of its households file with --set community.groups=[…]"
        if not isinstance(scenario.community, File):
            mend = "take one with groups, such as generator: blocks, or a file"
        raise ScenarioError(f"--group {group}: the community of this scenario has no groups; {mend}")
    raise ScenarioError(f"--group {group}: there is no such group; {nearest(group, community.groups)}")


def _csv(frame: pd.DataFrame) -> _outputs.Extra:
    def write(file: Path) -> None:
        frame.to_csv(file, index=False, lineterminator="\n")

    return write


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values; what is not known is null."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return float(value) if math.isfinite(value) else None


def _interval(low: float, high: float) -> str:
    # an interval of few replicates may pass what a share can be
    return band(max(low, 0.0), min(high, 1.0)) if math.isfinite(low) and math.isfinite(high) else "–"


def _told(found: Equity, groups: pd.DataFrame, gaps: pd.DataFrame, replicates: int) -> str:
    first = next(iter(groups["arm"]))
    labels = len(groups[groups["arm"] == first])
    rows = []
    for arm, held in groups.groupby("arm", sort=False):
        for place, row in enumerate(held.head(MOST_SHOWN).to_dict("records")):
            rows.append(
                [
                    str(arm) if place == 0 else "",
                    _label(row["label"]),
                    count(row["households"]),
                    percent(row["practising"]),
                    _interval(row["low"], row["high"]),
                    percent(row["ever_practised"]),
                    percent(row["came"]),
                ]
            )
    about = (
        f"By {found.group}, at step {found.step}, {replicates:,} replicate{'s' * (replicates > 1)}: households "
        "practising (mean and its 95% interval), that ever practised, and that ever came to a session."
    )
    headings = ["arm", found.group, "households", "practising", "interval", "ever", "came"]
    parts = [f"{paragraph(about)}\n\n{table(headings, rows, 'llrrrrr')}"]
    if labels > MOST_SHOWN:
        parts.append(f"The first {MOST_SHOWN} of {labels:,} groups; --json prints all, and --out writes them.")
    return "\n\n".join([*parts, _gaps(gaps)])


def _label(label: Any) -> str:
    text = str(label)
    return {"nan": "unknown", "": "unknown"}.get(text, text.removesuffix(".0"))


def _gaps(gaps: pd.DataFrame) -> str:
    def ends(low: float, high: float, said: Any) -> str:
        # neither can lie below 0
        return f"{said(max(low, 0.0))} to {said(high)}" if math.isfinite(low) and math.isfinite(high) else "–"

    rows = [
        [
            row["arm"],
            points(row["gap"]).removeprefix("+"),
            ends(row["gap_low"], row["gap_high"], lambda end: points(end).removeprefix("+")),
            _number(row["gini"]),
            ends(row["gini_low"], row["gini_high"], _number),
            "–" if not math.isfinite(row["isolates_reached"]) else percent(row["isolates_reached"]),
        ]
        for row in gaps.to_dict("records")
    ]
    alone = float(gaps["isolates"].iloc[0])
    without = (
        f"Reached: share of the {count(alone)} households without ties that ever practised."
        if alone > 0
        else "No household is without ties."
    )
    about = (
        "Gap: greatest less least share practising of any group, in percentage points. Gini: how unevenly uptake is "
        "spread over groups, 0 evenly. Small groups differ by chance alone. "
        f"{without}"
    )
    headings = ["arm", "gap", "interval", "Gini", "interval", "reached"]
    return f"{paragraph(about)}\n\n{table(headings, rows, 'lrrrrr')}"


def _number(value: float) -> str:
    return "?" if not math.isfinite(value) else f"{value:.3f}"
