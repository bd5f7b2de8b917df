"""The second step of a lesson: everybody guesses, by drawing or by number, with a name or without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import solara

from pd_sim.dashboard.guesses import MOST_GUESSES, Guess, cleaned, curve_of, points_of
from pd_sim.dashboard.lessons import Lesson, Side, look_of
from pd_sim.dashboard.pages.lesson_runs import Drawn
from pd_sim.dashboard.parts import Words
from pd_sim.dashboard.widgets.room import GuessRow, TextLine

__all__ = ["GuessStep", "fresh"]


_NOT_YET = -1


def fresh(sides: int) -> Guess:
    """A guess that nobody has touched: no number stands there that a room could hold on to."""
    return Guess("", (_NOT_YET,) * sides, ((),) * sides)


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
    last, step = sides[0].scenario.steps, sides[0].scenario.step

    def to(place: int, end: int, curve: tuple[int, ...] = ()) -> None:
        now: Guess = draft.value
        ends = tuple(end if k == place else old for k, old in enumerate(now.ends))
        curves = tuple(curve if k == place else now.curve(k) for k in range(len(ends)))
        draft.value = Guess(now.name, ends, curves)

    def drew(drawn: dict[str, Any]) -> None:
        place = drawing.value
        if not 0 <= place < len(sides):
            return
        curve = curve_of(drawn.get(sides[place].name, ()), last)
        if curve and curve != draft.value.curve(place):
            to(place, curve[-1], curve)
            missing = [k for k in range(len(sides)) if not draft.value.curve(k)]
            drawing.value = missing[0] if missing else -1

    def take() -> None:
        now: Guess = draft.value
        if len(guesses) < MOST_GUESSES and _NOT_YET not in now.ends:
            # cleared first: whoever sees this guess stand in the list may already give the next
            draft.value = fresh(len(sides))
            drawing.value = 0
            keep((*guesses, Guess(cleaned(now.name), now.ends, now.curves if any(now.curves) else ())))

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
            for k, side in enumerate(sides):
                look = look_of(sides, k)

                def moved(value: int, k: int = k) -> None:
                    if value != draft.value.ends[k]:
                        to(k, value)

                GuessRow.element(
                    label=side.name,
                    says=f"Your guess for: {side.name}, in per cent",
                    day=look.colour,
                    night=look.night,
                    dash=" ".join(str(length) for length in look.dash),
                    value=mine.ends[k],
                    on_value=moved,
                    on_done=lambda _: take(),
                )
            with solara.Div(classes=["bar"]):
                TextLine.element(
                    label="Name (if you like)",
                    value=mine.name,
                    on_value=lambda name: draft.set(Guess(name, draft.value.ends, draft.value.curves)),
                    on_done=lambda _: take(),
                )
                held = len(guesses) >= MOST_GUESSES or _NOT_YET in mine.ends
                solara.Button("Take this guess", color="primary", on_click=take, disabled=held)
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
