"""What one dashboard lets its users ask for, so that none of them takes it away from the others."""

from __future__ import annotations

from pd_sim.community import Complete, Generator, Lattice
from pd_sim.errors import ScenarioError
from pd_sim.scenario import Scenario

__all__ = [
    "MOST_ARMS",
    "MOST_EACH",
    "MOST_HOUSEHOLDS",
    "MOST_INTERVENTIONS",
    "MOST_ROWS",
    "MOST_TIES",
    "MOST_UPLOAD",
    "MOST_USERS",
    "MOST_WORK",
    "check_declared",
    "check_size",
    "replicates_for",
]

MOST_USERS = 40
"""Tabs open at once."""

MOST_HOUSEHOLDS = 6_000
"""Households of a community that is shown."""

MOST_TIES = 200_000
"""Ties of a community that is shown, each pair once."""

MOST_EACH = 60
"""Ties that a household comes with, or has before rewiring: more take long to draw, however small the village."""

MOST_ARMS = 8
"""Arms of a scenario that is shown."""

MOST_INTERVENTIONS = 80
"""Interventions and threats of a scenario that is shown, all arms together."""

MOST_WORK = 400_000_000
"""Households × replicates × steps × arms of one answer."""

MOST_UPLOAD = 8 * 1024 * 1024
"""Bytes of an uploaded file."""

MOST_ROWS = 200_000
"""Rows of an uploaded file."""

REPLICATES = 200
"""Replicates of a band, where the work allows."""


def check_declared(scenario: Scenario) -> None:
    """Refuse a scenario that is too large by what it says of itself: before anything of its community is drawn.

    A community from a file says nothing of its size; rows of files are counted when they are given.

    Raises
    ------
    ScenarioError
        One line that says what to make smaller, and how to run it all the same.
    """
    source = scenario.community
    households = source.size() * source.villages if isinstance(source, Generator) else 1
    check_size(scenario, households)
    for name in ("neighbours", "ties_each"):
        if getattr(source, name, 0) > MOST_EACH:
            raise ScenarioError(
                f"community.{name}: {getattr(source, name):,} are more than the {MOST_EACH} this page draws; "
                "take fewer, or run it with pd-sim compare"
            )
    ties = round(_ties_each(source) * households) if isinstance(source, Generator) else 0
    if ties > MOST_TIES:
        raise ScenarioError(
            f"community: about {ties:,} ties are more than the {MOST_TIES:,} this page shows; "
            "take fewer ties or households, or run it with pd-sim compare"
        )


def _ties_each(source: Generator) -> float:
    """Ties by household that a generator draws, each pair once."""
    if isinstance(source, Complete):
        return (source.size() - 1) / 2
    if isinstance(source, Lattice):
        return 4.0 if source.neighbourhood == "moore" else 2.0
    both_ways = float(getattr(source, "mean_degree", 0) or getattr(source, "neighbours", 0))
    return both_ways / 2 or float(getattr(source, "ties_each", 0))


def check_size(scenario: Scenario, households: int) -> None:
    """Refuse a scenario that is too large, or of too many parts, to be shown to all comfortably.

    Raises
    ------
    ScenarioError
        One line that says what to make smaller or take out, and how to run it all the same.
    """
    if len(scenario.arms) > MOST_ARMS:
        raise ScenarioError(f"arms: {len(scenario.arms)} are more than the {MOST_ARMS} shown here; take some out")
    parts = sum(len(arm) for arm in scenario.arms.values()) + len(scenario.threats)
    if parts > MOST_INTERVENTIONS:
        raise ScenarioError(f"arms: {parts} interventions are more than the {MOST_INTERVENTIONS} shown here")
    if households > MOST_HOUSEHOLDS:
        raise ScenarioError(
            f"community: {households:,} households are more than the {MOST_HOUSEHOLDS:,} this page shows; "
            "take fewer, or run it with pd-sim compare"
        )
    if replicates_for(scenario, households) < 20:
        raise ScenarioError(
            f"steps: {scenario.steps:,} steps of {households:,} households in {len(scenario.arms)} arms are too many "
            "for this page; make one of them smaller, or run it with pd-sim compare"
        )


def replicates_for(scenario: Scenario, households: int) -> int:
    """Replicates that the limit on work allows, at most `REPLICATES`."""
    one = max(1, households * scenario.steps * max(1, len(scenario.arms)))
    return min(REPLICATES, MOST_WORK // one)
