"""The default village: a geometric soft configuration model."""

from __future__ import annotations

import functools
import math
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from pd_sim._compile import compiled
from pd_sim.community.base import HOUSEHOLDS, MEAN_DEGREE, Drawn, Generator, rests_on
from pd_sim.streams import threefry, uniform

__all__ = ["Village"]


class Village(Generator):
    r"""Villages with uneven degrees and closed triangles, as real ones have.

    Households lie on a circle; households :math:`i` and :math:`j` at distance :math:`d` along it are tied with
    probability

    .. math:: 1 / (1 + (d / (\mu \kappa_i \kappa_j))^\beta)

    with hidden degrees :math:`\kappa` from a power law with exponent :math:`\gamma`, cut off at the number of
    households. The scale :math:`\mu` is set so that the mean degree is as asked for at this number of households
    (the formula of the papers holds for endless ones, and falls short by a tenth or more here).

    With the defaults and 220 households: variation of degrees .5, transitivity .25, nobody outside the giant
    component, mean path 3.1. Greater ``beta`` closes more triangles and lengthens paths; smaller ``gamma`` makes
    degrees more uneven.

    References
    ----------
    .. [1] M. Á. Serrano, D. Krioukov, M. Boguñá (2008), "Self-similarity of complex networks and hidden metric
       spaces", Physical Review Letters 100, 078701.
    .. [2] M. Boguñá and others (2021), "Network geometry", Nature Reviews Physics 3, 114–135.

    Examples
    --------
    >>> town = Village(households=100).draw_community(1)
    >>> town.n, town.ties.mutual
    (100, True)
    """

    generator: Literal["village"] = "village"
    households: int = Field(300, ge=2, le=200_000, description="households of a village", json_schema_extra=HOUSEHOLDS)
    mean_degree: float = Field(
        9.0, gt=0, le=10_000, description="mean number of ties of a household", json_schema_extra=MEAN_DEGREE
    )
    beta: float = Field(
        1.75,
        gt=1,
        le=20,
        description="how local ties are: greater closes more triangles",
        json_schema_extra=rests_on("C", "chosen so that transitivity is as in surveyed villages (.2 to .37)"),
    )
    gamma: float = Field(
        4.0,
        gt=2,
        le=20,
        description="exponent of hidden degrees: smaller makes degrees more uneven",
        json_schema_extra=rests_on("C", "chosen so that degrees vary as in surveyed villages (.5 and more)"),
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.mean_degree > 0.7 * (self.households - 1):
            raise ValueError(
                f"mean_degree {self.mean_degree:g} is too many among {self.households} households; "
                f"give at most {0.7 * (self.households - 1):g}, or more households, or `generator: complete`"
            )
        return self

    def size(self) -> int:
        """Households of a village."""
        return self.households

    def draw_village(self, rng: np.random.Generator) -> Drawn:
        """Draw places, hidden degrees and ties."""
        n = self.households
        scale = degree_scale(n, self.mean_degree, self.beta, self.gamma)
        place, hidden = rng.random(n), hidden_degrees(rng.random(n), n, scale, self.gamma)
        # the product of two of these is mu * kappa_i * kappa_j as a share of the circle
        root = np.sqrt(self.beta * math.sin(math.pi / self.beta) / (2 * math.pi * scale) / n) * hidden
        around = np.argsort(place)
        seed = np.uint64(rng.integers(2**63))
        one, other = _tied(place[around], root[around], self.beta, seed)
        # for plotting: those with many ties towards the middle
        out = 0.2 + 0.8 * hidden.min() / hidden
        columns = {"x": out * np.cos(2 * np.pi * place), "y": out * np.sin(2 * np.pi * place)}
        return Drawn(around[one], around[other], columns)


def hidden_degrees(u: npt.NDArray[np.float64], n: int, mean: float, gamma: float) -> npt.NDArray[np.float64]:
    """Hidden degrees at ranks ``u`` in [0, 1): a power law with a mean and a cut-off, as in networkx."""
    ratio = (gamma - 2) / (gamma - 1)
    least = mean * ratio * (1 - 1 / n) / (1 - 1 / n**ratio)
    return np.asarray(least * (1 - u * (1 - 1 / n)) ** (1 / (1 - gamma)))


@functools.lru_cache(maxsize=1024)
def degree_scale(n: int, mean_degree: float, beta: float, gamma: float) -> float:
    """Mean of the hidden degrees with which ``n`` households have a mean degree.

    The expectation over distance is the hypergeometric function 2F1(1, 1/β; 1 + 1/β; −x^β), x the greatest distance
    over μκκ'; the one over hidden degrees is taken by Gauss–Legendre quadrature.
    """
    from scipy.optimize import brentq
    from scipy.special import hyp2f1

    node, share = np.polynomial.legendre.leggauss(48)
    # in the logarithm of the rank from above, in which a heavy tail is smooth
    depth = 0.5 * math.log(n) * (node + 1)
    share = 0.5 * math.log(n) * share * np.exp(-depth) / (1 - 1 / n)
    unit = hidden_degrees(-np.expm1(-depth) / (1 - 1 / n), n, 1.0, gamma)
    product, both = np.outer(unit, unit), np.outer(share, share)
    mu = beta * math.sin(math.pi / beta) / (2 * math.pi)

    def excess(log_scale: float) -> float:
        greatest = (n / 2) / (mu * product * math.exp(log_scale))
        tied = hyp2f1(1.0, 1 / beta, 1 + 1 / beta, -(greatest**beta))
        return float((both * tied).sum()) * (n - 1) - mean_degree

    low = math.log(mean_degree) - 1.0
    high = math.log(mean_degree) + 1.0
    while excess(low) > 0:
        low -= 1.0
    while excess(high) < 0:
        high += 1.0
    return math.exp(brentq(excess, low, high, xtol=1e-10))


@compiled
def _tied(place, root, beta, seed):
    """Tied pairs of households that stand in the order of their places on a circle of length 1.

    From each household the others are visited along half the circle, jumping over those that are not tied even if they
    had the greatest hidden degree: the jump is geometric with a bound that falls with distance, and who is landed on is
    tied with the true probability over the bound (A. Hagberg and N. Lemons 2015, PLoS ONE 10, e0135177, in one
    dimension).
    """
    n = place.shape[0]
    widest = root.max()
    source = np.empty(1024, np.int32)
    target = np.empty(1024, np.int32)
    found = 0
    for i in range(n):
        bound = 1.0
        ahead = 0
        step = np.uint64(0)
        while True:
            word, other = threefry(seed, np.uint64(i), step, np.uint64(0))
            step += np.uint64(1)
            jump = 1.0 if bound >= 1.0 else 1.0 + math.floor(math.log1p(-uniform(word)) / math.log1p(-bound))
            if ahead + jump >= n:
                break
            ahead += int(jump)
            j = i + ahead if i + ahead < n else i + ahead - n
            apart = place[j] - place[i] if j > i else 1.0 + place[j] - place[i]
            if apart >= 0.5:  # from there on, they visit us
                break
            if uniform(other) * bound * (1.0 + (apart / (root[i] * root[j])) ** beta) < 1.0:
                if found == source.shape[0]:
                    source = np.concatenate((source, np.empty(found, np.int32)))
                    target = np.concatenate((target, np.empty(found, np.int32)))
                source[found] = i
                target[found] = j
                found += 1
            bound = 1.0 / (1.0 + (apart / (root[i] * widest)) ** beta)
    return source[:found], target[:found]
