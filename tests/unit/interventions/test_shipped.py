"""Facilitation, hub, broadcast and incentive do what their descriptions say."""

from __future__ import annotations

import numpy as np
import pytest

from pd_sim.engine import Tile, new_population
from pd_sim.interventions import Broadcast, Facilitation, Hub, Incentive, Training
from pd_sim.population import COUNTERS, Mark, Stage, Variant
from pd_sim.population.records import SETTLED
from tests.builders import Everybody, founded, mask, scattered, scenario, tied

SESSIONS = COUNTERS.index("sessions")
SILENT = {"talk_practising": 0.0, "talk_heard": 0.0, "try_rate": 0.0, "session_rate": 0.0, "fresh": 0.0, "settled": 0.0}


def tile_of(arm, *villages, steps=10, **behaviour):
    town = scenario(steps=steps, behaviour={**SILENT, **behaviour})
    return Tile(town, arm, new_population(town, villages, range(len(villages))), digest=True)


def line(n, **state):
    """Households in a row, each tied to the next, who trust everybody."""
    return founded(tied(n, [(i, i + 1) for i in range(n - 1)]), trust_peer=1.0, trust_expert=1.0, **state)


def deviant(row, n, variant=Variant.LOCAL):
    """State of a village with one hidden practiser."""
    there = np.arange(n) == row
    stage = np.where(there, Stage.PRACTISING, Stage.UNAWARE)
    return dict(stage=stage, hidden=there, know_how=there, variant=there * variant, since=np.where(there, SETTLED, 0))


# ── facilitation ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("recruits", ["ties", "anyone", "half"])
@pytest.mark.parametrize("members", [0, 1, 5, 100])
def test_the_group_has_its_members_in_every_village(recruits, members):
    drawn = founded(scattered(1, [12, 30, 4], 0.2))
    tile = tile_of([Facilitation(members=members, recruits=recruits, visits=0)], drawn, drawn)
    tile.step()
    pop, member = tile.pop, tile.turns.memories[0].member
    assert pop.count(member).values.tolist() == [min(members, n) for n in (12, 30, 4)] * 2
    assert (pop.at(Stage.AWARE) == member).all()
    assert ((pop.arrays.own["involved"] == np.float32(0.8)) == member).all()
    if recruits == "half":
        halves = [pop.count(member & (pop.group("half") == h)).values for h in (0, 1)]
        assert all(
            abs(a - b) <= 1 or min(a, b) >= size // 2 for a, b, size in zip(*halves, [12, 30, 4] * 2, strict=True)
        )


def test_the_group_forms_round_its_first_member_as_far_as_ties_reach():
    tile = tile_of([Facilitation(members=3)], line(30))
    tile.step()
    rows = np.flatnonzero(tile.turns.memories[0].member)
    assert len(rows) == 3
    assert rows.max() - rows.min() <= 4


def test_nobody_is_visited_or_met_before_the_issue_is_defined():
    arm = [Facilitation(start=2, engage=3, members=30, recognise=1.0, turnout=1, turnout_others=1)]
    tile = tile_of(arm, line(12, **deviant(5, 12)))
    for step in range(1, 8):
        tile.step()
        assert tile.turns.memories[0].found.any() == (step >= 5)
        assert (tile.pop.arrays.counts[0, SESSIONS] > 0) == (step >= 5)


@pytest.mark.parametrize(("row", "found"), [(0, False), (1, False), (2, True), (4, True), (6, True), (7, False)])
def test_members_visit_ties_and_ties_of_ties_only(row, found, monkeypatch):
    monkeypatch.setattr(Facilitation, "_recruit", lambda self, pop, begins: mask(pop, 4))
    arm = [Facilitation(engage=0, members=1, visits=50, recognise=1.0)]
    tile = tile_of(arm, line(8, **deviant(row, 8)))
    tile.run()
    assert tile.turns.memories[0].found[row] == found
    assert tile.pop.hidden[row] != found


@pytest.mark.parametrize(("recognise", "measures", "fidelity"), [(0.3, 0.0, 1.0), (0.3, 0.5, 1.0), (0.3, 0.5, 0.5)])
def test_a_visit_recognises_as_often_as_it_says(recognise, measures, fidelity):
    villages = [line(3, **deviant(1, 3))._replace(village_seed=k) for k in range(3000)]
    arm = [Facilitation(engage=0, members=3, visits=1, recognise=recognise, measures=measures, fidelity=fidelity)]
    tile = tile_of(arm, *villages)
    tile.step()
    wanted = (recognise + (1 - recognise) * measures) * fidelity
    assert tile.turns.memories[0].found.sum() / 3000 == pytest.approx(
        wanted, abs=4.5 * np.sqrt(wanted * (1 - wanted) / 3000)
    )


def test_false_leads_are_seen_through_or_taken_for_exceptions():
    found, aside = [], []
    for sift in (0.0, 0.5, 1.0):
        villages = [line(3, **deviant(1, 3, Variant.FALSE)) for _ in range(400)]
        tile = tile_of([Facilitation(engage=0, members=3, visits=1, recognise=1.0, sift=sift)], *villages)
        tile.run()
        found.append(tile.turns.memories[0].found.mean() * 3)
        aside.append(tile.turns.memories[0].set_aside.mean() * 3)
        assert (tile.pop.in_the_open == tile.turns.memories[0].found).all()
    assert (found[0], found[2], aside[0], aside[2]) == pytest.approx((1, 0, 0, 1))
    assert found[1] + aside[1] == pytest.approx(1)
    assert found[1] == pytest.approx(0.5, abs=4.5 * 0.5 / 20)


