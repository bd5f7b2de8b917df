from __future__ import annotations

from pathlib import Path

import pytest

import pd_sim as ps
from pd_sim import community
from tests.unit.cli.called import done, refused


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ties.csv").write_text("source,target,years\na,b,3\nb,c,1\n", encoding="utf-8")
    (tmp_path / "data" / "people.csv").write_text("id,leader\na,1\nb,0\nc,0\nd,0\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_scenario_finds_its_files_has_the_usual_arms_and_passes_the_check(place: Path) -> None:
    (place / "mine").mkdir()
    done("new", "mine/town.yaml", "--from", "data/ties.csv", "--households", "data/people.csv")
    scenario = ps.Scenario.load("mine/town.yaml")
    assert scenario.to_dict()["community"] == {
        "generator": "file",
        "ties": "../data/ties.csv",
        "households": "../data/people.csv",
    }
    assert scenario.to_dict()["arms"] == ps.Scenario.load("village").to_dict()["arms"]
    assert scenario.name == "town"
    assert done("check", "mine/town.yaml").startswith("town: ok — 4 households, 2 ties")


def test_a_path_from_the_root_becomes_a_relative_one(place: Path) -> None:
    done("new", "town.yaml", "--from", place / "data" / "ties.csv")
    assert ps.Scenario.load("town.yaml").to_dict()["community"]["ties"] == "data/ties.csv"


def test_what_was_found_is_noted_in_the_file_and_said(place: Path) -> None:
    said = done("new", "town.yaml", "--from", "data/ties.csv", "--households", "data/people.csv")
    text = (place / "town.yaml").read_text(encoding="utf-8")
    for note in ("columns not used: years", "2 rows read, 2 used, 2 ties", "for groups, initial or traits: leader"):
        assert note in said
        assert note in text
    assert "  #direction: mutual\n" in text
    assert max(len(line) for line in text.splitlines() if line.lstrip().startswith("# ")) < 80


def test_columns_under_other_common_names_are_stated(place: Path) -> None:
    (place / "other.csv").write_text("Ego;Alter\na;b\n", encoding="utf-8")
    (place / "who.csv").write_text("Name,Site\na,n\nb,n\n", encoding="utf-8")
    said = done("new", "town.yaml", "--from", "other.csv", "--households", "who.csv")
    assert "source is Ego, target is Alter" in said
    found = ps.Scenario.load("town.yaml").community
    assert isinstance(found, community.File)
    assert (found.source, found.target, found.id, found.household_village) == ("Ego", "Alter", "Name", "Site")
    assert "town: ok" in done("check", "town.yaml")


def test_settings_decide_how_it_is_read(place: Path) -> None:
    (place / "twice.csv").write_text("source,target\na,b\na,b\n", encoding="utf-8")
    assert "say --set community.repeats=merge" in refused("new", "town.yaml", "--from", "twice.csv")
    assert not (place / "town.yaml").exists()
    done("new", "town.yaml", "--from", "twice.csv", "--set", "community.repeats=merge", "--set", "steps=9")
    assert "town: ok — 2 households, 1 tie," in done("check", "town.yaml")


def test_mistakes_get_one_line_and_leave_no_file(place: Path) -> None:
    assert "there is no such file" in refused("new", "town.yaml", "--from", "nowhere.csv")
    assert "did you mean 'village'" in refused("new", "town.yaml", "--from", "vilage")
    assert "leave it out" in refused("new", "town.yaml", "--households", "data/people.csv")
    assert not (place / "town.yaml").exists()
