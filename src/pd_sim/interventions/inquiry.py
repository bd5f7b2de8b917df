"""Inquiry: experts hear those who live with the issue, and may, or may not, change what they prescribe."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from pd_sim.interventions.base import Capacity, Chance, Money, PerHousehold
from pd_sim.interventions.scheduled import Scheduled
from pd_sim.interventions.sessions import capacity
from pd_sim.population import PerVillage, Population, Variant

__all__ = ["Inquiry"]

_ASSUMED: dict[str, Any] = {"sure": "A", "source": "assumption"}


class Inquiry(Scheduled, kind="inquiry"):
    """Professionals sit and listen; households with need testify ("inverted citizen inquiry").

    At its beginning witnesses are asked in each village: of the households with need, each is willing with the chance
    turnout · trust in experts, and as many as there are seats testify. A hearing is held in every step until there
    were ``hearings`` of them; witnesses meet there, so that ties may form, but nobody is told of the practice, coached
    or encouraged.

    With the last hearing what professionals take in, (1 − resistance) of it, takes effect. Every household's fit
    number for the outside variant is multiplied by 1 − insight · (1 − resistance), so that what experts prescribe fits
    more households (`Population.adapt`); and trust of the witnesses in experts rises, trust += heard ·
    (1 − resistance) · (1 − trust).

    Both are 0 unless set: those who ran one say that it *confirmed* what the professionals thought already.

    From the evidence it carries: the inverted citizen inquiry (``insight``); people come together as people, and trust
    is earned (``heard``); professionals who keep fixing (``resistance``). Every size is an assumption.
    """

    mechanics: ClassVar[tuple[str, ...]] = ("inquiry",)

    hearings: int = Field(4, ge=1, le=520, description="hearings it takes, one a step", json_schema_extra=_ASSUMED)
    witnesses: Capacity = Field(8, description="most households of a village that testify", json_schema_extra=_ASSUMED)
    turnout: Chance = Field(
        0.3,
        description="chance that a household with need is willing to testify, at full trust in experts",
        json_schema_extra=_ASSUMED,
    )
    insight: Chance = Field(
        0.0,
        description="how much better the outside solution fits afterwards; 0: it confirms what experts thought",
        json_schema_extra={"sure": "S", "source": "told of the one case: it confirmed what they thought"},
    )
    heard: Chance = Field(
        0.0, description="trust in experts that those who testified gain by it", json_schema_extra=_ASSUMED
    )
    resistance: Chance = Field(
        0.0, description="share of what is said that professionals do not take in", json_schema_extra=_ASSUMED
    )
    cost_hearing: Money = Field(0.0, description="money a hearing costs")
    staff_hours: float = Field(0.0, ge=0, le=10_000, description="hours of paid work a hearing takes")

    class State(NamedTuple):
        """Who testifies, and how many hearings were held in each village."""

        witness: PerHousehold[bool]
        held: PerVillage[int]

    @model_validator(mode="after")
    def _time_to_hear(self) -> Inquiry:
        if self.stop is not None and self.stop - self.start < self.hearings:
            raise ValueError(
                f"hearings ({self.hearings}) are more than the {self.stop - self.start} steps from start to stop; "
                f"stop at {self.start + self.hearings} or later"
            )
        return self

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Hold a hearing where they are not yet over, and settle what comes of them with the last."""
        begins = pop.turn.begins
        if begins.values.any():
            self._call(pop, state, begins)
        due = pop.turn.active & (state.held < self.hearings)
        price = self.cost_hearing + self.staff_hours * pop.wages["staff"]
        held = pop.affords(price, PerVillage(due.values.astype(np.int64))) > 0
        if not held.values.any():
            return
        pop.hold(held)
        pop.met(state.witness & pop.spread(held))
        if self.cost_hearing:
            pop.charge("sessions", held * self.cost_hearing)
        if self.staff_hours:
            pop.work(held * self.staff_hours, "staff")
        state.held = state.held + held.values
        over = pop.spread(held & (state.held == self.hearings))
        taken_in = 1.0 - self.resistance
        if self.insight:
            pop.adapt(over, self.insight * taken_in, Variant.OUTSIDE)
        if self.heard:
            pop.gain_trust(state.witness & over, self.heard * taken_in, "expert")

    def _call(self, pop: Population, state: Any, begins: PerVillage) -> None:
        """Ask households with need to testify, where it begins."""
        asked = pop.trait("need") & pop.spread(begins)
        willing = pop.chance(asked, self.turnout * pop.trust("expert").astype(np.float64), "turnout")
        called = pop.pick(willing, capacity(self.witnesses, pop), "witness")
        state.witness = called | (state.witness & ~pop.spread(begins))
        state.held = np.where(begins.values, 0, state.held.values)
