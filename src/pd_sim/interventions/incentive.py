"""Incentive: pay for trying or practising while it lasts, a subsidy for those who start, or the hardware it takes."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field

from pd_sim.interventions.base import Chance, Money, PerHousehold
from pd_sim.interventions.scheduled import Scheduled
from pd_sim.population import Mark, Mask, PerVillage, Population, Stage

__all__ = ["Incentive"]


class Incentive(Scheduled, kind="incentive"):
    """Pay is offered to every entitled household that knows of the practice, and taken by those who try or practise.

    ``while_practising`` pays in every step of trying or practising in the open. ``once`` is a subsidy: it counts in
    the decision to try and is paid in the step in which a household is first seen to have started. Households that
    lack the hardware may be given it: with the chance ``equips`` in a step, once they know of the practice.
    """

    mechanics: ClassVar[tuple[str, ...]] = ("incentive",)

    amount: float = Field(0.1, ge=0, le=10, description="pay a step; one unit weighs as much as one of caution")
    pays: Literal["while_practising", "once"] = Field("while_practising", description="how long a household is paid")
    entitled: Chance = Field(1.0, description="share of a village's households that are entitled, chosen by lot")
    equips: Chance = Field(0.0, description="chance in a step that one who lacks the hardware takes it up")
    price: Money = Field(0.0, description="money that one unit of pay costs")
    cost_hardware: Money = Field(0.0, description="money the hardware of a household costs")

    class State(NamedTuple):
        """Who is entitled, who was offered a subsidy in the step before, and who has had it."""

        entitled: PerHousehold[bool]
        offered: PerHousehold[bool]
        had: PerHousehold[bool]

    def winds_up(self, step: int) -> bool:
        """Subsidies offered in its last step are settled in the next one."""
        return self.pays == "once" and self.age(step) is None and self.age(step - 1) is not None

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Offer pay and hardware, and settle with those who have earned it."""
        if self.pays == "once":
            self._settle(pop, state)
        if self.age(step) is None:
            return
        state.entitled |= self._entitled(pop)
        if self.equips:
            self._equip(pop, state)
        deciding = pop.at(Stage.AWARE, Stage.LAPSED, Stage.REJECTED) & state.entitled
        unit = self.amount * self.price
        if self.pays == "once":
            state.offered = self._payable(pop, deciding & ~state.had, unit)
            pop.pay(state.offered, self.amount)
        else:
            doing = (pop.at(Stage.TRYING) | pop.in_the_open) & state.entitled
            doing = self._payable(pop, doing, unit)
            pop.pay(deciding | doing, self.amount)
            self._charge(pop, "pay", doing, unit)

    def _entitled(self, pop: Population) -> Mask:
        """Those who are entitled, drawn in each village in which it begins."""
        begins = pop.turn.begins
        if not begins.values.any():
            return pop.nobody()
        everyone = pop.spread(begins)
        if self.entitled == 1.0:
            return everyone
        wanted = PerVillage((pop.village_sizes.values * self.entitled + 0.5).astype(int)) * begins
        return pop.pick(everyone, wanted, "entitled")

    def _equip(self, pop: Population, state: Any) -> None:
        lacking = (pop.trait("marks") & Mark.NO_HARDWARE) != 0
        knows = ~pop.at(Stage.UNAWARE)
        taken = pop.chance(lacking & knows & state.entitled, self.equips, "hardware")
        taken = self._payable(pop, taken, self.cost_hardware)
        pop.equip(taken)
        self._charge(pop, "hardware", taken, self.cost_hardware)

    def _settle(self, pop: Population, state: Any) -> None:
        """Pay those who were offered a subsidy in the step before and took it: they try, or the trial is over."""
        began = pop.at(Stage.TRYING, Stage.PRACTISING, Stage.REJECTED) & (pop.trait("since") == pop.step - 1)
        earned = self._payable(pop, state.offered & began, self.amount * self.price)
        state.had |= earned
        state.offered = False
        self._charge(pop, "pay", earned, self.amount * self.price)

    @staticmethod
    def _payable(pop: Population, mask: Mask, unit: float) -> Mask:
        """As many of these as there is money for, and as threats leave."""
        wanted = pop.count(mask)
        left = np.minimum(np.floor(wanted.values * pop.turn.conditions.capacity + 0.5), wanted.values)
        granted = pop.affords(unit, PerVillage(left.astype(np.int64)))
        return mask if (granted.values == wanted.values).all() else pop.pick(mask, granted, "paid for")

    @staticmethod
    def _charge(pop: Population, heading: str, mask: Mask, unit: float) -> None:
        if unit:
            pop.charge(heading, pop.count(mask) * unit)
