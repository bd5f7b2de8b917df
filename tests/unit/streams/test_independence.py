"""Draws are uniform, and independent along every key, by the same check that a generator blind to a key fails.

The inputs are fixed, so each test always gives the same p; a sound generator passes one check at 1e-4 with
probability .9999, and there are fewer than fifty checks.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pd_sim.streams import draw, identity, stream_key, tie_draw

N = 20_000
LEAST_P = 1e-4
KEYS = ("seed", "stream", "step", "household", "other")
SEED, STREAM, HOUSE, OTHER = np.uint64(11), stream_key("t", "", "t"), identity("v", "1"), identity("v", "2")
BASE = {"seed": SEED, "stream": STREAM, "step": np.uint64(4), "household": HOUSE, "other": OTHER}

# How each key runs in practice: seeds, steps and (for robustness) identities one after another, streams by name.
RUNS = {
    "seed": np.arange(N, dtype=np.uint64),
    "stream": np.array([stream_key("t", "", str(k)) for k in range(N)], np.uint64),
    "step": np.arange(N, dtype=np.uint64),
    "household": np.array([identity("v", str(k)) for k in range(N)], np.uint64),
    "other": np.array([identity("w", str(k)) for k in range(N)], np.uint64),
}
RUNS_IN_ORDER = {**RUNS, **{k: np.arange(N, dtype=np.uint64) for k in ("stream", "household", "other")}}


def each(one):
    """Call for every combination of keys that stand side by side (one by one, so that each stays a ``uint64``)."""

    def all_of_them(**keys):
        parts = np.broadcast_arrays(*(keys[name] for name in KEYS))
        return np.array([one(*key) for key in zip(*(part.ravel() for part in parts), strict=True)]).reshape(
            parts[0].shape
        )

    return all_of_them


of_a_household = each(lambda seed, stream, step, household, other: draw(seed, stream, step, household))
of_a_tie = each(tie_draw)
GENERATORS = [(of_a_household, KEYS[:4]), (of_a_tie, KEYS)]
ALONG = [pytest.param(generator, key, id=f"{len(keys)}-{key}") for generator, keys in GENERATORS for key in keys]


def blind_to(key, generator):
    """The same generator, but for taking one key as always the same."""
    return lambda **keys: generator(**{**keys, key: np.full_like(keys[key], BASE[key])})


def p_uniform(u):
    """Least p that these numbers are uniform, by Kolmogorov–Smirnov and by chi-square over 100 bins."""
    counts = np.histogram(u, bins=100, range=(0, 1))[0]
    return min(stats.kstest(u, "uniform").pvalue, stats.chisquare(counts).pvalue)


def p_independent(u, v):
    """Least p that pairs fill the unit square evenly (chi-square over 16 by 16) and are not correlated."""
    counts = np.histogram2d(u, v, bins=16, range=((0, 1), (0, 1)))[0]
    correlation = np.corrcoef(u, v)[0, 1] if u.std() > 0 and v.std() > 0 else 1.0
    return min(stats.chisquare(counts.ravel()).pvalue, 2 * stats.norm.sf(abs(correlation) * np.sqrt(len(u))))


def neighbours_along(generator, key, runs):
    """Least p over a run along one key: uniform, and each number independent of the next two and of a far one."""
    u = generator(**{**BASE, key: runs[key]})
    return min(p_uniform(u), *(p_independent(u[:-lag], u[lag:]) for lag in (1, 2, 1000)))


def twins_along(generator, key):
    """Least p that a change of one key in its lowest or highest bit makes an independent draw, whatever the others."""
    rng = np.random.default_rng(1)
    keys = {k: rng.integers(0, 2**63, N, dtype=np.uint64) for k in KEYS}
    u = generator(**keys)
    flips = (np.uint64(1), np.uint64(1) << np.uint64(63), np.uint64(1) << np.uint64(32))
    return min(p_independent(u, generator(**{**keys, key: keys[key] ^ bit})) for bit in flips)


@pytest.mark.parametrize(("generator", "key"), ALONG)
@pytest.mark.parametrize("runs", [RUNS, RUNS_IN_ORDER], ids=["named", "in_order"])
def test_a_run_along_any_key_is_uniform_and_independent(generator, key, runs):
    assert neighbours_along(generator, key, runs) > LEAST_P
    assert neighbours_along(blind_to(key, generator), key, runs) < 1e-12


@pytest.mark.parametrize(("generator", "key"), ALONG)
def test_a_change_in_any_key_makes_an_independent_draw(generator, key):
    assert twins_along(generator, key) > LEAST_P
    assert twins_along(blind_to(key, generator), key) < 1e-12


def test_the_two_directions_of_a_tie_are_independent():
    ids, others = RUNS["household"], RUNS["other"]
    there = of_a_tie(**{**BASE, "household": ids, "other": others})
    back = of_a_tie(**{**BASE, "household": others, "other": ids})
    assert p_independent(there, back) > LEAST_P
    # a tie known by its two ends together, whatever their order, has one draw for both directions
    alike = of_a_tie(**{**BASE, "household": ids ^ others, "other": others ^ ids})
    assert p_independent(alike, alike) < 1e-12


def test_a_grid_of_steps_and_households_is_even_in_rows_and_columns():
    steps, ids = np.meshgrid(np.arange(200, dtype=np.uint64), RUNS["household"][:500])
    u = of_a_household(**{**BASE, "step": steps, "household": ids})
    rows = (u.mean(axis=1) - 0.5) * np.sqrt(12 * u.shape[1])
    columns = (u.mean(axis=0) - 0.5) * np.sqrt(12 * u.shape[0])
    assert stats.kstest(rows, "norm").pvalue > LEAST_P
    assert stats.kstest(columns, "norm").pvalue > LEAST_P
