"""No arm wins by construction: over scenarios that the suite makes up, and over those that hypothesis does."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.interventions import Sessions, intervention_kinds
from pd_sim.interventions.threats import Threat
from pd_sim.validation.fairness import greatest_gap, placebo_scenario
from tests.generated import scenarios

MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@MANY
@given(st.integers(0, 10**6))
def test_arms_that_differ_in_who_acts_alone_differ_by_exactly_nothing(seed):
    assert greatest_gap(ps.compare(placebo_scenario(seed), replicates=2, seed=seed)) == 0


@pytest.mark.parametrize("seed", range(40))
def test_the_arms_differ_in_who_acts_alone(seed):
    """Whatever a session can be given is given to all three, whatever the defaults of their kinds are."""
    (experts, *_), (peers, *_), (group, *_) = (
        [i for i in arm if isinstance(i, Sessions)] for arm in placebo_scenario(seed).arms.values()
    )
    apart = {n for n in Sessions.model_fields if len({repr(getattr(i, n)) for i in (experts, peers, group)}) > 1}
    assert apart == {"source", "teaches"}


def test_made_up_scenarios_have_all_that_a_scenario_can_have():
    made = [placebo_scenario(seed) for seed in range(60)]
    kinds = {i.kind for one in made for i in (*one.threats, *(i for arm in one.arms.values() for i in arm))}
    threats = {cls.kind for cls in intervention_kinds().values() if issubclass(cls, Threat)}
    assert kinds >= {"training", "hub", "facilitation", "broadcast", "incentive", "budget"} | threats
    held = [i for one in made for arm in one.arms.values() for i in arm if isinstance(i, Sessions)]
    assert any(i.again is not None for i in held)
    assert any(i.raises is not None for i in held)


@pytest.mark.parametrize("wrong", ["trust", "fit", "places"])
def test_any_unlikeness_is_noticed(wrong):
    assert max(greatest_gap(ps.compare(placebo_scenario(seed, wrong), replicates=2)) for seed in range(6)) > 0


@MANY
@given(scenarios(), scenarios(), st.integers(0, 1000))
def test_the_names_of_arms_decide_nothing(town, other, seed):
    one, two = town.arms["arm"], other.arms["arm"]
    assume(not any(getattr(i, "recruits", "ties") not in ("ties", "anyone") for i in (*one, *two)))
    there = town.model_copy(update={"arms": {"a": one, "b": two}})
    back = town.model_copy(update={"arms": {"b": one, "a": two}})
    first, second = (ps.compare(each, replicates=2, seed=seed) for each in (there, back))
    assert greatest_gap(first, second, {"a": "b", "b": "a"}) == 0


def test_exchanging_the_content_is_noticed():
    town = ps.Scenario.load("village").set("community.households", 60).set("steps", 40)
    turned = town.model_copy(update={"arms": {**town.arms, "top_down": town.arms["hybrid"]}})
    one, other = (ps.compare(each, replicates=2) for each in (town, turned))
    assert greatest_gap(one, other) > 0
