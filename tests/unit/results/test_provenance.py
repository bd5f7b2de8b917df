from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

import numpy as np
import pytest

from pd_sim.errors import ResultError
from pd_sim.results import canonical, content_hash, plain, versions


def test_hash_is_sha256_of_canonical_json():
    assert canonical({"b": [1, None], "a": "é"}) == '{"a":"é","b":[1,null]}'.encode()
    assert content_hash({"a": 1}) == hashlib.sha256(b'{"a":1}').hexdigest()


def test_hash_knows_content_not_order_or_container():
    one = {"steps": 52, "arms": {"a": (1, 2), "b": []}}
    other = {"arms": {"b": [], "a": np.array([1, 2])}, "steps": np.int64(52)}
    assert content_hash(one) == content_hash(other)
    assert content_hash(one) != content_hash({**one, "steps": 53})
    assert content_hash({"a": [1, 2]}) != content_hash({"a": [2, 1]})


def test_yes_stays_yes_and_paths_become_text():
    assert plain({"hub": True, "ties": PurePosixPath("a/b.csv")}) == {"hub": True, "ties": "a/b.csv"}


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), object(), {1, 2}])
def test_what_a_file_cannot_hold_is_named(wrong):
    with pytest.raises(ResultError, match=r"scenario\.arms\.0\.level"):
        plain({"arms": [{"level": wrong}]})


def test_versions_name_what_the_bytes_depend_on_and_no_place():
    found = versions()
    assert {"python", "platform", "pd_sim", "numpy", "numba", "pyarrow"} <= found.keys()
    assert found["numpy"] == np.__version__
    assert not any("/" in text for text in found.values())
