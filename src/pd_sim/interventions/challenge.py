"""Challenge: a hundred days towards a public goal, with a coach, by teams that try, see how others do, and refine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from pd_sim.errors import ScenarioError, nearest
from pd_sim.interventions.base import Capacity, Chance, Count, PerHousehold
from pd_sim.interventions.sessions import Sessions, but, capacity, hold_sessions
from pd_sim.population import Mask, PerVillage, Population, Stage, Variant

__all__ = ["Challenge"]

_ASSUMED: dict[str, Any] = {"sure": "A", "source": "assumption"}


def _condition(description: str) -> Any:
    """One of the eight conditions: 0 it is missing, 1 it is in place."""
    return Field(1.0, description=description, json_schema_extra=_ASSUMED)


class Challenge(Sessions, kind="challenge"):
    """In each cycle new teams form in a village; they meet and try, and what failed is refined at the cycle's end.

    A cycle lasts ``cycle`` steps, and one follows another until ``stop``; with ``stop`` a cycle after ``start``,
    ``again`` gives the time from one to the next. At its beginning teams form among households with need that do not
    yet practise in the open; they are told. Those in a team are invited to the sessions, and those who practise in
    the open host them (with ``hosts_needed`` 0, the default, teams without a host try the local variant, which is
    what they come up with themselves). At the cycle's last step the practice is refined for the whole village.

    Eight conditions from 0 to 1 say how far what a challenge needs is in place. Each scales one mechanism.

    ``goals``: the push that a public goal, one that seems out of reach, adds in every step for those in a team and
    others who came.

    ``data``: how much the results of other villages lift those in a team, push += sight · data · (best share − own).

    ``experimentation``: how much better the practice fits after a cycle, refine · experimentation · share of the
    teams' trials in it that failed.

    ``urgency``: turnout; chances to come are times urgency.

    ``sponsorship``: capacity; the number of teams and the places of a session are times sponsorship.

    ``permission``: the chance that one who joins a team is permitted to try (`Population.permit`).

    ``diverse_teams``: the share of a team, after its first household, drawn from the whole village, in turn from every
    group of ``across`` if given; the others are ties of those already in it.

    ``coaching_mindset``: what is kept and how far one is involved (keeps and involves are times it); a coach without
    it tells people, instead of letting them do and shape it.

    The share is that of households practising in the open, and the best is that of any village of the same replicate;
    with one village nothing is lifted. Trials count as the teams' where they ended before the cycle's last step.
    Refining multiplies every household's fit number by one minus that much (`Population.adapt`), for the outside
    variant where that is what sessions teach, else for the local one.

    From the evidence it carries: the 100-day challenge with its eight conditions; seeing other teams' times (the
    tennis-ball challenge; ``sight: 0`` takes it away); test, refine, repeat; knowing what to do and not being allowed
    to (``permission``). That these help is told by those who run challenges; every size is an assumption.
    """

    mechanics: ClassVar[tuple[str, ...]] = ("challenge", "sessions")

    cycle: int = Field(
        14, ge=1, le=520, description="steps of a cycle; 14 weeks are about 100 days", json_schema_extra=_ASSUMED
    )
    teams: Capacity = Field(2, description="teams of a village in a cycle", json_schema_extra=_ASSUMED)
    team: Count = Field(8, description="households in a team", json_schema_extra=_ASSUMED)
    across: str = Field("", description="grouping whose groups a diverse team is drawn from in turn; empty: by lot")
    turnout_others: Chance = but("turnout_others", 0.0)
    sight: float = Field(
        0.3,
        ge=0,
        le=10,
        description="encouragement by the results of others, where the best village practises and one's own does not",
        json_schema_extra=_ASSUMED,
    )
    refine: Chance = Field(
        0.1,
        description="how much better the practice fits after a cycle in which every trial failed",
        json_schema_extra=_ASSUMED,
    )
    goals: Chance = _condition("how far there is a public goal; scales push")
    data: Chance = _condition("how far results are measured and shown; scales sight")
    experimentation: Chance = _condition("how far teams may experiment; scales refine")
    urgency: Chance = _condition("how urgent it is felt to be; scales turnout")
    sponsorship: Chance = _condition("how far leaders stand behind it; scales teams and places")
    permission: Chance = _condition("chance that one who joins a team is permitted to try")
    diverse_teams: Chance = _condition("share of a team drawn from the whole village; the others are ties of it")
    coaching_mindset: Chance = _condition("how far the coach lets people do it themselves; scales keeps and involves")

    class State(NamedTuple):
        """Who is in a team, and in each village how many trials of the teams ended and failed in this cycle."""

        member: PerHousehold[bool]
        ended: PerVillage[int]
        failed: PerVillage[int]

    @model_validator(mode="after")
    def _time_for_a_cycle(self) -> Challenge:
        if self.stop is not None and self.stop - self.start < self.cycle:
            raise ValueError(
                f"cycle ({self.cycle}) is longer than the {self.stop - self.start} steps from start to stop; "
                f"stop at {self.start + self.cycle} or later"
            )
        return self

    def check(self, village_sizes: npt.NDArray[np.int64], groups: Mapping[str, npt.NDArray[Any]]) -> None:
        """Refuse a grouping that the community does not have."""
        if self.across and self.across not in groups:
            raise ScenarioError(f"challenge.across: unknown grouping {self.across!r}; {nearest(self.across, groups)}")

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Form teams at the beginning of a cycle, let them meet and aspire, and refine at its end."""
        turn, day = pop.turn, pop.turn.age % self.cycle
        begins = turn.active & (day == 0)
        conditions = turn.conditions._replace(capacity=turn.conditions.capacity * self.sponsorship)
        with pop.taking(turn._replace(conditions=conditions, whole=turn.whole and self.sponsorship == 1.0)):
            if begins.values.any():
                self._form(pop, state, begins)
            self._note_trials(pop, state, turn.active & (day > 0))
            came = hold_sessions(self._as_coached(), step, pop, hosts=pop.in_the_open, invited=state.member)
            self._aspire(pop, state.member, came)
        ends = turn.active & (day == self.cycle - 1)
        if ends.values.any():
            self._refine(pop, state, ends)

    def _as_coached(self) -> Challenge:
        """What the conditions leave of a session; the push does not depend on coming to one."""
        scaled = {name: getattr(self, name) * self.urgency for name in ("turnout", "turnout_others", "returning")}
        scaled |= {name: getattr(self, name) * self.coaching_mindset for name in ("keeps", "involves")}
        return self.model_copy(update={**scaled, "push": 0.0})

    def _form(self, pop: Population, state: Any, begins: PerVillage) -> None:
        """Form the teams of a new cycle, tell them, and permit some to try."""
        eligible = pop.trait("need") & ~pop.in_the_open
        teams = np.where(begins.values, capacity(self.teams, pop).values, 0)
        wanted = PerVillage(teams * self.team)
        others = (wanted.values - teams).clip(0) * self.diverse_teams
        drawn = np.minimum(teams + np.floor(others + 0.5).astype(np.int64), wanted.values)
        new = _in_turn(pop, eligible, pop.group(self.across) if self.across else None, PerVillage(drawn))
        new |= _by_ties(pop, eligible, new, wanted)
        state.member = new | (state.member & ~pop.spread(begins))
        state.ended = np.where(begins.values, 0, state.ended.values)
        state.failed = np.where(begins.values, 0, state.failed.values)
        pop.tell(new)
        pop.permit(pop.chance(new, self.permission, "permission"))

    @staticmethod
    def _note_trials(pop: Population, state: Any, going_on: PerVillage) -> None:
        """Count the trials of those in a team that ended in the step before."""
        just = state.member & (pop.trait("since") == pop.step - 1) & pop.spread(going_on)
        failed = pop.count(just & pop.at(Stage.REJECTED))
        state.failed = state.failed + failed
        state.ended = state.ended + failed + pop.count(just & pop.in_the_open)

    def _aspire(self, pop: Population, member: Mask, came: Mask) -> None:
        """Encourage those who came by the goal, and those in a team also by what the best village has reached."""
        share = pop.share(pop.in_the_open).values
        best = np.maximum.reduceat(share, pop.arrays.replicate_start[:-1])[pop.replicate_of_village]
        lift = pop.spread(self.sight * self.data * (best - share))
        push = self.push * self.goals + np.where(member, lift, 0.0)
        pop.encourage((member | came) & (push > 0.0), push * self.fidelity, self.source)

    def _refine(self, pop: Population, state: Any, ends: PerVillage) -> None:
        """Make the practice fit more households, as far as trials failed."""
        share = state.failed.values / np.maximum(state.ended.values, 1)
        better = pop.spread(self.refine * self.experimentation * share * ends.values)
        variant = Variant.OUTSIDE if self.teaches == "outside" else Variant.LOCAL
        pop.adapt(better > 0.0, better, variant)


