"""What the README shows works as written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.slow
def test_python_blocks_run_in_order(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "readme"}
    for block in BLOCKS:
        exec(compile(block, "README.md", "exec"), names)
    assert (tmp_path / "curves.png").stat().st_size > 10_000
    assert (tmp_path / "runs/town/manifest.json").exists()
    assert "bottom_up less top_down" in capsys.readouterr().out


def test_the_blocks_are_there():
    assert len(BLOCKS) == 5


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (ROOT / target).exists(), target


def test_shell_commands_are_known():
    from pd_sim.cli._app import VERBS

    for verb in re.findall(r"pd-sim ([a-z]+)", " ".join(re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL))):
        assert verb in {v.__name__ for v in VERBS}, verb
