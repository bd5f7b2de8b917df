"""Watch: arms side by side on one village, week by week."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import reacton.ipyvuetify as rv
import solara

from pd_sim.community import Community
from pd_sim.dashboard.asked import LEFT_OUT, Asked, arms_of, file_names, understood
from pd_sim.dashboard.files import told
from pd_sim.dashboard.limits import check_size
from pd_sim.dashboard.live import Live, on_one_village
from pd_sim.dashboard.looks import named
from pd_sim.dashboard.one_household import converted, removed
from pd_sim.dashboard.pages.on_demand import Pick
from pd_sim.dashboard.pages.so_far import SoFar
from pd_sim.dashboard.pages.village import Household, Reel, StageLegend, Village
from pd_sim.dashboard.parts import Words, Wrong
from pd_sim.dashboard.places import Places, places_of
from pd_sim.dashboard.session import session_of_this_tab
from pd_sim.dashboard.worker import use_worker
from pd_sim.engine import draw_community, village_seed
from pd_sim.errors import PdSimError, ScenarioError
from pd_sim.scenario import case_names

__all__ = ["Watch"]

_FASTEST = 20
"""Most weeks a second that can be asked for."""

_GLIMPSE = 0.25
"""Seconds between two renewals of the words, numbers and curves while weeks go by; the villages move every week."""

_MOST_ARMS = 4


@dataclass(eq=False)
class _Shown:
    """A run, its arms to choose from, and the run it differs from by one household, if any."""

    live: Live
    before: Live | None
    arms: tuple[str, ...]
    places: Places
    """Where households are drawn: where they stood before one of them was taken away."""

    wish: int = 0
    """Changes with every wish for another week: whoever runs by an older one stays where it is."""
    _one_at_a_time: Any = field(default_factory=threading.Lock)

    def step(self, wish: int) -> bool:
        """Show the next week; False at the last, and where something else is wished for by now."""
        with self._one_at_a_time:
            if wish != self.wish:
                return False
            moved = self.live.step()
            if self.before is not None:
                self.before.go_to(self.live.week)
            return moved

    def rest(self) -> None:
        """Stay at this week."""
        with self._one_at_a_time:
            self.wish += 1

    def go_back(self, week: int) -> bool:
        """Show a week that has been run; False where it has not, and then stay at this one."""
        runs = [self.live] if self.before is None else [self.live, self.before]
        with self._one_at_a_time:
            self.wish += 1
            if any(run.run_up_to < week for run in runs):
                return False
            for run in runs:
                run.go_to(week)
            return True


@solara.component
def Watch() -> None:
    """The page: what is asked for, or the line that says why it cannot be shown."""
    session = session_of_this_tab()
    kept: Any = solara.use_ref(None)
    shown, wrong = solara.use_memo(lambda: _begun(session.asked), [replace(session.asked, week=0)])
    if shown is not None:
        kept.current = shown
    # of the link as it came: the week in it changes with what is shown
    left_out = solara.use_memo(lambda: _left_out(session.asked, shown), [shown, session.came])
    with solara.Div(classes=["stack", "watch"]):
        if wrong:
            Wrong(wrong)
            if kept.current is None:
                solara.Button(
                    "Begin with the village", icon_name="mdi-restore", on_click=lambda: session.go("/", Asked())
                )
        for line in left_out:
            Wrong(f"{LEFT_OUT}{line}")
        if kept.current is not None:
            _Stage(kept.current)


def _left_out(asked: Asked, shown: _Shown | None) -> list[str]:
    """What of a link makes no sense in what is shown, a line each."""
    if shown is None:
        return []
    lines = [f"arm {arm[:40]!r}: there is none of that name here" for arm in asked.arms if arm not in shown.arms]
    if asked.week > shown.live.last:
        step = shown.live.scenario.step
        lines.append(f"week {asked.week}: the last {step} is {shown.live.last}, which is shown instead")
    return lines


def _begun(asked: Asked) -> tuple[_Shown | None, str]:
    """What is asked for at its beginning, or the line that says what is wrong."""
    scenario, wrong = understood(asked)
    if scenario is None:
        return None, wrong
    try:
        one = on_one_village(scenario)
        community = draw_community(one, village_seed(one, asked.seed, 0))
        check_size(one, community.n)
        arms, all_arms, places = arms_of(asked, scenario), tuple(scenario.arms), places_of(community)
        for word, change in (("without", removed), ("with", converted)):
            if asked.on_page(word):
                row = _row(community, asked.on_page(word))
                changed = Live(change(one, asked.seed, row), arms, asked.seed)
                if word == "without":
                    places = np.delete(places, row, axis=0)
                return _Shown(changed, Live(one, arms, asked.seed), all_arms, places), ""
        return _Shown(Live(one, arms, asked.seed), None, all_arms, places), ""
    except PdSimError as error:
        return None, told(error, file_names(asked))


def _row(community: Community, name: str) -> int:
    village, _, household = name.rpartition("/")
    for row, (one, where) in enumerate(zip(community.names, community.village_of, strict=True)):
        if one == household and community.villages[where] == village:
            return row
    raise ScenarioError(f"household {name[:60]!r}: there is none of that name here")


@solara.component
def _Stage(shown: _Shown) -> None:
    session = session_of_this_tab()
    live = shown.live
    week: Any = solara.use_memo(lambda: solara.reactive(live.week), [live])
    goal = solara.use_reactive(-1)
    playing = solara.use_reactive(False)
    speed = solara.use_reactive(8)
    show_hidden = solara.use_reactive(False)
    chosen = solara.use_reactive(-1)

    def go(to: int) -> None:
        to = min(max(int(to), 0), live.last)
        been = shown.go_back(to)
        week.value = live.week
        playing.value = False
        goal.value = -1 if been else to

    def note() -> None:
        resting = not playing.value and goal.value < 0 and week.value == live.week
        # of another question, which is not drawn yet, this is no week
        if resting and replace(session.newest(), week=0) == replace(session.asked, week=0):
            session.note(replace(session.asked, week=live.week))

    # the week of the link, for another run or where the link was not written here; where it rests, the link says so
    solara.use_effect(lambda: go(session.asked.week), [live, session.came])
    solara.use_effect(note, [live, week.value, playing.value, goal.value])

    reel = solara.use_memo(Reel, [live])

    def move(cancel: threading.Event) -> None:
        wish = shown.wish
        if goal.value >= 0:
            _run_to(shown, goal.value, week.set, wish, cancel)
        elif playing.value:
            _play(shown, speed, reel, week.set, wish, cancel)
        else:
            return
        if wish == shown.wish and not cancel.is_set():  # else something else is wished for, or the page was left
            playing.value, goal.value = False, -1

    use_worker(move, [playing.value, goal.value, live])

    def hold() -> None:
        shown.rest()
        week.value = live.week  # before it says that it rests
        playing.value, goal.value = False, -1

    _Controls(live, week.value, goal.value, playing, speed, go, hold)
    _Setup(shown, goal.value if goal.value >= 0 else week.value, speed, show_hidden)
    if shown.before is not None:
        _Changed(live)
    many = {1: "one", 3: "three"}.get(len(live.arms), "two")
    with solara.Div(classes=["villages", many]):
        for arm in live.arms:
            Village(live, arm, shown.places, week.value, show_hidden.value, chosen, reel)
    if 0 <= chosen.value < live.community.n:
        Household(live, week.value, chosen)
    StageLegend(live.scenario.step, show_hidden.value)
    SoFar(live, shown.before, week.value)


def _run_to(shown: _Shown, week: int, show: Callable[[int], None], wish: int, cancel: threading.Event) -> None:
    """Run up to a week as fast as can be, with a picture now and then."""
    seen = time.monotonic()
    while shown.live.week < week and not cancel.is_set() and shown.step(wish):
        if time.monotonic() - seen > _GLIMPSE:
            show(shown.live.week)
            seen = time.monotonic()
    show(shown.live.week)


def _play(
    shown: _Shown, speed: Any, reel: Reel, show: Callable[[int], None], wish: int, cancel: threading.Event
) -> None:
    """Show week after week at the speed asked for; a late one does not make the next ones hurry."""
    due = seen = time.monotonic()
    while not cancel.is_set() and shown.step(wish):
        reel.show(shown.live.week)
        if time.monotonic() - seen > _GLIMPSE:
            show(shown.live.week)
            seen = time.monotonic()
        due = max(due + 1.0 / max(1, speed.value), time.monotonic())
        cancel.wait(max(0.0, due - time.monotonic()))
    show(shown.live.week)


@solara.component
def _Controls(live: Live, week: int, goal: int, playing: Any, speed: Any, go: Any, hold: Any) -> None:
    session = session_of_this_tab()
    moving = playing.value or goal >= 0

    def press() -> None:
        if moving:
            hold()
        elif live.week < live.last:
            playing.value = True
        else:
            go(0)
            playing.value = True

    with rv.Html(tag="div", class_="play", attributes={"role": "group", "aria-label": "Play"}):
        solara.Button(
            "Pause" if playing.value else "Stop" if goal >= 0 else "Play",
            icon_name="mdi-pause" if moving else "mdi-play",
            color="primary",
            on_click=press,
        )
        solara.Button("Back", icon_name="mdi-skip-previous", on_click=lambda: go(live.week - 1), disabled=week == 0)
        solara.Button("Step", icon_name="mdi-skip-next", on_click=lambda: go(live.week + 1), disabled=week >= live.last)
        solara.Button("Reset", icon_name="mdi-restart", on_click=lambda: go(0))
        solara.Button(
            "New seed",
            icon_name="mdi-dice-5",
            on_click=lambda: session.ask(replace(session.asked, seed=session.asked.seed + 1, week=0)),
        )
        Words(f"{live.scenario.step.capitalize()} {week} of {live.last}", "strong", "when")
        with solara.Div(classes=["jump"]):
            solara.SliderInt("Jump to", value=week, min=0, max=live.last, on_value=lambda to: to != week and go(to))
        with solara.Div(classes=["speed"]):
            solara.SliderInt("Speed", value=speed, min=1, max=_FASTEST)


@solara.component
def _Setup(shown: _Shown, week: int, speed: Any, show_hidden: Any) -> None:
    """Case, arms and what is seen: open on a large screen, folded on a phone."""
    session = session_of_this_tab()
    opened = solara.use_reactive(False)
    asked, live = session.asked, shown.live

    def turn(arm: str) -> None:
        arms = [one for one in shown.arms if (one in live.arms) != (one == arm)]
        session.ask(replace(asked, arms=tuple(arms), week=week))

    with solara.Div(classes=["setup", "opened" if opened.value else "closed"]):
        solara.Button(
            f"{live.scenario.title or named(live.scenario.name)}: {', '.join(named(arm) for arm in live.arms)}",
            icon_name="mdi-chevron-up" if opened.value else "mdi-chevron-down",
            text=True,
            classes=["fold-button"],
            on_click=lambda: opened.set(not opened.value),
            attributes={"aria-expanded": "true" if opened.value else "false"},
        )
        Pick(
            "Case",
            list(case_names()),
            asked.case if not asked.own else None,
            lambda case: session.ask(Asked(case=case, seed=asked.seed)),
        )
        files = ", ".join(file_names(asked).values())
        if files:
            Words(f"On your files: {files}", "span", "muted")
        with rv.Html(tag="div", class_="arms", attributes={"role": "group", "aria-label": "Arms shown"}):
            Words("Arms", "span", "muted")
            for arm in shown.arms:
                on = arm in live.arms
                solara.Button(
                    named(arm),
                    outlined=True,
                    small=True,
                    icon_name="mdi-check" if on else "mdi-plus",
                    disabled=(on and len(live.arms) == 1) or (not on and len(live.arms) >= _MOST_ARMS),
                    on_click=lambda arm=arm: turn(arm),
                    attributes={"aria-pressed": "true" if on else "false"},
                )
        with solara.Div(classes=["right"]):
            solara.Checkbox(label="Show positive deviants", value=show_hidden)
        with solara.Div(classes=["speed-here"]):
            solara.SliderInt("Speed", value=speed, min=1, max=_FASTEST)


@solara.component
def _Changed(live: Live) -> None:
    """What was changed of one household, and the way back."""
    session = session_of_this_tab()
    gone = session.asked.on_page("without")
    what = "taken away" if gone else "practising from the start"
    village, _, household = (gone or session.asked.on_page("with")).rpartition("/")
    name = f"{household} of {village}" if len(live.community.villages) > 1 else household
    with solara.Div(classes=["card", "bar"]):
        Words(f"{live.scenario.unit.capitalize()} {name} {what}, everything else the same, the same luck.")
        solara.Button(
            "As it was",
            icon_name="mdi-undo",
            text=True,
            on_click=lambda: session.ask(session.asked.with_page("without", "").with_page("with", "")),
        )
