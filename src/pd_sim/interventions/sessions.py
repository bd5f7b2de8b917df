"""Sessions: people meet and do it together. One mechanism, whoever runs it, with every capability a field of its own.

Whoever is invited comes with the chance ``turnout``, others with ``turnout_others``, each times their trust in the
source; places are limited. Those who come are told, coached, encouraged and involved, decide at the session's rate
this step, and may form ties.
"""

from __future__ import annotations

from copy import copy
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from pd_sim._compile import compiled
from pd_sim.interventions.base import Capacity, Chance, Count, Money, PerHundred
from pd_sim.interventions.scheduled import Scheduled, Source
from pd_sim.population import COUNTERS, Mask, PerVillage, Population, Shown, Stage, Variant, verbs
from pd_sim.population.picking import keep_smallest, largest_village
from pd_sim.streams import fill_draws

__all__ = ["SESSIONS", "Sessions", "but", "capacity", "hold_sessions"]

SESSIONS = "sessions"
"""Mechanic whose streams all sessions draw from, so that equal sessions have equal luck whoever runs them."""

_PRACTISING, _OPEN = int(Stage.PRACTISING), int(Shown.PRACTISING)
_LOCAL, _OUTSIDE, _FALSE = int(Variant.LOCAL), int(Variant.OUTSIDE), int(Variant.FALSE)
_TEACHES = {"hosts": 0, "local": _LOCAL, "outside": _OUTSIDE}
_SESSIONS_HELD = COUNTERS.index("sessions")


class Sessions(Scheduled):
    """What every intervention that holds sessions can be given, the same for every source."""

    mechanics: ClassVar[tuple[str, ...]] = (SESSIONS,)

    source: Source = Field("peer", description="who runs the sessions, and so whose trust counts")
    every: int = Field(1, ge=1, le=520, description="steps from one session to the next")
    places: Capacity = Field(20, description="places in a session of a village")
    turnout: Chance = Field(0.3, description="chance that one who is invited comes, at full trust")
    turnout_others: Chance = Field(0.3, description="the same for one who is not invited")
    returning: Chance = Field(0.0, description="the same for one who practises already, hosts included")
    teaches: Literal["hosts", "local", "outside"] = Field(
        "hosts", description="variant taught: what the hosts practise, or always the local or the outside one"
    )
    hosts_needed: Count = Field(0, description="hosts a session needs")
    dose: Chance = Field(0.5, description="share of the missing know-how a session could convey")
    keeps: Chance = Field(1.0, description="share of the tacit part conveyed: 0 told, 0.5 shown, 1 done together")
    involves: Chance = Field(0.8, description="how far those who come take part in shaping it")
    genuine: Chance = Field(1.0, description="how genuine that part is")
    fidelity: Chance = Field(1.0, description="share of all this that is delivered as meant")
    push: float = Field(0.3, ge=0, le=10, description="encouragement to try, at full trust")
    cost_session: Money = Field(0.0, description="money a session costs")
    cost_place: Money = Field(0.0, description="money each household that comes costs")
    raises: Money | None = Field(
        None, description="most that can be raised locally for a session; a dearer one is not held; none: enough"
    )
    staff_hours: float = Field(0.0, ge=0, le=10_000, description="hours of paid work a session takes")
    volunteer_hours: float = Field(0.0, ge=0, le=10_000, description="hours of volunteers' work a session takes")


def capacity(wanted: Capacity, pop: Population) -> PerVillage:
    """Number for each village: as stated, or in proportion to its households (rounded to the nearest).

    Where a threat or a takeover has altered what can be done, it is as much less or more.
    """
    if isinstance(wanted, PerHundred):
        number = pop.village_sizes.values * wanted.per_100 / 100
    else:
        number = np.full(pop.villages, float(wanted))
    return PerVillage(np.floor(number * pop.turn.conditions.capacity + 0.5).astype(np.int64))


