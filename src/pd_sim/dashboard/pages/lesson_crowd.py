"""The crowd of the first lesson as one sees it: two squares of a hundred people, and one person to change oneself."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import solara

from pd_sim.dashboard.crowd import PEOPLE, Crowd, changed, law
from pd_sim.dashboard.looks import arm_look
from pd_sim.dashboard.pages.lesson_numbers import Numbers, row_of
from pd_sim.dashboard.pages.lesson_runs import Awaited, Runs, as_wholes
from pd_sim.dashboard.parts import Table, Words, as_bytes
from pd_sim.dashboard.widgets import CurvesCanvas
from pd_sim.dashboard.widgets.room import CrowdCanvas
from pd_sim.dashboard.worker import use_worker

__all__ = ["ChangeOne", "Squares", "outcome_words"]

_LEGEND = "Outlined: waits. Filled, arms up: acts. Orange: has just begun. The number: how many they want to see act."


def _acting(many: int) -> str:
    return f"{many} {'acts' if many == 1 else 'act'}"


def _square(crowd: Crowd, label: str, **how: Any) -> None:
    CrowdCanvas.element(
        wants=as_wholes(crowd.wants),
        acts_in=as_wholes(crowd.acts_in),
        label=f"{label}: {_acting(crowd.acting)} of {len(crowd.wants)} in the end.",
        **how,
    )


@solara.component
def Squares(reveal: int, replay: int, waits: bool = False) -> None:
    """Both squares side by side, round by round, in time with each other."""
    with solara.Div(classes=["squares"]):
        for title, person in (("First square", -1), ("Second square: one person changed", 1)):
            with solara.Div():
                Words(title, "h3")
                if waits:
                    crowd = changed(person)
                    CrowdCanvas.element(
                        wants=as_wholes(crowd.wants),
                        acts_in=as_wholes(crowd.acts_in),
                        waits=True,
                        changed=person,
                        label=f"{title}: a hundred people wait, each under the number they want to see act.",
                        most_share=0.5,
                    )
                else:
                    _square(changed(person), title, reveal=reveal, replay=replay, changed=person, most_share=0.44)
    Words(_LEGEND, classes="muted")


def outcome_words(person: int, acting: int) -> str:
    """What one person more cautious changes, in words.

    Examples
    --------
    >>> outcome_words(1, 1)
    'Whoever wanted to see 1 now wants to see 2: 1 acts, not 100.'
    """
    if person < 0:
        return "Nobody is changed: all 100 act. Tap a person, or give a number."
    return f"Whoever wanted to see {person} now wants to see {person + 1}: {_acting(acting)}, not 100."


@solara.component
def ChangeOne() -> None:
    """Choose a person, who then waits for one more; see at once how many act, and how that hangs on whom."""
    person = solara.use_reactive(-1)
    everybody: solara.Reactive[tuple[int, ...]] = solara.use_reactive(())
    done = solara.use_reactive(0.0)
    wanted = solara.use_reactive(True)
    put = solara.use_reactive(0)

    def work(cancel: threading.Event) -> None:
        for k in range(PEOPLE):
            if not wanted.value or cancel.is_set():
                return
            changed(k)
            if k % 10 == 9:
                done.value = (k + 1) / PEOPLE
        everybody.value = law()

    use_worker(work, [wanted.value])
    crowd = changed(person.value)

    def choose(value: int) -> None:
        person.value = max(-1, min(PEOPLE - 1, int(value)))

    def given(told: dict[str, Any]) -> None:
        if told["ends"][0] is not None:
            choose(told["ends"][0])

    def tapped(value: int) -> None:
        choose(value)
        put.value += 1

    with solara.Div(classes=["wider-right"]):
        with solara.Div():
            _square(
                crowd,
                "A hundred people. Arrow keys choose one, who then waits for one more"
                + (f". Changed: the one who wanted to see {person.value}" if person.value >= 0 else ""),
                reveal=1800,
                chooses=True,
                chosen=person.value,
                changed=person.value,
                on_chosen=tapped,
                most_share=0.46,
            )
        with solara.Div(classes=["stack"]):
            with solara.Div(classes=["bar"]):
                Numbers(
                    rows=[row_of("The person who wants to see", "The person who wants to see so many others act")],
                    start=[person.value if person.value >= 0 else None],
                    turn=put.value,
                    high=PEOPLE - 1,
                    unit="",
                    event_changed=given,
                )
                solara.Button(
                    "As it was", icon_name="mdi-undo", text=True, disabled=person.value < 0, on_click=lambda: tapped(-1)
                )
            solara.HTML(
                tag="p",
                unsafe_innerHTML=outcome_words(person.value, crowd.acting),
                classes=["lead"],
                attributes={"aria-live": "polite"},
            )
            if not everybody.value:
                Awaited(Runs((), done.value, "", wanted.value, wanted.set), "Changing everybody in turn")
            else:
                _Law(everybody.value, person.value)
                Words(
                    "Every point was run: whoever is changed, the chain breaks right there. Hardly anything differs, "
                    "and anything from 0 to 99 may come of it.",
                    classes="said",
                )


@solara.component
def _Law(acting: tuple[int, ...], person: int) -> None:
    look = arm_look("", 0)
    shares = np.array(acting) / PEOPLE
    upto = np.where(np.arange(len(acting)) <= person, shares, np.nan)
    line = {"name": "act", "label": "act in the end", "colour": look.colour, "night": look.night, "dash": []}
    CurvesCanvas.element(
        lines=[{**line, "mean": as_bytes(shares), "value": as_bytes(upto)}],
        last=len(acting) - 1,
        week=person,
        step_name="number the changed person wanted to see",
        label="How many act in the end, for every person who may be changed: whoever wants to see k, k act",
        big=True,
        most_height=600,
        most_share=0.24,
    )
    rows = [[str(k), str(many)] for k, many in enumerate(acting) if k % 10 in (0, 1, 9)]
    Table(["changed: who wants to see", "act in the end"], rows, "The line in numbers")
