"""Diffusion in the measures of the field: of one run household by household, or of arms over replicates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from pd_sim.analysis import diffusion as field
from pd_sim.community import Ties
from pd_sim.engine import History, Run, Tile, found, luck_seed, new_population, village_seed
from pd_sim.engine.ensemble import TILE_HOUSEHOLDS
from pd_sim.errors import ScenarioError
from pd_sim.population import COUNTERS, Prompt, Stage
from pd_sim.results import band, mean_interval
from pd_sim.scenario import Scenario
from pd_sim.streams import check_seed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["QUANTITIES", "Diffusion", "diffusion", "diffusions", "exposure_at_adoption"]

LEVELS = (0.1, 0.5, 0.9)
WINDOWS = (0, 1, 14, 27, 53, 105, 157)
"""Steps at which windows of the reproduction number begin: the start, a quarter, half, one, two, three years."""

QUANTITIES: dict[str, str] = {
    "adopters": "households that first practised after the start",
    **{f"step_{100 * level:.0f}_of_all": f"step by which {level:.0%} of all have ever practised" for level in LEVELS},
    **{
        f"step_{100 * level:.0f}_of_final": f"step by which {level:.0%} of those who ever do have practised"
        for level in LEVELS
    },
    "threshold": "mean exposure at adoption: share of ties that had ever practised in the open (Valente)",
    "threshold_seen": "mean exposure at adoption to ties it saw practise",
    "without_exposure": "share of the adopters none of whose ties had ever practised in the open",
    "copied": "adopters that copied a household, for each that ever practised",
    "shown": "adoptions credited to ties seen practising, for each that ever practised",
    "by_session": "share of all successes whose trial began in a session",
    "by_tie": "share of all successes whose trial followed a tie seen practising",
    "by_message": "share of all successes whose trial followed a message",
    "by_pay": "share of all successes whose trial was paid for",
    "by_itself": "share of all successes with none of these before the trial",
}
"""What is summarised, in order, and what it means."""


class _Followed(NamedTuple):
    """One replicate, followed household by household."""

    stage: npt.NDArray[np.uint8]
    hidden: npt.NDArray[np.bool_]
    ties: Ties
    sight: npt.NDArray[np.uint8]
    copied_from: npt.NDArray[np.int32]
    successes: npt.NDArray[np.int64]
    """By prompt, of the whole run."""


@dataclass(frozen=True, eq=False)
class Diffusion:
    """How the practice spread in one run."""

    run: Run
    first: npt.NDArray[np.int64]
    """Step at whose end each household first practised; 0 from the start, −1 never."""
    copies: npt.NDArray[np.int64]
    """Adopters who copied each household."""
    shown_to: npt.NDArray[np.float64]
    """Adoptions credited to each household by having been seen."""
    quantities: Mapping[str, float]

    def frame(self) -> pd.DataFrame:
        """One row a household.

        Columns: ``village, household, stage`` (at the end), ``first_practised``, ``category`` (Rogers, by mean and sd
        of time), ``category_by_rank``, ``threshold`` (exposure at adoption, to ties that had ever practised),
        ``threshold_seen`` (to ties seen practising), ``threshold_category`` (Valente), ``exposure`` (at the end; who
        never adopted has its threshold above it), ``prompt`` and ``copied_from`` of its last trial, ``copies``,
        ``shown_to``.
        """
        import pandas as pd

        of, last = self.run, len(self.run.history.stage) - 1
        known = of.households()
        thresholds = exposure_at_adoption(of)
        return pd.DataFrame(
            {
                "village": known["village"],
                "household": known["household"],
                "stage": known["stage"],
                "first_practised": self.first,
                "category": field.categories(self.first),
                "category_by_rank": field.categories_by_rank(self.first),
                "threshold": thresholds,
                "threshold_seen": exposure_at_adoption(of, "seen"),
                "threshold_category": field.threshold_categories(thresholds),
                "exposure": field.exposure(last, *_history(of)),
                "prompt": known["prompt"],
                "copied_from": known["copied_from"],
                "copies": self.copies,
                "shown_to": self.shown_to,
            }
        )

    def summary(self) -> pd.DataFrame:
        """One row a quantity of `QUANTITIES`: quantity, meaning, value (NaN: it never came to that)."""
        import pandas as pd

        rows = [(name, QUANTITIES[name], value) for name, value in self.quantities.items()]
        return pd.DataFrame(rows, columns=["quantity", "meaning", "value"])

    def reproduction(self, edges: Sequence[int] = WINDOWS) -> pd.DataFrame:
        """Effective reproduction number by when a household adopted; mind what it misses.

        Parameters
        ----------
        edges
            Steps at which windows begin, and the end; 0 to 1 holds those who practise from the start.

        Returns
        -------
        One row a window: from_step, to_step, households, ``copied`` (adopters who copied one of them, on average),
        ``shown`` (adoptions credited to one of them by having been seen). See
        `pd_sim.analysis.diffusion.reproduction` for what either misses.
        """
        import pandas as pd

        last = len(self.run.history.stage)
        edges = (*(edge for edge in edges if edge < last), last)
        copied, number = field.reproduction(self.first, self.copies, edges)
        shown, _ = field.reproduction(self.first, self.shown_to, edges)
        begins, ends = np.asarray(edges[:-1]), np.asarray(edges[1:]) - 1
        columns = {"from_step": begins, "to_step": ends, "households": number, "copied": copied, "shown": shown}
        return pd.DataFrame(columns)


def diffusion(ran: Run) -> Diffusion:
    """Describe how the practice spread in one run, household by household.

    Parameters
    ----------
    ran
        From ``run``.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 60).set("steps", 60)
    >>> found = ps.diffusion(ps.run(town, "bottom_up", seed=1))
    >>> frame = found.frame()
    >>> len(frame), bool((frame["first_practised"] > 0).sum() == found.quantities["adopters"])
    (60, True)
    """
    successes = ran.counts[..., _BY].sum(axis=(0, 1), dtype=np.int64)
    followed = _Followed(*_history(ran), ran.population.arrays.copied_from, successes)
    first, copied, shown = _first_and_followers(followed)
    return Diffusion(ran, first, copied, shown, _quantities(followed, first, copied, shown))


def exposure_at_adoption(
    ran: Run, over: Literal["ever", "seen"] = "ever", when: Literal["adoption", "trial"] = "adoption"
) -> npt.NDArray[np.float64]:
    """Network threshold of every household of a run; see `pd_sim.analysis.diffusion.exposure_at_adoption`.

    Its ties are those of the start.
    """
    return field.exposure_at_adoption(*_history(ran), over, when)


def diffusions(
    scenario: Scenario,
    arms: Sequence[str] | None = None,
    *,
    replicates: int = 60,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Describe how the practice spreads in each arm, over replicates.

    Parameters
    ----------
    scenario
        The scenario.
    arms
        Names of the arms; none: all.
    replicates, seed
        As in ``compare``: the same villages and luck.
    progress
        Called with the number of runs done and to do.

    Returns
    -------
    One row an arm and quantity of `QUANTITIES`. Columns: ``arm, quantity, meaning, mean, low, high`` (interval),
    ``band_low, band_high``, ``known`` (share of the replicates in which it has a value: a level that is never
    reached has none, and mean and band speak of the others only), ``n`` (replicates).
    """
    import pandas as pd

    check_seed(seed)
    if replicates < 1:
        raise ScenarioError(f"replicates: give a whole number from 1, not {replicates}")
    names = list(scenario.arms) if arms is None else list(arms)
    rows = []
    for place, arm in enumerate(names):
        values: list[dict[str, float]] = []
        for followed in _replicates(scenario, arm, seed, replicates):
            values.append(_quantities(followed, *_first_and_followers(followed)))
            if progress is not None:
                progress(place * replicates + len(values), len(names) * replicates)
        for quantity, meaning in QUANTITIES.items():
            held = np.array([one[quantity] for one in values])
            rows.append({"arm": arm, "quantity": quantity, "meaning": meaning, **_summarised(held)})
    return pd.DataFrame(rows)


