"""Budget: what an arm may spend, in all; it stands first in its arm."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field, field_validator, model_validator

from pd_sim.interventions.base import Intervention, Money, PerReplicate, Steps
from pd_sim.population import SPONSOR, VOLUNTEERS, Population, Purse

__all__ = ["Budget"]


class Budget(Intervention, kind="budget"):
    """Money that the interventions after it in the arm may spend, in every replicate; never a penny more is spent.

    ``stop``: everything is done as planned until something cannot be paid for in full; then all that it pays for
    stops. ``thin``: as much is done as the money allows, and it is spread evenly up to ``until``, what is spent once
    at the start put aside first.
    """

    mechanics: ClassVar[tuple[str, ...]] = ("budget",)

    amount: Money = Field(description="money a replicate may spend in all")
    then: Literal["stop", "thin"] = Field("stop", description="whether all stops when it runs out, or less is done")
    until: Steps | None = Field(
        None, description="step up to which money has to last where less is done; none: no pace"
    )
    pays_for: tuple[str, ...] = Field((SPONSOR,), min_length=1, description="payers whose spending it limits")

    @field_validator("pays_for")
    @classmethod
    def _money(cls, payers: tuple[str, ...]) -> tuple[str, ...]:
        if VOLUNTEERS in payers:
            raise ValueError(f"{VOLUNTEERS}: hours of volunteers are valued, not paid; leave them out")
        return payers

    @model_validator(mode="after")
    def _paced(self) -> Budget:
        if self.until is not None and self.then == "stop":
            raise ValueError("until: is the step up to which money has to last; say 'then: thin', or leave it out")
        return self

    class State(NamedTuple):
        """Money spent so far, what of it to set things up, and whether nothing more is paid for."""

        spent: PerReplicate[float]
        set_up: PerReplicate[float]
        closed: PerReplicate[bool]

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Open the purse for this step."""
        pace = min(1.0, step / self.until) if self.then == "thin" and self.until else 1.0
        total = np.full(pop.replicates, self.amount)
        stops = self.then == "stop"
        pop.purse = Purse(total, state.spent, state.set_up, pace, state.closed, self.pays_for, stops)
