"""What a comparison says, in the words of a page: who leads and how sure, what lasts, what it costs, what fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pd_sim.dashboard.looks import named
from pd_sim.interventions import Scheduled
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Line", "funding_stops", "headline", "rests_on", "rows", "table_of"]


def _percent(value: float) -> str:
    return f"{value:.0%}" if value == 0 or abs(value) >= 0.00995 else f"{value:.1%}"


def _in(share: float) -> str:
    """A share as one of so many, the way risks are said.

    Examples
    --------
    >>> _in(0.2), _in(0.34), _in(0.0), _in(1.0), _in(0.97)
    ('1 of 5 runs', '1 of 3 runs', 'no run', 'every run', '97 of 100 runs')
    """
    if share <= 0:
        return "no run"
    if share >= 1 - 1e-12:
        return "every run"
    for whole in (2, 3, 4, 5, 6, 8, 10, 20):
        part = round(share * whole)
        if 0 < part < whole and abs(part / whole - share) < 0.02:
            return f"{part} of {whole} runs"
    if share > 0.985:
        return "almost every run"
    return f"{max(1, round(100 * share))} of 100 runs"


@dataclass(frozen=True)
class Line:
    """One arm at one step, in numbers a planner asks for."""

    arm: str
    practising: float
    low: float
    high: float
    takes_off: float
    lasts: float | None
    """Share of those practising when funding stops, for whom there is one who practises at the end."""
    spent: float
    raised: float
    per_year: float | None
    """Money per household-year of practice beyond what happens with the arm ``nothing``."""


def funding_stops(scenario: Scenario, arms: Iterable[str]) -> int | None:
    """Step in which the last thing that the sponsor pays for stops; none where it never does."""
    stops = []
    for arm in arms:
        for intervention in scenario.arms[arm]:
            if isinstance(intervention, Scheduled) and intervention.payer == "sponsor":
                if intervention.stop is None:
                    return None
                stops.append(intervention.stop)
    return max(stops) if stops else None


def rows(result: Comparison, scenario: Scenario, arms: Sequence[str], steps_a_year: float = 52.0) -> list[Line]:
    """Numbers of every arm at the last step."""
    found = []
    households = result.sizes.sum(axis=1)
    base = result.series("nothing").sum(axis=1) if "nothing" in result.arms else None
    for arm in arms:
        shares = result.series(arm)
        end = shares[:, -1]
        stop = funding_stops(scenario, [arm])
        lasts = None
        if stop is not None and 0 < stop < result.steps:
            then = shares[:, stop].mean()
            lasts = float(end.mean() / then) if then > 0 else None
        cost = result.series(arm, "cost_so_far")[:, -1]
        raised = sum(
            float(result.series(arm, f"cost_{heading}_so_far")[:, -1].mean())
            for heading in result.arms[arm].cost
            if heading.startswith("community: ")
        )
        years = shares.sum(axis=1) if base is None else shares.sum(axis=1) - base
        gained = float((years * households).mean() / steps_a_year)
        low, high = np.quantile(end, [0.05, 0.95])
        found.append(
            Line(
                arm,
                float(end.mean()),
                float(low),
                float(high),
                float(result.takeoff(arm).mean),
                lasts,
                float(cost.mean()),
                raised,
                float(cost.mean()) / gained if gained > 0.5 and cost.mean() > 0 else None,
            )
        )
    return found


def headline(result: Comparison, arms: Sequence[str]) -> str:
    """Who leads at the end, how far, and how sure that is; and how often the leader fails all the same."""
    means = {arm: float(result.series(arm)[:, -1].mean()) for arm in arms}
    ranked = sorted(means, key=lambda arm: -means[arm])
    if len(ranked) < 2:
        return f"{named(ranked[0])}: {_percent(means[ranked[0]])} practise at the end."
    first, second = ranked[:2]
    gap = result.difference(first, second)
    if result.replicates < 2 or not gap.low > 0:
        said = f"{named(first)} and {named(second)} are too close to call at the end"
        said += f" ({_percent(means[first])} and {_percent(means[second])} practise)."
    else:
        said = (
            f"{named(first)} leads at the end: {_percent(means[first])} practise, "
            f"{100 * gap.mean:.0f} points more than with {named(second).lower()} "
            f"({100 * gap.low:.0f} to {100 * gap.high:.0f} with 95% confidence)."
        )
    fails = 1.0 - float(result.takeoff(first).mean)
    if fails > 0.005:
        said += f" Yet in {_in(fails)} it never takes off."
    return said


def table_of(lines: Sequence[Line]) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the table under the curves."""
    money = any(line.spent for line in lines)
    heads = ["", "practise at the end", "middle 90% of runs", "takes off in", "end, of those when funding stops"]
    heads += ["spent", "of it raised locally", "per practice-year"] if money else []
    out = []
    for line in lines:
        row = [
            named(line.arm),
            _percent(line.practising),
            f"{_percent(line.low)} to {_percent(line.high)}",
            _in(line.takes_off),
            "–" if line.lasts is None else _percent(line.lasts),
        ]
        if money:
            row += [
                f"{line.spent:,.0f}",
                f"{line.raised:,.0f}",
                "–" if line.per_year is None else f"{line.per_year:,.0f}",
            ]
        out.append(row)
    return heads, out


def rests_on(scenario: Scenario, arms: Sequence[str]) -> list[str]:
    """Assumptions that carry a lead of an arm in this scenario, in words, as far as they hold here."""
    said = []
    practice = scenario.practice
    if practice.portability > practice.certainty:
        said.append(
            f"local solutions fit {practice.portability:.0%} of the {scenario.unit}s, "
            f"outside ones {practice.certainty:.0%}"
        )
    goes_on = [
        named(arm).lower()
        for arm in arms
        for i in scenario.arms[arm]
        if isinstance(i, Scheduled) and i.stop is None and i.payer != "sponsor"
    ]
    if goes_on:
        said.append(f"something goes on by itself after funding stops ({', '.join(dict.fromkeys(goes_on))})")
    if scenario.behaviour.ownership_weight > 0:
        said.append("owning the practice keeps people at it")
    if practice.positive_deviants:
        share = practice.positive_deviants
        many = f"{share:.1%}" if isinstance(share, float) else f"{share} {scenario.unit}s"
        said.append(f"somebody does better already ({many})")
    return said
