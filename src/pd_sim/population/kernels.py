"""Compiled: what a change of stage means for those who see it, and the greatest chance each household can have."""

from __future__ import annotations

import numpy as np

from pd_sim._compile import compiled
from pd_sim.population.records import Shown, Stage

__all__ = [
    "LAPSE_LIMIT",
    "REST_LIMIT",
    "TALK_HEARD_LIMIT",
    "TALK_PRACTISING_LIMIT",
    "TRY_ALONE_LIMIT",
    "TRY_LIMIT",
    "ceiling_of",
    "count_seen",
    "restage",
    "reveal_rows",
    "shown",
    "sight_of",
    "talks",
]

UNAWARE, AWARE, TRYING = int(Stage.UNAWARE), int(Stage.AWARE), int(Stage.TRYING)
PRACTISING, LAPSED, REJECTED = int(Stage.PRACTISING), int(Stage.LAPSED), int(Stage.REJECTED)
SHOWS_NOTHING, SHOWS_PRACTISING = int(Shown.NOTHING), int(Shown.PRACTISING)
SHOWS_STOPPED, SHOWS_NEVER = int(Shown.STOPPED), int(Shown.NEVER)
SEEN_COUNT, EVER_COUNT = 6, 7

TALK_PRACTISING_LIMIT, TALK_HEARD_LIMIT, TRY_LIMIT, TRY_ALONE_LIMIT, LAPSE_LIMIT, REST_LIMIT = range(6)
_SLACK = 1.0 + 1e-6  # more than single precision can take away


@compiled(inlined=True)
def shown(stage, hidden, ever):
    """What a household in this state shows its neighbours (`Shown`)."""
    if stage == PRACTISING:
        return SHOWS_NOTHING if hidden else SHOWS_PRACTISING
    return SHOWS_STOPPED if ever else SHOWS_NEVER


@compiled(inlined=True)
def talks(stage):
    """Whether a household in this stage talks of the practice without practising it."""
    return stage == AWARE or stage == TRYING or stage == LAPSED or stage == REJECTED


@compiled(inlined=True)
def ceiling_of(a, i):
    """Greatest chance household ``i`` can have in a step if no intervention touches it.

    For a household at rest, minus the step in which its rest is over (0: never).
    """
    stage = a.stage[i]
    if stage == UNAWARE:
        m, heard = a.look[i].practising, a.look[i].heard
        return (m * a.limits[TALK_PRACTISING_LIMIT] + heard * a.limits[TALK_HEARD_LIMIT]) * _SLACK
    if stage == AWARE:
        return (a.limits[TRY_LIMIT] if a.look[i].practising > 0 else a.limits[TRY_ALONE_LIMIT]) * _SLACK
    if stage == PRACTISING:
        return 0.0 if a.own[i].hidden else a.limits[LAPSE_LIMIT] * _SLACK
    if stage == TRYING:
        return 1.0
    return -(a.own[i].since + a.limits[REST_LIMIT]) if a.limits[REST_LIMIT] > 0.0 else 0.0


@compiled(inlined=True)
def _tell_seers(a, j, was_shown, is_shown, was_talking, is_talking):
    """Bring the counts of everyone who sees ``j`` up to date."""
    weighted = a.weight_by.shape[0] > 0
    more_heard = int(is_talking) - int(was_talking)
    for k in range(a.seen_by_start[j], a.seen_by_start[j + 1]):
        sight = a.sight_by[k]
        more_seen = int((sight & is_shown) != 0) - int((sight & was_shown) != 0)
        if more_seen != 0 or more_heard != 0:
            i = a.seen_by[k]
            weight = a.weight_by[k] if weighted else np.int32(1)
            a.look[i].practising += np.int32(more_seen * weight)
            a.look[i].heard += np.int32(more_heard * weight)
            if a.stage[i] <= AWARE:
                a.look[i].ceiling = ceiling_of(a, i)
    if a.pool_head.shape[0] > 0:
        k = a.pool_head[j]
        while k >= 0:
            i = a.pool[k, 1]
            sight = a.pool[k, 3]
            more_seen = int((sight & is_shown) != 0) - int((sight & was_shown) != 0)
            a.look[i].practising += np.int32(more_seen * a.scale)
            a.look[i].heard += np.int32(more_heard * a.scale)
            if a.stage[i] <= AWARE:
                a.look[i].ceiling = ceiling_of(a, i)
            k = a.pool[k, 0]


