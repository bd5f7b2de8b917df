"""Axes and numbers: shares as percentages, steps as weeks, money and events as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, MultipleLocator

from pd_sim.figures.style import RC
from pd_sim.results.measures import SO_FAR, kind

__all__ = ["described", "number", "programme_stops", "step_axis", "value_axis", "value_text", "value_ticks"]


def described(measure: str) -> str:
    """What a measure is, as the title of an axis or figure begins."""
    base = measure.removesuffix(SO_FAR)
    text = {
        "practising": "Households practising",
        "aware": "Households aware and not trying",
        "ever_practised": "Households that ever practised",
        "participants": "Households that ever came to a session",
        "seen": "Households seen practising",
        "attendance": "Places taken in sessions",
        "cost": "Money spent",
    }.get(base)
    text = text or ("Households " if kind(base) == "households" else "") + base.replace("_", " ")
    if measure != base:
        text += " so far"
    elif kind(measure) != "households":
        text += " per step"
    return text[0].upper() + text[1:]


def number(value: float, share: bool) -> str:
    """A value to be read at a glance: a percentage, or a number with three figures.

    Examples
    --------
    >>> number(0.6849, share=True), number(12345.6, share=False), number(0.004, share=True)
    ('68%', '12,300', '0.4%')
    """
    if share:
        return f"{value:.0%}" if value == 0 or abs(value) >= 0.00995 else f"{value:.1%}"
    if abs(value) < 1000:
        return f"{value:.3g}"
    return f"{round(value, 2 - int(np.floor(np.log10(abs(value))))):,.0f}"


def value_text(value: float, share: bool) -> str:
    """A tick label: as `number`, all figures of a plain number kept."""
    return f"{value * 100:.3g}%" if share else f"{value:,.6g}"


def value_ticks(greatest: float, share: bool) -> list[float]:
    """Ticks from exactly 0 to a round value above `greatest` (never above 100%)."""
    if share:
        top = next(top for top in (0.1, 0.2, 0.4, 0.6, 0.8, 1.0) if greatest <= top * 0.96 or top == 1.0)
        return [top * quarter / 4 for quarter in range(5)]
    round_ = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10])
    return [float(tick) for tick in round_.tick_values(0, greatest * 1.04 if greatest > 0 else 1.0)]


def value_axis(axes: Axes, ticks: Sequence[float], share: bool) -> None:
    """Scale the upright axis from 0 to the last tick."""
    axes.set_yticks(ticks, [value_text(tick, share) for tick in ticks])
    axes.set_ylim(0, ticks[-1])
    axes.grid(visible=True, axis="y", color=RC["grid.color"], linewidth=RC["grid.linewidth"])


def step_axis(axes: Axes, last: int, unit: str, width: float) -> None:
    """Scale the level axis from step 0 to the last, with ticks at halves and wholes of a year where steps are weeks."""
    weekly = unit.startswith("week")
    fitting = max(2, int(width / 0.55))
    choices = (1, 2, 4, 13, 26, 52, 104, 260, 520) if weekly else (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
    every = next((gap for gap in choices if last / gap <= fitting), choices[-1])
    axes.xaxis.set_major_locator(MultipleLocator(every))
    axes.set_xlim(0, max(last, 1))
    axes.set_xlabel(unit)


def programme_stops(scenario: Mapping[str, Any], last: int) -> dict[int, list[str]]:
    """Steps within the run at which the last programme with an end stops, and the arms it stops in.

    Parameters
    ----------
    scenario
        Plain data; ``arms`` maps names to lists of interventions, each with its fields or as ``{kind: fields}``.
    last
        Last step of the run.

    Examples
    --------
    >>> programme_stops({"arms": {"a": [{"kind": "training", "stop": 56}], "b": [{"hub": {"start": 56}}]}}, 156)
    {56: ['a']}
    """
    found: dict[int, list[str]] = {}
    arms = scenario.get("arms")
    for arm, interventions in arms.items() if isinstance(arms, Mapping) else ():
        listed = interventions if isinstance(interventions, list | tuple) else [interventions]
        stops = [stop for one in listed for stop in _stops(one) if 0 < stop <= last]
        if stops:
            found.setdefault(max(stops), []).append(str(arm))
    return dict(sorted(found.items()))


def _stops(intervention: Any) -> list[int]:
    if not isinstance(intervention, Mapping):
        return []
    own = intervention.get("stop")
    if isinstance(own, int) and not isinstance(own, bool):
        return [own]
    return [stop for fields in intervention.values() if isinstance(fields, Mapping) for stop in _stops(fields)]
