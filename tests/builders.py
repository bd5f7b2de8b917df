"""Small scenarios, communities and populations for the tests of the core, and interventions made for them."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

import pd_sim as ps
from pd_sim.behaviour import Behaviour, Practice, ceilings, parameter_record
from pd_sim.community import Community, Graph
from pd_sim.population import HOUSEHOLD, Founded, PerVillage, Population, Stage, Variant
from pd_sim.population.kernels import sight_of
from pd_sim.streams import draws, stream_key, tie_draw

SIGHT_STREAM = stream_key("tie", "", "sight")
EIGHT = {"generator": "complete", "households": 8}


def scenario(community: Any = None, arms: Any = None, steps: int = 12, **blocks: Any) -> ps.Scenario:
    """A scenario of a few steps; eight households that all know each other, and no arm, unless told otherwise."""
    document = {"name": "test", "steps": steps, "community": community or EIGHT, "arms": arms or {"nothing": []}}
    return ps.Scenario.from_dict({**document, **blocks})


def graph(community: Community) -> Graph:
    """A description that draws just this community."""
    return Graph(graph=community)


def isolated(n: int, village: str = "v") -> Community:
    """Households without any tie."""
    return Community.build([f"h{i}" for i in range(n)], [village] * n)


def tied(n: int, pairs: Any, **how: Any) -> Community:
    """Households h0, h1, … of one village, tied by pairs of their numbers."""
    source, target = [f"h{i}" for i, _ in pairs], [f"h{j}" for _, j in pairs]
    return Community.build([f"h{i}" for i in range(n)], ["v"] * n, source, target, **how)


def scattered(seed: int, sizes: Any, density: float = 0.3, *, weighted: bool = False, mutual: bool = True) -> Community:
    """Villages of these sizes with random ties, weighted or directed if asked for."""
    rng = np.random.default_rng(seed)
    names, village, source, target = [], [], [], []
    for v, size in enumerate(sizes):
        mine = [f"v{v}h{i}" for i in range(size)]
        names += mine
        village += [f"v{v}"] * size
        for i in range(size):
            for j in range(i + 1, size) if mutual else range(size):
                if i != j and rng.random() < density:
                    source.append(mine[i])
                    target.append(mine[j])
    weight = rng.uniform(0.1, 3.0, len(source)) if weighted else None
    return Community.build(names, village, source, target, weight, mutual, columns={"half": np.arange(len(names)) % 2})


def founded(
    community: Community, *, village_seed: int = 1, sights: tuple[float, float, float] = (1, 0, 0), **state: Any
):
    """Villages as drawn, with every trait and state 0 unless given; ``sights`` as seen_practising, stopped, never."""
    own, stage = np.zeros(community.n, HOUSEHOLD), np.zeros(community.n, np.uint8)
    for name, values in state.items():
        if name == "stage":
            stage[:] = values
        else:
            own[name] = values
    own["ever"] |= (stage == Stage.PRACTISING) | (stage == Stage.LAPSED)
    ties, seed = community.ties, np.uint64(village_seed)
    sight = np.array(
        [
            sight_of(tie_draw(seed, SIGHT_STREAM, np.uint64(0), community.identity[i], community.identity[j]), *sights)
            for i, j in zip(ties.source, ties.sees, strict=True)
        ],
        np.uint8,
    )
    groups = {name: community.columns[name] for name in community.columns}
    return Founded(own, stage, community.identity, np.diff(community.start), ties, sight, village_seed, groups)


def population(
    *villages: Founded, seeds: Any = None, behaviour: Any = None, practice: Any = None, meeting: float = 0.0
):
    """Replicates side by side, outside any scenario, at step 1."""
    scale = max(f.ties.scale for f in villages)
    limits = ceilings(parameter_record(behaviour or Behaviour(), practice or Practice()), scale)
    pop = Population(villages, seeds or range(1, len(villages) + 1), limits=limits, meeting=meeting)
    pop.begin_step(1)
    return pop


def mask(pop: Population, *rows: int) -> Any:
    """True for these rows."""
    out = pop.nobody()
    out[list(rows)] = True
    return out


def seen_of(pop: Population, name: str) -> Any:
    """What is kept up to date for every household: practising, heard, degree (in fixed point) or ceiling."""
    return pop.arrays.look[name]


def copied(arrays: Any) -> Any:
    """Arrays of a population, copied."""
    return arrays._replace(**{k: v.copy() for k, v in arrays._asdict().items() if isinstance(v, np.ndarray)})


class Move(BaseModel):
    """One verb at one step, or at several, for a share of the households, chosen by their identities alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: int
    last: int = 0
    verb: Literal[
        *("tell", "coach", "encourage", "pay", "involve", "affirm", "reveal", "attend"),
        *("permit", "equip", "adapt", "gain_trust", "lose_trust"),
    ]
    share: float = 1.0
    amount: float = 0.5
    keeps: float = 1.0
    variant: int = 1
    source: Literal["peer", "expert"] = "peer"

    def on(self, step: int) -> bool:
        """Whether it acts in this step."""
        return self.step <= step <= max(self.step, self.last)

    def chosen(self, identity: Any) -> Any:
        """Households it is for."""
        return draws(17, stream_key("plan", "", f"{self.verb} {self.share}"), self.step, identity) < self.share


