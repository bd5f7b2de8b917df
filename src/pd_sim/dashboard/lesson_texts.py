"""Lessons for a room: a question, a guess, then what happens, and what would turn it round; each fits one screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pd_sim.dashboard.asked import Asked
from pd_sim.dashboard.lessons import Lesson, Side, Turn, granovetter, side

__all__ = ["LESSONS"]


def _crowd(name: str, short: str, changed: Mapping[int, int] | None = None) -> Side:
    return side(name, short, "nothing", asked=Asked(own=granovetter(changed=changed).to_yaml()))


def _one_more() -> tuple[Side, ...]:
    return (
        _crowd("First square: thresholds 0, 1, 2, 3 … 99", "First square"),
        _crowd("Second square: one person changed, 1 becomes 2", "Second square", {1: 2}),
    )


def _hidden() -> tuple[Side, ...]:
    return (
        side("Six do it; nobody asks", "Nobody asks", "nothing"),
        side("Six do it; a group looks for them", "A group looks", "bottom_up"),
    )


def _nobody() -> tuple[Side, ...]:
    nobody = {"practice.positive_deviants": 0}
    return (
        side("Nobody does it; a group looks", "A group looks", "bottom_up", nobody),
        side("Nobody does it; experts bring a solution", "Experts", "top_down", nobody),
    )


def _telling(tacit: float = 0.95) -> tuple[Side, ...]:
    common = {"practice.certainty": 0.85, "practice.tacitness": tacit}
    keeps = "arms.top_down.training.keeps"
    return (
        side("People are told how", "Told", "top_down", {**common, keeps: 0.0}),
        side("People do it together", "Together", "top_down", {**common, keeps: 1.0}),
    )


def _money() -> tuple[Side, ...]:
    return (
        side("Experts, until the money stops", "Experts", "top_down"),
        side("A working group, then a hub of volunteers", "Group, then hub", "bottom_up"),
        side("The same group, and no hub afterwards", "Group, no hub", "bottom_up", _NO_HUB),
    )


_NO_HUB: dict[str, Any] = {"arms.bottom_up.hub.places": 0}


def _equal() -> tuple[Side, ...]:
    level = {"practice.certainty": 0.85, "behaviour.ownership_weight": 0.0}
    return (
        side("Experts, with a solution that fits as well", "Experts", "top_down", level),
        side("A working group, and no hub afterwards", "Group, no hub", "bottom_up", {**level, **_NO_HUB}),
    )


_SIMPLE: dict[str, Any] = {
    "practice.tacitness": 0.0,
    "practice.certainty": 0.97,
    "practice.portability": 0.97,
    "traits.trust_expert": {"mean": 0.8, "sd": 0.1},
    "traits.caution": {"mean": 0.12, "sd": 0.06},
    "behaviour.fresh": 0.01,
}
_HARD: dict[str, Any] = {
    "practice.tacitness": 0.9,
    "practice.certainty": 0.4,
    "traits.trust_expert": {"mean": 0.2, "sd": 0.1},
}


def _matrix() -> tuple[Side, ...]:
    return (
        side("Simple and agreed: experts", "Simple: experts", "top_down", _SIMPLE),
        side("Simple and agreed: working group", "Simple: group", "bottom_up", _SIMPLE),
        side("Tacit and distrusted: experts", "Hard: experts", "top_down", _HARD),
        side("Tacit and distrusted: working group", "Hard: group", "bottom_up", _HARD),
    )


def _trusted() -> tuple[Side, ...]:
    trusted = {**_HARD, "practice.certainty": 0.97, "traits.trust_expert": {"mean": 0.8, "sd": 0.1}}
    return (
        side("Tacit, but experts are trusted and their solution fits", "Experts", "top_down", trusted),
        side(
            "The same: working group, and no hub afterwards",
            "Group, no hub",
            "bottom_up",
            {**trusted, **_NO_HUB},
        ),
    )


LESSONS: tuple[Lesson, ...] = (
    Lesson(
        "small",
        "Small differences",
        (
            (
                "A hundred people stand in a square. One acts whatever others do. One acts once one other has, one "
                "once two have, and so on, up to one who wants to see ninety-nine."
            ),
            "In the second square one person is different: the one who wanted to see one now wants to see two.",
        ),
        "How many of the hundred act in the end?",
        _one_more,
        (
            (
                "In the first square everybody acts; in the second, one does. The two crowds are the same but for one "
                "person."
            ),
            (
                "What a crowd does says little about what its people want. Ask who is missing, not what is wrong with "
                "them."
            ),
        ),
        "Granovetter (1978). Exact: nothing is left to chance here. Real villages are not lined up like this: people "
        "have several ties and can be reached again, so that one household seldom decides, except near an edge.",
        "Where did you last see nobody move, and think that nobody wanted to? Who was the missing second person?",
        doing="Share of people acting",
    ),
    Lesson(
        "hidden",
        "Hidden in plain sight",
        (
            (
                "Three hundred households, a stubborn problem. Six of them do better already, with nothing more than "
                "the others have. Nobody has noticed, they least of all."
            ),
            (
                "In one village nobody asks. In the other a working group of nine goes from door to door, finds them, "
                "and people try out together what they do."
            ),
        ),
        "What share of the households does it after three years?",
        _hidden,
        (
            "Where nobody asks, nothing happens: in this model what is hidden does not spread, ever.",
            "The solution was there in both. What differs is whether somebody looked, and went on.",
        ),
        "Assumed: 2% do it already, a visit recognises half of them, what they do fits 85% of the others, and a hub "
        "of volunteers goes on after the first year. Without that hub the group ends at about half of this.",
        "Who already does better where you work, with nothing more than the others have? Who could find out?",
        Turn(
            "What if nobody does it already? Then there is nobody to find.",
            "Nobody does it already",
            _nobody,
            "The group finds nobody and nothing spreads. A solution brought from outside gets somewhere. Looking pays "
            "only where there is something to find.",
        ),
    ),
    Lesson(
        "telling",
        "Telling is not doing",
        (
            (
                "The same trainers, the same places, the same weeks. The know-how is in the hands: almost nothing of "
                "it can be said."
            ),
            "In one village people are told how. In the other they do it together.",
        ),
        "What share of the households does it after three years?",
        _telling,
        (
            (
                "Of those who try after being told, about one in three succeeds; of those who did it together, almost "
                "two in three."
            ),
            (
                "Failing puts people off, and there are fewer to see: told people also try less often. Knowing that "
                "is not knowing how."
            ),
        ),
        "Assumed: 95% of the know-how is tacit, and telling passes on only what can be said; the outside solution "
        "fits 85% here. The whole of the difference is in this.",
        "What do you tell people that you have never done together with them?",
        Turn(
            "What if all of it can be said, like a date or a telephone number?",
            "All of it can be said",
            lambda: _telling(0.0),
            "Then telling does as well as doing together, to the last household: nothing is lost in words.",
        ),
    ),
    Lesson(
        "money",
        "What is left when the money stops",
        (
            "All programmes run for a year, from week 4 on. In week 56 the money stops, and nobody from outside comes.",
            "After the working group, volunteers may go on with a hub, as long as six of them are willing.",
        ),
        "What share of the households does it almost two years after the money has stopped?",
        _money,
        (
            ("What goes on by itself goes on growing. What does not, gains little more: some points by word of mouth."),
            "The lead is in the hub, not in the year before it: without the hub most of it is gone.",
        ),
        "Assumed, and in favour of the working group: volunteers who own the practice run the hub for years; local "
        "solutions fit 85% of the households, outside ones 65%; owning it keeps people at it.",
        "Who, by name, would still meet a year after the money? What would they need?",
        Turn(
            "What if the outside solution fits as well (85%), no hub goes on, and owning it keeps nobody at it?",
            "Equal fit, no hub, no ownership",
            _equal,
            "Now experts lead: they reach more people in the same year. The working group's lead was in the better "
            "fit, the hub and ownership. Check these three before you believe it.",
        ),
    ),
    Lesson(
        "matrix",
        "Agreement and certainty",
        (
            (
                "Two problems. In the first everybody agrees, experts are trusted, and the solution is known and "
                "easily told. In the second experts are distrusted, their solution fits few, and the know-how is "
                "tacit."
            ),
            "Each is met once by experts and once by a working group.",
        ),
        "What share of the households does it after three years?",
        _matrix,
        (
            (
                "In the simple case experts are fast, but fall back, and the group ends ahead. In the hard case they "
                "reach hardly anybody."
            ),
            (
                "How much the way matters depends on the problem. Ask first: how sure are we of the solution, and who "
                "agrees with us?"
            ),
        ),
        "Assumed: distrust touches experts only, and the group's own solution fits 85% in the hard case, where the "
        "experts' fits 40%; the money stops after a year; a hub goes on, and without it the group would not end ahead "
        "in the simple case. Two points of a map: the page Map shows the whole of it.",
        "Where on this map is the problem you work on? What makes you sure?",
        Turn(
            "What if the know-how is as tacit, but experts are trusted (80%), their solution fits almost all (97%), "
            "and no hub goes on?",
            "Trusted experts, no hub",
            _trusted,
            "Now experts lead, although almost nothing of it can be said. It was fit, trust and the hub that decided, "
            "more than the know-how.",
        ),
    ),
)
"""All lessons, in the order in which they are best taught."""
