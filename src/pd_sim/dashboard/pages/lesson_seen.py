"""The last two steps of a lesson: what happens, beside what the room guessed; and what would turn it round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import solara

from pd_sim.dashboard.guesses import Guess, middle, nearest, table, told
from pd_sim.dashboard.lessons import Lesson, Outcome, Side, look_of
from pd_sim.dashboard.pages.lesson_crowd import ChangeOne, Squares
from pd_sim.dashboard.pages.lesson_runs import Awaited, Drawn, Heading, Keys, Runs, WatchIt, use_runs
from pd_sim.dashboard.parts import Table, Words, percent
from pd_sim.dashboard.reading import in_points
from pd_sim.dashboard.session import session_of_this_tab
from pd_sim.dashboard.widgets.room import StripsCanvas, TakePicture

__all__ = ["Seen", "TurnRound"]

REVEAL = 3000
"""Milliseconds over which the curves come up."""


@solara.component
def Seen(lesson: Lesson, sides: Sequence[Side], runs: Runs, guesses: Sequence[Guess]) -> None:
    """What happens, as it comes up, and how far off the room was."""
    replay = solara.use_reactive(0)
    outcomes = runs.outcomes
    if not outcomes:
        Awaited(runs, "Working it out")
        return
    names = [side.short or side.name for side in sides]
    crowd = lesson.key == "small"
    reveal = 2 * REVEAL if crowd else REVEAL
    _TakeHome(lesson, sides, outcomes, guesses, names, replay)
    with solara.Div(classes=["wider-left"]):
        with solara.Div(classes=["stack"]):
            if crowd:
                Squares(reveal, replay.value)
            else:
                Keys(sides)
                _Curves(lesson, sides, outcomes, guesses, 0.5, reveal, replay.value)
        with solara.Div(classes=["stack"]):
            _Strips(sides, outcomes, guesses, reveal, replay.value)
            if crowd:
                _Curves(lesson, sides, outcomes, guesses, 0.2, reveal, replay.value)
            if guesses:
                Words(
                    told(guesses, outcomes, names) + " " + nearest(guesses, outcomes),
                    classes="off later" if crowd else "off late",
                )
    with solara.Div(classes=["cards", "take-home", "later" if crowd else "late"]):
        for words in lesson.reveals:
            Words(words, classes="said")
    _Numbers(sides, outcomes, guesses)


@solara.component
def _Curves(
    lesson: Lesson,
    sides: Sequence[Side],
    outcomes: Sequence[Outcome],
    guesses: Sequence[Guess],
    share: float,
    reveal: int,
    replay: int = 0,
) -> None:
    """The curves, as high as so large a share of the screen at most."""
    scenario = sides[0].scenario
    Drawn(
        sides,
        outcomes,
        guesses,
        what=lesson.doing,
        last=scenario.steps,
        step_name=f"{scenario.step}s",
        share=share,
        reveal=reveal,
        replay=replay,
    )


@solara.component
def _TakeHome(
    lesson: Lesson,
    sides: Sequence[Side],
    outcomes: Sequence[Outcome],
    guesses: Sequence[Guess],
    names: Sequence[str],
    replay: Any,
) -> None:
    lines = [told(guesses, outcomes, names), nearest(guesses, outcomes)] if guesses else []
    found = {side.name: outcome for side, outcome in zip(sides, outcomes, strict=True)}
    with solara.Div(classes=["bar", "beside-heading"]):
        solara.Button(
            "Play again", icon_name="mdi-replay", outlined=True, on_click=lambda: replay.set(replay.value + 1)
        )
        TakePicture.element(name=f"lesson_{lesson.key}", title=lesson.title, lines=lines)
        solara.FileDownload(
            lambda: table(guesses, found),
            f"lesson_{lesson.key}.csv",
            label="Guesses (CSV)",
            icon_name="mdi-download",
            mime_type="text/csv",
        )


@solara.component
def _Strips(
    sides: Sequence[Side], outcomes: Sequence[Outcome], guesses: Sequence[Guess], reveal: int, replay: int
) -> None:
    strips: list[dict[str, Any]] = []
    said = []
    spread = any(outcome.span[1] - outcome.span[0] > 0.005 for outcome in outcomes)
    for place, (side, outcome) in enumerate(zip(sides, outcomes, strict=True)):
        look, centre = look_of(sides, place), middle(guesses, place)
        low, high = outcome.span
        guessed = "" if centre is None else f"{centre:.0%}"
        strips.append(
            {
                "name": side.short or side.name,
                "colour": look.colour,
                "night": look.night,
                "dash": list(look.dash),
                "guesses": [guess.ends[place] for guess in guesses],
                "median": centre,
                "guessed": guessed,
                "was": percent(outcome.end),
                "mean": outcome.end,
                "low": low,
                "high": high,
            }
        )
        room = f"the room guessed {guessed} in the middle, " if guessed else ""
        said.append(f"{side.name}: {room}it was {percent(outcome.end)} ({percent(low)} to {percent(high)})")
    StripsCanvas.element(
        strips=strips,
        reveal=reveal,
        replay=replay,
        most_share=0.26 if len(sides) == 2 else 0.46,
        label="Guesses beside the outcome. " + "; ".join(said),
    )
    Words(
        ("Dots: guesses; triangle: their middle. " if guesses else "")
        + ("Bar: the outcome; shaded: the middle 90% of 200 runs." if spread else "Bar: the outcome."),
        classes="muted",
    )


@solara.component
def _Numbers(sides: Sequence[Side], outcomes: Sequence[Outcome], guesses: Sequence[Guess]) -> None:
    shown = solara.use_reactive(False)
    rows = []
    for place, (side, outcome) in enumerate(zip(sides, outcomes, strict=True)):
        low, high = outcome.span
        spread = "" if high - low < 0.005 else f" ({percent(low)} to {percent(high)})"
        row = [side.name, f"{percent(outcome.end)}{spread}"]
        if guesses:
            given = [guess.ends[place] for guess in guesses]
            off = sum(abs(one - 100 * outcome.end) for one in given) / len(given)
            row += [f"{middle(guesses, place):.0%} ({min(given)}% to {max(given)}%)", in_points(off / 100)]
        rows.append(row)
    heads = ["", "what happens (middle 90% of runs)"]
    heads += ["guessed in the middle (lowest to highest)", "off by, on average"] if guesses else []
    solara.Button(
        "Hide the numbers" if shown.value else "The numbers",
        icon_name="mdi-table",
        text=True,
        classes=["numbers-button"],
        attributes={"aria-expanded": str(shown.value).lower()},
        on_click=lambda: shown.set(not shown.value),
    )
    # out of sight the table still stands there for those who do not see the pictures
    with solara.Div(classes=[] if shown.value else ["out-of-sight"]):
        Table(heads, rows)


@solara.component
def TurnRound(lesson: Lesson, sides: Sequence[Side], before: Runs) -> None:
    """What would have to be different for this to turn round, shown; what it rests on, and what to talk about."""
    session = session_of_this_tab()
    turn = lesson.turn
    shown = solara.use_reactive(False)
    turned = solara.use_memo(lambda: turn.sides() if turn is not None and shown.value else (), [shown.value])
    runs = use_runs(turned, session.asked.seed, lesson.key if shown.value else "")
    if turn is None:
        Heading("Change one person yourself", 3)
        ChangeOne()
    elif not shown.value:
        Heading("What would have to be different for this to turn round?", 3)
        Words("Let the room say first.", classes="muted")
        solara.Button("Show one answer", color="primary", classes=["show-it"], on_click=lambda: shown.set(True))
    elif not runs.outcomes:
        Heading(turn.words, 3)
        Awaited(runs, "Working it out")
    else:
        Heading(turn.words, 3)
        with solara.Div(classes=["halves"]):
            with solara.Div(classes=["stack"]):
                Words("As it was", "h3")
                if before.outcomes:
                    _Small(lesson, sides, before.outcomes, 0)
            with solara.Div(classes=["stack"]):
                Words(turn.label, "h3")
                _Small(lesson, turned, runs.outcomes, REVEAL)
        Words(turn.reveals, classes="said")
    with solara.Div(classes=["cards", "take-home"]):
        with solara.Div(classes=["card"]):
            Words("To talk about", "h3")
            Words(lesson.discuss, classes="ask")
        with solara.Div(classes=["card"]):
            Words("What this rests on", "h3")
            Words(lesson.rests)
    WatchIt(
        session,
        [(side.short or side.name, side) for side in sides]
        + [(f"{side.short}, turned round", side) for side in turned if turn is not None],
    )


@solara.component
def _Small(lesson: Lesson, sides: Sequence[Side], outcomes: Sequence[Outcome], reveal: int) -> None:
    _Curves(lesson, sides, outcomes, (), 0.28, reveal)
    Keys(sides, outcomes, short=True)
