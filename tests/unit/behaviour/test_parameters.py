"""Every number of the rules has bounds, an explanation and a source; presets say what the evidence says."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from pd_sim.behaviour import LAPSE_PRESETS, PARAMETERS, Behaviour, Initial, Practice, parameter_record
from pd_sim.behaviour.rules import habit
from tests.unit.behaviour.made import numbers, own, seen

DEFAULTS = {
    "talk_practising": 0.095,
    "talk_heard": 0.012,
    "try_rate": 0.05,
    "session_rate": 0.35,
    "epsilon": 0.001,
    "spontaneous": 0,
    "endorsement": 1,
    "confidence_weight": 0.4,
    "temperature": 0.06,
    "trial": 4,
    "floor": 0.15,
    "learn_near": 0.08,
    "learn_alone": 0.03,
    "gain": 0.3,
    "loss": 0.25,
    "disappointment": 0,
    "habit_rate": 0.1,
    "fresh": 0.06,
    "settled": 0.004,
    "ownership_weight": 0.5,
    "proof_weight": 0.5,
    "crowding": 0.5,
    "pay_full": 0.2,
    "rest": 26,
    "know_how_decay": 0.01,
    "tacitness": 0.6,
    "portability": 0.85,
    "certainty": 0.65,
    "fit_overlap": 0.5,
    "seen_practising": 0.7,
    "seen_stopped": 0.3,
    "seen_never": 0,
}


def test_defaults_are_those_of_the_design():
    record = parameter_record(Behaviour(), Practice())[0]
    assert {name: record[name] for name in DEFAULTS} == DEFAULTS
    assert Practice().positive_deviants == 0.02
    assert Practice().false_leads == 0


@pytest.mark.parametrize("model", [Behaviour, Practice, Initial])
def test_every_field_is_explained_and_cited(model):
    for name, field in model.model_fields.items():
        assert field.description, name
        if model is not Initial:
            assert field.json_schema_extra["sure"] in {"V", "C", "K", "A"}, name
            assert field.json_schema_extra["source"], name


@pytest.mark.parametrize("model", [Behaviour, Practice])
def test_every_number_is_bounded(model):
    for name in model.model_fields.keys() - {"decision", "lapse", "threshold_counts"}:
        for wrong in (-0.1, 1e9 + 0.5, float("nan"), float("inf"), -float("inf")):
            with pytest.raises(ValidationError):
                model(**{name: wrong})


def test_rest_may_be_a_number_or_never():
    assert parameter_record(Behaviour(rest="never"), Practice())[0]["rest"] == -1
    assert parameter_record(Behaviour(rest=1), Practice())[0]["rest"] == 1
    for wrong in (0, -1, "always", 5201, 1.5):
        with pytest.raises(ValidationError):
            Behaviour(rest=wrong)


def test_blocks_are_frozen_and_know_their_fields():
    with pytest.raises(ValidationError):
        Behaviour().trial = 3
    with pytest.raises(ValidationError):
        Behaviour(trail=3)


def test_the_record_holds_each_number_under_its_name():
    values = {name: 0.25 for name in Behaviour.model_fields if Behaviour.model_fields[name].annotation is float}
    record = parameter_record(Behaviour(**values, settled=0.125, fresh=0.5, trial=7, threshold_counts=True), Practice())
    for name, value in {**values, "settled": 0.125, "fresh": 0.5, "trial": 7, "threshold_counts": 1}.items():
        assert record[name] == value, name
    assert set(PARAMETERS.names) >= {*values, "decision"}


def test_fresh_below_settled_is_refused():
    with pytest.raises(ValidationError, match=r"fresh \(0.001\) is below settled \(0.004\)"):
        Behaviour(fresh=0.001)
    assert Behaviour(fresh=0.2).settled_chance == 0.004
    assert Behaviour(lapse="hardware", settled=0.005).fresh_chance == 0.01


def still_practising(weeks, proof=0.0, **lapse):
    """Share still practising after so many steps, with this share of ties seen practising."""
    p = numbers(**lapse)
    chance = [habit(own(), seen(step=step), p) * (1 - p["proof_weight"] * proof) for step in range(1, weeks + 1)]
    return float(np.prod(1 - np.array(chance)))


@pytest.mark.parametrize(("weeks", "share"), [(52, 0.51), (104, 0.39), (156, 0.30)])
def test_contraception_goes_on_as_in_korea(weeks, share):
    assert still_practising(weeks, 0.35, lapse="contraception") == pytest.approx(share, abs=0.02)


def test_hardware_is_in_use_after_two_years_as_in_the_sanitation_studies():
    assert still_practising(104, lapse="hardware") == pytest.approx(0.87, abs=0.03)


def test_nobody_lapses_where_there_is_no_lapse():
    assert LAPSE_PRESETS["none"][:2] == (0, 0)
    assert still_practising(520, lapse="none") == 1


def test_a_habit_is_nearly_whole_after_29_weeks():
    p = numbers()
    gone = (habit(own(), seen(step=30), p) - p["settled"]) / (p["fresh"] - p["settled"])
    assert gone == pytest.approx(0.05, abs=0.01)
