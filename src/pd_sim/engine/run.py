"""One run: one arm, one replicate, with every household to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pd_sim.community import Community
from pd_sim.engine.contract import check_interventions
from pd_sim.engine.founding import draw_community, found, luck_seed, village_seed
from pd_sim.engine.simulate import Tile, new_population
from pd_sim.population import COUNTERS, Mark, Population, Prompt, Stage, Variant
from pd_sim.scenario import Scenario
from pd_sim.streams import check_seed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["History", "Run", "run_compiled"]


@dataclass
class History:
    """Stage and visibility of every household at every step, and what came before its practice."""

    stage: npt.NDArray[np.uint8]
    """`Stage`, ``[steps + 1, n]``."""
    hidden: npt.NDArray[np.bool_]
    """Practising unnoticed, ``[steps + 1, n]``."""

    @classmethod
    def start(cls, pop: Population, steps: int) -> History:
        """Begin with the population at step 0."""
        history = cls(np.zeros((steps + 1, pop.n), np.uint8), np.zeros((steps + 1, pop.n), bool))
        history.write(pop)
        return history

    def write(self, pop: Population) -> None:
        """Write down the end of a step."""
        self.stage[pop.step] = pop.arrays.stage
        self.hidden[pop.step] = pop.arrays.own["hidden"]


@dataclass(frozen=True, eq=False)
class Run:
    """What came out of one arm in one replicate.

    ``run(scenario, arm, seed)`` is replicate 0 of ``compare(scenario, seed=seed)``.
    """

    scenario: Scenario
    arm: str
    seed: int
    engine: str
    community: Community
    counts: npt.NDArray[np.int32]
    """``[steps + 1, village, counter]``, counters as in ``population.COUNTERS``."""
    cost: dict[str, npt.NDArray[np.float64]]
    """By heading, ``[steps + 1, village]``."""
    amounts: dict[str, npt.NDArray[np.float64]]
    """Hours worked and expected incidents, ``[steps + 1, village]``."""
    digest: str
    """Digest of every household and intervention at every step; equal on both engines."""
    history: History
    population: Population

    def frame(self) -> pd.DataFrame:
        """Counts and money of every step and village: columns step, village, households, then the counters."""
        import pandas as pd

        steps, villages, _ = self.counts.shape
        frame = pd.DataFrame(self.counts.reshape(steps * villages, -1), columns=list(COUNTERS))
        frame.insert(0, "step", np.repeat(np.arange(steps), villages))
        frame.insert(1, "village", np.tile(np.array(self.community.villages, object), steps))
        frame.insert(2, "households", np.tile(self.community.sizes, steps))
        for heading, money in self.cost.items():
            frame[f"cost_{heading}"] = money.reshape(-1)
        for name, amount in self.amounts.items():
            frame[name] = amount.reshape(-1)
        return frame

    def households(self) -> pd.DataFrame:
        """Every household at the end, one row each: its traits and state, and what came before its practice.

        ``first_practised`` is the step at whose end it first practised (−1: never), ``prompt`` what came before its
        last trial (session, tie, message, pay, itself), ``copied_from`` the household whose practice it copied.
        """
        import pandas as pd

        own, a = self.population.arrays.own, self.population.arrays
        names = np.array(self.community.names, object)
        columns: dict[str, Any] = {
            "village": np.array(self.community.villages, object)[self.community.village_of],
            "household": names,
            "stage": np.array([s.name.lower() for s in Stage], object)[a.stage],
        }
        skipped = ("kept", "variant", "prompt", "push", "pay", "session", "marks")
        columns |= {name: own[name].copy() for name in own.dtype.names or () if name not in skipped}
        marks = (("came", Mark.CAME), ("not_permitted", Mark.NOT_PERMITTED), ("no_hardware", Mark.NO_HARDWARE))
        columns |= {name: (own["marks"] & mark) != 0 for name, mark in marks}
        columns["since"] = np.maximum(columns["since"], 0)
        columns["variant"] = np.array([v.name.lower() for v in Variant], object)[own["variant"]]
        practised = self.history.stage == Stage.PRACTISING
        columns["first_practised"] = np.where(practised.any(0), practised.argmax(0), -1)
        tried = columns["first_practised"] > 0
        columns["prompt"] = np.where(tried, np.array([p.name.lower() for p in Prompt], object)[own["prompt"]], "")
        columns["copied_from"] = np.where(a.copied_from >= 0, names[a.copied_from], "")
        return pd.DataFrame(columns)


def run_compiled(scenario: Scenario, arm: str, seed: int) -> Run:
    """Run one arm once on the compiled engine."""
    check_seed(seed)
    scenario = scenario.in_force
    interventions = scenario.arm(arm)
    where = village_seed(scenario, seed, 0)
    founded = found(scenario, where)
    check_interventions((*scenario.threats, *interventions), founded)
    tile = Tile(scenario, interventions, new_population(scenario, [founded], [luck_seed(seed, 0)]), digest=True)
    history = History.start(tile.pop, scenario.steps)
    track = tile.run(lambda t: history.write(t.pop))
    return Run(
        scenario,
        arm,
        seed,
        "compiled",
        draw_community(scenario, where),
        track.counts,
        track.cost,
        track.amounts,
        track.hexdigests()[0],
        history,
        tile.pop,
    )
