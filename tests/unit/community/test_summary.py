from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from pd_sim.community import Community, Random, ScaleFree, Village
from pd_sim.community import summary as summary_module


def test_a_village_worked_by_hand():
    # a triangle 0-1-2, 2-3 hanging on, 4 alone
    made = Community.build(range(5), source=[0, 1, 2, 2], target=[1, 2, 0, 3]).summary()["1"]
    assert (made.households, made.ties, made.pairs) == (5, 4, 4)
    assert made.mean_degree == pytest.approx(8 / 5)
    assert made.degree_variation == pytest.approx(np.std([2, 2, 3, 1, 0]) / 1.6)
    assert made.density == pytest.approx(0.4)
    assert made.transitivity == pytest.approx(3 / 5)
    assert made.local_clustering == pytest.approx((1 + 1 + 1 / 3) / 5)
    assert made.giant_component == pytest.approx(0.8)
    assert made.path_length == pytest.approx((1 + 1 + 2 + 1 + 2 + 1) / 6)
    assert made.isolates == pytest.approx(0.2)
    assert made.reciprocity == 1
    assert made["degree_max"] == 3


def test_directed_measures_by_hand():
    made = Community.build(range(4), source=[0, 1, 0, 3], target=[1, 0, 2, 0], mutual=False).summary()["1"]
    assert (made.ties, made.pairs) == (4, 3)
    assert made.reciprocity == pytest.approx(0.5)
    assert made.mean_out_degree == 1
    assert made.mean_degree == pytest.approx(1.5)
    assert made.seen_by_nobody == pytest.approx(0.25)
    assert made.in_degree_max == 2
    assert made.in_degree_variation == pytest.approx(np.std([2, 1, 1, 0]))


@pytest.mark.parametrize(
    "spec", [Village(households=80), Random(households=60, mean_degree=2), ScaleFree(households=90)]
)
@pytest.mark.parametrize("seed", [1, 2])
def test_agrees_with_networkx(spec, seed):
    town = spec.draw_community(seed)
    graph, made = town.to_networkx(), town.summary().pooled
    giant = graph.subgraph(max(nx.connected_components(graph), key=len))
    assert made.transitivity == pytest.approx(nx.transitivity(graph))
    assert made.local_clustering == pytest.approx(nx.average_clustering(graph))
    assert made.giant_component == pytest.approx(len(giant) / len(graph))
    assert made.path_length == pytest.approx(nx.average_shortest_path_length(giant))
    assert made.assortativity == pytest.approx(nx.degree_assortativity_coefficient(graph))
    assert made.density == pytest.approx(nx.density(graph))
    assert made.isolates == pytest.approx(nx.number_of_isolates(graph) / len(graph))


def test_reciprocity_agrees_with_networkx():
    graph = nx.gnp_random_graph(40, 0.1, seed=3, directed=True)
    made = Community.from_networkx(graph).summary().pooled
    assert made.reciprocity == pytest.approx(nx.reciprocity(graph))


def test_mean_is_over_villages_and_pooled_over_households():
    town = Community.build(range(6), ["v", "v", "w", "w", "w", "w"], source=[0, 2, 2, 2], target=[1, 3, 4, 5]).summary()
    assert list(town) == ["v", "w"]
    assert town.mean.mean_degree == pytest.approx((1 + 1.5) / 2)
    assert town.pooled.mean_degree == pytest.approx(8 / 6)
    assert town.pooled.degree_variation == pytest.approx(np.std([1, 1, 3, 1, 1, 1]) / (8 / 6))
    assert town.mean.degree_max == 2
    assert town.pooled.degree_max == 3
    assert town.mean.density == town.pooled.density == pytest.approx((1 + 0.5) / 2)
    assert (town.mean.households, town.mean.ties) == (6, 4)


def test_what_is_not_defined_is_left_out_of_the_mean():
    town = Community.build(range(5), ["v", "v", "w", "w", "w"], source=[2, 3], target=[3, 4]).summary()
    assert np.isnan(town["v"].path_length)
    assert np.isnan(town["v"].assortativity)
    assert town["v"].transitivity == 0
    assert town.mean.path_length == town["w"].path_length


def test_frame_has_a_row_per_village_and_two_more():
    frame = Village(households=30, villages=3, mean_degree=5).draw_community(1).summary().to_frame()
    assert frame["village"].tolist() == ["1", "2", "3", "mean", "pooled"]
    assert frame["households"].tolist() == [30, 30, 30, 90, 90]
    assert frame["mean_degree"][:3].mean() == pytest.approx(frame["mean_degree"][3])


def test_paths_of_large_villages_are_sampled(monkeypatch):
    town = Village(households=800).draw_community(1)
    exact = town.summary().pooled.path_length
    monkeypatch.setattr(summary_module, "EXACT_PATHS", 100)
    sampled = town.summary().pooled.path_length
    assert sampled != exact
    assert sampled == pytest.approx(exact, rel=0.05)


def test_unknown_names_are_key_errors():
    made = Community.build(range(2), source=[0], target=[1]).summary()
    with pytest.raises(KeyError):
        made["2"]
    with pytest.raises(KeyError):
        made["1"]["to_frame"]
