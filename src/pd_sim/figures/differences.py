"""How far one arm is ahead of another, replicate by replicate, over time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pd_sim.figures.curves import flags, raise_flags
from pd_sim.figures.scales import described, number, programme_stops, step_axis
from pd_sim.figures.sheet import MARGIN, Sheet, text_width
from pd_sim.figures.style import GRID, INK, ArmStyle, arm_styles, shown, styled
from pd_sim.results import Comparison, band, paired_difference
from pd_sim.results.measures import kind, known_measure

__all__ = ["difference_curve"]

_ROOM = 0.1  # of the span, above and below, for the words that say whose side is whose


def difference_curve(
    comparison: Comparison,
    arm: str,
    versus: str,
    measure: str = "practising",
    *,
    width: float = 8.6,
    unit: str = "weeks",
) -> Figure:
    """Mean of the paired differences over time with its interval (dark) and the band of the replicates (light).

    Parameters
    ----------
    comparison
        What was run.
    arm, versus
        Above zero `arm` is ahead, below it `versus`.
    measure
        Any measure of the result; households are shown as percentage points.
    width
        Inches.
    unit
        What a step is.
    """
    known_measure(measure, comparison.headings)
    share = kind(measure) == "households"
    first, second = comparison.series(arm, measure), comparison.series(versus, measure)
    mean, low, high, n = paired_difference(first, second)
    inner = (low, high) if n > 1 else (mean, mean)
    outer = band(first - second)
    ahead = float((first[:, -1] > second[:, -1]).mean())
    sheet = Sheet(width, 4.4)
    sheet.title(f"{described(measure)}: {shown(arm)} less {shown(versus)}", _about(n))
    last = f"At {unit.removesuffix('s')} {comparison.steps}: {_signed(float(mean[-1]), share)}"
    if n > 1:
        last += f", 95% interval {_signed(float(low[-1]), share)} to {_signed(float(high[-1]), share)}"
        last += f"; {shown(arm)} is ahead in {ahead:.0%} of the replicates."
    sheet.notes(last)
    ends = [float(edge(part)) for part in (*inner, *outer) for edge in (np.min, np.max)]
    reach = _reach(min(ends), max(ends), share)
    left = MARGIN + 0.14 + max(text_width(_signed(at, share), 9) for at in reach)
    right = width - MARGIN - 0.14
    marks = flags(programme_stops(comparison.scenario, comparison.steps), comparison, right - left)
    top = sheet.top - 0.18 * len({mark.row for mark in marks})
    axes = sheet.axes(left, sheet.bottom + 0.46, right, top)
    styles = arm_styles(comparison.arms)
    steps = np.arange(comparison.steps + 1)
    with styled():
        axes.set_ylim(*reach)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _signed(value, share)))
        axes.grid(visible=True, axis="y", color=GRID)
        step_axis(axes, comparison.steps, unit, right - left)
        colour = styles[arm].colour
        axes.fill_between(steps, *outer, color=colour, alpha=0.12, linewidth=0, label="band")
        axes.fill_between(steps, *inner, color=colour, alpha=0.38, linewidth=0, label="interval")
        axes.plot(steps, mean, color=colour, linewidth=2, label="difference", zorder=4)
        axes.axhline(0, color=INK, linewidth=1.0, zorder=3)
        _sides(axes, arm, versus, styles)
        raise_flags(axes, marks)
    return sheet.figure


def _about(n: int) -> str:
    if n == 1:
        return "One replicate: no interval."
    return f"Mean of {n} paired differences; dark: its 95% interval; light: central 90% of the replicates."


def _signed(value: float, share: bool) -> str:
    if round(value, 9) == 0:
        return "0"
    sign = "+" if value > 0 else "−"
    # points, not per cent: the difference of two percentages
    return sign + (f"{abs(value) * 100:.3g} pts" if share else number(abs(value), share=False))


def _reach(low: float, high: float, share: bool) -> tuple[float, float]:
    least = 0.02 if share else 1e-9
    low, high = min(low, 0.0), max(high, 0.0)
    room = _ROOM * max(high - low, least) / (1 - 2 * _ROOM)
    return low - room, high + room


def _sides(axes: Axes, arm: str, versus: str, styles: Mapping[str, ArmStyle]) -> None:
    for name, edge, vertical, inward, arrow in ((arm, 1.0, "top", -3, "↑"), (versus, 0.0, "bottom", 3, "↓")):
        axes.annotate(
            f"{shown(name)} ahead {arrow}",
            (0.0, edge),
            xycoords="axes fraction",
            xytext=(6, inward),
            textcoords="offset points",
            va=vertical,
            fontsize=9,
            fontweight="bold",
            color=styles[name].colour,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.9, "pad": 1.0},
            zorder=5,
        )
