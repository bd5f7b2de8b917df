"""A result on disk: ``steps.parquet`` and ``manifest.json``, byte-same for the same result, never half-written.

A folder holds one result. Saving the same result again (same scenario, seed, replicates, steps, arms) renews it and
leaves what else lies there, such as its figures; any other folder with something in it is refused untouched.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pd_sim.errors import ResultError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FORMAT", "MANIFEST", "ROW_GROUP", "STEPS", "check_folder", "read", "read_manifest", "write"]

MANIFEST = "manifest.json"
"""File that says what the result is."""

STEPS = "steps.parquet"
"""File with one row per arm, replicate, village and step, in that order."""

FORMAT = 2
"""Version of the layout of both files."""

ROW_GROUP = 65_536
"""Rows per row group, fixed so that the bytes are."""

_IDENTITY = ("hash", "seed", "replicates", "steps", "villages", "arms")


def check_folder(folder: str | os.PathLike[str], identity: Mapping[str, Any]) -> Path:
    """Refuse a folder in which this result may not be saved; touch nothing.

    Parameters
    ----------
    folder
        Where the result is to go: not there yet, empty, or holding the same result.
    identity
        ``Comparison.identity`` or as much of it as is known before the run: ``hash, seed, replicates, steps,
        villages, arms``.

    Raises
    ------
    ResultError
        The folder is a file, holds another result, or holds files but no result.
    """
    path = Path(folder)
    if not path.exists():
        if path.is_symlink():
            raise ResultError(f"{folder}: a link that leads nowhere; name another output folder")
        first = next(parent for parent in path.parents if parent.exists())
        if not first.is_dir():
            raise ResultError(f"{folder}: {first} is a file, not a folder; name another output folder")
        return path
    if not path.is_dir():
        raise ResultError(f"{folder}: is a file; name a folder for the result")
    if not any(path.iterdir()):
        return path
    if not (path / MANIFEST).exists():
        raise ResultError(f"{folder}: holds other files and no result; name a new or empty folder")
    held = read_manifest(path)
    for field in _IDENTITY:
        if field in identity and _known(held, field) != _as_listed(identity[field]):
            raise ResultError(f"{folder}: holds another result (its {field} differs); name a new or empty folder")
    return path


def write(folder: str | os.PathLike[str], table: pa.Table, manifest: Mapping[str, Any]) -> Path:
    """Write both files beside the folder first, then move them there.

    Parameters
    ----------
    folder
        See `check_folder`; parents are made.
    table
        Rows in their fixed order, without metadata.
    manifest
        Plain data; ``parquet`` (file, rows, sha256) is added.

    Raises
    ------
    ResultError
        As `check_folder`, or the disk refuses.
    """
    path = check_folder(folder, {field: _known(manifest, field) for field in _IDENTITY})
    try:
        part = _part(path)
    except OSError as error:
        raise ResultError(f"{folder}: cannot be written ({error.strerror}); name another output folder") from error
    try:
        _write_parquet(part / STEPS, table)
        parquet = {"file": STEPS, "rows": table.num_rows, "sha256": _digest(part / STEPS)}
        text = json.dumps({**manifest, "parquet": parquet}, indent=2, ensure_ascii=False, allow_nan=False)
        _write_text(part / MANIFEST, text + "\n")
        _move(part, path)
    except OSError as error:
        raise ResultError(f"{folder}: cannot be written ({error.strerror}); name another output folder") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return path


def read_manifest(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Read ``manifest.json`` of a saved result.

    Raises
    ------
    ResultError
        There is none, it is no manifest, or a later version of pd-sim wrote it.
    """
    file = Path(folder) / MANIFEST
    if not file.is_file():
        raise ResultError(f"{folder}: holds no result ({MANIFEST} is missing); name a folder written by save")
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultError(f"{file}: cannot be read as a manifest; run the comparison again") from error
    if not isinstance(manifest, dict) or not {"format", "arms", "parquet", *_IDENTITY} <= manifest.keys():
        raise ResultError(f"{file}: is not the manifest of a result; name a folder written by save")
    if manifest["format"] != FORMAT:
        raise ResultError(f"{file}: has format {manifest['format']!r}, this version reads {FORMAT}; run it again")
    return manifest


def read(folder: str | os.PathLike[str]) -> tuple[dict[str, Any], pa.Table]:
    """Read a saved result and check that its numbers are the ones that were saved.

    Raises
    ------
    ResultError
        A file is missing, or the digest of ``steps.parquet`` is not the one in the manifest.
    """
    import pyarrow.parquet as pq

    manifest = read_manifest(folder)
    file = Path(folder) / STEPS
    if not file.is_file():
        raise ResultError(f"{folder}: {STEPS} is missing; run the comparison again")
    if _digest(file) != manifest["parquet"].get("sha256"):
        raise ResultError(f"{file}: is not what was saved (its digest differs); run the comparison again")
    return manifest, pq.read_table(file)


def _known(manifest: Mapping[str, Any], field: str) -> Any:
    return _as_listed(manifest.get(field))


def _as_listed(value: Any) -> Any:
    # arms are a mapping in the manifest and a list of names in an identity
    return list(value) if isinstance(value, Mapping | list | tuple) else value


def _part(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    name = path.resolve().name
    for number in itertools.count():
        part = path.resolve().parent / f".{name}.{os.getpid()}-{number}.part"
        try:
            part.mkdir()
        except FileExistsError:
            continue
        return part
    raise AssertionError("itertools.count ends never")


def _move(part: Path, path: Path) -> None:
    target = path.resolve()
    empty = target.exists() and not any(target.iterdir())
    if not target.exists() or (empty and target != Path.cwd()):
        if empty:
            target.rmdir()
        part.rename(target)
        return
    # the folder holds the same result: its manifest comes last, so that it always describes what is there
    (part / STEPS).replace(target / STEPS)
    (part / MANIFEST).replace(target / MANIFEST)


def _write_parquet(file: Path, table: pa.Table) -> None:
    import pyarrow.parquet as pq

    pq.write_table(
        table.replace_schema_metadata(None),
        file,
        row_group_size=ROW_GROUP,
        compression="zstd",
        compression_level=3,
        version="2.6",
        data_page_size=1 << 20,
        use_dictionary=True,
        write_statistics=True,
    )
    with file.open("rb") as handle:
        os.fsync(handle.fileno())


def _write_text(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())


def _digest(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
