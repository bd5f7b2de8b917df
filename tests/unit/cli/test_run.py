from __future__ import annotations

import json
from pathlib import Path

import pytest

import pd_sim as ps
from tests.unit.cli.called import SMALL, document, done, process, refused

ONE = ("run", "village", *SMALL, "--arm", "bottom_up", "--seed", "3")


def _small() -> ps.Scenario:
    return ps.Scenario.load("village").set("community.households", 40).set("steps", 30)


def test_the_digest_is_that_of_both_engines_and_of_any_threads() -> None:
    expected = ps.run(_small(), "bottom_up", 3).digest
    for words in ((), ("--engine", "mesa"), ("--threads", "1"), ("--threads", "2"), ("--engine", "compiled")):
        assert document(*ONE, *words)["digest"] == expected, words
    assert document("run", "village", *SMALL, "--arm", "bottom_up", "--seed", "4")["digest"] != expected
    assert f"digest {expected}\n" in done(*ONE)


def test_as_json_is_one_document_with_counts_at_every_step() -> None:
    ended = process(*ONE, "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    found = json.loads(ended.stdout)
    ran = ps.run(_small(), "bottom_up", 3)
    assert found["hash"] == _small().content_hash
    assert (found["arm"], found["seed"], found["engine"], found["steps"], found["households"]) == (
        *("bottom_up", 3, "compiled", 30),
        40,
    )
    frame = ran.frame()
    for measure, counts in found["counts"].items():
        assert counts == frame.groupby("step")[measure].sum().tolist()
    assert len(found["counts"]["practising"]) == 31


def test_the_table_shows_every_household_at_one_stage() -> None:
    said = done(*ONE).splitlines()
    rows = [line.split() for line in said if line[:4].strip().isdigit()]
    assert [row[0] for row in rows] == ["0", "26", "30"]
    for row in rows:
        assert sum(map(int, row[1:7])) == 40
    assert max(map(len, said)) < 80


def test_the_arm_may_be_left_out_where_there_is_one() -> None:
    assert ", arm nothing, " in done("run", "village", *SMALL, "--set", "arms={nothing: []}")


def test_what_is_written_is_a_result_with_every_household(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "one"
    said = done(*ONE, "--out", folder)
    files = ["manifest.json", "steps.parquet", "households.csv"]
    assert sorted(file.name for file in folder.iterdir()) == sorted(files)
    assert said.endswith("".join(f"wrote {folder / name}\n" for name in files))
    kept = ps.Comparison.load(folder)
    ran = ps.run(_small(), "bottom_up", 3)
    assert kept.arms["bottom_up"].digests == (ran.digest,)
    assert kept.series("bottom_up")[0, -1] == ran.counts[-1, :, 3].sum() / 40
    assert (folder / "households.csv").read_text(encoding="utf-8").count("\n") == 41
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    done(*ONE, "--out", folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


@pytest.mark.parametrize("words", [("--seed", "4"), ("--arm", "hybrid"), ("--set", "practice.tacitness=0.9")])
def test_a_folder_with_another_result_is_refused_untouched(tmp_path: Path, words: tuple[str, str]) -> None:
    done(*ONE, "--out", tmp_path / "one")
    before = {file.name: file.read_bytes() for file in (tmp_path / "one").iterdir()}
    assert "holds another result" in refused(*ONE, *words, "--out", tmp_path / "one")
    assert {file.name: file.read_bytes() for file in (tmp_path / "one").iterdir()} == before
