"""What the gap between two arms is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pd_sim.errors import ResultError
from pd_sim.figures.sheet import MARGIN, NARROW, Sheet, text_width
from pd_sim.figures.style import GRID, INK, MUTED, shown, styled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "TOTAL", "decomposition"]

COLUMNS = ("part", "mean", "low", "high")
"""Columns a decomposition needs: name of the part, its share of the gap, both ends of its interval."""

TOTAL = "total"
"""Name of the part that is the whole gap, drawn apart from its parts."""

_FOR, _AGAINST, _WHOLE = "#0072b2", "#d55e00", "#4d5560"


def decomposition(
    frame: pd.DataFrame, title: str = "What the gap is made of", about: str = "", *, width: float = 8.6
) -> Figure:
    """Horizontal bars with intervals, one for each part of a gap, and the whole gap at the end.

    Parameters
    ----------
    frame
        Columns `COLUMNS`; values are shares of households. A row named `TOTAL` is the gap itself; the others are
        drawn in the order given. An interval of NaN is left out.
    title, about
        Which gap it is, and how to read it.
    width
        Inches. Below 5 the names stand above the bars.
    """
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing or frame.empty:
        raise ResultError(f"a decomposition needs rows with columns {', '.join(COLUMNS)}; missing: {missing or 'rows'}")
    rows = [(str(part), float(mean), float(low), float(high)) for part, mean, low, high in _records(frame)]
    rows = [row for row in rows if row[0] != TOTAL] + [row for row in rows if row[0] == TOTAL]
    narrow = width < NARROW
    tall = 0.52 if narrow else 0.4
    sheet = Sheet(width, 1.5 + tall * len(rows))
    sheet.title(title, about or "Bars: mean of the paired replicates; lines: 95% interval. Points of households.")
    names = 0.0 if narrow else max(text_width(shown(row[0]), 10, "bold") for row in rows) + 0.2
    values = max(text_width(_points(row[1]), 9, "bold") for row in rows) + 0.12
    left, right = MARGIN + names + (0.05 if narrow else 0), sheet.width - MARGIN - values
    bottom = sheet.bottom + 0.46
    axes = sheet.axes(left, bottom, right, sheet.top)
    scale = (sheet.top - bottom) / len(rows)
    with styled():
        for place, (part, mean, low, high) in enumerate(rows):
            at = len(rows) - 1 - place - (0.14 if narrow else 0)
            colour = _WHOLE if part == TOTAL else _FOR if mean >= 0 else _AGAINST
            bar = axes.barh(at, mean, height=0.42 if narrow else 0.58, color=colour, zorder=2)
            bar.set_label(part)
            if narrow:  # names stand between the bars, where a whole line would cross them
                axes.plot([0, 0], [at - 0.3, at + 0.3], color=INK, linewidth=1, zorder=4)
            if np.isfinite([low, high]).all():
                axes.plot([low, high], [at, at], color=INK, linewidth=1.4, marker="|", markersize=7, zorder=3)
            axes.annotate(
                _points(mean),
                (max(0.0, *(end for end in (mean, low, high) if np.isfinite(end))), at),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontweight="bold",
            )
        ends = [end for row in rows for end in row[1:] if np.isfinite(end)]
        span = max(*ends, 0.0) - min(*ends, 0.0) or 1.0
        axes.set_xlim(min(*ends, 0.0) - 0.03 * span, max(*ends, 0.0) + 0.03 * span)
        axes.set_ylim(-0.5, len(rows) - 0.5)
        if not narrow:
            axes.axvline(0, color=INK, linewidth=1, zorder=4)
        if rows[-1][0] == TOTAL and len(rows) > 1:
            axes.axhline(0.57 if narrow else 0.5, color=MUTED, linewidth=0.8)
        axes.spines["left"].set_visible(False)
        axes.set_yticks([])
        axes.grid(visible=True, axis="x", color=GRID)
        axes.xaxis.set_major_locator(MaxNLocator(5 if narrow else 7, steps=[1, 2, 2.5, 5, 10]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _points(value)))
        axes.set_xlabel("points of households practising")
    for place, (part, *_) in enumerate(rows):
        middle = sheet.top - (place + 0.5) * scale
        name = "whole gap" if part == TOTAL else shown(part)
        if narrow:
            sheet.text(MARGIN + 0.05, middle + 0.155, name, size=9, weight="bold")
        else:
            sheet.text(left - 0.12, middle, name, size=10, weight="bold", horizontal="right")
    return sheet.figure


def _records(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in frame[list(COLUMNS)].itertuples(index=False, name=None)]


def _points(value: float) -> str:
    if round(value, 6) == 0:
        return "0"
    return f"{'+' if value > 0 else '−'}{abs(value) * 100:.1f}".removesuffix(".0")
