"""Small worlds: a ring of close neighbours with some ties rewired."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from pd_sim.community.base import HOUSEHOLDS, MEAN_DEGREE, Drawn, Generator, rests_on

__all__ = ["SmallWorld"]


class SmallWorld(Generator):
    """Small worlds of Watts and Strogatz: all households have about as many ties, and most of them are close by.

    Households stand in a ring, each tied to its nearest neighbours; then the far end of every tie moves, with a
    probability, to a household chosen at random.

    References
    ----------
    .. [1] D. J. Watts, S. H. Strogatz (1998), "Collective dynamics of 'small-world' networks", Nature 393, 440–442.

    Examples
    --------
    >>> SmallWorld(households=20, neighbours=4, rewired=0).draw_community(1).ties.out_degree.tolist() == [4] * 20
    True
    """

    generator: Literal["small_world"] = "small_world"
    households: int = Field(
        300, ge=3, le=1_000_000, description="households of a village", json_schema_extra=HOUSEHOLDS
    )
    neighbours: int = Field(
        8,
        ge=2,
        le=1000,
        multiple_of=2,
        description="ties of a household before rewiring",
        json_schema_extra=MEAN_DEGREE,
    )
    rewired: float = Field(
        0.1,
        ge=0,
        le=1,
        description="share of ties that are rewired",
        json_schema_extra=rests_on("A", "assumption; Watts and Strogatz 1998 vary it"),
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.neighbours > self.households - 1:
            raise ValueError(
                f"neighbours {self.neighbours} are too many among {self.households} households; "
                f"give at most {(self.households - 1) // 2 * 2}"
            )
        return self

    def size(self) -> int:
        """Households of a village."""
        return self.households

    def draw_village(self, rng: np.random.Generator) -> Drawn:
        """Draw a ring and rewire it, the nearest neighbours first."""
        n, reach = self.households, self.neighbours // 2
        source = np.tile(np.arange(n), reach)
        target = (source + np.repeat(np.arange(1, reach + 1), n)) % n
        around = 2 * np.pi * np.arange(n) / n
        columns = {"x": np.cos(around), "y": np.sin(around)}
        moved = np.flatnonzero(rng.random(len(source)) < self.rewired)
        if not len(moved):
            return Drawn(source, target, columns)
        tied: list[set[int]] = [set() for _ in range(n)]
        for one, other in zip(source.tolist(), target.tolist(), strict=True):
            tied[one].add(other)
            tied[other].add(one)
        for at in moved.tolist():
            one, other = int(source[at]), int(target[at])
            if len(tied[one]) == n - 1:  # tied to everybody: nowhere to move to
                continue
            new = int(rng.integers(n))
            while new == one or new in tied[one]:
                new = int(rng.integers(n))
            tied[one].discard(other)
            tied[other].discard(one)
            tied[one].add(new)
            tied[new].add(one)
            target[at] = new
        return Drawn(source, target, columns)
