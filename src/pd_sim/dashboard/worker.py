"""Work beside a page: in a thread, one piece at a time, and the newest question is always answered."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import solara

__all__ = ["use_worker"]

_logger = logging.getLogger(__name__)

Work = Callable[[threading.Event], None]


def use_worker(work: Work, dependencies: list[Any]) -> None:
    """Do work in a thread whenever something it depends on changes.

    A piece of work begins when the one before has ended; of those that wait only the newest is done. It is told by its
    event when it is no longer wanted: something has changed, or the page is left. `solara.use_thread` is not used, as
    under load two changes in quick succession may leave the newer one undone there.

    Parameters
    ----------
    work
        Called with the event.
    dependencies
        Compared as those of `solara.use_effect`.
    """
    worker: _Worker = solara.use_memo(_Worker, [])
    solara.use_effect(lambda: worker.want(work), dependencies)


class _Worker:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: tuple[Work, threading.Event] | None = None
        self._at_work = False

    def want(self, work: Work) -> Callable[[], None]:
        """Do this next, in place of whatever waits; what is given says that it is no longer wanted."""
        unwanted = threading.Event()
        with self._lock:
            self._next = (work, unwanted)
            begins = not self._at_work
            self._at_work = True
        if begins:
            threading.Thread(target=self._go, daemon=True).start()
        return unwanted.set

    def _go(self) -> None:
        while True:
            with self._lock:
                if self._next is None:
                    self._at_work = False
                    return
                (work, unwanted), self._next = self._next, None
            if unwanted.is_set():
                continue
            try:
                work(unwanted)
            except Exception:
                _logger.exception("work beside a page failed")
