"""What the gap between bottom-up and top-down is made of, and when the order of the two turns round.

``python experiments/what_makes_bottom_up_win/run.py`` writes the table and the figure beside this file and tells them;
``--quick`` runs a few replicates and writes only where ``--out`` says; ``--show`` tells the table that is here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

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

ARM, VERSUS = "bottom_up", "top_down"
STEPS = (52, 104, 156)
Row = dict[str, object]


def without_hub(town: ps.Scenario) -> ps.Scenario:
    """The scenario in which nothing goes on after bottom-up's programme."""
    return town.set(f"arms.{ARM}", [entry for entry in town.record()["arms"][ARM] if "hub" not in entry])


CONTEXTS: dict[str, tuple[dict[str, object], bool]] = {
    "default": ({}, True),
    "equal fit": ({"practice.certainty": 0.85}, True),
    "no hub": ({}, False),
    "equal fit, no hub": ({"practice.certainty": 0.85}, False),
    "simple and agreed": (
        {
            "practice.tacitness": 0.0,
            "practice.portability": 0.97,
            "practice.certainty": 0.97,
            "traits.trust_expert.mean": 0.8,
            "traits.caution.mean": 0.12,
            "behaviour.fresh": 0.01,
        },
        True,
    ),
    "tacit and distrusted": (
        {"practice.tacitness": 0.9, "practice.certainty": 0.4, "traits.trust_expert.mean": 0.2},
        True,
    ),
}
"""What is changed in the case `village`, and whether bottom-up has its hub."""

VARIED: dict[str, tuple[float, ...]] = {
    "practice.certainty": (0.4, 0.5, 0.65, 0.75, 0.85, 0.95),
    "behaviour.ownership_weight": (0.0, 0.25, 0.5, 0.75, 1.0),
    "practice.positive_deviants": (0.003, 0.005, 0.01, 0.02, 0.05),
}
"""Assumptions (A) over their priors, one by one, with and without a hub."""

COLUMNS = ("about", "context", "part", "value", "step", "points", "low", "high", "replicates")


def changed(changes: dict[str, object], hub: bool) -> ps.Scenario:
    """The case `village` with some fields set, and bottom-up with or without its hub."""
    town = ps.Scenario.load("village")
    for field, value in changes.items():
        town = town.set(field, value)
    return town if hub else without_hub(town)


def parts(context: str, step: int, replicates: int, seed: int) -> Iterator[Row]:
    """What the gap is made of at one step."""
    found = ps.decompose(changed(*CONTEXTS[context]), ARM, VERSUS, step=step, replicates=replicates, seed=seed)
    for part, estimate in (*found.parts.items(), ("rest", found.rest), ("total", found.gap)):
        yield {"about": "decomposition", "context": context, "part": part, "step": step} | in_points(estimate)


def in_points(estimate: object) -> Row:
    """An estimate, or a difference, in points of households."""
    named = {"points": "mean", "low": "low", "high": "high"}
    return {name: 100 * float(getattr(estimate, field)) for name, field in named.items()} | {
        "replicates": int(estimate.n)  # type: ignore[attr-defined]
    }


def weeks(context: str, replicates: int, seed: int) -> Iterator[Row]:
    """From which week on bottom-up leads for good, and from which week on its interval does, too (−1: never)."""
    town = changed(*CONTEXTS[context])
    result = ps.compare(town, [VERSUS, ARM], replicates=replicates, seed=seed)
    gaps = [result.difference(ARM, VERSUS, step=step) for step in range(result.steps + 1)]
    for part, ahead in (
        ("leads from week", [gap.mean > 0 for gap in gaps]),
        ("surely leads from week", [gap.low > 0 for gap in gaps]),
    ):
        behind = [step for step, leads in enumerate(ahead) if not leads]
        week = behind[-1] + 1 if behind else 0
        yield {
            "about": "order",
            "context": context,
            "part": part,
            "value": week if week <= result.steps else -1,
            "step": result.steps,
            **in_points(gaps[-1]),
        }


