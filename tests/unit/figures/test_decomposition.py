from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from pd_sim import figures
from pd_sim.errors import ResultError
from tests.unit.figures.drawn import WIDTHS, clashes, texts

PARTS = [
    ("total", 0.323, 0.29, 0.35),
    ("fit", 0.12, 0.10, 0.14),
    ("duration", 0.24, 0.22, 0.26),
    ("ownership", 0.05, 0.03, 0.07),
    ("trust", 0.0, float("nan"), float("nan")),
    ("channel", -0.09, -0.12, -0.06),
    ("capacity", 0.003, -0.01, 0.016),
]


def _frame(parts=PARTS):
    return pd.DataFrame(parts, columns=["part", "mean", "low", "high"])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("sign", [1, -1])
def test_no_text_overlaps_another(width, sign):
    frame = _frame()
    frame[["mean", "low", "high"]] *= sign
    assert clashes(figures.decomposition(frame, "Bottom-up less top-down at week 104", width=width)) == []


def test_bars_are_the_parts_with_the_whole_gap_last():
    figure = figures.decomposition(_frame())
    bars = list(figure.axes[0].containers)
    assert [bar.get_label() for bar in bars] == [
        "fit",
        "duration",
        "ownership",
        "trust",
        "channel",
        "capacity",
        "total",
    ]
    widths = [patch.get_width() for bar in bars for patch in bar.patches if isinstance(patch, Rectangle)]
    assert widths == [0.12, 0.24, 0.05, 0.0, -0.09, 0.003, 0.323]
    heights = [bar.patches[0].get_y() for bar in bars]
    assert heights == sorted(heights, reverse=True)
    shown = texts(figure)
    assert {"+12", "+24", "+5", "0", "−9", "+0.3", "+32.3", "whole gap"} <= set(shown)


def test_intervals_are_drawn_where_there_are_any():
    lines = [line for line in figures.decomposition(_frame()).axes[0].lines if line.get_marker() == "|"]
    assert len(lines) == 6  # trust has none
    assert list(lines[0].get_xdata()) == [0.10, 0.14]


def test_all_nothing_is_drawn():
    assert clashes(figures.decomposition(_frame([("fit", 0.0, 0.0, 0.0)]))) == []


def test_other_tables_are_refused():
    with pytest.raises(ResultError, match="missing"):
        figures.decomposition(_frame().drop(columns="low"))
    with pytest.raises(ResultError, match="missing: rows"):
        figures.decomposition(_frame([]))
