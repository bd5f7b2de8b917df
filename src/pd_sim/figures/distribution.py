"""How the replicates of every arm lie at one step: where there are two humps, they are seen."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pd_sim.figures.scales import described, number
from pd_sim.figures.sheet import MARGIN, NARROW, Sheet, text_width
from pd_sim.figures.style import GRID, INK, MUTED, ArmStyle, arm_styles, shown, styled
from pd_sim.results import Comparison
from pd_sim.results.measures import kind, known_measure

__all__ = ["distribution"]

_BINS = 40
_FEW = 60  # up to so many replicates, each is also a tick of its own


def distribution(
    comparison: Comparison,
    step: int | None = None,
    measure: str = "practising",
    *,
    width: float = 8.6,
    unit: str = "weeks",
) -> Figure:
    """One histogram for each arm, one below the other on the same scale.

    Parameters
    ----------
    comparison
        What was run.
    step
        None is the last one.
    measure
        Any measure of the result.
    width
        Inches. Below 5 the names stand above the histograms.
    unit
        What a step is.
    """
    known_measure(measure, comparison.headings)
    at = comparison.step(step)
    share = kind(measure) == "households"
    values = {arm: comparison.series(arm, measure)[:, at] for arm in comparison.arms}
    greatest = max(float(one.max()) for one in values.values())
    edges = _edges(greatest, float(comparison.sizes.sum(axis=1).mean()), share)
    held = {arm: np.histogram(one, edges)[0] / one.size for arm, one in values.items()}
    narrow = width < NARROW
    row = 0.98 if narrow else 0.8
    sheet = Sheet(width, 1.55 + (0.35 if narrow else 0) + row * len(values))
    when = f"{unit.removesuffix('s')} {at}"
    sheet.title(f"{described(measure)} at {when}: how replicates differ", _about(comparison.replicates))
    if share:
        sheet.notes(
            f"Broken line: {comparison.takeoff_share:.0%}, from which a replicate counts as taken off."
            if measure == "practising"
            else "Take-off is about households practising."
        )
    said = {arm: _said(comparison, arm, at, float(one.mean()), share) for arm, one in values.items()}
    beside = 0.0 if narrow else max(_width(arm, said[arm]) for arm in values) + 0.25
    left, right = MARGIN + beside + (0.1 if narrow else 0), width - MARGIN - 0.25
    bottom = sheet.bottom + 0.46
    row = (sheet.top - bottom) / len(values)
    styles = arm_styles(values)
    axes = None
    for place, (arm, one) in enumerate(values.items()):
        base = sheet.top - (place + 1) * row
        roof = 0.3 if narrow else 0.12
        axes = sheet.axes(left, base, right, base + row - roof)
        with styled():
            _hump(axes, held[arm], edges, one, styles[arm])
            if measure == "practising":
                axes.axvline(comparison.takeoff_share, color=INK, linewidth=0.9, linestyle=(0, (3, 2)), zorder=4)
            last = place == len(values) - 1
            axes.tick_params(axis="x", labelbottom=last, length=3 if last else 0)
            axes.xaxis.set_major_locator(MaxNLocator(5))
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}" if share else f"{value:,.6g}"))
            if last:
                axes.set_xlabel("share of households" if share else described(measure).lower())
        _name(sheet, arm, said[arm], styles[arm], (base, base + row), narrow)
    return sheet.figure


def _edges(greatest: float, households: float, share: bool) -> np.ndarray:
    if not share:
        end = float(MaxNLocator(5).tick_values(0, max(greatest, 1e-9))[-1])
        return np.linspace(0, end, _BINS + 1)
    # every bin holds the same number of possible shares, or a smooth distribution would look like a comb
    each = max(1, round(households / _BINS))
    return np.asarray((np.arange(0, households + each + 1, each) - 0.5) / households)


def _hump(axes: Axes, held: np.ndarray, edges: np.ndarray, values: np.ndarray, style: ArmStyle) -> None:
    axes.stairs(held, edges, fill=True, color=style.colour, alpha=0.45, linewidth=0)
    axes.stairs(held, edges, color=style.colour, linewidth=1.2)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, float(held.max()) * 1.05)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(visible=True, axis="x", color=GRID)
    if values.size <= _FEW:
        axes.plot(values, np.zeros(values.size), "|", color=style.colour, markersize=7, clip_on=False, zorder=5)
    axes.plot(
        [values.mean()],
        [0],
        marker="^",
        color=style.colour,
        markeredgecolor="white",
        markersize=9,
        clip_on=False,
        zorder=6,
    )


def _about(replicates: int) -> str:
    if replicates == 1:
        return "One replicate: how replicates differ cannot be said."
    return f"Each of {replicates} replicates counts once; the triangle marks the mean. Heights are scaled arm by arm."


def _said(comparison: Comparison, arm: str, step: int, mean: float, share: bool) -> str:
    if comparison.replicates == 1:
        return number(mean, share)
    return f"mean {number(mean, share)} · take-off {float(comparison.takeoff(arm, step).mean):.0%}"


def _width(arm: str, said: str) -> float:
    return max(text_width(shown(arm), 10, "bold"), text_width(said, 8))


def _name(sheet: Sheet, arm: str, said: str, style: ArmStyle, within: tuple[float, float], narrow: bool) -> None:
    low, high = within
    if narrow:
        sheet.text(MARGIN, high - 0.16, shown(arm), size=10, weight="bold", colour=style.colour)
        sheet.text(sheet.width - MARGIN, high - 0.16, said, size=8, colour=MUTED, horizontal="right")
        return
    middle = (low + high) / 2 - 0.05
    sheet.text(MARGIN, middle + 0.09, shown(arm), size=10, weight="bold", colour=style.colour)
    sheet.text(MARGIN, middle - 0.09, said, size=8, colour=MUTED)
