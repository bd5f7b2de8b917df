"""The map of leading arms: a square of buttons, one a point, with the zones and the scenario's own place above it."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

__all__ = ["MapGrid"]


class MapGrid(anywidget.AnyWidget):
    """Points of a map, row by row from the lowest; each a dict, empty where it is not known yet.

    A point holds ``letter, lead, day, night, how`` (strength of its colour, 0 to 1; below 0: undecided) and ``label``.
    ``axis`` says what is to the right: its title, its meaning, its ends. ``opened`` holds the place of the point that
    was chosen and how often one was.
    """

    _esm = (Path(__file__).parent / "map.js").read_text(encoding="utf-8")

    points = traitlets.List([]).tag(sync=True)
    across = traitlets.Int(1).tag(sync=True)
    x_ticks = traitlets.List([]).tag(sync=True)
    y_ticks = traitlets.List([]).tag(sync=True)
    zones = traitlets.List([]).tag(sync=True)
    stands = traitlets.List([]).tag(sync=True)
    axis = traitlets.List(["", "", ""]).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    opened = traitlets.Dict({}).tag(sync=True)
