"""Villages side by side in one set of arrays: households, groups, verbs, pick and count."""

from __future__ import annotations

from pd_sim.population.laying import Founded
from pd_sim.population.per_village import PerVillage
from pd_sim.population.population import Mask, Population
from pd_sim.population.records import COUNTERS, HOUSEHOLD, SEEN, Arrays, Prompt, Shown, Stage, Variant

__all__ = [
    "COUNTERS",
    "HOUSEHOLD",
    "SEEN",
    "Arrays",
    "Founded",
    "Mask",
    "PerVillage",
    "Population",
    "Prompt",
    "Shown",
    "Stage",
    "Variant",
]
