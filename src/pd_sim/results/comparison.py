"""The one shape of every result: what each arm did, in every replicate, step and village."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from pd_sim.errors import ResultError, nearest
from pd_sim.results import storage
from pd_sim.results.arms import ArmResult, Counts, Floats, frozen
from pd_sim.results.difference import Difference
from pd_sim.results.measures import MEASURES, SHOWN, TRACED, kind, known_measure
from pd_sim.results.provenance import content_hash, plain, versions
from pd_sim.results.uncertainty import Estimate, paired_difference, takeoff

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import pandas as pd

__all__ = ["TAKEOFF_SHARE", "USUAL_STEPS", "Comparison"]

TAKEOFF_SHARE = 0.25
"""Share of households practising that counts as taken off, unless the scenario says otherwise."""

USUAL_STEPS = (26, 52, 104, 156)
"""Steps of a summary (half a year to three years) unless others are asked for; the last step is always added."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """All arms of a scenario, run on the same replicates.

    Parameters
    ----------
    scenario
        As a YAML file would hold it: plain data.
    seed
        Seed of the whole comparison.
    villages
        Names, in the order of the village axis.
    sizes
        Households, shape ``(village,)`` or ``(replicate, village)``; kept as the latter.
    arms
        In the order of the scenario, which is the order of every table.
    takeoff_share
        Share of households practising at the asked step from which a replicate counts as taken off.
    hash
        Hash of the scenario's content; taken from `scenario` unless given (files named there may have their part).
    versions
        What it ran on; this Python and these packages unless given.

    Raises
    ------
    ResultError
        No arm, or arms, villages and sizes that do not fit together.
    """

    scenario: Mapping[str, Any]
    seed: int
    villages: tuple[str, ...]
    sizes: Counts
    arms: Mapping[str, ArmResult]
    takeoff_share: float = TAKEOFF_SHARE
    hash: str = ""
    versions: Mapping[str, str] = field(default_factory=versions)

    def __post_init__(self) -> None:
        if not self.arms:
            raise ResultError("a comparison needs at least one arm")
        first = next(iter(self.arms.values()))
        for name, arm in self.arms.items():
            if arm.counts.shape != first.counts.shape:
                raise ResultError(f"arm {name!r} has shape {arm.counts.shape}, the first arm {first.counts.shape}")
        shape = (first.replicates, first.counts.shape[2])
        sizes = np.asarray(self.sizes)
        if len(self.villages) != shape[1] or sizes.shape not in (shape, shape[1:]):
            raise ResultError(
                f"{len(self.villages)} village names and sizes of shape {sizes.shape} for (replicate, village) {shape}"
            )
        if (sizes < 1).any():
            raise ResultError("a village without households cannot be summarised; leave it out")
        if not 0 < self.takeoff_share <= 1:
            raise ResultError(f"takeoff_share must lie above 0 and up to 1, not {self.takeoff_share}")
        scenario = plain(self.scenario)
        object.__setattr__(self, "scenario", scenario)
        object.__setattr__(self, "seed", int(self.seed))
        object.__setattr__(self, "villages", tuple(str(name) for name in self.villages))
        object.__setattr__(self, "sizes", frozen(np.broadcast_to(sizes, shape), np.int32))
        object.__setattr__(self, "arms", MappingProxyType(dict(self.arms)))
        object.__setattr__(self, "hash", self.hash or content_hash(scenario))
        object.__setattr__(self, "versions", MappingProxyType(dict(self.versions)))

    def __repr__(self) -> str:
        return (
            f"Comparison({', '.join(self.arms)}: {self.replicates} replicates of {self.steps} steps, "
            f"{len(self.villages)} villages, seed {self.seed}, scenario {self.hash[:12]})"
        )

    @property
    def replicates(self) -> int:
        """Number of replicates, the same in every arm."""
        return int(self.sizes.shape[0])

    @property
    def steps(self) -> int:
        """The last step."""
        return next(iter(self.arms.values())).steps

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """Cost headings of any arm, sorted."""
        return tuple(sorted({heading for arm in self.arms.values() for heading in arm.cost}))

    @property
    def identity(self) -> dict[str, Any]:
        """What makes this result this one: hash, seed, replicates, steps, villages, arms."""
        return {
            "hash": self.hash,
            "seed": self.seed,
            "replicates": self.replicates,
            "steps": self.steps,
            "villages": list(self.villages),
            "arms": list(self.arms),
        }

    def arm(self, name: str) -> ArmResult:
        """The arm of that name, or a `ResultError` that offers the nearest one."""
        if name not in self.arms:
            raise ResultError(f"unknown arm {name!r}; {nearest(name, self.arms)}")
        return self.arms[name]

    def step(self, step: int | None = None) -> int:
        """Check a step; none is the last one."""
        if step is None:
            return self.steps
        if isinstance(step, bool) or int(step) != step or not 0 <= step <= self.steps:
            raise ResultError(f"step {step}: the run has steps 0 to {self.steps}; the last step is {self.steps}")
        return int(step)

    def asked_steps(self, steps: Iterable[int] | int | None = None) -> tuple[int, ...]:
        """Check steps; none gives those of `USUAL_STEPS` that were run, and the last."""
        if steps is None:
            return tuple(sorted({*(step for step in USUAL_STEPS if step < self.steps), self.steps}))
        return tuple(self.step(step) for step in ([steps] if isinstance(steps, int | np.integer) else steps))

    def series(self, arm: str, measure: str = "practising", village: str | None = None) -> Floats:
        """One measure of one arm over time, the values every summary is made of.

        Parameters
        ----------
        arm
            Name of an arm.
        measure
            Households are given as a share of the households, events and money as they are.
        village
            Name of one village; none pools all villages of a replicate.

        Returns
        -------
        Shape ``(replicate, step + 1)``.
        """
        known_measure(measure, self.headings)
        values, sizes = self.arm(arm).values(measure), self.sizes
        if village is not None:
            if village not in self.villages:
                raise ResultError(f"unknown village {village!r}; {nearest(village, self.villages)}")
            place = self.villages.index(village)
            values, sizes = values[:, :, place : place + 1], sizes[:, place : place + 1]
        total = values.sum(axis=2)
        if kind(measure) != "households":
            return np.asarray(total)
        return np.asarray(total / sizes.sum(axis=1)[:, None])

    def takeoff(self, arm: str, step: int | None = None) -> Estimate:
        """Share of the replicates in which at least `takeoff_share` of all households practise at a step.

        Returns
        -------
        The share with Wilson's interval; `step` none is the last.
        """
        return takeoff(self.series(arm)[:, self.step(step)], self.takeoff_share)

    def frame(self) -> pd.DataFrame:
        """Everything: one row per arm, replicate, village and step, in that order; see `frames.frame`."""
        from pd_sim.results.frames import frame

        return frame(self)

    def summary(self, steps: Iterable[int] | int | None = None, measures: Sequence[str] | str = SHOWN) -> pd.DataFrame:
        """One row per arm, measure and step: mean, interval, band, take-off; see `frames.summary`."""
        from pd_sim.results.frames import summary

        return summary(self, self.asked_steps(steps), _listed(measures))

    def by_village(
        self, steps: Iterable[int] | int | None = None, measures: Sequence[str] | str = SHOWN
    ) -> pd.DataFrame:
        """One row per arm, village, measure and step, each village by itself; see `frames.by_village`."""
        from pd_sim.results.frames import by_village

        return by_village(self, self.asked_steps(steps), _listed(measures))

    def difference(self, arm: str, versus: str, measure: str = "practising", step: int | None = None) -> Difference:
        """How far `arm` is ahead of `versus`, replicate by replicate; `step` none is the last.

        Raises
        ------
        ResultError
            An unknown arm or measure, or a step beyond the end.
        """
        at = self.step(step)
        first, second = self.series(arm, measure)[:, at], self.series(versus, measure)[:, at]
        estimate = paired_difference(first, second)
        return Difference(
            arm,
            versus,
            measure,
            at,
            float(estimate.mean),
            float(estimate.low),
            float(estimate.high),
            estimate.n,
            float((first > second).mean()),
            float((first < second).mean()),
        )

    def differences(
        self, steps: Iterable[int] | int | None = None, measures: Sequence[str] | str = ("practising",)
    ) -> tuple[Difference, ...]:
        """Differences of all pairs of arms (the later of the two less the earlier), by measure, step and pair."""
        names = list(self.arms)
        return tuple(
            self.difference(names[later], names[earlier], measure, step)
            for measure in _listed(measures)
            for step in self.asked_steps(steps)
            for later in range(len(names))
            for earlier in range(later)
        )

    def document(
        self, steps: Iterable[int] | int | None = None, measures: Sequence[str] | str = TRACED
    ) -> dict[str, Any]:
        """The result as one JSON document: lists over all steps, differences at `steps`; see `frames.document`."""
        from pd_sim.results.frames import document

        return document(self, self.asked_steps(steps), _listed(measures))

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Write ``steps.parquet`` and ``manifest.json``; the same result gives the same bytes, a refusal no file.

        Raises
        ------
        ResultError
            The folder holds another result or other files, or cannot be written.
        """
        from pd_sim.results.frames import table

        manifest = {
            "format": storage.FORMAT,
            "hash": self.hash,
            "seed": self.seed,
            "replicates": self.replicates,
            "steps": self.steps,
            "takeoff_share": self.takeoff_share,
            "villages": list(self.villages),
            "measures": list(MEASURES),
            "arms": {
                name: {"cost": sorted(arm.cost), "amounts": sorted(arm.amounts), "digests": list(arm.digests)}
                for name, arm in self.arms.items()
            },
            "versions": dict(self.versions),
            "scenario": self.scenario,
        }
        return storage.write(folder, table(self), manifest)

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Comparison:
        """Read back what `save` wrote.

        Raises
        ------
        ResultError
            There is no result, or not what was saved.
        """
        from pd_sim.results.frames import arrays

        manifest, rows = storage.read(folder)
        try:
            sizes, arms = arrays(manifest, rows)
            return cls(
                scenario=manifest["scenario"],
                seed=manifest["seed"],
                villages=tuple(manifest["villages"]),
                sizes=sizes,
                arms={name: ArmResult(*parts) for name, parts in arms.items()},
                takeoff_share=manifest["takeoff_share"],
                hash=manifest["hash"],
                versions=manifest["versions"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ResultError(f"{folder}: its two files do not fit together; run the comparison again") from error


def _listed(names: Sequence[str] | str) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
