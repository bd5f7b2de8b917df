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
    """Who leads when, in one sentence; leads of a few steps are left to the picture.

    Examples
    --------
    >>> import numpy as np
    >>> gap = np.array([0.0] * 10 + [0.2] * 40)
    >>> place = np.zeros(50, int)
    >>> told_of(Leads(("top_down", "hybrid"), place, place + 1, gap, gap - 0.1, gap + 0.1))
    'Top-down leads from week 10 on.'
    """
    spells = _long(spells_of(leads), max(3, round(0.03 * len(leads.mean))))
    if not any(spell.arm for spell in spells):
        return "Too close to call throughout."
    last = spells[-1].end
    said = []
    for place, spell in enumerate(spells):
        if not spell.arm:
            if place == 0:
                continue
            till = f"until {spell.end}" if spell.end < last else "from then on"
            said.append(f"too close to call {till}")
            continue
        name = named(spell.arm) if not said else named(spell.arm)[:1].lower() + named(spell.arm)[1:]
        if spell.start == 0 and spell.end == last:
            when = "throughout"
        elif spell.end == last:
            when = "from then on" if said else f"from {step_name} {spell.start} on"
        elif not said:
            when = f"{step_name}s {spell.start} to {spell.end}"
        else:
            when = f"until {spell.end}"
        said.append(f"{name} leads {when}" if not said else f"{name} {when}")
    if len(said) > 6:
        return f"The lead is not settled: it changes {len(said) - 1} times."
    return "; ".join(said) + "."


def _long(spells: Sequence[Spell], least: int) -> list[Spell]:
    """Spells without those shorter than so many steps: a short lead counts as too close, a short doubt as the lead."""
    found: list[Spell] = []
    for spell in spells:
        short = spell.end - spell.start + 1 < least and spell.end < spells[-1].end
        arm = "" if short else spell.arm
        one = Spell(spell.start, spell.end, arm, spell.versus, spell.points, spell.low, spell.high)
        if short and not spell.arm and found:  # a short doubt
            one = found.pop()
            one = Spell(one.start, spell.end, one.arm, one.versus, one.points, one.low, one.high)
        elif found and found[-1].arm == arm:
            before = found.pop()
            one = Spell(before.start, spell.end, arm, spell.versus, spell.points, spell.low, spell.high)
        found.append(one)
    return found
