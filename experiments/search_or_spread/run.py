"""When finding somebody to learn from is the bottleneck, and when spreading is.

``python experiments/search_or_spread/run.py`` writes ``table.csv`` and ``figure.png`` and prints the finding;
``--quick`` does it with few replicates, ``--out DIR`` writes elsewhere.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.patches import Rectangle

import pd_sim as ps
from pd_sim.figures import save
from pd_sim.figures.sheet import MARGIN, Sheet
from pd_sim.figures.style import GRID, INK, MUTED, styled
from pd_sim.results import Estimate, paired_difference, wilson

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))  # what experiments share stands beside them
from tabled import Table, read, run_and_tell  # noqa: E402, F401 (a test asks for read)

ARM = "bottom_up"
REPLICATES, QUICK = 50, 3


class Size(NamedTuple):
    """Villages of one size, so many of them that there are about 600 households."""

    households: int
    villages: int
    hosts: int


class Search(NamedTuple):
    """How well the working group searches."""

    name: str
    visits: int
    recognise: float


SIZES = (Size(43, 14, 2), Size(150, 4, 3), Size(300, 2, 6))
DEVIANTS = (0.01, 0.02, 0.05, 0.10)
SEARCHES = (Search("hardly", 1, 0.02), Search("seldom", 1, 0.1), Search("as usual", 2, 0.5))
USUAL = SEARCHES[2]
SPREADING: dict[str, dict[str, object]] = {
    "as usual": {},
    "hard": {"traits.caution.mean": 0.4, f"arms.{ARM}.hub.places": 0},
}
"""How easily it spreads once found: as in the case ``village``, or among people who are more cautious, with no hub."""
PLACES = 6.7
"""Places of a session for every hundred households."""
FALSE_LEADS = (0.0, 0.02, 0.05, 0.10)
SIFT = (0.0, 0.5, 1.0)
STAGES = ("there", "found", "spreads")
"""What a take-off needs, in this order: somebody to learn from, being found, and spreading from there."""

Row = dict[str, object]
Flags = npt.NDArray[np.bool_]


class Villages(NamedTuple):
    """What became of every village, ``[replicate, village]``."""

    there: Flags
    found: Flags
    took_off: Flags
    level: npt.NDArray[np.float64]

    def chances(self) -> dict[str, Estimate]:
        """Chance of each stage given the one before, and of a take-off, over all villages, with Wilson's interval."""
        reached = [np.ones_like(self.there), self.there, self.found, self.took_off]
        chances = {
            stage: wilson(int(after.sum()), max(int(before.sum()), 1))
            for stage, (before, after) in zip(STAGES, pairwise(reached), strict=True)
        }
        return chances | {"take-off": wilson(int(self.took_off.sum()), self.took_off.size)}

    def bottleneck(self) -> str:
        """Stage that fails most often: nothing where a take-off is all but sure, undecided where intervals overlap."""
        chances = self.chances()
        if chances["take-off"].mean >= 0.9:
            return "nothing"
        first, second = sorted(STAGES, key=lambda stage: float(chances[stage].mean))[:2]
        return first if chances[first].high < chances[second].low else "undecided"


def town(size: Size) -> ps.Scenario:
    """The scenario with villages of this size."""
    return (
        ps.Scenario.load(HERE / "scenario.yaml")
        .set("community.households", size.households)
        .set("community.villages", size.villages)
        .set(f"arms.{ARM}.hub.hosts_needed", size.hosts)
    )


def villages(size: Size, changes: dict[str, object], replicates: int, seed: int) -> Villages:
    """Run the arm, and say what became of every village."""
    changed = town(size)
    for field, value in changes.items():
        changed = changed.set(field, value)
    result = ps.compare(changed, [ARM], replicates=replicates, seed=seed)
    arm = result.arm(ARM)
    practising, seen = arm.values("practising"), arm.values("seen")
    # somebody who is hidden practises in the open only once found, and nobody else can before
    share = practising[:, -1] / result.sizes
    return Villages(practising[:, 0] > 0, (seen > 0).any(axis=1), share >= result.takeoff_share - 1e-9, share)


def searched(deviants: float, search: Search, places: float = PLACES) -> dict[str, object]:
    """Fields that say how many there are to find, how they are searched for, and how many places sessions have."""
    return {
        "practice.positive_deviants": deviants,
        f"arms.{ARM}.facilitation.visits": search.visits,
        f"arms.{ARM}.facilitation.recognise": search.recognise,
        f"arms.{ARM}.facilitation.places": {"per_100": places},
    }


def cell(size: Size, spreading: str, search: Search, deviants: float, replicates: int, seed: int) -> Row:
    """One row of the grid: what fails most often, and what twice the visits or twice the places would add."""
    context = SPREADING[spreading]
    row: Row = {"part": "grid", "households": size.households, "spreading": spreading}
    row |= {"search": search.name, "deviants": deviants}
    base = villages(size, searched(deviants, search) | context, replicates, seed)
    if replicates < REPLICATES:  # a quick run does without
        return row | _told(base)
    more = search._replace(visits=2 * search.visits)
    search_more = villages(size, searched(deviants, more) | context, replicates, seed)
    spread_more = villages(size, searched(deviants, search, 2 * PLACES) | context, replicates, seed)
    return row | _told(base) | _gain("search", search_more, base) | _gain("spread", spread_more, base)


