"""The second step of a lesson: everybody guesses, by drawing or by number, with a name or without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import solara

from pd_sim.dashboard.guesses import MOST_GUESSES, Guess, curve_of, points_of, told_apart
from pd_sim.dashboard.lessons import Lesson, Side, look_of
from pd_sim.dashboard.pages.lesson_numbers import Numbers, row_of
from pd_sim.dashboard.pages.lesson_runs import Drawn
from pd_sim.dashboard.parts import Words

__all__ = ["GuessStep", "fresh"]


_NOT_YET = -1


def fresh(sides: int) -> Guess:
    """A guess that nobody has touched: no number stands there that a room could hold on to."""
    return Guess("", (_NOT_YET,) * sides, ((),) * sides)


def _as_told(told: dict[str, Any], before: Guess) -> Guess:
    """What stands in the numbers now; a curve that was drawn stays while its number does."""
    ends = tuple(_NOT_YET if end is None else max(0, min(100, int(end))) for end in told["ends"])
    curves = tuple(before.curve(k) if end == before.ends[k] else () for k, end in enumerate(ends))
    return Guess(str(told["name"]), ends, curves)


@solara.component
def GuessStep(
    lesson: Lesson,
    sides: Sequence[Side],
    draft: Any,
    guesses: Sequence[Guess],
    keep: Callable[[Sequence[Guess]], None],
) -> None:
    """A sheet to draw on, a slider and a number for every side, and who has guessed so far."""
    mine: Guess = draft.value
    drawing = solara.use_reactive(0)
    put = solara.use_reactive(0)
    last, step = sides[0].scenario.steps, sides[0].scenario.step

    def drew(drawn: dict[str, Any]) -> None:
        place = drawing.value
        if not 0 <= place < len(sides):
            return
        now: Guess = draft.value
        curve = curve_of(drawn.get(sides[place].name, ()), last)
        if curve and curve != now.curve(place):
            ends = tuple(curve[-1] if k == place else end for k, end in enumerate(now.ends))
            curves = tuple(curve if k == place else now.curve(k) for k in range(len(sides)))
            draft.value = Guess(now.name, ends, curves)
            missing = [k for k in range(len(sides)) if not curves[k]]
            drawing.value = missing[0] if missing else -1
            put.value += 1

    def changed(told: dict[str, Any]) -> None:
        draft.value = _as_told(told, draft.value)

    def take(told: dict[str, Any]) -> None:
        guess = _as_told(told, draft.value)
        if len(guesses) < MOST_GUESSES and _NOT_YET not in guess.ends:
            draft.value = fresh(len(sides))
            drawing.value = 0
            keep(
                (
                    *guesses,
                    Guess(told_apart(guess.name, guesses), guess.ends, guess.curves if any(guess.curves) else ()),
                )
            )

    drawn = {side.name: points_of(mine.curve(k), last) for k, side in enumerate(sides) if mine.curve(k)}
    with solara.Div(classes=["halves"]):
        with solara.Div(classes=["stack"]):
            with solara.Div(classes=["bar"]):
                Words("Draw:", "span", "muted")
                for k, side in enumerate(sides):
                    solara.Button(
                        side.short or side.name,
                        outlined=drawing.value != k,
                        color="primary" if drawing.value == k else None,
                        attributes={"aria-pressed": str(drawing.value == k).lower()},
                        on_click=lambda k=k: drawing.set(k if drawing.value != k else -1),
                    )
            chosen = sides[drawing.value].name if 0 <= drawing.value < len(sides) else ""
            Drawn(
                sides,
                what=f"A sheet to draw a guess on{': ' + chosen if chosen else ''}; the sliders do the same",
                last=last,
                step_name=f"{step}s",
                share=0.6,
                draws=chosen,
                drawn=drawn,
                on_drawn=drew,
            )
            Words(
                f"Draw how it goes from the first {step} to the last, for: {chosen}."
                if chosen
                else "All drawn. Press a name above to draw it again.",
                classes="muted",
            )
        with solara.Div(classes=["stack"]):
            Numbers(
                rows=[
                    row_of(side.name, f"Your guess for: {side.name}, in per cent", look_of(sides, k))
                    for k, side in enumerate(sides)
                ],
                start=[None if end == _NOT_YET else end for end in mine.ends],
                who=mine.name,
                turn=put.value,
                named=True,
                full=len(guesses) >= MOST_GUESSES,
                event_changed=changed,
                event_take=take,
            )
            _Guessers(guesses, keep)


@solara.component
def _Guessers(guesses: Sequence[Guess], keep: Callable[[Sequence[Guess]], None]) -> None:
    many = len(guesses)
    said = "No guess so far." if not many else f"{many} guess{'es' * (many != 1)} so far."
    if many >= MOST_GUESSES:
        said = f"{many} guesses, which is as many as are kept. Take one away to add another."
    Words(f"{said} Let everybody in the room give one; Enter takes it.", classes="muted")
    with solara.Div(classes=["guessers"]):
        for place, guess in enumerate(guesses):
            who, what = guess.name or f"Guess {place + 1}", " · ".join(f"{end}%" for end in guess.ends)
            drawn = " (drawn)" if any(guess.curves) else ""
            solara.Button(
                f"{who}: {what}{drawn}",
                icon_name="mdi-close",
                text=True,
                attributes={"aria-label": f"{who}: {what}{drawn}, take it away"},
                on_click=lambda place=place: keep([g for k, g in enumerate(guesses) if k != place]),
            )