def _by_ties(pop: Population, eligible: Mask, first: Mask, wanted: PerVillage) -> Mask:
    """Ties of the first, ties of theirs and so on, until there are so many in each village."""
    chosen, more = first, first
    while more.any():
        near = pop.near(chosen) & ~chosen & eligible
        stuck = pop.spread(pop.count(near) == 0)  # nobody left to ask: one household more, from anywhere
        lacking = (wanted - pop.count(chosen)).values
        asked = np.where(stuck, eligible & ~chosen, near)
        more = pop.pick(
            asked, PerVillage(np.where(pop.count(near).values == 0, np.minimum(lacking, 1), lacking)), "tie"
        )
        chosen = chosen | more
    return chosen


def _in_turn(pop: Population, eligible: Mask, labels: npt.NDArray[Any] | None, wanted: PerVillage) -> Mask:
    """So many by lot in each village, or in turn from each of its groups as long as that has households left."""
    if labels is None:
        return pop.pick(eligible, wanted, "team")
    chosen, before = pop.nobody(), -1
    while int(chosen.sum()) > before:
        before = int(chosen.sum())
        for label in np.unique(labels):
            short = np.clip((wanted - pop.count(chosen)).values, 0, 1)
            chosen |= pop.pick((labels == label) & eligible & ~chosen, PerVillage(short), "team")
    return chosen
