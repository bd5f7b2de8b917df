"""What an intervention acts under: whose turn it is, what threats have altered, and the money it may spend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.errors import InterventionError, UnknownNameError
from pd_sim.population.per_village import PerVillage
from pd_sim.population.purse import CENT, Purse, share_out
from pd_sim.population.records import Arrays
from pd_sim.population.turn import SPONSOR, Alteration, Conditions, Turn
from pd_sim.streams import draws

__all__ = ["SET_UP", "VOLUNTEERS", "Acting"]

SET_UP = "set-up"
"""Heading of what is spent once, at the beginning."""

VOLUNTEERS = "volunteers"
"""Who gives the hours of volunteers; what they are worth is told, and no budget pays it."""


class Acting:
    """The part of a population that knows whose turn it is and keeps the accounts."""

    arrays: Arrays
    step: int

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.step = 0
        self.turn = Turn.usual(self.villages, 0)
        self.spent: dict[str, npt.NDArray[np.float64]] = {}
        """Money each village has spent in this step, by heading (``payer: heading`` unless the sponsor paid)."""
        self.amounts: dict[str, npt.NDArray[np.float64]] = {}
        """Other sums of this step, one a village: hours of work, expected incidents."""
        self.wages = {"staff": 0.0, "volunteer": 0.0}
        """Money an hour of work is worth."""
        self.purse: Purse | None = None
        """The arm's budget, once it has been opened in this step."""
        self._alterations: list[Alteration] = []

    @property
    def villages(self) -> int:
        """Number of villages, over all replicates."""
        return len(self.arrays.village_start) - 1

    @property
    def replicates(self) -> int:
        """Number of replicates side by side."""
        return len(self.arrays.seed)

    @property
    def replicate_of_village(self) -> npt.NDArray[np.int64]:
        """Replicate each village belongs to, shape ``[V]``."""
        return np.repeat(np.arange(self.replicates), np.diff(self.arrays.replicate_start))

    def stream(self, purpose: str) -> np.uint64:
        """Key of the stream for a purpose, for whom the present block draws."""
        raise NotImplementedError

    def spread(self, per_village: PerVillage | npt.ArrayLike) -> npt.NDArray[Any]:
        """Give every household its village's value."""
        values = per_village.values if isinstance(per_village, PerVillage) else np.asarray(per_village)
        return np.repeat(values, np.diff(self.arrays.village_start))

    def forget_step(self) -> None:
        """Start a step: nothing is spent, altered or budgeted in it yet."""
        for amounts in (*self.spent.values(), *self.amounts.values()):
            amounts[:] = 0.0
        self.purse = None
        self._alterations.clear()

    def charge(self, heading: str, amount: float | PerVillage, per: str = "village") -> None:
        """Spend money under a heading this step; whoever pays for the intervention pays.

        Parameters
        ----------
        heading
            What it is spent on.
        amount
            Money, one amount for all or one a village; villages in which the intervention does not act spend nothing.
        per
            ``village``: each village spends the amount. ``replicate``: each replicate does, shared equally among
            its villages in which the intervention acts.

        Raises
        ------
        InterventionError
            The amount is no sum from 0, or more than the arm's budget has left (ask `affords` first).
        """
        if per not in ("village", "replicate"):
            raise UnknownNameError("base of a charge", per, ("village", "replicate"))
        values = np.asarray(amount.values if isinstance(amount, PerVillage) else amount, float)
        if values.shape not in ((), (self.villages,)) or not (np.isfinite(values) & (values >= 0)).all():
            raise InterventionError(
                f"a charge for {heading!r} must be a sum from 0, one for all villages or one for each"
            )
        active = self.turn.active.values
        if per == "replicate":
            acting = np.add.reduceat(active, self.arrays.replicate_start[:-1], dtype=np.int64)
            values = values / np.maximum(acting, 1)[self.replicate_of_village]
        self._spend(heading, np.where(active, values * self.turn.conditions.price, 0.0), self.turn.payer)

    def _spend(self, heading: str, values: npt.NDArray[np.float64], payer: str) -> None:
        purse = self.purse
        if purse is not None and payer in purse.pays_for:
            sums = np.add.reduceat(values, self.arrays.replicate_start[:-1])
            purse.spent[:] += sums
            if heading == SET_UP:
                purse.set_up[:] += sums
            if (purse.spent > purse.total + CENT).any():
                raise InterventionError(
                    f"a charge for {heading!r} is more than the budget has left; ask pop.affords(price, wanted) first"
                )
        key = heading if payer == SPONSOR else f"{payer}: {heading}"
        self.spent.setdefault(key, np.zeros(self.villages))
        self.spent[key] += values

    def affords(
        self,
        price: float | PerVillage,
        wanted: int | PerVillage,
        committed: float | PerVillage = 0.0,
        *,
        to_set_up: bool | npt.NDArray[np.bool_] = False,
    ) -> PerVillage:
        """How many units each village can pay for, at most those wanted; without a budget, all of them.

        Parameters
        ----------
        price
            Money a unit costs, one for all or one a village, before what threats do to prices.
        wanted
            Units each village would take.
        committed
            Money each village is already going to spend in this step, one for all or one a village.
        to_set_up
            Whether it is for setting something up, which need not wait for money that is paced; one for all
            replicates or one for each.
        """
        units = np.asarray(wanted.values if isinstance(wanted, PerVillage) else wanted)
        units = np.where(self.turn.active.values, units, 0).astype(np.int64)
        purse, prices = self.purse, np.asarray(price.values if isinstance(price, PerVillage) else price, float)
        prices = prices * self.turn.conditions.price
        if purse is None or self.turn.payer not in purse.pays_for or not (prices > 0).any():
            return PerVillage(units)
        sums = np.where(self.turn.active.values, np.asarray(getattr(committed, "values", committed), float), 0.0)
        already = np.add.reduceat(sums * self.turn.conditions.price, self.arrays.replicate_start[:-1])
        left = np.maximum(purse.left(to_set_up=to_set_up) - already, 0.0)
        granted = units.copy()
        for r in range(self.replicates):
            of = slice(int(self.arrays.replicate_start[r]), int(self.arrays.replicate_start[r + 1]))
            if float((units[of] * prices[of]).sum()) <= left[r] + CENT:
                continue
            if purse.stops:
                purse.closed[r], granted[of] = True, 0
            else:
                granted[of] = share_out(units[of], prices[of], float(left[r]), self.step)
        return PerVillage(granted)

    def work(self, hours: PerVillage, who: str) -> None:
        """Count hours of work by ``staff`` or ``volunteer``s; where an hour has a price, it is charged as time."""
        if who not in self.wages:
            raise UnknownNameError("kind of work", who, self.wages)
        worked = np.where(self.turn.active.values, np.asarray(hours.values, float), 0.0)
        self.amounts.setdefault(f"{who}_hours", np.zeros(self.villages))
        self.amounts[f"{who}_hours"] += worked
        if self.wages[who]:
            payer = self.turn.payer if who == "staff" else VOLUNTEERS
            self._spend("time", worked * self.wages[who] * self.turn.conditions.price, payer)

    # ── turns and conditions ────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def taking(self, turn: Turn) -> Iterator[None]:
        """Let the verbs within this block act in the villages of a turn, and under its conditions."""
        before, self.turn = self.turn, turn
        try:
            yield
        finally:
            self.turn = before

    def alter(self, alteration: Alteration) -> None:
        """Change the conditions of the interventions that act after this one in this step."""
        self._alterations.append(alteration)

    def conditions(
        self, kind: str, payer: str, leader: float = 0.0
    ) -> tuple[npt.NDArray[np.bool_] | None, Conditions | None]:
        """Villages closed to an intervention and the conditions it acts under in this step; none: as usual."""
        hits = [a for a in self._alterations if a.hits(kind, payer) and (leader > 0.0 or not a.leaderless)]
        if not hits:
            return None, None
        closed = np.zeros(self.villages, bool)
        factors = Conditions.usual(self.villages)
        for hit in hits:
            closed |= hit.where & (hit.closes or (hit.leaderless and leader == 1.0))
            by = (1.0 - leader, 1.0, 1.0, 1.0) if hit.leaderless else hit.factors
            factors = Conditions(*(np.where(hit.where, f * b, f) for f, b in zip(factors, by, strict=True)))
        return closed, factors

    def altered(self, amounts: Any, *factors: str) -> npt.NDArray[np.float64]:
        """Amounts as the turn's conditions leave them, one a household unless the conditions are as usual."""
        if self.turn.whole:
            return np.asarray(amounts)
        by = np.prod([getattr(self.turn.conditions, factor) for factor in factors], axis=0)
        return np.minimum(np.asarray(amounts) * self.spread(by), np.maximum(amounts, 1.0))

    def replicate_draws(self, purpose: str) -> npt.NDArray[np.float64]:
        """One draw of this step a replicate, the same in every arm, ``[R]``."""
        stream, nobody = self.stream(purpose), np.zeros(1, np.uint64)
        return np.array([draws(int(seed), stream, self.step, nobody)[0] for seed in self.arrays.seed])

    def by_replicate(self, values: PerVillage) -> npt.NDArray[Any]:
        """Sum of a number over the villages of each replicate, ``[R]``."""
        return np.add.reduceat(np.asarray(values.values), self.arrays.replicate_start[:-1])
