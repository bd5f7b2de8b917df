"""Questions that take many runs, each answered in one call."""

from __future__ import annotations

from pd_sim.studies.compare import compare
from pd_sim.studies.decompose import FACTORS, Decomposition, decompose
from pd_sim.studies.equity import Equity, equity
from pd_sim.studies.run import ENGINES, run

__all__ = ["ENGINES", "FACTORS", "Decomposition", "Equity", "compare", "decompose", "equity", "run"]
