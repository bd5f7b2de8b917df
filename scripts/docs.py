"""Renew what the documentation takes from the code: parameter tables, what commands print, and pictures.

    python scripts/docs.py            renew all of it
    python scripts/docs.py --check    say what is out of date; exit code 1 if anything is
    python scripts/docs.py --quick    the parameter tables only

In a Markdown file, a comment ``<!-- output: command -->`` before a block of ``text`` says which command prints it;
``<!-- output (step | Mind): command -->`` takes only the first paragraphs that begin so. Commands are run in an empty
folder from which ``experiments`` and ``tests`` are found, so that what they write is theirs alone.
"""

from __future__ import annotations

import argparse
import functools
import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PARAMETERS = ROOT / "docs/model/parameters.md"
BLOCK = re.compile(
    r"(?P<mark><!-- output(?: \((?P<begin>[^\n)]+)\))?: (?P<command>[^\n]+?) -->\n```text\n)"
    r"(?P<text>.*?)(?P<end>```)",
    re.DOTALL,
)
TURNED = (
    "pd-sim compare village --set practice.certainty=0.85 --set arms.bottom_up.hub.places=0 "
    "--set arms.hybrid.hub.places=0 --replicates 200 --seed 1"
)
PICTURES = {
    "docs/tutorials/first_comparison.png": (f"{TURNED} --no-parts --out runs/turned", "runs/turned/curves.png"),
    "experiments/korean_villages/figure.png": (
        "python experiments/korean_villages/run.py --figure figure.png",
        "figure.png",
    ),
}
"""For each picture the command that makes it, and the name under which it makes it."""

HEADER = """\
# Parameters

Written by `python scripts/docs.py` from the code that checks them; edit the fields there, not this page.

How sure a default is: **V** read in the source · **C** computed from a stated formula · **K** well known in the field,
not read again · **S** told by those who ran a case · **A** an assumption of ours. A dash: the code does not say, and it
is to be taken as an assumption.
What V stands for is often the sign or the order of size of an effect and not the exact number; the source column says
where to look, and [the evidence](../evidence.md) what was found there.

A field's full name, as `--set` takes it, is its block and its name: `behaviour.try_rate`, `practice.tacitness`,
`traits.caution`, `initial.aware`, `community.households`, `arms.top_down.training.places`, `outcome.risk`. A step is a
week unless the scenario says otherwise. The same is printed for a scenario, with its values, by `pd-sim show`.
"""


def documents() -> list[Path]:
    """List the pages that may show what commands print."""
    return sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("experiments/**/*.md")])


# ── parameter tables ────────────────────────────────────────────────────────────────────────────────────────────────


def parameters() -> str:
    """Write the page of parameter tables."""
    from pd_sim.behaviour import Behaviour, Initial, Outcome, Practice
    from pd_sim.behaviour.parameters import LAPSE_PRESETS
    from pd_sim.community import GENERATORS, CommunitySource, Traits
    from pd_sim.scenario import Scenario
    from pd_sim.scenario.economics import Economics, SocialReturn
    from pd_sim.scenario.evidence import Evaluation, Target
    from pd_sim.scenario.principles import Principles

    blocks = set(Scenario.model_fields) - {"name", "title", "about", "steps", "step", "unit", "takeoff"}
    parts = [
        HEADER.strip(),
        f"## Scenario\n\nFields that stand in no block.\n\n{table(Scenario, leave_out=blocks, rests=False)}",
    ]
    for name, block in (("behaviour", Behaviour), ("practice", Practice), ("traits", Traits), ("initial", Initial)):
        parts.append(f"## {block.__name__} (`{name}`)\n\n{_told(block)}\n\n{table(block)}")
        if block is Behaviour:
            rows = [f"| `{kind}` | {a:g} | {b:g} | {c:g} |" for kind, (a, b, c) in LAPSE_PRESETS.items()]
            head = "| `lapse` | fresh | settled | habit_rate |\n|---|---|---|---|\n"
            parts.append(f"What `lapse` sets, per step of a week:\n\n{head}" + "\n".join(rows))
    parts.append(
        "## Communities (`community`)\n\nOne of these, named by `generator`. All have:\n\n" + table(CommunitySource)
    )
    common = set(CommunitySource.model_fields) | {"generator"}
    for name, kind in sorted(GENERATORS.items()):
        parts.append(f"### `{name}`\n\n{_told(kind)}\n\n{table(kind, leave_out=common)}")
    parts += _interventions()
    for title, name, block in (
        ("Principles", "principles", Principles),
        ("Outcome", "outcome", Outcome),
        ("Economics", "economics", Economics),
        ("Social return", "economics.social", SocialReturn),
        ("Evaluations", "evaluations", Evaluation),
        ("Targets", "targets", Target),
    ):
        rests = name not in ("principles", "evaluations", "targets")
        parts.append(f"## {title} (`{name}`)\n\n{_told(block)}\n\n{table(block, rests=rests)}")
    return "\n\n".join(parts) + "\n"


