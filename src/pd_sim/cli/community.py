"""``pd-sim community``: what a community looks like, before anything is done in it."""

from __future__ import annotations

import dataclasses
import math
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pd_sim.cli import _outputs
from pd_sim.cli._files import described, is_scenario, mended, read, scenario_of
from pd_sim.cli._options import SEED, Json, Out, Seed, Settings
from pd_sim.cli._progress import told_when_done
from pd_sim.cli._scenarios import changed
from pd_sim.cli._text import paragraph, percent, print_document, table
from pd_sim.errors import CommunityError, PdSimError

if TYPE_CHECKING:
    from pd_sim.community import Community, CommunitySummary, ReadingReport, VillageSummary

__all__ = ["community"]

MOST_SHOWN = 30
"""Villages in a printed table; all are in the document and in the written file."""

_TABLE, _PICTURE = "summary.csv", "community.png"


class _Direction(StrEnum):
    mutual = "mutual"
    as_named = "as_named"


class _Fault(StrEnum):
    error = "error"
    drop = "drop"


class _Repeat(StrEnum):
    error = "error"
    merge = "merge"


class _Single(StrEnum):
    error = "error"
    keep = "keep"
    drop = "drop"


_Place = Annotated[
    str | None, typer.Option(metavar="COLUMN", help="Its column in the ties file, by name or place from 1.")
]


