from __future__ import annotations

import gzip

import networkx as nx
import pytest

from pd_sim.errors import FileError
from tests.unit.community.made import HOUSEHOLDS, read, told

BOTH = {("a", "b"), ("b", "a"), ("b", "c"), ("c", "b")}


def graph(kind: type[nx.Graph] = nx.Graph) -> nx.Graph:
    made = kind()
    made.add_node("d", age=3)
    made.add_edge("a", "b", weight=2.0, relation="kin")
    made.add_edge("b", "c", weight=0.5, relation="advice")
    return made


def written(tmp_path, made: nx.Graph, kind: str) -> bytes:
    (nx.write_graphml if kind == "graphml" else nx.write_gexf)(made, tmp_path / "written")
    return (tmp_path / "written").read_bytes()


@pytest.mark.parametrize("kind", ["graphml", "gexf"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_graph_files(tmp_path, kind, pack):
    name = f"ties.{kind}" + (".gz" if pack is gzip.compress else "")
    town = read(tmp_path, pack(written(tmp_path, graph(), kind)), name=name, weight="weight")
    assert sorted(town.names) == ["a", "b", "c", "d"]
    assert told(town) == BOTH
    assert sorted(town.ties.weight / town.ties.scale) == [0.5, 0.5, 2, 2]
    assert dict(town.report.relations) == {"kin": 1, "advice": 1}
    assert town.columns["age"][town.names.index("d")] == 3
    assert town.report.isolates == 1


@pytest.mark.parametrize("kind", ["graphml", "gexf"])
def test_direction_of_graph_files(tmp_path, kind):
    directed = written(tmp_path, graph(nx.DiGraph), kind)
    assert told(read(tmp_path, directed, name=f"a.{kind}", direction="as_named")) == {("a", "b"), ("b", "c")}
    assert told(read(tmp_path, directed, name=f"b.{kind}")) == BOTH
    undirected = written(tmp_path, graph(), kind)
    assert told(read(tmp_path, undirected, name=f"c.{kind}", direction="as_named")) == BOTH


def test_relations_as_parallel_edges(tmp_path):
    made = graph(nx.MultiGraph)
    made.add_edge("a", "b", relation="advice", weight=1.0)
    town = read(tmp_path, written(tmp_path, made, "graphml"), name="ties.graphml")
    assert told(town) == BOTH
    assert town.report.merged == {"named in several relations": 1}


def test_villages_and_groups_of_nodes(tmp_path):
    made = nx.Graph([("a", "b"), ("c", "d")])
    nx.set_node_attributes(made, {"a": "v", "b": "v", "c": "w", "d": "w"}, "village")
    nx.set_node_attributes(made, 1, "leader")
    town = read(tmp_path, written(tmp_path, made, "graphml"), name="ties.graphml", groups=["leader"])
    assert town.villages == ("v", "w")
    assert town.groups == ("leader",)


def test_a_households_file_beside_a_graph(tmp_path):
    town = read(tmp_path, written(tmp_path, graph(), "graphml"), HOUSEHOLDS, name="ties.graphml")
    assert town.villages == ("v",)
    assert town.columns["age"][0] == 30


@pytest.mark.parametrize(
    "text",
    [
        "# names\na b\nb c # and that is it\n\n",
        "a,b\nb,c\n",
        "a\tb\nb\tc\n",
        "a b {}\nb c {'weight': 2}\n",
        "a b 1\nb c 2.5\n",
        "\ufeffa b\r\nb c\r\n",
    ],
)
def test_edge_lists(tmp_path, text):
    assert told(read(tmp_path, text, name="ties.edgelist")) == BOTH
    assert told(read(tmp_path, gzip.compress(text.encode()), name="other.txt", format="edgelist")) == BOTH


@pytest.mark.parametrize("text", ["a b 1\nb c 2.5\n", "a b {'weight': 1}\nb c {'weight': 2.5}\n", "a,b,1\nb,c,2.5"])
def test_weights_of_edge_lists(tmp_path, text):
    town = read(tmp_path, text, name="ties.edgelist", weight="weight", direction="as_named")
    assert (town.ties.weight / town.ties.scale).tolist() == [1, 2.5]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b\nb\n", "ties.edgelist row 2: 'b' does not name two households"),
        ("a b\n\n# x\na b\n", "ties.edgelist row 4: the tie from 'a' to 'b' is already in row 1"),
        ("a b\nb b\n", "ties.edgelist row 2: household 'b' is tied to itself"),
        ("a b {'weight': }\n", "ties.edgelist row 1: .* is no dictionary"),
        ("# nothing\n", "ties.edgelist: the file is empty"),
        (b"\xe9 b\n", "ties.edgelist: not utf-8"),
    ],
)
def test_bad_edge_lists(tmp_path, text, message):
    with pytest.raises(FileError, match=message):
        read(tmp_path, text, name="ties.edgelist")


@pytest.mark.parametrize(("kind", "text"), [("graphml", "<x>"), ("graphml", ""), ("gexf", "a,b\n"), ("gexf", "<a/>")])
def test_bad_graph_files(tmp_path, kind, text):
    with pytest.raises(FileError, match=rf"ties.{kind}: not {kind} .*export it again"):
        read(tmp_path, text, name=f"ties.{kind}")


def test_bad_edges_of_graph_files(tmp_path):
    loop = graph()
    loop.add_edge("c", "c", weight=1.0, relation="kin")
    with pytest.raises(FileError, match=r"ties.graphml edge 3: household 'c' is tied to itself"):
        read(tmp_path, written(tmp_path, loop, "graphml"), name="ties.graphml")
    with pytest.raises(FileError, match=r"ties.graphml: no edge has 'wieght' for `weight`; did you mean 'weight'"):
        read(tmp_path, written(tmp_path, graph(), "graphml"), name="ties.graphml", weight="wieght")