def _interventions() -> Iterator[str]:
    """Tables of interventions and of threats, what several share first."""
    from pd_sim.cli._fields import alike
    from pd_sim.interventions import Scheduled, Sessions, Threat, intervention_kinds

    yield (
        "## Interventions (`arms`)\n\nEvery intervention but `budget` has a time of its own and somebody who pays:\n\n"
        + table(Scheduled)
    )
    yield (
        "Every intervention that holds sessions has all of these fields too, whoever runs it, so that no arm wins by a "
        "field it alone has:\n\n" + table(Sessions, leave_out=alike(Sessions, Scheduled))
    )
    threats = []
    for name, kind in intervention_kinds().items():
        if not kind.__module__.startswith("pd_sim."):
            continue
        base = Sessions if issubclass(kind, Sessions) else Threat if issubclass(kind, Threat) else Scheduled
        about = "" if base is Threat else "What it has beside the fields above, or with another default:\n\n"
        told = f"### `{name}`\n\n{_told(kind)}\n\n{about}{table(kind, leave_out=alike(kind, base))}"
        if base is Threat:
            threats.append(told)
        else:
            yield told
    yield (
        f"## Threats (`threats`)\n\n{_told(Threat)} They stand in the scenario and hit, in every arm, what there is to "
        f"hit. All have:\n\n{table(Threat)}"
    )
    yield from threats


def table(block: Any, leave_out: set[str] | frozenset[str] = frozenset(), *, rests: bool = True) -> str:
    """Write the fields of a block as a Markdown table, with what each default rests on where it is one to rest."""
    from pd_sim.cli._fields import bounds_in_words
    from pd_sim.cli._text import value_text

    schema = block.model_json_schema()
    rows = ["| name | default | bounds | meaning | sure | source |", "|---|---|---|---|---|---|"]
    for name, about in schema["properties"].items():
        if name in leave_out:
            continue
        default = f"`{value_text(about['default'])}`" if "default" in about else "needed"
        bounds = bounds_in_words(about, schema.get("$defs", {}))
        cells = [
            f"`{name}`",
            default,
            bounds,
            " ".join(about.get("description", "").split()),
            about.get("sure", "–"),
            about.get("source", "–"),
        ]
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells[: None if rests else -2]) + " |")
    if not rests:
        rows[:2] = ["| name | default | bounds | meaning |", "|---|---|---|---|"]
    return "\n".join(rows) if len(rows) > 2 else "It has no other field."


def _told(kind: type) -> str:
    """First paragraphs of a docstring, up to what is for readers of code."""
    text = (kind.__doc__ or "").strip()
    text = re.split(r"\n\s*(?:Examples|References|Parameters)\n\s*-{3,}", text)[0]
    told = []
    for paragraph in text.split("\n\n"):
        if paragraph.strip().startswith("==="):
            told.append(_listed(paragraph))
        elif ".. math::" in paragraph:
            formula = paragraph.partition(".. math::")[2].strip()
            told.append(f"$${formula}$$")
        else:
            told.append(" ".join(paragraph.split()))
    written = re.sub(r":math:`([^`]*)`", r"$\1$", "\n\n".join(told))
    return re.sub(r"``([^`]+)``", r"`\1`", written)


