from __future__ import annotations

import numpy as np
import pytest

import pd_sim as ps
from pd_sim import figures
from pd_sim.validation.diffusion import ARM
from tests.unit.figures.drawn import WIDTHS, clashes, label, texts
from tests.unit.studies.test_diffusion import five


@pytest.fixture(scope="module")
def found():
    town = ps.Scenario.load("village").set("community.households", 80).set("steps", 104)
    return ps.diffusion(ps.run(town, "hybrid", 3))


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_overlaps_another(width, found):
    assert clashes(figures.diffusion(found, width=width)) == []
    assert clashes(figures.diffusion(ps.diffusion(ps.run(five(), ARM, 1)), width=width)) == []


def bars(figure, name):
    return next(held for axes in figure.axes for held in axes.containers if held.get_label() == name).patches


def heights(figure, name):
    return [bar.get_height() for bar in bars(figure, name)]


def test_every_adopter_is_in_one_bar_and_one_category(found):
    figure, frame = figures.diffusion(found), found.frame()
    for category in ("innovator", "early adopter", "early majority", "late majority", "laggard"):
        assert sum(heights(figure, category)) == (frame["category"] == category).sum()
    assert sum(heights(figure, "exposure")) == frame["threshold"].notna().sum()


def test_five_households_by_hand():
    figure = figures.diffusion(ps.diffusion(ps.run(five(), ARM, 1)))
    assert heights(figure, "early adopter") == [1, 0, 0, 0, 0, 0]  # one span a step; b adopts in step 1
    assert heights(figure, "laggard") == [0, 0, 0, 1, 0, 0]
    assert heights(figure, "exposure") == [0, 0, 0, 0, 0, 2, 1, 0, 0, 1]  # 1/2 and 1/2, 2/3, 1
    assert label(figure, "mean").get_xdata()[0] == pytest.approx(2 / 3)
    ever = label(figure, "ever practised").get_ydata()
    assert np.round(ever / ever[-1], 9).tolist() == [0.2, 0.4, 0.6, 0.8, 1, 1, 1]
    widths = [bar.get_width() for bar in bars(figure, "prompts")]
    assert widths == [0, 1, 0, 0, 0]
    assert "4 of 5 households adopted" in " ".join(texts(figure))


def test_a_run_in_which_nobody_adopts_is_drawn():
    nobody = ps.diffusion(ps.run(five(practice={"seen_practising": 0.0}), ARM, 1))
    figure = figures.diffusion(nobody)
    assert clashes(figure) == []
    assert sum(heights(figure, "exposure")) == 0
    assert texts(figure).count("none") == 5
