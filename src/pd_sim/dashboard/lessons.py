"""Lessons for a room: a question, a guess, and then what happens; each small enough for one screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pd_sim.scenario import Scenario

__all__ = ["LESSONS", "Lesson", "Outcome", "Side", "granovetter", "outcome_of"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Side:
    """One of the worlds a lesson sets side by side.

    Attributes
    ----------
    name
        What it is called.
    scenario
        What is run.
    arm
        Its arm.
    """

    name: str
    scenario: Scenario
    arm: str


@dataclass(frozen=True)
class Lesson:
    """A question to guess at, the worlds that answer it, and what to take home.

    Attributes
    ----------
    key, title
        Its name in the link, and on the screen.
    story
        What the room is told, a paragraph each.
    question
        What is to be guessed: a share of households at the end, for every side.
    sides
        The worlds, made when the lesson is opened.
    reveals
        What to take home, a paragraph each.
    rests
        What it rests on.
    """

    key: str
    title: str
    story: tuple[str, ...]
    question: str
    sides: Callable[[], tuple[Side, ...]]
    reveals: tuple[str, ...]
    rests: str


@dataclass(frozen=True)
class Outcome:
    """What came of one side: the mean curve, its band, and the share at the end in every replicate."""

    name: str
    mean: Floats
    low: Floats
    high: Floats
    ends: Floats


def outcome_of(side: Side, replicates: int = 60, seed: int = 1) -> Outcome:
    """Run one side of a lesson."""
    from pd_sim.studies import compare

    result = compare(side.scenario, [side.arm], replicates=replicates, seed=seed)
    shares = result.series(side.arm)
    low, high = np.quantile(shares, [0.05, 0.95], axis=0)
    return Outcome(side.name, shares.mean(axis=0), low, high, shares[:, -1])


def granovetter(n: int = 100, changed: Mapping[int, int] | None = None, steps: int = 110) -> Scenario:
    """A crowd of n in which one person acts at once, one after seeing one act, one after two, and so on.

    Granovetter (1978): everybody sees everybody. ``changed`` gives some persons another threshold.
    """
    thresholds = [float(k) for k in range(n)]
    for person, threshold in (changed or {}).items():
        thresholds[person] = float(threshold)
    return Scenario.from_dict(
        {
            "name": "granovetter",
            "title": "A crowd in which everybody sees everybody",
            "steps": steps,
            "unit": "person",
            "community": {"generator": "complete", "households": n, "draw": "once"},
            "traits": {"caution": thresholds},
            "practice": {"positive_deviants": 0, "portability": 1.0, "certainty": 1.0, "seen_practising": 1.0},
            "initial": {"aware": 1.0},
            "behaviour": {
                "decision": "threshold",
                "threshold_counts": True,
                "try_rate": 1.0,
                "epsilon": 0.0,
                "spontaneous": 0.0,
                "trial": 0,
                "floor": 1.0,
                "lapse": "none",
                "rest": "never",
            },
            "arms": {"nothing": []},
        }
    )


def _village(**changes: object) -> Scenario:
    town = Scenario.load("village")
    for name, value in changes.items():
        town = town.set(name.replace("__", "."), value)
    return town


def _one_more() -> tuple[Side, ...]:
    return (
        Side("Thresholds 0, 1, 2, 3 … 99", granovetter(), "nothing"),
        Side("One person changed: 1 becomes 2", granovetter(changed={1: 2}), "nothing"),
    )


def _hidden() -> tuple[Side, ...]:
    town = _village()
    return (
        Side("Six do it; nobody asks", town, "nothing"),
        Side("Six do it; a group looks for them", town, "bottom_up"),
    )


def _telling() -> tuple[Side, ...]:
    town = _village(practice__certainty=0.85)
    told = town.set("arms.top_down.training.keeps", 0.0)
    done = town.set("arms.top_down.training.keeps", 1.0)
    tacit = {"practice.tacitness": 0.95}
    for name, value in tacit.items():
        told, done = told.set(name, value), done.set(name, value)
    return (
        Side("People are told how", told, "top_down"),
        Side("People do it together", done, "top_down"),
    )


def _money() -> tuple[Side, ...]:
    town = _village()
    return (
        Side("Experts, until the money stops in week 56", town, "top_down"),
        Side("A working group, then a hub of volunteers", town, "bottom_up"),
        Side("The same group, and no hub afterwards", town.set("arms.bottom_up.hub.places", 0), "bottom_up"),
    )


def _matrix() -> tuple[Side, ...]:
    simple = {
        "practice.tacitness": 0.0,
        "practice.certainty": 0.97,
        "practice.portability": 0.97,
        "traits.trust_expert": {"mean": 0.8, "sd": 0.1},
        "traits.caution": {"mean": 0.12, "sd": 0.06},
        "behaviour.fresh": 0.01,
    }
    hard = {"practice.tacitness": 0.9, "practice.certainty": 0.4, "traits.trust_expert": {"mean": 0.2, "sd": 0.1}}
    sides = []
    for words, changes in (("Simple, agreed", simple), ("Tacit, distrusted", hard)):
        town = _village()
        for name, value in changes.items():
            town = town.set(name, value)
        sides += [
            Side(f"{words}: experts", town, "top_down"),
            Side(f"{words}: working group", town, "bottom_up"),
        ]
    return tuple(sides)


LESSONS: tuple[Lesson, ...] = (
    Lesson(
        "small",
        "Small differences",
        (
            "A hundred people stand in a square. One acts whatever others do. One acts once one other has, one once two have, "
            "and so on, up to one who wants to see ninety-nine.",
            "In the second square one person is different: the one who wanted to see one now wants to see two.",
        ),
        "How many of the hundred act in the end?",
        _one_more,
        (
            "In the first square everybody acts; in the second, one does. The two crowds are the same but for one person.",
            "What a crowd does says little about what its people want. Ask who is missing, not what is wrong with them.",
        ),
        "Granovetter (1978). Exact: nothing is left to chance here.",
    ),
    Lesson(
        "hidden",
        "Hidden in plain sight",
        (
            "Three hundred households, a stubborn problem. Six of them do better already, with nothing more than the others have. "
            "Nobody has noticed, they least of all.",
            "In one village nobody asks. In the other a working group of nine goes from door to door, finds them, and "
            "people try out together what they do.",
        ),
        "What share of the households does it after three years?",
        _hidden,
        (
            "Where nobody asks, nothing happens, for ever: what is hidden does not spread.",
            "The solution was there in both. What differs is whether somebody looked.",
        ),
        "Assumed: 2% do it already, a visit recognises half of them, and a hub goes on by itself afterwards.",
    ),
    Lesson(
        "telling",
        "Telling is not doing",
        (
            "The same trainers, the same places, the same weeks. The know-how is in the hands: almost nothing of it can be said.",
            "In one village people are told how. In the other they do it together.",
        ),
        "What share of the households does it after three years?",
        _telling,
        (
            "Told people try as often, and fail more often; what fails is not tried again soon.",
            "Knowing that and what is not knowing how.",
        ),
        "Assumed: 95% of the know-how is tacit; the outside solution fits 85% here.",
    ),
    Lesson(
        "money",
        "What is left when the money stops",
        (
            "All programmes run for a year. Then the money is gone, and nobody from outside comes any more.",
            "After the working group, volunteers may go on with a hub, as long as six of them are willing.",
        ),
        "What share of the households does it two years after the money has stopped?",
        _money,
        (
            "What goes on by itself goes on growing; what does not, stays about where it was.",
            "The lead is in the hub, not in the year before it: without the hub most of it is gone.",
        ),
        "Assumed: volunteers who own the practice run the hub; local solutions fit more households than outside ones.",
    ),
    Lesson(
        "matrix",
        "Agreement and certainty",
        (
            "Two problems. In the first everybody agrees, experts are trusted, and the solution is known and easily told. In the second "
            "experts are distrusted, their solution fits few, and the know-how is tacit.",
            "Each is met once by experts and once by a working group.",
        ),
        "What share of the households does it after three years?",
        _matrix,
        (
            "In the simple case experts are fast, and a working group gets there too. In the hard case experts reach hardly anybody.",
            "Which way is better depends on the problem. Ask first: how sure are we of the solution, and who agrees with us?",
        ),
        "Two points of a map; the page Map shows the whole of it, and what it rests on.",
    ),
)
"""All lessons, in the order in which they are best taught."""
