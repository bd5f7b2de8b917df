from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection

from pd_sim import figures
from pd_sim.errors import ResultError
from pd_sim.figures import STAGES, Snapshots, layout
from tests.unit.figures.drawn import ARMS, WIDTHS, clashes, texts

RING = np.stack([np.arange(30), (np.arange(30) + 1) % 30], axis=1)


def snapshots(arms=ARMS, moments=(0, 26, 52, 104, 156), households=30):
    draws = np.random.default_rng(2)
    ties = np.stack([np.arange(households), (np.arange(households) + 1) % households], axis=1)
    stages = {arm: draws.integers(0, 6, (len(moments), households)) for arm in arms}
    hidden = {arm: codes == 3 for arm, codes in stages.items()}
    for arm in arms:
        hidden[arm][1:] = False
    angle = np.linspace(0, 2 * np.pi, households, endpoint=False)
    return Snapshots(np.stack([np.cos(angle), np.sin(angle)], axis=1), ties, moments, stages, hidden)


def _dots(axes):
    return {dots.get_label(): dots for dots in axes.collections if isinstance(dots, PathCollection)}


@pytest.mark.parametrize("width", [*WIDTHS, 6.0])
@pytest.mark.parametrize("arms", [ARMS, ("hybrid",)])
def test_no_text_overlaps_another(width, arms):
    assert clashes(figures.network(snapshots(arms), width=width)) == []


def test_every_arm_has_a_picture_of_every_moment_with_its_share():
    given = snapshots()
    figure = figures.network(given)
    assert len(figure.axes) == 20
    shown = texts(figure)
    for arm in ARMS:
        for place, step in enumerate(given.moments):
            assert f"week {step}: {(given.stages[arm][place] == 3).mean():.0%}" in shown
    for name in (
        "nothing",
        "top-down",
        "bottom-up",
        "hybrid",
        *(stage.name for stage in STAGES),
        "practising in hiding",
    ):
        assert name in shown


def test_dots_are_the_households_of_each_stage():
    given = snapshots()
    axes = figures.network(given).axes[6]  # top_down, second moment, where nothing is hidden
    for code, stage in enumerate(STAGES):
        assert len(_dots(axes)[stage.name].get_offsets()) == (given.stages["top_down"][1] == code).sum()
    assert "hidden" not in _dots(axes)
    assert sum(isinstance(one, LineCollection) for one in axes.collections) == 1


def test_hidden_practisers_look_unaware_but_for_a_ring():
    given = snapshots()
    dots = _dots(figures.network(given).axes[0])
    codes = given.stages["nothing"][0]
    assert "practising" not in dots
    assert len(dots["hidden"].get_offsets()) == (codes == 3).sum()
    assert len(dots["unaware"].get_offsets()) == ((codes == 0) | (codes == 3)).sum()
    assert len(dots["hidden"].get_facecolors()) == 0


def test_stages_differ_without_colour():
    assert len({(stage.marker, stage.area) for stage in STAGES}) == len(STAGES)
    assert len({stage.marker for stage in STAGES[1:]}) == len(STAGES) - 1


def test_ties_of_a_large_village_are_left_out_and_that_is_said():
    figure = figures.network(snapshots(("hybrid",), (0,), households=1001))
    assert not any(isinstance(one, LineCollection) for one in figure.axes[0].collections)
    assert any("ties left out" in text for text in texts(figure))


def test_layout_is_the_same_again_and_puts_lonely_households_below():
    ties = RING[:-1]
    found = layout(33, ties)
    np.testing.assert_array_equal(found, layout(33, ties))
    assert (np.hypot(*found[:30].T) <= 1 + 1e-9).all()
    assert (found[30:, 1] < -1).all()
    assert len(np.unique(found.round(6), axis=0)) == 33
    assert layout(1, []).tolist() == [[0, 0]]


def test_layout_keeps_tied_households_near():
    found = layout(30, RING)
    tied = np.hypot(*(found[RING[:, 0]] - found[RING[:, 1]]).T).mean()
    across = np.hypot(*(found - found[(np.arange(30) + 15) % 30]).T).mean()
    assert tied < across / 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"positions": np.zeros((30, 3))}, "positions need"),
        ({"positions": np.full((30, 2), np.nan)}, "positions need"),
        ({"ties": np.array([[0, 30]])}, "outside 0 to 29"),
        ({"stages": {"hybrid": np.zeros((2, 30), dtype=int)}}, "need shape"),
        ({"stages": {"hybrid": np.full((5, 30), 6)}}, "codes run from 0 to 5"),
        ({"stages": {}}, "at least one arm"),
        ({"moments": ()}, "at least one arm and one moment"),
    ],
)
def test_what_does_not_fit_is_refused(change, message):
    given = snapshots(("hybrid",))
    fields = {"positions": given.positions, "ties": given.ties, "moments": given.moments, "stages": given.stages}
    with pytest.raises(ResultError, match=message):
        Snapshots(**{**fields, **change})
