"""What is kept up to date is what counting from nothing gives; new ties count like old ones; records stay small."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pd_sim.behaviour import Behaviour
from pd_sim.engine import Tile, new_population
from pd_sim.population import COUNTERS, Mark, Stage, Variant
from pd_sim.population.kernels import count_seen
from tests.builders import copied, founded, mask, population, scattered, scenario, seen_of, tied
from tests.generated import VERBS, behaviours

STOCKS = COUNTERS.index("ever_practised") + 1


def assert_counted(pop):
    """The kept counts equal those from nothing; ceilings may only have been lowered."""
    fresh = copied(pop.arrays)
    count_seen(fresh)
    for name in ("practising", "heard"):
        assert (pop.arrays.look[name] == fresh.look[name]).all(), name
    assert (pop.arrays.counts[:, :STOCKS] == fresh.counts[:, :STOCKS]).all()
    resting = fresh.look["ceiling"] < 0
    assert (pop.arrays.look["ceiling"][resting] == fresh.look["ceiling"][resting]).all()
    assert (pop.arrays.look["ceiling"] <= fresh.look["ceiling"]).all()
    by_hand(pop)


def by_hand(pop):
    """And those of an agent that looks at one tie after the other."""
    a = pop.arrays
    for row in range(pop.n):
        m = heard = degree = 0
        for other, sight, weight in pop.neighbours(row):
            stage, own = a.stage[other], a.own[other]
            shows = 2 if own["ever"] else 4
            if stage == Stage.PRACTISING:
                shows = 0 if own["hidden"] else 1
            m += weight if sight & shows else 0
            heard += weight if stage in {Stage.AWARE, Stage.TRYING, Stage.LAPSED, Stage.REJECTED} else 0
            degree += weight
        assert (m, heard, degree) == tuple(a.look[row][["practising", "heard", "degree"]])


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_counts_are_kept_through_any_sequence_of_verbs_and_steps(data):
    weighted, mutual = data.draw(st.booleans()), data.draw(st.booleans())
    drawn = []
    for seed in data.draw(st.lists(st.integers(0, 99), min_size=1, max_size=2)):
        rng = np.random.default_rng(seed)
        community = scattered(seed, [6, 5], 0.4, weighted=weighted, mutual=mutual)
        stage = rng.integers(0, 6, community.n)
        own = dict(hidden=(stage == 3) & (rng.random(community.n) < 0.5), ever=rng.random(community.n) < 0.3)
        traits = dict(trust_peer=0.8, confidence=0.4, caution=0.2, variant=rng.integers(0, 4, community.n))
        traits["marks"] = rng.choice([0, 0, Mark.NOT_PERMITTED, Mark.NO_HARDWARE], community.n)
        drawn.append(founded(community, sights=(0.7, 0.4, 0.2), stage=stage, **own, **traits))
    behaviour = data.draw(behaviours())
    practice = {"seen_practising": 0.7, "seen_stopped": 0.4, "seen_never": 0.2}
    town = scenario(behaviour=behaviour, practice=practice, steps=40)
    tile = Tile(town, (), new_population(town, drawn, range(len(drawn))))
    pop = tile.pop
    pop.begin_step(1)
    for verb in data.draw(st.lists(st.sampled_from((*VERBS, "connect", "step")), min_size=1, max_size=15)):
        if verb == "step":
            pop.step -= 1
            tile.step()
            pop.begin_step(pop.step + 1)
        else:
            chosen = np.array(data.draw(st.lists(st.booleans(), min_size=pop.n, max_size=pop.n)))
            more = {"coach": (0.5, 1.0, 1), "encourage": (0.5, "peer"), "connect": (0.5,)}.get(verb, ())
            more = (0.3,) if verb in {"pay", "involve", "affirm"} else more
            more = (0.3, "expert") if verb in {"gain_trust", "lose_trust"} else more
            more = (0.3, Variant.LOCAL) if verb == "adapt" else more
            getattr(pop, verb)(chosen, *more)
        assert_counted(pop)


def test_a_count_that_is_not_kept_is_noticed():
    """Negative control: a stage changed behind the counts' back."""
    pop = population(founded(scattered(1, [6], 0.5)))
    assert_counted(pop)
    pop.arrays.stage[0] = Stage.AWARE
    with pytest.raises(AssertionError):
        assert_counted(pop)


def pairs_of(pop):
    """Half-edges by which households see each other, old and new."""
    return [(i, j) for i in range(pop.n) for j, _, _ in pop.neighbours(i)]


