"""One village at several moments, arm by arm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from pd_sim.errors import ResultError
from pd_sim.figures.sheet import MARGIN, NARROW, Sheet, text_width
from pd_sim.figures.style import MUTED, STAGES, StageStyle, arm_styles, shown, styled

__all__ = ["Snapshots", "layout", "network"]

_MANY = 1_000  # households above which ties are a hairball and are left out
_ACROSS = 20  # households without a path to the largest component, in a row
_PRACTISING = 3
_UNAWARE = 0


@dataclass(frozen=True, eq=False)
class Snapshots:
    """A village as it was at some moments, in every arm.

    Parameters
    ----------
    positions
        Where households are drawn, shape ``(household, 2)``; any scale, kept square. See `layout`.
    ties
        Rows of both ends, shape ``(tie, 2)``.
    moments
        Steps, in order.
    stages
        Stage codes 0 to 5 (unaware, aware, trying, practising, lapsed, rejected) by arm, shape
        ``(moment, household)``.
    hidden
        Whether a household practises in hiding, by arm, likewise; arms left out have none.

    Raises
    ------
    ResultError
        Shapes or codes that do not fit.
    """

    positions: npt.NDArray[np.float64]
    ties: npt.NDArray[np.integer]
    moments: tuple[int, ...]
    stages: Mapping[str, npt.NDArray[np.integer]]
    hidden: Mapping[str, npt.NDArray[np.bool_]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        positions = np.asarray(self.positions, dtype=np.float64)
        ties = np.asarray(self.ties, dtype=np.int64).reshape(-1, 2)
        if positions.ndim != 2 or positions.shape[1] != 2 or not len(positions) or not np.isfinite(positions).all():
            raise ResultError(f"positions need finite numbers of shape (household, 2), not {positions.shape}")
        if ties.size and not (ties.min() >= 0 and ties.max() < len(positions)):
            raise ResultError(f"ties name a row outside 0 to {len(positions) - 1}")
        if not self.stages or not self.moments:
            raise ResultError("a network figure needs at least one arm and one moment")
        shape = (len(self.moments), len(positions))
        stages = {arm: np.asarray(codes) for arm, codes in self.stages.items()}
        hidden = {arm: np.asarray(self.hidden.get(arm, np.zeros(shape, dtype=bool)), dtype=bool) for arm in stages}
        for arm, codes in stages.items():
            if codes.shape != shape or hidden[arm].shape != shape:
                raise ResultError(f"arm {arm!r}: stages and hidden need shape (moment, household) {shape}")
            if not np.isin(codes, np.arange(len(STAGES))).all():
                raise ResultError(f"arm {arm!r}: stage codes run from 0 to {len(STAGES) - 1}")
        object.__setattr__(self, "positions", positions)
        object.__setattr__(self, "ties", ties)
        object.__setattr__(self, "moments", tuple(int(step) for step in self.moments))
        object.__setattr__(self, "stages", MappingProxyType(stages))
        object.__setattr__(self, "hidden", MappingProxyType(hidden))


def layout(households: int, ties: npt.ArrayLike, seed: int = 0) -> npt.NDArray[np.float64]:
    """Places for households such that ties are short: springs for the largest component, the rest in rows below.

    Parameters
    ----------
    households
        How many.
    ties
        Rows of both ends, shape ``(tie, 2)``.
    seed
        Of the first guess; the same gives the same places.

    Returns
    -------
    Shape ``(household, 2)``, the largest component within the circle of radius 1.
    """
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(households))
    graph.add_edges_from(np.asarray(ties, dtype=np.int64).reshape(-1, 2).tolist())
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    places = np.zeros((households, 2))
    if not parts:
        return places
    main = sorted(parts[0])
    if len(main) > 1:
        spring = nx.spring_layout(graph.subgraph(main), k=1.6 / np.sqrt(len(main)), iterations=80, seed=seed)
        places[main] = [spring[row] for row in main]
        places[main] = _within_circle(places[main])
    others = [row for part in parts[1:] for row in sorted(part)]
    for place, row in enumerate(others):
        line, column = divmod(place, _ACROSS)
        length = min(_ACROSS, len(others) - line * _ACROSS)
        places[row] = ((column - (length - 1) / 2) * 2 / _ACROSS, -1.08 - 0.1 * line)
    return places


def _within_circle(places: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    # springs fling a few households far out, and these would make all the others small
    centred = places - np.median(places, axis=0)
    far = np.hypot(*centred.T)
    usual = float(np.quantile(far, 0.9)) or 1.0
    near = far / usual * 0.88
    pulled = np.where(near > 0.88, 0.88 + 0.12 * np.tanh((near - 0.88) / 0.4), near)
    return np.asarray(centred / np.where(far > 0, far, 1.0)[:, None] * pulled[:, None])


def network(snapshots: Snapshots, *, width: float = 8.6, unit: str = "weeks") -> Figure:
    """Small pictures of the village: a row of moments for every arm.

    Stages differ in colour and in form of marker; households that practise in hiding are faintly ringed.

    Parameters
    ----------
    snapshots
        What is to be drawn.
    width
        Inches. Below 5 an arm takes rows of three pictures, as a phone needs it.
    unit
        What a step is.
    """
    many = len(snapshots.positions) > _MANY
    narrow = width < NARROW
    across = min(3, len(snapshots.moments)) if narrow else len(snapshots.moments)
    down = -(-len(snapshots.moments) // across)
    cell = (width - 2 * MARGIN) / across
    held = _rows_of_key(width)
    about = f"{len(snapshots.positions)} households" + (", ties left out" if many else " and their ties")
    about += ", with the same luck in every arm; below each picture the share practising."
    head, caption = 0.3, 0.22
    block = head + down * (cell + caption)

    def headed(sheet: Sheet) -> Sheet:
        sheet.title("One village, arm by arm", about)
        _key(sheet, held)
        return sheet

    used = 1.0 - headed(Sheet(width, 1.0)).top
    sheet = headed(Sheet(width, used + len(snapshots.stages) * block + MARGIN))
    styles = arm_styles(snapshots.stages)
    for row, arm in enumerate(snapshots.stages):
        top = sheet.top - row * block
        sheet.text(MARGIN, top - head / 2, shown(arm), size=10, weight="bold", colour=styles[arm].colour)
        for place, step in enumerate(snapshots.moments):
            left = MARGIN + (place % across) * cell
            upper = top - head - (place // across) * (cell + caption)
            axes = sheet.axes(left + 0.03, upper - cell + 0.03, left + cell - 0.03, upper - 0.03)
            with styled():
                _village(axes, snapshots, arm, place, cell, ties=not many)
            practising = float((snapshots.stages[arm][place] == _PRACTISING).mean())
            sheet.text(
                left + cell / 2,
                upper - cell - caption / 2 + 0.03,
                f"{unit.removesuffix('s')} {step}: {practising:.0%}",
                size=8,
                colour=MUTED,
                horizontal="center",
            )
    return sheet.figure


def _village(axes: Axes, snapshots: Snapshots, arm: str, moment: int, cell: float, *, ties: bool) -> None:
    places, codes = snapshots.positions, snapshots.stages[arm][moment]
    hidden = snapshots.hidden[arm][moment] & (codes == _PRACTISING)
    # area of a practising household in square points: households share a fifth of the picture
    area = float(np.clip((cell * 72) ** 2 * 0.2 / len(places), 1.5, 60))
    if ties:
        axes.add_collection(LineCollection(places[snapshots.ties], colors="#8a939d", linewidths=0.35, alpha=0.28))
    for code, style in enumerate(STAGES):
        rows = (codes == code) & ~hidden if code == _PRACTISING else codes == code
        if code == _UNAWARE:
            rows = rows | hidden  # nobody sees what they do
        _dots(axes, places[rows], style, area, code)
    if hidden.any():
        axes.scatter(
            places[hidden, 0],
            places[hidden, 1],
            s=area * 2.2,
            marker="o",
            facecolors="none",
            edgecolors=STAGES[_PRACTISING].colour,
            linewidths=0.8,
            alpha=0.75,
            zorder=6,
            label="hidden",
        )
    centre = (places.min(axis=0) + places.max(axis=0)) / 2
    reach = float(np.abs(places - centre).max()) * 1.08 or 1.0
    axes.set_xlim(centre[0] - reach, centre[0] + reach)
    axes.set_ylim(centre[1] - reach, centre[1] + reach)
    axes.set_axis_off()


def _dots(axes: Axes, places: npt.NDArray[np.float64], style: StageStyle, area: float, order: int) -> None:
    if not len(places):
        return
    line = style.marker in "_x"
    axes.scatter(
        places[:, 0],
        places[:, 1],
        s=area * style.area,
        marker=style.marker,
        color=style.colour,
        linewidths=1.1 if line else 0,
        zorder=2 + order / 10,
        label=style.name,
    )


_RING = StageStyle("practising in hiding", "none", "o", 1.0)


def _rows_of_key(width: float) -> list[list[StageStyle]]:
    rows: list[list[StageStyle]] = [[]]
    used = 0.0
    for style in (*STAGES, _RING):
        needed = 0.42 + text_width(style.name, 9)
        if rows[-1] and used + needed > width - 2 * MARGIN:
            rows.append([])
            used = 0.0
        rows[-1].append(style)
        used += needed
    return rows


def _key(sheet: Sheet, rows: list[list[StageStyle]]) -> None:
    for row in rows:
        x, y = MARGIN + 0.06, sheet.top - 0.1
        for style in row:
            ring = style is _RING
            sheet.line(
                [x],
                [y],
                marker=style.marker,
                markersize=8 if ring else 7 * style.area**0.5 + 1,
                color=STAGES[_UNAWARE].colour if ring else style.colour,
                markeredgecolor=STAGES[_PRACTISING].colour if ring else style.colour,
                markerfacecolor="none" if ring else style.colour,
                markeredgewidth=1.4 if style.marker == "_" else 0.9 if ring else 0,
                linestyle="none",
            )
            sheet.text(x + 0.13, y, style.name, size=9, colour=MUTED)
            x += 0.42 + text_width(style.name, 9)
        sheet.top -= 0.24
    sheet.top -= 0.04
