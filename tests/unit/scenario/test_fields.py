"""Values out of bounds or of the wrong type are refused by name, never repaired; `set` changes one by its path."""

from __future__ import annotations

import math

import pytest

import pd_sim as ps
from pd_sim.community import Lattice
from pd_sim.engine import found
from pd_sim.errors import CommunityError, PdSimError, ScenarioError, UnknownNameError
from tests.builders import Planned, graph, scattered, scenario

TOWN = scenario(
    {"generator": "village", "households": 40},
    {"nothing": [], "a": [{"training": {"places": 5}}, {"hub": {}}], "b": [{"hub": {}}, {"hub": {"start": 9}}]},
)


def refused(field, value, message):
    with pytest.raises(PdSimError, match=message) as caught:
        TOWN.set(field, value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("steps", 0, "^steps: .*greater than or equal to 1, not 0$"),
        ("steps", 5201, "^steps: .*5200, not 5201$"),
        ("name", "", "^name: .*at least 1 character"),
        ("takeoff", 1.5, "^takeoff: .*less than or equal to 1, not 1.5$"),
        ("takeoff", math.nan, "^takeoff: "),
        ("community.households", 1, "^community.households: .*not 1$"),
        ("community.mean_degree", 39.0, r"^community: mean_degree 39 is too many among 40 households"),
        ("community.villages", 0, "^community.villages: "),
        ("community.draw", "twice", "^community.draw: .*'each' or 'once'"),
        ("behaviour.try_rate", -0.1, "^behaviour.try_rate: .*greater than or equal to 0, not -0.1$"),
        ("behaviour.try_rate", math.inf, "^behaviour.try_rate: "),
        ("behaviour.pay_full", 0, "^behaviour.pay_full: .*greater than 0"),
        ("behaviour.fresh", 0.001, r"^behaviour: fresh \(0.001\) is below settled \(0.004\)"),
        ("practice.certainty", 1.01, "^practice.certainty: .*not 1.01$"),
        ("practice.positive_deviants", -1, "^practice.positive_deviants: "),
        ("initial.aware", -0.5, "^initial.aware: "),
        ("traits.caution", -0.1, "^traits.caution: "),
        ("traits.caution", {"mean": 0.5, "sd": 0.6}, "^traits.caution: .*sd 0.6 is impossible with mean 0.5.*0.5$"),
        ("traits.trust_peer", 1.2, "^traits.trust_peer: .*1.2 is above 1"),
        ("traits.trust_peer", {"mean": 0.5, "sd": 0.1, "shape": "normal"}, "^traits.trust_peer: .*use shape beta"),
        ("traits.caution", [], "^traits.caution: .*list is empty"),
        ("arms.a.training.turnout", 2, r"^arms.a\[0\].training.turnout: .*not 2$"),
        ("arms.a.training.places", -1, r"^arms.a\[0\].training.places: "),
        ("arms.a.training.places", {"per_100": -1}, r"^arms.a\[0\].training.places.*: "),
        ("arms.a.training.start", -1, r"^arms.a\[0\].training.start: "),
        ("arms.a.training.stop", 1, r"^arms.a\[0\].training: stop \(1\) is not after start \(1\)"),
        ("arms.a.training.every", 0, r"^arms.a\[0\].training.every: "),
        ("arms", {}, "^arms: give at least one arm, such as 'nothing: \\[\\]'"),
        ("arms", [], "^arms: should hold arms by name"),
        ("arms", None, "^arms: should hold arms by name"),
        ("arms", {"": []}, "^arms: arm '': use letters"),
        ("arms", {"a/b": []}, "^arms: arm 'a/b': use letters"),
        ("arms.a", "training", "^arms.a: should be a list of interventions"),
        ("arms.a", {"training": {}}, "^arms.a: should be a list of interventions"),
        ("arms.a", [5], r"^arms.a\[0\]: should be one intervention with its fields"),
        ("arms.a", [None], r"^arms.a\[0\]: should be one intervention"),
        ("arms.a", [{"training": {}, "hub": {}}], r"^arms.a\[0\]: should be one intervention"),
        ("arms.a", [{"training": 5}], r"^arms.a\[0\].training: should hold fields, such as 'name: value', not 5$"),
        ("community", "village", "^community: should hold fields, such as 'generator: village'"),
        ("community", [], "^community: should hold fields"),
        ("behaviour", 3, "^behaviour: should hold fields, such as 'name: value', not 3$"),
    ],
)
def test_out_of_bounds_or_out_of_place(field, value, message):
    refused(field, value, message)


NUMBERS = [
    *("steps", "takeoff", "community.households", "community.mean_degree", "behaviour.try_rate", "behaviour.trial"),
    *("behaviour.rest", "behaviour.fresh", "practice.positive_deviants", "practice.certainty", "initial.aware"),
    *("traits.caution", "traits.trust_peer", "traits.need", "traits.confidence", "arms.a.training.places"),
    *("arms.a.training.start", "arms.a.training.turnout", "arms.a.training.cost_fixed", "arms.a.training.push"),
]


@pytest.mark.parametrize("wrong", [True, "3", "0.5", [0.5, "x"], None, {"a": 1}])
@pytest.mark.parametrize("field", NUMBERS)
def test_a_number_is_never_made_out_of_something_else(field, wrong):
    if wrong is None and field in {"behaviour.fresh", "arms.a.training.stop"}:
        return  # none is one of its values
    refused(field, wrong, "^" + field.replace("arms.a.", r"arms.a\[0\]."))


@pytest.mark.parametrize("field", ["steps", "behaviour.trial", "community.households", "arms.a.training.places"])
def test_a_whole_number_has_no_fraction(field):
    refused(field, 40.5, field.split(".")[-1])


