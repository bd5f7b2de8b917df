"""Watch an intervention act: which verbs it calls for whom, and whether anything changes but through them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import pytest

from pd_sim.engine import Tile
from pd_sim.interventions import facilitation, sessions
from pd_sim.population import Population

VERBS = (
    *("tell", "coach", "encourage", "pay", "involve", "affirm", "reveal", "attend", "permit", "equip", "adapt"),
    *("gain_trust", "lose_trust", "met", "connect", "hold", "charge", "work", "alter"),
)
FOR_HOUSEHOLDS = {*VERBS} - {"hold", "charge", "work", "alter"}
SHARED = ((sessions, "meet"), (facilitation, "discover"))
"""Verbs for many at once, put together from the verbs for one."""


def everything(pop: Population) -> tuple[bytes, ...]:
    """All that a verb may change, and all that nothing may."""
    arrays = [v for v in pop.arrays._asdict().values() if isinstance(v, np.ndarray)]
    sums = [v for kept in (pop.spent, pop.amounts) for _, v in sorted(kept.items())]
    return (*(v.tobytes() for v in (*arrays, *sums)), str((pop.step, sorted(pop.spent), pop.wages)).encode())


class Watch:
    """What one intervention did."""

    def __init__(self) -> None:
        self.reached: dict[str, list[Any]] = {}
        """By verb: households of each village it reached, a row each step in which it was used."""
        self.steps: set[int] = set()
        """Steps in which it acted."""
        self._now: dict[str, Any] = {}
        self._known: tuple[bytes, ...] = ()
        self._depth = 0
        self._acting = False

    def begin(self, pop: Population) -> None:
        self._now, self._acting, self._known = {}, True, everything(pop)

    def end(self, pop: Population) -> None:
        self.see(pop, "at its end")
        self.steps.add(pop.step)
        for verb, mask in self._now.items():
            self.reached.setdefault(verb, []).append(pop.count(mask).values)
        self._acting = False

    def see(self, pop: Population, when: str) -> None:
        assert everything(pop) == self._known, f"something was changed other than through a verb, {when}"

    def verb(self, name: str, call: Any, pop: Population, mask: Any) -> Any:
        """Let a verb do its work, and note whom it reached."""
        if not self._acting or self._depth:
            return call()
        self.see(pop, f"before {name}")
        self._depth += 1
        try:
            out = call()
        finally:
            self._depth -= 1
        if mask is not None:
            reached = mask() & pop.spread(pop.turn.active)
            self._now[name] = self._now.get(name, pop.nobody()) | reached
        self._known = everything(pop)
        return out


def _noted(watch: Watch, name: str) -> Any:
    """A verb of the population that is noted."""
    original = getattr(Population, name)

    def method(pop: Population, *args: Any, **more: Any) -> Any:
        mask = args[0].copy if name in FOR_HOUSEHOLDS else None
        return watch.verb(name, partial(original, pop, *args, **more), pop, mask)

    return method


def _noted_together(watch: Watch, acting: list[Population], name: str, original: Any) -> Any:
    """A verb for many at once that is noted: the last of what it is given, or the third last, says whom it reached."""

    def shared(*args: Any) -> Any:
        if not acting:
            return original(*args)
        out = args[-1] if name == "meet" else args[-3]
        before = out.copy()
        return watch.verb(name, partial(original, *args), acting[-1], lambda: out & ~before)

    return shared


@contextmanager
def watching(cls: type) -> Iterator[Watch]:
    """Watch all interventions of a class within this block."""
    watch, acting = Watch(), []

    with pytest.MonkeyPatch.context() as patch:
        act = cls.act

        def watched(self: Any, step: int, pop: Population, state: Any) -> None:
            acting.append(pop)
            watch.begin(pop)
            act(self, step, pop, state)
            watch.end(pop)
            acting.pop()

        patch.setattr(cls, "act", watched)
        for name in VERBS:
            patch.setattr(Population, name, _noted(watch, name))
        for module, name in SHARED:
            patch.setattr(module, name, _noted_together(watch, acting, name, getattr(module, name)))
        yield watch


def run_watched(tile: Tile, cls: type) -> Watch:
    """Run a tile to its end, and watch."""
    with watching(cls) as watch:
        tile.run()
    return watch
