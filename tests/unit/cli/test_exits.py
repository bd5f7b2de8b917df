from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pd_sim.cli import _exits
from tests.unit.cli.called import ROOT, SMALL, pd_sim, process, refused, told

STOPPED = """
import os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored by what runs behind it
from pd_sim import studies
from pd_sim.cli import main
real = studies.compare
def compare(*given, progress, **named):
    def once(done, total):
        os.kill(os.getpid(), signal.SIGINT)
    return real(*given, progress=once, **named)
studies.compare = compare
main()
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "villge"], "did you mean 'village'"),
        (["check", "nowhere.yaml"], "nowhere.yaml: No such file"),
        (["frob"], "no such command 'frob'"),
        (["chek", "village"], "did you mean 'check'"),
        (["compare"], "missing argument"),
        (["compare", "village", "--frob"], "--frob"),
        (["compare", "village", "--replicates", "0"], "--replicates"),
        (["compare", "village", "--replicates", "x"], "--replicates"),
        (["compare", "village", "--replicates", "1000001"], "--replicates"),
        (["compare", "village", "--seed", "-1"], "--seed"),
        (["compare", "village", "--threads", "0"], "--threads"),
        (["compare", "village", "--arm", "botom_up"], "did you mean 'bottom_up'"),
        (["compare", "village", "--at", "157"], "give a step from 0 to 156"),
        (["compare", "village", "--at", "-1"], "give a step from 0 to 156"),
        (["compare", "village", "--at", "soon"], "give a step from 0 to 156"),
        (["run", "village", "--arm", "hybrid", "--engine", "mesaa"], "--engine"),
        (["run", "village"], "village has nothing, top_down, bottom_up, hybrid"),
        (["check", "village", "--set", "practise.tacitness=1"], "did you mean 'practice'"),
        (["check", "village", "--set", "practice.tacitnes=1"], "did you mean 'tacitness'"),
        (["check", "village", "--set", "practice.tacitness=1.5"], "practice.tacitness"),
        (["check", "village", "--set", "practice.tacitness"], "write field=value"),
        (["check", "village", "--set", "practice.tacitness="], "no value is given"),
        (["check", "village", "--set", "practice.tacitness=[1"], "cannot be read as YAML"),
        (["check", "village", "--set", "practice.tacitness=!!python/object:x 1"], "practice.tacitness"),
        (["check", "village", "--set", "arms.top_down.trainin.places=1"], "did you mean 'training'"),
        (["check", "village", "--set", "practice.positive_deviants=400"], "400 households"),
        (["show", "village", "--yaml", "--json"], "ask for one of the two"),
    ],
)
def test_a_mistake_gets_one_line_that_names_it(words: list[str], said: str) -> None:
    assert said in refused(*words)


def test_a_mistake_is_the_same_in_a_process_of_its_own() -> None:
    ended = process("compare", "village", "--replicates", "0", "--out", "nowhere")
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "--replicates" in told(ended.stderr)
    assert not (ROOT / "nowhere").exists()


def test_what_runs_well_says_so() -> None:
    ended = process("check", "village")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("village: ok")


def test_the_module_can_be_run() -> None:
    command = [sys.executable, "-m", "pd_sim.cli", "--version"]
    ended = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "pd-sim 0.1.0\n", "")


def test_an_error_inside_gets_one_line_and_shows_where_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> list[str]:
        raise ZeroDivisionError("of\nall")

    monkeypatch.setattr("pd_sim.scenario.case_names", fail)
    monkeypatch.delenv(_exits.TRACEBACK, raising=False)
    result = pd_sim("cases")
    assert result.exit_code == 1
    assert told(result.stderr).startswith("internal error, please report it: ZeroDivisionError: of all")
    monkeypatch.setenv(_exits.TRACEBACK, "1")
    assert "Traceback" in pd_sim("cases").stderr


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "stopped"),
        (MemoryError(), 2, "not enough memory"),
        (PermissionError(13, "Permission denied", "town.csv"), 2, "town.csv: Permission denied"),
    ],
)
def test_other_ends(monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str) -> None:
    def fail() -> list[str]:
        raise error

    monkeypatch.setattr("pd_sim.scenario.case_names", fail)
    result = pd_sim("cases")
    assert result.exit_code == code
    assert said in told(result.stderr)


def test_a_message_cannot_steer_the_terminal() -> None:
    assert refused("check", "vil\x1b[31mlage").count("\x1b") == 0


def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    ended = process(
        "compare", "village", *SMALL, "--replicates", "400", "--threads", "2", "--out", tmp_path / "town", code=STOPPED
    )
    assert ended.returncode == 130
    assert ended.stdout == ""
    assert "stopped" in told(ended.stderr)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = [sys.executable, "-W", "error", "-m", "pd_sim.cli", "show", "village"]
    with subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(timeout=120) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_gets_one_line() -> None:
    command = [sys.executable, "-m", "pd_sim.cli", "cases"]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 2
    assert "No space left" in told(ended.stderr)


def test_streams_that_are_closed_do_no_harm() -> None:
    code = "import sys; sys.stdout = None; sys.stderr = None; from pd_sim.cli import main; main()"
    assert process("cases", code=code).returncode == 0
    assert process("check", "nowhere.yaml", code=code).returncode == 2


def test_a_terminal_that_knows_few_letters_gets_them_all_the_same() -> None:
    ended = process("show", "village", environment={"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"})
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "?: share of the way to habit" in " ".join(ended.stdout.split())
