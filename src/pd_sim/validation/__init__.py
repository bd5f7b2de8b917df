"""Whether the simulator is to be believed: published results that must come out, and arms that must be alike."""

from __future__ import annotations

from pd_sim.validation.checks import Check, Published, Verdict
from pd_sim.validation.effects import Effect, effects
from pd_sim.validation.exposure import exposure_at_adoption
from pd_sim.validation.suite import RESULTS, chosen, validate

__all__ = [
    "RESULTS",
    "Check",
    "Effect",
    "Published",
    "Verdict",
    "chosen",
    "effects",
    "exposure_at_adoption",
    "validate",
]
