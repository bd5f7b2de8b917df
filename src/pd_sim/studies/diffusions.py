"""Diffusion in the measures of the field: arms over replicates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pd_sim.analysis import diffusion as field
from pd_sim.analysis import ratio
from pd_sim.engine import History, Tile, found, luck_seed, new_population, village_seed
from pd_sim.engine.ensemble import TILE_HOUSEHOLDS
from pd_sim.errors import ScenarioError
from pd_sim.results import band, mean_interval
from pd_sim.scenario import Scenario
from pd_sim.streams import check_seed
from pd_sim.studies.diffusion import BY_PROMPT, QUANTITIES, WINDOWS, Followed, followers_of, quantities_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["diffusions", "reproduction"]


def diffusions(
    scenario: Scenario,
    arms: Sequence[str] | None = None,
    *,
    replicates: int = 60,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Describe how the practice spreads in each arm, over replicates.

    Parameters
    ----------
    scenario
        The scenario.
    arms
        Names of the arms; none: all.
    replicates, seed
        As in ``compare``: the same villages and luck.
    progress
        Called with the number of runs done and to do.

    Returns
    -------
    One row an arm and quantity of `QUANTITIES`. Columns: ``arm, quantity, meaning, mean, low, high`` (interval),
    ``band_low, band_high``, ``known`` (share of the replicates in which it has a value: a level that is never
    reached has none, and mean and band speak of the others only), ``n`` (replicates).
    """
    import pandas as pd

    names = _asked(scenario, arms, seed, replicates)
    rows = []
    for place, arm in enumerate(names):
        values: list[dict[str, float]] = []
        for followed in _replicates(scenario, arm, seed, replicates):
            values.append(quantities_of(followed, *followers_of(followed)))
            if progress is not None:
                progress(place * replicates + len(values), len(names) * replicates)
        for quantity, meaning in QUANTITIES.items():
            held = np.array([one[quantity] for one in values])
            rows.append({"arm": arm, "quantity": quantity, "meaning": meaning, **_summarised(held)})
    return pd.DataFrame(rows)


def reproduction(
    scenario: Scenario,
    arms: Sequence[str] | None = None,
    *,
    edges: Sequence[int] = WINDOWS,
    replicates: int = 60,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Give the effective reproduction number of each arm by when households adopted, over replicates.

    Parameters
    ----------
    scenario, arms, replicates, seed, progress
        As in `diffusions`.
    edges
        Steps at which windows begin, as in `Diffusion.reproduction`.

    Returns
    -------
    One row an arm and window: ``arm, from_step, to_step, households`` (mean number that adopted then), ``copied`` and
    ``shown`` with ``_low`` and ``_high`` (adoptions that one of them brought about, counted either way: ratio of the
    means over replicates and its interval; NaN where nobody ever adopted then), ``n``. See
    `pd_sim.analysis.diffusion.reproduction` for what either misses.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 60).set("steps", 40)
    >>> ps.reproduction(town, ["top_down"], edges=(0, 1, 20), replicates=4)["households"].tolist()[0]
    1.0
    """
    import pandas as pd

    names = _asked(scenario, arms, seed, replicates)
    edges = (*(edge for edge in edges if edge <= scenario.steps), scenario.steps + 1)
    rows = []
    for place, arm in enumerate(names):
        held: list[tuple[npt.NDArray[np.float64], ...]] = []
        for followed in _replicates(scenario, arm, seed, replicates):
            first, copied, shown = followers_of(followed)
            each = [field.reproduction(first, followers, edges) for followers in (copied, shown)]
            held.append((*(np.nan_to_num(mean) * number for mean, number in each), each[0][1].astype(np.float64)))
            if progress is not None:
                progress(place * replicates + len(held), len(names) * replicates)
        by_copying, by_showing, number = (np.stack(part) for part in zip(*held, strict=True))
        found = {"copied": ratio(by_copying, number), "shown": ratio(by_showing, number)}
        for window, (begins, ends) in enumerate(pairwise(edges)):
            row = {"arm": arm, "from_step": begins, "to_step": ends - 1, "households": number[:, window].mean()}
            for name, estimate in found.items():
                row |= {name: estimate.mean[window], f"{name}_low": estimate.low[window]}
                row |= {f"{name}_high": estimate.high[window]}
            rows.append({**row, "n": replicates})
    return pd.DataFrame(rows)


def _asked(scenario: Scenario, arms: Sequence[str] | None, seed: int, replicates: int) -> list[str]:
    check_seed(seed)
    if replicates < 1:
        raise ScenarioError(f"replicates: give a whole number from 1, not {replicates}")
    return list(scenario.arms) if arms is None else list(arms)


def _summarised(values: npt.NDArray[np.float64]) -> dict[str, float]:
    known = values[~np.isnan(values)]
    numbers = dict.fromkeys(("mean", "low", "high", "band_low", "band_high"), np.nan)
    if len(known):
        estimate, (low, high) = mean_interval(known), band(known)
        ends = (estimate.mean, estimate.low, estimate.high, low, high)
        numbers = {name: float(value) for name, value in zip(numbers, ends, strict=True)}
    return {**numbers, "known": len(known) / len(values), "n": len(values)}


def _replicates(scenario: Scenario, arm: str, seed: int, replicates: int) -> Iterator[Followed]:
    """Follow replicates of an arm household by household, some side by side."""
    scenario = scenario.in_force
    interventions = scenario.arm(arm)
    size = 1
    begin = 0
    while begin < replicates:
        block = range(begin, min(begin + size, replicates))
        founded = [found(scenario, village_seed(scenario, seed, k)) for k in block]
        pop = new_population(scenario, founded, [luck_seed(seed, k) for k in block])
        tile = Tile(scenario, interventions, pop)
        history = History.start(pop, scenario.steps)
        track = tile.run(lambda t, history=history: history.write(t.pop))  # type: ignore[misc]
        a = pop.arrays
        edge = 0
        for place, one in enumerate(founded):
            villages = slice(int(a.replicate_start[place]), int(a.replicate_start[place + 1]))
            rows = slice(int(a.village_start[villages.start]), int(a.village_start[villages.stop]))
            source = a.copied_from[rows]
            yield Followed(
                history.stage[:, rows],
                history.hidden[:, rows],
                one.ties,
                a.sight[edge : edge + len(one.ties.sees)],
                np.where(source >= 0, source - rows.start, -1),
                track.counts[:, villages, BY_PROMPT].sum(axis=(0, 1), dtype=np.int64),
            )
            edge += len(one.ties.sees)
        begin += len(block)
        size = max(1, TILE_HOUSEHOLDS // max(pop.n // len(block), 1))
