"""Lattices: households on a grid, tied to those around them."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from pd_sim.community.base import Drawn, Generator, rests_on

__all__ = ["Lattice"]

_STEPS = {"von_neumann": ((0, 1), (1, 0)), "moore": ((0, 1), (1, 0), (1, 1), (1, -1))}
_Ends = npt.NDArray[np.int64]


class Lattice(Generator):
    """Grids whose households are tied to the four (von Neumann) or eight (Moore) around them.

    Some ties may be rewired as in Centola and Macy: two ties swap their ends, so that every household keeps the number
    of its ties. No tie is rewired twice.

    References
    ----------
    .. [1] D. Centola, M. Macy (2007), "Complex contagions and the weakness of long ties", American Journal of
       Sociology 113, 702–734.

    Examples
    --------
    >>> grid = Lattice(height=3, width=4, neighbourhood="von_neumann", torus=False)
    >>> grid.draw_community(1).ties.out_degree.reshape(3, 4).tolist()
    [[2, 3, 3, 2], [3, 4, 4, 3], [2, 3, 3, 2]]
    """

    generator: Literal["lattice"] = "lattice"
    height: int = Field(20, ge=1, le=1000, description="rows of the grid", json_schema_extra=rests_on("A", "by case"))
    width: int = Field(20, ge=1, le=1000, description="columns of the grid", json_schema_extra=rests_on("A", "by case"))
    neighbourhood: Literal["moore", "von_neumann"] = Field(
        "moore",
        description="ties to the eight households around, or to the four at its sides",
        json_schema_extra=rests_on("K", "Centola and Macy 2007"),
    )
    torus: bool = Field(
        True,
        description="whether the borders are joined, so that no household stands at one",
        json_schema_extra=rests_on("K", "Centola and Macy 2007"),
    )
    rewired: float = Field(
        0.0,
        ge=0,
        le=1,
        description="share of ties that swap their ends with another",
        json_schema_extra=rests_on("A", "off by default"),
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.torus and min(self.height, self.width) < 3:
            raise ValueError(
                f"a torus of {self.height} by {self.width} is too small; give at least 3, or `torus: false`"
            )
        if self.height * self.width < 2:
            raise ValueError("a grid of 1 by 1 has one household; give at least 2")
        return self

    def size(self) -> int:
        """Households of a village."""
        return self.height * self.width

    def draw_village(self, rng: np.random.Generator) -> Drawn:
        """Lay out the grid and rewire it."""
        row, column = (part.ravel() for part in np.indices((self.height, self.width)))
        source, target = [], []
        for down, right in _STEPS[self.neighbourhood]:
            below, beside = row + down, column + right
            inside = (below < self.height) & (beside >= 0) & (beside < self.width) | self.torus
            source.append((row * self.width + column)[inside])
            target.append((below % self.height * self.width + beside % self.width)[inside])
        ends = np.concatenate(source).astype(np.int64), np.concatenate(target).astype(np.int64)
        if self.rewired > 0:
            ends = rewire(*ends, self.size(), self.rewired, rng)
        return Drawn(*ends, {"x": column.astype(np.float64), "y": -row.astype(np.float64)})


def rewire(source: _Ends, target: _Ends, n: int, share: float, rng: np.random.Generator) -> tuple[_Ends, _Ends]:
    """Rewire a share of ties without changing anybody's number of ties.

    Two ties a–b and c–d that were not rewired yet become a–d and c–b, unless that would tie a household to itself or a
    pair twice. Where no partner is left for a tie, it stays as it is (a few, at shares near 1).
    """
    tied = set((np.minimum(source, target) * n + np.maximum(source, target)).tolist())
    order = rng.permutation(len(source)).tolist()
    left, right = source.tolist(), target.tolist()
    for at in np.flatnonzero(rng.random(len(source)) < 0.5).tolist():  # a tie has no first end
        left[at], right[at] = right[at], left[at]
    wanted = round(share * len(source))
    done = 0
    while done + 1 < wanted and len(order) > 1:
        one = order.pop()
        for _ in range(64):
            place = int(rng.integers(len(order)))
            other = order[place]
            pairs = (left[one], right[other]), (left[other], right[one])
            keys = [min(pair) * n + max(pair) for pair in pairs]
            if keys[0] == keys[1] or any(a == b for a, b in pairs) or not tied.isdisjoint(keys):
                continue
            for a, b in ((left[one], right[one]), (left[other], right[other])):
                tied.discard(min(a, b) * n + max(a, b))
            tied.update(keys)
            right[one], right[other] = right[other], right[one]
            order[place] = order[-1]
            order.pop()
            done += 2
            break
    return np.array(left, np.int64), np.array(right, np.int64)
