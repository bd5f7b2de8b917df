"""What a case page says of told and simulated is what the table says."""

from __future__ import annotations

import dataclasses

import pytest

import pd_sim as ps
from pd_sim.dashboard.looks import plural
from pd_sim.dashboard.pages.case_told import _strip
from pd_sim.dashboard.told_words import control, figures_of, in_short, told_of, verdicts
from pd_sim.scenario import case_names

TOWN = ps.Scenario.load("village").set("community.households", 40).set("steps", 12)


def figure(told, *, fitted=(), controlled=False, measure="practising", **more):
    target = ps.Target(
        what="who practises",
        arm="top_down",
        measure=measure,
        from_step=12,
        told=told,
        unit="share of all",
        sure="S",
        source="us",
        fitted=fitted,
        controlled=controlled,
        **more,
    )
    return figures_of(ps.told(ps.compare(TOWN, ["top_down"], replicates=12), [target]))[0]


@pytest.fixture(scope="module")
def met():
    values = ps.compare(TOWN, ["top_down"], replicates=12).series("top_down")[:, 12]
    return figure(float(values.mean()))


def test_met_just_outside_and_missed_are_told_apart(met):
    assert (met.verdict, met.verdict_text) == ("met", "within what comes out")
    just = figure(met.band[1] * 1.01)
    assert just.verdict == "near"
    low, high = figure(0.9), figure(0.0)
    assert (low.verdict_text, high.verdict_text) == ("missed: too low", "missed: too high")


def test_misses_are_said_first_and_plainly(met):
    missed = figure(0.9)
    lines = verdicts([met, missed])
    assert lines[0].startswith("The model misses “who practises”: told 90%, simulated ")
    assert lines[0].endswith("to which nothing was fitted.")
    assert "Of 2 figures to which nothing was fitted, 1 is met." in lines
    assert lines[-1].startswith("None of it had a control group")
    assert not any(line.startswith("The model misses") for line in verdicts([met]))
    assert "The one figure to which nothing was fitted is met." in verdicts([met])


def test_what_was_fitted_is_no_test():
    fitted = figure(0.9, fitted=("community.households",), controlled=True)
    lines = verdicts([fitted])
    assert "although it was fitted to it." in lines[0]
    assert "so this case tests nothing in the model" in lines[1]
    assert lines[2] == "One figure had something fitted to it (none met): that is no test."
    assert not any("control group" in line for line in lines)


def test_a_small_count_is_said_to_say_little():
    one = dataclasses.replace(figure(0.9), told=(3.0, 3.0), band=(4.0, 14.0), chance=(0.6, 8.8), share=False)
    assert verdicts([one])[1].startswith("So small a count says little: 3 can come by chance where 0.60 to 8.80")


def test_words_only_are_no_verdict():
    figures = figures_of(ps.told(ps.compare(TOWN, ["top_down"], replicates=3), [_words()]))
    assert (figures[0].verdict, figures[0].told_text, figures[0].simulated_text) == (
        "open",
        "in words only",
        "not simulated",
    )


def _words():
    return ps.Target(what="how it felt", pattern="good", sure="S", source="us")


def test_names_of_ones_own_are_shown_and_never_run(met):
    nasty = dataclasses.replace(met, what="<script>alert(1)</script>", arm="<b>x", unit='"><i>')
    shown = _strip(nasty, ("<b>x",))
    assert "<script>" not in shown
    assert "<i>" not in shown
    assert "&lt;script&gt;" in shown
    assert 'role="img" aria-label="' in shown
    assert "told" in told_of(nasty)


def test_every_case_has_a_line_a_place_and_says_whether_it_had_a_control():
    found = {name: control(ps.Scenario.load(name)) for name in case_names()}
    assert found["huntingdon"] == "no control group"
    assert found["bangladesh_mali"] == "with a control group"
    assert found["vietnam"] == "1 of 2 figures with a control group"
    assert found["person_centred"] == "a lesson, not a case that happened"
    assert found["village"] == "no figures are told"
    for name in case_names():
        case = ps.Scenario.load(name)
        short, whole = in_short(case.about)
        assert 20 < len(short) < 330, name
        assert short[-1] in ".?!", name
        assert whole == case.about.strip()
    assert plural("mother of an underweight child") == "mothers of an underweight child"
