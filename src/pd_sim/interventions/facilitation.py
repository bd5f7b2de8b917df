"""Facilitation: Engage people round a burning issue, Discover the positive exceptions, Share how they do it."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field

from pd_sim.interventions.base import Capacity, Chance, Count, Money, PerHousehold, Steps
from pd_sim.interventions.sessions import Sessions, but, capacity, hold_sessions
from pd_sim.population import Mask, PerVillage, Population, Variant

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
    recruits: str = Field("ties", description="how the group forms: ties, anyone, or the name of a grouping to spread over")
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

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Engage, then discover and share, in every village."""
        if not self.on(step):
            return
        if step == self.start:
            state.member = self._recruit(pop)
            pop.tell(state.member)
            pop.involve(state.member, self.involves * self.fidelity, self.genuine)
        if step == self.start or pop.meeting > 0:
            state.near = pop.near(state.member)
            state.in_reach = pop.near(state.member, reach=2)
        if step >= self.start + self.engage:
            self._discover(pop, state)
            hosts = pop.in_the_open & (state.member | state.found)
            hold_sessions(self, step, pop, hosts, invited=state.near | pop.sees_practice)

    def _recruit(self, pop: Population) -> Mask:
        """Form each village's group."""
        wanted = capacity(self.members, pop)
        everyone = ~pop.nobody()
        if self.recruits == "anyone":
            return pop.pick(everyone, wanted, "member")
        if self.recruits != "ties":
            return self._across(pop, pop.group(self.recruits), wanted)
        group = pop.pick(everyone, np.minimum(wanted, 1), "first member")
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

    def _discover(self, pop: Population, state: Any) -> None:
        """Visit, and recognise hidden practice."""
        if self.visits == 0:
            return
        visitors = pop.count(state.member)
        near = state.in_reach & ~(state.found | state.set_aside)
        visits = np.minimum(visitors * self.visits, pop.count(near))
        if self.cost_visit:
            pop.charge("visits", visits * self.cost_visit)
        hidden = near & pop.hidden
        # Whom the group visits matters only where there is somebody left to find.
        visited = pop.pick(near, visits * (pop.count(hidden) > 0), "visit")
        recognised = self.recognise + (1.0 - self.recognise) * self.measures
        found = pop.chance(visited & hidden, recognised * self.fidelity, "recognise")
        false = found & (pop.arrays.own["variant"] == Variant.FALSE)
        if false.any():
            sifted = pop.chance(false, self.sift, "sift")
            state.set_aside |= sifted
            found &= ~sifted
        pop.reveal(found)
        state.found |= found
