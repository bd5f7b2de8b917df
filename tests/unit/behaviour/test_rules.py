"""Each rule gives exactly what its equation says, on inputs picked by hand, and keeps its head at the edges."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pd_sim._compile import first_class
from pd_sim.behaviour import loop, rules
from pd_sim.population import Mark, Variant
from pd_sim.population.records import SETTLED
from tests.unit.behaviour.made import kept, numbers, own, seen


def sigma(z):
    return 1 / (1 + math.exp(-z))


def exactly(value):
    return pytest.approx(value, rel=1e-13, abs=1e-300)


# ── hearing ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("m", "a", "talk_practising", "talk_heard", "wanted"),
    [
        (0, 0, 0.5, 0.5, 0.0),
        (1, 0, 0.095, 0.012, 0.095),
        (0, 1, 0.095, 0.012, 0.012),
        (3, 2, 0.4, 0.2, 1 - 0.6**3 * 0.8**2),
        (2.5, 0.25, 0.4, 0.2, 1 - 0.6**2.5 * 0.8**0.25),
        (1, 0, 1.0, 0.0, 1.0),
        (0, 5, 1.0, 0.0, 0.0),
        (0.001, 0, 1.0, 0.0, 1.0),
        (5, 5, 0.0, 0.0, 0.0),
        (1, 0, 1e-15, 0.0, 1e-15),
        (30_000, 30_000, 0.9, 0.9, 1.0),
    ],
)
def test_hearing(m, a, talk_practising, talk_heard, wanted):
    p = numbers(talk_practising=talk_practising, talk_heard=talk_heard)
    assert rules.chance_to_hear(own(), seen(m, a, 10), p) == exactly(wanted)


# ── trying: logistic ────────────────────────────────────────────────────────────────────────────────────────────

WILLING = dict(caution=0.3, trust_peer=0.75, confidence=0.5)


def to_try(household, sight, **parameters):
    return rules.chance_to_try(household, sight, numbers(**parameters), None)


@pytest.mark.parametrize("decision", ["logistic", "threshold", "simple", "external"])
def test_nobody_tries_behind_a_gate_or_without_the_belief_that_is_asked_for(decision):
    rule = {"decision": decision, "spontaneous": 0.5, "outside": 0.5, "epsilon": 0.5}
    sight = seen(2, 0, 8)
    free = to_try(own(**WILLING, push=0.5), sight, **rule)
    assert free > 0
    for marks in (Mark.NOT_PERMITTED, Mark.NO_HARDWARE, Mark.NOT_PERMITTED | Mark.NO_HARDWARE | Mark.CAME):
        assert to_try(own(**WILLING, push=0.5, marks=marks), sight, **rule) == 0
        assert to_try(own(**WILLING, push=0.5, marks=marks, session=True), sight, **rule) == 0
    assert to_try(own(**WILLING, push=0.5, marks=Mark.CAME), sight, **rule) == free
    assert to_try(own(**WILLING, push=0.5), sight, **rule, conviction=0.5) == free  # as much as is asked for
    assert to_try(own(**WILLING, push=0.5), sight, **rule, conviction=0.51) == 0


def test_an_own_rule_stands_behind_the_gates_too():
    always = first_class(loop.RULE, lambda own, seen, parameters: 0.75, cache=False)
    p = numbers(conviction=0.5)
    assert rules.chance_to_try(own(**WILLING), seen(), p, always) == 0.75
    assert rules.chance_to_try(own(**WILLING, marks=Mark.NO_HARDWARE), seen(), p, always) == 0
    assert rules.chance_to_try(own(confidence=0.4), seen(), p, always) == 0


def test_logistic_by_hand():
    x = 1.5 * 0.75 * 2 / 8 + 0.125 + 0.0625 + 0.4 * (0.5 - 0.5) - 0.3
    chance = to_try(own(**WILLING, push=0.125, pay=0.0625), seen(2, 0, 8), endorsement=1.5, temperature=0.1)
    assert chance == exactly(0.001 + (0.05 - 0.001) * sigma(x / 0.1))


def test_logistic_counts_confidence_about_one_half():
    for confidence in (0.0, 0.25, 1.0):
        household = own(caution=0.25, trust_peer=1, confidence=confidence)
        wanted = 0.001 + 0.049 * sigma((0.5 + 0.4 * (confidence - 0.5) - 0.25) / 0.06)
        assert to_try(household, seen(1, 0, 2)) == exactly(wanted)


def test_logistic_reads_what_is_stored_in_single_precision_and_works_in_double():
    household = own(caution=0.1, trust_peer=0.8, confidence=0.4)
    x = kept(0.8) * (1 / 3) + 0.4 * (kept(0.4) - 0.5) - 0.1
    assert to_try(household, seen(1, 0, 3)) == exactly(0.001 + 0.049 * sigma(x / 0.06))


def test_logistic_in_a_session_has_the_sessions_rate():
    household = own(**WILLING, push=0.5, session=True)
    assert to_try(household, seen(0, 0, 8), session_rate=0.5) == exactly(0.5 * sigma(0.2 / 0.06))


def test_logistic_without_any_prompt_is_spontaneous_whatever_the_session():
    for session in (False, True):
        household = own(**WILLING, session=session)
        assert to_try(household, seen(0, 9, 9), spontaneous=0.0123) == 0.0123
        assert to_try(household, seen(0, 9, 9)) == 0.0


@pytest.mark.parametrize("prompt", ["push", "pay"])
def test_logistic_with_a_push_or_pay_but_no_tie_has_no_epsilon(prompt):
    household = own(caution=5.0, **{prompt: 0.01})
    chance = to_try(household, seen(0), epsilon=0.5, spontaneous=0.9, try_rate=0.6)
    assert chance == exactly(0.6 * math.exp((kept(0.01) - 0.2 - 5.0) / 0.06))


def test_logistic_epsilon_is_never_more_than_the_rate():
    household = own(caution=50.0, trust_peer=1)
    assert to_try(household, seen(1), epsilon=0.4, try_rate=0.1) == exactly(0.1)
    assert to_try(household, seen(1), epsilon=0.05, try_rate=0.1) == exactly(0.05)


@pytest.mark.parametrize(("m", "wanted"), [(1, 0.001), (2, 0.001), (3, 0.05), (8, 0.05)])
def test_logistic_without_heat_acts_from_exactly_its_caution_on(m, wanted):
    household = own(caution=0.375, trust_peer=1, confidence=0.5)
    assert to_try(household, seen(m, 0, 8), temperature=0) == wanted


def test_logistic_never_means_never():
    for temperature in (0, 0.06):
        household = own(caution=np.inf, trust_peer=1, push=10, pay=10)
        assert to_try(household, seen(5), temperature=temperature) == 0.001
        assert to_try(household, seen(0, 0, 5), temperature=temperature) == 0.0


@pytest.mark.parametrize("temperature", [5e-324, 1e-300, 1e-9])
def test_logistic_does_not_overflow(temperature):
    keen, wary = own(caution=0, push=10), own(caution=1e300)
    for decision in ("logistic", "external"):
        how = dict(temperature=temperature, decision=decision)
        assert to_try(keen, seen(0), **how) == 0.05
        assert to_try(own(caution=1e300, push=1e-3), seen(0), **how) == pytest.approx(0.0, abs=1e-300)
    assert to_try(wary, seen(1), temperature=temperature) == 0.001


# ── trying: the other rules ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("theta", "m", "d", "counts", "reached"),
    [
        (0.2, 1, 5, False, True),
        (0.2, 1, 6, False, False),
        (1 / 3, 1, 3, False, True),
        (0.6, 3, 5, False, True),  # .6 · 5 is a bit above 3 in binary
        (0.6, 2.9999999999, 5, False, False),
        (0.25, 0.75, 3.0, False, False),
        (0.0, 0, 5, False, True),
        (0.0, 0, 0, False, True),
        (1e-12, 0, 0, False, False),
        (1e-12, 0, 5, False, True),
        (0.01, 0, 5, False, False),
        (-0.5, 0, 0, False, True),
        (np.inf, 5, 5, False, False),
        (np.inf, 0, 0, False, False),
        (np.inf, 5, 5, True, False),
        (2.0, 2, 50, True, True),
        (2.0, 1, 2, True, False),
        (1.5, 2, 2, True, True),
        (0.0, 0, 0, True, True),
    ],
)
def test_threshold(theta, m, d, counts, reached):
    chance = to_try(
        own(caution=theta), seen(m, 0, d), decision="threshold", threshold_counts=counts, epsilon=0.01, spontaneous=0.02
    )
    assert chance == (0.05 if reached else 0.01 if m else 0.02)


def test_threshold_is_lowered_by_push_and_pay():
    how = dict(decision="threshold", try_rate=0.5, session_rate=0.9)
    assert to_try(own(caution=1.0), seen(2, 0, 4), **how) == 0.001
    assert to_try(own(caution=1.0, push=0.25, pay=0.25), seen(2, 0, 4), **how) == 0.5
    assert to_try(own(caution=1.0, push=0.25, pay=0.25, session=True), seen(2, 0, 4), **how) == 0.9
    assert to_try(own(caution=0.5, push=0.5), seen(0, 0, 0), **how) == 0.5


def test_half_of_all_fractions_fail_in_single_precision_but_not_here():
    wrong = 0
    for d in range(1, 30):
        for m in range(1, d):
            chance = to_try(own(caution=m / d), seen(m, 0, d), decision="threshold")
            assert chance == 0.05, (m, d)
            wrong += m / d < kept(m / d)
    assert wrong > 100


@pytest.mark.parametrize(
    ("m", "push", "outside", "per_tie", "wanted"),
    [
        (0, 0, 0, 0.5, 0.0),
        (0, 0, 0.1, 0.5, 0.1),
        (2, 0, 0.1, 0.5, 1 - 0.9 * 0.25),
        (2, 0.25, 0.1, 0.5, 1 - 0.9 * 0.75 * 0.25),
        (0.5, 0, 0, 0.36, 0.2),
        (1, 0, 0, 1.0, 1.0),
        (0, 0, 0, 1.0, 0.0),
        (3, 7.0, 0, 0.0, 1.0),
        (0, 0, 1.0, 0.0, 1.0),
    ],
)
def test_simple(m, push, outside, per_tie, wanted):
    chance = to_try(own(push=push), seen(m), decision="simple", outside=outside, per_tie=per_tie)
    assert chance == pytest.approx(wanted, abs=1e-15)


def test_simple_adds_pay_to_push():
    chance = to_try(own(push=0.25, pay=0.5), seen(0), decision="simple")
    assert chance == exactly(0.75)


def test_external_is_logistic_blind_to_ties():
    for push, pay in ((0.0, 0.0), (0.25, 0.0), (0.0, 0.5), (0.25, 0.5)):
        household = own(**WILLING, push=push, pay=pay)
        without = to_try(household, seen(0, 0, 8), spontaneous=0.3)
        for m in (0, 1, 8):
            assert to_try(household, seen(m, 3, 8), decision="external", spontaneous=0.3) == exactly(without)
    assert to_try(own(caution=0.25, push=0.25, confidence=0.5), seen(3), decision="external", temperature=0) == 0.05
    assert to_try(own(caution=0.26, push=0.25, confidence=0.5), seen(3), decision="external", temperature=0) == 0.0


# ── trials ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("variant", "fields", "fits"),
    [
        (Variant.LOCAL, {"fit_local": 0.8}, True),
        (Variant.LOCAL, {"fit_local": 0.9}, False),
        (Variant.LOCAL, {"fit_local": 0.9, "fit_outside": 0.1, "advantage": True}, False),
        (Variant.OUTSIDE, {"fit_outside": 0.6}, True),
        (Variant.OUTSIDE, {"fit_outside": 0.7, "fit_local": 0.0}, False),
        (Variant.FALSE, {"advantage": True, "fit_local": 1.0}, True),
        (Variant.FALSE, {"fit_local": 0.0, "fit_outside": 0.0}, False),
        (Variant.NONE, {"advantage": True}, False),
    ],
)
def test_success_needs_a_variant_that_fits(variant, fields, fits):
    p = numbers(portability=0.85, certainty=0.65, floor=0.25)
    household = own(variant=variant, know_how=0.5, **fields)
    assert rules.chance_to_succeed(household, p) == (0.25 + 0.75 * 0.5 if fits else 0.0)


def test_a_fit_at_the_bound_does_not_fit():
    household = own(variant=Variant.LOCAL, fit_local=0.5, know_how=1)
    assert rules.chance_to_succeed(household, numbers(portability=0.5)) == 0.0
    assert rules.chance_to_succeed(household, numbers(portability=np.nextafter(0.5, 1))) == 1.0


def test_learning_and_failing():
    assert rules.learned(0.5, 0.08) == exactly(0.54)
    assert rules.learned(1.0, 0.3) == 1.0
    assert rules.learned(0.3, 1.0) == 1.0
    assert rules.after_failure(0.4, 0.25) == exactly(0.3)
    assert rules.after_failure(0.4, 1.0) == 0.0


# ── lapsing ─────────────────────────────────────────────────────────────────────────────────────────────────────

HABIT = dict(fresh=0.5, settled=0.125, habit_rate=0.5, crowding=0.5, ownership_weight=0.5, proof_weight=0.25)


def to_lapse(household, sight, **parameters):
    return rules.chance_to_lapse(household, sight, numbers(**{**HABIT, "pay_full": 0.5, **parameters}))


@pytest.mark.parametrize(
    ("since", "paid", "step", "e"), [(0, 0, 1, 0), (0, 0, 4, 3), (7, 0, 8, 0), (7, 2, 12, 3), (7, 3, 11, 1.5)]
)
def test_habit_grows_with_the_finished_steps_less_half_of_those_paid(since, paid, step, e):
    assert to_lapse(own(since=since, paid=paid), seen(0, 0, 4, step)) == exactly(0.125 + 0.375 * 0.5**e)


def test_lapsing_by_hand():
    household = own(since=2, ownership=0.5, pay=0.125)
    wanted = (0.125 + 0.375 * 0.25) * (1 - 0.5 * 0.5) * (1 - 0.25 * 3 / 4) * (1 - 0.125 / 0.5)
    assert to_lapse(household, seen(3, 0, 4, 5)) == exactly(wanted)


@pytest.mark.parametrize(("pay", "factor"), [(0.0, 1.0), (0.25, 0.5), (0.5, 0.0), (3.0, 0.0)])
def test_full_pay_holds_everybody(pay, factor):
    assert to_lapse(own(pay=pay), seen(0, 0, 4)) == exactly(0.5 * factor)


def test_who_practises_hidden_or_has_a_settled_habit():
    assert to_lapse(own(hidden=True), seen(0, 0, 4)) == 0.0
    for step in (1, 2, 1000):
        assert to_lapse(own(since=SETTLED), seen(0, 0, 4, step)) == 0.125


def test_the_ends_of_the_lapse_parameters():
    assert to_lapse(own(), seen(0, 0, 4, 50), fresh=1.0, settled=1.0) == 1.0
    assert to_lapse(own(), seen(0, 0, 4, 50), fresh=0.0, settled=0.0) == 0.0
    assert to_lapse(own(), seen(0, 0, 0, 1), habit_rate=1.0) == 0.5
    assert to_lapse(own(), seen(0, 0, 0, 2), habit_rate=1.0) == 0.125
    assert to_lapse(own(), seen(0, 0, 0, 9), habit_rate=0.0) == 0.5
    assert to_lapse(own(ownership=1), seen(0, 0, 4), ownership_weight=1.0) == 0.0
    assert to_lapse(own(), seen(4, 0, 4), proof_weight=1.0) == 0.0
