from __future__ import annotations

import time

import networkx as nx
import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from pd_sim.community import Village
from pd_sim.community.village import degree_scale, hidden_degrees


def measured(spec: Village, seeds: int) -> dict[str, float]:
    made = [spec.draw_community(seed).summary().pooled for seed in range(seeds)]
    names = ("mean_degree", "degree_variation", "transitivity", "giant_component", "path_length")
    return {name: float(np.mean([summary[name] for summary in made])) for name in names}


def test_default_has_the_figures_of_real_villages():
    """DESIGN §4.6: variation .5, transitivity .2 to .36, giant component 1, path 3.0 to 3.2 at 220 households."""
    made = measured(Village(households=220), 30)
    assert made["mean_degree"] == pytest.approx(9, abs=0.3)
    assert made["degree_variation"] == pytest.approx(0.5, abs=0.05)
    assert 0.2 <= made["transitivity"] <= 0.36
    assert made["giant_component"] > 0.99
    assert 3.0 <= made["path_length"] <= 3.2


def test_knobs_turn_the_right_way():
    base = measured(Village(households=220), 20)
    close = measured(Village(households=220, beta=3), 20)
    uneven = measured(Village(households=220, gamma=2.5), 20)
    assert close["transitivity"] > base["transitivity"] + 0.1
    assert close["path_length"] > base["path_length"]
    assert uneven["degree_variation"] > base["degree_variation"] + 0.2


@pytest.mark.parametrize(("n", "mean", "beta", "gamma"), [(40, 8, 1.75, 4), (300, 5, 1.2, 3), (500, 9, 2.5, 2.1)])
def test_mean_degree_is_as_asked_for(n, mean, beta, gamma):
    spec = Village(households=n, mean_degree=mean, beta=beta, gamma=gamma)
    drawn = [spec.draw_community(seed).ties.count / n for seed in range(200)]
    assert np.mean(drawn) == pytest.approx(mean, abs=4 * np.std(drawn) / np.sqrt(200))


@pytest.mark.slow
@pytest.mark.parametrize(("n", "beta", "gamma"), [(120, 1.75, 4.0), (60, 1.3, 2.7), (90, 4.0, 3.0)])
def test_same_distribution_as_networkx(n, beta, gamma):
    """The mean of nine measures over 200 drawings differs by less than four standard errors."""
    scale = degree_scale(n, 7.0, beta, gamma)
    own, theirs = [], []
    for seed in range(200):
        town = Village(households=n, mean_degree=7.0, beta=beta, gamma=gamma).draw_community(seed)
        own.append(shape(town.to_networkx()))
        theirs.append(
            shape(nx.geometric_soft_configuration_graph(n=n, beta=beta, gamma=gamma, mean_degree=scale, seed=seed))
        )
    assert distance(own, theirs).max() < 4
    # the same comparison sees a model that differs by a tenth in beta
    other = [
        shape(nx.geometric_soft_configuration_graph(n=n, beta=1.15 * beta, gamma=gamma, mean_degree=scale, seed=seed))
        for seed in range(200)
    ]
    assert distance(own, other).max() > 4


def shape(graph: nx.Graph) -> list[float]:
    degree = np.array([k for _, k in graph.degree])
    giant = graph.subgraph(max(nx.connected_components(graph), key=len)).copy()
    return [
        degree.mean(),
        degree.std(),
        degree.max(),
        (degree == 0).mean(),
        (degree <= 3).mean(),
        nx.transitivity(graph),
        nx.average_clustering(graph),
        len(giant) / len(graph),
        nx.average_shortest_path_length(giant),
    ]


def distance(one: list[list[float]], other: list[list[float]]) -> np.ndarray:
    a, b = np.array(one), np.array(other)
    spread = np.sqrt(a.var(axis=0) / len(a) + b.var(axis=0) / len(b))
    return np.abs(a.mean(axis=0) - b.mean(axis=0)) / np.where(spread > 0, spread, 1)


def test_hidden_degrees_are_those_of_networkx():
    graph = nx.geometric_soft_configuration_graph(n=2000, beta=2, gamma=3, mean_degree=6, seed=1)
    theirs = list(nx.get_node_attributes(graph, "kappa").values())
    own = hidden_degrees(np.random.default_rng(1).random(2000), 2000, 6.0, 3.0)
    assert stats.ks_2samp(own, theirs).pvalue > 1e-3


def test_drawings_are_determined_by_the_seed():
    spec = Village(households=50)
    assert spec.draw_community(4).fingerprint() == spec.draw_community(4).fingerprint()
    assert spec.draw_community(4).fingerprint() != spec.draw_community(5).fingerprint()


def test_a_village_is_the_same_however_many_there_are():
    one, three = (Village(households=40, villages=v).draw_community(9) for v in (1, 3))
    assert three.villages == ("1", "2", "3")
    assert (three.ties.sees[: one.ties.count] == one.ties.sees).all()
    assert (three.identity[:40] == one.identity).all()
    assert three.ties.pairs()[0].max() >= 80


def test_ties_stay_inside_villages():
    town = Village(households=40, villages=5).draw_community(2)
    assert (town.village_of[town.ties.source] == town.village_of[town.ties.sees]).all()


def test_two_hundred_villages_take_about_a_second():
    spec = Village()
    spec.draw_community(0)
    begin = time.perf_counter()
    for seed in range(200):
        spec.draw_community(seed)
    assert time.perf_counter() - begin < 4  # .3 on the machine it was written on


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"households": 1}, "greater than or equal to 2"),
        ({"households": 10, "mean_degree": 9}, "mean_degree 9 is too many among 10 households; give at most 6.3"),
        ({"beta": 1}, "greater than 1"),
        ({"gamma": 2}, "greater than 2"),
        ({"houses": 10}, "Extra inputs are not permitted"),
        ({"villages": 0}, "greater than or equal to 1"),
        ({"draw": "twice"}, "'each' or 'once'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(fields, message):
    with pytest.raises(ValidationError, match=message):
        Village(**fields)
