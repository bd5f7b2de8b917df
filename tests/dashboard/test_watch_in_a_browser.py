"""Watch, as it is used: a real browser, the command that users run."""

from __future__ import annotations

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WEEK = re.compile(r"Week (\d+) of \d+")


def week_of(page) -> int:
    return int(WEEK.search(page.locator("strong.when").inner_text()).group(1))


def picture(page, place: int = 0) -> str:
    return page.evaluate(f"document.querySelectorAll('canvas')[{place}].toDataURL()")


def click(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def numbers(page) -> str:
    return page.locator(".below table.plain").first.inner_text()


def test_play_moves_weeks_and_picture_and_pause_holds_them_in_the_link(served, tab):
    opened = tab()
    page = opened.show(served.address, "Week 0 of 156")
    page.wait_for_timeout(1200)
    before = picture(page)
    click(page, "Play")
    page.wait_for_function("() => !document.body.innerText.includes('Week 0 of 156')")
    page.wait_for_timeout(2500)
    click(page, "Pause")
    page.get_by_role("button", name="Play", exact=True).first.wait_for()
    held = week_of(page)
    assert held > 2
    assert picture(page) != before
    page.wait_for_function(f"() => new URLSearchParams(location.search).get('week') == '{held}'")
    page.wait_for_timeout(900)
    assert week_of(page) == held
    click(page, "Back")
    page.get_by_text(f"Week {held - 1} of 156").wait_for()
    page.get_by_role("slider", name="Jump to").first.focus()
    page.keyboard.press("End")
    page.get_by_text("Week 156 of 156").wait_for()
    page.wait_for_function("() => location.search.includes('week=156')")
    page.reload()
    page.get_by_text("Week 156 of 156").wait_for()
    click(page, "Reset")
    page.get_by_text("Week 0 of 156").wait_for()
    page.wait_for_function("() => !location.search.includes('week')")
    assert opened.wrong == []
    assert opened.outside == []


def test_a_week_that_is_far_away_can_be_left_on_the_way(served, tab):
    town = "set=community.households%3A2000&set=steps%3A400"
    page = tab().show(f"{served.address}/?{town}&week=400", "of 400")
    click(page, "Stop")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    page.wait_for_timeout(600)
    held = week_of(page)
    assert held < 400
    page.wait_for_timeout(600)
    assert week_of(page) == held
    click(page, "Cancel")
    page.get_by_text("Show the band of many runs").wait_for()


def test_a_household_is_chosen_by_keyboard_tells_its_story_and_can_be_missed(served, tab):
    opened = tab()
    page = opened.show(f"{served.address}/?week=30", "Week 30 of 156")
    page.wait_for_timeout(1200)
    page.locator("canvas").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("What if it were not here?").wait_for()
    assert re.search(r"Week 0\s*(Has|A positive)", page.locator(".household").inner_text())
    page.get_by_text("What if it were not here?").click()
    page.get_by_text("everything else the same").wait_for()
    assert "p-without=" in page.url
    assert "before the change" in numbers(page)
    page.get_by_text("Week 30 of 156").wait_for()
    click(page, "As it was")
    page.wait_for_function("() => !location.search.includes('p-without')")
    click(page, "Undo")
    page.wait_for_function("() => location.search.includes('p-without')")
    assert opened.wrong == []


def test_arms_and_case_are_chosen_here_and_the_week_stays(served, tab):
    opened = tab()
    page = opened.show(f"{served.address}/?week=20", "Week 20 of 156")
    click(page, "Hybrid")
    page.get_by_role("heading", name="Hybrid", exact=True).wait_for()
    page.get_by_text("Week 20 of 156").wait_for()
    assert page.locator(".villages canvas").count() == 3
    click(page, "Top-down")
    page.wait_for_function("() => document.querySelectorAll('.villages canvas').length == 2")
    assert "arm=bottom_up&arm=hybrid" in page.url
    page.get_by_label("Case").select_option("Gosport")
    page.wait_for_function("() => location.search == '?case=gosport'")
    page.get_by_text("Week 0 of 104").wait_for()  # the page has followed its link
    click(page, "Step")
    page.get_by_text("Week 1 of").wait_for()
    page.get_by_text("averted").wait_for()  # this case says what the practice is for
    assert opened.wrong == []


def test_villages_numbers_and_scenario_are_taken_home(served, tab):
    opened = tab()
    page = opened.show(f"{served.address}/?week=10&set=community.households%3A60&set=steps%3A30", "Week 10 of 30")
    page.get_by_text("Take it home").click()
    for name, start in (("PNG", b"\x89PNG"), ("SVG", b"<?xml")):
        with page.expect_download() as found:
            click(page, f"Villages at week 10 ({name})")
        assert found.value.path().read_bytes().startswith(start)
    with page.expect_download() as found:
        click(page, "Numbers (CSV)")
    assert b"practising" in found.value.path().read_bytes()
    assert opened.wrong == []


def test_a_dark_page_stays_dark_and_the_link_is_copied(served, tab):
    opened = tab(permissions=["clipboard-read", "clipboard-write"])
    page = opened.show(f"{served.address}/?seed=4", "Week 0 of 156")
    light = picture(page)
    click(page, "Dark")
    page.locator("#app.theme--dark").wait_for()
    page.wait_for_timeout(500)
    assert picture(page) != light
    click(page, "Copy link")
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{served.address}/?seed=4"
    page.reload()
    page.locator("#app.theme--dark").wait_for()
    page.get_by_role("button", name="Light", exact=True).click()
    page.locator("#app.theme--light").wait_for()
    assert opened.wrong == []


def test_memory_does_not_grow_with_tabs_that_were_closed(served, browser):
    """24 tabs, one after the other, each with its village: what the first ones left in caches stays, and no more."""
    taken = []
    for number in range(24):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{served.address}/?seed={1 + number % 2}&set=steps%3A300&week=2")
        page.get_by_text("Week 2 of 300").wait_for(timeout=60_000)
        page.close(run_before_unload=True)
        context.close()
        taken.append(served.megabytes())
    assert taken[-1] - taken[7] < 40, taken
