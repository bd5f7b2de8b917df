"""The errors that ``make mutate`` plants: many, each one change that can be read, none left out without a reason."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def mutate():
    spec = importlib.util.spec_from_file_location("mutate_script", ROOT / "scripts/mutate.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks its module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_at_least_thirty_errors_are_planted_in_every_part_of_the_rules(mutate):
    found = [error for error in mutate.planted() if not mutate.harmless(error)]
    assert len(found) >= 30
    rules = ast.parse((ROOT / mutate.RULES).read_text(encoding="utf-8"))
    assert {error.function for error in found} == {f.name for f in rules.body if isinstance(f, ast.FunctionDef)}
    kinds = {" < ", " & ", " * ", " + ", " and ", "min(", "own.push", "0.0"}
    assert {kind for kind in kinds if any(kind in error.before for error in found)} == kinds


def test_each_is_one_change_that_can_be_read(mutate):
    sound = (ROOT / mutate.RULES).read_text(encoding="utf-8")
    for error in mutate.planted():
        assert ast.dump(ast.parse(error.source)) != ast.dump(ast.parse(sound)), str(error)
        before, after = sound.splitlines(), error.source.splitlines()
        same = next(k for k, (one, other) in enumerate(zip(before, after, strict=False)) if one != other)
        assert error.line <= same + 1 <= error.line + 2  # an expression may go over some lines


def test_what_is_left_out_as_harmless_is_still_there_and_says_why(mutate):
    left_out = {(e.function, e.before, e.after) for e in mutate.planted() if mutate.harmless(e)}
    assert left_out == set(mutate.HARMLESS)
    assert all(mutate.HARMLESS.values())
