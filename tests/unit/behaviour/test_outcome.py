"""The issue that households meet: how often, and what practising, and ties that practise, change about it."""

from __future__ import annotations

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.behaviour import Outcome, meet_the_issue
from pd_sim.community import Community
from pd_sim.engine import simulate
from pd_sim.errors import ScenarioError
from pd_sim.population import COUNTERS, Stage
from tests.builders import Everybody, founded, graph, isolated, population, scenario, tied

INCIDENTS = COUNTERS.index("incidents")
PATH = [(0, 1), (1, 2), (2, 3)]
SURE = {"issue": "a child falls ill"}


def met(outcome, *drawn):
    """Expected number and drawn number of incidents of a step, by village."""
    pop = population(*drawn)
    meet_the_issue(pop, outcome)
    return pop.amounts["expected_incidents"].tolist(), pop.arrays.counts[:, INCIDENTS].tolist()


# ── how many are expected ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("effect", "spill_over", "hazards"),
    [
        # h0 – h1 – h2 – h3; h0 practises in the open, h3 unnoticed; half of the ties of h1 and of h2 practise
        (0.0, 0.0, [0.2, 0.2, 0.2, 0.2]),
        (0.75, 0.0, [0.05, 0.2, 0.2, 0.05]),
        (1.0, 0.0, [0.0, 0.2, 0.2, 0.0]),
        (0.75, 0.4, [0.05, 0.2 * (1 - 0.4 * 0.75 / 2), 0.2 * (1 - 0.4 * 0.75 / 2), 0.05]),
        (1.0, 1.0, [0.0, 0.1, 0.1, 0.0]),
        (-0.5, 0.0, [0.3, 0.2, 0.2, 0.3]),
        (-1.0, 0.5, [0.4, 0.25, 0.25, 0.4]),
    ],
)
def test_the_expected_number_is_the_sum_of_hazards(effect, spill_over, hazards):
    stage = [Stage.PRACTISING, Stage.AWARE, Stage.LAPSED, Stage.PRACTISING]
    drawn = founded(tied(4, PATH), stage=stage, hidden=[False, False, False, True], need=True)
    outcome = Outcome(**SURE, risk=0.2, effect=effect, spill_over=spill_over)
    expected, incidents = met(outcome, drawn)
    assert expected == [pytest.approx(sum(hazards), abs=1e-12)]
    assert 0 <= incidents[0] <= 4
    alone, _ = met(outcome, drawn._replace(own=needing(drawn.own, 1)))
    assert alone == [pytest.approx(hazards[1], abs=1e-12)]


def needing(own, *rows):
    """Only these have need."""
    own = own.copy()
    own["need"] = np.isin(np.arange(len(own)), rows)
    return own


def test_a_household_whose_ties_all_practise_has_all_of_the_spill_over_and_one_without_ties_none():
    ties = tied(5, [(0, 1), (0, 2), (0, 3)])
    drawn = founded(ties, stage=[1, 3, 3, 3, 1], need=[True, False, False, False, True])
    expected, _ = met(Outcome(**SURE, risk=0.5, effect=0.8, spill_over=0.5), drawn)
    assert expected == [pytest.approx(0.5 * (1 - 0.5 * 0.8) + 0.5)]


def test_ties_that_go_one_way_spill_over_to_who_is_tied_to_a_practiser():
    ties = tied(2, [(0, 1)], mutual=False)  # 0 sees 1
    for stage, hazard in (([1, 3], 0.5 * 0.5 + 0.0), ([3, 1], 0.0 + 0.5)):
        expected, _ = met(Outcome(**SURE, risk=0.5, effect=1.0, spill_over=0.5), founded(ties, stage=stage, need=True))
        assert expected == [pytest.approx(hazard)]


def test_new_ties_spill_over_like_old_ones():
    outcome = Outcome(**SURE, risk=0.5, effect=1.0, spill_over=1.0)
    pop = population(founded(isolated(3), stage=[1, 3, 1], need=[True, False, False]), meeting=1.0)
    for wanted in (0.5, 0.25):  # without a tie; of two ties one practises
        meet_the_issue(pop, outcome)
        assert pop.amounts["expected_incidents"].tolist() == [pytest.approx(wanted)]
        pop.attend(~pop.nobody())
        pop.form_ties()


def test_a_hazard_is_at_most_1_and_whoever_has_no_need_meets_nothing():
    stage = [Stage.PRACTISING] * 4
    assert met(Outcome(**SURE, risk=0.8, effect=-1.0), founded(isolated(4), stage=stage, need=True)) == ([4.0], [4])
    assert met(Outcome(**SURE, risk=1.0, effect=0.0), founded(isolated(4), stage=stage)) == ([0.0], [0])


def test_every_village_and_replicate_has_its_own_number():
    communities = [isolated(3), isolated(5)]
    drawn = [founded(c, need=True) for c in communities]
    two = founded(Community.build([*"abcde"], [*"xxxyy"]), need=True)
    assert met(Outcome(**SURE, risk=1.0, effect=0.0), *drawn, two) == ([3, 5, 3, 2], [3, 5, 3, 2])


