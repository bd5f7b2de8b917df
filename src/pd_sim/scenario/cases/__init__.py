"""The cases that come with pd-sim, one YAML file each."""

from __future__ import annotations

from pathlib import Path

__all__ = ["case_names", "case_path"]

_FOLDER = Path(__file__).parent


def case_names() -> list[str]:
    """Names of the shipped cases, sorted."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def case_path(name: str) -> Path:
    """File of a shipped case."""
    return _FOLDER / f"{name}.yaml"