class Planned(ps.Intervention, kind="planned"):
    """Does what a fixed plan says, and remembers how much it did for whom."""

    moves: tuple[Move, ...] = ()

    class State(NamedTuple):
        """How often each household was chosen, each village visited, and how much of the plan is done."""

        times: ps.PerHousehold[int]
        visited: ps.PerVillage[bool]
        done: ps.PerReplicate[float]

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Carry out the moves of this step, in their order."""
        for move in self.moves:
            if not move.on(step):
                continue
            chosen = move.chosen(pop.arrays.identity)
            state.times += chosen
            state.visited = state.visited | (pop.count(chosen) > 0)
            state.done += move.amount
            if move.verb == "coach":
                pop.coach(chosen, move.amount, move.keeps, Variant(move.variant))
            elif move.verb == "encourage":
                pop.encourage(chosen, move.amount, move.source)
            elif move.verb == "involve":
                pop.involve(chosen, move.amount, move.keeps)
            elif move.verb == "adapt":
                pop.adapt(chosen, move.amount, Variant(move.variant))
            elif move.verb in {"gain_trust", "lose_trust"}:
                getattr(pop, move.verb)(chosen, move.amount, move.source)
            elif move.verb in {"pay", "affirm"}:
                getattr(pop, move.verb)(chosen, move.amount)
            else:
                getattr(pop, move.verb)(chosen)


class Everybody(ps.Intervention, kind="everybody"):
    """Pushes and pays everybody in every step, and tells and reveals where asked to."""

    push: float = 0.0
    pays: float = 0.0
    tells: bool = False
    reveals: bool = False
    gathers: bool = False

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Reach every household alike."""
        everybody = ~pop.nobody()
        if self.reveals:
            pop.reveal(everybody)
        if self.tells:
            pop.tell(everybody)
        if self.push:
            pop.encourage(everybody, self.push, "peer")
        if self.pays:
            pop.pay(everybody, self.pays)
        if self.gathers:
            pop.attend(everybody)


class Remembering(ps.Intervention, kind="remembering"):
    """Picks some each step, never the same twice, and stops in a village once enough were picked."""

    each: int = 2
    enough: int = 5

    class State(NamedTuple):
        """Who was picked, how many in each village, and in each replicate."""

        picked: ps.PerHousehold[bool]
        number: ps.PerVillage[int]
        total: ps.PerReplicate[float]

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Pick, tell and coach."""
        wanted = PerVillage(np.where(state.number.values < self.enough, self.each, 0))
        new = pop.pick(~state.picked, pop.affords(2.5, wanted), "next")
        state.picked |= new
        state.number = state.number + pop.count(new)
        state.total += np.add.reduceat(pop.count(new).values, pop.arrays.replicate_start[:-1])
        pop.tell(new)
        pop.coach(new, 0.8, 1.0, Variant.LOCAL)
        pop.encourage(new, 0.5, "peer")
        pop.charge("visits", pop.count(new) * 2.5)
