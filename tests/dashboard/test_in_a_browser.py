"""The dashboard as it is used: a real browser, the command that users run."""

from __future__ import annotations

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def picture(page, place: int = 0) -> str:
    return page.evaluate(f"document.querySelectorAll('canvas')[{place}].toDataURL()")


def click(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def test_a_link_brings_everything_back_after_the_server_was_gone(served, tab):
    opened = tab()
    page = opened.show(f"{served.address}/what-if?set=practice.certainty%3A0.9&seed=5", "practise at the end")
    assert "practice.certainty = 0.9" in page.locator("body").inner_text()
    served.stop()
    try:
        page.get_by_text("The connection to pd-sim is lost").wait_for()
    finally:
        served.start()
    page.get_by_text("The connection to pd-sim is lost").wait_for(state="detached")  # it comes back by itself
    page.get_by_text("practice.certainty = 0.9").wait_for()
    assert "seed=5" in page.url


def test_two_tabs_share_nothing(served, tab):
    first, second = tab(), tab()
    one = first.show(served.address, "Week 0 of 156")
    other = second.show(f"{served.address}/?seed=9", "Week 0 of 156")
    click(one, "Step")
    one.get_by_text("Week 1 of 156").wait_for()
    assert other.get_by_text("Week 0 of 156").is_visible()
    click(other, "New seed")
    other.wait_for_function("() => location.search.includes('seed=10')")
    assert "seed" not in one.url


def test_a_knob_moves_the_curves_and_goes_into_the_link_and_undo_takes_it_back(served, tab):
    opened = tab()
    page = opened.show(f"{served.address}/what-if?p-agreement=0.8&set=steps%3A60", "200 paired runs")
    page.get_by_text("80% agree and might do it at all").wait_for()
    page.wait_for_timeout(1500)
    before, said = picture(page), page.locator("h2").first.inner_text()
    page.wait_for_timeout(1500)
    assert picture(page) == before  # so that what changes below changes by the knob
    knob = page.get_by_role("slider", name=re.compile("^certainty:")).first
    knob.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('practice.certainty')")
    page.wait_for_function("said => document.querySelector('h2').innerText != said", arg=said)
    page.locator(".wi-see:not(.behind)").wait_for()
    page.get_by_text("200 paired runs").first.wait_for()
    assert picture(page) != before
    click(page, "Undo")
    page.wait_for_function("() => !location.search.includes('practice.certainty')")
    click(page, "Let all agree")
    page.wait_for_function("() => !location.search.includes('agreement')")
    assert opened.wrong == []


@pytest.mark.parametrize("path", ["", "what-if", "lessons", "map", "cases", "evidence"])
def test_no_page_asks_outside_nor_errs_nor_shuts_anybody_out(served, tab, path):
    from axe_core_python.sync_playwright import Axe

    opened = tab()
    opened.show(f"{served.address}/{path}", "How a hidden good practice spreads")
    opened.page.wait_for_timeout(3000)
    assert opened.page.locator("html").get_attribute("lang") == "en"
    for tone in ("Dark", "Light"):
        found = Axe().run(opened.page)
        serious = [
            f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:160]}"
            for v in found["violations"]
            if v["impact"] in ("serious", "critical")
        ]
        assert serious == [], tone
        click(opened.page, tone)
        opened.page.wait_for_timeout(800)  # no fading, when contrast is looked at
    assert opened.outside == []
    assert opened.wrong == []


@pytest.mark.parametrize("path", ["", "what-if", "lessons", "map", "cases", "evidence"])
def test_nothing_runs_over_the_edge_of_a_phone(served, tab, path):
    opened = tab(width=390, height=844)
    page = opened.show(f"{served.address}/{path}", "How a hidden good practice spreads")
    page.wait_for_timeout(2500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 391


def test_a_page_that_is_left_in_the_last_week_stays_left(served, tab):
    page = tab().show(f"{served.address}/?set=steps%3A12&set=community.households%3A40", "Week 0 of 12")
    page.get_by_role("slider", name="Speed").first.focus()
    page.keyboard.press("Home")
    page.get_by_role("slider", name="Jump to").first.focus()
    page.keyboard.press("End")
    page.get_by_text("Week 12 of 12").wait_for()
    click(page, "Back")
    page.get_by_text("Week 11 of 12").wait_for()
    click(page, "Play")
    page.get_by_text("Week 12 of 12").wait_for()
    click(page, "What if")
    page.get_by_text("practise at the end").first.wait_for()
    page.wait_for_timeout(1500)
    assert "/what-if" in page.url


def test_a_link_that_makes_no_sense_says_so_and_shows_the_rest(served, tab):
    page = tab().show(f"{served.address}/?case=atlantis&seed=-4", "there is no such case")
    assert "seed -4" in page.locator("body").inner_text()
    page.get_by_text("Week 0 of 156").wait_for()
