"""``pd-sim show``: everything a scenario says, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pd_sim.cli._fields import SURE, FieldInWords, fields_of, first_line
from pd_sim.cli._options import Case, Settings
from pd_sim.cli._scenarios import loaded
from pd_sim.cli._text import paragraph, print_document
from pd_sim.errors import ScenarioError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from pd_sim.interventions import Intervention
    from pd_sim.scenario import Scenario

__all__ = ["show"]

_BLOCKS = ("community", "traits", "practice", "initial", "behaviour")


def show(
    case: Case,
    settings: Settings = None,
    as_yaml: Annotated[bool, typer.Option("--yaml", help="Print YAML with only what the scenario sets.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document with every field.")] = False,
) -> None:
    """Show every field of a scenario: its value, what it means, its bounds, and how sure its default is.

    What differs from the default is marked with a star. A field's full name, as --set takes it, is the heading, a
    dot and its name: practice.tacitness, arms.top_down.training.places.

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
            f"from ({letters})."
        )
    )
    parts.append("\n".join(_field(field) for field in _of_scenario(scenario)))
    for name in _BLOCKS:
        block: BaseModel = getattr(scenario, name)
        heading = f"{name} — {type(scenario).model_fields[name].description}"
        if name == "community":
            heading += f": {first_line(type(block))}"
        parts.append("\n".join([paragraph(heading, indent="  "), *(_field(field) for field in fields_of(block))]))
    parts.append("\n".join([_heading(scenario), *(_arm(name, arm) for name, arm in scenario.arms.items())]))
    kinds = {intervention.kind: type(intervention) for arm in scenario.arms.values() for intervention in arm}
    parts += [_kind(kind) for _, kind in sorted(kinds.items())]
    return "\n\n".join(parts)


def _heading(scenario: Scenario) -> str:
    description = type(scenario).model_fields["arms"].description
    return paragraph(f"arms — {description}, in the order in which they act", indent="  ")


def _of_scenario(scenario: Scenario) -> list[FieldInWords]:
    """The few fields that stand in no block."""
    return fields_of(scenario, only=("steps", "step", "takeoff"))


def _field(field: FieldInWords) -> str:
    mark = "*" if field.differs else " "
    default = f" (default {field.default})" if field.differs else ""
    lines = [f"{mark} {field.name}: {field.value}{default}"]
    return "\n".join([*lines, paragraph(str(field), "      ", "      ")])


def _arm(name: str, arm: tuple[Intervention, ...]) -> str:
    lines = [f"  {name}{'' if arm else ': nothing is done'}"]
    for intervention in arm:
        said = ", ".join(
            f"*{field.name} {field.value} (default {field.default})" if field.differs else f"{field.name} {field.value}"
            for field in fields_of(intervention)
        )
        lines.append(paragraph(f"{intervention.kind}: {said}", "    - ", "      "))
    return "\n".join(lines)


def _kind(kind: type[Intervention]) -> str:
    """Every field of an intervention with its default."""
    lines = [paragraph(f"{kind.kind} — {first_line(kind)}; its fields and their defaults", indent="  ")]
    try:
        default = kind()
    except ValueError:  # an own intervention with a field that must be given
        return lines[0]
    return "\n".join([*lines, *(_field(field) for field in fields_of(default))])
