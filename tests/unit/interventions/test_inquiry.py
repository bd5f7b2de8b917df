"""Inquiry: hearings, and what may come of them: by default nothing at all."""

from __future__ import annotations

import numpy as np
import pytest

from pd_sim.engine import check_intervention
from pd_sim.errors import ScenarioError
from pd_sim.interventions import Broadcast, Budget, Inquiry, Training
from pd_sim.interventions.threats import CompetingTargets
from pd_sim.population import COUNTERS, Stage
from tests.builders import scenario
from tests.unit.interventions.made import practising, state_digest, tile_of, villages

SESSIONS, TIES = COUNTERS.index("sessions"), COUNTERS.index("ties_formed")
LIVELY = {"talk_practising": 0.3, "talk_heard": 0.1, "try_rate": 0.4, "session_rate": 0.6, "trial": 2, "floor": 0.4}


def lively(**state):
    """A village in which much goes on, with any fit and trust."""
    rng = np.random.default_rng(5)
    drawn = {name: rng.random(30) for name in ("fit_local", "fit_outside", "trust_expert", "caution")}
    return villages(20, 10, stage=practising(30, 3, 4, 25), variant=1, know_how=0.5, **{**drawn, **state})


# ── what comes of it ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("insight", "resistance", "wanted"), [(0.2, 0.0, 0.2), (0.2, 0.5, 0.1), (0.2, 1.0, 0.0)])
def test_with_the_last_hearing_and_not_before_what_experts_prescribe_fits_better(insight, resistance, wanted):
    drawn = lively()
    tile = tile_of([Inquiry(start=3, hearings=4, insight=insight, resistance=resistance)], drawn, steps=9)
    for step in range(1, 10):
        tile.step()
        factor = 1 - wanted if step >= 6 else 1.0
        assert tile.pop.arrays.own["fit_outside"] == pytest.approx(drawn.own["fit_outside"].astype(float) * factor)
        assert (tile.pop.arrays.own["fit_local"] == drawn.own["fit_local"]).all()


@pytest.mark.parametrize(("heard", "resistance", "gain"), [(0.5, 0.0, 0.5), (0.5, 0.5, 0.25), (0.0, 0.0, 0.0)])
def test_those_who_testified_and_nobody_else_trust_experts_more(heard, resistance, gain):
    drawn = lively()
    tile = tile_of([Inquiry(hearings=2, witnesses=5, turnout=1.0, heard=heard, resistance=resistance)], drawn, steps=4)
    tile.step()
    assert (tile.pop.arrays.own["trust_expert"] == drawn.own["trust_expert"]).all()
    tile.run()
    witness, trust = tile.turns.memories[0].witness, drawn.own["trust_expert"].astype(float)
    assert tile.pop.count(witness).values.tolist() == [5, 5]
    assert tile.pop.arrays.own["trust_expert"] == pytest.approx(np.where(witness, trust + gain * (1 - trust), trust))
    assert (tile.pop.arrays.own["trust_peer"] == drawn.own["trust_peer"]).all()


def hearings_only(monkeypatch):
    """Make it an error to bring about anything by an inquiry."""
    for verb in ("adapt", "gain_trust", "tell", "coach", "encourage", "affirm", "involve", "attend", "pay"):

        def refuse(*_, verb=verb, **__):
            raise AssertionError(f"{verb} is no part of a hearing")

        monkeypatch.setattr(f"pd_sim.population.Population.{verb}", refuse)


def test_by_default_it_confirms_what_experts_thought_and_changes_nothing(monkeypatch):
    plain = tile_of([], lively(), lively(), **LIVELY)
    with monkeypatch.context() as patched:
        hearings_only(patched)
        only = tile_of([Inquiry(start=2, hearings=3, turnout=1.0)], lively(), lively(), **LIVELY)
        digests = only.run().hexdigests()
    plain.run()
    assert state_digest(only.pop) == state_digest(plain.pop)
    counts = only.track.counts.copy()
    assert counts[:, :, SESSIONS].sum(axis=0).tolist() == [3, 3, 3, 3]
    counts[:, :, SESSIONS] = 0
    assert (counts == plain.track.counts).all()
    for fields in ({"insight": 0.0}, {"insight": 0.9, "heard": 0.9, "resistance": 1.0}, {"insight": 0.9}):
        again = tile_of([Inquiry(start=2, hearings=3, turnout=1.0, **fields)], lively(), lively(), **LIVELY)
        assert (again.run().hexdigests() == digests) == (fields != {"insight": 0.9})


def test_an_insight_lets_more_of_those_who_are_trained_afterwards_succeed():
    drawn = villages(200, fit_outside=np.linspace(0, 0.995, 200), caution=0.0, stage=Stage.AWARE)
    successes = []
    for insight in (0.0, 0.5):
        arm = [
            Inquiry(hearings=1, insight=insight),
            Training(start=2, stop=3, turnout=1.0, places=200, dose=1.0, keeps=1),
        ]
        tile = tile_of(arm, drawn, steps=4, session_rate=1.0, trial=0, temperature=0.0, practice={"certainty": 0.5})
        successes.append(tile.run().counts[:, 0, COUNTERS.index("successes")].sum())
    assert successes == [100, 200]


# ── who takes part ──────────────────────────────────────────────────────────────────────────────────────────────


