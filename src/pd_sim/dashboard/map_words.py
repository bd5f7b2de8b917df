"""The map of leading arms in words: what may be changed, who leads where, and the link of a point."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pd_sim.dashboard.asked import Asked
from pd_sim.dashboard.cards import paths_of
from pd_sim.dashboard.looks import named, plural
from pd_sim.dashboard.map_axes import AXES, trait_given
from pd_sim.dashboard.map_grown import Grown
from pd_sim.dashboard.reading import can_act
from pd_sim.interventions import Hub
from pd_sim.scenario import Scenario
from pd_sim.studies.regimes import AGREEMENT, CERTAINTY, UNDECIDED, certain

__all__ = [
    "Variant",
    "letters",
    "opened_in_watch",
    "places_of_hubs",
    "said",
    "variants_of",
    "with_variant",
    "without_places",
]

_YEAR = 52


@dataclass(frozen=True)
class Variant:
    """One assumption changed, everything else and the luck the same."""

    key: str
    title: str
    about: str
    settings: tuple[tuple[str, Any], ...] = ()
    step: int | None = None
    """Looked at in this step instead."""


def without_places(asked: Asked) -> Asked:
    """What is asked for, without the agreement of the point that was opened last: the map is about all of them."""
    return asked.with_page(AGREEMENT, "")


def variants_of(scenario: Scenario, step: int, axes: tuple[str, ...] = ()) -> tuple[Variant, ...]:
    """As it stands, and with one assumption changed: those that hold here and are no axis of the map.

    Examples
    --------
    >>> [one.key for one in variants_of(Scenario.load("village"), 104)]
    ['as-it-stands', 'no-hub', 'no-deviants', 'earlier', 'no-ownership']
    """
    scenario = scenario.in_force
    found = [Variant("as-it-stands", "As it stands", "every assumption of the scenario")]
    hubs = places_of_hubs(scenario)
    if hubs:
        found.append(Variant("no-hub", "Without the hub", "nothing goes on by itself after the programme", tuple(hubs)))
    if scenario.practice.positive_deviants and "practice.positive_deviants" not in axes:
        nobody = (("practice.positive_deviants", 0),)
        found.append(Variant("no-deviants", "No positive deviants", "nobody has solved it already", nobody))
    early = _YEAR if scenario.step == "week" and step > _YEAR else step // 2
    if early >= 2:
        when = "After one year" if scenario.step == "week" and early == _YEAR else f"After {early} {scenario.step}s"
        about = "before what goes on by itself has had its time" if hubs else "a look half-way"
        found.append(Variant("earlier", when, about, step=early))
    if scenario.behaviour.ownership_weight > 0 and "behaviour.ownership_weight" not in axes:
        worth = (("behaviour.ownership_weight", 0.0),)
        found.append(Variant("no-ownership", "Ownership is worth nothing", "owning it keeps nobody at it", worth))
    return tuple(found)


def places_of_hubs(scenario: Scenario) -> list[tuple[str, Any]]:
    """Fields with the places of every hub that has some, each with the value that closes it."""
    found: list[tuple[str, Any]] = []
    for arm, interventions in scenario.arms.items():
        for path, one in zip(paths_of(arm, interventions), interventions, strict=True):
            if isinstance(one, Hub) and can_act(one, interventions, scenario.steps):
                found.append((f"{path}.places", 0))
    return found


def with_variant(asked: Asked, variant: Variant) -> Asked:
    """What is asked for with that one assumption changed."""
    for field, value in variant.settings:
        asked = asked.with_setting(field, value)
    return asked


def letters(arms: tuple[str, ...]) -> dict[str, str]:
    """A letter for every arm, so that colour is not the only difference.

    Examples
    --------
    >>> letters(("top_down", "bottom_up", "hybrid", "top_down_longer"))
    {'top_down': 'T', 'bottom_up': 'B', 'hybrid': 'H', 'top_down_longer': 'TL'}
    """
    found: dict[str, str] = {}
    for place, arm in enumerate(arms):
        words = [word for word in arm.replace("-", "_").split("_") if word] or [arm]
        two = words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]
        tries = [words[0][0], two, "".join(word[0] for word in words)[:3], str(place + 1)]
        found[arm] = next((one.upper() for one in tries if one.upper() not in found.values()), str(place + 1))
    return found


def said(grown: Grown, unit: str, variant: Variant | None = None) -> str:
    """Who leads where, in a sentence; where an assumption was changed, it says which."""
    shares = grown.shares()
    leads = sorted((arm for arm in grown.arms if shares[arm] > 0), key=lambda arm: -shares[arm])
    nowhere = [arm for arm in grown.arms if shares[arm] == 0]
    parts = [
        f"{named(arm).lower()} {'on' if place else 'leads on'} {shares[arm]:.0%}" for place, arm in enumerate(leads)
    ]
    if leads:
        parts[0] += " of the map"
    if nowhere:
        *most, last = [named(arm).lower() for arm in nowhere]
        names = f"{', '.join(most)} and {last}" if most else last
        parts.append(f"{names} {'' if leads else 'lead '}nowhere for sure")
    undecided = f"{shares[UNDECIDED]:.0%} of it is undecided" if shares[UNDECIDED] else "nothing is undecided"
    step = grown.question.step
    text = f"After {step} {unit if step == 1 else plural(unit)} {', '.join(parts)}; {undecided}."
    if variant is not None and variant.settings:
        text = f"{variant.title}: {text[0].lower()}{text[1:]}"
    if grown.whole is None:
        text = f"So far, of {len(grown.known)} of {len(grown.cells)} points: {text[0].lower()}{text[1:]}"
    return text


def opened_in_watch(asked: Asked, scenario: Scenario, grown: Grown, place: int) -> Asked:
    """The link by which a point of the map is opened in Watch, with the leading arm and the next side by side."""
    cell = grown.cells[place]
    if cell is None:
        return asked
    question = grown.question
    for axis, value in ((question.x, cell.x), (question.y, cell.y)):
        field = question.field(axis)
        if field == AGREEMENT:  # drawn household by household, so that no setting says it
            asked = asked.with_page(field, f"{value:g}")
        elif field == CERTAINTY:
            there = certain(scenario, value).practice
            asked = asked.with_setting("practice.certainty", there.certainty)
            asked = asked.with_setting("practice.tacitness", there.tacitness)
        elif field.endswith(".mean"):
            trait = {**(trait_given(scenario, AXES[axis]) or {}), "mean": value}
            asked = asked.with_setting(field.removesuffix(".mean"), trait)
        else:
            asked = asked.with_setting(field, value)
    return replace(asked, arms=(cell.leader, cell.runner_up), week=question.step)
