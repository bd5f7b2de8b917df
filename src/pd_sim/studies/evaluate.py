"""What evaluators would say of each arm, how often they would be wrong, and how that changes with when they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pd_sim.analysis.evaluation import EFFECT, HARM, NO_EFFECT, Judged, judge, judged_arms
from pd_sim.errors import ResultError, ScenarioError
from pd_sim.results import Comparison
from pd_sim.results.measures import kind
from pd_sim.scenario import Scenario
from pd_sim.scenario.evidence import Evaluation, blocks
from pd_sim.studies.compare import compare

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Evaluations", "evaluate"]

_NAMES = {EFFECT: "effect", NO_EFFECT: "no effect", HARM: "harm"}
_REACHED = {EFFECT: "reached", NO_EFFECT: "not reached"}


@dataclass(frozen=True)
class Evaluations:
    """Verdicts on every arm, of every evaluation, at several steps."""

    judged: tuple[Judged, ...]
    replicates: int
    last_step: int
    step_name: str = "step"

    def frame(self) -> pd.DataFrame:
        """One row an evaluation, arm and step.

        Columns: ``evaluation, arm, versus, measure, step, own`` (whether it is the step the evaluation names),
        ``effect, no_effect, harm`` (share of the replicates with that verdict; of a target ``effect`` is reached),
        ``truth`` (what holds at the last step), ``true_value, true_low, true_high`` (mean paired difference, or mean,
        and its interval), ``wrong, wrong_low, wrong_high`` (share of the replicates with another verdict), ``n``.
        """
        import pandas as pd

        rows = []
        for found in self.judged:
            e, wrong = found.evaluation, found.wrong()
            for place, step in enumerate(found.steps):
                rows.append(
                    {
                        "evaluation": e.name,
                        "arm": found.arm,
                        "versus": e.versus if e.compares else f"target {e.target:g}",
                        "measure": e.measure,
                        "step": step,
                        "own": step == e.step,
                        "effect": found.share(EFFECT)[place],
                        "no_effect": found.share(NO_EFFECT)[place],
                        "harm": found.share(HARM)[place],
                        "truth": (_NAMES if e.compares else _REACHED)[found.truth],
                        "true_value": float(found.true_value.mean),
                        "true_low": float(found.true_value.low),
                        "true_high": float(found.true_value.high),
                        "wrong": float(wrong.mean[place]),
                        "wrong_low": float(wrong.low[place]),
                        "wrong_high": float(wrong.high[place]),
                        "n": self.replicates,
                    }
                )
        return pd.DataFrame(rows)

    def text(self) -> str:
        """A sentence on each evaluation of each arm, at the step it names."""
        return "\n".join(self._said(found) for found in self.judged)

    def _said(self, found: Judged) -> str:
        e = found.evaluation
        place = found.steps.index(e.step)
        names = _NAMES if e.compares else _REACHED
        shares = ", ".join(
            f"{name!r} in {float(found.share(verdict)[place]):.0%}"
            for verdict, name in names.items()
            if verdict != HARM or found.share(HARM)[place] > 0
        )
        against = (
            f"with {f'{self.step_name} {e.before_step}' if e.versus == 'before' else e.versus}"
            if e.compares
            else f"with the target {e.target:g}"
        )
        asked = " in all households" if e.sample is None else f" in {e.sample:,} households"
        asked = asked if kind(e.measure) == "households" else ""
        wrong = found.wrong()
        judged_by = e.truth or ("practising" if e.compares else e.measure)
        return (
            f"{e.name} ({found.arm}): at {self.step_name} {e.step}, comparing {e.measure} {against}{asked}, an "
            f"evaluator says {shares} of the replicates. At the end ({self.step_name} {self.last_step}), judged by "
            f"{judged_by}, what holds is {names[found.truth]!r}: wrong in {float(wrong.mean[place]):.0%} "
            f"({float(wrong.low[place]):.0%} to {float(wrong.high[place]):.0%})."
        )


def evaluate(
    result: Comparison | Scenario,
    evaluations: Evaluation | Sequence[Evaluation] | None = None,
    *,
    steps: Iterable[int] | int | None = None,
    replicates: int = 200,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluations:
    """Say what an evaluator would have said of each arm, who sees one replicate only, and how often wrongly.

    See `pd_sim.analysis.evaluation.judge` for the tests and for what counts as the truth.

    Parameters
    ----------
    result
        A comparison; or a scenario, which is compared first.
    evaluations
        What is evaluated and how; none: the scenario's own or, where it has none, households practising against the
        arm ``nothing`` at the last step.
    steps
        Further steps at which each evaluation is made, so that it shows whether it came too early; none: half a
        year, one, two and three years, and the last.
    replicates, seed, threads, progress
        As in ``compare``; not used with a comparison.

    Raises
    ------
    ResultError
        An evaluation after the last step, or against an arm that was not run.
    ScenarioError
        The scenario has no evaluation, and no arm ``nothing`` to compare with.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 60).set("steps", 30)
    >>> found = ps.evaluate(town, ps.Evaluation(name="early", step=10), steps=[10, 30], replicates=8)
    >>> found.frame().query("arm == 'hybrid'")["step"].tolist()
    [10, 30]
    """
    if isinstance(result, Scenario):
        result = compare(result, replicates=replicates, seed=seed, threads=threads, progress=progress)
    asked = _asked(result, evaluations)
    for e in asked:
        if e.step > result.steps:
            raise ResultError(f"evaluation {e.name!r}: step {e.step} is after the last one, {result.steps}")
    further = result.asked_steps(steps if steps is None or isinstance(steps, int) else tuple(steps))
    judged = tuple(
        judge(result, e, arm, tuple(sorted({*further, e.step} - _too_early(e))))
        for e in asked
        for arm in judged_arms(result, e)
    )
    return Evaluations(judged, result.replicates, result.steps, str(result.scenario.get("step", "week")))


def _too_early(evaluation: Evaluation) -> set[int]:
    """Steps at which what was before is not yet over."""
    return set(range(evaluation.before_step + 1)) if evaluation.versus == "before" else set()


def _asked(result: Comparison, evaluations: Evaluation | Sequence[Evaluation] | None) -> tuple[Evaluation, ...]:
    if isinstance(evaluations, Evaluation):
        return (evaluations,)
    asked = tuple(evaluations or blocks(Evaluation, result.scenario.get("evaluations"), "evaluations"))
    if asked:
        return asked
    if "nothing" not in result.arms:
        raise ScenarioError("evaluations: the scenario has none, and no arm 'nothing' to compare with; give one")
    return (Evaluation(name="practising", step=result.steps),)
