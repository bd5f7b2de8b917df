"""The map itself: its points as buttons, its axes in words."""

from __future__ import annotations

from typing import Any

import solara

from pd_sim.dashboard.asked import Asked
from pd_sim.dashboard.looks import arm_look, named
from pd_sim.dashboard.map_axes import AXES, Axis, stands_at
from pd_sim.dashboard.map_grown import Grown
from pd_sim.dashboard.map_words import letters, opened_in_watch
from pd_sim.dashboard.parts import Words, percent
from pd_sim.dashboard.reading import in_points
from pd_sim.dashboard.session import Session
from pd_sim.dashboard.widgets.map import MapGrid
from pd_sim.scenario import Scenario
from pd_sim.studies.regimes import AGREEMENT, CERTAINTY, Cell

__all__ = ["Picture", "points_of"]


@solara.component
def Picture(grown: Grown, scenario: Scenario, asked: Asked, session: Session) -> None:
    """Axes in words round the points; a point that is chosen opens in Watch."""
    question = grown.question
    across, up = AXES[question.x], AXES[question.y]
    xs, ys = question.values(question.x), question.values(question.y)
    stands = solara.use_memo(
        lambda: [stands_at(scenario, field, question.seed) for field in (question.x, question.y)],
        [scenario.content_hash, question.x, question.y],
    )

    def chosen(opened: dict[str, Any]) -> None:
        place = int(opened.get("place", -1))
        if 0 <= place < len(grown.cells) and grown.cells[place] is not None:
            session.go("/", opened_in_watch(asked, scenario, grown, place))

    with solara.Div():
        with solara.Div(classes=["map-axis"]):
            with solara.Div():
                Words(f"↑ {up.title}", "b")
                Words(f": {up.about}", "span")
            Words(f"{up.ends[0]} ↑ {up.ends[1]}", "span")
        MapGrid.element(
            points=points_of(grown, scenario.step),
            across=question.points,
            x_ticks=[percent(value) for value in xs],
            y_ticks=[percent(value) for value in ys],
            zones=_zones() if {question.x, question.y} == {CERTAINTY, AGREEMENT} else [],
            stands=_place(stands, (across, up), question.points),
            axis=[across.title, across.about, f"{across.ends[0]} → {across.ends[1]}"],
            label=f"Map of leading arms: {across.title.lower()} to the right, {up.title.lower()} upwards",
            on_opened=chosen,
        )


def _zones() -> list[list[Any]]:
    from pd_sim.figures.regimes import ZONES

    return [list(zone) for zone in ZONES]


def _place(stands: list[float | None], axes: tuple[Axis, Axis], points: int) -> list[float]:
    """Where the scenario stands, as shares of the width and height of the map; nothing where it is off the map."""
    found = []
    for value, axis in zip(stands, axes, strict=True):
        if value is None:
            return []
        low, high = axis.span
        # the first and the last value are the middles of the outer points
        found.append(((value - low) / (high - low) * (points - 1) + 0.5) / points)
    return found


def points_of(grown: Grown, unit: str) -> list[dict[str, Any]]:
    """Points as the widget draws them: letter, lead in points, colours, strength, and all of it in words."""
    most = max((cell.lead for cell in grown.known if cell.decided), default=1.0)
    letter = letters(grown.arms)
    found: list[dict[str, Any]] = []
    for cell in grown.cells:
        if cell is None:
            found.append({})
            continue
        look = arm_look(cell.leader, grown.arms.index(cell.leader))
        found.append(
            {
                "letter": letter[cell.leader] if cell.decided else "?",
                "lead": f"+{100 * cell.lead:.0f}" if cell.decided else "",
                "day": look.colour,
                "night": look.night,
                "how": float((cell.lead / most) ** 0.5) if cell.decided and most > 0 else -1.0,
                "label": told(cell, grown, unit),
            }
        )
    return found


def told(cell: Cell, grown: Grown, unit: str) -> str:
    """One point in words."""
    question = grown.question
    where = f"{AXES[question.x].title} {percent(cell.x)}, {AXES[question.y].title.lower()} {percent(cell.y)}"
    first, second = named(cell.leader), named(cell.runner_up).lower()
    ends = f"{100 * cell.low:.0f} to {100 * cell.high:.0f}".replace("-", "−")
    both = f"{percent(cell.means[cell.leader])} practise against {percent(cell.means[cell.runner_up])}"
    if cell.decided:
        return f"{where}: {first} leads {second} by {in_points(cell.lead)} ({ends}); {both}."
    return f"{where}: undecided; {first.lower()} and {second} are too close to call ({ends} points); {both}."
