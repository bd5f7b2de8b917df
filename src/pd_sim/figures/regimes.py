"""Which arm leads where, as a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Arc, Rectangle
from matplotlib.ticker import FuncFormatter

from pd_sim.figures.sheet import MARGIN, Sheet, text_width
from pd_sim.figures.style import INK, MUTED, arm_styles, shown, styled
from pd_sim.studies.regimes import AGREEMENT, CERTAINTY, UNDECIDED

if TYPE_CHECKING:
    from pd_sim.studies import Regimes

__all__ = ["WIDTH", "ZONES", "regime_map"]

ZONES = (("simple", 0.24), ("complicated", 0.48), ("complex", 0.78), ("chaotic", 1.0))
"""Zones of the agreement–certainty matrix (Stacey; Zimmerman), each up to a share of the diagonal from the corner where
both are highest. Where one ends and the next begins is a convention of ours; nothing is computed from it."""

WIDTH = 5.6
"""Inches: its text can still be read where the figure is shrunk to a phone's 390 pixels."""

_PALE = "#d5d9de"
_KEY = 0.24

_WORDS = {
    CERTAINTY: "certainty: how surely an outside solution fits and can be told",
    AGREEMENT: "agreement: share of households that agree on problem and goal",
    "practice.certainty": "certainty: share of households that an outside solution fits",
}


def regime_map(found: Regimes, *, width: float = WIDTH) -> Figure:
    """Draw the leading arm of every cell; pale where the interval of the lead covers 0.

    Colour and marker tell the arm; the stronger the colour, the greater the lead. The four zones are named where both
    axes are those of the agreement–certainty matrix.

    Parameters
    ----------
    found
        From ``studies.regimes``.
    width
        Inches.
    """
    sheet = Sheet(width, min(7.4, width + 1.3) if width >= 5 else 6.3)
    sheet.title(
        f"Which arm leads after {found.step} {found.unit}s",
        "Arm with the highest mean share practising; the stronger the colour, the greater its lead. "
        f"{found.replicates} replicates a cell, the same luck in all.",
    )
    matrix = {found.x, found.y} <= {CERTAINTY, AGREEMENT, "practice.certainty"}
    notes = [f"Pale: undecided, the 95% interval of the paired lead covers 0. {_top(found)}"]
    if matrix:
        notes.append("Dashed: zones of the agreement–certainty matrix; where they end is a convention, not a result.")
    sheet.notes(*notes)
    _key(sheet, found)
    sheet.text(MARGIN, sheet.top - 0.02, f"↑ {_axis(found.y, width)}", colour=MUTED, vertical="top")
    left, bottom, top = MARGIN + 0.5, sheet.bottom + 0.46, sheet.top - 0.28
    side = min(width - MARGIN - 0.1 - left, top - bottom) if width < 5 else None
    axes = sheet.axes(left, bottom, width - MARGIN - 0.1, bottom + side if side else top)
    with styled():
        _cells(axes, found, marks=width / len(found.xs))
        if matrix:
            _zones(axes, found)
        axes.set_xlabel(f"{_axis(found.x, width)} →")
    return sheet.figure


def _axis(name: str, width: float) -> str:
    """What an axis is, in as many words as there is room for."""
    told = _WORDS.get(name, shown(name))
    return told if text_width(told, 9) < width - 1.0 else shown(name)


def _top(found: Regimes) -> str:
    most = max((cell for cell in found.cells if cell.decided), key=lambda cell: cell.lead, default=None)
    if most is None:
        return ""
    return f"Greatest lead: {shown(most.leader)} by {100 * most.lead:.0f} points over {shown(most.runner_up)}."


def _half(values: tuple[float, ...]) -> float:
    return (values[1] - values[0]) / 2


def _cells(axes: Axes, found: Regimes, marks: float) -> None:
    styles = arm_styles(found.arms)
    most = max((cell.lead for cell in found.cells if cell.decided), default=1.0)
    across, along = _half(found.xs), _half(found.ys)
    for cell in found.cells:
        corner = cell.x - across, cell.y - along
        colour, alpha = _PALE, 0.45
        if cell.decided:
            colour, alpha = styles[cell.leader].colour, 0.2 + 0.55 * np.sqrt(cell.lead / most)
        axes.add_patch(
            Rectangle(corner, 2 * across, 2 * along, facecolor=colour, alpha=alpha, edgecolor="white", linewidth=1.2)
        )
        if cell.decided:
            axes.plot(
                cell.x,
                cell.y,
                marker=styles[cell.leader].marker,
                color=colour,
                markersize=min(6.0, 8 * marks),
                markeredgecolor="white",
                markeredgewidth=0.6,
                linestyle="none",
            )
    axes.set_xlim(found.xs[0] - across, found.xs[-1] + across)
    axes.set_ylim(found.ys[0] - along, found.ys[-1] + along)
    for axis, values in ((axes.xaxis, found.xs), (axes.yaxis, found.ys)):
        every = max(1, -(-len(values) // 9))
        axis.set_ticks(list(values[::every]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    for spine in axes.spines.values():
        spine.set_visible(False)


def _zones(axes: Axes, found: Regimes) -> None:
    """Arcs about the corner where both are highest, and the names between them."""
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    before = 0.0
    for place, (name, reach) in enumerate(ZONES):
        if place < len(ZONES) - 1:
            arc = Arc(
                (x1, y1),
                2 * reach * np.sqrt(2) * (x1 - x0),
                2 * reach * np.sqrt(2) * (y1 - y0),
                theta1=180,
                theta2=270,
                color=INK,
                linewidth=1.1,
                linestyle=(0, (4, 3)),
                zorder=4,
            )
            axes.add_patch(arc)
        middle = (before + reach) / 2
        axes.text(
            _between(found.xs, x1 - middle * (x1 - x0)),
            _between(found.ys, y1 - middle * (y1 - y0)),
            name,
            ha="center",
            va="center",
            fontsize=10,
            fontweight="bold",
            color=INK,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.82, "pad": 2.0},
            zorder=6,
        )
        before = reach


def _between(values: tuple[float, ...], at: float) -> float:
    """The nearest place between two cells, so that a name hides no marker; as it is where cells are few."""
    if len(values) < 6:
        return at
    ends = np.array(values[:-1]) + _half(values)
    return float(ends[np.abs(ends - at).argmin()])


def _key(sheet: Sheet, found: Regimes) -> None:
    """One row an arm, above the notes: its colour and marker, and the share of the map in which it leads."""
    styles, shares = arm_styles(found.arms), found.shares()
    column = MARGIN + 0.62 + max(text_width(shown(arm), 10, "bold") for arm in (*found.arms, UNDECIDED))
    sheet.bottom += 0.04
    for name in reversed((*found.arms, UNDECIDED)):
        at = sheet.bottom + _KEY / 2
        colour = styles[name].colour if name in styles else _PALE
        sheet.line([MARGIN, MARGIN + 0.3], [at, at], color=colour, linewidth=9, alpha=0.55, solid_capstyle="butt")
        if name in styles:
            sheet.line(
                [MARGIN + 0.15],
                [at],
                color=colour,
                marker=styles[name].marker,
                markersize=6,
                markeredgecolor="white",
                linestyle="none",
            )
        ink = colour if name in styles else MUTED
        sheet.text(MARGIN + 0.42, at, shown(name), size=10, weight="bold", colour=ink)
        sheet.text(column, at, f"{shares[name]:.0%} of the map", size=8, colour=INK)
        sheet.bottom += _KEY
    sheet.bottom += 0.06
