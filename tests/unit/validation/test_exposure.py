from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

import pd_sim as ps
from pd_sim.community import Graph
from pd_sim.validation import exposure_at_adoption
from pd_sim.validation.diffusion import ARM, diffusion


def cascade(**more):
    graph = nx.relabel_nodes(nx.watts_strogatz_graph(80, 6, 0.1, seed=2), str)
    caution = np.random.default_rng(1).uniform(0.05, 0.5, 80).round(3).tolist()
    return caution, ps.run(
        diffusion(Graph(graph=graph), steps=20, caution=caution, practising=4, decision="threshold", **more), ARM, 1
    )


def test_who_adopts_by_threshold_was_exposed_beyond_it():
    caution, ran = cascade()
    found = exposure_at_adoption(ran, "seen")
    adopted = ran.households()["first_practised"].to_numpy() > 0
    assert adopted.sum() > 20
    assert (np.isnan(found) == ~adopted).all()
    assert (found[adopted] >= np.array(caution)[adopted] - 1e-9).all()
    # nobody stops here, so that those who ever adopted are those who are seen
    assert exposure_at_adoption(ran, "ever") == pytest.approx(found, nan_ok=True)


def test_one_does_not_see_all_who_practise():
    _, ran = cascade(practice={"seen_practising": 0.6})
    ever, seen = exposure_at_adoption(ran, "ever"), exposure_at_adoption(ran, "seen")
    known = ~np.isnan(ever)
    assert (seen[known] <= ever[known]).all()
    assert (seen[known] < ever[known]).any()


def test_hidden_practice_exposes_nobody():
    scenario = diffusion({"generator": "complete", "households": 6}, steps=3, practising=0, decision="threshold")
    scenario = scenario.set("practice.positive_deviants", 2)
    ran = ps.run(scenario, ARM, 1)  # nobody needs anybody, so all adopt at the first step
    found = exposure_at_adoption(ran)
    assert sorted(found[~np.isnan(found)].tolist()) == [0, 0, 0, 0]
    assert np.isnan(found).sum() == 2
