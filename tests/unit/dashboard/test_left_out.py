"""What of a link makes no sense on a page is said there, in one line each; a link that makes sense says nothing."""

from __future__ import annotations

import html

import numpy as np
import pytest

solara = pytest.importorskip("solara")

from pd_sim.dashboard import session  # noqa: E402
from pd_sim.dashboard.lessons import Outcome  # noqa: E402
from pd_sim.dashboard.pages import cases, lesson_runs, lessons, regime_map, watch  # noqa: E402
from tests.unit.dashboard.tabs import in_a_tab  # noqa: E402

SMALL = "set=community.households:60&set=steps:20"
PAGES = {"/": watch.Watch, "/lessons": lessons.Lessons, "/map": regime_map.RegimeMap, "/cases": cases.Cases}


@pytest.fixture(autouse=True)
def nothing_is_run(monkeypatch):
    level = np.array([0.0, 0.5])
    monkeypatch.setattr(lesson_runs, "worked_out", lambda side, *rest: Outcome(side.name, *(level,) * 4))
    monkeypatch.setattr(regime_map, "grow", lambda *rest: iter(()))


def opened(link: str):
    """The page of a link."""

    def page():
        session.use_session()
        PAGES[link.partition("?")[0]]()

    rc, links = in_a_tab(page, link)
    return rc, links


def lines(rc) -> list[str]:
    """What stands there as wrong."""
    found = rc.find(solara.widgets.HTML).widgets
    return [html.unescape(one.unsafe_innerHTML) for one in found if "wrong" in str((one.attributes or {}).get("class"))]


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (f"/?{SMALL}&arm=foo", ["arm 'foo': there is none of that name here"]),
        (f"/?{SMALL}&arm=top_down&arm=foo", ["arm 'foo': there is none of that name here"]),
        (f"/?{SMALL}&week=1000", ["week 1000: the last week is 20, which is shown instead"]),
        (f"/?{SMALL}&week=20&arm=top_down&arm=hybrid", []),
        (f"/map?{SMALL}&p-map-x=zz", ["p-map-x 'zz': is no direction of this map"]),
        (
            f"/map?{SMALL}&p-map-x=agreement&p-map-y=agreement",
            ["p-map-y 'agreement': is no other direction of this map"],
        ),
        (f"/map?{SMALL}&p-map-step=99", ["p-map-step '99': give a whole number from 1 to 20"]),
        (f"/map?{SMALL}&p-map-step=0000015x", ["p-map-step '0000015x': give a whole number from 1 to 20"]),
        (f"/map?{SMALL}&p-map-detail=much", ["p-map-detail 'much': give one of rough, finer, fine"]),
        (
            f"/map?{SMALL}&p-map-variant=zz",
            ["p-map-variant 'zz': give one of as-it-stands, no-deviants, earlier, no-ownership"],
        ),
        (f"/map?{SMALL}&p-map-x=agreement&p-map-step=9&p-map-detail=fine&p-map-variant=no-deviants", []),
        (f"/map?{SMALL}&p-map-x=practice.tacitness&p-map-y=certainty", []),
        (f"/map?{SMALL}", []),
        ("/cases?p-case-opened=zz", ["p-case-opened 'zz': there is no such case"]),
        ("/cases", []),
        ("/lessons?p-lesson=nope", ["p-lesson 'nope': there is no such lesson"]),
        ("/lessons?p-guess-nope=a~1", ["p-guess-nope 'a~1': there is no such lesson"]),
        (
            "/lessons?p-lesson=money&p-guess-money=xx~1.2",
            ["p-guess-money 'xx~1.2': should be a name and 3 whole numbers from 0 to 100"],
        ),
        ("/lessons?p-lesson=money&p-step=7", ["p-step '7': give a whole number from 0 to 3"]),
        ("/lessons?p-lesson=money&p-guess-money=xx~1.2.3&p-step=1&p-guess-small=a~1.2", []),
        ("/lessons", []),
    ],
)
def test_what_makes_no_sense_on_a_page_is_said_there(link, said):
    rc, _ = opened(link)
    assert lines(rc) == [f"Of the link this was left out: {line}" for line in said]
    rc.close()


def test_a_week_beyond_the_last_is_still_said_when_the_link_says_the_week_that_is_shown():
    import time

    rc, links = opened(f"/?{SMALL}&week=1000")
    for _ in range(500):
        if links:
            break
        time.sleep(0.02)
    assert "week=20" in links[-1]
    assert lines(rc) == ["Of the link this was left out: week 1000: the last week is 20, which is shown instead"]
    rc.close()
