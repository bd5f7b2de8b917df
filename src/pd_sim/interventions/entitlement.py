"""Entitlement: a new right that few know of, slow to set up and short of supply; where it is not met it costs trust."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field

from pd_sim.interventions.base import Chance, Money, PerHousehold, PerHundred, Steps
from pd_sim.interventions.scheduled import Scheduled
from pd_sim.population import Mask, PerVillage, Population, Stage, Variant

__all__ = ["Entitlement"]

_ASSUMED: dict[str, Any] = {"sure": "A", "source": "assumption"}
_TOLD: dict[str, Any] = {"sure": "S", "source": "told of Right to Control: about 12 months to set up"}


class Entitlement(Scheduled, kind="entitlement"):
    """Households with need have a right to help; they must hear of it, claim it, and be served.

    In each step a household hears of the right with the chance ``known_to``, and so of the practice. One that knows of
    the right, has need and does not practise claims it with the chance ``claims``, once. For ``setup`` steps nothing is
    supplied; then a village is supplied with ``supply`` claims a step, growing evenly to that over ``ramp`` steps.
    Supply that nobody claims lapses. Who of those waiting is served is decided by lot, as far as there is supply and
    money. With the chance ``journey`` a household that is served gets what was meant: it is permitted and equipped to
    try, paid once and coached a little; any other counts as served and gets nothing. A household that waits longer
    than ``patience`` loses trust in experts in every step: trust −= disappoints · trust.

    From the evidence it carries: a new legal right with no demand (``known_to``, ``claims``) or supply behind it
    (``setup``, ``supply``, ``ramp``) and a journey that people never had (``journey``); trust that falls with
    disappointment (``patience``, ``disappoints``); knowing what to do and not being allowed to. An evaluation looks
    too early when it looks before the ramp; cancellation by result is a threat. Every size is an assumption but for
    the time it takes to set up, which those who ran the case told.
    """

    mechanics: ClassVar[tuple[str, ...]] = ("entitlement",)

    known_to: Chance = Field(
        0.01, description="chance in a step that a household hears of its right", json_schema_extra=_ASSUMED
    )
    claims: Chance = Field(
        0.05,
        description="chance in a step that one who knows of the right and has need claims it",
        json_schema_extra=_ASSUMED,
    )
    setup: Steps = Field(
        52, description="steps from its beginning before anything is supplied", json_schema_extra=_TOLD
    )
    supply: Annotated[float, Field(ge=0, le=1_000_000)] | PerHundred = Field(
        1.0, description="claims that a village can be served with in a step", json_schema_extra=_ASSUMED
    )
    ramp: Steps = Field(
        26, description="steps from the first supply to the full one; 0: full at once", json_schema_extra=_ASSUMED
    )
    journey: Chance = Field(1.0, description="share of those served who get what was meant", json_schema_extra=_ASSUMED)
    amount: float = Field(
        0.2,
        ge=0,
        le=10,
        description="pay, once, when served; one unit weighs as much as one of caution",
        json_schema_extra=_ASSUMED,
    )
    teaches: Literal["local", "outside"] = Field("outside", description="variant that those served are told of")
    dose: Chance = Field(
        0.2, description="share of the missing know-how that being served could convey", json_schema_extra=_ASSUMED
    )
    keeps: Chance = Field(
        0.0,
        description="share of the tacit part conveyed: 0 told, 0.5 shown, 1 done together",
        json_schema_extra=_ASSUMED,
    )
    patience: Steps = Field(
        12, description="steps a household waits before it is disappointed", json_schema_extra=_ASSUMED
    )
    disappoints: Chance = Field(
        0.01, description="trust in experts lost in each step of waiting beyond that", json_schema_extra=_ASSUMED
    )
    price: Money = Field(0.0, description="money that one unit of pay costs")
    cost_claim: Money = Field(0.0, description="money each claim that is served costs, whatever the household gets")

    class State(NamedTuple):
        """Who knows of the right, since when each waits (0: no claim yet), who was served, and supply carried over."""

        knows: PerHousehold[bool]
        claimed: PerHousehold[int]
        served: PerHousehold[bool]
        part: PerVillage[float]

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Make it known, take claims, serve some, and disappoint who waits too long."""
        reach = np.minimum(self.known_to * pop.turn.conditions.capacity, 1.0)
        reached = pop.chance(~pop.nobody(), pop.spread(reach), "known")
        pop.tell(reached)
        state.knows |= reached
        free = state.knows & pop.trait("need") & (state.claimed == 0) & ~pop.at(Stage.PRACTISING)
        claiming = pop.chance(free, self.claims, "claim")
        state.claimed = np.where(claiming, step, state.claimed)
        waiting = (state.claimed > 0) & ~state.served
        self._serve(pop, state, waiting)
        late = waiting & ~state.served & (step - state.claimed > self.patience)
        pop.lose_trust(late, self.disappoints, "expert")

    def _serve(self, pop: Population, state: Any, waiting: Mask) -> None:
        """Serve as many as there is supply and money for."""
        supplied = self._supplied(pop, state)
        unit = self.cost_claim + self.amount * self.price
        wanted = PerVillage(np.minimum(supplied, pop.count(waiting).values))
        served = pop.pick(waiting, pop.affords(unit, wanted), "served")
        if not served.any():
            return
        state.served |= served
        meant = pop.chance(served, self.journey * pop.spread(pop.turn.conditions.fidelity), "journey")
        pop.permit(meant)
        pop.equip(meant)
        pop.pay(meant, self.amount)
        pop.coach(meant, self.dose, self.keeps, Variant.LOCAL if self.teaches == "local" else Variant.OUTSIDE)
        if self.cost_claim:
            pop.charge("claims", pop.count(served) * self.cost_claim)
        if self.amount * self.price:
            pop.charge("pay", pop.count(meant) * (self.amount * self.price))

    def _supplied(self, pop: Population, state: Any) -> Any:
        """Whole claims each village can be served with in this step; a part of one is carried over to the next."""
        since = pop.turn.age.values - self.setup
        full = self.supply
        each = full.per_100 * pop.village_sizes.values / 100 if isinstance(full, PerHundred) else full
        grown = np.clip((since + 1) / max(self.ramp, 1), 0.0, 1.0)
        part = state.part.values + pop.turn.active.values * each * grown * pop.turn.conditions.capacity
        whole = np.floor(part + 1e-9)
        state.part = np.maximum(part - whole, 0.0)
        return whole.astype(np.int64)
