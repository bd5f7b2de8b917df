from __future__ import annotations

import numpy as np
import pytest

from pd_sim import figures
from pd_sim.errors import ResultError
from pd_sim.results import MEASURES, ArmResult, Comparison
from pd_sim.studies import economics
from tests.unit.figures.drawn import ARMS, WIDTHS, clashes, label, texts

PRACTISING, EVER = MEASURES.index("practising"), MEASURES.index("ever_practised")
PRICES = {
    "worth": {"families": 300.0},
    "avoided": {"council": 150.0, "NHS": 90.0},
    "worth_of_adopter_year": 250.0,
    "social": {"attribution": 0.2, "drop_off": 0.1},
}


def _comparison(prices=None, arms=ARMS, replicates: int = 25, steps: int = 156, *, free: bool = False):
    """Arms that practise and cost the more the later they stand."""
    draws = np.random.default_rng(3)
    found = {}
    for place, arm in enumerate(arms):
        counts = np.zeros((replicates, steps + 1, 1, len(MEASURES)), np.int32)
        top = (0.2 * place + 0.04 * draws.normal(size=(replicates, 1))) * (place > 0)
        share = 0.02 + np.clip(top, 0, 0.9) / (1 + np.exp(-(np.arange(steps + 1) - 40) / 10))
        counts[..., 0, PRACTISING] = counts[..., 0, EVER] = 300 * share
        spent = np.zeros((2, replicates, steps + 1, 1))
        spent[0, :, 4:56], spent[1, :, 4:] = 150.0 * place + 5 * draws.normal(size=(replicates, 1, 1)), 40.0
        cost = {} if free or place == 0 else {"running": spent[0], "community: sessions": spent[1]}
        incidents = 0.01 * (300 - 0.5 * counts[..., :, PRACTISING])
        found[arm] = ArmResult(counts, cost, (), {"expected_incidents": incidents})
    document = {"name": "made", "steps": steps, "economics": PRICES if prices is None else prices}
    return Comparison(document, 1, ("1",), np.array([300]), found)


FOUND = economics(_comparison())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("versus", ["nothing", "hybrid"])
def test_no_text_on_the_plane_overlaps(width, versus):
    assert clashes(figures.cost_plane(FOUND, versus, width=width)) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_of_the_others_overlaps(width):
    assert clashes(figures.acceptability_curve(FOUND, width=width)) == []
    assert clashes(figures.cash_by_year(FOUND, width=width)) == []
    for arm in ("top_down", "hybrid"):
        assert clashes(figures.social_return_waterfall(FOUND.social_return(arm), width=width)) == []


def test_the_plane_shows_every_replicate_and_the_means():
    figure = figures.cost_plane(FOUND)
    axes = figure.axes[0]
    clouds = [line for line in axes.lines if len(line.get_xdata()) == 25]
    assert len(clouds) == 3
    points = FOUND.replicates()
    first = points[points["arm"] == "top_down"]
    assert list(clouds[0].get_xdata()) == first["effect"].tolist()
    assert list(clouds[0].get_ydata()) == first["cost"].tolist()
    step = FOUND.incremental("bottom_up", "nothing")
    mean = label(figure, "bottom_up")
    assert (mean.get_xdata()[0], mean.get_ydata()[0]) == (float(step.effect.mean), float(step.cost.mean))
    line = label(figure, "worth")
    assert np.allclose(line.get_ydata(), 250 * np.asarray(line.get_xdata()))
    assert any("for each extra household-year" in text for text in texts(figure))


def test_the_plane_without_a_worth_has_no_line():
    figure = figures.cost_plane(economics(_comparison({})))
    assert not any(artist.get_label() == "worth" for artist in figure.findobj())
    assert not any("Broken line" in text for text in texts(figure))


def test_acceptability_draws_what_the_frame_says():
    grid = [0.0, 50.0, 100.0, 250.0, 500.0]
    figure = figures.acceptability_curve(FOUND, grid)
    frame = FOUND.acceptability(grid)
    for arm in ARMS:
        drawn = label(figure, arm)
        assert list(drawn.get_xdata()) == grid
        assert list(drawn.get_ydata()) == frame[frame["arm"] == arm]["probability"].tolist()
    assert figure.axes[0].get_ylim() == (0, 1)
    assert any("never best on average" in text for text in texts(figure))


def test_cash_by_year_stacks_what_is_spent_and_avoided():
    figure = figures.cash_by_year(FOUND, ["bottom_up"])
    cash = FOUND.cash().query("arm == 'bottom_up'")
    axes = figure.axes[0]
    bars = [[patch.get_height() for patch in container] for container in axes.containers]
    payers = ["sponsor", "NHS", "community", "council"]
    spent = [cash[cash["payer"] == payer]["spent"].to_numpy() for payer in payers]
    avoided = [cash[cash["payer"] == payer]["avoided"].to_numpy() for payer in payers]
    assert np.allclose(bars, [*(-flow for flow in spent), *avoided])
    assert np.allclose(label(figure, "balance").get_ydata(), np.sum(avoided, axis=0) - np.sum(spent, axis=0))
    assert {"sponsor", "NHS", "community", "council", "1", "2", "3"} <= set(texts(figure))
    low, high = axes.get_ylim()
    assert low < -np.sum(spent, axis=0).max()
    assert high > np.sum(avoided, axis=0).max()


def test_cash_of_many_years_and_of_none():
    long = economics(_comparison(arms=("nothing", "top_down"), replicates=3, steps=52 * 15 + 10))
    assert clashes(figures.cash_by_year(long)) == []
    assert any("part of one" in text for text in texts(figures.cash_by_year(long)))
    with pytest.raises(ResultError, match="no money moves"):
        figures.cash_by_year(economics(_comparison({}, free=True)))


def test_the_waterfall_steps_from_gross_to_net():
    found = FOUND.social_return("bottom_up")
    figure = figures.social_return_waterfall(found)
    axes = figure.axes[0]
    bars = {bar.get_label(): bar.patches[0] for bar in axes.containers}
    means = dict(zip(found.frame()["line"], found.frame()["mean"], strict=True))
    assert list(bars) == list(means)
    assert {name: bar.get_width() for name, bar in bars.items()} == pytest.approx(means)
    # every deduction begins where the one before it ended, and the net stands where the last one ends
    at = means["gross"]
    for name in ("anyway", "deadweight", "displacement", "attribution", "drop-off", "discounting"):
        assert bars[name].get_x() == pytest.approx(at)
        at += means[name]
    assert at == pytest.approx(means["net"])
    assert [bars[name].get_x() for name in ("gross", "net", "cost")] == [0, 0, 0]
    said = " ".join(texts(figure))
    assert "claim, not an audited figure" in said
    assert "Nothing was stated, so nothing is deducted, for: deadweight, displacement." in said


def test_one_replicate_and_an_arm_worse_than_nothing():
    one = economics(_comparison(replicates=1))
    worse = economics(_comparison(arms=("hybrid", "nothing", "top_down")), baseline="top_down")
    for found, arm in ((one, "hybrid"), (worse, "hybrid")):
        for figure in (
            figures.cost_plane(found),
            figures.acceptability_curve(found),
            figures.cash_by_year(found),
            figures.social_return_waterfall(found.social_return(arm)),
        ):
            assert clashes(figure) == []
            assert "nan" not in " ".join(texts(figure)).replace("finance", "")
