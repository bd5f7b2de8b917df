"""The frame of the dashboard: its pages, and what stands on all of them."""

from __future__ import annotations

import re
from typing import Any

import reacton.ipyvuetify as rv
import solara
import solara.lab

from pd_sim.dashboard.asked import LEFT_OUT
from pd_sim.dashboard.looks import STYLE
from pd_sim.dashboard.pages.cases import Cases
from pd_sim.dashboard.pages.evidence import Evidence
from pd_sim.dashboard.pages.lessons import Lessons
from pd_sim.dashboard.pages.regime_map import RegimeMap
from pd_sim.dashboard.pages.watch import Watch
from pd_sim.dashboard.pages.what_if import WhatIf
from pd_sim.dashboard.parts import Words, Wrong, percent
from pd_sim.dashboard.server import PATHS
from pd_sim.dashboard.session import session_of_this_tab, use_session
from pd_sim.dashboard.widgets.frame import Corner
from pd_sim.studies.regimes import AGREEMENT

__all__ = ["Layout", "Page", "routes"]

PAGES: tuple[tuple[str, str, Any], ...] = (
    ("/", "Watch", Watch),
    *zip(
        PATHS,
        ("What if", "Lessons", "Map", "Cases", "Evidence"),
        (WhatIf, Lessons, RegimeMap, Cases, Evidence),
        strict=True,
    ),
)
"""Path, label and component of every page, in their order."""

_OF_ONE_POINT = ("Watch", "What if")
"""Pages that show a point of the map where one was opened."""

_SHARE = re.compile(r"0(\.\d{1,12})?|1(\.0+)?|\.\d{1,12}")


@solara.component
def Layout(children: Any = ()) -> None:
    """Title, pages, what a link could not give, and the page itself."""
    session = use_session()
    router = solara.use_router()
    solara.Style(STYLE)
    shown = next((label for path, label, _ in PAGES if path.strip("/") == router.path.strip("/")), "Watch")
    solara.Title(f"{shown} · pd-sim")
    with solara.Column(classes=["pd"], gap="10px"):
        with solara.Div(classes=["head"]):
            Words("How a hidden good practice spreads", "h1")
            with rv.Html(tag="nav", attributes={"aria-label": "Pages"}):
                for path, label, _ in PAGES:
                    place = "/" + path.strip("/")
                    here = router.path.rstrip("/") == place.rstrip("/")

                    def show(place: str = place) -> None:
                        session.go(place, None)

                    solara.Button(
                        label,
                        on_click=show,
                        text=not here,
                        color="primary" if here else None,
                        attributes={"aria-current": "page"} if here else {},
                    )
            with solara.Div(classes=["corner-bar"]):
                if session.undo is not None:
                    solara.Button("Undo", icon_name="mdi-undo", text=True, on_click=session.undo)
                _Corner()
        for line in session.refused:
            Wrong(f"{LEFT_OUT}{line}")
        if shown in _OF_ONE_POINT and _SHARE.fullmatch(session.asked.on_page(AGREEMENT)):
            _PointOfTheMap()
        rv.Html(tag="div", attributes={"role": "main"}, class_="stack", children=list(children))


routes = [
    # the layout of the first route is that of all
    solara.Route(path=path, component=page, label=label, layout=Layout if place == 0 else None)
    for place, (path, label, page) in enumerate(PAGES)
]


@solara.component
def _PointOfTheMap() -> None:
    """Say that a point of the map is shown, which no knob says, and offer the way back."""
    session = session_of_this_tab()
    with solara.Div(classes=["card", "bar"]):
        Words(f"A point of the map: {percent(float(session.asked.on_page(AGREEMENT)))} agree and might do it at all.")
        solara.Button(
            "Let all agree",
            icon_name="mdi-undo",
            text=True,
            on_click=lambda: session.ask(session.asked.with_page(AGREEMENT, "")),
        )


@solara.component
def _Corner() -> None:
    """Copy the link; switch between a light and a dark page."""
    night = solara.use_reactive(False)

    def switch(on: bool) -> None:
        night.value = on
        solara.lab.theme.dark = on

    Corner.element(night=night.value, on_night=switch)


@solara.component
def Page() -> None:
    """Used where routes are not: the first page."""
    Watch()
