"""What the gap between two arms is made of: Shapley values over switching off each difference between them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pd_sim.engine import found, simulate, village_seed
from pd_sim.errors import ResultError, ScenarioError, nearest
from pd_sim.interventions import Capacity, Intervention, PerHundred, Scheduled, Sessions
from pd_sim.results import Estimate, mean_interval
from pd_sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FACTORS", "Decomposition", "decompose"]

Arm = tuple[Intervention, ...]
Pair = tuple[Scenario, Arm, Arm]


def _changed(arm: Arm, fields: dict[str, Any]) -> Arm:
    """Give every intervention of an arm these values, as far as it has such fields."""
    return tuple(
        type(i).model_validate(
            {name: getattr(i, name) for name in type(i).model_fields}
            | {name: value for name, value in fields.items() if name in type(i).model_fields}
        )
        for i in arm
    )


def _sessions(*arms: Arm) -> list[Sessions]:
    return [i for arm in arms for i in arm if isinstance(i, Sessions)]


def _same_fit(pair: Pair) -> Pair:
    scenario, a, b = pair
    practice = scenario.practice
    mean = (practice.portability + practice.certainty) / 2
    alike = practice.model_copy(update={"portability": mean, "certainty": mean, "fit_overlap": 1.0})
    return scenario.model_copy(update={"practice": alike}), a, b


def _same_duration(pair: Pair) -> Pair:
    scenario, a, b = pair
    stops = [i.stop for arm in (a, b) for i in arm if isinstance(i, Scheduled) and i.stop is not None]
    if not stops:
        return pair
    end = max(stops)

    def ended(arm: Arm) -> Arm:
        kept = [i for i in arm if not isinstance(i, Scheduled) or i.start < end]
        return tuple(
            i.model_copy(update={"stop": end}) if isinstance(i, Scheduled) and i.stop is None else i for i in kept
        )

    return scenario, ended(a), ended(b)


def _same_ownership(pair: Pair) -> Pair:
    scenario, a, b = pair
    return (
        scenario.model_copy(update={"behaviour": scenario.behaviour.model_copy(update={"ownership_weight": 0.0})}),
        a,
        b,
    )


def _same_trust(pair: Pair) -> Pair:
    scenario, a, b = pair
    return scenario, _changed(a, {"source": "peer"}), _changed(b, {"source": "peer"})


def _same_channel(pair: Pair) -> Pair:
    scenario, a, b = pair
    held = _sessions(a), _sessions(b)
    if not all(held):
        return pair
    fields = ("dose", "keeps", "push", "fidelity")
    alike = {f: float(np.mean([np.mean([getattr(s, f) for s in side]) for side in held])) for f in fields}

    def taught(arm: Arm) -> Arm:
        return tuple(_changed((i,), alike)[0] if isinstance(i, Sessions) else i for i in arm)

    return scenario, taught(a), taught(b)


def _same_capacity(pair: Pair) -> Pair:
    scenario, a, b = pair
    held = _sessions(a), _sessions(b)
    if not all(held):
        return pair
    most = [max(_number(s.places) for s in side) for side in held]
    turnout = {f: float(np.mean([np.mean([getattr(s, f) for s in side]) for side in held])) for f in _TURNOUTS}

    def alike(arm: Arm, greatest: float) -> Arm:
        factor = float(np.mean(most)) / greatest if greatest else 1.0
        return tuple(
            _changed((i,), {"places": _scaled(i.places, factor), **turnout})[0] if isinstance(i, Sessions) else i
            for i in arm
        )

    return scenario, alike(a, most[0]), alike(b, most[1])


_TURNOUTS = ("turnout", "turnout_others")


def _number(places: Capacity) -> float:
    return places.per_100 if isinstance(places, PerHundred) else float(places)


def _scaled(places: Capacity, factor: float) -> Capacity:
    if isinstance(places, PerHundred):
        return PerHundred(per_100=places.per_100 * factor)
    return round(places * factor)


FACTORS: dict[str, tuple[Callable[[Pair], Pair], str]] = {
    "fit": (_same_fit, "outside and local solutions fit the same households, as many as the two do on average"),
    "duration": (_same_duration, "nothing goes on after the last step in which a programme that ends acts"),
    "ownership": (_same_ownership, "owning the practice keeps nobody from lapsing"),
    "trust": (_same_trust, "everybody who acts is trusted like a peer"),
    "channel": (_same_channel, "all sessions coach and encourage alike, as the two arms' do on average"),
    "capacity": (_same_capacity, "the largest session has as many places, and turnout is the same, as on average"),
}
"""What two arms may differ in: how each difference is switched off, in both arms alike, and what that means."""


@dataclass(frozen=True)
class Decomposition:
    """What the gap between two arms is made of."""

    arm: str
    versus: str
    measure: str
    step: int
    replicates: int
    gap: Estimate
    """The whole paired gap."""
    parts: dict[str, Estimate]
    """Shapley value of each factor, in the measure's unit."""
    rest: Estimate
    """Gap that is left with every factor switched off."""

    def frame(self) -> pd.DataFrame:
        """One row a factor, greatest first, then ``rest`` and ``total``: part, meaning, mean, low, high."""
        import pandas as pd

        ordered = sorted(self.parts.items(), key=lambda item: -abs(item[1].mean))
        rows = [(name, FACTORS[name][1], e.mean, e.low, e.high) for name, e in ordered]
        rows.append(("rest", "none of these", self.rest.mean, self.rest.low, self.rest.high))
        rows.append(("total", "the whole gap", self.gap.mean, self.gap.low, self.gap.high))
        frame = pd.DataFrame(rows, columns=["part", "meaning", "mean", "low", "high"])
        return frame.astype({"mean": float, "low": float, "high": float})


