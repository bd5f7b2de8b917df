from __future__ import annotations

import re

import pytest

from pd_sim import figures
from pd_sim.errors import ResultError
from tests.unit.figures.drawn import comparison


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_same_figure_gives_the_same_bytes(tmp_path, ending):
    one = figures.save(figures.curves(comparison()), tmp_path / f"one.{ending}")
    two = figures.save(figures.curves(comparison()), tmp_path / f"two.{ending}")
    assert one.read_bytes() == two.read_bytes()
    other = figures.save(figures.curves(comparison(replicates=19)), tmp_path / f"other.{ending}")
    assert other.read_bytes() != one.read_bytes()  # control
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"one.{ending}", f"other.{ending}", f"two.{ending}"]


def test_no_date_and_no_program_is_written(tmp_path):
    png = figures.save(figures.curves(comparison()), tmp_path / "it.png").read_bytes()
    assert b"tEXt" not in png
    svg = figures.save(figures.curves(comparison()), tmp_path / "it.svg").read_text(encoding="utf-8")
    assert not re.search(r"<dc:date>|\d{4}-\d\d-\d\dT|Matplotlib v", svg)


def test_other_endings_and_places_are_refused_in_one_line(tmp_path):
    figure = figures.curves(comparison())
    with pytest.raises(ResultError, match=r"\.png or \.svg"):
        figures.save(figure, tmp_path / "it.jpg")
    with pytest.raises(ResultError, match="cannot be written") as caught:
        figures.save(figure, tmp_path / "nowhere" / "it.png")
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
