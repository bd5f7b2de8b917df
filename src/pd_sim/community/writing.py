"""A community as two CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pd_sim.community.file import File
from pd_sim.community.ties import PERCEIVED
from pd_sim.errors import CommunityError

if TYPE_CHECKING:
    from pd_sim.community.community import Community

__all__ = ["write"]


def write(community: Community, folder: Path, ties: str, households: str) -> File:
    """Write a community, and return the description that reads it back; see `Community.save`."""
    import pandas as pd

    taken = {"id", "village"} & set(community.columns)
    if taken:
        raise CommunityError(f"column {min(taken)!r} has the name of a column of the file; give it another name")
    village = np.repeat(np.array(community.villages, object), community.sizes)
    names = np.array(community.names, object)
    people = pd.DataFrame({"id": names, "village": village, **community.columns})
    held = community.ties
    source, target = held.source, held.sees
    rows = pd.DataFrame({"village": village[source], "source": names[source], "target": names[target]})
    if held.weight is not None:
        rows["weight"] = held.weight / held.scale
    if held.perceived is not None:
        words = np.array(["", *PERCEIVED], object)  # codes count up from 0 in the order of the mapping
        rows["perceived"] = words[held.perceived + 1]
    elif held.mutual:
        rows = rows[source < target]
    folder.mkdir(parents=True, exist_ok=True)
    people.to_csv(folder / households, index=False, lineterminator="\n", encoding="utf-8")
    rows.to_csv(folder / ties, index=False, lineterminator="\n", encoding="utf-8")
    return File(
        ties=ties,
        households=households,
        direction="mutual" if held.mutual and held.perceived is None else "as_named",
        weight=None if held.weight is None else "weight",
        perceived=None if held.perceived is None else "perceived",
        groups=community.groups,
        single="keep",
    ).located(folder)
