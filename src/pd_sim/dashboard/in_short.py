"""Each card of a scenario in one line, as it is said while the card is folded."""

from __future__ import annotations

from pd_sim.community import File
from pd_sim.dashboard.cards import is_price
from pd_sim.dashboard.looks import named, plural
from pd_sim.dashboard.parts import percent
from pd_sim.interventions import Budget, Intervention
from pd_sim.scenario import Scenario

__all__ = ["summaries"]


def summaries(scenario: Scenario) -> dict[str, str]:
    """What each card says while it is folded, by its key."""
    source, practice = scenario.community, scenario.practice
    count = 0 if isinstance(source, File) else _size(source)
    told = [f"{count} {plural(scenario.unit)}"] if count else []
    if hasattr(source, "mean_degree"):
        told.append(f"{source.mean_degree:g} ties each")
    told.append("from files" if isinstance(source, File) else named(str(getattr(source, "generator", ""))).lower())
    exist = practice.positive_deviants
    do_it = percent(exist) if isinstance(exist, float) else str(exist)
    off = [name.replace("_", " ") for name, holds in scenario.principles if not holds]
    found = {
        "scenario": f"{scenario.name}, {scenario.steps} {scenario.step}s",
        "community": ", ".join(told),
        "practice": f"{do_it} do it already; local solutions fit {percent(practice.portability)}, "
        f"outside ones {percent(practice.certainty)}",
        "threats": ", ".join(_threat_told(one, scenario.step) for one in scenario.threats) or "none",
        "prices": _prices_told(scenario),
        "worth": f"{scenario.economics.currency}; incidents {'counted' if scenario.outcome else 'not counted'}",
        "behaviour": f"without {', '.join(off)}" if off else "all six principles hold",
    }
    for arm, interventions in scenario.arms.items():
        kinds = [named(i.kind).lower() for i in interventions if not isinstance(i, Budget)]
        found[f"arm-{arm}"] = ", ".join(kinds) or "nobody does anything"
    return found


def _size(source: object) -> int:
    size = getattr(source, "size", None)
    return int(size()) if callable(size) else 0


def _threat_told(threat: Intervention, step: str) -> str:
    at = getattr(threat, "at", None)
    return f"{named(threat.kind).lower()} ({f'{step} {at}' if at is not None else 'by chance'})"


def _prices_told(scenario: Scenario) -> str:
    budgets = [
        named(arm).lower() for arm, listed in scenario.arms.items() if any(isinstance(i, Budget) for i in listed)
    ]
    priced = sum(
        bool(getattr(i, name))
        for listed in scenario.arms.values()
        for i in listed
        for name in type(i).model_fields
        if is_price(name)
    )
    told = f"{priced} prices" if priced != 1 else "1 price"
    if not priced:
        told = "no prices yet"
    return f"{told}; budget for {', '.join(budgets)}" if budgets else told
