from __future__ import annotations

import numpy as np
import pytest

from pd_sim.analysis.told import simulated, told
from pd_sim.errors import ResultError
from pd_sim.results import MEASURES, ArmResult, Comparison
from pd_sim.scenario import Target


def result(arms, households=20, cost=None, targets=()):
    """`arms[name][measure][replicate][step]` counts in one village."""
    found = {}
    for name, measures in arms.items():
        shape = np.shape(next(iter(measures.values())))
        counts = np.zeros((*shape, 1, len(MEASURES)), np.int32)
        for measure, values in measures.items():
            counts[..., 0, MEASURES.index(measure)] = values
        found[name] = ArmResult(counts, {key: np.array(money)[..., None] for key, money in (cost or {}).items()})
    scenario = {"steps": shape[1] - 1, "arms": {}, "targets": list(targets)}
    return Comparison(scenario, 1, ("1",), np.array([households]), found)


HUB = {
    "hub": {
        "attendance": [[0, 4, 6, 8], [0, 2, 2, 5]],
        "participants": [[0, 2, 3, 4], [0, 2, 2, 2]],
        "practising": [[1, 1, 5, 10], [1, 2, 2, 4]],
    },
    "nothing": {"practising": [[1, 1, 1, 1], [1, 1, 1, 2]]},
}


def target(**fields):
    return Target(
        **{"what": "x", "arm": "hub", "measure": "attendance", "told": 5.0, "sure": "S", "source": "t", **fields}
    )


def values(**fields):
    return simulated(result(HUB), target(**fields))[0].round(9).tolist()


def test_a_figure_over_some_steps():
    assert values(from_step=2) == [6, 2]
    assert values(how="last") == [8, 5]
    assert values(how="last", to_step=1) == [4, 2]
    assert values(how="sum") == [18, 9]
    assert values(how="sum", from_step=2, to_step=3) == [14, 7]
    assert values(how="mean") == [6, 3]
    assert values(how="greatest", to_step=2) == [6, 2]
    assert values(how="mean", per="month") == [6 * 4.345, 3 * 4.345]
    assert values(how="mean", per="month", each=2.0) == [12 * 4.345, 6 * 4.345]


def test_households_are_shares_or_numbers():
    assert values(measure="practising", how="last") == [0.5, 0.2]
    assert values(measure="practising", how="last", number=True) == [10, 4]
    assert values(measure="practising", how="last", each=100.0) == [50, 20]
    assert values(measure="practising", how="last", versus="nothing") == [0.45, 0.1]


def test_one_figure_is_divided_by_another():
    each = simulated(result(HUB), target(measure="attendance_so_far", how="last", of="participants"))
    assert each[0].tolist() == [18 / 4, 9 / 2]
    assert each[1][0] == 27 / 6
    assert values(how="sum", from_step=3, to_step=3, of_from=1, of_to=2) == [8 / 10, 5 / 4]
    assert values(measure="practising", how="last", of_arm="nothing") == [10, 2]
    assert values(how="sum", to_step=2, of="participants") == [
        round(10 / 3, 9),
        4 / 2,
    ]  # households stand; events add up


def test_a_difference_of_ratios_is_paired():
    both = {
        name: {"attendance": [[0, 6], [0, 3]], "participants": [[0, came]] * 2} for name, came in (("hub", 3), ("b", 6))
    }
    found, estimate = simulated(
        result(both), target(measure="attendance_so_far", how="last", of="participants", versus="b")
    )
    assert found.tolist() == [1, 0.5]
    assert estimate[0] == pytest.approx(0.75)
    assert estimate[1] < 0.75 < estimate[2]


def test_the_table_says_whether_what_is_told_comes_out():
    frame = told(
        result(HUB),
        [
            target(from_step=3, told=6.0),
            target(from_step=3, told=9.0),
            target(from_step=3, told=(9.0, 12.0)),
            target(from_step=3, told=(1.0, 5.5), controlled=True, fitted=("a.b", "c")),
            target(from_step=3, told=None, pattern="many"),
        ],
    )
    assert frame["within"].tolist() == [True, False, False, True, None]
    assert frame["mean"].tolist() == [6.5] * 5
    assert frame["band_low"].tolist() == pytest.approx([5.15] * 5)
    assert frame["told"].tolist()[2:4] == [10.5, 3.25]
    assert frame["fitted"].tolist()[3] == "a.b, c"
    assert frame["controlled"].tolist() == [False, False, False, True, False]
    assert np.isnan(frame["told"].tolist()[4])
    assert set(frame["n"]) == {2}


def test_small_counts_are_told_with_what_chance_does():
    frame = told(result(HUB), [target(told=3.0, counts=True, before=11), target(told=3.0, counts=True), target()])
    assert frame["p_before"].round(3).tolist()[0] == 0.057
    assert frame["chance_low"].round(3).tolist()[:2] == [0.619, 0.619]
    assert frame["chance_high"].round(3).tolist()[:2] == [8.767, 8.767]
    assert np.isnan([*frame["p_before"][1:], frame["chance_low"][2]]).all()


def test_what_cannot_be_compared_is_said_and_stops_nothing():
    elsewhere = {"what": "y", "told": 4.0, "sure": "S", "source": "t"}
    never = {"hub": {"attendance": [[0, 1]], "lapses": [[0, 0]]}}
    late = [
        target(from_step=400),
        target(how="last", to_step=400),
        target(arm="hubb"),
        target(measure="cost_rant"),
        Target(**elsewhere),
    ]
    frame = told(result(HUB, cost={"rent": [[0, 1, 1, 1]] * 2}), late)
    assert [note.split(";")[0] for note in frame["note"]] == [
        "it is told of step 400",
        "it is told of step 400",
        "unknown arm 'hubb'",
        "unknown measure 'cost_rant'",
        "nothing simulated stands for it",
    ]
    assert frame["mean"].isna().all()
    assert set(frame["n"]) == {0}
    none = told(result(never), [target(how="sum", of="lapses")])
    assert none["note"].tolist() == ["there is never anything to divide by"]
    with pytest.raises(ResultError, match="end before they begin"):
        simulated(result(HUB), target(how="sum", from_step=2, of_to=1))


def test_targets_come_from_the_scenario():
    written = {"what": "x", "arm": "hub", "measure": "attendance", "told": 5, "sure": "S", "source": "t"}
    frame = told(result(HUB, targets=[written]))
    assert frame[["what", "told", "mean"]].to_numpy().tolist() == [["x", 5.0, 3.0]]
    assert told(result(HUB)).empty
    assert list(told(result(HUB)).columns) == list(frame.columns)
