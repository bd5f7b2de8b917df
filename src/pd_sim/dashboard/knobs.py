"""The knobs of a scenario: one for each field that can be moved, chosen or switched; all they say is of the schema."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import annotated_types
from pydantic import BaseModel

from pd_sim.behaviour import decision_names
from pd_sim.dashboard.asked import value_of
from pd_sim.errors import ScenarioError

__all__ = ["Kind", "Knob", "knob_of", "taken"]

Kind = Literal["share", "number", "amount", "choice", "switch", "words"]
"""How a field is set: a slider in per cent or numbers, a box for an amount, a list, on or off, words."""


@dataclass(frozen=True)
class Knob:
    """One field that can be set.

    Attributes
    ----------
    field
        Its full name, as ``Scenario.set`` takes it.
    label, help
        What it is called, and what it means.
    kind
        How it is set.
    value
        What it stands at; words where it is no number, choice or switch.
    low, high, step
        Bounds and step of a slider or box; within those of the schema.
    whole
        Whether it takes whole numbers only.
    choices
        What a choice may be.
    never
        What the slider says at its right end, where that stands for none; empty: it has no such end.
    may_be_none
        Whether an empty box is a value.
    sure, source
        How sure we are of its default, and where it comes from; empty where that is not said.
    """

    field: str
    label: str
    help: str
    kind: Kind
    value: Any
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    whole: bool = False
    choices: tuple[str, ...] = ()
    never: str = ""
    may_be_none: bool = False
    sure: str = ""
    source: str = ""


_TIMES = ("start", "stop", "at")
_SENSIBLE = {
    "households": (20, 1500),
    "mean_degree": (2, 20),
    "neighbours": (2, 20),
    "ties_each": (1, 10),
    "height": (2, 60),
    "width": (2, 60),
    "villages": (1, 20),
    "positive_deviants": (0, 0.2),
    "false_leads": (0, 0.2),
    "places": (0, 100),
    "members": (0, 40),
    "visits": (0, 12),
    "hosts_needed": (0, 40),
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
    "settled": (0, 0.1),
    "talk_practising": (0, 0.5),
    "talk_heard": (0, 0.2),
    "how_many": (0, 100),
    "risk": (0, 0.2),
    "steps": (10, 520),
    "steps_a_year": (1, 365),
    "health_discount": (0, 0.1),
    "hazard": (0, 0.2),
    "amount": (0, 1.0),
    "epsilon": (0, 0.05),
    "spontaneous": (0, 0.1),
    "know_how_decay": (0, 0.1),
    "beta": (1.1, 4),
    "gamma": (2.1, 8),
    "sight": (0, 2.0),
    "penalty": (0, 2.0),
    "factor": (1, 5),
    "lasts": (1, 104),
}
"""Ends of the sliders of fields that may go much further."""

_CHANCES = ("fresh", "settled", "habit_rate")
_MONEY = ("amount", "price", "raises", "worth_of_adopter_year")
_WORDS = {
    "mean_degree": "ties of a household",
    "fresh": "lapsing at first",
    "settled": "lapsing once a habit",
    "worth_of_adopter_year": "worth of a year of practice",
    "steps": "how long",
    "cost_fixed": "cost once",
    "cost_step": "cost in each step",
    "cost_session": "cost of a session",
    "cost_place": "cost of each who comes",
    "cost_contact": "cost of each reached",
    "cost_hardware": "cost of hardware",
    "cost_advice": "cost of advice",
    "at": "happens at",
}


def knob_of(path: str, block: BaseModel, name: str, steps: int) -> Knob | None:
    """The knob of a field of a block; none where it is nothing to be set by hand."""
    field = type(block).model_fields[name]
    value: Any = getattr(block, name)
    if name in _CHANCES and value is None:  # by default as the kind of practice says
        value = getattr(block, "habit" if name == "habit_rate" else f"{name}_chance", None)
    kinds = _plain(field.annotation)
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    about: dict[str, Any] = {
        "field": f"{path}.{name}" if path else name,
        "label": _WORDS.get(name, re.sub("^cost (?=[a-z])", "cost of a ", name.replace("_", " "))),
        "help": str(field.description or ""),
        "sure": str(extra.get("sure", "")),
        "source": str(extra.get("source", "")),
    }
    if bool in kinds:
        return Knob(**about, kind="switch", value=bool(value)) if isinstance(value, bool) else None
    choices = decision_names() if name == "decision" else _choices(field.annotation)
    if choices and not kinds - {str}:
        return Knob(**about, kind="choice", value=str(value), choices=tuple(choices))
    if kinds & {int, float} and not choices and isinstance(value, int | float | NoneType):
        return _number(about, field, name, value, steps)
    if isinstance(value, BaseModel):
        return None
    return Knob(**about, kind="words", value=_as_words(value), may_be_none=NoneType in kinds)


def _number(about: dict[str, Any], field: Any, name: str, value: Any, steps: int) -> Knob | None:
    low, high = _bounds(field.metadata, field.annotation)
    kinds = _plain(field.annotation)
    empty = NoneType in kinds
    whole = float not in kinds
    if name in _TIMES and not (name == "at" and value is None):
        last = steps + 1 if empty and name == "stop" else steps
        never = "never" if name == "stop" and empty else ""
        value = last if value is None else min(value, last)
        return Knob(
            **about, kind="number", value=int(value), low=1.0, high=float(last), step=1.0, whole=True, never=never
        )
    money = name.startswith("cost_") or name.endswith("_hours") or name in _MONEY or (high > 1e8 and not whole)
    if value is None or (money and not (name == "amount" and high <= 1000)):
        step, high = 1.0 if whole else 0.01, min(high, 1e15)  # a page's data hold no infinity
        return Knob(**about, kind="amount", value=value, low=low, high=high, step=step, whole=whole, may_be_none=empty)
    if isinstance(value, int) and not whole and int in kinds and value >= 1 and high <= 1:
        low, high, whole = 0.0, float(max(20, value)), True  # a number where a share may stand too
    elif name in _SENSIBLE:
        low, high = max(low, _SENSIBLE[name][0]), min(high, _SENSIBLE[name][1])
    elif high > 1000 or high == float("inf"):
        high = max(10 * abs(value), 10 if whole else 1)
    share = not whole and _bounds(field.metadata, field.annotation)[1] <= 1 and low >= -1
    low, high = min(low, value), max(high, value)
    step = 1.0 if whole else 10.0 ** _digits(high - low)
    number = int(value) if whole else float(value)
    return Knob(
        **about,
        kind="share" if share else "number",
        value=number,
        low=float(low),
        high=float(high),
        step=step,
        whole=whole,
    )


def taken(knob: Knob, given: Any) -> Any:
    """The value of a field from what a page gives for it, as a scenario holds it.

    Raises
    ------
    ScenarioError
        It is nothing of the kind, in one line.
    """
    if knob.kind == "switch":
        return bool(given)
    if knob.kind in ("choice", "words"):
        text = str(given).strip()
        if knob.kind == "choice":
            return text
        return _from_words(knob, text)
    if given in ("", None):
        if knob.may_be_none:
            return None
        raise ScenarioError(f"{knob.field}: give a number")
    try:
        number = float(given)
        if knob.never and number >= knob.high:
            return None
        return round(number) if knob.whole else float(f"{number:.12g}")
    except (TypeError, ValueError, OverflowError):
        raise ScenarioError(f"{knob.field}: {str(given)[:40]!r} is no number") from None


def _as_words(value: Any) -> str:
    """A value as one types it: names with commas between, or name: amount."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {amount:g}" for name, amount in value.items())
    return str(value)


