"""The verdicts evaluators would have given, as text for a terminal and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pd_sim.cli._text import paragraph, percent, table

if TYPE_CHECKING:
    from pd_sim.results import Comparison
    from pd_sim.scenario import Scenario

__all__ = ["verdict_rows", "verdict_text"]


def verdict_rows(result: Comparison, scenario: Scenario) -> list[dict[str, Any]]:
    """Give one entry for each evaluation of the scenario and arm, at the step it names.

    Evaluations that compare with an arm that was not run are left out, as are arms that were not run.
    """
    from pd_sim.studies import evaluate

    asked = []
    for evaluation in scenario.evaluations:
        arms = tuple(arm for arm in evaluation.arms or scenario.arms if arm in result.arms)
        versus = evaluation.versus
        if not arms or evaluation.step > result.steps or (versus in scenario.arms and versus not in result.arms):
            continue
        asked.append(evaluation.model_copy(update={"arms": tuple(arm for arm in arms if arm != versus)}))
    asked = [evaluation for evaluation in asked if evaluation.arms]
    if not asked:
        return []
    frame = evaluate(result, asked).frame()
    columns = ["evaluation", "arm", "versus", "measure", "step", "effect", "no_effect", "harm", "truth", "wrong"]
    return [{str(k): v for k, v in row.items()} for row in frame[frame["own"]][columns].to_dict("records")]


def verdict_text(result: Comparison, scenario: Scenario) -> str:
    """Say how often an evaluator who sees one replicate gives each verdict; empty where nobody evaluates."""
    rows = verdict_rows(result, scenario)
    if not rows:
        return ""
    about = (
        "What an evaluator would have said, who sees one replicate only: share of the replicates with each verdict, "
        f"and how often it is wrong about what holds at {scenario.step} {result.steps}."
    )
    body, last = [], ""
    for row in rows:
        name = str(row["evaluation"])
        body.append(
            [
                "" if name == last else name,
                str(row["arm"]),
                *(percent(float(row[verdict])) for verdict in ("effect", "no_effect", "harm", "wrong")),
            ]
        )
        last = name
    heads = ["evaluation", "arm", "effect", "none", "harm", "wrong"]
    return f"{paragraph(about)}\n\n{table(heads, body, 'llrrrr')}"
