from __future__ import annotations

import re
from pathlib import Path

import pytest

import pd_sim as ps
from pd_sim import studies
from tests.unit.cli.called import document, done, pd_sim, refused

FEW = ("decompose", "village", "--set", "community.households=30", "--set", "steps=8", "--replicates", "3")


@pytest.fixture(scope="module")
def parts() -> studies.Decomposition:
    town = ps.Scenario.load("village").set("community.households", 30).set("steps", 8)
    return studies.decompose(town, "bottom_up", "top_down", replicates=3, seed=1)


def test_as_json_the_parts_and_the_rest_add_up(parts: studies.Decomposition) -> None:
    found = document(*FEW)
    assert (found["arm"], found["versus"], found["step"]) == ("bottom_up", "top_down", 8)
    assert found["gap"]["mean"] == pytest.approx(float(parts.gap.mean))
    assert set(found["parts"]) == set(studies.FACTORS)
    total = found["rest"]["mean"] + sum(part["mean"] for part in found["parts"].values())
    assert total == pytest.approx(found["gap"]["mean"], abs=1e-12)
    low, high = found["gap"]["interval"]
    assert low <= found["gap"]["mean"] <= high


def test_the_table_has_every_part_and_the_total() -> None:
    said = done(*FEW)
    rows = re.findall(r"^(\w+) +([+−]?\d+\.\d)  +\S+ to \S+$", said, re.MULTILINE)
    assert {name for name, _ in rows} == {*studies.FACTORS, "rest", "total"}
    assert max(map(len, said.splitlines())) < 80


def test_what_is_written_is_named_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = done(*FEW, "--out", tmp_path / "parts")
    names = ["decomposition.csv", "decomposition.png"]
    assert said.endswith("".join(f"wrote {tmp_path / 'parts' / name}\n" for name in names))
    assert sorted(file.name for file in (tmp_path / "parts").iterdir()) == names
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine", encoding="utf-8")
    assert "holds other files (notes.txt)" in refused(*FEW, "--out", tmp_path / "other")

    def fail(*given: object, **named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pd_sim.figures.decomposition", fail)
    assert pd_sim(*FEW, "--out", tmp_path / "more").exit_code == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["other", "parts"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--arm", "botom_up"), "did you mean 'bottom_up'"),
        (("--versus", "topdown"), "did you mean 'top_down'"),
        (("--step", "9"), "steps 0 to 8"),
        (("--replicates", "1"), "--replicates"),
    ],
)
def test_a_mistake_gets_one_line(words: tuple[str, str], said: str) -> None:
    assert said in refused(*FEW, *words)
