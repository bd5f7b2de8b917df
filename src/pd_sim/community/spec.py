"""Every description of a community, told apart by its field ``generator``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pd_sim.community.file import File
from pd_sim.community.geometric import Geometric
from pd_sim.community.graph import Graph
from pd_sim.community.lattice import Lattice
from pd_sim.community.random_ties import Blocks, Complete, Random, ScaleFree
from pd_sim.community.small_world import SmallWorld
from pd_sim.community.village import Village

__all__ = ["GENERATORS", "CommunitySpec"]

CommunitySpec = Annotated[
    Blocks | Complete | File | Geometric | Graph | Lattice | Random | ScaleFree | SmallWorld | Village,
    Field(discriminator="generator", description="who lives here and who is tied to whom"),
]
"""A description of a community: pydantic reads the right one by its field ``generator``."""

GENERATORS = {
    kind.model_fields["generator"].default: kind
    for kind in (Blocks, Complete, File, Geometric, Graph, Lattice, Random, ScaleFree, SmallWorld, Village)
}
"""Descriptions by the name of their generator."""