# ── how many are drawn ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("risk", "effect", "hazard"), [(0.1, 0.0, 0.1), (0.3, 0.5, 0.15), (0.2, -0.5, 0.3)])
def test_drawn_incidents_have_the_mean_that_is_expected(risk, effect, hazard):
    pop = population(*(founded(isolated(500), stage=Stage.PRACTISING, need=True) for _ in range(4)))
    drawn = 0
    for step in range(1, 51):
        pop.begin_step(step)
        meet_the_issue(pop, Outcome(**SURE, risk=risk, effect=effect))
        assert pop.amounts["expected_incidents"].tolist() == [pytest.approx(500 * hazard)] * 4
        drawn += int(pop.arrays.counts[:, INCIDENTS].sum())
    n = 500 * 4 * 50
    assert drawn == pytest.approx(n * hazard, abs=4.5 * np.sqrt(n * hazard * (1 - hazard)))


def test_incidents_may_be_left_undrawn():
    drawn = founded(isolated(50), need=True)
    assert met(Outcome(**SURE, risk=1.0, effect=0.0, drawn=False), drawn) == ([50.0], [0])


def test_incidents_of_a_step_are_counted_anew():
    pop = population(founded(isolated(5), need=True))
    for step in (1, 2):
        pop.begin_step(step)
        meet_the_issue(pop, Outcome(**SURE, risk=1.0, effect=0.0))
        assert pop.arrays.counts[0, INCIDENTS] == 5


# ── the same luck in every arm ──────────────────────────────────────────────────────────────────────────────────


def one_by_one(n=60):
    """Villages of one household each, so that counts by village tell who met it."""
    names = [f"h{k}" for k in range(n)]
    return graph(Community.build(names, names))


ARMS = {"nothing": [], "arm": [Everybody(push=0.5, tells=True)], "again": [Everybody(push=0.2, tells=True)]}
SOME = {"try_rate": 0.5, "trial": 1, "floor": 0.9, "fresh": 0.2, "settled": 0.1, "rest": 3}


@pytest.mark.parametrize("effect", [0.7, 1.0])
def test_practising_prevents_incidents_and_never_brings_one(effect):
    town = scenario(
        one_by_one(),
        ARMS,
        steps=40,
        behaviour=SOME,
        practice={"positive_deviants": 0},
        outcome={**SURE, "risk": 0.3, "effect": effect},
    )
    tracks = simulate(town, seed=3, replicates=5)
    nothing, arm = (tracks[name].counts[..., INCIDENTS] for name in ("nothing", "arm"))
    assert (arm <= nothing).all()
    assert (arm < nothing).any()
    practising = tracks["arm"].counts[..., Stage.PRACTISING] == 1
    assert (arm[~practising] == nothing[~practising]).all()
    assert (tracks["again"].counts[..., INCIDENTS] != arm).any()


def test_a_harmful_practice_brings_incidents_and_prevents_none():
    town = scenario(one_by_one(), ARMS, steps=40, behaviour=SOME, outcome={**SURE, "risk": 0.3, "effect": -0.6})
    tracks = simulate(town, seed=3, replicates=5)
    nothing, arm = (tracks[name].counts[..., INCIDENTS] for name in ("nothing", "arm"))
    assert (arm >= nothing).all()
    assert (arm > nothing).any()


def test_an_outcome_changes_nothing_but_what_is_counted_of_it():
    town = scenario({"generator": "village", "households": 60}, ARMS, steps=30, behaviour=SOME)
    issue = {**SURE, "risk": 0.3, "effect": 0.5, "spill_over": 0.5}
    one, two = (simulate(t, seed=3, replicates=4, digest=True)["arm"] for t in (town, town.set("outcome", issue)))
    assert one.digests == two.digests
    assert (np.delete(one.counts, INCIDENTS, axis=3) == np.delete(two.counts, INCIDENTS, axis=3)).all()
    assert one.amounts == {}
    assert two.amounts.keys() == {"expected_incidents"}
    assert (two.amounts["expected_incidents"][:, 0] == 0).all()  # nothing has happened at step 0
    assert (two.amounts["expected_incidents"][:, 1:] > 0).all()


def test_both_engines_draw_the_same_incidents():
    town = scenario(
        {"generator": "village", "households": 40},
        ARMS,
        steps=15,
        behaviour={**SOME, "meeting": 0.5},
        outcome={**SURE, "risk": 0.3, "effect": 0.5, "spill_over": 0.5},
    )
    one, two = (ps.run(town, "arm", 3, engine=engine) for engine in ("compiled", "mesa"))
    assert one.frame().equals(two.frame())
    assert one.frame()["incidents"].sum() > 0


# ── what is asked for ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"risk": 1.5}, "outcome.risk"),
        ({"effect": -1.5}, "outcome.effect"),
        ({"effect": 2}, "outcome.effect"),
        ({"spill_over": -0.1}, "outcome.spill_over"),
        ({"issue": ""}, "outcome.issue"),
        ({"rsk": 0.1}, "outcome.rsk: unknown field; did you mean 'risk'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(fields, said):
    with pytest.raises(ScenarioError, match=said) as caught:
        scenario(outcome={**SURE, "risk": 0.1, "effect": 0.5, **fields})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("needed", ["issue", "risk", "effect"])
def test_what_is_needed_is_asked_for(needed):
    fields = {**SURE, "risk": 0.1, "effect": 0.5}
    del fields[needed]
    with pytest.raises(ScenarioError, match=rf"outcome\.{needed}: this field is needed"):
        scenario(outcome=fields)
