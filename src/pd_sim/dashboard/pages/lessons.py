"""Lessons: a room guesses first, then sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import solara

from pd_sim.dashboard.guesses import Guess, read, write
from pd_sim.dashboard.lesson_texts import LESSONS
from pd_sim.dashboard.lessons import Lesson, Side
from pd_sim.dashboard.pages.lesson_crowd import Squares
from pd_sim.dashboard.pages.lesson_guess import GuessStep, fresh
from pd_sim.dashboard.pages.lesson_runs import Heading, Keys, use_runs
from pd_sim.dashboard.pages.lesson_seen import Seen, TurnRound
from pd_sim.dashboard.pages.lesson_village import StoryVillage
from pd_sim.dashboard.parts import Words
from pd_sim.dashboard.session import session_of_this_tab
from pd_sim.dashboard.widgets.room import RoomBar

__all__ = ["Lessons"]

_STEPS = ("The story", "Your guess", "What happens", "Turn it round")
_ON = ("Guess", "Now see", "Turn it round")


@solara.component
def Lessons() -> None:
    """The page: a list of lessons, or the one that was opened."""
    session = session_of_this_tab()
    opened = session.asked.on_page("lesson")
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
                        on_click=lambda key=one.key: session.ask(session.asked.with_page("lesson", key)),
                    )
                    if many:
                        Words(f"{many} guess{'es' * (many != 1)} kept", "span", "muted")


@solara.component
def _Lesson(lesson: Lesson) -> None:
    session = session_of_this_tab()
    at = solara.use_reactive(0)
    sides = solara.use_memo(lesson.sides, [lesson.key])
    runs = use_runs(sides, session.asked.seed, lesson.key)
    draft: Any = solara.use_reactive(fresh(len(sides)))
    guesses = read(session.asked.on_page(f"guess-{lesson.key}"), len(sides))

    def keep(kept: Sequence[Guess]) -> None:
        session.ask(session.asked.with_page(f"guess-{lesson.key}", write(kept)))

    def leave() -> None:
        session.ask(session.asked.with_page("lesson", ""))

    last = len(_STEPS) - 1
    steps = [*_STEPS[:-1], "Change one yourself" if lesson.turn is None else _STEPS[-1]]
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
                        on_click=lambda place=place: at.set(place),
                    )
            with solara.Div(classes=["bar"]):
                RoomBar.element(at=at.value, last=last, held=at.value == 1 and not guesses, on_at=at.set)
                solara.Button("All lessons", icon_name="mdi-close", text=True, on_click=leave)
        with solara.Div(classes=["lesson-body", "stack", f"at-{at.value}"]):
            if at.value == 0:
                _Story(lesson, sides, session.asked.seed)
            elif at.value == 1:
                Heading(lesson.question, 1)
                GuessStep(lesson, sides, draft, guesses, keep)
            elif at.value == 2:
                Heading(steps[2], 2)
                Seen(lesson, sides, runs, guesses)
            else:
                TurnRound(lesson, sides, runs)
        with solara.Div(classes=["bar", "lesson-foot"]):
            solara.Button(
                "Back", icon_name="mdi-chevron-left", disabled=at.value == 0, on_click=lambda: at.set(at.value - 1)
            )
            if at.value < last:
                on = steps[-1] if at.value == 2 else _ON[at.value]
                solara.Button(
                    on,
                    color="primary",
                    disabled=at.value == 1 and not guesses,
                    on_click=lambda: at.set(at.value + 1),
                )
            else:
                after = LESSONS[LESSONS.index(lesson) + 1].key if lesson != LESSONS[-1] else ""
                solara.Button(
                    "Next lesson" if after else "All lessons",
                    color="primary",
                    on_click=lambda: session.ask(session.asked.with_page("lesson", after)),
                )
            if at.value == 1 and not guesses:
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
