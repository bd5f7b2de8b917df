"""Lessons: guess first, then see."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import reacton.ipyvuetify as rv
import solara

from pd_sim.dashboard.ensemble import one_at_a_time
from pd_sim.dashboard.lessons import LESSONS, Lesson, Outcome, outcome_of
from pd_sim.dashboard.looks import arm_look
from pd_sim.dashboard.parts import Curves, Table, Words, as_bytes, percent
from pd_sim.dashboard.session import session_of_this_tab

__all__ = ["Lessons"]

_STEPS = ("The story", "Your guess", "What happens")


@solara.component
def Lessons() -> None:
    """The page: a list of lessons, or the one that was opened."""
    session = session_of_this_tab()
    opened = session.asked.on_page("lesson")
    lesson = next((lesson for lesson in LESSONS if lesson.key == opened), None)
    if lesson is not None:
        _Lesson(lesson)
        return
    Words("For a room: everybody guesses first, then all see what happens. Each takes ten minutes.", classes="muted")
    with solara.Div(classes=["cards"]):
        for one in LESSONS:
            with solara.Div(classes=["card"]):
                Words(one.title, "h2")
                Words(one.story[0])
                solara.Button(
                    "Open",
                    color="primary",
                    on_click=lambda key=one.key: session.ask(session.asked.with_page("lesson", key)),
                )


@solara.component
def _Lesson(lesson: Lesson) -> None:
    session = session_of_this_tab()
    at = solara.use_reactive(0)
    guesses: Any = solara.use_reactive(())
    sides = solara.use_memo(lesson.sides, [lesson.key])
    found: Any = solara.use_reactive(())

    def run(cancel: threading.Event) -> None:
        outcomes: tuple[Outcome, ...] = ()
        for side in sides:
            if cancel.is_set():
                return
            with one_at_a_time:
                outcomes = (*outcomes, outcome_of(side))
        found.value = outcomes

    solara.use_thread(run, dependencies=[lesson.key], intrusive_cancel=False)
    with solara.Div(classes=["room", "stack"]):
        with solara.Div(classes=["bar"]):
            Words(lesson.title, "h2")
            with solara.Div(classes=["right", "bar"]):
                for place, name in enumerate(_STEPS):
                    solara.Button(
                        f"{place + 1} {name}",
                        text=at.value != place,
                        color="primary" if at.value == place else None,
                        on_click=lambda place=place: at.set(place),
                    )
                solara.Button(
                    "All lessons",
                    icon_name="mdi-close",
                    text=True,
                    on_click=lambda: session.ask(session.asked.with_page("lesson", "")),
                )
        if at.value == 0:
            for words in lesson.story:
                Words(words)
            Words(lesson.question, "h2")
            solara.Button("Guess", color="primary", on_click=lambda: at.set(1))
        elif at.value == 1:
            _Guess(lesson, tuple(side.name for side in sides), guesses, at)
        else:
            _Seen(lesson, found.value, guesses.value)


@solara.component
def _Guess(lesson: Lesson, names: tuple[str, ...], guesses: Any, at: Any) -> None:
    draft = solara.use_reactive((50,) * len(names))
    Words(lesson.question, "h2")
    for place, name in enumerate(names):

        def moved(value: float, place: int = place) -> None:
            draft.value = tuple(int(value) if k == place else old for k, old in enumerate(draft.value))

        Words(f"{name}: {draft.value[place]}%", "label")
        rv.Slider(
            min=0,
            max=100,
            step=1,
            v_model=draft.value[place],
            on_v_model=moved,
            hide_details=True,
            attributes={"aria-label": f"Your guess for: {name}, in per cent"},
        )

    def keep() -> None:
        guesses.value = (*guesses.value, draft.value)
        draft.value = (50,) * len(names)

    with solara.Div(classes=["bar"]):
        solara.Button("Take this guess", color="primary", on_click=keep)
        solara.Button("Now see", on_click=lambda: at.set(2), disabled=not guesses.value)
        many = len(guesses.value)
        Words(f"{many} guess{'es' * (many != 1)} so far. Let everybody in the room give one.", classes="muted")


@solara.component
def _Seen(lesson: Lesson, outcomes: tuple[Outcome, ...], guesses: tuple[tuple[int, ...], ...]) -> None:
    if not outcomes:
        solara.ProgressLinear(True)
        return
    lines = []
    for place, outcome in enumerate(outcomes):
        look = arm_look("", place)
        lines.append(
            {
                "name": outcome.name,
                "colour": look.colour,
                "night": look.night,
                "dash": list(look.dash),
                "mean": as_bytes(outcome.mean),
                "low": as_bytes(outcome.low),
                "high": as_bytes(outcome.high),
            }
        )
    legend = "".join(
        f'<span><span style="color:{arm_look("", k).colour}">━━</span> {outcome.name}</span>'
        for k, outcome in enumerate(outcomes)
    )
    solara.HTML(tag="div", unsafe_innerHTML=legend, classes=["legend"])
    Curves(lines, len(outcomes[0].mean) - 1, what="Share doing it", most_height=380, big=True)
    rows = []
    for place, outcome in enumerate(outcomes):
        low, high = np.quantile(outcome.ends, [0.05, 0.95])
        spread = "" if high - low < 0.005 else f" ({percent(float(low))} to {percent(float(high))})"
        given = [guess[place] for guess in guesses]
        row = [outcome.name, f"{percent(float(outcome.ends.mean()))}{spread}"]
        if given:
            off = float(np.mean(np.abs(np.array(given) / 100 - outcome.ends.mean())))
            row += [f"{np.median(given):.0f}% ({min(given)}% to {max(given)}%)", f"{100 * off:.0f} points"]
        rows.append(row)
    Table(["", "what happens", *(["guessed (lowest to highest)", "off by"] if guesses else [])], rows)
    for words in lesson.reveals:
        Words(words, classes="said")
    Words(f"What this rests on: {lesson.rests}", classes="muted")
