"""Costs, effects and worth of every arm of a comparison, replicate by replicate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pd_sim.analysis.cost_effectiveness import acceptability, break_even, dominance, net_benefit, no_ratio, paired_ratio
from pd_sim.analysis.discounting import by_year
from pd_sim.analysis.social_return import social_return
from pd_sim.errors import ResultError
from pd_sim.results import Estimate, band, mean_interval, wilson
from pd_sim.studies.accounts import EFFECTS, Accounts
from pd_sim.studies.appraised import BreakEven, Increment, Return

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Appraisal"]

Floats = npt.NDArray[np.float64]

_GRID = 41


@dataclass(frozen=True, eq=False)
class Appraisal(Accounts):
    """What the arms of a comparison cost, do and are worth; made by `economics`.

    Every number is worked out in each replicate and then summarised, so that arms are compared on the same villages
    and the same luck. Intervals say how well a mean is known; bands how differently replicates come out. Neither holds
    what is not known about the assumptions: see `value_of_information`.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 60).set("steps", 60)
    >>> town = town.set("arms.bottom_up.hub.cost_session", 20.0)
    >>> found = ps.economics(ps.compare(town, replicates=8))
    >>> found.baseline, sorted(found.costs().query("arm == 'bottom_up'")["payer"])
    ('nothing', ['all', 'community'])
    """

    # ── what was spent ──────────────────────────────────────────────────────────────────────────────────────────────

    def costs(self) -> pd.DataFrame:
        """Money spent in each arm, by payer and heading; the last row of an arm is all of it.

        Returns
        -------
        Columns: ``arm, payer, heading, mean, low, high, band_low, band_high`` undiscounted, then
        ``discounted, discounted_low, discounted_high``.
        """
        rows = []
        for arm in self.arms:
            keys = sorted(self.spent[arm], key=lambda key: (key[0] != "sponsor", key))
            entries = [(key, self.spent[arm][key]) for key in keys]
            for (payer, heading), amounts in [*entries, (("all", "all"), self.all_spent(arm))]:
                plain, today = amounts.sum(axis=1), (amounts * self.money_factors).sum(axis=1)
                rows.append((arm, payer, heading, *_summary(plain), *band(plain), *_summary(today)))
        numbers = ["mean", "low", "high", "band_low", "band_high", "discounted", "discounted_low", "discounted_high"]
        return _frame(rows, ["arm", "payer", "heading"], numbers)

    def payers(self, *, discounted: bool = True) -> pd.DataFrame:
        """What each payer or stakeholder pays and gets, beyond the baseline.

        Returns
        -------
        One row an arm and payer. Columns: ``arm, payer, cost`` (money spent), ``avoided`` (costs of incidents that do
        not happen), ``worth`` (of practice to them) and ``net`` = avoided + worth − cost with ``low, high``.
        """
        factors = self.money_factors if discounted else np.ones(self.steps + 1)
        rows = []
        for arm in self.arms:
            for payer in self.all_payers:
                cost = ((self.paid(arm, payer) - self.paid(self.baseline, payer)) * factors).sum(axis=1)
                avoided = (self.avoided(arm, self.baseline, [payer]) * factors).sum(axis=1)
                worth = (self.worth(arm, [payer]) - self.worth(self.baseline, [payer])) * factors
                parts = [cost, avoided, worth.sum(axis=1)]
                rows.append((arm, payer, *(_mean(part) for part in parts), *_summary(parts[1] + parts[2] - parts[0])))
        return _frame(rows, ["arm", "payer"], ["cost", "avoided", "worth", "net", "low", "high"])

    def cash(self, *, discounted: bool = False) -> pd.DataFrame:
        """Money by year and payer, year 0 being the first.

        Returns
        -------
        Columns: ``arm, year, payer, spent, avoided, net`` (avoided − spent) with ``low, high``; avoided beyond the
        baseline. The last year may be a part of one.
        """
        factors = self.money_factors if discounted else np.ones(self.steps + 1)
        rows = []
        for arm in self.arms:
            for payer in self.money_payers:
                spent = by_year(self.paid(arm, payer) * factors, self.prices.steps_a_year)
                avoided = by_year(self.avoided(arm, self.baseline, [payer]) * factors, self.prices.steps_a_year)
                for year in range(spent.shape[1]):
                    one, other = spent[:, year], avoided[:, year]
                    rows.append((arm, year, payer, _mean(one), _mean(other), *_summary(other - one)))
        frame = _frame(rows, ["arm", "year", "payer"], ["spent", "avoided", "net", "low", "high"])
        return frame.sort_values(["arm", "year"], key=self._in_order, kind="stable", ignore_index=True)

    def working_hours(self) -> pd.DataFrame:
        """Hours of work in each arm, ``arm, who, mean, low, high``, whether they are valued or not."""
        rows = [(arm, who, *_summary(hours)) for arm in self.arms for who, hours in self.hours[arm].items()]
        return _frame(rows, ["arm", "who"], ["mean", "low", "high"])

    # ── what it does, and at what cost ──────────────────────────────────────────────────────────────────────────────

    def effectiveness(self, *, discounted: bool = True) -> pd.DataFrame:
        """Cost for each adopter and for each adopter-year, beyond the baseline.

        An adopter is a household that ever practised; an adopter at the end one that practises at the last step; an
        adopter-year a household-year of practice. Each is counted beyond what the baseline has. Cost is the extra money
        spent, avoided costs not taken off. Discounting makes years of practice count less too, by `health_discount`;
        households are counted as they are.

        Returns
        -------
        Columns: ``arm, per, cost, effect, effect_low, effect_high, ratio, low, high``. The ratio is one of means, with
        Fieller's interval over the paired replicates; it is NaN where the interval of the effect covers 0.
        """
        rows = []
        for arm in self.arms:
            if arm == self.baseline:
                continue
            cost = self.extra_cost(arm, self.baseline, avoided=False, discounted=discounted)
            for per in EFFECTS:
                effect = self.effect(arm, per, discounted=discounted) - self.effect(
                    self.baseline, per, discounted=discounted
                )
                found = mean_interval(effect)
                # fewer adopters than the baseline have no price
                ratio = paired_ratio(cost, effect) if float(found.mean) > 0 else no_ratio(found.n)
                rows.append((arm, per, _mean(cost), *_summary(effect), ratio.ratio, ratio.low, ratio.high))
        numbers = ["cost", "effect", "effect_low", "effect_high", "ratio", "low", "high"]
        return _frame(rows, ["arm", "per"], numbers)

    def incremental(self, arm: str, versus: str, worth: float | None = None) -> Increment:
        """Compare an arm with another: extra cost, extra household-years of practice, ratio, net benefit.

        Parameters
        ----------
        arm, versus
            Names of two arms.
        worth
            What a household-year of practice may cost (λ); none: as the scenario says.

        Raises
        ------
        ResultError
            An unknown arm.
        """
        worth = self.prices.worth_of_adopter_year if worth is None else _checked(worth)
        cost = self.extra_cost(arm, versus)
        effect = self.effect(arm) - self.effect(versus)
        net = None if worth is None else mean_interval(net_benefit(effect, cost, worth))
        more, less, dear, cheap = effect > 0, effect < 0, cost > 0, cost < 0
        quarters = [float((a & b).mean()) for a, b in ((more, dear), (more, cheap), (less, cheap), (less, dear))]
        first, second = mean_interval(cost), mean_interval(effect)
        dominant = dominance(first, second) in ("dominates", "dominated")
        ratio = no_ratio(first.n) if dominant else paired_ratio(cost, effect)
        four = quarters[0], quarters[1], quarters[2], quarters[3]
        return Increment(arm, versus, first, second, ratio, worth, net, four, self.prices.currency, self.unit)

    def increments(self, versus: str | None = None, worth: float | None = None) -> pd.DataFrame:
        """Every other arm against one (none: the baseline).

        Returns
        -------
        Columns: ``arm, versus, standing, cost, cost_low, cost_high, effect, effect_low, effect_high, ratio, ratio_low,
        ratio_high, net, net_low, net_high``; net is NaN where no worth is decided.
        """
        other = self.known(self.baseline if versus is None else versus)
        rows = []
        for arm in self.arms:
            if arm != other:
                found = self.incremental(arm, other, worth)
                net = (np.nan,) * 3 if found.net is None else found.net[:3]
                numbers = [*found.cost[:3], *found.effect[:3], *found.ratio[:3], *net]
                rows.append((arm, other, found.standing, *(float(number) for number in numbers)))
        names = [f"{what}{end}" for what in ("cost", "effect", "ratio", "net") for end in ("", "_low", "_high")]
        return _frame(rows, ["arm", "versus", "standing"], names)

    def replicates(self, versus: str | None = None) -> pd.DataFrame:
        """Points of the cost-effectiveness plane: ``arm, replicate, effect, cost`` of every arm less `versus`."""
        other = self.known(self.baseline if versus is None else versus)
        rows = [
            (arm, place, float(effect), float(cost))
            for arm in self.arms
            if arm != other
            for place, (effect, cost) in enumerate(
                zip(self.effect(arm) - self.effect(other), self.extra_cost(arm, other), strict=True)
            )
        ]
        return _frame(rows, ["arm", "replicate"], ["effect", "cost"])

    def acceptability(self, grid: Iterable[float] | None = None) -> pd.DataFrame:
        """Probability that each arm is the best buy, by what a household-year of practice is worth.

        Parameters
        ----------
        grid
            Worths from 0; none: 0 to about twice the highest cost of a household-year beyond the baseline.

        Returns
        -------
        Columns: ``worth, arm, probability, net`` (mean net benefit beyond the baseline), ``best`` (whether that mean
        is the highest). Probabilities of a worth add up to 1; k equal arms have 1/k each.
        """
        worths = self._usual_grid() if grid is None else np.array([_checked(worth) for worth in grid])
        effects = np.stack([self.effect(arm) - self.effect(self.baseline) for arm in self.arms], axis=1)
        costs = np.stack([self.extra_cost(arm, self.baseline) for arm in self.arms], axis=1)
        shares = acceptability(effects, costs, worths)
        rows = []
        for worth, share in zip(worths, shares, strict=True):
            net = net_benefit(effects, costs, float(worth)).mean(axis=0)
            rows += [
                (arm, float(worth), *numbers, bool(numbers[1] == net.max()))
                for arm, *numbers in zip(self.arms, share, net, strict=True)
            ]
        frame = _frame(rows, ["arm", "worth"], ["probability", "net", "best"])
        return frame[["worth", "arm", "probability", "net", "best"]].astype({"best": bool})

    # ── what comes back ─────────────────────────────────────────────────────────────────────────────────────────────

    def social_return(self, arm: str) -> Return:
        """Social return of an arm: gross, each deduction, net, and the ratio to the extra money spent.

        The benefit is what household-years of practice are worth to all who are named in ``worth``, and the costs
        avoided beyond the baseline. What the baseline shows too is deducted before the stated shares.

        Raises
        ------
        ResultError
            Nothing is valued: neither ``worth`` nor ``avoided`` is given.
        """
        self._valued("a social return")
        social, years = self.prices.social, self.prices.steps_a_year
        saved = self.avoided(arm, self.baseline, self.prices.avoided)
        lines = social_return(
            by_year(self.worth(arm, self.prices.worth) + saved, years),
            by_year(self.worth(self.baseline, self.prices.worth), years),
            deadweight=social.deadweight,
            displacement=social.displacement,
            attribution=social.attribution,
            drop_off=social.drop_off,
            discount=self.prices.discount,
        )
        cost = self.extra_cost(arm, self.baseline, avoided=False)
        stated = {
            "deadweight": social.deadweight,
            "displacement": social.displacement,
            "attribution": social.attribution,
            "drop-off": social.drop_off,
        }
        spent = cost.mean() > 0
        net, gross = (paired_ratio(lines[name], cost) if spent else no_ratio(len(cost)) for name in ("net", "gross"))
        named = tuple(dict.fromkeys([*self.prices.worth, *self.prices.avoided]))
        return Return(arm, self.baseline, lines, cost, net, gross, self.prices.currency, stated, named)

    def break_even(self, arm: str, versus: str | None = None) -> BreakEven:
        """First step at which benefits, added up and discounted, cover the extra cost; `versus` none: the baseline.

        Benefits are avoided costs and the worth of practice beyond `versus`; nothing is deducted from them.

        Raises
        ------
        ResultError
            Nothing is valued.
        """
        self._valued("a break-even")
        other = self.known(self.baseline if versus is None else versus)
        worth = self.worth(arm, self.prices.worth) - self.worth(other, self.prices.worth)
        benefit = (worth + self.avoided(arm, other, self.prices.avoided)) * self.money_factors
        cost = (self.all_spent(arm) - self.all_spent(other)) * self.money_factors
        steps = break_even(benefit, cost)
        reached = wilson(int(np.isfinite(steps).sum()), len(steps))
        half = float(np.sort(np.where(np.isfinite(steps), steps, np.inf))[(len(steps) - 1) // 2])
        return BreakEven(
            arm,
            other,
            steps,
            reached,
            half if np.isfinite(half) else np.nan,
            float(break_even(benefit.mean(axis=0), cost.mean(axis=0))),
            self.steps,
            self.step,
            self.prices.steps_a_year,
        )

    # ── parts ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _valued(self, what: str) -> None:
        if not self.prices.worth and not self.prices.avoided:
            raise ResultError(
                f"{what} needs something that is worth money; give economics.worth or economics.avoided, "
                "such as worth: {families: 500}"
            )

    def _usual_grid(self) -> Floats:
        found = [self.incremental(arm, self.baseline).ratio.ratio for arm in self.arms if arm != self.baseline]
        usual = [ratio for ratio in found if np.isfinite(ratio) and ratio > 0]
        top = 2 * max([*usual, self.prices.worth_of_adopter_year or 0.0], default=0.0) or 100.0
        size = 10.0 ** np.floor(np.log10(top))
        return np.linspace(0, float(np.ceil(top / size) * size), _GRID)

    def _in_order(self, column: pd.Series) -> pd.Series:
        return column.map({arm: place for place, arm in enumerate(self.arms)}) if column.name == "arm" else column


def _summary(values: Floats) -> tuple[float, float, float]:
    found: Estimate = mean_interval(values)
    return float(found.mean), float(found.low), float(found.high)


def _mean(values: Floats) -> float:
    return float(mean_interval(values).mean)


def _checked(worth: float) -> float:
    if isinstance(worth, bool) or not np.isfinite(worth) or worth < 0:
        raise ResultError(f"worth {worth!r}: give the money a household-year of practice may cost, from 0")
    return float(worth)


def _frame(rows: Sequence[tuple[object, ...]], names: list[str], numbers: list[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=[*names, *numbers]).astype(dict.fromkeys(numbers, float))
