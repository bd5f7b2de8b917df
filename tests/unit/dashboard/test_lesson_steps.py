"""The steps of a lesson without a browser: runs that can be left and begun again, guesses that end at their limit."""

from __future__ import annotations

import ipyvuetify as v
import numpy as np
import pytest

solara = pytest.importorskip("solara")

from pd_sim.dashboard.ensemble import StoppedError  # noqa: E402
from pd_sim.dashboard.guesses import MOST_GUESSES, Guess  # noqa: E402
from pd_sim.dashboard.lesson_texts import LESSONS  # noqa: E402
from pd_sim.dashboard.lessons import Outcome  # noqa: E402
from pd_sim.dashboard.pages import lesson_runs  # noqa: E402
from pd_sim.dashboard.pages.lesson_guess import GuessStep, fresh  # noqa: E402
from tests.unit.dashboard.tabs import in_a_tab, soon  # noqa: E402

LESSON = LESSONS[1]


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


def test_the_step_of_a_lesson_stays_in_the_link_and_follows_it(monkeypatch):
    from pd_sim.dashboard import session
    from pd_sim.dashboard.pages import lessons

    monkeypatch.setattr(lesson_runs, "worked_out", lambda side, *rest: Outcome(side.name, *(np.array([0.0, 0.5]),) * 4))
    sessions = []

    def page():
        sessions.append(session.use_session())
        lessons.Lessons()

    def shown(rc) -> str:
        (now,) = (button for button in rc.find(v.Btn).widgets if "aria-current" in button.attributes)
        return str(now.children[-1])

    guessed = "p-lesson=telling&p-guess-telling=Ann~1.2"
    rc, links = in_a_tab(page, f"/lessons?{guessed}")
    assert shown(rc) == "1 The story"
    for step, name in ((1, "2 Your guess"), (2, "3 What happens"), (3, "4 Turn it round")):
        press(rc, name)
        assert shown(rc) == name
        assert links[-1].endswith(f"p-step={step}")
    assert sessions[-1].undo is None  # nobody would undo it
    sessions[-1].go("/lessons", sessions[-1].asked.with_page("step", "1"))  # the back of the browser
    assert shown(rc) == "2 Your guess"
    press(rc, "Back")
    assert shown(rc) == "1 The story"
    assert "p-step" not in links[-1]
    press(rc, "4 Turn it round")
    press(rc, "Next lesson")
    assert "p-lesson=money" in links[-1]
    assert "p-step" not in links[-1]  # the next one begins at its beginning
    assert shown(rc) == "1 The story"
    press(rc, "2 Your guess")
    press(rc, "All lessons")
    assert "p-step" not in links[-1]
    rc.close()


@pytest.mark.parametrize(
    ("link", "step"),
    [
        ("p-guess-telling=Ann~1.2&p-step=2", "3 What happens"),
        ("p-guess-telling=Ann~1.2&p-step=9", "4 Turn it round"),
        ("p-guess-telling=Ann~1.2&p-step=-1", "1 The story"),
        ("p-step=3", "2 Your guess"),  # nobody has guessed
        ("p-guess-telling=Ann~1.2.3&p-step=2", "2 Your guess"),
    ],
)
def test_a_reload_brings_a_room_back_to_its_step_but_not_past_the_guess(monkeypatch, link, step):
    from pd_sim.dashboard import session
    from pd_sim.dashboard.pages import lessons

    monkeypatch.setattr(lesson_runs, "worked_out", lambda side, *rest: Outcome(side.name, *(np.array([0.0, 0.5]),) * 4))

    def lesson():
        session.use_session()
        lessons.Lessons()

    rc, _ = in_a_tab(lesson, f"/lessons?p-lesson=telling&{link}")
    (now,) = (button for button in rc.find(v.Btn).widgets if "aria-current" in button.attributes)
    assert now.children[-1] == step
    rc.close()
