from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import pd_sim as ps
from pd_sim.community import File
from pd_sim.interventions import Threat, intervention_kinds
from pd_sim.scenario import case_names
from tests.unit.cli.called import done, pd_sim, refused


@pytest.fixture
def town(tmp_path: Path) -> Path:
    file = tmp_path / "town.yaml"
    said = done("new", file)
    assert f"wrote {file}" in said
    return file


def _named(scenario: ps.Scenario, name: str) -> ps.Scenario:
    return scenario.set("name", name)


def test_a_copy_of_the_usual_case_is_ready_to_run(town: Path) -> None:
    assert ps.Scenario.load(town).content_hash == _named(ps.Scenario.load("village"), "town").content_hash
    assert done("check", town).startswith("town: ok")


@pytest.mark.parametrize("case", case_names())
def test_it_says_the_same_as_the_case_it_comes_from(tmp_path: Path, case: str) -> None:
    done("new", tmp_path / "town.yaml", "--from", case)
    first, second = _named(ps.Scenario.load(case), "town"), ps.Scenario.load(tmp_path / "town.yaml")
    if isinstance(first.community, File):  # whose paths start from another folder now
        one, two = (town.located_community().fingerprint() for town in (first, second))
        assert one == two
        first, second = (town.set("community", {"generator": "complete"}) for town in (first, second))
    assert second.content_hash == first.content_hash


EVERYTHING = """
name: everything
unit: pupil
community: {generator: complete}
principles: {how: false}
outcome: {issue: a child falls ill, risk: 0.1, effect: 0.5}
threats: [cancellation: {at: 9}, cancellation: {at: 10, unless: 0.5}, leader_leaves: {hazard: 0.1}]
arms: {a: [budget: {amount: 5.0}, hub: {leader: 1.0}], nothing: []}
economics: {discount: 0.05, avoided: {council: 12.0}, social: {drop_off: 0.1}}
evaluations: [{name: early, step: 9}, {name: promised, step: 9, target: 0.5, measure: aware}]
targets: [{what: "people: who came", told: [5.0, 9.0], sure: S, source: 'the "hub"'}]
"""


def test_every_block_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "first.yaml").write_text(EVERYTHING, encoding="utf-8")
    done("new", tmp_path / "second.yaml", "--from", tmp_path / "first.yaml")
    first, second = (ps.Scenario.load(tmp_path / f"{name}.yaml") for name in ("first", "second"))
    assert second.content_hash == _named(first, "second").content_hash
    text = (tmp_path / "second.yaml").read_text(encoding="utf-8")
    for name, field in ps.Scenario.model_fields.items():
        assert re.search(rf"^{name}:", text, re.MULTILINE), name
        assert str(field.description)[:60] in text or name == "arms", name
    assert text.count("# step in which it happens (") == 2  # once a kind
    lines = [line for line in text.splitlines() if re.match(r" *#? *#", line)]
    assert max(map(len, lines)) < 80


def test_every_field_is_explained_and_taking_the_hash_sign_away_changes_nothing(town: Path) -> None:
    text = town.read_text(encoding="utf-8")
    freed = re.sub(r"^( *)#(\w+: .*)$", r"\1\2", text, flags=re.MULTILINE)
    assert freed.count("\n") == text.count("\n")
    assert freed != text
    scenario = ps.Scenario.from_yaml(freed)
    assert scenario.content_hash == ps.Scenario.load(town).content_hash
    blocks = [scenario.community, scenario.traits, scenario.practice, scenario.initial, scenario.behaviour]
    for block in (*blocks, scenario.principles, scenario.economics):
        assert block.model_fields_set == set(type(block).model_fields)
        for name in type(block).model_fields:
            assert re.search(rf"^  #?{name}: ", text, re.MULTILINE), name


def test_a_changed_line_is_taken(town: Path) -> None:
    text = town.read_text(encoding="utf-8")
    assert "  #tacitness: 0.6\n" in text
    town.write_text(text.replace("  #tacitness: 0.6\n", "  tacitness: 0.9\n"), encoding="utf-8")
    assert ps.Scenario.load(town).practice.tacitness == 0.9


