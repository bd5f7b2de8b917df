from __future__ import annotations

import pytest

import pd_sim as ps
from pd_sim.errors import PdSimError
from pd_sim.studies.equalise import RESPECTS
from pd_sim.validation.fairness import PRICES

TOWN = ps.Scenario.load("village").set("community.households", 100).set("steps", 60)


def priced():
    arms = {
        name: tuple(i.model_copy(update=dict(PRICES.get(i.kind, {}))) for i in arm) for name, arm in TOWN.arms.items()
    }
    return TOWN.model_copy(update={"arms": arms})


@pytest.mark.parametrize("respect", RESPECTS)
def test_both_arms_have_as_much_of_it_in_a_comparison_of_their_own(respect):
    found = ps.equalise(priced(), "bottom_up", "top_down", respect, replicates=12)
    assert found.nearness > 0.9
    result = ps.compare(found.scenario, ["bottom_up", "top_down"], replicates=12)
    order = (found.arm, found.versus)
    scale = result.sizes[0, 0] if respect == "reach" else 1
    measured = [scale * float(result.series(arm, RESPECTS[respect][0])[:, -1].mean()) for arm in result.arms]
    assert dict(zip(result.arms, measured, strict=True)) == pytest.approx(dict(zip(order, found.means, strict=True)))
    assert found.nearness == pytest.approx(min(measured) / max(measured))


def test_the_arm_that_has_more_is_cut_down_and_nothing_else_is_touched():
    found = ps.equalise(TOWN, "bottom_up", "top_down", "contact", replicates=8)
    more = max(zip(found.before, ("bottom_up", "top_down"), strict=True))[1]
    assert found.changed == more
    assert {name for name in TOWN.arms if found.scenario.arms[name] != TOWN.arms[name]} == {more}
    for name, (before, after) in found.fields.items():
        assert name.split(".")[1] in ("places", "reach", "amount")
        assert after < before
    for old, new in zip(TOWN.arms[more], found.scenario.arms[more], strict=True):
        changed = {n for n in type(old).model_fields if getattr(old, n) != getattr(new, n)}
        assert changed <= {"places", "reach", "amount"}


def test_it_says_what_it_equalised_and_how_nearly():
    found = ps.equalise(TOWN, "bottom_up", "top_down", "contact", replicates=8)
    said = str(found)
    assert "equal contact: places taken in sessions up to step 60" in said
    assert f"equal to {found.nearness:.1%}" in said
    assert f"changed in {found.changed}" in said


def test_equal_arms_are_left_as_they_are():
    twins = TOWN.model_copy(update={"arms": {"a": TOWN.arms["top_down"], "b": TOWN.arms["top_down"]}})
    found = ps.equalise(twins, "a", "b", "contact", replicates=4)
    assert found.scenario.arms == twins.arms
    assert found.nearness == 1
    assert "changed in b: nothing" in str(found)


def test_places_per_hundred_are_scaled_too():
    town = TOWN.set("arms.bottom_up.facilitation.places", {"per_100": 30})
    found = ps.equalise(town, "bottom_up", "top_down", "contact", replicates=4, step=30)
    assert found.step == 30
    assert found.nearness > 0.8


def test_what_limits_or_alters_others_is_left_as_it_is():
    arms = TOWN.to_dict()["arms"]
    arms["top_down"] = [{"budget": {"amount": 5000.0}}, *arms["top_down"], {"takeover": {"reach": 2.0, "start": 20}}]
    arms["top_down"].append({"seeding": {"how_many": 40}})
    town = ps.Scenario.from_dict({**TOWN.to_dict(), "arms": {**arms, "little": [{"training": {"places": 3}}]}})
    found = ps.equalise(town, "top_down", "little", "contact", replicates=4)
    assert found.changed == "top_down"
    assert set(found.fields) == {"training.places", "broadcast.reach", "incentive.amount", "seeding.how_many"}
    kept = {i.kind: i for i in found.scenario.arms["top_down"]}
    assert (kept["budget"].amount, kept["takeover"].reach) == (5000.0, 2.0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("bottom_up", "top_down", "money"), "unknown respect 'money'"),
        (("bottom_up", "top_down", "budget"), "give its interventions prices"),
        (("bottom_up", "nothing", "contact"), "arm 'nothing' has no places taken in sessions"),
        (("botom_up", "top_down", "contact"), "did you mean 'bottom_up'"),
        (("top_down", "top_down", "contact"), "name two arms"),
    ],
)
def test_what_cannot_be_made_equal_is_said_in_one_line(given, said):
    with pytest.raises(PdSimError, match=said):
        ps.equalise(TOWN, *given, replicates=2)


def test_a_step_beyond_the_end_is_refused():
    with pytest.raises(PdSimError, match="steps 1 to 60"):
        ps.equalise(TOWN, "bottom_up", "top_down", "contact", step=61)
