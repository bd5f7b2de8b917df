"""What results say: pure functions of arrays, each with its formula, its source and its degenerate cases."""

from pd_sim.analysis.bands import band, quantiles
from pd_sim.analysis.contrasts import Standing, mean_interval, paired_difference, pairing_gain, standing
from pd_sim.analysis.counts import poisson_interval, two_counts, two_proportions
from pd_sim.analysis.ratios import each_ratio, ratio
from pd_sim.analysis.social import social
from pd_sim.analysis.sustainment import net_retention, sustained
from pd_sim.analysis.takeoff import Humps, humps, takeoff, wilson
from pd_sim.analysis.told import told
from pd_sim.analysis.uptake import practice_years, shares, time_to
from pd_sim.analysis.villages import Spread, intraclass, village_spread, without_positive_deviant

__all__ = [
    "Humps",
    "Spread",
    "Standing",
    "band",
    "each_ratio",
    "humps",
    "intraclass",
    "mean_interval",
    "net_retention",
    "paired_difference",
    "pairing_gain",
    "poisson_interval",
    "practice_years",
    "quantiles",
    "ratio",
    "shares",
    "social",
    "standing",
    "sustained",
    "takeoff",
    "time_to",
    "told",
    "two_counts",
    "two_proportions",
    "village_spread",
    "wilson",
    "without_positive_deviant",
]
