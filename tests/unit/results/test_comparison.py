from __future__ import annotations

import json
import math

import numpy as np
import pytest

from pd_sim.errors import ResultError
from pd_sim.results import MEANINGS, MEASURES, ArmResult, Comparison
from pd_sim.results.measures import AMOUNTS
from tests.unit.results.made import ATTENDANCE, PRACTISING, SCENARIO, arm, comparison


def test_measures_are_the_agreed_ones_in_the_agreed_order():
    agreed = (
        "unaware aware trying practising lapsed rejected seen ever_practised trials successes failures lapses "
        "sessions attendance participants by_session by_tie by_message by_pay by_itself ties_formed "
        "isolates_reached incidents"
    )
    assert " ".join(MEASURES) == agreed
    assert AMOUNTS == ("expected_incidents", "staff_hours", "volunteer_hours")
    assert list(MEANINGS) == [*MEASURES, *AMOUNTS]


def test_summary_by_hand():
    rows = comparison().summary(steps=3, measures="practising").set_index("arm")
    hub = rows.loc["hub"]
    assert hub["mean"] == pytest.approx(0.4)
    # .2 .4 .6: s = .2, /sqrt 3, t(2) = 4.302653
    assert hub["low"] == pytest.approx(0.4 - 4.302653 * 0.2 / math.sqrt(3))
    assert hub["high"] == pytest.approx(0.4 + 4.302653 * 0.2 / math.sqrt(3))
    assert (hub["band_low"], hub["band_high"]) == (pytest.approx(0.22), pytest.approx(0.58))
    assert hub["takeoff"] == pytest.approx(2 / 3)  # .2 stays below .25
    assert hub["takeoff_low"] < 2 / 3 < hub["takeoff_high"]
    assert rows.loc["nothing", ["mean", "low", "high", "takeoff"]].tolist() == [0.1, 0.1, 0.1, 0.0]
    assert rows["n"].tolist() == [3, 3]


def test_takeoff_follows_the_stated_share():
    assert comparison(takeoff_share=0.6).takeoff("hub").mean == pytest.approx(1 / 3)
    assert comparison().takeoff("hub", step=0).mean == 0


def test_shares_are_of_households_and_counts_stay_counts():
    rows = comparison().summary(steps=2, measures=["practising", "attendance", "attendance_so_far", "cost_so_far"])
    means = rows[rows["arm"] == "hub"].set_index("measure")["mean"]
    assert means.tolist() == pytest.approx([0.4, 2, 4, 10])
    assert comparison().series("hub", "attendance_so_far").tolist() == [[0, 2, 4, 6]] * 3
    assert comparison().series("hub", "cost_rent")[0].tolist() == [0, 5, 5, 5]
    assert comparison().series("nothing", "cost_rent").sum() == 0


def test_villages_are_pooled_by_households_and_shown_alone():
    counts = arm([[1, 30], [3, 10]], villages=2)
    found = comparison(villages=("small", "big"), sizes=np.array([4, 40]), arms={"hub": counts})
    assert found.series("hub")[:, -1].tolist() == [31 / 44, 13 / 44]
    assert found.series("hub", village="small")[:, -1].tolist() == [0.25, 0.75]
    rows = found.by_village(steps=3, measures="practising")
    assert rows["village"].tolist() == ["small", "big"]
    assert rows["households"].tolist() == [4, 40]
    assert rows["mean"].tolist() == [0.5, 0.5]
    assert rows["takeoff"].tolist() == [1.0, 1.0]


def test_sizes_may_differ_between_replicates():
    found = comparison(hub=(1, 1), nothing=(1, 1), sizes=np.array([[10], [20]]))
    assert found.series("hub")[:, -1].tolist() == [0.1, 0.05]


def test_difference_by_hand():
    found = comparison().difference("hub", "nothing", step=2)
    # .1 .3 .5
    assert found.mean == pytest.approx(0.3)
    assert found.low == pytest.approx(0.3 - 4.302653 * 0.2 / math.sqrt(3))
    assert found.interval == (found.low, found.high)
    assert (found.n, found.ahead, found.behind, found.step) == (3, 1.0, 0.0, 2)
    assert str(found).startswith("practising at step 2: hub less nothing +0.300 [")
    back = comparison().difference("nothing", "hub", step=2)
    assert (back.mean, back.low, back.high, back.ahead) == (-found.mean, -found.high, -found.low, 0.0)


def test_difference_of_equal_arms_is_exactly_zero():
    found = comparison(nothing=(2, 4, 6)).difference("hub", "nothing")
    assert (found.mean, found.low, found.high, found.ahead, found.behind) == (0, 0, 0, 0, 0)


def test_differences_are_all_pairs_in_order():
    third = comparison(arms={name: arm([1, 2]) for name in ("nothing", "top_down", "bottom_up")})
    assert [(d.arm, d.versus) for d in third.differences(steps=[1])] == [
        ("top_down", "nothing"),
        ("bottom_up", "nothing"),
        ("bottom_up", "top_down"),
    ]
    assert [d.step for d in third.differences()] == [3, 3, 3]


def test_one_replicate_says_that_there_is_no_interval():
    found = comparison(nothing=(1,), hub=(4,))
    row = found.summary(steps=3, measures="practising").iloc[1]
    assert row["mean"] == row["band_low"] == row["band_high"] == 0.4
    assert math.isnan(row["low"])
    assert math.isnan(row["high"])
    difference = found.difference("hub", "nothing")
    assert math.isnan(difference.low)
    assert "one replicate: no interval" in str(difference)
    assert found.document()["differences"][0]["interval"] == [None, None]


