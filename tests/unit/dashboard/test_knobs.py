"""Knobs come from the schema: every one can be set, within bounds that the scenario takes."""

from __future__ import annotations

import json

import pytest

import pd_sim as ps
from pd_sim.dashboard.cards import cards_of, knobs_in
from pd_sim.dashboard.in_short import summaries
from pd_sim.dashboard.knobs import knob_of, taken
from pd_sim.dashboard.steering import as_data
from pd_sim.errors import ScenarioError
from pd_sim.scenario import case_names

VILLAGE = ps.Scenario.load("village")


@pytest.mark.parametrize("case", case_names())
def test_every_knob_stands_within_its_bounds_names_a_field_and_says_what_it_means(case):
    scenario = ps.Scenario.load(case)
    cards = cards_of(scenario)
    found = knobs_in(cards)
    listed = [knob for card in cards for group in card.groups for knob in (*group.knobs, *group.more)]
    assert len(found) == len(listed)  # none stands twice
    for knob in listed:
        if knob.kind in ("share", "number"):
            assert knob.low <= knob.value <= knob.high, knob
            assert knob.step > 0
        assert knob.help, knob.field
    assert set(summaries(scenario)) == {card.key for card in cards}
    json.dumps(as_data(scenario, scenario)[0], allow_nan=False)


def test_every_knob_given_its_own_value_leaves_the_scenario_as_it_is():
    for case in ("village", "gosport"):
        scenario = ps.Scenario.load(case)
        resolved = scenario.resolved()
        for knob in knobs_in(cards_of(scenario)).values():
            name = knob.field.rsplit(".", 1)[-1]
            if name in ("fresh", "settled", "habit_rate") or name in ("positive_deviants", "false_leads"):
                continue  # written out where the kind of practice says so, or a number for a share
            same = scenario.set(knob.field, taken(knob, knob.value)).resolved()
            assert same == resolved, knob.field


def test_both_ends_of_every_slider_are_taken():
    for knob in knobs_in(cards_of(VILLAGE)).values():
        name = knob.field.rsplit(".", 1)[-1]
        if knob.kind not in ("share", "number") or name in ("start", "stop", "fresh", "settled", "mean", "sd"):
            continue  # one must come before the other, or may not be too far from it
        for value in (knob.low, knob.high):
            VILLAGE.set(knob.field, taken(knob, value))


def test_what_matters_comes_first():
    cards = {card.title: card for card in cards_of(VILLAGE)}
    practice = cards["Practice"].groups[0]
    assert [knob.label for knob in practice.knobs] == [
        "positive deviants",
        "certainty",
        "portability",
        "tacitness",
        "lapse",
    ]
    assert practice.knobs[1].sure == "A"
    assert practice.knobs[1].kind == "share"
    facilitation, hub = cards["Bottom-up"].groups
    assert (facilitation.title, hub.title) == ("Facilitation", "Hub")
    assert [knob.label for knob in facilitation.knobs][:2] == ["members", "visits"]
    assert facilitation.about.startswith("A working group of the community finds")
    assert not any(knob.field.endswith("cost_session") for knob in facilitation.more)  # among the prices
    assert any(
        knob.field == "arms.bottom_up.hub.cost_session" for g in cards["Budget and prices"].groups for knob in g.knobs
    )


def test_a_field_is_set_as_its_kind_asks():
    kinds = {knob.field: knob for knob in knobs_in(cards_of(VILLAGE)).values()}
    assert kinds["principles.ownership"].kind == "switch"
    assert kinds["behaviour.lapse"].choices == ("daily", "contraception", "hardware", "none")
    assert "threshold" in kinds["behaviour.decision"].choices
    assert kinds["arms.top_down.training.source"].choices == ("peer", "expert")
    assert kinds["arms.bottom_up.hub.stop"].never == "never"
    assert kinds["arms.bottom_up.hub.stop"].value == VILLAGE.steps + 1
    assert taken(kinds["arms.bottom_up.hub.stop"], VILLAGE.steps + 1) is None
    assert taken(kinds["arms.bottom_up.hub.stop"], 80) == 80
    assert taken(kinds["economics.avoided"], "council: 120, NHS: 3.5") == {"council": 120, "NHS": 3.5}
    assert taken(kinds["economics.discount"], "0.05") == 0.05
    assert taken(kinds["economics.discount"], "none") == "none"
    assert taken(kinds["economics.worth_of_adopter_year"], "") is None
    assert taken(kinds["arms.top_down.training.places"], 12.0) == 12
    for field, given in (("economics.staff_hour", ""), ("economics.staff_hour", "much"), ("economics.avoided", "[")):
        with pytest.raises(ScenarioError, match=field):
            taken(kinds[field], given)


def test_what_is_beyond_the_schema_is_refused_by_it():
    knob = knob_of("arms.top_down.training", VILLAGE.arms["top_down"][1], "cost_session", 156)
    assert knob is not None
    with pytest.raises(ScenarioError, match="cost_session"):
        VILLAGE.set(knob.field, taken(knob, -1))
