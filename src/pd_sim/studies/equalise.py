"""Make two arms equal in one respect, so that what is left of their gap is not a matter of doing more of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pd_sim.errors import ResultError, ScenarioError, UnknownNameError
from pd_sim.interventions import Intervention, PerHundred
from pd_sim.scenario import Scenario
from pd_sim.studies.compare import compare

__all__ = ["RESPECTS", "Equalised", "Respect", "equalise"]

Arm = tuple[Intervention, ...]
Respect = Literal["budget", "contact", "reach"]

RESPECTS: dict[str, tuple[str, str]] = {
    "budget": ("cost_so_far", "money spent"),
    "contact": ("attendance_so_far", "places taken in sessions"),
    "reach": ("participants", "different households that came to a session"),
}
"""What can be made equal: the measure it is read from, and what that is in words."""

_SCALED = ("places", "reach", "amount", "how_many", "supply")
_KEPT = ("budget", "takeover")
"""Kinds that limit or alter what others do, and so are left as they are."""

_HALVINGS = 14


@dataclass(frozen=True)
class Equalised:
    """Two arms made equal in one respect, and how nearly."""

    scenario: Scenario
    """The scenario with the changed arm."""
    respect: str
    arm: str
    versus: str
    changed: str
    """Name of the arm that was cut down."""
    fields: dict[str, tuple[Any, Any]]
    """Fields of that arm that were changed: before and after."""
    step: int
    means: tuple[float, float]
    """Mean of the measure in the arm and in the other, after the change."""
    before: tuple[float, float]
    replicates: int

    @property
    def nearness(self) -> float:
        """The smaller mean divided by the greater: 1 where they are equal."""
        low, high = sorted(self.means)
        return low / high if high else 1.0

    def __str__(self) -> str:
        what = RESPECTS[self.respect][1]
        cut = ", ".join(f"{name} {old} → {new}" for name, (old, new) in self.fields.items()) or "nothing"
        return (
            f"equal {self.respect}: {what} up to step {self.step}, on average of {self.replicates} replicates: "
            f"{self.arm} {self.means[0]:,.1f}, {self.versus} {self.means[1]:,.1f} (equal to {self.nearness:.1%}; "
            f"before {self.before[0]:,.1f} and {self.before[1]:,.1f}); changed in {self.changed}: {cut}"
        )


def equalise(
    scenario: Scenario,
    arm: str,
    versus: str,
    respect: Respect,
    *,
    step: int | None = None,
    replicates: int = 40,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Equalised:
    """Cut the arm that has more of something down until both have as much of it, in simulated means.

    All of its places, the reach of its messages, the amount of its pay, the households it seeds and what it supplies
    are scaled by one factor, found by halving; budgets are left as they are. Places are whole, so equality is as near
    as one place allows; `Equalised` says how near. What is equal on average differs between replicates. Cutting down
    is always possible; topping up is not, since no more come than are willing.

    Parameters
    ----------
    scenario
        The scenario.
    arm, versus
        Names of the two arms.
    respect
        ``budget`` (money spent; the interventions must have prices), ``contact`` (places taken in sessions) or
        ``reach`` (different households that came to a session). Messages count for neither of the last two.
    step
        Step up to which it is counted; none: the last.
    replicates, seed, threads
        Of each trial; compare the arms with another seed afterwards, or these replicates are used twice.
    progress
        Called with the trials done and to do.

    Raises
    ------
    ScenarioError
        An arm has none of it, such as no price or no session.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 60).set("steps", 30)
    >>> found = equalise(town, "bottom_up", "top_down", "contact", replicates=8)
    >>> found.changed, found.nearness > 0.85
    ('top_down', True)
    """
    if respect not in get_args(Respect):
        raise UnknownNameError("respect", respect, RESPECTS)
    if arm == versus:
        raise ScenarioError(f"arm {arm!r} is given twice; name two arms to make equal")
    last = scenario.steps if step is None else step
    if not 0 < last <= scenario.steps:
        raise ResultError(f"step {last}: the scenario has steps 1 to {scenario.steps}")
    scenario.arm(arm), scenario.arm(versus)
    measure, words = RESPECTS[respect]
    known: dict[str, float] = {}

    def mean(name: str, content: Arm) -> float:
        key = json.dumps([i.model_dump(mode="json") | {"kind": i.kind} for i in content])
        if key not in known:
            short = scenario.model_copy(update={"arms": {name: content}, "steps": last})
            result = compare(short, replicates=replicates, seed=seed, threads=threads)
            known[key] = float(result.series(name, measure)[:, -1].mean())
            if measure == "participants":
                known[key] *= float(result.sizes.sum(axis=1).mean())
            if progress is not None:
                progress(min(len(known), _HALVINGS + 1), _HALVINGS + 2)
        return known[key]

    before = mean(arm, scenario.arms[arm]), mean(versus, scenario.arms[versus])
    for name, value in zip((arm, versus), before, strict=True):
        if value == 0:
            mend = "give its interventions prices (cost_fixed, cost_session, cost_place, …)"
            raise ScenarioError(
                f"equal {respect}: arm {name!r} has no {words}; "
                f"{mend if respect == 'budget' else 'it needs an intervention that holds sessions'}"
            )
    changed, target = (arm, before[1]) if before[0] > before[1] else (versus, before[0])
    whole = scenario.arms[changed]
    best = whole
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        factor = (low + high) / 2
        tried = _scaled(whole, factor)
        value = mean(changed, tried)
        if abs(value - target) < abs(mean(changed, best) - target):
            best = tried
        if value > target:
            high = factor
        else:
            low = factor
    if progress is not None:
        progress(_HALVINGS + 2, _HALVINGS + 2)
    after = mean(changed, best)
    return Equalised(
        scenario.model_copy(update={"arms": {**scenario.arms, changed: best}}),
        respect,
        arm,
        versus,
        changed,
        _differences(whole, best),
        last,
        (after, before[1]) if changed == arm else (before[0], after),
        before,
        replicates,
    )


def _scaled(arm: Arm, factor: float) -> Arm:
    """Scale all places, reach and pay of an arm; what must be above 0 stays so."""
    scaled = []
    for intervention in arm:
        fields: dict[str, Any] = {}
        for name in _SCALED if intervention.kind not in _KEPT else ():
            value = getattr(intervention, name, None)
            if isinstance(value, PerHundred):
                fields[name] = PerHundred(per_100=value.per_100 * factor)
            elif isinstance(value, int) and not isinstance(value, bool):
                fields[name] = int(value * factor + 0.5)
            elif isinstance(value, float):
                fields[name] = max(value * factor, 1e-9)
        scaled.append(intervention.model_copy(update=fields))
    return tuple(scaled)


def _differences(before: Arm, after: Arm) -> dict[str, tuple[Any, Any]]:
    found = {}
    for old, new in zip(before, after, strict=True):
        for name in _SCALED:
            value = getattr(old, name, None)
            if value is not None and value != getattr(new, name):
                changed = getattr(new, name)
                found[f"{old.kind}.{name}"] = (value, round(changed, 4) if isinstance(changed, float) else changed)
    return found
