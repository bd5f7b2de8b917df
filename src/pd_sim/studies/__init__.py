"""Questions that take many runs, each answered in one call."""

from __future__ import annotations

from pd_sim.studies.ablate import Ablation, ablate
from pd_sim.studies.appraisal import Appraisal
from pd_sim.studies.compare import compare
from pd_sim.studies.decompose import FACTORS, Decomposition, decompose
from pd_sim.studies.dependence import Dependence, Leave, dependence, earliest_leave
from pd_sim.studies.diffusion import Diffusion, diffusion
from pd_sim.studies.diffusions import diffusions, reproduction
from pd_sim.studies.economics import economics
from pd_sim.studies.equalise import Equalised, equalise
from pd_sim.studies.equity import Equity, equity
from pd_sim.studies.evaluate import Evaluations, evaluate
from pd_sim.studies.information import Information, value_of_information
from pd_sim.studies.least_budget import LeastBudget, least_budget
from pd_sim.studies.regimes import Regimes, regimes
from pd_sim.studies.run import ENGINES, run
from pd_sim.studies.threats import Threatened, threats

__all__ = [
    "ENGINES",
    "FACTORS",
    "Ablation",
    "Appraisal",
    "Decomposition",
    "Dependence",
    "Diffusion",
    "Equalised",
    "Equity",
    "Evaluations",
    "Information",
    "LeastBudget",
    "Leave",
    "Regimes",
    "Threatened",
    "ablate",
    "compare",
    "decompose",
    "dependence",
    "diffusion",
    "diffusions",
    "earliest_leave",
    "economics",
    "equalise",
    "equity",
    "evaluate",
    "least_budget",
    "regimes",
    "reproduction",
    "run",
    "threats",
    "value_of_information",
]
