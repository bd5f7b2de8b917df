"""Slips of the pen in the rules that no other test noticed when they were planted (``make mutate``)."""

from __future__ import annotations

import math

import pytest

from pd_sim._compile import compiled
from pd_sim.behaviour import rules
from pd_sim.population import Mark, Variant
from tests.unit.behaviour.made import numbers, own, seen


@pytest.mark.parametrize("hears", [dict(m=0, a=3), dict(m=3, a=0)])
def test_hearing_from_nobody_adds_nothing_even_where_one_word_would_be_enough(hears):
    """No ties times an endless weight is nothing, not undefined."""
    p = numbers(talk_practising=0.5 if hears["m"] else 1.0, talk_heard=0.5 if hears["a"] else 1.0)
    assert rules.chance_to_hear(own(), seen(hears["m"], hears["a"], 6), p) == pytest.approx(1 - 0.5**3)


@pytest.mark.parametrize("push", [0.25, 0.75])
def test_the_soft_threshold_is_the_same_on_both_sides(push):
    p = numbers(epsilon=0.02, try_rate=0.4, temperature=0.125, confidence_weight=0.0, endorsement=0.0)
    household = own(caution=0.5, push=push)
    wanted = 0.02 + 0.38 / (1 + math.exp(-(push - 0.5) / 0.125))
    assert rules.chance_to_try(household, seen(1, 0, 4), p, None) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    ("push", "pay", "acts"), [(0.25, 0.0, True), (0.0, 0.25, True), (0.125, 0.125, True), (0.125, 0.0, False)]
)
def test_push_and_pay_each_lower_the_threshold_once(push, pay, acts):
    p = numbers(decision="threshold", try_rate=1.0, epsilon=0.0)
    assert rules.chance_to_try(own(caution=0.75, push=push, pay=pay), seen(2, 0, 4), p, None) == float(acts)


@pytest.mark.parametrize(("caution", "acts"), [(0.5, True), (0.5 + 1e-11, True), (0.5 + 1e-4, False)])
def test_the_threshold_forgives_rounding_and_nothing_more(caution, acts):
    p = numbers(decision="threshold", try_rate=1.0, epsilon=0.0)
    assert rules.chance_to_try(own(caution=caution), seen(2, 0, 4), p, None) == float(acts)


@pytest.mark.parametrize(("session", "rate"), [(False, 0.2), (True, 0.6)])
def test_what_comes_from_outside_weighs_confidence_and_the_session(session, rate):
    p = numbers(decision="external", try_rate=0.2, session_rate=0.6, temperature=0.25, confidence_weight=0.5)
    household = own(caution=0.5, push=0.25, confidence=0.75, session=session)
    wanted = rate / (1 + math.exp(-(0.25 + 0.5 * 0.25 - 0.5) / 0.25))
    assert rules.chance_to_try(household, seen(3, 0, 4), p, None) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(("variant", "field"), [(Variant.LOCAL, "portability"), (Variant.OUTSIDE, "certainty")])
def test_a_household_at_the_very_limit_does_not_fit(variant, field):
    """Fit lies in [0, 1), so that a share of 0 fits nobody."""
    for fit, fits in ((0.5, False), (0.499, True)):
        household = own(variant=variant, fit_local=fit, fit_outside=fit, know_how=1.0)
        assert bool(rules.chance_to_succeed(household, numbers(**{field: 0.5})) > 0) is fits


@pytest.mark.parametrize("mark", [Mark.NOT_PERMITTED, Mark.NO_HARDWARE, Mark.NOT_PERMITTED | Mark.NO_HARDWARE])
@pytest.mark.parametrize("decision", ["logistic", "threshold", "simple", "external"])
def test_nobody_tries_who_may_not_or_cannot(mark, decision):
    p = numbers(decision=decision, try_rate=0.75, outside=0.5)
    free, gated = (own(push=1.0, confidence=0.5, marks=marks) for marks in (0, mark))
    assert rules.chance_to_try(free, seen(4, 0, 4), p, None) > 0.4
    assert rules.chance_to_try(gated, seen(4, 0, 4), p, None) == 0.0


@pytest.mark.parametrize(("confidence", "tries"), [(0.25, False), (0.5, True), (0.75, True)])
def test_conviction_is_the_least_confidence_that_tries(confidence, tries):
    p = numbers(decision="threshold", conviction=0.5, try_rate=1.0, epsilon=0.0)
    household = own(caution=0.25, confidence=confidence)
    assert rules.chance_to_try(household, seen(4, 0, 4), p, None) == float(tries)


def test_an_own_rule_is_asked_only_where_one_may_try_and_is_convinced():
    @compiled(cache=False)
    def always(own, seen, parameters):
        return 0.125

    p = numbers(conviction=0.5)
    asked = [
        rules.chance_to_try(household, seen(1, 0, 4), p, always)
        for household in (
            own(confidence=0.5),
            own(confidence=0.25),
            own(confidence=0.5, marks=Mark.NO_HARDWARE),
            own(confidence=0.5, marks=Mark.CAME),
        )
    ]
    assert asked == [0.125, 0.0, 0.0, 0.125]
