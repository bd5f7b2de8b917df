"""What an appraisal answers about one arm: an increment, a social return, a break-even."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pd_sim.analysis.cost_effectiveness import Ratio, dominance
from pd_sim.analysis.social_return import LINES
from pd_sim.results import Estimate, mean_interval

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BreakEven", "Increment", "Return", "money", "said", "span"]

Floats = npt.NDArray[np.float64]


def money(amount: float, currency: str = "") -> str:
    """An amount of money to be read at a glance: whole from a hundred on, else two figures after the point.

    Examples
    --------
    >>> money(12345.6, "GBP"), money(-3.5), money(float("nan"))
    ('GBP 12,346', '−3.50', '–')
    """
    if not np.isfinite(amount):
        return "–"
    text = f"{abs(amount):,.0f}" if abs(amount) >= 99.995 or amount == 0 else f"{abs(amount):,.2f}"
    return f"{f'{currency} ' if currency else ''}{'−' if amount < 0 else ''}{text}"


def span(low: float, high: float) -> str:
    """Both ends of an interval of money, or a dash where it is not known."""
    return f"{money(low)} to {money(high)}" if np.isfinite(low) and np.isfinite(high) else "–"


@dataclass(frozen=True, eq=False)
class Increment:
    """What one arm costs and does more than another, replicate by replicate; all of it discounted.

    Attributes
    ----------
    arm, versus
        Costs and effects are those of `arm` less those of `versus`.
    cost
        Extra money spent less extra costs avoided, with its paired interval.
    effect
        Extra household-years of practice, likewise.
    ratio
        Incremental cost-effectiveness ratio: extra cost of each extra household-year, with Fieller's interval. NaN
        where the interval of the effect covers 0 or one arm dominates: it would say nothing there.
    worth, net
        What a household-year of practice may cost, and the net benefit at that worth; none where no worth is decided.
    quarters
        Share of the replicates in which `arm` does more and costs more, more and less, less and less, less and more;
        the rest lie on a border.
    standing
        ``dominates``, ``dominated``, ``trade-off``, ``equal`` or ``open``; see `analysis.dominance`.
    """

    arm: str
    versus: str
    cost: Estimate
    effect: Estimate
    ratio: Ratio
    worth: float | None
    net: Estimate | None
    quarters: tuple[float, float, float, float]
    currency: str
    unit: str = "household"

    @property
    def standing(self) -> str:
        """How `arm` stands to `versus`, in one word."""
        return dominance(self.cost, self.effect)

    @property
    def words(self) -> str:
        """How `arm` stands to `versus`, and its net benefit, in a sentence or two."""
        return f"{self.stands} {self.weighed}".strip()

    def __str__(self) -> str:
        cost, effect = self.cost, self.effect
        return (
            f"{self.arm} less {self.versus}: cost {money(float(cost.mean), self.currency)} "
            f"({span(float(cost.low), float(cost.high))}), {self.unit}-years of practice {_years(effect.mean)} "
            f"({_years(effect.low)} to {_years(effect.high)}), n = {cost.n}. {self.words}"
        )

    @property
    def stands(self) -> str:
        """How `arm` stands to `versus`, in a sentence."""
        one, other, standing = said(self.arm), said(self.versus), self.standing
        if standing == "equal":
            return _begun(f"{one} and {other} cost the same and do the same in every replicate.")
        if standing in ("dominates", "dominated"):
            better, worse = (one, other) if standing == "dominates" else (other, one)
            does = "more" if float(self.effect.mean) else "as much"
            costs = "less" if float(self.cost.mean) else "no more"
            return _begun(
                f"{better} does {does} and costs {costs}: it dominates {worse}, whatever a year of practice is worth."
            )
        if standing == "trade-off":
            each = f"{money(self.ratio.ratio, self.currency)} ({span(self.ratio.low, self.ratio.high)})"
            if float(self.effect.mean) > 0:
                return _begun(f"{one} does more and costs more: {each} for each further {self.unit}-year of practice.")
            return _begun(
                f"{one} does less and costs less: {each} saved for each {self.unit}-year of practice given up."
            )
        if self.cost.n == 1:
            return f"{_begun(one)} against {other}: open, one replicate gives no interval."
        if not self.ratio.known:
            return (
                f"{_begun(one)} against {other}: open which does more, so a cost for each further {self.unit}-year "
                "would say nothing."
            )
        return f"{_begun(one)} against {other}: open which costs more."

    @property
    def weighed(self) -> str:
        """The net benefit at the worth of a household-year, in a sentence; empty where no worth is decided."""
        if self.net is None:
            return ""
        at = money(float(self.worth or 0.0), self.currency)
        told = f"{money(float(self.net.mean), self.currency)} ({span(float(self.net.low), float(self.net.high))})"
        return f"At {at} for a {self.unit}-year its net benefit is {told}."


@dataclass(frozen=True, eq=False)
class Return:
    """Social return of one arm: gross, every deduction, net, and the ratio to what it costs.

    Attributes
    ----------
    lines
        Amount of every line of `analysis.LINES` in each replicate; deductions are negative and add up with the gross
        to the net.
    cost
        Extra money spent, discounted, in each replicate.
    ratio
        Net present benefit for each unit of money spent, with Fieller's interval.
    claimed
        The same before anything is deducted, as claims of "so much for every pound" often are.
    """

    arm: str
    versus: str
    lines: dict[str, Floats]
    cost: Floats
    ratio: Ratio
    claimed: Ratio
    currency: str
    stated: dict[str, float]
    """The four shares that were stated: deadweight, displacement, attribution, drop-off."""
    worth: tuple[str, ...]
    """Whose benefit is valued, and which payers' costs are avoided."""

    def frame(self) -> pd.DataFrame:
        """One row a line, ``line, meaning, mean, low, high``: the lines in order, then the cost."""
        import pandas as pd

        meanings = {**dict(LINES), "anyway": f"what comes in {self.versus} too", "cost": "extra money spent"}
        rows = []
        for name, amounts in {**self.lines, "cost": self.cost}.items():
            found = mean_interval(amounts)
            rows.append((name, meanings[name], float(found.mean), float(found.low), float(found.high)))
        return pd.DataFrame(rows, columns=["line", "meaning", "mean", "low", "high"])

    @property
    def claim(self) -> str:
        """What the ratio is and is not, in plain words."""
        unstated = [name for name, share in self.stated.items() if share == 0]
        other = said(self.versus)
        missing = f"; nothing was deducted for {' and '.join(_listed(unstated))}" if unstated else ""
        if not self.ratio.known:
            first = f"No ratio can be given for {said(self.arm)}: it is not clear that it costs more than {other}."
        else:
            known = (
                f" ({self.ratio.low:,.2f} to {self.ratio.high:,.2f})"
                if np.isfinite(self.ratio.low)
                else " (one replicate: no interval)"
            )
            first = (
                f"{_begun(said(self.arm))} returns {self.currency} {self.ratio.ratio:,.2f}{known} for each "
                f"{self.currency} 1 spent; before any deduction it would be {self.claimed.ratio:,.2f}."
            )
        return (
            f"{first} This is a claim, not an audited figure: the worth to {' and '.join(_listed(list(self.worth)))} "
            f"is stated, not measured{missing}. The interval holds the luck of the replicates only."
        )

    def __str__(self) -> str:
        return self.claim


