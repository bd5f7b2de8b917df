"""How the dashboard looks: colours of arms and stages by day and night, and its style sheet."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["STAGE_LOOKS", "STYLE", "ArmLook", "arm_look", "named"]


class ArmLook(NamedTuple):
    """Colour of an arm on white and on black, and the dashes of its line."""

    colour: str
    night: str
    dash: tuple[int, ...]


_KNOWN = {
    "nothing": ArmLook("#6b7480", "#a9b2bd", (2, 4)),
    "top_down": ArmLook("#b4450a", "#ff9e5e", (9, 4)),
    "bottom_up": ArmLook("#0b6e4f", "#4fd6a5", ()),
    "hybrid": ArmLook("#5b3fa0", "#b79af0", (9, 3, 2, 3)),
}
_OTHERS = (
    ArmLook("#0072b2", "#5cb8ff", ()),
    ArmLook("#a23b72", "#ff8fc7", (6, 4)),
    ArmLook("#7a6a00", "#e3cf4e", (2, 3)),
    ArmLook("#3b4a5a", "#c3ced9", (10, 4)),
)

STAGE_LOOKS = (
    ("○", "unaware", "has not heard of it"),
    ("●", "aware", "has heard of it"),
    ("▲", "trying", "tries it out"),
    ("⬤", "practising", "practises it"),
    ("□", "lapsed", "has stopped"),
    ("✕", "rejected", "it did not work"),
)
"""Form, name and meaning of every stage, in their order."""


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
    text = {"top_down": "top-down", "bottom_up": "bottom-up"}.get(arm, arm.replace("_", " "))
    return text[:1].upper() + text[1:]


STYLE = """
:root { --line: #dfe3e8; --muted: #58616c; --paper: #fff; --soft: #f5f7f9; --ink: #1f2328; --go: #0b5cad; }
.theme--dark { --line: #343b43; --muted: #aab2bd; --paper: #16191d; --soft: #1e2227; --ink: #e8eaed; --go: #7cc0ff; }
.v-application { background: var(--soft) !important; color: var(--ink) !important; }
.v-application .pd { color: var(--ink); font-size: 16px; line-height: 1.45; }
.pd { max-width: 1480px; margin: 0 auto; padding: 8px 16px 56px; width: 100%; }
.pd h1 { font-size: 22px; font-weight: 700; margin: 0; letter-spacing: -.01em; }
.pd h2 { font-size: 17px; font-weight: 650; margin: 0; }
.pd p { margin: 0 0 6px; }
.pd .muted { color: var(--muted); font-size: 14px; }
.pd .card { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; min-width: 0; }
.pd .cards { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); }
.pd .bar { display: flex; flex-wrap: wrap; gap: 8px 10px; align-items: center; }
.pd .stack { display: flex; flex-direction: column; gap: 12px; min-width: 0; }
.pd .sides { display: grid; gap: 12px; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 1000px) { .pd .sides { grid-template-columns: minmax(270px, 340px) minmax(0, 1fr); } }
.pd .big { font-size: 30px; font-weight: 700; line-height: 1; }
.pd .right { margin-left: auto; }
.pd nav { display: flex; flex-wrap: wrap; gap: 2px; }
.pd nav .v-btn { text-transform: none; letter-spacing: 0; font-weight: 600; min-width: 0 !important; padding: 0 10px !important; }
.pd .v-btn { text-transform: none; letter-spacing: 0; }
.pd .legend { display: flex; flex-wrap: wrap; gap: 2px 14px; color: var(--muted); font-size: 14px; }
.pd table.plain { border-collapse: collapse; width: 100%; font-size: 14px; }
.pd table.plain th, .pd table.plain td { text-align: right; padding: 3px 8px; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
.pd table.plain th:first-child, .pd table.plain td:first-child { text-align: left; }
.pd table.plain th { color: var(--muted); font-weight: 600; }
.pd .wide { overflow-x: auto; }
.pd details > summary { cursor: pointer; color: var(--go); font-size: 14px; padding: 4px 0; }
.pd .wrong { border-left: 5px solid #b3261e; background: var(--paper); padding: 10px 14px; border-radius: 6px; }
.pd .said { border-left: 4px solid var(--go); padding: 4px 10px; margin: 4px 0; }
.pd .meter { height: 10px; border-radius: 5px; background: var(--line); overflow: hidden; }
.pd .meter > div { height: 100%; }
.pd .fade { opacity: .55; transition: opacity .2s; }
.pd .sticky { position: sticky; bottom: 0; z-index: 5; background: var(--soft); padding: 8px 0; border-top: 1px solid var(--line); }
@media (max-width: 640px) {
  .pd { padding: 6px 10px 72px; font-size: 15px; }
  .pd h1 { font-size: 18px; }
  .pd .big { font-size: 24px; }
  .pd .card { padding: 9px 10px; }
  .pd .two { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; }
}
.pd .room { font-size: 20px; line-height: 1.5; max-width: 1180px; }
.pd .room h2 { font-size: 26px; }
.pd .room table.plain { font-size: 18px; }
.pd .room .legend, .pd .room .muted { font-size: 16px; }
.pd .v-messages { display: none; }
.pd .v-input { margin-top: 0; padding-top: 0; }
.pd .v-input__slot { margin-bottom: 0; }
.pd .v-text-field { padding-top: 6px; }
.pd .v-input--selection-controls { margin-top: 0; }
.pd .v-slider { min-width: 60px; }
.pd .v-slider__thumb { width: 16px; height: 16px; }
.solara-content-main { overflow-x: hidden; }
"""
"""Style sheet of every page; it follows the theme of the page."""
