"""What one household more or less, or one that waits for one more, changes: in a crowd of paper, and in a village.

``python experiments/small_differences/run.py`` writes the table and the figure beside this file and tells them;
``--quick`` runs a little of it and writes only where ``--out`` says; ``--show`` tells the table that is here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

import pd_sim as ps
from pd_sim.figures import save
from pd_sim.figures.sheet import MARGIN, Sheet, text_width
from pd_sim.figures.style import INK, MUTED, arm_styles, shown, styled
from pd_sim.results import band, mean_interval, wilson

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))  # what experiments share stands beside them
from tabled import Table, read, run_and_tell  # noqa: E402, F401 (a test asks for read)

ARMS = ("bottom_up", "top_down")
CONTEXTS: dict[str, dict[str, object]] = {
    "village": {},
    "two positive deviants": {"practice.positive_deviants": 2},
}
"""What is changed in the case `village`; with two exceptions to find, bottom-up stands near a tipping point."""
CHANGES = ("removed", "converted", "waits for one more")
Row = dict[str, object]
Floats = npt.NDArray[np.float64]


class Size(NamedTuple):
    """How much is run: villages, lucks in each, and every how many-th household is changed."""

    villages: int
    lucks: int
    every: int


WHOLE, QUICK = Size(3, 12, 20), Size(1, 4, 150)

# ── Granovetter's crowd ────────────────────────────────────────────────────────────────────────────────────────────


def acting(thresholds: Sequence[int]) -> int:
    """How many act in the end in a crowd in which each waits until so many others act."""
    crowd = ps.Scenario.load("small_differences").set("behaviour.threshold_counts", True)
    crowd = crowd.set("community.households", len(thresholds)).set("traits.caution", [float(k) for k in thresholds])
    result = ps.compare(crowd, ["nothing"], replicates=1)
    return round(float(result.series("nothing")[0, -1]) * len(thresholds))


def crowd(people: Sequence[int]) -> Iterator[Row]:
    """Thresholds 0, 1, ..., 99 with the one of a person raised by one, or that person gone."""
    whole = list(range(100))
    yield {"about": "crowd", "change": "as it is", "mean": acting(whole)}
    for k in people:
        others = [threshold for threshold in whole if threshold != k]
        yield {"about": "crowd", "change": "removed", "who": k, "mean": acting(others)}
        yield {"about": "crowd", "change": CHANGES[2], "who": k, "mean": acting([*others, k + 1])}


# ── one household of a village ─────────────────────────────────────────────────────────────────────────────────────


class Village:
    """One village as drawn, with one household at a time changed; everybody else keeps traits, ties and luck."""

    def __init__(self, context: str, seed: int) -> None:
        town = ps.Scenario.load("village").set("community.draw", "once")
        for field, value in CONTEXTS[context].items():
            town = town.set(field, value)
        start = ps.run(town.set("steps", 1), "nothing", seed)
        self.scenario, self.seed = town, seed
        self.names, self.village = start.community.names, start.community.villages[0]
        self.households = start.households()
        ties = start.community.ties
        see = np.repeat(np.arange(len(self.names)), np.diff(ties.sees_start))
        self.pairs = [(int(i), int(j)) for i, j in zip(see, ties.sees, strict=True) if i < j]
        self.degree = np.diff(ties.sees_start)
        self.deviants = set(np.flatnonzero(self.households["stage"] == "practising").tolist())

    def changed(self, change: str, row: int) -> ps.Scenario:
        """The scenario with one household changed."""
        left = len(self.deviants) - (row in self.deviants)
        if change == "removed":
            kept = [name for name in self.names if name != self.names[row]]
            pairs = [(i, j) for i, j in self.pairs if row not in (i, j)]
            without = ps.Community.build(
                kept,
                [self.village] * len(kept),
                [self.names[i] for i, _ in pairs],
                [self.names[j] for _, j in pairs],
            )
            town = self.scenario.set("community", {"generator": "graph", "graph": without, "draw": "once"})
            return town.set("practice.positive_deviants", left)
        if change == "converted":
            town = self.scenario.set("initial.practising", [f"{self.village}/{self.names[row]}"])
            return town.set("practice.positive_deviants", left)
        caution = self.households["caution"].tolist()
        caution[row] += 1 / max(int(self.degree[row]), 1)
        return self.scenario.set("traits.caution", caution)

    def shares(self, town: ps.Scenario, lucks: int) -> dict[str, Floats]:
        """Share practising at the last step of each arm, by luck."""
        found = ps.compare(town, ARMS, replicates=lucks, seed=self.seed)
        return {arm: found.series(arm)[:, -1] for arm in ARMS}


def village(context: str, size: Size, say: Callable[[str], None]) -> Iterator[Row]:
    """What one household changes, by arm, change and whether it is a positive deviant."""
    found: dict[tuple[str, str, str], list[tuple[Floats, Floats]]] = {}
    for seed in range(1, size.villages + 1):
        place = Village(context, seed)
        base = place.shares(place.scenario, size.lucks)
        sampled = [row for row in range(0, len(place.names), size.every) if row not in place.deviants]
        for who, some in (("any other household", sampled), ("a positive deviant", sorted(place.deviants))):
            for change in CHANGES:
                say(f"{context}, village {seed}: {who} {change}")
                each = [place.shares(place.changed(change, row), size.lucks) for row in some]
                for arm in ARMS:
                    both = np.stack([shares[arm] for shares in each]), base[arm]
                    found.setdefault((arm, change, who), []).append(both)
    cut = ps.Scenario.load("village").takeoff
    for (arm, change, who), villages in found.items():
        yield {"about": "village", "context": context, "arm": arm, "change": change, "who": who} | told(villages, cut)


def told(villages: list[tuple[Floats, Floats]], cut: float) -> Row:
    """Sum up ``(changed [household, luck], as it was [luck])`` of several villages, in points of households."""
    changes = [100 * (after - before) for after, before in villages]
    each = np.concatenate([change.ravel() for change in changes])
    mean = mean_interval(np.concatenate([change.mean(axis=0) for change in changes]))
    flips = [(after >= cut - 1e-9) != (before >= cut - 1e-9) for after, before in villages]
    flipped = mean_interval(np.concatenate([flip.mean(axis=0) for flip in flips]))
    great = mean_interval(np.concatenate([(abs(change) >= 10).mean(axis=0) for change in changes]))
    low, high = band(each)
    off = [before >= cut - 1e-9 for _, before in villages]
    other = [2 * one.mean() * (1 - one.mean()) * len(one) / (len(one) - 1) for one in off]
    return {
        "mean": float(mean.mean),
        "low": float(mean.low),
        "high": float(mean.high),
        "least": float(each.min()),
        "band_low": float(low),
        "quarter": float(np.quantile(each, 0.25)),
        "three_quarters": float(np.quantile(each, 0.75)),
        "band_high": float(high),
        "most": float(each.max()),
        "spread": float(each.std()),
        "own_spread": float(np.sqrt(np.mean([own_variance(change) for change in changes]))),
        "great": float(great.mean),
        "flips": float(flipped.mean),
        "flips_low": max(0.0, float(flipped.low)),
        # none in all these lucks is not never
        "flips_high": float(flipped.high) if flipped.mean else float(wilson(0, flipped.n).high),
        "takes_off": float(np.concatenate(off).mean()),
        "other_luck_flips": float(np.mean(other)),
        "households": sum(len(change) for change in changes),
        "runs": len(each),
    }


def own_variance(change: Floats) -> float:
    """Variance between households that is theirs and not luck's: by households and lucks, two-way, 0 at the least."""
    households, lucks = change.shape
    if min(households, lucks) < 2:
        return 0.0
    own = change.mean(axis=1, keepdims=True)
    rest = change - own - change.mean(axis=0) + change.mean()
    noise = (rest**2).sum() / ((households - 1) * (lucks - 1))
    return max(0.0, float(own.var(ddof=1) - noise / lucks))


