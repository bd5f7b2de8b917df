"""Watch: arms side by side on one village, week by week."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import numpy as np
import reacton.ipyvuetify as rv
import solara
import solara.lab

from pd_sim.community import Community
from pd_sim.dashboard.asked import Asked, arms_of, file_names, understood
from pd_sim.dashboard.ensemble import StoppedError, bands
from pd_sim.dashboard.files import told
from pd_sim.dashboard.limits import check_size
from pd_sim.dashboard.live import EVENTS, Live, on_one_village
from pd_sim.dashboard.looks import STAGE_LOOKS, arm_look, named
from pd_sim.dashboard.one_household import converted, removed
from pd_sim.dashboard.parts import Curves, Table, Words, Wrong, as_bytes, banded, percent
from pd_sim.dashboard.places import places_of, ties_of
from pd_sim.dashboard.session import session_of_this_tab
from pd_sim.dashboard.widgets import VillageCanvas
from pd_sim.engine import draw_community, village_seed
from pd_sim.errors import PdSimError, ScenarioError
from pd_sim.results import Comparison

__all__ = ["Watch"]

_EVENT_WORDS = {
    "started": "start to try",
    "took_up": "take it up",
    "gave_up": "give it up",
    "stopped": "stop",
    "found": "are found",
    "met": "at sessions",
}


@solara.component
def Watch() -> None:
    """The page: what is asked for, or the line that says why it cannot be shown."""
    session = session_of_this_tab()
    kept: Any = solara.use_ref(None)
    shown, wrong = solara.use_memo(lambda: _begun(session.asked), [replace(session.asked, week=0)])
    if shown is not None:
        kept.current = shown
    if wrong:
        Wrong(wrong)
    if kept.current is not None:
        _Stage(*kept.current)


_Shown = tuple[Live, Live | None]


def _begun(asked: Asked) -> tuple[_Shown | None, str]:
    """The run that is asked for, and the one it differs from by one household, or the line that says what is wrong."""
    scenario, wrong = understood(asked)
    if scenario is None:
        return None, wrong
    try:
        one = on_one_village(scenario)
        community = draw_community(one, village_seed(one, asked.seed, 0))
        check_size(one, community.n)
        arms = arms_of(asked, scenario)
        for word, change in (("without", removed), ("with", converted)):
            if asked.on_page(word):
                row = _row(community, asked.on_page(word))
                live, before = Live(change(one, asked.seed, row), arms, asked.seed), Live(one, arms, asked.seed)
                live.go_to(asked.week)
                return (live, before), ""
        live = Live(one, arms, asked.seed)
        live.go_to(asked.week)
        return (live, None), ""
    except PdSimError as error:
        return None, told(error, file_names(asked))


def _row(community: Community, name: str) -> int:
    village, _, household = name.rpartition("/")
    for row, (one, where) in enumerate(zip(community.names, community.village_of, strict=True)):
        if one == household and community.villages[where] == village:
            return row
    raise ScenarioError(f"household {name[:60]!r}: there is none of that name here")


@solara.component
def _Stage(live: Live, before: Live | None) -> None:
    session = session_of_this_tab()
    week = solara.use_reactive(live.week)
    playing = solara.use_reactive(False)
    speed = solara.use_reactive(8)
    show_hidden = solara.use_reactive(False)
    chosen = solara.use_reactive(-1)

    solara.use_effect(lambda: week.set(live.week), [live])

    def play(cancel: threading.Event) -> None:
        due = time.monotonic()
        while playing.value and not cancel.is_set():
            if not live.step():
                playing.value = False
                return
            week.value = live.week
            due = max(due + 1.0 / max(1, speed.value), time.monotonic())
            cancel.wait(max(0.0, due - time.monotonic()))

    solara.use_thread(play, dependencies=[playing.value, live], intrusive_cancel=False)

    def go(to: int) -> None:
        playing.value = False
        live.go_to(int(to))
        week.value = live.week

    step = live.scenario.step
    changed = session.asked.on_page("without") or session.asked.on_page("with")
    with rv.Html(tag="div", class_="bar sticky", attributes={"role": "group", "aria-label": "Play"}):
        solara.Button(
            "Pause" if playing.value else "Play",
            icon_name="mdi-pause" if playing.value else "mdi-play",
            color="primary",
            on_click=lambda: playing.set(not playing.value and live.week < live.last),
        )
        solara.Button(
            "Back", icon_name="mdi-skip-previous", on_click=lambda: go(live.week - 1), disabled=week.value == 0
        )
        solara.Button(
            "Step", icon_name="mdi-skip-next", on_click=lambda: go(live.week + 1), disabled=week.value >= live.last
        )
        solara.Button("Reset", icon_name="mdi-restart", on_click=lambda: go(0))
        solara.Button(
            "New seed",
            icon_name="mdi-dice-5",
            on_click=lambda: session.ask(replace(session.asked, seed=session.asked.seed + 1, week=0)),
        )
        Words(f"{step.capitalize()} {week.value} of {live.last}", "strong")
        with solara.Div(style={"flex": "3 1 220px"}):
            solara.SliderInt("Jump to", value=week.value, min=0, max=live.last, on_value=go)
        with solara.Div(style={"flex": "1 1 150px"}):
            solara.SliderInt("Speed", value=speed, min=1, max=20)
    with solara.Div(classes=["bar"]):
        _Legend()
        with solara.Div(classes=["right"]):
            solara.Checkbox(label="Show positive deviants", value=show_hidden)
    if before is not None:
        with solara.Div(classes=["card", "bar"]):
            what = "taken away" if session.asked.on_page("without") else "practising from the start"
            Words(f"One {live.scenario.unit} {what} ({changed}), everything else the same, the same luck.")
            solara.Button(
                "As it was",
                icon_name="mdi-undo",
                text=True,
                on_click=lambda: session.ask(session.asked.with_page("without", "").with_page("with", "")),
            )
    with solara.Div(classes=["cards", "two"]):
        for place, arm in enumerate(live.arms):
            _Arm(live, arm, place, week.value, show_hidden.value, chosen)
    if 0 <= chosen.value < live.community.n:
        _Household(live, week.value, chosen)
    _Below(live, before, week.value)


@solara.component
def _Legend() -> None:
    text = "".join(f"<span>{form}&nbsp;{name}</span>" for form, name, _ in STAGE_LOOKS)
    solara.HTML(tag="div", unsafe_innerHTML=text, classes=["legend"])


@solara.component
def _Arm(live: Live, arm: str, place: int, week: int, show_hidden: bool, chosen: Any) -> None:
    moment = live.at(arm, week)
    community = live.community
    places = solara.use_memo(lambda: places_of(community).tobytes(), [live])
    ties = solara.use_memo(lambda: ties_of(community).tobytes(), [live])
    look = arm_look(arm, place)
    met, found = (1 << EVENTS.index(name) for name in ("met", "found"))
    state = (
        moment.stage
        | np.where(moment.hidden, np.uint8(8), np.uint8(0))
        | np.where(moment.happened & met, np.uint8(16), np.uint8(0))
        | np.where(moment.happened & found, np.uint8(32), np.uint8(0))
    ).astype(np.uint8)
    counts = {
        name: int(((moment.stage == code) & ~moment.hidden).sum()) for code, (_, name, _) in enumerate(STAGE_LOOKS)
    }
    told = ", ".join(f"{n} {name}" for name, n in counts.items() if n)
    with solara.Div(classes=["card"]):
        with solara.Div(classes=["bar"]):
            Words(named(arm), "h2")
            solara.HTML(
                tag="span",
                unsafe_innerHTML=percent(moment.practising),
                classes=["big", "right"],
                style=f"color:{look.colour}" if not solara.lab.use_dark_effective() else f"color:{look.night}",
            )
        events = [f"{moment.count(name)} {words}" for name, words in _EVENT_WORDS.items() if moment.count(name)]
        Words(
            "This " + live.scenario.step + ": " + (", ".join(events) if events else "nothing happens"), classes="muted"
        )
        VillageCanvas.element(
            places=places,
            ties=ties,
            state=state.tobytes(),
            show_hidden=show_hidden,
            chosen=chosen.value,
            on_chosen=chosen.set,
            label=f"{named(arm)}, {live.scenario.step} {week}: {told}. Arrow keys choose a {live.scenario.unit}.",
            most_height=380 if len(live.arms) <= 2 else 320,
        )


@solara.component
def _Below(live: Live, before: Live | None, week: int) -> None:
    result: solara.Reactive[Comparison | None] = solara.use_reactive(None)
    done = solara.use_reactive(0.0)

    def compute(cancel: threading.Event) -> None:
        result.value = None
        scenario = live.scenario.model_copy(update={"arms": {arm: live.scenario.arms[arm] for arm in live.arms}})
        try:
            result.value = bands(scenario, live.seed, cancel, lambda d, n: done.set(d / n))
        except StoppedError:
            return

    solara.use_thread(compute, dependencies=[live], intrusive_cancel=False)
    lines = []
    for place, arm in enumerate(live.arms):
        look = arm_look(arm, place)
        values = np.full(live.last + 1, np.nan, np.float32)
        curve = live.curve(arm)[: week + 1]
        values[: len(curve)] = curve
        line = {"name": arm, "colour": look.colour, "night": look.night, "dash": list(look.dash)}
        lines.append({**line, "value": as_bytes(values)})
    drawn = {}
    if before is not None:
        before.go_to(week)
        for arm in live.arms:
            drawn[arm] = [[k, float(share)] for k, share in enumerate(before.curve(arm))]
    if result.value is not None:
        for line, shown in zip(lines, banded(result.value, live.arms), strict=True):
            line |= {"low": shown["low"], "high": shown["high"], "mean": shown["mean"]}
    replicates = result.value.replicates if result.value is not None else 0
    with solara.Div(classes=["card"]):
        Words(f"Share of {live.scenario.unit}s practising", "h2")
        about = (
            f"Thick: this run. Thin: mean of {replicates} runs on this village; shaded: the middle 90% of them."
            if replicates
            else f"Thick: this run. The band of many runs is on its way ({done.value:.0%})."
        )
        if before is not None:
            about += " Dotted: the same run before the change."
        Words(about, classes="muted")
        step_name = f"{live.scenario.step}s"
        Curves(lines, live.last, what="Share practising", step_name=step_name, week=week, drawn=drawn, most_height=260)
        rows = []
        money = any(live.total(arm, "cost") for arm in live.arms)
        issue = live.scenario.outcome is not None
        for arm in live.arms:
            row = [named(arm), percent(live.at(arm, week).practising), f"{live.total(arm, 'participants'):,.0f}"]
            if money:
                row.append(f"{live.total(arm, 'cost'):,.0f}")
            if issue:
                row.append(f"{live.total(arm, 'incidents'):,.0f}")
            rows.append(row)
        heads = [
            "arm",
            "practising",
            "came to a session",
            *(["spent so far"] if money else []),
            *(["incidents"] if issue else []),
        ]
        Table(heads, rows)


@solara.component
def _Household(live: Live, week: int, chosen: Any) -> None:
    session = session_of_this_tab()
    row, community = chosen.value, live.community
    name = f"{community.villages[community.village_of[row]]}/{community.names[row]}"

    def change(word: str) -> None:
        chosen.value = -1
        other = "with" if word == "without" else "without"
        session.ask(replace(session.asked.with_page(other, "").with_page(word, name), week=week))

    facts = live.facts(live.arms[0], row)
    with solara.Div(classes=["card"]):
        with solara.Div(classes=["bar"]):
            Words(f"{live.scenario.unit.capitalize()} {facts.pop('name')}", "h2")
            solara.Button("Close", icon_name="mdi-close", text=True, classes=["right"], on_click=lambda: chosen.set(-1))
        Words(
            "; ".join(f"{name}: {fact}" if name not in ("ties", "caution") else fact for name, fact in facts.items()),
            classes="muted",
        )
        with solara.Div(classes=["bar"]):
            for word, label in (
                ("without", "What if it were not here?"),
                ("with", "What if it practised from the start?"),
            ):
                solara.Button(label, outlined=True, small=True, on_click=lambda word=word: change(word))
        with solara.Div(classes=["cards"]):
            for arm in live.arms:
                with solara.Div():
                    Words(named(arm), "strong")
                    for when, what in live.story(arm, row):
                        Words(f"{live.scenario.step.capitalize()} {when}. {what}", classes="said")
