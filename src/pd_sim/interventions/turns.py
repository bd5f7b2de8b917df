"""Turns: in which villages an intervention acts this step, what that costs by itself, and what threats leave of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pd_sim.interventions.base import Intervention, Memory, labels_of, new_memory
from pd_sim.interventions.budget import Budget
from pd_sim.interventions.scheduled import WILLING, Scheduled
from pd_sim.interventions.threats import Threat
from pd_sim.population import SET_UP, SPONSOR, Conditions, PerVillage, Population, Turn

__all__ = ["Turns"]


class _Clock:
    """Since when an intervention acts in each village, where it has ended, and which replicates have paid for it."""

    def __init__(self, pop: Population) -> None:
        self.began = np.full(pop.villages, -1, np.int64)
        self.ended = np.zeros(pop.villages, bool)
        self.opened = np.zeros(pop.replicates, bool)
        # what is the same in most steps is made once
        self.everywhere = np.ones(pop.villages, bool)
        self.usual = Conditions.usual(pop.villages)
        for values in (self.everywhere, *self.usual):
            values.flags.writeable = False


class Turns:
    """The interventions of an arm with what they remember, taking turns.

    Parameters
    ----------
    acting
        Interventions in the order in which they act.
    pop
        The population at step 0.
    """

    def __init__(self, acting: Sequence[Intervention], pop: Population) -> None:
        self.acting = tuple(acting)
        self.labels = labels_of(self.acting)
        self.memories = [new_memory(intervention, pop) for intervention in self.acting]
        self._clocks = [_Clock(pop) for _ in self.acting]

    def take(self, pop: Population) -> None:
        """Let all act in their order, each on what the earlier ones left."""
        for place in range(len(self.acting)):
            self.take_one(place, pop)

    def take_one(self, place: int, pop: Population) -> None:
        """Let the intervention at a place act, in the villages where it is its turn."""
        intervention = self.acting[place]
        turn = _turn(intervention, self._clocks[place], pop)
        if turn is None:
            return
        labels: Mapping[str, str] = self.labels[place]
        with pop.drawing_for(intervention.mechanics[0], labels), pop.taking(turn):
            if isinstance(intervention, Scheduled) and not _paid(intervention, self._clocks[place], pop):
                return
            _act(intervention, pop, self.memories[place])

    def kept(self) -> Sequence[Memory]:
        """What each intervention remembers, in their order."""
        return self.memories


def _act(intervention: Intervention, pop: Population, memory: Memory) -> None:
    """Let it act; what it remembers of villages where it is not its turn stays as it was."""
    active = pop.turn.active
    before = [] if active.values.all() else [values.copy() for _, values in memory.kept()]
    intervention.act(pop.step, pop, memory)
    if before:  # else a village would change with what is run beside it
        there = {"household": pop.spread(active), "village": active.values, "replicate": pop.by_replicate(active) > 0}
        for (per, values), was in zip(memory.kept(), before, strict=True):
            values[~there[per]] = was[~there[per]]


def _turn(intervention: Intervention, clock: _Clock, pop: Population) -> Turn | None:
    """Turn of an intervention in this step; none where it acts nowhere."""
    if isinstance(intervention, (Threat, Budget)):  # nobody runs them, so that nothing can befall them
        return Turn.usual(pop.villages, pop.step)
    payer: str = getattr(intervention, "payer", SPONSOR)
    closed, factors = pop.conditions(intervention.kind, payer, getattr(intervention, "leader", 0.0))
    if not isinstance(intervention, Scheduled):
        turn = Turn.usual(pop.villages, pop.step, payer)
        active = turn.active.values
    else:
        age = intervention.age(pop.step)
        if age is None and not intervention.winds_up(pop.step):
            clock.began[:] = -1
            return None
        if age == 0 and pop.step > intervention.start:
            clock.began[:] = -1  # another round
        active = _open(intervention, clock, pop) if intervention.waits else clock.everywhere
    if closed is not None:
        active = active & ~closed
    if pop.purse is not None and payer in pop.purse.pays_for:
        active = active & ~pop.purse.closed[pop.replicate_of_village]
    whole = active is clock.everywhere or bool(active.all())
    if not whole and not active.any():
        return None
    if isinstance(intervention, Scheduled):
        begins = active & (clock.began < 0)
        clock.began[begins] = pop.step
        turn = Turn(
            PerVillage(active),
            PerVillage(begins),
            PerVillage(pop.step - clock.began),
            clock.usual,
            payer,
            whole,
        )
    if factors is None:
        return turn._replace(active=PerVillage(active), whole=whole)
    return turn._replace(active=PerVillage(active), conditions=factors, whole=False)


def _open(intervention: Scheduled, clock: _Clock, pop: Population) -> Any:
    """Villages in which it has begun and not ended, by what they have come to."""
    share = pop.share(pop.in_the_open).values
    asked = intervention.begins_with is not None or intervention.ends_with is not None
    willing = getattr(intervention, "host_ownership", WILLING)
    hosts = pop.count(pop.hosts(willing)).values if asked else np.zeros(pop.villages, np.int64)
    may = np.ones(pop.villages, bool)
    if intervention.begins_at is not None:
        may &= share >= intervention.begins_at - 1e-9
    if intervention.begins_with is not None:
        may &= hosts >= intervention.begins_with
    begun = (clock.began >= 0) | may
    if intervention.ends_at is not None:
        clock.ended |= begun & (share >= intervention.ends_at - 1e-9)
    if intervention.ends_with is not None:
        clock.ended |= begun & (hosts >= intervention.ends_with)
    return begun & ~clock.ended


def _paid(intervention: Scheduled, clock: _Clock, pop: Population) -> bool:
    """Charge what it costs to begin and to go on; where a budget cannot pay for that, it does not act this step."""
    if not (intervention.cost_fixed or intervention.cost_step) or intervention.age(pop.step) is None:
        return True
    active = pop.turn.active.values
    acting = pop.by_replicate(pop.turn.active)
    due = np.where(clock.opened, 0.0, intervention.cost_fixed) + intervention.cost_step
    each = PerVillage((due / np.maximum(acting, 1))[pop.replicate_of_village])
    pays = pop.affords(each, PerVillage(active.astype(np.int64)), to_set_up=~clock.opened).values > 0
    whole = pop.by_replicate(PerVillage(pays)) == acting  # a set-up half paid for is none
    pays = active & whole[pop.replicate_of_village]
    if not pays.any():
        clock.began[pop.turn.begins.values] = -1
        return False
    if not (pays == active).all():
        clock.began[pop.turn.begins.values & ~pays] = -1
        pop.turn = pop.turn._replace(active=PerVillage(pays), begins=pop.turn.begins & pays, whole=False)
    opening = ~clock.opened & (pop.by_replicate(PerVillage(pays)) > 0)
    fixed = np.where(opening, intervention.cost_fixed, 0.0) / np.maximum(acting, 1)
    if intervention.cost_fixed and opening.any():
        pop.charge(SET_UP, PerVillage(fixed[pop.replicate_of_village]))
    clock.opened |= opening
    if intervention.cost_step:
        pop.charge("running", intervention.cost_step, per="replicate")
    return True
