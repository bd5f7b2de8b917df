"""Hub: a meeting that the community runs for itself, for as long as enough of its members are willing to host."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from pd_sim.interventions.base import Chance, Count
from pd_sim.interventions.scheduled import WILLING
from pd_sim.interventions.sessions import Sessions, but, hold_sessions
from pd_sim.population import Population

__all__ = ["Hub"]


class Hub(Sessions, kind="hub"):
    """A meeting hosted by households that practise in the open and own the practice.

    Those tied to a host or to a household they see practising are invited, others seldom come. In a step with too few
    willing hosts no meeting is held.
    """

    hosts_needed: Count = but("hosts_needed", 6)
    payer: str = but("payer", "community")
    host_ownership: Chance = Field(WILLING, description="ownership above which one who practises is willing to host")
    turnout_others: Chance = but("turnout_others", 0.02)

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Hold a meeting in every village with enough willing hosts."""
        hosts = pop.hosts(self.host_ownership)
        invited = pop.sees_practice
        hold_sessions(self, step, pop, hosts, invited=invited | pop.near(hosts, asked=~invited))
