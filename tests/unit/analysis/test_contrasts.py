from __future__ import annotations

import math

import numpy as np
import pytest

from pd_sim.analysis import pairing_gain, standing


def test_standing_by_hand_and_swapped():
    first, second = [1.0, 2.0, 3.0, 3.0], [0.0, 2.0, 4.0, 1.0]
    found, back = standing(first, second), standing(second, first)
    assert (found.ahead.mean, found.equal, found.behind) == (0.5, 0.25, 0.25)
    assert (back.ahead.mean, back.equal, back.behind) == (0.25, 0.25, 0.5)


def test_a_margin_makes_small_differences_equal():
    assert standing([1.0, 5.0], [0.0, 0.0], margin=1.0).equal == 0.5


def test_pairing_gain():
    luck = np.random.default_rng(1).normal(size=20_000)
    other = np.random.default_rng(2).normal(size=20_000)
    assert pairing_gain(luck, other) == pytest.approx(1, abs=0.03)  # control: nothing shared, nothing gained
    assert pairing_gain(luck + 0.1 * other, luck) == pytest.approx(200, rel=0.05)
    assert pairing_gain([1.0, 2.0], [0.0, 1.0]) == math.inf
    assert math.isnan(pairing_gain([1.0, 1.0], [0.0, 0.0]))
    with pytest.raises(ValueError, match="two paired"):
        pairing_gain([1.0], [0.0])
