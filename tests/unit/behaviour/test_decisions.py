"""Own decision rules: registered by name, compiled, used by both engines, refused with a reason."""

from __future__ import annotations

import math

import pytest

import pd_sim as ps
from pd_sim.behaviour import compiled_rule, decision_names
from pd_sim.errors import BehaviourError, PdSimError, UnknownNameError
from tests.builders import Everybody, scenario

ARM = {"arm": [Everybody(tells=True, reveals=True, push=0.1)]}


def run_with(rule, engine="compiled", **behaviour):
    town = scenario(
        {"generator": "village", "households": 40},
        ARM,
        steps=20,
        behaviour={"decision": rule, **behaviour},
        practice={"positive_deviants": 4},
    )
    return ps.run(town, "arm", 1, engine=engine)


def test_an_own_rule_runs_on_both_engines():
    @ps.decision_rule("keen_on_proof")
    def keen_on_proof(own, seen, parameters):
        return parameters.try_rate * math.sqrt(seen.proof) if seen.degree > 0 else 0.0

    assert "keen_on_proof" in decision_names()
    runs = [run_with("keen_on_proof", engine) for engine in ("compiled", "mesa")]
    assert runs[0].digest == runs[1].digest != run_with("logistic").digest
    assert runs[0].frame()["trials"].sum() > 0


def test_an_own_rule_that_copies_a_built_in_one_gives_the_same_bytes():
    @ps.decision_rule("copy_of_simple")
    def copy_of_simple(own, seen, parameters):
        outside = 1.0 - (1.0 - parameters.outside) * (1.0 - min(1.0, own.push + own.pay))
        return 1.0 - (1.0 - outside) * (1.0 - parameters.per_tie) ** seen.practising

    assert run_with("copy_of_simple", per_tie=0.1).digest == run_with("simple", per_tie=0.1).digest


def test_a_rule_given_again_replaces_the_first():
    for chance in (0.0, 1.0):
        ps.decision_rule("given_again")(lambda own, seen, parameters, chance=chance: chance) if False else None

    @ps.decision_rule("given_again")
    def nobody(own, seen, parameters):
        return 0.0

    assert run_with("given_again").frame()["trials"].sum() == 0

    @ps.decision_rule("given_again")
    def everybody(own, seen, parameters):
        return 1.0

    assert run_with("given_again").frame()["trials"].sum() > 0


@pytest.mark.parametrize("name", ["logistic", "threshold", "simple", "external"])
def test_a_built_in_name_is_refused(name):
    with pytest.raises(BehaviourError, match=f"^decision rule '{name}' is built in; give your own another name$"):
        ps.decision_rule(name)


def test_a_rule_of_other_arguments_is_refused():
    with pytest.raises(BehaviourError, match=r"write it as def short\(own, seen, parameters\)"):

        @ps.decision_rule("short")
        def short(own):
            return 0.5


@pytest.mark.parametrize("fault", ["unknown field", "returns text", "uses an object"])
def test_a_rule_that_cannot_be_compiled_is_refused_in_one_line(fault):
    def unknown_field(own, seen, parameters):
        return own.courage

    def returns_text(own, seen, parameters):
        return "yes"

    def uses_an_object(own, seen, parameters):
        return ps.Scenario.load("village").steps

    rule = {"unknown field": unknown_field, "returns text": returns_text, "uses an object": uses_an_object}[fault]
    with pytest.raises(BehaviourError) as caught:
        ps.decision_rule("faulty")(rule)
    assert "\n" not in str(caught.value)
    assert "'faulty'" in str(caught.value)
    assert "faulty" not in decision_names()


def test_an_unknown_rule_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'threshold'"):
        compiled_rule("treshold")
    with pytest.raises(PdSimError, match=r"^behaviour.*decision.*did you mean 'logistic'"):
        run_with("logstic")
