from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import pd_sim as ps
from pd_sim import cli, results, streams, studies
from pd_sim.cli import _app, _options
from pd_sim.cli.compare import compare as compare_verb
from pd_sim.cli.decompose import decompose as decompose_verb
from pd_sim.cli.run import run as run_verb
from pd_sim.engine import ensemble
from tests.unit.cli.called import done, pd_sim, process

FOLDER = Path(cli.__file__).parent
NAMES = [verb.__name__ for verb in _app.VERBS]
HEAVY = {"mesa", "solara", "matplotlib", "pandas", "numba", "networkx", "numpy", "scipy", "rich.progress"}


def test_every_file_without_underscore_is_a_verb() -> None:
    files = {file.stem for file in FOLDER.glob("*.py") if not file.stem.startswith("_")}
    assert files == set(NAMES)
    for verb in _app.VERBS:
        assert verb.__module__ == f"pd_sim.cli.{verb.__name__}"


def test_help_and_no_words_say_the_same() -> None:
    said = done("--help")
    assert done() == said
    assert pd_sim("-h").stdout == said
    for name in NAMES:
        assert re.search(rf"^  {name} +[A-Z]", said, re.MULTILINE), name
    assert "pd-sim compare village --out runs/village" in said
    assert max(map(len, said.splitlines())) <= 81


@pytest.mark.parametrize("verb", NAMES)
def test_each_verb_has_a_help_with_examples_that_can_be_run(verb: str) -> None:
    said = done(verb, "--help")
    assert max(map(len, said.splitlines())) <= 80
    examples = re.findall(r"^    (pd-sim .*)$", said, re.MULTILINE)
    assert examples
    assert any(example.startswith(f"pd-sim {verb}") for example in examples)
    for example in examples:
        options = set(re.findall(r" (--[a-z]+)", example))
        known = set(re.findall(r"--[a-z]+", done(example.split()[1], "--help").partition("Options:")[2]))
        assert options <= known, example


def test_help_shows_defaults_and_ranges() -> None:
    said = " ".join(done("compare", "--help").split())
    for shown in ("default: 200", "1<=x<=1000000", "default: 1;", "26, 52, 104, 156"):
        assert shown in said


def test_defaults_and_bounds_are_those_of_the_functions_behind_them() -> None:
    assert tuple(name.value for name in _options.EngineName) == studies.ENGINES
    assert ensemble.MOST_REPLICATES == _options.MOST_REPLICATES
    assert streams.MAX_SEED == _options.MOST_SEED
    for verb, behind in ((compare_verb, studies.compare), (run_verb, studies.run), (decompose_verb, studies.decompose)):
        offered, taken = inspect.signature(verb).parameters, inspect.signature(behind).parameters
        for name in ("replicates", "seed", "threads", "step", "engine"):
            if name in offered and name in taken:
                assert offered[name].default == taken[name].default, (verb.__name__, name)
    assert ", ".join(map(str, results.USUAL_STEPS)) in done("compare", "--help")


def test_version() -> None:
    assert done("--version") == f"pd-sim {ps.__version__}\n"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from pd_sim.cli import main\n"
        "try:\n    main()\n"
        f"finally:\n    print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)\n"
    )
    for words in (("--help",), ("compare", "--help"), ("--version",)):
        assert process(*words, code=code).stderr == "[]\n"
    # the same test can fail: a verb that works does load some
    assert "numpy" in process("cases", code=code).stderr
