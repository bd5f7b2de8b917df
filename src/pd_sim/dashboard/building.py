"""Building a scenario in a link: interventions, arms, threats, the community, budgets and the issue, put in or out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pd_sim.community import Blocks, Lattice
from pd_sim.community.spec import GENERATORS
from pd_sim.dashboard.asked import FILES, Asked, scenario_of
from pd_sim.dashboard.limits import MOST_ARMS
from pd_sim.errors import PdSimError, ScenarioError
from pd_sim.interventions import Budget, Scheduled, kind_named
from pd_sim.scenario import Scenario

__all__ = [
    "add_arm",
    "add_intervention",
    "add_threat",
    "change_budget",
    "change_outcome",
    "choose_generator",
    "is_structure",
    "named_anew",
    "remove_arm",
    "remove_intervention",
    "remove_threat",
    "time_threat",
]


def is_structure(field: str) -> bool:
    """Whether a setting holds a whole block, such as the list of an arm."""
    return field in ("arms", "threats", "community", "outcome", "targets", "evaluations") or (
        field.startswith("arms.") and field.count(".") == 1
    )


def add_intervention(asked: Asked, scenario: Scenario, arm: str, kind: str) -> Asked:
    """The same with an intervention more, at the end of an arm, at the times of those it joins.

    A takeover stands before those it takes over, so it comes first.
    """
    listed = _lists(scenario)[arm]
    entry = {kind: _beginning(scenario, arm, kind)}
    if kind == "takeover":
        listed.insert(sum(isinstance(one, Budget) for one in scenario.arms[arm]), entry)
    else:
        listed.append(entry)
    return _with_arm(asked, scenario, arm, listed)


def remove_intervention(asked: Asked, scenario: Scenario, arm: str, place: int) -> Asked:
    """The same without one intervention of an arm."""
    listed = _lists(scenario)[arm]
    if not 0 <= place < len(listed):
        raise ScenarioError(f"arms.{arm}: there is no intervention {place}")
    return _with_arm(asked, scenario, arm, listed[:place] + listed[place + 1 :])


def add_arm(asked: Asked, scenario: Scenario, name: str, like: str = "") -> Asked:
    """The same with an arm more: what another does, under a new name; empty: it does nothing yet.

    Raises
    ------
    ScenarioError
        The name is taken, or none, or there are as many arms as are shown.
    """
    name = name.strip()
    if not name:
        raise ScenarioError("Give the new arm a name, such as cheaper.")
    if name in scenario.arms:
        raise ScenarioError(f"There is an arm called {name[:60]!r} already; give another name.")
    if len(scenario.arms) >= MOST_ARMS:
        raise ScenarioError(f"{MOST_ARMS} arms are as many as can be shown; take one out first.")
    listed = _lists(scenario)[like] if like else []
    scenario.set("arms", {**_lists(scenario), name: listed})  # says what is wrong with a name
    return _with_arm(asked, scenario, name, listed)


def remove_arm(asked: Asked, scenario: Scenario, arm: str) -> Asked:
    """The same without an arm, and without what was to be compared with it.

    Raises
    ------
    ScenarioError
        It is the only one.
    """
    lists = _lists(scenario)
    if len(lists) < 2:
        raise ScenarioError("One arm is needed; add another before you take this one out.")
    lists.pop(arm)
    document = scenario.to_dict()
    for block, spoken in (("targets", scenario.targets), ("evaluations", scenario.evaluations)):
        silent = [not _speaks_of(one, arm) for one in spoken]
        if not all(silent):
            asked = asked.with_block(block, [one for one, keep in zip(document[block], silent, strict=True) if keep])
    asked = asked.with_block("arms", lists)
    return replace(asked, arms=tuple(one for one in asked.arms if one != arm))


def _speaks_of(one: Any, arm: str) -> bool:
    """Whether a figure or an evaluation names an arm."""
    named = [getattr(one, field, None) for field in ("arm", "of_arm", "versus")]
    return arm in (*named, *getattr(one, "arms", ()))


def _began_with(asked: Asked) -> str:
    """Generator of the case or the file before anything was changed; empty where its files are not there."""
    try:
        return str(getattr(scenario_of(Asked(case=asked.case, own=asked.own)).community, "generator", ""))
    except PdSimError:
        return ""


def choose_generator(asked: Asked, scenario: Scenario, generator: str) -> Asked:
    """The same in a community of another kind, of about as many households and ties; files of one's own are left."""
    if generator not in GENERATORS or generator in ("file", "graph"):
        raise ScenarioError(f"community: {generator[:40]!r} cannot be drawn here")
    for kind in FILES:
        asked = asked.with_page(kind, "").with_page(f"{kind}-name", "")
    asked = asked.with_page("lenient", "")
    if _began_with(asked) == generator:  # back to where one began, with its own numbers
        return replace(asked, settings=tuple(s for s in asked.settings if s[0].split(".")[0] != "community"))
    source, fields = GENERATORS[generator], GENERATORS[generator].model_fields
    size = getattr(scenario.community, "size", None)
    many = int(size()) if callable(size) else 200
    ties = float(getattr(scenario.community, "mean_degree", getattr(scenario.community, "neighbours", 8)))
    block: dict[str, Any] = {"generator": generator}
    if source is Blocks:
        block["sizes"] = [max(1, many // 4 + (part < many % 4)) for part in range(4)]
    elif source is Lattice:
        block["height"] = block["width"] = max(2, round(many**0.5))
    else:
        block["households"] = min(many, 400) if generator == "complete" else max(10, many)
    if "mean_degree" in fields:
        block["mean_degree"] = round(min(ties, 0.5 * (many - 1)), 2)
    if "neighbours" in fields:
        block["neighbours"] = max(2, min(2 * round(ties / 2), 2 * ((many - 1) // 2)))
    if "ties_each" in fields:
        block["ties_each"] = max(1, min(round(ties / 2), many - 1))
    return asked.with_block("community", block)


def add_threat(asked: Asked, scenario: Scenario, kind: str) -> Asked:
    """The same with a threat more, that comes halfway through what the sponsor pays for."""
    times = [one for arm in scenario.arms.values() for one in arm if isinstance(one, Scheduled) and one.stop]
    stop = max((int(one.stop or 0) for one in times), default=scenario.steps)
    entry = {kind: {"at": max(1, min(stop, scenario.steps) // 2)}}
    return asked.with_block("threats", [*_threats(scenario), entry])


def time_threat(asked: Asked, scenario: Scenario, place: int, when: str, value: Any) -> Asked:
    """The same with a threat that comes ``at`` a step, or by chance with a ``hazard``: one takes the other's place."""
    listed = _threats(scenario)
    ((kind, fields),) = listed[place].items()
    kept = {name: one for name, one in fields.items() if name not in ("at", "hazard")}
    return asked.with_block("threats", [*listed[:place], {kind: {when: value, **kept}}, *listed[place + 1 :]])


def remove_threat(asked: Asked, scenario: Scenario, place: int) -> Asked:
    """The same without one threat."""
    listed = _threats(scenario)
    return asked.with_block("threats", listed[:place] + listed[place + 1 :])


def change_budget(asked: Asked, scenario: Scenario, arm: str, on: bool, amount: float = 10_000.0) -> Asked:
    """The same with a budget for an arm, which stands first in it, or without."""
    listed = [entry for entry in _lists(scenario)[arm] if "budget" not in entry]
    return _with_arm(asked, scenario, arm, [{"budget": {"amount": amount}}, *listed] if on else listed)


def change_outcome(asked: Asked, on: bool) -> Asked:
    """The same with an issue that the practice prevents, so that incidents are counted, or without."""
    issue = {"issue": "the issue", "risk": 0.01, "effect": 0.5}
    return asked.with_block("outcome", issue if on else None)


def named_anew(asked: Asked, scenario: Scenario) -> Asked:
    """The same as a scenario of one's own, with a name and a title, and no figures of the case to compare with."""
    for block in ("targets", "evaluations"):
        if scenario.to_dict().get(block):
            asked = asked.with_block(block, [])
    asked = asked.with_setting("name", "my_scenario").with_setting("title", "A scenario of my own")
    return asked.with_setting("about", f"Built from the case {scenario.name}.")


def _with_arm(asked: Asked, scenario: Scenario, arm: str, listed: list[Any]) -> Asked:
    if "." in arm:  # no field can name it
        return asked.with_block("arms", {**_lists(scenario), arm: listed})
    return asked.with_block(f"arms.{arm}", listed)


def _lists(scenario: Scenario) -> dict[str, list[dict[str, Any]]]:
    return {arm: list(listed) for arm, listed in scenario.to_dict()["arms"].items()}


def _threats(scenario: Scenario) -> list[dict[str, Any]]:
    return list(scenario.to_dict().get("threats", []))


def _beginning(scenario: Scenario, arm: str, kind: str) -> dict[str, Any]:
    """When a new intervention acts: with the others of its arm, else with those of all arms; a hub after them."""
    if not issubclass(kind_named(kind), Scheduled):
        return {}
    everything = [one for listed in scenario.arms.values() for one in listed]
    paid = [one for one in (scenario.arms[arm] or everything) if isinstance(one, Scheduled) and one.stop is not None]
    paid = paid or [one for one in everything if isinstance(one, Scheduled) and one.stop is not None]
    start = min((one.start for one in paid), default=max(1, min(4, scenario.steps - 1)))
    stop = max((int(one.stop or 0) for one in paid), default=max(start + 1, scenario.steps // 3))
    return {"start": min(stop, scenario.steps)} if kind == "hub" else {"start": start, "stop": stop}
