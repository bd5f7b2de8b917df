"""On request: those who know and need it may ask, as many as there is room for are advised, nobody else is touched."""

from __future__ import annotations

import numpy as np
import pytest

from pd_sim.interventions import Budget, OnRequest, PerHundred
from pd_sim.population import Mark, Stage, Variant
from tests.builders import Everybody
from tests.unit.interventions.made import practising, tile_of, villages

SURE = {"asks": 1.0, "asks_seeing": 1.0, "places": 1000}


def pushed(tile):
    """Whose push has changed when everybody else has acted."""
    return tile.pop.arrays.own["know_how"] > 0


def test_who_asks_knows_of_it_needs_it_and_does_not_do_it():
    stages = np.array([*Stage, *Stage])
    need = np.arange(12) < 6
    tile = tile_of([OnRequest(**SURE)], villages(12, stage=stages, need=need))
    tile.step()
    wanted = np.isin(stages, [Stage.AWARE, Stage.LAPSED, Stage.REJECTED]) & need
    advised = tile.pop.arrays.own["involved"] > 0
    assert (advised == wanted).all()
    assert (tile.pop.arrays.stage[stages == Stage.UNAWARE] == Stage.UNAWARE).all()


def test_nobody_is_told():
    tile = tile_of([OnRequest(**SURE, push=5.0)], villages(9, 6))
    before = tile.pop.arrays.own.copy()
    tile.run()
    assert (tile.pop.arrays.stage == Stage.UNAWARE).all()
    assert (tile.pop.arrays.own == before).all()


@pytest.mark.parametrize("source", ["peer", "expert"])
def test_they_ask_as_often_as_it_says_and_more_where_they_see_practice(source):
    trust = {"trust_peer": 0.5, "trust_expert": 0.8}
    n, drawn = 3000, []
    stage = np.where(np.arange(n) % 3 == 0, practising(n, *range(0, n, 6)), Stage.AWARE)
    tile = tile_of([OnRequest(asks=0.2, asks_seeing=0.6, places=n, source=source)], villages(n, stage=stage, **trust))
    seeing = tile.pop.sees_practice & tile.pop.at(Stage.AWARE)
    alone = tile.pop.at(Stage.AWARE) & ~seeing
    tile.step()
    advised = tile.pop.arrays.own["involved"] > 0
    for who, chance in ((alone, 0.2), (seeing, 0.6)):
        p = chance * trust[f"trust_{source}"]
        assert advised[who].mean() == pytest.approx(p, abs=4.5 * np.sqrt(p * (1 - p) / who.sum()))
        drawn.append(who.sum())
    assert min(drawn) > 300


@pytest.mark.parametrize(("places", "number"), [(0, [0, 0]), (3, [3, 3]), (PerHundred(per_100=20), [6, 2])])
def test_no_more_are_advised_than_there_is_room_for(places, number):
    spec = OnRequest(**(SURE | {"places": places}), cost_advice=4.0, staff_hours=0.5)
    drawn = villages(30, 10, stage=Stage.AWARE)
    tile = tile_of([spec], drawn, drawn, steps=2, economics={"staff_hour": 6.0})
    tile.step()
    assert tile.pop.count(tile.pop.arrays.own["involved"] > 0).values.tolist() == number * 2
    track = tile.run()
    assert track.cost.get("visits", np.zeros((3, 4)))[1].tolist() == [4.0 * k for k in number * 2]
    assert track.cost.get("time", np.zeros((3, 4)))[1].tolist() == [3.0 * k for k in number * 2]
    assert track.amounts["staff_hours"][1].tolist() == [0.5 * k for k in number * 2]


def test_advice_coaches_encourages_and_involves():
    push = []

    class Witness(Everybody, kind="witness"):
        """Writes down the push."""

        def act(self, step, pop, state):
            """Look."""
            push.append(pop.arrays.own["push"].copy())

    spec = OnRequest(
        **SURE, dose=0.5, keeps=1.0, push=0.5, involves=0.6, genuine=0.5, fidelity=0.5, teaches="local", source="peer"
    )
    tile = tile_of([spec, Witness()], villages(4, stage=Stage.AWARE, marks=Mark.NOT_PERMITTED))
    tile.step()
    own = tile.pop.arrays.own
    assert set(own["know_how"]) == {np.float32(0.25)}
    assert set(own["involved"]) == {np.float32(0.15)}
    assert set(own["variant"]) == {Variant.LOCAL}
    assert set(push[0]) == {np.float32(0.25)}
    assert not own["session"].any()


def test_with_little_money_fewer_are_advised():
    spec = OnRequest(**SURE, cost_advice=4.0, staff_hours=1.0)
    arm = [Budget(amount=35.0, then="thin"), spec]
    tile = tile_of(arm, villages(12, stage=Stage.AWARE), economics={"staff_hour": 6.0})
    tile.step()
    assert (tile.pop.arrays.own["involved"] > 0).sum() == 3