def rows(quick: bool, say: Callable[[str], None] = lambda _: None) -> Iterator[Row]:
    """Everything that is in the table, or a little of it."""
    say("crowd")
    yield from crowd((1, 50) if quick else range(100))
    for context in CONTEXTS:
        yield from village(context, QUICK if quick else WHOLE, say)


COLUMNS = (
    *("about", "context", "arm", "change", "who", "mean", "low", "high", "least", "band_low", "quarter"),
    *("three_quarters", "band_high", "most", "spread", "own_spread", "great", "flips", "flips_low", "flips_high"),
    *("takes_off", "other_luck_flips", "households", "runs"),
)


def written(row: Row) -> dict[str, str]:
    """A row as the table holds it: points and shares with three decimals."""
    plain = {name: row.get(name, "") for name in COLUMNS}
    return {name: f"{value + 0.0:.3f}" if isinstance(value, float) else str(value) for name, value in plain.items()}


def short(table: Table) -> Iterator[tuple[str, float, float, float]]:
    """Derive a part of the table again: what it is, in the table, found now, and how far apart the two may be.

    The crowd is exact; of the village one cell is run with the same seeds, and equal to the last figure written.
    """
    held = {(row["change"], row["who"]): float(row["mean"]) for row in table if row["about"] == "crowd"}
    for row in crowd((1, 37)):
        key = str(row["change"]), str(row.get("who", ""))
        yield f"crowd, {' '.join(key)}", held[key], float(str(row["mean"])), 0.0
    context, who = "two positive deviants", "a positive deviant"
    line = next(
        row
        for row in table
        if (row["context"], row["arm"], row["change"], row["who"]) == (context, "bottom_up", "removed", who)
    )
    villages = []
    for seed in range(1, WHOLE.villages + 1):
        place = Village(context, seed)
        after = [
            place.shares(place.changed("removed", row), WHOLE.lucks)["bottom_up"] for row in sorted(place.deviants)
        ]
        villages.append((np.stack(after), place.shares(place.scenario, WHOLE.lucks)["bottom_up"]))
    for name, value in told(villages, ps.Scenario.load("village").takeoff).items():
        if name in ("mean", "spread", "flips", "takes_off"):
            yield f"{who} of two removed: {name}", float(line[name]), float(str(value)), 0.00051


