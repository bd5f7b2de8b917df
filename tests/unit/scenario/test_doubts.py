"""What can hardly be meant is told by its field, with the mend; what may well be meant is not."""

from __future__ import annotations

from typing import Any

import pytest

import pd_sim as ps
from pd_sim.scenario import case_names
from pd_sim.scenario.warnings import doubts
from tests.builders import EIGHT, scenario

FIXED = {"training": {"cost_fixed": 500}}


def told(*arm: Any, **blocks: Any) -> str:
    """The only doubt about an arm of a village of eight."""
    (said,) = doubts(scenario(arms={"a": list(arm)}, **blocks))
    assert "\n" not in said
    return said


@pytest.mark.parametrize("name", case_names())
def test_nothing_is_doubted_of_a_shipped_case(name: str) -> None:
    assert doubts(ps.Scenario.load(name)) == ()


@pytest.mark.parametrize(
    ("arm", "said"),
    [
        ([{"training": {"start": 13}}], "arms.a[0].training.start: 13 is after the last step, 12, so it never acts;"),
        ([{"training": {}}, {"hub": {"begins_with": 9}}], "arms.a[1].hub.begins_with: 9 households, but a village has"),
        ([{"training": {}}, {"hub": {"hosts_needed": 9}}], "arms.a[1].hub.hosts_needed: 9 households, but a village"),
        ([{"training": {"hosts_needed": 9}}], "arms.a[0].training.hosts_needed: 9 households, but a village has 8, so"),
        ([{"hub": {}}], "arms.a[0].hub.hosts_needed: nobody practises in the open at the start and nothing else"),
        ([{"training": {"begins_at": 0.2}}], "arms.a[0].training.begins_at: nobody practises in the open at the start"),
        ([{"training": {}}, {"takeover": {}}], "arms.a[1].takeover: it takes over what comes after it in the arm, and"),
        ([{"takeover": {"kinds": ["hub"]}}, {"training": {}}], "arms.a[0].takeover: it takes over what comes after it"),
        ([{"budget": {"amount": 499}}, FIXED], "arms.a[0].budget.amount: 499 does not pay for training to begin (500)"),
        (
            [{"budget": {"amount": 999}}, FIXED, {"broadcast": {"cost_fixed": 500}}],
            "arms.a[0].budget.amount: 999 does not pay for everything to begin (1,000 in all)",
        ),
        (
            [{"budget": {"amount": 501}}, {"training": {"cost_fixed": 500, "cost_step": 2}}],
            "arms.a[0].budget.amount: 501 does not pay for training to begin (502)",
        ),
        ([{"training": {"ends_at": 0.0}}], "arms.a[0].training.ends_at: 0 is reached before it begins, so it never"),
        ([{"training": {"ends_with": 0}}], "arms.a[0].training.ends_with: 0 is reached before it begins, so it never"),
        (
            [{"training": {"raises": 99, "cost_session": 100}}],
            "arms.a[0].training.raises: 99 is less than a session costs (100), so none is ever held; raise more",
        ),
        (
            [{"budget": {"amount": 99}}, {"training": {"cost_session": 100}}],
            "arms.a[0].budget.amount: 99 does not pay for one of what arms.a[1].training.cost_session prices (100)",
        ),
        ([{"budget": {"amount": 9}}, {"training": {}}], "arms.a[0].budget: nothing it pays for costs anything, so it"),
        (
            [{"budget": {"amount": 900, "pays_for": ["sponser"]}}, FIXED],
            "arms.a[0].budget.pays_for: nothing in this arm is paid by 'sponser'; did you mean 'sponsor'?",
        ),
    ],
)
def test_what_never_acts_is_told(arm: Any, said: str) -> None:
    assert told(*arm).startswith(said)


