"""What each threat takes from each arm, as a table in colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pd_sim.figures.sheet import MARGIN, Sheet, text_width, wrapped
from pd_sim.figures.style import INK, MUTED, arm_styles, shown, styled

if TYPE_CHECKING:
    from pd_sim.studies import Threatened

__all__ = ["threats"]

_LOSS, _GAIN, _NONE = "#d55e00", "#0072b2", "#eef0f2"
_ROW, _LABEL, _SIZE = 0.5, 10.0, 7.5
_LINE = 0.16


def threats(found: Threatened, measure: Literal["practising", "years"] = "practising", *, width: float = 8.6) -> Figure:
    """Draw one row a threat and one column an arm; the stronger the colour, the more is lost.

    Rows stand in the order of the mean loss over the arms, the worst first. Each field tells the loss and its 95%
    interval, and where a threat finds nothing to hit, that.

    Parameters
    ----------
    found
        From ``studies.threats``.
    measure
        ``practising``: share of households practising at the step asked about, in points. ``years``: years of practice
        of a hundred households up to then.
    width
        Inches.
    """
    values = found.values(measure)
    losses = {(arm, threat): found.loss(arm, threat, measure) for arm in found.arms for threat in found.threats}
    order = sorted(found.threats, key=lambda threat: -sum(float(losses[arm, threat].mean) for arm in found.arms))
    narrow = width < 5
    labels = {threat: _label(found, threat, width - 2 * MARGIN if narrow else 0.3 * width) for threat in order}
    over = _LINE * max(len(lines) for lines in labels.values()) + 0.08 if narrow else 0.0
    row = max(_ROW, 0.0 if narrow else _LINE * max(len(lines) for lines in labels.values()) + 0.1) + over
    sheet = Sheet(width, 1.85 + (0.95 if narrow else 0.0) + row * len(order))
    sheet.title(*_heading(found, measure))
    sheet.notes(*_notes(found, measure))
    left = MARGIN + (0.0 if narrow else 0.3 * width + 0.1)
    across = (width - MARGIN - left) / len(found.arms)
    top = _head(sheet, found, {arm: float(values[arm, ""].mean()) for arm in found.arms}, left, across, measure)
    most = max((abs(float(loss.mean)) for loss in losses.values()), default=0.0) or 1.0
    points = 100.0 if measure == "practising" else 1.0
    with styled():
        axes = sheet.figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, sheet.width)
        axes.set_ylim(0, sheet.height)
        axes.axis("off")
        for place, threat in enumerate(order):
            upper = top - place * row
            middle = (upper - over + upper - row) / 2
            lines = labels[threat]
            start = upper - _LINE / 2 - 0.04 if narrow else middle + _LINE * (len(lines) - 1) / 2
            for number, line in enumerate(lines):
                name = number == 0
                at = start - _LINE * number
                sheet.text(MARGIN, at, line, size=_LABEL - 1 if name else _SIZE, colour=INK if name else MUTED)
            for column, arm in enumerate(found.arms):
                loss = losses[arm, threat]
                corner = left + column * across, upper - row
                nothing = found.touched[arm, threat] == 0
                strength = 0.0 if nothing else 0.12 + 0.68 * abs(float(loss.mean)) / most
                axes.add_patch(
                    Rectangle(
                        corner,
                        across,
                        row - over,
                        facecolor=_mixed(_NONE if nothing else _LOSS if loss.mean >= 0 else _GAIN, strength),
                        edgecolor="white",
                        linewidth=1.6,
                    )
                )
                centre = corner[0] + across / 2
                if nothing:
                    _write(sheet, centre, middle, wrapped("nothing to hit", _SIZE, across - 0.06), _SIZE, MUTED)
                    continue
                ends = (
                    "" if found.replicates == 1 else f"{_number(-points * loss.high)} to {_number(-points * loss.low)}"
                )
                sheet.text(
                    centre,
                    middle + (0.085 if ends else 0.0),
                    _number(-points * loss.mean),
                    size=_LABEL,
                    weight="bold",
                    horizontal="center",
                )
                sheet.text(centre, middle - 0.1, ends, size=6.5 if narrow else _SIZE, horizontal="center")
    return sheet.figure


def _heading(found: Threatened, measure: str) -> tuple[str, str]:
    counted = (
        f"Change in the share practising at {found.step_name} {found.step}, in points"
        if measure == "practising"
        else f"Change in years of practice of a hundred households up to {found.step_name} {found.step}"
    )
    interval = "" if found.replicates == 1 else ", and its 95% interval"
    luck = f"{found.replicates:,} replicate{'s' * (found.replicates > 1)}, the same luck with and without."
    return (
        f"What each threat takes from each arm when it comes in {found.step_name} {found.at}",
        f"{counted}: mean{interval}. {luck}",
    )


def _notes(found: Threatened, measure: str) -> list[str]:
    notes = ["Stronger orange: more is lost; blue: something is gained; grey: the arm has nothing that it could hit."]
    notes.append("How great each threat is, is an assumption; another size may change the order.")
    if measure == "practising":
        notes.append(f"Below each arm: share practising at {found.step_name} {found.step} if no threat comes.")
    else:
        notes.append("Below each arm: years of practice of a hundred households if no threat comes.")
    return notes


def _label(found: Threatened, threat: str, width: float) -> list[str]:
    from pd_sim.studies.threats import in_words

    return [shown(threat), *wrapped(in_words(found.threats[threat]), _SIZE, width)]


def _head(sheet: Sheet, found: Threatened, spared: dict[str, float], left: float, across: float, measure: str) -> float:
    """Name every arm, with what it comes to unharmed below; give where the rows begin."""
    styles = arm_styles(found.arms)
    names = {arm: wrapped(shown(arm), 9, across - 0.06, "bold") for arm in found.arms}
    most = max(len(lines) for lines in names.values())
    for column, arm in enumerate(found.arms):
        centre = left + (column + 0.5) * across
        said = f"{spared[arm]:.0%}" if measure == "practising" else f"{spared[arm]:.0f}"
        for number, line in enumerate([*names[arm], said]):
            at = sheet.top - _LINE * (number + most - len(names[arm]) + 0.5)
            plain = number == len(names[arm])
            sheet.text(
                centre,
                at,
                line,
                size=_SIZE + 0.5 if plain else 9,
                weight="normal" if plain else "bold",
                colour=MUTED if plain else styles[arm].colour,
                horizontal="center",
            )
    if across < text_width("39.4 to 43.3", 6.5):
        sheet.text(MARGIN, sheet.top + 0.02, "too many arms for this width", size=_SIZE, colour=MUTED)
    return sheet.top - _LINE * (most + 1) - 0.06


def _write(sheet: Sheet, x: float, y: float, lines: list[str], size: float, colour: str) -> None:
    for number, line in enumerate(lines):
        at = y + _LINE * ((len(lines) - 1) / 2 - number)
        sheet.text(x, at, line, size=size, colour=colour, horizontal="center")


def _number(value: Any) -> str:
    """A change with a true minus and one figure after the point."""
    rounded = round(float(value), 1) + 0.0
    return f"{rounded:.1f}".replace("-", "−")


def _mixed(colour: str, strength: float) -> tuple[float, float, float]:
    """Colour on white at a strength from 0 to 1; at 0 the colour itself."""
    from matplotlib.colors import to_rgb

    if strength == 0:
        return to_rgb(colour)
    red, green, blue = (float(1 - strength * (1 - part)) for part in np.asarray(to_rgb(colour)))
    return red, green, blue
