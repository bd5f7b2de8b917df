from __future__ import annotations

from itertools import combinations

import matplotlib as mpl
import pytest
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties, findfont

from pd_sim.figures.sheet import Sheet, spread, text_width, wrapped
from pd_sim.figures.style import RC, STAGES, arm_styles

TWELVE = ["nothing", "top_down", "bottom_up", "hybrid", *"abcdefgh"]

# Machado, Oliveira, Fernandes (2009), severity 1.0
BLIND = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}


def _linear(colour):
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]


def _contrast(colour):
    red, green, blue = _linear(colour)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _seen(colour, kind):
    parts = _linear(colour)
    return [
        max(0.0, sum(weight * part for weight, part in zip(row, parts, strict=True))) ** (1 / 2.2)
        for row in BLIND[kind]
    ]


def _apart(one, other, kind):
    return sum((a - b) ** 2 for a, b in zip(_seen(one, kind), _seen(other, kind), strict=True)) ** 0.5


def test_the_font_is_one_that_matplotlib_brings():
    path = findfont(FontProperties(family=RC["font.family"]), fallback_to_default=False)
    assert path.startswith(mpl.get_data_path())


def test_twelve_arms_look_different_in_colour_and_in_grey():
    styles = arm_styles(TWELVE)
    assert len({style.colour for style in styles.values()}) == 12
    assert len({(str(style.dash), style.marker) for style in styles.values()}) == 12
    assert len({style.marker for style in styles.values()}) == 12


def test_usual_arms_keep_their_look_in_any_company():
    assert arm_styles(["x", "hybrid"])["hybrid"] == arm_styles(TWELVE)["hybrid"]


@pytest.mark.parametrize("kind", BLIND)
def test_usual_arms_are_told_apart_by_colour_blind_readers(kind):
    colours = [arm_styles(TWELVE)[arm].colour for arm in TWELVE[:4]]
    assert min(_apart(*pair, kind) for pair in combinations(colours, 2)) > 0.2
    assert _apart("#d00000", "#507000", kind) < _apart("#d00000", "#0072b2", kind)  # control: red and olive are near


def test_names_can_be_read_on_white():
    for style in arm_styles(TWELVE).values():
        assert _contrast(style.colour) > 3
    assert _contrast(STAGES[3].colour) > 4.5
    assert _contrast("#ffff00") < 3  # control


def test_spread_moves_only_what_is_too_near():
    assert spread([0.1, 0.9], 0.2, 0, 1) == [0.1, 0.9]
    assert spread([0.9, 0.1, 0.9], 0.2, 0, 1) == [0.8, 0.1, 1.0]
    assert spread([0.0, 0.0, 0.0], 0.25, 0, 1) == [0.0, 0.25, 0.5]
    assert spread([0.5, 0.5, 0.5], 0.6, 0, 1) == [0.0, 0.6, 1.2]  # no room: they stay apart
    assert spread([], 0.1, 0, 1) == []


def test_text_is_measured_and_broken():
    assert text_width("mm", 10) == pytest.approx(2 * text_width("m", 10), rel=0.05)
    assert text_width("m", 20) == pytest.approx(2 * text_width("m", 10), rel=0.05)
    lines = wrapped("one two three four five", 10, text_width("one two three", 10) * 1.04)
    assert lines == ["one two three", "four five"]
    assert wrapped("averylongword", 10, 0.1) == ["averylongword"]


def test_a_sheet_keeps_its_title_and_notes_apart():
    sheet = Sheet(4, 3)
    sheet.title("A title", "about it")
    sheet.notes("a note")
    assert 0 < sheet.bottom < sheet.top < 3
