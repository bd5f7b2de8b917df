"""What is told of a case beside what was simulated, as text for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pd_sim.cli._text import paragraph

if TYPE_CHECKING:
    from pd_sim.results import Comparison
    from pd_sim.scenario import Scenario

__all__ = ["told_rows", "told_text"]


def told_text(result: Comparison, scenario: Scenario) -> str:
    """Compare every figure told of a case with what was simulated, in words; empty where nothing is told.

    Parameters
    ----------
    result
        The comparison.
    scenario
        Its scenario; the targets are taken from it.
    """
    from pd_sim.analysis import told

    targets = getattr(scenario, "targets", ())
    if not targets:
        return ""
    rows = told(result, targets).to_dict("records")
    parts = [
        paragraph(
            "Told and simulated. Band: the central 90% of the replicates. A told figure within the band is no proof "
            "that the model is right; one outside it says that something is missing."
        )
    ]
    parts += ["\n".join(_entry(row, scenario.step)) for row in rows]
    parts += [paragraph(said) for said in _fitted(rows)]
    return "\n\n".join(parts)


def told_rows(result: Comparison, scenario: Scenario) -> list[dict[str, Any]]:
    """Give the same as plain data, one entry a figure; what is not known is null."""
    from pd_sim.analysis import told

    rows = told(result, scenario.targets).to_dict("records")
    return [
        {str(k): None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()} for row in rows
    ]


def _entry(row: dict[str, Any], step: str) -> Iterator[str]:
    from pd_sim.scenario.evidence import SURE

    arm = f" ({row['arm']})" if row["arm"] else ""
    yield paragraph(f"{row['what']}{arm}", "- ", "  ")
    about = f"{SURE[row['sure']]}, {'controlled' if row['controlled'] else 'uncontrolled'}"
    if not math.isnan(row["told"]):
        unit = str(row["unit"])
        figure = f"{_range(row['told_low'], row['told_high'])}{'' if unit.startswith('%') else ' '}{unit}".strip()
        yield _line(f"told: {figure} ({about})")
    if row["pattern"]:
        yield _line(f"in words: {row['pattern']}" + (f" ({about})" if math.isnan(row["told"]) else ""))
    if not math.isnan(row["mean"]):
        band = f"; band {_range(row['band_low'], row['band_high'])}{_verdict(row)}" if row["n"] > 1 else ""
        yield _line(f"simulated: {_number(row['mean'])}{band}")
    elif row["note"]:
        yield _line(f"simulated: not compared; {row['note']}")
    if not math.isnan(row["chance_low"]):
        yield _line(_chance(row))
    if row["source"]:
        yield _line(f"source: {row['source']}")


def _verdict(row: dict[str, Any]) -> str:
    if row["within"] is None:
        return ""
    fitted = "; fitted" if row["fitted"] else ""
    if row["within"]:
        return f", told within it{fitted}"
    below = row["told_high"] < row["band_low"]
    told, end = (row["told_high"], row["band_low"]) if below else (row["told_low"], row["band_high"])
    far = f", {abs(told / end - 1):.0%}" if end else ", far"
    return f", told outside it{far} {'below' if below else 'above'}{fitted}"


def _chance(row: dict[str, Any]) -> str:
    """What chance alone can do to a count as small as this."""
    text = (
        f"small count: {_number(row['told'])} may come of a mean from {_number(row['chance_low'])} to "
        f"{_number(row['chance_high'])} (95%)"
    )
    if not math.isnan(row["band_low"]):
        meets = row["chance_low"] <= row["band_high"] and row["chance_high"] >= row["band_low"]
        text += ", which the band meets" if meets else ", which the band does not meet"
    if math.isnan(row["p_before"]):
        return text
    p = f"{row['p_before']:.3f}".removeprefix("0")
    return (
        f"{text}; {_number(row['before'])} before against {_number(row['told'])}: p = {p}, the chance of a difference "
        "at least as great if nothing had changed"
    )


def _fitted(rows: list[dict[str, Any]]) -> Iterator[str]:
    fields = list(dict.fromkeys(name for row in rows for name in row["fitted"].split(", ") if name))
    if fields:
        yield (
            f"Fitted to meet figures above: {', '.join(fields)}. That a figure is met to which something was fitted "
            "says nothing about the model."
        )
    uncontrolled = sum(not row["controlled"] for row in rows)
    if uncontrolled:
        yield (
            f"Uncontrolled: {uncontrolled} of {len(rows)}. Nobody knows what would have come without the programme, "
            "so these figures show what was seen, not what it brought about."
        )


def _line(text: str) -> str:
    return paragraph(text, "  ", "    ")


def _number(value: float) -> str:
    """A number with three figures, at least whole.

    Examples
    --------
    >>> _number(0.4917), _number(50.0), _number(30123.4), _number(8.767), _number(0.0), _number(-2.3)
    ('0.492', '50', '30,123', '8.77', '0', '−2.3')
    """
    return (f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}").replace("-", "−")


def _range(low: float, high: float) -> str:
    return _number(low) if _number(low) == _number(high) else f"{_number(low)} to {_number(high)}"
