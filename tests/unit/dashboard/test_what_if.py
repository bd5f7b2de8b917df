"""What if without a browser: what is asked for, and what becomes of it in the link."""

from __future__ import annotations

import time

import ipyvuetify as v
import pytest

solara = pytest.importorskip("solara")

from pd_sim.dashboard import session  # noqa: E402
from pd_sim.dashboard.pages import what_if  # noqa: E402
from tests.unit.dashboard.tabs import in_a_tab, soon  # noqa: E402

SMALL = "/what-if?set=community.households%3A40&set=steps%3A20"


def page() -> None:
    session.use_session()
    what_if.WhatIf()


def act(rc, **what) -> None:
    cards = next(widget for widget in rc.find(v.VuetifyTemplate).widgets if hasattr(widget, "cards"))
    cards.vue_act(what)


def test_what_is_changed_while_the_change_before_goes_into_the_link_is_kept(monkeypatch):
    monkeypatch.setattr(what_if, "_IDLE", 0.05)
    rendered = []

    def meanwhile(link):
        if len(links) == 1:
            act(rendered[0], what="remove", **{"from": "intervention"}, arm="hybrid", place=0)

    rc, links = in_a_tab(page, SMALL, meanwhile)
    rendered.append(rc)
    act(rc, what="remove", **{"from": "intervention"}, arm="top_down", place=2)
    soon(lambda: len(links) == 2)
    assert "arms.top_down" in links[1]
    assert "arms.hybrid" in links[1]
    assert "arms.hybrid" not in links[0]
    rc.close()


def test_undo_takes_back_what_was_asked_for_and_the_page_follows(monkeypatch):
    monkeypatch.setattr(what_if, "_IDLE", 0.05)
    tabs = []

    def watched():
        tabs.append(session.use_session())
        what_if.WhatIf()

    rc, links = in_a_tab(watched, SMALL)
    act(rc, what="remove", **{"from": "intervention"}, arm="top_down", place=2)
    soon(lambda: len(links) == 1)
    soon(lambda: tabs[-1].undo is not None)
    tabs[-1].undo()
    assert links[-1] == SMALL
    time.sleep(0.5)
    assert links[-1] == SMALL  # the page does not ask for it again
    rc.close()
