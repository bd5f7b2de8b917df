"""What is left of an arm once the sponsor's money, or the leader, is gone; and when the professional can leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from pd_sim.analysis.ratios import each_ratio, ratio
from pd_sim.errors import ResultError, ScenarioError, nearest
from pd_sim.results import Comparison, Estimate, band, mean_interval, wilson
from pd_sim.scenario import Scenario
from pd_sim.studies.compare import compare

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["REMOVALS", "Dependence", "Leave", "dependence", "earliest_leave", "without"]

Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

REMOVALS: dict[str, tuple[str, str]] = {
    "sponsor": ("sponsor_restructured", "all that the sponsor pays for"),
    "leader": ("leader_leaves", "what depends on the leader"),
}
"""What can be removed: the threat that does it, and what goes with it."""

_YEAR = 52


def without(scenario: Scenario, step: int, removes: str = "sponsor") -> Scenario:
    """Give a copy of a scenario in which the sponsor's money, or the leader, is gone from a step on, in every arm.

    Parameters
    ----------
    scenario
        The scenario; the threats it has already stay.
    step
        First step without it.
    removes
        ``sponsor`` or ``leader``.
    """
    if removes not in REMOVALS:
        raise ScenarioError(f"removes {removes!r} is unknown; {nearest(removes, REMOVALS)}")
    if not 1 <= step <= scenario.steps:
        raise ResultError(f"step {step}: give one from 1 to {scenario.steps}, the last of this scenario")
    threats = list(scenario.record().get("threats", []))
    return scenario.set("threats", [*threats, {REMOVALS[removes][0]: {"at": int(step)}}])


@dataclass(frozen=True, eq=False)
class Dependence:
    """One arm with and without its support from a step on, on the same villages and the same luck."""

    arm: str
    removes: str
    step: int
    steps: tuple[int, ...]
    """Later steps that are shown."""
    supported: Comparison
    """The arm as it is."""
    left_alone: Comparison
    """The arm with the support gone from `step` on."""

    def practising(self, at: int) -> tuple[Floats, Floats]:
        """Share practising at a step with and without the support, in every replicate."""
        return self.supported.series(self.arm)[:, at], self.left_alone.series(self.arm)[:, at]

    def years(self, at: int) -> tuple[Floats, Floats]:
        """Years of practice a household, on average, from `step` to a later one, with and without the support."""
        span = slice(self.step, at + 1)
        both = self.supported.series(self.arm)[:, span], self.left_alone.series(self.arm)[:, span]
        return both[0].sum(axis=1) / _YEAR, both[1].sum(axis=1) / _YEAR

    def frame(self) -> pd.DataFrame:
        """One row a later step.

        Columns: ``step``, ``supported`` and ``left_alone`` (mean share practising), ``left`` (the second for each of
        the first: ratio of the means) with its interval ``left_low, left_high`` and the band of the replicates'
        ratios ``left_band_low, left_band_high``; the same of years of practice since the support ended, ``years_left``
        …; ``takeoff_supported`` and ``takeoff_left_alone`` with Wilson's intervals; ``n``.
        """
        import pandas as pd

        return pd.DataFrame([self._row(at) for at in self.steps])

    def _row(self, at: int) -> dict[str, float]:
        one, other = self.practising(at)
        row: dict[str, float] = {"step": at, "supported": float(one.mean()), "left_alone": float(other.mean())}
        for name, (whole, part) in (("left", (one, other)), ("years_left", self.years(at))):
            estimate, each = ratio(part, whole), each_ratio(part, whole)
            known = each[~np.isnan(each)]
            low, high = band(known) if len(known) else (np.nan, np.nan)
            row |= {
                name: float(estimate.mean),
                f"{name}_low": float(estimate.low),
                f"{name}_high": float(estimate.high),
            }
            row |= {f"{name}_band_low": float(low), f"{name}_band_high": float(high)}
        for name, comparison in (("supported", self.supported), ("left_alone", self.left_alone)):
            off = comparison.takeoff(self.arm, at)
            row |= {f"takeoff_{name}": float(off.mean)}
            row |= {f"takeoff_{name}_low": float(off.low), f"takeoff_{name}_high": float(off.high)}
        return row | {"n": self.supported.replicates}

    def text(self) -> str:
        """What is left at the last step, in words."""
        row = self._row(self.steps[-1])
        unit = str(self.supported.scenario.get("step", "week"))
        what = REMOVALS[self.removes][1]
        if row["supported"] == 0:
            return f"{self.arm}: nobody practises at {unit} {self.steps[-1]}, with or without the {self.removes}."
        return (
            f"{self.arm}: with {what} gone from {unit} {self.step} on, {row['left_alone']:.0%} practise at {unit} "
            f"{self.steps[-1]} instead of {row['supported']:.0%}: {row['left']:.0%} of the practice is left "
            f"(interval {row['left_low']:.0%} to {row['left_high']:.0%}, band of the replicates "
            f"{row['left_band_low']:.0%} to {row['left_band_high']:.0%}). Take-off in "
            f"{row['takeoff_left_alone']:.0%} instead of {row['takeoff_supported']:.0%} of the replicates."
        )


def dependence(
    scenario: Scenario,
    arm: str,
    step: int,
    removes: Literal["sponsor", "leader"] = "sponsor",
    *,
    steps: Iterable[int] | int | None = None,
    replicates: int = 200,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Dependence:
    """Measure what is left of an arm once its support is gone, replicate by replicate.

    Parameters
    ----------
    scenario
        The scenario.
    arm
        Name of the arm.
    step
        First step without the support.
    removes
        ``sponsor``: all that the sponsor pays for; ``leader``: what depends on the leader.
    steps
        Later steps to show; none: a quarter, half, one and two years later, and the last.
    replicates, seed, threads, progress
        As in ``compare``.

    Raises
    ------
    ScenarioError
        An unknown arm or removal.
    ResultError
        A step that is not run.
    """
    changed = without(scenario, step, removes)
    scenario.arm(arm)
    if steps is None:
        later = tuple(sorted({min(step + more, scenario.steps) for more in (0, 13, 26, 52, 104, scenario.steps)}))
    else:
        later = tuple(sorted({int(at) for at in ([steps] if isinstance(steps, int) else steps)}))
    if not later or later[0] < step or later[-1] > scenario.steps:
        raise ResultError(f"steps: give some from {step}, when the support ends, to {scenario.steps}")
    both = [
        compare(one, [arm], replicates=replicates, seed=seed, threads=threads, progress=_counted(progress, place, 2))
        for place, one in enumerate((scenario, changed))
    ]
    return Dependence(arm, removes, step, later, *both)


@dataclass(frozen=True, eq=False)
class Leave:
    """When the support can end."""

    arm: str
    removes: str
    keep: float
    confidence: float
    at: int
    step: int | None
    """Earliest step from which on enough is left; none: no step that was tried."""
    tried: tuple[int, ...]
    left: Estimate
    """Practice left at step `at`, one entry for each step tried: ratio of the means."""
    enough: Estimate
    """Share of the replicates in which at least `keep` is left, with Wilson's interval."""
    supported: float
    """Mean share practising at step `at` where the support goes on."""
    n: int
    step_name: str = "step"

    def frame(self) -> pd.DataFrame:
        """One row a step tried: ``leaves_at``, ``left`` and ``enough`` with their intervals, ``suffices``."""
        import pandas as pd

        return pd.DataFrame(
            {
                "leaves_at": self.tried,
                "left": self.left.mean,
                "left_low": self.left.low,
                "left_high": self.left.high,
                "enough": self.enough.mean,
                "enough_low": self.enough.low,
                "enough_high": self.enough.high,
                "suffices": self.enough.mean >= self.confidence - 1e-9,
            }
        )

    def text(self) -> str:
        """The answer in words."""
        asked = f"at least {self.keep:.0%} of the practice is left at {self.step_name} {self.at}"
        if self.step is None:
            best = int(np.argmax(self.enough.mean))
            return (
                f"{self.arm}: the {self.removes} can leave at none of the steps tried ({self.tried[0]} to "
                f"{self.tried[-1]}): {asked} in {self.enough.mean[best]:.0%} of the replicates at the most (leaving at "
                f"{self.step_name} {self.tried[best]}), while {self.confidence:.0%} are asked for."
            )
        place = self.tried.index(self.step)
        return (
            f"{self.arm}: the {self.removes} can leave at {self.step_name} {self.step}: {asked} in "
            f"{self.enough.mean[place]:.0%} of the replicates ({self.enough.low[place]:.0%} to "
            f"{self.enough.high[place]:.0%}), and in no fewer than {self.confidence:.0%} after every later leaving "
            f"tried. With the {self.removes} staying, {self.supported:.0%} practise then."
        )


