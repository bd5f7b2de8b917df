"""A made-up comparison whose money can be worked out by hand: two years of two steps, three replicates."""

from __future__ import annotations

from typing import Any

import numpy as np

from pd_sim.results import MEASURES, ArmResult, Comparison

PRACTISING, EVER = MEASURES.index("practising"), MEASURES.index("ever_practised")
STEPS = 4
PRICES: dict[str, Any] = {"steps_a_year": 2, "discount": 0.25, "health_discount": 0.0}


def arm(practising, ever=None, *, cost=None, incidents=None, hours=None, villages: int = 2) -> ArmResult:
    """An arm: households practising at steps 1 to 4 by replicate, all in the first village, others halved over both."""
    held = np.asarray(practising)
    counts = np.zeros((len(held), STEPS + 1, villages, len(MEASURES)), np.int32)
    counts[:, 0, 0, PRACTISING] = 2  # the start takes no time, and must not count
    counts[:, 1:, 0, PRACTISING] = held
    counts[:, 1:, 0, EVER] = np.maximum.accumulate(held, axis=1) if ever is None else ever
    amounts = {"expected_incidents": incidents, **(hours or {})}
    return ArmResult(
        counts,
        {key: _halved(flow, len(held), villages) for key, flow in (cost or {}).items()},
        (),
        {name: _halved(flow, len(held), villages) for name, flow in amounts.items() if flow is not None},
    )


def _halved(flow, replicates: int, villages: int):
    """Give a flow over steps 1 to 4 (of all replicates, or of each) to all villages alike."""
    whole = np.zeros((replicates, STEPS + 1, villages))
    whole[:, 1:] = (np.asarray(flow, float) * np.ones((replicates, STEPS)))[..., None] / villages
    return whole


def comparison(arms: dict[str, ArmResult], prices: dict[str, Any] | None = None, **scenario: Any) -> Comparison:
    """Made-up arms with prices; steps are weeks, two of them a year."""
    document = {"name": "made", "steps": STEPS, "economics": {**PRICES, **(prices or {})}, **scenario}
    return Comparison(document, 1, ("one", "two"), np.array([30, 10]), arms)
