"""A community read from files."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from pd_sim.community.base import CommunitySource
from pd_sim.community.community import Community
from pd_sim.community.reading import Progress

__all__ = ["AdoptedBy", "File"]

Place = Annotated[str, Field(min_length=1)] | Annotated[int, Field(ge=1, le=10_000)]


class AdoptedBy(BaseModel):
    """Stages at the start out of recorded times of adoption: who adopted by a time practises, in the open."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    column: str = Field(min_length=1, description="column with the times; blank where a household never adopted")
    by: float = Field(description="last time that counts as adopted at the start")
    others: Literal["unaware", "aware"] = Field("unaware", description="stage of all other households")


class File(CommunitySource):
    r"""A community read from a ties file and, if there is one, a households file.

    The ties file is CSV (or separated by semicolons, tabs, blanks), GraphML, GEXF or an edge list, each also with
    ``.gz``. Every household of the households file is in the community, tied or not, and all its columns are kept.
    Relations are merged: a tie named in several relations is one tie. What was merged and left out is counted in
    ``community.report``.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "ties.csv").write_text("source,target,relation\nann,bo,kin\nbo,ann,advice\nbo,cy,kin\n")
    >>> town = File(ties="ties.csv").located(folder).draw_community(1)
    >>> town.n, town.report.ties, dict(town.report.merged)
    (3, 2, {'named by both': 1})
    """

    generator: Literal["file"] = "file"
    ties: str = Field(min_length=1, description="ties file, relative to the scenario's folder")
    households: str | None = Field(None, min_length=1, description="households file, relative to the scenario's folder")
    format: Literal["auto", "csv", "graphml", "gexf", "edgelist"] = Field(
        "auto", description="format of the ties file; auto goes by its name"
    )
    direction: Literal["mutual", "as_named"] = Field(
        "mutual", description="mutual: both see each other; as_named: the source sees the target"
    )
    source: Place = Field("source", description="column of the household that names another: its name, or place from 1")
    target: Place = Field("target", description="column of the household that is named")
    village: Place | None = Field("village", description="column of the village in the ties file; may be absent")
    relation: Place | None = Field("relation", description="column of the relation; may be absent")
    weight: Place | None = Field(None, description="column of the weight; none: every tie counts 1")
    perceived: Place | None = Field(
        None, description="column of what the source believes the target does: practising, never, stopped or unknown"
    )
    id: Annotated[str, Field(min_length=1)] = Field("id", description="column of the name in the households file")
    household_village: Annotated[str, Field(min_length=1)] = Field(
        "village", description="column of the village in the households file; may be absent"
    )
    relations: tuple[str, ...] = Field((), description="relations to read; empty: all of them, merged")
    only: tuple[str, ...] = Field((), description="villages to read; empty: all of them")
    columns: dict[str, str] = Field({}, description="own names for columns of the households file: {name: column}")
    groups: tuple[str, ...] = Field((), description="columns of the households file that are groups")
    initial: str | AdoptedBy | None = Field(
        None, description="column with each household's stage at the start, or times of adoption and a last one"
    )
    repeats: Literal["error", "merge"] = Field("error", description="what a tie twice within one relation is")
    unknown: Literal["error", "drop"] = Field(
        "error", description="what a row is that names a household not in the households file, nobody, or no village"
    )
    self_ties: Literal["error", "drop"] = Field("error", description="what a household tied to itself is")
    across: Literal["error", "drop"] = Field("error", description="what a tie across villages is")
    single: Literal["error", "keep", "drop"] = Field("error", description="what a village with one household is")
    merged_weight: Literal["largest", "sum", "mean"] = Field(
        "largest", description="weight of a tie that several rows name"
    )
    blanks: tuple[str, ...] = Field((), description="words that mean a missing value, such as NA")
    delimiter: Literal["auto", "comma", "semicolon", "tab", "space", "bar"] = Field(
        "auto", description="what separates values in the ties file"
    )
    households_delimiter: Literal["auto", "comma", "semicolon", "tab", "space", "bar"] = Field(
        "auto", description="what separates values in the households file"
    )
    encoding: str = Field("utf-8", min_length=1, description="encoding of both files")
    header: bool | None = Field(None, description="whether row 1 of the ties file names its columns; none: found out")

    _folder: Path | None = PrivateAttr(default=None)

    def located(self, folder: str | Path) -> Self:
        """Return this description with its relative paths resolved against a folder; what it holds stays as written."""
        placed = self.model_copy()
        placed._folder = Path(folder)  # noqa: SLF001 - its own
        return placed

    def path(self, written: str) -> Path:
        """Where a file is that the description names."""
        return Path(written) if self._folder is None else self._folder / written

    def paths(self) -> tuple[Path, ...]:
        """Where the files are."""
        return tuple(self.path(written) for written in (self.ties, self.households) if written is not None)

    def fingerprint(self) -> str:
        """Digest of the files' contents, to say with a result what it was computed from."""
        digest = hashlib.blake2b(digest_size=16)
        for path in self.paths():
            digest.update(path.read_bytes())
            digest.update(b"\0")
        return digest.hexdigest()

    def read(self, progress: Progress | None = None) -> Community:
        """Read the files.

        Parameters
        ----------
        progress
            Called now and then with the rows of the ties file read so far and the share of it.

        Raises
        ------
        FileError
            Anything in the files that cannot be used: one line that names file, row and mend.
        """
        from pd_sim.community.assembling import assemble

        return assemble(self, progress)

    def draw_community(self, seed: int) -> Community:
        """Read the files, or return what was read from them if they have not changed since; the seed plays no part."""
        del seed
        stamps = tuple(_stamp(path) for path in self.paths())
        return _kept(_Reading(self), stamps)


class _Reading:
    """A description as a key: equal where it is written the same and found in the same folder."""

    def __init__(self, file: File) -> None:
        self.file = file
        self._key = (file.model_dump_json(), file.paths())

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reading) and self._key == other._key


@functools.lru_cache(maxsize=8)
def _kept(reading: _Reading, stamps: tuple[tuple[int, int], ...]) -> Community:
    del stamps
    return reading.file.read()


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return (0, 0)
    return (stat.st_mtime_ns, stat.st_size)
