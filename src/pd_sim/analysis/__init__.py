"""What results say: pure functions of arrays, each with its formula, its source and its degenerate cases."""

from pd_sim.analysis.bands import band, quantiles
from pd_sim.analysis.contrasts import Standing, mean_interval, paired_difference, pairing_gain, standing
from pd_sim.analysis.cost_effectiveness import (
    Ratio,
    acceptability,
    best_shares,
    break_even,
    dominance,
    net_benefit,
    paired_ratio,
)
from pd_sim.analysis.counts import poisson_interval, two_counts, two_proportions
from pd_sim.analysis.discounting import by_year, discount_factors, step_factors
from pd_sim.analysis.information import joint_information, partial_information, perfect_information
from pd_sim.analysis.ratios import each_ratio, ratio
from pd_sim.analysis.social import social
from pd_sim.analysis.social_return import social_return
from pd_sim.analysis.sustainment import net_retention, sustained
from pd_sim.analysis.takeoff import Humps, humps, takeoff, wilson
from pd_sim.analysis.told import told
from pd_sim.analysis.uptake import practice_years, shares, time_to
from pd_sim.analysis.villages import Spread, intraclass, village_spread, without_positive_deviant

__all__ = [
    "Humps",
    "Ratio",
    "Spread",
    "Standing",
    "acceptability",
    "band",
    "best_shares",
    "break_even",
    "by_year",
    "discount_factors",
    "dominance",
    "each_ratio",
    "humps",
    "intraclass",
    "joint_information",
    "mean_interval",
    "net_benefit",
    "net_retention",
    "paired_difference",
    "paired_ratio",
    "pairing_gain",
    "partial_information",
    "perfect_information",
    "poisson_interval",
    "practice_years",
    "quantiles",
    "ratio",
    "shares",
    "social",
    "social_return",
    "standing",
    "step_factors",
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
