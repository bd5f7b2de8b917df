"""Every published result comes out, and no check of it lets a planted error pass."""

from __future__ import annotations

import pytest

from pd_sim.errors import UnknownNameError
from pd_sim.validation import RESULTS, chosen, validate


@pytest.mark.slow
@pytest.mark.parametrize("name", RESULTS)
def test_a_published_result_comes_out(name):
    outcome = RESULTS[name].verdict(quick=True)
    assert outcome.passed, [check for check in outcome.checks if not check.passed]
    assert len(outcome.checks) == len({check.what for check in outcome.checks})


@pytest.mark.slow
@pytest.mark.parametrize("name", RESULTS)
def test_every_check_fails_under_a_planted_error(name):
    result = RESULTS[name]
    sound = {check.what for check in result.verdict(quick=True).checks}
    failing = set()
    for control in result.controls:
        found = result.verdict(quick=True, control=control)
        assert not found.passed, control
        failing |= {check.what for check in found.checks if not check.passed}
    assert failing >= sound


def test_another_seed_gives_other_numbers_and_the_same_verdict():
    one, other = (RESULTS["bass"].verdict(quick=True, seed=seed) for seed in (1, 2))
    assert one.passed
    assert other.passed
    assert [check.got for check in one.checks] != [check.got for check in other.checks]


def test_results_are_chosen_by_name_and_run_in_order():
    assert [result.name for result in chosen(["bass", "valente", "bass"])] == ["bass", "valente"]
    seen = []
    outcomes = list(
        validate(["valente", "granovetter"], quick=True, progress=lambda done, total: seen.append((done, total)))
    )
    assert [outcome.name for outcome in outcomes] == ["valente", "granovetter"]
    assert seen == [(0, 2), (1, 2), (2, 2)]
    with pytest.raises(UnknownNameError, match="did you mean 'watts'"):
        chosen(["wats"])


def test_a_planted_error_is_run_only_where_it_is_known():
    assert [outcome.name for outcome in validate(["valente", "granovetter"], quick=True, control="weights")] == [
        "valente"
    ]
