from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import pd_sim as ps
from pd_sim.errors import ResultError, ScenarioError, UnknownNameError
from pd_sim.studies import Information, value_of_information
from pd_sim.studies.information import _drawn, _holds_whole_number

COURSE = [{"training": {"cost_session": 25.0, "stop": 16}}]
TOWN = (
    ps.Scenario.load("village")
    .set("community.households", 30)
    .set("steps", 20)
    .set("arms", {"nothing": [], "one": COURSE, "other": COURSE})
)
FIELDS = {"practice.tacitness": (0.1, 0.9), "traits.trust_expert.mean": (0.2, 0.8)}


@pytest.fixture(scope="module")
def equal() -> Information:
    return value_of_information(TOWN, FIELDS, arms=["one", "other"], worth=500.0, draws=20, replicates=1)


def test_between_equal_arms_nothing_is_worth_knowing(equal: Information) -> None:
    assert not equal.benefits.any()
    assert equal.perfect == equal.together == 0
    assert [equal.partial(field) for field in FIELDS] == [0, 0]
    assert not equal.frame()[["value", "low", "high"]].to_numpy().any()
    assert equal.best() == {"one": 0.5, "other": 0.5}


def test_draws_are_the_same_for_all_arms_and_cover_the_range(equal: Information) -> None:
    assert equal.values.shape == (20, 2)
    for column, (low, high) in zip(equal.values.T, FIELDS.values(), strict=True):
        cells = np.floor((column - low) / (high - low) * 20)
        assert sorted(cells) == list(range(20))
    assert abs(np.corrcoef(equal.values.T)[0, 1]) < 0.6


def test_a_price_that_decides_is_worth_knowing() -> None:
    # practice is worth 500 a year and the course does some good: whether it is worth it turns on its price
    field = "arms.one.training.cost_session"
    found = value_of_information(
        TOWN, {field: (0.0, 60.0), "practice.tacitness": (0.5, 0.51)}, arms=["nothing", "one"], worth=500.0, draws=60
    )
    frame = found.frame().set_index("field")["value"]
    assert frame.index.tolist() == [field, "practice.tacitness", "all fields", "all fields and luck"]
    assert frame.iloc[0] > 3 * frame["practice.tacitness"]
    assert found.perfect >= found.partial(field) > 0
    assert 0.1 < found.best()["one"] < 0.9
    assert field in str(found)
    ends = found.frame().set_index("field").loc[field]
    assert ends["low"] <= ends["value"] * 1.5
    assert ends["high"] > 0


def test_priors_may_be_distributions_and_whole_numbers() -> None:
    values = _drawn({"a": stats.beta(4, 2), "b": (1, 3)}, 400, 1)
    assert values[:, 0].mean() == pytest.approx(4 / 6, abs=0.01)
    assert values[:, 0].std() == pytest.approx(stats.beta(4, 2).std(), abs=0.01)
    assert values[:, 1].mean() == pytest.approx(2, abs=0.01)
    assert _drawn({"b": (1, 3)}, 400, 1)[:, 0].tolist() == values[:, 1].tolist()  # another field changes nothing
    assert _holds_whole_number(TOWN, "behaviour.trial")
    assert _holds_whole_number(TOWN, "arms.one.training.places")
    assert _holds_whole_number(TOWN, "arms.one.0.training.places")
    assert not _holds_whole_number(TOWN, "practice.tacitness")
    found = value_of_information(TOWN, {"behaviour.trial": (1, 6)}, worth=1.0, draws=20, replicates=1)
    assert set(found.values[:, 0]) <= {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}
    assert found.arms == ("nothing", "one", "other")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"worth": None}, "worth: say what a household-year"),
        ({"worth": -1.0}, "worth: say"),
        ({"arms": ["one"]}, "name two arms"),
        ({"draws": 19}, "draws: 19 are too few"),
        ({"priors": {}}, "priors: name a field"),
        ({"priors": {"practice.tacitness": (0.9, 0.1)}}, r"practice.tacitness needs \(lowest, highest\)"),
        ({"priors": {"practice.tacitness": 0.5}}, "or a distribution, not 0.5"),
        ({"priors": {"practice.tacitness": (0.5, 1.5)}}, "practice.tacitness: .*less than or equal to 1"),
        ({"priors": {"practice.tacitnes": (0.5, 0.6)}}, "did you mean 'tacitness'"),
    ],
)
def test_a_mistake_gets_one_line(change: dict[str, object], said: str) -> None:
    given = {"priors": FIELDS, "worth": 5.0, **change}
    with pytest.raises(ScenarioError, match=said):
        value_of_information(TOWN, given.pop("priors"), **given)  # type: ignore[arg-type]


def test_an_unknown_arm_or_field(equal: Information) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'other'"):
        value_of_information(TOWN, FIELDS, arms=["one", "othr"], worth=5.0)
    with pytest.raises(ResultError, match="was not drawn"):
        equal.partial("practice.certainty")
