"""Whether a village has somebody to learn from, and what that decides.

``python experiments/korean_villages/run.py`` prints the finding in figures; ``--figure figure.png`` draws it too.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

import pd_sim as ps
from pd_sim.figures import save
from pd_sim.figures.sheet import Sheet
from pd_sim.figures.style import INK, MUTED, arm_styles, shown, styled
from pd_sim.results import band

SCENARIO = Path(__file__).with_name("scenario.yaml")
CHANGES: dict[str, dict[str, object]] = {
    "as it stands": {},
    "both solutions fit alike": {"practice.certainty": 0.85},
    "and the hub does not meet": {
        "practice.certainty": 0.85,
        "arms.bottom_up.hub.places": 0,
        "arms.hybrid.hub.places": 0,
    },
    "5% positive deviants": {"practice.positive_deviants": 0.05},
    "10% positive deviants": {"practice.positive_deviants": 0.10},
    "she sees only whom she named": {"community.direction": "as_named"},
    "20 places in every village": {
        "arms.top_down.training.places": 20,
        "arms.bottom_up.facilitation.places": 20,
        "arms.bottom_up.hub.places": 20,
        "arms.hybrid.training.places": 10,
        "arms.hybrid.facilitation.places": 10,
        "arms.hybrid.hub.places": 20,
    },
}
"""What is changed, to see whether the finding stands."""

Shares = npt.NDArray[np.float64]


def by_village(result: ps.Comparison, arm: str) -> Shares:
    """Share practising at the end, ``[replicate, village]``."""
    return np.asarray(result.arm(arm).values("practising")[:, -1] / result.sizes)


def deviants(result: ps.Comparison) -> npt.NDArray[np.int64]:
    """Positive deviants of each village, ``[replicate, village]``."""
    return np.asarray(result.arm("nothing").values("practising")[:, 0])


def tell(replicates: int, seed: int) -> ps.Comparison:
    """Print the finding; return the comparison as it stands."""
    town = ps.Scenario.load(SCENARIO)
    first = ps.compare(town, replicates=replicates, seed=seed)  # before a word is said, in case the survey is not there
    print(f"Practising at week {town.steps}, mean over {replicates} replicates, seed {seed}\n")
    print(f"{'':30s}" + "".join(f"{shown(arm):>11s}" for arm in town.arms))
    for name, changes in CHANGES.items():
        changed = town
        for field, value in changes.items():
            changed = changed.set(field, value)
        result = ps.compare(changed, replicates=replicates, seed=seed) if changes else first
        print(f"{name:30s}" + "".join(f"{result.series(arm)[:, -1].mean():11.0%}" for arm in result.arms))
    there = deviants(first)
    print("\nIn villages with so many positive deviants, as it stands")
    for label, which in (("none", there == 0), ("one", there == 1), ("two or more", there > 1)):
        ends = "".join(f"{by_village(first, arm)[which].mean():11.0%}" for arm in first.arms)
        print(f"{f'{label} ({which.mean():.0%} of villages)':30s}{ends}")
    empty = (there == 0).sum(axis=1)
    print(f"\nVillages without a positive deviant, of {there.shape[1]}: in how many replicates")
    counts = [f"{villages}: {int((empty == villages).sum())}" for villages in range(empty.min(), empty.max() + 1)]
    print("  ".join(counts) + f"  (mean {empty.mean():.1f})")
    gap = first.difference("bottom_up", "top_down")
    print(f"\nbottom-up less top-down: {100 * gap.mean:+.1f} points [{100 * gap.low:+.1f}, {100 * gap.high:+.1f}]")
    return first


def picture(result: ps.Comparison, file: Path) -> None:
    """Draw where villages end that have somebody to discover, and those that do not."""
    arms = [arm for arm in result.arms if arm != "nothing"]
    there = deviants(result)
    sheet = Sheet(7.2, 3.1)
    sheet.title(
        "Where there is nobody to discover, bottom-up has nothing to share",
        f"Share of women practising at week {result.steps}, village by village: mean and central 90% of "
        f"{result.replicates} replicates.",
    )
    sheet.notes(
        "Filled: villages with at least one positive deviant at the start. Hollow: villages without, "
        f"{(there == 0).mean():.0%} of them."
    )
    axes = sheet.axes(1.0, sheet.bottom + 0.45, sheet.width - 0.5, sheet.top)
    styles = arm_styles(result.arms)
    with styled():
        for row, arm in enumerate(reversed(arms)):
            shares = by_village(result, arm)
            for which, up, filled in ((there > 0, 0.15, True), (there == 0, -0.15, False)):
                low, high = band(shares[which])
                look = styles[arm]
                axes.plot([low, high], [row + up] * 2, color=look.colour, linewidth=2.2, alpha=0.45)
                axes.plot(
                    shares[which].mean(),
                    row + up,
                    marker=look.marker,
                    markersize=8,
                    markerfacecolor=look.colour if filled else "white",
                    markeredgecolor=look.colour,
                    markeredgewidth=1.6,
                    clip_on=False,
                )
                axes.text(high + 0.015, row + up, f"{shares[which].mean():.0%}", va="center", fontsize=9, color=INK)
        axes.set_yticks(range(len(arms)), [shown(arm) for arm in reversed(arms)], fontsize=10, color=INK)
        axes.set_ylim(-0.5, len(arms) - 0.5)
        axes.set_xlim(0, 1)
        axes.set_xticks(np.linspace(0, 1, 5), [f"{share:.0%}" for share in np.linspace(0, 1, 5)], color=MUTED)
        axes.grid(visible=True, axis="x")
        axes.tick_params(axis="y", length=0, pad=12)
    save(sheet.figure, file)


def main() -> int:
    """Tell, and draw if asked to."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--replicates", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--figure", type=Path, help="file for the picture, .png or .svg")
    given = asked.parse_args()
    try:
        result = tell(given.replicates, given.seed)
        if given.figure:
            picture(result, given.figure)
    except ps.PdSimError as error:
        print(f"{error} (the survey is not part of this repository: see README.md)", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
