"""What is known of a case from elsewhere: figures told of it, and how and when it was, or would be, evaluated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from pd_sim.errors import ScenarioError, nearest
from pd_sim.population import COUNTERS
from pd_sim.population.records import STANDING
from pd_sim.scenario.reading import block

__all__ = ["AMOUNTS", "SURE", "WEEKS_A_MONTH", "Evaluation", "Sure", "Target", "blocks", "check_arms"]

WEEKS_A_MONTH = 4.345
"""Weeks in a month: 365 / 12 / 7. A step counts as a week."""

AMOUNTS = ("expected_incidents", "staff_hours", "volunteer_hours")
"""Amounts of a step that need not be whole numbers."""

Sure = Literal["V", "C", "K", "S", "A"]
"""How sure a figure is."""

SURE: dict[str, str] = {
    "V": "read in the source",
    "C": "computed",
    "K": "well known",
    "S": "told by those who ran it",
    "A": "assumed",
}
"""What the letters of `Sure` mean."""

_SO_FAR = "_so_far"
_HOUSEHOLDS = (*COUNTERS[: COUNTERS.index("trials")], *STANDING)
B = TypeVar("B", bound=BaseModel)


def _counts_households(measure: str) -> bool:
    return measure in _HOUSEHOLDS


def _measure(name: str) -> str:
    base = name.removesuffix(_SO_FAR)
    if base == "cost" or (base.startswith("cost_") and base != "cost_"):
        return name
    known = (*COUNTERS, *AMOUNTS, "cost")
    if base not in known:
        raise ValueError(f"unknown measure {name!r}; {nearest(name, known)}")
    if base != name and _counts_households(base):
        raise ValueError(f"{base!r} counts households and has no running total; ask for {base!r}")
    return name


Measure = Annotated[str, AfterValidator(_measure)]
"""A measure of the results; events, amounts and money also with ``_so_far``."""

Words = Annotated[str, Field(max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Step = Annotated[int, Field(ge=0, le=30_000)]
Number = Annotated[float, Field(ge=-1e12, le=1e12)]


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True, allow_inf_nan=False)


class Evaluation(_Block):
    """What an evaluator looks at, and when; the verdict is his who sees one replicate only.

    Either two things are compared (``versus`` an arm, or ``before``), or a ``target`` is to be reached.

    Examples
    --------
    >>> Evaluation(name="early", step=26).versus
    'nothing'
    >>> Evaluation(name="promised", step=104, target=0.4).compares
    False
    """

    name: Name = Field(description="name of the evaluation")
    step: Step = Field(description="step at which it is made")
    measure: Measure = Field("practising", description="what the evaluator measures")
    arms: tuple[Name, ...] = Field((), description="arms that are evaluated; none: all but the one compared with")
    versus: Name = Field(
        "nothing", description="arm compared with, or before: the same arm at before_step; not used with a target"
    )
    before_step: Step = Field(0, description="step that counts as before, where versus is before")
    target: Annotated[float, Field(ge=0, le=1e12)] | None = Field(
        None, description="value to be reached (of households: a share); none: a comparison is made"
    )
    better: Literal["more", "less"] = Field("more", description="whether more or less of the measure is the better")
    sample: Annotated[int, Field(ge=2, le=1_000_000)] | None = Field(
        None, description="households asked, in each of the two compared; none: all"
    )
    alpha: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.05, description="chance of speaking of a difference where there is none, that the evaluator accepts"
    )
    truth: Measure | None = Field(
        None,
        description="measure by which the verdict is judged at the last step; none: practising, or with a target what "
        "is measured",
    )
    matters: Annotated[float, Field(ge=0, le=1e12)] = Field(
        0.0, description="difference at the last step up to which it counts as none"
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Evaluation:
        if self.target is not None:
            if "versus" in self.model_fields_set:
                raise ValueError("give versus or target, not both")
            if _counts_households(self.measure) and self.target > 1:
                raise ValueError(f"target: {self.measure} is a share of the households; give one from 0 to 1")
        elif not _counts_households(self.measure) and self.sample is not None:
            raise ValueError(f"sample: households are asked whether, not how much; {self.measure} is no such measure")
        elif self.measure.startswith(("cost", *AMOUNTS)):
            raise ValueError(f"measure: {self.measure} is nothing to count and compare; give it a target")
        if self.versus == "before" and self.before_step >= self.step:
            raise ValueError(f"before_step: must come before step {self.step}")
        if self.versus in self.arms:
            raise ValueError(f"arms: {self.versus!r} cannot be compared with itself")
        return self

    @property
    def compares(self) -> bool:
        """Whether two things are compared, and not a target asked for."""
        return self.target is None


class Target(_Block):
    """A figure, or a pattern, told of the case, and what of the simulation it is to be compared with.

    Of ``arm``, ``measure`` is taken over the steps ``from_step`` to ``to_step``: ``at`` the one step from_step,
    ``last`` at to_step, ``greatest``, ``mean`` or ``sum`` over all of them. Then, where said, it is counted as a number
    of households (``number``), multiplied by ``each``, given a month (``per``), divided by the same of another measure,
    arm or time (``of``, ``of_arm``, ``of_from``, ``of_to``), and another arm's is taken away (``versus``).

    Examples
    --------
    >>> grubs = Target(
    ...     what="people who eat together",
    ...     arm="bottom_up",
    ...     measure="attendance",
    ...     how="mean",
    ...     from_step=1,
    ...     to_step=9,
    ...     per="month",
    ...     told=50.0,
    ...     unit="people a month",
    ...     sure="S",
    ...     source="hub",
    ... )
    >>> grubs.told
    50.0
    """

    what: Annotated[str, Field(min_length=1, max_length=500)] = Field(description="what was counted, in words")
    arm: Name | None = Field(None, description="arm of this scenario it is told of")
    measure: Measure | None = Field(None, description="measure of the simulation that it is compared with")
    how: Literal["at", "sum", "mean", "last", "greatest"] = Field(
        "at", description="at from_step, or last, sum, mean or greatest over from_step to to_step"
    )
    from_step: Step = Field(1, description="first step that counts")
    to_step: Step | None = Field(None, description="last step that counts; none: the last of the scenario")
    per: Literal["step", "month"] = Field("step", description="a step, or a month of 4.345 steps of a week")
    number: bool = Field(False, description="households are counted, not given as a share")
    each: Annotated[float, Field(gt=0, le=1e9)] = Field(
        1.0, description="what one stands for in the unit of the figure, such as people a household"
    )
    of: Measure | None = Field(None, description="divided by this measure; none: not divided, or by the same measure")
    of_arm: Name | None = Field(None, description="arm of the divisor; none: the same")
    of_from: Step | None = Field(None, description="first step of the divisor; none: the same")
    of_to: Step | None = Field(None, description="last step of the divisor; none: the same")
    versus: Name | None = Field(None, description="arm whose value is taken away, replicate by replicate")
    told: Number | tuple[Number, Number] | None = Field(None, description="the told figure, or its low and high end")
    before: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        None, description="count told of an equal time before, where it is a small count"
    )
    unit: Words = Field("", description="unit of the figure, in words")
    counts: bool = Field(False, description="it is a small count, so that chance alone makes it vary")
    sure: Sure = Field(description="how sure: V read, C computed, K well known, S told by those who ran it, A assumed")
    source: Words = Field(description="where the figure comes from")
    controlled: bool = Field(False, description="there was a comparison group")
    fitted: tuple[Name, ...] = Field((), description="fields of the scenario that were fitted to meet it")
    pattern: Words = Field("", description="what was told in words, where there is no figure")

    @model_validator(mode="after")
    def _fits_together(self) -> Target:
        if self.told is None and not self.pattern:
            raise ValueError("give the told figure, or the pattern in words")
        if (self.measure is None) != (self.arm is None):
            raise ValueError("arm and measure: give both, or neither where nothing simulated stands for it")
        if isinstance(self.told, tuple) and self.told[0] > self.told[1]:
            raise ValueError(f"told: the low end comes first, not {self.told[0]:g} before {self.told[1]:g}")
        if self.counts and not (isinstance(self.told, float) and self.told >= 0 and self.told == int(self.told)):
            raise ValueError("counts: a count is told as one whole number from 0")
        if self.before is not None and not self.counts:
            raise ValueError("before: two counts are compared; say counts: true")
        if self.measure is None:
            return self
        if self.how == "at" and self.to_step not in (None, self.from_step):
            raise ValueError("to_step: 'how: at' takes one step, from_step")
        if self.to_step is not None and self.to_step < self.from_step:
            raise ValueError(f"to_step: must not come before from_step {self.from_step}")
        if self.per == "month" and (self.how == "sum" or _counts_households(self.measure)):
            raise ValueError("per: 'month' is for what happens in a step, and not for a sum")
        if self.how == "sum" and (_counts_households(self.measure) or self.measure.endswith(_SO_FAR)):
            raise ValueError(
                f"how: a sum of {self.measure} over steps would count the same again; use at, mean or last"
            )
        if self.number and not _counts_households(self.measure):
            raise ValueError(f"number: {self.measure} is a number already")
        if self.versus == self.arm:
            raise ValueError(f"versus: {self.arm!r} cannot be compared with itself")
        return self

    @property
    def ratio(self) -> bool:
        """Whether the figure is divided by another."""
        return any(given is not None for given in (self.of, self.of_arm, self.of_from, self.of_to))


def blocks(kind: type[B], value: Any, path: str) -> tuple[B, ...]:
    """Read a list of such blocks, or raise `ScenarioError` with the field's full name.

    Examples
    --------
    >>> blocks(Evaluation, [{"name": "early", "step": 26}], "evaluations")[0].measure
    'practising'
    """
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        raise ScenarioError(f"{path}: should be a list, each entry with its fields")
    return tuple(block(kind, entry, f"{path}[{place}]") for place, entry in enumerate(value))


def check_arms(evaluations: Iterable[Evaluation], targets: Iterable[Target], arms: Iterable[str]) -> None:
    """Check that evaluations and targets name arms that there are.

    Raises
    ------
    ScenarioError
        One does not; the message names the field and offers the nearest arm.

    Examples
    --------
    >>> check_arms([Evaluation(name="early", step=26, arms=("botom_up",))], [], ["nothing", "bottom_up"])
    Traceback (most recent call last):
    pd_sim.errors.ScenarioError: evaluations[0].arms: unknown arm 'botom_up'; did you mean 'bottom_up'? (known: ...
    """
    known = list(arms)
    named: list[tuple[str, str | None]] = []
    for place, evaluation in enumerate(evaluations):
        named += [(f"evaluations[{place}].arms", arm) for arm in evaluation.arms]
        if evaluation.compares and evaluation.versus != "before":
            named.append((f"evaluations[{place}].versus", evaluation.versus))
    for place, target in enumerate(targets):
        named += [(f"targets[{place}].{field}", getattr(target, field)) for field in ("arm", "of_arm", "versus")]
    for field, arm in named:
        if arm is not None and arm not in known:
            raise ScenarioError(f"{field}: unknown arm {arm!r}; {nearest(arm, known)}")
