"""Every experiment's table comes out again, its page says what its table says, and its figure can be drawn.

An experiment is a folder of ``experiments`` with a page, a table and a ``run.py``, which offers ``read(file)``,
``tell(table)``, ``picture(table, file)`` and ``short(table)``: a part of the table derived again, as
``(what, figure in the table, figure found now, how far apart they may be)``.
"""

from __future__ import annotations

import importlib.util
import math
import re
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2] / "experiments"
ELSEWHERE = {"korean_villages", "opposed_pair"}  # held by tests/docs and by test_cases_more.py
FOLDERS = sorted(path.parent for path in ROOT.glob("*/run.py") if path.parent.name not in ELSEWHERE)
Found = tuple[str, float, float, float]


@cache
def experiment(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"experiment_{folder.name}", folder / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where classes of the module look for their own names
    spec.loader.exec_module(module)
    return module


def apart(found: Iterable[Found]) -> list[str]:
    """What lies further from the table than it may."""
    return [
        f"{what}: {kept:g} in the table, {fresh:g} now"
        for what, kept, fresh, allowed in found
        if not (math.isnan(kept) and math.isnan(fresh)) and not abs(kept - fresh) <= allowed + 1e-9
    ]


def test_what_lies_apart_is_found():
    near = [("equal", 1.0, 1.0, 0.0), ("near", 1.0, 1.1, 0.2), ("both unknown", math.nan, math.nan, 0.0)]
    assert apart(near) == []
    assert len(apart([*near, ("far", 1.0, 1.3, 0.2), ("unknown now", 1.0, math.nan, 9.0)])) == 2


def test_every_experiment_is_in_the_list():
    listed = set(re.findall(r"\]\((\w+)/README\.md\)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.parent.name for path in ROOT.glob("*/README.md")}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_the_table_comes_out_again(folder):
    run = experiment(folder)
    found = list(run.short(run.read(folder / "table.csv")))
    assert len(found) >= 3
    assert apart(found) == []
    # a table that is off by its own size must be noticed
    assert apart((what, 2 * kept + 1, fresh, allowed) for what, kept, fresh, allowed in found)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_the_page_says_what_the_table_says(folder, capsys):
    run = experiment(folder)
    run.tell(run.read(folder / "table.csv"))
    said = "\n".join(line.rstrip() for line in capsys.readouterr().out.strip("\n").splitlines())
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert f"```text\n{said}\n```" in page, "run python scripts/docs.py, and read the page again"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_the_page_has_its_parts(folder):
    page = (folder / "README.md").read_text(encoding="utf-8")
    for part in (
        "**Question.**",
        f"python experiments/{folder.name}/run.py",
        "## Finding",
        "](figure.png)",
        "## What would change our mind",
    ):
        assert part in page, part
    assert 10_000 < (folder / "figure.png").stat().st_size < 250_000
    assert (folder / "table.csv").stat().st_size < 100_000


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_the_figure_is_the_same_whenever_it_is_drawn(folder, tmp_path):
    run = experiment(folder)
    table = run.read(folder / "table.csv")
    for name in ("one.png", "other.png"):
        run.picture(table, tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "other.png").read_bytes()
    assert (tmp_path / "one.png").stat().st_size > 10_000


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_quick_runs_and_writes_only_where_it_is_told(folder, tmp_path):
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    for out in (tmp_path / "one", tmp_path / "other"):
        words = [sys.executable, folder / "run.py", "--quick", "--out", out]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert sorted(path.name for path in out.iterdir()) == ["figure.png", "table.csv"]
    assert (tmp_path / "one/table.csv").read_bytes() == (tmp_path / "other/table.csv").read_bytes()
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
