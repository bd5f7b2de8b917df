"""A link carries a scenario: what is written is read back, and what makes no sense is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.dashboard import asked as asked_of_a_link
from pd_sim.dashboard.asked import MOST_SEED, Asked, arms_of, read, scenario_of, understood, value_of, write
from pd_sim.errors import ScenarioError

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
changes = {
    "settings": st.lists(st.tuples(words.filter(lambda w: ":" not in w), words), max_size=4).map(tuple),
    "seed": st.integers(0, MOST_SEED),
    "arms": st.lists(words, max_size=4).map(tuple),
    "week": st.integers(0, 5200),
    "page": st.dictionaries(
        st.sampled_from(["lesson", "map-x", "without", "knob", "guess-hidden"]), words, max_size=3
    ).map(lambda d: tuple(d.items())),
}
asked = st.builds(Asked, case=st.sampled_from(["village", "huntingdon"]), **changes)
own = st.builds(Asked, own=st.text(st.characters(codec="utf-8"), min_size=1), **changes)


@given(asked | own)
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
        ("week=" + "9" * 5000, "give a whole number"),
        ("seed=" + "9" * 5000, "give a whole number"),
        ("&".join(f"a{place}=1" for place in range(1001)), "more than 1,000 fields"),
        ("p-agreement=much", "is no share"),
        ("p-agreement=1.5", "is no share"),
        ("p-agreement=nan", "is no share"),
        ("p-x=zzz", "p-x 'zzz': no page knows of this"),
        ("p-case=zz", "p-case 'zz': no page knows of this"),
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


def test_whatever_a_page_writes_into_the_link_is_known():
    pages = Path(asked_of_a_link.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(pages.rglob("*.py")))
    names = set(re.findall(r"""\b(?:on_page|with_page|ask)\("([a-z][a-z-]*)\"""", source))
    assert {"lesson", "step", "knob", "lenient", "map-x", "map-detail", "map-variant"} <= names
    for name in {*names, "case-opened", "with", "without", "ties-name", "households-name", "guess-money"}:
        assert "no page knows" not in " ".join(read(f"p-{name}=1").refused), name


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


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("practice.certainty", "!!timestamp x"),
        ("practice.certainty", "!!bool maybe"),
        ("practice.certainty", "!!int ''"),
        ("arms.hybrid.².x", "1"),
        (f"arms.hybrid.{'9' * 5000}.x", "1"),
    ],
)
def test_a_crafted_setting_gives_one_line(field, text):
    scenario, line = understood(Asked(settings=((field, text),)))
    assert scenario is None
    assert line
    assert "\n" not in line


def test_a_value_means_in_a_link_what_it_means_in_a_file():
    assert value_of("it", "[012, 1:30, 1e-3, 2020-01-01]") == ["012", "1:30", 0.001, "2020-01-01"]
    for word in ("012", "1:30", "1e5", "true", "null", ".inf", "a: b", "two\nlines", 1e-05, 1e22, None, [{"a": []}]):
        ((_, text),) = Asked().with_setting("it", word).settings
        assert "\n" not in text
        assert value_of("it", text) == word


def test_what_is_more_than_is_taken_is_said():
    found = read("&".join(f"set=a:{place}" for place in range(201)) + "".join(f"&arm={place}" for place in range(5)))
    assert len(found.asked.settings) == 200
    assert found.asked.arms == ("0", "1", "2", "3")
    settings, arms = found.refused
    assert settings.startswith("settings beyond the first 200 (201")
    assert arms.startswith("arms to show beyond the first 4 (5")


def test_the_name_of_a_file_is_a_name_and_no_path():
    found = read("p-ties-name=../../../etc/passwd&p-households-name=..%5Cmine.csv")
    assert found.asked.page == (("ties-name", "passwd"), ("households-name", "mine.csv"))


def test_a_point_of_the_map_says_who_agrees():
    settings = (("practice.certainty", "0.4"),)
    moved = scenario_of(Asked(settings=settings, page=(("agreement", "0.5"), ("certainty", "0.9"))))
    assert moved.practice.certainty == 0.4
    never = [value for value in moved.traits.caution if value == "never" or value == float("inf")]
    assert len(never) == 150
    for wrong in ("much", "-0.1", "1.1"):
        with pytest.raises(ScenarioError, match="is no share"):
            scenario_of(Asked(page=(("agreement", wrong),)))


def test_shown_arms_are_those_asked_for_that_exist():
    town = ps.Scenario.load("village")
    assert arms_of(Asked(arms=("hybrid", "gone")), town) == ("hybrid",)
    assert arms_of(Asked(), town) == ("top_down", "bottom_up")
