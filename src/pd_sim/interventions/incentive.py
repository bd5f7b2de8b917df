"""Incentive: pay for trying or practising while it lasts, or a one-off subsidy for those who start."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import Field

from pd_sim.interventions.base import Money, PerHousehold
from pd_sim.interventions.sessions import Scheduled
from pd_sim.population import Mask, Population, Stage

__all__ = ["Incentive"]


class Incentive(Scheduled, kind="incentive"):
    """Pay is offered to every household that knows of the practice and taken by those who try or practise.

    ``while_practising`` pays in every step of trying or practising in the open. ``once`` is a subsidy: it counts in
    the decision to try and is paid in the step in which a household is first seen to have started.
    """

    mechanics: ClassVar[tuple[str, ...]] = ("incentive",)

    amount: float = Field(0.1, gt=0, le=10, description="pay a step; one unit weighs as much as one of caution")
    pays: Literal["while_practising", "once"] = Field("while_practising", description="how long a household is paid")
    price: Money = Field(0.0, description="money that one unit of pay costs")
    cost_fixed: Money = Field(0.0, description="money a replicate spends once, at the start")

    class State(NamedTuple):
        """Who was offered a subsidy in the step before, and who has had it."""

        offered: PerHousehold[bool]
        had: PerHousehold[bool]

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Offer pay, and settle with those who have earned it."""
        if self.pays == "once":
            self._settle(pop, state)
        if not self.on(step):
            return
        if step == self.start and self.cost_fixed:
            pop.charge("set-up", self.cost_fixed, per="replicate")
        deciding = pop.at(Stage.AWARE, Stage.LAPSED, Stage.REJECTED)
        if self.pays == "once":
            state.offered = deciding & ~state.had
            pop.pay(state.offered, self.amount)
        else:
            doing = pop.at(Stage.TRYING) | pop.in_the_open
            pop.pay(deciding | doing, self.amount)
            self._charge(pop, doing)

    def _settle(self, pop: Population, state: Any) -> None:
        """Pay those who were offered a subsidy in the step before and took it: they try, or the trial is over."""
        began = pop.at(Stage.TRYING, Stage.PRACTISING, Stage.REJECTED) & (pop.arrays.own["since"] == pop.step - 1)
        earned = state.offered & began
        state.had |= earned
        state.offered = False
        self._charge(pop, earned)

    def _charge(self, pop: Population, earned: Mask) -> None:
        if self.price:
            pop.charge("pay", pop.count(earned) * (self.amount * self.price))
