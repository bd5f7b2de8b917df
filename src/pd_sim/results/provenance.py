"""What a result came from: the scenario as plain data, its content hash, the versions that ran it."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import sys
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import PurePath
from typing import Any

import numpy as np

from pd_sim.errors import ResultError

__all__ = ["canonical", "content_hash", "plain", "versions"]

_DISTRIBUTIONS = ("pd-sim", "numpy", "numba", "scipy", "networkx", "pyarrow")


def plain(value: Any, where: str = "scenario") -> Any:
    """Bring data into the form YAML or JSON would hold: dicts with text keys, lists, text, numbers, yes/no, none.

    Parameters
    ----------
    value
        Nested mappings and sequences; tuples, numpy scalars and arrays and paths are converted.
    where
        Name of the field, for the error.

    Raises
    ------
    ResultError
        Something that has no such form (an object, NaN, infinity), named by its field.

    Examples
    --------
    >>> plain({"arms": ("nothing",), "share": np.float64(0.25)})
    {'arms': ['nothing'], 'share': 0.25}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(entry, f"{where}.{key}") for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry, f"{where}.{place}") for place, entry in enumerate(value)]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist(), where)
    if isinstance(value, PurePath):
        return value.as_posix()
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    raise ResultError(f"{where}: {value!r} cannot be written to a file; give a number, text, list or mapping")


def canonical(document: Mapping[str, Any]) -> bytes:
    """One way only to write a document: JSON with sorted keys, no blanks, UTF-8.

    Examples
    --------
    >>> canonical({"b": 1, "a": (2, 3)})
    b'{"a":[2,3],"b":1}'
    """
    text = json.dumps(plain(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def content_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form: equal content has the equal hash, whatever the order of its fields.

    Examples
    --------
    >>> content_hash({"steps": 52, "seed": 1}) == content_hash({"seed": 1, "steps": 52})
    True
    """
    return hashlib.sha256(canonical(document)).hexdigest()


def versions() -> dict[str, str]:
    """Versions of everything the bytes of a result depend on; no dates, no names of machines or paths."""
    installed = {name.replace("-", "_"): _version(name) for name in _DISTRIBUTIONS}
    return {"python": platform.python_version(), "platform": f"{sys.platform} {platform.machine()}", **installed}


@cache
def _version(name: str) -> str:
    """Version of a distribution; read once, since reading it takes as long as a small run."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
