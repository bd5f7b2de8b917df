"""The declarative object that a run starts from, YAML in and out, and the shipped cases."""

from __future__ import annotations

from pd_sim.scenario.cases import case_names, case_path
from pd_sim.scenario.evidence import Evaluation, Target
from pd_sim.scenario.principles import PRINCIPLES, Principles, without
from pd_sim.scenario.scenario import Arm, Scenario

__all__ = [
    "PRINCIPLES",
    "Arm",
    "Evaluation",
    "Principles",
    "Scenario",
    "Target",
    "case_names",
    "case_path",
    "without",
]
