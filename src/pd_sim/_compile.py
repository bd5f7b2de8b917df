"""One way to compile a kernel: without the interpreter lock, kept on disk, and never stale.

Numba keeps a compiled function on disk for as long as the file that defines it is unchanged, but does not notice a
change in another file from which it calls. Here the stamp of every kernel covers all of pd-sim's kernel files.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

__all__ = ["compiled", "first_class"]

_PACKAGE = Path(__file__).parent


@functools.cache
def _stamp() -> str:
    """Digest of every source file that asks for a compiled kernel."""
    digest = hashlib.blake2b(numba.__version__.encode(), digest_size=16)
    for path in sorted(_PACKAGE.rglob("*.py")):
        source = path.read_bytes()
        if b"compiled" in source:
            digest.update(source)
    return digest.hexdigest()


def compiled(function: Callable[..., Any] | None = None, /, *, cache: bool = True, inlined: bool = False) -> Any:
    """Compile a kernel with Numba: no interpreter lock, kept on disk, division by zero as in NumPy.

    Parameters
    ----------
    function
        The kernel; left out where options are given (``@compiled(cache=False)``).
    cache
        Whether the compiled code is kept on disk. A function made at run time cannot be.
    inlined
        Whether kernels that call it take its code in. A call that hands over a tuple of arrays costs 100 ns and more.

    Returns
    -------
    The compiled function.
    """
    if function is None:
        return functools.partial(compiled, cache=cache, inlined=inlined)
    return _stamped(numba.njit(nogil=True, cache=cache, error_model="numpy", forceinline=inlined)(function))


def first_class(signature: Any, function: Callable[..., Any], *, cache: bool = True) -> Any:
    """Compile a function for one signature, to be handed to kernels as a value without compiling them anew.

    Parameters
    ----------
    signature
        Numba signature.
    function
        The function.
    cache
        Whether the compiled code is kept on disk.

    Returns
    -------
    A C callback; kernels can call it, Python cannot.
    """
    if numba.config.DISABLE_JIT:
        return function
    return numba.cfunc(signature, cache=cache)(function)


def _stamped(kernel: Any) -> Any:
    index = getattr(getattr(kernel, "_cache", None), "_cache_file", None)
    if index is not None and hasattr(index, "_source_stamp"):
        index._source_stamp = (index._source_stamp, _stamp())
    return kernel
