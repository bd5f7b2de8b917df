"""The cards of What if: folded and unfolded, with knobs, and with what can be put in and out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import solara

from pd_sim.dashboard.asked import Asked, understood
from pd_sim.dashboard.in_short import summaries
from pd_sim.dashboard.looks import named
from pd_sim.dashboard.parts import Wrong
from pd_sim.dashboard.steering import acted, as_data, moved, original_of, structure_of
from pd_sim.errors import PdSimError
from pd_sim.scenario import Scenario

__all__ = ["CardList"]


@solara.component_vue("../widgets/cards.vue")
def _Cards(
    cards: str,
    summaries: dict[str, str],
    changed: dict[str, Any],
    arms: list[Any],
    aim: str,
    event_act: Callable[[dict[str, Any]], None] | None = None,
    event_narrow: Callable[[bool], None] | None = None,
) -> None:
    """Draw the cards in the browser: folding and dragging need no answer from here."""


@solara.component
def CardList(draft: Any, scenario: Scenario, on_narrow: Callable[[bool], None]) -> None:
    """All cards of a scenario; what is done on them goes into the draft, or is refused in a line.

    Parameters
    ----------
    draft
        What is asked for, and what changes it.
    scenario
        The last scenario that made sense.
    on_narrow
        Told whether the window is a narrow one, when that changes.
    """
    asked: Asked = draft.value
    refused = solara.use_reactive("")
    plain = structure_of(asked)

    def laid_out() -> Any:
        base, _ = understood(plain)
        try:
            original: Scenario | None = original_of(plain)
        except PdSimError:
            original = None
        data, found = as_data(base or scenario, original)
        return json.dumps(data), found  # as text: in lists of lists every value would be looked at in each drawing

    cards, knobs = solara.use_memo(laid_out, [plain])
    arms = [{"value": arm, "label": named(arm)} for arm in scenario.arms]

    def act(what: dict[str, Any]) -> None:
        try:
            # what is asked for by now: of two quick clicks, the second builds on what the first has built
            newest, _ = understood(draft.value)
            draft.value = acted(draft.value, newest or scenario, knobs, what)
            refused.value = ""
        except PdSimError as error:
            refused.value = str(error)

    with solara.Div(classes=["wi-all"]):
        if refused.value:
            Wrong(refused.value)
        _Cards(
            cards=cards,
            summaries=summaries(scenario),
            changed=moved(asked, knobs),
            arms=arms,
            aim=asked.on_page("knob"),
            event_act=act,
            event_narrow=on_narrow,
        )
