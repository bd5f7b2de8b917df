"""Files for the tests of reading."""

from __future__ import annotations

from pathlib import Path

from pd_sim.community import Community, File

TIES = "source,target,relation,weight\na,b,kin,1\nb,c,kin,2\na,c,advice,1\n"
HOUSEHOLDS = "id,village,age\na,v,30\nb,v,40\nc,v,\nd,v,20\n"
TWO_TIES = "village,source,target\nv,a,b\nw,c,d\n"
TWO_HOUSEHOLDS = "id,village\na,v\nb,v\nc,w\nd,w\n"


def read(
    folder: Path,
    ties: str | bytes = TIES,
    households: str | bytes | None = None,
    name: str = "ties.csv",
    **fields,
) -> Community:
    """Write the files and read the community."""
    (folder / name).write_bytes(ties if isinstance(ties, bytes) else ties.encode())
    if households is not None:
        (folder / "homes.csv").write_bytes(households if isinstance(households, bytes) else households.encode())
        fields["households"] = "homes.csv"
    return File(ties=name, **fields).located(folder).draw_community(1)


def told(town: Community) -> set[tuple[str, str]]:
    """Names of who sees whom."""
    return {(town.names[a], town.names[b]) for a, b in zip(town.ties.source, town.ties.sees, strict=True)}
