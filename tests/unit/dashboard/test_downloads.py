"""What is taken home of an answer says what was shown."""

from __future__ import annotations

import io

import pandas as pd
import pytest

import pd_sim as ps
from pd_sim.dashboard import files
from pd_sim.dashboard.asked import Asked, scenario_of
from pd_sim.dashboard.downloads import downloads, numbers, picture, written

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
