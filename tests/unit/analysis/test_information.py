from __future__ import annotations

import numpy as np
import pytest

from pd_sim.analysis.information import joint_information, partial_information, perfect_information, smooth

DRAWS = 2000


def _uniform(fields: int = 1, draws: int = DRAWS):
    stream = np.random.default_rng(5)
    return stream, 2 * (stream.random((draws, fields)) - 0.5)


def test_perfect_information_by_hand():
    # means 5, 4, 0: choose the first; the best of each draw 10, 8, 6
    assert perfect_information([[10, 0, 2], [8, 6, -8], [-3, 6, 6]]) == pytest.approx(8 - 5)
    assert perfect_information([[10, 0], [8, 6]]) == 0  # one arm is best in every draw


def test_one_field_of_known_value():
    # net benefit 100 x, x uniform on −1 to 1: E max(0, 100 x) = 25
    stream, x = _uniform()
    noise = stream.normal(0, 60, DRAWS)
    benefits = np.column_stack([np.zeros(DRAWS), 100 * x[:, 0] + noise])
    assert partial_information(benefits, x[:, 0]) == pytest.approx(25, abs=2.5)
    assert perfect_information(benefits) > 30  # control: luck is worth more than the field


def test_a_bend_is_followed_where_a_line_would_see_nothing():
    # 100 (x² − 1/3) has mean 0; E max(0, ·) = 200 / (9 √3) = 12.83
    _, x = _uniform()
    benefits = np.column_stack([np.zeros(DRAWS), 100 * (x[:, 0] ** 2 - 1 / 3)])
    assert partial_information(benefits, x[:, 0]) == pytest.approx(12.83, abs=0.8)


def test_fields_together_are_worth_more_than_each():
    # 100 (x + y): alone 25 each, together E max(0, 100 (x + y)) = 100/3
    _, both = _uniform(2)
    benefits = np.column_stack([np.zeros(DRAWS), 100 * both.sum(axis=1)])
    assert [partial_information(benefits, field) for field in both.T] == pytest.approx([25, 25], abs=2.5)
    assert joint_information(benefits, both) == pytest.approx(100 / 3, abs=2)
    assert joint_information(benefits, both) == pytest.approx(perfect_information(benefits), abs=0.5)


def test_a_field_without_influence_is_worth_nothing():
    stream, x = _uniform(draws=300)
    noise = stream.normal(0, 50, 300)
    benefits = np.column_stack([np.zeros(300), 1 + noise - noise.mean()])
    assert partial_information(benefits, x[:, 0]) == 0
    assert perfect_information(benefits) > 1  # control


def test_equal_arms_are_worth_exactly_nothing():
    stream, x = _uniform(2, 60)
    one = stream.normal(0.1, 0.7, (60, 1)) * 1e6
    equal = np.tile(one, 3)
    assert perfect_information(equal) == 0
    assert partial_information(equal, x[:, 0]) == 0
    assert joint_information(equal, x) == 0
    assert joint_information(equal + np.array([0, 5, 5]), x) == 0  # always ahead by as much


@pytest.mark.parametrize("value", [0.3, 0.0])
def test_a_field_of_one_value_is_worth_nothing(value: float):
    benefits = np.random.default_rng(6).normal(size=(50, 2))
    assert partial_information(benefits, np.full(50, value)) == 0


def test_a_field_of_few_values_is_still_told_apart():
    field = np.repeat([0.0, 1.0], 100)
    benefits = np.column_stack([np.zeros(200), np.where(field > 0, 10.0, -10.0)])
    assert partial_information(benefits, field) == pytest.approx(5)


def test_it_is_never_below_nothing():
    stream = np.random.default_rng(7)
    for _ in range(200):
        benefits = stream.normal(size=(30, 3))
        assert partial_information(benefits, stream.random(30)) >= 0
        assert perfect_information(benefits) >= 0


def test_the_smooth_keeps_the_mean_and_a_line():
    _, x = _uniform(draws=100)
    line = 3 + 2 * x[:, 0]
    assert smooth(x, line) == pytest.approx(line)
    noisy = line + np.random.default_rng(8).normal(size=100)
    assert smooth(x, noisy).mean() == pytest.approx(noisy.mean())
    assert smooth(x[:5], noisy[:5]).tolist() == [noisy[:5].mean()] * 5  # too few to regress on


def test_the_smooth_is_straight_beyond_its_outer_knots():
    x = np.linspace(0, 1, 401)
    bent = smooth(x[:, None], np.sin(3 * x))
    tails = np.diff(bent, 2)[[0, 5, -6, -1]]
    assert np.abs(tails).max() < 1e-9 < np.abs(np.diff(bent, 2)).max()


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match=r"\(draw, arm\)"):
        perfect_information([1.0, 2.0])
