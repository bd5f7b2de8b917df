"""What is told of a case beside what is simulated, in words: met or missed, fitted or not, and how sure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pd_sim.dashboard.looks import named
from pd_sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SURE", "Figure", "control", "figures_of", "in_short", "seconds_for", "told_of", "verdicts"]

SURE = {
    "V": "read in the source",
    "C": "computed from figures that are told",
    "K": "well known, not read again",
    "S": "told by those who ran it",
    "A": "assumed",
}
"""How sure a figure is, in words."""

_NEAR = 0.02
_WORK_A_SECOND = 25e6


@dataclass(frozen=True)
class Figure:
    """One figure told, and what of the simulation stands beside it.

    Attributes
    ----------
    what, arm, unit
        What was counted, of which arm, in what.
    told, mean, band, chance
        Numbers, or none: what is told (both ends of a range), the mean, the central 90%, what chance does to a count.
    verdict
        ``met``, ``near`` (outside the band by less than a fiftieth), ``missed``, or ``open`` where it cannot be said.
    fitted
        Fields that were fitted to meet it: no test of the model.
    sure, controlled, source, words
        How sure, whether there was a control group, from where, and what is told in words.
    """

    what: str
    arm: str
    unit: str
    told: tuple[float, float] | None
    mean: float | None
    band: tuple[float, float] | None
    chance: tuple[float, float] | None
    verdict: str
    fitted: tuple[str, ...]
    sure: str
    controlled: bool
    source: str
    words: str
    share: bool

    def number(self, value: float) -> str:
        """A number in the unit of the figure."""
        if self.share:
            return f"{value:.0%}".replace("-", "−")
        size = abs(value)
        digits = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2
        return f"{value:,.{digits}f}".replace("-", "−")

    @property
    def told_text(self) -> str:
        """What is told."""
        if self.told is None:
            return "in words only"
        low, high = map(self.number, self.told)
        return low if low == high else f"{low} to {high}"

    @property
    def simulated_text(self) -> str:
        """What is simulated: mean and band."""
        if self.mean is None or self.band is None:
            return "not simulated"
        low, high = map(self.number, self.band)
        return f"{self.number(self.mean)} ({low} to {high})" if low != high else self.number(self.mean)

    @property
    def verdict_text(self) -> str:
        """Met or missed, and by how much."""
        if self.told is None:
            return "nothing to count" if self.mean is None else "told in words"
        if self.mean is None:
            return "not simulated"
        if self.verdict == "met":
            return "within what comes out"
        if self.verdict == "near":
            return "just outside"
        middle = sum(self.told) / 2
        return "missed: too high" if self.mean > middle else "missed: too low"


def figures_of(frame: pd.DataFrame) -> tuple[Figure, ...]:
    """Every row of `pd_sim.told`."""
    records: list[dict[str, Any]] = frame.to_dict("records")
    return tuple(_figure(row) for row in records)


def _figure(row: dict[str, Any]) -> Figure:
    def pair(low: str, high: str) -> tuple[float, float] | None:
        return None if math.isnan(row[low]) else (float(row[low]), float(row[high]))

    told, band = pair("told_low", "told_high"), pair("band_low", "band_high")
    unit, what = str(row["unit"]), str(row["what"])
    share = unit.startswith("share") or (not unit and what.startswith(("share", "effect")))
    return Figure(
        what,
        str(row["arm"]),
        unit,
        told,
        None if math.isnan(row["mean"]) else float(row["mean"]),
        band,
        pair("chance_low", "chance_high"),
        _verdict(told, band, row["within"]),
        tuple(part for part in str(row["fitted"]).split(", ") if part),
        str(row["sure"]),
        bool(row["controlled"]),
        str(row["source"]),
        str(row["pattern"]),
        share,
    )


def _verdict(told: tuple[float, float] | None, band: tuple[float, float] | None, within: Any) -> str:
    if told is None or band is None or within is None:
        return "open"
    if within:
        return "met"
    gap = max(told[0] - band[1], band[0] - told[1])
    return "near" if gap <= _NEAR * max(abs(told[0]), abs(told[1])) else "missed"


def verdicts(figures: Sequence[Figure]) -> list[str]:
    """What the comparison says, a line each: where the model misses comes first."""
    free = [one for one in figures if one.verdict != "open" and not one.fitted]
    fitted = [one for one in figures if one.verdict != "open" and one.fitted]
    lines = []
    for one in figures:
        if one.verdict == "missed":
            how = "although it was fitted to it" if one.fitted else "to which nothing was fitted"
            lines.append(
                f"The model misses “{one.what}”: told {one.told_text}, simulated {one.simulated_text} "
                f"{one.unit}".rstrip()
                + f", {how}."
            )
            if one.chance is not None and one.band is not None and one.chance[1] >= one.band[0]:
                low, high = map(one.number, one.chance)
                lines.append(
                    f"So small a count says little: {one.told_text} can come by chance where {low} to {high} are usual."
                )
    met = sum(one.verdict in ("met", "near") for one in free)
    if len(free) == 1:
        lines.append(f"The one figure to which nothing was fitted is {'met' if met else 'not met'}.")
    elif free:
        lines.append(f"Of {len(free)} figures to which nothing was fitted, {met or 'none'} {_is(met or 1)} met.")
    else:
        lines.append("There is no figure to which nothing was fitted, so this case tests nothing in the model.")
    if fitted:
        met = sum(one.verdict in ("met", "near") for one in fitted)
        to = (
            "One figure had something fitted to it"
            if len(fitted) == 1
            else (f"{len(fitted)} figures had something fitted to them")
        )
        lines.append(f"{to} ({met or 'none'} met): that is no test.")
    if not any(one.controlled for one in figures):
        lines.append("None of it had a control group: nobody knows what would have happened anyway.")
    return lines


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def control(scenario: Scenario) -> str:
    """Whether a case had a control group, in a few words."""
    if scenario.about.lstrip().startswith("A lesson"):
        return "a lesson, not a case that happened"
    figures = [one for one in scenario.targets if one.told is not None]
    if not figures:
        return "no figures are told"
    with_one = sum(one.controlled for one in figures)
    if with_one == len(figures):
        return "with a control group"
    return f"{with_one} of {len(figures)} figures with a control group" if with_one else "no control group"


def in_short(about: str, most: int = 210) -> tuple[str, str]:
    """The first sentence or two of a text, and the text in whole; how it is introduced is left out.

    Examples
    --------
    >>> in_short("A case as its people tell it. Fathers met. They learned.", 15)
    ('Fathers met.', 'A case as its people tell it. Fathers met. They learned.')
    """
    text = about.strip()
    first = text.split("\n\n")[0].replace("\n", " ")
    for start in _INTRODUCTIONS:
        first = first.removeprefix(start)
    found = ""
    for sentence in _sentences(first):
        if found and len(found) + len(sentence) + 1 > most:
            break
        found = f"{found} {sentence}".strip()
    return found, text


_INTRODUCTIONS = (
    "A case as its people tell it. ",
    "A case as it is told. ",
    "A lesson, not a case that happened. ",
)


def _sentences(text: str) -> Iterable[str]:
    begin = 0
    for at, mark in enumerate(text):
        ends = mark in ".?!" and (at + 1 == len(text) or text[at + 1] == " ")
        if ends and (at + 2 >= len(text) or not text[at + 2].islower()):
            yield text[begin : at + 1].strip()
            begin = at + 1
    if text[begin:].strip():
        yield text[begin:].strip()


def seconds_for(scenario: Scenario, households: int, replicates: int) -> str:
    """About how long a comparison takes, in words.

    Examples
    --------
    >>> seconds_for(Scenario.load("village"), 300, 200), seconds_for(Scenario.load("village"), 3000, 200)
    ('a few seconds', 'about 15 seconds')
    """
    seconds = households * scenario.steps * len(scenario.arms) * replicates / _WORK_A_SECOND
    return "a few seconds" if seconds < 4 else f"about {max(5, round(seconds / 5) * 5)} seconds"


def told_of(figure: Figure) -> str:
    """One figure in a sentence, for those who do not see the picture."""
    arm = f", {named(figure.arm).lower()}" if figure.arm else ""
    return (
        f"{figure.what}{arm}: told {figure.told_text}, simulated {figure.simulated_text} {figure.unit}; "
        f"{figure.verdict_text}{', fitted' if figure.fitted else ''}"
    )
