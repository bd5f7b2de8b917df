"""Beneath the villages: this run's curves within the bands of many, and what it has cost and spared so far."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import reacton.ipyvuetify as rv
import solara

from pd_sim.dashboard.ensemble import StoppedError, bands
from pd_sim.dashboard.live import Live
from pd_sim.dashboard.looks import STAGE_LOOKS, arm_look, named, plural
from pd_sim.dashboard.pages.own_files import Downloads
from pd_sim.dashboard.parts import ArmLegend, Curves, Table, Words, Wrong, as_bytes, banded, percent
from pd_sim.dashboard.reading import funding_stops
from pd_sim.dashboard.session import session_of_this_tab
from pd_sim.dashboard.snapshot import snapshot
from pd_sim.dashboard.worker import use_worker
from pd_sim.errors import PdSimError
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario

__all__ = ["SoFar"]


@solara.component
def SoFar(live: Live, before: Live | None, week: int) -> None:
    """The card: curves, numbers, and what can be taken home."""
    session = session_of_this_tab()
    found: solara.Reactive[tuple[Live, Comparison] | None] = solara.use_reactive(None)
    done, wanted, wrong = solara.use_reactive(0.0), solara.use_reactive(True), solara.use_reactive("")
    shown = solara.use_memo(lambda: _of_these_arms(live), [live])

    def compute(cancel: threading.Event) -> None:
        found.value, wrong.value = None, ""
        if not wanted.value:
            return
        try:
            found.value = (live, bands(shown, live.seed, cancel, lambda d, n: done.set(d / n)))
        except StoppedError:
            return
        except PdSimError as error:
            wrong.value = str(error)

    use_worker(compute, [live, wanted.value])
    of_many = found.value[1] if found.value is not None and found.value[0] is live else None
    with solara.Div(classes=["card"]):
        with solara.Div(classes=["bar"]):
            Words(f"Share of {plural(live.scenario.unit)} practising", "h2")
            ArmLegend(live.arms, list(live.scenario.arms))
        if wrong.value:
            Wrong(wrong.value)
        _About(live, before, of_many, wanted, done.value)
        with solara.Div(classes=["below"]):
            with solara.Div():
                _Picture(live, before, week, of_many)
            with solara.Div():
                Table(*_numbers(live, before, week))
                Table(*_stages(live, week), summary="The numbers behind the pictures")
        if of_many is not None:
            _TakeHome(live, week, shown, of_many, session.asked)


def _of_these_arms(live: Live) -> Scenario:
    return live.scenario.model_copy(update={"arms": {arm: live.scenario.arms[arm] for arm in live.arms}})


@solara.component
def _About(live: Live, before: Live | None, of_many: Comparison | None, wanted: Any, done: float) -> None:
    words = "Thick: this run."
    if of_many is not None:
        where = "these villages" if len(live.community.villages) > 1 else "this village"
        words += f" Thin: mean of {of_many.replicates} runs on {where}; shaded: the middle 90% of them."
    if before is not None:
        words += " Dotted: the same run before the change."
    with solara.Div(classes=["bar"]):
        Words(words, "span", "muted")
        if of_many is None and wanted.value:
            Words(f"The band of many runs is on its way ({done:.0%}).", "span", "muted")
            solara.Button("Cancel", text=True, small=True, on_click=lambda: wanted.set(False))
        elif of_many is None:
            solara.Button("Show the band of many runs", text=True, small=True, on_click=lambda: wanted.set(True))


@solara.component
def _Picture(live: Live, before: Live | None, week: int, of_many: Comparison | None) -> None:
    lines: list[dict[str, Any]] = []
    for arm in live.arms:
        look = arm_look(arm, live.place(arm))
        values = np.full(live.last + 1, np.nan, np.float32)
        curve = live.curve(arm)[: week + 1]
        values[: len(curve)] = curve
        line = {"name": arm, "colour": look.colour, "night": look.night, "dash": list(look.dash)}
        lines.append({**line, "value": as_bytes(values)})
    drawn = {}
    if before is not None:
        drawn = {arm: [[k, float(v)] for k, v in enumerate(before.curve(arm)[: week + 1])] for arm in live.arms}
    if of_many is not None:
        for line, band in zip(lines, banded(of_many, live.arms), strict=True):
            line |= {"low": band["low"], "high": band["high"], "mean": band["mean"]}
    stops = funding_stops(live.scenario, live.arms)
    Curves(
        lines,
        live.last,
        what="Share practising",
        step_name=f"{live.scenario.step}s",
        week=week,
        marks=[(stops, "funding stops")] if stops is not None and stops < live.last else [],
        drawn=drawn,
        most_height=215,
    )


def _numbers(live: Live, before: Live | None, week: int) -> tuple[list[str], list[list[str]]]:
    """Heads and rows: practising, who came, money, incidents and how many of them were averted."""
    money = any(live.total(arm, "cost") for arm in live.arms)
    outcome = live.scenario.outcome
    heads = ["so far", "practising", *(["before the change"] if before is not None else []), "came to a session"]
    heads += ["spent"] if money else []
    heads += ["incidents", "averted"] if outcome is not None else []
    rows = []
    for arm in live.arms:
        row = [named(arm), percent(live.at(arm, week).practising)]
        if before is not None:
            row.append(percent(before.at(arm, min(week, before.run_up_to)).practising))
        row.append(f"{live.total(arm, 'participants'):,.0f}")
        if money:
            row.append(f"{live.total(arm, 'cost'):,.0f}")
        if outcome is not None:
            incidents = live.total(arm, "incidents" if outcome.drawn else "expected_incidents")
            row += [f"{incidents:,.0f}", f"{live.averted(arm):,.0f}".replace("-", "−")]
        rows.append(row)
    return heads, rows


def _stages(live: Live, week: int) -> tuple[list[str], list[list[str]]]:
    """Heads and rows: households at each stage, by arm."""
    moments = [live.at(arm, week) for arm in live.arms]
    rows = [
        [name, *(f"{int(((moment.stage == code) & ~moment.hidden).sum())}" for moment in moments)]
        for code, (name, _) in enumerate(STAGE_LOOKS)
    ]
    rows.append(["practising, unnoticed", *(f"{int(moment.hidden.sum())}" for moment in moments)])
    return [f"{live.scenario.step} {week}", *(named(arm) for arm in live.arms)], rows


@solara.component
def _TakeHome(live: Live, week: int, scenario: Scenario, result: Comparison, asked: Any) -> None:
    stem = f"{scenario.name}_{scenario.step}_{week}"
    with rv.Html(tag="details", class_="fold"):
        rv.Html(tag="summary", children=["Take it home"])
        Downloads(scenario, result, asked)
        with solara.Div(classes=["bar"], style={"margin-top": "8px"}):
            for ending, kind in ((".png", "image/png"), (".svg", "image/svg+xml")):
                solara.FileDownload(
                    lambda ending=ending: snapshot(live, week, ending),
                    stem + ending,
                    label=f"Villages at {scenario.step} {week} ({ending[1:].upper()})",
                    icon_name="mdi-download",
                    mime_type=kind,
                )
