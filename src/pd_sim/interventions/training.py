"""Training: sessions held by a source that brings its own solution."""

from __future__ import annotations

from typing import Any, Literal

from pd_sim.interventions.base import Chance
from pd_sim.interventions.scheduled import Source
from pd_sim.interventions.sessions import Sessions, but, hold_sessions
from pd_sim.population import Population

__all__ = ["Training"]


class Training(Sessions, kind="training"):
    """Sessions to which everybody is invited; by default experts show the outside solution."""

    source: Source = but("source", "expert")
    teaches: Literal["hosts", "local", "outside"] = but("teaches", "outside")
    keeps: Chance = but("keeps", 0.5)
    involves: Chance = but("involves", 0.3)

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Hold a session in every village."""
        hold_sessions(self, step, pop, hosts=pop.in_the_open, invited=~pop.nobody())
