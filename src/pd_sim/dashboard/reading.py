"""What a comparison says, in the words of a page: who leads and how sure, what lasts, what it costs, what fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pd_sim.dashboard.cards import is_price
from pd_sim.dashboard.looks import named, plural
from pd_sim.dashboard.parts import percent
from pd_sim.errors import PdSimError
from pd_sim.interventions import Budget, Intervention, PerHundred, Scheduled
from pd_sim.interventions.threats import SponsorRestructured
from pd_sim.population import SPONSOR
from pd_sim.results import Comparison
from pd_sim.results.uncertainty import band
from pd_sim.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Line",
    "Price",
    "amount",
    "can_act",
    "fails",
    "funding_stops",
    "headline",
    "in_points",
    "prices_of",
    "rests_on",
    "rows",
    "table_of",
]


def _in(share: float) -> str:
    """A share as one of so many, the way risks are said.

    Examples
    --------
    >>> _in(0.2), _in(0.34), _in(0.0), _in(1.0), _in(0.97)
    ('1 of 5 runs', '1 of 3 runs', 'no run', 'every run', '97 of 100 runs')
    >>> _in(0.05), _in(0.036), _in(0.067), _in(0.005), _in(0.999)
    ('1 of 20 runs', '4 of 100 runs', '7 of 100 runs', 'fewer than 1 of 100 runs', 'almost every run')
    """
    if share <= 0:
        return "no run"
    if share >= 1 - 1e-12:
        return "every run"
    if share < 0.0095:
        return "fewer than 1 of 100 runs"
    if share > 0.985:
        return "almost every run"
    for whole in (2, 3, 4, 5, 6, 8, 10, 20):
        part = round(share * whole)
        off = abs(part / whole - share)
        # near also for what is rare: neither the share nor the rest may be a tenth off
        if 0 < part < whole and off < 0.02 and off < 0.1 * min(share, 1 - share):
            return f"{part} of {whole} runs"
    return f"{round(100 * share)} of 100 runs"


class Price(NamedTuple):
    """Money for one of something, with the ends of its interval (NaN: not bounded)."""

    each: float
    low: float
    high: float


def in_points(share: float) -> str:
    """A difference of shares in words.

    Examples
    --------
    >>> in_points(0.012), in_points(0.26)
    ('1 point', '26 points')
    """
    whole = round(100 * share)
    return f"{whole} point{'s' * (whole != 1)}"


@dataclass(frozen=True)
class Line:
    """One arm at one step, in numbers a planner asks for."""

    arm: str
    practising: float
    low: float
    high: float
    never: float
    """Share of the runs in which it never takes off: fewer practise in every step than what counts as that."""
    lost: float
    """Share of the runs in which it takes off, and fewer practise at the end."""
    lasts: float | None
    """Share of those practising when funding stops, for whom there is one who practises at the end."""
    spent: float
    raised: float
    per_year: Price | None
    """Money for a household-year of practice beyond what happens with the arm ``nothing``."""
    per_adopter: Price | None
    """The same for a household that practises at the end."""


def funding_stops(scenario: Scenario, arms: Iterable[str]) -> int | None:
    """Step in which the last thing that the sponsor pays for stops; none where it never does.

    By the plan, or sooner where a threat closes it at a given step.
    """
    stops = [
        scenario.steps + 1 if intervention.stop is None else intervention.stop
        for arm in arms
        for intervention in scenario.arms[arm]
        if isinstance(intervention, Scheduled) and intervention.payer == SPONSOR
    ]
    closed = [
        threat.at
        for threat in scenario.threats
        if isinstance(threat, SponsorRestructured) and threat.at is not None and threat.lasts is None
        if threat.keeps == 0 and SPONSOR in threat.payers
    ]
    if not stops:
        return None
    last = min([max(stops), *closed])
    return last if last <= scenario.steps else None


def _money_stops(result: Comparison, scenario: Scenario, arm: str) -> int | None:
    """The same for one arm as it was run: sooner where its money was spent before, in half of the replicates."""
    stop = funding_stops(scenario, [arm])
    cost = result.arms[arm].cost
    paid = [amounts.sum(axis=2) for heading, amounts in cost.items() if not heading.startswith("community: ")]
    if stop is None or not paid or not any(isinstance(i, Budget) for i in scenario.arms[arm]):
        return stop
    spent = np.sum(paid, axis=0) > 0
    if not spent.any(axis=1).all():
        return stop
    last = spent.shape[1] - 1 - spent[:, ::-1].argmax(axis=1)
    return min(stop, int(np.median(last)) + 1)


def rows(result: Comparison, scenario: Scenario, arms: Sequence[str]) -> list[Line]:
    """Numbers of every arm at the last step; prices, where there are any, for what goes beyond doing nothing."""
    found = []
    priced = prices_of(result, scenario)
    for arm in arms:
        shares = result.series(arm)
        end = shares[:, -1]
        stop = _money_stops(result, scenario, arm)
        lasts = None
        if stop is not None and 0 < stop < result.steps:
            then = shares[:, stop].mean()
            lasts = float(end.mean() / then) if then > 0 else None
        raised = sum(
            float(result.series(arm, f"cost_{heading}_so_far")[:, -1].mean())
            for heading in result.arms[arm].cost
            if heading.startswith("community: ")
        )
        spent = float(result.series(arm, "cost_so_far")[:, -1].mean())
        low, high = band(end)
        each = priced.get(arm, {}) if spent > 0 else {}
        found.append(
            Line(
                arm,
                float(end.mean()),
                float(low),
                float(high),
                *fails(result, arm),
                lasts,
                spent,
                raised,
                each.get("adopter-year"),
                each.get("adopter at the end"),
            )
        )
    return found


def fails(result: Comparison, arm: str) -> tuple[float, float]:
    """Shares of the runs in which an arm never takes off, and in which it does and is lost again by the end."""
    off = result.series(arm) >= result.takeoff_share - 1e-9
    return float(1.0 - off.any(axis=1).mean()), float((off.any(axis=1) & ~off[:, -1]).mean())


def prices_of(result: Comparison, scenario: Scenario) -> dict[str, dict[str, Price]]:
    """What one more of each costs by arm, discounted as the scenario says; empty where nothing is spent."""
    from pd_sim.studies import economics

    if not any(amounts.any() for arm in result.arms.values() for amounts in arm.cost.values()):
        return {}
    try:
        table = economics(result, scenario).effectiveness()
    except PdSimError:  # the card on money says why
        return {}
    found: dict[str, dict[str, Price]] = {}
    for row in table.itertuples():
        if np.isfinite(row.ratio):
            found.setdefault(str(row.arm), {})[str(row.per)] = Price(float(row.ratio), float(row.low), float(row.high))
    return found


def headline(result: Comparison, arms: Sequence[str]) -> str:
    """Who leads at the end, how far, and how sure that is; and how often the leader fails all the same."""
    means = {arm: float(result.series(arm)[:, -1].mean()) for arm in arms}
    ranked = sorted(means, key=lambda arm: -means[arm])
    if len(ranked) < 2:
        return f"{named(ranked[0])}: {percent(means[ranked[0]])} practise at the end."
    first, second = ranked[:2]
    gap = result.difference(first, second)
    if result.replicates < 2 or not gap.low > 0:
        said = f"{named(first)} and {named(second)} are too close to call at the end"
        said += f" ({percent(means[first])} and {percent(means[second])} practise)."
    else:
        said = (
            f"{named(first)} leads at the end: {percent(means[first])} practise, "
            f"{_lead(gap.mean)} more than with {named(second).lower()} "
            f"({_ends(gap.low, gap.high)} with 95% confidence)."
        )
        if gap.mean < 0.005:
            said += " That is practically the same."
    return said + _but(result, first)


def _but(result: Comparison, first: str) -> str:
    """How often the leader fails all the same: it never takes off, or is lost again."""
    never, lost = fails(result, first)
    share, name = percent(result.takeoff_share), named(first).lower()
    if never > 0.995:
        return f" Yet it does not take off: {'in no run' if never >= 1 else 'hardly ever'} do {share} ever practise."
    if never >= 0.005:
        said = f" Yet in {_in(never)} {name} never takes off (at no time do {share} practise)"
        return f"{said}, and in {_in(lost)} it does and is lost again." if lost >= 0.005 else f"{said}."
    if lost >= 0.005:
        return f" Yet in {_in(lost)} {name} takes off and is lost again (fewer than {share} practise at the end)."
    return ""


def _lead(share: float) -> str:
    """How far one is ahead, with a decimal where it is less than a point and a half.

    Examples
    --------
    >>> _lead(0.003), _lead(0.26)
    ('0.3 points', '26 points')
    """
    return f"{max(0.1, 100 * share):.1f} points" if share < 0.015 else in_points(share)


def _ends(low: float, high: float) -> str:
    """Ends of an interval in points, with a decimal where they would else be one and the same, or near to nothing.

    Examples
    --------
    >>> _ends(0.012, 0.031), _ends(0.21, 0.33), _ends(0.0001, 0.002)
    ('1.2 to 3.1', '21 to 33', 'above 0 to 0.2')
    """
    near = round(100 * low) == round(100 * high) or low < 0.015
    if 0 < 100 * low < 0.05:
        return f"above 0 to {100 * high:.1f}"
    return f"{100 * low:.1f} to {100 * high:.1f}" if near else f"{100 * low:.0f} to {100 * high:.0f}"


def table_of(lines: Sequence[Line], unit: str = "household") -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the table under the curves."""
    money = any(line.spent for line in lines)
    heads = ["", "practise at the end", "middle 90% of runs", "never takes off", "after funding stops"]
    raised = any(line.raised for line in lines)
    if money:
        heads += ["spent by all", *(["of it raised locally"] if raised else [])]
        heads += [f"per {unit} still practising", f"per {unit}-year of practice"]
    out = []
    for line in lines:
        row = [
            named(line.arm),
            percent(line.practising),
            f"{percent(line.low)} to {percent(line.high)}",
            f"in {_in(line.never)}" + (f"; lost again in {_in(line.lost)}" if line.lost else ""),
            _after(line.lasts),
        ]
        if money:
            row += [amount(line.spent)] + ([amount(line.raised)] if raised else [])
            row += [_price(line.per_adopter), _price(line.per_year)]
        out.append(row)
    return heads, out


