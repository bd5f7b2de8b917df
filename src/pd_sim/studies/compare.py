"""Compare the arms of a scenario on the same villages and the same luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pd_sim.engine import found, simulate, village_seed
from pd_sim.engine.founding import draw_community
from pd_sim.results import ArmResult, Comparison
from pd_sim.scenario import Scenario

__all__ = ["compare"]


def compare(
    scenario: Scenario,
    arms: Sequence[str] | None = None,
    *,
    replicates: int = 200,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Run every arm of a scenario in the same replicates.

    Parameters
    ----------
    scenario
        The scenario.
    arms
        Names of the arms to compare; none: all.
    replicates
        Number of replicates; each has the same villages and the same luck in every arm.
    seed
        A whole number from 0; the same seed gives the same result, whatever the threads.
    threads
        Number of threads; none: one a processor.
    progress
        Called with the number of runs done and to do.

    Raises
    ------
    ScenarioError
        An unknown arm, no replicate, or a community that cannot be drawn as asked.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 60).set("steps", 30)
    >>> result = ps.compare(town, replicates=8, seed=1)
    >>> result.difference("nothing", "nothing", step=30).mean
    0.0
    """
    tracks = simulate(scenario, arms, seed=seed, replicates=replicates, threads=threads, progress=progress)
    community = draw_community(scenario, village_seed(scenario, seed, 0))
    sizes = [found(scenario, village_seed(scenario, seed, k)).village_sizes for k in range(replicates)]
    return Comparison(
        scenario=scenario.record(),
        seed=seed,
        villages=community.villages,
        sizes=np.array(sizes, np.int32),
        arms={
            name: ArmResult(track.counts, track.cost, track.digests, track.amounts) for name, track in tracks.items()
        },
        takeoff_share=scenario.takeoff,
        hash=scenario.content_hash,
    )
