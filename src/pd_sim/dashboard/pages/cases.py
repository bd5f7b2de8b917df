"""Cases: a card each; one that is opened shows what is told of it beside what is simulated."""

from __future__ import annotations

import solara

from pd_sim.dashboard.asked import LEFT_OUT
from pd_sim.dashboard.limits import replicates_for
from pd_sim.dashboard.live import on_one_village
from pd_sim.dashboard.looks import plural
from pd_sim.dashboard.pages.case_told import CaseTold, Places
from pd_sim.dashboard.parts import Words, Wrong
from pd_sim.dashboard.session import session_of_this_tab
from pd_sim.dashboard.told_words import control, in_short, seconds_for
from pd_sim.engine import draw_community, village_seed
from pd_sim.scenario import Scenario, case_names

__all__ = ["Cases"]

_OPENED = "case-opened"


@solara.component
def Cases() -> None:
    """The page: all cases, or the one that was opened."""
    session = session_of_this_tab()
    cases = solara.use_memo(lambda: {name: Scenario.load(name) for name in case_names()}, [])
    opened = session.asked.on_page(_OPENED)
    if opened in cases:
        case = cases[opened]
        CaseTold(
            case,
            session,
            in_short(case.about)[1],
            _seconds(case),
            lambda: session.ask(session.asked.with_page(_OPENED, "")),
        ).key(opened)
        return
    if opened:
        Wrong(f"{LEFT_OUT}p-{_OPENED} {opened[:40]!r}: there is no such case")
    Words(
        "Cases as the people who ran them tell them. Most had no control group, so a figure told is no proof; beside "
        "it stands what this model gives for the same case, and what was fitted to it.",
        classes="muted",
    )
    with solara.Div(classes=["case-cards"]):
        for case in cases.values():
            _Case(case)


def _households(case: Scenario) -> int:
    one = on_one_village(case)
    return draw_community(one, village_seed(one, 1, 0)).n


def _seconds(case: Scenario) -> str:
    households = _households(case)
    return seconds_for(case, households, replicates_for(case, households))


@solara.component
def _Case(case: Scenario) -> None:
    session = session_of_this_tab()
    more = solara.use_reactive(False)
    households = solara.use_memo(lambda: _households(case), [])
    short, whole = in_short(case.about)
    figures = len(case.targets)
    with solara.Div(classes=["card", "case-card"]):
        Words(case.title or case.name, "h2")
        with solara.Div(classes=["case-tags"]):
            Words(f"{households:,} {plural(case.unit)}", "span", "case-tag")
            Words(f"{case.steps} {case.step}s", "span", "case-tag")
            Words(control(case), "span", "case-tag case-control")
        if more.value:
            for paragraph in whole.split("\n\n"):
                Words(paragraph.replace("\n", " "))
        else:
            Words(short)
        if len(whole) > len(short) + 40:
            solara.Button(
                "Less" if more.value else "More",
                text=True,
                small=True,
                on_click=lambda: more.set(not more.value),
                attributes={
                    "aria-expanded": str(more.value).lower(),
                    "aria-label": f"{'Less' if more.value else 'More'} of {case.title or case.name}",
                },
            )
        with solara.Div(classes=["bar", "case-doors"]):
            if figures:
                solara.Button(
                    "Told beside simulated",
                    classes=["go-now"],
                    on_click=lambda: session.ask(session.asked.with_page(_OPENED, case.name)),
                    attributes={"aria-label": f"Told beside simulated: {case.title or case.name}"},
                )
            Places(session, case)