def varied(field: str, value: float, hub: bool, replicates: int, seed: int) -> Row:
    """The gap at the last step with one assumption changed."""
    result = ps.compare(changed({field: value}, hub), [VERSUS, ARM], replicates=replicates, seed=seed)
    gap = result.difference(ARM, VERSUS)
    where = "with hub" if hub else "no hub"
    return {
        "about": "varied",
        "context": where,
        "part": field,
        "value": value,
        "step": result.steps,
        **in_points(gap),
    }


def rows(quick: bool, seed: int, say: Callable[[str], None] = lambda _: None) -> Iterator[Row]:
    """Everything that is in the table, or a little of it."""
    replicates = 3 if quick else 60
    for context in ("default", "equal fit, no hub") if quick else CONTEXTS:
        for step in STEPS[:1] if quick else STEPS:
            say(f"{context}, week {step}")
            yield from parts(context, step, replicates, seed)
        yield from weeks(context, replicates, seed)
    for field, values in VARIED.items():
        say(field)
        for hub in (True, False):
            for value in values[::4] if quick else values:
                yield varied(field, value, hub, replicates, seed)


def written(row: Row) -> dict[str, str]:
    """A row as the table holds it: points with two decimals."""
    plain = {name: row.get(name, "") for name in COLUMNS}
    return {
        name: f"{value + 0.0:.2f}" if name in ("points", "low", "high") and isinstance(value, float) else str(value)
        for name, value in plain.items()
    }


def short(table: Table) -> Iterator[tuple[str, float, float, float]]:
    """Derive a part of the table again: what it is, in the table, found now, and how far apart the two may be.

    Gaps have the same seeds and are the same to the last figure that is written; the parts come from fewer replicates.
    """
    held = {(row["about"], row["context"], row["part"], row["value"], row["step"]): row for row in table}
    for context in ("default", "equal fit, no hub"):
        row = held["decomposition", context, "total", "", "52"]
        town = changed(*CONTEXTS[context]).set("steps", 52)
        result = ps.compare(town, [VERSUS, ARM], replicates=int(row["replicates"]), seed=1)
        gap = result.difference(ARM, VERSUS)
        yield f"gap, {context}, week 52", float(row["points"]), 100 * gap.mean, 0.0051
    for fresh in parts("default", 52, 8, 1):
        row = held["decomposition", "default", str(fresh["part"]), "", "52"]
        half = float(row["high"]) - float(row["points"])
        allowed = 1.5 * (float(str(fresh["high"])) - float(str(fresh["points"]))) + half + 0.01
        yield f"part {fresh['part']}, week 52", float(row["points"]), float(str(fresh["points"])), allowed


ORDER = ("total", "fit", "duration", "ownership", "trust", "channel", "capacity", "rest")


def tell(table: Table) -> None:
    """Say what the table says."""
    first = [row for row in table if row["about"] == "decomposition"]
    print(f"bottom-up less top-down, points of households practising; {first[0]['replicates']} replicates\n")
    print(f"{'':22s}{'week':>4s}  {'gap':>6s} {'95% interval':>16s}" + "".join(f"{part:>11s}" for part in ORDER[1:]))
    for context in dict.fromkeys(row["context"] for row in first):
        for step in dict.fromkeys(row["step"] for row in first):
            cells = {row["part"]: row for row in first if (row["context"], row["step"]) == (context, step)}
            total = cells["total"]
            interval = f"{float(total['low']):+.1f} to {float(total['high']):+.1f}"
            line = f"{context:22s}{step:>4s}  {float(total['points']):+6.1f} {interval:>16s}"
            print(line + "".join(f"{float(cells[part]['points']):+11.1f}" for part in ORDER[1:]))
    print("\nBottom-up leads for good from week; its interval, too")
    for context in dict.fromkeys(row["context"] for row in first):
        found = [row["value"] for row in table if row["about"] == "order" and row["context"] == context]
        print(f"{context:22s}" + "".join(f"{'never' if week == '-1' else week:>8s}" for week in found))
    print("\nGap at week 156 with one assumption changed")
    last = [row for row in table if row["about"] == "varied"]
    for field in dict.fromkeys(row["part"] for row in last):
        for where in ("with hub", "no hub"):
            at = [row for row in last if row["part"] == field and row["context"] == where]
            if where == "with hub":
                print(f"{field:32s}" + "".join(f"{row['value']:>8s}" for row in at))
            print(f"  {where:30s}" + "".join(f"{float(row['points']):+8.1f}" for row in at))


