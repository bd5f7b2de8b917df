"""All arms over time, with how differently replicates come out and how often they take off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pd_sim.figures.scales import described, number, programme_stops, step_axis, value_axis, value_text, value_ticks
from pd_sim.figures.sheet import MARGIN, NARROW, Sheet, spread, text_width
from pd_sim.figures.style import INK, MUTED, ArmStyle, arm_styles, shown, styled
from pd_sim.results import Comparison, band
from pd_sim.results.measures import kind, known_measure

__all__ = ["Flag", "curves", "flags", "raise_flags"]

_LABEL = 0.37  # height of a label of two lines, in inches
_KEY = 0.24  # height of a row of the key below a narrow figure
_FLAG = 0.18  # height of a row of flags above the axes


class _Arm(NamedTuple):
    name: str
    said: str
    style: ArmStyle
    mean: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]


def curves(comparison: Comparison, measure: str = "practising", *, width: float = 8.6, unit: str = "weeks") -> Figure:
    """Mean of every arm over time with the band of its replicates, labelled at its end.

    Parameters
    ----------
    comparison
        What was run.
    measure
        Any measure of the result; households are shown as shares.
    width
        Inches. Below 5 the labels stand below the curves, as a phone needs it.
    unit
        What a step is.

    Returns
    -------
    A figure that belongs to no window. The upright axis begins at 0; thin lines mark where programmes stop.
    """
    known_measure(measure, comparison.headings)
    share = kind(measure) == "households"
    arms = _arms(comparison, measure, share)
    narrow = width < NARROW
    sheet = Sheet(width, 4.2 + len(arms) * _KEY if narrow else max(4.7, 2.0 + len(arms) * _LABEL))
    sheet.title(f"{described(measure)}, by arm", _about(comparison))
    if comparison.replicates > 1:
        sheet.notes(f"Take-off: at least {comparison.takeoff_share:.0%} of the households practise at the last step.")
    if narrow:
        _key(sheet, arms)
    ticks = value_ticks(max(float(arm.high.max()) for arm in arms), share)
    left = MARGIN + 0.14 + max(text_width(value_text(tick, share), 9) for tick in ticks)
    right = width - MARGIN - (0.12 if narrow else 0.34 + max(_label_width(arm) for arm in arms))
    marks = flags(programme_stops(comparison.scenario, comparison.steps), comparison, right - left)
    top = sheet.top - _FLAG * len({mark.row for mark in marks})
    axes = sheet.axes(left, sheet.bottom + 0.46, right, top)
    with styled():
        value_axis(axes, ticks, share)
        step_axis(axes, comparison.steps, unit, right - left)
        _draw(axes, arms)
        raise_flags(axes, marks)
    if not narrow:
        _labels(sheet, axes, arms, ticks[-1])
    return sheet.figure


class Flag(NamedTuple):
    """A mark at a step, with its text above the axes in one of several rows."""

    step: int
    text: str
    row: int
    onward: bool


def flags(stops: dict[int, list[str]], comparison: Comparison, width: float) -> list[Flag]:
    """Lay out the marks where programmes stop in as few rows as keep their texts apart.

    Parameters
    ----------
    stops
        As `programme_stops` gives them.
    comparison
        For its arms and last step.
    width
        Of the axes, inches.
    """
    found: list[Flag] = []
    taken: list[float] = []  # where the last text of each row ends
    for step, arms in stops.items():
        text = "programmes stop" if len(stops) == 1 else f"{', '.join(shown(arm) for arm in arms)}: stop"
        place, needed = step / max(comparison.steps, 1) * width, text_width(text, 8) + 0.1
        onward = place + needed <= width or place < needed
        begin = place if onward else place - needed
        row = next((row for row, reached in enumerate(taken) if reached <= begin), len(taken))
        taken[row : row + 1] = [begin + needed]
        found.append(Flag(step, text, row, onward))
    return found


def raise_flags(axes: Axes, marks: Sequence[Flag]) -> None:
    """Draw the marks: a thin line over the whole height, the text above it."""
    for mark in marks:
        axes.axvline(mark.step, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
        axes.annotate(
            mark.text,
            (mark.step, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3 + mark.row * _FLAG * 72),
            textcoords="offset points",
            ha="left" if mark.onward else "right",
            va="bottom",
            fontsize=8,
            color=MUTED,
            annotation_clip=False,
        )


def _arms(comparison: Comparison, measure: str, share: bool) -> list[_Arm]:
    styles = arm_styles(comparison.arms)
    found = []
    for name in comparison.arms:
        values = comparison.series(name, measure)
        mean = values.mean(axis=0)
        said = number(float(mean[-1]), share)
        if comparison.replicates > 1:
            said += f" · take-off {float(comparison.takeoff(name).mean):.0%}"
        found.append(_Arm(name, said, styles[name], mean, *band(values)))
    return found


def _about(comparison: Comparison) -> str:
    if comparison.replicates == 1:
        return "One replicate: how sure this is cannot be said."
    return f"Mean of {comparison.replicates} replicates, the same luck in every arm; shaded: central 90% of them."


def _draw(axes: Axes, arms: Sequence[_Arm]) -> None:
    steps = np.arange(arms[0].mean.size)
    every = max(1, (steps.size - 1) // 6)
    for arm in arms:
        axes.fill_between(steps, arm.low, arm.high, color=arm.style.colour, alpha=0.13, linewidth=0, zorder=2)
        for edge in (arm.low, arm.high):
            axes.plot(steps, edge, color=arm.style.colour, linestyle=arm.style.dash, alpha=0.5, linewidth=0.7, zorder=2)
    for place, arm in enumerate(arms):
        axes.plot(
            steps,
            arm.mean,
            color=arm.style.colour,
            linestyle=arm.style.dash,
            linewidth=2.0,
            marker=arm.style.marker,
            markersize=5,
            # each arm's markers at steps of its own, so that they do not lie on one another
            markevery=(every * (place + 1) // (len(arms) + 1), every),
            markeredgecolor=arm.style.colour if arm.style.marker == "x" else "white",
            markeredgewidth=1.2 if arm.style.marker == "x" else 0.7,
            clip_on=False,
            zorder=4,
            label=arm.name,
        )


def _label_width(arm: _Arm) -> float:
    return max(text_width(shown(arm.name), 10, "bold"), text_width(arm.said, 8))


def _labels(sheet: Sheet, axes: Axes, arms: Sequence[_Arm], top: float) -> None:
    box = axes.get_position()
    low, high = box.y0 * sheet.height, box.y1 * sheet.height
    right = box.x1 * sheet.width
    ends = [low + float(arm.mean[-1]) / top * (high - low) for arm in arms]
    # room for many labels is taken above and below the axes in equal parts
    spare = max(0.0, (len(arms) - 1) * _LABEL - (high - low)) / 2
    for arm, end, at in zip(arms, ends, spread(ends, _LABEL, low - spare, high + spare), strict=True):
        sheet.line(
            [right + 0.04, right + 0.26], [end, at], color=arm.style.colour, linewidth=0.8, linestyle="-", alpha=0.8
        )
        text = right + 0.31
        sheet.text(text, at + 0.08, shown(arm.name), size=10, weight="bold", colour=arm.style.colour)
        sheet.text(text, at - 0.09, arm.said, size=8, colour=MUTED)


def _key(sheet: Sheet, arms: Sequence[_Arm]) -> None:
    column = MARGIN + 0.7 + max(text_width(shown(arm.name), 10, "bold") for arm in arms)
    sheet.bottom += 0.06
    for arm in reversed(arms):
        at = sheet.bottom + _KEY / 2
        sheet.line(
            [MARGIN, MARGIN + 0.22, MARGIN + 0.44],
            [at, at, at],
            color=arm.style.colour,
            linewidth=2,
            linestyle=arm.style.dash,
            marker=arm.style.marker,
            markevery=[1],
            markersize=5,
            markeredgecolor=arm.style.colour if arm.style.marker == "x" else "white",
        )
        sheet.text(MARGIN + 0.52, at, shown(arm.name), size=10, weight="bold", colour=arm.style.colour)
        sheet.text(column, at, arm.said, size=8, colour=INK)
        sheet.bottom += _KEY
    sheet.bottom += 0.08
