"""The documentation says what the code does: tables, outputs, commands, names and links."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner

from pd_sim.behaviour import Behaviour, Initial, Practice
from pd_sim.cli import app
from pd_sim.community import Traits
from pd_sim.interventions import intervention_kinds
from pd_sim.population import Population

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("docs/**/*.md"), *ROOT.glob("experiments/**/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
)
KOREA = ROOT / "experiments/korean_villages"
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
BLOCKS = {"behaviour": Behaviour, "practice": Practice, "traits": Traits, "initial": Initial}


def called(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def commands(path: Path) -> list[str]:
    """Commands a page tells its reader to give."""
    lines = "\n".join(re.findall(r"```sh\n(.*?)```", text(path), flags=re.DOTALL)).splitlines()
    return [line.partition(" #")[0].strip() for line in lines if line.startswith("pd-sim ")]


def process(*words: object, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own that finds the package wherever it stands."""
    return subprocess.run(
        [sys.executable, *(str(word) for word in words)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        **more,
    )


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_script", ROOT / "scripts/docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ── what is written from the code ───────────────────────────────────────────────────────────────────────────────────


def test_the_parameter_tables_are_up_to_date(docs):
    assert text(docs.PARAMETERS) == docs.parameters(), "run python scripts/docs.py --quick"


def test_the_parameter_tables_would_notice_a_change(docs, monkeypatch):
    monkeypatch.setitem(Behaviour.model_fields, "trial", Behaviour.model_fields["floor"])
    Behaviour.model_rebuild(force=True)
    try:
        assert text(docs.PARAMETERS) != docs.parameters()
    finally:
        monkeypatch.undo()
        Behaviour.model_rebuild(force=True)


def shown(path: Path) -> list[str]:
    found = re.findall(r"<!-- output(?: \([^)]+\))?: ([^\n]+?) -->", text(path))
    # that table takes minutes, and tests/published holds it within its error
    return [command for command in dict.fromkeys(found) if "test_design_table" not in command]


@pytest.mark.slow
@pytest.mark.needs_data
@pytest.mark.parametrize("page", [page for page in PAGES if shown(page)], ids=called)
def test_pages_show_what_commands_print(docs, page):
    def run(command: str) -> str | None:
        return docs.printed(command) if command in shown(page) else None

    assert docs.renewed(text(page), run) == text(page), "run python scripts/docs.py, and read the page again"


def test_an_old_output_is_noticed(docs):
    page = "<!-- output (b): pd-sim x -->\n```text\nb old\n```\n"
    assert docs.renewed(page, lambda _: "a\n\nb new\nc\n\nb\n") == page.replace("b old", "b new\nc")
    with pytest.raises(SystemExit, match="no paragraph begins with 'b'"):
        docs.renewed(page, lambda _: "a\n")


@pytest.mark.parametrize("name", ["docs/tutorials/first_comparison.png", "experiments/korean_villages/figure.png"])
def test_pictures_are_there_and_small(docs, name):
    assert set(docs.PICTURES) == {"docs/tutorials/first_comparison.png", "experiments/korean_villages/figure.png"}
    most = 150_000 if name.startswith("experiments") else 200_000
    assert 10_000 < (ROOT / name).stat().st_size < most
    assert any(f"]({Path(name).name})" in text(page) for page in (ROOT / name).parent.glob("*.md"))


# ── names and links ─────────────────────────────────────────────────────────────────────────────────────────────────


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=called)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name) if name else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


@pytest.mark.parametrize("page", PAGES, ids=called)
def test_fields_that_are_named_exist(page):
    for block, field in re.findall(r"\b(behaviour|practice|traits|initial)\.([a-z_]+)\b", text(page)):
        assert field in BLOCKS[block].model_fields, f"{block}.{field}"


def test_fields_that_do_not_exist_are_found():
    found = re.findall(r"\b(behaviour|practice|traits|initial)\.([a-z_]+)\b", "`behaviour.try_rates: 1`")
    assert found[0][1] not in BLOCKS["behaviour"].model_fields


