"""Figures to files, byte-same for the same figure."""

from __future__ import annotations

import os
from pathlib import Path

from matplotlib.figure import Figure

from pd_sim.errors import ResultError
from pd_sim.figures.style import styled

__all__ = ["save"]

_METADATA: dict[str, dict[str, None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
}


def save(figure: Figure, path: str | os.PathLike[str], dots_per_inch: int = 160) -> Path:
    """Write a figure as PNG or SVG, without dates or names of programs, whole or not at all.

    Parameters
    ----------
    figure
        As the functions of this package return it.
    path
        Ends in ``.png`` or ``.svg``; its folder must be there.
    dots_per_inch
        Of a PNG.

    Raises
    ------
    ResultError
        Another ending, or the place cannot be written.
    """
    file = Path(path)
    if file.suffix.lower() not in _METADATA:
        raise ResultError(f"{file}: figures are written as .png or .svg; change the ending")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with styled():
            figure.savefig(
                part,
                format=file.suffix.lower()[1:],
                dpi=dots_per_inch,
                metadata=_METADATA[file.suffix.lower()],
            )
        part.replace(file)
    except OSError as error:
        raise ResultError(f"{file}: cannot be written ({error.strerror}); name another place") from error
    finally:
        part.unlink(missing_ok=True)
    return file
