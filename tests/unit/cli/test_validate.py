from __future__ import annotations

from pathlib import Path

import pytest

from pd_sim.validation import RESULTS, Check
from pd_sim.validation.checks import Published
from tests.unit.cli.called import document, done, pd_sim, refused

ONLY = ("validate", "--quick", "--only", "valente")


def test_as_json_it_is_one_document_of_all_checks() -> None:
    found = document(*ONLY)
    assert found["passed"] is True
    (result,) = found["results"]
    assert (result["name"], result["passed"], len(result["checks"])) == ("valente", True, 2)
    assert {"what", "expected", "got", "interval", "passed", "note"} == set(result["checks"][0])
    assert found["effects"] == []


def test_planted_errors_are_noticed_and_a_blind_check_is_not_let_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    said = done(*ONLY, "--controls")
    assert "fails with weights, thresholds" in " ".join(said.split())

    def blind(quick: bool, seed: int, control: str) -> tuple[tuple[Check, ...], dict[str, float]]:
        return (Check("a thing", "1", "1", passed=True),), {}

    monkeypatch.setitem(RESULTS, "valente", Published("valente", "t", "s", blind, {"error": "an error"}))
    ended = pd_sim(*ONLY, "--controls")
    assert ended.exit_code == 1
    assert "a thing: NOTICES NONE" in ended.stdout


def test_the_nearest_name_is_offered() -> None:
    assert "did you mean 'watts'" in refused("validate", "--only", "wats")


def test_figures_are_written_whole(tmp_path: Path) -> None:
    said = done("validate", "--quick", "--only", "granovetter", "--figures", tmp_path / "f")
    assert said.endswith(f"wrote {tmp_path / 'f' / 'granovetter.png'}\n")
    assert [file.name for file in (tmp_path / "f").iterdir()] == ["granovetter.png"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine", encoding="utf-8")
    assert "holds other files" in refused(*ONLY, "--figures", tmp_path / "other")
