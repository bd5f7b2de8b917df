"""The map shows what the study finds, point by point, and opens each point as it was run."""

from __future__ import annotations

import csv
import io
import math
import threading
from dataclasses import replace

import pytest

import pd_sim as ps
from pd_sim.dashboard import map_grown
from pd_sim.dashboard.asked import Asked, scenario_of
from pd_sim.dashboard.ensemble import StoppedError
from pd_sim.dashboard.map_axes import AXES, axes_of, stands_at
from pd_sim.dashboard.map_grown import DETAILS, Grown, Question, grow, question_of
from pd_sim.dashboard.map_words import (
    Variant,
    letters,
    opened_in_watch,
    said,
    variants_of,
    with_variant,
    without_places,
)
from pd_sim.dashboard.pages.map_answers import csv_of, picture_of, shares_told
from pd_sim.dashboard.pages.map_picture import points_of
from pd_sim.dashboard.pages.map_picture import told as told_of
from pd_sim.errors import ScenarioError
from pd_sim.studies.regimes import Cell, regimes

ASKED = Asked(settings=(("community.households", "40"), ("steps", "20")))


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Fewer replicates, and nothing remembered from another test."""
    monkeypatch.setitem(DETAILS, "rough", (5, 4))
    map_grown._whole.clear()


@pytest.fixture(scope="module")
def town():
    return scenario_of(ASKED)


def question(town, **how):
    return replace(question_of(town, "certainty", "agreement", 20, "rough", 1), **how)


def grown(*cells, arms=("top_down", "bottom_up")) -> Grown:
    return Grown(Question("h", "certainty", "agreement", 20, 2, 4, 1), arms, cells)


def cell(leader="bottom_up", lead=0.1, low=0.05, x=0.2, y=0.2) -> Cell:
    other = "top_down" if leader == "bottom_up" else "bottom_up"
    return Cell(
        x, y, leader, other, lead, low, lead + 0.05, {leader: 0.5, other: 0.5 - lead}, {leader: 1.0, other: 1.0}
    )


def test_part_by_part_it_becomes_what_the_study_gives_in_one(town):
    steps = list(grow(town, question(town), threading.Event()))
    assert [len(one.known) for one in steps] == [4, 10, 16, 25]
    study = regimes(town, step=20, grid=(5, 5), replicates=4)
    assert steps[-1].whole == study
    assert all(one.whole is None for one in steps[:-1])
    # a planted error is noticed: another seed gives another map
    assert list(grow(town, question(town, seed=2), threading.Event()))[-1].whole != study


def test_what_is_known_is_not_run_again_and_what_nobody_waits_for_is_left(town, monkeypatch):
    begun = next(iter(grow(town, question(town), threading.Event())))
    ran = []
    import pd_sim.studies

    whole = regimes
    monkeypatch.setattr(pd_sim.studies, "regimes", lambda *a, **k: ran.append(k["grid"]) or whole(*a, **k))
    left = threading.Event()
    left.set()
    with pytest.raises(StoppedError):
        list(grow(town, question(town), left, begun=begun))
    assert ran == []
    steps = list(grow(town, question(town), threading.Event(), begun=begun))
    assert len(steps[-1].known) == 25
    ran.clear()
    assert list(grow(town, question(town), threading.Event())) == steps[-1:]
    assert ran == []


def test_progress_counts_the_points(town):
    seen = []
    list(grow(town, question(town), threading.Event(), lambda done, total: seen.append((done, total))))
    assert [done for done, _ in seen] == list(range(1, 26))
    assert {total for _, total in seen} == {25}


def test_a_large_scenario_gets_fewer_replicates_and_a_too_large_one_is_refused(town):
    assert question(town).replicates == 4
    many = ps.Scenario.load("village").set("community.households", 3000)
    assert question_of(many, "certainty", "agreement", 156, "fine", 1).replicates < DETAILS["fine"][1]
    with pytest.raises(ScenarioError, match=r"community: 7,000 households"):
        question_of(town.set("community.households", 7000), "certainty", "agreement", 20, "rough", 1)


def test_the_map_is_about_all_points_whatever_point_was_opened_last():
    opened = ASKED.with_page("agreement", "0.2").with_page("map-step", "20")
    assert without_places(opened) == ASKED.with_page("map-step", "20")
    assert scenario_of(opened) != scenario_of(without_places(opened)) == scenario_of(ASKED)


def test_a_point_opens_as_it_was_run(town):
    found = replace(grown(cell(x=0.4, y=0.5), None, None, None), question=question(town))
    asked = opened_in_watch(ASKED, town, found, 0)
    assert (asked.arms, asked.week) == (("bottom_up", "top_down"), 20)
    there = scenario_of(asked)
    assert there.practice.certainty == 0.4
    assert there.practice.tacitness == 0.9
    assert sum(map(math.isinf, there.traits.caution)) == 20
    assert opened_in_watch(ASKED, town, found, 1) == ASKED  # not known yet


def test_knobs_go_on_from_a_point_that_was_opened(town):
    found = replace(grown(cell(x=0.4, y=0.5)), question=question(town))
    asked = opened_in_watch(ASKED, town, found, 0)
    for field, value in (("certainty", 0.8), ("tacitness", 0.3)):
        there = scenario_of(asked.with_setting(f"practice.{field}", value))
        assert getattr(there.practice, field) == value
    trusting = scenario_of(asked.with_setting("traits.caution", {"mean": 0.1, "sd": 0.0})).traits.caution
    assert {value for value in trusting if value < math.inf} == {0.1}
    # another point of the same map takes the place of the first
    again = opened_in_watch(asked, town, replace(found, cells=(cell(x=0.6, y=0.2),)), 0)
    assert (scenario_of(again).practice.certainty, scenario_of(again).practice.tacitness) == (0.6, 0.6)


def test_a_point_of_other_axes_opens_with_its_fields_set(town):
    asked = Question("h", "traits.trust_expert.mean", "practice.portability", 20, 5, 4, 1)
    there = scenario_of(opened_in_watch(ASKED, town, replace(grown(cell(x=0.3, y=0.4)), question=asked), 0))
    assert there.resolved()["traits"]["trust_expert"] == {"mean": 0.3, "sd": 0.15, "shape": "beta"}
    assert there.practice.portability == 0.4
    assert there.practice.certainty == 0.65


def test_where_tacitness_is_an_axis_certainty_is_fit_alone(town):
    asked = Question("h", "certainty", "practice.tacitness", 20, 5, 4, 1)
    there = scenario_of(opened_in_watch(ASKED, town, replace(grown(cell(x=0.4, y=0.1)), question=asked), 0))
    assert (there.practice.certainty, there.practice.tacitness) == (0.4, 0.1)
    assert Question("h", "certainty", "agreement", 20, 5, 4, 1).field("certainty") == "certainty"


@pytest.mark.parametrize("field", AXES)
def test_every_axis_can_be_drawn(town, field):
    other = "agreement" if field != "agreement" else "certainty"
    one = replace(question(town, x=field, y=other), points=2, replicates=2)
    whole = list(grow(town, one, threading.Event()))[-1].whole
    assert whole is not None
    assert (whole.xs[0], whole.xs[-1]) == AXES[field].span


def test_axes_that_a_scenario_lacks_are_not_offered(town):
    assert [axis.field for axis in axes_of(town)] == list(AXES)
    plain = town.set("traits.trust_peer", 0.7)
    assert "traits.trust_peer.mean" not in [axis.field for axis in axes_of(plain)]


def test_where_the_scenario_stands(town):
    assert stands_at(town, "agreement", 1) == 1.0
    split = regime_of(town, 0.5)
    assert stands_at(split, "agreement", 1) == pytest.approx(0.5)
    assert stands_at(town, "traits.trust_expert.mean", 1) == 0.45
    assert stands_at(town.set("practice.positive_deviants", 2), "practice.positive_deviants", 1) == 0.05
    assert stands_at(town.set("practice.certainty", 0.1), "certainty", 1) is None


def regime_of(town, share):
    from pd_sim.studies.regimes import agreed

    return agreed(town, share)


def test_each_variant_changes_what_it_says_and_nothing_else():
    village = ps.Scenario.load("village")
    variants = {one.key: one for one in variants_of(village, 104)}
    without = scenario_of(with_variant(Asked(), variants["no-hub"]))
    assert {one.places for arm in without.arms.values() for one in arm if one.kind == "hub"} == {0}
    assert without.practice == village.practice
    assert scenario_of(with_variant(Asked(), variants["no-deviants"])).practice.positive_deviants == 0
    assert scenario_of(with_variant(Asked(), variants["no-ownership"])).behaviour.ownership_weight == 0
    assert variants["earlier"].step == 52
    assert scenario_of(with_variant(Asked(), variants["as-it-stands"])) == village


def test_a_variant_that_makes_no_sense_here_is_not_offered():
    village = ps.Scenario.load("village")
    axes = ("practice.positive_deviants", "behaviour.ownership_weight")
    assert [one.key for one in variants_of(village, 104, axes)] == ["as-it-stands", "no-hub", "earlier"]
    bare = village.set("arms", {"nothing": [], "a": [{"broadcast": {}}], "b": [{"training": {}}]})
    assert "no-hub" not in [one.key for one in variants_of(bare, 104)]
    assert next(one.title for one in variants_of(village, 40) if one.key == "earlier") == "After 20 weeks"
    assert "no-ownership" not in [one.key for one in variants_of(village.set("principles.ownership", False), 104)]
    empty = scenario_of(with_variant(Asked(), variants_of(village, 104)[1]))
    assert "no-hub" not in [one.key for one in variants_of(empty, 104)]


def test_a_map_that_stays_while_another_is_drawn_opens_and_is_taken_home_as_it_was_drawn(monkeypatch):
    solara = pytest.importorskip("solara")
    from pd_sim.dashboard.pages import regime_map

    drawn, wait = [], threading.Event()

    def wanted(asked, key):
        scenario = scenario_of(asked)
        return regime_map._wanted(scenario, asked, asked.with_page("map-variant", key).with_page("map-step", "20"))

    monkeypatch.setitem(DETAILS, "rough", (2, 4))
    before = ASKED.with_setting("arms.bottom_up.hub.start", 8)
    other = before.with_setting("practice.tacitness", 0.1)

    @solara.component
    def page(asked, key):
        drawn.append(regime_map._use_maps(wanted(asked, key)))
        solara.Text("")

    def soon(true):
        for _ in range(500):
            if true(drawn[-1]):
                return drawn[-1]
            wait.wait(0.02)
        raise AssertionError(f"it did not come about: {drawn[-1]}")

    _, rc = solara.render(page(before, "no-hub"), handle_error=False)
    first = soon(lambda now: now.found is not None and now.found.grown.whole is not None and not now.at_work)
    assert first.fresh
    # what is taken home is the scenario with the assumption changed, not as it stands
    assert first.found.scenario == scenario_of(before.with_setting("arms.bottom_up.hub.places", 0))
    begun = threading.Event()

    def slow(*args, **how):
        begun.set()
        wait.wait(5)
        raise StoppedError
        yield

    monkeypatch.setattr(regime_map, "grow", slow)
    rc.render(page(other, ""))
    assert begun.wait(5)
    now = drawn[-1]
    assert not now.fresh
    assert now.found == first.found
    there = scenario_of(opened_in_watch(now.found.asked, now.found.scenario, now.found.grown, 0))
    assert next(one.places for one in there.arms["bottom_up"] if one.kind == "hub") == 0
    assert there.practice.tacitness == 1.0  # of the point at certainty 20%
    wait.set()
    rc.close()


def test_letters_tell_arms_apart():
    arms = ("top_down", "top_down_longer", "train", "try", "taken_over", "2024-plan")
    found = letters(arms)
    assert len(set(found.values())) == len(arms)


def test_it_is_said_who_leads_where():
    found = grown(cell(), cell("top_down"), cell(low=-0.01), cell())
    assert said(replace(found, whole=object()), "week") == (
        "After 20 weeks bottom-up leads on 50% of the map, top-down on 25%; 25% of it is undecided."
    )
    soon = replace(found, whole=object(), question=replace(found.question, step=1))
    assert said(soon, "week").startswith("After 1 week bottom-up")
    assert said(grown(cell(), None, None, None), "week").startswith("So far, of 1 of 4 points: after 20 weeks")
    changed = Variant("no-hub", "Without the hub", "", (("arms.b.hub.places", 0),))
    assert said(replace(grown(cell()), whole=object()), "week", changed).startswith(
        "Without the hub: after 20 weeks bottom-up"
    )
    nobody = said(replace(grown(cell(low=-1)), whole=object()), "week")
    assert "top-down and bottom-up lead nowhere for sure; 100%" in nobody
    sure = said(replace(grown(cell(), arms=("top_down", "bottom_up", "hybrid", "talk")), whole=object()), "day")
    assert sure.endswith("100% of the map, top-down, hybrid and talk nowhere for sure; nothing is undecided.")
    assert shares_told(found) == "bottom-up 50%, top-down 25%, undecided 25%"


def test_a_point_says_leader_lead_and_doubt_in_more_than_colour():
    points = points_of(grown(cell(), cell("top_down", 0.4, 0.3), cell(low=-0.01), None), "week")
    assert [point.get("letter") for point in points] == ["B", "T", "?", None]
    assert [point.get("lead") for point in points] == ["+10", "+40", "", None]
    assert points[0]["how"] == pytest.approx(0.5)
    assert points[1]["how"] == 1.0
    assert points[2]["how"] < 0
    assert points[2]["label"] == (
        "Certainty 20%, agreement 20%: undecided; bottom-up and top-down are too close to call (−1 to 15 points); "
        "50% practise against 40%."
    )
    assert "leads top-down by 10 points (5 to 15)" in told_of(cell(), grown(cell()), "week")
    assert "by 1 point (" in told_of(cell(lead=0.01, low=0.001), grown(cell()), "week")


def test_points_and_picture_are_taken_home(town):
    whole = list(grow(town, question(town), threading.Event()))[-1].whole
    rows = list(csv.DictReader(io.StringIO(csv_of(whole).decode())))
    assert len(rows) == 25
    assert {float(row["certainty"]) for row in rows} == {0.2, 0.4, 0.6, 0.8, 1.0}
    assert picture_of(whole).startswith(b"\x89PNG")
