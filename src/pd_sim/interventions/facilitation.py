"""Facilitation: Engage people round a burning issue, Discover the positive exceptions, Share how they do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from pd_sim._compile import compiled
from pd_sim.errors import ScenarioError, nearest
from pd_sim.interventions.base import Capacity, Chance, Count, Money, PerHousehold, Steps
from pd_sim.interventions.sessions import Sessions, but, capacity, hold_sessions
from pd_sim.population import Mask, PerVillage, Population, Shown, Stage, Variant
from pd_sim.population.kernels import restage
from pd_sim.population.picking import largest_village, pick_in_village
from pd_sim.streams import draw

_PRACTISING, _NOTHING, _FALSE = int(Stage.PRACTISING), int(Shown.NOTHING), int(Variant.FALSE)

__all__ = ["Facilitation"]


class Facilitation(Sessions, kind="facilitation"):
    """A working group of the community finds households that already do better, and shares how they do it.

    Engage: in its first step a group of ``members`` forms in each village, and for ``engage`` steps it defines and
    measures the issue. Discover: from then on each member visits households within two ties of the group, those not
    yet found first of all; a hidden practiser that is visited is recognised with the chance
    recognise + (1 − recognise) · measures, and practises in the open from then on; a false lead is seen through with
    the chance ``sift`` and else taken for an exception. Share: once somebody has been
    found, sessions are held, hosted by those found and by members who practise; those tied to a member or to a
    household they see practising are invited, others seldom come.
    """

    mechanics: ClassVar[tuple[str, ...]] = ("facilitation", "sessions")

    engage: Steps = Field(4, description="steps the group takes to define and measure the issue")
    members: Capacity = Field(9, description="households in the working group of a village")
    recruits: str = Field(
        "ties", description="how the group forms: ties, anyone, or the name of a grouping to spread over"
    )
    visits: Count = Field(2, description="households each member visits in a step")
    recognise: Chance = Field(0.5, description="chance that a visit recognises a hidden practiser")
    measures: Chance = Field(0.0, description="how well the issue is measured; raises recognition")
    hosts_needed: Count = but("hosts_needed", 1)
    turnout_others: Chance = but("turnout_others", 0.02)
    sift: Chance = Field(0.5, description="chance that a false lead is seen through when it is recognised")
    cost_visit: Money = Field(0.0, description="money a visit costs")

    class State(NamedTuple):
        """Who is in the group, who was found, who was seen to be a false lead, and who is one or two ties away."""

        member: PerHousehold[bool]
        found: PerHousehold[bool]
        set_aside: PerHousehold[bool]
        near: PerHousehold[bool]
        in_reach: PerHousehold[bool]

    def check(self, village_sizes: npt.NDArray[np.int64], groups: Mapping[str, npt.NDArray[Any]]) -> None:
        """Refuse a grouping the community does not have."""
        if self.recruits not in ("ties", "anyone") and self.recruits not in groups:
            raise ScenarioError(
                f"facilitation.recruits: {self.recruits!r} is no grouping of this community; "
                f"{nearest(self.recruits, ['ties', 'anyone', *groups])}"
            )

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Engage, then discover and share, in every village."""
        begins, ready = pop.turn.begins, pop.turn.active & (pop.turn.age >= self.engage)
        begun = begins.values.any()
        if begun:
            formed = self._recruit(pop, begins)
            state.member = formed | (state.member & ~pop.spread(begins))
            pop.tell(formed)
            pop.involve(formed, self.involves * self.fidelity, self.genuine)
        if begun or pop.ties_form:
            state.near = pop.near(state.member)
            state.in_reach = pop.near(state.member, reach=2)
        if ready.values.any():
            self._discover(pop, state, ready)
            hosts = pop.in_the_open & (state.member | state.found)
            hold_sessions(self, step, pop, hosts, invited=state.near | pop.sees_practice, meets=ready)

    def _recruit(self, pop: Population, begins: PerVillage) -> Mask:
        """Form the group of each village in which it begins."""
        wanted = capacity(self.members, pop) * begins
        everyone = ~pop.nobody()
        if self.recruits == "anyone":
            return pop.pick(everyone, wanted, "member")
        if self.recruits != "ties":
            return self._across(pop, pop.group(self.recruits), wanted)
        group = pop.pick(everyone, PerVillage(np.minimum(wanted.values, 1)), "first member")
        reach = 1
        while (pop.count(group) < wanted).values.any() and reach <= 3:
            near = pop.near(group) & ~group if reach < 3 else ~group
            group = group | pop.pick(near, wanted - pop.count(group), "member")
            reach += 1
        return group

    @staticmethod
    def _across(pop: Population, labels: Any, wanted: PerVillage) -> Mask:
        """Members in turn from every group, so that no group has two more than another while it has households left."""
        group = pop.nobody()
        names = np.unique(labels)
        while True:
            before = group.copy()
            for name in names:
                short = np.minimum(wanted - pop.count(group), 1)
                group = group | pop.pick((labels == name) & ~group, short, "member")
            if (group == before).all():
                return group

    def _discover(self, pop: Population, state: Any, ready: PerVillage) -> None:
        """Visit, recognise hidden practice, and see through false leads."""
        factors = pop.turn.conditions
        visits = np.floor(pop.count(state.member).values * self.visits * factors.capacity + 0.5).astype(np.int64)
        visits = np.where(ready.values, visits, 0)
        if not visits.any():
            return
        if self.cost_visit:
            visits = pop.affords(self.cost_visit, PerVillage(visits)).values
        recognised = (self.recognise + (1.0 - self.recognise) * self.measures) * self.fidelity
        visited = np.zeros(pop.villages, np.int64)
        discover(
            pop.arrays,
            visits,
            state.in_reach & ~(state.found | state.set_aside),
            recognised * factors.fidelity,
            self.sift,
            (pop.stream("visit"), pop.stream("recognise"), pop.stream("sift")),
            pop.step,
            state.found,
            state.set_aside,
            visited,
        )
        if self.cost_visit:
            pop.charge("visits", PerVillage(visited * self.cost_visit))


