"""Other people's threshold models on the same ties and thresholds: the same number act, at every step."""

from __future__ import annotations

import warnings

import mesa
import networkx as nx
import numpy as np
import pytest

import pd_sim as ps
from pd_sim.community import Graph
from pd_sim.validation.diffusion import ARM, diffusion

STEPS = 25


class Person(mesa.Agent):
    """Acts once the share of its ties that act reaches its threshold; written without pd-sim."""

    def __init__(self, model: mesa.Model, threshold: float, acts: bool) -> None:
        super().__init__(model)
        self.threshold, self.acts, self.will = threshold, acts, acts
        self.ties: list[Person] = []

    def look(self) -> None:
        acting = sum(tie.acts for tie in self.ties)
        self.will = self.acts or (bool(self.ties) and acting / len(self.ties) >= self.threshold)

    def move(self) -> None:
        self.acts = self.will


class Crowd(mesa.Model):
    """A plain Mesa model of a cascade on a networkx graph."""

    def __init__(self, graph: nx.Graph, threshold: dict, begin: set) -> None:
        super().__init__(rng=1)  # nothing is drawn
        self.people = {node: Person(self, threshold[node], node in begin) for node in graph}
        for one, other in graph.edges:
            self.people[one].ties.append(self.people[other])
            self.people[other].ties.append(self.people[one])

    def step(self) -> None:
        self.agents.do("look")
        self.agents.do("move")

    def acting(self) -> int:
        return sum(person.acts for person in self.people.values())


def with_mesa(graph, threshold, begin):
    crowd = Crowd(graph, threshold, begin)
    curve = [crowd.acting()]
    for _ in range(STEPS):
        crowd.step()
        curve.append(crowd.acting())
    return curve


def with_ndlib(graph, threshold, begin):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is not ours to mend
        from ndlib.models import epidemics
        from ndlib.models.ModelConfig import Configuration

        model = epidemics.ThresholdModel(graph)
        configuration = Configuration()
        configuration.add_model_initial_configuration("Infected", list(begin))
        for node in graph:
            configuration.add_node_configuration("threshold", node, threshold[node])
        model.set_initial_status(configuration)
        return [found["node_count"][1] for found in model.iteration_bunch(STEPS + 1, node_status=False)]


def ran(graph, threshold, begin):
    scenario = diffusion(
        Graph(graph=graph),
        steps=STEPS,
        caution=[threshold[node] for node in graph],
        practising=sorted(begin),
        decision="threshold",
    )
    return ps.run(scenario, ARM, 1)


def with_pd_sim(graph, threshold, begin):
    return ran(graph, threshold, begin).counts[:, 0, 3].tolist()


GRAPHS = {
    "random": lambda: nx.gnp_random_graph(400, 0.012, seed=3),
    "small world": lambda: nx.watts_strogatz_graph(400, 6, 0.1, seed=4),
    "scale-free": lambda: nx.barabasi_albert_graph(400, 3, seed=5),
    "lattice": lambda: nx.convert_node_labels_to_integers(nx.grid_2d_graph(20, 20, periodic=True)),
}


def case(kind):
    """A graph named by text, thresholds off every fraction of so few ties, and ten that begin."""
    graph = nx.relabel_nodes(GRAPHS[kind](), str)
    drawn = np.random.default_rng(len(kind)).uniform(0.05, 0.42, len(graph)).round(4) + 1e-5
    threshold = dict(zip(graph, drawn.tolist(), strict=True))
    return graph, threshold, set(list(graph)[::40])


@pytest.mark.parametrize("kind", GRAPHS)
@pytest.mark.parametrize("peer", [with_mesa, with_ndlib])
def test_a_peer_gives_the_same_curve_step_by_step(peer, kind):
    mine, theirs = with_pd_sim(*case(kind)), peer(*case(kind))
    assert mine == theirs
    assert mine[-1] > 2 * mine[0]  # something spread
    assert len(set(mine)) > 4  # and took its time


@pytest.mark.parametrize("peer", [with_mesa, with_ndlib])
def test_one_changed_threshold_is_seen_in_the_curve(peer):
    """Negative control: neither comparison holds by accident."""
    graph, threshold, begin = case("small world")
    first = ran(graph, threshold, begin).households().query("first_practised == 1")["household"].iloc[0]
    changed = {**threshold, first: 1.01}
    assert with_pd_sim(graph, threshold, begin) != peer(graph, changed, begin)
    assert with_pd_sim(graph, changed, begin) == peer(graph, changed, begin)
