"""Every description of a community by its field ``generator``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pd_sim.community.file import File
from pd_sim.community.village import Village

__all__ = ["CommunitySpec"]

CommunitySpec = Annotated[
    File | Village, Field(discriminator="generator", description="who lives here and who is tied to whom")
]
