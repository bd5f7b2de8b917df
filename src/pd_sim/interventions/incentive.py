"""Incentive: pay for trying or practising while it lasts, or a one-off subsidy for those who start."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import Field

from pd_sim.interventions.base import Money, PerHousehold
from pd_sim.interventions.sessions import Scheduled
from pd_sim.population import Population, Stage

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
        """Who has had a subsidy."""

        had: PerHousehold[bool]

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Offer pay, and settle with those who have earned it."""
        if not self.on(step):
            return
        if step == self.start and self.cost_fixed:
            pop.charge("set-up", self.cost_fixed, per="replicate")
        deciding = pop.at(Stage.AWARE, Stage.LAPSED, Stage.REJECTED)
        doing = pop.at(Stage.TRYING) | pop.in_the_open
        if self.pays == "once":
            earned = pop.at(Stage.TRYING) & ~state.had
            pop.pay(deciding & ~state.had, self.amount)
            state.had |= earned
        else:
            earned = doing
            pop.pay(deciding | doing, self.amount)
        if self.price:
            pop.charge("pay", pop.count(earned) * (self.amount * self.price))
