from __future__ import annotations

import math

import pytest

from pd_sim.analysis import humps, takeoff


def test_humps_by_hand():
    found = humps([0.0, 0.1, 0.25, 0.75], 0.25)
    assert found.takeoff.mean == 0.5
    assert (found.below, found.above) == (pytest.approx(0.05), 0.5)


def test_one_hump_has_no_other():
    assert math.isnan(humps([0.5, 0.6], 0.25).below)
    assert math.isnan(humps([0.1, 0.2], 0.25).above)


def test_takeoff_keeps_the_other_axes():
    found = takeoff([[0.0, 0.5], [0.5, 0.5]], 0.25)
    assert found.mean.tolist() == [0.5, 1.0]
    assert found.high[1] == 1
    assert found.low[1] == pytest.approx(2 / (2 + 1.959964**2))  # all of n: n / (n + z²)
