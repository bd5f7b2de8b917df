from __future__ import annotations

import math

import pytest

import pd_sim as ps
from pd_sim.validation import effects
from pd_sim.validation.effects import ARMS, FIELD


@pytest.fixture(scope="module")
def found():
    town = ps.Scenario.load("village").set("community.households", 80).set("steps", 60)
    told = []
    found = effects(scenario=town, replicates=5, steps=(30, 60), progress=lambda *parts: told.append(parts))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]
    return town, found


def test_points_odds_and_d_are_of_the_same_shares(found):
    town, shown = found
    assert [effect.arm for effect in shown[::2]] == [*ARMS, *(arm for arm in town.arms if arm != "nothing")]
    for effect in shown:
        assert effect.points == pytest.approx(100 * (effect.share - effect.without))
        assert effect.low <= effect.points <= effect.high
        odds = effect.share / (1 - effect.share) / (effect.without / (1 - effect.without))
        assert effect.odds_ratio == pytest.approx(odds)
        assert effect.d == pytest.approx(math.log(odds) * math.sqrt(3) / math.pi)


def test_they_are_those_of_a_comparison(found):
    town, shown = found
    gap = ps.compare(town, replicates=5, seed=1).difference("bottom_up", "nothing", step=60)
    (mine,) = [effect for effect in shown if (effect.arm, effect.step) == ("bottom_up", 60)]
    assert mine.points == pytest.approx(100 * gap.mean)
    assert mine.low == pytest.approx(100 * gap.low)


def test_every_arm_stands_beside_the_field(found):
    assert {effect.arm for effect in found[1]} == set(FIELD)


def test_a_share_without_odds_is_none_in_the_document():
    town = (
        ps.Scenario.load("village").set("community.households", 30).set("steps", 5).set("practice.positive_deviants", 0)
    )
    (first, *_) = effects(scenario=town, replicates=2, steps=(0,))
    assert first.document()["d"] is None
    assert first.document()["odds_ratio"] is None
