"""``pd-sim cases``: what comes along."""

from __future__ import annotations

import typer

from pd_sim.cli._options import Json
from pd_sim.cli._text import paragraph, print_document

__all__ = ["cases"]


def cases(as_json: Json = False) -> None:
    """List the cases that come with pd-sim, a line each: what is told of a place, or a lesson.

    For example:
      pd-sim cases
      pd-sim cases --json
    """
    from pd_sim.scenario import Scenario, case_names

    found = [Scenario.load(name) for name in case_names()]
    if as_json:
        print_document(
            [
                {
                    "name": case.name,
                    "title": case.title,
                    "arms": list(case.arms),
                    "steps": case.steps,
                    "step": case.step,
                    "unit": case.unit,
                    "targets": len(case.targets),
                    "uncontrolled": sum(not target.controlled for target in case.targets),
                }
                for case in found
            ]
        )
        return
    widest = max(len(case.name) for case in found)
    for case in found:
        typer.echo(paragraph(case.title, f"{case.name.ljust(widest)}  ", " " * (widest + 2)))
    typer.echo("")
    typer.echo("See one with pd-sim show NAME, compare its arms with pd-sim compare NAME.")
