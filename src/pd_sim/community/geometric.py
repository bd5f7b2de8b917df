"""Random geometric villages: who lives close is tied."""

from __future__ import annotations

import functools
import math
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from pd_sim.community.base import HOUSEHOLDS, MEAN_DEGREE, Drawn, Generator, rests_on

__all__ = ["Geometric"]


class Geometric(Generator):
    """Households at random places of a square, tied to all within a radius: many triangles, long paths.

    The radius is the one that gives the mean degree asked for. Without a torus it allows for what is cut off at the
    borders: two random points of a unit square are within r ≤ 1 of each other with probability πr² − 8r³/3 + r⁴/2.

    References
    ----------
    .. [1] M. Penrose (2003), Random Geometric Graphs, Oxford University Press.
    """

    generator: Literal["geometric"] = "geometric"
    households: int = Field(300, ge=2, le=200_000, description="households of a village", json_schema_extra=HOUSEHOLDS)
    mean_degree: float = Field(
        9.0, gt=0, le=10_000, description="mean number of ties of a household", json_schema_extra=MEAN_DEGREE
    )
    torus: bool = Field(
        False,
        description="whether the borders are joined, so that no household stands at one",
        json_schema_extra=rests_on("A", "assumption"),
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.mean_degree > 0.75 * (self.households - 1):
            raise ValueError(
                f"mean_degree {self.mean_degree:g} is too many among {self.households} households; "
                f"give at most {0.75 * (self.households - 1):g}"
            )
        return self

    def size(self) -> int:
        """Households of a village."""
        return self.households

    def draw_village(self, rng: np.random.Generator) -> Drawn:
        """Draw places and tie those within the radius."""
        from scipy.spatial import cKDTree

        place = rng.random((self.households, 2))
        near = cKDTree(place, boxsize=1.0 if self.torus else None).query_pairs(
            radius(self.mean_degree / (self.households - 1), self.torus), output_type="ndarray"
        )
        return Drawn(near[:, 0], near[:, 1], {"x": place[:, 0], "y": place[:, 1]})


@functools.lru_cache(maxsize=256)
def radius(share: float, torus: bool) -> float:
    """Radius within which a share of all pairs of points of the unit square are."""
    if torus and share <= math.pi / 4:
        return math.sqrt(share / math.pi)
    low, high = 0.0, 1.0
    for _ in range(60):
        r = (low + high) / 2
        if math.pi * r**2 - 8 * r**3 / 3 + r**4 / 2 < share:
            low = r
        else:
            high = r
    return (low + high) / 2
