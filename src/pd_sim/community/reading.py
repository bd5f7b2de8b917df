"""What was read from files, and what was merged or left out and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Progress", "ReadingReport", "counted"]

Progress = Callable[[int, float], None]
"""Called now and then with the rows read so far and the share of the file read so far."""


def counted(count: int, thing: str) -> str:
    """A number of things in words.

    Examples
    --------
    >>> counted(1, "row"), counted(1200, "tie")
    ('1 row', '1,200 ties')
    """
    return f"{count:,} {thing}{'s' * (count != 1)}"


@dataclass(frozen=True)
class ReadingReport:
    """Counts of a reading, so that nothing is merged or left out unseen.

    Attributes
    ----------
    ties_file, households_file
        The files as they were named.
    delimiter
        What separates the values of the ties file; '' where it is no table.
    rows
        Rows with a tie in the ties file.
    used
        Rows of which something is left.
    ties
        Distinct ties: pairs that are tied where ties are mutual, half-edges where they are as named.
    merged
        How many rows told of a tie already told of, by reason.
    left_out
        How many rows were left out, by reason.
    relations
        Rows used of each relation; empty where the file has none.
    households, isolates, villages
        How many there are.
    households_left_out
        How many rows of the households file were left out, by reason.
    unused
        Columns of the ties file that say nothing here.
    notes
        What a reader should know beyond the counts.
    """

    ties_file: str
    households_file: str | None = None
    delimiter: str = ""
    rows: int = 0
    used: int = 0
    ties: int = 0
    merged: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    relations: Mapping[str, int] = field(default_factory=dict)
    households: int = 0
    isolates: int = 0
    villages: int = 0
    households_left_out: Mapping[str, int] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("merged", "left_out", "relations", "households_left_out"):
            counts = {key: int(count) for key, count in getattr(self, name).items() if count}
            object.__setattr__(self, name, MappingProxyType(counts))

    def __reduce__(self) -> tuple[object, ...]:
        values = [getattr(self, name) for name in self.__dataclass_fields__]
        return type(self), tuple(dict(value) if isinstance(value, MappingProxyType) else value for value in values)

    def lines(self) -> tuple[str, ...]:
        """The reading in plain sentences, one per line."""
        told = [f"{self.ties_file}: {counted(self.rows, 'row')} read, {self.used:,} used, {counted(self.ties, 'tie')}"]
        told += [f"{self.ties_file}: {counted(count, 'row')} merged ({why})" for why, count in self.merged.items()]
        told += [f"{self.ties_file}: {counted(count, 'row')} left out ({why})" for why, count in self.left_out.items()]
        if self.relations:
            told.append("relations: " + ", ".join(f"{name} {count:,}" for name, count in self.relations.items()))
        if self.unused:
            told.append(f"{self.ties_file}: columns not used: {', '.join(self.unused)}")
        told.append(
            f"{self.households_file or self.ties_file}: {counted(self.households, 'household')} in "
            f"{counted(self.villages, 'village')}, {self.isolates:,} without ties"
        )
        told += [
            f"{self.households_file or self.ties_file}: {counted(count, 'household')} left out ({why})"
            for why, count in self.households_left_out.items()
        ]
        return (*told, *self.notes)

    def to_frame(self) -> pd.DataFrame:
        """The counts as a tidy frame with the columns ``file``, ``what``, ``why`` and ``count``."""
        import pandas as pd

        table: list[tuple[str, str, str, int]] = [
            (self.ties_file, "rows", "", self.rows),
            (self.ties_file, "used", "", self.used),
            (self.ties_file, "ties", "", self.ties),
        ]
        for what in ("merged", "left_out"):
            table += [(self.ties_file, what, why, count) for why, count in getattr(self, what).items()]
        table += [(self.ties_file, "relation", name, count) for name, count in self.relations.items()]
        where = self.households_file or self.ties_file
        table += [(where, what, "", getattr(self, what)) for what in ("households", "isolates", "villages")]
        table += [(where, "households left out", why, count) for why, count in self.households_left_out.items()]
        return pd.DataFrame(table, columns=["file", "what", "why", "count"])
