"""Plant small errors in the rules, one at a time, and report whether a fast part of the tests notices each.

Compiled code is off (``NUMBA_DISABLE_JIT=1``), so that an error costs a second and not a new compilation. They are
planted in a copy; the working tree is never touched. The exit code is 1 if an error goes unnoticed::

    python scripts/mutate.py         # make mutate
    python scripts/mutate.py --list  # which errors there are
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parents[1]
RULES = "src/pd_sim/behaviour/rules.py"
TESTS = ("tests/unit/behaviour/test_rules.py", "tests/unit/validation/test_slips.py")
"""What is run against each error, quickest first."""

COMPARED = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt,),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt,),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
COMPUTED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
CONFUSED = {
    "push": "pay",
    "pay": "push",
    "trust_peer": "trust_expert",
    "trust_expert": "trust_peer",
    "fit_local": "fit_outside",
    "fit_outside": "fit_local",
    "portability": "certainty",
    "certainty": "portability",
    "talk_practising": "talk_heard",
    "talk_heard": "talk_practising",
    "try_rate": "session_rate",
    "session_rate": "try_rate",
    "epsilon": "spontaneous",
    "spontaneous": "epsilon",
    "fresh": "settled",
    "settled": "fresh",
    "ownership_weight": "proof_weight",
    "proof_weight": "ownership_weight",
    "gain": "loss",
    "loss": "gain",
    "learn_near": "learn_alone",
    "learn_alone": "learn_near",
    "practising": "heard",
    "heard": "practising",
    "ownership": "confidence",
    "involved": "ownership",
}
"""Fields that a slip of the pen might confuse."""

HARMLESS = {
    ("logistic", "x < 0.0", "(x <= 0.0)"): "two forms of one formula; each is exact on its side, and both are at 0",
    ("logistic", "0.0", "1"): "the same, up to 1",
    ("external", "700.0", "1400.0"): "the exponential of either leaves a chance below 1e-300",
}
"""Errors that change no outcome, (function, what stands there, what is planted), and why."""


@dataclass(frozen=True)
class Planted:
    """One error: where in the rules, what stood there, what stands there now."""

    function: str
    line: int
    before: str
    after: str
    source: str
    """The whole file with the error."""

    def __str__(self) -> str:
        return f"rules.py:{self.line} {self.function}: {self.before} → {self.after}"


def planted() -> Iterator[Planted]:
    """All errors that can be planted in the rules, in the order of their lines."""
    source = (ROOT / RULES).read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))
    raw = source.encode()

    def at(line: int, column: int) -> int:
        return starts[line - 1] + column

    def swapped(node: ast.expr, new: str) -> tuple[str, str, str]:
        begin, end = at(node.lineno, node.col_offset), at(node.end_lineno or 0, node.end_col_offset or 0)
        changed = (raw[:begin] + new.encode() + raw[end:]).decode()
        return raw[begin:end].decode(), new, changed

    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        docstring = function.body[0] if ast.get_docstring(function) else None
        for statement in function.body:
            if statement is docstring:
                continue
            for node in ast.walk(statement):
                if isinstance(node, ast.FunctionDef):
                    break
                for new in _errors(node):
                    before, after, changed = swapped(node, f"({ast.unparse(new)})" if _loose(new) else ast.unparse(new))
                    yield Planted(function.name, node.lineno, " ".join(before.split()), after, changed)


def _loose(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp | ast.Compare | ast.BoolOp | ast.UnaryOp)


def _errors(node: ast.AST) -> Iterator[ast.expr]:
    """What could stand in place of an expression by a slip."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in COMPARED.get(type(node.ops[0]), ()):
            yield ast.Compare(node.left, [other()], node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in COMPUTED:
        yield ast.BinOp(node.left, COMPUTED[type(node.op)](), node.right)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield ast.Constant(1 if node.value == 0 else node.value * 2 if abs(node.value) >= 1 else node.value * 1e6)
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr in CONFUSED:
        yield ast.Attribute(node.value, CONFUSED[node.attr], ast.Load())
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("min", "max"):
        yield ast.Call(ast.Name("max" if node.func.id == "min" else "min", ast.Load()), node.args, node.keywords)
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)


def harmless(error: Planted) -> bool:
    """Whether an error changes no outcome; a number is harmless only where the line it stands in is."""
    if (error.function, error.before, error.after) not in HARMLESS:
        return False
    line = error.source.splitlines()[error.line - 1]
    return error.before != "0.0" or line.strip().startswith("if x <")


def noticed(tree: Path) -> tuple[bool, str]:
    """Run the tests in a copy; whether they failed, and which did."""
    environment = {
        **os.environ,
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONPATH": os.pathsep.join([str(tree / "src"), str(tree / "scripts")]),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # those for browsers and notebooks take longer than the tests
        "HYPOTHESIS_PROFILE": "ci",  # the same examples each time
    }
    environment.pop("PYTEST_ADDOPTS", None)
    quick = ["-q", "-x", "-p", "no:cacheprovider", "-p", "without_compiler", "--no-header", "--tb=no"]
    command = [sys.executable, "-B", "-m", "pytest", *quick, *TESTS]
    try:
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=180, check=False
        )
    except subprocess.TimeoutExpired:
        return True, "it never ends"
    if done.returncode not in (0, 1, 2):
        raise SystemExit(f"pytest could not run (code {done.returncode}):\n{done.stdout}\n{done.stderr}")
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return done.returncode != 0, failed.group(1).rpartition("::")[2] if failed else "it cannot be read"


def copied(folder: Path) -> Path:
    """Copy what the tests need."""
    for name in ("src", "tests", "scripts", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.nbi", "*.nbc"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def main() -> None:
    """Plant, run, report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--list", action="store_true", help="list the errors and stop")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time")
    asked = parser.parse_args()
    errors = [error for error in planted() if not harmless(error)]
    if asked.list:
        print(*errors, sep="\n")
        return
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        trees: Queue[Path] = Queue()
        for job in range(max(1, asked.jobs)):
            trees.put(copied(Path(folder) / str(job)))
        tree = trees.get()
        fails, which = noticed(tree)
        trees.put(tree)
        if fails:
            raise SystemExit(f"the tests fail without any error planted: {which}")

        def one(error: Planted) -> tuple[Planted, bool, str]:
            tree = trees.get()
            place = tree / RULES
            sound = place.read_bytes()
            try:
                place.write_text(error.source, encoding="utf-8")
                return error, *noticed(tree)
            finally:
                place.write_bytes(sound)
                trees.put(tree)

        missed = 0
        with ThreadPoolExecutor(max(1, asked.jobs)) as pool:
            for number, (error, found, which) in enumerate(pool.map(one, errors), start=1):
                missed += not found
                print(
                    f"{number:4} {'noticed' if found else 'MISSED '} {error}{f'   ({which})' if found else ''}",
                    flush=True,
                )
    taken = time.monotonic() - began
    print(f"{len(errors) - missed} of {len(errors)} planted errors were noticed in {taken:.0f} s")
    if missed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
