"""On request: no brochures, no roadshows; advice is given to those who ask for it, and to nobody else."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from pd_sim.interventions.base import Capacity, Chance, Money
from pd_sim.interventions.scheduled import Scheduled, Source
from pd_sim.interventions.sessions import capacity
from pd_sim.population import PerVillage, Population, Stage, Variant

__all__ = ["OnRequest"]

_ASSUMED: dict[str, Any] = {"sure": "A", "source": "assumption"}


class OnRequest(Scheduled, kind="on_request"):
    """Households that have heard of the practice and need it may ask for advice, and get it as far as there is room.

    In each step a household with need that is aware, has lapsed or has rejected the practice asks with the chance
    ``asks`` · trust in the source, or ``asks_seeing`` · trust in the source if it sees a tie practise. As many as can
    be advised are, by lot; the others may ask again. Those advised are coached, encouraged and involved. Nobody is
    told of the practice by it, and it does nothing for those who did not ask: others have to make it known.
    """

    mechanics: ClassVar[tuple[str, ...]] = ("on_request",)

    source: Source = Field("expert", description="who advises, and so whose trust counts")
    asks: Chance = Field(
        0.01,
        description="chance in a step that one who could ask does, at full trust, where it sees nobody practise",
        json_schema_extra=_ASSUMED,
    )
    asks_seeing: Chance = Field(
        0.05, description="the same for one who sees a tie practise", json_schema_extra=_ASSUMED
    )
    places: Capacity = Field(
        5, description="most households of a village that are advised in a step", json_schema_extra=_ASSUMED
    )
    teaches: Literal["local", "outside"] = Field("outside", description="variant they are advised on")
    dose: Chance = Field(0.5, description="share of the missing know-how that advice could convey")
    keeps: Chance = Field(
        0.5,
        description="share of the tacit part conveyed: 0 told, 0.5 shown, 1 done together",
        json_schema_extra=_ASSUMED,
    )
    involves: Chance = Field(
        0.5, description="how far those advised take part in shaping it", json_schema_extra=_ASSUMED
    )
    genuine: Chance = Field(1.0, description="how genuine that part is")
    fidelity: Chance = Field(1.0, description="share of all this that is delivered as meant")
    push: float = Field(0.3, ge=0, le=10, description="encouragement to try, at full trust", json_schema_extra=_ASSUMED)
    cost_advice: Money = Field(0.0, description="money that advising a household once costs")
    staff_hours: float = Field(0.0, ge=0, le=10_000, description="hours of paid work it takes to advise a household")

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Hear who asks, and advise as many as there is room and money for."""
        could = pop.trait("need") & pop.at(Stage.AWARE, Stage.LAPSED, Stage.REJECTED)
        chance = np.where(pop.sees_practice, self.asks_seeing, self.asks) * pop.trust(self.source).astype(np.float64)
        asking = pop.chance(could, chance, "asks")
        wanted = PerVillage(np.minimum(capacity(self.places, pop).values, pop.count(asking).values))
        price = self.cost_advice + self.staff_hours * pop.wages["staff"]
        advised = pop.pick(asking, pop.affords(price, wanted), "advised")
        variant = Variant.LOCAL if self.teaches == "local" else Variant.OUTSIDE
        pop.coach(advised, self.dose * self.fidelity, self.keeps, variant)
        pop.encourage(advised, self.push * self.fidelity, self.source)
        pop.involve(advised, self.involves * self.fidelity, self.genuine)
        if self.cost_advice:
            pop.charge("visits", pop.count(advised) * self.cost_advice)
        if self.staff_hours:
            pop.work(pop.count(advised) * self.staff_hours, "staff")
