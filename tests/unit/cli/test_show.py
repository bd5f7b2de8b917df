from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.behaviour import Behaviour, Initial, Outcome, Practice
from pd_sim.cli import _fields
from pd_sim.cli._text import value_text
from pd_sim.community import GENERATORS, Traits
from pd_sim.interventions import Intervention, Threat, intervention_kinds
from pd_sim.scenario.economics import Economics
from pd_sim.scenario.principles import Principles
from tests.unit.cli.called import document, done


def least(kind: type[Intervention]) -> Intervention:
    """An intervention with no more than what must be said of it."""
    if issubclass(kind, Threat):
        return kind(at=1)
    return kind(**{name: 100 for name, field in kind.model_fields.items() if field.is_required()})


def test_every_field_of_every_block_is_shown_with_its_value_and_meaning() -> None:
    said = " ".join(done("show", "village").split())
    scenario = ps.Scenario.load("village")
    for block in (scenario.community, scenario.traits, scenario.practice, scenario.initial, scenario.behaviour):
        for name, field in type(block).model_fields.items():
            assert f" {name}: {value_text(block.model_dump(mode='json')[name])} " in said, name
            assert " ".join((field.description or "").split()) in said, name


def test_how_sure_a_default_is_stands_beside_it() -> None:
    said = " ".join(done("show", "village").split())
    assert "words alone do not carry (a number from 0 to 1) [A: assumption]" in said
    assert "[K: Banerjee et al. 2013]" in said
    assert "A: an assumption" in said


def test_arms_show_each_intervention_and_what_differs() -> None:
    said = " ".join(done("show", "village").split())
    assert "nothing: nothing is done" in said
    assert "- training: *start 4 (default 1), *stop 56 (default null), source expert, places 20, turnout 0.3," in said
    assert "cost_step 0.0, source" not in said  # what is as by default is told once, with what it means
    assert "places: 20 places in a session of a village" in said
    for kind in ("broadcast", "facilitation", "hub", "incentive", "training"):
        assert f"{kind} — " in said


def test_a_star_marks_what_was_changed_and_only_that() -> None:
    assert re.findall(r"^\* \w+: .*$", done("show", "village"), re.MULTILINE) == []
    changed = done("show", "village", "--set", "practice.tacitness=0.9")
    assert re.findall(r"^\* \w+: .*$", changed, re.MULTILINE) == ["* tacitness: 0.9 (default 0.6)"]


def test_lines_keep_within_80_columns() -> None:
    assert max(map(len, done("show", "village").splitlines())) < 80


BLOCKS = ("community", "traits", "practice", "initial", "behaviour", "principles", "outcome", "economics")


@pytest.mark.parametrize("name", ["mrsa", "small_differences", "what_would_kill_it"])
def test_every_block_of_a_scenario_has_a_heading_and_every_field_its_meaning(name: str) -> None:
    scenario = ps.Scenario.load(name)
    said = " ".join(done("show", name).split())
    for block in (*BLOCKS, "threats", "arms", "evaluations", "targets"):
        assert f" {block} — {' '.join((ps.Scenario.model_fields[block].description or '').split())}" in said, block
    for field in ("steps", "step", "unit", "takeoff"):
        assert f" {field}: {value_text(getattr(scenario, field))} " in said
    kinds: list[type] = [Outcome, Principles, Economics, type(scenario.economics.social)]
    kinds += [type(entry) for entry in (*scenario.evaluations, *scenario.targets, *scenario.threats)]
    kinds += [type(intervention) for arm in scenario.arms.values() for intervention in arm]
    for kind in dict.fromkeys(kinds):
        for field, about in kind.model_fields.items():
            assert f" {field}: " in said, (kind, field)
            assert " ".join((about.description or "").split()) in said, (kind, field)


def test_an_outcome_that_is_given_is_shown_with_its_values_and_one_that_is_not_with_its_fields() -> None:
    given = " ".join(done("show", "mrsa").split())
    assert "risk: 0.0139 chance in a step that a household in need meets it" in given
    none = " ".join(done("show", "village").split())
    assert "Here: none. Its fields: issue: needed" in none


def test_threats_and_targets_show_what_is_said_of_each() -> None:
    changes = ("--set", "threats=[leader_leaves: {at: 9}]", "--set", "evaluations=[{name: early, step: 26}]")
    said = " ".join(done("show", "hearth", *changes).split())
    assert "threats — what may befall every arm, in the order in which it acts - leader_leaves: *at 9" in said
    assert "- name: early; step: 26" in said
    assert "how: at at from_step, or last, sum, mean or greatest" in said
    assert "told: 91.7" in said
    assert "fitted: [practice.portability, behaviour.session_rate]" in said


