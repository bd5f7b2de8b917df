"""Small made-up results whose figures can be worked out by hand."""

from __future__ import annotations

import numpy as np

from pd_sim.results import MEASURES, ArmResult, Comparison

PRACTISING = MEASURES.index("practising")
ATTENDANCE = MEASURES.index("attendance")

SCENARIO = {"steps": 3, "community": {"generator": "village", "households": 10}, "arms": {"nothing": [], "hub": [{}]}}


def arm(practising, *, steps: int = 3, villages: int = 1, cost=None, digests=()) -> ArmResult:
    """An arm in which `practising[replicate]` households (or a list over villages) practise from step 1 on."""
    counts = np.zeros((len(practising), steps + 1, villages, len(MEASURES)), dtype=np.int32)
    for replicate, households in enumerate(practising):
        counts[replicate, 1:, :, PRACTISING] = households
        counts[replicate, 1:, :, ATTENDANCE] = 2
    return ArmResult(counts, cost or {}, digests)


def comparison(nothing=(1, 1, 1), hub=(2, 4, 6), **changes) -> Comparison:
    """Ten households, three replicates unless told otherwise; `hub` spends 5 a step on rent."""
    spent = np.zeros((len(hub), 4, 1))
    spent[:, 1:] = 5.0
    given = {
        "scenario": SCENARIO,
        "seed": 1,
        "villages": ("1",),
        "sizes": np.array([10]),
        "arms": {"nothing": arm(nothing), "hub": arm(hub, cost={"rent": spent}, digests=["d"] * len(hub))},
        **changes,
    }
    return Comparison(**given)
