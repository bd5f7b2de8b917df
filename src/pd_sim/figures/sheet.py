"""A figure laid out in inches: title above, notes below, room for labels beside, whatever its width.

Text is measured before it is placed, so that nothing is cut off and no two labels overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from pd_sim.figures.style import INK, MUTED, RC, styled

__all__ = ["NARROW", "Sheet", "spread", "text_width", "wrapped"]

NARROW = 5.0
"""Below this width in inches a figure is laid out for a phone."""

MARGIN = 0.14
"""White border in inches."""

LINE = 1.32
"""Height of a line of text as a multiple of its size."""

_INCH = 72.0


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Width of one line of text in inches."""
    renderer = FigureCanvasAgg(Figure(dpi=_INCH * 4)).get_renderer()
    font = FontProperties(family=RC["font.family"], size=size, weight=weight)
    width, _, _ = renderer.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / (_INCH * 4)


def wrapped(text: str, size: float, width: float, weight: str = "normal") -> list[str]:
    """Break text into lines no wider than `width` inches; a single longer word keeps its line."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, weight) <= 0.97 * width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions as little as possible (least squares) so that none are nearer than `gap`, within `low` to `high`.

    Parameters
    ----------
    wanted
        Where each would best be, in any order.
    gap
        Least distance of two.
    low, high
        Ends; if there is not room for all between them, the gap is kept and the last ones pass `high`.

    Examples
    --------
    >>> spread([0.5, 0.5, 0.9], gap=0.2, low=0.0, high=1.0)
    [0.4, 0.6, 0.9]
    """
    order = sorted(range(len(wanted)), key=lambda place: (wanted[place], place))
    blocks: list[list[float]] = []  # sum and number of the free positions pooled so far (isotonic regression)
    for rank, place in enumerate(order):
        blocks.append([wanted[place] - rank * gap, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, number = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += number
    free = [total / number for total, number in blocks for _ in range(int(number))]
    last = max(low, high - (len(wanted) - 1) * gap)
    found = [0.0] * len(wanted)
    for rank, place in enumerate(order):
        found[place] = round(float(np.clip(free[rank], low, last)) + rank * gap, 9)
    return found


class Sheet:
    """A figure under construction; `top` and `bottom` (inches from the lower edge) are what is still free."""

    def __init__(self, width: float, height: float) -> None:
        with styled():
            self.figure = Figure(figsize=(width, height), dpi=100)
        FigureCanvasAgg(self.figure)
        self.width, self.height = width, height
        self.top, self.bottom = height - MARGIN, MARGIN

    @property
    def narrow(self) -> bool:
        """Whether it is for a phone."""
        return self.width < NARROW

    def title(self, text: str, about: str = "") -> None:
        """Write a title and what it is about below it, broken to the width, at the top left."""
        for line in wrapped(text, 12, self.width - 2 * MARGIN, "bold"):
            self._line(line, 12, "bold", INK)
        for line in wrapped(about, 9, self.width - 2 * MARGIN):
            self._line(line, 9, "normal", MUTED)
        self.top -= 0.1

    def notes(self, *texts: str) -> None:
        """Write notes, broken to the width, at the bottom left."""
        lines = [line for text in texts for line in wrapped(text, 8, self.width - 2 * MARGIN)]
        for line in reversed(lines):
            self.text(MARGIN, self.bottom, line, size=8, colour=MUTED, vertical="bottom")
            self.bottom += 8 * LINE / _INCH
        if lines:
            self.bottom += 0.06

    def axes(self, left: float, bottom: float, right: float, top: float) -> Axes:
        """Axes between these edges, in inches from the lower left corner."""
        with styled():
            return self.figure.add_axes(
                (left / self.width, bottom / self.height, (right - left) / self.width, (top - bottom) / self.height)
            )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 9,
        weight: str = "normal",
        colour: str = INK,
        horizontal: str = "left",
        vertical: str = "center",
    ) -> None:
        """Write one line at a place in inches."""
        with styled():
            self.figure.text(
                x / self.width,
                y / self.height,
                text,
                fontsize=size,
                fontweight=weight,
                color=colour,
                ha=horizontal,
                va=vertical,
            )

    def line(self, x: Sequence[float], y: Sequence[float], **look: object) -> None:
        """Draw a line through places in inches, outside any axes."""
        from matplotlib.lines import Line2D

        with styled():
            self.figure.add_artist(
                Line2D(
                    [at / self.width for at in x],
                    [at / self.height for at in y],
                    transform=self.figure.transFigure,
                    **look,  # type: ignore[arg-type]
                )
            )

    def _line(self, text: str, size: float, weight: str, colour: str) -> None:
        self.top -= size * LINE / _INCH / 2
        self.text(MARGIN, self.top, text, size=size, weight=weight, colour=colour)
        self.top -= size * LINE / _INCH / 2
