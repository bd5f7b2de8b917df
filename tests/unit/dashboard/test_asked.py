"""A link carries a scenario: what is written is read back, and what makes no sense is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.dashboard.asked import MOST_SEED, Asked, arms_of, read, scenario_of, understood, write
from pd_sim.errors import ScenarioError

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
asked = st.builds(
    Asked,
    case=st.sampled_from(["village", "huntingdon"]),
    settings=st.lists(st.tuples(words.filter(lambda w: ":" not in w), words), max_size=4).map(tuple),
    seed=st.integers(0, MOST_SEED),
    arms=st.lists(words, max_size=4).map(tuple),
    week=st.integers(0, 5200),
    page=st.dictionaries(words, words, max_size=3).map(lambda d: tuple(d.items())),
)


@given(asked)
def test_what_is_written_is_read_back(given_asked):
    found = read(write(given_asked))
    assert found.refused == ()
    assert found.asked == given_asked


def test_a_scenario_of_ones_own_travels_whole():
    own = ps.Scenario.load("village").set("community.households", 40).to_yaml()
    found = read(write(Asked(own=own))).asked
    assert found.own == own
    assert scenario_of(found).community.households == 40


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("case=atlantis", "there is no such case"),
        ("seed=-1", "give a whole number"),
        ("seed=1e9", "give a whole number"),
        ("week=９", "give a whole number"),
        ("set=practice.certainty", "should be field:value"),
        ("own=notbase64!", "damaged"),
        ("own=AAAA", "damaged"),
    ],
)
def test_what_makes_no_sense_is_left_out_and_said(search, said):
    found = read(search)
    assert len(found.refused) == 1
    assert said in found.refused[0]
    assert found.asked == Asked()


def test_a_scenario_that_would_unpack_to_too_much_is_refused():
    import base64
    import zlib

    bomb = base64.urlsafe_b64encode(zlib.compress(b"x" * 3_000_000)).decode().rstrip("=")
    assert "too large" in read(f"own={bomb}").refused[0]


def test_settings_change_the_scenario_in_their_order():
    wanted = Asked().with_setting("practice.certainty", 0.9).with_setting("practice.certainty", 0.4)
    assert wanted.settings == (("practice.certainty", "0.4"),)
    assert scenario_of(wanted).practice.certainty == 0.4
    assert scenario_of(wanted.without_setting("practice.certainty")).practice.certainty == 0.65


def test_a_wrong_setting_gives_its_one_line():
    scenario, line = understood(Asked(settings=(("practice.certanty", "0.4"),)))
    assert scenario is None
    assert "did you mean 'certainty'" in line
    with pytest.raises(ScenarioError, match="is no value"):
        scenario_of(Asked(settings=(("practice.certainty", "["),)))


def test_a_point_of_the_map_sets_both_axes():
    moved = scenario_of(Asked(page=(("certainty", "0.4"), ("agreement", "0.5"))))
    assert moved.practice.certainty == 0.4
    never = [value for value in moved.traits.caution if value == "never" or value == float("inf")]
    assert len(never) == 150
    with pytest.raises(ScenarioError, match="is no share"):
        scenario_of(Asked(page=(("agreement", "much"),)))


def test_shown_arms_are_those_asked_for_that_exist():
    town = ps.Scenario.load("village")
    assert arms_of(Asked(arms=("hybrid", "gone")), town) == ("hybrid",)
    assert arms_of(Asked(), town) == ("top_down", "bottom_up")
