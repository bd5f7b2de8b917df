"""pd-sim: how a hidden good practice spreads between households, and what helps it along.

The names below are loaded when they are first used, so that importing pd_sim costs next to nothing.

>>> import pd_sim as ps
>>> town = ps.Scenario.load("village")
>>> sorted(town.arms)[0]
'bottom_up'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pd_sim import figures as figures
    from pd_sim.agents import CommunityModel as CommunityModel
    from pd_sim.agents import Household as Household
    from pd_sim.analysis import social as social
    from pd_sim.analysis import told as told
    from pd_sim.behaviour import Behaviour as Behaviour
    from pd_sim.behaviour import Initial as Initial
    from pd_sim.behaviour import Practice as Practice
    from pd_sim.behaviour import decision_rule as decision_rule
    from pd_sim.community import Community as Community
    from pd_sim.community import Traits as Traits
    from pd_sim.errors import PdSimError as PdSimError
    from pd_sim.interventions import Intervention as Intervention
    from pd_sim.interventions import PerHousehold as PerHousehold
    from pd_sim.interventions import PerReplicate as PerReplicate
    from pd_sim.population import PerVillage as PerVillage
    from pd_sim.population import Stage as Stage
    from pd_sim.population import Variant as Variant
    from pd_sim.results import Comparison as Comparison
    from pd_sim.scenario import Evaluation as Evaluation
    from pd_sim.scenario import Scenario as Scenario
    from pd_sim.scenario import Target as Target
    from pd_sim.studies import ablate as ablate
    from pd_sim.studies import compare as compare
    from pd_sim.studies import decompose as decompose
    from pd_sim.studies import dependence as dependence
    from pd_sim.studies import diffusion as diffusion
    from pd_sim.studies import diffusions as diffusions
    from pd_sim.studies import earliest_leave as earliest_leave
    from pd_sim.studies import economics as economics
    from pd_sim.studies import equalise as equalise
    from pd_sim.studies import equity as equity
    from pd_sim.studies import evaluate as evaluate
    from pd_sim.studies import least_budget as least_budget
    from pd_sim.studies import regimes as regimes
    from pd_sim.studies import reproduction as reproduction
    from pd_sim.studies import run as run
    from pd_sim.studies import threats as threats
    from pd_sim.studies import value_of_information as value_of_information

__version__ = "0.1.0"

_HOMES = {
    "Behaviour": "behaviour",
    "Community": "community",
    "CommunityModel": "agents",
    "Comparison": "results",
    "Evaluation": "scenario",
    "Household": "agents",
    "Initial": "behaviour",
    "Intervention": "interventions",
    "PdSimError": "errors",
    "PerHousehold": "interventions",
    "PerReplicate": "interventions",
    "PerVillage": "population",
    "Practice": "behaviour",
    "Scenario": "scenario",
    "Stage": "population",
    "Target": "scenario",
    "Traits": "community",
    "Variant": "population",
    "ablate": "studies",
    "compare": "studies",
    "decision_rule": "behaviour",
    "decompose": "studies",
    "dependence": "studies",
    "diffusion": "studies",
    "diffusions": "studies",
    "earliest_leave": "studies",
    "economics": "studies",
    "equalise": "studies",
    "equity": "studies",
    "evaluate": "studies",
    "figures": "",
    "least_budget": "studies",
    "regimes": "studies",
    "reproduction": "studies",
    "run": "studies",
    "social": "analysis",
    "threats": "studies",
    "told": "analysis",
    "value_of_information": "studies",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'pd_sim' has no attribute {name!r}")
    home = _HOMES[name]
    value = (
        getattr(importlib.import_module(f"pd_sim.{home}"), name) if home else importlib.import_module(f"pd_sim.{name}")
    )
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
