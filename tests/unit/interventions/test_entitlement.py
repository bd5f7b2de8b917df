"""Entitlement: a right that is made known, claimed, set up, supplied and served, or not."""

from __future__ import annotations

import numpy as np
import pytest

from pd_sim.engine import check_intervention
from pd_sim.interventions import Budget, Entitlement, PerHundred
from pd_sim.interventions.threats import CompetingTargets, PolicyChange
from pd_sim.population import Mark, Stage, Variant
from tests.builders import Everybody
from tests.unit.interventions.made import practising, state_digest, tile_of, villages

AT_ONCE = {"known_to": 1.0, "claims": 1.0, "setup": 0, "ramp": 0}
"""Known to all and claimed by all in the first step, supplied in full from then on."""
BARRED = int(Mark.NOT_PERMITTED | Mark.NO_HARDWARE)


def served_by_step(tile, steps):
    """Number served in each village after every step."""
    out = []
    for _ in range(steps):
        tile.step()
        out.append(tile.pop.count(tile.turns.memories[-1].served).values.tolist())
    return out


def who_is_paid():
    """An intervention that writes down what each household is paid, and the list it writes in."""
    paid = []

    class Witness(Everybody, kind="witness"):
        """Writes down what was paid."""

        def act(self, step, pop, state):
            """Look."""
            paid.append(pop.arrays.own["pay"].copy())

    return paid, Witness()


# ── known and claimed ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("known_to", [0.0, 0.1, 1.0])
def test_it_becomes_known_and_so_does_the_practice(known_to):
    tile = tile_of([Entitlement(start=2, known_to=known_to)], *[villages(1000)] * 4, steps=4)
    for since in (0, 1, 2, 3):
        tile.step()
        p = 1 - (1 - known_to) ** since
        knows = tile.turns.memories[0].knows
        assert knows.mean() == pytest.approx(p, abs=4.5 * np.sqrt(p * (1 - p) / 4000))
        assert (knows == tile.pop.at(Stage.AWARE)).all()


def test_who_knows_has_need_and_does_not_practise_claims_once():
    need = np.arange(12) % 3 != 0
    drawn = villages(12, stage=practising(12, 1, 2), need=need)
    tile = tile_of([Entitlement(**{**AT_ONCE, "setup": 90})], drawn, steps=4)
    tile.run()
    assert tile.turns.memories[0].claimed.tolist() == [int(need[i] and i not in {1, 2}) for i in range(12)]
    unknown = tile_of([Entitlement(**{**AT_ONCE, "known_to": 0.0})], drawn, steps=4)
    unknown.run()
    assert not unknown.turns.memories[0].claimed.any()


@pytest.mark.parametrize("claims", [0.0, 0.2, 1.0])
def test_claims_come_with_their_chance_in_each_step(claims):
    tile = tile_of([Entitlement(known_to=1.0, claims=claims)], *[villages(1000)] * 4, steps=3)
    for step in (1, 2, 3):
        tile.step()
        p = 1 - (1 - claims) ** step
        share = (tile.turns.memories[0].claimed > 0).mean()
        assert share == pytest.approx(p, abs=4.5 * np.sqrt(p * (1 - p) / 4000))


# ── set up and supplied ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "served"),
    [
        ({"supply": 2}, [2, 4, 6, 8, 10, 12]),
        ({"supply": 0}, [0] * 6),
        ({"supply": 2, "setup": 3}, [0, 0, 0, 2, 4, 6]),
        ({"supply": 2, "setup": 2, "start": 2}, [0, 0, 0, 2, 4, 6]),
        ({"supply": 4, "ramp": 4}, [1, 3, 6, 10, 14, 18]),
        ({"supply": 4, "ramp": 4, "setup": 1}, [0, 1, 3, 6, 10, 14]),
        ({"supply": 0.5}, [0, 1, 1, 2, 2, 3]),
        ({"supply": 0.1, "setup": 1}, [0] * 6),
        ({"supply": 1.5}, [1, 3, 4, 6, 7, 9]),
        ({"supply": PerHundred(per_100=10)}, [2, 4, 6, 8, 10, 12]),
        ({"supply": 15}, [15, 20, 20, 20, 20, 20]),
    ],
)
def test_supply_comes_late_and_grows(fields, served):
    tile = tile_of([Entitlement(**{**AT_ONCE, **fields})], villages(20), steps=6)
    assert served_by_step(tile, 6) == [[k] for k in served]


def test_supply_that_nobody_claims_lapses():
    tile = tile_of([Entitlement(**{**AT_ONCE, "supply": 3, "known_to": 0.0})], villages(30), steps=6)
    assert served_by_step(tile, 4)[-1] == [0]
    tile.turns.memories[0].knows = True
    assert served_by_step(tile, 2) == [[3], [6]]


