"""A result on disk with its figures and tables: all of it, or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pd_sim.errors import ResultError

if TYPE_CHECKING:
    from pd_sim.results import Comparison
    from pd_sim.scenario import Scenario

__all__ = ["refuse", "refuse_files", "write"]

Extra = Callable[[Path], object]
"""Writes one more file to the path it is given."""


def refuse(folder: Path, scenario: Scenario, *, seed: int, replicates: int, arms: list[str]) -> None:
    """Refuse a folder that holds something else, before anything is computed; touch nothing.

    Raises
    ------
    ResultError
        The folder holds another result or other files, or cannot be written.
    """
    from pd_sim.engine import draw_community, village_seed
    from pd_sim.results import check_folder

    identity = {
        "hash": scenario.content_hash,
        "seed": seed,
        "replicates": replicates,
        "steps": scenario.steps,
        "villages": list(draw_community(scenario, village_seed(scenario, seed, 0)).villages),
        "arms": arms,
    }
    try:
        check_folder(folder, identity)
        there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    except OSError as error:
        raise ResultError(f"{folder}: cannot be written ({error.strerror}); name another output folder") from error
    if not os.access(there, os.W_OK | os.X_OK):
        raise ResultError(f"{folder}: cannot be written (no permission in {there}); name another output folder")


def refuse_files(folder: Path, names: Sequence[str]) -> None:
    """Refuse a folder that holds anything but these files; touch nothing."""
    if folder.exists() and not folder.is_dir():
        raise ResultError(f"{folder}: is a file; name an output folder")
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in names) if folder.is_dir() else []
    if foreign:
        raise ResultError(f"{folder}: holds other files ({foreign[0]}); name another output folder")


def write(folder: Path, result: Comparison, extras: Mapping[str, Extra]) -> list[Path]:
    """Write a result and the files that go with it beside the folder first, then move them there.

    Parameters
    ----------
    folder
        New, empty, or holding the same result, which is renewed.
    result
        Its ``manifest.json`` and ``steps.parquet``.
    extras
        More files by name.

    Returns
    -------
    The files, in the order in which a reader wants them.

    Raises
    ------
    ResultError
        The folder holds something else, or cannot be written.
    """
    from pd_sim.results import check_folder
    from pd_sim.results.storage import MANIFEST, STEPS

    check_folder(folder, result.identity)
    target = folder.absolute()
    part = target.parent / f".{target.name}.{os.getpid()}.part"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir()
        result.save(part)
        for name, extra in extras.items():
            extra(part / name)
        if target.is_dir():
            # the same result, or nothing yet: the manifest comes last, so that it always describes what is there
            for name in (STEPS, *extras, MANIFEST):
                (part / name).replace(target / name)
        else:
            part.rename(target)
    except OSError as error:
        raise ResultError(f"{folder}: cannot be written ({error.strerror}); name another output folder") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return [folder / name for name in (MANIFEST, STEPS, *extras)]
