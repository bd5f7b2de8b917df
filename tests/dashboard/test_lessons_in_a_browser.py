"""Lessons as a room takes them: guesses drawn and typed, what happens beside them, one person changed by hand."""

from __future__ import annotations

import csv
import io

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def click(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def serious(page, within: str | None = None) -> list[str]:
    from axe_core_python.sync_playwright import Axe

    # the bar with which solara says that it is busy has no name, and comes and goes
    page.wait_for_function(
        "() => [...document.querySelectorAll('.v-progress-linear--absolute')]"
        ".every(bar => getComputedStyle(bar).visibility === 'hidden')"
    )
    found = Axe().run(page, context=within)["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in ("serious", "critical")]


def draw(page, end: float) -> None:
    """Draw from the lower left to the right, ending at a share of the picture's height."""
    picture = page.locator(".lesson canvas").first
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] * 0.8)
    page.mouse.down()
    for part in (0.25, 0.5, 0.75, 1.0):
        height = 0.8 + (1 - end - 0.8) * part
        page.mouse.move(box["x"] + 60 + (box["width"] - 70) * part, box["y"] + box["height"] * height)
    page.mouse.up()


def numbers(page) -> list[int]:
    return [int(one.input_value()) for one in page.locator(".guess input[type=number]").all()]


def test_a_phone_draws_a_guess_and_changes_one_person(served, tab):
    opened = tab(width=390, height=844, reduced_motion="reduce")
    page = opened.show(f"{served.address}/lessons?p-lesson=small", "How many of the hundred")
    page.get_by_role("img", name="First square: a hundred people wait").wait_for()
    assert serious(page) == []
    click(page, "Guess")
    assert page.get_by_role("button", name="Now see").is_disabled()
    # nothing stands there that could be taken for a hint, and nothing is taken before all is guessed
    assert [one.input_value() for one in page.locator(".guess input[type=number]").all()] == ["", ""]
    assert page.get_by_role("button", name="Take this guess").is_disabled()
    sheet = page.get_by_role("img", name="A sheet to draw a guess on: First square")
    sheet.wait_for()
    assert sheet.evaluate("one => getComputedStyle(one).touchAction") == "none"
    draw(page, 0.9)
    page.get_by_role("img", name="A sheet to draw a guess on: Second square").wait_for()
    draw(page, 0.5)
    page.get_by_text("All drawn").wait_for()
    assert page.locator(".lesson canvas").first.evaluate("one => getComputedStyle(one).touchAction") == "auto"
    first, second = numbers(page)
    assert first > second + 20
    click(page, "Take this guess")
    page.get_by_text(f"Guess 1: {first}% · {second}% (drawn)").wait_for()
    assert serious(page) == []
    click(page, "Now see")
    page.get_by_text("Ask who is missing").wait_for()
    strips = page.get_by_role("img", name="Guesses beside the outcome")
    assert f"the room guessed {second}% in the middle, it was 1%" in strips.get_attribute("aria-label")
    assert page.get_by_role("img", name="First square: 100 act of 100").count() == 1
    assert page.get_by_role("img", name="Second square: one person changed: 1 acts of 100").count() == 1
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 391
    page.locator(".lesson-foot").get_by_role("button", name="Change one yourself").click()
    square = page.get_by_label("A hundred people. Arrow keys choose one")
    square.wait_for()
    box = square.bounding_box()
    square.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.35})
    page.get_by_text("Whoever wanted to see 37 now wants to see 38: 37 act, not 100.").wait_for()
    square.press("ArrowDown")
    page.get_by_text("Whoever wanted to see 47 now wants to see 48: 47 act, not 100.").wait_for()
    page.get_by_role("img", name="How many act in the end, for every person").wait_for()
    page.wait_for_timeout(400)
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 391
    assert opened.wrong == []
    assert opened.outside == []


