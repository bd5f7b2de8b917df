"""What in a scenario can hardly be meant: it can be run, but something in it can never do anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pd_sim.community import Generator
from pd_sim.errors import nearest
from pd_sim.interventions import Budget, Hub, Intervention, Scheduled, Takeover, Threat

if TYPE_CHECKING:
    from pd_sim.scenario.scenario import Arm, Scenario

__all__ = ["doubts"]

Placed = tuple[str, Intervention]
"""An intervention and where it stands, such as ``arms.bottom_up[1].hub``."""


def doubts(scenario: Scenario) -> tuple[str, ...]:
    """Say what in a scenario can hardly be meant, one line each, naming the field and the mend.

    What is out of bounds or contradicts itself is refused when the scenario is read; here stands what may be meant
    (a programme cut short to try something out), but then has no effect at all.

    Examples
    --------
    >>> import pd_sim as ps
    >>> from pd_sim.scenario.warnings import doubts
    >>> doubts(ps.Scenario.load("village"))
    ()
    >>> doubts(ps.Scenario.load("village").set("steps", 50))[0]
    'arms.bottom_up[1].hub.start: 56 is after the last step, 50, so it never acts; start it earlier or raise steps'
    """
    said: list[str] = []
    for name, arm in scenario.arms.items():
        placed = _placed(arm, f"arms.{name}")
        said += [*_never_in_time(placed, scenario.steps), *_never_begins(placed, scenario)]
        said += [*_too_few_hosts(placed, scenario), *_too_dear(placed), *_budget(placed), *_takes_over_nothing(placed)]
    threats = _placed(scenario.threats, "threats")
    said += [*_never_in_time(threats, scenario.steps), *_hits_nothing(threats, scenario), *_too_late(threats, scenario)]
    said += _worth_nothing(scenario)
    for place, evaluation in enumerate(scenario.evaluations):
        if evaluation.step > scenario.steps:
            said.append(
                f"evaluations[{place}].step: {evaluation.step} is after the last step, {scenario.steps}; evaluate "
                "earlier or raise steps"
            )
    return tuple(dict.fromkeys(said))


def _placed(arm: Arm, path: str) -> list[Placed]:
    return [(f"{path}[{place}].{intervention.kind}", intervention) for place, intervention in enumerate(arm)]


# ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _never_in_time(placed: Sequence[Placed], steps: int) -> Iterator[str]:
    """Interventions that start, and threats that happen, when all is over."""
    for where, intervention in placed:
        for field, verb in (("start", "acts; start it"), ("at", "happens; let it happen")):
            first = getattr(intervention, field, None)
            if isinstance(first, int) and first > steps:
                late = f"{first} is after the last step, {steps}, so it never {verb} earlier or raise steps"
                yield f"{where}.{field}: {late}"
        for field in ("ends_at", "ends_with"):
            if getattr(intervention, field, None) == 0:
                yield f"{where}.{field}: 0 is reached before it begins, so it never acts; raise it, or leave it out"
        if isinstance(intervention, Threat) and intervention.hazard == 0.0:
            yield f"{where}.hazard: with a chance of 0 it never happens; raise it, or leave the threat out"


def _never_begins(placed: Sequence[Placed], scenario: Scenario) -> Iterator[str]:
    """Interventions that wait for a practice in the open that nothing brings about."""
    size = _households(scenario)
    others = [i for _, i in placed if not isinstance(i, (Budget, Takeover)) and _waits_for(i) is None]
    others = [i for i in others if getattr(i, "start", 0) <= scenario.steps]
    for where, intervention in placed:
        waits = _waits_for(intervention)
        if waits is None:
            continue
        field, wanted = waits
        if field != "begins_at" and size is not None and wanted > size:
            yield f"{where}.{field}: {wanted:g} households, but a village has {size}, so it never acts; ask for fewer"
        elif not others and _nobody_in_the_open(scenario):
            yield (
                f"{where}.{field}: nobody practises in the open at the start and nothing else in this arm changes "
                "that, so it never acts; put something before it, or let some practise (initial.practising)"
            )


def _waits_for(intervention: Intervention) -> tuple[str, float] | None:
    """Field and number of what an intervention waits for, if it does."""
    for field in ("begins_at", "begins_with", "hosts_needed"):
        wanted = getattr(intervention, field, None)
        if wanted and (field != "hosts_needed" or isinstance(intervention, Hub)):
            return field, float(wanted)
    return None


def _nobody_in_the_open(scenario: Scenario) -> bool:
    """Whether nobody practises in the open, or could come to it, unless somebody does something."""
    initial = scenario.initial
    given = initial.practising not in (0, ()) and initial.seen
    filed = getattr(scenario.community, "initial", None) is not None
    return not given and not filed and scenario.behaviour.spontaneous == 0.0 and scenario.behaviour.outside == 0.0


def _too_few_hosts(placed: Sequence[Placed], scenario: Scenario) -> Iterator[str]:
    """Sessions that need more hosts than there are households."""
    size = _households(scenario)
    for where, intervention in placed:
        needed = 0 if isinstance(intervention, Hub) else getattr(intervention, "hosts_needed", 0)
        if size is not None and needed > size:
            yield (
                f"{where}.hosts_needed: {needed} households, but a village has {size}, so no session is ever held; "
                "ask for fewer"
            )


def _households(scenario: Scenario) -> int | None:
    """Households of a village, where that is known before it is drawn."""
    return scenario.community.size() if isinstance(scenario.community, Generator) else None


# ── money ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _too_dear(placed: Sequence[Placed]) -> Iterator[str]:
    """Sessions that cost more than can be raised for one."""
    for where, intervention in placed:
        raises, costs = getattr(intervention, "raises", None), getattr(intervention, "cost_session", 0.0)
        if raises is not None and raises < costs:
            yield (
                f"{where}.raises: {raises:,.12g} is less than a session costs ({costs:,.12g}), so none is ever held; "
                "raise more, or lower cost_session"
            )


def _budget(placed: Sequence[Placed]) -> Iterator[str]:
    """Budgets that pay for nothing, or limit nothing."""
    if not placed or not isinstance(placed[0][1], Budget):
        return
    where, budget = placed[0][0], placed[0][1]
    acting = [(path, i) for path, i in placed[1:] if isinstance(i, Scheduled)]
    payers = sorted({i.payer for _, i in acting})
    for payer in budget.pays_for:
        if payer not in payers and acting:
            yield f"{where}.pays_for: nothing in this arm is paid by {payer!r}; {nearest(payer, payers)}"
    paid = [(path, i) for path, i in acting if i.payer in budget.pays_for]
    if acting and paid and not any(_costs(i) for _, i in paid):
        yield f"{where}: nothing it pays for costs anything, so it limits nothing; give prices, such as cost_session"
    due = {path: i.cost_fixed + i.cost_step for path, i in paid}
    for path, least in due.items():
        if least > budget.amount:
            yield (
                f"{where}.amount: {budget.amount:,.12g} does not pay for {path.rpartition('.')[2]} to begin "
                f"({least:,.12g}), so it never acts; give more, or lower its cost_fixed"
            )
    for path, intervention in paid:
        for field in type(intervention).model_fields:
            price = getattr(intervention, field)
            if field.startswith("cost_") and field not in ("cost_fixed", "cost_step") and price > budget.amount:
                yield (
                    f"{where}.amount: {budget.amount:,.12g} does not pay for one of what {path}.{field} prices "
                    f"({price:,.12g}); give more, or lower it"
                )
    together = sum(i.cost_fixed for _, i in paid)
    if together > budget.amount and all(least <= budget.amount for least in due.values()):
        yield (
            f"{where}.amount: {budget.amount:,.12g} does not pay for everything to begin ({together:,.12g} in all), so "
            "what comes last may never act; give more, or lower a cost_fixed"
        )


def _costs(intervention: Intervention) -> bool:
    """Whether an intervention has a price of any kind."""
    fields = type(intervention).model_fields
    prices = [name for name in fields if name.startswith("cost_") or name in ("price", "staff_hours")]
    return any(getattr(intervention, name) for name in prices)


def _worth_nothing(scenario: Scenario) -> Iterator[str]:
    """Savings for each incident where incidents are not modelled."""
    if scenario.economics.avoided and scenario.outcome is None:
        yield (
            "economics.avoided: no incidents are modelled, so nothing is avoided; describe the issue under 'outcome', "
            "or give what a year of practice is worth (economics.worth)"
        )


# ── who is hit ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _takes_over_nothing(placed: Sequence[Placed]) -> Iterator[str]:
    """Takeovers with nothing to take over after them in their arm."""
    for place, (where, intervention) in enumerate(placed):
        if isinstance(intervention, Takeover) and not any(_is_hit(i, intervention) for _, i in placed[place + 1 :]):
            yield f"{where}: it takes over what comes after it in the arm, and nothing there is hit; move it up"


def _hits_nothing(threats: Sequence[Placed], scenario: Scenario) -> Iterator[str]:
    """Threats that hit nothing in any arm."""
    everything = [intervention for arm in scenario.arms.values() for intervention in arm]
    for where, threat in threats:
        if not any(_is_hit(intervention, threat) for intervention in everything):
            yield f"{where}: it hits nothing in any arm; {_why(threat, everything)}"


def _too_late(threats: Sequence[Placed], scenario: Scenario) -> Iterator[str]:
    """Threats that happen when all that they hit has stopped by its plan."""
    everything = [intervention for arm in scenario.arms.values() for intervention in arm]
    for where, threat in threats:
        at = getattr(threat, "at", None)
        stops = [_stops(intervention) for intervention in everything if _is_hit(intervention, threat)]
        if at is not None and at <= scenario.steps and stops and max(stops) <= at:
            yield (
                f"{where}.at: by step {at} all that it hits has stopped (the last at {max(stops):.0f}), so it changes "
                "nothing; let it happen earlier"
            )


def _stops(intervention: Intervention) -> float:
    """Step from which on an intervention is over by its plan."""
    stop, again = getattr(intervention, "stop", None), getattr(intervention, "again", None)
    return float("inf") if stop is None or again is not None else float(stop)


def _is_hit(intervention: Intervention, by: Any) -> bool:
    """Whether an intervention is one of those that a threat or a takeover names."""
    if not isinstance(intervention, Scheduled):
        return False
    payers, kinds = getattr(by, "payers", ()), getattr(by, "kinds", ())
    leaderless = by.kind == "leader_leaves"
    return (
        (not payers or intervention.payer in payers)
        and (not kinds or intervention.kind in kinds)
        and (not leaderless or intervention.leader > 0.0)
    )


def _why(threat: Any, everything: Sequence[Intervention]) -> str:
    """What would have to be so for a threat to hit something."""
    if threat.kind == "leader_leaves":
        return "say of an intervention how far it depends on one leader (leader)"
    scheduled = [i for i in everything if isinstance(i, Scheduled)]
    there: Mapping[str, set[str]] = {"payers": {i.payer for i in scheduled}, "kinds": {i.kind for i in scheduled}}
    for field, found in there.items():
        named = getattr(threat, field, ())
        if named and not found.intersection(named):
            return f"{field}: the arms have {', '.join(sorted(found)) or 'none'}, not {', '.join(named)}"
    return "no intervention has both the payers and the kinds it names"
