"""What a comparison's numbers cannot say: the same in every place that shows them."""

from __future__ import annotations

import pd_sim as ps
from pd_sim.cli import _notices
from pd_sim.studies.caveats import caveats
from tests.unit.results.made import comparison

TOWN = ps.Scenario.load("village").set("community.households", 60).set("steps", 40)


def test_an_arm_near_a_tipping_point_is_called_as_it_is_shown() -> None:
    found = comparison(nothing=[1] * 20, hub=[1, 9] * 10)
    (said,) = [line for line in caveats(found, named=str.upper) if "tipping" in line]
    assert said.startswith("HUB is near a tipping point: it took off in 50% of the replicates")


def test_what_never_acts_and_what_cannot_be_discovered_is_said_and_nothing_else() -> None:
    late = TOWN.set("threats", [{"sponsor_restructured": {"at": 39}}]).set("practice.positive_deviants", 0)
    late = late.model_copy(update={"arms": {"a": TOWN.set("arms.top_down.training.stop", 20).arms["top_down"][1:2]}})
    found = ps.compare(late, replicates=24)
    said = caveats(found, late)
    assert len(said) == 2
    assert "has stopped" in said[0]
    assert said[1].startswith("Nobody practises in hiding at the start")
    assert _notices.warnings(found, late) == said
    assert caveats(ps.compare(TOWN, ["nothing", "top_down"], replicates=24)) == []
