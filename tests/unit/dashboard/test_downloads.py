"""What is taken home of an answer says what was shown."""

from __future__ import annotations

import io
import shlex

import pandas as pd
import pytest

import pd_sim as ps
from pd_sim.dashboard import files
from pd_sim.dashboard.asked import Asked, scenario_of
from pd_sim.dashboard.downloads import beside, command_for, downloads, numbers, picture, written
from pd_sim.dashboard.ensemble import bands
from tests.unit.cli.called import done

TOWN = ps.Scenario.load("village").set("community.households", 40).set("steps", 12)


@pytest.fixture(scope="module")
def result():
    return ps.compare(TOWN, ["nothing", "bottom_up"], replicates=3)


def test_a_scenario_is_read_back_as_it_was():
    assert ps.Scenario.from_yaml(written(TOWN, Asked()).decode()).content_hash == TOWN.content_hash


def test_files_are_named_as_their_owner_names_them_and_no_folder_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    asked = Asked().with_page("ties", files.keep(b"source,target\na,b\n")).with_page("ties-name", "ours.csv")
    asked = asked.with_page("households", files.keep(b"id\na\nb\nc\n")).with_page("households-name", "people.csv")
    text = written(scenario_of(asked), asked).decode()
    assert str(tmp_path) not in text
    assert asked.on_page("ties") not in text
    (tmp_path / "ours.csv").write_bytes(b"source,target\na,b\n")
    (tmp_path / "people.csv").write_bytes(b"id\na\nb\nc\n")
    (tmp_path / "home.yaml").write_text(text)
    assert ps.Scenario.load(tmp_path / "home.yaml").located_community().draw_community(1).n == 3


def test_numbers_hold_every_step(result):
    frame = pd.read_csv(io.BytesIO(numbers(result)))
    mine = frame[(frame["arm"] == "bottom_up") & (frame["measure"] == "practising")]
    assert list(mine["step"]) == list(range(13))
    assert mine["mean"].iloc[-1] == pytest.approx(result.series("bottom_up")[:, -1].mean())


def test_pictures_are_pictures(result):
    assert picture(result, ".png").startswith(b"\x89PNG")
    assert b"months" in picture(result, ".svg", "months")


def test_offers_are_named_after_the_scenario(result):
    offers = downloads(TOWN.set("name", "Our town / 2"), result, Asked())
    assert [offer.name for offer in offers] == [f"Our_town_2.{end}" for end in ("yaml", "csv", "png", "svg")]


def given(ties: str, households: str) -> Asked:
    asked = Asked().with_page("ties", files.keep(b"source,target\na,b\nb,c\n")).with_page("ties-name", ties)
    return asked.with_page("households", files.keep(b"id\na\nb\nc\nd\n")).with_page("households-name", households)


def brought_home(offers, folder):
    assert len({offer.name.casefold() for offer in offers}) == len(offers)
    for offer in offers:
        if offer.name.casefold().endswith((".yaml", ".csv")):
            (folder / offer.name).write_bytes(offer.make())
    return next(folder / offer.name for offer in offers if offer.name.endswith(".yaml"))


@pytest.mark.parametrize(
    ("ties", "households", "names"),
    [
        ("mytown.csv", "mytown.csv", ["mytown.csv", "mytown-households.csv"]),
        ("MyTown.csv", "mytown.CSV", ["MyTown.csv", "mytown-households.CSV"]),
        ("village.csv", "village-numbers.csv", ["village.csv", "village-numbers.csv"]),
        ("a.csv", "b.csv", ["a.csv", "b.csv"]),
    ],
)
def test_no_two_files_of_a_package_have_one_name(tmp_path, monkeypatch, result, ties, households, names):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    asked = given(ties, households)
    scenario = scenario_of(asked)
    assert [offer.name for offer in beside(scenario, asked)] == names
    home = ps.Scenario.load(brought_home(downloads(scenario, result, asked), tmp_path))
    assert [home.community.ties, home.community.households] == names
    assert home.located_community().draw_community(1).names == ("a", "b", "c", "d")


def test_one_file_given_as_both_is_named_as_each(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    kept = files.keep(b"source,target,id\na,b,a\nb,a,b\n")
    asked = Asked().with_page("ties", kept).with_page("ties-name", "t.csv")
    asked = asked.with_page("households", kept).with_page("households-name", "h.csv")
    text = written(scenario_of(asked), asked).decode()
    assert kept not in text
    assert [offer.name for offer in beside(scenario_of(asked), asked)] == ["t.csv", "h.csv"]


def numbers_of(command: str, folder, monkeypatch) -> pd.DataFrame:
    monkeypatch.chdir(folder)
    words = shlex.split(command)
    assert words[0] == "pd-sim"
    done(*words[1:], "--out", "run", "--no-parts")
    return ps.Comparison.load(folder / "run").summary()


@pytest.mark.parametrize(
    "setting", [{}, {"community.draw": "once"}, {"community.villages": 2}, {"name": "-x"}], ids=str
)
def test_the_command_that_is_written_with_it_gives_the_numbers_shown(tmp_path, monkeypatch, setting):
    scenario = ps.Scenario.load("village").set("community.households", 30).set("steps", 8)
    for field, value in setting.items():
        scenario = scenario.set(field, value)
    asked = Asked(seed=5)
    home = brought_home(downloads(scenario, bands(scenario, 5), asked)[:1], tmp_path)
    assert ps.Scenario.load(home).content_hash == scenario.content_hash
    command = next(line[2:] for line in home.read_text().splitlines() if line.startswith("# pd-sim "))
    assert command == command_for(scenario, 5, command.split()[2])
    shown = bands(scenario, 5).summary()
    pd.testing.assert_frame_equal(numbers_of(command, tmp_path, monkeypatch), shown)


def test_the_command_gives_the_numbers_of_a_village_from_files(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    asked = given("mytown.csv", "mytown.csv").with_setting("steps", 8)
    scenario = scenario_of(asked)
    shown = bands(scenario, 1)
    home = brought_home(downloads(scenario, shown, asked), tmp_path)
    command = home.read_text().splitlines()[1][2:]
    assert command == "pd-sim compare village.yaml --seed 1 --set community.draw=once"
    pd.testing.assert_frame_equal(numbers_of(command, tmp_path, monkeypatch), shown.summary())


def test_the_command_asks_for_as_many_runs_as_the_page_has(monkeypatch):
    assert command_for(TOWN, 1).endswith("FILE --seed 1 --set community.draw=once")
    monkeypatch.setattr("pd_sim.dashboard.limits.MOST_WORK", 40 * 12 * len(TOWN.arms) * 30)
    assert command_for(TOWN, 1) == "pd-sim compare FILE --seed 1 --replicates 30 --set community.draw=once"
