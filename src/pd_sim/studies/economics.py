"""What the arms of a comparison cost, do and are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.errors import ResultError, ScenarioError, UnknownNameError
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario
from pd_sim.scenario.economics import Economics
from pd_sim.scenario.reading import block
from pd_sim.studies.appraisal import Appraisal

__all__ = ["SPONSOR", "STEPS_A_YEAR", "economics", "payer_of", "prices_of"]

Floats = npt.NDArray[np.float64]

SPONSOR = "sponsor"
"""Payer of what is charged under a heading alone."""

VOLUNTEERS, TIME = "volunteers", "time"

STEPS_A_YEAR = {"day": 365, "week": 52, "fortnight": 26, "month": 12, "quarter": 4, "year": 1}
"""Steps in a year by what a scenario calls a step."""


def economics(
    result: Comparison,
    scenario: Scenario | None = None,
    *,
    baseline: str | None = None,
    payers: Sequence[str] | None = None,
) -> Appraisal:
    """Appraise a comparison: costs by payer, cost of an adopter, increments, social return, break-even.

    Parameters
    ----------
    result
        What was run. Nothing is run again.
    scenario
        Takes prices and worths from its ``economics`` in place of those the result was run with; what was charged
        while running stays as it is.
    baseline
        The arm without a programme, beyond which effects count; none: the arm ``nothing``.
    payers
        Whose spending and avoided costs count; none: everybody's.

    Raises
    ------
    ResultError
        There is no such arm or payer.
    ScenarioError
        A field of ``economics`` is out of bounds, or a step is not a week and ``steps_a_year`` does not say so.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 60).set("steps", 60)
    >>> found = economics(ps.compare(town, ["nothing", "bottom_up"], replicates=6))
    >>> found.incremental("nothing", "nothing").standing
    'equal'
    """
    prices = prices_of(result.scenario if scenario is None else scenario.record())
    named = _baseline(result, baseline)
    spent = {arm: _spent(result, arm, prices) for arm in result.arms}
    if payers is not None:
        known = {payer for flows in spent.values() for payer, _ in flows} | set(prices.avoided)
        for payer in payers:
            if payer not in known:
                raise ResultError(str(UnknownNameError("payer", payer, known)))
        spent = {arm: {key: flow for key, flow in flows.items() if key[0] in payers} for arm, flows in spent.items()}
        kept = {payer: price for payer, price in prices.avoided.items() if payer in payers}
        prices = prices.model_copy(update={"avoided": kept})
    incidents = {arm: _amount(result, arm, "expected_incidents") for arm in result.arms}
    hours = {
        arm: {who: _amount(result, arm, f"{who}_hours").sum(axis=1) for who in ("staff", "volunteer")}
        for arm in result.arms
    }
    households = {
        arm: {name: result.arms[arm].values(name).sum(axis=2) for name in ("practising", "ever_practised")}
        for arm in result.arms
    }
    notes = _notes(prices, spent, incidents, hours)
    step = str(result.scenario.get("step", "week"))
    return Appraisal(
        tuple(result.arms),
        named,
        prices,
        step,
        result.steps,
        spent,
        households,
        incidents,
        hours,
        notes,
        str(result.scenario.get("unit", "household")),
    )


def prices_of(document: Mapping[str, Any]) -> Economics:
    """Prices and worths of a scenario given as plain data.

    Raises
    ------
    ScenarioError
        A field is unknown or out of bounds, or a step is not a week and ``steps_a_year`` does not say so.

    Examples
    --------
    >>> prices_of({"step": "month"})
    Traceback (most recent call last):
    pd_sim.errors.ScenarioError: economics.steps_a_year: a step is a month; give 12
    """
    prices = block(Economics, document.get("economics"), "economics")
    step = str(document.get("step", "week"))
    usual = STEPS_A_YEAR.get(step)
    if usual is not None and usual != prices.steps_a_year and "steps_a_year" not in prices.model_fields_set:
        raise ScenarioError(f"economics.steps_a_year: a step is a {step}; give {usual}")
    return prices


def payer_of(key: str) -> tuple[str, str]:
    """Payer and heading of a key of ``ArmResult.cost``.

    Examples
    --------
    >>> payer_of("community: sessions"), payer_of("running")
    (('community', 'sessions'), ('sponsor', 'running'))
    """
    payer, _, heading = key.partition(": ")
    return (payer, heading) if heading else (SPONSOR, key)


def _baseline(result: Comparison, wanted: str | None) -> str:
    if wanted is not None:
        result.arm(wanted)
        return wanted
    if "nothing" not in result.arms:
        raise ResultError(
            "economics: there is no arm 'nothing' beyond which effects count; add 'nothing: []' to the arms, "
            f"or name one as baseline (known: {', '.join(result.arms)})"
        )
    return "nothing"


def _spent(result: Comparison, arm: str, prices: Economics) -> dict[tuple[str, str], Floats]:
    """Money by payer and heading; hours are valued here unless the run has charged them."""
    flows: dict[tuple[str, str], Floats] = {}
    for key, amounts in result.arms[arm].cost.items():
        flows[payer_of(key)] = amounts.sum(axis=2)
    of_staff = any(heading == TIME and payer != VOLUNTEERS for payer, heading in flows)
    valued = (
        ("staff_hours", prices.staff_hour, SPONSOR, of_staff),
        ("volunteer_hours", prices.volunteer_hour, VOLUNTEERS, (VOLUNTEERS, TIME) in flows),
    )
    for name, wage, payer, charged in valued:
        worked = _amount(result, arm, name)
        if wage and not charged and worked.any():
            flows[payer, TIME] = worked * wage
    return flows


def _amount(result: Comparison, arm: str, name: str) -> Floats:
    """An amount of each step, all villages together; 0 where the arm has none."""
    held = result.arms[arm]
    amounts = held.amounts.get(name)
    return np.zeros((held.replicates, held.steps + 1)) if amounts is None else amounts.sum(axis=2)


def _notes(
    prices: Economics,
    spent: Mapping[str, Mapping[tuple[str, str], Floats]],
    incidents: Mapping[str, Floats],
    hours: Mapping[str, Mapping[str, Floats]],
) -> tuple[str, ...]:
    notes = []
    if not any(flow.any() for flows in spent.values() for flow in flows.values()):
        notes.append("No arm spends any money: give the interventions prices, such as cost_session.")
    if prices.avoided and not any(flow.any() for flow in incidents.values()):
        notes.append("Avoided costs are 0: the scenario has no outcome with a risk, so no incident can be averted.")
    for who, wage in (("staff", prices.staff_hour), ("volunteer", prices.volunteer_hour)):
        if not wage and any(worked[who].any() for worked in hours.values()):
            notes.append(
                f"Hours of {who}s are counted but not valued: economics.{who}_hour is 0.".replace("staffs", "staff")
            )
    return tuple(notes)
