from __future__ import annotations

import csv
from pathlib import Path

import pytest

import pd_sim as ps
from pd_sim import studies
from tests.unit.cli.called import document, done, refused

FEW = (
    *("equity", "village", "--set", "community={generator: blocks, sizes: [30, 10]}", "--set", "steps=20"),
    *("--group", "block", "--replicates", "4", "--seed", "2"),
)


@pytest.fixture(scope="module")
def found() -> studies.Equity:
    town = ps.Scenario.load("village").set("community", {"generator": "blocks", "sizes": [30, 10]}).set("steps", 20)
    return studies.equity(town, "block", replicates=4, seed=2)


def test_as_json_is_the_study(found: studies.Equity) -> None:
    told = document(*FEW)
    assert (told["group"], told["step"], told["replicates"]) == ("block", 20, 4)
    assert len(told["groups"]) == 8
    assert [row["practising"] for row in told["groups"]] == found.frame()["practising"].tolist()
    assert [row["gap"] for row in told["gaps"]] == found.gaps()["gap"].tolist()


def test_the_tables_hold_every_arm_and_group() -> None:
    said = done(*FEW)
    groups, gaps = said.split("Gap: ")
    rows = groups.partition("came\n")[2].strip().splitlines()
    assert [row.split()[-6] for row in rows] == ["1", "2"] * 4
    for arm in ("nothing", "top_down", "bottom_up", "hybrid"):
        assert f"\n{arm} " in groups
        assert f"\n{arm} " in gaps
    assert max(map(len, said.splitlines())) < 80


def test_one_replicate_has_no_interval() -> None:
    words = [word if word != "4" else "1" for word in FEW]
    assert "nan" not in done(*words)
    assert document(*words)["groups"][0]["low"] is None


def test_an_earlier_step_and_some_arms() -> None:
    told = document(*FEW, "--step", "10", "--arm", "hybrid")
    assert told["step"] == 10
    assert {row["arm"] for row in told["groups"]} == {"hybrid"}


def test_what_is_written_is_named(tmp_path: Path) -> None:
    said = done(*FEW, "--out", tmp_path / "reach")
    names = ["equity.csv", "gaps.csv"]
    assert said.endswith("".join(f"wrote {tmp_path / 'reach' / name}\n" for name in names))
    with (tmp_path / "reach" / "equity.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 8


def test_a_column_becomes_a_group(tmp_path: Path) -> None:
    (tmp_path / "ties.csv").write_text("source,target\na,b\nb,c\n", encoding="utf-8")
    (tmp_path / "people.csv").write_text("id,leader\na,1\nb,0\nc,0\nd,0\n", encoding="utf-8")
    town = tmp_path / "town.yaml"
    town.write_text(
        "name: town\nsteps: 8\ncommunity: {generator: file, ties: ties.csv, households: people.csv}\n"
        "arms: {nothing: []}\n",
        encoding="utf-8",
    )
    words = ("equity", town, "--group", "leader", "--replicates", "2")
    assert "--set community.groups=[leader]" in refused(*words)
    said = done(*words, "--set", "community.groups=[leader]")
    assert "households without ties" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--group", "blok"), "did you mean 'block'"),
        (("--step", "21"), "--step 21"),
        (("--arm", "hybird"), "did you mean 'hybrid'"),
        (("--set", "community={generator: village}"), "has no groups"),
    ],
)
def test_a_mistake_gets_one_line(words: tuple[str, str], said: str) -> None:
    assert said in refused(*FEW, *words)
