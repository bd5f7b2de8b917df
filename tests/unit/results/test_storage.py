from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pd_sim.errors import ResultError
from pd_sim.results import Comparison, check_folder, storage
from tests.unit.results.made import SCENARIO, arm, comparison


def _held(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def _varied(replicates: int = 5) -> Comparison:
    draws = np.random.default_rng(3)
    arms = {name: arm(draws.integers(0, 9, (replicates, 2)), villages=2) for name in ("nothing", "top_down")}
    spent = draws.random((replicates, 4, 2))
    arms["hub"] = arm(draws.integers(0, 9, (replicates, 2)), villages=2, cost={"rent": spent, "tea": spent / 3})
    sizes = draws.integers(10, 20, (replicates, 2))
    return comparison(arms=arms, villages=("north", "Süd"), sizes=sizes, takeoff_share=0.4)


def test_what_is_saved_is_loaded(tmp_path):
    found = _varied()
    assert found.save(tmp_path / "runs" / "it") == tmp_path / "runs" / "it"
    back = Comparison.load(tmp_path / "runs" / "it")
    assert back.identity == found.identity
    assert (back.scenario, back.takeoff_share, dict(back.versions)) == (SCENARIO, 0.4, dict(found.versions))
    np.testing.assert_array_equal(back.sizes, found.sizes)
    for name, one in found.arms.items():
        np.testing.assert_array_equal(back.arms[name].counts, one.counts)
        assert back.arms[name].counts.dtype == np.int32
        assert list(back.arms[name].cost) == sorted(one.cost)
        for heading, money in one.cost.items():
            np.testing.assert_array_equal(back.arms[name].cost[heading], money)
        assert back.arms[name].digests == one.digests
    assert back.frame().equals(found.frame())
    assert back.document() == found.document()


def test_digests_are_kept(tmp_path):
    comparison().save(tmp_path / "it")
    assert Comparison.load(tmp_path / "it").arms["hub"].digests == ("d", "d", "d")


def test_the_same_result_gives_the_same_bytes(tmp_path):
    _varied().save(tmp_path / "one")
    _varied().save(tmp_path / "two")
    assert _held(tmp_path / "one") == _held(tmp_path / "two")
    assert set(_held(tmp_path / "one")) == {"manifest.json", "steps.parquet"}
    _varied(6).save(tmp_path / "three")  # control: another result has other bytes
    assert _held(tmp_path / "three")["steps.parquet"] != _held(tmp_path / "one")["steps.parquet"]


def test_a_loaded_result_saves_to_the_same_bytes(tmp_path):
    _varied().save(tmp_path / "one")
    Comparison.load(tmp_path / "one").save(tmp_path / "two")
    assert _held(tmp_path / "one") == _held(tmp_path / "two")


def test_rows_and_row_groups_are_fixed(tmp_path, monkeypatch):
    import pyarrow.parquet as pq

    monkeypatch.setattr(storage, "ROW_GROUP", 50)
    _varied().save(tmp_path / "it")
    file = pq.ParquetFile(tmp_path / "it" / "steps.parquet")
    groups = [file.metadata.row_group(place).num_rows for place in range(file.num_row_groups)]
    assert groups == [50, 50, 20]
    assert file.schema_arrow.metadata is None
    assert Comparison.load(tmp_path / "it").identity == _varied().identity


def test_pandas_reads_the_same_rows(tmp_path):
    import pandas as pd

    _varied().save(tmp_path / "it")
    read = pd.read_parquet(tmp_path / "it" / "steps.parquet")
    frame = _varied().frame()
    assert read.columns.tolist() == frame.columns.tolist()
    assert read["arm"].astype(str).tolist() == frame["arm"].astype(str).tolist()
    assert read["practising"].tolist() == frame["practising"].tolist()


def test_the_manifest_says_what_it_is_and_not_when(tmp_path):
    found = comparison()
    found.save(tmp_path / "it")
    manifest = json.loads((tmp_path / "it" / "manifest.json").read_text(encoding="utf-8"))
    assert {"scenario", "hash", "seed", "replicates", "versions", "measures", "parquet"} <= manifest.keys()
    assert manifest["parquet"]["rows"] == 2 * 3 * 4
    assert str(tmp_path) not in json.dumps(manifest)
    assert not any(word in json.dumps(manifest).lower() for word in ("time", "date", "created"))


def test_the_same_result_may_be_saved_again_beside_its_figures(tmp_path):
    comparison().save(tmp_path / "it")
    (tmp_path / "it" / "curves.png").write_bytes(b"picture")
    before = _held(tmp_path / "it")
    comparison().save(tmp_path / "it")
    assert _held(tmp_path / "it") == before


def test_an_empty_folder_is_used_even_where_one_stands(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    comparison().save(tmp_path / "empty")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    comparison().save(".")
    assert _held(tmp_path / "here") == _held(tmp_path / "empty")
    assert {file.name for file in Path().iterdir()} == {"manifest.json", "steps.parquet"}


@pytest.mark.parametrize(
    ("change", "field"),
    [({"seed": 2}, "seed"), ({"scenario": {}}, "hash"), ({"nothing": (1, 1), "hub": (2, 2)}, "replicates")],
)
def test_another_result_is_refused_and_nothing_is_touched(tmp_path, change, field):
    comparison().save(tmp_path / "it")
    before = _held(tmp_path)
    with pytest.raises(ResultError, match=f"holds another result .its {field} differs") as caught:
        comparison(**change).save(tmp_path / "it")
    assert "\n" not in str(caught.value)
    assert _held(tmp_path) == before


def test_foreign_files_are_refused_and_nothing_is_touched(tmp_path):
    (tmp_path / "it").mkdir()
    (tmp_path / "it" / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    before = _held(tmp_path)
    with pytest.raises(ResultError, match="holds other files and no result"):
        comparison().save(tmp_path / "it")
    with pytest.raises(ResultError, match="is a file"):
        comparison().save(tmp_path / "file")
    with pytest.raises(ResultError, match="is a file"):
        comparison().save(tmp_path / "file" / "below")
    (tmp_path / "it" / "manifest.json").write_text('{"name": "another program"}')
    with pytest.raises(ResultError, match="not the manifest of a result"):
        comparison().save(tmp_path / "it")
    (tmp_path / "it" / "manifest.json").unlink()
    assert _held(tmp_path) == before


def test_a_folder_is_checked_before_a_run(tmp_path):
    comparison().save(tmp_path / "it")
    asked = {"hash": comparison().hash, "seed": 1, "replicates": 3}
    assert check_folder(tmp_path / "it", asked) == tmp_path / "it"
    assert check_folder(tmp_path / "new" / "er", asked) == tmp_path / "new" / "er"
    assert not (tmp_path / "new").exists()
    with pytest.raises(ResultError, match="its replicates differs"):
        check_folder(tmp_path / "it", {**asked, "replicates": 4})


@pytest.mark.parametrize("existing", [True, False])
def test_a_failure_halfway_leaves_nothing_half_written(tmp_path, monkeypatch, existing):
    if existing:
        comparison().save(tmp_path / "it")
    before = _held(tmp_path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "_write_text", full)
    with pytest.raises(ResultError, match="No space left on device"):
        comparison().save(tmp_path / "it")
    assert _held(tmp_path) == before
    assert [file.name for file in tmp_path.iterdir()] == (["it"] if existing else [])


def test_loading_checks_the_digest(tmp_path):
    comparison().save(tmp_path / "it")
    rows = tmp_path / "it" / "steps.parquet"
    bytes_ = bytearray(rows.read_bytes())
    bytes_[100] ^= 1
    rows.write_bytes(bytes_)
    with pytest.raises(ResultError, match="digest differs"):
        Comparison.load(tmp_path / "it")
    rows.unlink()
    with pytest.raises(ResultError, match=r"steps\.parquet is missing"):
        Comparison.load(tmp_path / "it")


def test_what_is_no_result_is_not_loaded(tmp_path):
    with pytest.raises(ResultError, match="holds no result"):
        Comparison.load(tmp_path / "nowhere")
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(ResultError, match="cannot be read"):
        Comparison.load(tmp_path)
    comparison().save(tmp_path / "it")
    file = tmp_path / "it" / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**manifest, "replicates": 4}), encoding="utf-8")
    with pytest.raises(ResultError, match="do not fit together"):
        Comparison.load(tmp_path / "it")
    file.write_text(json.dumps({**manifest, "format": 99}), encoding="utf-8")
    with pytest.raises(ResultError, match="format 99"):
        Comparison.load(tmp_path / "it")
