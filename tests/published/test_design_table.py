"""The table of the design's independent slow model (12 replicates) beside what this model gives, cell by cell.

    python -m tests.published.test_design_table    # print the comparison that decision 0008 shows

Where the two agree within sampling error, a test holds us to the table; where they do not, it holds us to our own
numbers, with their error, so that a change of either is noticed. Decision 0008 says what was found about the rest.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import pd_sim as ps

PAGE = Path(__file__).parents[2] / "docs/decisions/0008-the-design-table.md"
STEPS = (26, 52, 104, 156)
SIZES = (300, 220)
PRINTED, TESTED, THEIRS = 1000, 200, 12
"""Replicates behind the printed figures, behind a test, and behind the design's table."""

ERRORS = 3.0
"""Standard errors of the difference from which a cell counts as disagreeing (one cell in 370 does so by chance)."""

ROUNDING = 0.005
"""The design gives two places."""

Change = Callable[[ps.Scenario], ps.Scenario]


def without_hub(town: ps.Scenario) -> ps.Scenario:
    """End the hub of bottom-up before it meets; that of the hybrid arm goes on."""
    return town.set("arms.bottom_up.hub.places", 0)


def equal_fit(town: ps.Scenario) -> ps.Scenario:
    """Let both solutions fit alike, and have no hub."""
    return without_hub(town).set("practice.certainty", 0.85)


def without_ownership(town: ps.Scenario) -> ps.Scenario:
    """Let ownership weigh nothing as well."""
    return equal_fit(town).set("behaviour.ownership_weight", 0.0)


def simple(town: ps.Scenario) -> ps.Scenario:
    """A simple problem on which people agree."""
    town = town.set("practice.tacitness", 0.0).set("practice.portability", 0.97).set("practice.certainty", 0.97)
    town = town.set("traits.trust_expert", {"mean": 0.8, "sd": 0.15})
    return town.set("traits.caution", {"mean": 0.12, "sd": 0.12}).set("behaviour.fresh", 0.01)


def tacit(town: ps.Scenario) -> ps.Scenario:
    """A practice that can hardly be told, and experts who are hardly trusted."""
    town = town.set("practice.tacitness", 0.9).set("practice.certainty", 0.4)
    return town.set("traits.trust_expert", {"mean": 0.2, "sd": 0.15})


def without_deviants(town: ps.Scenario) -> ps.Scenario:
    """Nobody does better already."""
    return town.set("practice.positive_deviants", 0)


SETTINGS: dict[str, Change] = {
    "default": lambda town: town,
    "no hub": without_hub,
    "and equal fit": equal_fit,
    "and no ownership": without_ownership,
    "simple, agreed": simple,
    "tacit, distrusted": tacit,
    "no deviants": without_deviants,
}

DESIGN = {
    ("default", "top_down"): (0.13, 0.31, 0.33, 0.35),
    ("default", "bottom_up"): (0.09, 0.29, 0.68, 0.74),
    ("default", "hybrid"): (0.10, 0.27, 0.62, 0.78),
    ("no hub", "top_down"): (0.13, 0.31, 0.33, 0.35),
    ("no hub", "bottom_up"): (0.09, 0.29, 0.42, 0.48),
    ("and equal fit", "top_down"): (0.18, 0.45, 0.50, 0.54),
    ("and equal fit", "bottom_up"): (0.09, 0.29, 0.42, 0.48),
    ("and equal fit", "hybrid"): (0.13, 0.35, 0.77, 0.84),
    ("and no ownership", "top_down"): (0.18, 0.43, 0.46, 0.50),
    ("and no ownership", "bottom_up"): (0.09, 0.25, 0.32, 0.37),
    ("and no ownership", "hybrid"): (0.12, 0.32, 0.71, 0.80),
    ("simple, agreed", "top_down"): (0.47, 0.88, 0.85, 0.85),
    ("simple, agreed", "bottom_up"): (0.17, 0.67, 0.94, 0.94),
    ("simple, agreed", "hybrid"): (0.34, 0.88, 0.94, 0.94),
    ("tacit, distrusted", "top_down"): (0.05, 0.10, 0.10, 0.10),
    ("tacit, distrusted", "bottom_up"): (0.07, 0.26, 0.62, 0.73),
    ("tacit, distrusted", "hybrid"): (0.06, 0.17, 0.49, 0.69),
    ("no deviants", "top_down"): (0.12, 0.30, 0.32, 0.34),
    ("no deviants", "bottom_up"): (0.0, 0.0, 0.0, 0.0),
    ("no deviants", "hybrid"): (0.07, 0.23, 0.47, 0.57),
}
"""Share practising at `STEPS`, by setting and arm, as the design gives it."""


