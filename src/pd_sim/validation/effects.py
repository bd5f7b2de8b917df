"""What the default arms do in the units of the literature, beside what the field has measured: shown, not judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pd_sim.results import mean_interval
from pd_sim.scenario import Scenario
from pd_sim.studies import compare

__all__ = ["FIELD", "Effect", "effects"]

_PROGRAMME: dict[str, Any] = {"start": 4, "stop": 56}

ARMS: dict[str, list[dict[str, Any]]] = {
    "campaign alone": [{"broadcast": {**_PROGRAMME, "reach": 0.05, "dose": 0.3, "push": 0.1}}],
    "training alone": [{"training": {**_PROGRAMME, "places": 20}}],
    "campaign and pay": [
        {"broadcast": {**_PROGRAMME, "reach": 0.05, "dose": 0.3, "push": 0.1}},
        {"incentive": {**_PROGRAMME, "amount": 0.1}},
    ],
    "facilitation alone": [{"facilitation": {**_PROGRAMME, "places": 20}}],
}
"""Parts of the default arms, by themselves."""

FIELD: dict[str, str] = {
    "campaign alone": "mass campaigns about +5 points, adoption of something new +12 (Snyder)",
    "training alone": "no figure for sessions by experts alone among the evidence",
    "campaign and pay": "incentives OR 2.1 three months after (Mantzari 2015); subsidy +22.0 points (Guiteras 2015)",
    "facilitation alone": "community engagement d .33 (O'Mara-Eves 2015); motivation +1.6 points n.s. (Guiteras 2015)",
    "top_down": "campaigns +5 to +12 points; pay OR 2.1; no trial of all three together",
    "bottom_up": "community-led sanitation 65% against 35%: +30 points, OR 3.4, d .68 (Pickering 2015)",
    "hybrid": "type of engagement makes no significant difference (O'Mara-Eves 2015)",
}
"""What the field has measured of something alike; every figure from EVIDENCE sections 2 and 3."""


@dataclass(frozen=True)
class Effect:
    """What an arm does at a step, against nothing."""

    arm: str
    step: int
    share: float
    without: float
    points: float
    low: float
    high: float
    """Difference in percentage points and its 95% interval."""
    odds_ratio: float
    d: float
    """ln(odds ratio) · √3 / π, the standardised difference that goes with it (Chinn 2000)."""
    field: str

    def document(self) -> Mapping[str, Any]:
        """All of it as plain values; None where a share of 0 or 1 has no odds."""
        return {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in vars(self).items()
        }


def effects(
    *,
    replicates: int = 100,
    seed: int = 1,
    steps: tuple[int, ...] = (52, 69, 156),
    scenario: Scenario | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Effect]:
    """What each default arm, and each of its parts alone, does against nothing.

    The base rate is the 2% who practise hidden: at such a rate a few points are already a large odds ratio, so read
    points and odds ratio together.

    Parameters
    ----------
    replicates, seed
        How many, and from which seed.
    steps
        By default a year after the start, three months after the programme ends, and the last step.
    scenario
        The scenario whose arms are meant; none: ``village``.
    progress
        Called with the number of runs done and to do; what it raises ends the run.
    """
    town = Scenario.load("village") if scenario is None else scenario
    parts = Scenario.from_dict({**town.to_dict(), "arms": {"nothing": [], **ARMS}})
    found = []
    whole, before = replicates * (len(parts.arms) + len(town.arms)), 0
    for one in (parts, town):
        counted = None if progress is None else lambda done, _, before=before: progress(before + done, whole)
        result = compare(one, replicates=replicates, seed=seed, progress=counted)
        before += replicates * len(one.arms)
        for arm in result.arms:
            if arm == "nothing":
                continue
            for step in steps:
                with_it, without = (result.series(name)[:, step] for name in (arm, "nothing"))
                gap = mean_interval(100 * (with_it - without))
                share, base = float(with_it.mean()), float(without.mean())
                ratio = _odds(share) / _odds(base) if base > 0 else math.inf
                d = math.log(ratio) * math.sqrt(3) / math.pi if 0 < ratio < math.inf else math.nan
                ends = float(gap.mean), float(gap.low), float(gap.high)
                found.append(Effect(arm, step, share, base, *ends, ratio, d, FIELD.get(arm, "")))
    return found


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf
