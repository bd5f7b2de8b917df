"""A file of many rows takes memory by the row, not by what its text weighs, and loads nothing that it does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

READ = """
import sys, threading
from pathlib import Path
from pd_sim.community import File

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

File(ties="few.csv").located(sys.argv[1]).read()
before, peak, told = resident(), [0], []
done = threading.Event()

def watch():
    while not done.wait(0.005):
        peak[0] = max(peak[0], resident())

watcher = threading.Thread(target=watch)
watcher.start()
town = File(ties="many.csv").located(sys.argv[1]).read(lambda rows, share: told.append(rows))
done.set()
watcher.join()
print(town.n, town.ties.count, peak[0] - before, len(told))
"""


def ran(code: str, *arguments: object) -> str:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads the memory in use from /proc")
def test_two_million_rows(tmp_path):
    rows, n = 2_000_000, 100_000
    rng = np.random.default_rng(1)
    code = np.unique(rng.integers(0, n * 200, size=rows))
    source, step = code // 200, code % 200 + 1
    frame = np.column_stack([source, (source + step) % n])
    for name, part in (("few.csv", frame[:10]), ("many.csv", frame)):
        with (tmp_path / name).open("w") as file:
            file.write("source,target,what is not used\n")
            file.writelines(f"household {a},household {b},{'text ' * 10}\n" for a, b in part.tolist())
    households, half_edges, peak, told = map(int, ran(READ, tmp_path).split())
    assert households == n
    assert half_edges == 2 * len(code)
    assert told > 5
    assert peak < 250 * rows + 2e8
    assert peak > 20 * rows  # what is measured is the reading


def test_describing_a_community_loads_nothing_heavy():
    code = """
import sys
from pd_sim.community import Blocks, Traits
town = Blocks(sizes=(5, 5), mean_degree=2).draw_community(1)
town.summary()
print(sorted({"pandas", "networkx", "pyarrow", "matplotlib", "mesa"} & set(sys.modules)))
"""
    assert ran(code).strip() == "[]"
