"""Numbers that stand once for each village or replicate, kept from being mistaken for one number."""

from __future__ import annotations

from typing import Any, Generic

import numpy as np
import numpy.typing as npt
from numpy.lib.mixins import NDArrayOperatorsMixin
from typing_extensions import TypeVar

__all__ = ["PerVillage"]

T = TypeVar("T", default=Any)


class PerVillage(NDArrayOperatorsMixin, Generic[T]):
    """One number a village; arithmetic and comparison work village by village.

    It has no truth value: with several villages side by side "are there six hosts?" has several answers.

    Parameters
    ----------
    values
        One value a village, shape ``[V]``.

    Examples
    --------
    >>> hosts = PerVillage(np.array([5, 7]))
    >>> (hosts >= 6).values
    array([False,  True])
    >>> bool(hosts >= 6)
    Traceback (most recent call last):
    TypeError: a PerVillage has one answer a village; use pop.spread(…) for a mask, or .values
    """

    __slots__ = ("values",)

    def __init__(self, values: npt.ArrayLike) -> None:
        self.values: npt.NDArray[Any] = np.asarray(values)

    def __bool__(self) -> bool:
        raise TypeError("a PerVillage has one answer a village; use pop.spread(…) for a mask, or .values")

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return f"PerVillage({self.values!r})"

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return np.array(self.values, dtype=dtype, copy=copy)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__":
            return NotImplemented
        plain = [x.values if isinstance(x, PerVillage) else x for x in inputs]
        out = kwargs.pop("out", None)
        if out is None:
            return PerVillage(ufunc(*plain, **kwargs))
        ufunc(*plain, out=tuple(x.values if isinstance(x, PerVillage) else x for x in out), **kwargs)
        return out[0]
