"""Which arm leads where: a map over two fields of a scenario."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pd_sim.engine import draw_community, village_seed
from pd_sim.errors import ResultError, ScenarioError
from pd_sim.results import paired_difference, versions
from pd_sim.results.uncertainty import takeoff
from pd_sim.scenario import Scenario
from pd_sim.studies.compare import compare

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AGREEMENT", "CERTAINTY", "UNDECIDED", "Cell", "Regimes", "agreed", "certain", "regimes"]

CERTAINTY = "certainty"
"""Axis that is no field of its own: how surely an outside solution fits and can be told."""

AGREEMENT = "agreement"
"""Axis that is no field of its own: the share of households that agree on the problem and the goal."""

UNDECIDED = "undecided"
"""What stands in place of an arm where the interval of its lead covers 0."""

_RANGE = (0.2, 1.0)
_MOST_CELLS = 2_500


def agreed(scenario: Scenario, share: float, seed: int = 1) -> Scenario:
    """Scenario in which a share of the households agree on the problem and the goal; to the others it is no option.

    Those who disagree hear and talk of the practice and come to sessions as others do, but their caution is
    ``never``: no proof, push or pay moves them (the small chance ε that one seen practising leaves, too, remains).
    Who they are is drawn once from the seed, the fewer agree the more of the same households disagree, and the caution
    of the others stays as the scenario says. Trust is another thing and is not touched.

    Parameters
    ----------
    scenario
        The scenario; its caution may be given in any way.
    share
        From 0 to 1; with 1 nobody disagrees.
    seed
        Which households disagree, and how cautious the others are.
    """
    if not 0 <= share <= 1:
        raise ScenarioError(f"{AGREEMENT}: {share:g} is no share; give numbers from 0 to 1")
    where = village_seed(scenario, seed, 0)
    community = draw_community(scenario, where)
    caution = scenario.traits.draw(community, where, scenario.practice.fit_overlap)["caution"].copy()
    order = np.random.default_rng([seed, 2011]).permutation(community.n)
    caution[order[round(share * community.n) :]] = math.inf
    return scenario.set("traits.caution", ["never" if value == math.inf else value for value in caution.tolist()])


def certain(scenario: Scenario, share: float) -> Scenario:
    """Scenario in which an outside solution fits a share of the households, and can be told the better the more it is.

    ``practice.certainty`` is the share and ``practice.tacitness`` 1.5 · (1 − share), 1 at most: the line through a
    simple problem (all fits, nothing tacit), the tacit one of the design (.4, .9), and near the default (.65, .6).

    Parameters
    ----------
    scenario
        The scenario.
    share
        From 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ScenarioError(f"{CERTAINTY}: {share:g} is no share; give numbers from 0 to 1")
    return scenario.set("practice.certainty", share).set("practice.tacitness", round(min(1.0, 1.5 * (1 - share)), 9))


class Cell(NamedTuple):
    """Which arm leads at one point of the map."""

    x: float
    y: float
    leader: str
    """Arm with the highest mean."""
    runner_up: str
    lead: float
    """Mean paired difference of the two, and its 95% interval."""
    low: float
    high: float
    means: dict[str, float]
    """Mean share practising of every arm."""
    takeoffs: dict[str, float]
    """Share of the replicates that took off, of every arm."""

    @property
    def decided(self) -> bool:
        """Whether the interval of the lead does not cover 0."""
        return self.low > 0


@dataclass(frozen=True)
class Regimes:
    """A map of leading arms: one cell for each pair of values."""

    x: str
    y: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    step: int
    arms: tuple[str, ...]
    replicates: int
    seed: int
    cells: tuple[Cell, ...]
    """Row by row: all values of x for the first value of y, and so on."""
    scenario: dict[str, Any]
    hash: str
    unit: str = "week"

    def leaders(self) -> npt.NDArray[Any]:
        """Leading arm or ``undecided`` in every cell, ``[y, x]``."""
        named = [cell.leader if cell.decided else UNDECIDED for cell in self.cells]
        return np.array(named, dtype=object).reshape(len(self.ys), len(self.xs))

    def shares(self) -> dict[str, float]:
        """Share of the cells in which each arm leads, and of those undecided."""
        leaders = self.leaders()
        return {name: float((leaders == name).mean()) for name in (*self.arms, UNDECIDED)}

    def frame(self) -> pd.DataFrame:
        """One row a cell: values, leader or undecided, first, second, lead, low, high, mean and take-off of arms."""
        import pandas as pd

        rows = [
            {
                self.x: cell.x,
                self.y: cell.y,
                "leader": cell.leader if cell.decided else UNDECIDED,
                "first": cell.leader,
                "second": cell.runner_up,
                "lead": cell.lead,
                "low": cell.low,
                "high": cell.high,
                **{f"mean_{arm}": value for arm, value in cell.means.items()},
                **{f"takeoff_{arm}": value for arm, value in cell.takeoffs.items()},
            }
            for cell in self.cells
        ]
        return pd.DataFrame(rows)

    def manifest(self) -> dict[str, Any]:
        """What makes this map this one, without any date."""
        return {
            "study": "regimes",
            "hash": self.hash,
            "seed": self.seed,
            "replicates": self.replicates,
            "step": self.step,
            "arms": list(self.arms),
            "x": {"field": self.x, "values": list(self.xs)},
            "y": {"field": self.y, "values": list(self.ys)},
            "shares": self.shares(),
            "versions": dict(versions()),
            "scenario": self.scenario,
        }


