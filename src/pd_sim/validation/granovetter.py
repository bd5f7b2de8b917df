"""Granovetter (1978): one threshold changed turns a riot of a hundred into one; a spread of thresholds has a jump."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pd_sim.studies import run
from pd_sim.validation.checks import Check, Published, equal
from pd_sim.validation.diffusion import ARM, diffusion
from pd_sim.validation.formulas import critical_sd, granovetter_acting, normal_thresholds

__all__ = ["RESULT", "acting"]

_SPREADS = (5.0, 8.0, 11.0, 12.0, 12.5, 13.0, 14.0, 18.0, 24.0, 30.0)


def acting(thresholds: Sequence[float], seed: int = 1) -> int:
    """Number of households that act in the end, by simulation of a village where everybody sees everybody.

    Parameters
    ----------
    thresholds
        Numbers of others, one a household.
    seed
        Plays no part in the outcome.
    """
    scenario = diffusion(
        {"generator": "complete", "households": len(thresholds)},
        steps=len(thresholds) + 1,
        caution=[float(threshold) for threshold in thresholds],
        practising=0,
        decision="threshold",
        threshold_counts=True,
    )
    return int(run(scenario, ARM, seed).counts[-1, 0, 3])


def _checks(quick: bool, seed: int, control: str) -> tuple[tuple[Check, ...], Mapping[str, Any]]:
    def acts(thresholds: Sequence[float]) -> int:
        told = [2 if value == 1 else value for value in thresholds] if control == "threshold" else thresholds
        told = [value - 1 if value else 0 for value in told] if control == "all" else told
        return acting(told, seed)

    hundred = list(range(100))
    checks = [
        equal("thresholds 0, 1, …, 99", acts(hundred), 100),
        equal("the threshold 1 changed to 2", acts([0, 2, *hundred[2:]]), 1),
    ]
    for n, place, value in ((10, 4, 5), (37, 20, 19), (60, 0, 1)) if quick else _OTHERS:
        thresholds = list(range(n))
        thresholds[place] = value
        by_hand = granovetter_acting(thresholds)
        checks.append(equal(f"thresholds 0 … {n - 1}, the one of {place} made {value}", acts(thresholds), by_hand))

    size = 100
    shift = -3.0 if control == "spread" else 0.0
    ends = {sd: acting(normal_thresholds(size, 25, sd + shift), seed) for sd in _SPREADS}
    by_rule = {sd: granovetter_acting(normal_thresholds(size, 25, sd)) for sd in _SPREADS}
    limit = critical_sd(25)
    below, above = ends[12.5], ends[13.0]
    checks += [
        equal("normal thresholds: each spread as by hand", list(ends.values()), list(by_rule.values())),
        Check("normal thresholds, mean 25, SD 12.5: acting", "about 6 (4 to 8)", str(below), 4 <= below <= 8),
        Check(
            "the same with SD 13: acting",
            "about 100 (98 at least)",
            str(above),
            above >= 98,
            note=f"endless many: from {limit:.2f} on",
        ),
    ]
    many = 200 if quick else 600
    at = {
        f: acting(normal_thresholds(many, many / 4, f * limit * many / 100 + shift * many / 100), seed) for f in _ASIDE
    }
    told = "low, then all"
    got = {low: end < many / 4 for low, end in at.items()}
    checks.append(
        Check(
            f"{many} households, SD {_ASIDE[0]:g} and {_ASIDE[1]:g} times {limit:.2f}",
            told,
            " and ".join(str(end) for end in at.values()),
            got[_ASIDE[0]] and not got[_ASIDE[1]],
            note="where the curve touches the diagonal",
        )
    )
    fine = np.arange(5.0, 30.25, 1.0 if quick else 0.5)
    curve = np.array([acting(normal_thresholds(size, 25, float(sd)), seed) for sd in fine])
    return tuple(checks), {"sd": fine, "acting": curve, "limit": limit, "households": size}


_ASIDE = (0.97, 1.05)
_OTHERS = ((10, 4, 5), (10, 9, 0), (37, 20, 19), (37, 20, 22), (60, 0, 1), (83, 41, 82))

RESULT = Published(
    "granovetter",
    "One threshold decides whether a hundred act or one",
    "Granovetter 1978, AJS 83",
    _checks,
    {
        "threshold": "every threshold of 1 is run as 2",
        "all": "every threshold above 0 is run as one less",
        "spread": "the standard deviation is run 3 smaller",
    },
)
