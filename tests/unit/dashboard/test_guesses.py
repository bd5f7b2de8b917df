"""Guesses come back from the link as they were given, and are told beside what happened."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pd_sim.dashboard.asked import Asked
from pd_sim.dashboard.asked import read as read_link
from pd_sim.dashboard.asked import write as write_link
from pd_sim.dashboard.guesses import (
    MOST_GUESSES,
    Guess,
    cleaned,
    curve_of,
    left_out,
    middle,
    nearest,
    points_of,
    read,
    table,
    told,
    write,
)
from pd_sim.dashboard.lessons import Outcome

per_cent = st.integers(0, 100)
curves = st.one_of(st.just(()), st.lists(per_cent, min_size=17, max_size=17).map(tuple))
guesses = st.lists(
    st.builds(
        lambda name, ends, drawn: Guess(cleaned(name), ends, drawn if any(drawn) else ()),
        st.text(max_size=40),
        st.tuples(per_cent, per_cent),
        st.tuples(curves, curves),
    ),
    max_size=8,
)


def outcome(*ends: float) -> Outcome:
    values = np.array(ends)
    level = np.full(3, values.mean())
    return Outcome("x", level, level - 0.01, level + 0.01, values)


@given(guesses)
def test_guesses_come_back_through_the_link(some):
    asked = Asked().with_page("guess-hidden", write(some))
    assert read(read_link(write_link(asked)).asked.on_page("guess-hidden"), 2) == tuple(some)


@pytest.mark.parametrize(
    "text",
    ["", "x", "~", "a~", "a~1", "a~1.2.3", "a~1.101", "a~1.-2", "a~1.2~zz.zz.zz", "a~1.2~3~4", "a~١.٢", "a~1.2e1"],
)
def test_what_makes_no_sense_in_a_link_is_left_out(text):
    assert read(text, 2) == ()
    assert len(left_out(text, 2)) == (1 if text else 0)


def test_what_is_left_out_of_the_guesses_is_said():
    wrong = "should be a name and 3 whole numbers from 0 to 100"
    assert left_out("xx~1.2", 3) == (f"'xx~1.2': {wrong}",)
    assert left_out("a~1_Ann~1.2.3_b~2_", 3) == (f"'a~1' and 1 more: {wrong}",)
    assert left_out("x~" + "9" * 500, 3) == (f"'x~{'9' * 38}': {wrong}",)
    undrawn = "'a~1.2~zz.': what was drawn cannot be read; its numbers are kept"
    assert left_out("a~1.2~zz.", 2) == (undrawn,)
    assert left_out("_".join(["a~1"] * 61), 1) == ("guesses beyond the first 60 (61 are given)",)


@given(guesses)
def test_of_what_was_written_nothing_is_left_out(some):
    assert left_out(write(some), 2) == ()


def test_a_curve_that_makes_no_sense_is_no_curve():
    assert read("a~1.2~" + "zz" * 17 + ".", 2) == (Guess("a", (1, 2), ((), ())),)
    assert len(read("_".join(["a~1.2"] * 200), 2)) == MOST_GUESSES


def test_a_drawn_line_is_kept_from_the_first_step_to_the_last():
    kept = curve_of([(40, 0.5), (10, 0.2), (100, 0.8)], 160)
    assert kept[0] == 20
    assert kept[-1] == 80
    assert kept[4] == 50
    points = points_of(kept, 160)
    assert points[0] == [0, 0.2]
    assert points[-1] == [160, 0.8]
    assert curve_of([(5, 0.5), (6, 0.9)], 160) == ()
    assert max(curve_of([(0, -3.0), (160, 7.0)], 160)) == 100


def test_the_room_is_told_how_far_off_it_was_and_who_was_nearest():
    some = [Guess("Ann", (60, 3)), Guess("", (50, 40)), Guess("Eve", (90, 45))]
    found = [outcome(0.6, 0.6), outcome(0.02, 0.02)]
    assert middle(some, 0) == 0.6
    said = told(some, found, ["First", "Second"])
    assert said == "Furthest off – Second: the room guessed 40% in the middle; it was 2%."
    assert nearest(some, found) == "Nearest: Ann, 0 points off on average."
    assert "guess 1 and guess 2" in nearest([Guess("", (1, 1))] * 2, found)
    assert told([Guess("", (60, 2))], found, ["a", "b"]).startswith("The room was close everywhere.")
    assert told([], found, ["a", "b"]) == nearest([], found) == ""
    assert middle([], 0) is None


def test_what_is_taken_home_holds_every_guess_and_no_formula():
    found = {"Experts, told": outcome(0.3), "Group": outcome(0.8)}
    rows = list(csv.DictReader(io.StringIO(table([Guess("=1+1", (20, 70)), Guess("Ann", (1, 2))], found).decode())))
    assert len(rows) == 4
    assert [row["who"] for row in rows[:2]] == ["'=1+1", "Ann"]
    assert rows[2] == {
        "side": "Group",
        "who": "'=1+1",
        "guessed_percent": "70",
        "happened_percent": "80.0",
        "band_low_percent": "79.0",
        "band_high_percent": "81.0",
    }
    assert len(table([], found).decode().splitlines()) == 3
