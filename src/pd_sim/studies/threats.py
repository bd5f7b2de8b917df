"""What would kill it: every threat upon every arm, on the same villages and the same luck, ranked by what it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from pd_sim.analysis.contrasts import paired_difference
from pd_sim.errors import ScenarioError, UnknownNameError
from pd_sim.interventions import Intervention, Threat, intervention_kinds
from pd_sim.results import Comparison, Estimate, takeoff
from pd_sim.scenario import Scenario
from pd_sim.scenario.reading import block
from pd_sim.studies.compare import compare

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SPARED", "Threatened", "threat_kinds", "threats"]

SPARED = ""
"""Key of the runs that no threat befalls."""

Measure = Literal["practising", "years"]
Floats = npt.NDArray[np.float64]
_USUAL = 26


def threat_kinds() -> dict[str, type[Threat]]:
    """All threats by kind, a user's own included, in the order of their names."""
    return {kind: found for kind, found in intervention_kinds().items() if issubclass(found, Threat)}


def in_words(threat: Intervention) -> str:
    """How great a threat is: every field of its own with its value.

    Examples
    --------
    >>> in_words(threat_kinds()["competing_targets"](at=26))
    'payers sponsor, capacity 0.5, fidelity 0.7'
    >>> in_words(threat_kinds()["leader_leaves"](at=26, lasts=8))
    'for 8 steps'
    """
    said = [f"{name} {_plain(value)}" for name, value in threat if name not in ("at", "hazard", "lasts")]
    hazard, lasts = getattr(threat, "hazard", None), getattr(threat, "lasts", None)
    said += [f"chance {hazard:g} a step"] if hazard is not None else []
    said += [f"for {lasts} steps"] if lasts is not None else []
    return ", ".join(said)


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return " and ".join(filter(None, [", ".join(value[:-1]), *value[-1:]])) or "everybody"
    return f"{value:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, eq=False)
class Threatened:
    """What each threat takes from each arm."""

    arms: tuple[str, ...]
    threats: Mapping[str, Threat]
    at: int
    step: int
    takeoff_share: float
    step_name: str
    practising: Mapping[tuple[str, str], Floats]
    """Share practising at `step`, by arm and threat (`SPARED`: none), ``[replicate]`` each."""
    years: Mapping[tuple[str, str], Floats]
    """Years of practice of a hundred households up to `step`, likewise."""
    touched: Mapping[tuple[str, str], float]
    """Share of the replicates in which a threat changed anything at all, by arm and threat."""

    @property
    def replicates(self) -> int:
        """Number of replicates."""
        return len(next(iter(self.practising.values())))

    def values(self, measure: Measure = "practising") -> Mapping[tuple[str, str], Floats]:
        """One of the two measures, by arm and threat."""
        if measure not in ("practising", "years"):
            raise UnknownNameError("measure", measure, ("practising", "years"))
        return self.practising if measure == "practising" else self.years

    def loss(self, arm: str, threat: str, measure: Measure = "practising") -> Estimate:
        """What an arm loses to a threat, replicate by replicate; below 0 where it gains."""
        values = self.values(measure)
        if arm not in self.arms:
            raise UnknownNameError("arm", arm, self.arms)
        if threat not in self.threats:
            raise UnknownNameError("threat", threat, self.threats)
        return paired_difference(values[arm, SPARED], values[arm, threat])

    def ranking(self, arm: str, measure: Measure = "practising") -> list[str]:
        """Threats by what they take from an arm, the worst first; of equal ones in the order of their names."""
        return sorted(self.threats, key=lambda threat: (-float(self.loss(arm, threat, measure).mean), threat))

    def frame(self, measure: Measure = "practising") -> pd.DataFrame:
        """One row an arm and threat, the worst first in each arm.

        Columns: ``arm, rank, threat, size`` (how great it is), ``touched`` (share of the replicates in which it changed
        anything), ``spared`` and ``hit`` (mean share practising without and with it), ``loss, loss_low, loss_high``
        (paired, with its interval), ``years, years_low, years_high`` (years of practice lost a hundred households),
        ``takeoff_spared, takeoff_hit``, and ``apart`` (whether it takes more than the next one: the interval of their
        paired difference lies above 0; none for the last). Ranks go by ``measure``.
        """
        import pandas as pd

        return pd.DataFrame(
            [
                self._row(arm, rank, ranked, measure)
                for arm in self.arms
                for ranked in [self.ranking(arm, measure)]
                for rank in range(len(ranked))
            ]
        )

    def _row(self, arm: str, rank: int, ranked: Sequence[str], measure: Measure) -> dict[str, Any]:
        threat = ranked[rank]
        spared, hit = self.practising[arm, SPARED], self.practising[arm, threat]
        row: dict[str, Any] = {"arm": arm, "rank": rank + 1, "threat": threat, "size": in_words(self.threats[threat])}
        row |= {"touched": self.touched[arm, threat], "spared": float(spared.mean()), "hit": float(hit.mean())}
        for name, kind in (("loss", "practising"), ("years", "years")):
            lost = self.loss(arm, threat, kind)  # type: ignore[arg-type]
            row |= {name: float(lost.mean), f"{name}_low": float(lost.low), f"{name}_high": float(lost.high)}
        for name, values in (("spared", spared), ("hit", hit)):
            row[f"takeoff_{name}"] = float(takeoff(values, self.takeoff_share).mean)
        row["apart"] = None
        if rank + 1 < len(ranked):
            ranked_by = self.values(measure)
            gap = paired_difference(ranked_by[arm, ranked[rank + 1]], ranked_by[arm, threat])
            row["apart"] = bool(gap.low > 0)
        return row


