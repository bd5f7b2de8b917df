"""When the sponsor and the professional can leave, and how that hangs on assumptions about the hub and ownership.

``python experiments/when_can_the_professional_leave/run.py`` writes the table and the figure beside this file and tells
them; ``--quick`` runs a few replicates and writes only where ``--out`` says; ``--show`` tells the table that is here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

import pd_sim as ps
from pd_sim.figures import save
from pd_sim.figures.sheet import MARGIN, Sheet
from pd_sim.figures.style import INK, MUTED, shown, styled

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))  # what experiments share stands beside them
from tabled import Table, read, run_and_tell  # noqa: E402, F401 (a test asks for read)

LEAVES = (13, 26, 39, 52, 78, 104)
"""Weeks from which on the sponsor and all it pays for are gone."""
AFTER = (26, 52, 104)
"""Those of them for which the years of practice in the two years that follow are counted."""
WINDOW = 104
KEEP, CONFIDENCE = 0.8, 0.8
"""Enough: this share of the practice is left at the last week; sure: in this share of the replicates."""

Row = dict[str, object]


class Setting(NamedTuple):
    """An arm with one assumption changed (none: as it stands)."""

    arm: str
    field: str = ""
    value: float = 0.0

    @property
    def words(self) -> str:
        """What is changed."""
        return WORDS[self.field].format(self.value)

    def scenario(self) -> ps.Scenario:
        """The scenario of this folder with the assumption changed."""
        town = ps.Scenario.load(HERE / "scenario.yaml")
        if not self.field:
            return town
        entry = "training" if self.field == "involves" else "hub"
        path = self.field if "." in self.field else f"arms.{self.arm}.{entry}.{self.field}"
        return town.set(path, int(self.value) if self.field == "hosts_needed" else self.value)


WORDS = {
    "": "as it stands",
    "hosts_needed": "{:g} hosts needed",
    "host_ownership": "hosts own above {:g}",
    "involves": "experts involve by {:g}",
    "behaviour.ownership_weight": "ownership weighs {:g}",
}
OWNED = (("behaviour.ownership_weight", 0.0), ("behaviour.ownership_weight", 1.0))
HUB = (
    ("hosts_needed", 2),
    ("hosts_needed", 12),
    ("hosts_needed", 24),
    ("host_ownership", 0.2),
    ("host_ownership", 0.6),
    ("host_ownership", 0.85),
)
EXPERTS = (("host_ownership", 0.2), ("involves", 0.5), ("involves", 0.8))
VARIED = {"bottom_up": HUB + OWNED, "hybrid": OWNED, "no_hub": OWNED, "top_down_hub": EXPERTS, "top_down": OWNED}
SETTINGS = [Setting(arm, *change) for arm, changes in VARIED.items() for change in ((), *changes)]
COLUMNS = (
    *("arm", "field", "value", "leaves_at", "supported", "left", "left_low", "left_high"),
    *("enough", "enough_low", "enough_high", "years_left", "years_low", "years_high", "earliest", "replicates"),
)


def rows_of(setting: Setting, replicates: int, seed: int, leaves: tuple[int, ...] = LEAVES) -> Iterator[Row]:
    """One row a week of leaving: what is left at the end, how often enough, and years of practice after it."""
    town = setting.scenario()
    more = {"replicates": replicates, "seed": seed}
    found = ps.earliest_leave(town, setting.arm, keep=KEEP, confidence=CONFIDENCE, steps=leaves, **more)
    for place, week in enumerate(leaves):
        row: Row = {
            "arm": setting.arm,
            "field": setting.field,
            "value": setting.value if setting.field else "",
            "leaves_at": week,
            "supported": found.supported,
            "earliest": -1 if found.step is None else found.step,
            "replicates": replicates,
        }
        for name, estimate in (("left", found.left), ("enough", found.enough)):
            row |= {
                name: float(estimate.mean[place]),
                f"{name}_low": float(estimate.low[place]),
                f"{name}_high": float(estimate.high[place]),
            }
        if week in AFTER:
            after = ps.dependence(town.set("steps", week + WINDOW), setting.arm, week, steps=week + WINDOW, **more)
            year = after.frame().iloc[-1]
            row |= {
                "years_left": float(year["years_left"]),
                "years_low": float(year["years_left_low"]),
                "years_high": float(year["years_left_high"]),
            }
        yield row


def rows(quick: bool, seed: int, say: Callable[[str], None] = lambda _: None) -> Iterator[Row]:
    """Everything that is in the table, or a little of it."""
    for setting in [one for one in SETTINGS if not one.field] if quick else SETTINGS:
        say(f"{setting.arm}, {setting.words}")
        yield from rows_of(setting, 5 if quick else 60, seed)


def written(row: Row) -> dict[str, str]:
    """A row as the table holds it: shares with four decimals."""
    plain = {name: row.get(name, "") for name in COLUMNS}
    return {
        name: f"{value + 0.0:.4f}" if isinstance(value, float) and name != "value" else str(value)
        for name, value in plain.items()
    }


def short(table: Table) -> Iterator[tuple[str, float, float, float]]:
    """Derive a part of the table again: what it is, in the table, found now, and how far apart the two may be.

    The same seeds and as many replicates: equal to the last figure that is written.
    """
    for arm in ("bottom_up", "no_hub"):
        held = next(row for row in table if (row["arm"], row["field"], row["leaves_at"]) == (arm, "", "26"))
        fresh = next(rows_of(Setting(arm), int(held["replicates"]), 1, (26,)))
        for name in ("supported", "left", "left_low", "enough", "years_left"):
            yield f"{arm}: {name}, leaving at week 26", float(held[name]), float(str(fresh[name])), 0.000051


def blocks(table: Table) -> dict[Setting, dict[str, dict[str, str]]]:
    """Rows by setting and week of leaving."""
    found: dict[Setting, dict[str, dict[str, str]]] = {}
    for row in table:
        setting = Setting(row["arm"], row["field"], float(row["value"]) if row["field"] else 0.0)
        found.setdefault(setting, {})[row["leaves_at"]] = row
    return found


def called(arm: str) -> str:
    """What an arm is called here."""
    return {"no_hub": "bottom-up without a hub", "top_down_hub": "top-down with a hub"}.get(arm, shown(arm))


def tell(table: Table) -> None:
    """Say what the table says."""
    print(
        f"In how many of {table[0]['replicates']} replicates at least {KEEP:.0%} of the practice is left at week 208, "
        "by the week of leaving;\nearliest: first from which on that is in 80% of them; years: years of practice left "
        "in the two years\nafter leaving at week 26, 52 and 104; stays: practising at week 208 if nobody leaves\n"
    )
    found = blocks(table)
    weeks = list(next(iter(found.values())))
    after = [f"{week:>6d}" for week in AFTER]
    print(f"{'':24s}" + "".join(f"{week:>6s}" for week in weeks) + "  earliest  years" + "".join(after) + "   stays")
    arm = ""
    for setting, at in found.items():
        if setting.arm != arm:
            print(called(setting.arm))
            arm = setting.arm
        first = next(iter(at.values()))
        earliest = "none" if first["earliest"] == "-1" else first["earliest"]
        line = "".join(f"{float(row['enough']):>6.0%}" for row in at.values()) + f"{earliest:>10s}       "
        line += "".join(f"{float(at[str(week)]['years_left']):>6.0%}" for week in AFTER)
        print(f"  {setting.words:22s}{line}{float(first['supported']):>8.0%}")


_ROW, _COLUMN, _NAMES = 0.23, 0.52, 1.52


def picture(table: Table, file: Path) -> None:
    """Draw how often enough is left, by arm, assumption and week of leaving."""
    found = blocks(table)
    weeks = list(next(iter(found.values())))
    arms = list(dict.fromkeys(setting.arm for setting in found))
    columns = len(weeks) + 1
    sheet = Sheet(2 * MARGIN + _NAMES + _COLUMN * columns + 0.12, 1.72 + 0.3 * len(arms) + _ROW * len(found))
    sheet.title(
        "When can the professional leave?",
        f"Share of the replicates in which at least {KEEP:.0%} of the practice is left at week 208, by the week in "
        "which the sponsor and all it pays for leaves.",
    )
    sheet.notes(
        f"Framed: first week from which on it is {CONFIDENCE:.0%} or more. Last column: years of practice left in the "
        "two years after leaving at week 52. Hub thresholds and what ownership does are assumptions."
    )
    left, top = MARGIN + _NAMES, sheet.top - 0.08
    heads = [*weeks, "years"]
    sheet.text(MARGIN, top, "leaving at week", size=8, colour=MUTED)
    for column, head in enumerate(heads):
        beside = 0.12 if head == "years" else 0.0
        sheet.text(left + (column + 0.5) * _COLUMN + beside, top, head, size=8, horizontal="center")
    top -= 0.06
    for arm in arms:
        mine = [setting for setting in found if setting.arm == arm]
        name = called(arm)
        sheet.text(MARGIN, top - 0.16, name[0].upper() + name[1:], size=9, weight="bold")
        top -= 0.28
        bottom = top - _ROW * len(mine)
        axes = sheet.axes(left, bottom, sheet.width - MARGIN, top)
        with styled():
            axes.set_xlim(0, columns + 0.12 / _COLUMN)
            axes.set_ylim(len(mine), 0)
            axes.axis("off")
            for line, setting in enumerate(mine):
                sheet.text(MARGIN, top - (line + 0.5) * _ROW, setting.words, size=8, colour=MUTED)
                for column, week in enumerate(weeks):
                    row = found[setting][week]
                    _cell(axes, column, line, float(row["enough"]), row["earliest"] == week)
                years = float(found[setting]["52"]["years_left"])
                place = columns - 0.5 + 0.12 / _COLUMN
                axes.text(place, line + 0.54, f"{years:.0%}", ha="center", va="center", fontsize=9, color=INK)
        top = bottom - 0.02
    save(sheet.figure, file, dots_per_inch=120)


def _cell(axes: Axes, column: int, line: int, share: float, earliest: bool) -> None:
    colour = tuple(1 - 0.75 * share * (1 - part) for part in to_rgb("#0072b2"))
    axes.add_patch(Rectangle((column + 0.03, line), 0.94, 1, facecolor=colour, edgecolor="white", linewidth=1.2))
    if earliest:
        axes.add_patch(Rectangle((column + 0.06, line + 0.07), 0.88, 0.86, fill=False, edgecolor=INK, linewidth=1.4))
    ink = "white" if share > 0.7 else INK
    axes.text(column + 0.5, line + 0.54, f"{share:.0%}", ha="center", va="center", fontsize=9, color=ink)


def derive(quick: bool) -> Table:
    """The table, or a little of it."""
    return [written(row) for row in rows(quick, 1, lambda text: print(text, file=sys.stderr))]


if __name__ == "__main__":
    sys.exit(run_and_tell(__doc__, HERE, COLUMNS, derive, picture, tell))
