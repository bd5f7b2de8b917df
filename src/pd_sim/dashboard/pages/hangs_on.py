"""What a lead hangs on: one assumption after the other moved to both ends of a range, as a tornado."""

from __future__ import annotations

import html
from typing import Any

import solara

from pd_sim.dashboard.live import on_one_village
from pd_sim.dashboard.looks import arm_look, named
from pd_sim.dashboard.map_words import places_of_hubs
from pd_sim.dashboard.pages.on_demand import OnDemand, Pick, Progress, replicates_of, too_much
from pd_sim.dashboard.parts import Table, Words
from pd_sim.dashboard.reading import in_points
from pd_sim.dashboard.tornado import HUB, Bar, Lead, ranked, tornado
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario

__all__ = ["HangsOn"]

_STYLE = """
.pd .tornado > div { margin: 6px 0 10px; }
.pd .tornado .track { position: relative; height: 16px; background: var(--soft); border-radius: 3px; }
.pd .tornado .track span { position: absolute; top: 0; bottom: 0; }
.pd .tornado .fill { background: var(--day); }
.theme--dark .pd .tornado .fill, .pd .theme--dark .tornado .fill { background: var(--night); }
.pd .tornado .zero { width: 2px; background: var(--ink); }
.pd .tornado .now { width: 0; border-left: 2px dotted var(--ink); }
.pd .tornado .ends { display: flex; justify-content: space-between; gap: 8px; flex-wrap: wrap; }
"""


@solara.component
def HangsOn(scenario: Scenario, result: Comparison, seed: int) -> None:
    """The card: the lead of the first arm over another, and what moves it."""
    solara.Style(_STYLE)
    order = ranked(result)
    first = order[0]
    usual = "top_down" if "top_down" in order[1:] else order[1]
    picked, set_other = solara.use_state("")
    other = picked if picked in order[1:] else usual
    replicates = replicates_of(result, 34, 60)

    def work(progress: Progress) -> Any:
        from pd_sim.studies import compare

        def pair(one: Scenario, arms: Any, counted: Progress | None) -> Comparison:
            return compare(one, list(arms), replicates=replicates, seed=seed, progress=counted)

        one = on_one_village(scenario).in_force
        hubs = [field for field, _ in places_of_hubs(one) if field.split(".")[1] in (first, other)]
        return tornado(one, (first, other), pair, hubs=hubs, progress=progress)

    def show(found: Any) -> None:
        lead, bars = found
        _Tornado(lead, bars, first, other, scenario)

    with OnDemand(
        "What does the lead hang on?",
        "One assumption after the other is moved to both ends of a wide range, everything else and the luck the same. "
        f"{replicates} paired runs at each end.",
        "Move them",
        (result.hash, seed, first, other),
        work,
        show,
        too_much(replicates),
    ):
        Pick(f"Lead of {named(first).lower()} over", order[1:], other, set_other)


@solara.component
def _Tornado(lead: Lead, bars: tuple[Bar, ...], first: str, other: str, scenario: Scenario) -> None:
    with solara.Div():
        turned = [_label(bar) for bar in bars if bar.turns]
        said = f"{named(first)} is {_points(lead)} ahead of {named(other).lower()} as things stand."
        if turned:
            said += f" {named(other)} leads where it is otherwise with: {', '.join(turned)}."
        else:
            said += f" {named(other)} leads at none of these ends for sure."
        Words(said, classes="said")
        ends = [end.points for bar in bars for end in bar.leads]
        low, high = min(0.0, lead.points, *ends), max(0.0, lead.points, *ends)
        span = max(high - low, 1e-9)

        def at(points: float) -> float:
            return 100 * (points - low) / span

        looks = [arm_look(arm, list(scenario.arms).index(arm)) for arm in (first, other)]
        rows = []
        for bar in bars:
            left, right = sorted(one.points for one in bar.leads)
            parts = ((max(left, 0.0), max(right, 0.0), looks[0]), (min(left, 0.0), min(right, 0.0), looks[1]))
            fills = "".join(
                f'<span class="fill" style="left:{at(a):.2f}%;width:{100 * (b - a) / span:.2f}%;'
                f'--day:{look.colour};--night:{look.night}"></span>'
                for a, b, look in parts
                if b > a
            )
            marks = f'<span class="zero" style="left:{at(0):.2f}%"></span>'
            marks += f'<span class="now" style="left:{at(lead.points):.2f}%"></span>'
            told = [
                f"{_end(bar, end)}: {_signed(one.points)} points" for end, one in zip(bar.ends, bar.leads, strict=True)
            ]
            label, both = html.escape(_label(bar)), ", ".join(told)
            rows.append(
                f'<div><div class="ends"><strong>{label}</strong><span class="muted">{both}</span></div>'
                f'<div class="track" role="img" aria-label="{label}, at {both}">{fills}{marks}</div></div>'
            )
        solara.HTML(tag="div", unsafe_innerHTML="".join(rows), classes=["tornado"])
        Words(
            f"Right of the solid line {named(first).lower()} leads, left of it {named(other).lower()}; dotted: as "
            "things stand. The ranges are ours, wide on purpose: they say what would matter, not what is likely.",
            classes="muted",
        )
        heads = ["assumption", "now", "low end", "lead there", "high end", "lead there"]
        body = [
            [
                f"{_label(bar)} ({_meaning(scenario, bar.field)})",
                _end(bar, bar.now),
                *(
                    text
                    for end, one in zip(bar.ends, bar.leads, strict=True)
                    for text in (_end(bar, end), _interval(one))
                ),
            ]
            for bar in bars
        ]
        Table(heads, body, "The numbers behind this picture")


def _label(bar: Bar) -> str:
    return "hub that goes on" if bar.field == HUB else bar.field.split(".")[1].replace("_", " ")


def _end(bar: Bar, value: float) -> str:
    """A value of an assumption: a share in per cent, a weight as it is."""
    if bar.field == HUB:
        return "there" if value else "none"
    return f"{value:g}" if bar.field.endswith("endorsement") else f"{100 * value:.3g}%"


def _meaning(scenario: Scenario, field: str) -> str:
    if field == HUB:
        return "volunteers who go on after the programme"
    block, name = field.split(".")
    return str(type(getattr(scenario, block)).model_fields[name].description)


def _points(lead: Lead) -> str:
    return f"{in_points(lead.points / 100)} ({lead.low:.0f} to {lead.high:.0f})"


def _interval(lead: Lead) -> str:
    return f"{_signed(lead.points)} ({_signed(lead.low)} to {_signed(lead.high)})"


def _signed(points: float) -> str:
    return f"{points:+.0f}".replace("-", "−")
