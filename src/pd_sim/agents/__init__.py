"""The Mesa engine: households and interventions as agents, for those who want to look at or change one of them."""

from __future__ import annotations

from pd_sim.agents.model import CommunityModel, InterventionAgent

from pd_sim.agents.household import Household  # isort: skip (mesa is imported with care in model.py)

__all__ = ["CommunityModel", "Household", "InterventionAgent"]
