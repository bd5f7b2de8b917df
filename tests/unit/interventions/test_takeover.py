"""Takeover: an institution adopts what comes after it in the arm: reach goes up, fidelity and involvement go down."""

from __future__ import annotations

import numpy as np
import pytest

from pd_sim.engine import check_intervention
from pd_sim.interventions import Broadcast, Budget, Facilitation, Hub, PerHundred, Takeover, Training
from pd_sim.population import COUNTERS, Stage, Variant
from tests.unit.interventions.made import USUAL, Probe, practising, state_digest, tile_of, villages

ATTENDANCE, SESSIONS = COUNTERS.index("attendance"), COUNTERS.index("sessions")
FACTORS = {"reach": 3.0, "fidelity": 0.5, "genuine": 0.25, "price": 2.0}
TAKEN = (3.0, 0.5, 0.25, 2.0)
COMES = {"turnout": 1.0, "turnout_others": 1.0, "source": "peer", "places": 5, "dose": 0.8, "keeps": 1.0}


def test_it_changes_the_conditions_of_what_comes_after_it_while_it_lasts():
    before, after = Probe(), Probe()
    tile_of([before, Takeover(start=3, stop=6, **FACTORS), after], villages(4), steps=7).run()
    assert before.over(7) == [USUAL] * 7
    assert after.over(7) == [USUAL] * 2 + [TAKEN] * 3 + [USUAL] * 2


@pytest.mark.parametrize(
    ("fields", "taken"),
    [
        ({}, {"sponsor", "community"}),
        ({"payers": ("community",)}, {"community"}),
        ({"payers": ("council",)}, set()),
        ({"kinds": ("probe",)}, {"sponsor", "community"}),
        ({"kinds": ("hub", "training")}, set()),
        ({"kinds": ("probe",), "payers": ("sponsor",)}, {"sponsor"}),
    ],
)
def test_it_takes_over_the_kinds_and_payers_it_says(fields, taken):
    probes = {payer: Probe(payer=payer) for payer in ("sponsor", "community")}
    tile_of([Takeover(**FACTORS, **fields), *probes.values()], villages(4), steps=2).run()
    for payer, probe in probes.items():
        assert probe.over(2) == [TAKEN if payer in taken else USUAL] * 2


def test_two_takeovers_multiply():
    probe = Probe()
    tile_of([Takeover(**FACTORS), Takeover(start=2, **FACTORS), probe], villages(4), steps=2).run()
    assert probe.over(2) == [TAKEN, tuple(f * f for f in TAKEN)]


def test_it_takes_over_only_in_the_villages_where_it_has_begun():
    probe = Probe()
    drawn = villages(10, 10, stage=practising(20, 0, 1, 2))
    tile_of([Takeover(begins_at=0.3, **FACTORS), probe], drawn, drawn, steps=1).run()
    assert probe.seen[1] == [TAKEN, USUAL] * 2


def test_a_takeover_that_changes_nothing_is_as_none():
    arm = [Training(**COMES, cost_place=2.0), Broadcast(reach=0.3, cost_contact=1.0), Hub(hosts_needed=1, turnout=0.7)]
    drawn = [villages(20, 12, stage=practising(32, 1, 2, 25), ownership=0.9, variant=1)] * 3
    lively = {"session_rate": 0.5, "try_rate": 0.3, "trial": 1, "floor": 0.5, "talk_practising": 0.2}
    runs = []
    for first in ([], [Takeover(reach=1.0, fidelity=1.0, genuine=1.0)], [Takeover(kinds=("mandate",))], [Takeover()]):
        track = tile_of([*first, *arm], *drawn, **lively).run()
        runs.append((track.hexdigests(), {name: money.tolist() for name, money in track.cost.items()}))
    assert runs[0] == runs[1] == runs[2]
    assert runs[0] != runs[3]


def test_before_it_starts_nothing_is_different_and_then_it_is():
    arm, steps = [Training(**COMES)], 6
    plain, taken = (tile_of([*first, *arm], villages(30), steps=steps) for first in ([], [Takeover(start=4)]))
    for step in range(1, steps + 1):
        plain.step()
        taken.step()
        assert (state_digest(plain.pop) == state_digest(taken.pop)) == (step < 4)


