"""Compiled: who is picked, who has luck, and who is near whom."""

from __future__ import annotations

import numpy as np

from pd_sim._compile import compiled
from pd_sim.population.kernels import SHOWS_PRACTISING
from pd_sim.streams import draw, fill_draws

__all__ = [
    "chance_rows",
    "count_variants",
    "fill_where",
    "keep_smallest",
    "largest_village",
    "mark_near",
    "mark_owners",
    "pick_in_village",
    "pick_smallest",
]

_CHUNK = 512


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
