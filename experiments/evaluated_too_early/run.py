"""How often a programme that works in the end is judged to have no effect, and is cancelled, by when it is looked at.

``python experiments/evaluated_too_early/run.py`` writes ``table.csv`` and ``figure.png`` and prints the finding;
``--quick`` does it with few replicates, ``--out DIR`` writes elsewhere.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

import pd_sim as ps
from pd_sim.figures import save
from pd_sim.figures.sheet import MARGIN, Sheet
from pd_sim.figures.style import INK, MUTED, shown, styled
from pd_sim.results import paired_difference, wilson

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))  # what experiments share stands beside them
from tabled import Table, read, run_and_tell  # noqa: E402, F401 (a test asks for read)

REPLICATES, QUICK = 200, 5
WORKS = 0.05
"""A programme works in a village where, left alone, so much more of it practises at the end than with nothing done."""

Floats = npt.NDArray[np.float64]
Row = dict[str, object]


class Case(NamedTuple):
    """A shipped case, when it is looked at, and what of it can be delivered less than meant."""

    dates: tuple[int, ...]
    delivered: str
    """Full name of the field; its arm is the one that is evaluated at less than full fidelity."""
    planned: int
    """Step at which an evaluation is made when a programme ends, or the pilot does."""

    @property
    def arm(self) -> str:
        """Arm that is delivered less than meant."""
        return self.delivered.split(".")[1]


CASES = {
    "village": Case((13, 20, 26, 39, 52), "arms.bottom_up.facilitation.fidelity", 52),
    "right_to_control": Case((26, 52, 78, 104, 156), "arms.kept.entitlement.journey", 104),
}
LOOKED_AT = (("seen", 0.05), ("seen", 0.10), ("seen", 0.25), ("participants", 0.10), ("aware", 0.10))
"""What a cancellation looks at, and the share below which it comes."""
ASKED = {"practising": "more", "participants": "more", "unaware": "less"}
"""What an evaluator asks 100 households on either side, and which way is better."""
DELIVERED = (1.0, 0.5, 0.25, 0.0)
"""Share of what was meant that people get."""


def looked_at(result: ps.Comparison, arm: str, measure: str, date: int) -> Floats:
    """Share that a cancellation in step `date` goes by: it acts first in its step, so the one of the step before."""
    if measure == "aware":  # who has heard of it, whatever came of that
        return np.asarray(1.0 - result.series(arm, "unaware")[:, date - 1])
    return np.asarray(result.series(arm, measure)[:, date - 1])


def cancelled_at(town: ps.Scenario, date: int, arms: list[str], replicates: int, seed: int) -> ps.Comparison:
    """Every arm, cancelled in every replicate: what a cancellation leaves does not depend on why it came."""
    return ps.compare(
        town.set("threats", [{"cancellation": {"at": date, "unless": 1.0}}]), arms, replicates=replicates, seed=seed
    )


def verdicts(name: str, case: Case, spared: ps.Comparison) -> Iterator[Row]:
    """What evaluators of one village would say of each arm."""
    asked = [
        ps.Evaluation(name=measure, step=spared.steps, measure=measure, better=better, sample=100, truth="practising")
        for measure, better in ASKED.items()
    ]
    found = ps.evaluate(spared, asked, steps=[*case.dates, spared.steps]).frame()
    for one in found.to_dict("records"):
        yield {
            "part": "verdict",
            "case": name,
            "arm": one["arm"],
            "looked_at": one["measure"],
            "step": one["step"],
            "share": one["effect"],
            "low": float(wilson(round(one["effect"] * one["n"]), one["n"]).low),
            "high": float(wilson(round(one["effect"] * one["n"]), one["n"]).high),
            "of": one["n"],
            "points": 100 * one["true_value"],
            "points_low": 100 * one["true_low"],
            "points_high": 100 * one["true_high"],
        }


def undelivered(name: str, case: Case, town: ps.Scenario, replicates: int, seed: int) -> Iterator[Row]:
    """The same evaluations of an arm that people got less of than was meant."""
    for share in DELIVERED:
        result = ps.compare(town.set(case.delivered, share), ["nothing", case.arm], replicates=replicates, seed=seed)
        asked = [
            ps.Evaluation(name=measure, step=result.steps, measure=measure, sample=100, truth="practising")
            for measure in ("practising", "participants")
        ]
        found = ps.evaluate(result, asked, steps=[case.planned, result.steps]).frame()
        gap = result.difference(case.arm, "nothing")
        for one in found.to_dict("records"):
            said = wilson(round(one["effect"] * one["n"]), one["n"])
            yield {
                "part": "delivered",
                "case": name,
                "arm": case.arm,
                "looked_at": one["measure"],
                "level": share,
                "step": one["step"],
                "share": float(said.mean),
                "low": float(said.low),
                "high": float(said.high),
                "of": said.n,
                "points": 100 * gap.mean,
                "points_low": 100 * gap.low,
                "points_high": 100 * gap.high,
            }


def cancellations(name: str, case: Case, town: ps.Scenario, spared: ps.Comparison) -> Iterator[Row]:
    """How often a programme that works in the end is cancelled, and what cancelling takes."""
    arms = [arm for arm in spared.arms if arm != "nothing"]
    nothing = spared.series("nothing")[:, -1]
    for date in case.dates:
        hit = cancelled_at(town, date, arms, spared.replicates, spared.seed)
        for measure, unless in LOOKED_AT:
            for arm in arms:
                whole = spared.series(arm)[:, -1]
                works = whole - nothing >= WORKS - 1e-9
                comes = looked_at(spared, arm, measure, date) < unless - 1e-9
                lost = paired_difference(whole, np.where(comes, hit.series(arm)[:, -1], whole))
                n = int(works.sum())
                killed = wilson(int((works & comes).sum()), n) if n else None
                yield {
                    "part": "cancelled",
                    "case": name,
                    "arm": arm,
                    "looked_at": measure,
                    "level": unless,
                    "step": date,
                    "share": float(killed.mean) if killed else None,
                    "low": float(killed.low) if killed else None,
                    "high": float(killed.high) if killed else None,
                    "of": n,
                    "points": -100 * float(lost.mean),
                    "points_low": -100 * float(lost.high),
                    "points_high": -100 * float(lost.low),
                }


def rows(replicates: int, seed: int, cases: dict[str, Case] | None = None) -> list[Row]:
    """Everything that is in the table."""
    found: list[Row] = []
    for name, case in (cases or CASES).items():
        town = ps.Scenario.load(name)
        spared = ps.compare(town, replicates=replicates, seed=seed)
        found += verdicts(name, case, spared)
        found += undelivered(name, case, town, replicates, seed)
        found += cancellations(name, case, town, spared)
    return found


SHOWN = (
    ("seen", 0.05, "cancelled unless 5% are seen to practise"),
    ("seen", 0.10, "cancelled unless 10% are seen to practise"),
    ("participants", 0.10, "cancelled unless 10% have come to a session"),
)
"""What the figure shows of `LOOKED_AT`."""
_ROW, _COLUMN, _NAMES = 0.25, 0.62, 2.0


def picture(table: Table, file: Path) -> None:
    """Draw how often a programme that works is cancelled, by case, what is looked at, arm and date."""
    blocks = [(name, *look) for look in SHOWN for name in CASES]
    cells = _cancelled(table)
    arms = {name: list(dict.fromkeys(key[3] for key in cells if key[0] == name)) for name in CASES}
    height = 1.62 + 0.28 * len(SHOWN) + sum(0.32 + _ROW * len(arms[name]) for name, *_ in blocks)
    sheet = Sheet(2 * MARGIN + _NAMES + 5 * _COLUMN, height)
    sheet.title(
        "A programme that works in the end is cancelled by an early look",
        f"Of the villages in which it would have put at least {100 * WORKS:.0f} points more into practice by the end, "
        "the share in which it is cancelled, by the week of the look.",
    )
    sheet.notes(
        "*It has no sessions to come to. The rights of Right to Control supply nothing before week 53. The "
        "shares asked for, the dates and what counts as working are assumptions."
    )
    top, last = sheet.top, ""
    for name, measure, level, words in blocks:
        if words != last:
            sheet.text(MARGIN, top - 0.14, words[0].upper() + words[1:], size=9, weight="bold")
            top, last = top - 0.28, words
        sheet.text(MARGIN, top - 0.14, ps.Scenario.load(name).title.partition(",")[0], size=8, colour=MUTED)
        axes = sheet.axes(MARGIN + _NAMES, top - 0.26 - _ROW * len(arms[name]), sheet.width - MARGIN, top - 0.26)
        with styled():
            axes.set_xlim(0, 5)
            axes.set_ylim(len(arms[name]), 0)
            axes.axis("off")
            for column, date in enumerate(CASES[name].dates):
                sheet.text(
                    MARGIN + _NAMES + (column + 0.5) * _COLUMN,
                    top - 0.14,
                    f"week {date}",
                    size=8,
                    colour=MUTED,
                    horizontal="center",
                )
                for row, arm in enumerate(arms[name]):
                    _cell(axes, column, row, cells[name, measure, level, arm, date]["share"])
        for row, arm in enumerate(arms[name]):
            star = "*" if measure == "participants" and _without_sessions(name, arm) else ""
            sheet.text(MARGIN + 0.1, top - 0.26 - (row + 0.5) * _ROW, shown(arm) + star, size=9)
        top -= 0.32 + _ROW * len(arms[name])
    save(sheet.figure, file, 110)


def _without_sessions(name: str, arm: str) -> bool:
    return not any(kind.kind in ("training", "facilitation", "hub") for kind in ps.Scenario.load(name).arms[arm])


def _cell(axes: Axes, column: int, row: int, share: str) -> None:
    value = float(share or 0)
    colour = tuple(1 - value * (1 - part) * 0.85 for part in to_rgb("#d55e00"))
    axes.add_patch(Rectangle((column, row), 1, 1, facecolor=colour, edgecolor="white", linewidth=1.5))
    said = f"{value:.0%}" if share else "–"
    axes.text(column + 0.5, row + 0.52, said, ha="center", va="center", fontsize=9, color=INK)


def _cancelled(table: Table) -> dict[tuple[str, str, float, str, int], dict[str, str]]:
    return {
        (row["case"], row["looked_at"], float(row["level"]), row["arm"], int(row["step"])): row
        for row in table
        if row["part"] == "cancelled"
    }


COLUMNS = (
    *("part", "case", "arm", "looked_at", "level", "step"),
    *("share", "low", "high", "of", "points", "points_low", "points_high"),
)


def written(row: Row) -> dict[str, str]:
    """A row as it stands in the table, with as many figures as mean something."""
    return {name: _plain(name, row.get(name)) for name in COLUMNS}


def _plain(name: str, value: object) -> str:
    if not isinstance(value, float):
        return "" if value is None else str(value)
    return f"{value:g}" if name == "level" else f"{value + 0.0:.{2 if name.startswith('points') else 3}f}"


def short(table: Table) -> Iterator[tuple[str, float, float, float]]:
    """Derive a part of the table again: what it is, the figure in the table, that found now, how far apart they may be.

    Verdicts come from the same replicates, up to the week of the look. And a cancellation that waits for the result
    must leave what the table takes from runs that are cancelled whatever the result.
    """
    date = 26
    town = ps.Scenario.load("village")
    early = ps.compare(town.set("steps", date), replicates=REPLICATES, seed=1)
    kept = {(row["part"], row["case"], row["arm"], row["looked_at"], row["step"]): row for row in table}
    for fresh in verdicts("village", CASES["village"]._replace(dates=()), early):
        row = kept["verdict", "village", str(fresh["arm"]), str(fresh["looked_at"]), str(date)]
        yield f"verdict {row['arm']}, {row['looked_at']}", float(row["share"]), float(str(fresh["share"])), 0.0005
    arms, waits = ["nothing", "bottom_up"], {"cancellation": {"at": date, "unless": 0.1}}
    spared = ps.compare(town, arms, replicates=20, seed=1)
    hit = ps.compare(town.set("threats", [waits]), arms, replicates=20, seed=1)
    lost = paired_difference(hit.series("bottom_up")[:, -1], spared.series("bottom_up")[:, -1])
    for fresh in cancellations("village", Case((date,), "", date), town, spared):
        if (fresh["looked_at"], fresh["level"]) == ("seen", 0.1):
            yield "points lost, cancelled by the result", float(str(fresh["points"])), 100 * float(lost.mean), 1e-9


def tell(table: Table) -> None:
    """Say what the table says."""
    for name, case in CASES.items():
        _tell_verdicts([row for row in table if row["case"] == name], name, case)
        _tell_cancelled(table, name, case)


def _tell_verdicts(rows: Table, name: str, case: Case) -> None:
    said = [row for row in rows if row["part"] == "verdict"]
    steps = list(dict.fromkeys(row["step"] for row in said))
    print(f"{name}: share of {said[0]['of']} evaluators, each of one village, who find an effect, by week")
    print(f"{'arm, and its true effect in points':44s}{'asked for':14s}" + "".join(f"{step:>6s}" for step in steps))
    for arm in dict.fromkeys(row["arm"] for row in said):
        for measure in ("practising", "participants"):
            cells = [row for row in said if (row["arm"], row["looked_at"]) == (arm, measure)]
            words = f"{arm:18s}{_points(cells[0])}" if measure == "practising" else ""
            print(f"{words:44s}{measure:14s}" + "".join(f"{float(row['share']):>6.0%}" for row in cells))
    fewer = [row for row in rows if row["part"] == "delivered"]
    print(f"{case.arm}, if people have so much of what was meant")
    for level in dict.fromkeys(row["level"] for row in fewer):
        cells = [row for row in fewer if (row["level"], row["looked_at"]) == (level, "practising")]
        words = f"  {float(level):<16.0%}{_points(cells[0])}"
        found = {row["step"]: f"{float(row['share']):.0%}" for row in cells}
        print(f"{words:44s}{'practising':14s}" + "".join(f"{found.get(step, ''):>6s}" for step in steps))
    print()


def _points(row: dict[str, str]) -> str:
    return f"{float(row['points']):+.1f} [{float(row['points_low']):+.1f}, {float(row['points_high']):+.1f}]"


def _tell_cancelled(table: Table, name: str, case: Case) -> None:
    cells = {key: row for key, row in _cancelled(table).items() if key[0] == name}
    print(f"{name}: share cancelled of the villages in which it works, and points lost over all villages, by week")
    print(f"{'arm (works in)':24s}{'cancelled unless':18s}" + "".join(f"{date:>13d}" for date in case.dates))
    for arm in dict.fromkeys(key[3] for key in cells):
        for measure, level, _ in SHOWN:
            found = [cells[name, measure, level, arm, date] for date in case.dates]
            words = f"{arm} ({found[0]['of']})" if (measure, level) == SHOWN[0][:2] else ""
            line = "".join(f"{float(row['share'] or 'nan'):>7.0%}{_rounded(row['points']):>6s}" for row in found)
            print(f"{words:24s}{f'{level:.0%} {measure}':18s}{line}")
    print()


def _rounded(points: str) -> str:
    return f"{round(float(points), 1) + 0.0:.1f}"


def derive(quick: bool) -> Table:
    """The table, or a little of it."""
    return [written(row) for row in rows(QUICK if quick else REPLICATES, 1)]


if __name__ == "__main__":
    sys.exit(run_and_tell(__doc__, HERE, COLUMNS, derive, picture, tell))
