"""What stands in the corner of every page: the link to copy, and day or night."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

__all__ = ["Corner"]


class Corner(anywidget.AnyWidget):
    """Two buttons: copy the link of this page, and switch between a light and a dark page.

    A browser that was dark before, or whose owner prefers dark pages, begins dark; it says so through ``night``.
    """

    _esm = (Path(__file__).parent / "frame.js").read_text(encoding="utf-8")

    night = traitlets.Bool(False).tag(sync=True)
