from __future__ import annotations

import numpy as np

import pd_sim as ps
from pd_sim.cli._told import told_text
from tests.unit.analysis.test_told import HUB, result
from tests.unit.cli.called import SMALL, document, done

PLACES = {
    "what": "places taken",
    "arm": "hub",
    "measure": "attendance",
    "sure": "S",
    "source": "the hub",
    "unit": "a week",
}


def text(*targets):
    arms = {"nothing": [], "hub": [], "other": []}
    town = ps.Scenario.load("village").set("arms", arms).set("targets", list(targets))
    return told_text(result(HUB), town)


def lines(*targets):
    return text(*targets).split("\n\n")[1].splitlines()


def test_nothing_told_nothing_said():
    assert text() == ""
    assert "Told and simulated" not in done("compare", "village", *SMALL, "--replicates", 2)


def test_a_figure_within_the_band():
    assert lines({**PLACES, "from_step": 3, "told": 6}) == [
        "- places taken (hub)",
        "  told: 6 a week (told by those who ran it, uncontrolled)",
        "  simulated: 6.5; band 5.15 to 7.85, told within it",
        "  source: the hub",
    ]


def test_a_figure_outside_it_with_how_far():
    assert lines({**PLACES, "from_step": 3, "told": 10})[2].endswith("told outside it, 27% above")
    assert lines({**PLACES, "from_step": 3, "told": [1, 2]})[1].startswith("  told: 1 to 2 a week")
    assert lines({**PLACES, "from_step": 3, "told": [1, 2]})[2].endswith("told outside it, 61% below")
    assert lines({**PLACES, "measure": "lapses", "from_step": 3, "told": 2})[2].endswith("told outside it, far above")


def test_percentages_and_what_is_below_nothing():
    behind = {**PLACES, "measure": "practising", "from_step": 3, "each": 100.0, "unit": "%"}
    assert lines({**behind, "arm": "nothing", "versus": "hub", "told": -20})[1:3] == [
        "  told: −20% (told by those who ran it, uncontrolled)",
        "  simulated: −27.5; band −43.2 to −11.8, told within it",
    ]


def test_small_counts_show_what_chance_does():
    said = text({**PLACES, "from_step": 3, "told": 3, "counts": True, "before": 11, "controlled": True})
    words = " ".join(said.split())
    assert "small count: 3 may come of a mean from 0.619 to 8.77 (95%), which the band meets" in words
    assert "11 before against 3: p = .057, the chance of a difference at least as great if nothing had changed" in words
    assert "(told by those who ran it, controlled)" in said
    assert "Uncontrolled" not in said


def test_words_and_what_is_not_simulated():
    pattern = {"what": "afterwards", "pattern": "it went on", "sure": "K", "source": "", "controlled": True}
    assert lines(pattern) == [
        "- afterwards",
        "  in words: it went on (well known, controlled)",
        "  simulated: not compared; nothing simulated stands for it",
    ]
    assert "told of step 400; the run ends at step 3" in text({**PLACES, "from_step": 400, "told": 1})


def test_fitted_fields_are_named_once_and_uncontrolled_ones_counted():
    fitted = {**PLACES, "from_step": 3, "told": 6, "fitted": ["a.b", "c.d"]}
    said = " ".join(text(fitted, {**fitted, "controlled": True}).split())
    assert "band 5.15 to 7.85, told within it; fitted" in said
    assert lines({**fitted, "pattern": "a few"})[2] == "  in words: a few"
    assert said.count("Fitted to meet figures above: a.b, c.d.") == 1
    assert "Uncontrolled: 1 of 2." in said


def test_compare_prints_it_and_json_stays_a_document(tmp_path):
    town = ps.Scenario.load("village").set("community.households", 40).set("steps", 30)
    town = town.set("targets", [{**PLACES, "arm": "top_down", "from_step": 9, "told": 4}])
    file = tmp_path / "town.yaml"
    file.write_text(town.to_yaml(), encoding="utf-8")
    printed = done("compare", file, "--replicates", 3)
    assert "Told and simulated." in printed
    assert "- places taken (top_down)" in printed
    assert max(len(line) for line in printed.splitlines() if file.name not in line) <= 79  # a path is not broken
    assert np.shape(document("compare", file, "--replicates", 3)["arms"]["top_down"]["practising"]["mean"]) == (31,)
    # an arm that is not run is said to be missing, and nothing breaks
    other = done("compare", file, "--replicates", 3, "--arm", "nothing")
    assert "not compared; unknown arm 'top_down'" in other
