"""The page of evidence leaves no assumption out, and each can be tried."""

from __future__ import annotations

import pytest

import pd_sim as ps
from pd_sim.behaviour import Behaviour, Practice
from pd_sim.dashboard.evidence_words import FAIRNESS, MEANS, STEP, assumed, known, source_of
from pd_sim.dashboard.pages.evidence_effects import points_of_the_field
from pd_sim.dashboard.pages.evidence_results import drawn
from pd_sim.dashboard.pages.evidence_rows import table_of
from pd_sim.errors import UnknownNameError
from pd_sim.validation import chosen
from pd_sim.validation.effects import FIELD

VILLAGE = ps.Scenario.load("village")


def by_sureness(letter):
    return [
        f"{block}.{name}"
        for block, kind in (("practice", Practice), ("behaviour", Behaviour))
        for name, field in kind.model_fields.items()
        if (field.json_schema_extra["sure"] == "A") == letter
    ]


def test_every_assumption_stands_in_one_group_and_nothing_known_does():
    fields = [number.field for group in assumed(VILLAGE) for number in group.numbers]
    of_rules = [field for field in fields if not field.startswith("arms.")]
    assert sorted(of_rules) == sorted(by_sureness(True))
    assert sorted(number.field for number in known(VILLAGE)) == sorted(by_sureness(False))
    assert len(set(fields)) == len(fields)
    assert {"arms.bottom_up.hub.places", "arms.top_down.training.involves"} <= set(fields)


def test_every_assumption_can_be_tried_at_its_value():
    for group in assumed(VILLAGE):
        for number in group.numbers:
            assert VILLAGE.set(number.field, number.value).content_hash == VILLAGE.content_hash, number.field
            assert number.meaning, number.field
            assert number.why, number.field


def test_numbers_are_those_of_the_scenario_that_is_shown():
    texts = {number.field: number.text for group in assumed(VILLAGE) for number in group.numbers}
    assert texts["practice.portability"] == "85%"
    moved = {n.field: n.text for g in assumed(VILLAGE.set("practice.portability", 0.5)) for n in g.numbers}
    assert moved["practice.portability"] == "50%"


def test_every_result_says_what_it_means_and_fairness_is_kept_apart():
    names = [result.name for result in chosen()]
    assert set(names) == set(MEANS)
    assert set(FAIRNESS) < set(names)
    assert not any("EVIDENCE" in source_of(result.name, result.source) for result in chosen())
    assert len(STEP) == 6


def test_points_of_the_field_are_those_it_states():
    assert points_of_the_field(FIELD["bottom_up"]) == [30.0]
    assert points_of_the_field(FIELD["hybrid"]) == []


def test_the_figure_of_a_result_is_drawn():
    verdict = next(one for one in chosen(["granovetter"])).verdict(quick=True)
    assert verdict.passed
    assert drawn("granovetter", verdict.data).startswith(b"\x89PNG")
    with pytest.raises(UnknownNameError):
        drawn("placebo", {})


def test_a_table_names_its_columns_in_every_row_and_shows_text_as_text():
    shown = table_of(["what", "so <much>"], [["<b>it", "3"]], numbers=(1,))
    assert "<b>it" not in shown
    assert "&lt;b&gt;it" in shown
    assert 'data-head="so &lt;much&gt;" class="rows-number">3<' in shown