@pytest.mark.parametrize("places", [5, PerHundred(per_100=12.5)])
def test_more_are_reached_with_less_in_it(places):
    tiles = {}
    for first in ([], [Takeover(**{**FACTORS, "price": 1.0})]):
        arm = [*first, Training(**{**COMES, "places": places}, involves=0.8)]
        tiles[len(first)] = tile_of(arm, villages(40), steps=1)
        tiles[len(first)].run()
    own = {k: tile.pop.arrays.own for k, tile in tiles.items()}
    came = {k: own[k]["know_how"] > 0 for k in own}
    assert (came[0].sum(), came[1].sum()) == (5, 15)
    assert (came[1] >= came[0]).all()
    assert own[0]["know_how"][came[0]] == pytest.approx(0.8)
    assert own[1]["know_how"][came[1]] == pytest.approx(0.8 * 0.5)
    assert own[0]["involved"][came[0]] == pytest.approx(0.8)
    assert own[1]["involved"][came[1]] == pytest.approx(0.8 * 0.5 * 0.25)


def test_messages_reach_more_up_to_everybody_and_convey_less():
    for reach, wanted in ((2.0, 0.4), (20.0, 1.0), (0.0, 0.0)):
        arm = [Takeover(reach=reach, fidelity=0.5), Broadcast(reach=0.2, dose=0.5, keeps=1.0)]
        tile = tile_of(arm, *[villages(500)] * 8, steps=1)
        tile.run()
        told = tile.pop.at(Stage.AWARE)
        assert told.mean() == pytest.approx(wanted, abs=4.5 * np.sqrt(wanted * (1 - wanted) / 4000))
        assert tile.pop.arrays.own["know_how"] == pytest.approx(np.where(told, 0.25, 0.0))


def test_visits_are_as_many_more_and_recognise_as_much_less():
    drawn = villages(3, stage=practising(3, 1), hidden=np.arange(3) == 1, variant=Variant.LOCAL, know_how=1.0)
    found = []
    for first in ([], [Takeover(start=2, reach=1.0, fidelity=0.3)], [Takeover(start=2, reach=0.0)]):
        arm = [*first, Facilitation(engage=1, members=3, visits=1, recognise=1.0)]
        tile = tile_of(arm, *[drawn] * 400, steps=2)
        tile.run()
        found.append(tile.turns.memories[-1].found.sum() / 400)
    assert found[0] == 1.0
    assert found[1] == pytest.approx(0.3, abs=4.5 * np.sqrt(0.21 / 400))
    assert found[2] == 0.0


def test_everything_costs_as_much_more_and_the_takeover_itself_what_it_says():
    costs = {"cost_fixed": 10.0, "cost_step": 1.0, "cost_session": 4.0, "cost_place": 0.5}
    arm = [Takeover(reach=1.0, price=3.0, cost_fixed=7.0, payer="council"), Training(**COMES, **costs)]
    track = tile_of(arm, villages(20), steps=2).run()
    assert {name: money.ravel().tolist() for name, money in track.cost.items()} == {
        "council: set-up": [0, 7, 0],
        "set-up": [0, 30, 0],
        "running": [0, 3, 3],
        "sessions": [0, 12, 12],
        "places": [0, 7.5, 7.5],
    }


def test_no_more_is_spent_than_the_budget_has_at_the_higher_price():
    arm = [Budget(amount=100.0, then="thin"), Takeover(reach=1.0, price=3.0), Training(**COMES, cost_place=4.0)]
    track = tile_of(arm, *[villages(20)] * 3, steps=6).run()
    assert track.cost["places"].sum(axis=0).tolist() == [96.0] * 3
    assert track.counts[:, :, ATTENDANCE].sum(axis=0).tolist() == [8] * 3


def test_alone_or_side_by_side_it_does_the_same():
    check_intervention(Takeover(begins_at=0.1))
