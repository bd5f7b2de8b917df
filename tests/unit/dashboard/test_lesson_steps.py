"""The steps of a lesson without a browser: runs that can be left and begun again, guesses that end at their limit."""

from __future__ import annotations

import time

import ipyvuetify as v
import pytest

solara = pytest.importorskip("solara")

from pd_sim.dashboard.ensemble import StoppedError  # noqa: E402
from pd_sim.dashboard.guesses import MOST_GUESSES, Guess  # noqa: E402
from pd_sim.dashboard.lesson_texts import LESSONS  # noqa: E402
from pd_sim.dashboard.lessons import Outcome  # noqa: E402
from pd_sim.dashboard.pages import lesson_runs  # noqa: E402
from pd_sim.dashboard.pages.lesson_guess import GuessStep, fresh  # noqa: E402

LESSON = LESSONS[1]


def soon(true) -> None:
    for _ in range(200):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come about")


def labels(rc) -> list[str]:
    return [str(button.children[-1]) for button in rc.find(v.Btn).widgets]


def press(rc, name: str) -> None:
    next(button for button in rc.find(v.Btn).widgets if name in str(button.children[-1])).click()


def test_runs_of_a_lesson_can_be_left_and_begun_again(monkeypatch):
    begun, left = [], []

    def slow(side, seed, stopped, progress):
        begun.append(side.name)
        if len(begun) == 1:
            stopped.wait(5)
            left.append(side.name)
            raise StoppedError
        return Outcome(side.name, *([0.0, 0.5],) * 4)

    monkeypatch.setattr(lesson_runs, "worked_out", slow)
    sides = LESSON.sides()

    @solara.component
    def page():
        runs = lesson_runs.use_runs(sides, 1, LESSON.key)
        with solara.Div():
            if runs.outcomes:
                solara.Button("there")
            else:
                lesson_runs.Awaited(runs, "Working it out")

    _, rc = solara.render(page(), handle_error=False)
    soon(lambda: labels(rc) == ["Cancel"])
    press(rc, "Cancel")
    soon(lambda: labels(rc) == ["Run it"])
    soon(lambda: left)
    press(rc, "Run it")
    soon(lambda: labels(rc) == ["there"])
    assert begun == [sides[0].name, sides[0].name, sides[1].name]
    rc.close()


def test_a_guess_is_taken_as_it_stands_and_there_is_a_limit():
    sides = LESSON.sides()
    kept = []

    @solara.component
    def page(already):
        draft = solara.use_reactive(fresh(len(sides)))
        with solara.Div():
            GuessStep(LESSON, sides, draft, already, kept.append)

    def numbers(rc):
        return next(widget for widget in rc.find(v.VuetifyTemplate).widgets if hasattr(widget, "turn"))

    def tell(rc, **told):
        for event, data in told.items():
            getattr(numbers(rc), f"vue_{event}")(data)

    _, rc = solara.render(page([Guess("Ann", (1, 2))]), handle_error=False)
    assert numbers(rc).start == [None, None]  # nothing is guessed yet
    tell(rc, take={"ends": [0, None], "name": ""})
    assert kept == []
    tell(rc, changed={"ends": [0, 50], "name": "Eve"})
    assert (numbers(rc).start, numbers(rc).who) == ([0, 50], "Eve")  # a step back and forth brings it back
    tell(rc, take={"ends": [0, 50], "name": "Eve~"})
    assert kept == [(Guess("Ann", (1, 2)), Guess("Eve", (0, 50)))]
    assert (numbers(rc).start, numbers(rc).who) == ([None, None], "")  # the next begins anew
    tell(rc, take={"ends": [3, 4], "name": "Ann"})
    assert kept[-1][-1] == Guess("Ann 2", (3, 4))  # not the Ann who has guessed before
    press(rc, "Ann: 1% · 2%")
    assert kept[-1] == []
    rc.close()
    _, rc = solara.render(page([Guess("Ann", (1, 2))] * MOST_GUESSES), handle_error=False)
    assert numbers(rc).full
    tell(rc, take={"ends": [5, 5], "name": ""})
    assert len(kept) == 3
    rc.close()
