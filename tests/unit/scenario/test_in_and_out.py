"""A scenario is written and read back unchanged; its hash tells any two that differ apart."""

from __future__ import annotations

import copy
import math
import os
import subprocess
import sys
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.community import Community, Distribution, Lattice
from pd_sim.errors import CommunityError, ScenarioError
from pd_sim.scenario import case_names, case_path
from tests.builders import Move, Planned, graph, scattered, scenario
from tests.generated import behaviours, drawn_communities, initials, practices, shipped, traits

SETTINGS = settings(max_examples=150, deadline=None)
CASES = case_names()


def unchanged(town, folder=None):
    """Written and read twice, it stays the same in every respect."""
    text = town.to_yaml()
    again = ps.Scenario.from_yaml(text, folder)
    assert again.to_yaml() == text
    assert again.to_dict() == town.to_dict()
    assert again.resolved() == town.resolved()
    assert again.content_hash == town.content_hash
    assert yaml.safe_load(text) == town.to_dict()


@SETTINGS
@given(
    drawn_communities(),
    traits(),
    practices(),
    initials(),
    behaviours(("logistic", "simple")),
    st.dictionaries(
        st.sampled_from(["a", "b c", "x-1", "no", "1", "ü.+"]), st.lists(shipped(), max_size=3), min_size=1
    ),
)
def test_any_scenario_is_read_back_unchanged(community, people, practice, initial, behaviour, arms):
    blocks = {"traits": people, "practice": practice, "initial": initial, "behaviour": behaviour}
    unchanged(scenario(community, arms, **blocks))


WORDS = st.text(max_size=60)


@settings(max_examples=300, deadline=None)
@given(st.text(min_size=1, max_size=100), WORDS, st.text(max_size=300), st.text(min_size=1, max_size=20))
def test_any_words_are_read_back_unchanged(name, title, about, step):
    unchanged(scenario(name=name, title=title, about=about, step=step))


@pytest.mark.parametrize(
    "words",
    [
        *(
            "yes",
            "null",
            "~",
            "1",
            "1e3",
            "2001-01-01",
            "0x1F",
            "- a",
            "a: b",
            "#",
            "'",
            '"',
            "|",
            ">",
            "&a",
            "*a",
            "!x",
        ),
        *(" a", "a ", "a\n", "\na", "a\n b\n", " a\nb", "a \nb", "a\tb", "\t", "\r\n", "a\r\nb", "\x85", "\u2028a"),
        *(
            "\x00",
            "\x07",
            "\x1b[31m",
            "\ufeffa",
            "😀",
            "é\u0301",
            "a\n\n\nb\n\n",
            "=",
            "<<",
            "%",
            "@",
            "`",
            "?",
            "---",
            "...",
        ),
    ],
)
def test_words_that_mean_something_in_yaml_are_read_back_unchanged(words):
    unchanged(scenario(name=words, title=words, about=words, step=words))


