"""``pd-sim new``: a scenario file to edit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pd_sim.cli._fields import SURE, FieldInWords, fields_of, first_line
from pd_sim.cli._files import described, is_scenario, mended, read, scenario_of
from pd_sim.cli._options import Settings
from pd_sim.cli._progress import told_when_done
from pd_sim.cli._scenarios import changed, loaded, setting
from pd_sim.cli._text import paragraph, value_text
from pd_sim.errors import FileError, PdSimError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from pd_sim.interventions import Intervention
    from pd_sim.scenario import Scenario

__all__ = ["new"]

_TOP = ("name", "title", "about", "steps", "step", "unit", "takeoff")
_BLOCKS = ("community", "traits", "practice", "initial", "behaviour", "principles", "outcome", "economics")
_LISTS = ("evaluations", "targets")
_ENDINGS = (".yaml", ".yml")


def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it may not be there yet.")],
    source: Annotated[
        str,
        typer.Option(
            "--from", metavar="CASE|FILE", help="The case or scenario file to start from, or a file of ties to read."
        ),
    ] = "village",
    households: Annotated[
        str | None, typer.Option(metavar="FILE", help="With a file of ties: the file of its households.")
    ] = None,
    settings: Settings = None,
) -> None:
    """Write a scenario file to edit: a copy of a case, or of your own community, with every field explained.

    From a file of ties (CSV, GraphML, GEXF or edge list) it takes the community, and the arms from the case village.
    The files are read once, and what was found in them is noted.

    For example:
      pd-sim new town.yaml
      pd-sim new town.yaml --from village --set community.households=120
      pd-sim new town.yaml --from ties.csv --households people.csv
      pd-sim check town.yaml
    """
    if file.suffix.lower() not in _ENDINGS:
        raise FileError(f"{file}: name a file that ends in {' or '.join(_ENDINGS)}")
    notes: tuple[str, ...] = ()
    if is_scenario(source):
        if households is not None:
            raise FileError(f"--households {households}: {source} says itself which files it needs; leave it out")
        scenario = loaded(source, settings)
    else:
        scenario, notes = _of_files(source, households, settings)
    scenario = _moved(scenario, source, file).set("name", file.stem)
    _write(file, commented(scenario, file.name, notes))
    for note in notes:
        typer.echo(paragraph(note, indent="  "))
    typer.echo(f"wrote {file}")
    typer.echo(f"Edit it, then: pd-sim check {file}; pd-sim compare {file}")


def _of_files(ties: str, households: str | None, settings: list[str] | None) -> tuple[Scenario, tuple[str, ...]]:
    """Read a community once; return its scenario, and what was found in its files."""
    from pd_sim.community import File

    try:
        scenario = changed(scenario_of(described(ties, households, _stated(settings)), "town"), settings)
        source = scenario.located_community()
        if not isinstance(source, File):
            raise FileError(f"{ties}: --set community makes it something else than files; leave one of the two out")
        with told_when_done(ties):
            found = read(source)
    except PdSimError as error:
        raise type(error)(mended(())(str(error))) from None
    called = ", ".join(f"{field} is {getattr(source, field)}" for field in _CALLED if field in source.model_fields_set)
    notes = list(found.report.lines()) if found.report is not None else []
    notes += [f"columns called otherwise than usual: {called}"] if called else []
    kept = ", ".join(found.columns)
    notes += [f"columns of the households, for groups, initial or traits: {kept}"] if kept else []
    return scenario.set("title", f"The community of {Path(ties).name}"), tuple(notes)


_CALLED = ("source", "target", "village", "relation", "weight", "perceived", "id", "household_village")


def _stated(settings: list[str] | None) -> dict[str, Any]:
    """Fields of the community that settings state, which need not be looked for."""
    stated = dict(setting(words) for words in settings or ())
    return {
        field.removeprefix("community."): value for field, value in stated.items() if field.startswith("community.")
    }


def _moved(scenario: Scenario, source: str, file: Path) -> Scenario:
    """Have the paths of a community's files start from the folder of the new scenario file."""
    from pd_sim.community import File
    from pd_sim.scenario import case_names, case_path

    if not isinstance(scenario.community, File):
        return scenario
    folder = Path.cwd()  # from where files of ties are named
    if is_scenario(source):
        folder = (case_path(source) if source in case_names() else Path(source)).absolute().parent
    for field in ("ties", "households"):
        written = getattr(scenario.community, field)
        if written is not None and not (is_scenario(source) and Path(written).is_absolute()):
            path = os.path.relpath(folder / written, file.absolute().parent)
            scenario = scenario.set(f"community.{field}", Path(path).as_posix())
    return scenario


def _write(file: Path, text: str) -> None:
    """Write a file that is not there yet, whole or not at all."""
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            try:
                stream.write(text)
                stream.flush()
            except BaseException:
                file.unlink()
                raise
    except FileExistsError:
        raise FileError(f"{file}: is there already and is not overwritten; name another file") from None
    except OSError as error:
        raise FileError(f"{file}: cannot be written ({error.strerror}); name another place") from error


