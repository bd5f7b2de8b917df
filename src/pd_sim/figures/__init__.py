"""Figures of results: one style, readable in grey and on a phone, each a matplotlib ``Figure`` of its own."""

from pd_sim.figures.community import community, drawable
from pd_sim.figures.curves import curves
from pd_sim.figures.decomposition import decomposition
from pd_sim.figures.dependence import dependence, leave
from pd_sim.figures.differences import difference_curve
from pd_sim.figures.diffusion import diffusion
from pd_sim.figures.distribution import distribution
from pd_sim.figures.economics import acceptability_curve, cost_plane
from pd_sim.figures.money import cash_by_year, social_return_waterfall
from pd_sim.figures.network import Snapshots, layout, network
from pd_sim.figures.published import published
from pd_sim.figures.regimes import ZONES, regime_map
from pd_sim.figures.save import save
from pd_sim.figures.style import STAGES, ArmStyle, StageStyle, arm_styles
from pd_sim.figures.threats import threats
from pd_sim.figures.told import told
from pd_sim.figures.verdicts import verdicts

__all__ = [
    "STAGES",
    "ZONES",
    "ArmStyle",
    "Snapshots",
    "StageStyle",
    "acceptability_curve",
    "arm_styles",
    "cash_by_year",
    "community",
    "cost_plane",
    "curves",
    "decomposition",
    "dependence",
    "difference_curve",
    "diffusion",
    "distribution",
    "drawable",
    "layout",
    "leave",
    "network",
    "published",
    "regime_map",
    "save",
    "social_return_waterfall",
    "threats",
    "told",
    "verdicts",
]