def community(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="A ties file (CSV, GraphML, GEXF or edge list, .gz too), and after it a households file if there is "
            "one; or a case or scenario file.",
        ),
    ],
    households: Annotated[
        str | None, typer.Option(metavar="FILE", help="Households file, CSV with a row for each.")
    ] = None,
    source: _Place = None,
    target: _Place = None,
    village: _Place = None,
    relation: _Place = None,
    weight: _Place = None,
    direction: Annotated[
        _Direction | None, typer.Option(help="mutual: both see each other; as_named: the source sees the target.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(metavar="VILLAGE", help="A village to read; none: all.")] = None,
    repeats: Annotated[_Repeat | None, typer.Option(help="A tie twice within one relation.")] = None,
    self_ties: Annotated[_Fault | None, typer.Option(help="A household tied to itself.")] = None,
    across: Annotated[_Fault | None, typer.Option(help="A tie across villages.")] = None,
    unknown: Annotated[
        _Fault | None, typer.Option(help="A tie that names nobody, or one not in the households file.")
    ] = None,
    single: Annotated[_Single | None, typer.Option(help="A village with one household.")] = None,
    settings: Settings = None,
    seed: Seed = SEED,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Tell and draw what a community looks like: what was read, merged and left out, and the measures of each village.

    Further settings of a file go by --set: --set community.encoding=cp949. With --out, summary.csv and community.png
    (up to 12 villages) are written there.

    For example:
      pd-sim community ties.csv
      pd-sim community ties.csv --households people.csv --direction as_named
      pd-sim community network.graphml --only north --only south --out runs/look
      pd-sim community village --set community.mean_degree=6
    """
    given: dict[str, Any] = {
        "source": _placed(source),
        "target": _placed(target),
        "village": _placed(village),
        "relation": _placed(relation),
        "weight": _placed(weight),
        "direction": direction,
        "only": only or None,
        "repeats": repeats,
        "self_ties": self_ties,
        "across": across,
        "unknown": unknown,
        "single": single,
    }
    given = {field: str(value) if isinstance(value, StrEnum) else value for field, value in given.items() if value}
    if out is not None:
        _outputs.refuse_files(out, (_TABLE, _PICTURE))
    with told_when_done(" ".join(files)):
        try:
            found = _found(files, households, given, settings, seed)
        except PdSimError as error:
            raise type(error)(mended([*given, *_OPTIONS])(str(error))) from None
        summary = found.summary()
        written = [] if out is None else _outputs.write_files(out, _drawn(found, summary))
    if as_json:
        print_document(_document(found, summary))
        return
    typer.echo(_told(found, summary))
    if written:
        typer.echo("")
        typer.echo("\n".join(f"wrote {file}" for file in written))


_OPTIONS = (
    *("source", "target", "village", "relation", "weight", "direction", "only"),
    *("repeats", "self_ties", "across", "unknown", "single", "households"),
)


def _placed(column: str | None) -> str | int | None:
    return int(column) if column is not None and column.isascii() and column.isdigit() else column


def _found(
    files: list[str], households: str | None, given: dict[str, Any], settings: list[str] | None, seed: int
) -> Community:
    from pd_sim.community import File
    from pd_sim.engine import draw_community, village_seed
    from pd_sim.scenario import Scenario

    first, *further = files
    further += [] if households is None else [households]
    if is_scenario(first):
        if further:
            raise CommunityError(f"{further[0]}: {first} says itself which files it needs; leave this one out")
        scenario = Scenario.load(first)
        for field, value in given.items():
            scenario = scenario.set(f"community.{field}", value)
    else:
        if len(further) > 1:
            raise CommunityError(f"{further[1]}: one file of ties and one of households are read; leave this one out")
        scenario = scenario_of(described(first, further[0] if further else None, given), Path(first).name)
    scenario = changed(scenario, settings)
    where = scenario.located_community()
    return read(where) if isinstance(where, File) else draw_community(scenario, village_seed(scenario, seed, 0))


def _drawn(found: Community, summary: CommunitySummary) -> dict[str, _outputs.Extra]:
    from pd_sim import figures

    def measures(file: Path) -> None:
        summary.to_frame().to_csv(file, index=False, lineterminator="\n")

    def picture(file: Path) -> None:
        figures.save(figures.community(found), file)

    return {_TABLE: measures, **({_PICTURE: picture} if figures.drawable(found) else {})}


def _document(found: Community, summary: CommunitySummary) -> dict[str, Any]:
    return {
        "read": None if found.report is None else _reading(found.report),
        "groups": list(found.groups),
        "columns": list(found.columns),
        "villages": [_plain(village) for village in summary.by_village],
        "mean": _plain(summary.mean),
        "pooled": _plain(summary.pooled),
    }


def _reading(report: ReadingReport) -> dict[str, Any]:
    values = {field.name: getattr(report, field.name) for field in dataclasses.fields(report)}
    return {
        name: list(value) if isinstance(value, tuple) else dict(value) if hasattr(value, "items") else value
        for name, value in values.items()
    }


def _plain(village: VillageSummary) -> dict[str, Any]:
    """The measures of a village; what is not defined is null."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in dataclasses.asdict(village).items()
    }


def _told(found: Community, summary: CommunitySummary) -> str:
    parts = []
    if found.report is not None:
        parts.append("\n".join(paragraph(line, indent="  ") for line in found.report.lines()))
    villages = "1 village" if len(summary) == 1 else f"{len(summary):,} villages"
    kind = "each seen from both ends" if found.ties.mutual else "seen from one end or both"
    if found.report is None:
        parts.append(paragraph(f"{found.n:,} households in {villages}, {summary.mean.ties:,} ties, {kind}."))
    else:
        parts.append(f"Ties are {kind}.")
    parts.append(_one(summary.by_village[0]) if len(summary) == 1 else _many(summary))
    return "\n\n".join(parts)


_MEASURES = (
    ("households", "size", "households"),
    ("ties", "ties", "ties"),
    ("mean_degree", "degree", "mean number of ties of a household, either way"),
    ("degree_variation", "vary", "its standard deviation over its mean"),
    ("transitivity", "trans", "share of two ties at a household whose ends are tied"),
    ("local_clustering", "local", "that share of each household, on average"),
    ("giant_component", "giant", "share of households in the largest component"),
    ("path_length", "path", "mean steps between two of them"),
    ("isolates", "alone", "share of households without ties"),
    ("reciprocity", "recip", "share of ties that go both ways"),
)
"""Measures that are shown: name, heading, and what it means."""

_SHARES = ("giant_component", "isolates", "reciprocity")


def _cell(measure: str, value: float) -> str:
    if not math.isfinite(value):
        return "–"
    if measure in ("households", "ties"):
        return f"{value:,.0f}"
    return percent(value) if measure in _SHARES else f"{value:.1f}" if measure == "mean_degree" else f"{value:.2f}"


def _one(village: VillageSummary) -> str:
    rows = [[name.replace("_", " "), _cell(name, village[name]), about] for name, _, about in _MEASURES[2:]]
    return table(["measure", "value", "what it is"], rows, "lrl")


def _many(summary: CommunitySummary) -> str:
    shown = summary.by_village[:MOST_SHOWN]
    rows = [[village.village, *(_cell(name, village[name]) for name, _, _ in _MEASURES)] for village in shown]
    count = len(summary)
    mean = {name: summary.mean[name] / (count if name in ("households", "ties") else 1) for name, _, _ in _MEASURES}
    rows.append(["mean", *(_cell(name, mean[name]) for name, _, _ in _MEASURES)])
    about = "; ".join(f"{heading}: {meaning}" for _, heading, meaning in _MEASURES[2:])
    lines = [
        paragraph(f"Each village, and the plain mean over all of them. {about[:1].upper()}{about[1:]}."),
        "",
        table(["village", *(heading for _, heading, _ in _MEASURES)], rows, "l" + "r" * len(_MEASURES)),
    ]
    if count > MOST_SHOWN:
        told = f"The first {MOST_SHOWN} of {count:,} villages; --json prints all of them, and --out writes them."
        lines += ["", paragraph(told)]
    return "\n".join(lines)
