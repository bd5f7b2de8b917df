"""What the dashboard costs the server, without a browser: weeks a second, and seconds until bands are there.

    python benchmarks/dashboard.py

Two arms of 300 households should make 20 weeks a second, 5,000 households 5; four arms × 200 replicates of 500
households × 156 steps should be there within a second of the knob's stop, and a first look much sooner. The draws
alone, in the same run, say how fast the machine is at the moment.
"""

from __future__ import annotations

import time

import numpy as np

import pd_sim as ps
from pd_sim.dashboard import ensemble
from pd_sim.dashboard.live import Live, on_one_village
from pd_sim.streams import fill_draws, stream_key


def weeks_a_second(households: int, arms: tuple[str, ...], weeks: int) -> float:
    """Weeks a second of arms side by side, from week 20 on, where most happens."""
    live = Live(on_one_village(ps.Scenario.load("village").set("community.households", households)), arms, seed=1)
    live.go_to(20)
    start = time.perf_counter()
    live.go_to(20 + weeks)
    return weeks / (time.perf_counter() - start)


def seconds(what: str, tacitness: float) -> float:
    """Seconds until an answer is there that was not asked for before."""
    town = ps.Scenario.load("village").set("community.households", 500).set("practice.tacitness", tacitness)
    ask = ensemble.first_look if what == "first look" else ensemble.bands
    start = time.perf_counter()
    ask(town, 1)
    return time.perf_counter() - start


def draws_a_second() -> float:
    """Draws of one thread, in millions a second."""
    out, who, key = np.empty(500_000), np.arange(500_000, dtype=np.uint64), stream_key("benchmark", "", "draws")
    fill_draws(np.uint64(1), key, np.uint64(1), who, out)
    start = time.perf_counter()
    for step in range(10):
        fill_draws(np.uint64(1), key, np.uint64(step), who, out)
    return 5.0 / (time.perf_counter() - start)


def main() -> None:
    """Print one line a figure."""
    seconds("bands", 0.6)
    rows = [
        ("two arms of 300 households, weeks a second", weeks_a_second(300, ("top_down", "bottom_up"), 60)),
        ("one arm of 5,000 households, weeks a second", weeks_a_second(5000, ("bottom_up",), 20)),
        ("first look, seconds", min(seconds("first look", 0.5 + k / 100) for k in range(3))),
        ("four arms × 200 × 500 × 156, seconds", min(seconds("bands", 0.5 + k / 100) for k in range(3))),
        ("draws of one thread, millions a second", draws_a_second()),
    ]
    for name, value in rows:
        print(f"{name:46s} {value:8.2f}")


if __name__ == "__main__":
    main()
