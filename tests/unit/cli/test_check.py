from __future__ import annotations

from pathlib import Path

import pytest

import pd_sim as ps
from tests.unit.cli.called import document, done, refused

FILED = """\
name: town
steps: 20
community: {generator: file, ties: ties.csv}
arms: {nothing: [], hub: [hub: {}]}
"""


def _town(folder: Path, ties: str) -> Path:
    (folder / "ties.csv").write_text(ties, encoding="utf-8")
    file = folder / "town.yaml"
    file.write_text(FILED, encoding="utf-8")
    return file


def test_ok_is_one_line_with_what_was_read() -> None:
    said = done("check", "village", "--set", "community.villages=2", "--set", "community.households=50")
    assert said.count("\n") == 1
    assert said.startswith("village: ok — 100 households in 2 villages, ")
    hash_ = ps.Scenario.load("village").set("community.villages", 2).set("community.households", 50).content_hash
    assert said.rstrip().endswith(f"hash {hash_[:12]}")


def test_as_json() -> None:
    found = document("check", "village", "--set", "community={generator: lattice, height: 4, width: 5}")
    assert (found["households"], found["villages"], found["ties"]) == (20, 1, 80)  # eight neighbours each, on a torus
    assert found["arms"] == ["nothing", "top_down", "bottom_up", "hybrid"]
    assert (
        found["hash"]
        == ps.Scenario.load("village").set("community", {"generator": "lattice", "height": 4, "width": 5}).content_hash
    )


def test_a_file_of_ties_beside_the_scenario_is_read(tmp_path: Path) -> None:
    file = _town(tmp_path, "source,target\na,b\nb,c\n")
    assert done("check", file).startswith("town: ok — 3 households, 2 ties, arms nothing, hub, 20 weeks")


@pytest.mark.parametrize(
    ("ties", "said"),
    [("source,target\na,a\n", "ties.csv"), ("source,target\na,b\na,b\n", "ties.csv"), ("", "ties.csv")],
)
def test_a_mistake_in_the_ties_is_told_with_its_file(tmp_path: Path, ties: str, said: str) -> None:
    assert said in refused("check", _town(tmp_path, ties))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: town\nsteps: 1\n", "community: this field is needed"),
        ("name: town\nstep: [", "town.yaml"),
        ("just words", "not a scenario"),
        ("name: town\ncommunity: {generator: villag}\narms: {a: []}", "did you mean 'village'"),
        ("name: town\ncommunity: {generator: village}\narms: {a: [hubb: {}]}", "did you mean 'hub'"),
        ("name: town\ncommunity: {generator: village}\narms: {}", "at least one arm"),
        ("a: &a [1]\nb: [*a, *a]\n", "aliases"),
        ("a: !!python/object/apply:os.system [ls]\n", "tag"),
    ],
)
def test_a_mistake_in_the_scenario_is_told_with_its_field(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "town.yaml"
    file.write_text(text, encoding="utf-8")
    assert said in refused("check", file)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "town.yaml"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    assert "UTF-8" in refused("check", file)
