"""A tab without a browser: a page under a link of its own, and what comes about in it after a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import solara


def in_a_tab(
    page: Callable[[], Any], at: str, meanwhile: Callable[[str], None] = lambda _: None
) -> tuple[Any, list[str]]:
    """What `solara.render` gives for a page at this link, and the links it asks for, as they come.

    ``meanwhile`` is called with a link before the page hears of it.
    """
    links: list[str] = []

    @solara.component
    def under():
        page()

    @solara.component
    def tab():
        link = solara.use_reactive(at)

        def go(to: str) -> None:
            links.append(to)
            meanwhile(to)
            link.set(to)

        solara.routing.router_context.provide(solara.routing.Router(link.value, [], set_path=go))
        under()

    _, rendered = solara.render(tab(), handle_error=False)
    return rendered, links


def soon(true: Callable[[], Any]) -> None:
    """Wait until something is so; fail where it does not come about."""
    for _ in range(1000):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come about")
