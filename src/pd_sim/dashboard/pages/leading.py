"""Who leads when: a strip under the curves, and which line is whose."""

from __future__ import annotations

import html
from collections.abc import Sequence

import solara

from pd_sim.dashboard.leads import Leads, leads_of, spells_of, told_of
from pd_sim.dashboard.looks import arm_look, named, plural
from pd_sim.dashboard.parts import Table, Words
from pd_sim.results import Comparison

__all__ = ["Leading", "line_of"]


def line_of(arm: str, place: int) -> str:
    """A short line as an arm has it in the curves, as HTML: its colour by day and night, and its dashes."""
    look = arm_look(arm, place)
    dashes = " ".join(str(part) for part in look.dash)
    return (
        f'<svg class="tone" style="--day:{look.colour};--night:{look.night}" width="34" height="10" aria-hidden="true">'
        f'<line x1="1" y1="5" x2="33" y2="5" stroke="currentColor" stroke-width="3" stroke-dasharray="{dashes}"/></svg>'
    )


@solara.component
def Leading(result: Comparison, arms: Sequence[str], step_name: str = "week", unit: str = "household") -> None:
    """Who leads at each step and how sure that is, as a strip as wide as the curves, in words and in a table."""
    leads = solara.use_memo(lambda: leads_of(result, arms), [result, tuple(arms)])
    words = told_of(leads, step_name)
    with solara.Div(classes=["leading"]):
        Words("Who leads when, and how sure", "h3")
        solara.HTML(tag="div", unsafe_innerHTML=_strip(leads, result, words), classes=["leading-strip"])
        Words(words, classes="leading-told")
        Words(
            f"Coloured: where the mean lead over the next arm, taken run by run, is above 0 with 95% confidence "
            f"(each {step_name} by itself). Hatched: too close to call.",
            classes="muted",
        )
        Table(*_table(leads, step_name, unit), "The leads as a table")


def _strip(leads: Leads, result: Comparison, words: str) -> str:
    places = {arm: place for place, arm in enumerate(result.arms)}
    parts = []
    for spell in spells_of(leads):
        wide = spell.end - spell.start + 1
        if spell.arm:
            look = arm_look(spell.arm, places[spell.arm])
            style = f"flex:{wide} 1 0;--day:{look.colour};--night:{look.night}"
            parts.append(f'<span class="lead" style="{style}"><b>{html.escape(named(spell.arm))}</b></span>')
        else:
            told = "<b>too close to call</b>" if wide > 0.25 * len(leads.mean) else ""
            parts.append(f'<span class="close" style="flex:{wide} 1 0">{told}</span>')
    letters = max(len(named(arm)) for arm in result.arms)  # the curves name their lines at the right
    told = html.escape(words)
    return f'<div class="leads" style="--letters:{letters}" role="img" aria-label="{told}">{"".join(parts)}</div>'


def _table(leads: Leads, step_name: str, unit: str) -> tuple[list[str], list[list[str]]]:
    rows = []
    for spell in spells_of(leads):
        apart = f"{spell.points:.1f} ({spell.low:.1f} to {spell.high:.1f})".replace("-", "−")
        who = [named(spell.arm), named(spell.versus)] if spell.arm else ["too close to call", "–"]
        rows.append([f"{spell.start} to {spell.end}", *who, apart])
    return [f"{step_name}s", "leads", "over", f"points of a hundred {plural(unit)} at the end of it"], rows
