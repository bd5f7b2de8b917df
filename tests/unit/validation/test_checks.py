from __future__ import annotations

import math

import numpy as np
import pytest

from pd_sim.validation import Check, Verdict
from pd_sim.validation.checks import (
    CONFIDENCE,
    Published,
    UnsettledError,
    equal,
    estimate_is,
    mean_is,
    number,
    share_as,
    share_is,
    sign_is,
)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.31415, ".314"),
        (-0.31415, "-.314"),
        (0.94048, ".9405"),
        (12.345, "12.3"),
        (0.0, "0"),
        (30.0, "30"),
        (math.nan, "?"),
    ],
)
def test_numbers_are_said_shortly(value, said):
    assert number(value) == said


def test_a_mean_passes_within_its_interval_and_fails_beyond_it():
    values = [0.4, 0.5, 0.6, 0.5]
    half = 12.923978636687 * np.std(values, ddof=1) / 2  # Student's t with 3 degrees of freedom, 99.9%
    for offset, passed in ((0.999, True), (1.001, False), (-0.999, True), (-1.001, False)):
        assert mean_is("m", values, 0.5 + offset * half).passed is passed
    found = mean_is("m", values, 0.5)
    assert (found.low, found.high) == pytest.approx((0.5 - half, 0.5 + half))


def test_a_figure_that_came_out_of_runs_has_an_error_of_its_own():
    values = [0.4, 0.5, 0.6, 0.5]
    exact, of_four = mean_is("m", values, 0.5), mean_is("m", values, 0.5, expected_runs=4)
    assert of_four.high - 0.5 == pytest.approx((exact.high - 0.5) * math.sqrt(2))
    assert mean_is("m", values, 0.5, bias=0.1).high == pytest.approx(exact.high + 0.1)


def test_one_run_proves_nothing():
    assert not mean_is("m", [0.5], 0.5).passed
    assert not mean_is("m", [], 0.5).passed


def test_a_share_passes_by_the_exact_binomial_interval():
    assert share_is("s", 0, 100, 0.0).passed
    assert share_is("s", 0, 100, 0.07).passed
    assert not share_is("s", 0, 100, 0.08).passed  # .92^100 is below half of one in a thousand
    assert not share_is("s", 1, 100, 0.0).passed
    assert share_is("s", 100, 100, 1.0).passed
    assert not share_is("s", 50, 100, 0.7).passed


def test_two_shares_pass_by_fishers_test():
    assert share_as("s", 0, 10, 0.1, 10).passed
    assert not share_as("s", 0, 100, 0.2, 100).passed
    assert share_as("s", 120, 200, 0.55, 200).passed
    assert "110 of 200" in share_as("s", 120, 200, 0.55, 200).expected


def test_a_share_that_passes_beyond_its_own_interval_says_what_let_it_pass():
    near = share_as("s", 46, 60, 0.55, 200)
    assert near.passed
    assert near.low > 0.55
    assert near.note == ("what is expected has an error of its own: Fisher's exact test of both shares has p = 0.003")
    assert share_as("s", 40, 60, 0.55, 200).note == ""
    assert share_as("s", 46, 60, 0.55, 200, note="mine").note == "mine"
    assert share_as("s", 60, 60, 0.55, 200).note == ""


def test_a_check_that_fails_says_why():
    outside = "what is expected lies outside the 99.9% interval of what came out"
    assert share_is("s", 95, 100, 0.5).why == outside
    assert mean_is("m", [0.4, 0.5], 100.0).why == outside
    assert estimate_is("e", 1.0, 0.1, 2.0).why == outside
    assert mean_is("m", [], 0.5).why == "fewer than two runs got that far"
    assert "Fisher's exact test" in share_as("s", 60, 60, 0.1, 200).why
    assert sign_is("s", [-1.0, 1.0], told="above 0").why == "the 99.9% interval is not wholly above 0"
    assert equal("e", 3, 4).why == "it is not what is expected"
    for good in (equal("e", 3, 3), share_is("s", 50, 100, 0.5), sign_is("s", [1.0, 1.0], told="above 0")):
        assert good.passed
        assert good.why == ""


def test_runs_that_do_not_come_to_rest_are_a_check_that_fails():
    def restless(quick, seed, control):
        raise UnsettledError("still moving")

    found = Published("n", "t", "s", restless, {}).verdict()
    assert not found.passed
    assert [check.why for check in found.checks] == ["still moving"]
    assert found.data == {}


def test_an_estimate_passes_within_its_error():
    assert CONFIDENCE == 0.999
    assert estimate_is("e", 1.0, 0.1, 1.32).passed
    assert not estimate_is("e", 1.0, 0.1, 1.34).passed
    assert estimate_is("e", 1.0, 0.1, 1.34, bias=0.02).passed


def test_a_sign_passes_where_it_is_sure():
    assert sign_is("s", [1.0, 1.1, 0.9, 1.0], told="above 0").passed
    assert not sign_is("s", [1.0, -1.1, 0.9, 1.0], told="above 0").passed
    assert not sign_is("s", [-1.0, -1.0], told="above 0").passed


def test_equal_is_exact():
    assert equal("e", 3, 3).passed
    assert equal("e", 3, 3).interval == "exact"
    assert not equal("e", 0.1 + 0.2, 0.3).passed


def test_a_verdict_passes_if_all_its_checks_do():
    good, bad = Check("a", "1", "1", passed=True), Check("b", "1", "2", passed=False)
    assert Verdict("n", "t", "s", (good, good)).passed
    assert not Verdict("n", "t", "s", (good, bad)).passed
