"""A few villages against the slow model: enough to notice a slip, few enough to run without the compiler."""

from __future__ import annotations

from hypothesis import given, settings

from tests.oracles.beside import run_beside
from tests.oracles.test_against_engine import (
    MANY,
    cases,
    test_six_households_end_as_worked_by_hand,  # noqa: F401 (run here once more)
)


@settings(MANY, max_examples=25)
@given(cases())
def test_a_few_villages_follow_the_slow_model(case):
    run_beside(*case)