@compiled
def discover(a, visits, eligible, recognised, sift, streams, step, found, set_aside, visited):
    """Visit ``visits`` eligible households of each village; those who practise hidden may be recognised and revealed.

    Whom the group visits is drawn only where there is somebody left to find; nothing else depends on it.
    """
    largest = largest_village(a)
    drawn, key, row = np.empty(largest), np.empty(largest), np.empty(largest, np.int64)
    now, no_weight = np.uint64(step), np.empty(0)
    for r in range(a.seed.shape[0]):
        for village in range(a.replicate_start[r], a.replicate_start[r + 1]):
            first, last = a.village_start[village], a.village_start[village + 1]
            stage, shows, meant = a.stage[first:last], a.shows[first:last], eligible[first:last]
            open_to_visits, hidden = 0, 0
            for k in range(last - first):
                open_to_visits += int(meant[k])
                hidden += int(meant[k] & (stage[k] == _PRACTISING) & (shows[k] == _NOTHING))
            visited[village] = min(visits[village], open_to_visits)
            if hidden == 0 or visited[village] == 0:
                continue
            wanted = visited[village]
            size = pick_in_village(a, r, first, last, eligible, wanted, streams[0], now, no_weight, drawn, key, row)
            for x in range(size):
                i = row[x]
                if a.stage[i] != _PRACTISING or a.shows[i] != _NOTHING:
                    continue
                if draw(a.seed[r], streams[1], now, a.identity[i]) >= recognised[village]:
                    continue
                if a.own[i].variant == _FALSE and draw(a.seed[r], streams[2], now, a.identity[i]) < sift:
                    set_aside[i] = True
                    continue
                restage(a, village, i, _PRACTISING, False, step)
                found[i] = True
