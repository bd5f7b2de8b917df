"""Valente (1996): a household's network threshold is its exposure in the step in which it adopts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pd_sim.community import Graph
from pd_sim.studies import run
from pd_sim.studies.diffusion import exposure_at_adoption
from pd_sim.validation.checks import Check, Published, equal
from pd_sim.validation.diffusion import ARM, diffusion

__all__ = ["RESULT", "exposure_at_adoption"]


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
