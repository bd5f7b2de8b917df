"""What can be done in a community: one file an intervention, each acting through the verbs of the population."""

from __future__ import annotations

from pd_sim.interventions.base import (
    Capacity,
    Chance,
    Count,
    Intervention,
    Memory,
    Money,
    PerHousehold,
    PerHundred,
    PerReplicate,
    Steps,
    intervention_kinds,
    kind_named,
    labels_of,
    new_memory,
)
from pd_sim.interventions.broadcast import Broadcast
from pd_sim.interventions.facilitation import Facilitation
from pd_sim.interventions.hub import Hub
from pd_sim.interventions.incentive import Incentive
from pd_sim.interventions.sessions import Scheduled, Sessions, hold_sessions
from pd_sim.interventions.training import Training

__all__ = [
    "Broadcast",
    "Capacity",
    "Chance",
    "Count",
    "Facilitation",
    "Hub",
    "Incentive",
    "Intervention",
    "Memory",
    "Money",
    "PerHousehold",
    "PerHundred",
    "PerReplicate",
    "Scheduled",
    "Sessions",
    "Steps",
    "Training",
    "hold_sessions",
    "intervention_kinds",
    "kind_named",
    "labels_of",
    "new_memory",
]