_ROW, _COLUMN, _NAMES = 0.23, 0.6, 0.78


def picture(table: Table, file: Path) -> None:
    """Draw what the gap is made of, in every context and at every step."""
    cells = {
        (row["context"], row["step"], row["part"]): float(row["points"])
        for row in table
        if row["about"] == "decomposition"
    }
    contexts = list(dict.fromkeys(key[0] for key in cells))
    steps = list(dict.fromkeys(key[1] for key in cells))
    height = 1.72 + len(contexts) * (0.3 + _ROW * len(steps))
    sheet = Sheet(2 * MARGIN + _NAMES + _COLUMN * len(ORDER), height)
    sheet.title(
        "What the lead of bottom-up is made of",
        "Points of households practising, bottom-up less top-down: the gap, and what each difference between the two "
        "arms adds to it. Blue: for bottom-up; orange: for top-down.",
    )
    sheet.notes(
        "Parts are means over all orders of switching the differences on; with the rest they add up to the gap. Pale "
        "figures: the 95% interval holds 0."
    )
    unsure = {
        (row["context"], row["step"], row["part"])
        for row in table
        if row["about"] == "decomposition" and float(row["low"]) <= 0 <= float(row["high"])
    }
    top = sheet.top - 0.08
    left = MARGIN + _NAMES
    for column, part in enumerate(ORDER):
        name = "gap" if part == "total" else shown(part)
        weight = "bold" if part == "total" else "normal"
        sheet.text(left + (column + 0.5) * _COLUMN, top, name, size=8, weight=weight, horizontal="center")
    top -= 0.08
    for context in contexts:
        sheet.text(MARGIN, top - 0.16, context[0].upper() + context[1:], size=9, weight="bold")
        top -= 0.28
        bottom = top - _ROW * len(steps)
        axes = sheet.axes(left, bottom, sheet.width - MARGIN, top)
        with styled():
            axes.set_xlim(0, len(ORDER))
            axes.set_ylim(len(steps), 0)
            axes.axis("off")
            for line, step in enumerate(steps):
                sheet.text(MARGIN, top - (line + 0.5) * _ROW, f"week {step}", size=8, colour=MUTED)
                for column, part in enumerate(ORDER):
                    key = (context, step, part)
                    _cell(axes, column, line, cells[key], key in unsure)
        top = bottom - 0.02
    save(sheet.figure, file, dots_per_inch=120)


def _cell(axes: Axes, column: int, line: int, points: float, unsure: bool) -> None:
    strength = min(abs(points) / 45, 1.0) * 0.8
    colour = tuple(1 - strength * (1 - part) for part in to_rgb("#0072b2" if points > 0 else "#d55e00"))
    axes.add_patch(Rectangle((column + 0.03, line), 0.94, 1, facecolor=colour, edgecolor="white", linewidth=1.2))
    said = f"{points:+.0f}".replace("-", "−") if round(points) else "0"
    look = {"fontweight": "bold"} if column == 0 else {}
    ink = MUTED if unsure else "white" if strength > 0.55 else INK
    axes.text(column + 0.5, line + 0.54, said, ha="center", va="center", fontsize=9, color=ink, **look)


def derive(quick: bool) -> Table:
    """The table, or a little of it."""
    return [written(row) for row in rows(quick, 1, lambda text: print(text, file=sys.stderr))]


if __name__ == "__main__":
    sys.exit(run_and_tell(__doc__, HERE, COLUMNS, derive, picture, tell))