def _after(lasts: float | None) -> str:
    """What becomes of the practice after funding stops.

    Examples
    --------
    >>> _after(0.62), _after(3.08), _after(1.0), _after(None)
    ('keeps 62%', 'grows ×3.1', 'holds', '–')
    """
    if lasts is None:
        return "–"
    if lasts >= 1.05:
        return f"grows ×{lasts:.1f}"
    return "holds" if lasts > 0.95 else f"keeps {percent(lasts)}"


def amount(value: float) -> str:
    """Money as it is shown: whole from ten on."""
    return f"{value:,.0f}" if abs(value) >= 10 or value == 0 else f"{value:,.2f}"


def _price(price: Price | None) -> str:
    if price is None:
        return "–"
    if np.isnan(price.low) or np.isnan(price.high):
        return amount(price.each)
    return f"{amount(price.each)} ({amount(price.low)} to {amount(price.high)})"


def can_act(one: Intervention, arm: Sequence[Intervention], steps: int) -> bool:
    """Whether an intervention has the time, the places and the money to do anything in its arm."""
    if isinstance(one, Scheduled) and one.start > steps:
        return False
    size = getattr(one, "places", 1)
    if (size.per_100 if isinstance(size, PerHundred) else size) == 0 or getattr(one, "reach", 1) == 0:
        return False
    costs = any(is_price(name) and getattr(one, name) for name in type(one).model_fields)
    payer = getattr(one, "payer", "")
    return not (costs and any(isinstance(b, Budget) and not b.amount and payer in b.pays_for for b in arm))


