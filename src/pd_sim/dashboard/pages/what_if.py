"""What if: a scenario from cards; curves, numbers and cost follow while a knob moves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import solara

from pd_sim.dashboard.asked import Asked, file_names, understood
from pd_sim.dashboard.building import is_structure, named_anew
from pd_sim.dashboard.downloads import command_for, stem_of, written
from pd_sim.dashboard.ensemble import FIRST_LOOK, StoppedError, bands, first_look
from pd_sim.dashboard.files import told
from pd_sim.dashboard.limits import check_size, replicates_for
from pd_sim.dashboard.live import on_one_village
from pd_sim.dashboard.pages.answer import Counting, Picture, Told
from pd_sim.dashboard.pages.card_list import CardList
from pd_sim.dashboard.pages.more_answers import MoreAnswers
from pd_sim.dashboard.pages.on_demand import Pick
from pd_sim.dashboard.pages.own_files import Downloads, OwnFiles
from pd_sim.dashboard.parts import Words, Wrong
from pd_sim.dashboard.session import session_of_this_tab
from pd_sim.dashboard.worker import use_worker
from pd_sim.engine import draw_community, village_seed
from pd_sim.errors import PdSimError
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario, case_names

__all__ = ["WhatIf"]

_IDLE = 0.5
"""Seconds without a change after which a scenario goes into the link."""

_PATIENCE = 2.0
"""Seconds that a rough look may take although the knob has moved on: while it is dragged, quick looks come out."""

_BEGUN = 0.001
"""Part of the counting that is done when it begins: more than none, so that it shows."""


class _Left(threading.Event):
    """Set when the question has changed, or when counting was left."""

    def __init__(self, asked: Asked, changed: threading.Event, stopped: Any) -> None:
        super().__init__()
        self.asked, self.changed, self.stopped = asked, changed, stopped

    def is_set(self) -> bool:
        """Whether nobody waits for the answer."""
        return self.changed.is_set() or self.stopped.peek() == self.asked


class _LeftLate(threading.Event):
    """Set when counting was left, or when the question has changed and a look at it takes longer than a while."""

    def __init__(self, left: _Left) -> None:
        super().__init__()
        self.left, self.begun = left, time.monotonic()

    def is_set(self) -> bool:
        """Whether the look is given up."""
        if self.left.stopped.peek() == self.left.asked:
            return True
        return self.left.changed.is_set() and time.monotonic() - self.begun > _PATIENCE


class _Shows(NamedTuple):
    """What the page shows of an answer, each reactive."""

    answer: Any
    wrong: Any
    busy: Any
    stopped: Any


def _answered(asked: Asked, cancel: threading.Event, shows: _Shows) -> None:
    """Answer, roughly at once and then in full."""
    scenario, line = understood(asked)
    if scenario is None:
        shows.wrong.value = line
        return
    left = _Left(asked, cancel, shows.stopped)

    def went_on(done: int, whole: int) -> None:
        if done / whole >= shows.busy.peek() + 0.04:
            shows.busy.value = done / whole

    try:
        households = _households(scenario, asked.seed)
        if left.is_set():
            raise StoppedError
        shows.busy.value = _BEGUN
        # one look at a time, as the page joins the one before: a quick one comes out, and the newest question is next
        shows.answer.value = (asked, scenario, first_look(scenario, asked.seed, _LeftLate(left)))
        shows.wrong.value = ""
        if replicates_for(scenario, households) > FIRST_LOOK:
            shows.answer.value = (asked, scenario, bands(scenario, asked.seed, left, went_on))
    except StoppedError:
        return
    except PdSimError as error:
        shows.wrong.value = told(error, file_names(asked))
    finally:
        if not cancel.is_set():
            shows.busy.value = 0.0


def _households(scenario: Scenario, seed: int) -> int:
    """Households of the village that is shown.

    Raises
    ------
    PdSimError
        It cannot be drawn, or is too large to be shown.
    """
    one = on_one_village(scenario)
    households = draw_community(one, village_seed(one, seed, 0)).n
    check_size(one, households)
    return households


def _makes_sense(asked: Asked) -> bool:
    """Whether there is a scenario, on a village that can be shown."""
    scenario, _ = understood(asked)
    if scenario is None:
        return False
    try:
        _households(scenario, asked.seed)
    except PdSimError:
        return False
    return True


@solara.component
def WhatIf() -> None:
    """The page: cards beside what comes of them."""
    session = session_of_this_tab()
    # no `use_reactive`, which takes the value of the link whenever that changes: the knob may have moved on since
    draft: solara.Reactive[Asked] = solara.use_memo(lambda: solara.reactive(session.asked), [])
    # what the link says, where it was not said here
    solara.use_effect(lambda: draft.set(session.asked), [session.came])
    answer: solara.Reactive[tuple[Asked, Scenario, Comparison] | None] = solara.use_reactive(None)
    wrong = solara.use_reactive("")
    busy = solara.use_reactive(0.0)
    stopped: solara.Reactive[Asked | None] = solara.use_reactive(None)
    again = solara.use_reactive(0)
    narrow = solara.use_reactive(False)

    def answered(cancel: threading.Event) -> None:
        _answered(draft.value, cancel, _Shows(answer, wrong, busy, stopped))

    def settled(cancel: threading.Event) -> None:
        # without waiting for the answer: link, undo and the other pages know of a knob as soon as it rests
        asked = draft.value
        if not cancel.wait(_IDLE) and asked != session.newest() and _makes_sense(asked) and asked == draft.peek():
            session.tell(asked)

    use_worker(answered, [draft.value, again.value])
    use_worker(settled, [draft.value])
    scenario, _ = solara.use_memo(lambda: understood(draft.value), [draft.value])
    last = solara.use_ref(scenario)
    if scenario is not None:
        last.current = scenario

    def count_on() -> None:
        stopped.value = None
        again.value += 1

    def leave() -> None:
        stopped.value = draft.value

    def counting(result: Comparison) -> None:
        was_left = stopped.value is not None and stopped.value == draft.value
        Counting(result, busy, was_left, leave, count_on)

    shown = answer.value
    behind = shown is not None and shown[0] != draft.value
    with solara.Div(classes=["wi"]):
        with solara.Div(classes=["wi-top"]):
            with solara.Div(classes=["wi-see", "behind"] if behind else ["wi-see"]):
                if wrong.value:
                    _Refused(wrong.value, draft)
                if shown is not None:
                    Picture(shown[1], shown[2], counting, 185 if narrow.value else 340)
                elif not wrong.value:
                    _Waiting(stopped.value == draft.value, leave, count_on)
            with solara.Div(classes=["wi-knobs"]):
                _Case(draft, last.current)
                with solara.Div(classes=["wi-own"]):
                    OwnFiles(draft)
                if last.current is not None:
                    CardList(draft, last.current, narrow.set)
        with solara.Div(classes=["wi-told", "stack"]):
            if shown is not None:
                _Answers(*shown)


@solara.component
def _Refused(line: str, draft: Any) -> None:
    """What is wrong with what is asked for, and the way back."""
    asked = session_of_this_tab().asked
    Wrong(line)
    if draft.value != asked:
        solara.Button("Back to what worked", icon_name="mdi-undo", text=True, on_click=lambda: draft.set(asked))


@solara.component
def _Answers(asked: Asked, scenario: Scenario, result: Comparison) -> None:
    """The numbers, what can be taken home, and what is worked out when it is asked for."""
    command = solara.use_memo(lambda: command_for(scenario, asked.seed), [result])
    Told(scenario, result)
    with solara.Div(classes=["card"]):
        Words("Take it home", "h2")
        Downloads(scenario, result, asked)
        Words(f"The same numbers anywhere: {command}", classes="muted")
        if "community.draw=once" in command:
            Words(
                "They are of this one village, run many times over, and so is how sure they are. In others the lead "
                "may be another: without community.draw=once every run has a village of its own.",
                classes="muted",
            )
    MoreAnswers(scenario, result, asked.seed)


@solara.component
def _Waiting(was_left: bool, leave: Callable[[], None], count_on: Callable[[], None]) -> None:
    """Where the picture will be: the first look is on its way, or was left."""
    with solara.Div(classes=["bar"]):
        if was_left:
            solara.Button("Count on", icon_name="mdi-play", outlined=True, on_click=count_on)
        else:
            solara.Button("Cancel", icon_name="mdi-close", text=True, on_click=leave)
    if not was_left:
        solara.ProgressLinear(True)


@solara.component
def _Case(draft: Any, scenario: Scenario | None) -> None:
    asked: Asked = draft.value
    mine = bool(asked.own) or any(name == "name" for name, _ in asked.settings)
    with solara.Div(classes=["card", "wi-case"]):
        Pick(
            "Begin with the case",
            list(case_names()),
            asked.case if not asked.own else None,
            lambda case: draft.set(Asked(case=case, seed=asked.seed)),
        )
        with solara.Div(classes=["bar"]):
            if scenario is not None and not mine:
                solara.Button(
                    "New scenario of your own",
                    icon_name="mdi-plus",
                    outlined=True,
                    on_click=lambda: draft.set(named_anew(asked, scenario)),
                )
            if scenario is not None and mine:
                solara.FileDownload(
                    lambda: written(scenario, asked),
                    f"{stem_of(scenario.name)}.yaml",
                    label="Download as YAML",
                    icon_name="mdi-download",
                    mime_type="application/yaml",
                )
            if asked.settings:
                solara.Button(
                    "As in the case" if not asked.own else "As in the file",
                    icon_name="mdi-restore",
                    text=True,
                    on_click=lambda: draft.set(replace(asked, settings=())),
                )
        if mine:
            Words(
                "Your own: name it, build it with the cards below, then download it. The file is checked with: pd-sim "
                "check FILE.",
                classes="muted",
            )
        if asked.settings:
            Words(_changes(asked), classes="muted")


def _changes(asked: Asked) -> str:
    """What was changed, the last few in full."""
    told = [
        f"{name} rebuilt" if is_structure(name) else f"{name} = {value[:40]}"
        for name, value in asked.settings
        if name not in ("name", "title", "about")
    ]
    more = f"; and {len(told) - 8} more" if len(told) > 8 else ""
    if not told:
        return "Nothing is changed yet."
    return f"{len(told)} changed: " + ", ".join(told[-8:]) + more
