"""The six principles of positive deviance as switches: what a scenario is like without one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from pd_sim.errors import UnknownNameError
from pd_sim.interventions import Intervention

if TYPE_CHECKING:
    from pd_sim.scenario.scenario import Scenario

__all__ = ["PRINCIPLES", "Principles", "without"]

BELIEF = 0.5
"""Confidence a household needs before it tries, where belief comes first."""


class Principles(BaseModel):
    """Which principles hold; all do unless one is switched off, and then it is off in every arm alike."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    act_first: bool = Field(True, description="act your way into a new way of thinking; off: belief comes first")
    with_us: bool = Field(True, description="don't decide about me without me; off: nobody takes part in shaping it")
    small_differences: bool = Field(
        True, description="big changes come from small differences; off: no exceptions are looked for"
    )
    ownership: bool = Field(True, description="ownership, not buy-in; off: owning the practice keeps nobody at it")
    evidence: bool = Field(
        True, description="evidence for everything; off: nothing is measured, results do not convince"
    )
    how: bool = Field(True, description="how, as well as what and why; off: told, and not done together")


def _each(scenario: Scenario, change: Callable[[Intervention], dict[str, Any]]) -> Scenario:
    """Change fields of every intervention that has them."""
    arms = {}
    for name, arm in scenario.arms.items():
        changed = []
        for intervention in arm:
            fields = {k: v for k, v in change(intervention).items() if k in type(intervention).model_fields}
            changed.append(intervention.model_copy(update=fields))
        arms[name] = tuple(changed)
    return scenario.model_copy(update={"arms": arms})


def _behave(scenario: Scenario, **fields: Any) -> Scenario:
    return scenario.model_copy(update={"behaviour": scenario.behaviour.model_copy(update=fields)})


def _seeks(intervention: Intervention) -> bool:
    return "visits" in type(intervention).model_fields


PRINCIPLES: dict[str, Callable[[Scenario], Scenario]] = {
    "act_first": lambda s: _behave(s, conviction=max(BELIEF, s.behaviour.conviction)),
    "with_us": lambda s: _each(s, lambda i: {"involves": 0.0}),
    "small_differences": lambda s: _each(
        s, lambda i: {"visits": 0, "teaches": "outside", "hosts_needed": 0} if _seeks(i) else {}
    ),
    "ownership": lambda s: _behave(s, ownership_weight=0.0),
    "evidence": lambda s: _each(_behave(s, endorsement=0.0), lambda i: {"measures": 0.0, "data": 0.0}),
    "how": lambda s: _each(s, lambda i: {"keeps": 0.0}),
}
"""What changes in a scenario when a principle is switched off, in all arms alike:

``act_first``
    nobody tries whose confidence is below ½ (behaviour.conviction);
``with_us``
    no intervention involves anybody (involves 0), so that nobody comes to own the practice by taking part;
``small_differences``
    whoever would visit to find exceptions does not, and teaches the outside solution instead;
``ownership``
    owning the practice prevents no lapse (behaviour.ownership_weight 0);
``evidence``
    nothing is measured (measures 0), and results that are seen do not convince (behaviour.endorsement 0);
``how``
    every source tells instead of showing or doing (keeps 0), so that tacit know-how is not passed on.
"""


def without(scenario: Scenario, *names: str) -> Scenario:
    """Give the scenario as it is without these principles, in every arm.

    Raises
    ------
    UnknownNameError
        No such principle.

    Examples
    --------
    >>> import pd_sim as ps
    >>> from pd_sim.scenario import without
    >>> without(ps.Scenario.load("village"), "ownership").behaviour.ownership_weight
    0.0
    """
    for name in names:
        if name not in PRINCIPLES:
            raise UnknownNameError("principle", name, PRINCIPLES)
        scenario = PRINCIPLES[name](scenario)
    return scenario
