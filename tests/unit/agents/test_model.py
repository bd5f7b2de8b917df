"""The Mesa engine: a model like any other of Mesa's, agents that are views on the arrays, and nothing left behind."""

from __future__ import annotations

import gc
import random
import subprocess
import sys
import weakref

import mesa
import networkx as nx
import numpy as np
import pytest

import pd_sim as ps
from pd_sim.agents import Household, InterventionAgent
from pd_sim.errors import UnknownNameError
from pd_sim.population import Stage, Variant
from tests.builders import Everybody, Remembering, graph, scattered, scenario

TOWN = scenario(
    {"generator": "village", "households": 30},
    {"nothing": [], "arm": [{"facilitation": {"engage": 1}}, Everybody(push=0.1), Remembering()]},
    steps=20,
    practice={"positive_deviants": 4},
)


@pytest.fixture
def model():
    return ps.CommunityModel(TOWN, "arm", seed=3)


# ── as Mesa knows it ────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_a_mesa_model_with_an_agent_for_each_household_and_intervention(model):
    assert isinstance(model, mesa.Model)
    assert len(model.agents) == 33
    assert len(model.agents_by_type[Household]) == 30
    assert [agent.intervention.kind for agent in model.agents_by_type[InterventionAgent]] == [
        "facilitation",
        "everybody",
        "remembering",
    ]
    assert [agent.row for agent in model.households] == list(range(30))
    assert all(isinstance(agent, mesa.Agent) for agent in model.households)


def test_it_stops_at_the_last_step_of_the_scenario(model):
    assert model.running
    for _ in range(20):
        model.step()
    assert not model.running
    assert model.population.step == 20
    before = model.result().digest
    model.step()
    assert model.population.step == 20
    assert model.result().digest == before == ps.run(TOWN, "arm", 3).digest


def test_run_and_run_model_style_loops_end_alike(model):
    model.run()
    other = ps.CommunityModel(TOWN, "arm", seed=3)
    while other.running:
        other.step()
    assert model.result().digest == other.result().digest
    assert model.population.step == other.population.step == 20


def test_the_data_collector_holds_the_share_at_each_stage_at_every_step(model):
    model.run()
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == [stage.name.lower() for stage in Stage]
    assert len(frame) == 21
    assert np.allclose(frame.sum(axis=1), 1)
    run = ps.run(TOWN, "arm", 3).frame()
    for stage in Stage:
        assert (frame[stage.name.lower()].to_numpy() * 30).round().tolist() == run[stage.name.lower()].tolist()


def test_mesas_own_luck_has_no_part():
    quiet, noisy = (ps.CommunityModel(TOWN, "arm", seed=3) for _ in range(2))
    for _ in range(20):
        quiet.step()
        random.random()
        np.random.default_rng().random()
        noisy.random.random()
        noisy.step()
    assert quiet.result().digest == noisy.result().digest


def test_batches_and_unknown_arms():
    with pytest.raises(UnknownNameError, match="unknown arm 'amr'; did you mean 'arm'"):
        ps.CommunityModel(TOWN, "amr", 1)
    digests = {ps.CommunityModel(TOWN, "arm", seed).result().digest for seed in range(3)}
    assert len(digests) == 3


# ── agents are views ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_household_tells_of_its_row(model):
    model.run()
    people = model.result().households()
    for agent, (_, row) in zip(model.households, people.iterrows(), strict=True):
        assert (agent.name, agent.village) == (row["household"], row["village"])
        assert agent.stage.name.lower() == row["stage"]
        assert agent.hidden == row["hidden"]
        assert agent.variant.name.lower() == row["variant"]
        assert agent.record["confidence"] == np.float32(row["confidence"])
    assert repr(model.households[0]).startswith("Household(1/1, ")


def test_what_is_written_into_a_record_is_what_the_engine_reads(model):
    agent = next(a for a in model.households if a.stage is Stage.UNAWARE)
    agent.record["caution"] = 0.875
    agent.record["variant"] = Variant.LOCAL
    assert model.population.arrays.own["caution"][agent.row] == 0.875
    assert agent.variant is Variant.LOCAL


