"""No arm wins by construction: over scenarios that the suite makes up, and over those that hypothesis does."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.validation.fairness import greatest_gap, placebo_scenario
from tests.generated import scenarios

MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@MANY
@given(st.integers(0, 10**6))
def test_arms_that_differ_in_who_acts_alone_differ_by_exactly_nothing(seed):
    assert greatest_gap(ps.compare(placebo_scenario(seed), replicates=2, seed=seed)) == 0


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
