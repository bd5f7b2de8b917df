"""Broadcast: messages to many; they tell, hardly coach, and push as far as the source is trusted."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from pd_sim.interventions.base import Chance, Money
from pd_sim.interventions.scheduled import Scheduled, Source
from pd_sim.population import Population, Variant

__all__ = ["Broadcast"]


class Broadcast(Scheduled, kind="broadcast"):
    """Every step each household is reached by a message with the same chance."""

    mechanics: ClassVar[tuple[str, ...]] = ("broadcast",)

    source: Source = Field("expert", description="who speaks, and so whose trust counts")
    reach: Chance = Field(0.05, description="chance that a message reaches a household in a step")
    teaches: Literal["local", "outside"] = Field("outside", description="variant the message describes")
    dose: Chance = Field(0.3, description="share of the missing know-how a message could convey")
    keeps: Chance = Field(0.0, description="share of the tacit part conveyed: 0 told, 0.5 shown, 1 done together")
    push: float = Field(0.1, ge=0, le=10, description="encouragement to try, at full trust")
    fidelity: Chance = Field(1.0, description="share of all this that is delivered as meant")
    cost_contact: Money = Field(0.0, description="money each household reached costs")

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Reach some households."""
        reach = np.minimum(self.reach * pop.turn.conditions.capacity, 1.0)
        reached = pop.chance(~pop.nobody(), self.reach if pop.turn.whole else pop.spread(reach), "reach")
        if self.cost_contact:
            paid = pop.affords(self.cost_contact, pop.count(reached))
            if (paid < pop.count(reached)).values.any():
                reached = pop.pick(reached, paid, "paid for")
        pop.tell(reached)
        variant = Variant.LOCAL if self.teaches == "local" else Variant.OUTSIDE
        pop.coach(reached, self.dose * self.fidelity, self.keeps, variant)
        pop.encourage(reached, self.push * self.fidelity, self.source)
        if self.cost_contact:
            pop.charge("messages", pop.count(reached) * self.cost_contact)
