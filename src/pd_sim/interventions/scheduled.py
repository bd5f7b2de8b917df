"""When an intervention acts: from step to step, in rounds, from a share or from enough volunteers on; and who pays."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from pd_sim.interventions.base import Chance, Count, Intervention, Money, Steps
from pd_sim.population import SPONSOR

__all__ = ["WILLING", "Scheduled", "Source"]

Source = Literal["peer", "expert"]
"""Who acts, and so whose trust counts."""

WILLING = 0.4
"""Ownership above which one who practises in the open is willing to host, unless the intervention says otherwise."""


class Scheduled(Intervention):
    """An intervention with a time of its own, and somebody who pays for it."""

    start: Steps = Field(1, description="first step in which it may act")
    stop: Steps | None = Field(None, description="step in which it acts no more; none: it never stops")
    again: Steps | None = Field(None, description="steps from the start of one round to that of the next; none: once")
    begins_at: Chance | None = Field(
        None, description="share of a village practising in the open from which it begins there; none: at once"
    )
    begins_with: Count | None = Field(
        None, description="households of a village willing to host with which it begins there; none: at once"
    )
    ends_at: Chance | None = Field(
        None, description="share of a village practising in the open from which it has ended there; none: never"
    )
    ends_with: Count | None = Field(
        None, description="households of a village willing to host with which it has ended there; none: never"
    )
    payer: str = Field(
        SPONSOR, pattern=r"^[A-Za-z][A-Za-z0-9 _-]{0,39}$", description="who pays, and whose threats it shares"
    )
    leader: Chance = Field(0.0, description="how far it depends on one leader, lost when the leader leaves")
    cost_fixed: Money = Field(0.0, description="money a replicate spends once, when it first begins")
    cost_step: Money = Field(0.0, description="money a replicate spends in every step in which it acts")

    @model_validator(mode="after")
    def _some_time(self) -> Scheduled:
        if self.stop is not None and self.stop <= self.start:
            raise ValueError(f"stop ({self.stop}) is not after start ({self.start}); it could never act")
        if self.again is not None and (self.stop is None or self.again < self.stop - self.start):
            round_takes = "" if self.stop is None else f" {self.stop - self.start}"
            raise ValueError(f"again ({self.again}): give stop too, and at least the{round_takes} steps of a round")
        for begins, ends in (("begins_at", "ends_at"), ("begins_with", "ends_with")):
            first, last = getattr(self, begins), getattr(self, ends)
            if first is not None and last is not None and last <= first:
                raise ValueError(f"{ends} ({last}) is not above {begins} ({first}); it could never act")
        return self

    @property
    def waits(self) -> bool:
        """Whether what a village has come to decides when it begins or ends there."""
        return any(x is not None for x in (self.begins_at, self.begins_with, self.ends_at, self.ends_with))

    def winds_up(self, step: int) -> bool:
        """Whether it still has something to settle in this step, although its time is over."""
        return False

    def age(self, step: int) -> int | None:
        """Steps since the present round may have begun; none outside its time."""
        if step < self.start:
            return None
        since = step - self.start
        if self.again is not None:
            since %= self.again
        return since if self.stop is None or since < self.stop - self.start else None
