from __future__ import annotations

import numpy as np

from pd_sim.analysis import band, quantiles


def test_quantiles_by_hand():
    values = np.arange(11.0)[:, None] * [1, 10]
    assert quantiles(values, at=(0.1, 0.5)).tolist() == [[1, 10], [5, 50]]


def test_one_replicate_is_its_own_quantile():
    assert quantiles([3.0]).tolist() == [3.0] * 5


def test_band_is_the_outer_two_quantiles():
    values = np.random.default_rng(1).random((30, 4))
    low, high = band(values)
    np.testing.assert_allclose([low, high], quantiles(values, at=(0.05, 0.95)))
