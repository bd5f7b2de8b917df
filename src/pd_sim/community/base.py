"""What all descriptions of a community have in common."""

from __future__ import annotations

import functools
import itertools
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any, Literal, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, model_validator

from pd_sim.community.community import Community
from pd_sim.community.ties import Ties
from pd_sim.streams import derive_seed, identity

__all__ = ["HOUSEHOLDS", "MEAN_DEGREE", "CommunitySource", "Drawn", "Generator", "plain", "rests_on"]

Rows = npt.NDArray[np.integer[Any]]


def rests_on(sure: str, source: str) -> dict[str, Any]:
    """What a default rests on, for the ``json_schema_extra`` of its field: a letter (V, C, K, A) and where to look."""
    return {"sure": sure, "source": source}


HOUSEHOLDS = rests_on("V", "surveyed villages: medians of 43 to 220, most from 50 to 500")
MEAN_DEGREE = rests_on("V", "surveyed villages: medians of 5.4 to 9.3 ties")
"""What the defaults of generators rest on; docs/evidence.md names the surveys."""


def plain(value: Any) -> Any:
    """Turn lists into tuples, and values of NumPy and paths into plain ones, so that the rest can be taken strictly."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list):
        return tuple(value)
    return value.as_posix() if isinstance(value, PurePath) else value


class CommunitySource(BaseModel, ABC):
    """A description from which a community can be drawn; the same description and seed give the same community."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    draw: Literal["each", "once"] = Field(
        "each",
        description="whether all that is drawn of a village (ties, traits, deviants) differs between replicates",
        json_schema_extra=rests_on("A", "by case"),
    )

    @model_validator(mode="before")
    @classmethod
    def _of_python(cls, given: Any) -> Any:
        return {name: plain(value) for name, value in given.items()} if isinstance(given, dict) else given

    @abstractmethod
    def draw_community(self, seed: int) -> Community:
        """Draw the community.

        Parameters
        ----------
        seed
            A whole number from 0; a source that holds no chance ignores it.
        """

    def __hash__(self) -> int:
        return hash((type(self), self.model_dump_json()))

    def located(self, folder: str | Path) -> Self:
        """Return this description with its relative paths resolved against a folder; what it holds stays as written."""
        del folder
        return self


class Drawn(NamedTuple):
    """One village as a generator draws it: ties as pairs of rows, and columns of its households."""

    source: Rows
    target: Rows
    columns: Mapping[str, npt.NDArray[Any]] = {}


class Generator(CommunitySource):
    """A generator of villages that are drawn apart from each other and have no ties between them."""

    villages: int = Field(
        1, ge=1, le=100_000, description="number of villages", json_schema_extra=rests_on("A", "by case")
    )

    @abstractmethod
    def size(self) -> int:
        """Households of a village."""

    @abstractmethod
    def draw_village(self, rng: np.random.Generator) -> Drawn:
        """Draw one village: each pair of tied rows once, in either order."""

    def group_columns(self) -> tuple[str, ...]:
        """Which of the drawn columns are groups."""
        return ()

    def draw_community(self, seed: int) -> Community:
        """Draw the villages, named '1', '2', …; village ``v`` is the same however many there are."""
        n = self.size()
        seeds = (derive_seed(seed, "network", number) for number in range(self.villages))
        drawn = [self.draw_village(np.random.default_rng(village_seed)) for village_seed in seeds]
        villages = tuple(str(number) for number in range(1, self.villages + 1))
        names, keys = zip(*(_numbered(village, n) for village in villages), strict=True)
        source, target = (
            np.concatenate([np.asarray(part[end], np.int64) + n * v for v, part in enumerate(drawn)]) for end in (0, 1)
        )
        columns = {name: np.concatenate([part.columns[name] for part in drawn]) for name in drawn[0].columns}
        return Community(
            villages=villages,
            start=np.arange(0, n * self.villages + 1, n, dtype=np.int64),
            names=tuple(itertools.chain.from_iterable(names)),
            identity=np.frombuffer(b"".join(keys), np.uint64).copy(),
            ties=Ties.build(n * self.villages, source, target),
            columns=columns,
            groups=self.group_columns(),
        )


@functools.lru_cache(maxsize=4096)
def _numbered(village: str, n: int) -> tuple[tuple[str, ...], bytes]:
    """Names and keys of households '1', '2', …; kept, since many replicates have the same ones."""
    names = tuple(str(number) for number in range(1, n + 1))
    return names, np.array([identity(village, name) for name in names], np.uint64).tobytes()
