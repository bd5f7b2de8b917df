"""The public names: sorted, all there, and loaded only when used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import pd_sim as ps

HEAVY = ("mesa", "solara", "matplotlib", "pandas", "numba", "networkx")


def loaded_by(code):
    code = f"import sys\n{code}\nprint(*(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_names_are_sorted_and_lead_somewhere():
    assert ps.__all__ == sorted(set(ps.__all__))
    assert all(getattr(ps, name) is not None for name in ps.__all__)
    assert set(ps.__all__) <= set(dir(ps))
    with pytest.raises(AttributeError, match="module 'pd_sim' has no attribute 'communty'"):
        ps.communty  # noqa: B018


def test_importing_pd_sim_loads_nothing_heavy():
    assert loaded_by("import pd_sim") == []
    assert loaded_by("import pd_sim, pd_sim.errors") == []
    assert "numba" in loaded_by("import pd_sim; pd_sim.Scenario")
