"""Map: which arm leads where, over certainty and agreement; a point opens in Watch."""

from __future__ import annotations

import html
import threading
from typing import Any

import numpy as np
import solara

from pd_sim.dashboard.asked import understood
from pd_sim.dashboard.ensemble import one_at_a_time
from pd_sim.dashboard.limits import check_size
from pd_sim.dashboard.looks import arm_look, named
from pd_sim.dashboard.parts import Table, Words, Wrong
from pd_sim.dashboard.session import session_of_this_tab
from pd_sim.engine import draw_community, village_seed
from pd_sim.errors import PdSimError

__all__ = ["RegimeMap"]

_POINTS, _REPLICATES, _MOST_WORK = 7, 20, 800_000_000


class _LeftError(Exception):
    """The page was left, or asks for something else."""


@solara.component
def RegimeMap() -> None:
    """The page: a map of 49 points, each some paired runs, for the scenario that is asked for."""
    from pd_sim.studies import Regimes

    session = session_of_this_tab()
    found: solara.Reactive[Regimes | None] = solara.use_reactive(None)
    wrong, done, wanted = solara.use_reactive(""), solara.use_reactive(0.0), solara.use_reactive(False)
    step = solara.use_reactive(104)

    def drawn(cancel: threading.Event) -> None:
        if not wanted.value:
            return
        from pd_sim.studies import regimes

        scenario, line = understood(session.asked)
        wrong.value, found.value = line, None
        if scenario is None:
            return

        def went_on(at: int, total: int) -> None:
            done.value = at / total
            if cancel.is_set():
                raise _LeftError

        try:
            households = draw_community(scenario, village_seed(scenario, session.asked.seed, 0)).n
            check_size(scenario, households)
            at = min(step.value, scenario.steps)
            work = households * at * len(scenario.arms) * _POINTS**2 * _REPLICATES
            replicates = max(4, _REPLICATES * min(1.0, _MOST_WORK / max(work, 1)))
            with one_at_a_time:
                found.value = regimes(
                    scenario,
                    step=at,
                    grid=(_POINTS, _POINTS),
                    replicates=int(replicates),
                    seed=session.asked.seed,
                    progress=went_on,
                )
        except _LeftError:
            return
        except PdSimError as error:
            wrong.value = str(error)

    asked = (session.asked.case, session.asked.own, session.asked.settings, session.asked.seed)
    solara.use_thread(drawn, dependencies=[wanted.value, step.value, asked], intrusive_cancel=False)
    with solara.Div(classes=["card"]):
        Words("Which arm leads where", "h2")
        Words(
            "Across: how surely an outside solution fits and can be told. Upwards: how many agree that this is a "
            "problem and want it solved. Each point is a set of paired runs; where the lead is not clear it says so.",
            classes="muted",
        )
        with solara.Div(classes=["bar"]):
            solara.Button(
                "Draw the map" if not wanted.value else "Stop",
                color="primary",
                on_click=lambda: wanted.set(not wanted.value),
            )
            with solara.Div(style={"flex": "1 1 220px", "max-width": "420px"}):
                solara.SliderInt("at step", value=step, min=13, max=156, step=13)
        if wanted.value and found.value is None and not wrong.value:
            solara.ProgressLinear(value=100 * done.value)
            Words(f"{done.value:.0%} of the points", classes="muted")
        if wrong.value:
            Wrong(wrong.value)
        if found.value is not None:
            _Drawn(found.value)


@solara.component
def _Drawn(found: Any) -> None:
    session = session_of_this_tab()
    frame = found.frame()
    first, second = found.x, found.y
    arms = list(dict.fromkeys(frame["leader"]))
    columns = sorted(frame[first].unique())
    with (
        solara.Div(classes=["wide"]),
        solara.Div(
            style={
                "display": "grid",
                "grid-template-columns": f"64px repeat({len(columns)}, minmax(34px, 1fr))",
                "gap": "3px",
                "max-width": "760px",
            }
        ),
    ):
        for height in sorted(frame[second].unique(), reverse=True):
            Words(f"{height:.0%}", classes="muted")
            for across in columns:
                cell = frame[np.isclose(frame[first], across) & np.isclose(frame[second], height)].iloc[0]
                _Cell(cell, arms, first, second, session)
        Words("", classes="muted")
        for across in columns:
            Words(f"{across:.0%}", classes="muted")
    Words(
        f"Across: {first}. Upwards: {second}. Step {found.step}, {found.replicates} replicates a point.",
        classes="muted",
    )
    shares = found.shares()
    Table(["leads", "of the map"], [[named(arm), f"{share:.0%}"] for arm, share in shares.items()])
    Words(
        "A point shows a way of helping that leads under the assumptions of this scenario, not the better way as such: "
        "a hub that goes on by itself, and positive deviants whose solution fits, decide much of it.",
        classes="muted",
    )


@solara.component
def _Cell(cell: Any, arms: list[str], first: str, second: str, session: Any) -> None:
    leader = str(cell["leader"])
    look = arm_look(leader, arms.index(leader))
    undecided = leader == "undecided"
    lead = 0.0 if undecided else float(cell["lead"])

    def show() -> None:
        asked = session.asked
        for axis in (first, second):
            asked = asked.with_page(axis, f"{cell[axis]:g}")
        session.go("/", asked)

    label = f"{first} {cell[first]:.0%}, {second} {cell[second]:.0%}: " + (
        "too close to call" if undecided else f"{named(leader)} leads by {100 * lead:.0f} points"
    )
    solara.Button(
        "?" if undecided else f"{100 * lead:.0f}",
        on_click=show,
        style={"background-color": "#8b949e" if undecided else look.colour, "color": "white", "min-width": "34px"},
        attributes={"aria-label": html.escape(label), "title": html.escape(label)},
        small=True,
    )
