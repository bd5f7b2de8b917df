from __future__ import annotations

import pytest
from pydantic import ValidationError

import pd_sim as ps
from pd_sim.errors import ScenarioError
from pd_sim.scenario.economics import Economics, SocialReturn
from pd_sim.scenario.reading import block


def test_the_defaults_cost_and_value_nothing() -> None:
    prices = Economics()
    assert (prices.currency, prices.discount, prices.health_discount, prices.steps_a_year) == ("GBP", "uk", 0.015, 52)
    assert (prices.staff_hour, prices.volunteer_hour, prices.worth_of_adopter_year) == (0, 0, None)
    assert prices.avoided == prices.worth == {}
    assert set(SocialReturn().model_dump().values()) == {0.0}


def test_it_is_frozen_and_every_field_says_what_it_is() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Economics().currency = "EUR"  # type: ignore[misc]
    for kind in (Economics, SocialReturn):
        for field in kind.model_fields.values():
            assert field.description
            assert set(field.json_schema_extra) == {"sure", "source"}  # type: ignore[arg-type]


@pytest.mark.parametrize("discount", ["uk", "none", 0.0, 0.035, 1])
def test_discount_is_a_schedule_or_a_rate(discount: str | float) -> None:
    assert block(Economics, {"discount": discount}, "economics").discount == discount


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"discount": "us"}, "economics.discount: input should be 'uk' or 'none'"),
        ({"discount": -0.1}, "economics.discount: input should be greater than or equal to 0, not -0.1"),
        ({"staff_hour": -1}, "economics.staff_hour: input should be greater than or equal to 0, not -1"),
        ({"avoided": {"NHS": -5}}, "economics.avoided.NHS: input should be greater than or equal to 0"),
        ({"worth": {"a: b": 5}}, "economics.worth: 'a: b': give a payer a short name without a colon"),
        ({"worth": {" ": 5}}, "give a payer a short name"),
        ({"social": {"drop_off": 1.5}}, "economics.social.drop_off: input should be less than or equal to 1"),
        ({"social": {"dropoff": 0.5}}, "did you mean 'drop_off'?"),
        ({"steps_a_year": 0}, "economics.steps_a_year: input should be greater than or equal to 1"),
        ({"curency": "EUR"}, "did you mean 'currency'?"),
        ({"currency": " "}, "economics.currency"),
        ({"worth_of_adopter_year": "much"}, "economics.worth_of_adopter_year"),
    ],
)
def test_a_mistake_names_the_field(fields: dict[str, object], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        block(Economics, fields, "economics")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_prices_are_written_and_read_back() -> None:
    town = ps.Scenario.load("village").set("economics.avoided", {"council": 120.0}).set("economics.discount", 0.05)
    again = ps.Scenario.from_yaml(town.to_yaml())
    assert again.economics == town.economics
    assert again.economics.avoided == {"council": 120.0}
    assert again.content_hash == town.content_hash
