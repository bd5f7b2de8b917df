"""What a map is drawn of: its two directions, and the step that is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reacton.ipyvuetify as rv
import solara

from pd_sim.dashboard.map_axes import AXES, axes_of
from pd_sim.dashboard.pages.on_demand import Pick
from pd_sim.dashboard.parts import Words
from pd_sim.scenario import Scenario

__all__ = ["Choices"]


@solara.component
def Choices(scenario: Scenario, x: str, y: str, step: int, ask: Callable[[str, str], None]) -> None:
    """Two lists of directions and a slider; each goes into the link."""
    with solara.Div():
        Words("What the map shows", "h2")
        titles = {axis.title: axis.field for axis in axes_of(scenario)}
        with solara.Div(classes=["map-choices"]):
            Pick(
                "To the right →",
                [title for title, field in titles.items() if field != y],
                AXES[x].title,
                lambda title: ask("map-x", titles[title]),
            )
            Pick(
                "Upwards ↑",
                [title for title, field in titles.items() if field != x],
                AXES[y].title,
                lambda title: ask("map-y", titles[title]),
            )
            _Step(scenario, step, ask)


@solara.component
def _Step(scenario: Scenario, step: int, ask: Callable[[str, str], None]) -> None:
    """The step, moved freely and asked for once it is let go."""
    moved, set_moved = solara.use_state(step)
    solara.use_effect(lambda: set_moved(step), [step])
    years = moved / 52
    about = f", {years:.1f} years".replace(".0 ", " ") if scenario.step == "week" and moved >= 52 else ""
    with solara.Div():
        Words(f"Looked at after {moved} {scenario.step}{'s' * (moved != 1)} of {scenario.steps}{about}", "div")
        slider = rv.Slider(
            v_model=moved,
            on_v_model=set_moved,
            min=1,
            max=scenario.steps,
            step=1,
            hide_details=True,
            label="",
            attributes={"aria-label": f"{scenario.step} looked at"},
        )

        def let_go(_widget: Any, _event: str, value: Any) -> None:
            if isinstance(value, int | float) and int(value) != step:
                ask("map-step", str(int(value)))

        rv.use_event(slider, "change", let_go)
