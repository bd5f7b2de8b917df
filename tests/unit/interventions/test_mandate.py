"""Mandate: so many are inspected, told and pressed; it works as pay does while it lasts, and leaves as little."""

from __future__ import annotations

import numpy as np
import pytest

from pd_sim.interventions import Budget, Incentive, Mandate
from pd_sim.population import Stage
from tests.builders import Everybody
from tests.unit.interventions.made import practising, state_digest, tile_of, villages


def pressed_by(spec, drawn):
    """What the mandate adds to pay in its first step, for each household, and the tile."""
    paid = []

    class Witness(Everybody, kind="witness"):
        """Writes down the pay."""

        def act(self, step, pop, state):
            """Look."""
            paid.append(pop.arrays.own["pay"].copy())

    tile = tile_of([spec, Witness()], drawn)
    tile.step()
    return paid[0], tile


@pytest.mark.parametrize("inspected", [0.0, 0.1, 0.34, 1.0])
def test_a_share_of_every_village_is_inspected_told_and_pressed(inspected):
    spec = Mandate(inspected=inspected, penalty=0.25, cost_inspection=3.0, staff_hours=2.0)
    paid, tile = pressed_by(spec, villages(20, 9))
    number = [int(n * inspected + 0.5) for n in (20, 9)]
    assert tile.pop.count(paid > 0).values.tolist() == number
    assert set(paid[paid > 0]) <= {np.float32(0.25)}
    assert (tile.pop.at(Stage.AWARE) == (paid > 0)).all()
    assert tile.track.cost.get("inspections", np.zeros((2, 2)))[1].tolist() == [3.0 * k for k in number]
    assert tile.track.amounts["staff_hours"][1].tolist() == [2.0 * k for k in number]


def test_who_practises_hidden_is_not_noticed():
    hidden = np.arange(8) < 3
    stage = np.where(hidden, Stage.PRACTISING, Stage.AWARE)
    paid, tile = pressed_by(Mandate(inspected=1.0), villages(8, stage=stage, hidden=hidden))
    assert ((paid > 0) == ~hidden).all()
    assert (tile.pop.hidden == hidden).all()


@pytest.mark.parametrize("behaviour", [{"try_rate": 0.6}, {"fresh": 0.5, "settled": 0.1, "crowding": 1.0}])
def test_inspecting_all_is_as_strong_as_paying_all(behaviour):
    """It brings people to try, keeps them from lapsing and crowds out habit just as pay does."""
    stage = np.where(np.arange(60) % 2 == 0, Stage.PRACTISING, Stage.AWARE)
    drawn = villages(60, stage=stage, variant=1, caution=0.2)
    ends = {"start": 2, "stop": 7}
    arms = [[Mandate(inspected=1.0, penalty=0.15, **ends)], [Incentive(amount=0.15, **ends)], []]
    pressed, paid, nothing = (tile_of(arm, drawn, steps=14, temperature=0.05, **behaviour) for arm in arms)
    for tile in (pressed, paid, nothing):
        tile.run()
    assert state_digest(pressed.pop) == state_digest(paid.pop) != state_digest(nothing.pop)


def test_a_penalty_of_full_pay_keeps_all_who_are_inspected_while_it_is_enforced():
    drawn = villages(200, stage=practising(200, *range(200)), variant=1)
    lapses = {"fresh": 0.5, "settled": 0.5, "proof_weight": 0.0, "pay_full": 0.2}
    tile = tile_of([Mandate(inspected=1.0, penalty=0.2, stop=6)], drawn, **lapses)
    kept = []
    for _ in range(8):
        tile.step()
        kept.append(int(tile.pop.in_the_open.sum()))
    assert kept[:5] == [200] * 5
    assert kept[5] == pytest.approx(100, abs=32)
    assert kept[7] < 60


def test_those_pressed_who_do_not_practise_may_resent_it():
    stage = practising(40, *range(20))
    drawn = villages(40, stage=stage, trust_expert=0.8, trust_peer=0.8)
    for resents in (0.0, 0.25):
        paid, tile = pressed_by(Mandate(inspected=0.5, resents=resents), drawn)
        own, lost = tile.pop.arrays.own, (paid > 0) & (stage != Stage.PRACTISING)
        assert 0 < lost.sum() < 20
        assert own["trust_expert"][lost] == pytest.approx(0.8 * (1 - resents))
        assert set(own["trust_expert"][~lost]) == set(own["trust_peer"]) == {np.float32(0.8)}


def test_with_little_money_fewer_are_inspected():
    arm = [Budget(amount=20.0, then="thin"), Mandate(inspected=1.0, cost_inspection=3.0)]
    tile = tile_of(arm, villages(20, 9))
    tile.step()
    assert tile.pop.at(Stage.AWARE).sum() == 6
