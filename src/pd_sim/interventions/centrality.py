"""Who stands where in a village's network: ties, shortest ways between others, and whom a message would reach."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.population import Population
from pd_sim.streams import draws, stream_key

__all__ = ["LARGEST", "betweenness", "by_village", "degree", "forget_measures", "greedy_order", "ties_of"]

LARGEST = {"betweenness": 2000, "greedy": 5000}
"""Households of a village up to which a measure is computed: some seconds for the largest."""

SAMPLES = 200
"""Networks of live ties by which the reach of seeds is estimated."""

_REMEMBERED = 2_000_000
_ROUND = 9
_LIVE, _LOT = stream_key("seeding", "", "live ties"), stream_key("seeding", "", "equal reach")

Floats = npt.NDArray[np.float64]
_kept: OrderedDict[bytes, npt.NDArray[Any]] = OrderedDict()
_lock = threading.Lock()


def forget_measures() -> None:
    """Forget all that was computed; it is computed anew, with the same outcome, when it is asked for."""
    with _lock:
        _kept.clear()


def ties_of(pop: Population, village: int) -> Any:
    """Ties of one village at the start, in either direction and without weights, as a sparse matrix of 0 and 1."""
    from scipy.sparse import csr_array

    first, last = (int(row) for row in pop.arrays.village_start[village : village + 2])
    starts = pop.arrays.sees_start[first : last + 1].astype(np.int64)
    sees = pop.arrays.sees[starts[0] : starts[-1]] - first
    named = csr_array((np.ones(len(sees)), sees, starts - starts[0]), shape=(last - first, last - first))
    return ((named + named.T) > 0).astype(np.float64)


def degree(ties: Any) -> Floats:
    """Number of ties of each household."""
    return np.diff(ties.indptr).astype(np.float64)


def betweenness(ties: Any) -> Floats:
    """For each household, how many shortest ways between two others lead through it.

    Where several ways are equally short, each counts as its share: Brandes (2001), a faster algorithm for betweenness
    centrality, *Journal of Mathematical Sociology* 25, all sources side by side.

    Parameters
    ----------
    ties
        Symmetric matrix of 0 and 1, from `ties_of`.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> betweenness(csr_array(np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], float))).tolist()
    [0.0, 1.0, 0.0]
    """
    n = ties.shape[0]
    total = np.zeros(n)
    at_once = max(1, min(n, 4_000_000 // max(n, 1)))
    for begin in range(0, n, at_once):
        total += _from_sources(ties, np.arange(begin, min(begin + at_once, n)))
    return np.asarray(np.round(total / 2.0, _ROUND))


def _from_sources(ties: Any, sources: npt.NDArray[np.int64]) -> Floats:
    """Sum over these sources of what each household passes on from them."""
    rows = np.arange(len(sources))
    ways = np.zeros((ties.shape[0], len(sources)))  # a column a source: how many shortest ways lead here
    ways[sources, rows] = 1.0
    away = np.where(ways > 0, 0, -1).astype(np.int16)  # how many ties away, -1: not reached
    front, depth = ways.copy(), 0
    while True:
        front = np.where(away >= 0, 0.0, ties @ front)
        ring = front > 0
        if not ring.any():
            break
        depth += 1
        ways += front
        away[ring] = depth
    passed = np.zeros_like(ways)
    for ring_away in range(depth, 0, -1):
        each = np.where(away == ring_away, (1.0 + passed) / np.maximum(ways, 1.0), 0.0)
        passed += np.where(away == ring_away - 1, ways * (ties @ each), 0.0)
    passed[sources, rows] = 0.0
    return np.asarray(passed.sum(axis=1))


def greedy_order(
    ties: Any, chance: float, how_many: int, identity: npt.NDArray[np.uint64], seed: int
) -> npt.NDArray[np.int64]:
    """Rows of the households that a message should start from, each the one that adds most to those before it.

    Kempe, Kleinberg and Tardos (2003), Maximizing the spread of influence through a social network, *KDD*: each tie
    passes a message on once, with the same chance, or never. Reach is the mean over `SAMPLES` draws of the ties that
    do; of equal ones the smaller draw comes first.

    Parameters
    ----------
    ties
        Symmetric matrix of 0 and 1, from `ties_of`.
    chance
        Chance that a tie passes the message on, in [0, 1].
    how_many
        Number of rows wanted, at most as many as there are households.
    identity
        Identity of each household.
    seed
        Seed of the village.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n = ties.shape[0]
    one, other = ties.nonzero()
    once = one < other
    one, other = one[once], other[once]
    low, high = np.minimum(identity[one], identity[other]), np.maximum(identity[one], identity[other])
    pair = low * np.uint64(0x9E3779B97F4A7C15) ^ high
    part, adds = np.empty((SAMPLES, n), np.int64), np.zeros((SAMPLES, n))
    for sample in range(SAMPLES):
        live = draws(seed, _LIVE, sample, pair) < chance
        network = csr_array((np.ones(int(live.sum())), (one[live], other[live])), shape=(n, n))
        _, part[sample] = connected_components(network, directed=False)
        adds[sample] = np.bincount(part[sample])[part[sample]]
    order = np.empty(min(how_many, n), np.int64)
    lot = draws(seed, _LOT, 0, identity) / 2.0  # sums of reach are whole numbers
    for place in range(len(order)):
        gain = adds.sum(axis=0) - lot
        gain[order[:place]] = -1.0
        order[place] = best = int(gain.argmax())
        adds[part == part[:, best, None]] = 0.0
    return order


def by_village(
    pop: Population,
    village: int,
    measure: Callable[[], npt.NDArray[Any]],
    *which: object,
    least: int = 0,
) -> npt.NDArray[Any]:
    """Give a measure of one village, computed once for all replicates and arms in which it has the same ties.

    Parameters
    ----------
    pop
        The population.
    village
        The village.
    measure
        Computes it.
    which
        What it depends on besides the ties.
    least
        How long the answer must at least be; a shorter one that is remembered is computed anew.
    """
    a = pop.arrays
    first, last = (int(row) for row in a.village_start[village : village + 2])
    starts = a.sees_start[first : last + 1]
    key = blake2b(repr(which).encode(), digest_size=16)
    key.update((starts - starts[0]).tobytes())
    key.update((a.sees[starts[0] : starts[-1]] - first).tobytes())
    name = key.digest()
    with _lock:
        kept = _kept.get(name)
        if kept is not None and len(kept) >= least:
            _kept.move_to_end(name)
            return kept
    found = measure()
    with _lock:
        _kept[name] = found
        _kept.move_to_end(name)
        while sum(len(values) for values in _kept.values()) > _REMEMBERED:
            _kept.popitem(last=False)
    return found