def grid(replicates: int, seed: int) -> Iterator[Row]:
    """Size × how easily it spreads × how well searched for × how many to find."""
    for size, spreading, search, deviants in product(SIZES, SPREADING, SEARCHES, DEVIANTS):
        yield cell(size, spreading, search, deviants, replicates, seed)


def _told(found: Villages) -> Row:
    row: Row = {"villages": found.there.size}
    for stage, chance in found.chances().items():
        row |= {stage: float(chance.mean), f"{stage} low": float(chance.low), f"{stage} high": float(chance.high)}
    return row | {"share": float(found.level.mean()), "bottleneck": found.bottleneck()}


def _gain(name: str, more: Villages, base: Villages) -> Row:
    gain = paired_difference(more.took_off.mean(axis=1), base.took_off.mean(axis=1))
    return {f"2x {name}": float(gain.mean), f"2x {name} low": float(gain.low), f"2x {name} high": float(gain.high)}


def misled(replicates: int, seed: int) -> Iterator[Row]:
    """False leads, by how well they are seen through; 2% positive deviants, searched for as usual."""
    for size, leads in product((SIZES[0], SIZES[-1]), FALSE_LEADS):
        for sift in SIFT if leads else SIFT[1:2]:
            changes = searched(0.02, USUAL) | {
                "practice.false_leads": leads,
                f"arms.{ARM}.facilitation.sift": sift,
            }
            found = villages(size, changes, replicates, seed)
            off = found.chances()["take-off"]
            yield {
                "part": "false leads",
                "households": size.households,
                "spreading": "as usual",
                "search": USUAL.name,
                "deviants": 0.02,
                "false leads": leads,
                "sift": sift if leads else None,
                "villages": found.there.size,
                "take-off": float(off.mean),
                "take-off low": float(off.low),
                "take-off high": float(off.high),
                "share": float(found.level.mean()),
            }


def rows(replicates: int, seed: int) -> list[Row]:
    """Everything that is in the table."""
    return [*grid(replicates, seed), *misled(replicates, seed)]


_LOOK = {
    "there": ("nobody is there to be found", "#c3c9d0"),
    "found": ("nobody is found: search", "#e69f00"),
    "spreads": ("it does not spread from there: spread", "#56b4e9"),
    "nothing": ("nothing: nine villages in ten take off", "#d5eadf"),
    "undecided": ("two of these are too close to tell apart", "white"),
}
_ROW, _NAMES, _GAP = 0.3, 0.95, 0.16


def picture(table: Table, file: Path) -> None:
    """Draw the chance of a take-off in every cell of the grid, in the colour of what fails most often."""
    cells = _grid(table)
    sheet = Sheet(5.4, 7.32)
    sheet.title(
        "Finding fails where few are there or few look; spreading only where it is hard",
        "Chance that a village takes off (a quarter of it practising at week 156), and what fails most often on the "
        "way there. In columns: positive deviants; in rows: how well they are searched for.",
    )
    sheet.notes(
        "Hard to spread: households want to see 40% of their neighbours practise before they try, not 25%, and no hub "
        "goes on. Hardly: 1 visit a member and week, 2% recognised. Seldom: 1 visit, 10%. As usual: 2 visits, 50%. "
        "All of it assumed."
    )
    for words, colour in _LOOK.values():
        sheet.line([MARGIN, MARGIN + 0.2], [sheet.top - 0.08] * 2, color=MUTED, linewidth=8.4, solid_capstyle="butt")
        sheet.line(
            [MARGIN + 0.01, MARGIN + 0.19], [sheet.top - 0.08] * 2, color=colour, linewidth=7, solid_capstyle="butt"
        )
        sheet.text(MARGIN + 0.3, sheet.top - 0.08, words, size=8.5)
        sheet.top -= 0.19
    top = sheet.top - 0.12
    across = (sheet.width - 2 * MARGIN - _NAMES - _GAP) / 2
    for size in SIZES:
        sheet.text(MARGIN, top - 0.1, f"Villages of {size.households}", size=9.5, weight="bold")
        for block, spreading in enumerate(SPREADING):
            left = MARGIN + _NAMES + block * (across + _GAP)
            words = "spreads as usual" if spreading == "as usual" else "hard to spread"
            sheet.text(left + across / 2, top - 0.1, words, size=8.5, horizontal="center", colour=MUTED)
            wide = across / len(DEVIANTS)
            for column, deviants in enumerate(DEVIANTS):
                sheet.text(left + (column + 0.5) * wide, top - 0.29, f"{deviants:.0%}", size=8, horizontal="center")
            axes = sheet.axes(left, top - 0.4 - _ROW * len(SEARCHES), left + across, top - 0.4)
            with styled():
                axes.set_xlim(0, len(DEVIANTS))
                axes.set_ylim(len(SEARCHES), 0)
                axes.axis("off")
                for (row, search), (column, deviants) in product(enumerate(SEARCHES), enumerate(DEVIANTS)):
                    one = cells[size.households, spreading, search.name, deviants]
                    colour = _LOOK[one["bottleneck"]][1]
                    axes.add_patch(Rectangle((column, row), 1, 1, facecolor=colour, edgecolor=GRID, linewidth=1.2))
                    said = f"{float(one['take-off']):.0%}"
                    axes.text(column + 0.5, row + 0.52, said, ha="center", va="center", fontsize=9, color=INK)
        sheet.text(MARGIN, top - 0.29, "there: ", size=8, colour=MUTED)
        for row, search in enumerate(SEARCHES):
            sheet.text(MARGIN, top - 0.4 - (row + 0.5) * _ROW, search.name, size=9)
        top -= 0.62 + _ROW * len(SEARCHES)
    save(sheet.figure, file, 120)


