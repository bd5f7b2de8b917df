from __future__ import annotations

import json

import pd_sim as ps
from pd_sim.scenario import case_names
from tests.unit.cli.called import ROOT, done, process


def test_every_case_is_listed_with_its_title() -> None:
    said = " ".join(done("cases").split())
    for name in case_names():
        assert f"{name} {ps.Scenario.load(name).title}" in said


def test_a_case_takes_a_line_and_two_at_most() -> None:
    lines = done("cases").partition("\n\n")[0].splitlines()
    assert max(map(len, lines)) < 80
    assert len([line for line in lines if not line.startswith(" ")]) == len(case_names())
    assert len(lines) <= len(case_names()) + 2


def test_as_json() -> None:
    ended = process("cases", "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    listed = json.loads(ended.stdout)
    assert [case["name"] for case in listed] == case_names()
    village = next(case for case in listed if case["name"] == "village")
    assert village["arms"] == ["nothing", "top_down", "bottom_up", "hybrid"]
    hearth = next(case for case in listed if case["name"] == "hearth")
    assert (hearth["step"], hearth["targets"], hearth["uncontrolled"]) == ("day", 3, 3)
    assert str(ROOT) not in ended.stdout