def test_all_who_meet_can_be_tied_and_nobody_twice():
    pop = population(founded(tied(5, [(0, 1)]), stage=[3, 0, 1, 4, 0]))
    pop.connect(~pop.nobody())
    assert sorted(pairs_of(pop)) == sorted(itertools.permutations(range(5), 2))
    pop.connect(~pop.nobody())
    assert len(pairs_of(pop)) == 20
    assert_counted(pop)
    assert seen_of(pop, "degree").tolist() == [4] * 5


def test_ties_form_within_villages_only():
    pop = population(founded(scattered(1, [4, 3], 0.0)), founded(scattered(2, [4, 3], 0.0)))
    pop.connect(~pop.nobody())
    assert len(pairs_of(pop)) == 2 * (12 + 6)
    village = pop.spread(np.arange(4))
    assert all(village[i] == village[j] for i, j in pairs_of(pop))


def test_a_tie_that_goes_one_way_is_left_as_it_is():
    pop = population(founded(tied(3, [(0, 1)], mutual=False)))
    pop.connect(~pop.nobody())
    assert sorted(pairs_of(pop)) == [(0, 1), (0, 2), (1, 2), (2, 0), (2, 1)]


def test_only_those_who_meet_form_ties_as_often_as_the_chance_says():
    pop = population(founded(scattered(1, [200], 0.0)))
    met = np.arange(200) < 150
    pop.connect(met, 0.3)
    pairs = pairs_of(pop)
    assert all(i < 150 and j < 150 for i, j in pairs)
    assert {(j, i) for i, j in pairs} == set(pairs)
    trials = 150 * 149 / 2
    assert len(pairs) / 2 == pytest.approx(0.3 * trials, abs=4.5 * np.sqrt(trials * 0.21))


def test_a_new_tie_sees_like_an_old_one_and_counts_its_weight():
    old = population(founded(tied(2, [(0, 1)]), stage=[3, 0]))
    new = population(founded(tied(2, []), stage=[3, 0]))
    new._sight_chances[:] = (1, 0, 0)
    new.connect(~new.nobody())
    for name in ("practising", "heard", "degree"):
        assert (seen_of(old, name) == seen_of(new, name)).all()
    weighted = population(founded(tied(3, [(0, 1)], weight=[2.0]), stage=[3, 0, 0]))
    weighted._sight_chances[:] = (1, 0, 0)
    weighted.connect(~weighted.nobody())
    assert seen_of(weighted, "degree").tolist() == [3 * 65536, 3 * 65536, 2 * 65536]
    assert seen_of(weighted, "practising").tolist() == [0, 2 * 65536, 65536]


def test_those_who_met_in_a_session_form_ties_at_the_end_of_the_step():
    for meeting, wanted in ((0.0, 0), (1.0, 6)):
        pop = population(founded(scattered(1, [5], 0.0)), meeting=meeting)
        pop.attend(mask(pop, 0, 2, 4))
        assert len(pairs_of(pop)) == 0
        pop.form_ties()
        assert len(pairs_of(pop)) == wanted
        pop.form_ties()
        assert len(pairs_of(pop)) == wanted


def test_weights_of_replicates_with_and_without_them_stand_in_one_tile():
    plain, weighted = founded(tied(2, [(0, 1)]), stage=[3, 0]), founded(tied(2, [(0, 1)], weight=[0.5]), stage=[3, 0])
    pop = population(plain, weighted)
    assert seen_of(pop, "degree").tolist() == [65536, 65536, 32768, 32768]
    assert seen_of(pop, "practising").tolist() == [0, 65536, 0, 32768]
    assert_counted(pop)


@pytest.mark.parametrize("meeting", [0.0, 0.5])
def test_at_most_100_bytes_a_household_beside_ties(meeting):
    town = scenario({"generator": "village", "households": 500}, behaviour={"meeting": meeting})
    from pd_sim.engine import found

    tile = Tile(town, (), new_population(town, [found(town, 1)] * 4, range(4)))
    ties = {"sees", "sees_start", "sight", "seen_by", "seen_by_start", "sight_by", "weight_by", "pool"}
    arrays = {k: v for k, v in tile.pop.arrays._asdict().items() if k not in ties and isinstance(v, np.ndarray)}
    held = sum(v.nbytes for v in arrays.values() if len(v) >= tile.pop.n) + tile.decided.nbytes
    assert held <= 100 * tile.pop.n
    assert all(len(v) < 100 for v in arrays.values() if len(v) < tile.pop.n)


def test_behaviour_and_population_agree_on_defaults():
    pop = population(founded(scattered(1, [3])))
    assert (pop.tacitness, pop.know_how_decay) == (0.6, Behaviour().know_how_decay)