def regimes(
    scenario: Scenario,
    *,
    x: str = CERTAINTY,
    y: str = AGREEMENT,
    grid: tuple[int, int] = (9, 9),
    x_range: tuple[float, float] = _RANGE,
    y_range: tuple[float, float] = _RANGE,
    step: int | None = None,
    arms: Sequence[str] | None = None,
    replicates: int = 40,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Regimes:
    """Find the arm that leads in households practising at each point of a grid over two fields.

    The arm with the highest mean leads, by its paired difference from the second; where the 95% interval of that
    covers 0 the point is undecided. Every point has the same villages and luck. Of a hundred points at which two
    arms are truly equal, some five are called decided by chance.

    Parameters
    ----------
    scenario
        The scenario.
    x, y
        ``certainty`` (see `certain`), ``agreement`` (see `agreed`), or full names of fields that hold numbers, such as
        ``practice.certainty`` or ``traits.caution.mean``.
    grid
        Number of values along x and along y, two at least.
    x_range, y_range
        First and last value.
    step
        Step that is looked at; none: the last.
    arms
        Names of two arms at least; none: all in which something is done.
    replicates
        Replicates at every point.
    seed, threads
        As in ``compare``.
    progress
        Called with the points done and to do.

    Raises
    ------
    ScenarioError
        An unknown field or one that holds no numbers, a value out of its bounds, a grid too small, fewer than two arms.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 40)
    >>> found = regimes(town, grid=(2, 2), step=20, arms=["top_down", "bottom_up"], replicates=4)
    >>> found.leaders().shape, sum(found.shares().values())
    ((2, 2), 1.0)
    """
    last = scenario.steps if step is None else step
    if not 0 < last <= scenario.steps:
        raise ResultError(f"step {last}: the scenario has steps 1 to {scenario.steps}")
    if x == y:
        raise ScenarioError(f"{x}: is given for both axes; name two fields")
    if min(grid) < 2 or grid[0] * grid[1] > _MOST_CELLS:
        raise ScenarioError(
            f"grid {grid[0]}x{grid[1]}: give 2 values at least each way, and {_MOST_CELLS:,} points at most"
        )
    if replicates < 2:
        raise ScenarioError(f"replicates: {replicates} gives no interval; give 2 at least")
    named = [name for name, arm in scenario.arms.items() if arm] if arms is None else list(dict.fromkeys(arms))
    for name in named:
        scenario.arm(name)
    if len(named) < 2:
        raise ScenarioError("arms: a map needs two arms at least in which something is done")
    short = scenario.set("steps", last)
    xs, ys = (
        tuple(np.linspace(*ends, count).round(6).tolist()) for ends, count in zip((x_range, y_range), grid, strict=True)
    )
    cells: list[Cell] = []
    for value_y in ys:
        row = _placed(short, y, value_y, seed)
        for value_x in xs:
            point = _placed(row, x, value_x, seed)
            cells.append(_cell(point, named, (value_x, value_y), replicates, seed, threads))
            if progress is not None:
                progress(len(cells), len(xs) * len(ys))
    return Regimes(
        x,
        y,
        xs,
        ys,
        last,
        tuple(named),
        replicates,
        seed,
        tuple(cells),
        scenario.record(),
        scenario.content_hash,
        scenario.step,
    )


def _placed(scenario: Scenario, field: str, value: float, seed: int) -> Scenario:
    """The scenario with one axis at a value."""
    if field == AGREEMENT:
        return agreed(scenario, value, seed)
    if field == CERTAINTY:
        return certain(scenario, value)
    block, _, rest = field.partition(".")
    whole, _, part = rest.partition(".")
    # a part of a trait that the scenario leaves at its default: say all of it
    given = scenario.resolved().get(block, {}).get(whole) if part and block != "arms" else None
    if isinstance(given, dict) and part in given:
        return scenario.set(f"{block}.{whole}", {**given, part: value})
    return scenario.set(field, value)


def _cell(
    scenario: Scenario, arms: list[str], at: tuple[float, float], replicates: int, seed: int, threads: int | None
) -> Cell:
    result = compare(scenario, arms, replicates=replicates, seed=seed, threads=threads)
    ends = {arm: result.series(arm)[:, -1] for arm in arms}
    means = {arm: float(values.mean()) for arm, values in ends.items()}
    first, second, *_ = sorted(arms, key=lambda arm: -means[arm])
    gap = paired_difference(ends[first], ends[second])
    took = {arm: float(takeoff(values, result.takeoff_share).mean) for arm, values in ends.items()}
    return Cell(*at, first, second, float(gap.mean), float(gap.low), float(gap.high), means, took)