def _grid(table: Table) -> dict[tuple[int, str, str, float], dict[str, str]]:
    return {
        (int(row["households"]), row["spreading"], row["search"], float(row["deviants"])): row
        for row in table
        if row["part"] == "grid"
    }


COLUMNS = (
    *("part", "households", "spreading", "search", "deviants", "false leads", "sift", "villages", "bottleneck"),
    *(f"{name}{end}" for name in (*STAGES, "take-off") for end in ("", " low", " high")),
    "share",
    *(f"2x {name}{end}" for name in ("search", "spread") for end in ("", " low", " high")),
)


def written(row: Row) -> dict[str, str]:
    """A row as it stands in the table."""
    return {name: _plain(name, row.get(name)) for name in COLUMNS}


def _plain(name: str, value: object) -> str:
    if not isinstance(value, float):
        return "" if value is None else str(value)
    return f"{value:g}" if name in ("deviants", "false leads", "sift") else f"{value + 0.0:.3f}"


def short(table: Table) -> Iterator[tuple[str, float, float, float]]:
    """Derive a part of the table again: what it is, the figure in the table, that found now, how far apart they may be.

    From the same replicates, so that all is the same to the last figure that is written.
    """
    for size, spreading in ((SIZES[0], "as usual"), (SIZES[-1], "hard")):
        row = _grid(table)[size.households, spreading, USUAL.name, 0.02]
        fresh = _told(villages(size, searched(0.02, USUAL) | SPREADING[spreading], REPLICATES, 1))
        for name in (*STAGES, "take-off", "share"):
            words = f"{name}, villages of {size.households}, {spreading} to spread"
            yield words, float(row[name]), float(str(fresh[name])), 0.0005
        chain = np.prod([float(row[name]) for name in STAGES])
        yield "there x found x spreads", float(row["take-off"]), float(chain), 0.0015


def tell(table: Table) -> None:
    """Say what the table says."""
    cells = _grid(table)
    print("Chance of a take-off; what fails most often; and what twice the visits / twice the places add, in points\n")
    for size in SIZES:
        for spreading in SPREADING:
            one = cells[size.households, spreading, USUAL.name, 0.02]
            title = f"{one['villages']} villages of {size.households}, " + (
                "spreads as usual" if spreading == "as usual" else "hard to spread"
            )
            print(f"{title:40s}" + "".join(f"{f'{share:.0%} there':<20s}" for share in DEVIANTS).rstrip())
            for search in SEARCHES:
                found = [cells[size.households, spreading, search.name, share] for share in DEVIANTS]
                line = "".join(f"{_said(row):20s}" for row in found).rstrip()
                print(f"  searched {search.name:29s}{line}")
        print()
    print("With false leads, 2% there, searched as usual: chance of a take-off, by how many are seen through")
    print(f"{'':40s}" + "".join(f"{f'{sift:.0%}':>18s}" for sift in SIFT))
    led = [row for row in table if row["part"] == "false leads"]
    for size, leads in dict.fromkeys((row["households"], row["false leads"]) for row in led):
        found = [row for row in led if (row["households"], row["false leads"]) == (size, leads)]
        line = "".join(f"{_off(row):>18s}" for row in found)
        words = f"villages of {size}, {float(leads):.0%} false leads"
        print(f"{words:40s}{line}")


def _said(row: dict[str, str]) -> str:
    visits, places = (row[name] and round(100 * float(row[name])) for name in ("2x search", "2x spread"))
    return f"{float(row['take-off']):4.0%} {row['bottleneck']:10s}" + f"{visits}/{places}".rjust(2)


def _off(row: dict[str, str]) -> str:
    return f"{float(row['take-off']):.0%} [{float(row['take-off low']):.0%}, {float(row['take-off high']):.0%}]"


def derive(quick: bool) -> Table:
    """The table, or a little of it."""
    return [written(row) for row in rows(QUICK if quick else REPLICATES, 1)]


if __name__ == "__main__":
    sys.exit(run_and_tell(__doc__, HERE, COLUMNS, derive, picture, tell))