class Cells(NamedTuple):
    """One arm in one setting at the four steps."""

    mean: np.ndarray
    sd: np.ndarray
    """Standard deviation over replicates."""
    n: int

    def apart(self, design: tuple[float, ...]) -> np.ndarray:
        """Standard errors by which the design's figures lie off, over and above rounding.

        Its 12 replicates are taken to vary as ours do.
        """
        error = self.sd * np.sqrt(1 / THEIRS + 1 / self.n)
        gap = np.maximum(np.abs(self.mean - design) - ROUNDING, 0.0)
        return np.divide(gap, error, out=np.where(gap > 0, np.inf, 0.0), where=error > 0)


def measured(setting: str, households: int, replicates: int) -> dict[str, Cells]:
    """Run the arms for which the design has figures in a setting."""
    town = SETTINGS[setting](ps.Scenario.load("village").set("community.households", households))
    arms = [arm for where, arm in DESIGN if where == setting]
    result = ps.compare(town, arms, replicates=replicates, seed=1)
    shares = {arm: result.series(arm)[:, list(STEPS)] for arm in arms}
    return {arm: Cells(x.mean(axis=0), x.std(axis=0, ddof=1), replicates) for arm, x in shares.items()}


def lines(replicates: int) -> Iterator[str]:
    """Write the comparison as decision 0008 shows it: a star where a cell disagrees."""
    heads = ("setting", "arm", "design", *(f"ours, {size} households" for size in SIZES))
    yield "{:<18}{:<11}{:<21}{:<29}{}".format(*heads)
    agreeing = dict.fromkeys(SIZES, 0)
    for setting in SETTINGS:
        found = {size: measured(setting, size, replicates) for size in SIZES}
        for arm in found[SIZES[0]]:
            design = DESIGN[setting, arm]
            said = [" ".join(f"{value:.2f}" for value in design)]
            for size in SIZES:
                cells = found[size][arm]
                stars = ["*" if off > ERRORS else " " for off in cells.apart(design)]
                agreeing[size] += stars.count(" ")
                said.append(" ".join(f"{mean:.3f}{star}" for mean, star in zip(cells.mean, stars, strict=True)))
            yield "{:<18}{:<11}{:<21}{:<29}{}".format(setting, arm, *said).rstrip()
    total = 4 * len(DESIGN)
    yield "cells that agree: " + ", ".join(f"{n} of {total} with {size} households" for size, n in agreeing.items())


def shown() -> dict[tuple[int, str, str], list[tuple[float, bool]]]:
    """Read the page back: our figures and whether they agree, by size, setting and arm."""
    found = {}
    page = PAGE.read_text(encoding="utf-8")
    for setting, arm in DESIGN:
        (row,) = re.findall(rf"^{setting} +{arm} +(.+)$", page, flags=re.MULTILINE)
        cells = [(float(number), not star) for number, star in re.findall(r"(\d\.\d{3})(\*?)", row)]
        assert len(cells) == 4 * len(SIZES)
        for place, size in enumerate(SIZES):
            found[size, setting, arm] = cells[4 * place : 4 * place + 4]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("households", SIZES)
@pytest.mark.parametrize("setting", SETTINGS)
def test_the_table_is_as_the_page_says(setting, households):
    """Fresh runs give the page's figures within 4 standard errors, and agree with the design where it says so."""
    page = shown()
    for arm, cells in measured(setting, households, TESTED).items():
        pinned = page[households, setting, arm]
        figures = np.array([figure for figure, _ in pinned])
        allowed = 4 * cells.sd * np.sqrt(1 / TESTED + 1 / PRINTED) + 0.0005
        assert (np.abs(cells.mean - figures) <= allowed).all(), (arm, cells.mean, figures, allowed)
        for off, (_, agrees) in zip(cells.apart(DESIGN[setting, arm]), pinned, strict=True):
            # with fewer replicates a cell near the border may fall on the other side of it
            assert (off <= ERRORS) == agrees or abs(off - ERRORS) < 1, (arm, off)


@pytest.mark.slow
def test_the_order_of_the_arms_is_that_of_the_design():
    """What the table is for: who leads at the end, in each setting."""
    for setting in SETTINGS:
        cells = measured(setting, 300, TESTED)
        ends = {arm: DESIGN[setting, arm][-1] for arm in cells}
        for first, second in permutations(ends, 2):
            if ends[first] - ends[second] > 0.05:
                # without deviants the hybrid arm of the design leads top_down, ours does not: decision 0008
                swapped = (setting, first, second) == ("no deviants", "hybrid", "top_down")
                assert (cells[first].mean[-1] > cells[second].mean[-1]) != swapped, (setting, first, second)


def test_another_table_would_be_noticed():
    """A cell a tenth off is beyond the error of either size of sample."""
    cells = Cells(np.full(4, 0.3), np.full(4, 0.04), TESTED)
    assert (cells.apart((0.3, 0.3, 0.305, 0.33)) <= ERRORS).all()
    assert (cells.apart((0.4, 0.4, 0.4, 0.2)) > ERRORS).all()


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines(PRINTED))
