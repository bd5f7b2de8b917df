"""Seeding: as many as asked for in every village, chosen as it says, trained once, and paid for."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_array

import pd_sim as ps
from pd_sim.errors import ScenarioError
from pd_sim.interventions import Budget, PerHundred, Seeding, centrality
from pd_sim.interventions.centrality import betweenness, degree, forget_measures, greedy_order, ties_of
from pd_sim.population import Mark, Stage, Variant
from tests.builders import founded, graph, scattered, scenario, tied
from tests.unit.interventions.made import practising, tile_of, villages

WAYS = ("random", "degree", "betweenness", "friend_nomination", "clustered", "greedy")
TALKS = {"talk_practising": 0.3}


def trained(spec, *replicates, arm=(), **behaviour):
    """Who was trained in the first step."""
    tile = tile_of([*arm, spec], *replicates, **behaviour)
    tile.step()
    return tile, tile.turns.memories[-1].trained


def star(leaves, lonely=0):
    """A household that knows all the others, who know nobody else; and some without ties."""
    drawn = tied(leaves + 1 + lonely, [(0, i) for i in range(1, leaves + 1)])
    return founded(drawn, trust_peer=1.0, trust_expert=1.0, need=True)


@pytest.mark.parametrize("by", WAYS)
@pytest.mark.parametrize("how_many", [0, 1, 4, PerHundred(per_100=25)])
def test_as_many_as_asked_for_are_trained_once_in_every_village(by, how_many):
    drawn = founded(scattered(3, [12, 30, 8], 0.4), trust_expert=1.0)
    tile, mask = trained(Seeding(by=by, how_many=how_many, cost_household=7.0), drawn, drawn, **TALKS)
    wanted = [how_many] * 3 if isinstance(how_many, int) else [3, 8, 2]
    assert tile.pop.count(mask).values.tolist() == wanted * 2
    assert ((tile.pop.trait("marks") & Mark.CAME) == mask).all()
    for _ in range(3):
        tile.step()
    assert tile.pop.count(mask).values.tolist() == wanted * 2
    assert tile.track.cost.get("set-up", np.zeros(1)).sum() == 7.0 * 2 * sum(wanted)


@pytest.mark.parametrize("by", WAYS)
def test_another_round_trains_others_and_where_few_are_left_all(by):
    tile, mask = trained(Seeding(by=by, how_many=4, stop=2, again=2), founded(scattered(3, [9], 0.5)), **TALKS)
    seen = [mask.sum()]
    for _ in range(6):
        tile.step()
        seen.append(mask.sum())
    if by == "friend_nomination":  # each is asked for one name, so fewer may be named
        assert seen == sorted(seen)
        assert 4 < seen[2] <= 8
    else:
        assert seen == [4, 4, 8, 8, 9, 9, 9]


@pytest.mark.parametrize("by", WAYS)
def test_those_who_practise_in_the_open_are_not_chosen(by):
    drawn = villages(8, stage=practising(8, 1, 3, 5), variant=1)
    _, mask = trained(Seeding(by=by, how_many=8), drawn, **TALKS)
    assert not mask[[1, 3, 5]].any()
    assert by == "friend_nomination" or mask.sum() == 5


def test_those_trained_get_what_was_meant():
    spec = Seeding(how_many=2, dose=0.5, keeps=1.0, push=0.25, involves=0.6, genuine=0.5, fidelity=0.5, teaches="local")
    tile, mask = trained(spec, villages(9))
    own = tile.pop.arrays.own
    assert (tile.pop.at(Stage.AWARE) == mask).all()
    for name, value in {"know_how": 0.25, "push": 0.0, "involved": 0.15}.items():
        assert set(own[name][mask]) == {np.float32(value)} or name == "push", name
        assert not own[name][~mask].any()
    assert set(own["variant"][mask]) == {Variant.LOCAL}
    assert tile.track.counts[1, 0, 12:14].tolist() == [1, 2]  # sessions, attendance


def test_those_trained_are_encouraged_and_decide_as_in_a_session():
    began = {}
    for push, rate in ((2.0, 1.0), (0.0, 1.0), (2.0, 0.0)):
        drawn = villages(40, caution=0.9)
        tile, mask = trained(Seeding(how_many=6, push=push), drawn, session_rate=rate, try_rate=0.0)
        began[push, rate] = int((tile.pop.at(Stage.TRYING) & mask).sum())
    assert began == {(2.0, 1.0): 6, (0.0, 1.0): 0, (2.0, 0.0): 0}


# ── who is chosen ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_degree_counts_ties_of_either_direction_and_equal_ones_are_told_apart_by_lot():
    drawn = founded(tied(6, [(0, 5), (1, 5), (2, 5), (5, 3), (4, 3)], mutual=False))
    _, mask = trained(Seeding(by="degree", how_many=2), drawn)
    assert np.flatnonzero(mask).tolist() == [3, 5]
    ring = founded(tied(5, [(i, (i + 1) % 5) for i in range(5)]))
    _, mask = trained(Seeding(by="degree", how_many=1), *[ring] * 200)
    assert mask.reshape(200, 5).sum(0) == pytest.approx(40, abs=25)


def test_betweenness_is_that_of_networkx_and_finds_the_bridge():
    for seed, (n, density) in enumerate(itertools.product((1, 2, 7, 40), (0.0, 0.1, 0.3, 1.0))):
        drawn = nx.gnp_random_graph(n, density, seed=seed)
        ties = csr_array(nx.to_scipy_sparse_array(drawn, nodelist=range(n), dtype=float))
        wanted = nx.betweenness_centrality(drawn, normalized=False)
        assert betweenness(ties) == pytest.approx([wanted[i] for i in range(n)], abs=1e-8)
        assert degree(ties).tolist() == [d for _, d in sorted(drawn.degree)]
    two_rings = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (2, 6), (6, 3)]
    _, mask = trained(Seeding(by="betweenness", how_many=1), founded(tied(7, two_rings)))
    assert np.flatnonzero(mask).tolist() == [6]


def test_betweenness_in_parts_is_the_same(monkeypatch):
    ties = csr_array(nx.to_scipy_sparse_array(nx.gnp_random_graph(30, 0.2, seed=4), dtype=float))
    parts: list[int] = []
    whole, one = betweenness(ties), centrality._from_sources
    monkeypatch.setattr(centrality, "_from_sources", lambda t, s: parts.extend(s) or one(t, s[:10]) + one(t, s[10:]))
    assert betweenness(ties) == pytest.approx(whole, abs=1e-8)
    assert parts == list(range(30))


def test_those_named_are_friends_and_often_have_many():
    _, mask = trained(Seeding(by="friend_nomination", how_many=1), *[star(4)] * 400)
    hub = mask.reshape(400, 5)[:, 0].mean()
    assert hub == pytest.approx(0.8, abs=4.5 * np.sqrt(0.8 * 0.2 / 400))  # as often as a leaf is asked first
    _, mask = trained(Seeding(by="friend_nomination", how_many=5), star(4, lonely=3))
    assert np.flatnonzero(mask).tolist()[0] == 0
    assert mask.sum() == 2  # the hub names one, everybody else the hub


def test_a_household_names_each_of_its_ties_as_often():
    drawn = [star(4) for _ in range(600)]
    _, mask = trained(Seeding(by="friend_nomination", how_many=2), *drawn)
    leaves = mask.reshape(600, 5)[:, 1:]
    assert (leaves.sum(1) == 1).all()
    assert leaves.mean(0) == pytest.approx(0.25, abs=4.5 * np.sqrt(0.25 * 0.75 / 600))


def test_leaders_are_those_with_the_label():
    drawn = founded(scattered(1, [20, 10], 0.2))
    tile, mask = trained(Seeding(by="leaders", leaders="half = 1", how_many=6), drawn, drawn)
    assert (tile.pop.group("half")[mask] == 1).all()
    assert tile.pop.count(mask).values.tolist() == [6, 5, 6, 5]


def test_a_cluster_is_in_one_place_and_goes_on_elsewhere_only_when_it_must():
    for luck in range(20):
        tile = tile_of([Seeding(by="clustered", how_many=5)], *[villages(30)] * (luck + 1))
        tile.step()
        for rows in np.flatnonzero(tile.turns.memories[0].trained).reshape(-1, 5):
            assert rows.max() - rows.min() <= 6
    pairs = founded(tied(12, [(i, i + 1) for i in range(0, 12, 2)]))
    _, mask = trained(Seeding(by="clustered", how_many=6), pairs)
    assert (mask.reshape(6, 2).sum(1) != 1).all()


def parts_of(drawn, chance, draws, seed):
    """For so many draws of live ties: the part of the network each household is in."""
    for luck in np.random.default_rng(seed).random((draws, drawn.number_of_edges())):
        kept = nx.Graph()
        kept.add_nodes_from(drawn)
        kept.add_edges_from(e for e, u in zip(drawn.edges, luck, strict=True) if u < chance)
        yield {row: frozenset(part) for part in nx.connected_components(kept) for row in part}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_greedy_reaches_nearly_what_the_best_set_does(seed):
    drawn = nx.barabasi_albert_graph(12, 2, seed=seed)
    ties = csr_array(nx.to_scipy_sparse_array(drawn, dtype=float))
    order = greedy_order(ties, 0.25, 3, np.arange(1, 13, dtype=np.uint64) * np.uint64(7919), seed)
    parts = list(parts_of(drawn, 0.25, 100, seed))
    reach = {
        chosen: np.mean([sum(map(len, {part[row] for row in chosen})) for part in parts])
        for chosen in itertools.combinations(drawn, 3)
    }
    best, lot, got = max(reach.values()), np.mean(list(reach.values())), reach[tuple(sorted(order.tolist()))]
    assert got >= (1 - 1 / np.e) * best
    assert got > lot + 0.3 * (best - lot)


def test_where_every_tie_passes_it_on_greedy_takes_one_of_each_part_the_largest_first():
    parts = [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (7, 8)]
    drawn = founded(tied(10, parts), trust_expert=1.0)
    for spec, behaviour in (({"passes_on": 1.0}, {}), ({}, {"talk_practising": 1.0})):
        _, mask = trained(Seeding(by="greedy", how_many=3, **spec), drawn, **behaviour)
        assert [mask[:4].sum(), mask[4:7].sum(), mask[7:9].sum(), mask[9]] == [1, 1, 1, 0]
    ten = np.arange(10, dtype=np.uint64)
    whole = greedy_order(ties_of(tile_of([], drawn).pop, 0), 1.0, 10, ten, 3)
    assert sorted(whole.tolist()) == list(range(10))
    assert [row // 4 for row in whole[:1]] == [0]


def test_the_chance_a_tie_passes_it_on_is_the_scenarios(monkeypatch):
    asked = []
    monkeypatch.setattr("pd_sim.interventions.seeding.greedy_order", lambda *a: asked.append(a[1]) or np.arange(a[2]))
    for behaviour, spec, drawn in (
        ({"talk_practising": 0.3}, {}, scattered(1, [9])),
        ({"talk_practising": 0.3}, {}, scattered(1, [9], weighted=True)),
        ({"talk_practising": 0.3}, {"passes_on": 0.6}, scattered(1, [9])),
    ):
        forget_measures()
        trained(Seeding(by="greedy", how_many=2, **spec), founded(drawn), **behaviour)
    forget_measures()
    assert asked == pytest.approx([0.3, 0.3, 0.6])


# ── computed once ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("by", ["betweenness", "greedy"])
def test_replicates_with_the_same_ties_share_what_is_computed(by, monkeypatch):
    name = {"betweenness": "betweenness", "greedy": "greedy_order"}[by]
    calls = []
    original = getattr(centrality, name)
    monkeypatch.setattr(f"pd_sim.interventions.seeding.{name}", lambda *a: calls.append(1) or original(*a))
    same, other = founded(scattered(1, [11, 8])), founded(scattered(2, [11, 8]))
    forget_measures()
    results = []
    for _ in range(2):
        _, mask = trained(Seeding(by=by, how_many=3), same, same, other, **TALKS)
        results.append(mask.tolist())
        assert len(calls) == 4  # two villages of each community, in both runs
    forget_measures()
    _, mask = trained(Seeding(by=by, how_many=3), same, same, other, **TALKS)
    assert len(calls) == 8
    assert results == [mask.tolist()] * 2


def test_what_is_remembered_has_an_end(monkeypatch):
    monkeypatch.setattr(centrality, "_REMEMBERED", 25)
    forget_measures()
    for seed in range(5):
        trained(Seeding(by="betweenness", how_many=1), founded(scattered(seed, [10])))
    assert len(centrality._kept) == 2
    forget_measures()


# ── money, and what is refused ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("then", "number"), [("thin", [3, 2]), ("stop", [0, 0])])
def test_a_budget_pays_for_as_many_as_it_can(then, number):
    arm = [Budget(amount=55.0, then=then, until=100 if then == "thin" else None)]
    tile, mask = trained(Seeding(how_many=5, cost_household=10.0), founded(scattered(2, [12, 9])), arm=arm)
    assert sorted(tile.pop.count(mask).values.tolist(), reverse=True) == number


def refused(match, sizes=(12, 9), **fields):
    community = scattered(1, sizes)
    town = type(community)(*[getattr(community, n) for n in ("villages", "start", "names", "identity", "ties")])
    town = type(town)(town.villages, town.start, town.names, town.identity, town.ties, community.columns, ("half",))
    arms = {"arm": [{"seeding": fields}]}
    with pytest.raises(ScenarioError, match=match) as caught:
        ps.run(scenario(graph(town), arms), "arm", 1)
    assert "\n" not in str(caught.value)


def test_what_a_community_does_not_have_is_refused(monkeypatch):
    refused(r"^seeding.how_many: 10 households, but the smallest village has 9; ask for no more", how_many=10)
    refused(r"^seeding.how_many: 120 of every 100 households; at most 100$", how_many={"per_100": 120})
    refused(r"^seeding.leaders: unknown grouping 'hlaf'; did you mean 'half'", by="leaders", leaders="hlaf=1")
    refused(r"^seeding.leaders: no household has half=2; ", by="leaders", leaders="half=2")
    refused(r"arms.arm\[0\].seeding.*leaders: give it as \"column=value\" with by: leaders", by="leaders")
    refused(r"leaders: give it as \"column=value\" with by: leaders", by="degree", leaders="half=1")
    refused(r"arms.arm\[0\].seeding.leaders", by="leaders", leaders="half")
    for by in ("betweenness", "greedy"):
        monkeypatch.setitem(centrality.LARGEST, by, 11)
        refused(rf"^seeding.by: {by} takes too long in a village of 12 households \(up to 11\)", by=by)
