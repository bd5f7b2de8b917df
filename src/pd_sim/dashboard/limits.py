"""What one dashboard lets its users ask for, so that none of them takes it away from the others."""

from __future__ import annotations

from pd_sim.errors import ScenarioError
from pd_sim.scenario import Scenario

__all__ = [
    "MOST_HOUSEHOLDS",
    "MOST_ROWS",
    "MOST_UPLOAD",
    "MOST_USERS",
    "MOST_WORK",
    "check_size",
    "replicates_for",
]

MOST_USERS = 40
"""Tabs open at once."""

MOST_HOUSEHOLDS = 6_000
"""Households of a community that is shown."""

MOST_WORK = 400_000_000
"""Households × replicates × steps × arms of one answer."""

MOST_UPLOAD = 8 * 1024 * 1024
"""Bytes of an uploaded file."""

MOST_ROWS = 200_000
"""Rows of an uploaded file."""

REPLICATES = 200
"""Replicates of a band, where the work allows."""


def check_size(scenario: Scenario, households: int) -> None:
    """Refuse a scenario that is too large to be shown to all comfortably.

    Raises
    ------
    ScenarioError
        One line that says what to make smaller, and how to run it all the same.
    """
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
