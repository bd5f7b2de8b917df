"""Who leads when, and how sure that is: at every step the arm ahead of the next, by paired replicates."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pd_sim.dashboard.looks import named
from pd_sim.results import Comparison
from pd_sim.results.uncertainty import paired_difference

__all__ = ["Leads", "Spell", "leads_of", "spells_of", "told_of"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Leads:
    """The lead at every step.

    Attributes
    ----------
    arms
        The arms that are compared.
    first, second
        Place of the arm with the highest mean, and of the next, by step; equal ones in their order.
    mean, low, high
        How far the first is ahead, with the interval of the mean of the paired differences, by step.
    """

    arms: tuple[str, ...]
    first: npt.NDArray[np.intp]
    second: npt.NDArray[np.intp]
    mean: Floats
    low: Floats
    high: Floats

    @property
    def leader(self) -> npt.NDArray[np.intp]:
        """Place of the arm that leads at each step; −1 where it is too close to call."""
        return np.where(self.low > 1e-12, self.first, -1)  # NaN: a single replicate tells nothing


@dataclass(frozen=True)
class Spell:
    """Steps on end with one leader, both ends included; no arm: too close to call."""

    start: int
    end: int
    arm: str
    versus: str
    points: float
    low: float
    high: float
    """Lead at the end of the spell in points of a hundred, with its interval."""


def leads_of(result: Comparison, arms: Sequence[str] | None = None, measure: str = "practising") -> Leads:
    """Who leads at each step of a comparison; all steps at once.

    Parameters
    ----------
    result
        What was run.
    arms
        Arms to look at, at least two; none: all of them.
    measure
        What is compared.
    """
    names = tuple(result.arms) if arms is None else tuple(arms)
    values = np.stack([result.series(arm, measure) for arm in names])
    order = np.argsort(-values.mean(axis=1), axis=0, kind="stable")
    first, second = order[0], order[1]
    steps = np.arange(values.shape[2])
    # replicate first, as the interval takes it
    ahead, behind = values[first, :, steps].T, values[second, :, steps].T
    gap = paired_difference(ahead, behind)
    return Leads(names, first, second, np.asarray(gap.mean), np.asarray(gap.low), np.asarray(gap.high))


def spells_of(leads: Leads) -> tuple[Spell, ...]:
    """Steps on end with one and the same leader, in their order."""
    leader = leads.leader
    cuts = [0, *(np.flatnonzero(np.diff(leader)) + 1).tolist(), len(leader)]
    spells = []
    for start, past in itertools.pairwise(cuts):
        end = past - 1
        arm = leads.arms[int(leader[start])] if leader[start] >= 0 else ""
        told = (100 * float(part[end]) for part in (leads.mean, leads.low, leads.high))
        spells.append(Spell(start, end, arm, leads.arms[int(leads.second[end])], *told))
    return tuple(spells)


def told_of(leads: Leads, step_name: str = "week") -> str:
    """Who leads when, in one sentence; leads and doubts of a few steps are left to the picture, or counted.

    Examples
    --------
    >>> import numpy as np
    >>> gap = np.array([0.0] * 10 + [0.2] * 40)
    >>> place = np.zeros(50, int)
    >>> told_of(Leads(("top_down", "hybrid"), place, place + 1, gap, gap - 0.1, gap + 0.1))
    'Top-down leads from week 10 on.'
    """
    last = len(leads.mean) - 1
    stretches = _stretches(spells_of(leads), max(3, round(0.03 * len(leads.mean))))
    if not any(one.arm for one in stretches):
        short = [(one.start, one.end) for one in spells_of(leads) if one.arm]
        return f"Too close to call throughout{_but_for(short, step_name)}."
    said: list[str] = []
    told_up_to = -1
    for one in stretches:
        goes_on = bool(said) and one.start == told_up_to + 1
        told_up_to = one.end
        if not one.arm:
            said.append(f"too close to call {_when(one, last, step_name, goes_on=True)}{_but_for(one.but, step_name)}")
            continue
        name = named(one.arm)
        when = _when(one, last, step_name, goes_on=goes_on) + _but_for(one.but, step_name)
        said.append(f"{name[:1].lower()}{name[1:]} {when}" if said else f"{name} leads {when}")
    if len(said) > 6:
        return f"The lead is not settled: it changes {len(said) - 1} times."
    return "; ".join(said) + "."


@dataclass(frozen=True)
class _Stretch:
    """Steps on end of which the sentence speaks, both ends included; ``but`` for a few, of which that is not so."""

    start: int
    end: int
    arm: str
    but: tuple[tuple[int, int], ...] = ()


def _stretches(spells: Sequence[Spell], least: int) -> list[_Stretch]:
    """What the sentence speaks of: no spell shorter than so many steps, except the last."""
    last = spells[-1].end

    def short(start: int, end: int) -> bool:
        return end - start + 1 < least and end < last

    found: list[_Stretch] = []
    for arm, same in itertools.groupby(spells, key=lambda one: "" if short(one.start, one.end) else one.arm):
        parts = list(same)
        start, end = parts[0].start, parts[-1].end
        if not arm and (start == 0 or short(start, end)):
            continue
        before = found[-1] if found else None
        if before is not None and arm and before.arm == arm:  # but for a short doubt
            found[-1] = _Stretch(before.start, end, arm, (*before.but, (before.end + 1, start - 1)))
        else:
            found.append(_Stretch(start, end, arm, tuple((one.start, one.end) for one in parts if one.arm != arm)))
    return found


def _when(one: _Stretch, last: int, step_name: str, *, goes_on: bool) -> str:
    """When a stretch is; it may go on from where the one that is said before it ends."""
    if goes_on:
        return "from then on" if one.end == last else f"until {one.end}"
    if one.end == last:
        return "throughout" if one.start == 0 else f"from {step_name} {one.start} on"
    return f"{step_name}s {one.start} to {one.end}"


def _but_for(some: Sequence[tuple[int, int]], step_name: str) -> str:
    """A few steps of a stretch of which what is said of the others is not so."""
    many = sum(end - start + 1 for start, end in some)
    if not many:
        return ""
    if len(some) > 1:
        return f", but for {many} {step_name}s"
    ((start, end),) = some
    return f", but for {step_name} {start}" if many == 1 else f", but for {step_name}s {start} to {end}"
