"""What one tab shows: what is asked for, its undo, and its link. Every tab has its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import solara

from pd_sim.dashboard.asked import Asked, Read, read, write

__all__ = ["Session", "session_of_this_tab", "use_session"]

_MOST_UNDO = 60


@dataclass(frozen=True)
class Session:
    """What is asked for now, and how to ask for something else.

    Attributes
    ----------
    asked
        What is asked for.
    refused
        What of the link could not be taken, a line each.
    ask
        Ask for something else; it goes into the link, and can be undone.
    note
        The same for what nobody would undo, such as the week that is shown.
    undo
        Go back to what was asked for before; none: there is nothing to undo.
    go
        Go to another page, by its path, with the same asked for or something else.
    """

    asked: Asked
    refused: tuple[str, ...]
    ask: Callable[[Asked], None]
    note: Callable[[Asked], None]
    undo: Callable[[], None] | None
    go: Callable[[str, Asked | None], None]


def _nowhere(*_: object) -> None:
    """Ask nobody: outside any tab."""


_session = solara.create_context(Session(Asked(), (), _nowhere, _nowhere, None, _nowhere))


def session_of_this_tab() -> Session:
    """The session of the tab that is being drawn."""
    return solara.use_context(_session)


def use_session() -> Session:
    """Keep a session by the link of this tab; what is asked for and the link always say the same."""
    router = solara.use_router()
    past: solara.Reactive[tuple[Asked, ...]] = solara.use_reactive(())
    found: Read = solara.use_memo(lambda: read(router.search), [router.search])

    def link(path: str, asked: Asked) -> str:
        query = write(asked)
        return f"{path}?{query}" if query else path

    def note(asked: Asked) -> None:
        if asked != found.asked:
            router.push(link(router.path, asked))

    def ask(asked: Asked) -> None:
        if asked != found.asked:
            past.value = (*past.value, found.asked)[-_MOST_UNDO:]
            note(asked)

    def undo() -> None:
        *before, last = past.value
        past.value = tuple(before)
        router.push(link(router.path, last))

    def go(path: str, asked: Asked | None = None) -> None:
        router.push(link(path, found.asked if asked is None else asked))

    session = Session(found.asked, found.refused, ask, note, undo if past.value else None, go)
    _session.provide(session)
    return session
