"""What is told of a case beside what was simulated, each figure on a scale of its own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pd_sim.errors import ResultError
from pd_sim.figures.scales import number
from pd_sim.figures.sheet import MARGIN, NARROW, Sheet, wrapped
from pd_sim.figures.style import GRID, INK, MUTED, arm_styles, shown, styled
from pd_sim.scenario.evidence import SURE

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "told"]

COLUMNS = (
    *("what", "arm", "unit", "told", "told_low", "told_high", "mean", "band_low", "band_high", "within"),
    *("chance_low", "chance_high", "sure", "controlled", "pattern", "n"),
)
"""Columns the figure needs; `pd_sim.told` gives them."""

_ROW, _STRIP = 0.74, 0.42  # inches of a row, and of the strip in it
_NAMES = 3.1
_LINE = 0.155


def told(frame: pd.DataFrame, title: str = "Told and simulated", *, width: float = 8.6) -> Figure:
    """Dots for what is told, bars for the band of what was simulated, a row for each figure.

    Parameters
    ----------
    frame
        From `pd_sim.told`.
    title
        Which case it is.
    width
        Inches. Below 5 the words stand above the strips.

    Returns
    -------
    Every row has a scale of its own, which begins at 0 unless something is below. A dark dot (or line, for a range) is
    what is told, a thin line through it the exact 95% interval of a small count, the bar the central 90% of the
    replicates, the light tick in it their mean. What is told in words only stands below.
    """
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing or frame.empty:
        raise ResultError(f"give the table of told(result), with at least one row; missing: {missing or 'rows'}")
    records: list[dict[str, Any]] = frame.to_dict("records")
    rows = [row for row in records if not (math.isnan(row["told"]) and math.isnan(row["mean"]))]
    narrow = width < NARROW
    room = width - 2 * MARGIN if narrow else _NAMES
    words = [wrapped(_name(row), 9, room, "bold") for row in rows]
    about = [wrapped(_about(row), 8, room) for row in rows]
    heights = [
        _LINE * (len(name) + len(said)) + (_STRIP + 0.42 if narrow else 0.2)
        for name, said in zip(words, about, strict=True)
    ]
    heights = [max(height, _ROW) for height in heights]
    letters = dict.fromkeys(str(row["sure"]) for row in records)
    notes = ["; ".join(f"{letter}: {SURE[letter]}" for letter in letters) + "."]
    notes += [f"Told in words, of {row['what']}: {row['pattern']}" for row in records if row["pattern"]]
    below = sum(len(wrapped(note, 8, width - 2 * MARGIN)) for note in notes) * 0.15
    sheet = Sheet(width, 1.02 + (0.4 if narrow else 0) + sum(heights) + below)
    sheet.title(
        title,
        "Dark dot: told (thin line: what chance alone does to a small count). Bar: central 90% of the replicates, with "
        "their mean. Every row has a scale of its own.",
    )
    sheet.notes(*notes)
    styles = arm_styles(dict.fromkeys(str(row["arm"]) for row in rows if row["arm"]))
    top = sheet.top
    for row, name, said, height in zip(rows, words, about, heights, strict=True):
        at = top - 0.1
        for lines, size, weight, colour in ((name, 9, "bold", INK), (said, 8, "normal", MUTED)):
            for line in lines:
                sheet.text(MARGIN, at, line, size=size, weight=weight, colour=colour)
                at -= _LINE
        left, high = (MARGIN + 0.08, at) if narrow else (MARGIN + _NAMES + 0.2, top - 0.02)
        axes = sheet.axes(left, high - _STRIP, width - MARGIN - 0.25, high)
        with styled():
            _strip(axes, row, styles[row["arm"]].colour if row["arm"] else MUTED)
        top -= height
    return sheet.figure


def _name(row: dict[str, Any]) -> str:
    return f"{row['what']} ({shown(str(row['arm']))})" if row["arm"] else str(row["what"])


def _about(row: dict[str, Any]) -> str:
    sure = f"({row['sure']}{'' if row['controlled'] else ', uncontrolled'})"
    if math.isnan(row["told"]):
        parts = [f"told in words, see below {sure}"]
    else:
        unit = str(row["unit"])
        parts = [f"{_range(row)}{'' if unit.startswith('%') else ' '}{unit}".strip() + f" told {sure}"]
    if math.isnan(row["mean"]):
        parts.append("not simulated")
    elif row["within"] is not None and row["n"] > 1:
        parts.append("within the band" if row["within"] else "outside the band")
    return "; ".join(parts)


def _range(row: dict[str, Any]) -> str:
    low, high = (number(row[end], share=False).replace("-", "−") for end in ("told_low", "told_high"))
    return low if low == high else f"{low} to {high}"


def _strip(axes: Axes, row: dict[str, Any], colour: str) -> None:
    names = ("told_low", "told_high", "mean", "band_low", "band_high", "chance_low", "chance_high")
    known = [row[name] for name in names if not math.isnan(row[name])]
    low, high = min(0.0, *known), max(0.0, *known)
    span = (high - low) or 1.0
    if not math.isnan(row["mean"]):
        begin, end = row["band_low"], row["band_high"]
        least = 0.012 * span  # a band of no width is still to be seen
        begin, end = (begin, end) if end - begin >= least else (row["mean"] - least / 2, row["mean"] + least / 2)
        axes.barh(0, end - begin, left=begin, height=0.5, color=colour, alpha=0.55, linewidth=0, label="band")
        axes.plot([row["mean"]] * 2, [-0.25, 0.25], color="white", linewidth=3.2, zorder=3)
        axes.plot([row["mean"]] * 2, [-0.25, 0.25], color=colour, linewidth=1.8, zorder=3, label="mean")
    if not math.isnan(row["chance_low"]):
        axes.plot([row["chance_low"], row["chance_high"]], [0, 0], color=INK, linewidth=1.2, marker="|", label="chance")
    if not math.isnan(row["told"]):
        axes.plot([row["told_low"], row["told_high"]], [0, 0], color=INK, linewidth=3.4, zorder=4)
        axes.plot(
            [row["told"]],
            [0],
            "o",
            color=INK,
            markersize=7,
            markeredgecolor="white",
            zorder=5,
            clip_on=False,
            label="told",
        )
    axes.set_xlim(low - 0.04 * span if low < 0 else low, high + 0.06 * span)
    axes.set_ylim(-0.45, 0.45)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(visible=True, axis="x", color=GRID)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}".replace("-", "−")))
    axes.tick_params(axis="x", labelsize=8, length=3)
