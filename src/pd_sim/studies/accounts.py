"""Money, practice and incidents of every arm of a comparison, step by step and replicate by replicate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pd_sim.analysis.discounting import step_factors
from pd_sim.errors import ResultError, UnknownNameError
from pd_sim.scenario.economics import Economics

__all__ = ["EFFECTS", "Accounts"]

Floats = npt.NDArray[np.float64]

EFFECTS: dict[str, str] = {
    "adopter": "household that ever practised",
    "adopter at the end": "household that practises at the last step",
    "adopter-year": "household-year of practice",
}
"""What a cost is given for one of: each beyond what the baseline has."""


@dataclass(frozen=True, eq=False)
class Accounts:
    """What the arms of a comparison spend and do, as arrays; `Appraisal` says what follows."""

    arms: tuple[str, ...]
    baseline: str
    """The arm without a programme, beyond which effects are counted."""
    prices: Economics
    step: str
    steps: int
    spent: Mapping[str, Mapping[tuple[str, str], Floats]]
    """Money by arm and (payer, heading), ``[replicate, step + 1]``."""
    households: Mapping[str, Mapping[str, Floats]]
    """Households practising, and that ever practised, by arm, ``[replicate, step + 1]``."""
    incidents: Mapping[str, Floats]
    """Expected incidents of the issue by arm, likewise."""
    hours: Mapping[str, Mapping[str, Floats]]
    """Hours of staff and of volunteers by arm, ``[replicate]``."""
    notes: tuple[str, ...] = ()
    """What a reader must know before using a number."""
    unit: str = "household"
    """What a household stands for, such as a pupil."""

    def effect(self, arm: str, per: str = "adopter-year", *, discounted: bool = True) -> Floats:
        """One of `EFFECTS` in an arm, by itself, in each replicate."""
        if per not in EFFECTS:
            raise UnknownNameError("effect", per, EFFECTS)
        held = self.households[self.known(arm)]
        if per == "adopter":
            return np.asarray(held["ever_practised"][:, -1])
        if per == "adopter at the end":
            return np.asarray(held["practising"][:, -1])
        factors = self.health_factors if discounted else np.ones(self.steps + 1)
        return np.asarray((held["practising"] * factors)[:, 1:].sum(axis=1) / self.prices.steps_a_year)

    def extra_cost(self, arm: str, versus: str, *, avoided: bool = True, discounted: bool = True) -> Floats:
        """Money spent in an arm less that in another, less extra avoided costs if asked, in each replicate."""
        flow = self.all_spent(arm) - self.all_spent(versus)
        if avoided:
            flow = flow - self.avoided(arm, versus, self.prices.avoided)
        return np.asarray((flow * (self.money_factors if discounted else 1.0)).sum(axis=1))

    @cached_property
    def money_factors(self) -> Floats:
        """What money of each step is worth in the first year, ``[step + 1]``."""
        return step_factors(self.steps, self.prices.steps_a_year, self.prices.discount)

    @cached_property
    def health_factors(self) -> Floats:
        """The same for years of practice."""
        return step_factors(self.steps, self.prices.steps_a_year, self.prices.health_discount)

    @cached_property
    def money_payers(self) -> list[str]:
        """Payers whose money moves, the sponsor first."""
        names = {payer for arm in self.arms for payer, _ in self.spent[arm]} | set(self.prices.avoided)
        return sorted(names, key=lambda name: (name != "sponsor", name))

    @cached_property
    def all_payers(self) -> list[str]:
        """All who pay, avoid costs or to whom practice is worth something."""
        return [*self.money_payers, *(who for who in self.prices.worth if who not in self.money_payers)]

    def known(self, arm: str) -> str:
        """The name of an arm, or a `ResultError` that offers the nearest one."""
        if arm not in self.arms:
            raise ResultError(str(UnknownNameError("arm", arm, self.arms)))
        return arm

    def paid(self, arm: str, payer: str) -> Floats:
        """Money a payer spends in each step, ``[replicate, step + 1]``."""
        return self._sum(amounts for (who, _), amounts in self.spent[self.known(arm)].items() if who == payer)

    def all_spent(self, arm: str) -> Floats:
        """Money spent in each step, whoever pays, ``[replicate, step + 1]``."""
        return self._sum(self.spent[self.known(arm)].values())

    def _sum(self, flows: Iterable[Floats]) -> Floats:
        total: Floats = np.zeros_like(self.incidents[self.baseline])
        for flow in flows:
            total = total + flow
        return total

    def avoided(self, arm: str, versus: str, payers: Iterable[str]) -> Floats:
        """Costs these payers avoid in each step, because an arm has fewer incidents than another."""
        each = sum(self.prices.avoided.get(payer, 0.0) for payer in payers)
        return np.asarray((self.incidents[self.known(versus)] - self.incidents[self.known(arm)]) * each)

    def worth(self, arm: str, stakeholders: Iterable[str]) -> Floats:
        """What practice in each step is worth to these, by itself."""
        each = sum(self.prices.worth.get(who, 0.0) for who in stakeholders)
        value = np.asarray(self.households[self.known(arm)]["practising"] * (each / self.prices.steps_a_year))
        value[:, 0] = 0.0  # the start takes no time
        return value
