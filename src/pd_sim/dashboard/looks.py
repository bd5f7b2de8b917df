"""How the dashboard looks: colours of arms and stages by day and night, and its style sheet."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

__all__ = ["STAGE_LOOKS", "STYLE", "ArmLook", "arm_look", "named", "plural"]


class ArmLook(NamedTuple):
    """Colour of an arm on white and on black, and the dashes of its line."""

    colour: str
    night: str
    dash: tuple[int, ...]


# the hues of printed figures, dark enough by day and light enough by night for words in them to be read
_KNOWN = {
    "nothing": ArmLook("#6b7480", "#a9b2bd", (2, 4)),
    "top_down": ArmLook("#b4450a", "#ff9e5e", (9, 4)),
    "bottom_up": ArmLook("#0072b2", "#5cb8ff", ()),
    "hybrid": ArmLook("#006b4f", "#4fd6a5", (9, 3, 2, 3)),
}
_OTHERS = (
    ArmLook("#882255", "#ff8fc7", ()),
    ArmLook("#5b3fa0", "#b79af0", (6, 4)),
    ArmLook("#7a6a00", "#e3cf4e", (2, 3)),
    ArmLook("#3b4a5a", "#c3ced9", (10, 4)),
    ArmLook("#a3319b", "#f0a0ea", (5, 2)),
    ArmLook("#661100", "#d9a08a", (3, 2, 8, 2)),
    ArmLook("#1f7593", "#7cd0ea", (14, 3)),
    ArmLook("#117733", "#8fd672", (12, 3, 2, 3, 2, 3)),
)
"""As many as a scenario that is shown may have arms, so that no two of them look alike."""

STAGE_LOOKS = (
    ("unaware", "has not heard of it"),
    ("aware", "has heard of it"),
    ("trying", "tries it out"),
    ("practising", "practises it"),
    ("lapsed", "has stopped"),
    ("rejected", "it did not work"),
)
"""Name and meaning of every stage, in their order."""


def arm_look(arm: str, place: int) -> ArmLook:
    """Look of an arm: the usual ones have one of their own, others by their place."""
    return _KNOWN.get(arm, _OTHERS[place % len(_OTHERS)])


def named(arm: str) -> str:
    """Name of an arm as it is shown.

    Examples
    --------
    >>> named("top_down")
    'Top-down'
    """
    text = _NAMES.get(arm, arm.replace("_", " "))
    return text[:1].upper() + text[1:]


_NAMES = {
    "top_down": "top-down",
    "top_down_longer": "top-down, longer",
    "bottom_up": "bottom-up",
    "mrsa": "MRSA",
    "bangladesh_mali": "Bangladesh and Mali",
}


_IRREGULAR = {"person": "people", "child": "children", "family": "families", "man": "men", "woman": "women"}


def plural(unit: str) -> str:
    """More than one of what a household stands for, or of a step; the first word is what is counted.

    Examples
    --------
    >>> plural("person"), plural("member of staff"), plural("family with a small child"), plural("household")
    ('people', 'members of staff', 'families with a small child', 'households')
    """
    first, space, rest = unit.partition(" ")
    return _IRREGULAR.get(first, f"{first}s") + space + rest


_SHEETS = sorted((Path(__file__).parent / "widgets").glob("*.css"), key=lambda path: (path.stem != "style", path.stem))

STYLE = "\n".join(path.read_text(encoding="utf-8") for path in _SHEETS)
"""Style sheets: that of all pages first, then those of single pages; they follow the theme of the page."""
