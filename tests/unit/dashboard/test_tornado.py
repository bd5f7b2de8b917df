"""What a lead hangs on, and households grouped by their ties or a column."""

from __future__ import annotations

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.community import Community, Graph
from pd_sim.dashboard.live import on_one_village
from pd_sim.dashboard.tornado import HUB, MANY_TIES, RANGES, Bar, Lead, grouped, groupings, ranked, tornado
from pd_sim.engine import draw_community, village_seed
from pd_sim.errors import ScenarioError

TOWN = on_one_village(ps.Scenario.load("village").set("community.households", 60).set("steps", 30))
ARMS = ("bottom_up", "top_down")
WHATEVER = ps.compare(TOWN, list(ARMS), replicates=2)


def pairs(seen):
    def compare(one, arms, progress):
        seen.append(one)
        return ps.compare(one, list(arms), replicates=4, seed=3, progress=progress)

    return compare


def test_each_assumption_is_moved_to_both_ends_and_nothing_else():
    seen, told = [], []
    ranges = {"practice.certainty": (0.4, 0.9), "behaviour.fresh": (0.0, 0.2)}
    lead, bars = tornado(TOWN, ARMS, pairs(seen), ranges=ranges, progress=lambda d, n: told.append(d / n))
    by = {bar.field: bar for bar in bars}
    assert by["practice.certainty"].ends == (0.4, 0.9)
    # nobody lapses less often at first than later
    assert by["behaviour.fresh"].ends == (TOWN.behaviour.settled_chance, 0.2)
    assert [bar.span for bar in bars] == sorted((bar.span for bar in bars), reverse=True)
    moved = ps.compare(TOWN.set("practice.certainty", 0.9), list(ARMS), replicates=4, seed=3).difference(*ARMS)
    assert by["practice.certainty"].leads[1].points == pytest.approx(100 * moved.mean)
    now = ps.compare(TOWN, list(ARMS), replicates=4, seed=3).difference(*ARMS)
    assert (lead.points, lead.low, lead.high) == pytest.approx((100 * now.mean, 100 * now.low, 100 * now.high))
    assert len(seen) == 5
    assert told == sorted(told)
    assert told[-1] == 1


def test_what_stands_outside_a_range_widens_it():
    seen = []
    _, (bar,) = tornado(TOWN.set("practice.certainty", 0.2), ARMS, pairs(seen), ranges={"practice.certainty": (0.4, 1)})
    assert bar.ends == (0.2, 1)
    assert len(seen) == 2  # that end is as things stand


def test_a_count_of_positive_deviants_is_taken_as_a_share():
    _, (bar,) = tornado(
        TOWN.set("practice.positive_deviants", 3), ARMS, pairs([]), ranges={"practice.positive_deviants": (0.0, 0.1)}
    )
    assert bar.now == pytest.approx(3 / 60)


def test_every_range_is_in_force_at_both_ends_whatever_is_switched_off():
    off = TOWN.set("principles.ownership", False).set("principles.evidence", False)
    for town in (TOWN, off):
        seen = []

        def compare(one, arms, progress, seen=seen):
            seen.append(one.in_force)
            return WHATEVER

        _, bars = tornado(town, ARMS, compare)
        for bar in bars:
            block, name = bar.field.split(".")
            ran = {getattr(getattr(one, block), name) for one in seen}
            assert {end for end in bar.ends if end != bar.now} <= ran, bar.field
            assert bar.ends[0] <= RANGES[bar.field][0] or bar.field == "behaviour.fresh"
            assert bar.ends[1] >= RANGES[bar.field][1]
    now = {bar.field: bar.now for bar in bars}
    assert now["behaviour.ownership_weight"] == now["behaviour.endorsement"] == 0


def test_a_count_is_a_share_of_the_village_that_is_run():
    of_its_own = TOWN.model_copy(update={"community": TOWN.community.model_copy(update={"households": 50})})
    _, (bar,) = tornado(
        TOWN.set("practice.positive_deviants", 3),
        ARMS,
        lambda *_: ps.compare(of_its_own, list(ARMS), replicates=2),
        ranges={"practice.positive_deviants": (0.0, 0.1)},
    )
    assert bar.now == pytest.approx(3 / 50)


