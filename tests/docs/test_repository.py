"""The repository keeps its own promises: it runs anywhere, imports lightly and names its layers truly."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import pd_sim as ps

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "pd_sim"

# An absolute path below a folder where people or machines keep things of their own.
MACHINE_PATH = re.compile(r"(?<![\w.~/$}-])/(?:farm|home|mnt|opt|root|tmp|Users|work)/\w|\b[A-Z]:\\+Users\b")
# Addresses of package indices, and the options that name them.
INDEX_ADDRESS = re.compile(
    r"--(?:extra-index-url|find-links|index-url)\b|https?://\S+/simple\b|python[h]osted|file:///\w"
)

HEAVY = ("mesa", "solara", "matplotlib", "pandas", "numba", "networkx")


def tracked_files() -> list[Path]:
    """List the files that are, or would be, under version control."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in listing.split("\0") if name and (path := ROOT / name).is_file()]


def lines_with(pattern: re.Pattern[str], path: Path) -> list[str]:
    """Find the lines of a text file that match; a file that is not text has none."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return []
    lines = enumerate(text.splitlines(), start=1)
    return [f"{path.relative_to(ROOT)}:{number}: {line.strip()}" for number, line in lines if pattern.search(line)]


def layers() -> list[str]:
    """List the layers of the import contract that must exist: those not in parentheses."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = content["tool"]["importlinter"]["contracts"]
    (contract,) = [each for each in contracts if each["id"] == "layers"]
    names = [name.strip() for line in contract["layers"] for name in line.split("|")]
    return [name for name in names if not name.startswith("(")]


def loaded_by(module: str) -> list[str]:
    """List the heavy modules that importing a module loads, in an interpreter of its own."""
    code = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("pattern", [MACHINE_PATH, INDEX_ADDRESS], ids=["machine_path", "index_address"])
def test_no_file_names_a_machine_or_an_index(pattern):
    found = [line for path in tracked_files() for line in lines_with(pattern, path)]
    assert not found, "\n".join(found)


# In two pieces each, so that this file has no such line itself.
@pytest.mark.parametrize(
    ("pattern", "one", "two"),
    [
        (MACHINE_PATH, "/ho", "me/someone/data.csv"),
        (MACHINE_PATH, 'open("/ro', 'ot/x")'),
        (MACHINE_PATH, "C:\\Us", "ers\\someone"),
        (INDEX_ADDRESS, "https://mirror.example", "/simple/"),
        (INDEX_ADDRESS, "pip install -", "-index-url somewhere"),
    ],
)
def test_a_planted_line_is_found(pattern, one, two):
    assert pattern.search(one + two)


@pytest.mark.parametrize(
    "fine", ["../shared/data", "docs/home/x", "https://example.org/home/page", "/usr/bin/env", "a simple village"]
)
def test_a_fine_line_is_not_found(fine):
    assert not MACHINE_PATH.search(fine)
    assert not INDEX_ADDRESS.search(fine)


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_by("pd_sim") == []


def test_looking_for_heavy_modules_finds_them():
    assert loaded_by("networkx") == ["networkx"]


def test_public_names_are_sorted_and_resolve():
    names = list(ps.__all__)
    assert names == sorted(set(names))
    assert [name for name in names if not hasattr(ps, name)] == []
    assert set(names) <= set(dir(ps))


def test_an_unknown_public_name_is_refused():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = ps.no_such_name


def test_the_layers_of_the_contract_are_the_modules_of_the_package():
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    assert set(layers()) == packages | modules
