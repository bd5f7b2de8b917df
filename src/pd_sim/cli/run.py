"""``pd-sim run``: one arm, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pd_sim.cli import _outputs
from pd_sim.cli._options import SEED, Case, Engine, EngineName, Json, Out, Seed, Settings, Threads
from pd_sim.cli._scenarios import loaded
from pd_sim.cli._text import count, paragraph, print_document, table
from pd_sim.errors import ScenarioError

if TYPE_CHECKING:
    from pathlib import Path

    from pd_sim.engine import Run
    from pd_sim.results import Comparison
    from pd_sim.scenario import Scenario

__all__ = ["run"]

_STAGES = ("unaware", "aware", "trying", "practising", "lapsed", "rejected")


def run(
    case: Case,
    arm: Annotated[str | None, typer.Option(help="The arm to run; needed where the case has several.")] = None,
    seed: Seed = SEED,
    engine: Engine = EngineName.compiled,
    threads: Threads = None,
    settings: Settings = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Run one arm once and count the households at each stage.

    The digest stands for the state of every household at every step: it is the same on both engines and with any
    number of threads. (One run keeps one thread busy, however many are allowed.)

    For example:
      pd-sim run village --arm bottom_up --seed 3
      pd-sim run village --arm bottom_up --seed 3 --engine mesa
      pd-sim run town.yaml --arm hybrid --out runs/one --json
    """
    from pd_sim.studies import run as run_once

    del threads
    scenario = loaded(case, settings)
    chosen = _only_arm(scenario, arm)
    if out is not None:
        _outputs.refuse(out, scenario, seed=seed, replicates=1, arms=[chosen])
    ran = run_once(scenario, chosen, seed, engine=engine.value)
    written = [] if out is None else _outputs.write(out, _as_result(ran), {"households.csv": _households(ran)})
    if as_json:
        print_document(_document(ran))
        return
    typer.echo(_told(ran))
    if written:
        typer.echo("")
        typer.echo("\n".join(f"wrote {file}" for file in written))


def _only_arm(scenario: Scenario, arm: str | None) -> str:
    if arm is None:
        if len(scenario.arms) > 1:
            raise ScenarioError(f"--arm: say which one to run; {scenario.name} has {', '.join(scenario.arms)}")
        arm = next(iter(scenario.arms))
    scenario.arm(arm)
    return arm


def _as_result(ran: Run) -> Comparison:
    """The run in the one shape of results: a comparison of one arm in one replicate."""
    import numpy as np

    from pd_sim.results import ArmResult, Comparison

    cost, amounts = ({name: values[None] for name, values in of.items()} for of in (ran.cost, ran.amounts))
    arm = ArmResult(ran.counts[None], cost, (ran.digest,), amounts)
    return Comparison(
        scenario=ran.scenario.record(),
        seed=ran.seed,
        villages=ran.community.villages,
        sizes=np.asarray(ran.community.sizes, np.int32),
        arms={ran.arm: arm},
        takeoff_share=ran.scenario.takeoff,
        hash=ran.scenario.content_hash,
    )


def _households(ran: Run) -> _outputs.Extra:
    def write(file: Path) -> None:
        ran.households().to_csv(file, index=False, lineterminator="\n")

    return write


def _document(ran: Run) -> dict[str, Any]:
    from pd_sim.results import MEASURES

    total = ran.counts.sum(axis=1)
    return {
        "name": ran.scenario.name,
        "hash": ran.scenario.content_hash,
        "arm": ran.arm,
        "seed": ran.seed,
        "engine": ran.engine,
        "digest": ran.digest,
        "steps": ran.scenario.steps,
        "villages": len(ran.community.villages),
        "households": ran.community.n,
        "counts": {measure: total[:, place].tolist() for place, measure in enumerate(MEASURES)},
        "cost": {heading: money.sum(axis=1).tolist() for heading, money in ran.cost.items()},
        "scenario": ran.scenario.record(),
    }


def _told(ran: Run) -> str:
    from pd_sim.results import MEASURES

    result = _as_result(ran)
    total = ran.counts.sum(axis=1)
    places = {measure: place for place, measure in enumerate(MEASURES)}
    rows = [
        [str(step), *(f"{total[step, places[stage]]:,}" for stage in _STAGES), f"{total[step, places['seen']]:,}"]
        for step in (0, *result.asked_steps())
    ]
    villages = len(ran.community.villages)
    where = f"{ran.community.n:,} households{f' in {villages:,} villages' if villages > 1 else ''}"
    came, took = total[-1, places["participants"]], total[:, places["attendance"]].sum()
    about = f"{total[:, places['sessions']].sum():,} sessions; {came:,} different households took {took:,} places"
    money = sum(float(spent.sum()) for spent in ran.cost.values())
    return "\n".join(
        [
            paragraph(f"{ran.scenario.name}, arm {ran.arm}, seed {ran.seed}: {where}, by stage", indent="  "),
            "",
            table([ran.scenario.step, *_STAGES, "seen"], rows, "r" * 8),
            "",
            paragraph(f"{about}{f'; cost {count(money)}' if money else ''}.", indent="  "),
            paragraph("seen: of those practising, how many do so in the open.", indent="  "),
            f"digest {ran.digest}",
        ]
    )
