"""How a lead moves when one assumption after the other is moved to both ends of its range; and who has many ties."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pd_sim.community import Community, File, Graph
from pd_sim.engine import draw_community, village_seed
from pd_sim.errors import ScenarioError
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario

__all__ = ["HUB", "MANY_TIES", "RANGES", "Bar", "Lead", "grouped", "groupings", "ranked", "tornado"]

RANGES: dict[str, tuple[float, float]] = {
    "practice.portability": (0.4, 0.97),
    "practice.certainty": (0.4, 0.97),
    "practice.tacitness": (0.0, 0.9),
    "practice.positive_deviants": (0.003, 0.05),
    "behaviour.ownership_weight": (0.0, 1.0),
    "behaviour.endorsement": (0.0, 2.0),
    "behaviour.try_rate": (0.02, 0.1),
    "behaviour.fresh": (0.01, 0.175),
}
"""Ends to which each assumption is moved, by its field: ours, wide on purpose."""

HUB = "hub.goes_on"
"""What stands for a field where hubs are there (1) or are not (0)."""

MANY_TIES = "many or few ties"
"""Name of the grouping that every community has."""

_MOST_LABELS = 8

Progress = Callable[[int, int], None]
Compare = Callable[[Scenario, Sequence[str], Progress | None], Comparison]


@dataclass(frozen=True)
class Lead:
    """Points by which the arm that leads now is ahead at the last step, with the interval of the mean."""

    points: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Bar:
    """One assumption at both ends of its range."""

    field: str
    now: float
    ends: tuple[float, float]
    leads: tuple[Lead, Lead]

    @property
    def span(self) -> float:
        """How far the lead moves, in points."""
        return abs(self.leads[1].points - self.leads[0].points)

    @property
    def turns(self) -> bool:
        """Whether the other arm leads for sure at one of the ends."""
        return any(lead.sure and lead.points < 0 for lead in self.leads)


def ranked(result: Comparison) -> list[str]:
    """Arms by the share practising at the end, the highest first; equal ones in their order."""
    return sorted(result.arms, key=lambda arm: -float(result.series(arm)[:, -1].mean()))


def tornado(
    scenario: Scenario,
    arms: tuple[str, str],
    compare: Compare,
    *,
    ranges: Mapping[str, tuple[float, float]] = RANGES,
    hubs: Sequence[str] = (),
    progress: Progress | None = None,
) -> tuple[Lead, tuple[Bar, ...]]:
    """Move one assumption after the other, all else the same, and see how far one arm is ahead of another.

    Parameters
    ----------
    scenario
        The scenario.
    arms
        The arm that leads now, and the next.
    compare
        Runs these two arms of a scenario on the same villages and luck each time.
    ranges
        Ends by field; what stands outside its range now widens it.
    hubs
        Fields with the places of hubs, which are all set to 0 at once: nothing goes on by itself.
    progress
        Called with the runs done and all of them.

    Returns
    -------
    The lead as things stand, and a bar for each assumption, the widest first.

    Raises
    ------
    PdSimError
        The scenario cannot be run.
    """
    scenario = scenario.in_force
    total = 1 + 2 * len(ranges) + bool(hubs)

    def ran(one: Scenario, place: int) -> Comparison:
        counted = None if progress is None else lambda done, n: progress(place * n + done, total * n)
        return compare(one, arms, counted)

    def lead(result: Comparison) -> Lead:
        gap = result.difference(*arms)
        return Lead(100 * gap.mean, 100 * gap.low, 100 * gap.high)

    as_it_stands = ran(scenario, 0)
    as_is, households = lead(as_it_stands), int(as_it_stands.sizes[0].sum())
    bars = []
    for place, (field, (least, high)) in enumerate(ranges.items()):
        now = _now(scenario, field, households)
        low = max(least, scenario.behaviour.settled_chance) if field == "behaviour.fresh" else least
        ends = min(low, now), max(high, now)
        at = [
            as_is if end == now else lead(ran(scenario.set(field, end), 1 + 2 * place + k))
            for k, end in enumerate(ends)
        ]
        bars.append(Bar(field, now, ends, (at[0], at[1])))
    if hubs:
        without = scenario
        for field in hubs:
            without = without.set(field, 0)
        bars.append(Bar(HUB, 1.0, (0.0, 1.0), (lead(ran(without, total - 1)), as_is)))
    return as_is, tuple(sorted(bars, key=lambda bar: -bar.span))


def _now(scenario: Scenario, field: str, households: int) -> float:
    block, name = field.split(".")
    if name == "fresh":
        return scenario.behaviour.fresh_chance
    value = getattr(getattr(scenario, block), name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScenarioError(f"{field}: {value!r} is no number, so that it has no two ends")
    if isinstance(value, int) and name == "positive_deviants":
        return value / households
    return float(value)


def groupings(scenario: Scenario, seed: int) -> tuple[str, ...]:
    """Groupings of a community: by ties, its groups, and columns of its households file with a few values."""
    community = draw_community(scenario, village_seed(scenario, seed, 0))
    found = [MANY_TIES, *community.groups]
    if isinstance(scenario.community, File):
        found += [
            name
            for name, column in community.columns.items()
            if name not in found and 2 <= len(np.unique(np.asarray(column).astype(str))) <= _MOST_LABELS
        ]
    return tuple(found)


def grouped(scenario: Scenario, seed: int, grouping: str) -> tuple[Scenario, str]:
    """The scenario on its village with households grouped, and what the grouping is called there.

    Raises
    ------
    ScenarioError
        There is no such grouping, or all households have the same number of ties.
    """
    if grouping not in groupings(scenario, seed):
        raise ScenarioError(f"grouping {grouping[:60]!r}: there is none of that name here")
    community = draw_community(scenario, village_seed(scenario, seed, 0))
    if grouping in community.groups:
        return scenario, grouping
    # under a name of its own: the column may be needed as it is
    labels = _by_ties(community) if grouping == MANY_TIES else np.asarray(community.columns[grouping]).astype(str)
    name = f"{grouping}, grouped"
    columns = {**community.columns, name: labels}
    of_groups = replace(community, columns=columns, groups=(*community.groups, name))
    return scenario.model_copy(update={"community": Graph(graph=of_groups, draw="once")}), name


def _by_ties(community: Community) -> npt.NDArray[np.str_]:
    ties = community.ties.out_degree
    middle = float(np.median(ties))
    many = ties > middle if (ties > middle).any() else ties >= middle
    if many.all():
        raise ScenarioError("all households have the same number of ties here, so that nobody has few")
    most = int(ties[~many].max())
    return np.where(many, f"more than {most} ties", f"up to {most} ties")
