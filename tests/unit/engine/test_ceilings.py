"""Whom the loop passes over without a look could not have done anything: no chance is above its ceiling, ever."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pd_sim.behaviour import rules
from pd_sim.behaviour.loop import decide_all, take_effects
from pd_sim.engine import Tile, found, new_population
from pd_sim.population import SEEN, Mark, Stage
from tests.builders import Move, Planned, founded, scenario, seen_of, tied
from tests.generated import behaviours, initials, made_communities, plans, practices, traits

RULES = ("logistic", "threshold", "simple", "external")


def chance_of(tile, row):
    """Chance of whatever may happen to a household this step; 1 for what needs no draw."""
    pop, p = tile.pop, tile.parameters[0]
    own, stage, step = pop.arrays.own[row], Stage(pop.arrays.stage[row]), pop.step
    seen = np.zeros(1, SEEN)[0]
    for name in ("practising", "heard", "degree"):
        seen[name] = seen_of(pop, name)[row] / pop.arrays.scale
    seen["proof"] = seen["practising"] / seen["degree"] if seen["degree"] else 0.0
    seen["step"] = step
    if stage is Stage.UNAWARE:
        return rules.chance_to_hear(own, seen, p)
    if stage is Stage.AWARE:
        return rules.chance_to_try(own, seen, p, None)
    if stage is Stage.PRACTISING:
        return rules.chance_to_lapse(own, seen, p)
    return float(stage is Stage.TRYING or 0 <= p["rest"] <= step - own["since"])


def assert_bounded(tile):
    """No household that nobody touched this step has a chance above its ceiling."""
    for row in np.flatnonzero(tile.pop.arrays.touched == 0):
        ceiling = float(seen_of(tile.pop, "ceiling")[row])
        if ceiling < 0:  # minus the step in which its rest is over
            ceiling = float(-ceiling <= tile.pop.step)
        assert chance_of(tile, row) <= ceiling, (tile.pop.step, row, Stage(tile.pop.arrays.stage[row]))


def run(tile, check, steps):
    """Step by step, checking between what interventions do and what households decide."""
    for step in range(1, steps + 1):
        tile.pop.begin_step(step)
        tile.turns.take(tile.pop)
        check(tile)
        decide_all(tile.pop.arrays, tile.parameters, tile.rule, step, tile.decided)
        take_effects(tile.pop.arrays, tile.parameters, step, tile.decided)
        tile.pop.form_ties()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made_communities(), behaviours(RULES), practices(), initials(), traits(), plans(14, 3, 10), st.integers(0, 999))
def test_no_chance_is_ever_above_its_ceiling(community, behaviour, practice, initial, people, plan, seed):
    town = scenario(community, steps=14, behaviour=behaviour, practice=practice, initial=initial, traits=people)
    run(Tile(town, [plan], new_population(town, [found(town, seed)], [seed])), assert_bounded, 14)


def waiting(verb, decision="logistic"):
    """One who has looked in vain for five steps, until an intervention changes what it thinks or sees."""
    drawn = founded(
        tied(3, [(0, 1)]),
        stage=[Stage.AWARE, Stage.PRACTISING, Stage.PRACTISING],
        hidden=[False, False, True],
        caution=0.9,
        trust_peer=1.0,
        confidence=0.1,
    )
    sharp = {"temperature": 0.0, "epsilon": 0.0, "try_rate": 1.0, "confidence_weight": 1.0, "lapse": "none"}
    town = scenario(steps=8, behaviour={**sharp, "decision": decision})
    plan = Planned(moves=(Move(step=6, verb=verb, amount=1.0),))
    return Tile(town, [plan], new_population(town, [drawn], [1]))


@pytest.mark.parametrize("verb", ["affirm", "encourage", "pay", "permit", "equip", "gain_trust"])
def test_who_was_passed_over_is_looked_at_again_once_its_chance_has_risen(verb):
    tile = waiting(verb)
    own = tile.pop.arrays.own[0]
    own["caution"] = {"permit": 0.0, "equip": 0.0, "gain_trust": 0.5}.get(verb, 1.05)
    own["marks"] = {"permit": Mark.NOT_PERMITTED, "equip": Mark.NO_HARDWARE}.get(verb, 0)
    own["trust_peer"] = 0.0 if verb == "gain_trust" else 1.0
    trying = []
    for _ in range(7):
        tile.step()
        trying.append(bool(tile.pop.arrays.stage[0] == Stage.TRYING))
    assert trying == [False] * 5 + [True] * 2


def test_a_ceiling_that_was_not_raised_again_is_noticed():
    """Negative control: the chance rises behind the ceiling's back."""
    tile = waiting("tell")

    def check(tile):
        if tile.pop.step == 5:
            tile.pop.arrays.own["caution"][0] = 0.0
        assert_bounded(tile)

    with pytest.raises(AssertionError):
        run(tile, check, 8)
