"""What a reader must be told with a comparison: what its numbers cannot say, and what a lead rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pd_sim.cli._text import percent, points, value_text

if TYPE_CHECKING:
    from pd_sim.results import Comparison
    from pd_sim.scenario import Scenario

__all__ = ["rests_on", "warnings"]

FEW = 20
"""Replicates below which the ends of a band are hardly more than the least and the greatest replicate."""


def warnings(result: Comparison) -> list[str]:
    """What the numbers of a comparison cannot say, one sentence each."""
    return [*_few_replicates(result), *_nothing_to_discover(result), *_two_humps(result)]


def _few_replicates(result: Comparison) -> list[str]:
    if result.replicates == 1:
        return ["One replicate: how sure this is cannot be said; there is no band and no interval."]
    if result.replicates < FEW:
        return [f"Only {result.replicates} replicates: bands and take-off are rough; ask for more with --replicates."]
    return []


def _nothing_to_discover(result: Comparison) -> list[str]:
    from pd_sim.analysis import without_positive_deviant

    first = next(iter(result.arms.values()))
    hidden = first.values("practising")[:, 0] - first.values("seen")[:, 0]
    villages = float(without_positive_deviant(hidden).mean())
    none_at_all = float((hidden.sum(axis=1) == 0).mean())
    said = []
    if len(result.villages) > 1 and 0 < villages and none_at_all < 1:
        said.append(
            f"No household practises in hiding at the start in {percent(villages)} of the villages: "
            "there nothing can be discovered."
        )
    if none_at_all > 0:
        where = "any" if none_at_all == 1 else f"{percent(none_at_all)} of the"
        said.append(f"Nobody practises in hiding at the start in {where} replicates: there nothing can be discovered.")
    return said


def _two_humps(result: Comparison) -> list[str]:
    from pd_sim.analysis import humps

    said = []
    for arm in result.arms:
        found = humps(result.series(arm)[:, -1], result.takeoff_share)
        if 0.05 <= float(found.takeoff.mean) <= 0.95 and found.above - found.below > 0.3:
            said.append(
                f"{arm} is near a tipping point: it took off in {percent(float(found.takeoff.mean))} of the replicates, "
                f"to {percent(found.above)} on average, and stayed at {percent(found.below)} in the others; "
                "their mean describes neither."
            )
    return said


def rests_on(result: Comparison, scenario: Scenario) -> str:
    """Say which arm leads at the last step, and on which assumptions that lead rests.

    Returns
    -------
    One paragraph; empty where a single arm was run.
    """
    if len(result.arms) < 2:
        return ""
    ends = {arm: float(result.series(arm)[:, -1].mean()) for arm in result.arms}
    first, second = sorted(ends, key=lambda arm: ends[arm], reverse=True)[:2]
    return " ".join([_lead(result, first, second), _fit(scenario), _lasting(scenario, list(result.arms)), _owning(scenario)])


def _lead(result: Comparison, first: str, second: str) -> str:
    found = result.difference(first, second)
    if found.n < 2:
        return f"{first} is ahead of {second} in this one replicate, which proves nothing."
    if found.mean == 0:
        return f"No arm leads at step {result.steps}: {first} and {second} are equal."
    ends = f"{points(found.low)} to {points(found.high)}"
    if found.low <= 0:
        return f"No arm surely leads at step {result.steps}: {first} less {second} is {ends} points. What decides it:"
    return (
        f"{first} leads {second} by {points(found.mean).removeprefix('+')} points at step {result.steps} ({ends}). "
        "Such a lead rests on these settings, of which those marked A are assumptions:"
    )


def _fit(scenario: Scenario) -> str:
    practice = scenario.practice
    local, outside = practice.portability, practice.certainty
    side = "the same" if local == outside else "local ones favoured" if local > outside else "outside ones favoured"
    return (
        f"(1) fit: a local solution fits {percent(local)} of households ({_named(practice, 'portability')}), an outside "
        f"one {percent(outside)} ({_named(practice, 'certainty')}): {side};"
    )


def _lasting(scenario: Scenario, arms: Sequence[str]) -> str:
    """Which arms have something that goes on to the end."""
    lasting: dict[str, list[str]] = {}
    for arm in arms:
        kinds = [
            intervention.kind
            for intervention in scenario.arm(arm)
            if getattr(intervention, "stop", None) is None or intervention.stop > scenario.steps  # type: ignore[attr-defined]
        ]
        if kinds:
            lasting[arm] = list(dict.fromkeys(kinds))
    if not lasting:
        return "(2) duration: in every arm all support has stopped before the end;"
    going = ", ".join(f"{' and '.join(kinds)} in {arm}" for arm, kinds in lasting.items())
    ended = [arm for arm in arms if arm not in lasting and scenario.arm(arm)]
    stopped = f", while all support of {', '.join(ended)} stops" if ended else ""
    return f"(2) duration: what goes on to the end is {going}{stopped} (A);"


def _owning(scenario: Scenario) -> str:
    behaviour = scenario.behaviour
    weight = behaviour.ownership_weight
    return (
        f"(3) ownership: it prevents up to {percent(weight)} of lapses ({_named(behaviour, 'ownership_weight')})"
        f"{', so it counts for nothing here' if weight == 0 else ''}. "
        "Vary them before you believe it, such as --set practice.certainty=0.85."
    )


def _named(block: Any, field: str) -> str:
    """A field's full name and value, and how sure it is."""
    about = type(block).model_fields[field].json_schema_extra or {}
    return f"{type(block).__name__.lower()}.{field} {value_text(getattr(block, field))}, {about.get('sure', '?')}"
