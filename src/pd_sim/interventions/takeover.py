"""Takeover: an institution adopts what is done; more people are reached, less well and less genuinely."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field, field_validator

from pd_sim.interventions.base import Chance, known_kinds
from pd_sim.interventions.scheduled import Scheduled
from pd_sim.population import Alteration, Population

__all__ = ["Takeover"]


class Takeover(Scheduled, kind="takeover"):
    """While it lasts, the interventions after it in the arm do more for more people, with less in it.

    "A bit better for a few more" against dilution: places and visits are multiplied by ``reach``, what they convey by
    ``fidelity``, and what people take part in by ``genuine``.
    """

    mechanics: ClassVar[tuple[str, ...]] = ("takeover",)

    reach: float = Field(2.0, ge=0, le=100, description="factor of places, visits and reach")
    fidelity: Chance = Field(0.6, description="factor of what is delivered as meant")
    genuine: Chance = Field(0.4, description="factor of how genuine taking part is")
    price: float = Field(1.0, ge=0, le=100, description="factor of every price")
    kinds: tuple[str, ...] = Field((), description="kinds of intervention it takes over; empty: all after it")
    payers: tuple[str, ...] = Field((), description="whose interventions it takes over; empty: everybody's")

    @field_validator("kinds")
    @classmethod
    def _known(cls, kinds: tuple[str, ...]) -> tuple[str, ...]:
        return known_kinds(kinds)

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Change the conditions for those that act after it."""
        factors = (self.reach, self.fidelity, self.genuine, self.price)
        pop.alter(Alteration(pop.turn.active.values, self.payers, self.kinds, factors=factors))
