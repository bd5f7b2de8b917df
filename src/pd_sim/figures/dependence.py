"""What is left of an arm when its support is gone, and when the support can leave."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pd_sim.figures.scales import step_axis, value_axis, value_ticks
from pd_sim.figures.sheet import MARGIN, NARROW, Sheet, spread, text_width
from pd_sim.figures.style import INK, MUTED, arm_styles, shown, styled
from pd_sim.results import band
from pd_sim.studies import Dependence, Leave

__all__ = ["dependence", "leave"]

_ALONE = "#a3195b"
_LABEL = 0.37


def dependence(found: Dependence, *, width: float = 8.6) -> Figure:
    """Share practising with the support going on and with it gone, with the bands of the replicates.

    Parameters
    ----------
    found
        From `pd_sim.dependence`.
    width
        Inches. Below 5 the labels stand below the curves.
    """
    narrow = width < NARROW
    unit = str(found.supported.scenario.get("step", "week"))
    styles = arm_styles(found.supported.scenario.get("arms", [found.arm]))
    style = styles.get(found.arm) or arm_styles([found.arm])[found.arm]
    last = found.supported.steps
    curves = [
        (f"{found.removes} stays", found.supported.series(found.arm), style.colour, "-"),
        (f"{found.removes} gone", found.left_alone.series(found.arm), _ALONE, (0, (5.0, 2.0))),
    ]
    row = found.frame().iloc[-1]
    title = f"{shown(found.arm)[:1].upper()}{shown(found.arm)[1:]}: what is left when the {found.removes} goes"
    about = (
        f"From {unit} {found.step} on, all that depends on the {found.removes} is gone, in the same villages with the "
        f"same luck. Lines: means; areas: central 90% of {found.supported.replicates} replicates."
    )
    sheet = Sheet(width, 4.9 if narrow else 4.4)
    sheet.title(title, about)
    sheet.notes(_left(row, unit, found.steps[-1]))
    said = [f"{name} {float(values[:, -1].mean()):.0%}" for name, values, _, _ in curves]
    beside = 0.1 if narrow else max(text_width(name, 10, "bold") for name, *_ in curves) + 0.25
    bottom = sheet.bottom + 0.46 + (0.5 if narrow else 0)
    top = sheet.top - 0.2
    ticks = value_ticks(max(float(band(values)[1].max()) for _, values, _, _ in curves), share=True)
    labels = max(text_width(f"{tick:.0%}", 9) for tick in ticks) + 0.15
    left, right = MARGIN + labels, width - MARGIN - beside
    axes = sheet.axes(left, bottom, right, top)
    with styled():
        for name, values, colour, dash in curves:
            low, high = band(values)
            axes.fill_between(np.arange(last + 1), low, high, color=colour, alpha=0.18, linewidth=0)
            axes.plot(np.arange(last + 1), values.mean(axis=0), color=colour, linestyle=dash, linewidth=2, label=name)
        value_axis(axes, ticks, share=True)
        step_axis(axes, last, unit, right - left)
        axes.axvline(found.step, color=INK, linewidth=1, linestyle=(0, (1.0, 1.6)), label="gone")
    where = left + (right - left) * min(found.step / max(last, 1), 1.0)
    flag = f"{found.removes} gone"
    half = text_width(flag, 8) / 2
    sheet.text(min(max(where, MARGIN + half), width - MARGIN - half), top + 0.1, flag, size=8, horizontal="center")
    if narrow:
        for place, ((_, _, colour, _), text) in enumerate(zip(curves, said, strict=True)):
            sheet.text(MARGIN, sheet.bottom + 0.3 - place * 0.2, text, size=9, weight="bold", colour=colour)
        return sheet.figure
    ends = [bottom + (top - bottom) * float(values[:, -1].mean()) / ticks[-1] for _, values, _, _ in curves]
    for level, (name, values, colour, _) in zip(spread(ends, _LABEL, bottom, top), curves, strict=True):
        sheet.text(right + 0.1, level + 0.08, name, size=10, weight="bold", colour=colour)
        sheet.text(right + 0.1, level - 0.09, f"{float(values[:, -1].mean()):.0%}", size=8, colour=MUTED)
    return sheet.figure


def _left(row: object, unit: str, at: int) -> str:
    told = {name: float(row[name]) for name in ("left", "left_low", "left_high", "years_left")}  # type: ignore[index]
    if not np.isfinite(told["left"]):
        return f"Nobody practises at {unit} {at}, with or without it."
    interval = f" (interval {told['left_low']:.0%} to {told['left_high']:.0%})" if np.isfinite(told["left_low"]) else ""
    return (
        f"Left at {unit} {at}: {told['left']:.0%} of those who would practise{interval}, and "
        f"{told['years_left']:.0%} of the years of practice since it went."
    )


def leave(found: Leave, *, width: float = 8.6) -> Figure:
    """How often enough of the practice is left, by when the support leaves.

    Parameters
    ----------
    found
        From `pd_sim.earliest_leave`.
    width
        Inches.
    """
    sheet = Sheet(width, 4.2 if width < NARROW else 3.9)
    answer = found.text().split(": ", 1)[1]
    sheet.title(f"When can the {found.removes} leave? ({shown(found.arm)})", f"{answer[:1].upper()}{answer[1:]}")
    sheet.notes(
        f"Dots: share of {found.n} replicates in which at least {found.keep:.0%} of the practice is left at "
        f"{found.step_name} {found.at}; lines: 95% interval. Broken line: {found.confidence:.0%}, as asked for."
    )
    left = MARGIN + text_width("100%", 9) + 0.15
    bottom = sheet.bottom + 0.46
    axes = sheet.axes(left, bottom, width - MARGIN - 0.1, sheet.top)
    colour = arm_styles([found.arm])[found.arm].colour
    with styled():
        _enough(axes, found, colour)
        value_axis(axes, [0.0, 0.25, 0.5, 0.75, 1.0], share=True)
        axes.set_ylim(0, 1.04)
        step_axis(axes, found.at, f"{found.step_name} in which the {found.removes} leaves", width - left - 0.3)
    return sheet.figure


def _enough(axes: Axes, found: Leave, colour: str) -> None:
    enough = found.enough
    for step, low, high in zip(found.tried, enough.low, enough.high, strict=True):
        axes.plot([step, step], [low, high], color=colour, linewidth=1.4)
    axes.plot(found.tried, enough.mean, "o", color=colour, markersize=6, label="enough left", zorder=3)
    axes.axhline(found.confidence, color=INK, linewidth=0.9, linestyle=(0, (3, 2)), label="asked for")
    if found.step is not None:
        place = found.tried.index(found.step)
        axes.plot(
            [found.step],
            [enough.mean[place]],
            "o",
            markersize=12,
            markerfacecolor="none",
            markeredgecolor=INK,
            clip_on=False,
            label="earliest",
            zorder=4,
        )
