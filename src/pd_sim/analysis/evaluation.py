"""The verdict of an evaluator who sees one replicate, as one sees one town, and how often it is wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pd_sim.analysis.counts import sampled, two_counts, two_proportions
from pd_sim.errors import ResultError
from pd_sim.results import Comparison, Estimate, mean_interval, wilson
from pd_sim.results.measures import kind
from pd_sim.scenario.evidence import Evaluation
from pd_sim.streams import derive_seed, draws, stream_key

__all__ = ["EFFECT", "HARM", "NO_EFFECT", "Judged", "judge", "judged_arms"]

EFFECT, NO_EFFECT, HARM = 1, 0, -1
"""Verdicts; of a target: reached is `EFFECT`, not reached `NO_EFFECT`."""

_ALMOST = 1e-9  # a target of 3 of 12 households is a quarter, whatever floating point says
Verdicts = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Judged:
    """Verdicts on one arm at several steps."""

    evaluation: Evaluation
    arm: str
    steps: tuple[int, ...]
    verdicts: Verdicts
    """``[replicate, step]``: `EFFECT`, `NO_EFFECT` or `HARM`."""
    truth: int
    """What holds at the last step over all replicates."""
    true_value: Estimate
    """What that rests on: of a comparison the mean paired difference, of a target the mean, at the last step."""

    def share(self, verdict: int) -> npt.NDArray[np.float64]:
        """Share of the replicates in which this verdict is given, ``[step]``."""
        return np.asarray((self.verdicts == verdict).mean(axis=0))

    def wrong(self) -> Estimate:
        """Share of the replicates whose verdict is not what holds at the end, with Wilson's interval, ``[step]``."""
        return wilson((self.verdicts != self.truth).sum(axis=0), len(self.verdicts))


def judged_arms(comparison: Comparison, evaluation: Evaluation) -> tuple[str, ...]:
    """Arms that an evaluation is about.

    Raises
    ------
    ResultError
        An arm that was not run.
    """
    compared = evaluation.compares and evaluation.versus != "before"
    if compared and evaluation.versus not in comparison.arms:
        known = ", ".join(comparison.arms)
        raise ResultError(f"evaluation {evaluation.name!r}: compares with arm {evaluation.versus!r}, not run ({known})")
    for arm in evaluation.arms:
        comparison.arm(arm)
    return evaluation.arms or tuple(arm for arm in comparison.arms if not (compared and arm == evaluation.versus))


def judge(comparison: Comparison, evaluation: Evaluation, arm: str, steps: tuple[int, ...] | None = None) -> Judged:
    """Give the verdicts of an evaluation of one arm, were it made at each of some steps.

    In every replicate the evaluator sees that replicate only. Households are asked whether the measure holds for them
    (``sample`` of them, other ones on either side): two shares are compared by `two_proportions`. What happens in a
    step is counted: two counts are compared by `two_counts`. A difference with p below ``alpha`` is an effect or a
    harm, else there is "no effect". A target is reached or not.

    The evaluator takes households for independent, as such evaluations do; within a village they are not, so that he
    speaks of effects too easily.

    What holds at the end is judged at the last step from all replicates: an effect (or harm) where the 95% interval of
    the mean paired difference lies beyond ``matters``; a target where the mean reaches it.

    Parameters
    ----------
    comparison
        All arms, as run.
    evaluation
        Its own step does not matter here.
    arm
        The arm that is evaluated.
    steps
        Steps at which the evaluation is made; none: its own.
    """
    at = tuple(comparison.step(step) for step in (steps or (evaluation.step,)))
    sign = 1 if evaluation.better == "more" else -1
    series = comparison.series(arm, evaluation.measure)
    if evaluation.target is not None:
        goal = sign * evaluation.target - _ALMOST * max(1.0, abs(evaluation.target))
        of = comparison.series(arm, evaluation.truth or evaluation.measure)[:, -1]
        true_value = mean_interval(of)
        verdicts = (_seen(comparison, evaluation, arm, at) * sign >= goal).astype(np.int8)
        return Judged(evaluation, arm, at, verdicts, int(sign * float(true_value.mean) >= goal), true_value)
    versus, then = (arm, evaluation.before_step) if evaluation.versus == "before" else (evaluation.versus, None)
    if kind(evaluation.measure) == "households":
        p, ahead = _asked_both(comparison, evaluation, arm, versus, at, then)
    else:
        one = series[:, at]
        other = _compared(comparison.series(versus, evaluation.measure), at, then)
        p, ahead = two_counts(one, other), one - other
    verdicts = np.where(p < evaluation.alpha, np.sign(ahead * sign), NO_EFFECT).astype(np.int8)
    truth, true_value = _holds(comparison, evaluation, arm, versus, then, sign)
    return Judged(evaluation, arm, at, verdicts, truth, true_value)


def _compared(series: npt.NDArray[np.float64], at: tuple[int, ...], then: int | None) -> npt.NDArray[np.float64]:
    return series[:, at] if then is None else np.repeat(series[:, [then]], len(at), axis=1)


def _holds(
    comparison: Comparison, evaluation: Evaluation, arm: str, versus: str, then: int | None, sign: int
) -> tuple[int, Estimate]:
    measure = evaluation.truth or "practising"
    one = comparison.series(arm, measure)[:, -1]
    other = comparison.series(versus, measure)[:, -1 if then is None else then]
    # judged by another measure than the one evaluated, more is better: that is what the practice is for
    value = mean_interval(one - other)
    low, high = (float(value.mean),) * 2 if value.n == 1 else (float(value.low), float(value.high))
    side = sign if measure == evaluation.measure else 1
    if min(side * low, side * high) > evaluation.matters:
        return EFFECT, value
    return (HARM if max(side * low, side * high) < -evaluation.matters else NO_EFFECT), value


def _draws(comparison: Comparison, evaluation: Evaluation, side: str, step: int) -> npt.NDArray[np.float64]:
    key = stream_key("evaluation", evaluation.name, side)
    return draws(derive_seed(comparison.seed, "evaluation"), key, step, np.arange(comparison.replicates, dtype="u8"))


def _asked(
    comparison: Comparison, evaluation: Evaluation, arm: str, step: int, side: str, drawn: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How many say yes at a step, of how many asked, in each replicate."""
    yes = comparison.arm(arm).values(evaluation.measure)[:, step].sum(axis=1)
    whole = comparison.sizes.sum(axis=1).astype(np.float64)
    if evaluation.sample is None:
        return yes, whole
    return sampled(yes, whole, evaluation.sample, _draws(comparison, evaluation, side, drawn))


def _asked_both(
    comparison: Comparison, evaluation: Evaluation, arm: str, versus: str, at: tuple[int, ...], then: int | None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    p, ahead = [], []
    for step in at:
        yes, asked = _asked(comparison, evaluation, arm, step, "asked", step)
        other = _asked(comparison, evaluation, versus, step if then is None else then, "compared", step)
        p.append(two_proportions(yes, asked, *other))
        ahead.append(yes / asked - other[0] / other[1])
    return np.stack(p, axis=1), np.stack(ahead, axis=1)


def _seen(comparison: Comparison, evaluation: Evaluation, arm: str, at: tuple[int, ...]) -> npt.NDArray[np.float64]:
    if kind(evaluation.measure) != "households" or evaluation.sample is None:
        return comparison.series(arm, evaluation.measure)[:, at]
    asked = [_asked(comparison, evaluation, arm, step, "asked", step) for step in at]
    return np.stack([yes / number for yes, number in asked], axis=1)
