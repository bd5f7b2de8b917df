"""Bands: the arms of a scenario in many replicates on one village, recomputed while a knob moves."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from pd_sim.dashboard.limits import replicates_for
from pd_sim.dashboard.live import on_one_village
from pd_sim.engine import draw_community, village_seed
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario

__all__ = ["StoppedError", "bands", "first_look", "one_at_a_time"]

FIRST_LOOK = 24
"""Replicates of the first answer while a knob moves."""

one_at_a_time = threading.Lock()
"""Held by whoever runs a study: each takes all processors."""
_kept: OrderedDict[tuple[str, int, int], Comparison] = OrderedDict()
_keeping = threading.Lock()


class StoppedError(Exception):
    """The question has changed, so that nobody waits for the answer any more."""


def first_look(scenario: Scenario, seed: int, stopped: threading.Event | None = None) -> Comparison:
    """A rough answer from few replicates, quickly."""
    return _answer(scenario, seed, FIRST_LOOK, stopped, None)


def bands(
    scenario: Scenario,
    seed: int,
    stopped: threading.Event | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """All arms in as many replicates as the page's limit on work allows, on the village that is shown.

    Raises
    ------
    StoppedError
        ``stopped`` was set meanwhile.
    """
    one = on_one_village(scenario)
    households = draw_community(one, village_seed(one, seed, 0)).n
    return _answer(scenario, seed, replicates_for(scenario, households), stopped, progress)


def _answer(
    scenario: Scenario,
    seed: int,
    replicates: int,
    stopped: threading.Event | None,
    progress: Callable[[int, int], None] | None,
) -> Comparison:
    from pd_sim.studies import compare

    one = on_one_village(scenario)
    key = (one.content_hash, seed, replicates)
    with _keeping:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]

    def went_on(done: int, total: int) -> None:
        if stopped is not None and stopped.is_set():
            raise StoppedError
        if progress is not None:
            progress(done, total)

    with one_at_a_time:
        if stopped is not None and stopped.is_set():
            raise StoppedError
        result: Any = compare(one, replicates=replicates, seed=seed, progress=went_on)
    with _keeping:
        _kept[key] = result
        while len(_kept) > 24:
            _kept.popitem(last=False)
    return result
