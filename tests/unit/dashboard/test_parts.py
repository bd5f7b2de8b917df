"""Small pieces: tables set words left and numbers right, and nothing of a user's is read as HTML."""

from __future__ import annotations

import pytest

solara = pytest.importorskip("solara")

from pd_sim.dashboard.parts import ArmLegend, Table, percent  # noqa: E402


def shown(element) -> str:
    box, rc = solara.render(element, handle_error=False)
    try:
        return "".join(str(w.children or w.template or "") for w in _all(box)) + "".join(_inner(box))
    finally:
        rc.close()


def _all(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        if hasattr(child, "children"):
            yield from _all(child)


def _inner(box):
    for widget in _all(box):
        for name in ("unsafe_innerHTML", "inner_html"):
            yield str(getattr(widget, name, ""))


def test_words_stand_left_and_numbers_right():
    text = shown(
        Table(["", "source", "share", "lead"], [["a", "Bass 1969", "30%", "−4 (−5 to −3)"], ["b", "", "–", "2"]])
    )
    assert text.count('<th scope="col" class="words">source') == 1
    assert text.count('<th scope="col" class="number">share') == 1
    assert text.count('class="number">lead') == 1
    assert '<td class="number">–</td>' in text
    assert "<details>" not in text


def test_a_table_behind_a_picture_is_folded():
    assert "<details><summary>The numbers</summary>" in shown(Table(["a"], [["1"]], "The numbers"))


def test_what_a_user_wrote_is_never_html():
    wicked = "<img src=x onerror=alert(1)>"
    for element in (Table([wicked], [[wicked]], wicked), ArmLegend([wicked])):
        text = shown(element)
        assert "<img" not in text
        assert "&lt;img" in text


def test_a_row_that_is_short_is_shown_as_far_as_it_goes():
    assert "<td>only</td>" in shown(Table(["", "b"], [["only"], ["x", "y"]]))


def test_small_shares_keep_a_decimal():
    assert [percent(v) for v in (0.0, 0.0042, 0.12, 1.0)] == ["0%", "0.4%", "12%", "100%"]
