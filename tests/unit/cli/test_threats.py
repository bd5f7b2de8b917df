from __future__ import annotations

import csv
from pathlib import Path

import pytest

import pd_sim as ps
from tests.unit.cli.called import SMALL, document, done, refused

FEW = ("threats", "what_would_kill_it", *SMALL, "--at", "10", "--replicates", "4", "--seed", "2")


def test_as_json_is_the_study() -> None:
    town = ps.Scenario.load("what_would_kill_it").set("community.households", 40).set("steps", 30)
    study = ps.threats(town, at=10, replicates=4, seed=2).frame()
    told = document(*FEW)
    assert (told["at"], told["step"], told["measure"]) == (10, 30, "practising")
    assert [row["loss"] for row in told["threats"]] == study["loss"].tolist()
    assert [row["threat"] for row in told["threats"]] == study["threat"].tolist()


def test_every_arm_and_threat_is_told() -> None:
    said = done(*FEW)
    for arm in ("top_down", "bottom_up", "hybrid", "led_by_one"):
        assert f"\n{arm}: " in said
    assert said.count(" leader_leaves  ") == 4
    assert said.count("nothing to hit") >= 6
    assert "- leader_leaves: The one on whom it depends leaves" in said
    assert max(map(len, said.splitlines())) < 81


def test_some_threats_of_another_size_for_some_arms() -> None:
    asked = ("--arm", "bottom_up", "--threat", "cost_loading", "--size", "cost_loading.factor=1.1")
    (row,) = document(*FEW, *asked)["threats"]
    assert (row["arm"], row["threat"], row["rank"], row["apart"]) == ("bottom_up", "cost_loading", 1, None)
    assert row["size"] == "factor 1.1, payers everybody"


def test_years_are_told_and_one_replicate_has_no_interval() -> None:
    words = [word if word != "4" else "1" for word in FEW]
    said = done(*words, "--measure", "years")
    assert "years of practice of a hundred households" in " ".join(said.split())
    assert "nan" not in said
    assert document(*words)["threats"][0]["loss_low"] is None


def test_what_is_written_is_named(tmp_path: Path) -> None:
    said = done(*FEW, "--out", tmp_path / "harm")
    assert said.endswith("".join(f"wrote {tmp_path / 'harm' / name}\n" for name in ("threats.csv", "threats.png")))
    with (tmp_path / "harm" / "threats.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 28


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--threat", "leader_leave"), "did you mean 'leader_leaves'"),
        (("--arm", "hybird"), "did you mean 'hybrid'"),
        (("--step", "31"), "--step 31"),
        (("--size", "factor=2"), "write it as kind.field=value"),
        (("--size", "cost_loading.factor=many"), "cost_loading.factor"),
    ],
)
def test_a_mistake_gets_one_line(words: tuple[str, str], said: str) -> None:
    assert said in refused(*FEW, *words)
