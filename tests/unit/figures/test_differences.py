from __future__ import annotations

import numpy as np
import pytest

from pd_sim import figures
from pd_sim.errors import ResultError
from pd_sim.results import paired_difference
from tests.unit.figures.drawn import WIDTHS, clashes, comparison, label, texts


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("pair", [("hybrid", "top_down"), ("nothing", "hybrid"), ("bottom_up", "bottom_up")])
def test_no_text_overlaps_another(width, pair):
    assert clashes(figures.difference_curve(comparison(), *pair, width=width)) == []
    assert clashes(figures.difference_curve(comparison(), *pair, "cost_so_far", width=width)) == []


def test_line_is_the_paired_mean_and_both_sides_are_named():
    found = comparison()
    figure = figures.difference_curve(found, "hybrid", "top_down")
    expected = paired_difference(found.series("hybrid"), found.series("top_down"))
    np.testing.assert_allclose(label(figure, "difference").get_ydata(), expected.mean)
    area = label(figure, "interval").get_paths()[0].vertices[:, 1]
    assert area.min() == pytest.approx(expected.low.min())
    assert area.max() == pytest.approx(expected.high.max())
    shown = " ".join(texts(figure))
    assert "hybrid ahead ↑" in shown
    assert "top-down ahead ↓" in shown
    assert f"At week 156: +{float(expected.mean[-1]) * 100:.3g} pts, 95% interval" in shown
    low, high = figure.axes[0].get_ylim()
    assert low < 0 < high


def test_one_replicate_has_no_interval():
    shown = texts(figures.difference_curve(comparison(replicates=1), "hybrid", "top_down"))
    assert "One replicate: no interval." in shown
    assert not any("95%" in text for text in shown)


def test_unknown_arms_are_refused():
    with pytest.raises(ResultError, match="did you mean 'hybrid'"):
        figures.difference_curve(comparison(), "hybird", "top_down")
