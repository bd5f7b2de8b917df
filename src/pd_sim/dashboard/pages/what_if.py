"""What if: a scenario from cards; curves, numbers and cost follow while a knob moves."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import reacton.ipyvuetify as rv
import solara

from pd_sim.dashboard.asked import Asked, file_names, understood
from pd_sim.dashboard.ensemble import StoppedError, bands, first_look
from pd_sim.dashboard.files import told
from pd_sim.dashboard.knobs import Card, Knob, cards_of
from pd_sim.dashboard.limits import check_size
from pd_sim.dashboard.live import on_one_village
from pd_sim.dashboard.looks import arm_look, named
from pd_sim.dashboard.pages.more_answers import MoreAnswers
from pd_sim.dashboard.pages.on_demand import Pick
from pd_sim.dashboard.pages.own_files import Downloads, OwnFiles
from pd_sim.dashboard.parts import Curves, Table, Words, Wrong, banded
from pd_sim.dashboard.reading import funding_stops, headline, rests_on, rows, table_of
from pd_sim.dashboard.session import session_of_this_tab
from pd_sim.engine import draw_community, village_seed
from pd_sim.errors import PdSimError
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario, case_names

__all__ = ["WhatIf"]

_IDLE = 0.7
"""Seconds without a change after which a scenario goes into the link."""


@solara.component
def WhatIf() -> None:
    """The page: cards beside what comes of them."""
    session = session_of_this_tab()
    draft: solara.Reactive[Asked] = solara.use_reactive(session.asked)
    solara.use_effect(lambda: draft.set(session.asked), [session.asked])
    answer: solara.Reactive[tuple[Scenario, Comparison] | None] = solara.use_reactive(None)
    wrong = solara.use_reactive("")
    busy = solara.use_reactive(0.0)

    def answered(cancel: threading.Event) -> None:
        asked = draft.value
        scenario, line = understood(asked)
        if scenario is None:
            wrong.value = line
            return
        try:
            one = on_one_village(scenario)
            check_size(one, draw_community(one, village_seed(one, asked.seed, 0)).n)
            busy.value = 0.01
            answer.value = (scenario, first_look(scenario, asked.seed, cancel))
            wrong.value = ""
            answer.value = (scenario, bands(scenario, asked.seed, cancel, lambda d, n: busy.set(max(0.01, d / n))))
            busy.value = 0.0
        except StoppedError:
            return
        except PdSimError as error:
            wrong.value, busy.value = told(error, file_names(asked)), 0.0
            return
        if not cancel.wait(_IDLE):
            session.ask(asked)

    solara.use_thread(answered, dependencies=[draft.value], intrusive_cancel=False)
    scenario, _ = solara.use_memo(lambda: understood(draft.value), [draft.value])
    last = solara.use_ref(scenario)
    if scenario is not None:
        last.current = scenario
    with solara.Div(classes=["sides"]):
        with solara.Div(classes=["stack"]):
            _Case(draft)
            OwnFiles(draft)
            if last.current is not None:
                for card in cards_of(last.current):
                    if card.knobs or card.more:
                        _Card(card, draft)
        with solara.Div(classes=["stack"]):
            if wrong.value:
                Wrong(wrong.value)
            if answer.value is not None:
                _Answer(*answer.value, busy.value)
                with solara.Div(classes=["card"]):
                    Words("Take it home", "h2")
                    Downloads(*answer.value, draft.value)
                MoreAnswers(*answer.value, draft.value.seed)
            elif not wrong.value:
                solara.ProgressLinear(True)


@solara.component
def _Case(draft: Any) -> None:
    names = list(case_names())
    with solara.Div(classes=["card"]):
        Pick(
            "Case",
            names,
            draft.value.case if not draft.value.own else None,
            lambda case: draft.set(Asked(case=case, seed=draft.value.seed)),
        )
        if draft.value.settings:
            Words(
                f"{len(draft.value.settings)} changed: " + ", ".join(f"{n} = {v}" for n, v in draft.value.settings),
                classes="muted",
            )
            solara.Button(
                "As in the case",
                icon_name="mdi-restore",
                text=True,
                on_click=lambda: draft.set(replace(draft.value, settings=())),
            )


@solara.component
def _Card(card: Card, draft: Any) -> None:
    more = solara.use_reactive(False)
    with solara.Div(classes=["card"]):
        Words(card.title, "h2")
        if card.about:
            Words(card.about, classes="muted")
        for knob in (*card.knobs, *(card.more if more.value else ())):
            _Knob(knob, draft)
        if card.more:
            label = "Less" if more.value else f"More ({len(card.more)})"
            solara.Button(label, text=True, small=True, on_click=lambda: more.set(not more.value))


@solara.component
def _Knob(knob: Knob, draft: Any) -> None:
    value = dict(draft.value.settings).get(knob.field)
    try:
        now = float(value) if value is not None else knob.value
    except ValueError:
        now = knob.value
    shown = f"{now:.0f}" if knob.whole else f"{now:.4g}"

    def moved(to: float) -> None:
        kept = round(to) if knob.whole else round(float(to), 6)
        if kept != now:
            draft.set(draft.value.with_setting(knob.field, kept))

    sure = {"A": " (assumed)", "S": " (told)"}.get(knob.sure, "")
    with solara.Tooltip(f"{knob.help}{sure}"), solara.Div():
        Words(f"{knob.label} {shown}", "label", "muted")
        rv.Slider(
            min=knob.low,
            max=knob.high,
            step=knob.step,
            v_model=min(max(now, knob.low), knob.high),
            on_v_model=moved,
            dense=True,
            hide_details=True,
            attributes={"aria-label": f"{knob.label}: {knob.help}"},
        )


@solara.component
def _Answer(scenario: Scenario, result: Comparison, busy: float) -> None:
    arms = list(result.arms)
    stops = funding_stops(scenario, arms)
    marks = [(stops, "funding stops")] if stops is not None and stops < result.steps else []
    with solara.Div(classes=["stack"]):
        with solara.Div(classes=["card"]):
            Words(headline(result, arms), "h2")
            about = f"{result.replicates} paired runs of each arm on one village, the same luck in each."
            about += " Shaded: middle 90%."
            Words(about + (f" Still counting ({busy:.0%})." if busy else ""), classes="muted")
            legend = "".join(
                f'<span><span style="color:{arm_look(arm, k).colour}">━━</span> {named(arm)}</span>'
                for k, arm in enumerate(arms)
            )
            solara.HTML(tag="div", unsafe_innerHTML=legend, classes=["legend"])
            with solara.Div():  # of no height of its own, so that the picture does not take the whole card's
                Curves(
                    banded(result, arms),
                    result.steps,
                    what=f"Share of {scenario.unit}s practising",
                    step_name=f"{scenario.step}s",
                    marks=marks,
                    most_height=340,
                )
            heads, body = table_of(rows(result, scenario, arms))
            Table(heads, body)
        carried = rests_on(scenario, arms)
        if carried:
            with solara.Div(classes=["card"]):
                Words("What this rests on", "h2")
                for line in carried:
                    Words(line[0].upper() + line[1:] + ".", classes="said")
                Words("Each of these is an assumption. Move its knob, and see whether the lead holds.", classes="muted")
