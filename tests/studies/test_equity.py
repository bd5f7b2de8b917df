"""Whom a practice reaches: by group, apart, and without ties."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

import pd_sim as ps
from pd_sim.analysis.equity import gap, gini
from pd_sim.errors import PdSimError

BLOCKS = {"generator": "blocks", "sizes": [40, 20]}
TOWN = ps.Scenario.from_dict({**ps.Scenario.load("village").to_dict(), "community": BLOCKS, "steps": 40})


def test_groups_add_up_to_the_whole():
    found = ps.equity(TOWN, "block", replicates=6, seed=2)
    whole = ps.compare(TOWN, replicates=6, seed=2)
    for arm in TOWN.arms:
        by_group = found.shares[arm]["practising"] @ found.sizes / found.sizes.sum()
        np.testing.assert_allclose(by_group, whole.series(arm)[:, 40], atol=1e-12)
    assert set(found.frame()["label"]) == {"1", "2"}


def test_what_reaches_one_group_alone_is_seen():
    class OnlyFirst(ps.Intervention, kind="only_first"):
        """Everybody of block 1 adopts."""

        def act(self, step, pop, state):
            pop.pay(pop.group("block") == "1", 5.0)

    told = {"aware": 1.0, "practising": 0}
    sure = {"trial": 0, "floor": 1.0, "try_rate": 1.0, "lapse": "none"}
    fits = {"certainty": 1.0, "portability": 1.0, "positive_deviants": 0}
    town = ps.Scenario.from_dict(
        {
            **TOWN.to_dict(),
            "initial": told,
            "behaviour": sure,
            "practice": fits,
            "steps": 1,
            "arms": {"one": [{"only_first": {}}], "nothing": []},
        }
    )
    found = ps.equity(town, "block", replicates=2)
    gaps = found.gaps().set_index("arm")
    assert gaps.loc["one", "gap"] == pytest.approx(1.0, abs=1e-6)
    assert gaps.loc["one", "gini"] == pytest.approx(1 / 3, abs=1e-6)
    assert gaps.loc["nothing", "gap"] == gaps.loc["nothing", "gini"] == 0


def test_isolates_are_counted(tmp_path):
    (tmp_path / "ties.csv").write_text("source,target\na,b\nb,c\n")
    (tmp_path / "homes.csv").write_text("id,side\na,x\nb,x\nc,y\nd,y\ne,y\n")
    town = ps.Scenario.from_dict(
        {
            "name": "isolates",
            "steps": 2,
            "community": {"generator": "file", "ties": "ties.csv", "households": "homes.csv", "groups": ["side"]},
            "practice": {"positive_deviants": 0},
            "initial": {"practising": ["d"]},
            "arms": {"nothing": []},
        },
        folder=tmp_path,
    )
    found = ps.equity(town, "side", replicates=3)
    assert found.isolates.tolist() == [2, 2, 2]
    assert found.gaps()["isolates_reached"].tolist() == [0.5]


def test_gap_and_gini_by_hand():
    shares, sizes = np.array([0.1, 0.4, 0.7]), np.array([10, 20, 10])
    assert gap(shares) == pytest.approx(0.6)
    pairs = sum(
        a * b * abs(x - y) for a, x in zip(sizes, shares, strict=True) for b, y in zip(sizes, shares, strict=True)
    )
    assert gini(shares, sizes) == pytest.approx(pairs / 1600 / (2 * 0.4))
    assert gini(np.zeros(3), sizes) == 0


@pytest.mark.parametrize(("changes", "told"), [({"group": "blok"}, "did you mean 'block'"), ({"step": 41}, "1 to 40")])
def test_mistakes_are_told(changes, told):
    with pytest.raises(PdSimError, match=told):
        ps.equity(TOWN, changes.pop("group", "block"), replicates=2, **changes)


def test_recorded_beliefs_stand_in_place_of_draws():
    graph = nx.DiGraph()
    for other, belief in zip("bcde", ["practising", "never", "stopped", "unknown"], strict=True):
        graph.add_edge("a", other, belief=belief)
    town = ps.Scenario.from_dict(
        {
            "name": "beliefs",
            "steps": 1,
            "community": {"generator": "graph", "graph": graph, "perceived": "belief"},
            "practice": {"positive_deviants": 0, "seen_practising": 1.0},
            "initial": {"practising": ["b", "c", "d", "e"]},
            "arms": {"nothing": []},
        }
    )
    run = ps.run(town, "nothing", 1)
    assert run.population.arrays.look["practising"].tolist() == [2, 0, 0, 0, 0]
