"""Calling the command line, within this process or as one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from pd_sim.cli import app

ROOT = Path(__file__).resolve().parents[3]
SMALL = ("--set", "community.households=40", "--set", "steps=30")
"""Settings under which `village` runs at once."""


def pd_sim(*words: object) -> Result:
    """Call ``pd-sim`` with these words in this process."""
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="pd-sim")


def done(*words: object) -> str:
    """Call it where it should succeed; return what it printed."""
    result = pd_sim(*words)
    assert result.exit_code == 0, result.stderr
    return str(result.stdout)


def document(*words: object) -> Any:
    """Call it with ``--json``; return the one document that it printed."""
    return json.loads(done(*words, "--json"))


def refused(*words: object) -> str:
    """Call it where the user made a mistake; return the one line that says so, without its beginning."""
    result = pd_sim(*words)
    assert result.exit_code == 2, (result.exit_code, result.stdout, result.stderr)
    assert result.stdout == ""
    return told(result.stderr)


def told(stderr: str) -> str:
    """Check that stderr holds exactly one line of the program; return it without its beginning."""
    assert stderr.endswith("\n")
    assert stderr.count("\n") == 1, stderr
    assert stderr.startswith("pd-sim: ")
    return stderr.removeprefix("pd-sim: ").rstrip("\n")


def process(*words: object, code: str = "from pd_sim.cli import main; main()", **more: Any) -> Any:
    """Call it in a process of its own, with streams as bytes decoded as UTF-8."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **more.pop("environment", {})}
    command = [sys.executable, "-W", "error", "-c", code, *(str(word) for word in words)]
    return subprocess.run(
        command, env=environment, text=True, encoding="utf-8", capture_output=True, timeout=300, check=False, **more
    )