@compiled(inlined=True)
def restage(a, village, j, stage, hidden, step):
    """Move household ``j`` to a stage, openly or hidden, and tell all who see it and the village's counts."""
    own = a.own[j]
    old_stage = a.stage[j]
    was_shown, was_talking = a.shows[j], talks(old_stage)
    counts = a.counts[village]
    if old_stage != stage:
        counts[old_stage] -= 1
        counts[stage] += 1
        own.since = step
        own.paid = 0
        own.kept = 0
    if stage == PRACTISING and not own.ever:
        own.ever = True
        counts[EVER_COUNT] += 1
    a.stage[j] = stage
    own.hidden = hidden
    is_shown, is_talking = shown(stage, hidden, own.ever), talks(stage)
    counts[SEEN_COUNT] += int(is_shown == SHOWS_PRACTISING) - int(was_shown == SHOWS_PRACTISING)
    a.shows[j] = is_shown
    a.look[j].ceiling = ceiling_of(a, j)
    if is_shown != was_shown or is_talking != was_talking:
        _tell_seers(a, j, was_shown, is_shown, was_talking, is_talking)


@compiled
def reveal_rows(a, mask, step):
    """Let every hidden household in ``mask`` practise in the open."""
    for village in range(a.village_start.shape[0] - 1):
        for j in range(a.village_start[village], a.village_start[village + 1]):
            if mask[j] and a.own[j].hidden:
                restage(a, village, j, a.stage[j], False, step)


@compiled
def count_seen(a):
    """Count from nothing what every household sees, its ceiling, and the state of every village."""
    for i in range(a.look.shape[0]):
        a.look[i].practising = 0
        a.look[i].heard = 0
    a.counts[:, : EVER_COUNT + 1] = 0
    weighted = a.weight_by.shape[0] > 0
    for village in range(a.village_start.shape[0] - 1):
        for j in range(a.village_start[village], a.village_start[village + 1]):
            own, stage = a.own[j], a.stage[j]
            a.counts[village, stage] += 1
            a.counts[village, SEEN_COUNT] += int(stage == PRACTISING and not own.hidden)
            a.counts[village, EVER_COUNT] += int(own.ever)
            is_shown, is_talking = shown(stage, own.hidden, own.ever), talks(stage)
            a.shows[j] = is_shown
            for k in range(a.seen_by_start[j], a.seen_by_start[j + 1]):
                weight = a.weight_by[k] if weighted else np.int32(1)
                a.look[a.seen_by[k]].practising += np.int32(int((a.sight_by[k] & is_shown) != 0) * weight)
                a.look[a.seen_by[k]].heard += np.int32(int(is_talking) * weight)
            if a.pool_head.shape[0] > 0:
                k = a.pool_head[j]
                while k >= 0:
                    i = a.pool[k, 1]
                    a.look[i].practising += np.int32(int((a.pool[k, 3] & is_shown) != 0) * a.scale)
                    a.look[i].heard += np.int32(int(is_talking) * a.scale)
                    k = a.pool[k, 0]
    for i in range(a.stage.shape[0]):
        a.look[i].ceiling = ceiling_of(a, i)


@compiled
def sight_of(u, practising, stopped, never):
    """Which shown states a tie with the fixed uniform ``u`` sees as practising."""
    return SHOWS_PRACTISING * int(u < practising) + SHOWS_STOPPED * int(u < stopped) + SHOWS_NEVER * int(u < never)
