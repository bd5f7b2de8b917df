"""One shape of result, its tidy frames, where it came from and how it is kept."""

from pd_sim.results.arms import ArmResult
from pd_sim.results.comparison import TAKEOFF_SHARE, USUAL_STEPS, Comparison
from pd_sim.results.difference import Difference
from pd_sim.results.measures import CONTRASTED, MEANINGS, MEASURES, SHOWN, TRACED
from pd_sim.results.provenance import canonical, content_hash, plain, versions
from pd_sim.results.storage import check_folder
from pd_sim.results.uncertainty import (
    BAND,
    CONFIDENCE,
    Estimate,
    band,
    mean_interval,
    paired_difference,
    takeoff,
    wilson,
)

__all__ = [
    "BAND",
    "CONFIDENCE",
    "CONTRASTED",
    "MEANINGS",
    "MEASURES",
    "SHOWN",
    "TAKEOFF_SHARE",
    "TRACED",
    "USUAL_STEPS",
    "ArmResult",
    "Comparison",
    "Difference",
    "Estimate",
    "band",
    "canonical",
    "check_folder",
    "content_hash",
    "mean_interval",
    "paired_difference",
    "plain",
    "takeoff",
    "versions",
    "wilson",
]
