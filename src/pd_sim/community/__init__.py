"""Who lives here and who is tied to whom: traits, ties, generators, files in and out."""

from __future__ import annotations

from pd_sim.community.base import CommunitySource, Drawn, Generator
from pd_sim.community.community import Community
from pd_sim.community.file import AdoptedBy, File
from pd_sim.community.geometric import Geometric
from pd_sim.community.graph import Graph
from pd_sim.community.lattice import Lattice
from pd_sim.community.random_ties import Blocks, Complete, Random, ScaleFree
from pd_sim.community.reading import Progress, ReadingReport
from pd_sim.community.small_world import SmallWorld
from pd_sim.community.spec import GENERATORS, CommunitySpec
from pd_sim.community.summary import CommunitySummary, VillageSummary
from pd_sim.community.ties import PERCEIVED, WEIGHT_SCALE, Ties
from pd_sim.community.traits import Column, Distribution, Traits
from pd_sim.community.village import Village

__all__ = [
    "GENERATORS",
    "PERCEIVED",
    "WEIGHT_SCALE",
    "AdoptedBy",
    "Blocks",
    "Column",
    "Community",
    "CommunitySource",
    "CommunitySpec",
    "CommunitySummary",
    "Complete",
    "Distribution",
    "Drawn",
    "File",
    "Generator",
    "Geometric",
    "Graph",
    "Lattice",
    "Progress",
    "Random",
    "ReadingReport",
    "ScaleFree",
    "SmallWorld",
    "Ties",
    "Traits",
    "Village",
    "VillageSummary",
]