def test_a_kind_with_a_field_that_must_be_given_is_explained_too() -> None:
    said = " ".join(done("show", "person_centred").split())
    assert "budget — Money that the interventions after it in the arm may spend" in said
    assert "amount: needed money a replicate may spend in all (a number from 0 to 1e12)" in said


def test_fields_that_several_kinds_share_are_explained_once() -> None:
    said = done("show", "village")
    assert said.count("chance that one who is invited comes, at full trust") == 1
    assert said.count("  turnout_others: 0.02") == 2  # facilitation and hub have a default of their own


def test_as_yaml_reads_back_unchanged() -> None:
    text = done("show", "village", "--yaml", "--set", "steps=52")
    assert ps.Scenario.from_yaml(text).content_hash == ps.Scenario.load("village").set("steps", 52).content_hash


def test_as_json_gives_every_field() -> None:
    found = document("show", "village", "--set", "steps=52")
    assert found == ps.Scenario.load("village").set("steps", 52).resolved()
    assert ps.Scenario.from_dict(found).content_hash == ps.Scenario.load("village").set("steps", 52).content_hash


@pytest.mark.parametrize(
    "block",
    [
        *(Behaviour(), Practice(), Traits()),
        Economics(),
        Principles(),
        Outcome(issue="a child falls ill", risk=0.1, effect=0.5),
        *(least(kind) for kind in intervention_kinds().values() if kind.__module__.startswith("pd_sim.")),
    ],
)
def test_nothing_differs_in_a_block_of_defaults(block: Behaviour) -> None:
    fields = _fields.fields_of(block)
    assert [field.name for field in fields] == list(type(block).model_fields)
    for field in fields:
        if not field.given:
            assert not field.differs, field
            assert field.value == field.default
        assert field.bounds not in ("", "any value")
        assert field.meaning


@given(st.floats(0, 1), st.integers(0, 520))
def test_a_value_within_the_bounds_that_are_told_is_taken(share: float, trial: int) -> None:
    told = {field.name: field for field in _fields.fields_of(Behaviour(try_rate=share, trial=trial))}
    assert told["try_rate"].bounds == "a number from 0 to 1"
    assert told["trial"].bounds == "a whole number from 0 to 520"
    assert told["try_rate"].differs == (share != 0.05)


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"type": "integer", "minimum": 1}, "a whole number from 1 up"),
        ({"type": "number", "maximum": 2.5}, "a number up to 2.5"),
        ({"type": "number", "exclusiveMinimum": 0}, "a number above 0"),
        ({"type": "number", "minimum": 0, "exclusiveMaximum": 1}, "a number from 0 and below 1"),
        ({"type": "number", "exclusiveMaximum": 1}, "a number below 1"),
        ({"type": "number", "minimum": 0, "maximum": 1e12}, "a number from 0 to 1e12"),
        ({"type": "boolean"}, "true or false"),
        ({"const": "never"}, "never"),
        ({"enum": ["a", "b", "c"]}, "a, b or c"),
        ({"type": "array", "items": {"type": "string"}}, "a list of entries, each text"),
        ({"type": "array", "prefixItems": [{"type": "integer"}] * 2}, "a list of 2, each a whole number"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "names, each with a whole number"),
        ({"type": "object", "additionalProperties": False}, "names, each with a value"),
        ({"anyOf": [{"$ref": "#/$defs/X"}, {"type": "null"}]}, "{mean, sd}, or null"),
        ({}, "any value"),
    ],
)
def test_bounds_in_words(about: dict[str, object], said: str) -> None:
    definitions = {"X": {"properties": {"mean": {}, "sd": {}, "shape": {}}, "required": ["mean", "sd"]}}
    assert _fields.bounds_in_words(about, definitions) == said


_DRAWN = [kind for name, kind in GENERATORS.items() if name not in ("file", "graph")]


@pytest.mark.parametrize("kind", [Behaviour, Practice, Traits, Initial, *_DRAWN])
def test_every_default_says_how_sure_it_is_and_where_it_comes_from(kind: type) -> None:
    for field in _fields.fields_of_kind(kind):
        if field.name != "generator":
            assert field.sure in _fields.SURE, field.name
            assert field.source, field.name


def test_fields_of_a_kind_are_those_of_its_defaults() -> None:
    assert [str(field) for field in _fields.fields_of_kind(Practice)] == [
        str(field) for field in _fields.fields_of(Practice())
    ]
    assert {field.name: field.value for field in _fields.fields_of_kind(Outcome)}["risk"] == "needed"
    assert _fields.alike(Practice, Practice) == set(Practice.model_fields)
    assert _fields.alike(Practice, Behaviour) == set()
