"""What a lesson is, and how its worlds are run; the lessons themselves are in `lesson_texts`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.dashboard.asked import Asked, scenario_of
from pd_sim.dashboard.ensemble import bands
from pd_sim.dashboard.live import on_one_village
from pd_sim.dashboard.looks import ArmLook, arm_look
from pd_sim.results import Comparison
from pd_sim.results.uncertainty import band
from pd_sim.scenario import Scenario

__all__ = ["Lesson", "Outcome", "Side", "Turn", "granovetter", "look_of", "outcome_of", "side", "worked_out"]

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
    short
        Its name where there is little room.
    asked
        What a link asks for to show it; the scenario is made from it, so that both say the same.
    """

    name: str
    scenario: Scenario
    arm: str
    short: str = ""
    asked: Asked | None = None


@dataclass(frozen=True)
class Turn:
    """What would have to be different for the outcome to turn round, and the worlds that show it.

    Attributes
    ----------
    words
        What is different, as a room is told.
    label
        What stands on the button that shows it.
    sides
        The worlds.
    reveals
        What is seen.
    """

    words: str
    label: str
    sides: Callable[[], tuple[Side, ...]]
    reveals: str


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
    discuss
        A question for the room to talk about.
    turn
        What would turn it round; none: the room changes one person itself.
    doing
        What is counted.
    """

    key: str
    title: str
    story: tuple[str, ...]
    question: str
    sides: Callable[[], tuple[Side, ...]]
    reveals: tuple[str, ...]
    rests: str
    discuss: str
    turn: Turn | None = None
    doing: str = "Share of households doing it"


@dataclass(frozen=True)
class Outcome:
    """What came of one side: the mean curve, its band, and the share at the end in every replicate."""

    name: str
    mean: Floats
    low: Floats
    high: Floats
    ends: Floats

    @property
    def end(self) -> float:
        """Mean share at the end."""
        return float(self.ends.mean())

    @property
    def span(self) -> tuple[float, float]:
        """Band of the share at the end."""
        return float(self.low[-1]), float(self.high[-1])


def side(
    name: str,
    short: str,
    arm: str,
    settings: Mapping[str, Any] | None = None,
    asked: Asked | None = None,
) -> Side:
    """A world as a link asks for it: a case, or what is asked for, with some fields set."""
    asked = replace(asked or Asked(), arms=(arm,))
    for field, value in (settings or {}).items():
        asked = asked.with_setting(field, value)
    return Side(name, scenario_of(asked), arm, short, asked)


def look_of(sides: Sequence[Side], place: int) -> ArmLook:
    """Colour and dashes of a side: those its arm has on every page, or of its own where another side has them."""
    arms = [one.arm for one in sides]
    known = arms[place] not in arms[:place] and set(arms) != {"nothing"}
    return arm_look(arms[place] if known else "", place)


def outcome_of(side: Side, replicates: int = 200, seed: int = 1) -> Outcome:
    """Run one side of a lesson."""
    from pd_sim.studies import compare

    return _outcome(side, compare(on_one_village(side.scenario), [side.arm], replicates=replicates, seed=seed))


def worked_out(
    side: Side,
    seed: int,
    stopped: threading.Event | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """The same on the village and with the replicates that Watch shows; asked for again, it is there at once.

    Raises
    ------
    StoppedError
        ``stopped`` was set meanwhile.
    """
    alone = side.scenario.model_copy(update={"arms": {side.arm: side.scenario.arms[side.arm]}})
    return _outcome(side, bands(alone, seed, stopped, progress))


def _outcome(side: Side, result: Comparison) -> Outcome:
    shares = result.series(side.arm)
    low, high = band(shares)
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
            "step": "round",
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
