"""Published results as figures: what was simulated as points, what the formulas say as lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator

from pd_sim.errors import UnknownNameError
from pd_sim.figures.sheet import MARGIN, Sheet
from pd_sim.figures.style import GRID, INK, MUTED, styled
from pd_sim.results import wilson

__all__ = ["WIDTH", "published"]

WIDTH = 5.6
"""Inches: its text can still be read where the figure is shrunk to a phone's 390 pixels."""

_THEORY = "#0072b2"
_SIMULATED = "#d55e00"
_ROWS = ("#0072b2", "#d55e00", "#006b4f")
_MARKS = ("o", "s", "D")
_ASIDE = 0.018

Data = Mapping[str, Any]


def published(name: str, data: Data, *, width: float = WIDTH) -> Figure:
    """Draw one published result.

    Parameters
    ----------
    name
        granovetter, watts, newman, centola_macy or bass.
    data
        ``Verdict.data`` of that result.
    width
        Inches.
    """
    if name not in _FIGURES:
        raise UnknownNameError("figure of a published result", name, _FIGURES)
    return _FIGURES[name](data, width)


def _sheet(width: float, title: str, about: str, notes: str) -> Sheet:
    sheet = Sheet(width, 4.2 if width >= 5 else 4.9)
    sheet.title(title, about)
    sheet.notes(notes)
    return sheet


def _axes(sheet: Sheet, along: str, up: str, share: bool = True) -> Axes:
    # what stands upright is said above the axis, where it can be read without turning the head
    sheet.text(MARGIN, sheet.top - 0.02, up, colour=MUTED, vertical="top")
    axes = sheet.axes(MARGIN + 0.5, sheet.bottom + 0.46, sheet.width - MARGIN - 0.14, sheet.top - 0.3)
    axes.set_xlabel(along)
    axes.grid(visible=True, axis="y", color=GRID)
    if share:
        axes.set_ylim(0, 1.04)
        axes.yaxis.set_major_locator(MultipleLocator(0.25))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))
    return axes


def _legend(axes: Axes, place: Any, at: tuple[float, float] | None = None) -> None:
    axes.legend(loc=place, bbox_to_anchor=at, frameon=True, framealpha=0.9, edgecolor="none", fontsize=8.5)


def _granovetter(data: Data, width: float) -> Figure:
    sheet = _sheet(
        width,
        "A little more variety, and everybody acts",
        "Granovetter 1978: 100 people with normal thresholds of mean 25; each acts once as many others do.",
        f"The dashed line marks {data['limit']:.2f}, the standard deviation at which, with endless many, the low "
        "equilibrium vanishes. With 100 people the jump comes between 12.5 and 13.",
    )
    with styled():
        axes = _axes(sheet, "standard deviation of the thresholds", "number who act in the end", share=False)
        axes.set_ylim(0, 104)
        axes.axvline(data["limit"], color=MUTED, linewidth=1, linestyle=(0, (4, 2)))
        axes.plot(
            data["sd"],
            data["acting"],
            color=_SIMULATED,
            marker="o",
            markersize=4,
            linewidth=1.0,
            clip_on=False,
            zorder=3,
        )
    return sheet.figure


def _watts(data: Data, width: float) -> Figure:
    low, high = data["window"]
    sheet = _sheet(
        width,
        "One household moves a whole network, if ties are neither too few nor too many",
        f"Watts 2002: random ties among {data['households']:,} households, all with threshold .18.",
        f"Shaded: the window {low:.2f} to {high:.2f} in which z·P(Poisson(z) ≤ 3) is above 1, for endless networks; "
        "just above its upper end networks of this size still cascade now and then. Bars: 95% intervals.",
    )
    with styled():
        axes = _axes(sheet, "mean number of ties z", "chance that a cascade reaches more than a tenth")
        axes.axvspan(low, high, color=_THEORY, alpha=0.08, linewidth=0)
        axes.plot(data["grid"], data["chance"], color=_THEORY, linewidth=1.8, label="theory")
        _points(axes, {z: (count / n, *_ends(count, n)) for z, (count, n) in data["seen"].items()})
        axes.set_xlim(0, 8)
        _legend(axes, "lower center", (0.42, 0.06))
    return sheet.figure


def _ends(count: int, n: int) -> tuple[float, float]:
    _, low, high, _ = wilson(count, n)
    return float(low), float(high)


