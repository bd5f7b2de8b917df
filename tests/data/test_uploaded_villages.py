"""The real villages can be given to the dashboard as they are, and come back by their link."""

from __future__ import annotations

import pytest

from pd_sim.dashboard import files
from pd_sim.dashboard.asked import Asked, read, understood, write
from pd_sim.engine import draw_community, village_seed
from pd_sim.errors import PdSimError

SIZES = {"kfamily": 565, "brfarmers": 366, "medinnovations": 83, "microfinance_villages": 3314, "uganda_village": 203}


@pytest.mark.parametrize("folder", SIZES)
def test_real_villages_are_taken_as_they_are(shared_data, tmp_path, monkeypatch, folder):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    asked = Asked()
    for what, name in (("ties", "edges.csv"), ("households", "nodes.csv")):
        data = (shared_data / folder / name).read_bytes()
        asked = asked.with_page(what, files.keep(files.checked(data, name)))
    scenario, line = understood(read(write(asked)).asked)
    assert line == ""
    assert draw_community(scenario, village_seed(scenario, 1, 0)).n == SIZES[folder]


def test_a_village_with_a_broken_row_names_it(shared_data, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    lines = (shared_data / "uganda_village" / "edges.csv").read_text(encoding="utf-8").splitlines()
    lines[7] = lines[7].replace(lines[7].split(",")[2], "nobody-of-that-name", 1)
    asked = Asked().with_page("ties", files.keep("\n".join(lines).encode()))
    nodes = (shared_data / "uganda_village" / "nodes.csv").read_bytes()
    asked = asked.with_page("households", files.keep(nodes))
    scenario, line = understood(asked)
    if scenario is not None:
        with pytest.raises(PdSimError, match="row 8"):
            draw_community(scenario, village_seed(scenario, 1, 0))
    else:
        assert "row 8" in line
