"""Lessons: a room guesses first, then sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import solara

from pd_sim.dashboard.asked import LEFT_OUT, Asked
from pd_sim.dashboard.guesses import Guess, left_out, read, write
from pd_sim.dashboard.lesson_texts import LESSONS
from pd_sim.dashboard.lessons import Lesson, Side
from pd_sim.dashboard.pages.lesson_crowd import Squares
from pd_sim.dashboard.pages.lesson_guess import GuessStep, fresh
from pd_sim.dashboard.pages.lesson_runs import Heading, Keys, use_runs
from pd_sim.dashboard.pages.lesson_seen import Seen, TurnRound
from pd_sim.dashboard.pages.lesson_village import StoryVillage
from pd_sim.dashboard.parts import Words, Wrong
from pd_sim.dashboard.session import Session, session_of_this_tab
from pd_sim.dashboard.widgets.room import RoomBar

__all__ = ["Lessons"]

_STEPS = ("The story", "Your guess", "What happens", "Turn it round")
_ON = ("Guess", "Now see", "Turn it round")
_LAST, _GUESSING = len(_STEPS) - 1, 1


def _step_of(asked: Asked, *, guessed: bool) -> int:
    """Step of a lesson that a link asks for, counted from 0; where nobody has guessed, none beyond the guess."""
    text = asked.on_page("step")
    step = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return min(step, _LAST if guessed else _GUESSING)


def _unknown(asked: Asked) -> list[str]:
    """What a link asks for of lessons that there are not, a line each."""
    keys = [lesson.key for lesson in LESSONS]
    return [
        f"p-{name[:40]} {value[:40]!r}: there is no such lesson"
        for name, value in asked.page
        if (name == "lesson" and value not in keys) or (name.startswith("guess-") and name[6:] not in keys)
    ]


def _left_out(asked: Asked, lesson: Lesson, sides: int) -> list[str]:
    """What of a link makes no sense in this lesson, a line each."""
    name, step = f"guess-{lesson.key}", asked.on_page("step")
    lines = [f"p-{name} {line}" for line in left_out(asked.on_page(name), sides)]
    if step and step not in [str(place) for place in range(len(_STEPS))]:
        lines.append(f"p-step {step[:40]!r}: give a whole number from 0 to {_LAST}")
    return lines


def _open(session: Session, key: str) -> None:
    """Open a lesson at its beginning; none: all of them are shown."""
    session.ask(session.asked.with_page("lesson", key).with_page("step", ""))


@solara.component
def Lessons() -> None:
    """The page: a list of lessons, or the one that was opened."""
    session = session_of_this_tab()
    opened = session.asked.on_page("lesson")
    for line in _unknown(session.asked):
        Wrong(f"{LEFT_OUT}{line}")
    lesson = next((lesson for lesson in LESSONS if lesson.key == opened), None)
    if lesson is not None:
        _Lesson(lesson).key(lesson.key)
        return
    Words(
        "For a room: everybody guesses first, then all see what happens, and what would turn it round. Each takes ten "
        "minutes.",
        classes="muted",
    )
    with solara.Div(classes=["cards", "lesson-list"]):
        for place, one in enumerate(LESSONS):
            with solara.Div(classes=["card"]):
                Words(f"{place + 1}. {one.title}", "h2")
                Words(one.story[0])
                Words(one.question, "p", "ask")
                many = len([g for g in session.asked.on_page(f"guess-{one.key}").split("_") if g])
                with solara.Div(classes=["bar"]):
                    solara.Button(
                        "Open",
                        color="primary",
                        attributes={"aria-label": f"Open: {one.title}"},
                        on_click=lambda key=one.key: _open(session, key),
                    )
                    if many:
                        Words(f"{many} guess{'es' * (many != 1)} kept", "span", "muted")


@solara.component
def _Lesson(lesson: Lesson) -> None:
    session = session_of_this_tab()
    sides = solara.use_memo(lesson.sides, [lesson.key])
    runs = use_runs(sides, session.asked.seed, lesson.key)
    draft: Any = solara.use_reactive(fresh(len(sides)))
    guesses = read(session.asked.on_page(f"guess-{lesson.key}"), len(sides))
    there = _step_of(session.asked, guessed=bool(guesses))
    # no `use_reactive`, which takes the step of the link whenever that changes: the room may have gone on since
    at: solara.Reactive[int] = solara.use_memo(lambda: solara.reactive(there), [])
    # what the link says, where it was not said here
    solara.use_effect(lambda: at.set(there), [session.came])

    def go(to: int) -> None:
        at.value = min(max(to, 0), _LAST)
        newest = session.newest()
        if newest.on_page("lesson") == lesson.key:  # else another is opened, which is not drawn yet
            session.note(newest.with_page("step", str(at.value) if at.value else ""))

    def keep(kept: Sequence[Guess]) -> None:
        session.ask(session.newest().with_page(f"guess-{lesson.key}", write(kept)))

    steps = [*_STEPS[:-1], "Change one yourself" if lesson.turn is None else _STEPS[-1]]
    for line in _left_out(session.asked, lesson, len(sides)):
        Wrong(f"{LEFT_OUT}{line}")
    with solara.Div(classes=["lesson"]):
        with solara.Div(classes=["bar", "lesson-head"]):
            Words(lesson.title, "h2")
            with solara.Div(classes=["right", "bar", "marks"]):
                for place, name in enumerate(steps):
                    solara.Button(
                        f"{place + 1} {name}",
                        text=at.value != place,
                        color="primary" if at.value == place else None,
                        attributes={"aria-current": "step"} if at.value == place else {},
                        classes=["passed"] if place < at.value else [],
                        on_click=lambda place=place: go(place),
                    )
            with solara.Div(classes=["bar"]):
                RoomBar.element(at=at.value, last=_LAST, held=at.value == _GUESSING and not guesses, on_at=go)
                solara.Button("All lessons", icon_name="mdi-close", text=True, on_click=lambda: _open(session, ""))
        with solara.Div(classes=["lesson-body", "stack", f"at-{at.value}"]):
            if at.value == 0:
                _Story(lesson, sides, session.asked.seed)
            elif at.value == _GUESSING:
                Heading(lesson.question, 1)
                GuessStep(lesson, sides, draft, guesses, keep)
            elif at.value == 2:
                Heading(steps[2], 2)
                Seen(lesson, sides, runs, guesses)
            else:
                TurnRound(lesson, sides, runs)
        with solara.Div(classes=["bar", "lesson-foot"]):
            solara.Button(
                "Back", icon_name="mdi-chevron-left", disabled=at.value == 0, on_click=lambda: go(at.value - 1)
            )
            if at.value < _LAST:
                on = steps[-1] if at.value == 2 else _ON[at.value]
                solara.Button(
                    on,
                    color="primary",
                    disabled=at.value == _GUESSING and not guesses,
                    on_click=lambda: go(at.value + 1),
                )
            else:
                after = LESSONS[LESSONS.index(lesson) + 1].key if lesson != LESSONS[-1] else ""
                solara.Button(
                    "Next lesson" if after else "All lessons",
                    color="primary",
                    on_click=lambda: _open(session, after),
                )
            if at.value == _GUESSING and not guesses:
                Words("Guess first: then you see.", "span", "muted")


@solara.component
def _Story(lesson: Lesson, sides: Sequence[Side], seed: int) -> None:
    crowd = lesson.key == "small"
    with solara.Div(classes=["story", "stack" if crowd else "wider-left"]):
        with solara.Div(classes=["stack"]):
            for words in lesson.story:
                Words(words)
            Heading(lesson.question, 0)
            if not crowd:
                Keys(sides)
        if crowd:
            Squares(0, 0, waits=True)
        else:
            StoryVillage(sides[0], seed, hides=lesson.key == "hidden")
