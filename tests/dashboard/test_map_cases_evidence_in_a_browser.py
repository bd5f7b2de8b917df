"""Map, Cases and Evidence in a real browser."""

from __future__ import annotations

import csv
import io
import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SMALL = "set=community.households%3A40&set=steps%3A26"
HUB = "set=arms.bottom_up.hub.start%3A12"  # early enough to matter in so few weeks


def axe(page) -> list[str]:
    from axe_core_python.sync_playwright import Axe

    page.wait_for_timeout(1200)  # colours change over half a second, and the bar of a page that has come fades
    found = [v for v in Axe().run(page)["violations"] if v["impact"] in ("serious", "critical")]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]


def wide(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


def take(page, label: str) -> bytes:
    with page.expect_download() as found:
        page.get_by_role("button", name=label, exact=True).click()
    return found.value.path().read_bytes()


def drawn(page) -> None:
    """Wait until the map that is chosen is known; others may still be worked out beside it."""
    page.locator(".map-now .map-bar[role=img]:not([aria-label*='so far'])").wait_for()


def test_the_map_draws_itself_compares_assumptions_and_opens_a_point_in_watch(served, tab):
    opened = tab()
    page = opened.show(f"{served.address}/map?{SMALL}&{HUB}", "Which arm leads where")
    page.get_by_text(re.compile(r"^After 26 weeks .* undecided\.$")).wait_for()
    drawn(page)
    points = page.locator(".map-point")
    assert points.count() == 25
    assert page.locator(".map-waits").count() == 0
    assert page.locator(".map-zone").all_inner_texts() == ["simple", "complicated", "complex", "chaotic"]
    assert page.locator(".map-here").count() == 1
    rows = list(csv.DictReader(io.StringIO(take(page, "Points (CSV)").decode())))
    assert len(rows) == 25
    # what a point shows is what its row says
    named = {"T": "top_down", "B": "bottom_up", "H": "hybrid", "?": "undecided"}
    lowest = [points.nth(20 + column).locator("b").inner_text() for column in range(5)]
    assert [named[letter] for letter in lowest] == [row["leader"] for row in rows[:5]]
    page.get_by_role("button", name="Without the hub").click()
    page.wait_for_function("() => location.search.includes('p-map-variant=no-hub')")
    page.locator(".map-now", has_text="Without the hub").wait_for()
    drawn(page)
    page.get_by_text("Without the hub: after 26 weeks").wait_for()
    assert page.locator(".map-bar[role=img]").count() >= 2  # what stands, too
    assert axe(page) == []
    points.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert "Certainty 40%, agreement 80%" in page.locator(".map-told").inner_text()
    page.keyboard.press("Enter")
    page.get_by_text("Week 26 of 26").first.wait_for()
    fit = "practice.certainty%3A0.4", "practice.tacitness%3A0.9"
    for part in (*fit, "p-agreement=0.8", "week=26", "arm=", "hub.places%3A0"):
        assert part in page.url
    assert "p-certainty" not in page.url
    page.get_by_role("button", name="Map", exact=True).click()
    drawn(page)
    # the scenario now stands at the point that was opened, and its knobs go on from there
    assert page.locator(".map-here").get_attribute("style").startswith("left: 30%")
    assert opened.wrong == []
    assert opened.outside == []


def test_a_map_can_be_stopped_and_goes_on_and_its_axes_and_step_are_chosen(served, tab):
    opened = tab(width=390, height=844)
    page = opened.show(f"{served.address}/map?{SMALL}&p-map-detail=fine", "Which arm leads where")
    page.get_by_text("So far, of").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Go on").wait_for()
    assert page.locator(".map-waits").count() > 0
    assert axe(page) == []
    assert wide(page) <= 391
    page.get_by_label("To the right →").select_option("Trust in experts")
    page.wait_for_function("() => location.search.includes('p-map-x=traits.trust_expert.mean')")
    slider = page.get_by_role("slider")
    assert slider.get_attribute("aria-valuemax") == "26"
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_function("() => /p-map-step=/.test(location.search)")
    page.get_by_text("Looked at after 1 week of 26").wait_for()
    page.locator(".map-zone").first.wait_for(state="detached")
    assert opened.wrong == []


def test_a_case_says_where_it_is_missed_and_a_link_opens_it(served, tab):
    opened = tab(width=390, height=844)
    page = opened.show(f"{served.address}/cases", "Cases as the people who ran them tell them")
    page.get_by_role("button", name="More of Denton").click()
    page.get_by_text("nobody can say").or_(page.get_by_text("The pattern is a weak one")).first.wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="Told beside simulated: Denton").click()
    page.get_by_text("The model misses").first.wait_for()
    assert "p-case-opened=denton" in page.url
    assert page.locator(".told-track[role=img]").count() == 2
    label = page.locator(".told-track").nth(1).get_attribute("aria-label")
    assert re.search(r"told 67%, simulated \d\d% \(\d\d% to \d\d%\).*missed: too low", label)
    rows = list(csv.DictReader(io.StringIO(take(page, "Numbers (CSV)").decode())))
    assert [row["told"] for row in rows] == ["0.49", "0.67"]
    assert axe(page) == []
    assert wide(page) <= 391
    page.reload()
    page.get_by_text("The model misses").first.wait_for()
    page.get_by_role("button", name="All cases").click()
    page.get_by_text("Huntingdon Grub Hub").wait_for()
    assert opened.wrong == []
    assert opened.outside == []


def test_a_published_result_is_run_here_and_an_assumption_is_tried(served, tab):
    opened = tab(width=390, height=844)
    page = opened.show(f"{served.address}/evidence", "Should you believe it?")
    assert page.get_by_text("✓ comes out").count() == 0
    assert "EVIDENCE" not in page.locator("body").inner_text()
    page.get_by_role("button", name=re.compile("^Check: One threshold decides")).click()
    page.get_by_text("✓ comes out").wait_for()
    page.get_by_text("9 of 9 figures as expected").click()
    assert page.locator("td[data-head=expected]").first.inner_text().endswith("100")
    page.get_by_role("button", name=re.compile("^Figure: One threshold")).click()
    page.locator("img.proof-figure").wait_for()
    page.get_by_role("button", name="Work them out").click()
    page.locator(".sizes-row").first.wait_for()
    assert page.locator(".sizes-row").count() == 7
    assert axe(page) == []
    assert wide(page) <= 391
    page.get_by_role("button", name=re.compile("^Try it in What if: fit of local")).click()
    page.wait_for_function("() => document.activeElement.id === 'k-practice-portability'")
    page.wait_for_function("() => location.pathname.endsWith('what-if')")
    assert "practice.portability%3A0.85" in page.url
    assert opened.wrong == []
    assert opened.outside == []