def earliest_leave(
    scenario: Scenario,
    arm: str,
    removes: Literal["sponsor", "leader"] = "sponsor",
    *,
    keep: float = 0.8,
    confidence: float = 0.8,
    steps: Sequence[int] | None = None,
    at: int | None = None,
    replicates: int = 100,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Leave:
    """Find the earliest step at which the sponsor, or the leader, can leave.

    That is the first of the steps tried from which on, leaving at it or at any later one, at least ``keep`` of the
    practice is left at step ``at`` in at least ``confidence`` of the replicates; what it is a share of is the same
    replicate with the support going on. An arm that never gets anywhere loses nothing: look at ``supported``.

    Parameters
    ----------
    scenario, arm, removes
        As in `dependence`.
    keep
        Share of the practice that is to be left, above 0 up to 1.
    confidence
        Share of the replicates in which it is to be, above 0 up to 1.
    steps
        Steps tried; none: every 13 up to a year before ``at``.
    at
        Step at which it is measured; none: the last.
    replicates, seed, threads, progress
        As in ``compare``.
    """
    for name, share in (("keep", keep), ("confidence", confidence)):
        if not 0 < share <= 1:
            raise ScenarioError(f"{name} must lie above 0 and up to 1, not {share}")
    at = scenario.steps if at is None else at
    tried = tuple(sorted(set(steps))) if steps is not None else tuple(range(13, at - _YEAR + 1, 13))
    if not tried:
        raise ScenarioError(f"steps: a year before step {at} there is none to try; name the steps, or run for longer")
    if not 1 <= tried[0] <= tried[-1] <= at <= scenario.steps:
        raise ResultError(f"steps {tried[0]} to {tried[-1]}: give some from 1 to {at}, and at most {scenario.steps}")
    variants = [scenario, *(without(scenario, step, removes) for step in tried)]
    shares: list[Floats] = []
    for place, one in enumerate(variants):
        counted = _counted(progress, place, len(variants))
        found = compare(one, [arm], replicates=replicates, seed=seed, threads=threads, progress=counted)
        shares.append(found.series(arm)[:, at])
    supported, alone = shares[0], np.stack(shares[1:], axis=1)
    whole = np.broadcast_to(supported[:, None], alone.shape)
    left = ratio(alone, whole)
    enough = wilson((alone >= keep * whole - 1e-9).sum(axis=0), replicates)
    suffices = np.asarray(enough.mean) >= confidence - 1e-9
    lasting = np.logical_and.accumulate(suffices[::-1])[::-1]
    return Leave(
        arm,
        removes,
        keep,
        confidence,
        at,
        tried[int(lasting.argmax())] if lasting.any() else None,
        tried,
        left,
        enough,
        float(mean_interval(supported).mean),
        replicates,
        scenario.step,
    )


def _counted(progress: Progress | None, place: int, parts: int) -> Progress | None:
    """Count the runs of several comparisons, one after the other, together."""
    if progress is None:
        return None
    return lambda done, total: progress(place * total + done, parts * total)
