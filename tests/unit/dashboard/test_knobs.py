"""Knobs come from the schema: every one can be set, within bounds that the scenario takes."""

from __future__ import annotations

import pytest

import pd_sim as ps
from pd_sim.dashboard.knobs import cards_of
from pd_sim.scenario import case_names


def knobs(scenario):
    return [knob for card in cards_of(scenario) for knob in (*card.knobs, *card.more)]


@pytest.mark.parametrize("case", case_names())
def test_every_knob_stands_within_its_slider_and_names_a_field(case):
    scenario = ps.Scenario.load(case)
    found = knobs(scenario)
    assert found
    assert len({knob.field for knob in found}) == len(found)
    for knob in found:
        assert knob.low <= knob.value <= knob.high, knob
        assert knob.step > 0
        assert knob.help, knob.field


def test_both_ends_of_every_knob_are_taken():
    scenario = ps.Scenario.load("village")
    for knob in knobs(scenario):
        if knob.field.endswith((".start", ".stop")):  # one must come before the other
            continue
        for value in (knob.low, knob.high):
            if knob.field.rsplit(".", 1)[-1] in ("fresh", "settled"):  # one may not lie below the other
                continue
            scenario.set(knob.field, int(value) if knob.whole else value)


def test_what_matters_comes_first():
    cards = {card.title: card for card in cards_of(ps.Scenario.load("village"))}
    assert [knob.label for knob in cards["Practice"].knobs][:4] == [
        "positive deviants",
        "tacitness",
        "portability",
        "certainty",
    ]
    assert any(knob.label == "facilitation: members" for knob in cards["Bottom-up"].knobs)
    assert cards["Practice"].knobs[2].sure == "A"