def decompose(
    scenario: Scenario,
    arm: str,
    versus: str,
    *,
    step: int | None = None,
    factors: Sequence[str] = tuple(FACTORS),
    replicates: int = 60,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Decomposition:
    r"""Decompose the paired gap in the share practising between two arms.

    Let v(S) be the gap when the arms differ in the factors of S only, all others switched off in both arms alike.
    A factor's part is its Shapley value [1]_, the mean over all orders of switching on of what it adds:

    .. math:: \varphi_f = \sum_{S \not\ni f} \frac{|S|!\,(k-|S|-1)!}{k!} \, [v(S \cup f) - v(S)]

    The parts and the rest v(∅) add up to the gap exactly, in every replicate.

    Parameters
    ----------
    scenario
        The scenario.
    arm, versus
        Names of the two arms; the gap is the first less the second.
    step
        Step at which it is measured; none: the last.
    factors
        Names out of `FACTORS`.
    replicates
        Replicates of each of the 2^k combinations; the same villages and luck in all.
    seed, threads, progress
        As in ``compare``.

    Raises
    ------
    ScenarioError
        An unknown arm or factor, or no factor.

    References
    ----------
    .. [1] L. S. Shapley (1953), "A value for n-person games".
    """
    step = scenario.steps if step is None else step
    if not 0 <= step <= scenario.steps:
        raise ResultError(f"step {step}: the scenario has steps 0 to {scenario.steps}")
    for name in factors:
        if name not in FACTORS:
            raise ScenarioError(f"factor {name!r} is unknown; {nearest(name, FACTORS)}")
    if not factors or len(set(factors)) < len(factors):
        raise ScenarioError("factors: give at least one, and each once")
    arms = scenario.arm(arm), scenario.arm(versus)
    subsets = [frozenset(s) for size in range(len(factors) + 1) for s in combinations(factors, size)]
    shares = _Shares(step, replicates, seed, threads)
    gaps: dict[frozenset[str], npt.NDArray[np.float64]] = {}
    for done, kept in enumerate(subsets):
        pair: Pair = (scenario, *arms)
        for name in factors:
            if name not in kept:
                pair = FACTORS[name][0](pair)
        context, first, second = pair
        gaps[kept] = shares.of(context, first) - shares.of(context, second)
        if progress is not None:
            progress(done + 1, len(subsets))
    parts = {name: mean_interval(_shapley(name, factors, gaps)) for name in factors}
    return Decomposition(
        arm,
        versus,
        "practising",
        step,
        replicates,
        mean_interval(gaps[frozenset(factors)]),
        parts,
        mean_interval(gaps[frozenset()]),
    )


def _shapley(
    name: str, factors: Sequence[str], gaps: dict[frozenset[str], npt.NDArray[np.float64]]
) -> npt.NDArray[np.float64]:
    others = [f for f in factors if f != name]
    value = np.zeros_like(gaps[frozenset()])
    for size in range(len(others) + 1):
        weight = math.factorial(size) * math.factorial(len(others) - size) / math.factorial(len(factors))
        for chosen in combinations(others, size):
            value += weight * (gaps[frozenset(chosen) | {name}] - gaps[frozenset(chosen)])
    return value


class _Shares:
    """Share practising at the step in every replicate, run once for each setting."""

    def __init__(self, step: int, replicates: int, seed: int, threads: int | None) -> None:
        self.step, self.replicates, self.seed, self.threads = step, replicates, seed, threads
        self._known: dict[str, npt.NDArray[np.float64]] = {}

    def of(self, scenario: Scenario, arm: Arm) -> npt.NDArray[np.float64]:
        """Share practising of an arm in a context."""
        context = scenario.model_copy(update={"arms": {"arm": arm}, "steps": max(self.step, 1)})
        key = json.dumps(context.resolved(), sort_keys=True)
        if key not in self._known:
            track = simulate(context, seed=self.seed, replicates=self.replicates, threads=self.threads)["arm"]
            practising = track.counts[:, self.step, :, 3].sum(axis=1)
            sizes = [
                found(context, village_seed(context, self.seed, k)).village_sizes.sum() for k in range(self.replicates)
            ]
            self._known[key] = practising / np.array(sizes)
        return self._known[key]