def test_each_village_has_its_own_supply():
    tile = tile_of([Entitlement(**{**AT_ONCE, "supply": PerHundred(per_100=10)})], villages(10, 50, 3), steps=3)
    assert served_by_step(tile, 3) == [[1, 5, 0], [2, 10, 0], [3, 15, 0]]


def test_each_village_is_supplied_from_when_it_began_there():
    rows = np.arange(20)
    stage = np.select([rows == 0, rows == 10], [Stage.PRACTISING, Stage.TRYING], Stage.AWARE)
    drawn = villages(10, 10, stage=stage, variant=np.isin(rows, [0, 10]), know_how=1.0)
    tile = tile_of([Entitlement(**AT_ONCE, supply=0.5, begins_at=0.1)], drawn, steps=6, trial=1)
    assert served_by_step(tile, 6) == [[0, 0], [1, 0], [1, 1], [2, 1], [2, 2], [3, 2]]


def test_after_it_stops_nobody_is_served():
    tile = tile_of([Entitlement(**AT_ONCE, stop=3, disappoints=1.0, patience=0)], villages(20), steps=5)
    assert served_by_step(tile, 5) == [[1], [2], [2], [2], [2]]
    assert (tile.pop.arrays.own["trust_expert"] == 0).sum() == 18  # disappointed while it lasted


# ── served ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_those_served_are_permitted_equipped_paid_once_and_coached_and_nobody_else_is():
    paid, witness = who_is_paid()
    arm = [Entitlement(**AT_ONCE, supply=4, amount=0.5, dose=0.5, keeps=0.5), witness]
    tile = tile_of(arm, villages(20, marks=BARRED), steps=2, practice={"tacitness": 0.6})
    before = np.zeros(20, bool)
    for step in (0, 1):
        tile.step()
        served, own = tile.turns.memories[0].served, tile.pop.arrays.own
        assert served.sum() == 4 * (step + 1)
        assert ((own["marks"] & BARRED == 0) == served).all()
        assert ((paid[step] == np.float32(0.5)) == (served & ~before)).all()
        assert own["know_how"] == pytest.approx(np.where(served, 0.5 * (1 - 0.6 * 0.5), 0.0))
        assert (own["variant"] == np.where(served, Variant.OUTSIDE, Variant.NONE)).all()
        before = served.copy()


@pytest.mark.parametrize("journey", [0.0, 0.3, 1.0])
def test_the_journey_as_it_was_meant_is_had_by_that_share_of_those_served(journey):
    drawn = villages(500, marks=BARRED)
    paid, witness = who_is_paid()
    arm = [Entitlement(**AT_ONCE, supply=300, journey=journey, dose=0.5, disappoints=1.0, patience=0), witness]
    tile = tile_of(arm, *[drawn] * 6, steps=1)
    tile.run()
    served, own = tile.turns.memories[0].served, tile.pop.arrays.own
    had = paid[0] > 0
    assert served.sum() == 1800
    assert not had[~served].any()
    assert had.sum() / 1800 == pytest.approx(journey, abs=4.5 * np.sqrt(journey * (1 - journey) / 1800))
    assert ((own["know_how"] > 0) == had).all()
    assert (own["marks"] == np.where(had, 0, BARRED)).all()
    assert (own["trust_expert"] == 1.0).all()  # those served as not meant count as served


def test_without_permission_nobody_tries_and_those_served_do():
    drawn = villages(60, marks=BARRED, caution=0.0, confidence=1.0)
    arm = [Entitlement(**AT_ONCE, supply=20, amount=1.0), Everybody(push=1.0)]
    tile = tile_of(arm, drawn, steps=2, try_rate=1.0, trial=9)
    tile.run()
    assert (tile.pop.at(Stage.TRYING) == tile.turns.memories[0].served).all()
    assert tile.pop.at(Stage.TRYING).sum() == 40


# ── unmet ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_unmet_right_lowers_trust_in_experts_beyond_patience_and_a_met_one_does_not():
    arm = [Entitlement(**{**AT_ONCE, "setup": 5}, supply=2, patience=2, disappoints=0.5)]
    tile = tile_of(arm, villages(6, trust_expert=0.8), steps=8)
    served_at = np.zeros(6, int)
    for step in range(1, 9):
        tile.step()
        served_at = np.where((served_at == 0) & tile.turns.memories[0].served, step, served_at)
        # claimed in step 1, so the first step beyond two of waiting is 4; in the step it is served it waits no more
        until = np.where(served_at > 0, served_at - 1, step)
        wanted = 0.8 * 0.5 ** np.maximum(until - 3, 0.0)
        assert tile.pop.arrays.own["trust_expert"] == pytest.approx(wanted)
    assert sorted(served_at) == [6, 6, 7, 7, 8, 8]
    assert (tile.pop.arrays.own["trust_peer"] == 1.0).all()


