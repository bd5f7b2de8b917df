"""Pictures that are drawn in the browser from a few bytes: a village, and curves."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

__all__ = ["CurvesCanvas", "VillageCanvas"]

_HERE = Path(__file__).parent


class VillageCanvas(anywidget.AnyWidget):
    """A village: one byte a household — its stage in bits 0 to 2, hidden (8), came to a session (16), found (32)."""

    _esm = (_HERE / "network.js").read_text(encoding="utf-8")

    places = traitlets.Bytes(b"").tag(sync=True)
    ties = traitlets.Bytes(b"").tag(sync=True)
    state = traitlets.Bytes(b"").tag(sync=True)
    show_hidden = traitlets.Bool(False).tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    most_height = traitlets.Int(460).tag(sync=True)


class CurvesCanvas(anywidget.AnyWidget):
    """Curves over steps; a line holds ``name, colour, night, dash`` and bytes of float32: ``value, mean, low, high``.

    A line is named at its end by its ``label``, else by its name. With ``draws`` set to a name, a pointer draws a guess
    under that name into ``drawn``; ``faint`` holds older guesses, each with ``name`` and ``points``. The lines come up
    over ``reveal`` milliseconds, again when ``replay`` changes. ``most_share`` bounds the height by that of the window.
    """

    _esm = (_HERE / "curves.js").read_text(encoding="utf-8")

    lines = traitlets.List([]).tag(sync=True)
    marks = traitlets.List([]).tag(sync=True)
    last = traitlets.Int(1).tag(sync=True)
    week = traitlets.Int(-1).tag(sync=True)
    top = traitlets.Float(1.0).tag(sync=True)
    unit = traitlets.Unicode("share").tag(sync=True)
    step_name = traitlets.Unicode("weeks").tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    most_height = traitlets.Int(300).tag(sync=True)
    big = traitlets.Bool(False).tag(sync=True)
    draws = traitlets.Unicode("").tag(sync=True)
    drawn = traitlets.Dict({}).tag(sync=True)
    faint = traitlets.List([]).tag(sync=True)
    reveal = traitlets.Int(0).tag(sync=True)
    replay = traitlets.Int(0).tag(sync=True)
    most_share = traitlets.Float(0.0).tag(sync=True)
