"""The least money with which an arm reaches a target surely enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pd_sim.errors import ResultError, ScenarioError
from pd_sim.interventions import Intervention, kind_named
from pd_sim.results import Estimate, wilson
from pd_sim.results.measures import kind
from pd_sim.scenario import Scenario
from pd_sim.studies.compare import compare
from pd_sim.studies.economics import payer_of, prices_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LeastBudget", "least_budget"]

Arm = tuple[Intervention, ...]
_BUDGET = "budget"
_MOST_UNITS = 100_000
_ALMOST = 1e-9  # 3 of 12 households are a quarter, whatever floating point says


@dataclass(frozen=True, eq=False)
class LeastBudget:
    """The least budget that was found, and every one that was tried."""

    arm: str
    measure: str
    target: float
    step: int
    confidence: float
    amount: float
    """NaN where no money is enough."""
    unit: float
    """Amounts were tried to this nearness."""
    share: Estimate
    """Share of the replicates that reach the target with it, with Wilson's interval; without it, with all the money."""
    spent: float
    """Mean of what is spent of it."""
    unlimited: Estimate
    """Share of the replicates that reach the target with all the money the arm can use."""
    most: float
    """Most that the arm spends in any replicate with all the money it can use."""
    trials: tuple[tuple[float, float], ...]
    """Budgets tried, and the share of the replicates that reach the target with each, in order of the budget."""
    replicates: int
    currency: str

    @property
    def found(self) -> bool:
        """Whether some budget is enough."""
        return bool(np.isfinite(self.amount))

    def frame(self) -> pd.DataFrame:
        """One row a budget tried: ``budget, share, low, high``."""
        import pandas as pd

        rows = []
        for budget, share in self.trials:
            ends = wilson(round(share * self.replicates), self.replicates)
            rows.append((budget, share, float(ends.low), float(ends.high)))
        return pd.DataFrame(rows, columns=["budget", "share", "low", "high"])

    def __str__(self) -> str:
        target = f"{self.target:.0%}" if kind(self.measure) == "households" else f"{self.target:,g}"
        goal = f"{self.measure} of {target} at step {self.step} in {self.confidence:.0%} of the replicates"
        share = f"{float(self.share.mean):.0%} (interval {float(self.share.low):.0%} to {float(self.share.high):.0%})"
        if not self.found:
            return (
                f"{self.arm} does not reach {goal} with any budget: with all the money it can use, up to "
                f"{self.currency} {self.most:,.0f}, it does in {share} of {self.replicates}."
            )
        return (
            f"{self.arm} reaches {goal} with {self.currency} {self.amount:,.0f} (to the nearest {self.unit:,g}): "
            f"in {share} of {self.replicates}, spending {self.currency} {self.spent:,.0f} of it on average."
        )


