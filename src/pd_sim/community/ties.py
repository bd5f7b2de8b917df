"""Who sees whom, as compressed rows in both directions.

A tie has a direction: *i sees j*. A mutual tie is two half-edges, i sees j and j sees i. The rows of `Ties.sees` are
for reading (what does i see?), those of `Ties.seen_by` for writing (j changed; whose picture changes?).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim._compile import compiled
from pd_sim.errors import CommunityError

__all__ = ["GREATEST_WEIGHT", "LEAST_WEIGHT", "PERCEIVED", "WEIGHT_SCALE", "Ties"]

WEIGHT_SCALE = 65536
"""What a weight of 1 is in fixed point."""

LEAST_WEIGHT = 1 / WEIGHT_SCALE
"""Smallest weight a tie can have."""

GREATEST_WEIGHT = 32767.0
"""Greatest sum of weights a household's ties can have, in either direction."""

PERCEIVED = {"unknown": 0, "practising": 1, "never": 2, "stopped": 3}
"""Codes of what a household believes another one does; -1 where nothing was recorded."""

_MOST = 2**31 - 1

Rows = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Ties:
    """Half-edges between the rows of a community; all arrays are read-only.

    Row ``i`` sees ``sees[sees_start[i]:sees_start[i + 1]]``, in ascending order, and is seen by
    ``seen_by[seen_by_start[i]:seen_by_start[i + 1]]``, in ascending order.

    Attributes
    ----------
    sees_start, seen_by_start
        Where each row begins; one longer than the number of households.
    sees, seen_by
        Rows at the other end; as long as there are half-edges.
    seen_by_tie
        For each entry of ``seen_by``, the position of the same half-edge in ``sees``.
    weight
        Weights in the order of ``sees``, in fixed point; None where every tie counts 1.
    scale
        What a weight of 1 is in fixed point: 1 without weights, `WEIGHT_SCALE` with.
    mutual
        Whether every half-edge has its mirror.
    perceived
        What the one who sees believes the other does, in the order of ``sees``: codes of `PERCEIVED`, -1 where
        nothing was recorded; None where no file said anything.

    Examples
    --------
    >>> ties = Ties.build(3, [0, 1], [1, 2])
    >>> ties.sees.tolist(), ties.sees_start.tolist(), ties.mutual
    ([1, 0, 2, 1], [0, 1, 3, 4], True)
    >>> Ties.build(3, [0, 1], [1, 2], mutual=False).seen_by_start.tolist()
    [0, 0, 1, 2]
    """

    sees_start: Rows
    sees: Rows
    seen_by_start: Rows
    seen_by: Rows
    seen_by_tie: Rows
    weight: Rows | None
    scale: int
    mutual: bool
    perceived: npt.NDArray[np.int8] | None = None

    def __post_init__(self) -> None:
        for array in (self.sees_start, self.sees, self.seen_by_start, self.seen_by, self.seen_by_tie):
            array.flags.writeable = False
        for extra in (self.weight, self.perceived):
            if extra is not None:
                extra.flags.writeable = False

    def __repr__(self) -> str:
        kind = ("mutual" if self.mutual else "as named") + ("" if self.weight is None else ", weighted")
        return f"Ties({self.n} households, {self.count} half-edges, {kind})"

    @classmethod
    def build(
        cls,
        n: int,
        source: npt.ArrayLike,
        target: npt.ArrayLike,
        weight: npt.ArrayLike | None = None,
        mutual: bool = True,
        *,
        perceived: npt.ArrayLike | None = None,
        label: Callable[[int], str] = str,
    ) -> Ties:
        """Build ties from pairs of rows; removes and repairs nothing.

        Parameters
        ----------
        n
            Number of households.
        source, target
            Rows of the household that sees and of the one that is seen, one entry per tie.
        weight
            One weight per tie, from `LEAST_WEIGHT` to `GREATEST_WEIGHT`; None where every tie counts 1.
        mutual
            Whether each entry stands for both directions; each pair may then be given only once, in either order.
        perceived
            Codes of `PERCEIVED` or -1 per entry: what the source believes the target does. The mirrors that
            ``mutual`` adds get -1.
        label
            What a household is called in messages, from its row.

        Raises
        ------
        CommunityError
            A household tied to itself, a pair given twice, a row out of range, or a weight out of bounds.
        """
        sees_from, sees_to = _rows(n, source, "source"), _rows(n, target, "target")
        if len(sees_from) != len(sees_to):
            raise CommunityError(f"ties: {len(sees_from)} sources but {len(sees_to)} targets; give one of each per tie")
        if max(n, (1 + mutual) * len(sees_from)) > _MOST:
            raise CommunityError(f"ties: more than {_MOST:,} households or half-edges; split the community")
        loops = np.flatnonzero(sees_from == sees_to)
        if len(loops):
            raise CommunityError(
                f"ties: household {label(int(sees_from[loops[0]]))} is tied to itself; leave that tie out"
            )
        fixed = None if weight is None else _fixed_point(weight, sees_from, sees_to, label)
        belief = None if perceived is None else np.asarray(perceived, np.int8).ravel()
        if belief is not None and len(belief) != len(sees_from):
            raise CommunityError(f"ties: {len(sees_from)} ties but {len(belief)} perceptions; give one per tie")
        if mutual:
            sees_from, sees_to = np.concatenate([sees_from, sees_to]), np.concatenate([sees_to, sees_from])
            fixed = None if fixed is None else np.concatenate([fixed, fixed])
            belief = None if belief is None else np.concatenate([belief, np.full(len(belief), -1, np.int8)])
        order = _sorted(n, sees_from, sees_to)
        sees_from, sees_to = sees_from[order], sees_to[order]
        again = np.flatnonzero((sees_from[1:] == sees_from[:-1]) & (sees_to[1:] == sees_to[:-1]))
        if len(again):
            one, other = int(sees_from[again[0]]), int(sees_to[again[0]])
            raise CommunityError(
                f"ties: the tie between {label(one)} and {label(other)} is given twice; "
                + ("give each pair once, in either order" if mutual else "give each source and target once")
            )
        back = _counted(n, sees_to)
        seen_by = sees_from[back]
        both_ways = mutual or bool(np.array_equal(seen_by, sees_to) and np.array_equal(sees_to[back], sees_from))
        if fixed is not None:
            fixed = fixed[order]
            _check_sums(fixed, sees_from, sees_to, n, label)
        return cls(
            sees_start=_starts(sees_from, n),
            sees=sees_to,
            seen_by_start=_starts(sees_to, n),
            seen_by=seen_by,
            seen_by_tie=back,
            weight=fixed,
            scale=1 if fixed is None else WEIGHT_SCALE,
            mutual=both_ways,
            perceived=None if belief is None else belief[order],
        )

    @property
    def n(self) -> int:
        """Number of households."""
        return len(self.sees_start) - 1

    @property
    def count(self) -> int:
        """Number of half-edges; a mutual tie is two."""
        return len(self.sees)

    @property
    def out_degree(self) -> Rows:
        """How many households each household sees."""
        return np.diff(self.sees_start)

    @property
    def in_degree(self) -> Rows:
        """How many households see each household."""
        return np.diff(self.seen_by_start)

    @property
    def source(self) -> Rows:
        """Row of the household that sees, per half-edge, in the order of ``sees``."""
        return np.repeat(np.arange(self.n, dtype=np.int32), self.out_degree)

    def pairs(self) -> tuple[Rows, Rows]:
        """Distinct undirected pairs, smaller row first, in ascending order."""
        source = self.source
        if self.mutual:
            once = source < self.sees
            return source[once], self.sees[once]
        low, high = np.minimum(source, self.sees), np.maximum(source, self.sees)
        key = np.unique(low.astype(np.int64) * self.n + high)
        return (key // max(self.n, 1)).astype(np.int32), (key % max(self.n, 1)).astype(np.int32)

    def undirected(self) -> Ties:
        """The same pairs, each tied both ways, without weights or perceptions."""
        if self.mutual and self.weight is None and self.perceived is None:
            return self
        return Ties.build(self.n, *self.pairs())


def _rows(n: int, given: npt.ArrayLike, end: str) -> Rows:
    rows: npt.NDArray[Any] = np.asarray(given).ravel()
    if len(rows) and rows.dtype.kind not in "iu":
        raise CommunityError(f"ties: {end} holds {rows.dtype} values; give row numbers, which are whole")
    outside = np.flatnonzero((rows < 0) | (rows >= n))
    if len(outside):
        raise CommunityError(
            f"ties: {end} {int(rows[outside[0]])} is not a household; there are {n}, numbered from 0 to {n - 1}"
        )
    return rows.astype(np.int32)


def _sorted(n: int, source: Rows, target: Rows) -> Rows:
    """Positions of half-edges in ascending order of source and then target."""
    by_target = _counted(n, target)
    return np.asarray(by_target[_counted(n, source[by_target])])


@compiled
def _counted(n, rows):
    """Positions in ascending order of row, alike ones in the order given: a counting sort, in linear time."""
    place = np.zeros(n + 1, np.int32)
    for at in range(rows.shape[0]):
        place[rows[at] + 1] += 1
    for row in range(n):
        place[row + 1] += place[row]
    order = np.empty(rows.shape[0], np.int32)
    for at in range(rows.shape[0]):
        order[place[rows[at]]] = at
        place[rows[at]] += 1
    return order


def _starts(rows: Rows, n: int) -> Rows:
    starts = np.zeros(n + 1, np.int32)
    np.cumsum(np.bincount(rows, minlength=n), out=starts[1:])
    return starts


def _fixed_point(given: npt.ArrayLike, source: Rows, target: Rows, label: Callable[[int], str]) -> Rows:
    weight = np.asarray(given, np.float64).ravel()
    if len(weight) != len(source):
        raise CommunityError(f"ties: {len(source)} ties but {len(weight)} weights; give one per tie")
    wrong = np.flatnonzero(~((weight >= LEAST_WEIGHT) & (weight <= GREATEST_WEIGHT)))
    if len(wrong):
        first = wrong[0]
        raise CommunityError(
            f"ties: weight {weight[first]:g} of the tie between {label(int(source[first]))} and "
            f"{label(int(target[first]))} is not from {LEAST_WEIGHT:g} to {GREATEST_WEIGHT:g}; "
            "rescale the weights, and leave out ties that count nothing"
        )
    return np.rint(weight * WEIGHT_SCALE).astype(np.int32)


def _check_sums(
    fixed: Rows,
    source: Rows,
    target: Rows,
    n: int,
    label: Callable[[int], str],
) -> None:
    # the engine sums a household's weights in 32 bits
    for end in (source, target):
        sums = np.bincount(end, weights=fixed, minlength=n) / WEIGHT_SCALE
        if n and sums.max() > GREATEST_WEIGHT:
            raise CommunityError(
                f"ties: the weights of household {label(int(sums.argmax()))} sum to {sums.max():g}, more than "
                f"{GREATEST_WEIGHT:g}; divide all weights by the same number"
            )
