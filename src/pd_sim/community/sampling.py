"""Draws of pairs without replacement."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["distinct", "pairs"]


def distinct(rng: np.random.Generator, count: int, population: int) -> npt.NDArray[np.int64]:
    """Draw different whole numbers below a population, every set of that size as likely."""
    if 3 * count > population:
        return rng.permutation(population)[:count]
    drawn = np.unique(rng.integers(population, size=count + count // 4))
    while len(drawn) < count:
        drawn = np.union1d(drawn, rng.integers(population, size=count))
    return rng.permutation(drawn)[:count]


def pairs(rng: np.random.Generator, n: int, probability: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Draw every pair of ``n`` rows with a probability."""
    population = n * (n - 1) // 2
    code = distinct(rng, int(rng.binomial(population, probability)), population)
    # pairs in the order (1, 0), (2, 0), (2, 1), …; the root may be off by one where it is all but whole
    high = ((1 + np.sqrt(1 + 8.0 * code)) / 2).astype(np.int64)
    high -= high * (high - 1) // 2 > code
    high += (high + 1) * high // 2 <= code
    return high, code - high * (high - 1) // 2
