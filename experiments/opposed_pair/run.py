"""How near one set of behaviour parameters comes to two trials that seem to contradict each other.

``python experiments/opposed_pair/run.py`` prints the table; ``--table table.csv`` writes it too.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

import pd_sim as ps
from pd_sim.engine import Tile, simulate
from pd_sim.population import Stage
from pd_sim.results import band

Shares = npt.NDArray[np.float64]

SUBSIDY = "bangladesh_subsidy"
TOLD = {
    "Bangladesh: motivation": (1.6, 2.0),
    "  subsidised households": (22.0, None),
    "  unsubsidised neighbours": (8.5, 2.6),
    "  of that, beyond motivation": (6.9, None),
    "Mali: no programme": (35.0, None),
    "Mali: motivation": (65.0, None),
}
"""The figures, in points or percent, and their standard errors where the paper's p gives one (p = .43 and p = .001)."""

CHANGES: dict[str, dict[str, object]] = {
    "as it stands": {},
    "means for all": {"practice.hardware": 1.0},
    "no endorsement": {"behaviour.endorsement": 0.0},
    "caution .6": {"traits.caution.mean": 0.6},
    "caution .8": {"traits.caution.mean": 0.8},
}
"""What is changed, in both contexts alike."""


class Ends(NamedTuple):
    """Who practises at the end of one arm, and who was entitled to a subsidy in it, ``[replicate, household]``."""

    practising: npt.NDArray[np.bool_]
    entitled: npt.NDArray[np.bool_] | None


def ends(scenario: ps.Scenario, replicates: int, seed: int) -> dict[str, Ends]:
    """Run every arm, and keep every household's end: a comparison keeps only shares of villages."""
    kept: dict[str, dict[int, Ends]] = {arm: {} for arm in scenario.arms}

    def observe(arm: str, start: int, tile: Tile) -> None:
        shape = (tile.pop.replicates, -1)
        practising = (tile.pop.arrays.stage == Stage.PRACTISING).reshape(shape)
        lots = [
            memory.entitled
            for intervention, memory in zip(tile.turns.acting, tile.turns.memories, strict=True)
            if getattr(intervention, "entitled", 1.0) < 1.0
        ]
        kept[arm][start] = Ends(practising, lots[0].reshape(shape).copy() if lots else None)

    simulate(scenario, list(scenario.arms), seed=seed, replicates=replicates, observe=observe)
    return {arm: _joined([parts[start] for start in sorted(parts)]) for arm, parts in kept.items()}


def _joined(parts: Sequence[Ends]) -> Ends:
    lots = [part.entitled for part in parts if part.entitled is not None]
    return Ends(np.concatenate([part.practising for part in parts]), np.concatenate(lots) if lots else None)


def figures(found: dict[str, Ends]) -> dict[str, Shares]:
    """The told figures, simulated: points or percent in every replicate.

    Subsidised households and their neighbours are each compared with the very same households where nothing is done.
    """
    nothing, subsidy = found["bangladesh_nothing"].practising, found[SUBSIDY]
    motivated = found["bangladesh_motivation"].practising
    lot = subsidy.entitled
    assert lot is not None
    neighbours = _gain(subsidy.practising, nothing, ~lot)
    values = (
        motivated.mean(axis=1) - nothing.mean(axis=1),
        _gain(subsidy.practising, nothing, lot),
        neighbours,
        neighbours - _gain(motivated, nothing, ~lot),
        found["mali_nothing"].practising.mean(axis=1),
        found["mali_motivation"].practising.mean(axis=1),
    )
    return {name: 100 * value for name, value in zip(TOLD, values, strict=True)}


def _gain(one: Any, other: Any, where: npt.NDArray[np.bool_]) -> Shares:
    return np.asarray(((one & where).sum(axis=1) - (other & where).sum(axis=1)) / where.sum(axis=1))


def tell(replicates: int, seed: int) -> list[list[str]]:
    """Print the finding; return the table's rows."""
    pair = ps.Scenario.load("bangladesh_mali")
    simulated = {}
    for name, changes in CHANGES.items():
        changed = pair
        for field, value in changes.items():
            changed = changed.set(field, value)
        simulated[name] = figures(ends(changed, replicates, seed))
    first = simulated["as it stands"]
    run = f"week {pair.steps}, {replicates} replicates, seed {seed}"
    print(f"Points against no programme, and percent in Mali; {run}\n")
    rows = [["", "told", "s.e.", *simulated, "band"]]
    for name, (told, error) in TOLD.items():
        low, high = band(first[name])
        means = [f"{found[name].mean():.1f}" for found in simulated.values()]
        rows.append([name, f"{told:.1f}", "" if error is None else f"{error:.1f}", *means, f"{low:.1f} to {high:.1f}"])
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(wide) for cell, wide in zip(row[1:], widths[1:], strict=True))]
        print("  ".join(cells).rstrip())
    print("\nBand: central 90% of the replicates, as it stands. The behaviour is the same in every row of a column.")
    return rows


def main() -> int:
    """Tell the finding, and write the table if asked."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--replicates", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--table", type=Path, help="where to write the table as CSV")
    given = asked.parse_args()
    rows = tell(given.replicates, given.seed)
    if given.table is not None:
        with given.table.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([cell.strip() for cell in row] for row in rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