def test_explanations_keep_within_80_columns(town: Path) -> None:
    comments = [line for line in town.read_text(encoding="utf-8").splitlines() if re.match(r" *#? *# ", line)]
    assert any(line.startswith("#    # ") for line in comments)
    assert max(map(len, comments)) < 80


def test_settings_are_taken_in(tmp_path: Path) -> None:
    done("new", tmp_path / "town.yml", "--set", "practice.tacitness=0.9", "--set", "arms.bottom_up=[hub]")
    scenario = ps.Scenario.load(tmp_path / "town.yml")
    assert scenario.practice.tacitness == 0.9
    assert [one.kind for one in scenario.arms["bottom_up"]] == ["hub"]


def test_interventions_that_no_arm_holds_are_named(tmp_path: Path) -> None:
    done("new", tmp_path / "town.yaml", "--set", "arms={nothing: []}")
    text = (tmp_path / "town.yaml").read_text(encoding="utf-8")
    assert "#    # Sessions to which everybody is invited" in text
    assert "#    - training: {}\n" in text
    assert ps.Scenario.load(tmp_path / "town.yaml").arms == {"nothing": ()}
    shipped = {name: kind for name, kind in intervention_kinds().items() if kind.__module__.startswith("pd_sim.")}
    entries = re.findall(r"^#( +)- (\w+): .*$", text, re.MULTILINE)
    assert {name for _, name in entries} == shipped.keys()
    assert {name for indent, name in entries if len(indent) == 2} == {
        name for name, kind in shipped.items() if issubclass(kind, Threat)
    }


def test_what_is_offered_can_be_taken_in_by_taking_signs_away(tmp_path: Path) -> None:
    done("new", tmp_path / "town.yaml", "--set", "arms={nothing: []}")
    text = (tmp_path / "town.yaml").read_text(encoding="utf-8").replace("nothing: []", "nothing:")
    freed = re.sub(r"^#(?=threats:| +[-#] )", "", text, flags=re.MULTILINE)
    found = ps.Scenario.from_yaml(freed)
    assert [i.kind for i in found.arms["nothing"]][:2] == ["budget", "broadcast"]
    assert len(found.threats) > 5


def test_odd_names_and_texts_survive(tmp_path: Path) -> None:
    first = tmp_path / "first.yaml"
    first.write_text(
        "name: first\ntitle: 'yes: #1'\nabout: \"two\\n\\n  lines\\n\"\nstep: 'no'\ncommunity: {generator: complete}\n"
        "traits: {caution: never, need: 0.5}\narms: {'1': [], 'no': [hub: {start: 3}, training], 'a b': [hub]}\n",
        encoding="utf-8",
    )
    done("new", tmp_path / "second.yaml", "--from", first)
    found = ps.Scenario.load(tmp_path / "second.yaml")
    assert found.content_hash == _named(ps.Scenario.load(first), "second").content_hash


def test_files_of_a_community_are_found_from_the_new_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "ties.csv").write_text("source,target\nx,y\n", encoding="utf-8")
    (tmp_path / "a" / "town.yaml").write_text(
        "name: town\ncommunity: {generator: file, ties: ties.csv}\narms: {nothing: []}\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    done("new", "b/other.yaml", "--from", "a/town.yaml")
    assert ps.Scenario.load("b/other.yaml").to_dict()["community"]["ties"] == "../a/ties.csv"
    assert "2 households" in done("check", "b/other.yaml")


def test_nothing_is_overwritten(town: Path) -> None:
    town.write_text("mine", encoding="utf-8")
    assert "is there already" in refused("new", town)
    assert town.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["town", "town.json", "village"])
def test_a_name_that_could_not_be_loaded_is_refused(tmp_path: Path, name: str) -> None:
    assert "ends in .yaml" in refused("new", tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "cannot be written" in refused("new", tmp_path / "nowhere" / "town.yaml")


def test_a_mistake_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused("new", tmp_path / "town.yaml", "--from", "villge")
    refused("new", tmp_path / "town.yaml", "--set", "steps=0")
    # the module, not the verb of the same name
    monkeypatch.setattr(sys.modules["pd_sim.cli.new"], "commented", lambda *given: "\ud800")
    assert pd_sim("new", tmp_path / "town.yaml").exit_code == 1
    assert list(tmp_path.iterdir()) == []