@dataclass(frozen=True, eq=False)
class BreakEven:
    """When what an arm brings in covers what it costs more than another arm, discounted and added up step by step.

    Attributes
    ----------
    steps
        Step in each replicate; 0 where it never costs more, NaN where it is not covered by the last step.
    reached
        Share of the replicates in which it is covered at some step, with Wilson's interval.
    step
        Step by which half of the replicates have reached it; NaN if fewer ever do.
    of_mean
        Step at which the means over replicates reach it; NaN if they never do.
    """

    arm: str
    versus: str
    steps: Floats
    reached: Estimate
    step: float
    of_mean: float
    last: int
    unit: str
    steps_a_year: int

    @property
    def year(self) -> float:
        """`step` in years from the start."""
        return self.step / self.steps_a_year

    @property
    def words(self) -> str:
        """When it breaks even, in a sentence."""
        if (self.steps == 0).all():
            return f"At no step has {self.arm} cost more than it has brought in, beyond {said(self.versus)}."
        share = (
            f"{float(self.reached.mean):.0%} of the replicates (interval {float(self.reached.low):.0%} to "
            f"{float(self.reached.high):.0%})"
        )
        if not np.isfinite(self.step):
            return f"{self.arm} covers its cost by {self.unit} {self.last} in {share}, fewer than half."
        return (
            f"{self.arm} covers its cost by {self.unit} {self.step:,.0f} (year {self.year:.1f}) in half of the "
            f"replicates, and by {self.unit} {self.last} in {share}."
        )

    def __str__(self) -> str:
        return self.words


def said(arm: str) -> str:
    """An arm's name within a sentence, where "nothing" would be misread.

    Examples
    --------
    >>> said("hybrid"), said("nothing")
    ('hybrid', 'the arm nothing')
    """
    return "the arm nothing" if arm == "nothing" else arm


def _years(number: npt.ArrayLike) -> str:
    return f"{float(number):,.1f}".replace("-", "−")  # type: ignore[arg-type]


def _begun(sentence: str) -> str:
    return f"The{sentence[3:]}" if sentence.startswith("the arm") else sentence


def _listed(names: list[str]) -> list[str]:
    """Names for a sentence: all but the last joined by commas."""
    return [", ".join(names[:-1]), names[-1]] if len(names) > 1 else names