def commented(scenario: Scenario, name: str, notes: Sequence[str] = ()) -> str:
    """Give a scenario as YAML in which every field is explained; those left at their default are commented out.

    Parameters
    ----------
    scenario
        The scenario.
    name
        What the file will be called, for the hints at its top.
    notes
        What is to be said of its community.
    """
    from pd_sim.behaviour import Outcome

    letters = "; ".join(f"{letter} {meaning}" for letter, meaning in SURE.items())
    head = [
        _said(
            "A scenario of pd-sim. Above each field: what it means, which values it may have and, in square brackets, "
            f"how sure its default is ({letters}). A line such as #tacitness: 0.6 shows a default: take the # away to "
            "change it."
        ),
        f"# Check this file: pd-sim check {name}",
        f"# Compare its arms: pd-sim compare {name} --out runs/{Path(name).stem}",
        "",
    ]
    lines = [*head, *_top(scenario)]
    for part in _BLOCKS:
        block = getattr(scenario, part)
        lines += ["", _meaning(scenario, part), *(_said(note) for note in notes if part == "community")]
        if block is None:
            lines += [f"#{part}:", *(f"#  {field}:" for field in _needed(Outcome))]
        else:
            lines += [f"{part}:", *_block(fields_of(block), "  ")]
    for part in _LISTS:
        lines += ["", _meaning(scenario, part), *_list(part, getattr(scenario, part))]
    lines += ["", *_threats(scenario), "", *_arms(scenario)]
    return "\n".join(lines) + "\n"


def _meaning(scenario: Scenario, field: str) -> str:
    return _said(str(type(scenario).model_fields[field].description))


def _said(text: str, indent: str = "") -> str:
    return paragraph(text, f"{indent}# ", f"{indent}# ")


def _top(scenario: Scenario) -> list[str]:
    from pd_sim.scenario.reading import write_yaml

    lines = []
    for field in _TOP:
        lines += [_meaning(scenario, field), write_yaml({field: getattr(scenario, field)}).rstrip("\n")]
    return lines


def _block(fields: list[FieldInWords], indent: str, explained: bool = True) -> list[str]:
    lines = []
    for field in fields:
        # what a community is, is always said: without it the other fields would mean nothing
        shown = field.given or field.differs or field.name == "generator"
        if explained:
            lines.append(_said(str(field), indent))
        if shown or explained:
            lines.append(f"{indent}{'' if shown else '#'}{field.name}: {field.value}")
    return lines


def _list(name: str, blocks: Sequence[BaseModel]) -> list[str]:
    """Blocks of one kind, with the fields that are given; each field is explained where it first stands."""
    if not blocks:
        return [f"#{name}:"]
    lines, explained = [f"{name}:"], set[str]()
    for block in blocks:
        lines.append("  -")
        for field in fields_of(block):
            if field.given:
                lines += _block([field], "    ", explained=field.name not in explained)
                explained.add(field.name)
    return lines


def _threats(scenario: Scenario) -> list[str]:
    from pd_sim.interventions import Threat

    lines = [_meaning(scenario, "threats")]
    lines += ["threats:"] if scenario.threats else ["#threats:"]
    explained: set[str] = set()
    for threat in scenario.threats:
        lines += _intervention(threat, threat.kind not in explained, "  ")
        explained.add(threat.kind)
    return [*lines, *_others("Further threats there are:", Threat, None, explained, "  ")]


def _arms(scenario: Scenario) -> list[str]:
    from pd_sim.interventions import Intervention, Threat

    lines = [
        _said(
            "The arms to compare: for each a list of interventions, in the order in which they act. The fields of an "
            "intervention are explained where it first stands."
        ),
        "arms:",
    ]
    explained: set[str] = set()
    for name, arm in scenario.arms.items():
        lines.append(f"  {value_text(name)}:{'' if arm else ' []'}")
        for intervention in arm:
            first = intervention.kind not in explained
            explained.add(intervention.kind)
            lines += _intervention(intervention, first, "    ")
    further = _others("Further interventions that an arm may hold:", Intervention, Threat, explained, "    ")
    return [*lines, *further]


def _intervention(intervention: Intervention, first: bool, indent: str) -> list[str]:
    inner = _block(fields_of(intervention), f"{indent}    ", explained=first)
    about = [_said(first_line(type(intervention)), indent)] if first else []
    return [*about, f"{indent}- {intervention.kind}:{'' if inner else ' {}'}", *inner]


def _others(
    heading: str, base: type[Intervention], apart: type[Intervention] | None, used: set[str], indent: str
) -> list[str]:
    """Shipped ones that are not used so far, to be taken in: each with no more than it needs."""
    from pd_sim.interventions import intervention_kinds

    lines = []
    kinds = intervention_kinds()
    for name, kind in sorted(kinds.items(), key=lambda item: (item[0] != "budget", item[0])):  # as it stands in an arm
        if not kind.__module__.startswith("pd_sim.") or name in used or not issubclass(kind, base):
            continue
        if apart is None or not issubclass(kind, apart):
            about = f"#{indent}# "  # still a remark once the first sign is taken away
            lines += [paragraph(first_line(kind), about, about), f"#{indent}- {name}: {value_text(_least(kind))}"]
    return ["", _said(heading), *lines] if lines else []


def _least(kind: type[Intervention]) -> dict[str, Any]:
    """Values, to be changed, of what must be said of one of this kind."""
    from pd_sim.interventions import Threat

    return {"at": 52} if issubclass(kind, Threat) else dict.fromkeys(_needed(kind), 10_000)


def _needed(kind: type[BaseModel]) -> list[str]:
    return [name for name, field in kind.model_fields.items() if field.is_required()]
