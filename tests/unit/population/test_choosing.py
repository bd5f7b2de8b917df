"""Picking, counting and neighbourhoods go village by village, whatever stands beside."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pd_sim.errors import InterventionError, StreamError, UnknownNameError
from pd_sim.population import PerVillage, Stage
from pd_sim.streams import draws, stream_key
from tests.builders import founded, isolated, mask, population, scattered, tied


def three_villages(seed=1):
    return founded(scattered(seed, [7, 4, 9]))


@pytest.fixture
def pop():
    """Two replicates of three villages."""
    return population(three_villages(), three_villages(2))


def naive_pick(pop, eligible, wanted, stream, weight=None):
    """The smallest draws of each village, one village after the other."""
    a, out = pop.arrays, np.zeros(pop.n, bool)
    for village, (first, last) in enumerate(itertools.pairwise(a.village_start)):
        luck = int(a.seed[pop.replicate_of_village[village]])
        key = draws(luck, stream, pop.step, a.identity[first:last])
        if weight is not None:
            with np.errstate(divide="ignore"):
                key = -np.log1p(-key) / weight[first:last]
        rows = [r for r in np.argsort(key, kind="stable") + first if eligible[r] and (weight is None or weight[r] > 0)]
        out[rows[: wanted[village]]] = True
    return out


@settings(max_examples=200)
@given(st.data())
def test_pick_takes_the_smallest_draws_of_each_village(data):
    pop = population(three_villages(), three_villages(2))
    eligible = np.array(data.draw(st.lists(st.booleans(), min_size=pop.n, max_size=pop.n)))
    wanted = np.array(data.draw(st.lists(st.integers(0, 12), min_size=6, max_size=6)))
    weight = data.draw(st.sampled_from([None, np.arange(pop.n) % 4 / 2]))
    with pop.drawing_for("test"):
        picked = pop.pick(eligible, PerVillage(wanted), "whom", weight)
    assert (picked == naive_pick(pop, eligible, wanted, stream_key("test", "", "whom"), weight)).all()
    room = pop.count(eligible if weight is None else eligible & (weight > 0)).values
    assert (pop.count(picked).values == np.minimum(wanted, room)).all()


@pytest.mark.parametrize("size", [1, 511, 512, 513, 1200])
def test_pick_and_chance_in_villages_of_any_size(size):
    pop = population(founded(isolated(size)), founded(isolated(size)))
    rng = np.random.default_rng(size)
    for share in (0.01, 0.5, 1.0):
        eligible = rng.random(pop.n) < share
        with pop.drawing_for("test"):
            for wanted in (0, 1, 7, size):
                picked = pop.pick(eligible, wanted, "whom")
                assert (picked == naive_pick(pop, eligible, [wanted] * 2, stream_key("test", "", "whom"))).all()
            met = pop.chance(eligible, 0.3, "who")
        u = [draws(seed, stream_key("test", "", "who"), 1, pop.arrays.identity[:size]) for seed in (1, 2)]
        assert (met == (eligible & (np.concatenate(u) < 0.3))).all()


def test_pick_of_one_number_is_that_number_in_each_village(pop):
    with pop.drawing_for("test"):
        assert pop.count(pop.pick(~pop.nobody(), 5, "whom")).values.tolist() == [5, 4, 5] * 2
        assert pop.pick(~pop.nobody(), -3, "whom").sum() == 0


def test_equal_keys_go_by_row():
    pop = population(founded(isolated(5)))
    pop.arrays.identity[:] = pop.arrays.identity[0]
    with pop.drawing_for("test"):
        assert pop.pick(~pop.nobody(), 2, "whom").tolist() == [True, True, False, False, False]


def test_purposes_steps_labels_and_replicates_have_draws_of_their_own():
    pop = population(founded(isolated(200)), founded(isolated(200)))
    picks = []
    for mechanic, labels, purpose, step in (
        ("a", {}, "x", 1),
        ("b", {}, "x", 1),
        ("a", {"a": "2"}, "x", 1),
        ("a", {}, "y", 1),
        ("a", {}, "x", 2),
    ):
        pop.step = step
        with pop.drawing_for(mechanic, labels):
            both = pop.pick(~pop.nobody(), 100, purpose)
            again = pop.pick(~pop.nobody(), 100, purpose)
        assert (both == again).all()
        picks += [both[:200], both[200:]]
    assert len({p.tobytes() for p in picks}) == 10


def test_a_block_within_a_block_draws_for_its_own_mechanic(pop):
    with pop.drawing_for("a", {"a": "2", "b": "3"}):
        with pop.drawing_for("b"):
            assert pop.stream("x") == stream_key("b", "3", "x")
        assert pop.stream("x") == stream_key("a", "2", "x")


def test_draws_outside_an_intervention_and_clashing_streams_are_refused(pop, monkeypatch):
    with pytest.raises(InterventionError, match="the draw for 'whom' is outside any intervention"):
        pop.pick(~pop.nobody(), 1, "whom")
    with pop.drawing_for("household"), pytest.raises(StreamError, match="household//decide is claimed twice"):
        pop.chance(~pop.nobody(), 0.5, "decide")
    with pop.drawing_for("x"):
        pop.stream("one")
        monkeypatch.setattr("pd_sim.streams.stream_key", lambda *parts: stream_key("x", "", "one"))
        with pytest.raises(StreamError, match="x//one and x//two have the same key"):
            pop.stream("two")


def inclusion(weights, k):
    """Chance of each to be among k drawn one after another in proportion to the weights."""
    chances = np.zeros(len(weights))
    for order in itertools.permutations(range(len(weights)), k):
        p, left = 1.0, sum(weights)
        for i in order:
            p *= weights[i] / left
            left -= weights[i]
        chances[list(order)] += p
    return chances


@pytest.mark.parametrize("k", [1, 2, 4])
def test_weights_pick_like_drawing_without_replacement(k):
    weights, repeats = [1.0, 2.0, 4.0, 0.5, 3.0], 20_000
    pop = population(founded(isolated(5)))
    with pop.drawing_for("test"):
        stream = pop.stream("whom")
        met = np.zeros(5)
        for step in range(repeats):
            pop.step = step
            met += pop.pick(~pop.nobody(), k, "whom", np.array(weights))
    wanted = inclusion(weights, k)
    assert stream == stream_key("test", "", "whom")
    error = np.sqrt(wanted * (1 - wanted) / repeats)
    assert (abs(met / repeats - wanted) < 4.5 * error).all()
    if k > 1:  # negative control: in plain proportion, as if with replacement, it would not be
        plain = np.minimum(1, k * np.array(weights) / sum(weights))
        assert (abs(plain - wanted) > 10 * error).any()


def test_chance_has_one_p_for_all_or_one_each(pop):
    with pop.drawing_for("test"):
        same, each = (pop.chance(~pop.nobody(), p, "who") for p in (0.4, np.full(pop.n, 0.4)))
        assert (same == each).all()
        assert pop.chance(~pop.nobody(), 0.0, "who").sum() == 0
        assert pop.chance(~pop.nobody(), 1.0, "who").all()
        rising = [pop.chance(~pop.nobody(), p, "who") for p in (0.2, 0.5, 0.9)]
    assert all((low <= high).all() for low, high in itertools.pairwise(rising))


def test_chance_is_met_as_often_as_it_says():
    pop = population(*[founded(isolated(100)) for _ in range(200)])
    with pop.drawing_for("test"):
        met = pop.chance(~pop.nobody(), 0.3, "who").mean()
    assert met == pytest.approx(0.3, abs=4.5 * np.sqrt(0.21 / 20_000))


def test_counts_and_shares_are_per_village(pop):
    chosen = mask(pop, 0, 1, 7, 19, 20, 39)
    assert pop.count(chosen).values.tolist() == [2, 1, 1, 1, 0, 1]
    assert pop.share(chosen).values.tolist() == [2 / 7, 1 / 4, 1 / 9, 1 / 7, 0, 1 / 9]
    assert pop.spread(pop.count(chosen)).tolist() == [2] * 7 + [1] * 4 + [1] * 9 + [1] * 7 + [0] * 4 + [1] * 9
    assert pop.village_sizes.values.tolist() == [7, 4, 9] * 2
    assert (pop.n, pop.villages, pop.replicates) == (40, 6, 2)
    assert pop.replicate_of_village.tolist() == [0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("pairs", ["mutual", "directed"])
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 999), reach=st.integers(0, 4), start=st.integers(0, 15), new=st.booleans())
def test_near_is_what_networkx_calls_near(pairs, seed, reach, start, new):
    community = scattered(seed, [9, 7], 0.15, mutual=pairs == "mutual")
    pop = population(founded(community), meeting=0.3 if new else 0.0)
    graph = nx.Graph()
    graph.add_nodes_from(range(16))
    graph.add_edges_from(zip(community.ties.source.tolist(), community.ties.sees.tolist(), strict=True))
    if new:
        with pop.drawing_for("test"):
            pop.connect(mask(pop, *range(0, 16, 3)), 0.5)
        graph.add_edges_from((i, j) for i in range(16) for j, _, _ in pop.neighbours(i))
    wanted = set(nx.single_source_shortest_path_length(graph, start, cutoff=reach))
    assert set(np.flatnonzero(pop.near(mask(pop, start), reach))) == wanted
    asked = np.arange(16) % 2 == 0
    inner = set(nx.single_source_shortest_path_length(graph, start, cutoff=max(reach - 1, 0)))
    assert set(np.flatnonzero(pop.near(mask(pop, start), reach, asked=asked))) == {
        i for i in wanted if asked[i] or i in inner
    }


def test_near_goes_both_ways_along_a_directed_tie():
    pop = population(founded(tied(3, [(0, 1)], mutual=False)))
    assert pop.near(mask(pop, 0)).tolist() == pop.near(mask(pop, 1)).tolist() == [True, True, False]


def test_who_can_be_asked_for_by_name():
    own = dict(stage=[3, 3, 3, 1, 4], hidden=[True, False, False, False, False], ownership=[1, 0.4, 0.5, 1, 1])
    ties = tied(5, [(0, 1), (1, 3), (2, 4)])
    pop = population(founded(ties, **own, trust_peer=0.5, trust_expert=0.25, variant=[1, 2, 1, 0, 3]))
    assert pop.hidden.tolist() == [True, False, False, False, False]
    assert pop.in_the_open.tolist() == [False, True, True, False, False]
    assert pop.hosts(0.4).tolist() == [False, False, True, False, False]  # .4 is not more than .4
    assert pop.sees_practice.tolist() == [True, False, False, True, True]
    assert pop.at(Stage.AWARE, Stage.LAPSED).tolist() == [False, False, False, True, True]
    assert pop.trust("peer").tolist() == [0.5] * 5
    assert pop.trust("expert").tolist() == [0.25] * 5
    assert pop.variants(~pop.nobody()).tolist() == [[1, 2, 1, 1]]
    with pytest.raises(UnknownNameError, match="unknown source 'experts'; did you mean 'expert'"):
        pop.trust("experts")
    with pytest.raises(UnknownNameError, match="did you mean 'caution'"):
        pop.trait("cautoin")


def test_groups_stand_side_by_side(pop):
    assert pop.group("half").tolist() == (np.arange(20) % 2).tolist() * 2
    with pytest.raises(UnknownNameError, match="unknown group 'hlaf'; did you mean 'half'"):
        pop.group("hlaf")
