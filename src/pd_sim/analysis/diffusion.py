"""How a practice spreads, in the words and by the measures of the field: who adopts when, after whom, prompted by what.

To *adopt* is to practise for the first time, after step 0. Whoever practises at step 0 (the hidden positive deviants
among them) has not adopted anything; they can be copied. All functions are of plain arrays of one replicate; rows are
households, ``-1`` in a step or a row means none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from pd_sim.analysis.uptake import time_to
from pd_sim.community import Ties
from pd_sim.population import Shown, Stage

__all__ = [
    "copies",
    "exposure",
    "exposure_at_adoption",
    "first_practised",
    "reproduction",
    "shown_to",
    "times_to",
    "trial_began",
]

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]
Over = Literal["ever", "seen"]


def first_practised(stage: npt.NDArray[np.uint8]) -> Steps:
    """Step at whose end each household first practised, hidden or not; 0 from the start, −1 never.

    Parameters
    ----------
    stage
        `Stage` of every household at every step, shape ``(step + 1, household)``.

    Examples
    --------
    >>> history = np.array([[3, 1, 1], [3, 2, 1], [4, 3, 1]], np.uint8)
    >>> first_practised(history).tolist()
    [0, 2, -1]
    """
    practised = np.asarray(stage) == Stage.PRACTISING
    return np.where(practised.any(axis=0), practised.argmax(axis=0), -1)


def trial_began(stage: npt.NDArray[np.uint8]) -> Steps:
    """Step in which each adopter decided to try, the trial being the one before it first practised; −1 for others.

    Examples
    --------
    >>> trial_began(np.array([[1, 3], [2, 3], [2, 3], [3, 3]], np.uint8)).tolist()
    [1, -1]
    """
    held, first = np.asarray(stage), first_practised(stage)
    step = np.arange(held.shape[0])[:, None]
    other = np.maximum.accumulate(np.where(held != Stage.TRYING, step, 0), axis=0)
    rows = np.arange(held.shape[1])
    return np.where(first > 0, other[np.maximum(first, 1) - 1, rows] + 1, -1)


def exposure(
    at: npt.ArrayLike,
    stage: npt.NDArray[np.uint8],
    hidden: npt.NDArray[np.bool_],
    ties: Ties,
    sight: npt.NDArray[np.uint8],
    over: Over = "ever",
) -> Floats:
    """Exposure of every household at the end of a step: Σ w·a / Σ w over its ties [1]_.

    Parameters
    ----------
    at
        A step, or one for each household.
    stage, hidden
        Stage, and whether it practises unnoticed, of every household at every step, ``(step + 1, household)``.
    ties, sight
        The ties of the start and, for each half-edge of ``ties.sees``, which states the one sees as practising.
    over
        ``ever``: a is 1 for a tie who had ever practised by then, as in the source; ``seen``: for one whom it sees
        practise at that time, which is what the decision looks at. A hidden practiser counts for neither.

    Returns
    -------
    One value a household, NaN for those without ties.

    References
    ----------
    .. [1] T. W. Valente (1996), "Social network thresholds in the diffusion of innovations", Social Networks 18.
    """
    source, weight, counts = _exposed(at, stage, hidden, ties, sight, over)
    n = len(ties.sees_start) - 1
    whole = np.bincount(source, weight, n)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(whole > 0, np.bincount(source, weight * counts, n) / whole, np.nan))


def _exposed(
    at: npt.ArrayLike,
    stage: npt.NDArray[np.uint8],
    hidden: npt.NDArray[np.bool_],
    ties: Ties,
    sight: npt.NDArray[np.uint8],
    over: Over,
) -> tuple[Steps, Floats, npt.NDArray[np.bool_]]:
    """Of every half-edge: who sees, its weight, and whether the one seen counts."""
    n = len(ties.sees_start) - 1
    weight = np.ones(len(ties.sees)) if ties.weight is None else ties.weight / ties.scale
    source = np.repeat(np.arange(n), np.diff(ties.sees_start))
    when = np.broadcast_to(np.asarray(at, np.int64), (n,))[source]
    practises = (np.asarray(stage) == Stage.PRACTISING) & ~np.asarray(hidden)
    ever = np.maximum.accumulate(practises, axis=0)[when, ties.sees]
    if over == "ever":
        return source, weight, ever
    now = practises[when, ties.sees]
    seen = np.where(now, sight & Shown.PRACTISING, np.where(ever, sight & Shown.STOPPED, 0)) != 0
    return source, weight, seen


def exposure_at_adoption(
    stage: npt.NDArray[np.uint8],
    hidden: npt.NDArray[np.bool_],
    ties: Ties,
    sight: npt.NDArray[np.uint8],
    over: Over = "ever",
    when: Literal["adoption", "trial"] = "adoption",
) -> Floats:
    """Network threshold of every adopter: its exposure just before it adopted (see `exposure`).

    Parameters
    ----------
    stage, hidden, ties, sight, over
        As in `exposure`.
    when
        ``adoption``: at the end of the step before it first practised, as in the source; ``trial``: of the step
        before the one in which it decided to try.

    Returns
    -------
    One value a household, NaN for those without ties, that practised from the start, or that never did.
    """
    first = first_practised(stage)
    moment = first if when == "adoption" else trial_began(stage)
    found = exposure(np.maximum(moment, 1) - 1, stage, hidden, ties, sight, over)
    return np.asarray(np.where(first > 0, found, np.nan))


def copies(copied_from: npt.ArrayLike, first: npt.ArrayLike) -> Steps:
    """How many adopters copied each household: its own number of "secondary cases" [1]_.

    Parameters
    ----------
    copied_from
        Row of the household whose practice each copied, −1 for none.
    first
        From `first_practised`; only adopters count as having copied.

    References
    ----------
    .. [1] J. Wallinga, P. Teunis (2004), "Different epidemic curves for severe acute respiratory syndrome reveal
       similar impacts of control measures", American Journal of Epidemiology 160.

    Examples
    --------
    >>> copies([-1, 0, 0, 1], first=[0, 3, 4, -1]).tolist()  # the last one tried and never practised
    [2, 0, 0, 0]
    """
    source, steps = np.asarray(copied_from, np.int64), np.asarray(first, np.int64)
    return np.bincount(source[(source >= 0) & (steps > 0)], minlength=len(source))


def shown_to(
    stage: npt.NDArray[np.uint8], hidden: npt.NDArray[np.bool_], ties: Ties, sight: npt.NDArray[np.uint8]
) -> Floats:
    """Adoptions credited to each household by having been seen: an adopter's one credit is split by weight of tie.

    It is split among the ties it saw practise just before it decided to try, whatever else prompted it; an adopter
    who saw nobody gives no credit.

    Parameters
    ----------
    stage, hidden, ties, sight
        As in `exposure`.
    """
    began = trial_began(stage)
    source, weight, seen = _exposed(np.maximum(began, 1) - 1, stage, hidden, ties, sight, "seen")
    n = len(ties.sees_start) - 1
    share = weight * seen * (began[source] > 0)
    whole = np.bincount(source, share, n)[source]
    credit = np.divide(share, whole, out=np.zeros_like(share), where=whole > 0)
    return np.asarray(np.bincount(ties.sees, credit, n), np.float64)


def reproduction(first: npt.ArrayLike, followers: npt.ArrayLike, edges: Sequence[int]) -> tuple[Floats, Steps]:
    """Effective reproduction number: adoptions that a household brings about, on average, by when it adopted itself.

    Parameters
    ----------
    first
        From `first_practised`.
    followers
        From `copies` (who copied it) or `shown_to` (who saw it).
    edges
        Steps at which windows begin, and the end: window k holds edges[k] ≤ step < edges[k + 1]. A window 0 to 1 holds
        those who practise from the start.

    Returns
    -------
    Mean number (NaN in an empty window) and number of households, a window each.

    Notes
    -----
    By `copies` it misses all that is not copying: households coached in a session know the practice already and copy
    nobody, even if ties seen practising made them try. By `shown_to` it credits ties also where a session, a message or
    pay did it. Either misses what comes after the last step, so late windows lie too low; passing on through households
    that heard and never practised; and ties formed during the run (`shown_to`).

    Examples
    --------
    >>> reproduction([0, 3, 4, 9], [2, 1, 0, 0], edges=[0, 1, 5, 10])
    (array([2. , 0.5, 0. ]), array([1, 2, 1]))
    """
    steps, given = np.asarray(first, np.int64), np.asarray(followers, np.float64)
    place = np.searchsorted(edges, steps, side="right") - 1
    within = (steps >= edges[0]) & (steps < edges[-1])
    number = np.bincount(place[within], minlength=len(edges) - 1)
    total = np.bincount(place[within], given[within], len(edges) - 1)
    return np.divide(total, number, out=np.full(len(number), np.nan), where=number > 0), number


def times_to(
    shares: npt.ArrayLike, levels: Sequence[float] = (0.1, 0.5, 0.9), of: Literal["all", "final"] = "all"
) -> Floats:
    """Steps by which shares reach some levels.

    Parameters
    ----------
    shares
        Shape ``(..., step + 1)``, such as the share that has ever practised.
    levels
        Each above 0, up to 1.
    of
        ``all``: of all households; ``final``: of the share at the last step.

    Returns
    -------
    Shape ``(..., level)``; NaN where a level is never reached (of the final share of 0: step 0).

    Examples
    --------
    >>> times_to([0.0, 0.1, 0.3, 0.4, 0.5]).tolist()
    [1.0, 4.0, nan]
    >>> times_to([0.0, 0.1, 0.3, 0.4, 0.5], of="final").tolist()
    [1.0, 2.0, 4.0]
    """
    held = np.asarray(shares, np.float64)
    if of == "final":
        last = held[..., -1:]
        held = np.divide(held, last, out=np.ones_like(held), where=last > 0)
    return np.stack([time_to(held, level) for level in levels], axis=-1)
