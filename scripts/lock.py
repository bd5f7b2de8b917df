"""Renew constraints.txt: one pinned version of everything pd-sim and its extras need, for each supported Python.

The oldest supported Python is resolved first, and a later one is then held to the same versions. Only what is meant to
differ (`SPLIT`), or has no version in common, gets one line for each, told apart by a marker. A Python that is not at
hand keeps the versions it has. The file names no index: pip takes its own, so that a mirror works too.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "constraints.txt"
OLDEST, LATER = "3.11", "3.13"
BOUNDARY = "3.12"
SPLIT = {"mesa"}  # its later line needs a later Python, and both lines are supported
MARKERS = {OLDEST: f'python_version < "{BOUNDARY}"', LATER: f'python_version >= "{BOUNDARY}"'}
HEADER = f"""\
# Pinned versions of everything pd-sim and its extras need. Renew with `make lock`; do not edit.
# Resolved with Python {OLDEST} and {LATER}; a line with a marker is where they differ.
"""

Pins = dict[str, str]


class LockError(Exception):
    """The versions cannot be resolved."""


def wanted() -> list[str]:
    """List what has to be installed: the dependencies, all extras and what builds the package."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = content["project"]
    extras = [requirement for extra in project["optional-dependencies"].values() for requirement in extra]
    return [*project["dependencies"], *extras, *content["build-system"]["requires"], "editables"]


def interpreter(version: str) -> str | None:
    """Find a Python of that version: this one, one on the path, or one that pyenv has."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    if (path := shutil.which(f"python{version}")) is None:
        return None
    command = [path, "-c", "import sys; print(sys.executable)"]
    for environment in (os.environ, os.environ | {"PYENV_VERSION": version}):
        found = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        if found.returncode == 0:
            return found.stdout.strip()
    return None


def resolve(python: str, held: Pins) -> Pins:
    """Resolve what is wanted with that Python, holding some packages to given versions."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        subprocess.run([python, "-m", "venv", str(folder / "venv")], check=True)
        (folder / "held.txt").write_text("".join(f"{name}=={held[name]}\n" for name in held), encoding="utf-8")
        command = [str(folder / "venv/bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += ["--dry-run", "--ignore-installed", "--prefer-binary", "--report", str(folder / "report.json")]
        command += ["--constraint", str(folder / "held.txt"), *wanted()]
        if (answer := subprocess.run(command, capture_output=True, text=True, check=False)).returncode:
            raise LockError(answer.stderr.strip())
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    installed = [item["metadata"] for item in report["install"]]
    return {re.sub(r"[-_.]+", "-", each["name"]).lower(): each["version"] for each in installed}


def read() -> dict[str, Pins]:
    """Read the versions that constraints.txt holds now for each Python."""
    pins: dict[str, Pins] = {OLDEST: {}, LATER: {}}
    for line in FILE.read_text(encoding="utf-8").splitlines() if FILE.exists() else ():
        if line and not line.startswith("#"):
            pin, _, marker = (part.strip() for part in line.partition(";"))
            name, _, version = pin.partition("==")
            for python, held in pins.items():
                if marker in ("", MARKERS[python]):
                    held[name] = version
    return pins


def write(pins: dict[str, Pins]) -> None:
    """Write the versions, one line for each package where the Pythons agree or only one of them needs it."""
    lines = []
    for name in sorted(pins[OLDEST].keys() | pins[LATER].keys()):
        versions = {python: pins[python][name] for python in (OLDEST, LATER) if name in pins[python]}
        if len(set(versions.values())) == 1:
            lines.append(f"{name}=={versions.popitem()[1]}\n")
        else:
            lines += [f"{name}=={version} ; {MARKERS[python]}\n" for python, version in versions.items()]
    FILE.write_text(HEADER + "".join(lines), encoding="utf-8")


def renew(pins: dict[str, Pins]) -> list[str]:
    """Renew the versions for each Python that is at hand, and return which were."""
    renewed: list[str] = []
    for version in (OLDEST, LATER):
        if (python := interpreter(version)) is None:
            print(f"Python {version} is not at hand: its versions stay as they are")
            continue
        print(f"Resolving for Python {version}", flush=True)
        held = {} if version == OLDEST else {name: pin for name, pin in pins[OLDEST].items() if name not in SPLIT}
        try:
            pins[version] = resolve(python, held)
        except LockError:
            if not held:
                raise
            print(f"Python {version} cannot use all versions of Python {OLDEST}: resolving on its own", flush=True)
            pins[version] = resolve(python, {})
        renewed.append(version)
    return renewed


def main() -> int:
    """Renew the file, and say what was renewed."""
    pins = read()
    try:
        renewed = renew(pins)
    except LockError as error:
        print(error, file=sys.stderr)
        return 1
    if not renewed:
        print(f"neither Python {OLDEST} nor {LATER} can be run; install one of them", file=sys.stderr)
        return 1
    write(pins)
    print(f"constraints.txt is renewed for Python {' and '.join(renewed)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
