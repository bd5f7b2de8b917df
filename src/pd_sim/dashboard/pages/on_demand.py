"""Answers that take long: worked out when their button is pressed, with progress, and left when asked to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import ipyvuetify
import reacton.ipyvuetify as rv
import solara
import traitlets

from pd_sim.dashboard.ensemble import StoppedError, turn
from pd_sim.dashboard.limits import MOST_WORK
from pd_sim.dashboard.looks import named
from pd_sim.dashboard.parts import Words, Wrong
from pd_sim.dashboard.worker import use_worker
from pd_sim.errors import PdSimError
from pd_sim.results import Comparison

__all__ = ["OnDemand", "Pick", "Progress", "replicates_of", "too_much"]

Progress = Callable[[int, int], None]


@solara.component
def OnDemand(
    title: str,
    about: str,
    label: str,
    key: tuple[Any, ...],
    work: Callable[[Progress], Any],
    show: Callable[[Any], None],
    refused: str = "",
    children: Any = (),
) -> None:
    """A card with an answer that is worked out when its button is pressed, can be left, and goes with its question.

    Whenever ``work`` tells how far it is, others who wait for the processors go first, and it is left when asked to.
    Where ``refused`` says why it cannot be worked out, that line stands in place of both.
    """
    wanted: solara.Reactive[Any] = solara.use_reactive(None)
    found: solara.Reactive[Any] = solara.use_reactive(None)
    wrong = solara.use_reactive("")
    done = solara.use_reactive(0.0)
    asked = wanted.value == key and not refused

    def run(cancel: threading.Event) -> None:
        if not asked:
            return
        wrong.value, done.value = "", 0.0

        try:
            with turn(cancel) as give_way:

                def went_on(part: int, whole: int) -> None:
                    if cancel.is_set():
                        raise StoppedError
                    if part / whole >= done.value + 0.01:
                        done.value = part / whole
                    give_way()

                answer = work(went_on)
            found.value = (key, answer)
        except StoppedError:
            return
        except PdSimError as error:
            wrong.value = str(error)

    use_worker(run, [asked, key])
    answered = found.value is not None and found.value[0] == key
    with solara.Div(classes=["card"]):
        Words(title, "h2")
        Words(refused or about, classes="muted")
        solara.Div(children=[] if refused else list(children))
        if asked and wrong.value:
            Wrong(wrong.value)
        elif asked and not answered:
            with solara.Div(classes=["bar"]):
                solara.Button("Cancel", icon_name="mdi-close", outlined=True, on_click=lambda: wanted.set(None))
                Words(f"{done.value:.0%} done", "span", "muted")
            rv.ProgressLinear(value=100 * done.value, attributes={"aria-label": title})
        if answered:
            show(found.value[1])
        elif not asked and not refused:
            solara.Button(label, outlined=True, on_click=lambda: wanted.set(key))


_FEWEST = 20


def replicates_of(result: Comparison, runs: int, most: int) -> int:
    """Replicates of each of so many runs that the limit on work allows."""
    households = int(result.sizes.sum(axis=1).mean())
    return min(most, 2 * MOST_WORK // max(1, households * result.steps * runs))


def too_much(replicates: int) -> str:
    """The line that refuses an answer for which too few replicates are allowed; empty: enough are."""
    if replicates >= _FEWEST:
        return ""
    return "This would take too long here: take fewer households or steps, or use the pd-sim command."


class _Choice(ipyvuetify.VuetifyTemplate):
    """One of some names, by the browser's own list: it has a name, and works by keyboard and on a phone."""

    template = traitlets.Unicode(
        """<template><label class="pick"><span>{{ label }}</span>
        <select :value="value" @change="value = $event.target.value">
        <option v-for="name in names" :key="name" :value="name">{{ name }}</option></select></label></template>"""
    ).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    names = traitlets.List([]).tag(sync=True)
    value = traitlets.Unicode("").tag(sync=True)


_STYLE = """
.pd .pick { display: block; font-size: 14px; color: var(--muted); margin: 2px 0 8px; max-width: 340px; }
.pd .pick span { display: block; }
.pd .pick select { font: inherit; font-size: 16px; width: 100%; padding: 6px 8px; border: 1px solid var(--muted);
  border-radius: 4px; background: var(--paper); color: var(--ink); appearance: auto; }
"""


@solara.component
def Pick(label: str, values: Sequence[str], value: str | None, on_value: Callable[[str], None]) -> None:
    """One of some names, as they are shown; none: an empty line that is taken."""
    names = {named(one): one for one in values}

    def chosen(name: str) -> None:
        if name in names and names[name] != value:
            on_value(names[name])

    shown = named(value) if value is not None else ""
    with solara.Div():
        solara.Style(_STYLE)
        _Choice.element(
            label=label, names=[*names] if value is not None else ["", *names], value=shown, on_value=chosen
        )
