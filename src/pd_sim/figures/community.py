"""Villages side by side as they are before anything happens: households and their ties."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from pd_sim.community import Community
from pd_sim.errors import ResultError
from pd_sim.figures.network import layout
from pd_sim.figures.sheet import MARGIN, NARROW, Sheet, text_width
from pd_sim.figures.style import MUTED, styled

__all__ = ["MOST_HOUSEHOLDS", "MOST_VILLAGES", "community", "drawable"]

MOST_VILLAGES = 12
"""Villages of a figure."""

MOST_HOUSEHOLDS = 1_000
"""Households of a village above which it is not drawn; it would be a blot."""

_TIED, _ALONE = "#0072b2", "#d55e00"


def drawable(community: Community) -> tuple[str, ...]:
    """Names of the villages that `community` draws: the first twelve that are not too large."""
    small = [name for name, size in zip(community.villages, community.sizes, strict=True) if size <= MOST_HOUSEHOLDS]
    return tuple(small[:MOST_VILLAGES])


def community(community: Community, title: str = "", *, width: float = 8.6) -> Figure:
    """Small pictures of up to twelve villages, in their order, each with its size and mean degree.

    Households are drawn where columns ``x`` and ``y`` say, if there are such; else so that ties are short. Those
    without ties are triangles.

    Parameters
    ----------
    community
        The villages.
    title
        Of the whole; none: said by their number.
    width
        Inches. Below 5 two villages stand beside each other, as a phone needs it.

    Raises
    ------
    ResultError
        Every village is too large to be drawn.
    """
    villages = drawable(community)
    if not villages:
        raise ResultError(f"villages of more than {MOST_HOUSEHOLDS:,} households are not drawn; ask for smaller ones")
    pairs = np.stack(community.ties.pairs(), axis=1).astype(np.int64)
    most = 2 if width < NARROW else {1: 1, 2: 2, 4: 2}.get(len(villages), 3 if len(villages) < 10 else 4)
    across = min(most, len(villages))
    cell = (width - 2 * MARGIN) / across
    tall = min(cell, 6.0)
    caption = 0.36
    block = tall + caption + 0.1

    def headed(sheet: Sheet) -> Sheet:
        count = len(community.villages)
        sheet.title(title or ("One village" if count == 1 else f"{count:,} villages"), _about(community, villages))
        return sheet

    rows = -(-len(villages) // across)
    used = 1.0 - headed(Sheet(width, 1.0)).top
    sheet = headed(Sheet(width, used + rows * block + MARGIN))
    for place, name in enumerate(villages):
        left = MARGIN + (place % across) * cell
        top = sheet.top - (place // across) * block
        row = community.rows(name)
        inside = pairs[(pairs[:, 0] >= row.start) & (pairs[:, 0] < row.stop)] - row.start
        middle = left + cell / 2
        label = f"village {name}" if name.isdigit() else name
        sheet.text(middle, top - 0.09, _fitted(label, cell - 0.1), size=9, weight="bold", horizontal="center")
        degree = 2 * len(inside) / (row.stop - row.start)
        told = f"{row.stop - row.start:,} households, {degree:.1f} ties each"
        sheet.text(middle, top - 0.26, told, size=8, colour=MUTED, horizontal="center")
        axes = sheet.axes(
            middle - tall / 2 + 0.06, top - caption - tall + 0.06, middle + tall / 2 - 0.06, top - caption - 0.06
        )
        with styled():
            _village(axes, _places(community, row, inside), inside, tall)
    return sheet.figure


def _about(community: Community, villages: Sequence[str]) -> str:
    left = len(community.villages) - len(villages)
    large = int((community.sizes > MOST_HOUSEHOLDS).sum())
    about = f"{community.n:,} households; a dot each, joined where tied, and a triangle where without ties."
    if left:
        about += f" {left:,} of the {len(community.villages):,} villages are not drawn"
        about += f", {large:,} of them because of their size." if large else "."
    return about


def _fitted(text: str, width: float) -> str:
    """A name as far as it fits."""
    if text_width(text, 9, "bold") <= width:
        return text
    while len(text) > 1 and text_width(f"{text}…", 9, "bold") > width:
        text = text[:-1]
    return f"{text}…"


def _places(community: Community, row: slice, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    given = [community.columns.get(name) for name in ("x", "y")]
    if all(column is not None and np.issubdtype(column.dtype, np.number) for column in given):
        places = np.stack([np.asarray(column, np.float64)[row] for column in given if column is not None], axis=1)
        if np.isfinite(places).all():
            return places
    return layout(row.stop - row.start, pairs)


def _village(axes: Axes, places: npt.NDArray[np.float64], pairs: npt.NDArray[np.int64], size: float) -> None:
    n = len(places)
    # households share a sixth of the picture, and many ties are drawn faintly
    area = float(np.clip((size * 72) ** 2 * 0.12 / n, 2.0, 60))
    faint = float(np.clip(60 / max(len(pairs), 1) ** 0.75, 0.12, 0.7))
    axes.add_collection(LineCollection(list(places[pairs]), colors="#8a939d", linewidths=0.6, alpha=faint, zorder=1))
    tied = np.bincount(pairs.ravel(), minlength=n) > 0
    for rows, colour, marker in ((tied, _TIED, "o"), (~tied, _ALONE, "^")):
        axes.scatter(
            places[rows, 0], places[rows, 1], s=area, color=colour, marker=marker, linewidths=0, zorder=2, clip_on=False
        )
    low, high = places.min(axis=0), places.max(axis=0)
    centre = (low + high) / 2
    reach = float((high - low).max()) / 2 * 1.06 or 1.0
    axes.set_xlim(centre[0] - reach, centre[0] + reach)
    axes.set_ylim(centre[1] - reach, centre[1] + reach)
    axes.set_axis_off()
