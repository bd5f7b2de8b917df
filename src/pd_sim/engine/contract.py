"""The contract an own intervention keeps: what it does in a village does not depend on what is run beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.engine.founding import Founded, found
from pd_sim.engine.simulate import Tile, new_population
from pd_sim.errors import InterventionError, PdSimError
from pd_sim.interventions import Intervention
from pd_sim.scenario import Scenario

__all__ = ["check_intervention", "check_interventions"]

_STEPS = 30
_checked: set[tuple[type[Intervention], str]] = set()


def check_interventions(arm: Sequence[Intervention], founded: Founded) -> None:
    """Check that the interventions of an arm can do what they say in this community.

    One that does not come with pd-sim is tried out as well, once for each setting.

    Raises
    ------
    ScenarioError
        One asks for what the community does not have: a grouping, a village, more households than there are.
    InterventionError
        An own intervention breaks the contract.
    """
    groups = founded.groups
    for intervention in arm:
        intervention.check(founded.village_sizes, groups)
        if type(intervention).__module__.startswith("pd_sim."):
            continue
        key = (type(intervention), f"{intervention.model_dump_json()} {sorted(groups)}")
        if key not in _checked:
            check_intervention(intervention, groups)
            _checked.add(key)


def check_intervention(intervention: Intervention, groups: Mapping[str, npt.NDArray[Any]] | None = None) -> None:
    """Run an intervention in two small villages, each alone and both side by side; it must do the same.

    Raises
    ------
    InterventionError
        It fails, or what it does in one village depends on the other.
    """
    scenario = Scenario.from_dict(
        {
            "name": "contract",
            "steps": min(5200, _STEPS + getattr(intervention, "start", 0)),
            "community": {"generator": "village", "households": 40},
            "practice": {"positive_deviants": 4},
            "initial": {"aware": 10},
            "arms": {"arm": [intervention]},
        }
    )
    founded = [found(scenario, seed) for seed in (1, 2)]
    labels = {name: np.resize(np.asarray(values), len(founded[0].own)) for name, values in (groups or {}).items()}
    founded = [f._replace(groups=labels) for f in founded]
    kind = intervention.kind
    try:
        pair = new_population(scenario, founded, [3, 4])
        together = Tile(scenario, [intervention], pair, digest=True).run().hexdigests()
        alone = [
            Tile(scenario, [intervention], new_population(scenario, [f], [luck]), digest=True).run().hexdigests()[0]
            for f, luck in zip(founded, (3, 4), strict=True)
        ]
    except PdSimError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())
        raise InterventionError(
            f"intervention {kind!r} fails in a small village: {type(error).__name__}: {reason}"
        ) from error
    if list(together) != alone:
        raise InterventionError(
            f"intervention {kind!r} does something else in a village when another is run beside it; "
            "use pop.pick, pop.chance, pop.count and masks, which go village by village"
        )
