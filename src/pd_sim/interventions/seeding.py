"""Seeding: train a few households, chosen by lot or by where they stand in the network, and let it spread from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from pd_sim.errors import ScenarioError, nearest
from pd_sim.interventions.base import Capacity, Chance, Money, PerHousehold, PerHundred
from pd_sim.interventions.centrality import LARGEST, betweenness, by_village, degree, greedy_order, ties_of
from pd_sim.interventions.scheduled import Scheduled, Source
from pd_sim.interventions.sessions import capacity
from pd_sim.population import SET_UP, Mask, PerVillage, Population, Variant
from pd_sim.population.kernels import TALK_PRACTISING_LIMIT
from pd_sim.streams import draws

__all__ = ["Seeding"]

_ASSUMED: dict[str, Any] = {"sure": "A", "source": "assumption"}


class Seeding(Scheduled, kind="seeding"):
    """In the first step of each round, so many households of a village are trained together, once each.

    Those who practise in the open or were trained in an earlier round are not chosen again; where fewer are left than
    asked for, all of them are. Whoever is chosen comes. They are told, coached, encouraged and involved, and decide
    that step as people in a session do; then they are left to themselves. They are chosen ``by``:

    ===================  ============================================================================================
    random               lot
    degree               number of ties
    betweenness          number of shortest ways between others that lead through them (Brandes 2001)
    friend_nomination    households asked in an order drawn by lot each name one of those they see, drawn by lot;
                         the first that are named are chosen (Kim and others 2015). Each is asked once and who has
                         no ties names nobody, so fewer may be chosen than asked for
    leaders              lot, among those with a label: ``leaders: "column=value"``
    clustered            one household by lot, then those near it, those near these, and so on
    greedy               each the one that adds most to the reach of those before it, where every tie passes a message
                         on at most once (Kempe, Kleinberg and Tardos 2003)
    ===================  ============================================================================================

    The network is that of the start, a tie counts whichever of the two named it, and equal ones are told apart by
    lot. In the field nomination did better than lot or the best connected for one product of two, and reaches the
    same with fewer households (Airoldi and Christakis 2024).
    """

    mechanics: ClassVar[tuple[str, ...]] = ("seeding",)

    how_many: Capacity = Field(
        5, description="households trained in each village, in each round", json_schema_extra=_ASSUMED
    )
    by: Literal["random", "degree", "betweenness", "friend_nomination", "leaders", "clustered", "greedy"] = Field(
        "random", description="how they are chosen"
    )
    leaders: str | None = Field(
        None, pattern=r"^[^=]+=.+$", description='label of leaders, as "column=value"; only with by: leaders'
    )
    passes_on: Chance | None = Field(
        None, description="chance that a tie passes a message on, for greedy; none: the scenario's talk_practising"
    )
    source: Source = Field("expert", description="who trains them, and so whose trust counts")
    teaches: Literal["local", "outside"] = Field("outside", description="variant they are taught")
    dose: Chance = Field(0.5, description="share of the missing know-how the training could convey")
    keeps: Chance = Field(
        0.5,
        description="share of the tacit part conveyed: 0 told, 0.5 shown, 1 done together",
        json_schema_extra=_ASSUMED,
    )
    involves: Chance = Field(
        0.3, description="how far those trained take part in shaping it", json_schema_extra=_ASSUMED
    )
    genuine: Chance = Field(1.0, description="how genuine that part is")
    fidelity: Chance = Field(1.0, description="share of all this that is delivered as meant")
    push: float = Field(0.3, ge=0, le=10, description="encouragement to try, at full trust", json_schema_extra=_ASSUMED)
    cost_household: Money = Field(0.0, description="money the training of a household costs")

    class State(NamedTuple):
        """Who was trained."""

        trained: PerHousehold[bool]

    @model_validator(mode="after")
    def _leaders_are_named(self) -> Seeding:
        if (self.by == "leaders") != (self.leaders is not None):
            raise ValueError('leaders: give it as "column=value" with by: leaders, and with that only')
        return self

    def check(self, village_sizes: npt.NDArray[np.int64], groups: Mapping[str, npt.NDArray[Any]]) -> None:
        """Refuse more households than a village has, an unknown label, and villages too large for a measure."""
        least = int(village_sizes.min())
        if isinstance(self.how_many, PerHundred):
            if self.how_many.per_100 > 100:
                raise ScenarioError(f"seeding.how_many: {self.how_many.per_100:g} of every 100 households; at most 100")
        elif self.how_many > least:
            raise ScenarioError(
                f"seeding.how_many: {self.how_many} households, but the smallest village has {least}; "
                "ask for no more, or in proportion, such as {per_100: 5}"
            )
        if self.leaders is not None:
            column, value = self._label
            if column not in groups:
                raise ScenarioError(f"seeding.leaders: unknown grouping {column!r}; {nearest(column, groups)}")
            labels = sorted({str(label) for label in groups[column]})
            if value not in labels:
                raise ScenarioError(f"seeding.leaders: no household has {column}={value}; {nearest(value, labels)}")
        most = LARGEST.get(self.by)
        if most is not None and int(village_sizes.max()) > most:
            raise ScenarioError(
                f"seeding.by: {self.by} takes too long in a village of {int(village_sizes.max()):,} households "
                f"(up to {most:,}); choose degree or friend_nomination"
            )

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Choose and train, where a round begins."""
        begins = pop.turn.begins
        if not begins.values.any():
            return
        eligible = pop.spread(begins) & ~(pop.in_the_open | state.trained)
        if self.leaders is not None:
            column, value = self._label
            eligible &= pop.group(column).astype(str) == value
        wanted = PerVillage(np.minimum(capacity(self.how_many, pop).values, pop.count(eligible).values))
        wanted = pop.affords(self.cost_household, wanted, to_set_up=True)
        chosen = self._chosen(pop, eligible, wanted)
        state.trained |= chosen
        pop.tell(chosen)
        variant = Variant.LOCAL if self.teaches == "local" else Variant.OUTSIDE
        pop.coach(chosen, self.dose * self.fidelity, self.keeps, variant)
        pop.encourage(chosen, self.push * self.fidelity, self.source)
        pop.involve(chosen, self.involves * self.fidelity, self.genuine)
        pop.hold(pop.count(chosen) > 0)
        pop.attend(chosen)
        if self.cost_household:
            pop.charge(SET_UP, pop.count(chosen) * self.cost_household)

    @property
    def _label(self) -> tuple[str, str]:
        """Grouping and label of leaders."""
        column, _, value = (self.leaders or "").partition("=")
        return column.strip(), value.strip()

    def _chosen(self, pop: Population, eligible: Mask, wanted: PerVillage) -> Mask:
        """As many of the eligible as wanted, in each village."""
        if self.by in ("random", "leaders"):
            return pop.pick(eligible, wanted, "lot")
        if self.by == "clustered":
            return _clustered(pop, eligible, wanted)
        chosen = pop.nobody()
        for village in np.flatnonzero(wanted.values):
            rows = slice(*(int(row) for row in pop.arrays.village_start[village : village + 2]))
            chosen[rows] = self._in_village(pop, int(village), rows, eligible[rows], int(wanted.values[village]))
        return chosen

    def _in_village(self, pop: Population, village: int, rows: slice, eligible: Mask, wanted: int) -> Mask:
        a, replicate = pop.arrays, int(pop.replicate_of_village[village])
        luck, identity = int(a.seed[replicate]), a.identity[rows]
        if self.by == "friend_nomination":
            order = np.argsort(draws(luck, pop.stream("asked"), pop.step, identity), kind="stable")
            named = _named(pop, rows, draws(luck, pop.stream("names"), pop.step, identity))[order]
            named = named[named >= 0]
            ranked = named[np.sort(np.unique(named, return_index=True)[1])]
        elif self.by == "greedy":
            ranked = self._greedy(pop, village, rows, wanted + int((~eligible).sum()))
        else:
            measure = degree if self.by == "degree" else betweenness
            score = by_village(pop, village, lambda: measure(ties_of(pop, village)), self.by)
            ranked = np.lexsort((draws(luck, pop.stream("lot"), pop.step, identity), -score))
        out = np.zeros(len(identity), bool)
        out[ranked[eligible[ranked]][:wanted]] = True
        return out

    def _greedy(self, pop: Population, village: int, rows: slice, how_many: int) -> npt.NDArray[Any]:
        a = pop.arrays
        talk = float(-np.expm1(-a.limits[TALK_PRACTISING_LIMIT] * a.scale))
        chance = talk if self.passes_on is None else self.passes_on
        seed = int(a.village_seed[pop.replicate_of_village[village]])
        identity, how_many = a.identity[rows], min(how_many, rows.stop - rows.start)

        def measure() -> npt.NDArray[Any]:
            return greedy_order(ties_of(pop, village), chance, how_many, identity, seed)

        return by_village(pop, village, measure, self.by, chance, seed, identity.tobytes(), least=how_many)


def _clustered(pop: Population, eligible: Mask, wanted: PerVillage) -> Mask:
    """One household by lot, those near it, those near these; where nobody is near, another household by lot."""
    chosen, area = pop.nobody(), pop.nobody()
    while (pop.count(chosen) < wanted).values.any():
        near = pop.near(area) & ~area
        lost = pop.spread((pop.count(near) == 0) & (pop.count(chosen) < wanted))
        begun = pop.pick(eligible & ~chosen & lost, 1, "centre")
        ring = near | begun
        chosen |= pop.pick(eligible & ~chosen & ring, wanted - pop.count(chosen), "near")
        area |= ring
    return chosen


def _named(pop: Population, rows: slice, luck: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Whom each household names among those it sees, as rows of the village; −1 without ties."""
    starts = pop.arrays.sees_start[rows.start : rows.stop + 1].astype(np.int64)
    ties = np.diff(starts)
    at = starts[:-1] + np.minimum((luck * ties).astype(np.int64), np.maximum(ties - 1, 0))
    named = np.full(len(ties), -1, np.int64)
    named[ties > 0] = pop.arrays.sees[at[ties > 0]] - rows.start
    return named