@pytest.mark.parametrize(
    ("arm", "blocks"),
    [
        ([{"training": {"start": 12}}], {}),
        ([{"training": {}}, {"hub": {"hosts_needed": 8}}], {}),
        ([{"hub": {}}], {"initial": {"practising": 2}}),
        ([{"hub": {}}], {"behaviour": {"spontaneous": 0.1}}),
        ([{"takeover": {}}, {"training": {}}], {}),
        ([{"budget": {"amount": 500}}, FIXED], {}),
        ([{"budget": {"amount": 5}}, {"incentive": {"price": 2}}], {}),
        ([{"budget": {"amount": 5}}, {"training": {"cost_session": 2}}, {"hub": {"cost_fixed": 900}}], {}),
        ([{"budget": {"amount": 5}}], {}),
        ([{"budget": {"amount": 5}}, {"training": {"cost_session": 5, "cost_place": 5}}], {}),
        ([{"training": {"raises": 5, "cost_session": 5}}], {}),
        ([{"training": {"ends_at": 0.1}}], {}),
    ],
)
def test_what_may_be_meant_is_not_told(arm: Any, blocks: Any) -> None:
    assert doubts(scenario(arms={"a": arm}, **blocks)) == ()


@pytest.mark.parametrize(
    ("threat", "said"),
    [
        ({"leader_leaves": {"at": 4}}, "threats[0].leader_leaves: it hits nothing in any arm; say of an intervention"),
        (
            {"cost_loading": {"at": 13}},
            "threats[0].cost_loading.at: 13 is after the last step, 12, so it never happens",
        ),
        ({"cost_loading": {"hazard": 0.0}}, "threats[0].cost_loading.hazard: with a chance of 0 it never happens"),
        (
            {"policy_change": {"at": 4}},
            "threats[0].policy_change: it hits nothing in any arm; kinds: the arms have tra",
        ),
        (
            {"policy_change": {"at": 4, "kinds": ["mandate"]}},
            "threats[0].policy_change: it hits nothing in any arm; kinds: the arms have training, not mandate",
        ),
        (
            {"takeover_of_the_running": {"at": 4}},
            "threats[0].takeover_of_the_running: it hits nothing in any arm; payers: the arms have sponsor, not",
        ),
    ],
)
def test_a_threat_that_hits_nothing_is_told(threat: Any, said: str) -> None:
    assert told({"training": {}}, threats=[threat]).startswith(said)


@pytest.mark.parametrize(
    ("arm", "at", "doubted"),
    [
        ([{"training": {"stop": 6}}], 6, True),
        ([{"training": {"stop": 6}}], 5, False),
        ([{"training": {"stop": 6}}, {"broadcast": {}}], 8, False),  # this one never stops
        ([{"training": {"stop": 3, "again": 4}}], 8, False),
        ([{"training": {"stop": 6}}, {"hub": {"payer": "community"}}], 8, True),  # the hub is not hit
    ],
)
def test_a_threat_that_comes_when_all_it_hits_has_stopped_is_told(arm: Any, at: int, doubted: bool) -> None:
    said = [
        line
        for line in doubts(scenario(arms={"a": arm}, threats=[{"sponsor_restructured": {"at": at}}]))
        if "has stopped" in line
    ]
    assert len(said) == doubted
    if said:
        assert said[0].startswith(f"threats[0].sponsor_restructured.at: by step {at} all that it hits has stopped")


def test_a_threat_that_hits_something_is_not_told() -> None:
    threats = [{"leader_leaves": {"at": 4}}, {"sponsor_restructured": {"hazard": 0.1}}]
    assert doubts(scenario(arms={"a": [{"training": {"leader": 0.5}}]}, threats=threats)) == ()


def test_evaluations_after_the_end_and_savings_without_incidents_are_told() -> None:
    assert told(evaluations=[{"name": "late", "step": 13, "target": 0.5}]).startswith(
        "evaluations[0].step: 13 is after the last step, 12"
    )
    assert told(economics={"avoided": {"council": 9.0}}).startswith("economics.avoided: no incidents are modelled")
    issue = {"issue": "a fall", "risk": 0.1, "effect": 0.5}
    assert doubts(scenario(outcome=issue, economics={"avoided": {"council": 9.0}})) == ()


def test_a_village_whose_size_is_not_known_yet_is_not_doubted() -> None:
    filed = {"generator": "file", "ties": "ties.csv"}
    arm = {"a": [{"training": {}}, {"hub": {"hosts_needed": 10_000}}]}
    assert doubts(scenario(filed, arms=arm)) == ()
    assert doubts(scenario(EIGHT, arms=arm)) != ()