def test_a_room_guesses_sees_how_far_off_it_was_and_takes_it_home(served, tab):
    opened = tab(reduced_motion="reduce")
    page = opened.show(f"{served.address}/lessons?p-lesson=hidden", "What share of the households")
    page.get_by_role("button", name="Full screen").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.fullscreenElement && document.fullscreenElement.matches('.lesson')")
    page.get_by_role("button", name="Leave full screen").wait_for()
    fits = "(() => { const l = document.querySelector('.lesson'); return l.scrollHeight <= l.clientHeight + 1; })()"
    assert page.evaluate(fits)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.dataset.stepHeading === '1'")
    page.get_by_label("Name").wait_for()
    page.keyboard.press("ArrowRight")  # not before somebody has guessed
    page.locator(".guess input[type=number]").first.focus()
    page.keyboard.type("7")
    page.keyboard.press("Enter")  # on to the number that is missing
    page.wait_for_function("() => document.activeElement === document.querySelectorAll('.guess input[type=number]')[1]")
    assert page.get_by_text("No guess so far").count() == 1
    page.locator(".guess input[type=number]").first.focus()
    room = (("Ann <b>", (40, 60)), ("Eve", (10, 70)))
    for name, ends in room:  # one after another, without waiting for what the server says
        for place, end in enumerate(ends):
            page.keyboard.type(str(end))  # the first number has the focus, and what stands there is chosen
            page.keyboard.press("Tab")
            if place == 0:
                page.keyboard.press("Tab")  # past the slider
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    for name, ends in room:
        page.get_by_text(f"{name}: {ends[0]}% · {ends[1]}%").wait_for()
    assert page.evaluate(fits)
    assert serious(page, ".lesson") == []
    page.get_by_role("heading", name="What share of the households").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("Nearest: Eve").wait_for()
    page.keyboard.press("Escape")
    page.reload()  # the room stays where it is
    page.get_by_text("Nearest: Eve").wait_for()
    assert page.get_by_role("button", name="3 What happens").get_attribute("aria-current") == "step"
    page.go_back()  # and the browser's back goes a step back
    page.get_by_text("2 guesses so far").wait_for()
    page.go_forward()
    page.get_by_text("Nearest: Eve").wait_for()
    page.get_by_role("button", name="Full screen").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.fullscreenElement && document.fullscreenElement.matches('.lesson')")
    strips = page.get_by_role("img", name="Guesses beside the outcome")
    assert "the room guessed 25% in the middle, it was 2%" in strips.get_attribute("aria-label")
    assert page.evaluate(fits)
    assert serious(page, ".lesson") == []
    with page.expect_download() as found:
        click(page, "Picture (PNG)")
    assert found.value.path().read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as found:
        click(page, "Guesses (CSV)")
    rows = list(csv.DictReader(io.StringIO(found.value.path().read_text())))
    assert {(row["who"], row["guessed_percent"]) for row in rows} >= {("Ann <b>", "40"), ("Eve", "70")}
    page.keyboard.press("Escape")
    click(page, "Turn it round")
    click(page, "Show one answer")
    page.get_by_text("The group finds nobody").wait_for()
    page.wait_for_timeout(600)
    assert serious(page) == []
    click(page, "A group looks")
    page.get_by_text("Week 0 of 156").wait_for()
    click(page, "Lessons")
    page.get_by_role("heading", name="What would have to be different").wait_for()
    page.get_by_role("button", name="2 Your guess").click()
    page.get_by_text("2 guesses so far").wait_for()
    page.get_by_role("button", name="Eve: 10% · 70%, take it away").click()
    page.get_by_text("1 guess so far").wait_for()
    page.reload()
    page.get_by_text("Ann <b>: 40% · 60%").wait_for()
    click(page, "All lessons")
    page.get_by_role("button", name="Open: Hidden in plain sight").click()
    page.get_by_role("button", name="Guess", exact=True).wait_for()  # it begins with its story again
    assert "p-step" not in page.url
    assert opened.wrong == []
    assert opened.outside == []


def test_the_lesson_with_the_most_sides_fits_one_screen(served, tab):
    opened = tab(reduced_motion="reduce")
    link = f"{served.address}/lessons?p-lesson=matrix&p-guess-matrix=Ann~10.20.30.40&p-step=2"
    page = opened.show(link, "Agreement and certainty")
    page.get_by_text("Nearest: Ann").wait_for()
    page.get_by_role("button", name="Full screen").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.fullscreenElement && document.fullscreenElement.matches('.lesson')")
    fits = "() => { const l = document.querySelector('.lesson'); return l.scrollHeight <= l.clientHeight + 1; }"
    page.wait_for_function(fits, timeout=10_000)
    page.locator(".lesson-foot").get_by_role("button", name="Turn it round").click()
    page.get_by_role("heading", name="What would have to be different").wait_for()
    page.wait_for_function(fits, timeout=10_000)