@pytest.mark.parametrize(
    "fields",
    [{"supply": 50}, {"patience": 10}, {"disappoints": 0.0}, {"claims": 0.0}, {"known_to": 0.0}],
    ids=["met at once", "patient", "not disappointed", "not claimed", "not known"],
)
def test_trust_stays_as_it_was(fields):
    drawn = villages(30, trust_expert=0.7)
    unmet = {**AT_ONCE, "supply": 0, "patience": 1, "disappoints": 0.3}
    for some, falls in ((unmet, True), ({**unmet, **fields}, False)):
        tile = tile_of([Entitlement(**some)], drawn, steps=8)
        tile.run()
        assert (tile.pop.arrays.own["trust_expert"] < np.float32(0.7)).all() == falls
        assert (tile.pop.arrays.own["trust_expert"] == np.float32(0.7)).any() != falls


# ── money and time ──────────────────────────────────────────────────────────────────────────────────────────────


def test_every_claim_served_is_paid_for_and_pay_by_those_who_had_the_journey():
    arm = [Entitlement(**AT_ONCE, supply=5, journey=0.5, amount=0.5, price=8.0, cost_claim=100.0)]
    tile = tile_of(arm, villages(40, marks=BARRED), steps=4)
    track = tile.run()
    had = int((tile.pop.arrays.own["marks"] & BARRED == 0).sum())
    assert 0 < had < 20
    assert track.cost["claims"].ravel().tolist() == [0, 500, 500, 500, 500]
    assert track.cost["pay"].sum() == 4.0 * had


@pytest.mark.parametrize(
    ("then", "served"), [("stop", [4, 8, 8, 8]), ("thin", [4, 8, 10, 10])], ids=["stops", "thins out"]
)
def test_a_budget_limits_who_is_served_and_the_rest_wait(then, served):
    arm = [
        Budget(amount=1050.0, then=then),
        Entitlement(**AT_ONCE, supply=4, cost_claim=100.0, amount=0.0, disappoints=0.5, patience=0),
    ]
    tile = tile_of(arm, villages(20), steps=4)
    got = []
    for _ in range(4):
        tile.step()
        got.append(int(tile.turns.memories[1].served.sum()))
    assert got == served
    assert tile.track.cost["claims"].sum() == 100 * served[-1]


def test_nothing_happens_before_it_begins_or_is_set_up():
    drawn = villages(20, stage=Stage.AWARE, marks=BARRED, trust_expert=0.5)
    arm = [Entitlement(**{**AT_ONCE, "setup": 4}, start=3, supply=20, cost_claim=7.0, disappoints=0.0)]
    tile, plain = tile_of(arm, drawn, steps=8), tile_of([], drawn, steps=8)
    for step in range(1, 9):
        tile.step()
        plain.step()
        assert (state_digest(tile.pop) == state_digest(plain.pop)) == (step < 7)
    assert tile.track.cost["claims"].ravel().tolist() == [0] * 7 + [140, 0]


def test_defaults_are_a_year_to_set_up_and_every_number_says_what_it_rests_on():
    assert Entitlement().setup == 52
    for name in (
        "known_to",
        "claims",
        "supply",
        "ramp",
        "journey",
        "amount",
        "dose",
        "keeps",
        "patience",
        "disappoints",
    ):
        assert Entitlement.model_fields[name].json_schema_extra["sure"] == "A", name


def test_alone_or_side_by_side_it_does_the_same():
    check_intervention(Entitlement(known_to=0.2, claims=0.3, setup=3, ramp=4, supply=1.3, patience=2, disappoints=0.2))


def test_a_cut_leaves_less_supply_fewer_who_hear_of_it_and_fewer_journeys_as_meant():
    arm = [Entitlement(**{**AT_ONCE, "known_to": 0.8}, supply=100)]
    threats = [CompetingTargets(at=1, capacity=0.5, fidelity=0.5)]
    tile = tile_of(arm, *[villages(500, marks=BARRED)] * 8, threats=threats, steps=1)
    tile.run()
    memory, had = tile.turns.memories[-1], tile.pop.arrays.own["marks"] == 0
    assert tile.pop.count(memory.served).values.tolist() == [50] * 8
    assert memory.knows.mean() == pytest.approx(0.4, abs=4.5 * np.sqrt(0.24 / 4000))
    assert had.sum() / 400 == pytest.approx(0.5, abs=4.5 * 0.5 / 20)


def test_a_change_of_policy_ends_it_and_those_who_wait_are_not_even_disappointed():
    arm = [Entitlement(**AT_ONCE, supply=1, patience=2, disappoints=0.5)]
    tile = tile_of(arm, villages(9), threats=[PolicyChange(at=3)], steps=8)
    assert served_by_step(tile, 8) == [[1]] + [[2]] * 7
    assert (tile.pop.arrays.own["trust_expert"] == 1.0).all()
