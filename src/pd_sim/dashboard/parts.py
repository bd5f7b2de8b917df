"""Small pieces that every page uses: titles, tables behind pictures, errors, downloads, curves."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import solara

from pd_sim.dashboard.looks import arm_look, named
from pd_sim.dashboard.widgets import CurvesCanvas
from pd_sim.results import Comparison
from pd_sim.results.uncertainty import band

__all__ = ["ArmLegend", "Curves", "Table", "Words", "Wrong", "as_bytes", "banded", "percent"]


_NUMBER = re.compile(r"^(–|[<>≈]?\s*[+−-]?[£$€]?\d[\d,. ]*\s*(%|points?|k|m)?(\s*(to|\(|–)\s*.*)?|)$")
"""What is set right in a table: a number, with its unit and its interval, or a dash for none."""


def percent(value: float) -> str:
    """A share to be read at a glance.

    Examples
    --------
    >>> percent(0.684), percent(0.004), percent(0.0)
    ('68%', '0.4%', '0%')
    """
    return f"{value:.0%}" if value == 0 or abs(value) >= 0.00995 else f"{value:.1%}"


def as_bytes(values: npt.ArrayLike) -> bytes:
    """Numbers as the canvases read them."""
    return np.ascontiguousarray(values, np.float32).tobytes()


@solara.component
def Words(text: str, tag: str = "p", classes: str = "") -> None:
    """Text in an element of its own; never read as HTML."""
    solara.HTML(tag=tag, unsafe_innerHTML=html.escape(text), classes=[classes] if classes else [])


@solara.component
def Wrong(line: str) -> None:
    """One line that says what is wrong and how to mend it."""
    solara.HTML(tag="div", unsafe_innerHTML=html.escape(line), classes=["wrong"], attributes={"role": "alert"})


@solara.component
def Table(heads: Sequence[str], rows: Sequence[Sequence[str]], summary: str = "") -> None:
    """A table; with a summary it is folded away behind those words. Columns of words are set left, of numbers right."""
    words = [any(not _NUMBER.match(str(row[k])) for row in rows if k < len(row)) for k in range(len(heads))]
    sides = ["" if k == 0 else ' class="words"' if word else ' class="number"' for k, word in enumerate(words)]
    head = "".join(f'<th scope="col"{side}>{html.escape(h)}</th>' for h, side in zip(heads, sides, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{sides[k]}>{html.escape(str(cell))}</td>" for k, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    # what may be wider than a phone is scrolled there by keyboard too
    table = f'<table class="plain"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    table = f'<div class="wide" tabindex="0" role="group" aria-label="Table">{table}</div>'
    if summary:
        table = f"<details><summary>{html.escape(summary)}</summary>{table}</details>"
    solara.HTML(tag="div", unsafe_innerHTML=table)


@solara.component
def ArmLegend(arms: Sequence[str], among: Sequence[str] = ()) -> None:
    """Name of every arm beside a piece of its line, in the colours of the day or of the night.

    Where they are some of more, these are given as ``among``, so that each keeps its look.
    """
    pieces = []
    for arm in arms:
        look = arm_look(arm, list(among or arms).index(arm))
        dash = f' stroke-dasharray="{" ".join(map(str, look.dash))}"' if look.dash else ""
        line = f'<line x1="1" y1="6" x2="33" y2="6" stroke="currentColor" stroke-width="3"{dash}/>'
        pieces.append(
            f'<span class="tone" style="--day:{look.colour};--night:{look.night}">'
            f'<svg width="34" height="12" aria-hidden="true">{line}</svg></span>'
            f"<span>{html.escape(named(arm))}</span>"
        )
    legend = "".join(f'<span class="key">{piece}</span>' for piece in pieces)
    solara.HTML(tag="div", unsafe_innerHTML=legend, classes=["legend"])


def banded(result: Comparison, arms: Sequence[str], measure: str = "practising") -> list[dict[str, Any]]:
    """Lines of a chart: mean and band of a measure for each arm."""
    lines = []
    for place, arm in enumerate(arms):
        values = result.series(arm, measure)
        low, high = band(values)
        look = arm_look(arm, place)
        lines.append(
            {
                "name": arm,
                "colour": look.colour,
                "night": look.night,
                "dash": list(look.dash),
                "mean": as_bytes(values.mean(axis=0)),
                "low": as_bytes(low),
                "high": as_bytes(high),
            }
        )
    return lines


@solara.component
def Curves(
    lines: Sequence[Mapping[str, Any]],
    last: int,
    *,
    what: str,
    step_name: str = "weeks",
    week: int = -1,
    marks: Sequence[tuple[int, str]] = (),
    most_height: int = 300,
    drawn: Mapping[str, Any] | None = None,
) -> None:
    """Curves of shares, and where they end in words for those who do not see them."""
    told = []
    for line in lines:
        source = line.get("value") or line.get("mean")
        if source:
            values = np.frombuffer(source, np.float32)
            known = values[~np.isnan(values)]
            if len(known):
                name, share = named(str(line["name"])), percent(float(known[-1]))
                told.append(f"{name} {share} at {step_name.removesuffix('s')} {len(known) - 1}")
    CurvesCanvas.element(
        lines=[dict(line) for line in lines],
        last=last,
        week=week,
        step_name=step_name,
        marks=[{"step": step, "label": label} for step, label in marks],
        label=f"{what}: " + "; ".join(told) if told else what,
        most_height=most_height,
        **({"drawn": dict(drawn)} if drawn is not None else {}),
    )
