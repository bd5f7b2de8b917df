"""What a room guesses: kept in the link, so that a reload or a share brings it back, and told beside what happened."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pd_sim.dashboard.lessons import Outcome
from pd_sim.dashboard.reading import in_points

__all__ = [
    "MOST_GUESSES",
    "Guess",
    "curve_of",
    "left_out",
    "middle",
    "nearest",
    "points_of",
    "read",
    "table",
    "told",
    "told_apart",
    "write",
]

MOST_GUESSES = 60
"""Guesses of one lesson; more would make the link too long to send."""

_POINTS = 17
_MOST_NAME = 24
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Guess:
    """What one guesser expects of every side.

    Attributes
    ----------
    name
        Who guessed; may be empty.
    ends
        Per cent at the end, for every side.
    curves
        The drawn curve of every side, as per cent at 17 moments from the first to the last; empty where it was set.
    """

    name: str
    ends: tuple[int, ...]
    curves: tuple[tuple[int, ...], ...] = ()

    def curve(self, place: int) -> tuple[int, ...]:
        """The drawn curve of a side, or nothing."""
        return self.curves[place] if place < len(self.curves) else ()


def cleaned(name: str) -> str:
    """A name as it can be kept: without what the link is cut at.

    Examples
    --------
    >>> cleaned("  Ann_Mary~ ")
    'Ann Mary'
    """
    return " ".join(re.sub(r"[~_\x00-\x1f]", " ", name).split())[:_MOST_NAME].rstrip()


def told_apart(name: str, guesses: Sequence[Guess]) -> str:
    """A name as it can be kept, with a number behind it where somebody of that name has guessed before.

    Examples
    --------
    >>> told_apart("Ann", [Guess("Ann", (1,)), Guess("Eve", (2,))])
    'Ann 2'
    >>> told_apart("", [Guess("", (1,))])
    ''
    """
    asked, taken = cleaned(name), {guess.name for guess in guesses}
    found, many = asked, 1
    while asked and found in taken:
        many += 1
        ending = f" {many}"
        found = asked[: _MOST_NAME - len(ending)].rstrip() + ending
    return found


def write(guesses: Sequence[Guess]) -> str:
    """The guesses as the link carries them; `read` gives the same back.

    Examples
    --------
    >>> write([Guess("Ann", (45, 2)), Guess("", (50, 100))])
    'Ann~45.2_~50.100'
    """
    written = []
    for guess in guesses:
        parts = [guess.name, ".".join(str(end) for end in guess.ends)]
        if any(guess.curves):
            parts.append(".".join("".join(_two(value) for value in curve) for curve in guess.curves))
        written.append("~".join(parts))
    return "_".join(written)


def read(text: str, sides: int) -> tuple[Guess, ...]:
    """The guesses of a link; what makes no sense, or was meant for other sides, is left out.

    Examples
    --------
    >>> read("Ann~45.2_~50.1000_Bob~7", 2)
    (Guess(name='Ann', ends=(45, 2), curves=()),)
    """
    found = (_read(one, sides) for one in text.split("_"))
    return tuple([guess for guess in found if guess is not None][:MOST_GUESSES])


def left_out(text: str, sides: int) -> tuple[str, ...]:
    """What of the guesses of a link cannot be taken, a line each.

    Examples
    --------
    >>> left_out("Ann~45.2_Bob~7", 2)
    ("'Bob~7': should be a name and 2 whole numbers from 0 to 100",)
    """
    given = [(one, _read(one, sides)) for one in text.split("_") if one]
    taken = [(one, guess) for one, guess in given if guess is not None]
    undrawn = [one for one, guess in taken if any(not _curve(part) for part in _drawn(one) if part)]
    numbers = "a whole number" if sides == 1 else f"{sides} whole numbers"
    lines = [
        f"{wrong[0][:40]!r}{f' and {len(wrong) - 1} more' if len(wrong) > 1 else ''}: {said}"
        for wrong, said in (
            ([one for one, guess in given if guess is None], f"should be a name and {numbers} from 0 to 100"),
            (undrawn, "what was drawn cannot be read; its numbers are kept"),
        )
        if wrong
    ]
    if len(taken) > MOST_GUESSES:
        lines.append(f"guesses beyond the first {MOST_GUESSES} ({len(taken)} are given)")
    return tuple(lines)


def _read(one: str, sides: int) -> Guess | None:
    """One guess as the link carries it; none: it makes no sense, or was meant for other sides."""
    name, *rest = one.split("~")
    if not 1 <= len(rest) <= 2 or not re.fullmatch(r"\d{1,3}(\.\d{1,3})*", rest[0], re.ASCII):
        return None
    ends = tuple(int(end) for end in rest[0].split("."))
    curves = tuple(_curve(part) for part in _drawn(one))
    fits = len(ends) == sides and max(ends) <= 100 and (not curves or len(curves) == sides)
    return Guess(cleaned(name), ends, curves) if fits else None


def _drawn(one: str) -> list[str]:
    """The curves of a guess as the link carries them."""
    _, *rest = one.split("~")
    return rest[1].split(".") if len(rest) == 2 else []


def _two(value: int) -> str:
    high, low = divmod(value, 36)
    return _DIGITS[high] + _DIGITS[low]


def _curve(text: str) -> tuple[int, ...]:
    if not re.fullmatch(f"[0-9a-z]{{{2 * _POINTS}}}", text):
        return ()
    values = tuple(int(text[k : k + 2], 36) for k in range(0, len(text), 2))
    return values if max(values) <= 100 else ()


def curve_of(drawn: Sequence[Sequence[float]], last: int) -> tuple[int, ...]:
    """A drawn line, of steps and shares, at 17 moments; a mere dot is no line and gives nothing.

    Examples
    --------
    >>> curve_of([(0, 0.0), (160, 1.0)], 160)[:3]
    (0, 6, 12)
    >>> curve_of([(3, 0.5)], 160)
    ()
    """
    points = sorted((float(step), float(share)) for step, share in drawn)
    if not points or points[-1][0] - points[0][0] < 0.1 * last:
        return ()
    steps, shares = zip(*points, strict=True)
    values = np.interp(np.linspace(0, last, _POINTS), steps, np.clip(shares, 0.0, 1.0))
    return tuple(round(100 * float(value)) for value in values)


def points_of(curve: Sequence[int], last: int) -> list[list[float]]:
    """A kept curve as the canvas draws it: steps and shares."""
    return [[last * k / (_POINTS - 1), value / 100] for k, value in enumerate(curve)]


def middle(guesses: Sequence[Guess], place: int) -> float | None:
    """Median of what the room guessed of a side, as a share."""
    return float(np.median([guess.ends[place] for guess in guesses])) / 100 if guesses else None


def _off(guess: Guess, outcomes: Sequence[Outcome]) -> float:
    pairs = zip(guess.ends, outcomes, strict=True)
    return float(np.mean([abs(end - 100 * outcome.end) for end, outcome in pairs]))


def nearest(guesses: Sequence[Guess], outcomes: Sequence[Outcome]) -> str:
    """Who came nearest over all sides, and how near; nothing where there is nobody to compare.

    Examples
    --------
    >>> nothing = np.zeros(2)
    >>> nearest([Guess("Ann", (4,)), Guess("", (50,))], [Outcome("a", nothing, nothing, nothing, nothing)])
    'Nearest: Ann, 4 points off on average.'
    """
    if not guesses:
        return ""
    off = [_off(guess, outcomes) for guess in guesses]
    least = min(off)
    first = [guess.name or f"guess {k + 1}" for k, guess in enumerate(guesses) if off[k] - least < 0.5]
    who = first[0] if len(first) == 1 else f"{', '.join(first[:3])} and {len(first) - 3} more"
    if 1 < len(first) <= 3:
        who = f"{', '.join(first[:-1])} and {first[-1]}"
    return f"Nearest: {who}, {in_points(least / 100)} off on average."


def told(guesses: Sequence[Guess], outcomes: Sequence[Outcome], names: Sequence[str]) -> str:
    """How far off the room was, where it was furthest off.

    Examples
    --------
    >>> two = np.full(2, 0.02)
    >>> told([Guess("", (45,)), Guess("", (40,)), Guess("", (90,))], [Outcome("a", two, two, two, two)], ["Experts"])
    'Experts: the room guessed 45% in the middle; it was 2%.'
    """
    gaps = [abs((middle(guesses, k) or 0.0) - outcome.end) for k, outcome in enumerate(outcomes)]
    if not guesses:
        return ""
    far = int(np.argmax(gaps))
    guessed, was = middle(guesses, far) or 0.0, outcomes[far].end
    said = f"{names[far]}: the room guessed {guessed:.0%} in the middle; it was {was:.0%}."
    if gaps[far] < 0.05:
        return f"The room was close everywhere. {said}"
    return said if len(outcomes) == 1 else f"Furthest off – {said}"


def table(guesses: Sequence[Guess], outcomes: Mapping[str, Outcome]) -> bytes:
    """Guesses and what happened, as CSV: a line for every guess and side."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["side", "who", "guessed_percent", "happened_percent", "band_low_percent", "band_high_percent"])
    for place, (name, outcome) in enumerate(outcomes.items()):
        happened = [f"{100 * value:.1f}" for value in (outcome.end, *outcome.span)]
        for guess in guesses or (None,):
            # a spreadsheet reads a name that starts like a formula as one
            who = re.sub(r"^(?=[=+@-])", "'", guess.name) if guess else ""
            rows.writerow([name, who, guess.ends[place] if guess else "", *happened])
    return out.getvalue().encode()
