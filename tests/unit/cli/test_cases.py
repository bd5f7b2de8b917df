from __future__ import annotations

import json

import pd_sim as ps
from pd_sim.scenario import case_names
from tests.unit.cli.called import ROOT, done, process


def test_every_case_is_listed_with_its_title_and_arms() -> None:
    said = done("cases")
    for name in case_names():
        case = ps.Scenario.load(name)
        assert f"{name} — {case.title}" in said
        assert all(arm in said for arm in case.arms)


def test_as_json() -> None:
    ended = process("cases", "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    listed = json.loads(ended.stdout)
    assert [case["name"] for case in listed] == case_names()
    village = next(case for case in listed if case["name"] == "village")
    assert village["arms"] == ["nothing", "top_down", "bottom_up", "hybrid"]
    assert ROOT.name not in ended.stdout
