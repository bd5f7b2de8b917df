"""What the model rests on, in words for those who decide by it: results, assumptions, the order of a step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from pd_sim.behaviour import Behaviour, Practice
from pd_sim.dashboard.told_words import SURE
from pd_sim.scenario import Scenario

__all__ = ["FAIRNESS", "MEANS", "STEP", "Group", "Number", "assumed", "known", "source_of", "time_of"]

MEANS: Mapping[str, str] = {
    "granovetter": "A crowd can turn on one person: why one household more or less may change everything.",
    "watts": "What needs a share of one's ties spreads far only where people have neither too few ties nor too many.",
    "newman": "What is passed on by contact alone takes off once each passes it on to more than one other.",
    "centola_macy": "Ties to far away carry news fast, yet stop what people want to see in several neighbours first.",
    "eckles": "Unless somebody tries it now and then on one signal alone: then ties to far away help after all.",
    "centola_2010": "Where a second signal persuades, circles of friends who know one another carry it further.",
    "bass": "Adoption by advertising and word of mouth follows the known curve, and peaks when theory says.",
    "kempe": "Choosing the first households one after another comes near the best choice there is.",
    "valente": "How many of one's ties had adopted before oneself comes out as counted by hand.",
    "placebo": "Two arms that differ in name only differ by exactly nothing, in every run.",
    "label_swap": "Exchange the names of the arms, and their results change places: a name decides nothing.",
    "equal_terms": (
        "Two arms can be compared at the same money, the same contact or the same reach; what is left of the gap is "
        "taken apart."
    ),
}
"""What each result means for a village."""

FAIRNESS = ("placebo", "label_swap", "equal_terms")
"""Results that are about the fairness of the comparison, not about the literature."""

_SECONDS = {"watts": 8, "newman": 2, "centola_macy": 3, "equal_terms": 15}

STEP = (
    "What may befall all (a sponsor who leaves, a new policy), then what the arm does, act on households as they are.",
    "Every household sees which of its ties practise in the open, and which only know of it.",
    "Every household decides from that: to try, to go on, to stop. Nobody sees another's decision of the same step.",
    "All decisions take effect together.",
    "People who met may form a tie, where the scenario lets them.",
    "The step is written down.",
)
"""What happens in a step, in order."""


def time_of(name: str) -> str:
    """About how long a quick check takes."""
    seconds = _SECONDS.get(name, 1)
    return "a second" if seconds < 2 else f"{seconds} seconds"


def source_of(name: str, source: str) -> str:
    """Where a result is published; a rule of this project is said to be one."""
    return "a rule of this project: no arm may win by construction" if name in FAIRNESS else source


@dataclass(frozen=True)
class Number:
    """One number of the model.

    Attributes
    ----------
    field, label
        Its full name, as ``Scenario.set`` takes it, and as it is shown.
    value, text
        What it stands at, and that in words.
    meaning, why
        What it is, and what it rests on.
    sure
        How sure, in words.
    """

    field: str
    label: str
    value: Any
    text: str
    meaning: str
    why: str
    sure: str


@dataclass(frozen=True)
class Group:
    """Numbers that belong together."""

    title: str
    about: str
    numbers: tuple[Number, ...]


_GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "What carries the lead of bottom-up",
        "Move these first: with equal fit and no hub the order turns round.",
        ("practice.portability", "practice.certainty", "behaviour.ownership_weight", "practice.positive_deviants"),
    ),
    (
        "The practice",
        "How it fits, and how well it can be told.",
        ("practice.fit_overlap", "practice.tacitness", "practice.false_leads"),
    ),
    (
        "Hearing and trying",
        "When a household begins to try.",
        (
            "behaviour.try_rate",
            "behaviour.session_rate",
            "behaviour.endorsement",
            "behaviour.temperature",
            "behaviour.decision",
        ),
    ),
    (
        "The trial",
        "What decides whether it works.",
        ("behaviour.trial", "behaviour.floor", "behaviour.learn_near", "behaviour.learn_alone", "behaviour.loss"),
    ),
    (
        "Going on and stopping",
        "What keeps people at it.",
        ("behaviour.proof_weight", "behaviour.pay_full", "behaviour.rest", "behaviour.know_how_decay"),
    ),
)
_REST = ("Off unless a scenario switches it on", "Each of these is one more thing that may be tried.")
_BLOCKS: tuple[tuple[str, type[BaseModel]], ...] = (("practice", Practice), ("behaviour", Behaviour))


_WHY = {
    "assumption": "ours: no source gives it",
    "carries bottom-up's lead": "ours; it carries the lead of bottom-up",
    "off by default": "ours: nothing, unless a scenario says so",
    "no published prevalence": "ours: no prevalence was ever published",
}
_LABELS = {
    "portability": "fit of local solutions (portability)",
    "certainty": "fit of outside solutions (certainty)",
    "ownership_weight": "worth of ownership",
    "tacitness": "what cannot be told (tacitness)",
    "fit_overlap": "overlap of fit",
    "endorsement": "weight of neighbours",
    "temperature": "softness of the decision",
    "floor": "success without know-how",
    "learn_near": "learning with a neighbour who practises",
    "learn_alone": "learning alone",
    "proof_weight": "worth of seeing others at it",
    "pay_full": "pay at which nobody stops",
    "rest": "rest before trying again",
    "loss": "what failure costs in confidence",
}


def _numbers(scenario: Scenario, sure: Iterable[str]) -> dict[str, Number]:
    found = {}
    for block, kind in _BLOCKS:
        for name, field in kind.model_fields.items():
            extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
            if str(extra.get("sure", "")) not in sure:
                continue
            value = getattr(getattr(scenario, block), name)
            if value is None:
                value = getattr(scenario.behaviour, f"{name}_chance", getattr(scenario.behaviour, "habit", None))
            path = f"{block}.{name}"
            found[path] = Number(
                path,
                _LABELS.get(name, name.replace("_", " ").replace("know how", "know-how")),
                value,
                _text(name, value, _is_share(field.metadata)),
                str(field.description),
                _why(str(extra.get("source", "")), str(extra.get("sure"))),
                "our assumption" if extra.get("sure") == "A" else SURE.get(str(extra.get("sure")), ""),
            )
    return found


def _why(source: str, sure: str) -> str:
    if sure == "A" and source.endswith(" (sign)"):
        return f"{source.removesuffix(' (sign)')} for its sign; its size is ours"
    return _WHY.get(source, source)


def _is_share(metadata: Iterable[Any]) -> bool:
    return any(getattr(bound, "le", None) in (1, 0.99) for bound in metadata)


def _text(name: str, value: Any, share: bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and (share or name in ("positive_deviants", "false_leads", "fresh", "settled")):
        return f"{100 * value:.3g}%"
    return f"{value:g}" if isinstance(value, float) else str(value)


def assumed(scenario: Scenario) -> tuple[Group, ...]:
    """Numbers that no source gives, grouped; what carries a lead comes first."""
    numbers = _numbers(scenario, ("A",))
    groups = []
    for title, about, paths in _GROUPS:
        mine = tuple(numbers.pop(path) for path in paths if path in numbers)
        if title.startswith("What carries"):
            mine += _of_arms(scenario)
        groups.append(Group(title, about, mine))
    return (*groups, Group(*_REST, tuple(numbers.values())))


def _of_arms(scenario: Scenario) -> tuple[Number, ...]:
    """Assumptions that stand in the arms: a hub that goes on, and sessions that involve more when peers run them."""
    found = []
    for arm, interventions in scenario.arms.items():
        kinds = [one.kind for one in interventions]
        for one in interventions:
            if kinds.count(one.kind) != 1 or arm not in ("top_down", "bottom_up"):
                continue
            if one.kind == "hub":
                found.append(_of_arm(arm, one, "places", "a hub goes on by itself", "places at a meeting of the hub"))
            elif one.kind in ("training", "facilitation"):
                who = "experts" if one.kind == "training" else "peers"
                about = f"how far people are involved in sessions that {who} run"
                found.append(_of_arm(arm, one, "involves", f"{who} involve people", about))
    return tuple(found)


def _of_arm(arm: str, one: BaseModel, name: str, label: str, meaning: str) -> Number:
    value = getattr(one, name)
    path = f"arms.{arm}.{one.kind}.{name}"  # type: ignore[attr-defined]
    text = f"{value:.0%}" if isinstance(value, float) else str(value)
    return Number(path, label, value, text, meaning, _WHY["carries bottom-up's lead"], "our assumption")


def known(scenario: Scenario) -> tuple[Number, ...]:
    """Numbers that a source gives, or that are well known."""
    return tuple(_numbers(scenario, ("V", "C", "K", "S")).values())