def _points(axes: Axes, seen: Mapping[float, tuple[float, float, float]]) -> None:
    at = list(seen)
    got, low, high = (np.array(values) for values in zip(*seen.values(), strict=True))
    axes.errorbar(
        at,
        got,
        yerr=[np.maximum(got - low, 0), np.maximum(high - got, 0)],
        fmt="o",
        color=_SIMULATED,
        markersize=5,
        elinewidth=1.2,
        capsize=2.5,
        clip_on=False,
        zorder=4,
        label="simulated",
    )


def _newman(data: Data, width: float) -> Figure:
    sheet = _sheet(
        width,
        "A simple contagion takes off from one tie passed on per household",
        "Newman 2002: one try a tie, with the chance T; random ties with mean z = 6; share that large outbreaks reach.",
        "Line: S = 1 − exp(−zTS). Below zT = 1 the point is the mean of all outbreaks, its bar their greatest; above, "
        "99.9% intervals are narrower than the points.",
    )
    with styled():
        axes = _axes(sheet, "zT, ties passed on per household", "share that ever practised")
        axes.plot(data["grid"], data["size"], color=_THEORY, linewidth=1.8, label="theory")
        _points(axes, data["seen"])
        axes.set_xlim(0.5, 3.5)
        _legend(axes, "lower right", (1.0, 0.04))
    return sheet.figure


def _centola_macy(data: Data, width: float) -> Figure:
    sheet = _sheet(
        width,
        "Long ties stop what needs more than one source",
        "Centola & Macy 2007: 60 by 60 households on a lattice with eight ties each; a share p of the ties is rewired.",
        f"{data['runs']} runs a point; bars: 95% intervals. Points that would hide one another stand side by side.",
    )
    with styled():
        axes = _axes(sheet, "share of ties rewired, p", "runs in which it reaches everybody")
        words = {1: "one tie is enough", 2: "two are needed", 3: "three are needed"}
        for place, (needed, found) in enumerate(data["seen"].items()):
            got = np.array(list(found.values()))
            low, high = np.array([_ends(round(share * data["runs"]), data["runs"]) for share in got]).T
            axes.errorbar(
                np.array(list(found)) + (place - 1) * _ASIDE,
                got,
                yerr=[np.maximum(got - low, 0), np.maximum(high - got, 0)],
                color=_ROWS[place],
                marker=_MARKS[place],
                linestyle=("-", (0, (5, 2)), (0, (1.5, 1.5)))[place],
                linewidth=1.8,
                elinewidth=1.0,
                markersize=(6.5, 6, 6)[place],
                markeredgecolor="white",
                clip_on=False,
                zorder=3 + place,
                label=words[needed],
            )
        axes.set_xlim(-0.04, 1.04)
        _legend(axes, "center right", (1.01, 0.5))
    return sheet.figure


def _bass(data: Data, width: float) -> Figure:
    time, share = data["peak"]
    sheet = _sheet(
        width,
        "Adoption by word of mouth is steepest after six years",
        f"Bass 1969: p = .03 and q = .38 a year, in weekly steps; mean of {data['runs']} runs of 200 households.",
        f"Dashed: the peak of new adoptions by the formula, {time:.2f} years with {share:.1%} adopted; found "
        f"{data['found'][0]:.2f} years with {data['found'][1]:.1%}.",
    )
    with styled():
        axes = _axes(sheet, "years", "share that has adopted")
        axes.axvline(time, color=MUTED, linewidth=1, linestyle=(0, (4, 2)))
        axes.axhline(share, color=MUTED, linewidth=1, linestyle=(0, (4, 2)))
        axes.plot(data["years"], data["formula"], color=_THEORY, linewidth=4.5, alpha=0.35, label="formula")
        axes.plot(data["years"], data["mean"], color=_SIMULATED, linewidth=1.4, label="simulated")
        axes.plot(*data["found"], marker="o", color=INK, markersize=5)
        axes.set_xlim(0, data["years"][-1])
        _legend(axes, "lower right")
    return sheet.figure


_FIGURES: dict[str, Callable[[Data, float], Figure]] = {
    "granovetter": _granovetter,
    "watts": _watts,
    "newman": _newman,
    "centola_macy": _centola_macy,
    "bass": _bass,
}