def tell(table: Table) -> None:
    """Say what the table says."""
    alone = [row for row in table if row["about"] == "crowd"]
    whole = next(row["mean"] for row in alone if row["change"] == "as it is")
    print(f"Granovetter's crowd, thresholds 0 to 99: {whole} act. One person changed, how many act:")
    for change in ("removed", CHANGES[2]):
        some = [(row["who"], row["mean"]) for row in alone if row["change"] == change]
        ends = np.array([int(mean) for _, mean in some])
        print(
            f"  {change + ', each in turn':34s}{ends.min():>3d} to {ends.max():d}, half of them below "
            f"{np.median(ends):.1f}; {dict(some).get('1', '?')} if it is who waits for 1"
        )
    print("\nOne household of 300, points of households practising at week 156, and how often it decides take-off")
    heads = ("mean", "95% interval", "90% of runs", "from", "to", "spread", "own", "flips", "other luck")
    widths = (7, 15, 15, 7, 7, 8, 6, 7, 12)
    print(f"{'':40s}" + "".join(f"{head:>{width}s}" for head, width in zip(heads, widths, strict=True)))
    frame = pd.DataFrame([row for row in table if row["about"] == "village"])
    for (context, arm), some in frame.groupby(["context", "arm"], sort=False):
        off = float(some["takes_off"].iloc[0])
        print(f"{context}, {shown(str(arm))} (takes off in {off:.0%})")
        for row in some.to_dict("records"):
            n = {name: float(row[name]) for name in COLUMNS[5:]}
            said = (
                _signed(n["mean"], 1),
                f"{_signed(n['low'], 1)} to {_signed(n['high'], 1)}",
                f"{_signed(n['band_low'])} to {_signed(n['band_high'])}",
                _signed(n["least"]),
                _signed(n["most"]),
                f"{n['spread']:.1f}",
                f"{n['own_spread']:.1f}",
                f"{n['flips']:.1%}",
                f"{n['other_luck_flips']:.0%}",
            )
            line = "".join(f"{cell:>{width}s}" for cell, width in zip(said, widths, strict=True))
            print(f"  {row['who'] + ', ' + row['change']:38s}{line}")


def _signed(value: float, decimals: int = 0) -> str:
    near = round(value, decimals)
    return f"{near:+.{decimals}f}" if near else "0"


_ROW = 0.235


