"""What evaluators would have said stands in what compare prints, and in its document."""

from __future__ import annotations

import pytest

import pd_sim as ps
from pd_sim.cli._verdicts import verdict_rows, verdict_text
from tests.unit.cli.called import SMALL, document, done

EARLY = {"name": "early", "step": 4, "arms": ["top_down"]}
LATE = {"name": "late", "step": 60, "arms": ["top_down"], "measure": "aware"}


@pytest.fixture(scope="module")
def town():
    return ps.Scenario.load("village").set("community.households", 80).set("steps", 60)


def test_verdicts_are_those_of_evaluate(town):
    asked = town.set("evaluations", [EARLY, LATE])
    result = ps.compare(asked, replicates=12)
    rows = verdict_rows(result, asked)
    assert [(row["evaluation"], row["arm"], row["step"]) for row in rows] == [
        ("early", "top_down", 4),
        ("late", "top_down", 60),
    ]
    frame = ps.evaluate(result).frame()
    kept = frame[frame["own"]]
    assert [row["effect"] for row in rows] == kept["effect"].tolist()
    assert [row["wrong"] for row in rows] == kept["wrong"].tolist()
    assert rows[0]["no_effect"] == 1.0
    assert rows[1]["effect"] == 1.0


def test_nobody_evaluates_nothing_is_said(town):
    assert verdict_text(ps.compare(town, replicates=4), town) == ""
    assert "evaluator" not in done("compare", "village", *SMALL, "--replicates", 2)


def test_what_was_not_run_is_left_out(town):
    asked = town.set("evaluations", [{"name": "all", "step": 60}])
    result = ps.compare(asked, ["nothing", "bottom_up"], replicates=4)
    assert [row["arm"] for row in verdict_rows(result, asked)] == ["bottom_up"]
    assert verdict_rows(ps.compare(asked, ["bottom_up"], replicates=4), asked) == []


def test_compare_prints_a_table_and_the_document_holds_it(tmp_path, town):
    file = tmp_path / "town.yaml"
    file.write_text(town.set("evaluations", [EARLY, LATE]).to_yaml(), encoding="utf-8")
    printed = done("compare", file, "--replicates", 4)
    assert "What an evaluator would have said" in printed
    assert "early       top_down      0%  100%    0%" in printed
    assert len(document("compare", file, "--replicates", 4)["evaluations"]) == 2
