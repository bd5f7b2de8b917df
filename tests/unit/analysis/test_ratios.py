from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pd_sim.analysis.ratios import each_ratio, ratio


def test_a_ratio_by_hand():
    found = ratio([1.0, 2.0, 6.0], [2.0, 4.0, 6.0])  # R = 9 / 12, residuals −.5, −1, 1.5
    half = stats.t.ppf(0.975, 2) * np.sqrt(3.5 / 2) / np.sqrt(3) / 4
    assert found.mean == 0.75
    assert found.low == pytest.approx(0.75 - half)
    assert found.high == pytest.approx(0.75 + half)
    assert each_ratio([1.0, 2.0, 6.0], [2.0, 4.0, 0.0])[:2].tolist() == [0.5, 0.5]


def test_columns_do_not_mix_and_nothing_to_divide_by_is_not_known():
    found = ratio([[1.0, 0.0], [1.0, 0.0]], [[2.0, 0.0], [2.0, 0.0]])
    assert found.mean[0] == found.low[0] == found.high[0] == 0.5
    assert np.isnan([found.mean[1], found.low[1], found.high[1]]).all()
    assert np.isnan(ratio([1.0], [2.0]).low)
    assert ratio([1.0], [2.0]).mean == 0.5


def test_the_interval_holds_in_most_samples():
    draws = np.random.default_rng(1)
    y = draws.uniform(1, 3, (40, 2000))
    found = ratio(0.4 * y + 0.1 * draws.normal(size=y.shape), y)
    assert 0.93 < ((found.low < 0.4) & (found.high > 0.4)).mean() < 0.97


def test_unpaired_values_are_refused():
    with pytest.raises(ValueError, match="paired replicates need equal shapes"):
        ratio([1.0], [1.0, 2.0])
