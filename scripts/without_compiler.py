"""A pytest plugin that runs compiled kernels as plain Python: ``NUMBA_DISABLE_JIT=1 pytest -p without_compiler``.

Without its compiler Numba hands back the plain function, which stumbles over two things that compiled code takes for
granted: fields of records by attribute, and whole numbers that wrap round without a word.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

if not numba.config.DISABLE_JIT:
    raise RuntimeError("set NUMBA_DISABLE_JIT=1; this is for running without the compiler")


def _by_attribute(value: Any) -> Any:
    """Give the same memory, with fields that can be read and written by attribute."""
    if isinstance(value, np.record | np.recarray):
        return value
    if isinstance(value, np.void) and value.dtype.names:
        return value.view((np.record, value.dtype))
    if isinstance(value, np.ndarray) and value.dtype.names:
        return value.view(np.recarray)
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
