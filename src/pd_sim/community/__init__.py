"""Who lives here and who is tied to whom: traits, ties, generators, files in and out."""

from __future__ import annotations

from pd_sim.community.base import CommunitySource, Drawn, Generator
from pd_sim.community.community import Community
from pd_sim.community.file import AdoptedBy, File
from pd_sim.community.reading import ReadingReport
from pd_sim.community.spec import CommunitySpec
from pd_sim.community.ties import PERCEIVED, WEIGHT_SCALE, Ties
from pd_sim.community.traits import Column, Distribution, Traits
from pd_sim.community.village import Village

__all__ = [
    "PERCEIVED",
    "WEIGHT_SCALE",
    "AdoptedBy",
    "Column",
    "Community",
    "CommunitySource",
    "CommunitySpec",
    "Distribution",
    "Drawn",
    "File",
    "Generator",
    "ReadingReport",
    "Ties",
    "Traits",
    "Village",
]
