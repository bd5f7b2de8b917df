"""Whom a practice reaches: uptake by group, how far groups lie apart, and households without ties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pd_sim.analysis.equity import gap, gini
from pd_sim.engine import Tile, draw_community, simulate, village_seed
from pd_sim.errors import ResultError, UnknownNameError
from pd_sim.population import Mark, Stage
from pd_sim.results import mean_interval
from pd_sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Equity", "equity"]

Floats = npt.NDArray[np.float64]
_MEASURES = ("practising", "ever_practised", "came")


@dataclass(frozen=True, eq=False)
class Equity:
    """Whom each arm reached, by group, in every replicate."""

    group: str
    labels: tuple[str, ...]
    step: int
    sizes: Floats
    """Households of each group, mean over replicates, ``[label]``."""
    shares: dict[str, dict[str, Floats]]
    """By arm and measure, ``[replicate, label]``."""
    isolates: Floats
    """Households without ties, ``[replicate]``."""
    isolates_reached: dict[str, Floats]
    """Share of them that ever practised, by arm, ``[replicate]``; NaN where there are none."""

    def frame(self) -> pd.DataFrame:
        """One row an arm and group: households, share practising with its interval, ever practised, ever came."""
        import pandas as pd

        rows = []
        for arm, measures in self.shares.items():
            for place, label in enumerate(self.labels):
                practising = mean_interval(measures["practising"][:, place])
                others = [float(np.nanmean(measures[name][:, place])) for name in _MEASURES[1:]]
                rows.append((arm, label, self.sizes[place], practising.mean, practising.low, practising.high, *others))
        columns = ["arm", "label", "households", "practising", "low", "high", *_MEASURES[1:]]
        return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], float))

    def gaps(self) -> pd.DataFrame:
        """One row an arm: the gap between groups and their Gini coefficient with intervals, and isolates reached."""
        import pandas as pd

        rows = []
        for arm, measures in self.shares.items():
            apart = mean_interval(gap(measures["practising"]))
            uneven = mean_interval(gini(measures["practising"], self.sizes))
            reached = self.isolates_reached[arm]
            known = reached[~np.isnan(reached)]
            rows.append(
                (
                    *(arm, apart.mean, apart.low, apart.high, uneven.mean, uneven.low, uneven.high),
                    *(float(self.isolates.mean()), float(known.mean()) if len(known) else np.nan),
                )
            )
        columns = ["arm", "gap", "gap_low", "gap_high", "gini", "gini_low", "gini_high", "isolates", "isolates_reached"]
        return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], float))


def equity(
    scenario: Scenario,
    group: str,
    *,
    arms: Sequence[str] | None = None,
    step: int | None = None,
    replicates: int = 200,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Equity:
    """Compare whom the arms reach.

    Parameters
    ----------
    scenario
        The scenario.
    group
        Name of a grouping of its community, such as the blocks of ``generator: blocks`` or a file's ``groups``.
    arms
        Names of the arms; none: all.
    step
        Step at which it is measured; none: the last.
    replicates, seed, threads, progress
        As in ``compare``: the same villages and luck.

    Raises
    ------
    UnknownNameError
        The community has no such grouping.

    Examples
    --------
    >>> import pd_sim as ps
    >>> blocks = {"generator": "blocks", "sizes": [30, 10]}
    >>> town = ps.Scenario.from_dict({**ps.Scenario.load("village").to_dict(), "community": blocks, "steps": 20})
    >>> ps.equity(town, "block", arms=["nothing"], replicates=4).labels
    ('1', '2')
    """
    step = scenario.steps if step is None else step
    if not 1 <= step <= scenario.steps:
        raise ResultError(f"step {step}: give one from 1 to {scenario.steps}, the last of this scenario")
    names = list(scenario.arms) if arms is None else list(arms)
    first = draw_community(scenario, village_seed(scenario, seed, 0))
    if group not in first.groups:
        raise UnknownNameError("grouping", group, first.groups)
    labels = np.unique(np.asarray(first.columns[group]))
    kept: dict[str, dict[int, Any]] = {name: {} for name in names}

    def observe(arm: str, start: int, tile: Tile) -> None:
        kept[arm][start] = _reached(tile, group, labels)

    simulate(
        scenario.model_copy(update={"steps": step}),
        names,
        seed=seed,
        replicates=replicates,
        threads=threads,
        observe=observe,
        progress=progress,
    )
    joined = {
        arm: [np.concatenate(part) for part in zip(*(b[k] for k in sorted(b)), strict=True)] for arm, b in kept.items()
    }
    sizes, _, isolates, _ = next(iter(joined.values()))
    return Equity(
        group,
        tuple(str(label) for label in labels),
        step,
        sizes.mean(axis=0),
        {arm: {name: found[1][:, k] for k, name in enumerate(_MEASURES)} for arm, found in joined.items()},
        isolates,
        {arm: found[3] for arm, found in joined.items()},
    )


def _reached(tile: Tile, group: str, labels: npt.NDArray[Any]) -> tuple[Floats, Floats, Floats, Floats]:
    """Sizes ``[replicate, label]``, shares ``[replicate, measure, label]``, isolates and those reached, of a tile."""
    pop = tile.pop
    own = pop.arrays.own
    replicate = np.repeat(pop.replicate_of_village, pop.village_sizes.values)
    place = np.searchsorted(labels, pop.group(group))
    cell = replicate * len(labels) + place
    cells = pop.replicates * len(labels)
    shape = (pop.replicates, len(labels))
    sizes: Floats = np.bincount(cell, minlength=cells).reshape(shape).astype(float)
    masks = (pop.arrays.stage == Stage.PRACTISING, own["ever"], (own["marks"] & Mark.CAME) != 0)
    with np.errstate(invalid="ignore"):
        shares = np.stack([np.bincount(cell, mask, cells).reshape(shape) / sizes for mask in masks], axis=1)
        alone = pop.arrays.look["degree"] == 0
        isolates = np.bincount(replicate, alone, pop.replicates).astype(float)
        reached = np.bincount(replicate, alone & own["ever"], pop.replicates) / isolates
    return sizes, shares, isolates, reached
