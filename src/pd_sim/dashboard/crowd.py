"""Granovetter's crowd, person by person: when each acts, and what one person more cautious changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from pd_sim.dashboard.lessons import granovetter
from pd_sim.engine import run_compiled
from pd_sim.population import Stage
from pd_sim.scenario import Scenario

__all__ = ["PEOPLE", "Crowd", "changed", "crowd_of", "law"]

PEOPLE = 100
"""People in the square."""


@dataclass(frozen=True)
class Crowd:
    """What every person wants to see, the round in which each acts (−1: never), and how many act in the end."""

    wants: npt.NDArray[np.int16]
    acts_in: npt.NDArray[np.int16]

    @property
    def acting(self) -> int:
        """How many act in the end."""
        return int((self.acts_in >= 0).sum())


def crowd_of(scenario: Scenario) -> Crowd:
    """Run a crowd, in the engine that everything else runs in."""
    found = run_compiled(scenario, "nothing", 1)
    acts = found.history.stage == Stage.PRACTISING
    acts_in = np.where(acts.any(axis=0), acts.argmax(axis=0), -1)
    wants = found.population.arrays.own["caution"]
    return Crowd(np.asarray(wants, np.int16), acts_in.astype(np.int16))


@cache
def changed(person: int) -> Crowd:
    """The crowd in which the person who wants to see so many wants to see one more; −1: nobody is changed."""
    return crowd_of(granovetter(PEOPLE, {person: person + 1} if person >= 0 else {}))


@cache
def law() -> tuple[int, ...]:
    """How many act in the end, for every person who may be made to wait for one more: run, not reckoned."""
    return tuple(changed(person).acting for person in range(PEOPLE))
