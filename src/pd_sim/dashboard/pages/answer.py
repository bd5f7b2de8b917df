"""The answer of What if: the headline with its curves, the table, who leads when, and what it rests on."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import reacton.ipyvuetify as rv
import solara

from pd_sim.dashboard.looks import named, plural
from pd_sim.dashboard.pages.leading import Leading, line_of
from pd_sim.dashboard.parts import ArmLegend, Curves, Words, banded, percent
from pd_sim.dashboard.reading import funding_stops, headline, rests_on, rows, table_of
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario
from pd_sim.studies.caveats import caveats

__all__ = ["Counting", "Picture", "Told"]


@solara.component
def Picture(scenario: Scenario, result: Comparison, counting: Any, most_height: int) -> None:
    """Headline and curves: what stays in sight while a knob is moved."""
    arms = list(result.arms)
    said = solara.use_memo(lambda: headline(result, arms), [result])
    lines = solara.use_memo(lambda: banded(result, arms), [result])
    stops = funding_stops(scenario, arms)
    marks = [(stops, "funding stops")] if stops is not None and stops < result.steps else []
    with solara.Div(classes=["card", "answer"]):
        Words(said, "h2", "answer-said")
        counting(result)
        ArmLegend(arms)
        with solara.Div():  # of no height of its own, so that the picture does not take the whole card's
            Curves(
                lines,
                result.steps,
                what=f"Share of {plural(scenario.unit)} practising",
                step_name=f"{scenario.step}s",
                marks=marks,
                most_height=most_height,
            )


@solara.component
def Counting(result: Comparison, busy: Any, was_left: bool, leave: Any, count_on: Any) -> None:
    """How many runs there are, and how far counting has come where it takes long, with a way to leave it."""
    many = len(result.villages)
    where = "on one village" if many == 1 else f"on the same {many} villages"
    with solara.Div(classes=["counting"]):
        with rv.Html(tag="span", class_="muted"):
            Words(f"{result.replicates} paired runs", "span")
            Words(f" of each arm {where}, the same luck in each", "span", "wide-only")
            Words(". Shaded: middle 90%.", "span")
        if was_left:
            Words("You left it there: a rough answer.", "span", "muted")
            solara.Button("Count on", text=True, small=True, icon_name="mdi-play", on_click=count_on)
        elif busy.value > 0:
            with solara.Div(classes=["late"]):
                Words(f"Counting on, {busy.value:.0%}", "span", "muted")
                solara.Button("Cancel", text=True, small=True, icon_name="mdi-close", on_click=leave)
                rv.ProgressLinear(value=100 * busy.value, height=3, attributes={"aria-label": "Counting"})


@solara.component
def Told(scenario: Scenario, result: Comparison) -> None:
    """The numbers at the end, who leads when, and the assumptions that carry it."""
    arms = list(result.arms)
    heads, body = solara.use_memo(lambda: table_of(rows(result, scenario, arms), scenario.unit), [result, scenario])
    minded = solara.use_memo(lambda: caveats(result, scenario, named), [result, scenario])
    with solara.Div(classes=["card"]):
        _Numbers(heads, body, arms)
        Words(
            f"Takes off: at least {percent(result.takeoff_share)} practise in some {scenario.step}; lost again: fewer "
            "at the end.",
            classes="muted",
        )
        if len(heads) < 6:
            Words(
                "No price is given yet: put them in under Budget and prices, and what each sustained "
                f"{scenario.unit} costs stands here.",
                classes="muted",
            )
        else:
            Words(
                f"Money in {scenario.economics.currency}, for what goes beyond doing nothing; in brackets where the "
                "mean lies with 95% confidence. In the price of one, later money and later practice count less.",
                classes="muted",
            )
        if len(arms) > 1:
            Leading(result, arms, scenario.step, scenario.unit)
    if minded:
        with solara.Div(classes=["card"]):
            Words("Mind", "h2")
            for line in minded:
                Words(line.rstrip(".") + ".", classes="said")
    carried = rests_on(scenario, arms)
    if carried:
        with solara.Div(classes=["card"]):
            Words("What this rests on", "h2")
            for line in carried:
                Words(line[0].upper() + line[1:] + ".", classes="said")
            Words("Each of these is an assumption. Move its knob, and see what becomes of the lead.", classes="muted")


@solara.component
def _Numbers(heads: Sequence[str], body: Sequence[Sequence[str]], arms: Sequence[str]) -> None:
    """A table on a wide screen; on a narrow one each arm by itself, its numbers one under the other."""
    head = "".join(f'<th scope="col" role="columnheader">{html.escape(h)}</th>' for h in heads)
    lines = []
    for place, (arm, row) in enumerate(zip(arms, body, strict=True)):
        name = f'<td role="cell">{line_of(arm, place)} {html.escape(row[0])}</td>'
        rest = "".join(
            f'<td role="cell" data-label="{html.escape(h)}">{_with_interval(c)}</td>'
            for h, c in zip(heads[1:], row[1:], strict=True)
        )
        lines.append(f'<tr role="row">{name}{rest}</tr>')
    table = (
        f'<table class="plain answer-table" role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(lines)}</tbody></table>'
    )
    solara.HTML(tag="div", unsafe_innerHTML=table, classes=["wide"])


def _with_interval(cell: str) -> str:
    """A cell as HTML, its interval smaller."""
    value, bracket, interval = html.escape(cell).partition(" (")
    return f"{value} <small>({interval}</small>" if bracket else value
