"""A pytest plugin that runs compiled kernels as plain Python: ``NUMBA_DISABLE_JIT=1 pytest -p without_compiler``.

Without its compiler Numba hands back the plain function, which stumbles over three things that compiled code takes for
granted: fields of records by attribute, single precision that is computed with in double, and whole numbers that wrap
round without a word.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

if not numba.config.DISABLE_JIT:
    raise RuntimeError("set NUMBA_DISABLE_JIT=1; this is for running without the compiler")


class Record(np.record):
    """A record whose numbers are computed with in double precision, as compiled code does."""

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        return np.float64(value) if isinstance(value, np.float32) else value


@functools.cache
def _readable(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return np.dtype((Record, np.dtype(dtype.descr)))


def _by_attribute(value: Any) -> Any:
    """Give the same memory, with fields that can be read and written by attribute."""
    if isinstance(value, Record):
        return value
    if isinstance(value, np.void) and value.dtype.names:
        return value.view(_readable(value.dtype))
    if isinstance(value, np.ndarray) and value.dtype.names:
        return value if value.dtype.type is Record else value.view(_readable(value.dtype))
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(_by_attribute, value))
    return value


def _njit(function: Callable[..., Any] | None = None, **settings: Any) -> Any:
    if function is None:
        return functools.partial(_njit, **settings)

    @functools.wraps(function)
    def plain(*given: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(*map(_by_attribute, given))

    return plain


numba.njit = _njit
numba.extending.register_jitable = _njit


def pytest_configure() -> None:
    """Have the one record that a kernel makes for itself be readable too."""
    from pd_sim.behaviour import loop

    loop.SEEN = _readable(loop.SEEN)
