"""What if in a real browser: knobs, cards and answers, on a desk and on a phone."""

from __future__ import annotations

import re
from urllib.parse import urlparse

import pytest

import pd_sim as ps

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SMALL = "set=steps%3A60&set=community.households%3A60"


def unfold(page, card: str) -> None:
    page.locator(".wi-head button", has_text=card).first.click()


def in_link(page, text: str, there: bool = True) -> None:
    page.wait_for_function(f"() => decodeURIComponent(location.search).includes({text!r}) === {str(there).lower()}")


def serious(page) -> list[str]:
    from axe_core_python.sync_playwright import Axe

    page.wait_for_timeout(700)  # no fading, when contrast is looked at
    found = Axe().run(page, ".wi")["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in ("serious", "critical")]


def test_a_scenario_is_built_and_what_is_taken_home_is_what_is_shown(served, tab):
    from pd_sim.dashboard.asked import read, scenario_of

    opened = tab()
    page = opened.show(f"{served.address}/what-if?{SMALL}", "practise at the end")
    page.get_by_role("button", name="New scenario of your own").click()
    unfold(page, "Top-down")
    page.get_by_role("button", name="Remove incentive from top-down").click()
    page.get_by_label("add an intervention").select_option("mandate")
    page.get_by_role("button", name="Add mandate").click()
    in_link(page, "mandate")
    unfold(page, "Top-down")
    page.get_by_role("button", name="+ Add an arm").click()
    page.get_by_label("name of the new arm").fill("<b>cheaper</b>")
    page.get_by_role("button", name="Add the arm").click()
    page.get_by_text("use letters, digits, spaces").wait_for()
    page.get_by_role("button", name="+ Add an arm").click()
    page.get_by_label("name of the new arm").fill("cheaper")
    page.get_by_label("which does, to begin with").select_option("bottom_up")
    page.get_by_role("button", name="Add the arm").click()
    in_link(page, "arms.cheaper")
    unfold(page, "Threats")
    page.get_by_label("add a threat").select_option("sponsor_restructured")
    page.get_by_role("button", name="Add sponsor restructured").click()
    unfold(page, "Community")
    page.get_by_label("drawn from").select_option("small_world")
    in_link(page, "generator: small_world")
    page.get_by_role("cell", name="Cheaper").wait_for()
    with page.expect_download() as found:
        page.get_by_role("button", name="Download as YAML").click()
    home = ps.Scenario.from_yaml(found.value.path().read_text())
    shown = scenario_of(read(urlparse(page.url).query).asked)
    assert home.content_hash == shown.content_hash
    assert [one.kind for one in home.arms["top_down"]] == ["broadcast", "training", "mandate"]
    assert home.threats[0].kind == "sponsor_restructured"
    page.get_by_role("button", name="Undo").click()
    in_link(page, "small_world", there=False)
    assert opened.wrong == []


def test_prices_give_a_cost_and_the_picture_stays_in_sight(served, tab):
    opened = tab()
    page = opened.show(f"{served.address}/what-if?{SMALL}", "practise at the end")
    page.get_by_text("No price is given yet").wait_for()
    unfold(page, "Practice")
    unfold(page, "Budget and prices")
    box = page.get_by_label(re.compile("^Training: cost of a session:")).first
    box.fill("200")
    page.wait_for_timeout(800)  # whatever is drawn meanwhile does not take away what is being typed
    assert box.input_value() == "200"
    box.press("Tab")
    in_link(page, "arms.top_down.training.cost_session:200")
    page.locator("table.plain tr", has_text=re.compile(r"Top-down.*10,400.*\d")).first.wait_for()
    page.wait_for_function("() => !document.body.innerText.includes('No price is given yet')")
    assert page.locator(".wi-knob.changed").count() == 2  # in each arm that trains
    page.locator(".wi-knobs").hover()
    page.mouse.wheel(0, 3000)
    page.wait_for_timeout(300)
    place = page.locator("canvas").first.bounding_box()
    assert place["y"] >= 0
    assert place["y"] + place["height"] <= 900
    page.get_by_role("button", name=re.compile("^Back to 0: Training: cost of a session")).first.click()
    in_link(page, "cost_session", there=False)
    assert opened.wrong == []


def test_what_cannot_be_is_said_and_the_last_picture_stays(served, tab):
    page = tab().show(f"{served.address}/what-if?{SMALL}", "practise at the end")
    page.get_by_text("200 paired runs").wait_for()
    unfold(page, "Bottom-up")
    stop = page.get_by_role("slider", name=re.compile("^stop:")).first
    stop.focus()
    page.keyboard.press("Home")
    page.get_by_text("it could never act").wait_for()
    assert page.locator("canvas").first.is_visible()
    assert page.locator(".wi-see.behind").count() == 1
    page.get_by_role("button", name="Back to what worked").click()
    page.wait_for_function("() => !document.querySelector('[role=alert], .wi-see.behind')")
    assert "stop" not in page.url


def test_counting_can_be_left_and_gone_on_with(served, tab):
    page = tab().show(
        f"{served.address}/what-if?set=community.households%3A1400&set=steps%3A300&seed=8", "practise at the end"
    )
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("You left it there").wait_for()
    assert page.get_by_text("24 paired runs").is_visible()
    page.get_by_role("button", name="Count on").click()
    page.get_by_text("Counting on").wait_for()


def test_the_first_look_can_be_left_and_what_takes_too_long_is_said(served, tab):
    page = tab().show(
        f"{served.address}/what-if?set=community.households%3A3800&set=steps%3A1250&seed=9", "Begin with the case"
    )
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Count on").click()
    page.get_by_text("practise at the end").first.wait_for()
    assert page.get_by_text("This would take too long here").count() == 2
    assert page.get_by_role("button", name="Find the moment").count() == 0


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("set=community.villages%3A100000&set=community.households%3A5000", "500,000,000 households are more"),
        ("set=practice.certainty%3A%21%21timestamp%20x", "is no value"),
        ("week=" + "9" * 5000, "Of the link this was left out"),
    ],
)
def test_a_link_that_cannot_be_shown_is_answered_at_once_in_a_line(served, tab, link, said):
    for path in ("", "what-if"):
        opened = tab()
        opened.page.set_default_timeout(15_000)
        opened.show(f"{served.address}/{path}?{link}", said)
        assert opened.wrong == []


