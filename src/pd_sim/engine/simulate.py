"""A step, and a run of many steps, of a tile of replicates side by side."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.behaviour import ceilings, compiled_rule, meet_the_issue, parameter_record
from pd_sim.behaviour.loop import decide_all, take_effects
from pd_sim.interventions import Intervention, Memory, Turns
from pd_sim.population import COUNTERS, HOUSEHOLD, Founded, Population
from pd_sim.scenario import Scenario

__all__ = ["Tile", "Track", "new_population"]

_DIGESTED = HOUSEHOLD.names or ()


def new_population(scenario: Scenario, founded: Sequence[Founded], seeds: Sequence[int]) -> Population:
    """Population of a scenario at step 0: the replicates' villages side by side."""
    practice, behaviour = scenario.practice, scenario.behaviour
    pop = Population(
        founded,
        seeds,
        limits=ceilings(parameter_record(behaviour, practice), max(f.ties.scale for f in founded)),
        tacitness=practice.tacitness,
        know_how_decay=behaviour.know_how_decay,
        meeting=behaviour.meeting,
        sight_chances=(practice.seen_practising, practice.seen_stopped, practice.seen_never),
    )
    pop.wages = {"staff": scenario.economics.staff_hour, "volunteer": scenario.economics.volunteer_hour}
    return pop


@dataclass
class Track:
    """What is written down of a run: counts and money at every step, and on demand a digest of everything."""

    counts: npt.NDArray[np.int32]
    """``[steps + 1, village, counter]``."""
    cost: dict[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    """By heading, ``[steps + 1, village]``."""
    amounts: dict[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    """Hours worked and expected incidents, ``[steps + 1, village]``."""
    digests: list[Any] = field(default_factory=list)
    """One running digest a replicate; empty where none is asked for."""

    @classmethod
    def start(cls, pop: Population, steps: int, digest: bool) -> Track:
        """Begin with the population at step 0."""
        track = cls(np.zeros((steps + 1, pop.villages, len(COUNTERS)), np.int32))
        if digest:
            track.digests = [hashlib.blake2b(digest_size=16) for _ in range(pop.replicates)]
        return track

    def write(self, pop: Population, memories: Sequence[Memory]) -> None:
        """Write down the end of a step."""
        self.counts[pop.step] = pop.arrays.counts
        for written, now in ((self.cost, pop.spent), (self.amounts, pop.amounts)):
            for name, amounts in now.items():
                if name not in written:
                    written[name] = np.zeros(self.counts.shape[:2])
                written[name][pop.step] = amounts
        for replicate, digest in enumerate(self.digests):
            _digest_state(digest, pop, replicate, memories)

    def hexdigests(self) -> tuple[str, ...]:
        """Digest of each replicate's households and interventions at every step so far."""
        return tuple(digest.hexdigest() for digest in self.digests)


def _digest_state(digest: Any, pop: Population, replicate: int, memories: Sequence[Memory]) -> None:
    """Add one replicate's state: fields in fixed order, little-endian, then what the interventions remember."""
    a = pop.arrays
    villages = slice(int(a.replicate_start[replicate]), int(a.replicate_start[replicate + 1]))
    rows = slice(int(a.village_start[villages.start]), int(a.village_start[villages.stop]))
    spans = {"household": rows, "village": villages, "replicate": slice(replicate, replicate + 1)}
    digest.update(a.stage[rows].tobytes())
    for name in _DIGESTED:
        digest.update(np.ascontiguousarray(a.own[name][rows]).tobytes())
    for memory in memories:
        for per, values in memory.kept():
            digest.update(np.ascontiguousarray(values[spans[per]]).tobytes())


class Tile:
    """Replicates of one arm side by side, run a step at a time by the compiled engine.

    Parameters
    ----------
    scenario
        The scenario.
    arm
        The arm's interventions.
    pop
        The replicates' villages at step 0, from `new_population`; the tile writes in it.
    digest
        Whether to keep a digest of every household and intervention at every step.
    """

    def __init__(
        self, scenario: Scenario, arm: Sequence[Intervention], pop: Population, *, digest: bool = False
    ) -> None:
        self.pop = pop
        self.parameters = parameter_record(scenario.behaviour, scenario.practice)
        self.rule = compiled_rule(scenario.behaviour.decision)
        self.outcome = scenario.outcome
        self.turns = Turns((*scenario.threats, *arm), self.pop)
        self.decided = np.zeros(self.pop.n, np.uint8)
        self.track = Track.start(self.pop, scenario.steps, digest)
        self.track.write(self.pop, self.turns.memories)

    def step(self) -> None:
        """Advance one step.

        1. Threats, then the arm's interventions act in their order, each on what the earlier ones left.
        2. Every household sees: its counts of ties seen practising and of ties that talk are kept up to date.
        3. Every household decides from that; nobody sees another's decision of this step.
        4. All decisions take effect together.
        5. People who met may form a tie, if the scenario lets them.
        6. Households meet the issue, if the scenario has one, and the step is recorded.
        """
        step = self.pop.step + 1
        self.pop.begin_step(step)
        self.turns.take(self.pop)
        decide_all(self.pop.arrays, self.parameters, self.rule, step, self.decided)
        take_effects(self.pop.arrays, self.parameters, step, self.decided)
        self.pop.form_ties()
        if self.outcome is not None:
            meet_the_issue(self.pop, self.outcome)
        self.track.write(self.pop, self.turns.memories)

    def run(self, each_step: Callable[[Tile], bool | None] | None = None) -> Track:
        """Advance to the scenario's last step; ``each_step`` is called after every one, and stops the run if true."""
        for _ in range(self.pop.step, len(self.track.counts) - 1):
            self.step()
            if each_step is not None and each_step(self):
                break
        return self.track
