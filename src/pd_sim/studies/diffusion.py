"""Diffusion in the measures of the field: one run, household by household."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from pd_sim.analysis import adopters
from pd_sim.analysis import diffusion as field
from pd_sim.community import Ties
from pd_sim.engine import Run
from pd_sim.population import COUNTERS, Prompt, Stage

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "BY_PROMPT",
    "QUANTITIES",
    "WINDOWS",
    "Diffusion",
    "Followed",
    "diffusion",
    "exposure_at_adoption",
    "followers_of",
    "quantities_of",
]

BY_PROMPT = slice(COUNTERS.index("by_session"), COUNTERS.index("by_itself") + 1)
"""Counters of successes by what came before the trial."""

LEVELS = (0.1, 0.5, 0.9)
"""Shares the time to which is given."""

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


class Followed(NamedTuple):
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
                "category": adopters.categories(self.first),
                "category_by_rank": adopters.categories_by_rank(self.first),
                "threshold": thresholds,
                "threshold_seen": exposure_at_adoption(of, "seen"),
                "threshold_category": adopters.threshold_categories(thresholds),
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
    successes = ran.counts[..., BY_PROMPT].sum(axis=(0, 1), dtype=np.int64)
    followed = Followed(*_history(ran), ran.population.arrays.copied_from, successes)
    first, copied, shown = followers_of(followed)
    return Diffusion(ran, first, copied, shown, quantities_of(followed, first, copied, shown))


def exposure_at_adoption(
    ran: Run, over: Literal["ever", "seen"] = "ever", when: Literal["adoption", "trial"] = "adoption"
) -> npt.NDArray[np.float64]:
    """Network threshold of every household of a run; see `pd_sim.analysis.diffusion.exposure_at_adoption`.

    Its ties are those of the start.
    """
    return field.exposure_at_adoption(*_history(ran), over, when)


def _history(ran: Run) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_], Ties, npt.NDArray[np.uint8]]:
    ties = ran.community.ties
    return ran.history.stage, ran.history.hidden, ties, ran.population.arrays.sight[: len(ties.sees)]


def followers_of(
    followed: Followed,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """When each household first practised, how many copied it, and how many adoptions its being seen is credited."""
    first = field.first_practised(followed.stage)
    copied = field.copies(followed.copied_from, first)
    return first, copied, field.shown_to(followed.stage, followed.hidden, followed.ties, followed.sight)


def quantities_of(
    followed: Followed,
    first: npt.NDArray[np.int64],
    copied: npt.NDArray[np.int64],
    shown: npt.NDArray[np.float64],
) -> dict[str, float]:
    """Every one of `QUANTITIES`, from what `followers_of` gives; NaN where it never came to that."""
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
