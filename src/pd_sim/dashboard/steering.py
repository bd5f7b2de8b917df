"""What the cards show, as plain data; and what is asked for after something was done on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from pd_sim.dashboard import building
from pd_sim.dashboard.asked import Asked, scenario_of, value_of
from pd_sim.dashboard.cards import Card, cards_of, is_price, knobs_in, paths_of
from pd_sim.dashboard.knobs import Knob, taken
from pd_sim.dashboard.looks import arm_look, named
from pd_sim.errors import PdSimError, ScenarioError
from pd_sim.scenario import Scenario

__all__ = ["acted", "as_data", "moved", "original_of", "originals", "structure_of"]


def structure_of(asked: Asked) -> Asked:
    """The same without knobs that were moved: what the cards are drawn from, so that moving one redraws none."""
    kept = tuple(pair for pair in asked.settings if building.is_structure(pair[0]) or pair[0] == "steps")
    return replace(asked, settings=kept, seed=1, arms=(), week=0)


def original_of(asked: Asked) -> Scenario:
    """The scenario as its case, or its file, has it."""
    return scenario_of(Asked(case=asked.case, own=asked.own))


def originals(scenario: Scenario, original: Scenario) -> dict[str, Any]:
    """What knobs of a scenario stand at in the original, by their field; those of new interventions have none."""
    there = {field: knob.value for field, knob in knobs_in(cards_of(original)).items()}
    for arm in scenario.arms:
        here = paths_of(arm, scenario.arms[arm])
        known: dict[str, str] = {}
        if arm in original.arms:
            paths = paths_of(arm, original.arms[arm])
            known = dict(zip(_occurrences(original.arms[arm]), paths, strict=True))
        for path, which in zip(here, _occurrences(scenario.arms[arm]), strict=True):
            was = known.get(which)
            if was == path:
                continue
            for field in [f for f in there if f.startswith(f"{path}.")]:
                del there[field]
            if was is not None:
                values = {f: v for f, v in knobs_in(cards_of(original)).items() if f.startswith(f"{was}.")}
                there |= {path + field.removeprefix(was): knob.value for field, knob in values.items()}
    return there


def _occurrences(interventions: Any) -> list[str]:
    """Name of each intervention by its kind and how many of the kind came before, whatever stands around it."""
    seen: dict[str, int] = {}
    named = []
    for one in interventions:
        seen[one.kind] = seen.get(one.kind, 0) + 1
        named.append(f"{one.kind} {seen[one.kind]}")
    return named


def as_data(scenario: Scenario, original: Scenario | None) -> tuple[list[dict[str, Any]], dict[str, Knob]]:
    """The cards as plain data for the page, and their knobs by field."""
    cards = cards_of(scenario)
    were = originals(scenario, original) if original is not None else {}
    data = []
    arms = [card.key for card in cards if card.arm]
    for card in cards:
        one = _card(card, were)
        if card.arm:
            look = arm_look(card.arm, list(scenario.arms).index(card.arm))
            one |= {"day": look.colour, "night": look.night, "last": card.key == arms[-1]}
        data.append(one)
    return data, knobs_in(cards)


def _card(card: Card, were: Mapping[str, Any]) -> dict[str, Any]:
    plain = asdict(card)
    for group in plain["groups"]:
        for part in ("knobs", "more"):
            group[part] = [{**knob, "was": were.get(knob["field"])} for knob in group[part]]
    return plain


def moved(asked: Asked, knobs: Mapping[str, Knob]) -> dict[str, Any]:
    """What the knobs that were moved show, by field."""
    found: dict[str, Any] = {}
    for field, text in asked.settings:
        knob = knobs.get(field)
        if knob is None:
            continue
        try:
            value = value_of(field, text)
        except PdSimError:
            continue
        if knob.kind == "words":
            found[field] = _words(value)
        elif value is None:
            found[field] = knob.high if knob.never else ""
        elif isinstance(value, bool | int | float | str):
            found[field] = value
    return found


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items())
    return "" if value is None else str(value)


def acted(asked: Asked, scenario: Scenario, knobs: Mapping[str, Knob], act: Mapping[str, Any]) -> Asked:
    """What is asked for after something was done on a card.

    Raises
    ------
    ScenarioError
        It cannot be done, in one line; what was asked for stays.
    """
    what, arm, kind = str(act.get("what")), str(act.get("arm", "")), str(act.get("kind", ""))
    if what in ("set", "reset"):
        field = str(act.get("field", ""))
        for one in [field, *(_alike(field, knobs) if act.get("everywhere") else ())]:
            asked = _knob(asked, scenario, knobs, one, act.get("value"), back=what == "reset")
        return asked
    if (what in ("add", "remove") and act.get("to", act.get("from")) == "intervention") or what in (
        "budget",
        "remove_arm",
    ):
        scenario.arm(arm)
    like = str(act.get("like", ""))
    if like:
        scenario.arm(like)
    place = act.get("place")
    place = place if isinstance(place, int) else -1
    if what == "add":
        if act.get("to") == "threat":
            return building.add_threat(asked, scenario, kind)
        return building.add_intervention(asked, scenario, arm, kind)
    if what == "remove":
        _check_title(scenario, act, arm, place)
        if act.get("from") == "threat":
            return building.remove_threat(asked, scenario, place)
        return building.remove_intervention(asked, scenario, arm, place)
    if what == "add_arm":
        return building.add_arm(asked, scenario, arm, like)
    if what == "remove_arm":
        return building.remove_arm(asked, scenario, arm)
    if what == "generator":
        return building.choose_generator(asked, scenario, kind)
    if what == "budget":
        return building.change_budget(asked, scenario, arm, bool(act.get("on")))
    if what == "outcome":
        return building.change_outcome(asked, bool(act.get("on")))
    raise ScenarioError(f"{what[:40]!r}: nothing of that kind can be done here")


def _check_title(scenario: Scenario, act: Mapping[str, Any], arm: str, place: int) -> None:
    """Refuse to take out something else than what was clicked on, such as by a click too many."""
    listed = scenario.threats if act.get("from") == "threat" else scenario.arm(arm)
    title = act.get("title")
    if title is not None and not (0 <= place < len(listed) and named(listed[place].kind) == title):
        raise ScenarioError(f"{str(title)[:60]} stands there no more.")


def _stands_at(scenario: Scenario, parts: list[str]) -> Any:
    """What a field of a threat stands at."""
    return getattr(scenario.threats[int(parts[1])], parts[-1])


def _alike(field: str, knobs: Mapping[str, Knob]) -> list[str]:
    """The same price of the same kind of intervention in other arms."""
    if not field.startswith("arms.") or not is_price(field.rsplit(".", 1)[-1]):
        return []
    ending = "." + ".".join(field.rsplit(".", 2)[1:])
    return [one for one in knobs if one.startswith("arms.") and one.endswith(ending) and one != field]


def _knob(asked: Asked, scenario: Scenario, knobs: Mapping[str, Knob], field: str, value: Any, *, back: bool) -> Asked:
    if field not in knobs:
        raise ScenarioError(f"{field[:80]}: there is no such knob")
    knob = knobs[field]
    if not back:
        given = taken(knob, value)
        parts = field.split(".")
        if parts[0] == "threats" and parts[-1] in ("at", "hazard") and _stands_at(scenario, parts) is None:
            return building.time_threat(asked, scenario, int(parts[1]), parts[-1], given)
        return asked.with_setting(field, given)
    was = originals(scenario, original_of(asked)).get(field)
    plain = asked.without_setting(field)
    found = knobs_in(cards_of(scenario_of(plain))).get(field)
    if found is not None and found.value == was:
        return plain
    return plain.with_setting(field, taken(knob, was))