def test_visits_are_paid_for_as_many_as_there_are_to_visit():
    arm = [Facilitation(engage=1, members=2, visits=3, recognise=0.0, cost_visit=1.5)]
    assert tile_of(arm, line(40, **deviant(0, 40)), steps=3).run().cost["visits"].ravel()[2:].max() <= 9.0
    assert tile_of(arm, line(2), steps=3).run().cost["visits"].ravel().tolist() == [0, 0, 3.0, 3.0]


def test_without_anybody_found_no_session_is_held_and_with_one_it_teaches_what_that_one_does():
    arm = [Facilitation(engage=0, members=3, visits=9, recognise=1.0, turnout=1, turnout_others=1, sift=0)]
    assert tile_of(arm, line(6)).run().counts[:, 0, SESSIONS].sum() == 0
    tile = tile_of(arm, line(6, **deviant(3, 6, Variant.FALSE)))
    tile.run()
    came = (tile.pop.arrays.own["marks"] & Mark.CAME) != 0
    assert came.any()
    assert set(tile.pop.arrays.own["variant"][came]) == {Variant.FALSE}


# ── hub ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("owners", "held"), [(2, False), (3, True), (5, True)])
def test_a_hub_needs_enough_who_practise_in_the_open_and_own_it(owners, held):
    own = np.where(np.arange(10) < owners, 0.75, 0.25)
    stage = np.where(np.arange(10) < 8, Stage.PRACTISING, Stage.AWARE)
    tile = tile_of([Hub(hosts_needed=3, host_ownership=0.5)], line(10, stage=stage, ownership=own, variant=1), steps=4)
    assert (tile.run().counts[1:, 0, SESSIONS] > 0).tolist() == [held] * 4


def test_a_hub_meets_in_the_villages_that_have_hosts():
    community = scattered(1, [6, 6])
    stage = np.where(np.arange(12) < 3, Stage.PRACTISING, Stage.AWARE)
    tile = tile_of([Hub(hosts_needed=2)], founded(community, stage=stage, ownership=1.0, trust_peer=1.0), steps=2)
    assert tile.run().counts[1:, :, SESSIONS].tolist() == [[1, 0], [1, 0]]


# ── broadcast and incentive ─────────────────────────────────────────────────────────────────────────────────────


def test_a_broadcast_tells_coaches_and_pushes_those_it_reaches():
    arm = [Broadcast(start=2, stop=3, reach=0.5, dose=0.5, push=0.25, source="peer", cost_contact=2, cost_step=10)]
    tile = tile_of([*arm, Everybody()], founded(scattered(1, [2000], 0.0), trust_peer=0.5), steps=4)
    track = tile.run()
    reached = tile.pop.at(Stage.AWARE)
    assert reached.sum() == pytest.approx(1000, abs=4.5 * np.sqrt(500))
    own = tile.pop.arrays.own
    assert set(own["know_how"][reached]) == {np.float32(0.5 * 0.4)}
    assert set(own["variant"][reached]) == {Variant.OUTSIDE}
    assert (own["know_how"][~reached] == 0).all()
    assert track.cost["messages"].ravel().tolist() == [0, 0, 2 * reached.sum(), 0, 0]
    assert track.cost["running"].ravel().tolist() == [0, 0, 10, 0, 0]


def test_an_incentive_is_offered_to_those_who_know_and_paid_to_those_who_do():
    stages = [
        Stage.UNAWARE,
        Stage.AWARE,
        Stage.TRYING,
        Stage.PRACTISING,
        Stage.PRACTISING,
        Stage.LAPSED,
        Stage.REJECTED,
    ]
    hidden = np.arange(7) == 4
    paid = {}

    class Witness(Everybody, kind="witness"):
        """Writes down what was paid."""

        def act(self, step, pop, state):
            """Look."""
            paid[step] = pop.arrays.own["pay"].tolist()

    drawn = line(7, stage=stages, hidden=hidden)
    track = tile_of([Incentive(amount=0.25, price=8), Witness()], drawn, steps=1, trial=9).run()
    assert paid[1] == [0, 0.25, 0.25, 0.25, 0, 0.25, 0.25]
    assert track.cost["pay"].ravel().tolist() == [0, 4.0]


@pytest.mark.parametrize("trial", [0, 1, 4])
def test_a_subsidy_is_paid_once_to_each_who_starts_while_it_is_offered(trial):
    drawn = line(30, stage=Stage.AWARE, caution=0.0)
    behaviour = {"try_rate": 0.4, "trial": trial, "rest": 2, "floor": 0.5, "fresh": 0.3, "temperature": 0.01}
    arm = [Incentive(start=2, stop=6, amount=0.5, pays="once", price=10)]
    tile = tile_of(arm, drawn, steps=25, **behaviour)
    track = tile.run()
    tried = track.counts[2:6, 0, 8].sum()
    again = track.cost["pay"].sum() / 5
    assert 0 < again <= 30
    assert again == tile.turns.memories[0].had.sum()
    if trial == 4:  # no time to try twice
        assert again == tried


def test_each_intervention_acts_from_start_until_stop():
    for spec in (
        Training(start=3, stop=5, turnout=1),
        Broadcast(start=3, stop=5, reach=1),
        Facilitation(start=3, stop=5),
    ):
        tile = tile_of([spec], line(20))
        told = []
        for _ in range(8):
            tile.step()
            told.append(int(tile.pop.at(Stage.AWARE).sum()))
        assert told[:2] == [0, 0]
        assert told[2] > 0
        assert len(set(told[3:])) == 1


def test_placing_an_arm_in_another_order_matters_only_through_what_it_does():
    one, two = Broadcast(reach=1.0, push=0.3), Training(turnout=1.0, places=5)
    digests = {tile_of(arm, line(20), try_rate=0.5).run().hexdigests() for arm in ([one, two], [two, one])}
    assert len(digests) == 2
