from __future__ import annotations

import numpy as np
import pytest
from matplotlib.patches import StepPatch

from pd_sim import figures
from pd_sim.errors import ResultError
from tests.unit.figures.drawn import ARMS, WIDTHS, clashes, comparison, texts


def _humps(figure):
    return [next(patch for patch in axes.patches if isinstance(patch, StepPatch)).get_data() for axes in figure.axes]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("replicates", [1, 20, 100])
@pytest.mark.parametrize("measure", ["practising", "aware", "cost_so_far"])
def test_no_text_overlaps_another(width, replicates, measure):
    assert clashes(figures.distribution(comparison(replicates), measure=measure, width=width)) == []


def test_every_arm_has_a_histogram_that_holds_all_replicates():
    found = comparison(100)
    drawn = _humps(figures.distribution(found, 104))
    assert len(drawn) == len(ARMS)
    for arm, (held, edges, _) in zip(ARMS, drawn, strict=True):
        assert held.sum() == pytest.approx(1)
        values = found.series(arm)[:, 104]
        np.testing.assert_allclose(held, np.histogram(values, edges)[0] / 100)


def test_two_humps_are_seen():
    held, edges, _ = _humps(figures.distribution(comparison(100)))[ARMS.index("bottom_up")]
    filled = np.flatnonzero(held)
    assert np.diff(filled).max() > 3  # bins without anything between the humps
    assert edges[filled[0]] < 0.1
    assert edges[filled[-1]] > 0.2


@pytest.mark.parametrize("households", [7, 43, 81, 300, 1000])
def test_bins_hold_equally_many_possible_shares(households):
    _, edges, _ = _humps(figures.distribution(comparison(households=households)))[0]
    possible = np.histogram(np.arange(households + 1) / households, edges)[0]
    assert len(set(possible[:-1])) == 1
    assert possible.sum() == households + 1


def test_mean_takeoff_and_its_level_are_named():
    found = comparison()
    shown = texts(figures.distribution(found, 52))
    assert "Households practising at week 52: how replicates differ" in shown
    assert (
        f"mean {found.series('hybrid')[:, 52].mean():.0%} · take-off {float(found.takeoff('hybrid', 52).mean):.0%}"
        in shown
    )
    assert "Broken line: 25%, from which a replicate counts as taken off." in shown


def test_a_step_beyond_the_end_is_refused():
    with pytest.raises(ResultError, match="last step is 156"):
        figures.distribution(comparison(), 157)
