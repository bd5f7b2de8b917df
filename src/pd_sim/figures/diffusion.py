"""How a practice spread in one run: when households adopted, after how many of their ties, and prompted by what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pd_sim.analysis.adopters import CATEGORIES
from pd_sim.figures.scales import step_axis
from pd_sim.figures.sheet import MARGIN, NARROW, Sheet, text_width
from pd_sim.figures.style import GRID, INK, MUTED, shown, styled
from pd_sim.studies import Diffusion

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["diffusion"]

_COLOURS = ("#440154", "#3b528b", "#21918c", "#5ec962", "#d8c514")
_PROMPTS = {
    "by_session": "session",
    "by_tie": "tie seen practising",
    "by_message": "message",
    "by_pay": "pay",
    "by_itself": "nothing of these",
}
_BAR, _LINE = "#0072b2", "#d55e00"
_FLAT: dict[str, Any] = {"solid_capstyle": "butt"}
_GAP = 0.5  # inches between panels, for the labels of ticks and axes


def diffusion(found: Diffusion, *, width: float = 8.6) -> Figure:
    """Adoption by time with adopter categories, exposure at adoption, and what came before the trials.

    Parameters
    ----------
    found
        From `pd_sim.diffusion`.
    width
        Inches. Below 5 the panels stand below each other.

    Returns
    -------
    Above: bars for the households that first practised in a span of steps, coloured by Rogers' categories, and the
    share that had ever practised. Below: how many of the adopters had which share of their ties adopt before them
    (Valente's thresholds), and the share of the successes that came after a session, a tie seen practising and so on.
    """
    narrow = width < NARROW
    run = found.run
    frame = found.frame()
    sheet = Sheet(width, 8.0 if narrow else 6.2)
    sheet.title(
        f"How the practice spread: {shown(run.arm)}",
        f"One run, seed {run.seed}: {int(found.quantities['adopters'])} of {len(frame)} households adopted. To adopt "
        "is to practise for the first time, after the start.",
    )
    sheet.notes(
        "Categories after Rogers, by mean and standard deviation of the time of adoption. Exposure after Valente: the "
        "share of ties that had ever practised in the open, just before the household first practised."
    )
    left = MARGIN + text_width("100%", 9) + 0.42
    right = width - MARGIN - (text_width("100%", 9) + 0.2)
    with styled():
        key = _key_height(width)
        panel = sheet.top - 0.15
        if narrow:
            height = (panel - sheet.bottom - key - 2 * (_GAP + 0.45) - 0.1) / 3
            above = sheet.axes(left, panel - key - height, right, panel - key)
            middle = panel - key - height - _GAP - 0.45
            exposure = sheet.axes(left, middle - height, width - MARGIN - 0.1, middle)
            low = middle - height - _GAP - 0.45
            names = max(text_width(name, 9) for name in _PROMPTS.values()) + 0.2
            prompts = sheet.axes(MARGIN + names, low - height, width - MARGIN - 0.45, low)
        else:
            base = sheet.bottom + _GAP
            height = 1.75
            above = sheet.axes(left, base + height + _GAP + 0.38, right, panel - key)
            middle = low = base + height
            exposure = sheet.axes(left, base, width * 0.48, middle)
            names = max(text_width(name, 9) for name in _PROMPTS.values()) + 0.2
            prompts = sheet.axes(width * 0.53 + names, base, width - MARGIN - 0.45, middle)
        _adoption(above, frame, len(run.history.stage) - 1, run.scenario.step, right - left)
        _exposure(exposure, frame)
        _prompts(prompts, found.quantities)
    _key(sheet, panel)
    sheet.text(left, middle + 0.13, "Exposure when they adopted", size=9, weight="bold")
    sheet.text(MARGIN if narrow else width * 0.53, low + 0.13, "What came before the trial", size=9, weight="bold")
    return sheet.figure


def _adoption(axes: Axes, frame: pd.DataFrame, last: int, unit: str, width: float) -> None:
    span = max(1, round(last / 40))
    edges = np.arange(0, last + span, span) + 0.5
    first, base = frame["first_practised"].to_numpy(), np.zeros(len(edges) - 1)
    for category, colour in zip(CATEGORIES, _COLOURS, strict=True):
        held, _ = np.histogram(first[(frame["category"] == category).to_numpy()], edges)
        axes.bar(edges[:-1] + span / 2, held, 0.9 * span, bottom=base, color=colour, linewidth=0, label=category)
        base += held
    top = max(float(base.max()), 1.0) * 1.15
    axes.set_ylim(0, top)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.set_ylabel(f"adopters in {'a' if span == 1 else span} {unit}{'s' * (span > 1)}")
    step_axis(axes, last, unit, width)
    ever = np.array([((first >= 0) & (first <= step)).mean() for step in range(last + 1)])
    axes.plot(range(last + 1), ever * top, color=INK, linewidth=1.6, label="ever practised")
    scales: Any = (lambda value: value / top, lambda value: value * top)
    share = axes.secondary_yaxis("right", functions=scales)
    share.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0], ["0%", "25%", "50%", "75%", "100%"])
    axes.grid(visible=True, axis="y", color=GRID)


def _exposure(axes: Axes, frame: pd.DataFrame) -> None:
    known = frame["threshold"].dropna().to_numpy()
    edges = np.linspace(0, 1, 11)
    held, _ = np.histogram(np.minimum(known + 1e-9, 1.0), edges)
    axes.bar(edges[:-1] + 0.05, held, 0.09, color=_BAR, linewidth=0, label="exposure")
    if len(known):
        axes.axvline(known.mean(), color=INK, linewidth=1.2, linestyle=(0, (3, 2)), label="mean")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, max(float(held.max()), 1.0) * 1.1)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.set_xlabel("ties that had adopted before (broken: mean)")
    axes.set_ylabel("adopters")
    axes.grid(visible=True, axis="y", color=GRID)


def _prompts(axes: Axes, quantities: Mapping[str, float]) -> None:
    values = [quantities[name] for name in _PROMPTS]
    known = [0.0 if np.isnan(value) else value for value in values]
    places = np.arange(len(known))[::-1]
    axes.barh(places, known, height=0.6, color=_BAR, linewidth=0, label="prompts")
    for place, value, raw in zip(places, known, values, strict=True):
        text = "none" if np.isnan(raw) else f"{value:.0%}" if value == 0 or value >= 0.01 else "<1%"
        axes.annotate(text, (value, place), xytext=(4, 0), textcoords="offset points", va="center", color=MUTED)
    axes.set_yticks(places, list(_PROMPTS.values()))
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, max(*known, 0.01))
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def _key_height(width: float) -> float:
    return 0.22 * _rows(width)[-1][2] + 0.1


def _rows(width: float) -> list[tuple[str, float, int]]:
    """Place the names of the key in rows: name, left edge, row."""
    placed, at, row = [], MARGIN, 0
    for name in (*CATEGORIES, "ever practised"):
        wide = text_width(name, 8) + 0.42
        if at + wide > width - MARGIN and at > MARGIN:
            at, row = MARGIN, row + 1
        placed.append((name, at, row))
        at += wide
    return placed


def _key(sheet: Sheet, top: float) -> None:
    colours = (*_COLOURS, INK)
    for (name, at, row), colour in zip(_rows(sheet.width), colours, strict=True):
        high = top + 0.1 - row * 0.22
        sheet.line([at, at + 0.16], [high, high], color=colour, linewidth=2 if name == "ever practised" else 7, **_FLAT)
        sheet.text(at + 0.23, high, name, size=8)
