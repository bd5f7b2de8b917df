"""Centola and Macy (2007) and the answer of Eckles and others (2024): what rewiring does to complex contagions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.studies import compare
from pd_sim.validation.checks import Check, Published, mean_is, share_as, sign_is
from pd_sim.validation.diffusion import ARM, diffusion

__all__ = ["LONG_TIES", "REWIRING", "SIDE", "rewired"]

SIDE = 60
_FULL = 0.99
_RUNS_BEFORE = 10

Shares = npt.NDArray[np.float64]


def rewired(needed: int, share: float, runs: int, seed: int = 1, epsilon: float = 0.0, steps: int = 130) -> Shares:
    """Share practising at every step of each run, ``(run, step)``.

    Parameters
    ----------
    needed
        Ties seen practising that one needs.
    share
        Share of the ties of the Moore lattice that swap their ends, drawn anew in every run.
    runs, seed, steps
        How many, from which seed, and how long.
    epsilon
        Chance of adopting below the threshold, with at least one tie.
    """
    middle = SIDE // 2
    block = [(middle + down) * SIDE + middle + right + 1 for down in (-1, 0, 1) for right in (-1, 0, 1)]
    scenario = diffusion(
        {"generator": "lattice", "height": SIDE, "width": SIDE, "neighbourhood": "moore", "rewired": share},
        steps=steps,
        caution=float(needed),
        practising=[str(name) for name in block],
        decision="threshold",
        threshold_counts=True,
        epsilon=epsilon,
    )
    return compare(scenario, replicates=runs, seed=seed).series(ARM)


def _steps_to(shares: Shares, level: float) -> Shares:
    """Step at which each run reaches a level; the number of steps run plus 1 where it does not."""
    return (shares < level).sum(axis=1).astype(np.float64)


_BEFORE = {1: {0.0: 1.0, 0.1: 1.0, 1.0: 1.0}, 2: {0.0: 1.0, 0.2: 1.0, 0.4: 1.0, 0.6: 0.1, 0.8: 0.0},
           3: {0.0: 1.0, 0.1: 1.0, 0.2: 0.0}}  # fmt: skip
_WORDS = {1: "one tie needed", 2: "two needed", 3: "three needed"}


def _rewiring(quick: bool, seed: int, control: str) -> tuple[tuple[Check, ...], Mapping[str, Any]]:
    runs = 10 if quick else 40
    more = {"more": 3, "fewer": -1}.get(control, 0)
    checks: list[Check] = []
    seen: dict[int, dict[float, float]] = {}
    times: dict[float, Shares] = {}
    for needed, before in _BEFORE.items():
        seen[needed] = {}
        for share, expected in before.items():
            told = 1.0 - share if control == "rewired" else share
            shares = rewired(max(1, needed + more), told, runs, seed)
            full = shares[:, -1] >= _FULL
            seen[needed][share] = float(full.mean())
            about = f"{_WORDS[needed]}, p = {share:g}: runs that reach everybody"
            checks.append(share_as(about, int(full.sum()), runs, expected, _RUNS_BEFORE))
            if needed == 1:
                times[share] = _steps_to(shares, 1.0 - 1e-9)
    # counted up to the first step in which nothing changes, one more than the last change
    checks += [
        mean_is("one tie needed: steps on the lattice", times[0.0] + 1, 30.0),
        mean_is("one tie needed: steps with all ties rewired", times[1.0] + 1, 6.0, bias=0.5, told="6 (rounded)"),
    ]
    return tuple(checks), {"seen": seen, "runs": runs}


_EPSILON = 0.05


def _long_ties(quick: bool, seed: int, control: str) -> tuple[tuple[Check, ...], Mapping[str, Any]]:
    runs = 10 if quick else 30
    epsilon = 0.0 if control == "never" else _EPSILON
    plain = _EPSILON if control == "always" else 0.0
    level = 0.9

    def times(share: float, chance: float) -> Shares:
        return _steps_to(rewired(2, share, runs, seed, chance), level)

    shares = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    with_chance = {share: times(share, epsilon) for share in shares}
    without = {share: times(share, plain) for share in shares}
    checks = [
        sign_is(
            f"ε = {_EPSILON:g}: steps to 90% saved by rewiring p = {share:g}",
            with_chance[0.0] - with_chance[share],
            told="above 0: faster",
        )
        for share in shares
        if share > 0.5  # a little rewiring speeds spread with or without that chance
    ]
    checks.append(
        sign_is("ε = 0: steps lost by rewiring p = 0.8", without[0.8] - without[0.0], told="above 0: stopped")
    )
    return tuple(checks), {
        "with": {share: float(found.mean()) for share, found in with_chance.items()},
        "without": {share: float(found.mean()) if (found < 130).all() else np.nan for share, found in without.items()},
        "epsilon": _EPSILON,
    }


REWIRING = Published(
    "centola_macy",
    "Rewiring speeds a contagion that needs one tie and stops one that needs more",
    "Centola & Macy 2007, AJS 113",
    _rewiring,
    {
        "more": "three ties more are needed than said",
        "fewer": "one tie fewer is needed than said, but never none",
        "rewired": "p is run as 1 − p",
    },
)

LONG_TIES = Published(
    "eckles",
    "A small chance below the threshold makes long ties speed even complex contagion",
    "Eckles and others 2024, Nature Human Behaviour 8",
    _long_ties,
    {"never": "nobody adopts below the threshold", "always": "the chance is there where there should be none"},
)