def test_a_hub_that_goes_on_is_taken_away_as_one_assumption():
    town = TOWN.set("arms.bottom_up.hub.start", 5)
    seen = []
    hubs = ["arms.bottom_up.hub.places", "arms.hybrid.hub.places"]
    lead, (bar,) = tornado(town, ARMS, pairs(seen), ranges={}, hubs=hubs)
    assert (bar.field, bar.ends, bar.leads[1]) == (HUB, (0.0, 1.0), lead)
    gone = town.set(hubs[0], 0)
    now = ps.compare(gone, list(ARMS), replicates=4, seed=3).difference(*ARMS)
    assert bar.leads[0].points == pytest.approx(100 * now.mean)
    assert bar.leads[0].points != lead.points


def test_a_bar_turns_only_where_the_other_arm_leads_for_sure():
    ahead, unsure, behind = Lead(9, 5, 12), Lead(-1, -3, 1), Lead(-5, -8, -2)
    assert not Bar("f", 0, (0, 1), (unsure, ahead)).turns
    assert Bar("f", 0, (0, 1), (ahead, behind)).turns
    assert Bar("f", 0, (0, 1), (ahead, behind)).span == 14
    assert ahead.sure
    assert not unsure.sure


def test_arms_are_ranked_by_their_end():
    result = ps.compare(TOWN, replicates=4)
    ends = [result.series(arm)[:, -1].mean() for arm in ranked(result)]
    assert ends == sorted(ends, reverse=True)


def test_households_are_grouped_by_their_ties():
    one, name = grouped(TOWN, 1, MANY_TIES)
    community = draw_community(TOWN, village_seed(TOWN, 1, 0))
    again = draw_community(one, village_seed(one, 1, 0))
    assert (again.identity == community.identity).all()
    labels = np.asarray(again.columns[name])
    few, many = sorted(set(labels), key=lambda label: community.ties.out_degree[labels == label].min())
    degree = community.ties.out_degree
    assert degree[labels == few].max() < degree[labels == many].min()
    assert degree[labels == many].min() > np.median(degree)
    assert few == f"up to {degree[labels == few].max()} ties"
    assert set(ps.equity(one, name, replicates=2).labels) == {few, many}


def test_who_has_as_many_ties_as_the_middle_household_has_few():
    star = Community.build(["a", "b", "c", "d"], source=["a", "a", "a", "b"], target=["b", "c", "d", "c"])  # 3, 2, 2, 1
    town = TOWN.model_copy(update={"community": Graph(graph=star, draw="once")})
    one, name = grouped(town, 1, MANY_TIES)
    labels = draw_community(one, village_seed(one, 1, 0)).columns[name]
    assert [str(label) for label in labels] == ["more than 2 ties", *["up to 2 ties"] * 3]


def test_where_all_have_as_many_ties_nobody_has_few():
    ring = Community.build(
        [str(k) for k in range(6)], source=[str(k) for k in range(6)], target=[str((k + 1) % 6) for k in range(6)]
    )
    same = TOWN.model_copy(update={"community": Graph(graph=ring, draw="once")})
    with pytest.raises(ScenarioError, match="same number of ties"):
        grouped(same, 1, MANY_TIES)


def test_columns_with_a_few_values_are_groupings_and_stay_as_they_are():
    school = on_one_village(ps.Scenario.load("gosport"))
    assert "need" in groupings(school, 1)
    one, name = grouped(school, 1, "need")
    community = draw_community(one, village_seed(one, 1, 0))
    assert name in community.groups
    before = draw_community(school, village_seed(school, 1, 0)).columns["need"]
    assert (np.asarray(community.columns["need"]) == np.asarray(before)).all()
    with pytest.raises(ScenarioError, match="none of that name"):
        grouped(school, 1, "roof")


def test_groups_of_a_community_are_taken_as_they_are():
    blocks = {"generator": "blocks", "sizes": [30, 10]}
    town = on_one_village(TOWN.set("community", blocks))
    assert groupings(town, 1) == (MANY_TIES, "block")
    assert grouped(town, 1, "block") == (town, "block")
