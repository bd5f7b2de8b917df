"""Whom it reaches: the share practising in each group of households, and how far the groups lie apart."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import solara

from pd_sim.dashboard.live import on_one_village
from pd_sim.dashboard.looks import arm_look, named, plural
from pd_sim.dashboard.pages.on_demand import OnDemand, Pick, Progress, replicates_of, too_much
from pd_sim.dashboard.parts import Table, Words, percent
from pd_sim.dashboard.tornado import MANY_TIES, grouped, groupings
from pd_sim.results import Comparison, mean_interval
from pd_sim.scenario import Scenario

__all__ = ["Reached"]


@solara.component
def Reached(scenario: Scenario, result: Comparison, seed: int) -> None:
    """The card: the share practising in each group, worked out when it is asked for."""
    names = solara.use_memo(lambda: list(groupings(on_one_village(scenario), seed)), [result.hash, seed])
    by, set_by = solara.use_state(MANY_TIES)
    by = by if by in names else MANY_TIES
    replicates = replicates_of(result, len(result.arms), 60)

    def work(progress: Progress) -> Any:
        from pd_sim.studies import equity

        one, name = grouped(on_one_village(scenario), seed, by)
        return equity(one, name, replicates=replicates, seed=seed, progress=progress)

    def show(found: Any) -> None:
        gaps, groups = found.gaps(), found.frame()
        rows, shown = [], []
        for row in gaps.itertuples():
            mine = groups[groups["arm"] == row.arm]
            shares = [float(mine[mine["label"] == label]["practising"].iloc[0]) for label in found.labels]
            rows.append([named(row.arm), *map(percent, shares), _apart(found, row)])
            shown.append((str(row.arm), shares))
        sizes = [f"{label} ({size:.0f})" for label, size in zip(found.labels, found.sizes, strict=True)]
        solara.HTML(tag="div", unsafe_innerHTML=_dots(shown, found.labels, list(result.arms)))
        two = len(found.labels) == 2
        Table(["practise at the end", *sizes, " minus ".join(found.labels) if two else "gap"], rows)
        alone = float(found.isolates.mean())
        if alone:
            told = "; ".join(f"{named(row.arm)} {percent(row.isolates_reached)}" for row in gaps.itertuples())
            Words(f"Of the {alone:.0f} {plural(scenario.unit)} without ties ever practised: {told}.")
        Words(
            ("In points; in brackets where the mean lies with 95% confidence." if two else _GAP)
            + " On this village: in another, other households make up the groups.",
            classes="muted",
        )

    with OnDemand(
        "Whom does it reach?",
        f"The share practising at the end in each group, and how far the groups lie apart. {replicates} paired runs.",
        "Compare the groups",
        (result.hash, seed, by),
        work,
        show,
        too_much(replicates),
    ):
        Pick("Groups", names, by, set_by)


_GAP = (
    "The gap, in points, is that of each run between the group with most and the one with fewest practising, its mean "
    "in brackets with 95% confidence. Groups that fare alike are a few points apart in each run all the same, by luck: "
    "compare the arms with each other."
)


def _apart(found: Any, row: Any) -> str:
    """How far groups lie apart: of two the first minus the second, of more the widest gap."""
    mean, low, high = row.gap, row.gap_low, row.gap_high
    if len(found.labels) == 2:
        shares = found.shares[row.arm]["practising"]
        mean, low, high, *_ = mean_interval(shares[:, 0] - shares[:, 1])
    return f"{_tenths(mean)} ({_tenths(low)} to {_tenths(high)})"


def _tenths(share: float) -> str:
    """Points with a decimal below ten.

    Examples
    --------
    >>> _tenths(-0.031), _tenths(-0.0001), _tenths(0.31)
    ('−3.1', '0.0', '31')
    """
    points = round(100 * share, 1) + 0.0
    return (f"{points:.0f}" if abs(points) >= 10 else f"{points:.1f}").replace("-", "−")


def _dots(shown: Sequence[tuple[str, Sequence[float]]], labels: Sequence[str], arms: Sequence[str]) -> str:
    """A line for each arm with a dot for each group, as HTML: groups apart by form, numbers in the table below."""
    rows = []
    for arm, shares in shown:
        look = arm_look(arm, arms.index(arm))
        told = html.escape(", ".join(f"{label} {percent(one)}" for label, one in zip(labels, shares, strict=True)))
        low, high = 100 * min(shares), 100 * max(shares)
        dots = "".join(
            f'<span class="dot{" square" if place % 2 else ""}" style="left:{100 * one:.1f}%"></span>'
            for place, one in enumerate(shares)
        )
        rows.append(
            f'<strong>{html.escape(named(arm))}</strong><div class="track" role="img" '
            f'aria-label="{html.escape(named(arm))}: {told}" style="--day:{look.colour};--night:{look.night}">'
            f'<i class="span" style="left:{low:.1f}%;width:{high - low:.1f}%"></i>{dots}</div>'
        )
    keys = "; ".join(f"{'■' if place % 2 else '○'} {html.escape(label)}" for place, label in enumerate(labels))
    ends = '<span></span><div class="ends"><span>0%</span><span>100% practise</span></div>'
    return f'<div class="muted">{keys}</div><div class="reach">{"".join(rows)}{ends}</div>'
