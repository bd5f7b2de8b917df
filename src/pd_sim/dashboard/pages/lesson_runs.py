"""What all steps of a lesson share: its runs, their progress, the marks and curves of its sides, the way to Watch."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import reacton.ipyvuetify as rv
import solara

from pd_sim.dashboard.ensemble import StoppedError
from pd_sim.dashboard.guesses import Guess, points_of
from pd_sim.dashboard.lessons import Outcome, Side, look_of, worked_out
from pd_sim.dashboard.parts import Words, Wrong, as_bytes, percent
from pd_sim.dashboard.session import Session
from pd_sim.dashboard.widgets import CurvesCanvas
from pd_sim.dashboard.worker import use_worker
from pd_sim.errors import PdSimError

__all__ = ["Awaited", "Drawn", "Heading", "Keys", "Runs", "WatchIt", "use_runs"]


@dataclass(frozen=True)
class Runs:
    """Runs of some sides: what came of them, or how far they are, and how to leave them or start again."""

    outcomes: tuple[Outcome, ...]
    done: float
    wrong: str
    wanted: bool
    want: Callable[[bool], None]


def use_runs(sides: Sequence[Side], seed: int, key: str) -> Runs:
    """Run sides in the background, one after the other, so that other tabs wait for one of them at most."""
    found: solara.Reactive[Any] = solara.use_reactive(("", -1, ()))
    done = solara.use_reactive(0.0)
    wrong = solara.use_reactive("")
    wanted = solara.use_reactive(True)

    def run(cancel: threading.Event) -> None:
        if not wanted.value or not sides or found.value[:2] == (key, seed):
            return
        wrong.value, done.value = "", 0.0
        outcomes: tuple[Outcome, ...] = ()

        def went_on(part: int, whole: int) -> None:
            share = (len(outcomes) + part / whole) / len(sides)
            if share >= done.value + 0.02:
                done.value = share

        try:
            for one in sides:
                outcomes = (*outcomes, worked_out(one, seed, cancel, went_on))
        except StoppedError:
            return
        except PdSimError as error:
            wrong.value = str(error)
            return
        found.value = (key, seed, outcomes)

    use_worker(run, [key, seed, wanted.value])
    there = found.value[2] if found.value[:2] == (key, seed) else ()
    return Runs(there, done.value, wrong.value, wanted.value, wanted.set)


@solara.component
def Awaited(runs: Runs, what: str) -> None:
    """How far the runs are, and how to leave them; or how to start them again."""
    with solara.Div(classes=["stack"]):
        if runs.wrong:
            Wrong(runs.wrong)
        elif runs.wanted:
            with solara.Div(classes=["bar"]):
                Words(f"{what}: {runs.done:.0%} done", "span")
                solara.Button("Cancel", icon_name="mdi-close", outlined=True, on_click=lambda: runs.want(False))
            rv.ProgressLinear(value=100 * runs.done, attributes={"aria-label": what})
        else:
            with solara.Div(classes=["bar"]):
                Words("Left before it was done.", "span")
                solara.Button("Run it", outlined=True, on_click=lambda: runs.want(True))


@solara.component
def Keys(sides: Sequence[Side], outcomes: Sequence[Outcome] = (), short: bool = False) -> None:
    """Names of the sides with their colour and dashes, and what came of them."""
    parts = []
    for place, side in enumerate(sides):
        look = look_of(sides, place)
        dash = " ".join(str(length) for length in look.dash)
        line = (
            f'<svg width="44" height="10" aria-hidden="true"><line x1="1" x2="43" y1="5" y2="5" '
            f'stroke-dasharray="{dash}"/></svg>'
        )
        end = f" <strong>{percent(outcomes[place].end)}</strong>" if outcomes else ""
        parts.append(
            f'<span class="tone" style="--day:{look.colour};--night:{look.night}">{line} '
            f"{html.escape((short and side.short) or side.name)}{end}</span>"
        )
    solara.HTML(tag="div", unsafe_innerHTML="".join(parts), classes=["keys"])


@solara.component
def Drawn(
    sides: Sequence[Side],
    outcomes: Sequence[Outcome] = (),
    guesses: Sequence[Guess] = (),
    *,
    what: str,
    last: int,
    step_name: str,
    share: float,
    reveal: int = 0,
    replay: int = 0,
    draws: str = "",
    drawn: Any = None,
    on_drawn: Any = None,
) -> None:
    """Curves of the sides, older guesses as faint dotted lines; or a sheet to draw a guess on."""
    lines: list[dict[str, Any]] = []
    told = []
    for place, side in enumerate(sides):
        look = look_of(sides, place)
        line: dict[str, Any] = {"name": side.name, "label": side.short or side.name, "dash": list(look.dash)}
        line |= {"colour": look.colour, "night": look.night}
        if outcomes:
            outcome = outcomes[place]
            line |= {part: as_bytes(getattr(outcome, part)) for part in ("mean", "low", "high")}
            told.append(f"{side.name} ends at {percent(outcome.end)}")
        lines.append(line)
    faint = [
        {"name": side.name, "points": points_of(guess.curve(place), last)}
        for guess in guesses
        for place, side in enumerate(sides)
        if guess.curve(place)
    ]
    CurvesCanvas.element(
        lines=lines,
        last=last,
        step_name=step_name,
        label=f"{what}: {'; '.join(told)}" if told else what,
        big=True,
        most_height=900,
        most_share=share,
        reveal=reveal,
        replay=replay,
        faint=faint,
        draws=draws,
        drawn=drawn or {},
        **({"on_drawn": on_drawn} if on_drawn is not None else {}),
    )


@solara.component
def Heading(words: str, step: int) -> None:
    """What a step of the lesson is about; it takes the focus when the step, counted from 0, is shown."""
    solara.HTML(
        tag="h2",
        unsafe_innerHTML=html.escape(words),
        classes=["question"],
        attributes={"tabindex": "-1", "data-step-heading": str(step)},
    )


@solara.component
def WatchIt(session: Session, sides: Sequence[tuple[str, Side]]) -> None:
    """A button for every side that opens it on the page Watch; guesses and step of the lesson are kept."""
    kept = tuple(pair for pair in session.asked.page if pair[0] in ("lesson", "step") or pair[0].startswith("guess-"))
    with solara.Div(classes=["bar"]):
        Words("Watch it:", "span", "muted")
        for label, side in sides:
            if side.asked is not None:
                there = replace(side.asked, seed=session.asked.seed, page=kept)
                solara.Button(
                    label,
                    icon_name="mdi-play",
                    outlined=True,
                    on_click=lambda there=there: session.go("/", there),
                )


def as_wholes(values: Any) -> bytes:
    """Whole numbers as the square of people reads them."""
    return np.ascontiguousarray(values, np.int16).tobytes()
