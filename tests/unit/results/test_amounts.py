"""Sums that are no whole numbers, and money by who pays: in every arm, through every table, saved and loaded."""

from __future__ import annotations

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

import pd_sim as ps
from pd_sim.errors import ResultError
from pd_sim.results import MEASURES, ArmResult, Comparison, storage
from pd_sim.results.measures import AMOUNTS, kind, known_measure
from tests.builders import scenario
from tests.unit.results.made import arm, comparison

SUMS = np.arange(12.0).reshape(3, 4, 1) / 8


def with_amounts(**amounts):
    plain = arm((1, 1, 1))
    return ArmResult(plain.counts, {"rent": SUMS, "community: meals": 2 * SUMS}, (), amounts)


def result():
    """An arm with expected incidents and hours, one without."""
    return comparison(arms={"nothing": arm((1, 1, 1)), "hub": with_amounts(expected_incidents=SUMS, staff_hours=SUMS)})


def test_amounts_are_events_of_a_step_with_a_running_total():
    found = result()
    assert found.series("hub", "expected_incidents").tolist() == SUMS[..., 0].tolist()
    assert found.series("hub", "expected_incidents_so_far").tolist() == SUMS[..., 0].cumsum(axis=1).tolist()
    assert found.series("hub", "volunteer_hours").sum() == 0
    assert found.series("nothing", "expected_incidents_so_far").tolist() == [[0.0] * 4] * 3
    assert {kind(name) for name in (*AMOUNTS, "expected_incidents_so_far", "incidents", "ties_formed")} == {"events"}
    assert kind("isolates_reached") == "households"
    with pytest.raises(ResultError, match="'isolates_reached' counts households and has no running total"):
        known_measure("isolates_reached_so_far", [])


def test_money_is_told_apart_by_who_pays_and_added_up():
    found = result()
    assert found.headings == ("community: meals", "rent")
    assert found.series("hub", "cost").tolist() == (3 * SUMS[..., 0]).tolist()
    assert found.series("hub", "cost_community: meals").tolist() == (2 * SUMS[..., 0]).tolist()
    assert found.series("hub", "cost_community: meals_so_far")[:, -1].tolist() == (2 * SUMS[..., 0].sum(1)).tolist()
    assert found.series("nothing", "cost_rent").sum() == 0
    with pytest.raises(ResultError, match="unknown measure 'cost_meals'; did you mean 'cost_community: meals'"):
        found.series("hub", "cost_meals")


def test_they_stand_in_the_frame_the_summary_and_the_differences():
    found = result()
    frame = found.frame()
    assert list(frame.columns) == [
        *("arm", "replicate", "village", "step", "households"),
        *MEASURES,
        *("expected_incidents", "staff_hours", "cost_community: meals", "cost_rent"),
    ]
    hub = frame[frame["arm"] == "hub"]
    assert hub["expected_incidents"].tolist() == SUMS.ravel().tolist()
    assert hub["cost_community: meals"].tolist() == (2 * SUMS).ravel().tolist()
    assert (frame[frame["arm"] == "nothing"][["expected_incidents", "cost_rent"]] == 0).all(axis=None)
    rows = found.summary(steps=3, measures=["expected_incidents_so_far", "staff_hours"])
    assert rows[rows["arm"] == "hub"]["mean"].tolist() == pytest.approx([SUMS.sum() / 3, SUMS[:, 3].mean()])
    difference = found.difference("hub", "nothing", "expected_incidents_so_far", step=3)
    assert difference.mean == pytest.approx(SUMS.sum() / 3)


def test_without_any_there_are_no_columns():
    assert not set(AMOUNTS) & set(comparison().frame().columns)


def test_what_is_saved_is_loaded(tmp_path):
    found = result()
    found.save(tmp_path / "it")
    back = Comparison.load(tmp_path / "it")
    for name, one in found.arms.items():
        assert {k: v.tobytes() for k, v in back.arms[name].amounts.items()} == {
            k: v.tobytes() for k, v in one.amounts.items()
        }
        assert {k: v.tobytes() for k, v in back.arms[name].cost.items()} == {
            k: v.tobytes() for k, v in one.cost.items()
        }
    assert back.frame().equals(found.frame())
    back.save(tmp_path / "again")
    for file in ("manifest.json", "steps.parquet"):
        assert (tmp_path / "it" / file).read_bytes() == (tmp_path / "again" / file).read_bytes()


