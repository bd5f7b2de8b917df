"""The arrays that hold a population: one record a household, and counts of what each household sees.

A population is a *tile* of replicates side by side; each replicate has one or more villages, each village its
households, in rows that follow one another. All numbers of one household stand together in 64 bytes.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = [
    "COUNTERS",
    "GATED",
    "HOUSEHOLD",
    "LOOK",
    "SEEN",
    "SETTLED",
    "STANDING",
    "Arrays",
    "Mark",
    "Prompt",
    "Shown",
    "Stage",
    "Variant",
]


class Stage(IntEnum):
    """Where a household stands towards the practice."""

    UNAWARE = 0
    AWARE = 1
    TRYING = 2
    PRACTISING = 3
    LAPSED = 4
    REJECTED = 5


class Variant(IntEnum):
    """Which form of the practice a household knows."""

    NONE = 0
    LOCAL = 1
    OUTSIDE = 2
    FALSE = 3


class Prompt(IntEnum):
    """What came before a household's trial: the first of these that applies."""

    SESSION = 0
    TIE = 1
    MESSAGE = 2
    PAY = 3
    ITSELF = 4


class Shown(IntEnum):
    """What a household shows its neighbours; also the bit of a tie's sight that lets them see it practise."""

    NOTHING = 0
    PRACTISING = 1
    STOPPED = 2
    NEVER = 4


class Mark(IntFlag):
    """What else is noted of a household, in the bits of ``marks``."""

    CAME = 1
    NOT_PERMITTED = 2
    NO_HARDWARE = 4


GATED = int(Mark.NOT_PERMITTED | Mark.NO_HARDWARE)
"""Marks that stand between aware and trying."""

SETTLED = -(2**31)
"""Value of ``since`` that marks a spell of practice whose habit is settled from its start."""

HOUSEHOLD = np.dtype(
    [
        ("caution", "<f8"),
        ("trust_peer", "<f4"),
        ("trust_expert", "<f4"),
        ("fit_local", "<f4"),
        ("fit_outside", "<f4"),
        ("know_how", "<f4"),
        ("confidence", "<f4"),
        ("ownership", "<f4"),
        ("involved", "<f4"),
        ("push", "<f4"),
        ("pay", "<f4"),
        ("since", "<i4"),
        ("paid", "<i2"),
        ("variant", "u1"),
        ("prompt", "u1"),
        ("hidden", "?"),
        ("ever", "?"),
        ("need", "?"),
        ("advantage", "?"),
        ("session", "?"),
        ("marks", "u1"),
        ("kept", "<u2"),
    ]
)
"""One household (64 bytes): traits and state, but for its stage, which stands in an array of its own.

``since`` is the step at whose end the present stage began, ``paid`` the steps of it that were paid for, ``ever``
whether it has ever practised, ``kept`` how many steps after a lapse its know-how was last true, ``marks``
(`Mark`) whether it ever came to a session, and whether it may and can try; ``session`` whether it is in one this step.
"""

SEEN = np.dtype([("practising", "<f8"), ("heard", "<f8"), ("degree", "<f8"), ("proof", "<f8"), ("step", "<f8")])
"""What a household sees: weight of ties seen practising, of ties that talk without practising, of all ties,
the share ``proof = practising / degree`` (0 without ties), and the step."""

LOOK = np.dtype([("practising", "<i4"), ("heard", "<i4"), ("degree", "<i4"), ("ceiling", "<f4")])
"""What is kept up to date for each household: the weight, in fixed point, of its ties seen practising, of those that
are aware, trying, lapsed or rejected, and of all; and the greatest chance it can have in a step nobody intervenes."""

COUNTERS = (
    *("unaware", "aware", "trying", "practising", "lapsed", "rejected", "seen", "ever_practised"),
    *("trials", "successes", "failures", "lapses", "sessions", "attendance", "participants"),
    *("by_session", "by_tie", "by_message", "by_pay", "by_itself"),
    *("ties_formed", "isolates_reached", "incidents"),
)
"""What is counted in each village; from ``trials`` on anew in every step, but for `STANDING`."""

STANDING = ("participants", "isolates_reached")
"""Counters beyond ``trials`` that go on from step to step."""


class Arrays(NamedTuple):
    """Everything a kernel needs of a population (n households, V villages, R replicates, E half-edges)."""

    own: npt.NDArray[Any]
    """``HOUSEHOLD[n]``."""
    stage: npt.NDArray[np.uint8]
    """`Stage` of each household, ``[n]``."""
    touched: npt.NDArray[np.uint8]
    """1 where an intervention acted this step in a way that a decision must look at, ``[n]``."""
    shows: npt.NDArray[np.uint8]
    """What each household shows those who see it (`Shown`), kept up to date, ``[n]``."""
    look: npt.NDArray[Any]
    """``LOOK[n]``."""
    copied_from: npt.NDArray[np.int32]
    """Row of the household whose practice was copied, −1 for none, ``[n]``."""
    identity: npt.NDArray[np.uint64]
    village_start: npt.NDArray[np.int64]
    replicate_start: npt.NDArray[np.int64]
    """First village of each replicate, ``[R + 1]``."""
    seed: npt.NDArray[np.uint64]
    """Seed of each replicate's luck, ``[R]``."""
    village_seed: npt.NDArray[np.uint64]
    """Seed of what is drawn about each replicate's villages, ``[R]``."""
    sees_start: npt.NDArray[np.int32]
    sees: npt.NDArray[np.int32]
    sight: npt.NDArray[np.uint8]
    """For each half-edge of ``sees``: which `Shown` states the one sees as practising."""
    seen_by_start: npt.NDArray[np.int32]
    seen_by: npt.NDArray[np.int32]
    sight_by: npt.NDArray[np.uint8]
    """``sight`` in the order of ``seen_by``."""
    weight_by: npt.NDArray[np.int32]
    """Weights in the order of ``seen_by``; empty where every tie counts 1."""
    pool_head: npt.NDArray[np.int32]
    """First new half-edge of each household in the pool, −1 for none; empty where no ties form, ``[n]``."""
    pool: npt.NDArray[np.int32]
    """New half-edges: next one of the same household, the other household, sight of it, its sight back, ``[P, 4]``."""
    pool_size: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int32]
    """`COUNTERS` of each village, ``[V, len(COUNTERS)]``."""
    limits: npt.NDArray[np.float64]
    """Greatest chances of each stage, see ``behaviour.ceilings``."""
    scale: int
    """What a tie of weight 1 counts in fixed point."""