def picture(table: Table, file: Path) -> None:
    """Draw the crowd by who is changed, and below it what one household changes in a village."""
    lines = [row for row in table if row["about"] == "village"]
    groups: dict[tuple[str, str], Table] = {}
    for row in lines:
        if row["arm"] == "bottom_up" or row["who"] == "any other household":
            groups.setdefault((row["context"], row["arm"]), []).append(row)
    height = 4.0 + sum(0.3 + _ROW * len(some) for some in groups.values())
    sheet = Sheet(6.0, height)
    sheet.title(
        "One household can decide everything, and seldom does",
        "Above: a crowd of 100 in which everybody counts. Below: one household of a village of 300 changed, "
        "everything else and everybody's luck the same.",
    )
    sheet.notes(
        "Below: change in points of households practising at week 156. Thick: half of the runs; line: 90%; dots: the "
        "two furthest. Right: how often the village takes off with the one and not with the other."
    )
    top = sheet.top - 0.05
    with styled():
        sheet.text(
            MARGIN, top - 0.05, "Granovetter's crowd: how many act if one person waits for one more", weight="bold"
        )
        axes = sheet.axes(MARGIN + 0.5, top - 1.62, sheet.width - MARGIN - 0.15, top - 0.25)
        some = [row for row in table if row["about"] == "crowd" and row["change"] == CHANGES[2]]
        axes.plot([int(row["who"]) for row in some], [int(row["mean"]) for row in some], ".", color=INK, markersize=3)
        axes.axhline(100, color=MUTED, linewidth=1, linestyle=(0, (3, 2)))
        axes.text(1, 96, "as it is: all 100", va="top", color=MUTED, fontsize=8)
        axes.set_xlim(-1, 100)
        axes.set_ylim(0, 104)
        axes.set_yticks([0, 50, 100])
        axes.set_xlabel("number of others the person waited for", fontsize=8)
        axes.grid(visible=True)
    top -= 2.12
    names = max(text_width(_words(row), 8) for row in lines) + 0.15
    left, right = MARGIN + names, sheet.width - MARGIN - 0.62
    sheet.text(sheet.width - MARGIN, top, "decides take-off", size=8, colour=MUTED, horizontal="right")
    top -= 0.02
    for place, ((context, arm), some) in enumerate(groups.items()):
        words = f"{context[0].upper()}{context[1:]}, {shown(arm)}: takes off in {float(some[0]['takes_off']):.0%}"
        sheet.text(MARGIN, top - 0.16, words, size=9, weight="bold")
        top -= 0.28
        bottom = top - _ROW * len(some)
        axes = sheet.axes(left, bottom, right, top)
        with styled():
            _changes(axes, some, arm_styles([arm])[arm].colour, last=place == len(groups) - 1)
        for line, row in enumerate(some):
            middle = top - (line + 0.5) * _ROW
            sheet.text(MARGIN, middle, _words(row), size=8, colour=MUTED)
            sheet.text(sheet.width - MARGIN, middle, f"{float(row['flips']):.1%}", size=9, horizontal="right")
        top = bottom - 0.02
    save(sheet.figure, file, dots_per_inch=120)


def _words(row: dict[str, str]) -> str:
    who = {"a positive deviant": "positive deviant", "any other household": "any other"}[row["who"]]
    return f"{who} {row['change']}"


def _changes(axes: Axes, some: Table, colour: str, *, last: bool) -> None:
    axes.set_xlim(-100, 100)
    axes.set_ylim(len(some), 0)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    for line, row in enumerate(some):
        n = {name: float(row[name]) for name in COLUMNS[5:]}
        at = [line + 0.5, line + 0.5]
        axes.plot([n["band_low"], n["band_high"]], at, color=colour, linewidth=1.4)
        axes.plot([n["quarter"], n["three_quarters"]], at, color=colour, linewidth=5)
        axes.plot([n["least"], n["most"]], at, ".", color=colour, markersize=4)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(visible=True, axis="x")
    ticks = [-80, -40, 0, 40, 80]
    axes.set_xticks(ticks, [f"{tick:+d}".replace("-", "−") if tick else "0" for tick in ticks])
    if not last:
        axes.tick_params(labelbottom=False, length=0)
        axes.spines["bottom"].set_visible(False)


def derive(quick: bool) -> Table:
    """The table, or a little of it."""
    return [written(row) for row in rows(quick, lambda text: print(text, file=sys.stderr))]


if __name__ == "__main__":
    sys.exit(run_and_tell(__doc__, HERE, COLUMNS, derive, picture, tell))
