"""Mandate: the practice is required, and those who are inspected are pressed, for as long as it is enforced."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from pd_sim.interventions.base import Chance, Money
from pd_sim.interventions.scheduled import Scheduled
from pd_sim.population import PerVillage, Population, Stage

__all__ = ["Mandate"]

_ASSUMED: dict[str, Any] = {"sure": "A", "source": "assumption"}


class Mandate(Scheduled, kind="mandate"):
    """In each step some households of each village, chosen by lot, are inspected: told what is required, and pressed.

    The threat of a ``penalty`` weighs as much as as much pay would, and works in the same places, for as long as it
    lasts. It makes those who do not practise readier to try. It keeps those who try or practise in the open from
    lapsing in that step (with a penalty of `Behaviour.pay_full` or more, all of them). And a step of practice under
    it makes less of a habit (`Behaviour.crowding`), so that some of what was pressed falls away when inspections
    end. Both are counted as paid, though no money changes hands. Who practises hidden is not noticed. Pressed
    households that do not practise may come to resent it and trust experts less (``resents``).
    """

    mechanics: ClassVar[tuple[str, ...]] = ("mandate",)

    penalty: float = Field(
        0.3,
        ge=0,
        le=10,
        description="how strongly the inspected are pressed; one unit weighs as much as one of pay or caution",
        json_schema_extra=_ASSUMED,
    )
    inspected: Chance = Field(
        0.05, description="share of a village's households inspected in a step, by lot", json_schema_extra=_ASSUMED
    )
    resents: Chance = Field(
        0.0, description="trust in experts lost by one who is pressed and does not practise", json_schema_extra=_ASSUMED
    )
    cost_inspection: Money = Field(0.0, description="money an inspection costs")
    staff_hours: float = Field(0.0, ge=0, le=10_000, description="hours of paid work an inspection takes")

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Inspect some households, tell them, and press those that are not seen to practise anyway."""
        share = np.minimum(self.inspected * pop.turn.conditions.capacity, 1.0)
        wanted = PerVillage(np.floor(pop.village_sizes.values * share + 0.5).astype(np.int64))
        price = self.cost_inspection + self.staff_hours * pop.wages["staff"]
        inspected = pop.pick(~pop.nobody(), pop.affords(price, wanted), "inspected")
        pop.tell(inspected)
        pressed = inspected & ~pop.hidden
        pop.pay(pressed, self.penalty)
        if self.resents:
            pop.lose_trust(pressed & ~pop.at(Stage.PRACTISING), self.resents, "expert")
        if self.cost_inspection:
            pop.charge("inspections", pop.count(inspected) * self.cost_inspection)
        if self.staff_hours:
            pop.work(pop.count(inspected) * self.staff_hours, "staff")
