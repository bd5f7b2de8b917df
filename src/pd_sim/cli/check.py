"""``pd-sim check``: whether a scenario can be run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from pd_sim.cli._options import SEED, Case, Json, Seed, Settings
from pd_sim.cli._scenarios import loaded
from pd_sim.cli._text import paragraph, print_document
from pd_sim.errors import ScenarioError

if TYPE_CHECKING:
    from pd_sim.community import Community

__all__ = ["check"]


def check(case: Case, seed: Seed = SEED, settings: Settings = None, as_json: Json = False) -> None:
    """Check a scenario: read it, draw its community once, and say so in one line.

    A mistake is told in one line that names the field, file or row; the exit code is then 2. What can be run but can
    hardly be meant, such as a programme that starts after the last step, follows under "Mind:".

    For example:
      pd-sim check town.yaml
      pd-sim check village --set community.households=500
    """
    from pd_sim.engine import draw_community, found, village_seed
    from pd_sim.engine.contract import check_interventions
    from pd_sim.scenario.warnings import doubts

    scenario = loaded(case, settings)
    where = village_seed(scenario, seed, 0)
    community = draw_community(scenario, where)
    founded = found(scenario, where)
    for name, arm in scenario.arms.items():
        try:
            check_interventions((*scenario.threats, *arm), founded)
        except ScenarioError as error:
            raise ScenarioError(f"arms.{name}.{error}") from None
    doubted = doubts(scenario)
    if as_json:
        print_document(
            {
                "name": scenario.name,
                "hash": scenario.content_hash,
                "villages": len(community.villages),
                "households": community.n,
                "ties": _ties(community),
                "steps": scenario.steps,
                "arms": list(scenario.arms),
                "mind": list(doubted),
            }
        )
        return
    villages, ties = len(community.villages), _ties(community)
    typer.echo(
        f"{scenario.name}: ok — {community.n:,} households"
        f"{f' in {villages:,} villages' if villages > 1 else ''}, {ties:,} tie{'s' * (ties != 1)}, "
        f"arms {', '.join(scenario.arms)}, {scenario.steps} {scenario.step}s, hash {scenario.content_hash[:12]}"
    )
    if doubted:
        typer.echo("\n".join(["Mind:", *(paragraph(said, "- ", "  ") for said in doubted)]))


def _ties(community: Community) -> int:
    """Ties, a mutual one counted once."""
    halves = int(community.ties.sees.size)
    return halves // 2 if community.ties.mutual else halves
