from __future__ import annotations

import pytest

import pd_sim as ps
from pd_sim import figures
from tests.unit.analysis.test_evaluation import LATE, series
from tests.unit.figures.drawn import WIDTHS, clashes, texts

EVALUATIONS = [
    ps.Evaluation(name="early", step=1, sample=60),
    ps.Evaluation(name="half of all households", step=2, target=0.5),
    ps.Evaluation(name="since the start", step=2, versus="before"),
]


@pytest.fixture(scope="module")
def found():
    return ps.evaluate(series(LATE), EVALUATIONS, steps=[1, 2])


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_overlaps_another(width, found):
    assert clashes(figures.verdicts(found, width=width)) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_many_steps_get_short_labels(width):
    rows = {"nothing": [[2] * 13] * 2, "slow": [[2, *range(2, 14)]] * 2}
    many = ps.evaluate(series(rows), ps.Evaluation(name="e", step=3), steps=list(range(13)))
    assert clashes(figures.verdicts(many, width=width)) == []


def test_bars_are_the_shares_and_stand_on_each_other(found):
    figure, frame = figures.verdicts(found), found.frame()
    assert len(figure.axes) == len(found.judged) == 5
    for axes, one in zip(figure.axes, found.judged, strict=True):
        rows = frame[(frame["evaluation"] == one.evaluation.name) & (frame["arm"] == one.arm)]
        bars = {held.get_label(): held.patches for held in axes.containers}
        for name, column in (("effect", "effect"), ("no effect", "no_effect"), ("harm", "harm")):
            assert [bar.get_height() for bar in bars[name]] == rows[column].tolist()
        assert [bar.get_y() + bar.get_height() for bar in bars["harm"]] == pytest.approx([1] * len(one.steps))
        planned = next(line for line in axes.lines if line.get_label() == "planned")
        assert one.steps[planned.get_xdata()[0]] == one.evaluation.step


def test_it_says_how_often_and_about_what_it_is_wrong(found):
    said = texts(figures.verdicts(found, "Slow change"))
    assert "Slow change" in said
    assert "50% wrong" in said
    words = " ".join(said)
    assert "practising against nothing, 60 households; holds at the end: effect" in words
    assert "holds at the end: reached" in words
    assert "week 2" in words
