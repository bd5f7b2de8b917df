"""The map of leading arms as it grows: points known as they come, from the corners to the middle."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from pd_sim.dashboard.ensemble import StoppedError, turn
from pd_sim.dashboard.limits import check_declared, check_size
from pd_sim.dashboard.map_axes import AXES
from pd_sim.engine import draw_community, village_seed
from pd_sim.errors import ScenarioError
from pd_sim.scenario import Scenario
from pd_sim.studies.regimes import CERTAINTY, UNDECIDED, Cell, Regimes

__all__ = ["DETAILS", "Grown", "Question", "grow", "question_of", "remembered"]

DETAILS: dict[str, tuple[int, int]] = {"rough": (5, 20), "finer": (7, 30), "fine": (9, 40)}
"""Points each way and replicates at each, by the name of the detail; the last is that of ``pd-sim regimes``."""

_MOST_WORK = 800_000_000
"""Households × steps × arms × points × replicates of one map."""

_FEWEST = 4
"""Replicates at a point below which a map says nothing."""

_KEPT = 64
"""Maps that are remembered."""


@dataclass(frozen=True)
class Question:
    """What a map is drawn of; two that are equal have the same answer."""

    hash: str
    """Of the scenario."""
    x: str
    y: str
    step: int
    points: int
    replicates: int
    seed: int

    def field(self, axis: str) -> str:
        """What `studies.regimes` is asked to move: where tacitness has an axis, certainty is fit alone."""
        return "practice.certainty" if axis == CERTAINTY and "practice.tacitness" in (self.x, self.y) else axis

    def values(self, axis: str) -> tuple[float, ...]:
        """Values along an axis."""
        return tuple(np.linspace(*AXES[axis].span, self.points).round(6).tolist())


@dataclass(frozen=True)
class Grown:
    """A map as far as it is known."""

    question: Question
    arms: tuple[str, ...]
    cells: tuple[Cell | None, ...]
    """Row by row, the lowest first; none: not known yet."""
    whole: Regimes | None = None
    """The map as a study gives it, once all of it is known."""

    @property
    def known(self) -> list[Cell]:
        """Points that are known."""
        return [cell for cell in self.cells if cell is not None]

    def shares(self) -> dict[str, float]:
        """Share of the known points in which each arm leads, and of those undecided."""
        leaders = [cell.leader if cell.decided else UNDECIDED for cell in self.known]
        return {name: leaders.count(name) / max(1, len(leaders)) for name in (*self.arms, UNDECIDED)}


def question_of(scenario: Scenario, x: str, y: str, step: int, detail: str, seed: int) -> Question:
    """The question a map answers, with as many replicates as the limit on work allows.

    Raises
    ------
    PdSimError
        The community cannot be drawn, or is too large, or the map is too much work.
    """
    check_declared(scenario)
    points, replicates = DETAILS[detail]
    households = draw_community(scenario, village_seed(scenario, seed, 0)).n
    check_size(scenario, households)
    one = households * step * max(1, len(scenario.arms)) * points**2
    allowed = min(replicates, _MOST_WORK // max(one, 1))
    if allowed < _FEWEST:
        raise ScenarioError(
            f"map: {points**2} points of {households:,} households and {step:,} steps are too many for this page; "
            "take an earlier step, fewer points or fewer households, or run it with pd-sim regimes"
        )
    return Question(scenario.content_hash, x, y, step, points, allowed, seed)


def _groups(points: int) -> list[tuple[int, ...]]:
    """Places along an axis in parts of two or three evenly spaced ones, from the ends to the middle.

    Examples
    --------
    >>> _groups(5), _groups(4)
    ([(0, 4), (1, 2, 3)], [(0, 3), (1, 2)])
    """
    left = list(range(points))
    found: list[tuple[int, ...]] = []
    while len(left) > 3:
        found.append((left.pop(0), left.pop()))
    return [*found, tuple(left)]


_whole: OrderedDict[Question, Grown] = OrderedDict()
_keeping = threading.Lock()


def remembered(question: Question) -> Grown | None:
    """A map that was drawn before, by whomever."""
    with _keeping:
        return _whole.get(question)


def grow(
    scenario: Scenario,
    question: Question,
    cancel: threading.Event,
    progress: Callable[[int, int], None] | None = None,
    begun: Grown | None = None,
) -> Iterator[Grown]:
    """Find the leading arms part by part: the corners first, then between them.

    Parameters
    ----------
    scenario, question
        What it is drawn of.
    cancel
        Set where nobody waits for it any more.
    progress
        Called with the points done and all of them.
    begun
        A part of it that is known; it is not run again.

    Yields
    ------
    The map as far as it is known; the last is whole.

    Raises
    ------
    StoppedError
        ``cancel`` was set.
    PdSimError
        The scenario cannot be run.
    """
    from pd_sim.studies import regimes

    known = remembered(question)
    if known is not None:
        yield known
        return
    n, xs, ys = question.points, question.values(question.x), question.values(question.y)
    cells: list[Cell | None] = [None] * n**2 if begun is None else list(begun.cells)
    for columns, rows in sorted(product(_groups(n), repeat=2), key=lambda pair: len(pair[0]) + len(pair[1])):
        at = [row * n + column for row in rows for column in columns]
        if all(cells[place] is not None for place in at):
            continue
        if cancel.is_set():
            raise StoppedError
        done = sum(cell is not None for cell in cells)

        with turn(cancel) as give_way:

            def went_on(points: int, _: int, *, before: int = done, give_way: Callable[[], None] = give_way) -> None:
                if cancel.is_set():
                    raise StoppedError
                if progress is not None:
                    progress(before + points, n**2)
                give_way()

            part = regimes(
                scenario,
                x=question.field(question.x),
                y=question.field(question.y),
                grid=(len(columns), len(rows)),
                x_range=(xs[columns[0]], xs[columns[-1]]),
                y_range=(ys[rows[0]], ys[rows[-1]]),
                step=question.step,
                replicates=question.replicates,
                seed=question.seed,
                progress=went_on,
            )
        for place, cell in zip(at, part.cells, strict=True):
            cells[place] = cell._replace(x=xs[place % n], y=ys[place // n])
        grown = Grown(question, part.arms, tuple(cells))
        if len(grown.known) == n**2:
            grown = replace(grown, whole=replace(part, xs=xs, ys=ys, cells=tuple(grown.known)))
            with _keeping:
                _whole[question] = grown
                while len(_whole) > _KEPT:
                    _whole.popitem(last=False)
        yield grown
