"""What the README says of the map of leading arms is what comes out when it is drawn again."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import pd_sim as ps

README = " ".join((Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8").split())
TOWN = ps.Scenario.load("village")


def told(words: str) -> list[str]:
    """Percentages in a sentence of the README, each written N here."""
    pattern = re.escape(words).replace("N", r"(\d+)")
    found = re.findall(pattern, README)
    assert len(found) == 1, words
    return list(found[0]) if isinstance(found[0], tuple) else [found[0]]


def drawn(town: ps.Scenario, step: int = 104) -> tuple[dict[str, str], np.ndarray, np.ndarray]:
    """Shares of the map in per cent, leaders at each point, and the values along."""
    found = ps.regimes(town, step=step, grid=(9, 9), replicates=40)
    return {arm: f"{100 * share:.0f}" for arm, share in found.shares().items()}, found.leaders(), np.array(found.xs)


@pytest.mark.slow
def test_the_default_map():
    shares, leaders, certainty = drawn(TOWN)
    assert told("bottom-up leads at N% of its points after two years") == [shares["bottom_up"]]
    assert told("the hybrid at N%, top-down nowhere, and N% are undecided") == [shares["hybrid"], shares["undecided"]]
    assert shares["top_down"] == "0"
    # "Certainty draws the boundary, near .5 to .7"
    assert (leaders[:, certainty < 0.45] == "bottom_up").all()
    assert not (leaders[:, certainty > 0.65] == "bottom_up").any()
    assert not (leaders[:, certainty < 0.75] == "hybrid").any()


@pytest.mark.slow
def test_the_map_after_one_year():
    shares, leaders, certainty = drawn(TOWN, step=52)
    words = "top-down leads on N% of the map, where certainty is .7 or more, and bottom-up on N%"
    assert told(words) == [shares["top_down"], shares["bottom_up"]]
    assert (leaders[:, certainty > 0.65] == "top_down").all()


@pytest.mark.slow
def test_the_map_without_the_hub():
    shares, leaders, certainty = drawn(TOWN.set("arms.bottom_up.hub.places", 0).set("arms.hybrid.hub.places", 0))
    words = "top-down keeps N%, from certainty .8 on, and bottom-up N%"
    assert told(words) == [shares["top_down"], shares["bottom_up"]]
    assert (leaders[:, certainty > 0.75] == "top_down").all()
    assert not (leaders[:, certainty < 0.75] == "top_down").any()


@pytest.mark.slow
def test_the_map_without_positive_deviants():
    shares, _, _ = drawn(TOWN.set("practice.positive_deviants", 0))
    assert told("top-down leads on N% and bottom-up nowhere") == [shares["top_down"]]
    assert shares["bottom_up"] == "0"


def test_every_setting_that_the_readme_names_is_the_one_that_is_run():
    assert "--set arms.bottom_up.hub.places=0 --set arms.hybrid.hub.places=0" in README
    assert "--set practice.positive_deviants=0" in README
    assert "--step 104 --grid 9x9 --replicates 40" in README
    assert TOWN.practice.positive_deviants == 0.02
    assert "positive deviants (2%) whose solution fits 85%" in README
    assert TOWN.practice.portability == 0.85
