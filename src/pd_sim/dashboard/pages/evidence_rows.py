"""A table that becomes a list of rows on a phone, each with the names of its columns."""

from __future__ import annotations

import html
from collections.abc import Sequence

import solara

__all__ = ["Rows", "table_of"]


@solara.component
def Rows(heads: Sequence[str], rows: Sequence[Sequence[str]], summary: str = "", numbers: Sequence[int] = ()) -> None:
    """A table of text; columns that hold numbers stand to the right; with a summary it is folded away."""
    table = table_of(heads, rows, numbers)
    if summary:
        table = f'<details><summary>{html.escape(summary)}</summary><div class="wide">{table}</div></details>'
    solara.HTML(tag="div", unsafe_innerHTML=table)


def table_of(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """The table as HTML, all text escaped."""

    def kind(place: int) -> str:
        return ' class="rows-number"' if place in numbers else ""

    # roles are said, since a table that is laid out as a list is none to a screen reader
    head = "".join(
        f'<th scope="col" role="columnheader"{kind(k)}>{html.escape(name)}</th>' for k, name in enumerate(heads)
    )
    body = "".join(
        '<tr role="row">'
        + "".join(
            f'<td role="cell" data-head="{html.escape(heads[k])}"{kind(k)}>{html.escape(str(cell))}</td>'
            for k, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<table class="rows" role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )
