from __future__ import annotations

import numpy as np
import pytest

from pd_sim.analysis import practice_years, shares, time_to


def test_shares_pool_villages_by_households():
    counts = np.array([[[1, 9], [0, 0]], [[2, 0], [2, 10]]])
    assert shares(counts, [2, 10]).tolist() == [[10 / 12, 0], [2 / 12, 1]]
    assert shares(counts, [[2, 10], [4, 20]])[1].tolist() == [2 / 24, 12 / 24]
    mean_of_villages = (counts / np.array([2, 10])).mean(axis=2)
    assert mean_of_villages[0, 0] != shares(counts, [2, 10])[0, 0]  # control: the other mean is another number


def test_shares_need_households():
    with pytest.raises(ValueError, match="at least one household"):
        shares([[[0]]], [0])


def test_time_to_is_the_first_step_even_if_it_falls_again():
    found = time_to(np.array([[0.5, 0, 0], [0, 0.5, 0.1], [0, 0.2, 0.3], [0, 0.49, 0.4999]]), 0.5)
    assert found[:2].tolist() == [0, 1]
    assert np.isnan(found[2:]).all()


def test_time_to_counts_exactly_at_the_level():
    assert time_to([0.0, 0.3], 0.1 + 0.2) == 1


def test_practice_years_do_not_count_the_start():
    assert practice_years([[52, 26, 26]], steps_a_year=52).tolist() == [1]
    assert practice_years([[52, 0, 0]]).tolist() == [0]
