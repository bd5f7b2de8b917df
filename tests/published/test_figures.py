from __future__ import annotations

import pytest

from pd_sim import figures
from pd_sim.errors import UnknownNameError
from pd_sim.figures.published import WIDTH
from pd_sim.studies.regimes import Cell, Regimes
from pd_sim.validation import RESULTS
from tests.unit.figures.drawn import WIDTHS as OTHERS
from tests.unit.figures.drawn import clashes, texts

WIDTHS = (*OTHERS, WIDTH)
DRAWN = ("granovetter", "watts", "newman", "centola_macy", "bass")


@pytest.fixture(scope="module")
def data():
    return {name: RESULTS[name].verdict(quick=True).data for name in DRAWN}


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", DRAWN)
def test_no_text_overlaps_another(data, name, width):
    assert clashes(figures.published(name, data[name], width=width)) == []


@pytest.mark.slow
def test_simulated_points_stand_where_they_came_out(data):
    axes = figures.published("watts", data["watts"]).axes[0]
    (points,) = [bars for bars in axes.containers if bars.get_label() == "simulated"]
    seen = data["watts"]["seen"]
    assert points.lines[0].get_xydata().tolist() == [[z, count / n] for z, (count, n) in seen.items()]
    curve = next(line for line in axes.lines if line.get_label() == "theory")
    assert curve.get_ydata().tolist() == data["watts"]["chance"].tolist()


def test_an_unknown_figure_is_refused():
    with pytest.raises(UnknownNameError, match="did you mean 'watts'"):
        figures.published("wats", {})


def made(x="certainty", y="agreement", arms=("top_down", "bottom_up", "hybrid"), n=5):
    """A map with every kind of cell."""
    values = tuple(0.2 + 0.8 * k / (n - 1) for k in range(n))
    cells = [
        Cell(a, b, arms[(i + j) % len(arms)], arms[(i + j + 1) % len(arms)], 0.1, 0.02 * (i - 1), 0.2, {}, {})
        for j, b in enumerate(values)
        for i, a in enumerate(values)
    ]
    return Regimes(x, y, values, values, 104, arms, 40, 1, tuple(cells), {}, "0" * 64)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("n", [2, 5, 9, 20])
def test_a_map_is_readable(width, n):
    figure = figures.regime_map(made(n=n), width=width)
    assert clashes(figure) == []
    shown = texts(figure)
    assert {zone for zone, _ in figures.ZONES} <= set(shown)
    assert {"top-down", "bottom-up", "hybrid", "undecided"} <= set(shown)


@pytest.mark.parametrize("width", WIDTHS)
def test_zones_are_named_on_their_own_axes_only(width):
    figure = figures.regime_map(made(x="behaviour.try_rate", y="traits.caution.mean"), width=width)
    assert clashes(figure) == []
    assert not {zone for zone, _ in figures.ZONES} & set(texts(figure))


def test_undecided_cells_have_no_marker():
    found = made()
    figure = figures.regime_map(found)
    cells = [line for line in figure.axes[0].lines if line.get_linestyle() == "None"]
    assert len(cells) == sum(cell.decided for cell in found.cells)


def test_a_map_without_any_leader_can_be_drawn():
    found = made()
    level = tuple(cell._replace(low=-0.1) for cell in found.cells)
    figure = figures.regime_map(Regimes(**{**vars(found), "cells": level}))
    assert "100% of the map" in texts(figure)
