"""A village week by week is the same run as everywhere else, and can tell what happened."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.dashboard.ensemble import bands
from pd_sim.dashboard.live import Live, on_one_village
from pd_sim.dashboard.one_household import converted, removed, without_row
from pd_sim.dashboard.places import places_of, ties_of
from pd_sim.engine import draw_community, found, village_seed
from pd_sim.errors import ScenarioError
from pd_sim.population import Stage


@pytest.fixture(scope="module")
def town():
    return on_one_village(ps.Scenario.load("village").set("community.households", 80).set("steps", 40))


@pytest.fixture(scope="module")
def live(town):
    shown = Live(town, ["top_down", "bottom_up"], seed=3)
    shown.go_to(40)
    return shown


def test_it_is_the_first_replicate_of_its_band(town, live):
    result = bands(town, 3)
    for arm in live.arms:
        assert (result.series(arm)[0] == live.curve(arm)).all()
    assert (result.sizes == 80).all()


def test_all_replicates_of_a_band_have_the_village_that_is_shown(town):
    start = bands(town, 3).series("bottom_up")[:, 0]
    assert (start == start[0]).all()


def test_going_back_shows_what_was(live):
    live.go_to(40)
    then = live.at("bottom_up").stage.copy()
    live.go_to(10)
    assert live.week == 10
    assert len(live.curve("bottom_up")) == 11
    live.go_to(40)
    assert (live.at("bottom_up").stage == then).all()
    assert not live.step()
    live.go_to(999)
    assert live.week == 40


def test_a_story_tells_every_change_of_stage_once(live):
    live.go_to(40)
    history = live._arms["bottom_up"].model.history.stage
    for row in range(80):
        changes = int((np.diff(history[:, row].astype(int)) != 0).sum())
        told = live.story("bottom_up", row)
        others = sum(("session" in words and "Starts" not in words) or "Is found" in words for _, words in told[1:])
        assert len(told) == 1 + changes + others
        assert [week for week, _ in told] == sorted(week for week, _ in told)


def test_a_positive_deviant_is_told_as_one(live):
    row = int(np.flatnonzero(live.at("bottom_up", 0).hidden)[0])
    assert live.story("bottom_up", row)[0][1].startswith("A positive deviant")


def test_sums_go_up_to_the_week_that_is_shown(live):
    live.go_to(0)
    assert live.total("bottom_up", "participants") == 0
    live.go_to(40)
    assert live.total("bottom_up", "participants") == live._arms["bottom_up"].model.track.counts[40, :, 14].sum()
    assert live.total("bottom_up", "expected_incidents") == 0


@pytest.mark.parametrize("drawn", [True, False])
def test_incidents_averted_are_those_of_a_run_where_nothing_is_done_less_ones_own(town, drawn):
    ill = town.set("outcome", {"issue": "a child falls ill", "risk": 0.3, "effect": 0.8, "drawn": drawn})
    shown = Live(ill, ["bottom_up"], seed=3)
    assert shown.arms == ("bottom_up",)
    shown.go_to(40)
    measure = "incidents_so_far" if drawn else "expected_incidents_so_far"
    result = ps.compare(ill, replicates=1, seed=3)
    told = result.series("nothing", measure)[0, -1] - result.series("bottom_up", measure)[0, -1]
    assert told > 0
    assert shown.averted("bottom_up") == pytest.approx(told)
    assert Live(ill, ["nothing", "bottom_up"], 3).averted("nothing") == 0
    assert Live(town, ["bottom_up"], 3).averted("bottom_up") == 0


def test_without_an_arm_that_does_nothing_one_is_run_beside(town):
    document = town.set("outcome", {"issue": "a child falls ill", "risk": 0.3, "effect": 0.8}).to_dict()
    document["arms"] = {"nothing": document["arms"]["top_down"], "bottom_up": document["arms"]["bottom_up"]}
    shown = Live(ps.Scenario.from_dict(document), ["nothing", "bottom_up"], seed=3)
    shown.go_to(40)
    assert shown.arms == ("nothing", "bottom_up")
    assert shown.averted("nothing") > 0


def test_two_who_step_at_once_make_two_weeks_of_it(town):
    shown = Live(town, ["bottom_up"], seed=3)
    threads = [threading.Thread(target=lambda: [shown.step() for _ in range(10)]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shown.week == shown.run_up_to == 20
    assert (
        shown.curve("bottom_up") == ps.compare(town, ["bottom_up"], replicates=1, seed=3).series("bottom_up")[0, :21]
    ).all()


def test_more_than_four_arms_are_refused(town):
    with pytest.raises(ScenarioError, match="one to four"):
        Live(town, ["nothing"] * 2)


def test_taking_one_household_away_changes_nobody_else(town):
    drawn = draw_community(town, village_seed(town, 3, 0))
    others = np.arange(80) != 17
    before, after = Live(town, ["nothing"], 3), Live(removed(town, 3, 17), ["nothing"], 3)
    assert after.community.n == 79
    assert (before.at("nothing", 0).hidden[others] == after.at("nothing", 0).hidden).all()
    assert (before.community.identity[others] == after.community.identity).all()
    mine, theirs = (x._arms["nothing"].model.population.arrays.own for x in (before, after))
    assert (mine["caution"][others] == theirs["caution"]).all()
    ends = ties_of(drawn)
    assert len(ties_of(after.community)) == len(ends) - int((ends == 17).any(axis=1).sum())


def test_taking_a_positive_deviant_away_makes_no_other(town):
    hidden = Live(town, ["nothing"], 3).at("nothing", 0).hidden
    row = int(np.flatnonzero(hidden)[0])
    after = Live(removed(town, 3, row), ["nothing"], 3).at("nothing", 0).hidden
    assert (after == hidden[np.arange(80) != row]).all()


def test_one_more_practises_in_the_open_from_the_start(town):
    hidden = Live(town, ["nothing"], 3).at("nothing", 0).hidden
    row = int(np.flatnonzero(~hidden)[5])
    after = Live(converted(town, 3, row), ["nothing"], 3).at("nothing", 0)
    assert (after.hidden == hidden).all()
    assert after.stage[row] == Stage.PRACTISING
    assert not after.hidden[row]
    deviant = int(np.flatnonzero(hidden)[0])
    seen = Live(converted(town, 3, deviant), ["nothing"], 3).at("nothing", 0)
    assert seen.hidden.sum() == hidden.sum() - 1


STARTS = {
    "false leads": {"practice.positive_deviants": 5, "practice.false_leads": 4, "initial.aware": 0.3},
    "named starters": {"practice.false_leads": 0.05, "initial.practising": ["7", "12"], "initial.aware": ["7", "20"]},
    "starters by lot": {"practice.false_leads": 3, "initial.practising": 4},
    "a trait listed": {"traits.caution": [k / 80 for k in range(80)], "practice.false_leads": 2},
}


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("change", [removed, converted])
def test_who_else_does_it_at_the_start_stays_who_it_was(town, start, change):
    one = town
    for field, value in STARTS[start].items():
        one = one.set(field, value)
    before = found(one, village_seed(one, 3, 0))
    practising = before.stage == Stage.PRACTISING
    kinds = before.own["variant"].astype(int) * 2 + before.own["hidden"]
    rows = {int(np.flatnonzero(practising & (kinds == kind))[0]) for kind in np.unique(kinds[practising])}
    assert len(rows) > 1
    for row in (*rows, int(np.flatnonzero(~practising)[3])):
        changed = change(one, 3, row)
        after = found(changed, village_seed(changed, 3, 0))
        others = np.arange(80) != row
        mine = slice(None) if change is removed else others
        assert (after.stage[mine] == before.stage[others]).all()
        assert (after.own[mine] == before.own[others]).all()
        if change is converted:
            assert after.stage[row] == Stage.PRACTISING
            assert not after.own["hidden"][row]


def test_starters_who_are_not_seen_stay_so_or_nobody_is_added(town):
    unseen = town.set("initial.practising", ["7"]).set("initial.seen", False)
    with pytest.raises(ScenarioError, match=r"initial\.seen"):
        converted(unseen, 3, 20)
    assert converted(unseen, 3, draw_community(unseen, village_seed(unseen, 3, 0)).names.index("7")).initial.seen


def test_one_of_a_crowd_of_listed_thresholds_can_be_taken_away():
    crowd = on_one_village(ps.Scenario.load("small_differences"))
    shown = Live(removed(crowd, 1, 0), ["nothing"], 1)
    shown.go_to(110)
    assert shown.community.n == 99
    assert shown.curve("nothing")[-1] == 0  # who acts anyway is gone


def test_the_last_household_of_a_village_stays():
    town = ps.Community.build(["a", "b"], ["1", "2"])
    with pytest.raises(ScenarioError, match="last household"):
        without_row(town, 0)


@pytest.mark.parametrize("villages", [1, 3])
@pytest.mark.parametrize("households", [2, 60, 900])
def test_places_lie_within_the_picture(villages, households):
    town = ps.Scenario.load("village")
    if households < 60:
        town = town.set("community", {"generator": "complete", "households": households})
    source = town.set("community.households", households).set("community.villages", villages)
    places = places_of(draw_community(source, 5))
    assert places.shape == (households * villages, 2)
    assert np.isfinite(places).all()
    assert places.min() >= 0
    assert places.max() <= 1
