"""Training facilitators: those who own the practice learn to run sessions, at home or in another village."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from pd_sim.errors import ScenarioError
from pd_sim.interventions.base import Capacity, Chance, Count, Money, PerHousehold
from pd_sim.interventions.scheduled import WILLING
from pd_sim.interventions.sessions import Sessions, but, capacity, hold_sessions
from pd_sim.population import Mask, PerVillage, Population, Variant

__all__ = ["TrainFacilitators"]

_ASSUMED: dict[str, Any] = {"sure": "A", "source": "assumption"}
_Number = Annotated[int, Field(ge=1, le=1_000_000)]
_Ints = npt.NDArray[np.int64]


class TrainFacilitators(Sessions, kind="train_facilitators"):
    """Households that own the practice are trained to run sessions, and run them from the next step on.

    A training is held in the first step and every ``training_every`` steps from then on: in each village, or in the
    one named in ``trains_in``, so many of those who practise in the open with an ownership above ``host_ownership``
    become facilitators of generation 1. Each facilitator at work trains more, in the village it serves, up to the last
    of the ``generations``. A facilitator of generation g delivers ``skill_kept``^g of what a session is meant to
    (times ``fidelity``); with several of them in a village it is their mean. Whoever stops practising in the open does
    not work as one until it practises again.

    Facilitators serve their own village, or the other villages of their replicate, dealt out evenly (what does not
    divide goes round from step to step), or one village by its number: Gosport's teenage parents became facilitators
    in a school of 2,000. Each adds ``places`` to the session of the village it serves. At home those tied to a
    facilitator or to a household they see practising are invited, others seldom come; where none of the village's
    own facilitators serve, everybody is. Sessions teach what most of those who serve practise.
    """

    hosts_needed: Count = Field(1, description="facilitators a session needs")
    places: Capacity = Field(
        10, description="places each facilitator adds to the session of a village", json_schema_extra=_ASSUMED
    )
    turnout_others: Chance = but("turnout_others", 0.02)
    how_many: Capacity = Field(
        2, description="owners the programme trains in each village at a training", json_schema_extra=_ASSUMED
    )
    training_every: int = Field(
        13, ge=1, le=5200, description="steps from one training to the next", json_schema_extra=_ASSUMED
    )
    training_for: Annotated[int, Field(ge=1, le=30_000)] | None = Field(
        None, description="steps from its beginning in which the programme itself trains; none: as long as it acts"
    )
    trains_in: _Number | None = Field(
        None, description="village in which the programme trains, by its number from 1; none: in each"
    )
    host_ownership: Chance = Field(WILLING, description="ownership above which one who practises can be trained")
    serves: Literal["own", "others"] | _Number = Field(
        "own", description="villages in which facilitators work: own, others, or one by its number from 1"
    )
    generations: int = Field(
        1, ge=1, le=20, description="1: only the programme trains; 2: those it trained train others; and so on"
    )
    each_trains: Count = Field(
        1,
        description="owners each facilitator trains at a training, in the village it serves",
        json_schema_extra=_ASSUMED,
    )
    skill_kept: Chance = Field(
        0.8, description="share of the skill that is left in each generation", json_schema_extra=_ASSUMED
    )
    cost_training: Money = Field(0.0, description="money the training of a facilitator costs, whoever trains it")

    class State(NamedTuple):
        """Generation of each facilitator (0: none), and how many worked in each village in the last step."""

        generation: PerHousehold[int]
        received: PerVillage[int]

    @model_validator(mode="after")
    def _time_to_work(self) -> TrainFacilitators:
        if self.stop is not None and self.stop - self.start < 2:
            raise ValueError(
                f"stop ({self.stop}): facilitators work from the step after their training; stop at "
                f"{self.start + 2} or later"
            )
        return self

    def check(self, village_sizes: npt.NDArray[np.int64], groups: Mapping[str, npt.NDArray[Any]]) -> None:
        """Refuse a village that there is not."""
        villages = len(village_sizes)
        if self.serves == "others" and villages == 1:
            raise ScenarioError(
                "train_facilitators.serves: others, but the community has one village; use own, or more villages"
            )
        for name in ("serves", "trains_in"):
            number = getattr(self, name)
            if isinstance(number, int) and number > villages:
                raise ScenarioError(
                    f"train_facilitators.{name}: there is no village {number}; the community has {villages}"
                )

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Let facilitators work where they serve, then train more of them."""
        able = pop.in_the_open & pop.spread(pop.turn.active) & (state.generation > 0)
        working = np.stack(
            [self._serving(pop, pop.count(able & (state.generation == g)).values) for g in self._all_generations]
        )
        working *= pop.turn.active.values
        state.received = PerVillage(working.sum(axis=0))
        if working.any():
            self._hold(step, pop, able, working)
        due = pop.turn.active & (pop.turn.age % self.training_every == 0)
        if due.values.any():
            self._train(pop, state, due, working)

    @property
    def _all_generations(self) -> range:
        return range(1, self.generations + 1)

    def _serving(self, pop: Population, at_home: _Ints) -> _Ints:
        """How many of these, counted where they live, work in each village in this step."""
        if self.serves == "own":
            return at_home
        out = np.zeros_like(at_home)
        for r in np.flatnonzero(pop.by_replicate(PerVillage(at_home))):
            first, last = (int(v) for v in pop.arrays.replicate_start[r : r + 2])
            if self.serves != "others":
                if first + self.serves <= last:
                    out[first + self.serves - 1] = at_home[first:last].sum()
            elif last - first > 1:
                out[first:last] = _dealt_out(at_home[first:last], pop.step)
        return out

    def _hold(self, step: int, pop: Population, able: Mask, working: _Ints) -> None:
        """Hold sessions with as many places and as much skill as those who work in a village bring."""
        number = working.sum(axis=0)
        kept = self.skill_kept ** np.array(self._all_generations, float)
        skill = (working * kept[:, None]).sum(axis=0) / np.maximum(number, 1)
        turn, meets = pop.turn, PerVillage(number >= max(self.hosts_needed, 1))
        usual = turn.conditions
        brought = usual._replace(capacity=usual.capacity * number, fidelity=usual.fidelity * skill)
        at_home = able & pop.spread(self._works_at_home(pop))
        invited = pop.sees_practice | pop.spread(pop.count(at_home) == 0)  # among strangers, everybody
        invited |= pop.near(at_home, asked=~invited)
        with pop.taking(turn._replace(conditions=brought, whole=False)):
            as_held = self.model_copy(update={"hosts_needed": 0})  # whoever serves hosts, from wherever
            came = hold_sessions(as_held, step, pop, hosts=at_home, invited=invited, meets=meets)
            if self.teaches == "hosts":
                pop.coach(came, 0.0, self.keeps, self._taught(pop, able))

    def _works_at_home(self, pop: Population) -> PerVillage:
        """Villages whose own facilitators work there."""
        if self.serves in ("own", "others"):
            return PerVillage(np.full(pop.villages, self.serves == "own"))
        within = np.arange(pop.villages) - pop.arrays.replicate_start[:-1][pop.replicate_of_village]
        return PerVillage(within == int(self.serves) - 1)

    def _taught(self, pop: Population, able: Mask) -> npt.NDArray[np.uint8]:
        """Variant taught to each household: what most of those who may serve its village practise."""
        votes = pop.variants(able)[:, Variant.LOCAL :]
        if self.serves != "own":
            everybody = np.add.reduceat(votes, pop.arrays.replicate_start[:-1])[pop.replicate_of_village]
            votes = everybody - votes if self.serves == "others" else everybody
        return pop.spread(votes.argmax(axis=1) + int(Variant.LOCAL)).astype(np.uint8)

    def _train(self, pop: Population, state: Any, due: PerVillage, working: _Ints) -> None:
        """Train owners: the programme first, then facilitators who work in the village."""
        by_programme = due.values.copy()
        if self.training_for is not None:
            by_programme &= pop.turn.age.values < self.training_for
        if self.trains_in is not None:
            within = np.arange(pop.villages) - pop.arrays.replicate_start[:-1][pop.replicate_of_village]
            by_programme &= within == self.trains_in - 1
        self._add(pop, state, capacity(self.how_many, pop).values * by_programme, 1)
        for trainers in self._all_generations[:-1]:
            self._add(pop, state, working[trainers - 1] * self.each_trains * due.values, trainers + 1)

    def _add(self, pop: Population, state: Any, wanted: _Ints, generation: int) -> None:
        """Train so many owners in each village, as far as there are any and there is money."""
        owners = pop.hosts(self.host_ownership) & (state.generation == 0)
        granted = pop.affords(self.cost_training, PerVillage(np.minimum(wanted, pop.count(owners).values)))
        trained = pop.pick(owners, granted, "facilitator")
        state.generation = np.where(trained, generation, state.generation)
        if self.cost_training:
            pop.charge("places", pop.count(trained) * self.cost_training)


def _dealt_out(at_home: _Ints, step: int) -> _Ints:
    """Deal those of each village out to the others, evenly; the rest goes round, one village further in each step.

    Examples
    --------
    >>> [_dealt_out(np.array([4, 0, 0, 0]), step).tolist() for step in (1, 2, 3)]
    [[0, 1, 2, 1], [0, 1, 1, 2], [0, 2, 1, 1]]
    """
    villages = len(at_home)
    number = np.arange(villages)
    after = (number[None, :] - number[:, None] - 1) % villages  # of each to each, the next village 0
    each, rest = np.divmod(at_home, villages - 1)
    sent = each[:, None] + ((after - step) % (villages - 1) < rest[:, None])
    sent[number, number] = 0
    return np.asarray(sent.sum(axis=0), dtype=np.int64)
