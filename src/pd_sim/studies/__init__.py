"""Questions that take many runs, each answered in one call."""

from __future__ import annotations

from pd_sim.studies.compare import compare
from pd_sim.studies.decompose import FACTORS, Decomposition, decompose
from pd_sim.studies.equalise import Equalised, equalise
from pd_sim.studies.equity import Equity, equity
from pd_sim.studies.regimes import Regimes, regimes
from pd_sim.studies.run import ENGINES, run

__all__ = [
    "ENGINES",
    "FACTORS",
    "Decomposition",
    "Equalised",
    "Equity",
    "Regimes",
    "compare",
    "decompose",
    "equalise",
    "equity",
    "regimes",
    "run",
]