def threats(
    scenario: Scenario,
    arms: Sequence[str] | None = None,
    *,
    at: int | None = None,
    step: int | None = None,
    kinds: Sequence[str] | None = None,
    sizes: Mapping[str, Mapping[str, Any]] | None = None,
    replicates: int = 100,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Threatened:
    """Let every threat befall every arm, one at a time, and see what is lost.

    Parameters
    ----------
    scenario
        The scenario; threats of its own befall every run, the spared ones too.
    arms
        Names of arms; none: all in which something is done.
    at
        Step in which a threat comes; none: step 26, or the middle of a shorter run.
    step
        Step at which the share practising is measured, and up to which years of practice count; none: the last.
    kinds
        Threats; none: all there are.
    sizes
        By threat, fields to change: ``{"cost_loading": {"factor": 2.0}}``; the rest are its defaults.
    replicates, seed, threads, progress
        As in ``compare``; the same villages and luck with and without.

    Raises
    ------
    ScenarioError
        An unknown arm, threat or field, no arm in which anything is done, or a step that is not run.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 60).set("steps", 40)
    >>> found = ps.threats(town, ["top_down"], kinds=["leader_leaves"], replicates=6)
    >>> float(found.loss("top_down", "leader_leaves").mean)  # it has no leader to lose
    0.0
    """
    at = max(1, min(_USUAL, scenario.steps // 2)) if at is None else at
    last = scenario.steps if step is None else step
    if not 1 <= at <= last <= scenario.steps:
        raise ScenarioError(
            f"at {at}, step {last}: give steps from 1 to {scenario.steps}, the threat not after the end"
        )
    befalling = _befalling(at, kinds, sizes or {})
    names = tuple(name for name, arm in scenario.arms.items() if arm) if arms is None else tuple(arms)
    if not names or len(set(names)) < len(names):
        raise ScenarioError("arms: give at least one in which something is done, and each once")
    for name in names:
        scenario.arm(name)
    practising: dict[tuple[str, str], Floats] = {}
    years: dict[tuple[str, str], Floats] = {}
    touched: dict[tuple[str, str], float] = {}
    spared: Comparison | None = None
    for done, (kind, threat) in enumerate({SPARED: None, **befalling}.items()):
        own = scenario.threats if threat is None else (*scenario.threats, threat)
        result = compare(
            scenario.model_copy(update={"threats": own}), names, replicates=replicates, seed=seed, threads=threads
        )
        spared = result if spared is None else spared
        for name in names:
            shares = result.series(name)[:, : last + 1]
            practising[name, kind] = shares[:, -1]
            years[name, kind] = 100 * shares[:, 1:].sum(axis=1) / scenario.economics.steps_a_year
            if threat is not None:
                touched[name, kind] = float(_changed(spared, result, name).mean())
        if progress is not None:
            progress(done + 1, len(befalling) + 1)
    return Threatened(names, befalling, at, last, scenario.takeoff, scenario.step, practising, years, touched)


def _befalling(at: int, kinds: Sequence[str] | None, sizes: Mapping[str, Mapping[str, Any]]) -> dict[str, Threat]:
    """Threats by kind, each of the asked size."""
    known = threat_kinds()
    asked = list(known) if kinds is None else list(kinds)
    for kind in (*asked, *sizes):
        if kind not in known:
            raise UnknownNameError("threat", kind, known)
    if not asked or len(set(asked)) < len(asked):
        raise ScenarioError("kinds: give at least one threat, and each once")
    for kind in sizes:
        if kind not in asked:
            raise ScenarioError(f"sizes: {kind} is not among the threats asked for ({', '.join(asked)})")
    return {kind: block(known[kind], _sized(at, sizes.get(kind, {})), f"sizes.{kind}") for kind in asked}


def _sized(at: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    return dict(fields) if "hazard" in fields else {"at": at, **fields}


def _changed(spared: Comparison, hit: Comparison, arm: str) -> npt.NDArray[np.bool_]:
    """Replicates in which anything that is counted or spent came out differently."""
    one, other = spared.arm(arm), hit.arm(arm)
    changed = (one.counts != other.counts).any(axis=(1, 2, 3))
    return np.asarray(changed | (one.values("cost") != other.values("cost")).any(axis=(1, 2)))


def described(threat: Intervention) -> str:
    """What a threat is, in words: the first line of its description."""
    return (inspect.getdoc(type(threat)) or "").partition("\n")[0]
