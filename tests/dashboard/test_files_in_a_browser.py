"""Own files given and results taken home, in a real browser."""

from __future__ import annotations

import csv
import io
import os
import re

import pytest
import yaml

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOUSEHOLDS = 36
TIES = "Ties (CSV, GraphML, GEXF or edge list)"


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory, served):
    """A cache of the tests' own, for the server too, which other tests may have started."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    served.stop()
    served.start()
    yield
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


def ties() -> str:
    rows = [f"h{k},h{(k + step) % HOUSEHOLDS}" for k in range(HOUSEHOLDS) for step in (1, 2)]
    return "\n".join(["source,target", *rows]) + "\n"


def households() -> str:
    return "\n".join(["id,roof", *(f"h{k},{'tin' if k % 3 else 'tile'}" for k in range(HOUSEHOLDS + 2))]) + "\n"


def give(page, label: str, name: str, text: str) -> None:
    if not page.get_by_label(label, exact=True).count():
        page.get_by_role("button", name="Give files").click()
    page.get_by_label(label, exact=True).set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
    )


def take(page, label: str) -> bytes:
    with page.expect_download() as found:
        page.get_by_role("button", name=label, exact=True).click()
    return found.value.path().read_bytes()


def test_an_own_village_comes_back_after_a_reload_and_after_the_server_was_gone(served, tab):
    opened = tab()
    page = opened.show(f"{served.address}/what-if?set=community.households%3A120", "practise at the end")
    give(page, TIES, "our ties.csv", ties())
    page.get_by_text("our ties.csv: 72 rows read").wait_for()
    give(page, "Households (CSV)", "people.csv", households())
    page.get_by_text("people.csv: 38 households in 1 village, 2 without ties").wait_for()
    page.wait_for_function("() => /p-ties=[0-9a-f]{64}/.test(location.search) && /p-households/.test(location.search)")
    assert "community.households" not in page.url
    page.reload()
    page.get_by_text("people.csv: 38 households").wait_for()
    served.stop()
    try:
        page.get_by_text("The connection to pd-sim is lost").wait_for()
    finally:
        served.start()
    page.get_by_text("The connection to pd-sim is lost").wait_for(state="detached")  # it comes back by itself
    page.get_by_text("people.csv: 38 households").wait_for()
    page.get_by_role("button", name="Watch").click()
    page.get_by_text("Week 0 of 156").wait_for()
    assert page.locator("[role=alert]").count() == 0
    assert opened.outside == []


def test_two_files_given_at_once_are_both_taken(served, tab):
    opened = tab()
    page = opened.show(f"{served.address}/what-if", "practise at the end")
    give(page, TIES, "our ties.csv", ties())
    give(page, "Households (CSV)", "people.csv", households())
    page.get_by_text("people.csv: 38 households in 1 village, 2 without ties").wait_for()
    page.wait_for_function("() => /p-ties=[0-9a-f]{64}/.test(location.search) && /p-households/.test(location.search)")
    assert opened.wrong == []


def test_a_broken_table_names_its_row_and_what_was_shown_stays(served, tab):
    opened = tab()
    page = opened.show(f"{served.address}/what-if", "practise at the end")
    give(page, TIES, "torn.csv", ties() + "h1,h1\n")
    page.get_by_text(
        re.compile(r"^torn\.csv row 74: .*delete the row, or tick Leave out rows that do not fit$")
    ).wait_for()
    assert page.get_by_text("practise at the end").first.is_visible()
    assert "p-ties" not in page.url
    page.get_by_text("Leave out rows that do not fit", exact=True).click()
    page.get_by_text("torn.csv: 1 row left out").wait_for()
    page.wait_for_function("() => location.search.includes('p-ties=') && location.search.includes('p-lenient=1')")
    give(page, TIES, "torn.graphml", "<graphml>\n<graph></graphml>")
    page.get_by_text(re.compile(r"^torn\.graphml: not graphml .*line 2")).wait_for()
    give(page, TIES, "town.edgelist", "ann bo\nbo cy\ncy dee\ndee eve\n")
    page.get_by_text("town.edgelist: 5 households in 1 village").wait_for()
    page.wait_for_function("() => /p-ties=[0-9a-f]{64}\\.edgelist/.test(location.search)")
    give(page, TIES, "people.xlsx", "x")
    page.get_by_text("people.xlsx: is no table as text").wait_for()
    give(page, TIES, "large.csv", "a,b\n" * 2_100_000)
    page.get_by_text("large.csv: files up to 8 MiB can be given here").wait_for()
    assert opened.wrong == []


def test_an_own_scenario_is_shown_and_a_wrong_one_names_its_field(served, tab):
    opened = tab()
    page = opened.show(f"{served.address}/what-if", "practise at the end")
    text = (
        "name: ours\nsteps: 30\ncommunity: {households: 40}\narms: {nothing: [], talk: [{broadcast: {reach: 0.5}}]}\n"
    )
    give(page, "Scenario (YAML)", "bad.yaml", text.replace("reach", "reech"))
    page.get_by_text(re.compile("^bad.yaml: arms.talk.*reech")).wait_for()
    give(page, "Scenario (YAML)", "ours.yaml", text)
    page.wait_for_function("() => location.search.includes('own=')")
    page.get_by_text("Shown: a scenario of your own.").wait_for()
    give(page, "Scenario (YAML)", "big.yaml", text.replace("40", "10000"))
    page.get_by_text(re.compile("^big.yaml: community: 10,000 households are more than")).wait_for()
    page.reload()
    page.get_by_role("button", name=re.compile("^.?.?Talk")).wait_for()
    assert opened.wrong == []


def test_an_own_scenario_waits_for_the_files_it_names(served, tab):
    opened = tab()
    page = opened.show(f"{served.address}/what-if", "practise at the end")
    text = "name: ours\nsteps: 30\ncommunity: {generator: file, ties: ties.csv}\narms: {nothing: [], talk: []}\n"
    give(page, "Scenario (YAML)", "ours.yaml", text)
    page.get_by_text("ours.yaml names ties.csv: give it above.").wait_for()
    assert page.get_by_text("Given: a scenario of your own.").is_visible()
    assert page.get_by_text("a link cannot read").count() == 0
    give(page, TIES, "ties.csv", ties())
    page.get_by_text("Shown: ties.csv, a scenario of your own.").wait_for()
    page.get_by_text("ours.yaml names ties.csv").wait_for(state="detached")
    assert opened.wrong == []


def test_what_is_taken_home_is_what_was_shown(served, tab):
    opened = tab()
    page = opened.show(f"{served.address}/what-if?set=steps%3A40&seed=3", "practise at the end")
    page.wait_for_timeout(2500)
    page.get_by_text("200 paired runs").wait_for()
    text = take(page, "Scenario (YAML)")
    assert b"# pd-sim compare village.yaml --seed 3 --set community.draw=once\n" in text
    scenario = yaml.safe_load(text)
    assert scenario["steps"] == 40
    rows = list(csv.DictReader(io.StringIO(take(page, "Numbers (CSV)").decode())))
    assert {row["n"] for row in rows} == {"200"}
    last = next(r for r in rows if (r["arm"], r["measure"], r["step"]) == ("bottom_up", "practising", "40"))
    shown = page.locator("table.plain tr", has_text="Bottom-up").first.locator("td").nth(1).inner_text()
    assert f"{float(last['mean']):.0%}" == shown
    assert take(page, "Picture (PNG)").startswith(b"\x89PNG")
    assert b"<svg" in take(page, "Picture (SVG)")[:600]
    assert opened.wrong == []


def test_a_crafted_link_reads_nothing_of_this_computer(served, tab):
    crafted = "set=community%3A%7Bgenerator%3A%20file%2C%20ties%3A%20%2Fetc%2Fpasswd%7D"
    for path in ("", "what-if"):
        page = tab().show(f"{served.address}/{path}?{crafted}", "a link cannot read the file 'passwd'")
        assert "root" not in page.locator("body").inner_text()


def test_more_is_worked_out_when_asked_for_and_can_be_left(served, tab):
    from axe_core_python.sync_playwright import Axe

    opened = tab(width=390, height=844)
    page = opened.show(f"{served.address}/what-if?case=gosport&set=steps%3A80", "What it costs")
    page.get_by_text("200 paired runs").wait_for()
    assert "per pupil-year of practice" in page.locator("body").inner_text()
    page.get_by_text("Bottom-up: sponsor pays").wait_for()
    page.get_by_role("button", name="Move them").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Move them").wait_for()
    page.get_by_role("button", name="Compare the groups").click()
    page.get_by_text(re.compile("in points[,;]", re.IGNORECASE)).first.wait_for()
    page.get_by_role("button", name="Give files").click()
    page.get_by_label("Scenario (YAML)", exact=True).wait_for(state="attached")
    page.wait_for_timeout(1500)
    serious = [v["id"] for v in Axe().run(page)["violations"] if v["impact"] in ("serious", "critical")]
    assert serious == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 391
    assert opened.wrong == []
    assert opened.outside == []


def test_the_numbers_stand_right_under_their_picture(served, tab):
    page = tab().show(f"{served.address}/what-if?set=steps%3A40", "practise at the end")
    page.get_by_text("200 paired runs").wait_for()
    places = "['canvas', 'table.plain'].map(s => document.querySelector(s).getBoundingClientRect())"
    apart = page.evaluate(f"(([picture, table]) => table.top - picture.bottom)({places})")
    assert 0 <= apart < 40


def test_what_a_lead_hangs_on_is_drawn_with_its_numbers_behind(served, tab):
    opened = tab()
    town = "set=steps%3A40&set=community.households%3A60"
    page = opened.show(f"{served.address}/what-if?{town}", "practise at the end")
    page.get_by_text("200 paired runs").wait_for()
    page.get_by_role("button", name="Move them").click()
    page.get_by_text("ahead of").first.wait_for()
    bars = page.locator(".tornado [role=img]")
    assert bars.count() == 8  # the hub begins later than these steps
    assert re.match(
        r"\w+( \w+)?, at [\d.]+%?: [+−]\d+ points, [\d.]+%?: [+−]\d+ points", bars.first.get_attribute("aria-label")
    )
    page.get_by_role("button", name="Find the moment").click()
    page.get_by_text("there is none to try").wait_for()  # it needs more than a year
    assert opened.wrong == []
