from __future__ import annotations

import json
import math

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.engine import found as founded
from pd_sim.engine import village_seed
from pd_sim.errors import PdSimError
from pd_sim.studies.regimes import UNDECIDED, agreed, certain

TOWN = ps.Scenario.load("village").set("community.households", 60)
FEW = {"grid": (3, 2), "step": 40, "replicates": 6, "seed": 2}


@pytest.fixture(scope="module")
def found():
    return ps.regimes(TOWN, **FEW)


def test_a_cell_is_a_paired_comparison_at_its_values(found):
    assert found.xs == (0.2, 0.6, 1.0)
    assert found.ys == (0.2, 1.0)
    assert found.arms == ("top_down", "bottom_up", "hybrid")
    cell = found.cells[3 + 1]
    assert (cell.x, cell.y) == (0.6, 1.0)
    place = certain(agreed(TOWN.set("steps", 40), 1.0, 2), 0.6)
    result = ps.compare(place, replicates=6, seed=2)
    for arm in found.arms:
        assert cell.means[arm] == pytest.approx(float(result.series(arm)[:, 40].mean()))
    gap = result.difference(cell.leader, cell.runner_up)
    assert (cell.lead, cell.low, cell.high) == pytest.approx((gap.mean, gap.low, gap.high))
    assert cell.means[cell.leader] == max(cell.means.values())


def test_where_the_interval_covers_nothing_no_arm_leads(found):
    leaders = found.leaders()
    assert leaders.shape == (2, 3)
    for cell, leader in zip(found.cells, leaders.ravel(), strict=True):
        assert (leader == UNDECIDED) == (not cell.low > 0)
        assert leader in (UNDECIDED, cell.leader)
    assert sum(found.shares().values()) == pytest.approx(1)


def test_equal_arms_are_undecided_everywhere():
    twins = TOWN.model_copy(update={"arms": {"a": TOWN.arms["top_down"], "b": TOWN.arms["top_down"]}})
    assert set(ps.regimes(twins, **FEW).leaders().ravel()) == {UNDECIDED}


def test_an_arm_that_does_more_leads_everywhere():
    twice = TOWN.model_copy(update={"arms": {"none": TOWN.arms["nothing"], "b": TOWN.arms["top_down"]}})
    assert set(ps.regimes(twice, arms=["none", "b"], **FEW).leaders().ravel()) == {"b"}


def test_the_frame_and_the_manifest_say_the_same(found):
    frame = found.frame()
    assert list(frame[["certainty", "agreement"]].iloc[1]) == [0.6, 0.2]
    assert list(frame["leader"]) == list(found.leaders().ravel())
    manifest = json.loads(json.dumps(found.manifest()))
    assert manifest["hash"] == TOWN.content_hash
    assert manifest["x"] == {"field": "certainty", "values": [0.2, 0.6, 1.0]}
    again = ps.regimes(TOWN, **FEW, threads=1)
    assert again.frame().equals(frame)


def test_agreement_is_the_share_who_could_be_won():
    cautions = {}
    for share in (1.0, 0.7, 0.3, 0.0):
        town = agreed(TOWN, share, 4)
        cautions[share] = founded(town, village_seed(town, 4, 0)).own["caution"]
        assert np.isinf(cautions[share]).mean() == pytest.approx(1 - share)
    for more, fewer in ((1.0, 0.7), (0.7, 0.3), (0.3, 0.0)):
        agree = ~np.isinf(cautions[fewer])
        assert (cautions[fewer][agree] == cautions[more][agree]).all()
    assert agreed(TOWN, 0.5).traits.trust_expert == TOWN.traits.trust_expert
    drawn = founded(TOWN, village_seed(TOWN, 4, 0)).own["caution"]
    assert (cautions[1.0] == drawn).all()


def test_those_who_disagree_are_not_won():
    town = agreed(TOWN, 0.0).set("behaviour.epsilon", 0).set("steps", 60)
    series = ps.compare(town, ["top_down"], replicates=3).series("top_down", "ever_practised")
    assert (series[:, -1] == series[:, 0]).all()


@pytest.mark.parametrize(("share", "tacit"), [(1.0, 0.0), (0.4, 0.9), (0.65, 0.525), (0.2, 1.0)])
def test_certainty_goes_with_how_well_it_can_be_told(share, tacit):
    practice = certain(TOWN, share).practice
    assert practice.certainty == share
    assert practice.tacitness == pytest.approx(tacit)


@pytest.mark.parametrize("field", ["practice.certainty", "traits.caution.mean", "arms.top_down.training.keeps"])
def test_any_field_with_numbers_can_be_an_axis(field):
    map_ = ps.regimes(
        TOWN,
        x=field,
        x_range=(0.1, 0.3),
        y="behaviour.try_rate",
        y_range=(0.02, 0.1),
        grid=(2, 2),
        step=40,
        replicates=2,
    )
    assert map_.xs == (0.1, 0.3)
    values = {arm: {cell.means[arm] for cell in map_.cells} for arm in map_.arms}
    assert any(len(found) > 1 for found in values.values())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"x": "practice.certanty"}, "did you mean 'certainty'"),
        ({"x": "agreement"}, "is given for both axes"),
        ({"x_range": (0.2, 1.5)}, "certainty: 1.5 is no share"),
        ({"y_range": (-1, 1)}, "agreement: -1 is no share"),
        ({"grid": (1, 5)}, "2 values at least"),
        ({"grid": (100, 100)}, "points at most"),
        ({"step": 157}, "steps 1 to 156"),
        ({"arms": ["top_down"]}, "needs two arms"),
        ({"arms": ["top_down", "botom_up"]}, "did you mean 'bottom_up'"),
        ({"replicates": 1}, "gives no interval"),
    ],
)
def test_what_cannot_be_mapped_is_said_in_one_line(given, said):
    with pytest.raises(PdSimError, match=said):
        ps.regimes(TOWN, **{"grid": (2, 2), "step": 10, "replicates": 2, **given})


def test_without_replicates_that_differ_a_lead_is_exact():
    cell = ps.regimes(TOWN, grid=(2, 2), step=3, arms=["nothing", "bottom_up"], replicates=2).cells[0]
    assert cell.lead == 0
    assert not cell.decided
    assert not math.isnan(cell.low)
