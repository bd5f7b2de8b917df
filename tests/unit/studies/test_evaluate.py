from __future__ import annotations

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.errors import ResultError, ScenarioError
from tests.unit.analysis.test_evaluation import LATE, series

EARLY = ps.Evaluation(name="early", step=1)


def test_one_row_an_evaluation_arm_and_step():
    frame = ps.evaluate(series(LATE), EARLY).frame()
    assert frame[["evaluation", "arm", "versus", "step"]].to_numpy().tolist() == [
        ["early", "slow", "nothing", 1],
        ["early", "slow", "nothing", 2],
    ]
    assert frame["own"].tolist() == [True, False]
    assert frame["effect"].tolist() == [0.5, 1]
    assert frame["no_effect"].tolist() == [0.5, 0]
    assert frame["wrong"].tolist() == [0.5, 0]
    assert set(frame["truth"]) == {"effect"}
    assert (frame["effect"] + frame["no_effect"] + frame["harm"]).tolist() == [1, 1]
    assert frame["wrong_high"].tolist()[1] > 0  # never of four is not never


def test_it_is_said_in_words():
    said = ps.evaluate(series(LATE), [EARLY, ps.Evaluation(name="goal", step=2, target=0.5, arms=("slow",))]).text()
    early, goal = said.splitlines()
    assert early == (
        "early (slow): at week 1, comparing practising with nothing in all households, an evaluator says 'effect' in "
        "50%, 'no effect' in 50% of the replicates. At the end (week 2), judged by practising, what holds is 'effect': "
        "wrong in 50% (15% to 85%)."
    )
    assert goal == (
        "goal (slow): at week 2, comparing practising with the target 0.5 in all households, an evaluator says "
        "'reached' in 100%, 'not reached' in 0% of the replicates. At the end (week 2), judged by practising, what "
        "holds is 'reached': wrong in 0% (0% to 49%)."
    )
    counted = ps.Evaluation(name="stops", step=2, measure="lapses", better="less")
    assert "comparing lapses with nothing, an evaluator says" in ps.evaluate(series(LATE), counted).text()


def test_steps_before_the_comparison_are_left_out():
    before = ps.Evaluation(name="e", step=2, versus="before", before_step=1)
    frame = ps.evaluate(series(LATE), before, steps=[0, 1, 2]).frame()
    assert set(frame["step"]) == {2}


def test_the_scenarios_own_evaluations_are_made_else_one_at_the_end():
    town = ps.Scenario.load("village").set("community.households", 40).set("steps", 12)
    plain = ps.evaluate(town, replicates=3, seed=2).frame()
    assert set(plain["evaluation"]) == {"practising"}
    assert set(plain["step"]) == {12}
    own = town.set("evaluations", [{"name": "mine", "step": 6, "sample": 20}])
    result = ps.compare(own, replicates=3, seed=2)
    frame = ps.evaluate(result).frame()
    assert set(frame["evaluation"]) == {"mine"}
    assert set(frame["arm"]) == {"top_down", "bottom_up", "hybrid"}
    assert frame.equals(ps.evaluate(own, replicates=3, seed=2).frame())


def test_nothing_is_found_between_arms_that_are_the_same():
    town = (
        ps.Scenario.load("village")
        .set("community.households", 40)
        .set("steps", 12)
        .set("arms", {"nothing": [], "b": []})
    )
    frame = ps.evaluate(town, replicates=5).frame()
    assert frame["effect"].tolist() == [0.0]
    assert frame["truth"].tolist() == ["no effect"]


def test_what_cannot_be_evaluated_is_refused():
    with pytest.raises(ResultError, match="evaluation 'late': step 9 is after the last one, 2"):
        ps.evaluate(series(LATE), ps.Evaluation(name="late", step=9))
    with pytest.raises(ScenarioError, match="no arm 'nothing' to compare with; give one"):
        ps.evaluate(series({"slow": [[1, 2]]}))
    with pytest.raises(ResultError, match="step 7"):
        ps.evaluate(series(LATE), EARLY, steps=[7])
    assert np.isfinite(ps.evaluate(series(LATE), EARLY, steps=2).frame()["wrong"]).all()