def rests_on(scenario: Scenario, arms: Sequence[str]) -> list[str]:
    """Assumptions that carry a lead of an arm in this scenario, in words, as far as they hold here."""
    scenario = scenario.in_force
    said = []
    practice = scenario.practice
    if practice.portability > practice.certainty:
        said.append(
            f"local solutions fit {practice.portability:.0%} of the {plural(scenario.unit)}, "
            f"outside ones {practice.certainty:.0%}"
        )
    elif practice.certainty > practice.portability:
        said.append(
            f"outside solutions fit {practice.certainty:.0%} of the {plural(scenario.unit)}, "
            f"local ones {practice.portability:.0%}"
        )
    goes_on = [
        named(arm).lower()
        for arm in arms
        for i in scenario.arms[arm]
        if isinstance(i, Scheduled) and i.stop is None and i.payer != "sponsor"
        if can_act(i, scenario.arms[arm], scenario.steps)
    ]
    if goes_on:
        said.append(f"something goes on by itself after funding stops ({', '.join(dict.fromkeys(goes_on))})")
    if scenario.behaviour.ownership_weight > 0:
        said.append("owning the practice keeps people at it")
    if practice.positive_deviants:
        share = practice.positive_deviants
        many = (
            percent(share)
            if isinstance(share, float)
            else f"{share} {scenario.unit if share == 1 else plural(scenario.unit)}"
        )
        said.append(f"somebody does better already ({many})")
    return said