def test_the_format_of_what_is_saved(tmp_path):
    """Names, order and kinds of the columns are a promise; change them only with `storage.FORMAT`."""
    result().save(tmp_path / "it")
    manifest = json.loads((tmp_path / "it" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["format"], storage.FORMAT) == (2, 2)
    assert manifest["measures"] == list(MEASURES)
    assert {name: (about["cost"], about["amounts"]) for name, about in manifest["arms"].items()} == {
        "nothing": ([], []),
        "hub": (["community: meals", "rent"], ["expected_incidents", "staff_hours"]),
    }
    schema = pq.read_schema(tmp_path / "it" / "steps.parquet")
    kinds = {field.name: str(field.type) for field in schema}
    text = "dictionary<values=string, indices=int32, ordered=0>"
    assert kinds == {
        "arm": text,
        "replicate": "int32",
        "village": text,
        "step": "int32",
        "households": "int32",
        **dict.fromkeys(MEASURES, "int32"),
        **dict.fromkeys(("expected_incidents", "staff_hours", "cost_community: meals", "cost_rent"), "double"),
    }


def test_what_does_not_fit_is_refused():
    counts = arm((1, 1, 1)).counts
    with pytest.raises(ResultError, match=r"amounts \['lives'\] are unknown; there are expected_incidents"):
        ArmResult(counts, {}, (), {"lives": SUMS})
    with pytest.raises(ResultError, match="amount 'staff_hours' needs shape"):
        ArmResult(counts, {}, (), {"staff_hours": SUMS[:2]})
    kept = with_amounts(staff_hours=SUMS)
    with pytest.raises(ValueError, match="read-only"):
        kept.amounts["staff_hours"][0] = 1.0


def test_a_study_gives_amounts_and_money_by_payer(tmp_path):
    town = scenario(
        {"generator": "village", "households": 30, "villages": 2},
        {
            "nothing": [],
            "both": [
                {"training": {"cost_session": 5.0, "staff_hours": 2.0, "stop": 4}},
                {"hub": {"hosts_needed": 0, "cost_session": 3.0, "volunteer_hours": 1.5, "every": 2}},
            ],
        },
        steps=8,
        outcome={"issue": "a child falls ill", "risk": 0.1, "effect": 0.5},
        economics={"volunteer_hour": 10.0},
    )
    found = ps.compare(town, replicates=3, seed=1)
    both, nothing = found.arms["both"], found.arms["nothing"]
    assert both.cost.keys() == {"sessions", "community: sessions", "volunteers: time"}
    assert both.amounts.keys() == {"expected_incidents", "staff_hours", "volunteer_hours"}
    assert nothing.amounts.keys() == {"expected_incidents"}
    assert both.values("staff_hours").sum(axis=(1, 2)).tolist() == [3 * 2 * 2.0] * 3
    assert both.values("volunteer_hours").sum(axis=(1, 2)).tolist() == [4 * 2 * 1.5] * 3
    assert (both.cost["volunteers: time"] == 10.0 * both.amounts["volunteer_hours"]).all()
    assert found.series("nothing", "incidents_so_far")[:, -1].sum() > 0
    found.save(tmp_path / "it")
    assert Comparison.load(tmp_path / "it").frame().equals(found.frame())
    run = ps.run(town, "both", 1)
    for name, values in {**run.cost, **run.amounts}.items():
        held = both.cost.get(name, both.amounts.get(name))
        assert (held[0] == values).all(), name
    frame = run.frame()
    assert frame["cost_community: sessions"].sum() == 3.0 * 4 * 2
    assert frame["expected_incidents"].sum() == pytest.approx(run.amounts["expected_incidents"].sum())
