"""The one look of all figures: colours, lines, markers and type.

Every arm has a colour that colour-blind readers tell apart (after Okabe and Ito [1]_, and Tol), and a line style and
marker of its own, so that a grey copy can be read too. Type is DejaVu Sans, which matplotlib brings along.

References
----------
.. [1] M. Okabe, K. Ito (2008), "Color universal design: how to make figures and presentations that are friendly to
   colorblind people".
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import matplotlib as mpl

__all__ = ["GRID", "INK", "MUTED", "RC", "STAGES", "ArmStyle", "StageStyle", "arm_styles", "shown", "styled"]

INK = "#1f2328"
"""Text."""

MUTED = "#5c6570"
"""Text that explains."""

GRID = "#e3e6ea"
"""Lines to read values from."""

RC: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 9.0,
    "ytick.labelsize": 9.0,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "lines.solid_capstyle": "round",
    "lines.dash_capstyle": "butt",
    "text.usetex": False,
    "text.parse_math": False,
    "path.simplify": True,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "pd-sim",
}
"""Settings every figure is made and saved with; the user's own settings stay out and untouched."""

Dash = tuple[float, tuple[float, ...]] | str


class ArmStyle(NamedTuple):
    """How an arm is drawn everywhere: colour, dashes of its line, marker."""

    colour: str
    dash: Dash
    marker: str


class StageStyle(NamedTuple):
    """How a stage is drawn everywhere: its name, colour, marker, and area relative to a practising household."""

    name: str
    colour: str
    marker: str
    area: float


STAGES: tuple[StageStyle, ...] = (
    StageStyle("unaware", "#b9c0c8", "o", 0.35),
    StageStyle("aware", "#e69f00", "^", 0.75),
    StageStyle("trying", "#56b4e9", "D", 0.75),
    StageStyle("practising", "#00694e", "o", 1.0),
    StageStyle("lapsed", "#a3195b", "X", 0.9),
    StageStyle("rejected", "#4d4d4d", "_", 0.9),
)
"""In the order of the stage codes 0 to 5."""

_NAMED = {
    "nothing": ArmStyle("#6e7681", (0, (1.0, 1.6)), "x"),
    "top_down": ArmStyle("#d55e00", (0, (5.0, 2.0)), "s"),
    "bottom_up": ArmStyle("#0072b2", "-", "o"),
    "hybrid": ArmStyle("#006b4f", (0, (7.0, 1.6, 1.4, 1.6)), "D"),
}

_OTHERS = (
    ArmStyle("#882255", "-", "^"),
    ArmStyle("#8a7a00", (0, (3.0, 1.5)), "v"),
    ArmStyle("#332288", (0, (5.0, 1.5, 1.2, 1.5, 1.2, 1.5)), "P"),
    ArmStyle("#cc6677", "-", "X"),
    ArmStyle("#117733", (0, (2.0, 1.2)), "<"),
    ArmStyle("#3f8fb5", (0, (8.0, 2.0)), ">"),
    ArmStyle("#aa4499", (0, (4.0, 1.5, 1.2, 1.5)), "h"),
    ArmStyle("#661100", (0, (1.2, 1.2)), "*"),
)


def arm_styles(arms: Iterable[str]) -> dict[str, ArmStyle]:
    """Style of each arm; the four usual ones always look the same, others take theirs in turn.

    Parameters
    ----------
    arms
        Names in the order of the scenario. From the thirteenth on, styles come again.

    Examples
    --------
    >>> styles = arm_styles(["nothing", "my_own", "bottom_up"])
    >>> styles["bottom_up"].colour, styles["my_own"].marker
    ('#0072b2', '^')
    """
    arms = list(arms)
    others = [arm for arm in arms if arm not in _NAMED]
    return {arm: _NAMED[arm] if arm in _NAMED else _OTHERS[others.index(arm) % len(_OTHERS)] for arm in arms}


def shown(name: str) -> str:
    """A name as it is written in a figure.

    Examples
    --------
    >>> shown("bottom_up"), shown("ever_practised"), shown("cost_so_far")
    ('bottom-up', 'ever practised', 'cost so far')
    """
    return {"top_down": "top-down", "bottom_up": "bottom-up"}.get(name, name.replace("_", " "))


def styled() -> AbstractContextManager[None]:
    """Context in which artists take the settings of these figures."""
    return mpl.rc_context(RC)