@pytest.mark.parametrize("wrong", ["yes", 1, 0, "true", None])
@pytest.mark.parametrize("field", ["initial.seen", "behaviour.threshold_counts"])
def test_yes_and_no_are_neither_numbers_nor_words(field, wrong):
    refused(field, wrong, f"^{field}: ")


@pytest.mark.parametrize("field", ["name", "title", "step", "behaviour.decision"])
def test_words_are_no_numbers(field):
    refused(field, 5, field.split(".")[-1])


def test_names_of_households_are_words():
    refused("initial.aware", [1, 2], "^initial.aware")
    refused("initial.practising", ["a", 3], "^initial.practising")


@pytest.mark.parametrize("needed", ["name", "community", "arms"])
def test_what_is_needed(needed):
    document = TOWN.to_dict()
    del document[needed]
    with pytest.raises(ScenarioError, match=f"^{needed}: this field is needed$"):
        ps.Scenario.from_dict(document)


def test_the_first_of_several_unknown_fields_is_named():
    with pytest.raises(ScenarioError, match=r"^zzz: unknown field"):
        ps.Scenario.from_dict({"zzz": 1, "aaa": 2, **TOWN.to_dict()})


def test_more_positive_deviants_than_households_and_unknown_households_are_told_when_the_village_is_drawn():
    with pytest.raises(ScenarioError, match=r"^practice.positive_deviants: 41 households are asked for"):
        found(TOWN.set("practice.positive_deviants", 41), 1)
    with pytest.raises(ScenarioError, match=r"^initial.aware: unknown household 'nobody'"):
        found(TOWN.set("initial.aware", ["nobody"]), 1)
    with pytest.raises(CommunityError, match=r"^(traits.)?caution: 3 values are listed for 40 households"):
        found(TOWN.set("traits.caution", [0.1, 0.2, 0.3]), 1)


# ── set ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("steps", 7, lambda s: s.steps),
        ("community.households", 33, lambda s: s.community.households),
        ("traits.caution", "never", lambda s: "never" if s.traits.caution == math.inf else None),
        ("traits.caution.mean", 0.3, lambda s: s.traits.caution.mean),
        ("practice.tacitness", 0.2, lambda s: s.practice.tacitness),
        ("behaviour.rest", "never", lambda s: s.behaviour.rest),
        ("initial.aware", ["1", "2"], lambda s: list(s.initial.aware)),
        ("arms.a.training.places", 9, lambda s: s.arms["a"][0].places),
        ("arms.a.0.training.places", 9, lambda s: s.arms["a"][0].places),
        ("arms.a.training.places", {"per_100": 4}, lambda s: {"per_100": s.arms["a"][0].places.per_100}),
        ("arms.b.1.hub.start", 12, lambda s: s.arms["b"][1].start),
        ("arms.new", [], lambda s: list(s.arms["new"])),
    ],
)
def test_set_changes_one_field_in_a_copy(field, value, read):
    start = TOWN.set("traits.caution", {"mean": 0.2, "sd": 0.1})
    before = start.content_hash
    changed = start.set(field, value)
    assert read(changed) == value
    assert start.content_hash == before != changed.content_hash
    assert start.set(field, value).content_hash == changed.content_hash


def test_set_of_a_default_that_was_not_written_out():
    assert TOWN.set("arms.a.hub.places", 4).arms["a"][1].places == 4
    caution = TOWN.set("traits.caution.mean", 0.3).traits.caution
    assert (caution.mean, caution.sd) == (0.3, 0.12)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("practise.tacitness", "^practise: unknown field; did you mean 'practice'"),
        ("practice.tacit", "^practice.tacit: unknown field; did you mean 'tacitness'"),
        ("stpes", "^stpes: unknown field; did you mean 'steps'"),
        ("steps.more", "^steps: is one value; it has no field 'more'$"),
        ("name.first.letter", "^name: is one value"),
        ("arms.a.trainng.places", "^arms.a.trainng: no such intervention in this arm; did you mean 'training'"),
        ("arms.a.training", "^arms.a.training: name the intervention and its field"),
        ("arms.a.0", "^arms.a.0: name the intervention and its field"),
        ("arms.a.2.hub.places", "^arms.a.2: the arm has 2 interventions, counted from 0$"),
        ("arms.a.1.training.places", r"^arms.a(\.1|\[1\]).*(hub|one intervention)"),
        ("arms.b.hub.start", "^arms.b.hub: the arm has 2 of this kind; use the place, such as 0.hub$"),
        ("arms.c.hub.start", "unknown arm 'c'"),
        ("arms.a.training.plces", r"^arms.a\[0\].training.plces: unknown field; did you mean 'places'"),
        ("", "unknown field"),
        (".", "unknown field"),
        ("practice.", "^practice"),
    ],
)
def test_a_path_that_leads_nowhere(field, message):
    refused(field, 1, message)


def test_a_scenario_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        TOWN.steps = 3
    with pytest.raises(UnknownNameError, match="unknown arm 'nothng'; did you mean 'nothing'"):
        TOWN.arm("nothng")


def test_set_works_on_scenarios_made_in_python():
    one = scenario(graph(scattered(1, [12])), {"a": [Planned()]}).set("steps", 7).set("behaviour.trial", 1)
    assert (one.steps, one.behaviour.trial, ps.run(one, "a", 1).community.n) == (7, 1, 12)
    two = scenario(Lattice(height=3, width=4)).set("community.width", 5)
    assert (two.community.height, two.community.width) == (3, 5)
    assert two.set("community.torus", False).set("steps", 3).community == Lattice(height=3, width=5, torus=False)
