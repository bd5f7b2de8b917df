"""How far one arm is ahead of another, replicate by replicate, over time."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pd_sim.figures.curves import flags, raise_flags
from pd_sim.figures.scales import described, number, programme_stops, step_axis
from pd_sim.figures.sheet import MARGIN, Sheet, text_width
from pd_sim.figures.style import GRID, INK, MUTED, arm_styles, shown, styled
from pd_sim.results import Comparison, band, paired_difference
from pd_sim.results.measures import kind, known_measure

__all__ = ["difference_curve"]

_ROOM = 1.06  # of the greatest difference, above and below


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
        _sides(axes, reach, (shown(arm), shown(versus)), (colour, styles[versus].colour), (outer[0], outer[1]))
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
    # both sides of zero are always in view, so that there is room to say which side is whose
    least = 0.02 if share else 1e-9
    span = max(high, -low, least)
    return min(low * _ROOM, -0.22 * span), max(high * _ROOM, 0.22 * span)


def _sides(
    axes: Axes,
    reach: tuple[float, float],
    names: tuple[str, str],
    colours: tuple[str, str],
    band_: tuple[np.ndarray, np.ndarray],
) -> None:
    # at the left, where the arms have not parted yet, unless the band is there already
    early = max(1, band_[0].size // 4)
    for name, colour, edge, vertical, inward in (
        (names[0], colours[0], 1.0, "top", -4),
        (names[1], colours[1], 0.0, "bottom", 4),
    ):
        limit = reach[1] if vertical == "top" else reach[0]
        near = band_[1][:early].max() > 0.8 * limit if vertical == "top" else band_[0][:early].min() < 0.8 * limit
        axes.annotate(
            f"{name} ahead {'↑' if vertical == 'top' else '↓'}",
            (1.0 if near else 0.0, edge),
            xycoords="axes fraction",
            xytext=(-4 if near else 6, inward),
            textcoords="offset points",
            ha="right" if near else "left",
            va=vertical,
            fontsize=9,
            fontweight="bold",
            color=colour,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
            zorder=5,
        )
    axes.tick_params(axis="y", labelcolor=MUTED)
