"""The parts of a gap: they add up, are nothing where nothing differs, and follow Shapley's formula."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.errors import PdSimError
from pd_sim.studies import FACTORS
from pd_sim.studies.decompose import _shapley

TOWN = ps.Scenario.load("village").set("community.households", 60).set("steps", 70)


def test_parts_and_rest_add_up_to_the_gap():
    parts = ps.decompose(TOWN, "bottom_up", "top_down", replicates=6, factors=("fit", "duration", "trust"))
    assert sum(e.mean for e in parts.parts.values()) + parts.rest.mean == pytest.approx(parts.gap.mean, abs=1e-12)
    result = ps.compare(TOWN, ["bottom_up", "top_down"], replicates=6)
    assert parts.gap.mean == pytest.approx(result.difference("bottom_up", "top_down", step=70).mean, abs=1e-12)


def test_an_arm_against_itself_has_no_parts():
    parts = ps.decompose(TOWN, "hybrid", "hybrid", replicates=3)
    assert parts.gap.mean == parts.rest.mean == 0
    assert all(e.mean == 0 for e in parts.parts.values())


def test_what_does_not_differ_has_no_part():
    both = {"a": [{"training": {"source": "peer"}}], "b": [{"training": {"source": "peer", "keeps": 1.0}}]}
    town = ps.Scenario.from_dict({**TOWN.to_dict(), "arms": both})
    parts = ps.decompose(town, "b", "a", replicates=6)
    assert parts.parts["channel"].mean != 0
    for name in ("trust", "duration", "capacity"):
        assert parts.parts[name].mean == 0, name


def test_shapley_is_the_mean_over_all_orders():
    names = ("x", "y", "z")
    rng = np.random.default_rng(3)
    gaps = {
        frozenset(n for n, on in zip(names, bits, strict=True) if on): rng.random(4) for bits in np.ndindex(2, 2, 2)
    }
    for name in names:
        added = []
        for order in permutations(names):
            before = frozenset(order[: order.index(name)])
            added.append(gaps[before | {name}] - gaps[before])
        np.testing.assert_allclose(_shapley(name, names, gaps), np.mean(added, axis=0))


@pytest.mark.parametrize("factor", sorted(FACTORS))
def test_switching_off_a_difference_twice_changes_nothing_more(factor):
    off = FACTORS[factor][0]
    once = off((TOWN, TOWN.arms["bottom_up"], TOWN.arms["top_down"]))
    assert off(once) == once
    assert off(once) != (TOWN, TOWN.arms["bottom_up"], TOWN.arms["top_down"])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"factors": ("fitt",)}, "did you mean 'fit'"),
        ({"factors": ()}, "at least one"),
        ({"step": 71}, "steps 0 to 70"),
        ({"arm": "botom_up"}, "did you mean 'bottom_up'"),
    ],
)
def test_mistakes_are_told_in_one_line(changes, told):
    asked = {"arm": "bottom_up", "versus": "top_down", "replicates": 2} | changes
    with pytest.raises(PdSimError, match=told) as caught:
        ps.decompose(TOWN, asked.pop("arm"), asked.pop("versus"), **asked)
    assert "\n" not in str(caught.value)
