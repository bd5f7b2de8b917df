"""Axes of the map of leading arms, in words: what may be moved in a scenario, and where it stands itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pd_sim.engine import draw_community, village_seed
from pd_sim.scenario import Scenario
from pd_sim.studies.regimes import AGREEMENT, CERTAINTY

__all__ = ["AXES", "Axis", "axes_of", "stands_at", "trait_given"]


@dataclass(frozen=True)
class Axis:
    """One direction of the map, in words."""

    field: str
    title: str
    about: str
    ends: tuple[str, str]
    """What its low and its high end mean."""
    span: tuple[float, float]


AXES: dict[str, Axis] = {
    axis.field: axis
    for axis in (
        Axis(
            CERTAINTY,
            "Certainty",
            "how surely an outside solution fits, and can be told",
            ("nobody is sure", "everybody knows"),
            (0.2, 1.0),
        ),
        Axis(
            AGREEMENT,
            "Agreement",
            "how many agree on the problem and the goal",
            ("few agree", "all agree"),
            (0.2, 1.0),
        ),
        Axis(
            "practice.portability",
            "Fit of local solutions",
            "how many households a neighbour's solution fits",
            ("it fits few", "it fits all"),
            (0.2, 1.0),
        ),
        Axis(
            "practice.tacitness",
            "What cannot be told",
            "how much of the know-how words alone do not carry",
            ("a leaflet says it all", "only doing it together teaches it"),
            (0.0, 1.0),
        ),
        Axis(
            "behaviour.ownership_weight",
            "Worth of ownership",
            "how many lapses owning the practice prevents",
            ("none", "all"),
            (0.0, 1.0),
        ),
        Axis(
            "practice.positive_deviants",
            "Positive deviants",
            "how many households have solved it already, unnoticed",
            ("nobody", "6 in 100"),
            (0.0, 0.06),
        ),
        Axis(
            "traits.trust_expert.mean",
            "Trust in experts",
            "how far households trust experts",
            ("hardly", "almost fully"),
            (0.1, 0.9),
        ),
        Axis(
            "traits.trust_peer.mean",
            "Trust in neighbours",
            "how far households trust their neighbours",
            ("hardly", "almost fully"),
            (0.1, 0.9),
        ),
    )
}
"""Directions that can be chosen, by what `studies.regimes` calls them."""


def axes_of(scenario: Scenario) -> list[Axis]:
    """Axes along which this scenario can be moved."""
    return [
        axis for axis in AXES.values() if not axis.field.endswith(".mean") or trait_given(scenario, axis) is not None
    ]


def trait_given(scenario: Scenario, axis: Axis) -> dict[str, Any] | None:
    """A trait that has a mean, said in full."""
    block, name, _ = axis.field.split(".")
    given = scenario.resolved().get(block, {}).get(name)
    return given if isinstance(given, dict) and "mean" in given else None


def stands_at(scenario: Scenario, field: str, seed: int) -> float | None:
    """Where a scenario itself stands on an axis; none: off the map, or at no one value.

    Examples
    --------
    >>> stands_at(Scenario.load("village"), "certainty", 1)
    0.65
    """
    axis = AXES[field]
    if field == AGREEMENT:
        caution = scenario.resolved()["traits"]["caution"]
        never = [value == "never" for value in caution] if isinstance(caution, list | tuple) else [caution == "never"]
        value = 1 - sum(never) / len(never)
    elif field.endswith(".mean"):
        given = trait_given(scenario, axis)
        value = math.nan if given is None else float(given["mean"])
    else:
        block, name = ("practice", "certainty") if field == CERTAINTY else tuple(field.split("."))
        found = getattr(getattr(scenario, block), name)
        value = float(found)
        if name == "positive_deviants" and isinstance(found, int):
            value = found / max(1, draw_community(scenario, village_seed(scenario, seed, 0)).n)
    low, high = axis.span
    return value if low - 1e-9 <= value <= high + 1e-9 else None
