from __future__ import annotations

import numpy as np
import pytest

import pd_sim as ps
from pd_sim import figures
from tests.unit.figures.drawn import WIDTHS, clashes, label, texts


@pytest.fixture(scope="module")
def town():
    return ps.Scenario.load("village").set("community.households", 60).set("steps", 60)


@pytest.fixture(scope="module")
def found(town):
    return ps.dependence(town, "bottom_up", 20, replicates=12)


@pytest.fixture(scope="module")
def left(town):
    return ps.earliest_leave(town, "bottom_up", steps=[10, 20, 40], replicates=12)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_overlaps_another(width, found):
    assert clashes(figures.dependence(found, width=width)) == []


def test_the_curves_are_the_means_with_and_without(found):
    figure = figures.dependence(found)
    for name, comparison in (("sponsor stays", found.supported), ("sponsor gone", found.left_alone)):
        drawn = label(figure, name).get_ydata()
        assert drawn == pytest.approx(comparison.series("bottom_up").mean(axis=0))
    assert label(figure, "gone").get_xdata()[0] == 20
    row = found.frame().iloc[-1]
    said = " ".join(texts(figure))
    assert f"{row['left']:.0%} of those who would practise" in said
    assert f"{row['years_left']:.0%} of the years of practice" in said


def test_nobody_practising_is_drawn(town):
    nobody = town.set("practice.positive_deviants", 0)
    figure = figures.dependence(ps.dependence(nobody, "nothing", 20, replicates=3))
    assert clashes(figure) == []
    assert any("Nobody practises at week 60" in text for text in texts(figure))


def test_dots_are_how_often_enough_is_left(left):
    figure = figures.leave(left)
    dots = label(figure, "enough left")
    assert list(dots.get_xdata()) == [10, 20, 40]
    assert np.asarray(dots.get_ydata()) == pytest.approx(left.enough.mean)
    assert set(label(figure, "asked for").get_ydata()) == {0.8}
    marked = [artist for artist in figure.axes[0].lines if artist.get_label() == "earliest"]
    assert [line.get_xdata()[0] for line in marked] == ([] if left.step is None else [left.step])


@pytest.mark.parametrize("width", WIDTHS)
def test_no_label_of_the_dots_overlaps_another(width, left):
    # a line as long as the figure may stand out by a hair's breadth (see Sheet); an overlap may not be
    assert [clash for clash in clashes(figures.leave(left, width=width)) if "overlaps" in clash] == []
