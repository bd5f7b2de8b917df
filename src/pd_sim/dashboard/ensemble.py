"""Bands: the arms of a scenario in many replicates on one village, recomputed while a knob moves."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from pd_sim.dashboard.limits import replicates_for
from pd_sim.dashboard.live import on_one_village
from pd_sim.engine import draw_community, village_seed
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario

__all__ = ["StoppedError", "allowed", "bands", "first_look", "turn"]

FIRST_LOOK = 24
"""Replicates of the first answer while a knob moves."""

_processors = threading.Lock()
"""Held by whoever runs a study: each takes all processors."""

_waiting: set[object] = set()
"""Those who wait for their turn."""

MOST_KEPT = 128 * 1024 * 1024
"""Bytes of the arms that are remembered; the last one is kept however large."""

_kept: OrderedDict[tuple[str, str, int, int], Comparison] = OrderedDict()
_keeping = threading.Lock()


class StoppedError(Exception):
    """The question has changed, so that nobody waits for the answer any more."""


def first_look(scenario: Scenario, seed: int, stopped: threading.Event | None = None) -> Comparison:
    """A rough answer from few replicates, quickly; the whole one where the limit on work allows no more.

    Raises
    ------
    StoppedError
        ``stopped`` was set meanwhile.
    """
    return _answer(scenario, seed, min(FIRST_LOOK, allowed(scenario, seed)), stopped, None)


def bands(
    scenario: Scenario,
    seed: int,
    stopped: threading.Event | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """All arms in as many replicates as the page's limit on work allows, on the village that is shown.

    Arms that have been run before with the same village and the same luck are not run again: a knob of one arm leaves
    the others as they are.

    Raises
    ------
    StoppedError
        ``stopped`` was set meanwhile.
    """
    return _answer(scenario, seed, allowed(scenario, seed), stopped, progress)


def allowed(scenario: Scenario, seed: int) -> int:
    """Replicates that the limit on work allows on the village that is shown."""
    one = on_one_village(scenario)
    return replicates_for(scenario, draw_community(one, village_seed(one, seed, 0)).n)


def _answer(
    scenario: Scenario,
    seed: int,
    replicates: int,
    stopped: threading.Event | None,
    progress: Callable[[int, int], None] | None,
) -> Comparison:
    from pd_sim.studies import compare

    one = on_one_village(scenario)
    keys = {arm: (_alone(one, arm), arm, seed, replicates) for arm in one.arms}
    known: dict[str, Comparison] = {}

    def missing() -> list[str]:
        known.update({arm: found for arm, key in keys.items() if (found := _recall(key)) is not None})
        return [arm for arm in one.arms if arm not in known]

    def went_on(done: int, total: int) -> None:
        if stopped is not None and stopped.is_set():
            raise StoppedError
        if progress is not None:
            progress(done, total)

    if missing():
        with turn(stopped):
            left = missing()  # another tab may have asked the same, and had its turn before
            if left:
                found = compare(one, left, replicates=replicates, seed=seed, progress=went_on)
            for arm in left:
                known[arm] = replace(found, arms={arm: found.arms[arm]})
                _remember(keys[arm], known[arm])
    arms = {arm: known[arm].arms[arm] for arm in one.arms}
    return replace(known[next(iter(arms))], scenario=one.record(), hash=one.content_hash, arms=arms)


def _alone(scenario: Scenario, arm: str) -> str:
    """What decides how an arm comes out: the scenario without the other arms, and without what is only told of it."""
    alone = {"arms": {arm: scenario.arms[arm]}, "evaluations": (), "targets": (), "title": "", "about": ""}
    return scenario.model_copy(update=alone).content_hash


@contextmanager
def turn(stopped: threading.Event | None) -> Iterator[Callable[[], None]]:
    """Wait for one's turn to take all processors, unless nobody waits for the answer any more.

    What a long run calls between its parts, to let those who wait go first, is given.

    Raises
    ------
    StoppedError
        ``stopped`` was set meanwhile, also while others went first.
    """
    held = False

    def take() -> None:
        nonlocal held
        me = object()
        _waiting.add(me)
        try:
            while not _processors.acquire(timeout=0.05):
                if stopped is not None and stopped.is_set():
                    raise StoppedError
        finally:
            _waiting.discard(me)
        held = True
        if stopped is not None and stopped.is_set():
            raise StoppedError

    def give_way() -> None:
        nonlocal held
        if _waiting:
            held = False
            _processors.release()
            time.sleep(0.002)  # whoever waits takes it meanwhile
            take()

    try:
        take()
        yield give_way
    finally:
        if held:
            _processors.release()


def _recall(key: tuple[str, str, int, int]) -> Comparison | None:
    with _keeping:
        if key in _kept:
            _kept.move_to_end(key)
        return _kept.get(key)


def _remember(key: tuple[str, str, int, int], found: Comparison) -> None:
    with _keeping:
        _kept[key] = found
        while len(_kept) > 1 and sum(map(_size, _kept.values())) > MOST_KEPT:
            _kept.popitem(last=False)


def _size(found: Comparison) -> int:
    """Bytes that an arm takes."""
    arms = found.arms.values()
    return sum(a.counts.nbytes + sum(s.nbytes for kept in (a.cost, a.amounts) for s in kept.values()) for a in arms)