@compiled
def meet(
    a, meets, hosts_needed, teaches, hosts, invited, turnouts, expert, places, gives, part, streams, decay, step, out
):
    """Hold a session in every village that meets and has the hosts; mark in ``out`` who comes, return where it was.

    Everybody may come but those who practise unnoticed, with the chance turnout · trust in the source (trust is looked
    up only where the draw falls below the turnout itself); of those, the ones with the smallest draws find a place.
    They are told, coached, encouraged and involved. What is taught is the given variant, or what most hosts practise,
    the lower one if equal.

    Parameters
    ----------
    meets
        Villages in which a session may be held.
    turnouts
        Of those invited, of others, and of those who practise in the open.
    gives
        Gain of know-how, push and involvement of each who comes.
    part
        Share of each of them that is delivered, by village, ``[V, 3]``.
    streams
        Keys for turnout and places.
    """
    largest = largest_village(a)
    u, place, key = np.empty(largest), np.empty(largest), np.empty(largest + 1)
    row, come, who = np.empty(largest + 1, np.int64), np.empty(largest + 1, np.int64), np.empty(largest, np.uint64)
    held = np.zeros(a.village_start.shape[0] - 1, np.bool_)
    for r in range(a.seed.shape[0]):
        for village in range(a.replicate_start[r], a.replicate_start[r + 1]):
            first, last = a.village_start[village], a.village_start[village + 1]
            variant = _hosted(a, first, last, hosts, hosts_needed, teaches) if meets[village] else 0
            if variant == 0:
                continue
            held[village] = True
            a.counts[village, _SESSIONS_HELD] += 1
            fill_draws(a.seed[r], streams[0], np.uint64(step), a.identity[first:last], u)
            stage, shows, asked = a.stage[first:last], a.shows[first:last], invited[first:last]
            might = 0
            for k in range(last - first):  # without a branch, since nobody can tell how a draw will fall
                row[might] = k
                might += int(u[k] < _turnout(stage[k], shows[k], asked[k], turnouts))
            for x in range(might):
                who[x] = a.identity[first + row[x]]
            fill_draws(a.seed[r], streams[1], np.uint64(step), who[:might], place)
            # Those with the smallest draws find a place: look at theirs alone, at all only if too few of them come.
            wanted = places[village]
            bound = 2.0 if might <= 2 * wanted else (2.0 * wanted + 8.0 * np.sqrt(wanted) + 8.0) / might
            size = 0
            while True:
                for x in range(might):
                    if place[x] < bound:
                        k = row[x]
                        own = a.own[first + k]
                        trust = float(own.trust_expert) if expert else float(own.trust_peer)
                        key[size], come[size] = place[x], first + k
                        size += int(u[k] < _turnout(stage[k], shows[k], asked[k], turnouts) * trust)
                if size >= wanted or bound > 1.0:
                    break
                bound, size = 2.0, 0
            if size > wanted:
                if wanted > 0:
                    keep_smallest(key, come, size, wanted)
                size = wanted
            for x in range(size):
                i = come[x]
                out[i] = True
                verbs.tell(a, village, i, step)
                verbs.coach(a, i, gives[0] * part[village, 0], variant, decay, step)
                verbs.encourage(a, i, gives[1] * part[village, 1], expert)
                verbs.involve(a, i, gives[2] * part[village, 2])
                verbs.attend(a, village, i)
    return held


@compiled(inlined=True)
def _turnout(stage, shows, asked, turnouts):
    """Chance that a household comes, at full trust."""
    if stage == _PRACTISING:
        return turnouts[2] if shows == _OPEN else 0.0
    return turnouts[0] if asked else turnouts[1]


@compiled(inlined=True)
def _hosted(a, first, last, hosts, needed, teaches):
    """Variant a village's session would teach, 0 where it has too few hosts to hold one."""
    present, local, outside, false = 0, 0, 0, 0
    for i in range(first, last):
        if hosts[i]:
            present += 1
            if teaches == 0:
                variant = a.own[i].variant
                local += int(variant == _LOCAL)
                outside += int(variant == _OUTSIDE)
                false += int(variant == _FALSE)
        if teaches != 0 and present >= needed:
            break
    if present < needed:
        return 0
    if teaches != 0:
        return teaches
    if local >= outside and local >= false:
        return _LOCAL
    return _OUTSIDE if outside >= false else _FALSE


def hold_sessions(
    spec: Sessions, step: int, pop: Population, hosts: Mask, invited: Mask, meets: PerVillage | None = None
) -> Mask:
    """Hold this step's sessions in every village that has the hosts, and return who came.

    Parameters
    ----------
    spec
        The sessions.
    step
        The step.
    pop
        The population.
    hosts
        Households that could host.
    invited
        Households that are invited.
    meets
        Villages that are ready for sessions; none: all in which the intervention acts.
    """
    came = pop.nobody()
    turn = pop.turn
    due = turn.active & (turn.age % spec.every == 0)
    if meets is not None:
        due = due & meets
    session = spec.cost_session + spec.staff_hours * pop.wages["staff"]
    if spec.raises is not None:
        due = due & (spec.cost_session * turn.conditions.price <= spec.raises + 1e-9)
    if pop.purse is not None and spec.hosts_needed:
        due = due & (pop.count(hosts) >= spec.hosts_needed)  # so that nothing is put aside for what is not held
    if session:
        due = pop.affords(session, PerVillage(due.values.astype(np.int64))) > 0
    if not due.values.any():
        return came
    places = capacity(spec.places, pop)
    if spec.cost_place:
        places = pop.affords(spec.cost_place, places * due, committed=due * session)
    factors = turn.conditions
    with pop.drawing_for(SESSIONS):
        held = meet(
            pop.arrays,
            due.values,
            spec.hosts_needed,
            _TEACHES[spec.teaches],
            hosts,
            invited,
            (spec.turnout, spec.turnout_others, spec.returning),
            spec.source == "expert",
            places.values,
            (
                pop.gain(spec.dose * spec.fidelity, spec.keeps),
                spec.push * spec.fidelity,
                spec.involves * spec.fidelity * spec.genuine,
            ),
            np.stack([factors.fidelity, factors.fidelity, factors.fidelity * factors.genuine], axis=1),
            (pop.stream("turnout"), pop.stream("places")),
            pop.know_how_decay,
            step,
            came,
        )
    pop.met(came)
    if spec.cost_session:
        pop.charge("sessions", PerVillage(held * spec.cost_session))
    if spec.cost_place:
        pop.charge("places", pop.count(came) * spec.cost_place)
    if spec.staff_hours:
        pop.work(PerVillage(held * spec.staff_hours), "staff")
    if spec.volunteer_hours:
        pop.work(PerVillage(held * spec.volunteer_hours), "volunteer")
    return came


def but(name: str, default: Any) -> Any:
    """Field of `Sessions` with the same meaning and bounds but another default."""
    field = copy(Sessions.model_fields[name])
    field.default = default
    return field
