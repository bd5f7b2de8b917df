"""The shape of villages, in the measures by which the real ones are described."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pd_sim._compile import compiled
from pd_sim.community.ties import Ties

if TYPE_CHECKING:
    import pandas as pd

    from pd_sim.community.community import Community

__all__ = ["CommunitySummary", "VillageSummary", "summarise"]

EXACT_PATHS = 3000
"""Households up to which the mean path is taken over all of the giant component; above, from this many of them, or
from fewer (not below `FEWEST_PATHS`) where there are very many ties."""

FEWEST_PATHS = 50
_MOST_TIES_FOLLOWED = 200_000_000


@dataclass(frozen=True)
class VillageSummary:
    """Measures of one village, or of all of them.

    Measures of undirected ties are taken over distinct pairs, tied in whichever direction. A measure that is not
    defined (the path length of a village without ties, say) is NaN, and left out of the mean.

    Attributes
    ----------
    village
        Name of the village; 'mean' and 'pooled' for those of `CommunitySummary`.
    households, ties
        How many there are: pairs where all ties are mutual, else half-edges. Sums for several villages.
    pairs
        Undirected pairs.
    mean_degree
        Mean number of undirected ties of a household.
    degree_variation
        Standard deviation (of the population) of that number over its mean.
    degree_max
        The greatest number of undirected ties.
    density
        Share of all pairs that are tied.
    transitivity
        Share of pairs of ties at a household whose other ends are tied too: three times triangles over paths of two.
    local_clustering
        Mean over households of the share of their pairs of ties that are closed, 0 with fewer than two ties.
    giant_component
        Share of households in the largest component.
    path_length
        Mean number of steps between two households of the largest component.
    assortativity
        Correlation of the degrees at both ends of a tie.
    isolates
        Share of households without ties.
    mean_out_degree
        Mean number of households that a household sees.
    reciprocity
        Share of half-edges that have a mirror.
    in_degree_variation, in_degree_max
        Variation and greatest number of households that see a household.
    seen_by_nobody
        Share of households that nobody sees.
    """

    village: str
    households: int
    ties: int
    pairs: int
    mean_degree: float
    degree_variation: float
    degree_max: float
    density: float
    transitivity: float
    local_clustering: float
    giant_component: float
    path_length: float
    assortativity: float
    isolates: float
    mean_out_degree: float
    reciprocity: float
    in_degree_variation: float
    in_degree_max: float
    seen_by_nobody: float

    def __getitem__(self, measure: str) -> float:
        if measure not in self.measures():
            raise KeyError(measure)
        return float(getattr(self, measure))

    @classmethod
    def measures(cls) -> tuple[str, ...]:
        """Names of the measures."""
        return tuple(field.name for field in dataclasses.fields(cls) if field.name != "village")


@dataclass(frozen=True)
class CommunitySummary(Mapping[str, VillageSummary]):
    """Measures of every village by name, and of all of them in two ways.

    Attributes
    ----------
    by_village
        One summary per village.
    mean
        The plain mean over villages of every measure.
    pooled
        All households taken together, for what they have one by one (degrees and their variation, isolates,
        reciprocity); the plain mean over villages for what only a village has (density, transitivity, clustering,
        giant component, path length, assortativity).
    """

    by_village: tuple[VillageSummary, ...]
    mean: VillageSummary
    pooled: VillageSummary

    def __getitem__(self, village: str) -> VillageSummary:
        for summary in self.by_village:
            if summary.village == village:
                return summary
        raise KeyError(village)

    def __iter__(self) -> Iterator[str]:
        return (summary.village for summary in self.by_village)

    def __len__(self) -> int:
        return len(self.by_village)

    def to_frame(self) -> pd.DataFrame:
        """One row per village, then 'mean' and 'pooled'; one column per measure."""
        import pandas as pd

        return pd.DataFrame([dataclasses.asdict(summary) for summary in (*self.by_village, self.mean, self.pooled)])


def summarise(community: Community) -> CommunitySummary:
    """Measure every village of a community, and all of them.

    Examples
    --------
    >>> from pd_sim.community.community import Community
    >>> ring = Community.build(range(4), source=[0, 1, 2, 3], target=[1, 2, 3, 0])
    >>> ring.summary().pooled.path_length, ring.summary()["1"].transitivity
    (1.3333333333333333, 0.0)
    """
    ties = community.ties
    undirected = ties.undirected()
    by_village = tuple(
        _measure(name, ties, undirected, int(first), int(last))
        for name, first, last in zip(community.villages, community.start[:-1], community.start[1:], strict=True)
    )
    means = {name: _mean([summary[name] for summary in by_village]) for name in VillageSummary.measures()[3:]}
    together = means | _degrees(ties, undirected, 0, community.n)
    mean, pooled = (
        VillageSummary(
            village=name,
            households=community.n,
            ties=sum(summary.ties for summary in by_village),
            pairs=sum(summary.pairs for summary in by_village),
            **values,
        )
        for name, values in (("mean", means), ("pooled", together))
    )
    return CommunitySummary(by_village, mean, pooled)


def _mean(values: list[float]) -> float:
    defined = [value for value in values if not np.isnan(value)]
    return float(np.mean(defined)) if defined else np.nan


def _ratio(above: float, below: float) -> float:
    return float(above / below) if below else np.nan


def _variation(degree: npt.NDArray[np.int32]) -> float:
    return _ratio(float(degree.std()), float(degree.mean()))


def _measure(name: str, ties: Ties, undirected: Ties, first: int, last: int) -> VillageSummary:
    n = last - first
    degree = undirected.out_degree[first:last]
    half, pairs = int(ties.out_degree[first:last].sum()), int(degree.sum()) // 2
    # rows of this village alone, in arrays of its own: kernels are compiled for arrays that may be written to
    start = undirected.sees_start[first : last + 1] - undirected.sees_start[first]
    sees = undirected.sees[undirected.sees_start[first] : undirected.sees_start[last]] - np.int32(first)
    closed, wedges, local = _clustering(start, sees)
    component = _components(start, sees)
    members = np.flatnonzero(component == np.bincount(component).argmax()).astype(np.int32)
    roots = EXACT_PATHS
    if len(members) > EXACT_PATHS:
        roots = min(roots, max(FEWEST_PATHS, _MOST_TIES_FOLLOWED // max(len(sees), 1)))
    chosen = members if len(members) <= roots else members[:: -(-len(members) // roots)].copy()
    ends = degree[np.repeat(np.arange(n), degree)].astype(np.float64), degree[sees].astype(np.float64)
    even = not pairs or float(ends[0].std()) == 0
    return VillageSummary(
        village=name,
        households=n,
        ties=half // 2 if ties.mutual else half,
        pairs=pairs,
        **_degrees(ties, undirected, first, last),
        density=_ratio(2 * pairs, n * (n - 1)),
        transitivity=closed / wedges if wedges else 0.0,
        local_clustering=float(local),
        giant_component=len(members) / n,
        path_length=_ratio(_path_sum(start, sees, chosen), len(chosen) * (len(members) - 1)),
        assortativity=np.nan if even else float(np.corrcoef(*ends)[0, 1]),
    )


def _degrees(ties: Ties, undirected: Ties, first: int, last: int) -> dict[str, float]:
    """The measures that households have one by one, over some rows."""
    degree = undirected.out_degree[first:last]
    out_degree, in_degree = ties.out_degree[first:last], ties.in_degree[first:last]
    half = int(out_degree.sum())
    return {
        "mean_degree": float(degree.mean()),
        "degree_variation": _variation(degree),
        "degree_max": float(degree.max()),
        "isolates": float((degree == 0).mean()),
        "mean_out_degree": float(out_degree.mean()),
        "reciprocity": _ratio(2 * (half - int(degree.sum()) // 2), half),
        "in_degree_variation": _variation(in_degree),
        "in_degree_max": float(in_degree.max()),
        "seen_by_nobody": float((in_degree == 0).mean()),
    }


@compiled
def _clustering(start, sees):
    n = start.shape[0] - 1
    mark = np.full(n, -1, np.int32)
    closed = 0
    wedges = 0
    local = 0.0
    for i in range(n):
        k = start[i + 1] - start[i]
        if k < 2:
            continue
        for at in range(start[i], start[i + 1]):
            mark[sees[at]] = i
        here = 0
        for at in range(start[i], start[i + 1]):
            j = sees[at]
            for further in range(start[j], start[j + 1]):
                if mark[sees[further]] == i:
                    here += 1
        closed += here
        wedges += k * (k - 1)
        local += here / (k * (k - 1))
    return closed, wedges, local / n


@compiled
def _components(start, sees):
    n = start.shape[0] - 1
    component = np.full(n, -1, np.int32)
    queue = np.empty(n, np.int32)
    found = 0
    for root in range(n):
        if component[root] >= 0:
            continue
        component[root] = found
        queue[0] = root
        head, tail = 0, 1
        while head < tail:
            i = queue[head]
            head += 1
            for at in range(start[i], start[i + 1]):
                if component[sees[at]] < 0:
                    component[sees[at]] = found
                    queue[tail] = sees[at]
                    tail += 1
        found += 1
    return component


@compiled
def _path_sum(start, sees, chosen):
    n = start.shape[0] - 1
    seen = np.full(n, -1, np.int32)
    far = np.empty(n, np.int32)
    queue = np.empty(n, np.int32)
    total = 0
    for number in range(chosen.shape[0]):
        root = chosen[number]
        seen[root] = number
        far[root] = 0
        queue[0] = root
        head, tail = 0, 1
        while head < tail:
            i = queue[head]
            head += 1
            total += far[i]
            for at in range(start[i], start[i + 1]):
                j = sees[at]
                if seen[j] != number:
                    seen[j] = number
                    far[j] = far[i] + 1
                    queue[tail] = j
                    tail += 1
    return total
