"""Small villages in which nothing happens by itself, and tiles that run an intervention in them."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from pd_sim.community import Community
from pd_sim.engine import Tile, new_population
from pd_sim.interventions import Scheduled
from pd_sim.population import HOUSEHOLD, Stage
from tests.builders import founded, scenario

SILENT = {"talk_practising": 0.0, "talk_heard": 0.0, "try_rate": 0.0, "session_rate": 0.0, "fresh": 0.0, "settled": 0.0}


def villages(*sizes, **state):
    """One replicate: villages of households in a row, each tied to the next, who have need and trust everybody."""
    names, village, source, target = [], [], [], []
    for v, size in enumerate(sizes):
        mine = [f"v{v}h{i}" for i in range(size)]
        names += mine
        village += [f"v{v}"] * size
        source += mine[:-1]
        target += mine[1:]
    columns = {"half": np.arange(len(names)) % 2}
    community = Community.build(names, village, source, target, columns=columns)
    return founded(community, **{"trust_peer": 1.0, "trust_expert": 1.0, "need": True, **state})


def tile_of(arm, *replicates, steps=10, threats=(), practice=None, economics=None, **behaviour):
    """A tile of these replicates, at step 0, in which only what is done or set here happens."""
    town = scenario(
        steps=steps,
        behaviour={**SILENT, **behaviour},
        practice=practice or {},
        threats=list(threats),
        economics=economics or {},
    )
    return Tile(town, arm, new_population(town, replicates, range(len(replicates))), digest=True)


def practising(n, *rows):
    """Stages of n households, of which these practise in the open."""
    return np.where(np.isin(np.arange(n), rows), Stage.PRACTISING, Stage.UNAWARE)


def state_digest(pop):
    """Everything about the households, as bytes."""
    a = pop.arrays
    return a.stage.tobytes() + b"".join(np.ascontiguousarray(a.own[name]).tobytes() for name in HOUSEHOLD.names)


class Probe(Scheduled, kind="probe"):
    """Writes down, for every step in which it acts, where and under what conditions; does nothing else."""

    seen: Any = Field(default_factory=dict, description="what is written down, by step", exclude=True)

    def act(self, step, pop, state):
        """Look."""
        turn = pop.turn
        self.seen[step] = [
            tuple(float(f[v]) for f in turn.conditions) if turn.active.values[v] else None for v in range(pop.villages)
        ]

    def over(self, steps):
        """Conditions in its first village in steps 1 to ``steps``; none where it did not act."""
        return [self.seen.get(step, [None])[0] for step in range(1, steps + 1)]


USUAL = (1.0, 1.0, 1.0, 1.0)
