from __future__ import annotations

import numpy as np
import pytest

from pd_sim.analysis import net_retention, sustained


def test_newcomers_do_not_count_as_sustained_but_do_in_the_net():
    then = np.array([[1, 1, 0, 0]], dtype=bool)
    later = np.array([[1, 0, 1, 1]], dtype=bool)
    assert sustained(then, later).tolist() == [0.5]
    counts = np.stack([then.sum(axis=1), later.sum(axis=1)], axis=1)
    assert net_retention(counts, 0, 1).tolist() == [1.5]


def test_nobody_then_is_not_a_number():
    assert np.isnan(sustained([False, False], [True, True]))
    assert np.isnan(net_retention([0, 5], 0, 1))


def test_steps_and_households_must_fit():
    with pytest.raises(ValueError, match="in order"):
        net_retention([1, 2, 3], 2, 1)
    with pytest.raises(ValueError, match="in order"):
        net_retention([1, 2, 3], 0, 3)
    with pytest.raises(ValueError, match="same households"):
        sustained([True], [True, False])
