"""How one household decides: the rules and their compiled loop, decision rules by name, bounded cited parameters."""

from __future__ import annotations

from pd_sim.behaviour.decisions import compiled_rule, decision_names, decision_rule
from pd_sim.behaviour.outcome import Outcome, meet_the_issue
from pd_sim.behaviour.parameters import (
    LAPSE_PRESETS,
    PARAMETERS,
    Behaviour,
    Initial,
    Practice,
    ceilings,
    parameter_record,
)

__all__ = [
    "LAPSE_PRESETS",
    "PARAMETERS",
    "Behaviour",
    "Initial",
    "Outcome",
    "Practice",
    "ceilings",
    "compiled_rule",
    "decision_names",
    "decision_rule",
    "meet_the_issue",
    "parameter_record",
]
