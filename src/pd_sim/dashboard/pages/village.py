"""One village in one arm: its picture, what its forms mean, and the story of a household."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import solara

from pd_sim.dashboard.live import EVENTS, Live
from pd_sim.dashboard.looks import STAGE_LOOKS, arm_look, named
from pd_sim.dashboard.parts import Words, percent
from pd_sim.dashboard.places import Places, ties_of
from pd_sim.dashboard.session import session_of_this_tab
from pd_sim.dashboard.widgets import VillageCanvas

__all__ = ["Household", "Reel", "StageLegend", "Village"]

_EVENT_WORDS = {
    "started": ("starts to try", "start to try"),
    "took_up": ("takes it up", "take it up"),
    "gave_up": ("gives it up", "give it up"),
    "stopped": ("stops", "stop"),
    "found": ("is found", "are found"),
    "met": ("at a session", "at sessions"),
}
"""What happens to one, and to many."""

_FORMS = (
    '<circle cx="8" cy="8" r="4" fill="none" stroke-width="2"/>',
    '<circle cx="8" cy="8" r="5"/>',
    '<path d="M8 2 14 13H2Z"/>',
    '<circle cx="8" cy="8" r="6.5"/>',
    '<rect x="3" y="3" width="10" height="10" fill="none" stroke-width="2"/>',
    '<path d="M3 3 13 13M13 3 3 13" fill="none" stroke-width="2.6"/>',
)
"""Forms of the stages, as the picture draws them."""

_UNNOTICED = (
    '<circle cx="8" cy="8" r="6" fill="none" stroke="var(--stage-3)" stroke-width="2.4"/>',
    "practises unnoticed: a positive deviant",
)
_RINGS = (
    (
        '<circle cx="8" cy="8" r="7" fill="none" stroke="var(--stage-2)" stroke-width="1.4"/>',
        "at a session this {step}",
    ),
    (
        '<g stroke="var(--stage-3)" fill="none" stroke-width="2"><circle cx="8" cy="8" r="7"/><path d="M6 8h4"/></g>',
        "found this {step}",
    ),
)


@solara.component
def StageLegend(step: str, show_hidden: bool) -> None:
    """What forms and colours mean."""
    keys = [
        (f'<g fill="var(--stage-{k})" stroke="var(--stage-{k})">{form}</g>', f"{name}: {meaning}")
        for k, (form, (name, meaning)) in enumerate(zip(_FORMS, STAGE_LOOKS, strict=True))
    ]
    text = "".join(
        f'<span class="key"><svg width="16" height="16" aria-hidden="true">{picture}</svg>{html.escape(words)}</span>'
        for picture, words in (
            *keys,
            *((_UNNOTICED,) if show_hidden else ()),
            *((ring, words.format(step=step)) for ring, words in _RINGS),
        )
    )
    solara.HTML(tag="div", unsafe_innerHTML=text, classes=["legend", "stages"])


class Reel:
    """Pictures that move every week, past the renewal of a whole page, which takes longer than a week lasts."""

    def __init__(self) -> None:
        self._pictures: list[Callable[[int], None]] = []

    def add(self, picture: Callable[[int], None]) -> Callable[[], None]:
        """Show weeks in this picture too; what comes back takes it away again."""
        self._pictures.append(picture)
        return lambda: self._pictures.remove(picture)

    def show(self, week: int) -> None:
        """Show a week in every picture."""
        for picture in tuple(self._pictures):
            picture(week)


def _state(live: Live, arm: str, week: int) -> bytes:
    """A byte for every household, as the picture reads them."""
    moment = live.at(arm, week)
    met, found = (1 << EVENTS.index(name) for name in ("met", "found"))
    state = (
        moment.stage
        | np.where(moment.hidden, np.uint8(8), np.uint8(0))
        | np.where(moment.happened & met, np.uint8(16), np.uint8(0))
        | np.where(moment.happened & found, np.uint8(32), np.uint8(0))
    )
    return bytes(state.astype(np.uint8).tobytes())


@solara.component
def Village(live: Live, arm: str, places: Places, week: int, show_hidden: bool, chosen: Any, reel: Reel) -> None:
    """The picture of one arm at a week, with its share practising and what happens in that week."""
    moment, community = live.at(arm, week), live.community
    drawn_at = solara.use_memo(places.tobytes, [live])
    ties = solara.use_memo(lambda: ties_of(community).tobytes(), [live])
    look, step = arm_look(arm, live.place(arm)), live.scenario.step
    counts = [int(((moment.stage == code) & ~moment.hidden).sum()) for code in range(len(STAGE_LOOKS))]
    told = ", ".join(f"{n} {name}" for n, (name, _) in zip(counts, STAGE_LOOKS, strict=True) if n)
    events = [f"{n} {words[n != 1]}" for name, words in _EVENT_WORDS.items() if (n := moment.count(name))]
    with solara.Div(classes=["card"]):
        with solara.Div(classes=["bar"]):
            Words(named(arm), "h2")
            solara.HTML(
                tag="span",
                unsafe_innerHTML=percent(moment.practising),
                classes=["big", "right", "tone"],
                style=f"--day:{look.colour};--night:{look.night}",
            )
        Words(f"This {step}: " + (", ".join(events) if events else "nothing happens"), classes="muted events")
        picture = VillageCanvas.element(
            places=drawn_at,
            ties=ties,
            state=_state(live, arm, week),
            show_hidden=show_hidden,
            chosen=chosen.value,
            on_chosen=chosen.set,
            label=f"{named(arm)}, {step} {week}: {told}. Arrow keys choose a {live.scenario.unit}.",
            most_height=320 if len(live.arms) <= 2 else 280,
        )

    def moves() -> Callable[[], None] | None:
        try:
            widget: Any = solara.get_widget(picture)
        except KeyError:
            return None  # it has been drawn again since, and that one moves

        def show(week: int) -> None:
            widget.state = _state(live, arm, week)

        return reel.add(show)

    solara.use_effect(moves)


@solara.component
def Household(live: Live, week: int, chosen: Any) -> None:
    """Who a household is, what happened to it in every arm so far, and what if it were another."""
    session = session_of_this_tab()
    row, community, unit = chosen.value, live.community, live.scenario.unit
    name = f"{community.villages[community.village_of[row]]}/{community.names[row]}"

    def change(word: str) -> None:
        chosen.value = -1
        other = "with" if word == "without" else "without"
        session.ask(replace(session.asked.with_page(other, "").with_page(word, name), week=week))

    facts = live.facts(live.arms[0], row)
    with solara.Div(classes=["card"]):
        with solara.Div(classes=["bar"]):
            Words(f"{unit.capitalize()} {facts.pop('name')}", "h2")
            Words(
                "; ".join(fact if what in ("ties", "caution") else f"{what}: {fact}" for what, fact in facts.items()),
                classes="muted",
            )
            solara.Button("Close", icon_name="mdi-close", text=True, classes=["right"], on_click=lambda: chosen.set(-1))
        with solara.Div(classes=["bar"]):
            for word, label in (
                ("without", "What if it were not here?"),
                ("with", "What if it practised from the start?"),
            ):
                solara.Button(label, outlined=True, on_click=lambda word=word: change(word))
        with solara.Div(classes=["household"]):
            for arm in live.arms:
                with solara.Div():
                    Words(named(arm), "h3")
                    items = "".join(
                        f"<li><b>{html.escape(live.scenario.step.capitalize())} {when}</b>{html.escape(what)}</li>"
                        for when, what in live.story(arm, row)
                    )
                    solara.HTML(tag="ol", unsafe_innerHTML=items)
