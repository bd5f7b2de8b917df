"""The village a lesson tells of, as it stands before anything happens."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import solara

from pd_sim.dashboard.lessons import Side
from pd_sim.dashboard.live import on_one_village
from pd_sim.dashboard.parts import Words
from pd_sim.dashboard.places import places_of, ties_of
from pd_sim.dashboard.widgets import VillageCanvas
from pd_sim.dashboard.worker import use_worker
from pd_sim.engine import run_compiled
from pd_sim.population import Stage

__all__ = ["StoryVillage"]


@solara.component
def StoryVillage(side: Side, seed: int, hides: bool) -> None:
    """The village at the start, drawn when it is there; where some are hidden, a button shows who they are."""
    drawn: solara.Reactive[Any] = solara.use_reactive(None)
    shown = solara.use_reactive(False)

    def work(cancel: threading.Event) -> None:
        run = run_compiled(on_one_village(side.scenario.model_copy(update={"steps": 1})), side.arm, seed)
        if cancel.is_set():
            return
        hidden = run.history.hidden[0]
        state = (run.history.stage[0] | np.where(hidden, 8, 0)).astype(np.uint8)
        there = places_of(run.community).tobytes(), ties_of(run.community).tobytes(), state.tobytes()
        drawn.value = (*there, len(state), int((hidden & (run.history.stage[0] == Stage.PRACTISING)).sum()))

    use_worker(work, [side.scenario.content_hash, seed])
    with solara.Div(classes=["stack", "village"]):
        if drawn.value is None:
            Words("Drawing the village …", classes="muted")
            return
        places, ties, state, households, already = drawn.value
        VillageCanvas.element(
            places=places,
            ties=ties,
            state=state,
            show_hidden=shown.value,
            label=f"A village of {households} households and the ties between them, before anything happens"
            + (f"; the {already} who do it already are marked" if shown.value else ""),
            most_height=700,
        )
        Words(f"The village: {households} households and their ties, before anything happens.", classes="muted")
        if hides:
            solara.Button(
                "Hide them again" if shown.value else f"Can you see the {already}? Show them",
                outlined=True,
                on_click=lambda: shown.set(not shown.value),
            )