def test_witnesses_have_need_and_are_as_many_as_there_are_seats():
    need = np.arange(40) % 5 == 0
    tile = tile_of([Inquiry(witnesses=3, turnout=1.0)], villages(20, 15, 5, need=need))
    tile.step()
    witness = tile.turns.memories[0].witness
    assert tile.pop.count(witness).values.tolist() == [3, 3, 1]
    assert not witness[~need].any()


@pytest.mark.parametrize(("turnout", "trust"), [(1.0, 1.0), (0.5, 1.0), (0.5, 0.4), (0.0, 1.0), (1.0, 0.0)])
def test_who_trusts_experts_is_willing(turnout, trust):
    drawn = villages(500, trust_expert=trust)
    tile = tile_of([Inquiry(witnesses=500, turnout=turnout)], *[drawn] * 8, steps=1)
    tile.run()
    p = turnout * trust
    assert tile.turns.memories[0].witness.mean() == pytest.approx(p, abs=4.5 * np.sqrt(p * (1 - p) / 4000))


def test_witnesses_stay_the_same_within_a_round_and_are_asked_anew_in_the_next():
    tile = tile_of([Inquiry(start=2, stop=6, again=6, hearings=3, witnesses=4, turnout=0.9)], villages(60), steps=12)
    seen, held = [], []
    for _ in range(12):
        tile.step()
        seen.append(tile.turns.memories[0].witness.copy())
        held.append(int(tile.track.counts[tile.pop.step, 0, SESSIONS]))
    assert held == [0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0]
    assert (seen[1] == seen[6]).all()
    assert (seen[1] != seen[7]).any()


def test_witnesses_may_form_ties_and_others_not():
    for meeting in (0.0, 1.0):
        arm = [Inquiry(hearings=2, witnesses=4, turnout=1.0)]
        track = tile_of(arm, villages(40), steps=4, meeting=meeting).run()
        assert (track.counts[1, 0, TIES] >= 3) == (meeting == 1.0)
        assert track.counts[2:, 0, TIES].sum() == 0  # they are tied already
        assert track.counts[1, 0, TIES] <= 6


# ── time and money ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_round_too_short_for_the_hearings_is_refused():
    with pytest.raises(ScenarioError, match=r"hearings \(4\) are more than the 3 steps .*; stop at 6 or later"):
        scenario(arms={"arm": [{"inquiry": {"start": 2, "stop": 5}}]})
    assert Inquiry(start=2, stop=6).hearings == 4


def test_hearings_and_the_hours_of_professionals_are_paid_for():
    arm = [Inquiry(start=2, hearings=2, cost_hearing=30.0, staff_hours=3.0, cost_fixed=8.0)]
    track = tile_of(arm, villages(5, 5), steps=4, economics={"staff_hour": 20.0}).run()
    money = {name: amounts.sum(axis=1).tolist() for name, amounts in track.cost.items()}
    assert money == {"set-up": [0, 0, 8, 0, 0], "sessions": [0, 0, 60, 60, 0], "time": [0, 0, 120, 120, 0]}
    assert track.amounts["staff_hours"].sum(axis=1).tolist() == [0, 0, 6, 6, 0]


@pytest.mark.parametrize(("amount", "held"), [(0, 0), (59.99, 0), (60, 1), (119, 1), (120, 2), (1000, 2)])
def test_a_hearing_that_cannot_be_paid_for_is_not_held_and_an_inquiry_cut_short_changes_nothing(amount, held):
    drawn = villages(5, 5, fit_outside=0.5)
    arm = [Budget(amount=amount), Inquiry(hearings=2, cost_hearing=30.0, insight=0.5)]
    tile = tile_of(arm, drawn, steps=5)
    track = tile.run()
    assert track.counts[:, :, SESSIONS].sum(axis=0).tolist() == [held, held]
    assert sum(money.sum() for money in track.cost.values()) == 60 * held
    assert tile.pop.arrays.own["fit_outside"] == pytest.approx(0.25 if held == 2 else 0.5)


def test_a_hearing_put_off_is_held_later():
    arm = [Budget(amount=60, then="thin", until=4), Inquiry(hearings=2, cost_hearing=30.0, insight=0.5)]
    tile = tile_of(arm, villages(5, fit_outside=0.5), steps=6)
    assert tile.run().counts[:, 0, SESSIONS].tolist() == [0, 0, 1, 0, 1, 0, 0]
    assert tile.pop.arrays.own["fit_outside"] == pytest.approx(0.25)


def test_nobody_is_told_of_the_practice():
    arm = [Inquiry(turnout=1.0, insight=0.5, heard=0.5)]
    told, silent = ([*arm, Broadcast(reach=1.0)], arm)
    aware = [tile_of(a, villages(9)).run().counts[-1, 0, Stage.AWARE] for a in (told, silent)]
    assert aware == [9, 0]


def test_alone_or_side_by_side_it_does_the_same():
    check_intervention(Inquiry(insight=0.3, heard=0.3, hearings=2))


def test_a_cut_leaves_fewer_witnesses_and_less_insight():
    arm = [Inquiry(hearings=1, witnesses=6, turnout=1.0, insight=0.5, heard=0.5)]
    threats = [CompetingTargets(at=1, capacity=0.5, fidelity=0.6)]
    tile = tile_of(arm, villages(30, fit_outside=1.0, trust_expert=0.8), threats=threats, steps=1)
    tile.run()
    witness = tile.turns.memories[-1].witness
    assert witness.sum() == 3
    assert tile.pop.arrays.own["fit_outside"] == pytest.approx(0.7)
    assert tile.pop.arrays.own["trust_expert"] == pytest.approx(np.where(witness, 0.86, 0.8))