_BY = slice(COUNTERS.index("by_session"), COUNTERS.index("by_itself") + 1)


def _history(ran: Run) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_], Ties, npt.NDArray[np.uint8]]:
    ties = ran.community.ties
    return ran.history.stage, ran.history.hidden, ties, ran.population.arrays.sight[: len(ties.sees)]


def _first_and_followers(
    followed: _Followed,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    first = field.first_practised(followed.stage)
    copied = field.copies(followed.copied_from, first)
    return first, copied, field.shown_to(followed.stage, followed.hidden, followed.ties, followed.sight)


def _quantities(
    followed: _Followed,
    first: npt.NDArray[np.int64],
    copied: npt.NDArray[np.int64],
    shown: npt.NDArray[np.float64],
) -> dict[str, float]:
    ever = np.maximum.accumulate(followed.stage == Stage.PRACTISING, axis=0).mean(axis=1)
    reached = [*field.times_to(ever, LEVELS, "all"), *field.times_to(ever, LEVELS, "final")]
    seen = field.exposure_at_adoption(*followed[:4], over="seen")
    thresholds = field.exposure_at_adoption(*followed[:4])
    known = thresholds[~np.isnan(thresholds)]
    practised, successes = int((first >= 0).sum()), int(followed.successes.sum())
    values = [
        int((first > 0).sum()),
        *reached,
        _mean(known),
        _mean(seen[~np.isnan(seen)]),
        _mean(known == 0),
        copied.sum() / practised if practised else np.nan,
        shown.sum() / practised if practised else np.nan,
        *(followed.successes / successes if successes else np.full(len(Prompt), np.nan)),
    ]
    return {name: float(value) for name, value in zip(QUANTITIES, values, strict=True)}


def _mean(values: npt.NDArray[Any]) -> float:
    return float(values.mean()) if len(values) else np.nan


def _summarised(values: npt.NDArray[np.float64]) -> dict[str, float]:
    known = values[~np.isnan(values)]
    numbers = dict.fromkeys(("mean", "low", "high", "band_low", "band_high"), np.nan)
    if len(known):
        estimate, (low, high) = mean_interval(known), band(known)
        ends = (estimate.mean, estimate.low, estimate.high, low, high)
        numbers = {name: float(value) for name, value in zip(numbers, ends, strict=True)}
    return {**numbers, "known": len(known) / len(values), "n": len(values)}


def _replicates(scenario: Scenario, arm: str, seed: int, replicates: int) -> Iterator[_Followed]:
    """Follow replicates of an arm household by household, some side by side."""
    scenario = scenario.in_force
    interventions = scenario.arm(arm)
    size = 1
    begin = 0
    while begin < replicates:
        block = range(begin, min(begin + size, replicates))
        founded = [found(scenario, village_seed(scenario, seed, k)) for k in block]
        pop = new_population(scenario, founded, [luck_seed(seed, k) for k in block])
        tile = Tile(scenario, interventions, pop)
        history = History.start(pop, scenario.steps)
        track = tile.run(lambda t, history=history: history.write(t.pop))  # type: ignore[misc]
        a = pop.arrays
        edge = 0
        for place, one in enumerate(founded):
            villages = slice(int(a.replicate_start[place]), int(a.replicate_start[place + 1]))
            rows = slice(int(a.village_start[villages.start]), int(a.village_start[villages.stop]))
            source = a.copied_from[rows]
            yield _Followed(
                history.stage[:, rows],
                history.hidden[:, rows],
                one.ties,
                a.sight[edge : edge + len(one.ties.sees)],
                np.where(source >= 0, source - rows.start, -1),
                track.counts[:, villages, _BY].sum(axis=(0, 1), dtype=np.int64),
            )
            edge += len(one.ties.sees)
        begin += len(block)
        size = max(1, TILE_HOUSEHOLDS // max(pop.n // len(block), 1))
