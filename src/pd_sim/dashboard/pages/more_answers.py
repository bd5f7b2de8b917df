"""More that a comparison says: money by year and payer, when support may stop, whom it reaches."""

from __future__ import annotations

import threading
from typing import Any

import solara

from pd_sim.dashboard.live import on_one_village
from pd_sim.dashboard.looks import named
from pd_sim.dashboard.pages.hangs_on import HangsOn
from pd_sim.dashboard.pages.on_demand import OnDemand, Pick, Progress, replicates_of, turn
from pd_sim.dashboard.parts import Table, Words, percent
from pd_sim.dashboard.tornado import MANY_TIES, grouped, groupings, ranked
from pd_sim.errors import PdSimError
from pd_sim.interventions import Scheduled
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario

__all__ = ["MoreAnswers"]


@solara.component
def MoreAnswers(scenario: Scenario, result: Comparison, seed: int) -> None:
    """The cards under the curves; what takes long is worked out when it is asked for."""
    with solara.Div(classes=["stack"]):
        if any(amounts.any() for arm in result.arms.values() for amounts in arm.cost.values()):
            _Money(scenario, result)
        if any(_paid(scenario, arm) for arm in result.arms):
            _Leave(scenario, result, seed)
        if len(result.arms) > 1:
            HangsOn(scenario, result, seed)
        _Reached(scenario, result, seed)


# ── money ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@solara.component
def _Money(scenario: Scenario, result: Comparison) -> None:
    found, wrong = solara.use_memo(lambda: _money(scenario, result), [result])
    with solara.Div(classes=["card"]):
        Words("What it costs", "h2")
        if wrong:
            Words(wrong, classes="muted")
            return
        currency, (heads, body), notes = found
        Words(f"{currency} as it is paid, by year and payer, mean of the runs.", classes="muted")
        Table(heads, body)
        for note in notes:
            Words(note, classes="muted")


def _money(scenario: Scenario, result: Comparison) -> tuple[Any, str]:
    """Currency, cash by year and payer, and notes; or the line that says why there is none."""
    from pd_sim.studies import economics

    try:
        found = economics(result, scenario)
    except PdSimError as error:
        return None, str(error)
    cash = found.cash()
    years = sorted(cash["year"].unique())
    body = []
    for (arm, payer), part in cash.groupby(["arm", "payer"], sort=False):
        for name, what in (("spent", "pays"), ("avoided", "is spared")):
            if part[name].any():
                by_year = dict(zip(part["year"], part[name], strict=True))
                amounts = [_money_words(by_year.get(year, 0.0)) for year in years]
                body.append([f"{named(str(arm))}: {payer} {what}", *amounts, _money_words(part[name].sum())])
    heads = ["", *(f"year {int(year) + 1}" for year in years), "in all"]
    return (found.prices.currency, (heads, body), found.notes), ""


def _money_words(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 or value == 0 else f"{value:,.2f}"


# ── when support may stop ───────────────────────────────────────────────────────────────────────────────────────────


def _paid(scenario: Scenario, arm: str) -> bool:
    return any(isinstance(i, Scheduled) and i.payer == "sponsor" for i in scenario.arms[arm])


@solara.component
def _Leave(scenario: Scenario, result: Comparison, seed: int) -> None:
    arms = [arm for arm in ranked(result) if _paid(scenario, arm)]
    picked, set_arm = solara.use_state("")
    arm = picked if picked in arms else arms[0]
    replicates = replicates_of(result, 1 + result.steps // 13, 60)

    def work(progress: Progress, cancel: threading.Event) -> Any:
        from pd_sim.studies import earliest_leave

        with turn(cancel):
            return earliest_leave(on_one_village(scenario), arm, replicates=replicates, seed=seed, progress=progress)

    def show(found: Any) -> None:
        frame = found.frame()
        if found.step is None:
            line = f"{named(arm)}: at none of the {scenario.step}s tried can the sponsor leave."
        else:
            line = f"{named(arm)}: the sponsor can leave at {scenario.step} {found.step}."
        Words(line, classes="said")
        rows = [
            [f"{row.leaves_at}", percent(row.left), percent(row.enough), "yes" if row.suffices else "no"]
            for row in frame.itertuples()
        ]
        heads = [f"leaves at {scenario.step}", "left of the practice", "enough left in", "may leave"]
        Table(heads, rows, f"Every {scenario.step} tried")
        Words(f"With the sponsor staying, {percent(found.supported)} practise at the end.", classes="muted")

    with OnDemand(
        "When may support stop?",
        "All that the sponsor pays for ends at one moment after the other. It may end where, from then on, at least "
        f"80% of the practice is left at the end in 4 of 5 runs. {replicates} paired runs each.",
        "Find the moment",
        (result.hash, seed, arm),
        work,
        show,
    ):
        Pick("Arm", arms, arm, set_arm)


# ── who is reached ──────────────────────────────────────────────────────────────────────────────────────────────────


@solara.component
def _Reached(scenario: Scenario, result: Comparison, seed: int) -> None:
    names = solara.use_memo(lambda: list(groupings(on_one_village(scenario), seed)), [result.hash, seed])
    by, set_by = solara.use_state(MANY_TIES)
    by = by if by in names else MANY_TIES
    replicates = replicates_of(result, len(result.arms), 60)

    def work(progress: Progress, cancel: threading.Event) -> Any:
        from pd_sim.studies import equity

        one, name = grouped(on_one_village(scenario), seed, by)
        with turn(cancel):
            return equity(one, name, replicates=replicates, seed=seed, progress=progress)

    def show(found: Any) -> None:
        gaps, groups = found.gaps(), found.frame()
        rows = []
        for row in gaps.itertuples():
            mine = groups[groups["arm"] == row.arm]
            shares = [percent(mine[mine["label"] == label]["practising"].iloc[0]) for label in found.labels]
            rows.append([named(row.arm), *shares, _apart(row)])
        sizes = [f"{label} ({size:.0f})" for label, size in zip(found.labels, found.sizes, strict=True)]
        Table(["practise at the end", *sizes, "gap in points"], rows)
        alone = float(found.isolates.mean())
        if alone:
            told = "; ".join(f"{named(row.arm)} {percent(row.isolates_reached)}" for row in gaps.itertuples())
            Words(f"Of the {alone:.0f} {scenario.unit}s without ties ever practised: {told}.")
        Words(
            "The gap is taken in each run, between the group with most and the one with fewest practising: it is never "
            "below 0, and above it by luck alone.",
            classes="muted",
        )

    with OnDemand(
        "Whom does it reach?",
        f"The share practising at the end in each group, and how far the groups lie apart. {replicates} paired runs.",
        "Compare the groups",
        (result.hash, seed, by),
        work,
        show,
    ):
        Pick("Groups", names, by, set_by)


def _apart(row: Any) -> str:
    return f"{100 * row.gap:.0f} ({100 * row.gap_low:.0f} to {100 * row.gap_high:.0f})"