def leaves(model: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every field of the shipped case with a default and its value, by path."""
    found = []
    for name, value in model.items():
        here = f"{path}{name}"
        if isinstance(value, dict):
            found += leaves(value, f"{here}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for k, entry in enumerate(value):
                found += leaves(entry, f"{here}.{k}.")
        else:
            found.append((here, value))
    return found


VILLAGE = ps.Scenario.load("village")
EMPTY = [("economics.avoided", {}), ("economics.worth", {})]  # mappings without an entry are no leaves of their own
LEAVES = [leaf for leaf in leaves(VILLAGE.resolved()) if leaf[0] != "arms.nothing"] + EMPTY
TOLD = {"what": "people who came", "told": 50.0, "sure": "S", "source": "the hub", "measure": "attendance"}
NONE_OR_EMPTY = {
    "fresh": 0.2,
    "settled": 0.001,
    "habit_rate": 0.2,
    "stop": 150,
    "begins_at": 0.1,
    "begins_with": 2,
    "ends_at": 0.9,
    "ends_with": 200,
    "raises": 5.0,
    "worth_of_adopter_year": 5.0,
    "outcome": {"issue": "a child falls ill", "risk": 0.1, "effect": -0.5},
    "threats": [{"cancellation": {"at": 9}}, {"leader_leaves": {"hazard": 0.5, "lasts": 3}}],
    "evaluations": [{"name": "early", "step": 26}],
    "targets": [{**TOLD, "arm": "bottom_up"}],
    "avoided": {"council": 5.0},
    "worth": {"council": 5.0},
}
"""Values that are possible where there is none."""


def another(value, path):
    """Another value that this field may have."""
    if isinstance(value, bool):
        return not value
    words = {
        "draw": "once",
        "source": "peer",
        "teaches": "local",
        "lapse": "hardware",
        "decision": "simple",
        "pays": "once",
        "recruits": "anyone",
        "shape": "uniform",
        "generator": None,
        "rest": 9,
        "stop": 150,
        "again": 200 if "hub" not in path else None,  # rounds need an end
        "discount": "none",
    }
    leaf = path.rsplit(".", 1)[-1]
    if leaf in NONE_OR_EMPTY and value in (None, [], {}):
        return NONE_OR_EMPTY[leaf]
    if leaf in words:
        other = words[leaf]
        return {"peer": "expert", "local": "hosts"}.get(value, other) if other == value else other
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, int):
        return value + 1
    return value + 0.5 if value > 1 else value / 2 if value else 0.25


@pytest.mark.parametrize("path", [path for path, value in LEAVES if another(value, path) is not None])
def test_the_hash_changes_with_any_field_and_the_change_is_read_back(path):
    value = dict(LEAVES)[path]
    document = copy.deepcopy(VILLAGE.resolved())
    at = document
    parts = path.split(".")
    for part in parts[:-1]:
        at = at[int(part)] if isinstance(at, list) else at[part]
    at[parts[-1]] = another(value, path)
    changed = ps.Scenario.from_dict(document)
    assert changed.content_hash != VILLAGE.content_hash
    unchanged(changed)


def shuffled(value, order):
    """The same values with the fields of every mapping in another order (lists keep theirs: they have a meaning)."""
    if isinstance(value, dict):
        return {k: shuffled(value[k], order) for k in sorted(value, key=lambda name: hash((name, order)))}
    return [shuffled(v, order) for v in value] if isinstance(value, list) else value


@given(st.integers(0, 1000))
def test_the_hash_does_not_change_with_the_order_of_fields_or_with_defaults_written_out(order):
    for document in (VILLAGE.to_dict(), VILLAGE.resolved()):
        assert ps.Scenario.from_dict(shuffled(document, order)).content_hash == VILLAGE.content_hash


def test_the_hash_changes_with_the_order_of_interventions():
    arm = [{"broadcast": {}}, {"training": {}}]
    assert scenario(arms={"a": arm}).content_hash != scenario(arms={"a": arm[::-1]}).content_hash


def test_hash_and_digest_are_the_same_in_another_process():
    code = """
import pd_sim as ps
town = ps.Scenario.load("village").set("community.households", 50).set("steps", 20)
print(town.content_hash, ps.run(town, "bottom_up", 3).digest)
"""
    told = []
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
        told.append(done.stdout.split())
    assert told[0] == told[1]
    assert [len(word) for word in told[0]] == [64, 32]


def test_only_what_was_set_is_written():
    assert scenario().to_dict().keys() == {"name", "steps", "community", "arms"}
    assert VILLAGE.set("behaviour.trial", 2).to_dict()["behaviour"] == {"trial": 2}
    assert "behaviour" not in VILLAGE.to_dict()


def test_objects_given_in_python_are_written_with_all_that_tells_them_apart():
    town = scenario(
        Lattice(height=3, width=4),
        {"a": [Planned(moves=(Move(step=1, verb="tell"),))]},
        traits=ps.Traits(caution=Distribution(mean=0.2, sd=0.05), need=(0.5,) * 12),
        behaviour=ps.Behaviour(trial=2),
    )
    unchanged(town)
    assert ps.run(town, "a", 1).digest == ps.run(ps.Scenario.from_yaml(town.to_yaml()), "a", 1).digest


def test_never_is_written_as_a_word():
    for value in ("never", math.inf):
        town = scenario(traits={"caution": value}, behaviour={"rest": "never"})
        assert town.to_dict()["traits"]["caution"] == "never"
        unchanged(town)


def test_a_graph_cannot_be_written_but_compared_hashed_and_recorded():
    one, two = (scenario(graph(scattered(seed, [12]))) for seed in (1, 2))
    with pytest.raises((CommunityError, ScenarioError), match="graph given in Python cannot be written"):
        one.to_yaml()
    assert one.content_hash != two.content_hash
    assert one.content_hash == scenario(graph(scattered(1, [12]))).content_hash
    assert ps.compare(one, replicates=2).hash == one.content_hash
    assert isinstance(one.community.draw_community(0), Community)


# ── the shipped cases ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", CASES)
def test_a_shipped_case_is_read_back_unchanged_and_explained(name):
    case = ps.Scenario.load(name)
    unchanged(case, case_path(name).parent)
    assert case.name == name
    assert case.title
    assert len(case.about) > 100
    assert () in case.arms.values()  # somewhere nothing is done, to compare with


@pytest.mark.parametrize("name", CASES)
def test_every_arm_of_a_shipped_case_runs_on_both_engines(name):
    case = ps.Scenario.load(name).set("steps", 12)
    for arm in case.arms:
        if case.located_community().draw_community(0).n <= 400:
            assert ps.run(case, arm, 1).digest == ps.run(case, arm, 1, engine="mesa").digest


def test_the_default_case_is_the_one_of_the_design():
    arms = {name: [i.kind for i in arm] for name, arm in VILLAGE.arms.items()}
    assert arms == {
        "nothing": [],
        "top_down": ["broadcast", "training", "incentive"],
        "bottom_up": ["facilitation", "hub"],
        "hybrid": ["broadcast", "training", "facilitation", "hub"],
    }
    assert (VILLAGE.steps, VILLAGE.community.households, VILLAGE.practice.positive_deviants) == (156, 300, 0.02)
    assert "village" in CASES
