"""Compiled work on a population: what a change of stage means for those who see it, picks, and neighbourhoods."""

from __future__ import annotations

import numpy as np

from pd_sim._compile import compiled
from pd_sim.population.records import Shown, Stage
from pd_sim.streams import draw, fill_draws, tie_draw

__all__ = [
    "LAPSE_LIMIT",
    "REST_LIMIT",
    "TALK_HEARD_LIMIT",
    "TALK_PRACTISING_LIMIT",
    "TRY_ALONE_LIMIT",
    "TRY_LIMIT",
    "ceiling_of",
    "count_seen",
    "form_ties",
    "chance_rows",
    "count_variants",
    "mark_owners",
    "keep_smallest",
    "largest_village",
    "mark_near",
    "pick_in_village",
    "pick_smallest",
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
_SIGHT = np.uint64(0)
_CHUNK = 512


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
def _sift_down(key, row, size, at):
    """Restore the heap whose greatest entry is first, after the one ``at`` a place was replaced."""
    while True:
        child = 2 * at + 1
        if child >= size:
            return
        if child + 1 < size and _after(key, row, child + 1, child):
            child += 1
        if not _after(key, row, child, at):
            return
        key[at], key[child] = key[child], key[at]
        row[at], row[child] = row[child], row[at]
        at = child


@compiled(inlined=True)
def _after(key, row, x, y):
    return key[x] > key[y] or (key[x] == key[y] and row[x] > row[y])


@compiled
def fill_where(a, r, mask, stream, step, first, last, out):
    """Draw for the rows of one replicate that are in ``mask``: one by one where they are few, else all side by side.

    Returns how many they are.
    """
    meant, identity = mask[first:last], a.identity[first:last]  # loops from 0 are laid side by side
    count = 0
    for k in range(meant.shape[0]):
        count += int(meant[k])
    if count * 4 > meant.shape[0]:
        fill_draws(a.seed[r], stream, step, identity, out)
    elif count > 0:
        for k in range(meant.shape[0]):
            if meant[k]:
                out[k] = draw(a.seed[r], stream, step, identity[k])
    return count


@compiled
def keep_smallest(key, row, size, wanted):
    """Order the first ``size`` entries so that the ``wanted`` smallest come first (ties by row)."""
    for at in range(wanted // 2 - 1, -1, -1):
        _sift_down(key, row, wanted, at)
    for x in range(wanted, size):
        if _after(key, row, 0, x):
            key[0], key[x] = key[x], key[0]
            row[0], row[x] = row[x], row[0]
            _sift_down(key, row, wanted, 0)


@compiled(inlined=True)
def pick_in_village(a, r, first, last, eligible, wanted, stream, step, weight, drawn, key, row):
    """Put the ``wanted`` eligible rows with the smallest keyed draws first in ``row``; return how many there are."""
    weighted = weight.shape[0] > 0
    meant = eligible[first:last]
    count = fill_where(a, r, eligible, stream, step, first, last, drawn)
    # The smallest of many draws lie far below 1: look at those alone, at all only if they turn out too few.
    bound = 2.0
    if not weighted and count > wanted:
        bound = (wanted + 4.0 * np.sqrt(wanted) + 4.0) / count
    size = 0
    while True:
        for k in range(meant.shape[0]):
            if meant[k] and drawn[k] < bound:
                if not weighted:
                    key[size], row[size] = drawn[k], first + k
                    size += 1
                elif weight[first + k] > 0.0:
                    key[size], row[size] = -np.log1p(-drawn[k]) / weight[first + k], first + k
                    size += 1
        if size >= wanted or bound > 1.0:
            break
        bound, size = 2.0, 0
    if size > wanted:
        keep_smallest(key, row, size, wanted)
        size = wanted
    return size


@compiled(inlined=True)
def largest_village(a):
    """Households of the largest village."""
    largest = 1
    for v in range(a.village_start.shape[0] - 1):
        largest = max(largest, a.village_start[v + 1] - a.village_start[v])
    return largest


@compiled
def pick_smallest(a, eligible, how_many, stream, step, weight, out):
    """Mark in ``out`` the ``how_many[v]`` eligible households of each village with the smallest keyed draws.

    With weights the key is −ln(1 − u) / w: Efraimidis and Spirakis (2006), a draw without replacement in
    proportion to the weights. Ties go by row; weight 0 is never picked.
    """
    largest = largest_village(a)
    drawn, key, row = np.empty(largest), np.empty(largest), np.empty(largest, np.int64)
    for r in range(a.seed.shape[0]):
        for village in range(a.replicate_start[r], a.replicate_start[r + 1]):
            if how_many[village] > 0:
                first, last = a.village_start[village], a.village_start[village + 1]
                wanted = how_many[village]
                size = pick_in_village(a, r, first, last, eligible, wanted, stream, step, weight, drawn, key, row)
                for k in range(size):
                    out[row[k]] = True


@compiled
def chance_rows(a, eligible, p, stream, step, out):
    """Mark in ``out`` each eligible household whose keyed draw falls below its ``p`` (one value, or one each)."""
    same = p.shape[0] == 1
    drawn = np.empty(_CHUNK)
    for r in range(a.seed.shape[0]):
        first, last = a.village_start[a.replicate_start[r]], a.village_start[a.replicate_start[r + 1]]
        for begin in range(first, last, _CHUNK):
            end = min(begin + _CHUNK, last)
            if fill_where(a, r, eligible, stream, step, begin, end, drawn) == 0:
                continue
            meant, marked = eligible[begin:end], out[begin:end]
            if same:
                for k in range(meant.shape[0]):
                    marked[k] = meant[k] and drawn[k] < p[0]
            else:
                chances = p[begin:end]
                for k in range(meant.shape[0]):
                    marked[k] = meant[k] and drawn[k] < chances[k]


@compiled(inlined=True)
def _has_tie_to(a, i, mask, mutual):
    for k in range(a.seen_by_start[i], a.seen_by_start[i + 1]):
        if mask[a.seen_by[k]]:
            return True
    if not mutual:
        for k in range(a.sees_start[i], a.sees_start[i + 1]):
            if mask[a.sees[k]]:
                return True
    if a.pool_head.shape[0] > 0:
        k = a.pool_head[i]
        while k >= 0:
            if mask[a.pool[k, 1]]:
                return True
            k = a.pool[k, 0]
    return False


@compiled
def mark_near(a, mask, mutual, asked, out):
    """Mark in ``out`` every household in ``asked`` that has a tie, in either direction, to one in ``mask``.

    Goes from those marked where they are few, else from those asked, who mostly find one at once.
    """
    marked, open_rows = 0, 0
    for i in range(mask.shape[0]):
        marked += int(mask[i])
        open_rows += int(asked[i])
    if marked * 4 > open_rows:
        for i in range(mask.shape[0]):
            if asked[i] and not out[i]:
                out[i] = _has_tie_to(a, i, mask, mutual)
        return
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        for k in range(a.seen_by_start[i], a.seen_by_start[i + 1]):
            j = a.seen_by[k]
            out[j] = out[j] or asked[j]
        if not mutual:
            for k in range(a.sees_start[i], a.sees_start[i + 1]):
                j = a.sees[k]
                out[j] = out[j] or asked[j]
        if a.pool_head.shape[0] > 0:
            k = a.pool_head[i]
            while k >= 0:
                j = a.pool[k, 1]
                out[j] = out[j] or asked[j]
                k = a.pool[k, 0]


@compiled
def mark_owners(a, least_ownership, out):
    """Mark in ``out`` every household that practises in the open and owns the practice more than so much."""
    for i in range(out.shape[0]):
        if a.shows[i] == SHOWS_PRACTISING:
            out[i] = a.own[i].ownership > least_ownership


@compiled
def count_variants(a, mask, out):
    """Count the variants of the households in ``mask`` by village, into ``out[village, variant]``."""
    for village in range(a.village_start.shape[0] - 1):
        for i in range(a.village_start[village], a.village_start[village + 1]):
            if mask[i]:
                out[village, a.own[i].variant] += 1


@compiled
def tied(a, i, j):
    """Whether ``i`` sees ``j``, by an old tie or a new one."""
    for k in range(a.sees_start[i], a.sees_start[i + 1]):
        if a.sees[k] == j:
            return True
    k = a.pool_head[i]
    while k >= 0:
        if a.pool[k, 1] == j:
            return True
        k = a.pool[k, 0]
    return False


@compiled
def sight_of(u, practising, stopped, never):
    """Which shown states a tie with the fixed uniform ``u`` sees as practising."""
    return SHOWS_PRACTISING * int(u < practising) + SHOWS_STOPPED * int(u < stopped) + SHOWS_NEVER * int(u < never)


@compiled
def _add_half(a, i, j, sight_out, sight_in):
    """Add the half-edge by which ``i`` sees ``j``, and let ``i`` count what ``j`` shows."""
    k = a.pool_size[0]
    a.pool[k, 0], a.pool[k, 1], a.pool[k, 2], a.pool[k, 3] = a.pool_head[i], j, sight_out, sight_in
    a.pool_head[i] = k
    a.pool_size[0] = k + 1
    a.look[i].degree += np.int32(a.scale)
    if sight_out & a.shows[j]:
        a.look[i].practising += np.int32(a.scale)
    if talks(a.stage[j]):
        a.look[i].heard += np.int32(a.scale)
    a.look[i].ceiling = ceiling_of(a, i)


@compiled
def form_ties(a, met, chance, sight_chances, tie_stream, sight_stream, step):
    """Let each pair of one village that ``met`` and is not tied form a mutual tie.

    The draw belongs to the pair in the order of their rows; the sight of a new tie is drawn like that of an old one.
    The pool must have room for two half-edges a pair.
    """
    rows = np.empty(met.shape[0], np.int64)
    for r in range(a.seed.shape[0]):
        for village in range(a.replicate_start[r], a.replicate_start[r + 1]):
            size = 0
            for i in range(a.village_start[village], a.village_start[village + 1]):
                if met[i]:
                    rows[size] = i
                    size += 1
            for x in range(size):
                for y in range(x + 1, size):
                    i, j = rows[x], rows[y]
                    if tie_draw(a.seed[r], tie_stream, step, a.identity[i], a.identity[j]) >= chance:
                        continue
                    if tied(a, i, j) or tied(a, j, i):
                        continue
                    seed = a.village_seed[r]
                    u_out = tie_draw(seed, sight_stream, _SIGHT, a.identity[i], a.identity[j])
                    u_in = tie_draw(seed, sight_stream, _SIGHT, a.identity[j], a.identity[i])
                    there = sight_of(u_out, sight_chances[0], sight_chances[1], sight_chances[2])
                    back = sight_of(u_in, sight_chances[0], sight_chances[1], sight_chances[2])
                    _add_half(a, i, j, there, back)
                    _add_half(a, j, i, back, there)
