"""Whose turn it is: in which villages an intervention acts this step, and under what conditions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pd_sim.population.per_village import PerVillage

__all__ = ["SPONSOR", "Alteration", "Conditions", "Turn"]

SPONSOR = "sponsor"
"""Payer of everything that does not name another."""

Floats = npt.NDArray[np.float64]


class Conditions(NamedTuple):
    """Factors, one a village, 1 in the usual case: of what can be done, how well, how genuinely, and at what price."""

    capacity: Floats
    fidelity: Floats
    genuine: Floats
    price: Floats

    @classmethod
    def usual(cls, villages: int) -> Conditions:
        """Nothing is other than meant."""
        return cls(*(np.ones(villages) for _ in cls._fields))


@dataclass(frozen=True)
class Alteration:
    """What a threat or a takeover changes for the interventions that act after it in this step."""

    where: npt.NDArray[np.bool_]
    """Villages, ``[V]``."""
    payers: Collection[str] = ()
    """Whose interventions; none: everybody's."""
    kinds: Collection[str] = ()
    """Interventions of these kinds; none: all."""
    closes: bool = False
    """Whether they do not act at all."""
    factors: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    """Of capacity, fidelity, genuine and price."""
    leaderless: bool = False
    """Whether what depends on a leader is lost: capacity, by how far it depends."""

    def hits(self, kind: str, payer: str) -> bool:
        """Whether it concerns an intervention."""
        return (not self.payers or payer in self.payers) and (not self.kinds or kind in self.kinds)


class Turn(NamedTuple):
    """One intervention's turn in one step.

    Attributes
    ----------
    active
        Villages in which it acts.
    begins
        Villages in which it begins, or begins another round.
    age
        Steps since it began in a village, 0 in its first step.
    conditions
        Factors of what it does.
    payer
        Who pays for it.
    whole
        Whether it acts in every village, under usual conditions.
    """

    active: PerVillage
    begins: PerVillage
    age: PerVillage
    conditions: Conditions
    payer: str
    whole: bool

    @classmethod
    def usual(cls, villages: int, step: int, payer: str = SPONSOR) -> Turn:
        """Turn of what began at step 1 and acts everywhere, as meant."""
        return cls(
            PerVillage(np.ones(villages, bool)),
            PerVillage(np.full(villages, step <= 1)),
            PerVillage(np.full(villages, max(step - 1, 0))),
            Conditions.usual(villages),
            payer,
            True,
        )
