"""What a reader must be told with a comparison: what its numbers cannot say, and what a lead rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pd_sim.cli._text import percent, points, value_text

if TYPE_CHECKING:
    from pd_sim.interventions import Intervention
    from pd_sim.results import Comparison
    from pd_sim.scenario import Scenario

__all__ = ["rests_on", "warnings"]

FEW = 20
"""Replicates below which the ends of a band are hardly more than the least and the greatest replicate."""


def warnings(result: Comparison, scenario: Scenario | None = None) -> list[str]:
    """What can hardly be meant of a scenario, and what the numbers of a comparison cannot say, one sentence each."""
    from pd_sim.scenario.warnings import doubts
    from pd_sim.studies.caveats import caveats

    doubted = () if scenario is None else doubts(scenario)
    return [*doubted, *_few_replicates(result), *caveats(result)]


def _few_replicates(result: Comparison) -> list[str]:
    if result.replicates == 1:
        return ["One replicate: how sure this is cannot be said; there is no band and no interval."]
    if result.replicates < FEW:
        return [f"Only {result.replicates} replicates: bands and take-off are rough; ask for more with --replicates."]
    return []


def rests_on(result: Comparison, scenario: Scenario) -> str:
    """Say which arm leads at the last step, and on which assumptions that lead rests.

    Arms that are not surely behind the first lead together; the next one is what they lead.

    Returns
    -------
    One paragraph; empty where a single arm was run.
    """
    if len(result.arms) < 2:
        return ""
    lasting = _lasting(scenario, list(result.arms))
    return " ".join([_lead(result), _fit(scenario), lasting, _owning(scenario)])


def _lead(result: Comparison) -> str:
    ends = {arm: float(result.series(arm)[:, -1].mean()) for arm in result.arms}
    first, *others = sorted(ends, key=lambda arm: ends[arm], reverse=True)
    at = f"at step {result.steps}"
    if result.replicates < 2:
        return f"{first} has most {at}, which in one replicate proves nothing. Such a lead rests on:"
    behind = [arm for arm in others if result.difference(first, arm).low > 0]
    leading = [arm for arm in (first, *others) if arm not in behind]
    if not behind:
        return f"No arm surely leads {at}. What would decide it:"
    least = leading[-1]
    found = result.difference(least, behind[0])
    interval = f"interval {points(found.low)} to {points(found.high)}"
    if found.low <= 0:
        interval += ", so that these two are not surely apart"
    rests = "Such a lead rests on these settings, of which those marked A are assumptions:"
    by = f"{points(found.mean).removeprefix('+')} points"
    if len(leading) == 1:
        return f"{least} leads {behind[0]} by {by} {at} ({interval}). {rests}"
    return (
        f"{', '.join(leading[:-1])} and {least} lead {at}, none of them surely behind {first}; the lowest of them, "
        f"{least}, is {by} above {behind[0]} ({interval}). {rests}"
    )


def _fit(scenario: Scenario) -> str:
    practice = scenario.practice
    local, outside = practice.portability, practice.certainty
    side = "the same" if local == outside else "local ones favoured" if local > outside else "outside ones favoured"
    return (
        f"(1) fit: a local solution fits {percent(local)} of households ({_named(practice, 'portability')}), an "
        f"outside one {percent(outside)} ({_named(practice, 'certainty')}): {side};"
    )


def _lasting(scenario: Scenario, arms: Sequence[str]) -> str:
    """Which arms have something that goes on to the end."""
    lasting: dict[str, list[str]] = {}
    for arm in arms:
        kinds = [intervention.kind for intervention in scenario.arm(arm) if _goes_on(intervention, scenario.steps)]
        if kinds:
            lasting[arm] = list(dict.fromkeys(kinds))
    if not lasting:
        return "(2) duration: in every arm all support has stopped before the end;"
    going = ", ".join(f"{' and '.join(kinds)} in {arm}" for arm, kinds in lasting.items())
    ended = [arm for arm in arms if arm not in lasting and scenario.arm(arm)]
    stopped = f", while all support of {', '.join(ended)} stops" if ended else ""
    return f"(2) duration: what goes on to the end is {going}{stopped} (A);"


def _goes_on(intervention: Intervention, steps: int) -> bool:
    """Whether an intervention does something up to the last step, unless a threat or its budget ends it."""
    start, stop = getattr(intervention, "start", 0), getattr(intervention, "stop", None)
    ended = stop is not None and stop <= steps and getattr(intervention, "again", None) is None
    return intervention.kind != "budget" and start <= steps and not ended


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