def test_the_model_page_names_every_intervention_and_only_real_verbs():
    page = text(ROOT / "docs/model/README.md")
    table = page.partition("### Interventions")[2].partition("### Principles")[0]
    named = re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE)
    built_in = [kind for kind, cls in intervention_kinds().items() if cls.__module__.startswith("pd_sim.")]
    assert sorted(named) == sorted(built_in)
    verbs = page.partition("### Verbs")[2].partition("###")[0]
    for verb in re.findall(r"^\| (\w+)(?:\(.*?\))? \|", verbs, flags=re.MULTILINE):
        assert verb == "verb" or hasattr(Population, verb), verb


def test_every_decision_is_listed_and_has_its_parts():
    index = text(ROOT / "docs/decisions/README.md")
    pages = [page for page in ROOT.glob("docs/decisions/*.md") if page.name != "README.md"]
    assert len(pages) >= 8
    for page in pages:
        assert f"({page.name})" in index, page.name
        number = int(page.name[:4])
        assert text(page).startswith(f"# {number}. "), page.name
        for part in ("**Why.**", "**Decision.**", "**What else", "**What follows"):
            assert part in text(page), (page.name, part)


# ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=called)
def test_commands_have_verbs_and_options_that_exist(page):
    for command in commands(page):
        for part in command.split(" && "):
            _, verb, *words = shlex.split(part)
            result = CliRunner().invoke(app, [verb, "--help"], prog_name="pd-sim")
            assert result.exit_code == 0, verb
            for option in (word.partition("=")[0] for word in words if word.startswith("--")):
                assert option in result.stdout, (verb, option)


def quick(command: str, out: Path) -> list[str]:
    """A command of a page with 2 replicates, writing elsewhere."""
    _, *words = shlex.split(command)
    for option, value in (("--replicates", "2"), ("--out", str(out))):
        if option in words:
            words[words.index(option) + 1] = value
        elif option == "--replicates":
            words += [option, value]
    return words


KOREAN = [command for command in commands(KOREA / "README.md") if command.startswith("pd-sim compare")]
ABOUT = [
    "565 households in 13 villages",
    "366 households in 6 villages",
    "3,314 households in 15 villages",
    "203 households",
]


@pytest.mark.needs_data
@pytest.mark.parametrize(
    ("command", "about"), list(zip(KOREAN, ABOUT, strict=True)), ids=["korea", "brazil", "india", "uganda"]
)
def test_real_villages_by_settings_alone(command, about, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(app, quick(command, tmp_path / "out"), prog_name="pd-sim")
    assert result.exit_code == 0, result.stderr
    assert about in " ".join(result.stdout.split())
    for arm in ("nothing", "top_down", "bottom_up", "hybrid"):
        assert re.search(rf"156 +{arm} |^ +{arm} +\d+%", result.stdout, flags=re.MULTILINE)
    if "--out" in command:
        assert {"manifest.json", "steps.parquet", "curves.png"} <= {path.name for path in (tmp_path / "out").iterdir()}


@pytest.mark.needs_data
def test_the_experiment_counts_villages_with_nobody_to_discover(tmp_path):
    done = process(KOREA / "run.py", "--replicates", 3, "--figure", tmp_path / "figure.png")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "figure.png").stat().st_size > 10_000
    line = next(line for line in done.stdout.splitlines() if line.endswith(")") and "mean" in line)
    counts = [int(number) for number in re.findall(r"\d+: (\d+)", line)]
    assert sum(counts) == 3


def test_without_the_survey_the_experiment_says_so_in_one_line(tmp_path):
    copy = tmp_path / "experiments/korean_villages"
    copy.mkdir(parents=True)
    for name in ("run.py", "scenario.yaml"):
        (copy / name).write_bytes((KOREA / name).read_bytes())
    done = process(copy / "run.py")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "README.md" in done.stderr


# ── notebooks ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=called)
def test_notebooks_are_stored_without_outputs(notebook):
    assert '"execution_count": null' in text(notebook)
    assert not re.search(r'"execution_count": \d|"output_type"', text(notebook))


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=called)
def test_notebooks_run(notebook, tmp_path):
    pytest.importorskip("nbmake")
    copy = tmp_path / notebook.name
    copy.write_bytes(notebook.read_bytes())
    # a process of its own: a kernel's libraries warn of things that are not ours
    words = ["--nbmake", "--nbmake-timeout=900", "-q", "-p", "no:cacheprovider", "-W", "ignore", copy]
    done = process("-m", "pytest", *words, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "1 passed" in done.stdout
