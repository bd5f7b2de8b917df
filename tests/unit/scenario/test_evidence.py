from __future__ import annotations

import pytest

import pd_sim as ps
from pd_sim.errors import ScenarioError
from pd_sim.results import measures
from pd_sim.scenario import evidence
from pd_sim.scenario.evidence import Evaluation, Target, blocks, check_arms
from tests.builders import scenario

ANY = {"name": "e", "step": 4}
FIGURE = {"what": "places taken", "arm": "hub", "measure": "attendance", "told": 50, "sure": "S", "source": "told"}


def refused(kind, **fields):
    with pytest.raises(ScenarioError) as caught:
        blocks(kind, [fields], "here")
    return str(caught.value)


def test_what_is_written_is_read_back_unchanged():
    town = scenario(
        arms={"nothing": [], "hub": [{"hub": {}}]},
        evaluations=[{"name": "early", "step": 4, "versus": "before", "sample": 6}, {**ANY, "target": 0.5}],
        targets=[
            {**FIGURE, "how": "mean", "to_step": 9, "per": "month", "fitted": ["arms.hub.0.hub.places"]},
            {"what": "it went on", "pattern": "by itself", "sure": "S", "source": "told"},
            {**FIGURE, "told": [8, 12], "of": "participants"},
            {**FIGURE, "measure": "incidents", "how": "sum", "told": 3, "before": 11, "counts": True},
        ],
    )
    assert town.evaluations[0].sample == 6
    assert town.targets[2].told == (8, 12)
    assert ps.Scenario.from_yaml(town.to_yaml()) == town
    assert ps.Scenario.from_yaml(town.to_yaml()).content_hash == town.content_hash


def test_the_measures_are_those_of_the_results():
    households = {name for name in measures.MEASURES if measures.kind(name) == "households"}
    assert {name for name in measures.MEASURES if evidence._counts_households(name)} == households
    assert evidence.AMOUNTS == measures.AMOUNTS
    for name in (*measures.MEASURES, *measures.AMOUNTS, "cost", "cost_set-up", "cost_so_far", "lapses_so_far"):
        assert blocks(Target, [FIGURE | {"measure": name}], "t")[0].measure == name


def test_letters_are_all_explained():
    assert tuple(evidence.SURE) == evidence.Sure.__args__


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"step": 4}, "here[0].name: this field is needed"),
        ({**ANY, "verus": "x"}, "here[0].verus: unknown field; did you mean 'versus'?"),
        ({**ANY, "step": "4"}, "here[0].step: input should be a valid integer"),
        ({**ANY, "step": True}, "here[0].step: input should be a valid integer"),
        ({**ANY, "measure": "practicing"}, "unknown measure 'practicing'; did you mean 'practising'?"),
        ({**ANY, "measure": "practising_so_far"}, "counts households and has no running total"),
        ({**ANY, "measure": "cost"}, "nothing to count and compare; give it a target"),
        ({**ANY, "measure": "expected_incidents"}, "nothing to count and compare; give it a target"),
        ({**ANY, "measure": "lapses", "sample": 30}, "households are asked whether, not how much"),
        ({**ANY, "versus": "nothing", "target": 0.5}, "give versus or target, not both"),
        ({**ANY, "target": 50}, "practising is a share of the households; give one from 0 to 1"),
        ({**ANY, "versus": "before", "before_step": 4}, "before_step: must come before step 4"),
        ({**ANY, "arms": ["nothing"]}, "'nothing' cannot be compared with itself"),
        ({**ANY, "alpha": 0}, "here[0].alpha: input should be greater than 0"),
        ({**ANY, "sample": 1}, "here[0].sample: input should be greater than or equal to 2"),
    ],
)
def test_bad_evaluations_are_refused_in_a_line(fields, told):
    assert told in refused(Evaluation, **fields)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"told": None}, "give the told figure, or the pattern in words"),
        ({"arm": None}, "arm and measure: give both, or neither"),
        ({"told": [12, 8]}, "the low end comes first, not 12 before 8"),
        ({"counts": True, "told": 2.5}, "a count is told as one whole number"),
        ({"counts": True, "told": [1, 2]}, "a count is told as one whole number"),
        ({"before": 11}, "two counts are compared; say counts: true"),
        ({"from_step": 5, "to_step": 9}, "'how: at' takes one step"),
        ({"how": "mean", "from_step": 5, "to_step": 4}, "must not come before from_step 5"),
        ({"how": "sum", "per": "month"}, "'month' is for what happens in a step"),
        ({"measure": "practising", "how": "sum"}, "a sum of practising over steps would count the same again"),
        ({"measure": "lapses_so_far", "how": "sum"}, "a sum of lapses_so_far over steps would count the same again"),
        ({"number": True}, "attendance is a number already"),
        ({"versus": "hub"}, "'hub' cannot be compared with itself"),
        ({"sure": "X"}, "here[0].sure: input should be 'V', 'C', 'K', 'S' or 'A'"),
        ({"told": "many"}, "here[0].told: input should be"),
        ({"what": ""}, "here[0].what: string should have at least 1 character"),
        ({"told": 1e300}, "here[0].told: input should be less than or equal to"),
    ],
)
def test_bad_targets_are_refused_in_a_line(change, told):
    fields = {name: value for name, value in (FIGURE | change).items() if value is not None}
    said = refused(Target, **fields)
    assert told in said
    assert "\n" not in said


def test_a_list_is_needed():
    with pytest.raises(ScenarioError, match="targets: should be a list, each entry with its fields"):
        blocks(Target, FIGURE, "targets")
    assert blocks(Target, None, "targets") == ()


@pytest.mark.parametrize(
    ("evaluation", "target", "told"),
    [
        ({"versus": "nothin"}, {}, r"evaluations\[0\].versus: unknown arm 'nothin'; did you mean 'nothing'"),
        ({"arms": ["hubb"]}, {}, r"evaluations\[0\].arms: unknown arm 'hubb'; did you mean 'hub'"),
        ({}, {"arm": "hubb"}, r"targets\[0\].arm: unknown arm 'hubb'"),
        ({}, {"versus": "hubb"}, r"targets\[0\].versus: unknown arm 'hubb'"),
        ({}, {"of_arm": "hubb"}, r"targets\[0\].of_arm: unknown arm 'hubb'"),
    ],
)
def test_arms_that_are_named_must_be_there(evaluation, target, told):
    with pytest.raises(ScenarioError, match=told):
        check_arms(
            blocks(Evaluation, [ANY | evaluation], "e"), blocks(Target, [FIGURE | target], "t"), ["nothing", "hub"]
        )


def test_a_target_or_what_was_before_needs_no_other_arm():
    alone = blocks(Evaluation, [{**ANY, "target": 0.5}, {**ANY, "versus": "before"}], "e")
    check_arms(alone, blocks(Target, [FIGURE], "t"), ["hub"])
