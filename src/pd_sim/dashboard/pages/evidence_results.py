"""Published results and fairness, run here one by one or all, with what is expected and what came out."""

from __future__ import annotations

import base64
import html
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import reacton.ipyvuetify as rv
import solara

from pd_sim.dashboard.downloads import printed
from pd_sim.dashboard.ensemble import StoppedError, turn
from pd_sim.dashboard.evidence_words import FAIRNESS, MEANS, source_of, time_of
from pd_sim.dashboard.pages.evidence_rows import Rows
from pd_sim.dashboard.parts import Words
from pd_sim.dashboard.worker import use_worker

if TYPE_CHECKING:
    from pd_sim.validation import Published, Verdict

__all__ = ["Results", "drawn"]

_DRAWN = ("granovetter", "watts", "newman", "centola_macy", "bass")
_DOTS = 170

_found: dict[str, Verdict] = {}
"""Verdicts of the quick checks by name: with the suite's own seed the outcome is always the same, for everybody."""


@solara.component
def Results() -> None:
    """Two cards: what is published, and what fairness asks."""
    from pd_sim.validation import chosen

    results = solara.use_memo(chosen, [])
    verdicts: solara.Reactive[dict[str, Verdict]] = solara.use_reactive(dict(_found))
    queue: solara.Reactive[tuple[str, ...]] = solara.use_reactive(())
    at_work = solara.use_reactive("")

    def checked(cancel: threading.Event) -> None:
        at_work.value = ""
        try:
            for name in queue.value:
                if name not in _found:
                    at_work.value = name
                    with turn(cancel):
                        _found[name] = next(one for one in results if one.name == name).verdict(quick=True)
                if cancel.is_set():
                    return
                verdicts.value = {**verdicts.value, name: _found[name]}
        except StoppedError:
            return
        at_work.value = ""
        queue.value = ()

    use_worker(checked, [queue.value])
    published = [one for one in results if one.name not in FAIRNESS]
    fair = [one for one in results if one.name in FAIRNESS]
    with solara.Div(classes=["stack"]):
        _Card(
            "What is reproduced",
            "A simulation is believed for what it reproduces. Each of these is a published result, run with the same "
            "engine as everything else here. What is expected must lie within the 99.9% interval of what comes out.",
            published,
            verdicts.value,
            queue.value,
            at_work.value,
            queue.set,
        )
        _Card(
            "Is the comparison fair?",
            "No arm may win because of what it is called or who runs it.",
            fair,
            verdicts.value,
            queue.value,
            at_work.value,
            queue.set,
        )


@solara.component
def _Card(
    title: str,
    about: str,
    results: Sequence[Published],
    verdicts: dict[str, Verdict],
    queue: tuple[str, ...],
    at_work: str,
    ask: Callable[[tuple[str, ...]], None],
) -> None:
    todo = tuple(one.name for one in results if one.name not in verdicts)
    mine = [name for name in queue if name in [one.name for one in results]]
    passed = [one for one in results if one.name in verdicts and verdicts[one.name].passed]
    with solara.Div(classes=["card"]):
        Words(title, "h2")
        Words(about, classes="muted")
        with solara.Div(classes=["bar"]):
            if mine:
                done = sum(name in verdicts for name in mine)
                solara.Button("Cancel", icon_name="mdi-close", outlined=True, on_click=lambda: ask(()))
                rv.ProgressLinear(
                    value=100 * done / len(mine),
                    height=8,
                    attributes={"aria-label": f"{title}: checks done"},
                    style_="max-width: 320px",
                )
                Words(f"{done} of {len(mine)} checked; one that has begun is finished", "span", "muted")
            elif todo:
                solara.Button("Check all of them, quickly", classes=["go-now"], on_click=lambda: ask(todo))
                Words("about half a minute", "span", "muted")
            if not mine and verdicts and len(passed) + len(todo) <= len(results):
                checked = len(results) - len(todo)
                if checked:
                    Words(f"{len(passed)} of {checked} checked here came out as they must.", "span", "rows-all")
        for one in results:
            _Result(one, verdicts.get(one.name), at_work == one.name, bool(queue), ask).key(one.name)


@solara.component
def _Result(
    result: Published, verdict: Verdict | None, busy: bool, waits: bool, ask: Callable[[tuple[str, ...]], None]
) -> None:
    with solara.Div(classes=["proof"]):
        _Chip(verdict, busy)
        with solara.Div(classes=["proof-words"]):
            Words(MEANS.get(result.name, result.title), "p", "proof-means")
            Words(f"{result.title} — {source_of(result.name, result.source)}", "p", "muted")
            if verdict is not None:
                _Checks(result, verdict)
        if verdict is None:
            solara.Button(
                "Check",
                outlined=True,
                disabled=waits,
                on_click=lambda: ask((result.name,)),
                attributes={"aria-label": f"Check: {result.title} ({time_of(result.name)})"},
            )


@solara.component
def _Chip(verdict: Verdict | None, busy: bool) -> None:
    if verdict is None:
        kind, text = ("busy", "running…") if busy else ("open", "not run yet")
    elif verdict.passed:
        kind, text = "yes", "✓ comes out"
    else:
        kind, text = "no", "✕ does not come out"
    Words(text, "div", f"proof-chip proof-{kind}")


@solara.component
def _Checks(result: Published, verdict: Verdict) -> None:
    shown, set_shown = solara.use_state(False)
    passed = sum(check.passed for check in verdict.checks)
    with solara.Div():
        Rows(
            ["what", "expected", "came out", "99.9% interval", "verdict"],
            [
                [
                    check.what + (f" ({check.note})" if check.note else ""),
                    check.expected,
                    check.got,
                    check.interval,
                    "✓" if check.passed else f"✕ {check.why}",
                ]
                for check in verdict.checks
            ],
            f"{passed} of {len(verdict.checks)} figures as expected",
        )
        planted = "; ".join(result.controls.values())
        Words(f"Planted errors that make it fail: {planted}.", classes="muted")
        if result.name in _DRAWN and verdict.data:
            solara.Button(
                "Hide the figure" if shown else "Show the figure",
                icon_name="mdi-chart-line",
                text=True,
                on_click=lambda: set_shown(not shown),
                attributes={"aria-expanded": str(shown).lower(), "aria-label": f"Figure: {result.title}"},
            )
            if shown:
                _Figure(result.name, result.title, verdict.data)


@solara.component
def _Figure(name: str, title: str, data: Any) -> None:
    picture = solara.use_memo(lambda: base64.b64encode(drawn(name, data)).decode(), [name])
    solara.HTML(
        tag="div",
        unsafe_innerHTML=f'<img class="proof-figure" alt="{html.escape(title)}: figure, theory beside what came out" '
        f'src="data:image/png;base64,{picture}">',
    )


def drawn(name: str, data: Any) -> bytes:
    """The figure of a published result as PNG."""
    from pd_sim import figures

    return printed(lambda: figures.published(name, data), ".png", _DOTS)
