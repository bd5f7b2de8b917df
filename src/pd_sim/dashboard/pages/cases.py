"""Cases: what is told of each, beside what is simulated."""

from __future__ import annotations

import math
import threading
from typing import Any

import solara

from pd_sim.dashboard.asked import Asked
from pd_sim.dashboard.ensemble import StoppedError, bands
from pd_sim.dashboard.looks import named
from pd_sim.dashboard.parts import Table, Words, Wrong
from pd_sim.dashboard.session import session_of_this_tab
from pd_sim.errors import PdSimError
from pd_sim.scenario import Scenario, case_names

__all__ = ["Cases"]


@solara.component
def Cases() -> None:
    """The page: one card a case."""
    cases = solara.use_memo(lambda: [Scenario.load(name) for name in case_names()], [])
    Words(
        "Cases as the people who ran them tell them. Hardly any had a control group, so a figure told is no proof; "
        "beside it stands what this model gives for the same case, with what was fitted to it.",
        classes="muted",
    )
    with solara.Div(classes=["cards"]):
        for case in cases:
            _Case(case)


@solara.component
def _Case(case: Scenario) -> None:
    session = session_of_this_tab()
    asked = Asked(case=case.name)
    about = case.about.strip().split("\n\n")[0].replace("\n", " ")
    with solara.Div(classes=["card"]):
        Words(case.title or case.name, "h2")
        Words(about)
        with solara.Div(classes=["bar"]):
            solara.Button("Watch", icon_name="mdi-play", small=True, on_click=lambda: session.go("/", asked))
            solara.Button("What if", icon_name="mdi-tune", small=True, on_click=lambda: session.go("/what-if", asked))
        if case.targets:
            _Told(case)


@solara.component
def _Told(case: Scenario) -> None:
    wanted = solara.use_reactive(False)
    found: Any = solara.use_reactive(None)
    wrong = solara.use_reactive("")

    def compared(cancel: threading.Event) -> None:
        if not wanted.value:
            return
        from pd_sim.analysis.told import told

        try:
            found.value = told(bands(case, 1, cancel), case.targets)
        except StoppedError:
            return
        except PdSimError as error:
            wrong.value = str(error)

    solara.use_thread(compared, dependencies=[wanted.value], intrusive_cancel=False)
    if wrong.value:
        Wrong(wrong.value)
    elif found.value is not None:
        Table(["told", "figure", "simulated", "sure"], _rows(found.value))
        Words(
            "Sure: V read in the source, C computed, K well known, S told by those who ran it, A assumed.",
            classes="muted",
        )
    elif wanted.value:
        solara.ProgressLinear(True)
    else:
        solara.Button(
            f"Compare with {len(case.targets)} figures that are told",
            text=True,
            small=True,
            on_click=lambda: wanted.set(True),
        )


def _rows(frame: Any) -> list[list[str]]:
    rows = []
    for row in frame.to_dict("records"):
        arm = f" ({named(str(row['arm']))})" if row.get("arm") else ""
        rows.append(
            [
                f"{row['what']}{arm}",
                str(row.get("told_text", row.get("told", ""))),
                _number(row),
                str(row.get("sure", "")),
            ]
        )
    return rows


def _number(row: dict[str, Any]) -> str:
    mean = row.get("mean")
    if mean is None or math.isnan(mean):
        return "–"
    return f"{mean:,.3g} ({row['band_low']:,.3g} to {row['band_high']:,.3g})"
