"""What a lesson shows and needs in the browser: a square of people, what a room guessed, full screen, a picture."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

__all__ = ["CrowdCanvas", "RoomBar", "StripsCanvas", "TakePicture"]

_HERE = Path(__file__).parent


class CrowdCanvas(anywidget.AnyWidget):
    """A square of people: ``wants`` and ``acts_in`` are int16 bytes, the round in which each acts or −1.

    Rounds pass over ``reveal`` milliseconds, for ``rounds`` of them, so that two squares keep time. With ``chooses`` a
    person is chosen by tap or arrow keys; with ``waits`` nothing has begun.
    """

    _esm = (_HERE / "crowd.js").read_text(encoding="utf-8")

    wants = traitlets.Bytes(b"").tag(sync=True)
    acts_in = traitlets.Bytes(b"").tag(sync=True)
    rounds = traitlets.Int(100).tag(sync=True)
    reveal = traitlets.Int(0).tag(sync=True)
    replay = traitlets.Int(0).tag(sync=True)
    waits = traitlets.Bool(False).tag(sync=True)
    chooses = traitlets.Bool(False).tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)
    changed = traitlets.Int(-1).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    most_share = traitlets.Float(0.0).tag(sync=True)


class StripsCanvas(anywidget.AnyWidget):
    """Guesses beside the outcome, a strip for every side.

    A strip holds ``name, colour, night, dash, guesses, median, guessed, was, mean, low, high``. ``guesses`` are per
    cent, the rest are shares; ``median`` is None where nobody guessed. The outcome shows after ``reveal`` milliseconds.
    """

    _esm = (_HERE / "strips.js").read_text(encoding="utf-8")

    strips = traitlets.List([]).tag(sync=True)
    reveal = traitlets.Int(0).tag(sync=True)
    replay = traitlets.Int(0).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    most_share = traitlets.Float(0.0).tag(sync=True)


class RoomBar(anywidget.AnyWidget):
    """Full screen of the lesson it stands in, and its steps by arrow keys; ``held``: not beyond this step yet."""

    _esm = (_HERE / "room.js").read_text(encoding="utf-8")

    kind = traitlets.Unicode("bar").tag(sync=True)
    at = traitlets.Int(0).tag(sync=True)
    last = traitlets.Int(0).tag(sync=True)
    held = traitlets.Bool(False).tag(sync=True)


class TakePicture(anywidget.AnyWidget):
    """A button that saves the pictures of the lesson it stands in, under a title and some lines, as one PNG."""

    _esm = (_HERE / "room.js").read_text(encoding="utf-8")

    kind = traitlets.Unicode("picture").tag(sync=True)
    name = traitlets.Unicode("lesson").tag(sync=True)
    title = traitlets.Unicode("").tag(sync=True)
    lines = traitlets.List([]).tag(sync=True)
