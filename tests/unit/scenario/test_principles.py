"""Each principle is a switch: what it changes, and that it changes nothing else."""

from __future__ import annotations

import pytest

import pd_sim as ps
from pd_sim.engine import simulate
from pd_sim.errors import ScenarioError, UnknownNameError
from pd_sim.interventions import intervention_kinds
from pd_sim.scenario import without
from pd_sim.scenario.principles import PRINCIPLES, Principles
from tests.builders import Planned, scenario

VILLAGE = ps.Scenario.load("village")
ALL = dict.fromkeys(PRINCIPLES, True)


def every_kind():
    """A scenario with one intervention of every kind that can stand in an arm, as it is by default."""
    arms = {}
    for name, kind in intervention_kinds().items():
        if kind.__module__.startswith("pd_sim.") and not issubclass(kind, ps.interventions.Threat):
            needed = {field: 100 for field, about in kind.model_fields.items() if about.is_required()}
            arms[name] = [kind(**needed)]
    return scenario(arms={**arms, "own": [Planned()], "nothing": []})


def leaves(value, path=""):
    """Every value of a scenario by its path."""
    if isinstance(value, dict):
        return {k: v for name, inner in value.items() for k, v in leaves(inner, f"{path}.{name}").items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return {k: v for at, inner in enumerate(value) for k, v in leaves(inner, f"{path}.{at}").items()}
    return {path.lstrip("."): value}


def changed(town, *names):
    """What another scenario it is without these principles: values by path, without the switches."""
    one, two = (leaves(t.resolved()) for t in (town, without(town, *names)))
    assert one.keys() == two.keys()
    return {path: two[path] for path in one if one[path] != two[path]}


def of_interventions(town, field, value):
    """This field of every intervention that has it, as it is changed."""
    paths = {path: held for path, held in leaves(town.resolved()).items() if path.startswith("arms.")}
    return {path: value for path, held in paths.items() if path.endswith(f".{field}") and held != value}


EVERY = every_kind()


@pytest.mark.parametrize("town", [VILLAGE, EVERY], ids=["village", "every kind"])
class TestEachSwitch:
    def test_act_first_off_means_that_belief_comes_first(self, town):
        assert changed(town, "act_first") == {"behaviour.conviction": 0.5}
        assert changed(town.set("behaviour.conviction", 0.7), "act_first") == {}

    def test_with_us_off_means_that_nobody_takes_part(self, town):
        found = changed(town, "with_us")
        assert found == of_interventions(town, "involves", 0.0) != {}

    def test_small_differences_off_means_that_no_exceptions_are_looked_for(self, town):
        found = changed(town, "small_differences")
        who = {path.rsplit(".", 1)[0] for path in found}
        assert who == {path.rsplit(".", 1)[0] for path in leaves(town.resolved()) if path.endswith(".visits")} != set()
        for path, value in found.items():
            assert value == {"visits": 0, "teaches": "outside", "hosts_needed": 0}[path.rsplit(".", 1)[1]]
        assert any("facilitation" in path for path in who)

    def test_ownership_off_means_that_it_keeps_nobody_at_it(self, town):
        assert changed(town, "ownership") == {"behaviour.ownership_weight": 0.0}

    def test_evidence_off_means_that_nothing_is_measured_and_results_do_not_convince(self, town):
        measured = of_interventions(town, "measures", 0.0) | of_interventions(town, "data", 0.0)
        wanted = {"behaviour.endorsement": 0.0, **measured}
        assert changed(town, "evidence") == wanted

    def test_how_off_means_that_all_is_told(self, town):
        found = changed(town, "how")
        assert found == of_interventions(town, "keeps", 0.0) != {}

    def test_switches_can_be_combined_in_any_order(self, town):
        names = list(PRINCIPLES)
        one, two = without(town, *names), without(town, *names[::-1])
        assert one.resolved() == two.resolved()
        assert changed(town, *names).keys() == {path for name in names for path in changed(town, name)}


def test_there_are_six_and_each_has_its_field():
    assert list(PRINCIPLES) == list(Principles.model_fields)
    assert len(PRINCIPLES) == 6
    with pytest.raises(UnknownNameError, match="unknown principle 'ownersip'; did you mean 'ownership'"):
        without(VILLAGE, "ownersip")


@pytest.mark.parametrize("name", PRINCIPLES)
def test_a_switch_in_a_scenario_is_what_it_is_without_the_principle_in_every_arm(name):
    town = VILLAGE.set("community.households", 60).set("steps", 40).set("practice.positive_deviants", 4)
    town = town.set("arms.bottom_up.facilitation.measures", 0.9)
    off = town.set("principles", {name: False})
    one, two, on = (simulate(t, seed=3, replicates=6, digest=True) for t in (off, without(town, name), town))
    for arm in town.arms:
        assert one[arm].digests == two[arm].digests
    assert one["bottom_up"].digests != on["bottom_up"].digests
    assert one["nothing"].counts.tobytes() == on["nothing"].counts.tobytes()
    for engine in ("compiled", "mesa"):
        assert ps.run(off, "hybrid", 3, engine=engine).digest == ps.run(without(town, name), "hybrid", 3).digest


def test_all_on_is_the_same_as_saying_nothing():
    town = VILLAGE.set("community.households", 60).set("steps", 30)
    said = town.set("principles", ALL)
    one, two = (simulate(t, seed=3, replicates=4, digest=True) for t in (town, said))
    assert all(one[arm].digests == two[arm].digests for arm in town.arms)
    assert said.content_hash == town.content_hash
    assert said.in_force is said


def test_what_is_off_is_written_and_read_back_and_told_apart():
    off = VILLAGE.set("principles", {"how": False, "ownership": False})
    again = ps.Scenario.from_yaml(off.to_yaml())
    assert again.principles == off.principles
    assert again.to_dict()["principles"] == {"how": False, "ownership": False}
    assert again.content_hash == off.content_hash != VILLAGE.content_hash
    # the switches alone are written, not what they do: they can be switched on again
    assert again.behaviour.ownership_weight == 0.5
    assert off.set("principles.how", True).set("principles.ownership", True).content_hash == VILLAGE.content_hash
    assert off.in_force.behaviour.ownership_weight == 0.0
    assert off.in_force.principles == Principles()
    assert off.in_force.in_force.resolved() == off.in_force.resolved()


def test_a_result_names_the_scenario_that_was_asked_for():
    off = VILLAGE.set("community.households", 40).set("steps", 8).set("principles", {"how": False})
    assert ps.compare(off, ["nothing"], replicates=2).hash == off.content_hash


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ownersip": False}, "principles.ownersip: unknown field; did you mean 'ownership'"),
        ({"how": "no"}, r"principles\.how"),
        ({"how": 0}, r"principles\.how"),
    ],
)
def test_what_is_no_switch_is_refused_in_one_line(given, said):
    with pytest.raises(ScenarioError, match=said) as caught:
        scenario(principles=given)
    assert "\n" not in str(caught.value)
