"""The general rules hold for values that nobody listed."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pd_sim.validation.formulas import (
    bass_adopted,
    bass_peak,
    cascade_chance,
    cascade_size,
    cascade_window,
    critical_sd,
    granovetter_acting,
    most_vulnerable_degree,
    normal_thresholds,
    outbreak_size,
)
from pd_sim.validation.granovetter import acting
from pd_sim.validation.watts import GLOBAL, cascades


def by_hand(thresholds):
    """Number that act in the end, going through the sorted thresholds as one does on paper."""
    acting_now = 0
    for threshold in sorted(thresholds):
        if threshold > acting_now:
            break
        acting_now += 1
    return acting_now


@settings(max_examples=60)
@given(st.lists(st.integers(0, 40), max_size=60))
def test_granovetters_rule_is_that_of_the_sorted_list(thresholds):
    assert granovetter_acting(thresholds) == by_hand(thresholds)


@settings(max_examples=40)
@given(st.integers(2, 45), st.data())
def test_any_one_threshold_changed_for_any_number_of_people(n, data):
    place = data.draw(st.integers(0, n - 1))
    changed = list(range(n))
    changed[place] = data.draw(st.integers(0, n + 3))
    assert acting(changed) == by_hand(changed)


@settings(max_examples=25)
@given(st.lists(st.integers(0, 30), min_size=2, max_size=40))
def test_any_thresholds_at_all(thresholds):
    assert acting(thresholds) == by_hand(thresholds)


def test_the_critical_spread_is_where_the_low_equilibrium_vanishes():
    for mean in (15, 25, 35):
        limit = critical_sd(mean)
        n = 20_000
        low, high = (
            granovetter_acting_fast(normal_thresholds(n, mean / 100 * n, sd / 100 * n))
            for sd in (limit * 0.99, limit * 1.01)
        )
        assert low < mean / 100 * n < high


def granovetter_acting_fast(thresholds):
    """The same rule on a sorted array."""
    ordered = np.sort(thresholds)
    now = 0
    while (then := int(np.searchsorted(ordered, now, side="right"))) != now:
        now = then
    return now


@pytest.mark.parametrize("threshold", [0.22, 0.15, 0.18, 0.1])
def test_the_window_solves_the_equation(threshold):
    degree = math.floor(1 / threshold)
    ends = cascade_window(threshold)
    assert most_vulnerable_degree(threshold) == degree
    for z in ends:
        poisson = sum(math.exp(-z) * z**k / math.factorial(k) for k in range(degree - 1))
        assert z * poisson == pytest.approx(1, abs=1e-9)
    assert cascade_chance(threshold, ends[0] * 0.98) == pytest.approx(0, abs=1e-6)
    assert cascade_chance(threshold, ends[1] * 1.02) == pytest.approx(0, abs=1e-6)
    assert cascade_chance(threshold, sum(ends) / 2) > 0.4


def test_there_is_no_window_above_a_quarter():
    assert cascade_window(0.25) is not None
    assert cascade_window(0.2501) is None
    assert cascade_window(0.6) is None
    assert cascade_chance(0.3, 2.0) == 0


@pytest.mark.slow
@pytest.mark.parametrize("threshold", [0.22, 0.15])
def test_cascades_come_within_the_window_and_not_outside_it(threshold):
    low, high = cascade_window(threshold)
    runs = 60
    inside = (low + 0.6, (low + high) / 2, high - 0.7)
    found = [float((cascades(threshold, z, runs) > GLOBAL).mean()) for z in inside]
    for z, share in zip(inside, found, strict=True):
        expected = cascade_chance(threshold, z)
        assert share == pytest.approx(expected, abs=3.29 * math.sqrt(expected * (1 - expected) / runs))
    for z in (0.8 * low, high + 0.9):
        assert not (cascades(threshold, z, runs) > GLOBAL).any()


def test_a_cascade_reaches_what_the_formula_says_and_not_what_another_says():
    ends = cascades(0.22, 2.2, 30)
    reached = ends[ends > GLOBAL]
    assert reached.mean() == pytest.approx(cascade_size(0.22, 2.2), abs=0.01)
    assert reached.mean() != pytest.approx(cascade_size(0.22, 2.6), abs=0.01)


def test_outbreaks_and_adoption_solve_their_equations():
    for zt in (1.05, 1.7, 2.6, 4):
        size = outbreak_size(zt)
        assert size == pytest.approx(1 - math.exp(-zt * size))
        assert size > 0
    for p, q in ((0.03, 0.38), (0.01, 0.5)):
        time, share = bass_peak(p, q)
        assert bass_adopted(p, q, time) == pytest.approx(share)
        steps = np.linspace(0, 30, 3001)
        new = np.diff(bass_adopted(p, q, steps))
        assert steps[new.argmax()] == pytest.approx(time, abs=0.02)
        assert all(later > earlier for earlier, later in pairwise(bass_adopted(p, q, steps)))
