from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.unit.cli.called import SMALL, document, done, refused

FEW = ("regimes", "village", *SMALL, "--grid", "3x2", "--replicates", "3", "--step", "20")


def test_the_map_is_told_with_its_shares() -> None:
    said = done(*FEW)
    assert "agreement  0.2  0.6  1\n" in said
    assert "of the map)" in said
    assert max(map(len, said.splitlines())) < 80


def test_what_is_written_is_a_picture_a_table_and_a_manifest(tmp_path: Path) -> None:
    out = tmp_path / "map"
    said = done(*FEW, "--out", out)
    names = ["map.png", "map.csv", "manifest.json"]
    assert said.endswith("".join(f"wrote {out / name}\n" for name in names))
    frame = pd.read_csv(out / "map.csv")
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert len(frame) == 6
    assert manifest["x"] == {"field": "certainty", "values": [0.2, 0.6, 1.0]}
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    done(*FEW, "--out", out)
    assert before == {file.name: file.read_bytes() for file in out.iterdir()}


def test_as_json_it_is_one_document() -> None:
    found = document(*FEW, "--x", "practice.portability=0.5..0.9", "--arm", "top_down", "--arm", "bottom_up")
    assert found["x"]["values"] == [0.5, 0.7, 0.9]
    assert len(found["cells"]) == 6
    assert sum(found["shares"].values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--grid", "9"), "--grid 9: write two whole numbers, such as 9x9"),
        (("--x", "certainty=a..b"), "--x certainty=a..b: write field=first..last"),
        (("--y", "agreement=0.2"), "--y agreement=0.2: write field=first..last"),
        (("--x", "practice.certanty"), "did you mean 'certainty'"),
        (("--arm", "top_down"), "needs two arms"),
        (("--step", "99"), "steps 1 to 30"),
    ],
)
def test_a_mistake_is_told_in_one_line(words: tuple[str, ...], said: str) -> None:
    assert said in refused(*FEW, *words)
