"""A result on disk with its figures and tables: all of it, or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pd_sim.errors import ResultError

if TYPE_CHECKING:
    from pd_sim.results import Comparison
    from pd_sim.scenario import Scenario

__all__ = ["Extra", "refuse", "refuse_files", "write", "write_files"]

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
    except OSError as error:
        raise _unwritable(folder, error) from error
    _permitted(folder)


def refuse_files(folder: Path, names: Collection[str]) -> None:
    """Refuse a folder that holds anything but these files, before anything is computed; touch nothing.

    Raises
    ------
    ResultError
        The folder holds other files, or cannot be written.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise ResultError(f"{folder}: is a file; name an output folder")
        foreign = sorted(path.name for path in folder.iterdir() if path.name not in names) if folder.is_dir() else []
    except OSError as error:
        raise _unwritable(folder, error) from error
    if foreign:
        raise ResultError(f"{folder}: holds other files ({foreign[0]}); name another output folder")
    _permitted(folder)


def write(folder: Path, result: Comparison, extras: Mapping[str, Extra]) -> list[Path]:
    """Write a result and the files that go with it, all of them or none.

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

    def fill(part: Path) -> None:
        result.save(part)
        _filled(part, extras)

    # the manifest is moved last, so that it always describes what is there
    _placed(folder, [STEPS, *extras, MANIFEST], fill)
    return [folder / name for name in (MANIFEST, STEPS, *extras)]


def write_files(folder: Path, files: Mapping[str, Extra]) -> list[Path]:
    """Write files that belong to no result, all of them or none; see `refuse_files`."""
    _placed(folder, list(files), lambda part: _filled(part, files))
    return [folder / name for name in files]


def _filled(part: Path, files: Mapping[str, Extra]) -> None:
    for name, file in files.items():
        file(part / name)


def _placed(folder: Path, names: Sequence[str], fill: Extra) -> None:
    """Have a folder filled beside the one that is meant, then move it, or its files, there."""
    target = folder.absolute()
    part = target.parent / f".{target.name}.{os.getpid()}.part"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir()
        fill(part)
        if target.is_dir():
            for name in names:
                (part / name).replace(target / name)
        else:
            part.rename(target)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _permitted(folder: Path) -> None:
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    if not there.is_dir():
        raise ResultError(f"{folder}: {there} is a file, not a folder; name another output folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ResultError(f"{folder}: cannot be written (no permission in {there}); name another output folder")


def _unwritable(folder: Path, error: OSError) -> ResultError:
    return ResultError(f"{folder}: cannot be written ({error.strerror or error}); name another output folder")
