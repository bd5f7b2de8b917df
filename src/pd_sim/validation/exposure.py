"""Valente (1996): a household's network threshold is its exposure in the step in which it adopts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from pd_sim.community import Graph
from pd_sim.engine import Run
from pd_sim.population import Shown, Stage
from pd_sim.studies import run
from pd_sim.validation.checks import Check, Published, equal
from pd_sim.validation.diffusion import ARM, diffusion

__all__ = ["RESULT", "exposure_at_adoption"]


def exposure_at_adoption(ran: Run, over: Literal["ever", "seen"] = "ever") -> npt.NDArray[np.float64]:
    """Exposure of every household just before it first practised: Σ w·a / Σ w over its ties [1]_.

    Parameters
    ----------
    ran
        A run; its ties are those of the start.
    over
        ``ever``: a is 1 for a tie who had ever practised before, as in the source; ``seen``: for one whom it sees
        practise at that time, which is what the threshold rule looks at. A hidden practiser counts for neither.

    Returns
    -------
    One value a household, NaN for those without ties, that practised from the start, or that never did.

    References
    ----------
    .. [1] T. W. Valente (1996), "Social network thresholds in the diffusion of innovations", Social Networks 18.
    """
    open_now = (ran.history.stage == Stage.PRACTISING) & ~ran.history.hidden
    practised = ran.history.stage == Stage.PRACTISING
    ties = ran.community.ties
    weight = np.ones(len(ties.sees)) if ties.weight is None else ties.weight / ties.scale
    source = np.repeat(np.arange(ran.community.n), np.diff(ties.sees_start))
    whole = np.bincount(source, weight, ran.community.n)
    first = np.where(practised.any(axis=0), practised.argmax(axis=0), -1)
    adopted = first > 0
    before = np.maximum(first, 1) - 1
    ever = np.maximum.accumulate(open_now, axis=0)
    at = before[source]  # the step whose end each half-edge is looked at
    if over == "ever":
        counts = ever[at, ties.sees]
    else:
        sight = ran.population.arrays.sight
        now, stopped = open_now[at, ties.sees], ever[at, ties.sees] & ~open_now[at, ties.sees]
        counts = np.where(now, sight & Shown.PRACTISING, np.where(stopped, sight & Shown.STOPPED, 0)) != 0
    exposed = np.bincount(source, weight * counts, ran.community.n)
    with np.errstate(invalid="ignore"):
        return np.where(adopted & (whole > 0), exposed / whole, np.nan)


_TIES = (("a", "b", 1), ("a", "c", 2), ("b", "c", 1), ("b", "d", 3), ("c", "d", 1), ("a", "d", 1), ("d", "e", 1),
         ("e", "f", 1))  # fmt: skip
_CAUTION = {"a": "never", "b": 0.2, "c": 0.4, "d": 0.6, "e": 0.5, "f": 0.9}
"""b and c adopt at step 1, d at 2, e at 3, f at 4; a, who begins, stops at step 1, b and c at 2, and so on."""

_BY_HAND = {
    "ever": {"b": 1 / 5, "c": 2 / 4, "d": 5 / 6, "e": 1 / 2, "f": 1 / 1},
    "seen": {"b": 1 / 5, "c": 2 / 4, "d": 4 / 6, "e": 1 / 2, "f": 1 / 1},
}
"""d has ties of weight 3 to b and 1 to each of c, a and e; before step 2, a, b, c have adopted and a has stopped."""


def _checks(quick: bool, seed: int, control: str) -> tuple[tuple[Check, ...], Mapping[str, Any]]:
    import networkx as nx

    del quick
    graph = nx.Graph()
    graph.add_nodes_from("abcdef")
    weighed = [(one, other, 1 if control == "weights" else weight) for one, other, weight in _TIES]
    graph.add_weighted_edges_from(weighed)
    caution: Any = [0.5 if control == "thresholds" and name in "bc" else _CAUTION[name] for name in "abcdef"]
    ran = run(
        diffusion(
            Graph(graph=graph, weight="weight"),
            steps=8,
            caution=caution,
            practising=("a",),
            decision="threshold",
            fresh=1.0,
            settled=1.0,
        ),
        ARM,
        seed,
    )
    checks = []
    for over, by_hand in _BY_HAND.items():
        found = exposure_at_adoption(ran, over)  # type: ignore[arg-type]
        got = dict(zip(ran.community.names, found.round(9).tolist(), strict=True))
        told = {name: round(value, 9) for name, value in by_hand.items()}
        words = "ties that had ever adopted" if over == "ever" else "ties seen practising"
        checks.append(_alike(f"six households by hand, {words}", got, told))
    return tuple(checks), {}


def _alike(what: str, got: Mapping[str, float], expected: Mapping[str, float]) -> Check:
    def said(values: Mapping[str, float]) -> str:
        return " ".join(f"{name} {values[name]:.2g}" for name in sorted(values) if not math.isnan(values[name]))

    found = {name: value for name, value in got.items() if not math.isnan(value)}  # without NaN
    return equal(what, said(found), said(expected))


RESULT = Published(
    "valente",
    "Network thresholds: exposure at adoption, as by hand",
    "Valente 1996, Social Networks 18",
    _checks,
    {"weights": "all ties count alike", "thresholds": "b and c need half of their ties"},
)