def test_nothing_is_fetched_for_a_page_that_did_not_come_with_it(served, tab):
    address = f"{served.address}/_solara/cdn/left-pad@1.3.0/index.js"
    assert tab().page.request.get(address).status == 404


def test_who_leads_when_is_told_three_ways(served, tab):
    page = tab().show(f"{served.address}/what-if?set=steps%3A100", "practise at the end")
    page.get_by_text("200 paired runs").wait_for()
    words = page.locator(".leading-told").inner_text()
    assert words.startswith("Top-down leads weeks ")
    strip = page.locator(".leads")
    assert strip.get_attribute("aria-label") == words
    assert strip.locator(".lead").count() >= 1
    page.get_by_text("The leads as a table").click()
    first = page.locator(".leading table tbody tr", has_text="Top-down").first.inner_text()
    start, end = re.match(r"(\d+) to (\d+)", first).groups()
    assert f"weeks {start} to" in words
    assert int(end) > int(start)


def test_on_a_phone_the_picture_is_above_the_knobs_and_everybody_can_use_them(served, tab):
    opened = tab(width=390, height=844, has_touch=True)
    page = opened.show(f"{served.address}/what-if?{SMALL}", "practise at the end")
    page.get_by_text("200 paired runs").wait_for()
    page.wait_for_timeout(600)
    knob = page.get_by_role("slider", name=re.compile("^certainty:")).first
    assert knob.bounding_box()["y"] < 1000
    knob.scroll_into_view_if_needed()
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(400)
    picture, low = page.locator(".wi-see").bounding_box(), knob.bounding_box()
    assert abs(picture["y"]) <= 1
    assert picture["height"] <= 0.4 * 844
    assert low["height"] >= 40
    for card in ("Name and time", "Community", "Bottom-up", "Threats", "Budget and prices", "Worth", "How households"):
        unfold(page, card)
    assert page.evaluate("document.documentElement.scrollWidth") <= 391
    assert serious(page) == []
    page.get_by_role("button", name="Dark").click()
    assert serious(page) == []
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(300)
    assert page.locator(".wi-see").bounding_box()["y"] < -300  # it goes when the knobs are past
    assert opened.wrong == []
    assert opened.outside == []
