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
from pd_sim.interventions.budget import Budget
from pd_sim.interventions.challenge import Challenge
from pd_sim.interventions.entitlement import Entitlement
from pd_sim.interventions.facilitation import Facilitation
from pd_sim.interventions.hub import Hub
from pd_sim.interventions.incentive import Incentive
from pd_sim.interventions.inquiry import Inquiry
from pd_sim.interventions.mandate import Mandate
from pd_sim.interventions.on_request import OnRequest
from pd_sim.interventions.scheduled import Scheduled
from pd_sim.interventions.seeding import Seeding
from pd_sim.interventions.sessions import Sessions, hold_sessions
from pd_sim.interventions.takeover import Takeover
from pd_sim.interventions.threats import Threat
from pd_sim.interventions.train_facilitators import TrainFacilitators
from pd_sim.interventions.training import Training
from pd_sim.interventions.turns import Turns

__all__ = [
    "Broadcast",
    "Budget",
    "Capacity",
    "Challenge",
    "Chance",
    "Count",
    "Entitlement",
    "Facilitation",
    "Hub",
    "Incentive",
    "Inquiry",
    "Intervention",
    "Mandate",
    "Memory",
    "Money",
    "OnRequest",
    "PerHousehold",
    "PerHundred",
    "PerReplicate",
    "Scheduled",
    "Seeding",
    "Sessions",
    "Steps",
    "Takeover",
    "Threat",
    "TrainFacilitators",
    "Training",
    "Turns",
    "hold_sessions",
    "intervention_kinds",
    "kind_named",
    "labels_of",
    "new_memory",
]
