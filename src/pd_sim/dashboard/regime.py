"""The map of leading arms as a page shows it: axes in words, what may be changed, points known as they come."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from pd_sim.dashboard.asked import Asked
from pd_sim.dashboard.ensemble import StoppedError
from pd_sim.dashboard.limits import check_size
from pd_sim.dashboard.looks import named
from pd_sim.dashboard.pages.on_demand import turn
from pd_sim.engine import draw_community, village_seed
from pd_sim.interventions import Hub
from pd_sim.scenario import Scenario
from pd_sim.studies.regimes import AGREEMENT, CERTAINTY, UNDECIDED, Cell, Regimes

__all__ = [
    "AXES",
    "DETAILS",
    "Axis",
    "Grown",
    "Question",
    "Variant",
    "axes_of",
    "grow",
    "letters",
    "opened_in_watch",
    "question_of",
    "remembered",
    "said",
    "stands_at",
    "variants_of",
    "with_variant",
    "without_places",
]

DETAILS: dict[str, tuple[int, int]] = {"rough": (5, 20), "finer": (7, 30), "fine": (9, 40)}
"""Points each way and replicates at each, by the name of the detail; the last is that of ``pd-sim regimes``."""

_MOST_WORK = 800_000_000
_KEPT = 64
_YEAR = 52


@dataclass(frozen=True)
class Axis:
    """One direction of the map, in words."""

    field: str
    title: str
    about: str
    ends: tuple[str, str]
    """What its low and its high end mean."""
    span: tuple[float, float]


AXES: dict[str, Axis] = {
    axis.field: axis
    for axis in (
        Axis(
            CERTAINTY,
            "Certainty",
            "how surely an outside solution fits, and can be told",
            ("nobody is sure", "everybody knows"),
            (0.2, 1.0),
        ),
        Axis(
            AGREEMENT,
            "Agreement",
            "how many agree on the problem and the goal",
            ("few agree", "all agree"),
            (0.2, 1.0),
        ),
        Axis(
            "practice.portability",
            "Fit of local solutions",
            "how many households a neighbour's solution fits",
            ("it fits few", "it fits all"),
            (0.2, 1.0),
        ),
        Axis(
            "practice.tacitness",
            "What cannot be told",
            "how much of the know-how words alone do not carry",
            ("a leaflet says it all", "only doing it together teaches it"),
            (0.0, 1.0),
        ),
        Axis(
            "behaviour.ownership_weight",
            "Worth of ownership",
            "how many lapses owning the practice prevents",
            ("none", "all"),
            (0.0, 1.0),
        ),
        Axis(
            "practice.positive_deviants",
            "Positive deviants",
            "how many households have solved it already, unnoticed",
            ("nobody", "6 in 100"),
            (0.0, 0.06),
        ),
        Axis(
            "traits.trust_expert.mean",
            "Trust in experts",
            "how far households trust experts",
            ("hardly", "almost fully"),
            (0.1, 0.9),
        ),
        Axis(
            "traits.trust_peer.mean",
            "Trust in neighbours",
            "how far households trust their neighbours",
            ("hardly", "almost fully"),
            (0.1, 0.9),
        ),
    )
}
"""Directions that can be chosen, by what `studies.regimes` calls them."""


@dataclass(frozen=True)
class Variant:
    """One assumption changed, everything else and the luck the same."""

    key: str
    title: str
    about: str
    settings: tuple[tuple[str, Any], ...] = ()
    step: int | None = None
    """Looked at in this step instead."""


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


def without_places(asked: Asked) -> Asked:
    """What is asked for, without the point of the map that was opened last: the map is about all points."""
    return asked.with_page(CERTAINTY, "").with_page(AGREEMENT, "")


def axes_of(scenario: Scenario) -> list[Axis]:
    """Axes along which this scenario can be moved."""
    return [axis for axis in AXES.values() if not axis.field.endswith(".mean") or _given(scenario, axis) is not None]


def _given(scenario: Scenario, axis: Axis) -> dict[str, Any] | None:
    """A trait that has a mean, said in full."""
    block, name, _ = axis.field.split(".")
    given = scenario.resolved().get(block, {}).get(name)
    return given if isinstance(given, dict) and "mean" in given else None


def stands_at(scenario: Scenario, field: str, seed: int) -> float | None:
    """Where a scenario itself stands on an axis; none: off the map, or at no one value.

    Examples
    --------
    >>> stands_at(Scenario.load("village"), "certainty", 1)
    0.65
    """
    axis = AXES[field]
    if field == AGREEMENT:
        caution = scenario.resolved()["traits"]["caution"]
        never = [value == "never" for value in caution] if isinstance(caution, list | tuple) else [caution == "never"]
        value = 1 - sum(never) / len(never)
    elif field.endswith(".mean"):
        given = _given(scenario, axis)
        value = math.nan if given is None else float(given["mean"])
    else:
        block, name = ("practice", "certainty") if field == CERTAINTY else tuple(field.split("."))
        found = getattr(getattr(scenario, block), name)
        value = float(found)
        if name == "positive_deviants" and isinstance(found, int):
            value = found / max(1, draw_community(scenario, village_seed(scenario, seed, 0)).n)
    low, high = axis.span
    return value if low - 1e-9 <= value <= high + 1e-9 else None


def variants_of(scenario: Scenario, step: int, axes: tuple[str, ...] = ()) -> tuple[Variant, ...]:
    """As it stands, and with one assumption changed: those that hold here and are no axis of the map.

    Examples
    --------
    >>> [one.key for one in variants_of(Scenario.load("village"), 104)]
    ['as-it-stands', 'no-hub', 'no-deviants', 'earlier', 'no-ownership']
    """
    found = [Variant("as-it-stands", "As it stands", "every assumption of the scenario")]
    hubs = _places_of_hubs(scenario)
    if hubs:
        found.append(Variant("no-hub", "Without the hub", "nothing goes on by itself after the programme", tuple(hubs)))
    if scenario.practice.positive_deviants and "practice.positive_deviants" not in axes:
        nobody = (("practice.positive_deviants", 0),)
        found.append(Variant("no-deviants", "No positive deviants", "nobody has solved it already", nobody))
    early = _YEAR if scenario.step == "week" and step > _YEAR else step // 2
    if early >= 2:
        when = "After one year" if scenario.step == "week" and early == _YEAR else f"After {early} {scenario.step}s"
        about = "before what goes on by itself has had its time" if hubs else "a look half-way"
        found.append(Variant("earlier", when, about, step=early))
    if scenario.behaviour.ownership_weight > 0 and "behaviour.ownership_weight" not in axes:
        worth = (("behaviour.ownership_weight", 0.0),)
        found.append(Variant("no-ownership", "Ownership is worth nothing", "owning it keeps nobody at it", worth))
    return tuple(found)


def _places_of_hubs(scenario: Scenario) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for arm, interventions in scenario.arms.items():
        kinds = [one.kind for one in interventions]
        for place, one in enumerate(interventions):
            if isinstance(one, Hub) and one.places:
                path = f"arms.{arm}.hub" if kinds.count("hub") == 1 else f"arms.{arm}.{place}.hub"
                found.append((f"{path}.places", 0))
    return found


def with_variant(asked: Asked, variant: Variant) -> Asked:
    """What is asked for with that one assumption changed."""
    for field, value in variant.settings:
        asked = asked.with_setting(field, value)
    return asked


def question_of(scenario: Scenario, x: str, y: str, step: int, detail: str, seed: int) -> Question:
    """The question a map answers, with as many replicates as the limit on work allows.

    Raises
    ------
    PdSimError
        The community cannot be drawn, or is too large.
    """
    points, replicates = DETAILS[detail]
    households = draw_community(scenario, village_seed(scenario, seed, 0)).n
    check_size(scenario, households)
    one = households * step * max(1, len(scenario.arms)) * points**2
    return Question(scenario.content_hash, x, y, step, points, max(4, min(replicates, _MOST_WORK // max(one, 1))), seed)


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

        def went_on(points: int, _: int, *, before: int = done) -> None:
            if cancel.is_set():
                raise StoppedError
            if progress is not None:
                progress(before + points, n**2)

        with turn(cancel):
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


def letters(arms: tuple[str, ...]) -> dict[str, str]:
    """A letter for every arm, so that colour is not the only difference.

    Examples
    --------
    >>> letters(("top_down", "bottom_up", "hybrid", "top_down_longer"))
    {'top_down': 'T', 'bottom_up': 'B', 'hybrid': 'H', 'top_down_longer': 'TL'}
    """
    found: dict[str, str] = {}
    for place, arm in enumerate(arms):
        words = [word for word in arm.replace("-", "_").split("_") if word] or [arm]
        two = words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]
        tries = [words[0][0], two, "".join(word[0] for word in words)[:3], str(place + 1)]
        found[arm] = next((one.upper() for one in tries if one.upper() not in found.values()), str(place + 1))
    return found


def said(grown: Grown, unit: str, variant: Variant | None = None) -> str:
    """Who leads where, in a sentence; where an assumption was changed, it says which."""
    shares = grown.shares()
    leads = sorted((arm for arm in grown.arms if shares[arm] > 0), key=lambda arm: -shares[arm])
    nowhere = [arm for arm in grown.arms if shares[arm] == 0]
    parts = [
        f"{named(arm).lower()} {'on' if place else 'leads on'} {shares[arm]:.0%}" for place, arm in enumerate(leads)
    ]
    if leads:
        parts[0] += " of the map"
    if nowhere:
        *most, last = [named(arm).lower() for arm in nowhere]
        names = f"{', '.join(most)} and {last}" if most else last
        parts.append(f"{names} {'' if leads else 'lead '}nowhere for sure")
    undecided = f"{shares[UNDECIDED]:.0%} of it is undecided" if shares[UNDECIDED] else "nothing is undecided"
    text = f"After {grown.question.step} {unit}s {', '.join(parts)}; {undecided}."
    if variant is not None and variant.settings:
        text = f"{variant.title}: {text[0].lower()}{text[1:]}"
    if grown.whole is None:
        text = f"So far, of {len(grown.known)} of {len(grown.cells)} points: {text[0].lower()}{text[1:]}"
    return text


def opened_in_watch(asked: Asked, scenario: Scenario, grown: Grown, place: int) -> Asked:
    """The link by which a point of the map is opened in Watch, with the leading arm and the next side by side."""
    cell = grown.cells[place]
    if cell is None:
        return asked
    question = grown.question
    for axis, value in ((question.x, cell.x), (question.y, cell.y)):
        field = question.field(axis)
        if field in (CERTAINTY, AGREEMENT):
            asked = asked.with_page(field, f"{value:g}")
        elif field.endswith(".mean"):
            trait = {**(_given(scenario, AXES[axis]) or {}), "mean": value}
            asked = asked.with_setting(field.removesuffix(".mean"), trait)
        else:
            asked = asked.with_setting(field, value)
    return replace(asked, arms=(cell.leader, cell.runner_up), week=question.step)
