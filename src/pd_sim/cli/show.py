"""``pd-sim show``: everything a scenario says, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pd_sim.cli._fields import SURE, FieldInWords, alike, fields_of, fields_of_kind, first_line
from pd_sim.cli._options import Case, Settings
from pd_sim.cli._scenarios import loaded
from pd_sim.cli._text import paragraph, print_document
from pd_sim.errors import ScenarioError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from pd_sim.interventions import Intervention
    from pd_sim.scenario import Scenario

__all__ = ["show"]

_TOP = ("steps", "step", "unit", "takeoff")
_BLOCKS = ("community", "traits", "practice", "initial", "behaviour", "principles", "outcome", "economics")
_LISTS = ("evaluations", "targets")


def show(
    case: Case,
    settings: Settings = None,
    as_yaml: Annotated[bool, typer.Option("--yaml", help="Print YAML with only what the scenario sets.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document with every field.")] = False,
) -> None:
    """Show every field of a scenario: its value, what it means, its bounds, and how sure its default is.

    What differs from the default is marked with a star. A field's full name, as --set takes it, is the heading, a
    dot and its name: practice.tacitness, arms.top_down.training.places. Arms, threats, evaluations and targets show
    what is said of each; what all their fields mean, with bounds and defaults, stands at the end.

    For example:
      pd-sim show village
      pd-sim show town.yaml --yaml
      pd-sim show village --set practice.tacitness=0.9 --json
    """
    if as_yaml and as_json:
        raise ScenarioError("--yaml and --json: ask for one of the two")
    scenario = loaded(case, settings)
    if as_json:
        print_document(scenario.resolved())
    elif as_yaml:
        typer.echo(scenario.to_yaml(), nl=False)
    else:
        typer.echo(_told(scenario))


def _told(scenario: Scenario) -> str:
    parts = [paragraph(f"{scenario.name} — {scenario.title}" if scenario.title else scenario.name)]
    parts += [paragraph(text) for text in scenario.about.split("\n\n") if text.strip()]
    letters = "; ".join(f"{letter}: {meaning}" for letter, meaning in SURE.items())
    parts.append(
        paragraph(
            "* marks what is not as by default. In square brackets: how sure a default is, and where it comes "
            f"from ({letters}); where nothing stands, take it as an assumption."
        )
    )
    parts.append("\n".join(_field(field) for field in fields_of(scenario, only=_TOP)))
    parts += [part for name in _BLOCKS for part in _block(scenario, name)]
    parts.append("\n".join([_heading(scenario, "threats"), *_entries(scenario.threats, "none")]))
    arms = [line for name, arm in scenario.arms.items() for line in _arm(name, arm)]
    parts.append("\n".join([_heading(scenario, "arms", ", in the order in which they act"), *arms]))
    parts += [part for name in _LISTS for part in _list(scenario, name)]
    return "\n\n".join([*parts, *_kinds(scenario)])


def _heading(scenario: Scenario, name: str, more: str = "") -> str:
    description = type(scenario).model_fields[name].description
    return paragraph(f"{name} — {description}{more}", indent="  ")


def _block(scenario: Scenario, name: str) -> Iterator[str]:
    """One block with every field; a block inside it follows as one of its own."""
    block: BaseModel | None = getattr(scenario, name)
    if block is None:
        from pd_sim.behaviour import Outcome

        yield "\n".join([_heading(scenario, name, ". Here: none. Its fields:"), *_fields(fields_of_kind(Outcome))])
        return
    about = f": {first_line(type(block))}" if name == "community" else ""
    yield "\n".join([_heading(scenario, name, about), *_fields(fields_of(block))])
    if name == "economics":
        social = scenario.economics.social
        about = paragraph(f"economics.social — {first_line(type(social))}", indent="  ")
        yield "\n".join([about, *_fields(fields_of(social))])


def _field(field: FieldInWords) -> str:
    mark = "*" if field.differs else " "
    default = f" (default {field.default})" if field.differs else ""
    lines = [paragraph(f"{field.name}: {field.value}{default}", f"{mark} ", "    ")]
    return "\n".join([*lines, paragraph(str(field), "      ", "      ")])


def _fields(fields: Sequence[FieldInWords]) -> list[str]:
    return [_field(field) for field in fields]


def _arm(name: str, arm: Sequence[Intervention]) -> Iterator[str]:
    yield f"  {name}{'' if arm else ': nothing is done'}"
    yield from _entries(arm)


def _entries(interventions: Sequence[Intervention], none: str = "") -> Iterator[str]:
    """Interventions or threats, each with what is said of it; the rest is as by default."""
    if not interventions and none:
        yield f"  {none}"
    for intervention in interventions:
        yield paragraph(f"{intervention.kind}: {_said(intervention)}", "    - ", "      ")


def _said(block: BaseModel) -> str:
    said = [
        f"*{field.name} {field.value} (default {field.default})" if field.differs else f"{field.name} {field.value}"
        for field in fields_of(block)
        if field.given
    ]
    return ", ".join(said) or "all as by default"


def _list(scenario: Scenario, name: str) -> Iterator[str]:
    """Evaluations or targets: each with what is said of it, then what their fields mean."""
    from pd_sim.scenario.evidence import Evaluation, Target

    listed: Sequence[BaseModel] = getattr(scenario, name)
    lines = [
        paragraph(
            "; ".join(f"{field.name}: {field.value}" for field in fields_of(entry) if field.given), "    - ", "      "
        )
        for entry in listed
    ]
    yield "\n".join([_heading(scenario, name), *(lines or ["  none"])])
    if listed:
        kind: type[BaseModel] = Evaluation if name == "evaluations" else Target
        fields = _fields(fields_of_kind(kind))
        yield "\n".join([paragraph(f"{name} — the fields of each, and their defaults"), *fields])


# ── what the fields of interventions mean ───────────────────────────────────────────────────────────────────────────


def _kinds(scenario: Scenario) -> Iterator[str]:
    """Every field of every kind of intervention and threat there is, what several share first."""
    from pd_sim.interventions import Scheduled, Sessions

    there = [*scenario.threats, *(intervention for arm in scenario.arms.values() for intervention in arm)]
    kinds = dict(sorted((intervention.kind, type(intervention)) for intervention in there))
    shared: set[str] = set()
    for common, about in (
        (Scheduled, "fields of every intervention with a time of its own, and their defaults"),
        (Sessions, "fields of every intervention that holds sessions, whoever runs it, and their defaults"),
    ):
        if any(issubclass(kind, common) for kind in kinds.values()):
            yield "\n".join([paragraph(about, indent="  "), *_fields(fields_of_kind(common, leave_out=shared))])
            shared |= set(common.model_fields)
    for name, kind in kinds.items():
        yield _kind(name, kind, alike(kind, Sessions if issubclass(kind, Sessions) else Scheduled))


def _kind(name: str, kind: type[Intervention], same: Collection[str]) -> str:
    """The fields of one kind that are its own, or that it has with another default."""
    fields = _fields(fields_of_kind(kind, leave_out=same))
    more = "its fields beside those above" if same else "its fields"
    about = f"{more}, and their defaults" if fields else "no fields beside those above"
    return "\n".join([paragraph(f"{name} — {first_line(kind)}; {about}", indent="  "), *fields])