def test_frame_has_one_row_per_arm_replicate_village_step_in_that_order():
    found = comparison(villages=("a", "b"), sizes=np.array([10, 20]), arms={n: arm([1, 2], villages=2) for n in "xy"})
    frame = found.frame()
    assert list(frame.columns) == ["arm", "replicate", "village", "step", "households", *MEASURES]
    assert len(frame) == 2 * 2 * 2 * 4
    keys = list(zip(frame["arm"], frame["replicate"], frame["village"], frame["step"], strict=True))
    assert keys == [(a, r, v, s) for a in "xy" for r in range(2) for v in "ab" for s in range(4)]
    assert frame.query("village == 'b' and replicate == 1 and step == 2")["practising"].tolist() == [2, 2]
    assert frame.query("village == 'b'")["households"].unique().tolist() == [20]


def test_frame_and_summary_tell_the_same():
    found = comparison()
    frame = found.frame()
    means = (frame["practising"] / frame["households"]).groupby([frame["arm"], frame["step"]], observed=True).mean()
    rows = found.summary(steps=range(4), measures="practising").set_index(["arm", "step"])["mean"]
    assert means.to_dict() == pytest.approx(rows.to_dict())


def test_usual_steps_and_the_last_one():
    long = comparison(arms={"hub": arm([1], steps=60)})
    assert long.summary(measures="practising")["step"].tolist() == [26, 52, 60]
    assert comparison().asked_steps() == (3,)


@pytest.mark.parametrize("step", [4, -1, 1.5, True])
def test_a_step_that_was_not_run_is_refused_with_the_last_one(step):
    with pytest.raises(ResultError, match="last step is 3"):
        comparison().summary(steps=[step])
    with pytest.raises(ResultError, match="last step is 3"):
        comparison().difference("hub", "nothing", step=step)


def test_unknown_names_are_answered_with_the_nearest():
    found = comparison()
    with pytest.raises(ResultError, match="did you mean 'hub'"):
        found.difference("hubb", "nothing")
    with pytest.raises(ResultError, match="did you mean 'practising'"):
        found.summary(measures="practisin")
    with pytest.raises(ResultError, match="no running total"):
        found.series("hub", "practising_so_far")
    with pytest.raises(ResultError, match="unknown village 'x'"):
        found.series("hub", village="x")


def test_document_has_the_agreed_fields_and_is_strict_json():
    document = comparison().document()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert (document["replicates"], document["seed"], document["steps"]) == (3, 1, 3)
    assert document["scenario"] == SCENARIO
    assert {"practising", "aware", "ever_practised", "participants", "attendance", "cost"} <= set(
        document["arms"]["hub"]
    )
    assert document["arms"]["hub"]["practising"]["mean"] == [0, *[pytest.approx(0.4)] * 3]
    assert document["arms"]["hub"]["practising"]["low"][3] == pytest.approx(0.22)
    assert document["takeoff"] == {"nothing": 0.0, "hub": pytest.approx(2 / 3)}
    assert [
        set(entry) >= {"arm", "versus", "measure", "step", "mean", "interval", "n"} for entry in document["differences"]
    ] == [True] * len(document["differences"])
    first = document["differences"][0]
    assert (first["arm"], first["versus"], first["measure"], first["step"]) == ("hub", "nothing", "practising", 3)


def test_results_cannot_be_changed():
    found = comparison()
    with pytest.raises(ValueError, match="read-only"):
        found.arms["hub"].counts[0, 0, 0, 0] = 1
    with pytest.raises(TypeError):
        found.arms["other"] = found.arms["hub"]
    mine = np.zeros((1, 2, 1, len(MEASURES)), dtype=np.int32)
    ArmResult(mine)
    mine[0, 0, 0, 0] = 1  # the array that was given stays its owner's


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ResultError, match="at least one arm"):
        comparison(arms={})
    with pytest.raises(ResultError, match="arm 'b' has shape"):
        comparison(arms={"a": arm([1, 2]), "b": arm([1])})
    with pytest.raises(ResultError, match="village names"):
        comparison(villages=("1", "2"))
    with pytest.raises(ResultError, match="without households"):
        comparison(sizes=np.array([0]))
    with pytest.raises(ResultError, match="takeoff_share"):
        comparison(takeoff_share=0)
    with pytest.raises(ResultError, match="whole numbers"):
        ArmResult(np.zeros((1, 2, 1, len(MEASURES))))
    with pytest.raises(ResultError, match="counts need shape"):
        ArmResult(np.zeros((1, 2, 1, 3), dtype=np.int32))
    with pytest.raises(ResultError, match="cost 'rent'"):
        arm([1], cost={"rent": np.zeros((1, 2, 1))})
    with pytest.raises(ResultError, match="2 digests"):
        arm([1], digests=("a", "b"))


def test_hash_is_of_the_content_unless_given():
    assert comparison().hash == comparison(scenario=dict(reversed(SCENARIO.items()))).hash
    assert comparison().hash != comparison(scenario={**SCENARIO, "steps": 4}).hash
    assert comparison(hash="abc").hash == "abc"


def test_columns_are_where_the_engine_puts_them():
    counts = np.zeros((1, 2, 1, len(MEASURES)), dtype=np.int32)
    counts[0, 1, 0] = np.arange(len(MEASURES))
    found = Comparison({}, 1, ("1",), np.array([1]), {"a": ArmResult(counts)})
    for place, measure in enumerate(MEASURES):
        assert found.arms["a"].values(measure)[0, 1, 0] == place
    assert (PRACTISING, ATTENDANCE) == (3, 13)
