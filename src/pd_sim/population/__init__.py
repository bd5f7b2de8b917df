"""Villages side by side in one set of arrays: households, groups, verbs, pick and count."""

from __future__ import annotations

from pd_sim.population.acting import SET_UP, VOLUNTEERS
from pd_sim.population.laying import Founded
from pd_sim.population.per_village import PerVillage
from pd_sim.population.population import Mask, Population
from pd_sim.population.purse import Purse
from pd_sim.population.records import COUNTERS, HOUSEHOLD, SEEN, Arrays, Mark, Prompt, Shown, Stage, Variant
from pd_sim.population.turn import SPONSOR, Alteration, Conditions, Turn

__all__ = [
    "COUNTERS",
    "HOUSEHOLD",
    "SEEN",
    "SET_UP",
    "SPONSOR",
    "VOLUNTEERS",
    "Alteration",
    "Arrays",
    "Conditions",
    "Founded",
    "Mark",
    "Mask",
    "PerVillage",
    "Population",
    "Prompt",
    "Purse",
    "Shown",
    "Stage",
    "Turn",
    "Variant",
]
