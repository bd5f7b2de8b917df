"""What the engines cost, in one run: household-steps a second, their ratio, and bytes a household.

    python benchmarks/engine.py            # the table
    python benchmarks/engine.py --quick    # fewer repetitions

Each figure is the best of several repetitions, so that other work on the machine matters less; compare ratios, not
figures of different runs. The draws alone, in the same run, say how fast the machine is at the moment.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import pd_sim as ps
from pd_sim.engine import Tile, found, luck_seed, new_population, village_seed
from pd_sim.streams import fill_draws, stream_key

REPLICATES, HOUSEHOLDS, STEPS = 64, 500, 156


def best(repetitions: int, work: Callable[[], object]) -> float:
    """Shortest of several times, in seconds, after one to warm up."""
    work()
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def scenario() -> ps.Scenario:
    """The village at the benchmark's size, with arms that cost little and much."""
    document = ps.Scenario.load("village").to_dict()
    document["community"]["households"] = HOUSEHOLDS
    document["arms"] = {
        "nothing": [],
        "facilitation - programme": [{"facilitation": {"start": 4, "stop": 56}}],
        "facilitation - throughout": [{"facilitation": {"start": 4}}],
        "bottom_up": document["arms"]["bottom_up"],
        "top_down": document["arms"]["top_down"],
    }
    return ps.Scenario.from_dict(document).set("steps", STEPS)


def main() -> None:
    """Measure and print."""
    repetitions = 3 if "--quick" in sys.argv else 9
    town = scenario()
    founded = [found(town, village_seed(town, 1, k)) for k in range(REPLICATES)]
    seeds = [luck_seed(1, k) for k in range(REPLICATES)]
    start = new_population(town, founded, seeds)
    work = REPLICATES * HOUSEHOLDS * STEPS

    identity = np.concatenate([f.identity for f in founded])
    out = np.empty(len(identity))
    key = stream_key("benchmark", "", "draw")
    one = np.uint64(1)
    seconds = best(50, lambda: fill_draws(one, key, one, identity, out))
    print(f"draws alone: {len(identity) / seconds / 1e6:.0f} million a second on one thread")

    print(f"\n{REPLICATES} replicates of {HOUSEHOLDS} households, {STEPS} steps: million household-steps a second")
    print(f"{'arm':26}{'1 thread':>10}{'2 threads':>11}")
    rates = {}
    for arm, interventions in town.arms.items():

        def run(interventions: object = interventions) -> None:
            Tile(town, interventions, start.copy()).run()  # type: ignore[arg-type]

        def run_two(run: Callable[[], None] = run) -> None:
            with ThreadPoolExecutor(2) as pool:
                for job in [pool.submit(run), pool.submit(run)]:
                    job.result()

        alone, together = work / best(repetitions, run), 2 * work / best(repetitions, run_two)
        rates[arm] = together
        print(f"{arm:26}{alone / 1e6:10.0f}{together / 1e6:11.0f}")

    small = town.set("steps", 26)
    model_time = best(1, lambda: ps.run(small, "facilitation - programme", 1, engine="mesa"))
    mesa = HOUSEHOLDS * 26 / model_time
    print(f"\nMesa engine: {mesa / 1e6:.3f}; compiled is {rates['facilitation - programme'] / mesa:,.0f} times as fast")

    pop = start
    ties = ("sees", "sight", "weight", "pool")
    per_household = sum(
        array.nbytes
        for name, array in pop.arrays._asdict().items()
        if isinstance(array, np.ndarray) and not name.startswith(ties) and not name.startswith("seen_by")
    )
    print(f"bytes a household, beside ties: {per_household / pop.n:.0f}")


if __name__ == "__main__":
    main()
