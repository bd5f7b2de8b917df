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


def test_what_can_hardly_be_meant_follows_under_mind() -> None:
    assert "Mind" not in done("check", "village")
    said = " ".join(done("check", "village", "--set", "steps=50").split())
    assert "Mind: - arms.bottom_up[1].hub.start: 56 is after the last step, 50, so it never acts;" in said
    found = document("check", "village", "--set", "steps=50")
    assert len(found["mind"]) == 2
    assert document("check", "village")["mind"] == []


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("arms.a=[seeding: {how_many: 301}]", "arms.a.seeding.how_many: 301 households, but the smallest village has"),
        ("arms.a=[challenge: {across: street}]", "arms.a.challenge.across: unknown grouping 'street'"),
        ("arms.a=[facilitation: {recruits: street}]", "recruits: 'street' is no grouping of this community"),
        ("arms.a=[training: {cost_place: -1}]", "arms.a[0].training.cost_place: input should be greater than or equal"),
        ("arms.a=[hub: {start: 9, stop: 9}]", "arms.a[0].hub: stop (9) is not after start (9); it could never act"),
        ("arms.a=[hub: {begins_at: 0.5, ends_at: 0.4}]", "arms.a[0].hub: ends_at (0.4) is not above begins_at (0.5)"),
        ("arms.a=[budget: {amount: -5}]", "arms.a[0].budget.amount: input should be greater than or equal to 0"),
        ("practice.positive_deviants=301", "practice.positive_deviants: 301 households are asked for"),
        ("initial.practising=299", "initial.practising: 299 households are asked for, but only 294 can be chosen"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_its_field(setting: str, said: str) -> None:
    assert said in refused("check", "village", "--set", setting)
