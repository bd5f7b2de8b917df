"""Villages whose ties are random, in three ways: of all pairs, by newcomers, by neighbourhood."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from pd_sim.community.base import HOUSEHOLDS, MEAN_DEGREE, Drawn, Generator, rests_on
from pd_sim.community.sampling import distinct, pairs

__all__ = ["Blocks", "Complete", "Random", "ScaleFree"]


class Complete(Generator):
    """Villages where everybody is tied to everybody.

    Examples
    --------
    >>> Complete(households=4).draw_community(1).ties.count
    12
    """

    generator: Literal["complete"] = "complete"
    households: int = Field(
        100, ge=2, le=5000, description="households of a village", json_schema_extra=rests_on("A", "by case")
    )

    def size(self) -> int:
        """Households of a village."""
        return self.households

    def draw_village(self, rng: np.random.Generator) -> Drawn:
        """All pairs."""
        del rng
        return Drawn(*np.triu_indices(self.households, 1))


class Random(Generator):
    """Villages where every pair is as likely to be tied (Erdős–Rényi, Gilbert): no triangles to speak of.

    References
    ----------
    .. [1] E. N. Gilbert (1959), "Random graphs", Annals of Mathematical Statistics 30, 1141–1144.
    """

    generator: Literal["random"] = "random"
    households: int = Field(
        300, ge=2, le=1_000_000, description="households of a village", json_schema_extra=HOUSEHOLDS
    )
    mean_degree: float = Field(
        9.0, ge=0, le=10_000, description="mean number of ties of a household", json_schema_extra=MEAN_DEGREE
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.mean_degree > self.households - 1:
            raise ValueError(
                f"mean_degree {self.mean_degree:g} is too many among {self.households} households; "
                f"give at most {self.households - 1}"
            )
        return self

    def size(self) -> int:
        """Households of a village."""
        return self.households

    def draw_village(self, rng: np.random.Generator) -> Drawn:
        """Draw every pair with the same probability."""
        return Drawn(*pairs(rng, self.households, self.mean_degree / (self.households - 1)))


class ScaleFree(Generator):
    """Villages with a few households that have very many ties, and with triangles (Holme and Kim).

    Households come one after another and tie themselves to a number of others, the likelier the more ties these have;
    after such a tie the next one goes, with a probability, to a household tied to the one just chosen.

    References
    ----------
    .. [1] P. Holme, B. J. Kim (2002), "Growing scale-free networks with tunable clustering", Physical Review E 65,
       026107.
    """

    generator: Literal["scale_free"] = "scale_free"
    households: int = Field(300, ge=2, le=200_000, description="households of a village", json_schema_extra=HOUSEHOLDS)
    ties_each: int = Field(
        4,
        ge=1,
        le=1000,
        description="ties with which a household comes; the mean is near twice that",
        json_schema_extra=MEAN_DEGREE,
    )
    triangles: float = Field(
        0.5,
        ge=0,
        le=1,
        description="probability that a tie closes a triangle",
        json_schema_extra=rests_on("A", "assumption"),
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.ties_each > self.households - 1:
            raise ValueError(
                f"ties_each {self.ties_each} are too many among {self.households} households; "
                f"give at most {self.households - 1}"
            )
        return self

    def size(self) -> int:
        """Households of a village."""
        return self.households

    def draw_village(self, rng: np.random.Generator) -> Drawn:
        """Let the households come one after another."""
        n, m = self.households, self.ties_each
        tied: list[list[int]] = [[] for _ in range(n)]
        urn = list(range(m))  # every household once per tie, the first ones once more
        luck = iter(rng.random(4 * n * m).tolist())

        def next_luck() -> float:
            return next(luck, None) or float(rng.random())

        for new in range(m, n):
            chosen: list[int] = []
            last = -1
            while len(chosen) < min(m, new):
                if last >= 0 and next_luck() < self.triangles:
                    close = [other for other in tied[last] if other != new and other not in chosen]
                    if close:
                        chosen.append(close[int(next_luck() * len(close))])
                        continue
                last = urn[int(next_luck() * len(urn))]
                while last in chosen:
                    last = urn[int(next_luck() * len(urn))]
                chosen.append(last)
            for other in chosen:
                tied[new].append(other)
                tied[other].append(new)
            urn += chosen
            urn += [new] * len(chosen)
        source = np.repeat(np.arange(n), [len(others) for others in tied])
        target = np.array([other for others in tied for other in others], np.int64)
        return Drawn(source[source < target], target[source < target])


class Blocks(Generator):
    """Villages of neighbourhoods: ties are likelier inside one than across (stochastic block model).

    Neighbourhoods are the groups of column ``block``, '1', '2', ….

    References
    ----------
    .. [1] P. W. Holland, K. B. Laskey, S. Leinhardt (1983), "Stochastic blockmodels: first steps", Social Networks 5,
       109–137.

    Examples
    --------
    >>> town = Blocks(sizes=(20, 30), mean_degree=5, inside=1).draw_community(1)
    >>> town.groups, (town.columns["block"] == "2").sum().item()
    (('block',), 30)
    """

    generator: Literal["blocks"] = "blocks"
    sizes: tuple[int, ...] = Field(
        (50, 50, 50, 50, 50, 50),
        min_length=1,
        max_length=10_000,
        description="households of each neighbourhood",
        json_schema_extra=rests_on("A", "by case"),
    )
    mean_degree: float = Field(
        9.0, gt=0, le=10_000, description="mean number of ties of a household", json_schema_extra=MEAN_DEGREE
    )
    inside: float = Field(
        0.8,
        ge=0,
        le=1,
        description="share of ties that stay inside a neighbourhood",
        json_schema_extra=rests_on("A", "assumption"),
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if min(self.sizes) < 1 or sum(self.sizes) < 2:
            raise ValueError("sizes: give at least one household per neighbourhood, and two in all")
        if sum(self.sizes) > 1_000_000:
            raise ValueError(f"sizes: {sum(self.sizes):,} households in all; give at most 1,000,000")
        for share, probability, where in zip(
            (self.inside, 1 - self.inside), self.probabilities(), ("inside", "across"), strict=True
        ):
            if probability > 1:
                raise ValueError(
                    f"mean_degree {self.mean_degree:g} with {share:.0%} of ties {where} needs more pairs than "
                    f"there are; give a smaller mean_degree, or another share in `inside`"
                )
        return self

    def probabilities(self) -> tuple[float, float]:
        """Probabilities of a tie inside a neighbourhood and across two."""
        n = sum(self.sizes)
        ties = n * self.mean_degree / 2
        within = sum(size * (size - 1) for size in self.sizes) / 2
        across = n * (n - 1) / 2 - within
        return _share(ties * self.inside, within), _share(ties * (1 - self.inside), across)

    def size(self) -> int:
        """Households of a village."""
        return sum(self.sizes)

    def group_columns(self) -> tuple[str, ...]:
        """The neighbourhoods."""
        return ("block",)

    def draw_village(self, rng: np.random.Generator) -> Drawn:
        """Draw the ties of every neighbourhood and of every two."""
        inside, across = self.probabilities()
        first = np.concatenate([[0], np.cumsum(self.sizes)])
        ends: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]] = []
        for size, start in zip(self.sizes, first, strict=False):
            one, other = pairs(rng, size, inside)
            ends.append((one + start, other + start))
        for size, start in zip(self.sizes[1:], first[1:], strict=False):
            # all households before this neighbourhood are across from it
            code = distinct(rng, int(rng.binomial(size * start, across)), int(size * start))
            ends.append((code // start + start, code % start))
        source, target = (np.concatenate(parts) for parts in zip(*ends, strict=True))
        block = np.repeat([str(number) for number in range(1, len(self.sizes) + 1)], self.sizes)
        return Drawn(source, target, {"block": block})


def _share(part: float, whole: float) -> float:
    return part / whole if whole else (0.0 if part == 0 else np.inf)
