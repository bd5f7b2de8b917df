from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pd_sim.cli import _text


@given(st.floats(0, 1))
def test_a_percentage_never_shows_something_as_nothing_or_all(share: float) -> None:
    said = _text.percent(share)
    assert said.endswith("%")
    assert (said == "0%") == (share == 0)
    assert (said == "100%") == (share == 1)
    shown = float(said.strip("<>%")) / 100
    assert math.isclose(shown, share, abs_tol=0.0051)


def test_a_difference_of_nothing_has_no_sign() -> None:
    assert _text.points(0.0) == _text.points(-0.0) == "0.0"
    assert _text.points(0.0004) == "+0.0"
    assert _text.points(-0.123) == "−12.3"
    assert _text.points(float("nan")) == "?"


words = st.text(st.characters(codec="utf-8"), max_size=40) | st.from_regex(r"[a-z0-9 :#{}\[\],'\"&*!|>%@`~-]{0,12}")
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


@given(plain)
def test_a_value_reads_back_from_its_text(value: object) -> None:
    text = _text.value_text(value)
    assert len(text.splitlines()) <= 1
    assert yaml.safe_load(f"field: {text}") == {"field": value}


def test_a_table_is_as_wide_as_its_entries() -> None:
    long = "an arm with a name of some sixty letters, which is allowed ok"
    lines = _text.table(["arm", "mean"], [[long, "5%"], ["b", "12.5%"]], "lr").splitlines()
    assert lines[1] == f"{long}     5%"
    assert all(line == line.rstrip() for line in lines)
    with pytest.raises(ValueError, match="zip"):
        _text.table(["arm", "mean"], [["only one"]], "lr")


def test_a_paragraph_keeps_within_the_width_and_breaks_no_word() -> None:
    text = "word " * 60 + "x" * 100 + " top-down"
    folded = _text.paragraph(text, "- ", "  ")
    assert folded.split() == ["-", *text.split()]
    assert all(len(line) <= _text.WIDTH or "x" * 100 in line for line in folded.splitlines())
