from __future__ import annotations

import numpy as np
import pytest
from matplotlib import pyplot as plt

from pd_sim import figures
from pd_sim.errors import ResultError
from pd_sim.figures.curves import flags
from pd_sim.figures.scales import number, programme_stops
from tests.unit.figures.drawn import ARMS, WIDTHS, clashes, comparison, label, texts

LONG = (*ARMS, "seeding_by_degree", "seeding_at_random", "mandate", "incentive_only", "on_request", "challenge")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_arm_is_named_with_its_end_and_its_takeoff(width):
    found = comparison()
    shown = texts(figures.curves(found, width=width))
    for arm, name in zip(ARMS, ("nothing", "top-down", "bottom-up", "hybrid"), strict=True):
        assert name in shown
        mean, off = found.series(arm)[:, -1].mean(), float(found.takeoff(arm).mean)
        assert f"{number(mean, share=True)} · take-off {off:.0%}" in shown
    assert "programmes stop" in shown
    assert "Households practising, by arm" in shown


@pytest.mark.parametrize("measure", ["practising", "cost_so_far", "attendance"])
@pytest.mark.parametrize("arms", [ARMS, LONG])
@pytest.mark.parametrize("width", [*WIDTHS, 6.0])
def test_no_text_overlaps_another(width, arms, measure):
    assert clashes(figures.curves(comparison(arms=arms), measure, width=width)) == []


def test_overlaps_are_found():
    figure = figures.curves(comparison())
    figure.text(0.02, 0.93, "on the title")  # control of the look itself
    assert any("on the title" in clash for clash in clashes(figure))
    figure.text(0.99, 0.5, "too far right")
    assert "'too far right' leaves the figure" in clashes(figure)


def test_lines_are_the_means_and_the_axis_begins_at_zero():
    found = comparison()
    figure = figures.curves(found)
    for arm in ARMS:
        np.testing.assert_allclose(label(figure, arm).get_ydata(), found.series(arm).mean(axis=0))
    assert figure.axes[0].get_ylim()[0] == 0
    assert figure.axes[0].get_xlim() == (0, 156)


def test_bands_hold_the_central_replicates():
    found = comparison()
    figure = figures.curves(found)
    low = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 157 and line.get_label() not in ARMS]
    assert len(low) == 2 * len(ARMS)
    np.testing.assert_allclose(low[4].get_ydata(), np.quantile(found.series("bottom_up"), 0.05, axis=0))


def test_arms_differ_without_colour():
    figure = figures.curves(comparison(arms=LONG))
    looks = {(str(label(figure, arm)._dash_pattern), label(figure, arm).get_marker()) for arm in LONG}
    assert len(looks) == len(LONG)


def test_one_replicate_has_no_takeoff_and_says_so():
    shown = texts(figures.curves(comparison(replicates=1)))
    assert "One replicate: how sure this is cannot be said." in shown
    assert not any("take-off" in text.lower() for text in shown)


def test_stops_are_marked_only_where_the_scenario_has_them():
    assert "programmes stop" not in texts(figures.curves(comparison(stop=None)))
    assert "programmes stop" not in texts(figures.curves(comparison(stop=400)))


def test_programme_stops_by_arm_are_the_last_ones():
    arms = {
        "a": [{"kind": "x", "stop": 30}, {"kind": "y", "stop": 56}],
        "b": [{"hub": {"stop": 60}}],
        "c": [],
        "d": None,
    }
    assert programme_stops({"arms": arms}, 156) == {56: ["a"], 60: ["b"]}
    assert programme_stops({"arms": arms}, 58) == {56: ["a"]}
    assert programme_stops({}, 58) == {}


def test_flags_near_one_another_take_rows_of_their_own():
    found = flags({56: ["top_down"], 60: ["bottom_up"], 150: ["hybrid"]}, comparison(), 5.0)
    assert [(flag.row, flag.onward) for flag in found] == [(0, True), (1, True), (0, False)]


def test_short_runs_and_shares_near_nothing_or_all_are_drawn():
    for steps in (0, 1, 3):
        assert clashes(figures.curves(comparison(steps=steps))) == []
    assert clashes(figures.curves(comparison(arms=("nothing",)))) == []


def test_unknown_measures_are_refused():
    with pytest.raises(ResultError, match="did you mean 'practising'"):
        figures.curves(comparison(), "practicing")


def test_no_window_and_no_setting_is_left_behind():
    before = dict(plt.rcParams)
    figures.curves(comparison())
    assert plt.get_fignums() == []
    assert dict(plt.rcParams) == before
