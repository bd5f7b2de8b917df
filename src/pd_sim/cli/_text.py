"""Plain text for a terminal 80 columns wide or a pipe: no lines drawn, no number cut off."""

from __future__ import annotations

import json
import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import typer

__all__ = ["WIDTH", "band", "count", "paragraph", "percent", "points", "print_document", "table", "value_text"]

WIDTH = 79
"""Columns of running text, and of tables as far as names allow."""


_BARE = re.compile(r"[^\W\d](?:[\w .+/-]*[\w.+/-])?")
"""Text that needs no quotes, but where it is a word of YAML such as no."""


def percent(share: float) -> str:
    """A share as a percentage; below one percent with one figure after the point.

    Examples
    --------
    >>> percent(0.6349), percent(0.0), percent(0.004), percent(1.0)
    ('63%', '0%', '0.4%', '100%')
    >>> percent(0.999), percent(float("nan"))
    ('99.9%', '?')
    """
    if not math.isfinite(share):
        return "?"
    if 0 < share < 0.00995 or 0.99 < share < 1:
        text = f"{share:.1%}"
        # what is not nothing, or not everything, is never shown as such
        return {"0.0%": "<0.1%", "100.0%": ">99.9%"}.get(text, text)
    return f"{share:.0%}"


def band(low: float, high: float) -> str:
    """Both ends of a band of shares.

    Examples
    --------
    >>> band(0.571, 0.742), band(0.02, 0.02), band(0.004, 0.031)
    ('57–74%', '2%', '0.4–3%')
    """
    ends = percent(low), percent(high)
    return ends[1] if ends[0] == ends[1] else f"{ends[0].removesuffix('%')}–{ends[1]}"


def points(difference: float) -> str:
    """A difference of shares in percentage points; exactly none has no sign.

    Examples
    --------
    >>> points(0.3912), points(-0.0004), points(0.0)
    ('+39.1', '−0.0', '0.0')
    """
    if not math.isfinite(difference):
        return "?"
    return "0.0" if difference == 0 else f"{100 * difference:+.1f}".replace("-", "−")


def count(number: float) -> str:
    """A number of things or of money, whole from a hundred on.

    Examples
    --------
    >>> count(12345.6), count(3.25), count(0)
    ('12,346', '3.2', '0')
    """
    return f"{number:,.0f}" if number == int(number) or abs(number) >= 100 else f"{number:,.1f}"


def value_text(value: Any) -> str:
    """A plain value as YAML would hold it on one line.

    Examples
    --------
    >>> value_text({"mean": 0.25, "sd": 0.12}), value_text([1, 2]), value_text(None), value_text(True)
    ('{mean: 0.25, sd: 0.12}', '[1, 2]', 'null', 'true')
    >>> value_text("no"), value_text("a: b"), value_text(2.0)
    ('"no"', '"a: b"', '2.0')
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{value_text(key)}: {value_text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(value_text(inner) for inner in value) + "]"
    import yaml

    if isinstance(value, str):
        if _BARE.fullmatch(value) and yaml.safe_load(value) == value:
            return value
        return yaml.safe_dump(value, default_style='"', allow_unicode=True, width=math.inf).rstrip("\n")
    return str(yaml.safe_dump(value)).removesuffix("\n").removesuffix("\n...")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], align: str) -> str:
    """Columns two blanks apart, each as wide as its widest entry.

    Parameters
    ----------
    headings
        One a column.
    rows
        As many entries each; nothing is shortened.
    align
        One letter a column: ``l`` left, ``r`` right.

    Examples
    --------
    >>> print(table(["arm", "mean"], [["nothing", "2%"], ["hybrid", "74%"]], "lr"))
    arm      mean
    nothing    2%
    hybrid    74%
    """
    lines = [list(headings), *(list(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    placed = (
        "  ".join(
            entry.rjust(width) if side == "r" else entry.ljust(width)
            for entry, width, side in zip(line, widths, align, strict=True)
        )
        for line in lines
    )
    return "\n".join(line.rstrip() for line in placed)


def paragraph(text: str, first: str = "", indent: str = "") -> str:
    """Running text, folded; numbers and names are never broken.

    Parameters
    ----------
    text
        One paragraph.
    first, indent
        What the first line and the others begin with.
    """
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def print_document(document: Any) -> None:
    """Print one JSON document and nothing else."""
    typer.echo(json.dumps(document, allow_nan=False))
