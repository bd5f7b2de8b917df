"""Random draws as pure functions of what they are for.

A draw is keyed by a seed, a stream, a step and a household (and, for ties, a second household). Nothing is
remembered between draws, so the same draw comes out in every arm (common random numbers), in any order of
visiting, on any thread and in any tile; a household more or less changes nobody else's draws.

The generator is Threefry-2x64 with 20 rounds [1]_: key = (seed, stream), counter = (household, step). A second
household is absorbed by a second application that takes the first one's two words as its key.

References
----------
.. [1] J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3",
   SC '11. The known-answer vectors of its library Random123 are in the tests.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from pd_sim._compile import compiled
from pd_sim.errors import StreamError

__all__ = [
    "MAX_SEED",
    "Streams",
    "check_seed",
    "derive_seed",
    "draw",
    "draws",
    "fill_draws",
    "identity",
    "stream_key",
    "threefry",
    "tie_draw",
    "uniform",
]

MAX_SEED = 2**63 - 1
"""Greatest seed a user may give."""

_PARITY = np.uint64(0x1BD11BDAA9FC1A22)
_UNIT = 1.0 / 9007199254740992.0  # 2**-53
_DROP = np.uint64(11)
_W = np.uint64(64)
_ONE, _TWO, _THREE, _FOUR, _FIVE = (np.uint64(k) for k in range(1, 6))


@compiled
def _turn(x0, x1, left):
    x0 = x0 + x1
    return x0, ((x1 << left) | (x1 >> (_W - left))) ^ x0


@compiled
def _first_four(x0, x1):
    x0, x1 = _turn(x0, x1, np.uint64(16))
    x0, x1 = _turn(x0, x1, np.uint64(42))
    x0, x1 = _turn(x0, x1, np.uint64(12))
    return _turn(x0, x1, np.uint64(31))


@compiled
def _second_four(x0, x1):
    x0, x1 = _turn(x0, x1, np.uint64(16))
    x0, x1 = _turn(x0, x1, np.uint64(32))
    x0, x1 = _turn(x0, x1, np.uint64(24))
    return _turn(x0, x1, np.uint64(21))


@compiled
def threefry(k0, k1, c0, c1):
    """Threefry-2x64-20: two 64-bit words from a key of two words and a counter of two words (all ``uint64``)."""
    k2 = k0 ^ k1 ^ _PARITY
    x0, x1 = _first_four(c0 + k0, c1 + k1)
    x0, x1 = _second_four(x0 + k1, x1 + k2 + _ONE)
    x0, x1 = _first_four(x0 + k2, x1 + k0 + _TWO)
    x0, x1 = _second_four(x0 + k0, x1 + k1 + _THREE)
    x0, x1 = _first_four(x0 + k1, x1 + k2 + _FOUR)
    return x0 + k2, x1 + k0 + _FIVE


@compiled
def uniform(word):
    """Turn a 64-bit word into a number in [0, 1) with 53 random bits."""
    return np.float64(word >> _DROP) * _UNIT


@compiled
def draw(seed, stream, step, household):
    """Draw one number in [0, 1) for a household at a step.

    Parameters
    ----------
    seed, stream, step, household
        ``uint64`` each: the replicate's seed, the key of the stream (`stream_key`), the step, and the household's
        `identity`.
    """
    word, _ = threefry(np.uint64(seed), np.uint64(stream), np.uint64(household), np.uint64(step))
    return uniform(word)


@compiled
def tie_draw(seed, stream, step, household, other):
    """Draw one number in [0, 1) for the tie from a household to another, at a step (all ``uint64``)."""
    k0, k1 = threefry(np.uint64(seed), np.uint64(stream), np.uint64(household), np.uint64(step))
    word, _ = threefry(k0, k1, np.uint64(other), np.uint64(0))
    return uniform(word)


@compiled
def fill_draws(seed, stream, step, households, out):
    """Fill ``out`` with `draw` of each of ``households``; kept this plain so that it is vectorised."""
    for i in range(households.shape[0]):
        word, _ = threefry(seed, stream, households[i], step)
        out[i] = np.float64(word >> _DROP) * _UNIT


def draws(seed: int, stream: np.uint64, step: int, households: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
    """Draw one number in [0, 1) for each household.

    Parameters
    ----------
    seed
        Seed of the replicate (or of its village).
    stream
        Key of the stream, from `stream_key`.
    step
        The step; 0 for what is drawn once.
    households
        Identities, from `identity`.

    Examples
    --------
    >>> key = stream_key("trait", "", "caution")
    >>> ids = np.array([identity("v", "1"), identity("v", "2")])
    >>> bool((draws(7, key, 0, ids)[::-1] == draws(7, key, 0, ids[::-1])).all())
    True
    """
    out = np.empty(len(households))
    fill_draws(np.uint64(seed), np.uint64(stream), np.uint64(step), np.ascontiguousarray(households), out)
    return out


def _hash(*parts: str) -> np.uint64:
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "little") + encoded)
    return np.uint64(int.from_bytes(digest.digest(), "little"))


def stream_key(mechanic: str, label: str, purpose: str) -> np.uint64:
    """Key of a stream: what kind of mechanism draws, which of several alike, and for what."""
    return _hash("stream", mechanic, label, purpose)


def identity(village: str, household: str) -> np.uint64:
    """Stable identity of a household: a hash of its village's name and its own."""
    return _hash("household", village, household)


def check_seed(seed: int) -> int:
    """Return the seed if it can be used, else raise `StreamError`."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed <= MAX_SEED:
        raise StreamError(f"seed {seed!r}: give a whole number from 0 to {MAX_SEED}")
    return int(seed)


def derive_seed(seed: int, purpose: str, index: int = 0) -> int:
    """Seed for one purpose out of a user's seed, such as the luck of replicate ``index``.

    Examples
    --------
    >>> derive_seed(1, "luck", 0) != derive_seed(1, "luck", 1) != derive_seed(2, "luck", 1)
    True
    """
    word, _ = threefry(np.uint64(check_seed(seed)), _hash("seed", purpose), np.uint64(index), np.uint64(0))
    return int(word) & MAX_SEED


class Streams:
    """The streams that are in use, so that no two mechanics share one by accident.

    Examples
    --------
    >>> streams = Streams()
    >>> key = streams.claim("sessions", "", "turnout")
    >>> streams.claim("sessions", "", "turnout")
    Traceback (most recent call last):
    pd_sim.errors.StreamError: stream sessions//turnout is claimed twice; give one of the two a label
    """

    def __init__(self) -> None:
        self._claimed: dict[int, tuple[str, str, str]] = {}

    def __copy__(self) -> Streams:
        other = Streams()
        other._claimed = dict(self._claimed)
        return other

    def claim(self, mechanic: str, label: str, purpose: str) -> np.uint64:
        """Return the key of a stream that nobody else has claimed, else raise `StreamError`."""
        key = stream_key(mechanic, label, purpose)
        if int(key) in self._claimed:
            taken = "/".join(self._claimed[int(key)])
            wanted = "/".join((mechanic, label, purpose))
            if taken == wanted:
                raise StreamError(f"stream {wanted} is claimed twice; give one of the two a label")
            raise StreamError(f"streams {taken} and {wanted} have the same key; rename one of the two")
        self._claimed[int(key)] = (mechanic, label, purpose)
        return key
