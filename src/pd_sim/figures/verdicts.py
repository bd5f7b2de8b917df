"""What evaluators would say of each arm, by when they come."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pd_sim.analysis.evaluation import EFFECT, HARM, NO_EFFECT, Judged
from pd_sim.figures.sheet import MARGIN, NARROW, Sheet, text_width, wrapped
from pd_sim.figures.style import INK, MUTED, shown, styled
from pd_sim.studies import Evaluations

__all__ = ["verdicts"]

_LOOK = {EFFECT: ("effect", "#0072b2", ""), NO_EFFECT: ("no effect", "#c3c9d0", ""), HARM: ("harm", "#d55e00", "////")}
_ROW, _NAMES = 1.05, 2.5


def verdicts(found: Evaluations, title: str = "What an evaluator would say", *, width: float = 8.6) -> Figure:
    """Bars for the share of the replicates with each verdict, a row an evaluation and arm, a bar a step.

    Parameters
    ----------
    found
        From `pd_sim.evaluate`.
    title
        Which case it is.
    width
        Inches. Below 5 the words stand above the bars.

    Returns
    -------
    Above each bar stands how often the verdict is not what holds at the last step. The step the evaluation names is
    marked by a triangle.
    """
    narrow = width < NARROW
    room = width - 2 * MARGIN if narrow else _NAMES
    words = [[*wrapped(_name(one), 9, room, "bold"), *wrapped(_about(one), 8, room)] for one in found.judged]
    heights = [max(_ROW, 0.155 * len(lines)) + (0.155 * len(lines) if narrow else 0) + 0.12 for lines in words]
    sheet = Sheet(width, (2.1 if narrow else 1.6) + sum(heights))
    sheet.title(
        title,
        f"Share of {found.replicates} replicates with each verdict, by the {found.step_name} in which the evaluator "
        "comes. Above the bars: how often that is wrong about what holds at the end.",
    )
    sheet.notes(
        "A triangle marks when the evaluation is planned. The evaluator sees one town and takes its households for "
        "independent of each other. Of a target, effect means reached."
    )
    at = MARGIN
    for name, colour, _ in _LOOK.values():
        sheet.line([at, at + 0.16], [sheet.top - 0.02] * 2, color=colour, linewidth=7, solid_capstyle="butt")
        sheet.text(at + 0.23, sheet.top - 0.02, name, size=8)
        at += text_width(name, 8) + 0.45
    top = sheet.top - 0.3
    for one, lines, height in zip(found.judged, words, heights, strict=True):
        line = top - 0.05
        bold = len(wrapped(_name(one), 9, room, "bold"))
        for place, text in enumerate(lines):
            size, weight, colour = (9, "bold", INK) if place < bold else (8, "normal", MUTED)
            sheet.text(MARGIN, line, text, size=size, weight=weight, colour=colour)
            line -= 0.155
        left, high = (MARGIN + 0.1, line - 0.12) if narrow else (MARGIN + _NAMES + 0.2, top - 0.05)
        axes = sheet.axes(left, high - _ROW + 0.35, width - MARGIN - 0.1, high)
        with styled():
            _bars(axes, one, found.step_name, (width - MARGIN - 0.1 - left) / len(one.steps))
        top -= height
    return sheet.figure


def _name(one: Judged) -> str:
    return f"{one.evaluation.name}: {shown(one.arm)}"


def _about(one: Judged) -> str:
    e = one.evaluation
    versus = e.versus if e.compares else f"target {e.target:g}"
    compared = shown(versus)
    holds = {EFFECT: "effect", NO_EFFECT: "no effect", HARM: "harm"}[one.truth]
    if not e.compares:
        holds = "reached" if one.truth == EFFECT else "not reached"
    asked = f", {e.sample:,} households" if e.sample is not None else ""
    return f"{shown(e.measure)} against {compared}{asked}; holds at the end: {holds}"


def _bars(axes: Axes, one: Judged, unit: str, room: float) -> None:
    """Draw the bars; where one has little room (inches), labels are numbers only, and not at every bar."""
    wide = room > text_width(f"{unit} 9,999", 8)
    every = 1 if wide else int(np.ceil((text_width("100%", 8) + 0.06) / room))
    places = np.arange(len(one.steps))
    base = np.zeros(len(places))
    for verdict, (name, colour, hatch) in _LOOK.items():
        share = one.share(verdict)
        axes.bar(
            places, share, 0.72, bottom=base, color=colour, hatch=hatch, edgecolor="white", linewidth=0, label=name
        )
        base += share
    for place, wrong in list(zip(places, one.wrong().mean, strict=True))[::every]:
        axes.annotate(
            f"{wrong:.0%} wrong" if wide else f"{wrong:.0%}",
            (place, 1),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            color=INK if wrong >= 0.005 else MUTED,
        )
    if one.evaluation.step in one.steps:
        axes.plot(
            [one.steps.index(one.evaluation.step)], [0.1], "^", color=INK, markersize=8, zorder=4, label="planned"
        )
    axes.set_ylim(0, 1)
    axes.set_xlim(-0.6, len(places) - 0.4)
    axes.set_yticks([])
    named = [f"{unit} {step}" if wide else str(step) for step in one.steps]
    axes.set_xticks(places[::every], named[::every], fontsize=8)
    axes.tick_params(axis="x", length=0, pad=5)
    axes.spines["left"].set_visible(False)
