"""The pictures that go with a comparison: curves, the network at five moments, what the gap is made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pd_sim.cli._outputs import Extra

if TYPE_CHECKING:
    from pd_sim.results import Comparison
    from pd_sim.scenario import Scenario
    from pd_sim.studies import Decomposition

__all__ = ["curves", "decomposition", "gap_of", "network", "told"]

MOST_DRAWN = 1_000
"""Households of a village above which no network is drawn; it would be a blot."""

_MOMENTS = 5


def curves(result: Comparison, scenario: Scenario) -> Extra:
    """Write the curves of all arms with their bands."""

    def write(file: Path) -> None:
        from pd_sim import figures

        figures.save(figures.curves(result, unit=f"{scenario.step}s"), file)

    return write


def network(result: Comparison, scenario: Scenario) -> Extra | None:
    """Write the first replicate's largest village at five moments in every arm; none where it is too large to draw."""
    import numpy as np

    from pd_sim.studies import run

    runs = {arm: run(scenario, arm, result.seed) for arm in result.arms}
    community = next(iter(runs.values())).community
    village = int(np.argmax(community.sizes))
    rows = slice(int(community.start[village]), int(community.start[village + 1]))
    if rows.stop - rows.start > MOST_DRAWN:
        return None
    source = np.repeat(np.arange(community.n), np.diff(community.ties.sees_start))
    pairs = np.sort(np.stack([source, community.ties.sees], axis=1), axis=1)
    pairs = np.unique(pairs[(pairs[:, 0] >= rows.start) & (pairs[:, 1] < rows.stop)], axis=0) - rows.start
    moments = tuple(int(step) for step in np.unique(np.linspace(0, result.steps, _MOMENTS).round()))

    def write(file: Path) -> None:
        from pd_sim import figures

        snapshots = figures.Snapshots(
            positions=figures.layout(rows.stop - rows.start, pairs),
            ties=pairs,
            moments=moments,
            stages={arm: one.history.stage[list(moments), rows] for arm, one in runs.items()},
            hidden={arm: one.history.hidden[list(moments), rows] for arm, one in runs.items()},
        )
        figures.save(figures.network(snapshots, unit=f"{scenario.step}s"), file)

    return write


def gap_of(result: Comparison, scenario: Scenario) -> tuple[str, str] | None:
    """Choose the gap that is told in parts: bottom-up against top-down, else the first arm against the last at the end.

    Arms in which nothing is done are left out; with fewer than two others there is no such gap.
    """
    acting = [arm for arm in result.arms if scenario.arms[arm]]
    if {"bottom_up", "top_down"} <= set(acting):
        return "bottom_up", "top_down"
    ranked = sorted(acting, key=lambda arm: -float(result.series(arm)[:, -1].mean()))
    return (ranked[0], ranked[-1]) if len(ranked) > 1 else None


def decomposition(parts: Decomposition, scenario: Scenario) -> Extra:
    """Write the parts of a gap as bars."""

    def write(file: Path) -> None:
        from pd_sim import figures

        title = f"What the lead of {_said(parts.arm)} over {_said(parts.versus)} is made of"
        about = (
            f"Shapley values of the gap in households practising at {scenario.step} {parts.step}; "
            f"{parts.replicates} replicates, bars with 95% intervals."
        )
        figures.save(figures.decomposition(parts.frame(), title, about), file)

    return write


def told(result: Comparison, scenario: Scenario) -> Extra:
    """Write what is told of a case beside what was simulated."""

    def write(file: Path) -> None:
        from pd_sim import figures
        from pd_sim.analysis import told as beside

        rows = beside(result, [t for t in scenario.targets if not t.arm or t.arm in result.arms])
        figures.save(figures.told(rows, f"{scenario.title or scenario.name}: told and simulated"), file)

    return write


def _said(arm: str) -> str:
    return arm.replace("_", "-")
