"""Numbers that a room gives, by slider or typed, with or without a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from pd_sim.dashboard.looks import ArmLook

__all__ = ["Numbers", "row_of"]


def row_of(label: str, says: str, look: ArmLook | None = None) -> dict[str, str]:
    """A number to give: what stands beside it, what it is called for those who do not see it, and the line it is of."""
    if look is None:
        return {"label": label, "says": says, "day": "", "night": "", "dash": ""}
    dash = " ".join(str(length) for length in look.dash)
    return {"label": label, "says": says, "day": look.colour, "night": look.night, "dash": dash}


@solara.component_vue("../widgets/numbers.vue")
def Numbers(
    rows: list[dict[str, str]],
    start: list[int | None],
    turn: int,
    low: int = 0,
    high: int = 100,
    unit: str = "%",
    who: str = "",
    named: bool = False,
    full: bool = False,
    event_changed: Callable[[dict[str, Any]], None] | None = None,
    event_take: Callable[[dict[str, Any]], None] | None = None,
) -> None:
    """A number for every row of `row_of`, which the browser keeps and tells of.

    Parameters
    ----------
    rows
        What is asked for.
    start
        What stands there to begin with, and again when ``turn`` changes; None where nothing does: no number stands
        there that could be taken for a hint.
    turn
        Changed where what stands there is to be ``start``.
    low, high, unit
        The bounds of a number, and what stands behind it.
    who, named
        The name given so far, where one may be given; with ``named`` there is a button that takes the guess, and Enter
        goes to the number that is missing, else takes it and goes to the first, so that a room's guesses are typed
        one after another.
    full
        No more guesses are taken.
    event_changed, event_take
        Told ``{"ends": numbers, "name": name}`` when something was changed, and when a guess is done.
    """