def _listed(paragraph: str) -> str:
    """Turn a simple table of two columns of a docstring into one of Markdown."""
    border, *lines, _ = textwrap.dedent(paragraph.strip("\n")).splitlines()
    second = border.index(" ")
    rows: list[list[str]] = []
    for line in lines:
        name, meaning = line[:second].strip(), line[second:].strip()
        if name:
            rows.append([name, meaning])
        else:  # goes on
            rows[-1][1] += f" {meaning}"
    return "\n".join(["| value | meaning |", "|---|---|", *(f"| `{name}` | {meaning} |" for name, meaning in rows)])


# ── what commands print ─────────────────────────────────────────────────────────────────────────────────────────────


@functools.cache
def _folder() -> Path:
    """Make an empty folder in which commands find what they name."""
    folder = Path(tempfile.mkdtemp(prefix="docs-"))
    for name in ("experiments", "tests"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@functools.cache
def printed(command: str) -> str:
    """Run a command as a reader would, and return what it prints."""
    words = shlex.split(command)
    programs = {"pd-sim": [sys.executable, "-m", "pd_sim.cli"], "python": [sys.executable]}
    if words[0] not in programs:
        raise SystemExit(f"{command}: only pd-sim and python are run")
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "COLUMNS": "80"}
    done = subprocess.run(
        [*programs[words[0]], *words[1:]],
        cwd=_folder(),
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{command}: exit code {done.returncode}\n{done.stderr}")
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n"


def _beginning(text: str, words: list[str], command: str) -> list[str]:
    """First paragraph that begins with each of these words."""
    paragraphs = text.split("\n\n")
    for word in words:
        if not any(paragraph.startswith(word) for paragraph in paragraphs):
            raise SystemExit(f"{command}: no paragraph begins with {word!r}")
    return [next(paragraph for paragraph in paragraphs if paragraph.startswith(word)) for word in words]


def renewed(text: str, run: Callable[[str], str | None] = printed) -> str:
    """Give a page with every block as its command prints it today; where `run` gives none, the block stays."""

    def block(found: re.Match[str]) -> str:
        fresh = run(found["command"])
        if fresh is None:
            return found[0]
        text = fresh.strip("\n")
        if found["begin"]:
            text = "\n\n".join(_beginning(text, [word.strip() for word in found["begin"].split("|")], found["command"]))
        return found["mark"] + text + "\n" + found["end"]

    return BLOCK.sub(block, text)


def stale(*, quick: bool = False) -> Iterator[tuple[Path, str]]:
    """Find pages that are not as the code would have them, with what they should hold."""
    if not PARAMETERS.exists() or PARAMETERS.read_text(encoding="utf-8") != parameters():
        yield PARAMETERS, parameters()
    for path in [] if quick else documents():
        text = path.read_text(encoding="utf-8")
        fresh = renewed(text)
        if fresh != text:
            yield path, fresh


def main() -> int:
    """Renew, or check."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--check", action="store_true", help="change nothing; exit code 1 if anything is out of date")
    asked.add_argument("--quick", action="store_true", help="the parameter tables only")
    given = asked.parse_args()
    old = list(stale(quick=given.quick))
    for path, fresh in old:
        if given.check:
            print(f"{path.relative_to(ROOT)} is out of date; run python scripts/docs.py")
        else:
            path.write_text(fresh, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    if not given.check and not given.quick:
        for name, (command, made) in PICTURES.items():
            printed(command)
            (ROOT / name).write_bytes((_folder() / made).read_bytes())
            print(f"wrote {name}")
    return int(bool(old) and given.check)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    raise SystemExit(main())
