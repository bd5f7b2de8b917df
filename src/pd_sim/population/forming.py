"""Compiled: ties that form between households that met, kept in a pool of half-edges beside the ties drawn at first."""

from __future__ import annotations

import numpy as np

from pd_sim._compile import compiled
from pd_sim.population.kernels import ceiling_of, sight_of, talks
from pd_sim.population.records import COUNTERS
from pd_sim.streams import tie_draw

__all__ = ["form_ties"]

_SIGHT = np.uint64(0)
_TIES_FORMED = COUNTERS.index("ties_formed")


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
                    a.counts[village, _TIES_FORMED] += 1
