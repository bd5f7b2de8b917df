"""Threats: what may befall a programme. They belong to the scenario and hit, in every arm, what there is to hit."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator, model_validator

from pd_sim.interventions.base import Chance, Intervention, PerReplicate, known_kinds
from pd_sim.population import COUNTERS, SPONSOR, Alteration, PerVillage, Population, Stage

__all__ = [
    "Cancellation",
    "CompetingTargets",
    "CostLoading",
    "LeaderLeaves",
    "PolicyChange",
    "SponsorRestructured",
    "TakeoverOfTheRunning",
    "Threat",
]

_POLICY = ("entitlement", "incentive", "mandate")


class Threat(Intervention):
    """Something that happens at a step, or with a chance in every step; the same in every arm of a replicate."""

    mechanics: ClassVar[tuple[str, ...]] = ("threat",)

    at: Annotated[int, Field(ge=1, le=30_000)] | None = Field(None, description="step in which it happens")
    hazard: Chance | None = Field(None, description="chance in every step that it happens, where no step is given")
    lasts: Annotated[int, Field(ge=1, le=30_000)] | None = Field(None, description="steps it lasts; none: for good")

    class State(NamedTuple):
        """Step in which it happened, 0: not yet."""

        since: PerReplicate[int]

    @model_validator(mode="after")
    def _once(self) -> Threat:
        if (self.at is None) == (self.hazard is None):
            raise ValueError("give either the step it happens at (at) or its chance in a step (hazard)")
        return self

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Happen, and hit what there is to hit as long as it lasts."""
        now = state.since == 0
        if self.at is not None:
            now &= step == self.at
        else:
            now &= pop.replicate_draws("happens") < float(self.hazard or 0.0)
        now &= self.comes(pop)
        state.since = np.where(now, step, state.since)
        lasting = state.since > 0
        if self.lasts is not None:
            lasting &= step - state.since < self.lasts
        if lasting.any():
            self.hit(pop, lasting[pop.replicate_of_village])

    def comes(self, pop: Population) -> npt.NDArray[np.bool_]:
        """Replicates in which nothing averts it."""
        return np.ones(pop.replicates, bool)

    def hit(self, pop: Population, where: npt.NDArray[np.bool_]) -> None:
        """Hit what there is to hit in these villages, in this step."""
        raise NotImplementedError


class SponsorRestructured(Threat, kind="sponsor_restructured"):
    """Whoever pays is reorganised: all it pays for stops, or is cut."""

    payers: tuple[str, ...] = Field((SPONSOR,), min_length=1, description="who is reorganised")
    keeps: Chance = Field(0.0, description="share of places, visits and reach that is kept")

    def hit(self, pop: Population, where: npt.NDArray[np.bool_]) -> None:
        """Stop it, or cut it."""
        pop.alter(Alteration(where, self.payers, closes=self.keeps == 0.0, factors=(self.keeps, 1.0, 1.0, 1.0)))


class CompetingTargets(Threat, kind="competing_targets"):
    """Those who are paid have other targets to meet: less is done, and less well."""

    payers: tuple[str, ...] = Field((SPONSOR,), min_length=1, description="whose people have other targets")
    capacity: Chance = Field(0.5, description="share of places, visits and reach that is left")
    fidelity: Chance = Field(0.7, description="share of what is delivered as meant that is left")

    def hit(self, pop: Population, where: npt.NDArray[np.bool_]) -> None:
        """Do less, and less well."""
        pop.alter(Alteration(where, self.payers, factors=(self.capacity, self.fidelity, 1.0, 1.0)))


class PolicyChange(Threat, kind="policy_change"):
    """The law or the rules change: instruments of policy end."""

    kinds: tuple[str, ...] = Field(_POLICY, min_length=1, description="kinds of intervention that end")

    @field_validator("kinds")
    @classmethod
    def _known(cls, kinds: tuple[str, ...]) -> tuple[str, ...]:
        return kinds if kinds == _POLICY else known_kinds(kinds)

    def hit(self, pop: Population, where: npt.NDArray[np.bool_]) -> None:
        """End them."""
        pop.alter(Alteration(where, kinds=self.kinds, closes=True))


class CostLoading(Threat, kind="cost_loading"):
    """Costs of elsewhere are loaded on: everything has a higher price."""

    factor: float = Field(1.5, ge=1, le=100, description="factor of every price")
    payers: tuple[str, ...] = Field((), description="whose costs rise; empty: everybody's")

    def hit(self, pop: Population, where: npt.NDArray[np.bool_]) -> None:
        """Raise prices."""
        pop.alter(Alteration(where, self.payers, factors=(1.0, 1.0, 1.0, self.factor)))


class TakeoverOfTheRunning(Threat, kind="takeover_of_the_running"):
    """An institution takes over what the community runs: reach may go up, fidelity and genuine involvement go down."""

    payers: tuple[str, ...] = Field(
        ("community",), description="whose interventions are taken over; empty: everybody's"
    )
    reach: float = Field(1.0, ge=0, le=100, description="factor of places, visits and reach")
    fidelity: Chance = Field(0.6, description="factor of what is delivered as meant")
    genuine: Chance = Field(0.2, description="factor of how genuine taking part is")

    def hit(self, pop: Population, where: npt.NDArray[np.bool_]) -> None:
        """Take over."""
        pop.alter(Alteration(where, self.payers, factors=(self.reach, self.fidelity, self.genuine, 1.0)))


class LeaderLeaves(Threat, kind="leader_leaves"):
    """The one on whom it depends leaves: of what depends on a leader, that part is lost."""

    def hit(self, pop: Population, where: npt.NDArray[np.bool_]) -> None:
        """Lose what depends on the leader, in each intervention as far as it says."""
        pop.alter(Alteration(where, leaderless=True))


class Cancellation(Threat, kind="cancellation"):
    """At a step, somebody looks at the result of the step before: below it, all the sponsor pays for is cancelled."""

    measure: Literal["practising", "seen", "aware", "ever_practised", "participants"] = Field(
        "seen", description="what is looked at, as a share of households; seen: practising in the open"
    )
    unless: Chance = Field(0.25, description="share from which it is not cancelled")
    payers: tuple[str, ...] = Field((SPONSOR,), min_length=1, description="whose interventions are cancelled")

    def comes(self, pop: Population) -> npt.NDArray[np.bool_]:
        """Replicates with too low a share."""
        counts = pop.arrays.counts[:, COUNTERS.index(self.measure)]
        if self.measure == "aware":  # who has heard of it, whatever came of that
            counts = pop.village_sizes.values - pop.arrays.counts[:, Stage.UNAWARE]
        share = pop.by_replicate(PerVillage(counts)) / pop.by_replicate(pop.village_sizes)
        return np.asarray(share < self.unless - 1e-9)

    def hit(self, pop: Population, where: npt.NDArray[np.bool_]) -> None:
        """Cancel."""
        pop.alter(Alteration(where, self.payers, closes=True))
