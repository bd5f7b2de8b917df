from __future__ import annotations

import numpy as np
import pytest

import pd_sim as ps
from pd_sim import figures
from pd_sim.errors import ResultError
from tests.unit.analysis.test_told import HUB, result, target
from tests.unit.figures.drawn import WIDTHS, clashes, texts

TARGETS = [
    target(what="places taken a week, at the start of it all and for some time afterwards", from_step=3, told=6.0),
    target(what="conceptions", measure="lapses", told=3.0, counts=True, before=11, unit="in a year"),
    target(what="how often each came", measure="attendance_so_far", how="last", of="participants", told=(8.0, 12.0)),
    target(what="ahead", measure="practising", how="last", versus="nothing", told=-0.2, controlled=True),
    target(what="in the open", measure="practising", how="last", told=None, pattern="few went on"),
    ps.Target(what="social return", told=4.0, unit="pounds for one", sure="S", source="t"),
    ps.Target(what="afterwards", pattern="it went on by itself", sure="K", source="t"),
]


def frame(targets=TARGETS):
    return ps.told(result(HUB), targets)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_overlaps_another(width):
    assert clashes(figures.told(frame(), width=width)) == []


def labelled(axes, name):
    return [artist for artist in [*axes.lines, *axes.containers] if artist.get_label() == name]


def test_a_row_shows_the_told_dot_the_band_and_the_mean():
    rows = figures.told(frame()).axes
    assert len(rows) == 6  # what is told in words only has no row
    first = rows[0]
    assert labelled(first, "told")[0].get_xdata() == [6]
    bar = labelled(first, "band")[0].patches[0]
    assert (bar.get_x(), bar.get_x() + bar.get_width()) == pytest.approx((5.15, 7.85))
    assert list(labelled(first, "mean")[0].get_xdata()) == [6.5, 6.5]
    assert labelled(first, "chance") == []
    assert list(labelled(rows[1], "chance")[0].get_xdata()) == pytest.approx([0.6187, 8.7673], abs=1e-3)
    assert labelled(rows[5], "band") == []
    assert labelled(rows[5], "told")[0].get_xdata() == [4]
    assert labelled(rows[4], "told") == []
    assert labelled(rows[4], "band")


def test_scales_begin_at_nothing_unless_something_is_below():
    rows = figures.told(frame()).axes
    assert rows[0].get_xlim()[0] == 0
    assert rows[3].get_xlim()[0] < -0.2


def test_words_and_letters_are_explained():
    said = " ".join(texts(figures.told(frame(), "Huntingdon")))
    assert "Huntingdon" in said
    assert "Told in words, of afterwards: it went on by itself" in said
    assert "S: told by those who ran it; K: well known." in said
    assert "told in words, see below (S, uncontrolled)" in said
    assert "outside the band" in said
    assert "within the band" in said
    assert "not simulated" in said


def test_other_tables_are_refused():
    with pytest.raises(ResultError, match="missing"):
        figures.told(frame().drop(columns="told"))
    with pytest.raises(ResultError, match="missing: rows"):
        figures.told(frame([]))
    assert np.isfinite(figures.told(frame(TARGETS[:1])).axes[0].get_xlim()).all()
