"""A tab without a browser: a page under a link of its own."""

from __future__ import annotations

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
