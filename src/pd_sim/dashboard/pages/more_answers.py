"""More that a comparison says: money by year and payer, when support may stop."""

from __future__ import annotations

from typing import Any

import solara

from pd_sim.dashboard.live import on_one_village
from pd_sim.dashboard.looks import named
from pd_sim.dashboard.pages.hangs_on import HangsOn
from pd_sim.dashboard.pages.on_demand import OnDemand, Pick, Progress, replicates_of, too_much
from pd_sim.dashboard.pages.reach import Reached
from pd_sim.dashboard.parts import Table, Words, percent
from pd_sim.dashboard.reading import amount
from pd_sim.dashboard.tornado import ranked
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
        Reached(scenario, result, seed)


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
                amounts = [amount(by_year.get(year, 0.0)) for year in years]
                body.append([f"{named(str(arm))}: {payer} {what}", *amounts, amount(part[name].sum())])
    heads = ["", *(f"year {int(year) + 1}" for year in years), "in all"]
    return (found.prices.currency, (heads, body), found.notes), ""


# ── when support may stop ───────────────────────────────────────────────────────────────────────────────────────────


def _paid(scenario: Scenario, arm: str) -> bool:
    return any(isinstance(i, Scheduled) and i.payer == "sponsor" for i in scenario.arms[arm])


@solara.component
def _Leave(scenario: Scenario, result: Comparison, seed: int) -> None:
    arms = [arm for arm in ranked(result) if _paid(scenario, arm)]
    picked, set_arm = solara.use_state("")
    arm = picked if picked in arms else arms[0]
    replicates = replicates_of(result, 1 + result.steps // 13, 60)

    def work(progress: Progress) -> Any:
        from pd_sim.studies import earliest_leave

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
        too_much(replicates),
    ):
        Pick("Arm", arms, arm, set_arm)
