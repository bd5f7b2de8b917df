from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from pd_sim.community import Community, CommunitySpec, Graph
from pd_sim.errors import CommunityError


def test_karate_club_there_and_back():
    club = nx.karate_club_graph()
    town = Community.from_networkx(club, weight="weight", groups=["club"])
    assert town.n == 34
    assert town.groups == ("club",)
    assert set(town.columns["club"].tolist()) == {"Mr. Hi", "Officer"}
    back = town.to_networkx()
    assert not back.is_directed()
    assert {(int(a), int(b), data["weight"]) for a, b, data in back.edges(data=True)} == {
        (a, b, data["weight"]) for a, b, data in club.edges(data=True)
    }
    assert back.nodes["0"]["club"] == "Mr. Hi"


def test_directed_graphs_stay_directed():
    graph = nx.DiGraph([("a", "b"), ("b", "c")])
    town = Community.from_networkx(graph)
    assert not town.ties.mutual
    assert set(town.to_networkx().edges) == {("a", "b"), ("b", "c")}


def test_villages_by_attribute_and_by_mapping():
    graph = nx.Graph([(1, 2), (3, 4)])
    nx.set_node_attributes(graph, {1: "v", 2: "v", 3: "w", 4: "w"}, "place")
    one = Community.from_networkx(graph, village="place")
    other = Community.from_networkx({"v": nx.Graph([(1, 2)]), "w": nx.Graph([(3, 4)])})
    assert one.villages == other.villages == ("v", "w")
    assert (one.identity == other.identity).all()
    assert set(other.to_networkx("w").edges) == {("3", "4")}


def test_names_that_occur_twice_are_told_apart():
    town = Community.from_networkx({"v": nx.path_graph(2), "w": nx.path_graph(2)})
    assert set(town.to_networkx().nodes) == {("v", "0"), ("v", "1"), ("w", "0"), ("w", "1")}
    assert set(town.to_networkx("v").nodes) == {"0", "1"}


def test_isolates_and_missing_attributes():
    graph = nx.Graph([(1, 2)])
    graph.add_node(3, age=30, kind="p")
    town = Community.from_networkx(graph)
    assert town.ties.out_degree.tolist() == [1, 1, 0]
    assert np.isnan(town.columns["age"][:2]).all()
    assert town.columns["kind"].tolist() == ["", "", "p"]


def test_perceptions_there_and_back():
    graph = nx.DiGraph()
    graph.add_edge("a", "b", sees="practising")
    graph.add_edge("b", "a")
    town = Community.from_networkx(graph, perceived="sees")
    assert town.ties.perceived.tolist() == [1, -1]
    assert town.ties.mutual
    assert town.to_networkx().edges["a", "b"] == {"perceived": "practising"}


@pytest.mark.parametrize(
    ("graph", "options", "message"),
    [
        (nx.MultiGraph([(1, 2), (1, 2)]), {}, "several edges between two nodes"),
        (nx.Graph([(1, 1)]), {}, "household '1' is tied to itself"),
        (nx.Graph([(1, 2)]), {"weight": "w"}, "an edge has no 'w'"),
        (nx.Graph([(1, 2)]), {"village": "place"}, "node 1 has no 'place'"),
        ([(1, 2)], {}, "list is not a networkx graph"),
        ({}, {}, "dict is not a networkx graph"),
        ({"v": nx.Graph([(1, 2)])}, {"village": "place"}, "not both"),
        ({"v": nx.Graph([(1, 2)]), "w": nx.DiGraph([(1, 2)])}, {}, "make them alike"),
        (nx.Graph(), {}, "no households"),
        (nx.Graph([(1, 2)]), {"perceived": "sees"}, "give a DiGraph"),
    ],
)
def test_graphs_that_cannot_be_used(graph, options, message):
    with pytest.raises(CommunityError, match=message):
        Community.from_networkx(graph, **options)


def test_edge_attributes_that_cannot_be_used():
    graph = nx.DiGraph()
    graph.add_edge(1, 2, weight="heavy", sees="practicing")
    with pytest.raises(CommunityError, match="weight 'heavy' of an edge is not a number"):
        Community.from_networkx(graph, weight="weight")
    with pytest.raises(CommunityError, match="did you mean 'practising'"):
        Community.from_networkx(graph, perceived="sees")


def test_a_graph_as_a_source_is_read_once():
    graph = nx.path_graph(4)
    spec = Graph(graph=graph)
    town = spec.draw_community(1)
    graph.add_edge(0, 3)
    assert spec.draw_community(2) is town
    assert town.ties.count == 6
    assert spec == Graph(graph=town)
    assert hash(spec) == hash(Graph(graph=town))
    assert spec != Graph(graph=graph)
    assert spec.fingerprint() == town.fingerprint()


def test_a_graph_cannot_be_written():
    with pytest.raises(PydanticSerializationError, match=r"cannot be written to a scenario file; save it with"):
        Graph(graph=nx.path_graph(3)).model_dump_json()


@pytest.mark.parametrize("given", [{"generator": "graph"}, {"generator": "graph", "graph": "ties.csv"}])
def test_a_graph_cannot_be_read(given):
    with pytest.raises(ValidationError, match="graph"):
        TypeAdapter(CommunitySpec).validate_python(given)


def test_a_graph_that_cannot_be_used_is_refused_at_once():
    with pytest.raises(ValidationError, match="tied to itself"):
        Graph(graph=nx.Graph([(1, 1)]))