def test_the_graph_is_that_of_the_community_with_its_agents(model):
    assert len(model.graph) == 30
    assert model.graph.number_of_edges() == model.community.ties.count / 2
    for node in model.graph:
        agent = model.graph.nodes[node]["household"]
        assert {a.name for a in agent.neighbours} == set(model.graph[node])


def test_a_directed_graph_stays_directed():
    town = scenario(graph(scattered(2, [10], 0.3, mutual=False)))
    model = ps.CommunityModel(town, "nothing", 1)
    assert isinstance(model.graph, nx.DiGraph)
    for node, agent in zip(model.graph, model.households, strict=True):
        assert {a.name for a in agent.neighbours} == set(model.graph.successors(node))


# ── one's own household ─────────────────────────────────────────────────────────────────────────────────────────


class Stubborn(ps.Household):
    """Half as likely to try."""

    def chance_to_try(self):
        return 0.5 * super().chance_to_try()


class Deaf(ps.Household):
    """Never hears."""

    def chance_to_hear(self):
        return 0.0


class Able(ps.Household):
    """Always succeeds, and never stops."""

    def chance_to_succeed(self):
        return 1.0

    def chance_to_lapse(self):
        return 0.0


BUSY = scenario(
    {"generator": "village", "households": 80},
    {"arm": [Everybody(push=0.1, reveals=True)], "told": [Everybody(push=0.2, tells=True)]},
    steps=40,
    behaviour={"try_rate": 0.2},
    practice={"positive_deviants": 8},
)


def counts_with(household, arm):
    model = ps.CommunityModel(BUSY, arm, 1, household=household)
    model.run()
    return model.result().frame()


def test_a_household_of_a_few_lines_behaves_as_told():
    usual = counts_with(ps.Household, "told")
    assert counts_with(Stubborn, "told")["trials"].sum() < 0.8 * usual["trials"].sum()
    assert (counts_with(Deaf, "arm")["aware"] == 0).all()
    assert counts_with(ps.Household, "arm")["aware"].max() > 0
    able = counts_with(Able, "told")
    assert able["failures"].sum() == able["lapses"].sum() == 0
    assert usual["failures"].sum() > 0 < usual["lapses"].sum()


def test_a_subclass_that_changes_nothing_gives_the_same_bytes():
    class Same(ps.Household):
        """Only remembers what it saw."""

        def look(self):
            """Look, and remember."""
            super().look()
            self.kept = float(self.seen["proof"])

    model = ps.CommunityModel(BUSY, "told", 1, household=Same)
    model.run()
    assert model.result().digest == ps.run(BUSY, "told", 1).digest
    assert max(agent.kept for agent in model.households) > 0


# ── nothing is left behind ──────────────────────────────────────────────────────────────────────────────────────


def test_a_model_is_let_go():
    gone = []
    for seed in range(3):
        model = ps.CommunityModel(TOWN, "arm", seed)
        model.run()
        gone.append(weakref.ref(model))
        gone.append(weakref.ref(model.population))
        gone.append(weakref.ref(model.households[0]))
        del model
    gc.collect()
    assert [reference() for reference in gone] == [None] * 9


def test_the_result_does_not_hold_on_to_the_model():
    model = ps.CommunityModel(TOWN, "arm", seed=3)
    model.run()
    result, held = model.result(), weakref.ref(model)
    del model
    gc.collect()
    assert held() is None
    assert len(result.households()) == 30


def child(code):
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("method", [None, "fork", "spawn"])
def test_importing_the_agents_leaves_the_start_method_of_processes_alone(method):
    chosen = f"multiprocessing.set_start_method({method!r});" if method else ""
    code = f"""
import multiprocessing
{chosen}
before = multiprocessing.get_start_method(allow_none=True)
import pd_sim.agents
after = multiprocessing.get_start_method(allow_none=True)
print(before, after)
multiprocessing.set_start_method('spawn', force=True)
"""
    before, after = child(code)
    assert before == after == str(method)


def test_mesa_is_loaded_for_its_engine_only():
    code = """
import sys, pd_sim as ps
town = ps.Scenario.load('village').set('community.households', 30).set('steps', 5)
ps.run(town, 'bottom_up', 1)
ps.compare(town, replicates=2)
print('mesa' in sys.modules)
ps.run(town, 'bottom_up', 1, engine='mesa')
print('mesa' in sys.modules)
"""
    assert child(code) == ["False", "True"]
