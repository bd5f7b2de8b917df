from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.behaviour import Behaviour, Outcome, Practice
from pd_sim.cli import _fields
from pd_sim.cli._text import value_text
from pd_sim.community import Traits
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
    assert "- training: *start 4 (default 1), *stop 56 (default null), again null, begins_at null," in said
    assert "cost_step 0.0, source expert, every 1, places 20, turnout 0.3," in said
    for kind in ("broadcast", "facilitation", "hub", "incentive", "training"):
        assert f"{kind} — " in said


def test_a_star_marks_what_was_changed_and_only_that() -> None:
    assert re.findall(r"^\* \w+: .*$", done("show", "village"), re.MULTILINE) == []
    changed = done("show", "village", "--set", "practice.tacitness=0.9")
    assert re.findall(r"^\* \w+: .*$", changed, re.MULTILINE) == ["* tacitness: 0.9 (default 0.6)"]


def test_lines_keep_within_80_columns() -> None:
    assert max(map(len, done("show", "village").splitlines())) < 80


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
        ({"anyOf": [{"$ref": "#/$defs/X"}, {"type": "null"}]}, "{mean, sd}, or null"),
        ({}, "any value"),
    ],
)
def test_bounds_in_words(about: dict[str, object], said: str) -> None:
    definitions = {"X": {"properties": {"mean": {}, "sd": {}, "shape": {}}, "required": ["mean", "sd"]}}
    assert _fields.bounds_in_words(about, definitions) == said
