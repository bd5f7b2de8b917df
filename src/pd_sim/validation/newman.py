"""Newman (2002): a simple contagion that passes each tie at most once is percolation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.studies import compare
from pd_sim.validation.checks import Check, Published, UnsettledError, mean_is, share_is
from pd_sim.validation.diffusion import ARM, diffusion
from pd_sim.validation.formulas import outbreak_size

__all__ = ["RESULT", "outbreaks"]

HOUSEHOLDS = 10_000
MEAN_DEGREE = 6.0
_LARGE = 0.1


def outbreaks(transmissions: float, runs: int, seed: int = 1, **wrong: float) -> npt.NDArray[np.float64]:
    """Share that ever practised in each run, one household drawn at random having begun.

    A household practises for one step and never returns, so each tie has one try with the chance T.

    Parameters
    ----------
    transmissions
        zT; z is `MEAN_DEGREE`.
    runs, seed
        How many, and from which seed.
    wrong
        Fields of the practice that break what this rests on.
    """
    scenario = diffusion(
        {"generator": "random", "households": HOUSEHOLDS, "mean_degree": MEAN_DEGREE},
        steps=150,
        practice=wrong,
        decision="simple",
        per_tie=transmissions / MEAN_DEGREE,
        fresh=1.0,
        settled=1.0,
    )
    result = compare(scenario, replicates=runs, seed=seed)
    if not wrong and (result.series(ARM, "practising")[:, -1] > 0).any():
        raise UnsettledError(f"outbreaks at zT = {transmissions} had not died out after {scenario.steps} steps")
    return result.series(ARM, "ever_practised")[:, -1]


def _checks(quick: bool, seed: int, control: str) -> tuple[tuple[Check, ...], Mapping[str, Any]]:
    runs = 60 if quick else 200
    factor = {"more": 1.25, "fewer": 0.6}.get(control, 1.0)
    wrong = {"seen_stopped": 0.3} if control == "again" else {}
    checks: list[Check] = []
    seen: dict[float, tuple[float, float, float]] = {}
    for zt in (0.7, 1.5, 3.0) if quick else (0.7, 1.2, 1.5, 2.0, 3.0):
        size = outbreak_size(zt)
        ends = outbreaks(zt * factor, runs, seed, **wrong)
        large = ends > _LARGE
        checks.append(share_is(f"zT = {zt:g}: chance of a large outbreak", int(large.sum()), runs, size))
        if size:
            # a network of N households falls short of the endless one by some 1/N
            found = mean_is(f"zT = {zt:g}: share that a large outbreak reaches", ends[large], size, bias=5 / HOUSEHOLDS)
            checks.append(found)
            seen[zt] = float(ends[large].mean()) if large.any() else 0.0, found.low, found.high
        else:
            seen[zt] = float(ends.mean()), 0.0, float(ends.max())
    grid = np.linspace(0.5, 3.5, 121)
    return tuple(checks), {"seen": seen, "grid": grid, "size": np.array([outbreak_size(float(zt)) for zt in grid])}


RESULT = Published(
    "newman",
    "Simple contagion with one try a tie is percolation: S = 1 − exp(−zTS)",
    f"Newman 2002, PRE 66 (z = {MEAN_DEGREE:g})",
    _checks,
    {
        "more": "T is run a quarter greater",
        "fewer": "T is run as .6 of itself",
        "again": "those who stopped are still seen practising by .3 of their ties",
    },
)
