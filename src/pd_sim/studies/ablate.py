"""What each of the six principles does for an arm: run it without one of them, on the same villages and luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pd_sim.analysis.contrasts import paired_difference
from pd_sim.errors import ScenarioError, UnknownNameError
from pd_sim.results import Estimate, mean_interval, takeoff
from pd_sim.scenario import PRINCIPLES, Principles, Scenario
from pd_sim.studies.compare import compare

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ALL_OFF", "Ablation", "ablate"]

ALL_OFF = "all of them"
"""Name of the row in which every principle asked about is switched off at once."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ablation:
    """What is lost without each principle."""

    arm: str
    measure: str
    step: int
    takeoff_share: float
    whole: Floats
    """The measure with all principles, ``[replicate]``."""
    without: dict[str, Floats]
    """The same without each principle, and without all (`ALL_OFF`), ``[replicate]`` each."""

    def loss(self, principle: str) -> Estimate:
        """What is lost without a principle, replicate by replicate."""
        if principle not in self.without:
            raise UnknownNameError("principle", principle, self.without)
        return paired_difference(self.whole, self.without[principle])

    def frame(self) -> pd.DataFrame:
        """One row a principle, the greatest loss first, all of them together last.

        Columns: ``principle, meaning, mean, low, high`` (the loss with its paired interval), ``level`` (mean without
        it), and for the share practising ``takeoff`` without it with its interval; the level with all principles
        stands in ``whole``.
        """
        import pandas as pd

        losses = {name: self.loss(name) for name in self.without}
        ranked = sorted((n for n in losses if n != ALL_OFF), key=lambda n: -float(losses[n].mean))
        rows = []
        for name in [*ranked, *([ALL_OFF] if ALL_OFF in losses else [])]:
            off = takeoff(self.without[name], self.takeoff_share)
            lost = losses[name]
            rows.append(
                (
                    *(name, meaning_of(name), lost.mean, lost.low, lost.high),
                    *(self.without[name].mean(), off.mean, off.low, off.high, self.whole.mean()),
                )
            )
        columns = ["principle", "meaning", "mean", "low", "high", "level", "takeoff", "takeoff_low", "takeoff_high"]
        frame = pd.DataFrame(rows, columns=[*columns, "whole"]).astype(dict.fromkeys([*columns[2:], "whole"], float))
        return frame if self.measure == "practising" else frame.drop(columns=columns[6:])

    @property
    def level(self) -> Estimate:
        """The measure with all principles."""
        return mean_interval(self.whole)


def meaning_of(principle: str) -> str:
    """What a principle says, and what being without it means here."""
    if principle == ALL_OFF:
        return "every one of these switched off at once"
    return str(Principles.model_fields[principle].description)


def ablate(
    scenario: Scenario,
    arm: str,
    *,
    step: int | None = None,
    measure: str = "practising",
    principles: Sequence[str] = tuple(PRINCIPLES),
    replicates: int = 100,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Ablation:
    """Switch off each principle in turn, and see what an arm loses; the losses do not add up, and need not.

    Parameters
    ----------
    scenario
        The scenario; principles it has switched off itself stay off.
    arm
        Name of the arm.
    step
        Step at which it is measured; none: the last.
    measure
        A measure of results: shares for households, sums for events (``…_so_far``).
    principles
        Names out of ``PRINCIPLES``; what being without each means is said there.
    replicates, seed, threads, progress
        As in ``compare``; the same villages and luck with and without.

    Raises
    ------
    ScenarioError
        An unknown principle, none, one twice, or one that is off anyway.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 60).set("steps", 40)
    >>> found = ps.ablate(town, "top_down", principles=["small_differences"], replicates=6)
    >>> float(found.loss("small_differences").mean)  # experts look for no exceptions anyway
    0.0
    """
    for name in principles:
        if name not in PRINCIPLES:
            raise UnknownNameError("principle", name, PRINCIPLES)
        if not getattr(scenario.principles, name):
            raise ScenarioError(f"principles.{name}: is off in this scenario already; leave it out, or set it to true")
    if not principles or len(set(principles)) < len(principles):
        raise ScenarioError("principles: give at least one, and each once")
    scenario.arm(arm)
    switched: dict[str, tuple[str, ...]] = {"": (), **{name: (name,) for name in principles}}
    if len(principles) > 1:
        switched[ALL_OFF] = tuple(principles)
    found: dict[str, Floats] = {}
    at = scenario.steps if step is None else step
    for done, (name, off) in enumerate(switched.items()):
        kept = scenario.principles.model_copy(update=dict.fromkeys(off, False))
        changed = scenario.model_copy(update={"principles": kept, "arms": {arm: scenario.arms[arm]}})
        result = compare(changed, replicates=replicates, seed=seed, threads=threads)
        at = result.step(step)
        found[name] = result.series(arm, measure)[:, at]
        if progress is not None:
            progress(done + 1, len(switched))
    whole = found.pop("")
    return Ablation(arm, measure, at, scenario.takeoff, whole, found)
