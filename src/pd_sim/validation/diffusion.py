"""The general model brought down to the bare models of the literature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pd_sim.scenario import Scenario

__all__ = ["ARM", "diffusion"]

ARM = "nothing"
"""Name of the one arm: nobody intervenes."""


def diffusion(
    community: Any,
    *,
    steps: int,
    caution: float | Sequence[float | str] | Mapping[str, Any] = 0.0,
    practising: int | Sequence[str] = 1,
    practice: Mapping[str, Any] | None = None,
    **behaviour: Any,
) -> Scenario:
    """Scenario in which deciding is all there is: everybody knows, sees all and succeeds at once, and nobody stops.

    Parameters
    ----------
    community
        As `Scenario.from_dict` takes it.
    steps
        Number of steps.
    caution
        Thresholds, as the trait takes them.
    practising
        Households that practise at the start: how many, or their names.
    practice, behaviour
        Fields that differ from all this.
    """
    return Scenario.from_dict(
        {
            "name": "published",
            "steps": steps,
            "community": community,
            "traits": {"caution": caution, "trust_peer": 1.0, "trust_expert": 1.0, "confidence": 0.5},
            "practice": {
                "positive_deviants": 0,
                "portability": 1.0,
                "certainty": 1.0,
                "fit_overlap": 1.0,
                "seen_practising": 1.0,
                "seen_stopped": 0.0,
                "seen_never": 0.0,
                **(practice or {}),
            },
            "initial": {"aware": 1.0, "practising": practising},
            "behaviour": {
                "try_rate": 1.0,
                "epsilon": 0.0,
                "trial": 0,
                "floor": 1.0,
                "lapse": "none",
                "rest": "never",
                "ownership_weight": 0.0,
                "proof_weight": 0.0,
                **behaviour,
            },
            "arms": {ARM: []},
        }
    )
