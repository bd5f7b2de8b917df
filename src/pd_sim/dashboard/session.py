"""What one tab shows: what is asked for, its undo, and its link. Every tab has its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import solara

from pd_sim.dashboard.asked import Asked, Read, read, write

__all__ = ["Session", "session_of_this_tab", "use_session"]

_MOST_UNDO = 60

_AWAITED = 10.0
"""Seconds after which what was sent into the link is no longer waited for: it was overtaken by something newer."""


@dataclass(frozen=True)
class Session:
    """What is asked for now, and how to ask for something else.

    Attributes
    ----------
    asked
        What is asked for.
    refused
        What of the link could not be taken, a line each.
    came
        How often something else was asked for than what a page shows already: it changes with the link, the browser's
        back, ``undo``, ``go`` and ``ask``, not with ``tell`` and ``note``. A page that runs ahead of the link follows
        it when this changes, and only then.
    newest
        What is asked for by now, which what is drawn may not know yet.
    ask
        Ask for something else; it goes into the link, and can be undone.
    tell
        The same for what the page shows already.
    note
        The same for what the page shows already and nobody would undo, such as the week.
    undo
        Go back to what was asked for before; none: there is nothing to undo.
    go
        Go to another page, by its path, with the same asked for or something else.
    """

    asked: Asked
    refused: tuple[str, ...]
    came: int
    newest: Callable[[], Asked]
    ask: Callable[[Asked], None]
    tell: Callable[[Asked], None]
    note: Callable[[Asked], None]
    undo: Callable[[], None] | None
    go: Callable[[str, Asked | None], None]


class _Link:
    """The link of a tab: what was sent there last, and what of it has not come back yet."""

    def __init__(self, search: str, asked: Asked) -> None:
        self.search, self.newest, self.came = search, asked, 0
        self._sent: list[tuple[str, float]] = []

    def send(self, search: str, asked: Asked, *, shown: bool) -> None:
        """Something goes into the link; where it is not ``shown`` by then, it comes as from elsewhere."""
        self.newest = asked
        if shown:
            self._sent.append((search, time.monotonic()))

    def back(self, search: str, asked: Asked) -> None:
        """What stands in the link as the page is drawn: what was sent, in its order, or something from elsewhere."""
        if search == self.search:
            return
        self.search = search
        self._sent = [one for one in self._sent if time.monotonic() - one[1] < _AWAITED]
        waiting = [one for one, _ in self._sent]
        if search in waiting:
            del self._sent[: waiting.index(search) + 1]
        else:
            self.newest, self.came = asked, self.came + 1


def _nowhere(*_: object) -> None:
    """Ask nobody: outside any tab."""


_session = solara.create_context(Session(Asked(), (), 0, Asked, _nowhere, _nowhere, _nowhere, None, _nowhere))


def session_of_this_tab() -> Session:
    """The session of the tab that is being drawn."""
    return solara.use_context(_session)


def use_session() -> Session:
    """Keep a session by the link of this tab; what is asked for and the link always say the same."""
    router = solara.use_router()
    past: solara.Reactive[tuple[Asked, ...]] = solara.use_reactive(())
    found: Read = solara.use_memo(lambda: read(router.search), [router.search])
    kept: Any = solara.use_ref(None)
    if kept.current is None:
        kept.current = _Link(router.search or "", found.asked)
    link: _Link = kept.current
    link.back(router.search or "", found.asked)

    def push(path: str, asked: Asked, *, shown: bool = False) -> None:
        query = write(asked)
        link.send(query, asked, shown=shown)
        router.push(f"{path}?{query}" if query else path)

    def put(asked: Asked, *, shown: bool, undone: bool) -> None:
        if asked != link.newest:
            if undone:
                past.value = (*past.value, link.newest)[-_MOST_UNDO:]
            push(router.path, asked, shown=shown)

    def undo() -> None:
        *before, last = past.value
        past.value = tuple(before)
        push(router.path, last)

    session = Session(
        asked=found.asked,
        refused=found.refused,
        came=link.came,
        newest=lambda: link.newest,
        ask=lambda asked: put(asked, shown=False, undone=True),
        tell=lambda asked: put(asked, shown=True, undone=True),
        note=lambda asked: put(asked, shown=True, undone=False),
        undo=undo if past.value else None,
        go=lambda path, asked: push(path, link.newest if asked is None else asked),
    )
    _session.provide(session)
    return session
