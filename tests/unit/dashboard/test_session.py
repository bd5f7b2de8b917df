"""The link of a tab: what the page has said itself is not taken for something from elsewhere."""

from __future__ import annotations

import pytest

pytest.importorskip("solara")

from pd_sim.dashboard import session
from pd_sim.dashboard.asked import Asked

ONE, TWO, THREE = (Asked(seed=seed) for seed in (1, 2, 3))


def sent() -> session._Link:
    """A link into which two things were sent, one soon after the other."""
    link = session._Link("", ONE)
    link.send("seed=2", TWO, shown=True)
    link.send("seed=3", THREE, shown=True)
    return link


def test_what_a_page_has_said_comes_back_in_its_order_and_is_nothing_new():
    link = sent()
    assert link.newest == THREE
    link.back("seed=2", TWO)  # drawn late: the page has moved on since
    assert (link.newest, link.came) == (THREE, 0)
    link.back("seed=3", THREE)
    link.back("seed=3", THREE)  # drawn again
    assert (link.newest, link.came) == (THREE, 0)


def test_the_back_of_the_browser_is_followed_also_to_what_the_page_has_said_before():
    link = sent()
    link.back("seed=3", THREE)  # the first was overtaken
    link.back("seed=2", TWO)
    assert (link.newest, link.came) == (TWO, 1)
    link.back("", ONE)
    assert (link.newest, link.came) == (ONE, 2)


def test_what_the_page_does_not_show_yet_comes_as_from_elsewhere():
    link = session._Link("", ONE)
    link.send("seed=2", TWO, shown=False)
    link.back("seed=2", TWO)
    assert (link.newest, link.came) == (TWO, 1)


def test_what_was_overtaken_is_not_waited_for_for_ever(monkeypatch):
    link = session._Link("", ONE)
    for search, asked in (("seed=2", TWO), ("", ONE), ("seed=2", TWO)):
        link.send(search, asked, shown=True)
    link.back("seed=2", TWO)
    monkeypatch.setattr(session, "_AWAITED", 0.0)
    link.back("", ONE)
    assert link.came == 1


def test_what_is_asked_for_goes_into_the_link_once_and_can_be_undone():
    import solara

    from tests.unit.dashboard.tabs import in_a_tab

    seen = []

    def page():
        seen.append(session.use_session())
        solara.Text("")

    rc, links = in_a_tab(page, "/what-if")
    seen[-1].tell(ONE)  # it stands there
    assert links == []
    first = seen[-1]
    first.tell(TWO)
    first.tell(THREE)  # by a page that was drawn before
    assert links == ["/what-if?seed=2", "/what-if?seed=3"]
    assert (seen[-1].asked, seen[-1].came) == (THREE, 0)
    seen[-1].undo()
    assert (seen[-1].asked, seen[-1].came) == (TWO, 1)
    seen[-1].undo()
    assert (seen[-1].asked, seen[-1].undo) == (ONE, None)
    seen[-1].note(TWO)
    assert seen[-1].undo is None
    seen[-1].ask(THREE)
    assert (seen[-1].asked, seen[-1].came) == (THREE, 3)
    seen[-1].go("/map", None)
    assert links[-1] == "/map?seed=3"
    rc.close()