def least_budget(
    scenario: Scenario,
    arm: str,
    target: float,
    *,
    step: int | None = None,
    measure: str = "practising",
    confidence: float = 0.8,
    exact: float = 0.01,
    replicates: int = 200,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LeastBudget:
    """Find the smallest budget with which enough of the replicates reach a target.

    The ``amount`` of the arm's budget is halved in on; where the arm has none, one that stops it when the money is
    spent is put first. All budgets are tried on the same villages and the same luck. It is taken for granted that more
    money does not make a replicate miss the target; the table of trials shows whether that holds.

    Parameters
    ----------
    scenario
        The scenario; the arm's interventions must have prices.
    arm
        Name of an arm.
    target
        What `measure` must reach; of measures that count households, a share.
    step
        Step at which it must be reached; none: the last.
    measure
        A measure of the results.
    confidence
        Share of the replicates that must reach it.
    exact
        How nearly: the budget is rounded up to a round sum of at most this share of what the arm can use.
    replicates, seed, threads
        As in ``compare``. With 200 replicates a share of .8 is known to about ± .055.
    progress
        Called with the trials done and to do.

    Raises
    ------
    ScenarioError
        An unknown arm, or one that spends no money.
    ResultError
        A step beyond the end, or a target or share out of bounds.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 60).set("steps", 40)
    >>> town = town.set("arms.top_down.training.cost_session", 50.0)
    >>> found = least_budget(town, "top_down", 0.05, confidence=0.5, replicates=10, exact=0.1)
    >>> found.found, found.amount <= found.most + found.unit
    (True, True)
    """
    last = scenario.steps if step is None else step
    if not 1 <= last <= scenario.steps:
        raise ResultError(f"step {last}: give one from 1 to {scenario.steps}, the last of this scenario")
    if not 0 < confidence <= 1:
        raise ResultError(f"confidence {confidence}: give a share of the replicates above 0 and up to 1")
    if not 0 < exact <= 1:
        raise ResultError(f"exact {exact}: give a share above 0 and up to 1")
    if not np.isfinite(target) or (kind(measure) == "households" and not 0 < target <= 1):
        raise ResultError(f"target {target}: give what {measure} must reach; of households, a share up to 1")
    content = scenario.arm(arm)
    limits = [entry for entry in content if entry.kind == _BUDGET]
    rest = tuple(entry for entry in content if entry.kind != _BUDGET)
    payers = set(getattr(limits[0], "pays_for", ("sponsor",))) if limits else {"sponsor"}

    def tried(given: Arm) -> tuple[float, np.ndarray]:
        short = scenario.model_copy(update={"arms": {arm: given}, "steps": last})
        result = compare(short, replicates=replicates, seed=seed, threads=threads)
        reached = float((result.series(arm, measure)[:, -1] >= target - _ALMOST).mean())
        flows = [flow.sum(axis=(1, 2)) for key, flow in result.arm(arm).cost.items() if payer_of(key)[0] in payers]
        return reached, np.sum(flows, axis=0) if flows else np.zeros(replicates)

    unlimited, use = tried(rest)
    most = float(use.max())
    if most == 0:
        raise ScenarioError(
            f"arms.{arm}: nothing in it costs {' or '.join(sorted(payers))} money; give its interventions prices, such "
            "as cost_session"
        )
    unit = _round_sum(most * exact)
    whole = int(np.ceil(most / unit))
    steps = 2 + int(np.ceil(np.log2(whole + 1)))
    # a budget of its own may hold money back for later steps, so that all the arm can use is not always enough
    found: dict[int, tuple[float, float]] = {} if limits else {whole: (unlimited, float(use.mean()))}

    def reach(units: int) -> float:
        if units not in found:
            share, used = tried((_limited(limits, units * unit), *rest))
            found[units] = share, float(used.mean())
            if progress is not None:
                progress(min(len(found), steps), steps)
        return found[units][0]

    while limits and reach(whole) < confidence - _ALMOST <= unlimited and whole < _MOST_UNITS:
        whole *= 2
    least = fewest(reach, whole, confidence)
    if progress is not None:
        progress(steps, steps)
    share, spent = found[whole if least is None else least]
    return LeastBudget(
        arm=arm,
        measure=measure,
        target=float(target),
        step=last,
        confidence=confidence,
        amount=float("nan") if least is None else least * unit,
        unit=unit,
        share=wilson(round(share * replicates), replicates),
        spent=spent,
        unlimited=wilson(round(unlimited * replicates), replicates),
        most=most,
        trials=tuple((units * unit, found[units][0]) for units in sorted(found)),
        replicates=replicates,
        currency=prices_of(scenario.record()).currency,
    )


def fewest(reach: Callable[[int], float], most: int, wanted: float) -> int | None:
    """Fewest units with which at least the wanted share is reached, by halving; none if `most` are not enough.

    Examples
    --------
    >>> fewest(lambda units: units / 100, most=100, wanted=0.8)
    80
    """
    if reach(most) < wanted - _ALMOST:
        return None
    if reach(0) >= wanted - _ALMOST:
        return 0
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        if reach(middle) >= wanted - _ALMOST:
            high = middle
        else:
            low = middle
    return high


def _round_sum(amount: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is no more than an amount."""
    size = 10.0 ** np.floor(np.log10(amount))
    return float(max(factor * size for factor in (1, 2, 5) if factor * size <= amount * (1 + 1e-12)))


def _limited(limits: list[Intervention], amount: float) -> Intervention:
    if limits:
        return limits[0].model_copy(update={"amount": amount})
    return kind_named(_BUDGET).model_validate({"amount": amount})
