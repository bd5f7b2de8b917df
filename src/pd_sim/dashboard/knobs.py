"""The knobs of a scenario: the few fields that matter in each card, the rest under "more", bounds from the schema."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

import annotated_types
from pydantic import BaseModel

from pd_sim.dashboard.looks import named
from pd_sim.scenario import Scenario

__all__ = ["Card", "Knob", "cards_of"]


@dataclass(frozen=True)
class Knob:
    """One number that can be moved.

    Attributes
    ----------
    field
        Its full name, as ``Scenario.set`` takes it.
    label, help
        What it is called, and what it means.
    low, high, step
        Bounds and step of the slider; within those of the schema.
    whole
        Whether it takes whole numbers only.
    value
        What it stands at.
    sure, source
        How sure we are of its default, and where it comes from; empty where that is not said.
    """

    field: str
    label: str
    help: str
    low: float
    high: float
    step: float
    whole: bool
    value: float
    sure: str = ""
    source: str = ""


@dataclass(frozen=True)
class Card:
    """What belongs together: the knobs that matter, and the rest."""

    title: str
    knobs: tuple[Knob, ...]
    more: tuple[Knob, ...]
    about: str = ""


_USUAL = {
    "community": ("households", "mean_degree"),
    "practice": ("positive_deviants", "certainty", "portability", "tacitness"),
    "behaviour": ("try_rate", "endorsement", "ownership_weight", "fresh"),
    "broadcast": ("reach", "push"),
    "training": ("places", "turnout", "dose"),
    "incentive": ("amount",),
    "facilitation": ("members", "visits", "recognise", "places"),
    "hub": ("places", "hosts_needed"),
    "mandate": ("inspected", "penalty"),
    "seeding": ("how_many",),
    "challenge": ("places",),
    "entitlement": ("supply",),
    "budget": ("amount",),
}
_TIMES = ("start", "stop")
_SENSIBLE = {
    "households": (20, 1500),
    "mean_degree": (2, 20),
    "positive_deviants": (0, 0.2),
    "false_leads": (0, 0.2),
    "places": (0, 100),
    "members": (0, 40),
    "visits": (0, 12),
    "hosts_needed": (0, 40),
    "amount": (0, 1.0),
    "push": (0, 2.0),
    "endorsement": (0, 3.0),
    "temperature": (0, 0.5),
    "confidence_weight": (0, 2.0),
    "trial": (0, 52),
    "every": (1, 26),
    "engage": (0, 26),
    "try_rate": (0, 0.3),
    "pay_full": (0.01, 2.0),
    "fresh": (0, 0.5),
    "talk_practising": (0, 0.5),
    "talk_heard": (0, 0.2),
    "how_many": (0, 100),
}


def cards_of(scenario: Scenario) -> tuple[Card, ...]:
    """Cards of a scenario: community, practice, each arm, and how households behave."""
    steps = scenario.steps
    cards = [
        _card("Community", [("community", scenario.community)], steps, scenario.unit),
        _card("Practice", [("practice", scenario.practice)], steps, "what is to spread"),
    ]
    for arm, interventions in scenario.arms.items():
        kinds = [i.kind for i in interventions]
        parts = [
            (f"arms.{arm}.{i.kind}" if kinds.count(i.kind) == 1 else f"arms.{arm}.{place}.{i.kind}", i)
            for place, i in enumerate(interventions)
        ]
        about = ", ".join(named(kind).lower() for kind in kinds) if kinds else "nobody does anything"
        cards.append(_card(named(arm), parts, steps, about))
    cards.append(_card("How households behave", [("behaviour", scenario.behaviour)], steps, "the same in every arm"))
    return tuple(cards)


def _card(title: str, parts: Iterable[tuple[str, BaseModel]], steps: int, about: str) -> Card:
    usual: list[Knob] = []
    rest: list[Knob] = []
    several = sum(1 for _ in parts) > 1  # the list is given whole
    for path, block in parts:
        kind = path.rsplit(".", 1)[-1]
        for name in type(block).model_fields:
            knob = _knob(path, block, name, steps, kind if several else "")
            if knob is not None:
                (usual if name in (*_USUAL.get(kind, ()), *_TIMES) else rest).append(knob)
    return Card(title, tuple(usual), tuple(rest), about)


def _knob(path: str, block: BaseModel, name: str, steps: int, kind: str) -> Knob | None:
    field = type(block).model_fields[name]
    value: Any = getattr(block, name)
    if value is None:
        value = getattr(block, f"{name}_chance", None) if name in ("fresh", "settled") else None
    if name == "stop" and value is None:
        value = steps + 1
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    low, high = _bounds(field.metadata, field.annotation)
    whole = isinstance(value, int) and not _takes_shares(field.annotation)
    if name in _TIMES:
        low, high, whole = 1, steps + 1, True
    elif name in _SENSIBLE:
        low, high = max(low, _SENSIBLE[name][0]), min(high, _SENSIBLE[name][1])
    elif high > 1000:
        high = max(10 * abs(value), 10 if whole else 1)
    low, high = min(low, value), max(high, value)
    if isinstance(value, int) and not whole:  # a number where a share may stand too
        low, high, whole = 0, max(20, value), True
    step = 1.0 if whole else 10.0 ** _digits(high - low)
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    label = name.replace("_", " ")
    return Knob(
        f"{path}.{name}",
        f"{kind}: {label}" if kind else label,
        str(field.description or ""),
        *(float(low), float(high), step, whole, float(value)),
        str(extra.get("sure", "")),
        str(extra.get("source", "")),
    )


def _digits(span: float) -> int:
    return -3 if span <= 0.5 else -2 if span <= 5 else -1 if span <= 50 else 0


def _takes_shares(annotation: Any) -> bool:
    return float in _plain(annotation)


def _plain(annotation: Any) -> set[Any]:
    if annotation in (int, float, bool, str):
        return {annotation}
    return set().union(*(_plain(part) for part in get_args(annotation))) if get_args(annotation) else set()


def _bounds(metadata: Iterable[Any], annotation: Any) -> tuple[float, float]:
    low, high = 0.0, float("inf")
    found = [*metadata, *(m for part in get_args(annotation) for m in _metadata(part))]
    for bound in found:
        if isinstance(bound, annotated_types.Ge):
            low = float(bound.ge)  # type: ignore[arg-type]
        elif isinstance(bound, annotated_types.Gt):
            low = float(bound.gt) + 1e-3  # type: ignore[arg-type]
        elif isinstance(bound, annotated_types.Le) and high == float("inf"):
            high = float(bound.le)  # type: ignore[arg-type]
    return low, high


def _metadata(part: Any) -> list[Any]:
    found = []
    for meta in getattr(part, "__metadata__", ()):
        found += list(getattr(meta, "metadata", ())) or [meta]
    return found
