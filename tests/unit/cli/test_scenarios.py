from __future__ import annotations

import pytest

from pd_sim.cli import _scenarios
from pd_sim.errors import ScenarioError


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("a.b=0.5", 0.5),
        ("a.b=.5", 0.5),
        ("a.b= 3 ", 3),
        ("a.b=true", True),
        ("a.b=null", None),
        ("a.b=never", "never"),
        ("a.b={mean: 0.3, sd: 0.1}", {"mean": 0.3, "sd": 0.1}),
        ("a.b=[1, 2]", [1, 2]),
        ("a.b=x: 1", {"x": 1}),
        ("a.b=- training:\n    places: 3", [{"training": {"places": 3}}]),
        ("a.b='a=b'", "a=b"),
        ("a.b=x=y", "x=y"),
    ],
)
def test_a_setting_is_read_as_yaml(words: str, value: object) -> None:
    assert _scenarios.setting(words) == ("a.b", value)


def test_settings_reach_the_scenario() -> None:
    settings = ["practice.tacitness=0.9", "arms.top_down.training.places=40", "arms.bottom_up=[]"]
    scenario = _scenarios.loaded("village", settings)
    assert scenario.practice.tacitness == 0.9
    assert scenario.resolved()["arms"]["top_down"][1]["training"]["places"] == 40
    assert scenario.arms["bottom_up"] == ()
    assert _scenarios.loaded("village").practice.tacitness == 0.6


def test_settings_that_need_each_other_may_stand_in_any_order() -> None:
    later = ["arms.top_down.training.start=60", "arms.top_down.training.stop=90"]
    hashes = {_scenarios.loaded("village", order).content_hash for order in (later, later[::-1])}
    assert len(hashes) == 1
    with pytest.raises(ScenarioError, match=r"^--set .*stop \(56\) is not after start \(60\)"):
        _scenarios.loaded("village", later[:1])


def test_the_last_of_two_settings_of_one_field_holds() -> None:
    assert _scenarios.loaded("village", ["steps=30", "steps=40"]).steps == 40


def test_arms_are_taken_once_each_in_the_order_asked_for() -> None:
    scenario = _scenarios.loaded("village")
    assert _scenarios.chosen_arms(scenario, None) == list(scenario.arms)
    assert _scenarios.chosen_arms(scenario, ["hybrid", "nothing", "hybrid"]) == ["hybrid", "nothing"]
