"""One household, what it sees, and parameters, to hand to a rule."""

from __future__ import annotations

import numpy as np

from pd_sim.behaviour import Behaviour, Practice, parameter_record
from pd_sim.population import HOUSEHOLD, SEEN


def own(**fields):
    """A household's record; 0 wherever nothing is given."""
    record = np.zeros(1, HOUSEHOLD)[0]
    for name, value in fields.items():
        record[name] = value
    return record


def seen(practising=0.0, heard=0.0, degree=None, step=1):
    """What a household sees, with as many ties as it sees practise unless told otherwise."""
    record = np.zeros(1, SEEN)[0]
    degree = practising if degree is None else degree
    record["practising"], record["heard"], record["degree"], record["step"] = practising, heard, degree, step
    record["proof"] = practising / degree if degree else 0.0
    return record


def numbers(**fields):
    """Parameters, by default those of `Behaviour` and `Practice`."""
    behaviour = {k: v for k, v in fields.items() if k in Behaviour.model_fields}
    return parameter_record(Behaviour(**behaviour), Practice(**{k: fields[k] for k in fields.keys() - behaviour}))[0]


def kept(value):
    """A number as it is stored."""
    return float(np.float32(value))
