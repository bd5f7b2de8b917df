"""Many replicates of several arms: the same villages and the same luck for every arm, in tiles, on threads."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.engine.contract import check_interventions
from pd_sim.engine.founding import found, luck_seed, village_seed
from pd_sim.engine.simulate import Tile, Track, new_population
from pd_sim.errors import ScenarioError
from pd_sim.scenario import Scenario
from pd_sim.streams import check_seed

__all__ = ["MOST_REPLICATES", "TILE_HOUSEHOLDS", "ArmTrack", "default_threads", "simulate"]

TILE_HOUSEHOLDS = 50_000
"""Most households that are run side by side, as far as whole replicates allow.

The more there are, the less Python's own work between the kernels weighs, for which threads wait for each other; beyond
some fifty thousand nothing more is gained, and progress is told seldom.
"""

MOST_REPLICATES = 1_000_000
"""Greatest number of replicates of a study."""

Progress = Callable[[int, int], None]
"""Called with the replicates done and the replicates to do, all arms together."""


@dataclass(frozen=True)
class ArmTrack:
    """What was written down of one arm."""

    counts: npt.NDArray[np.int32]
    """``[replicate, steps + 1, village, counter]``."""
    cost: dict[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    """By heading, ``[replicate, steps + 1, village]``."""
    amounts: dict[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    """Hours worked and expected incidents, ``[replicate, steps + 1, village]``."""
    digests: tuple[str, ...] = ()


def default_threads() -> int:
    """Threads used where none are asked for: as many as there are processors to use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def simulate(
    scenario: Scenario,
    arms: Sequence[str] | None = None,
    *,
    seed: int,
    replicates: int,
    threads: int | None = None,
    tile_households: int = TILE_HOUSEHOLDS,
    digest: bool = False,
    observe: Callable[[str, int, Tile], None] | None = None,
    progress: Progress | None = None,
) -> dict[str, ArmTrack]:
    """Run replicates of arms of a scenario on the compiled engine.

    Replicate ``k`` has the same villages and the same luck in every arm; what comes out does not depend on the
    threads or on how replicates share tiles.

    Parameters
    ----------
    scenario
        The scenario.
    arms
        Names of the arms; none: all.
    seed
        A whole number from 0.
    replicates
        Number of replicates of each arm, from 1.
    threads
        Number of threads; none: one a processor.
    tile_households
        Most households run side by side, as far as whole replicates allow.
    digest
        Whether to keep a digest of each replicate's state at every step.
    observe
        Called with the arm, the first replicate and the tile at its last step, from any thread.
    progress
        Called with the replicates done and to do, from the calling thread, several times a second; what it raises
        stops the run.
    """
    check_seed(seed)
    if isinstance(replicates, bool) or not isinstance(replicates, int) or not 1 <= replicates <= MOST_REPLICATES:
        raise ScenarioError(f"replicates: give a whole number from 1 to {MOST_REPLICATES:,}, not {replicates!r}")
    threads = default_threads() if threads is None else threads
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise ScenarioError(f"threads: give a whole number from 1, not {threads!r}")
    scenario = scenario.in_force
    names = list(scenario.arms) if arms is None else list(arms)
    interventions = {name: scenario.arm(name) for name in names}
    first = found(scenario, village_seed(scenario, seed, 0))
    for arm in interventions.values():
        check_interventions((*scenario.threats, *arm), first)
    blocks = _blocks(replicates, threads, max(1, tile_households // max(len(first.own), 1)))
    total, done = replicates * len(names), 0

    stopped = threading.Event()
    finished: queue.SimpleQueue[int] = queue.SimpleQueue()

    def run(block: range) -> list[Track]:
        """Run all arms of a block from one population, so that its ties are laid out once."""
        founded = [found(scenario, village_seed(scenario, seed, k)) for k in block]
        start = new_population(scenario, founded, [luck_seed(seed, k) for k in block])
        tracks = []
        for name in names:
            tile = Tile(scenario, interventions[name], start.copy(), digest=digest)
            tracks.append(tile.run(lambda _: stopped.is_set()))
            if observe is not None and not stopped.is_set():
                observe(name, block.start, tile)
            finished.put(len(block))
        return tracks

    with ThreadPoolExecutor(max_workers=threads) as pool:
        jobs = [pool.submit(run, block) for block in blocks]
        try:
            while done < total:
                try:
                    done += finished.get(timeout=0.1)
                except queue.Empty:
                    for job in jobs:
                        if job.done():
                            job.result()  # raises what went wrong
                if progress is not None:
                    progress(done, total)
            tracks = [job.result() for job in jobs]
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    sizes = [len(block) for block in blocks]
    return {name: _joined([block[index] for block in tracks], sizes) for index, name in enumerate(names)}


def _blocks(replicates: int, threads: int, most: int) -> list[range]:
    """Share replicates out in blocks of at most so many, as many for each thread and all of about one size."""
    rounds = max(1, -(-replicates // (most * threads)))
    ends = np.linspace(0, replicates, min(rounds * threads, replicates) + 1).round().astype(int).tolist()
    return [range(start, end) for start, end in pairwise(ends)]


def _joined(tracks: Sequence[Track], sizes: Sequence[int]) -> ArmTrack:
    """Join the tiles of one arm, replicate by replicate."""
    parts = [_by_replicate(track.counts, size) for track, size in zip(tracks, sizes, strict=True)]
    cost, amounts = (_joined_sums([getattr(track, name) for track in tracks], tracks, sizes) for name in _SUMS)
    digests = tuple(digest for track in tracks for digest in track.hexdigests())
    return ArmTrack(np.concatenate(parts), cost, amounts, digests)


_SUMS = ("cost", "amounts")


def _joined_sums(
    written: Sequence[dict[str, npt.NDArray[np.float64]]], tracks: Sequence[Track], sizes: Sequence[int]
) -> dict[str, npt.NDArray[np.float64]]:
    """Join sums by name; a tile that has nothing under a name has 0 there."""
    joined = {}
    for name in sorted({name for sums in written for name in sums}):
        each = [
            _by_replicate(sums.get(name, np.zeros(track.counts.shape[:2])), size)
            for sums, track, size in zip(written, tracks, sizes, strict=True)
        ]
        joined[name] = np.concatenate(each)
    return joined


def _by_replicate(values: npt.NDArray[Any], replicates: int) -> npt.NDArray[Any]:
    """Turn ``[step, replicate · village, …]`` into ``[replicate, step, village, …]``."""
    steps, columns, *rest = values.shape
    return np.moveaxis(values.reshape(steps, replicates, columns // replicates, *rest), 1, 0)