_LISTS = ("payers", "pays_for", "kinds", "sizes")
_MAPS = ("avoided", "worth")
_OR_NUMBER = ("discount", "serves", "rest", "aware", "practising", "takes")


def _from_words(knob: Knob, text: str) -> Any:
    name = knob.field.rsplit(".", 1)[-1]
    if name in _MAPS:
        return value_of(knob.field, "{" + text + "}")
    if name in _LISTS:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return [int(part) if part.isascii() and part.isdigit() else part for part in parts]
    if name in _OR_NUMBER:
        found = value_of(knob.field, text)
        return found if isinstance(found, int | float) and not isinstance(found, bool) else text
    return text if text or not knob.may_be_none else None


def _digits(span: float) -> int:
    return -3 if span <= 0.5 else -2 if span <= 5 else -1 if span <= 50 else 0


def _choices(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(str(one) for one in get_args(annotation))
    return tuple(one for part in get_args(annotation) for one in _choices(part))


def _plain(annotation: Any) -> set[Any]:
    if annotation in (int, float, bool, str, NoneType):
        return {annotation}
    if get_origin(annotation) is Literal:
        return set()
    return set().union(*(_plain(part) for part in get_args(annotation))) if get_args(annotation) else set()


def _bounds(metadata: Iterable[Any], annotation: Any) -> tuple[float, float]:
    low, high = 0.0, float("inf")
    for bound in [*metadata, *(m for part in (annotation, *get_args(annotation)) for m in _metadata(part))]:
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
