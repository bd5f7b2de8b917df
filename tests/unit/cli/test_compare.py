from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import pd_sim as ps
from pd_sim import studies
from pd_sim.cli import _notices, _progress
from tests.unit.cli.called import SMALL, document, done, pd_sim, process, refused
from tests.unit.results.made import arm, comparison

FEW = ("compare", "village", *SMALL, "--replicates", "6", "--seed", "2")


def _small() -> ps.Scenario:
    return ps.Scenario.load("village").set("community.households", 40).set("steps", 30)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def result() -> ps.Comparison:
    return ps.compare(_small(), replicates=6, seed=2)


def test_as_json_is_the_document_of_the_comparison(result: ps.Comparison) -> None:
    ended = process(*FEW, "--json")
    assert ended.returncode == 0
    assert json.loads(ended.stdout) == json.loads(json.dumps(result.document()))
    assert re.fullmatch(r"pd-sim: 4 arms × 6 replicates done in [\d.]+ s\n", ended.stderr)


def test_as_json_takes_arms_steps_and_settings() -> None:
    found = document(*FEW, "--arm", "hybrid", "--arm", "nothing", "--at", "10,20", "--set", "practice.tacitness=0.9")
    assert list(found["arms"]) == ["hybrid", "nothing"]
    assert sorted({one["step"] for one in found["differences"]}) == [10, 20, 30]
    assert found["scenario"]["practice"] == {"tacitness": 0.9}


def test_threads_do_not_matter() -> None:
    assert document(*FEW, "--threads", "1") == document(*FEW, "--threads", "2")
    assert document(*FEW) != document("compare", "village", *SMALL, "--replicates", "6", "--seed", "3")


def test_the_table_holds_every_arm_at_every_step(result: ps.Comparison) -> None:
    said = done(*FEW)
    table = said.partition("step  arm")[2].partition("\n\n")[0]
    rows = [line.split() for line in table.splitlines()[1:]]
    steps = [row.pop(0) for row in rows if row[0].isdigit()]
    assert steps == ["26", "30"]
    assert [row[0] for row in rows] == list(result.arms) * 2
    summary = result.summary([26, 30], "practising").sort_values("step", kind="stable")
    assert [row[1] for row in rows] == [f"{mean:.0%}" for mean in summary["mean"]]
    assert [row[3] for row in rows] == [f"{share:.0%}" for share in summary["takeoff"]]
    assert max(map(len, said.splitlines())) < 80


def test_the_differences_are_paired_and_signed(result: ps.Comparison) -> None:
    said = done(*FEW)
    found = result.difference("bottom_up", "top_down", step=30)
    line = [line for line in said.splitlines() if "bottom_up − top_down" in line][-1]
    shown = f"{100 * found.mean:+.1f}".replace("-", "−")
    assert shown in line
    assert f"{found.ahead:.0%}" in line


def test_steps_that_are_asked_for_are_shown_with_the_last() -> None:
    said = done(*FEW, "--at", "10", "--at", "20")
    assert re.findall(r"^ +(\d+)  nothing", said, re.MULTILINE) == ["10", "20", "30"]


def test_what_the_lead_rests_on_is_said_with_current_values() -> None:
    said = " ".join(done(*FEW).split())
    for words in (
        "practice.portability 0.85, A",
        "practice.certainty 0.65, A",
        "local ones favoured",
        "behaviour.ownership_weight 0.5, A",
        "What this rests on:",
    ):
        assert words in said
    changed = " ".join(
        done(
            *FEW,
            *("--set", "practice.certainty=0.85", "--set", "behaviour.ownership_weight=0"),
            *("--set", "arms={a: [training: {stop: 9}], b: [hub], c: [training, hub]}"),
        ).split()
    )
    assert "practice.certainty 0.85, A): the same;" in changed
    assert "so it counts for nothing here" in changed
    assert "goes on to the end is hub in b, training and hub in c, while all support of a stops (A)" in changed


def several(**ends: list[int]) -> ps.Comparison:
    """Arms by what they end with, of ten households."""
    return comparison(arms={name: arm(households) for name, households in ends.items()})


def test_the_headline_agrees_with_its_interval() -> None:
    one = _notices._lead(comparison(nothing=[1, 2] * 10, hub=[6, 8] * 10))
    assert one.startswith("hub leads nothing by 55.0 points at step ")
    assert "(interval +52.6 to +57.4)" in one
    two = _notices._lead(several(nothing=[1, 2] * 10, a=[7, 8] * 10, b=[8, 7] * 10))
    assert two.startswith("a and b lead at step ")
    assert "none of them surely behind a; the lowest of them, b, is 60.0 points above nothing (interval +55.2 to" in two
    assert "at least" not in one + two


def test_a_lead_that_is_not_sure_says_so() -> None:
    # a is surely above c, b is not surely behind a, and c not surely behind b
    said = _notices._lead(several(c=[5, 5] * 10, b=[9, 2] * 10, a=[6, 6] * 10))
    assert "the lowest of them, b, is 5.0 points above c" in said
    assert "so that these two are not surely apart" in said


def test_only_what_does_something_to_the_end_goes_on() -> None:
    arms = "arms={a: [budget: {amount: 9000}, training: {stop: 9}], b: [hub], c: [hub: {start: 31}]}"
    said = " ".join(done(*FEW, "--set", arms).split())
    assert "what goes on to the end is hub in b, while all support of a, c stops (A)" in said


def test_what_can_hardly_be_meant_is_told_first() -> None:
    said = " ".join(done(*FEW).split())
    assert "Mind: - arms.bottom_up[1].hub.start: 56 is after the last step, 30, so it never acts" in said
    assert "so it never acts" not in done("compare", "village", "--replicates", "2", "--set", "community.households=40")


def test_arms_that_do_the_same_have_no_lead_and_no_difference() -> None:
    said = " ".join(done(*FEW, "--set", "arms={a: [training], b: [training]}").split())
    assert "No arm surely leads at step 30" in said
    assert "b − a 0.0 0.0 to 0.0 0%" in said


def test_one_arm_is_compared_with_none() -> None:
    said = done(*FEW, "--arm", "nothing")
    assert "Paired" not in said
    assert "rests on" not in said


def test_one_replicate_has_no_band_and_says_so() -> None:
    said = done("compare", "village", *SMALL, "--replicates", "1")
    assert "One replicate: how sure this is cannot be said" in said
    assert "nan" not in said
    assert "Infinity" not in json.dumps(document("compare", "village", *SMALL, "--replicates", "1"))


def test_a_village_without_a_positive_deviant_is_told() -> None:
    never = " ".join(done(*FEW, "--set", "practice.positive_deviants=0").split())
    assert "Nobody practises in hiding at the start in any replicates" in never
    some = " ".join(done(*FEW, "--set", "practice.positive_deviants=2", "--set", "community.villages=3").split())
    assert re.search(r"No household practises in hiding at the start in \d+% of the villages", some)
    assert "in hiding" not in done(*FEW, "--set", "practice.positive_deviants=3")


def test_two_humps_are_told() -> None:
    said = _notices.warnings(comparison(nothing=[1] * 20, hub=[1, 9] * 10))
    (told,) = (text for text in said if "tipping point" in text)
    assert told.startswith("hub is near a tipping point: it took off in 50% of the replicates, to 90% on average, and")
    assert "tipping" not in " ".join(_notices.warnings(comparison(nothing=[1] * 20, hub=[8, 9] * 10)))


def test_what_is_written_is_named_and_loads_again(tmp_path: Path, result: ps.Comparison) -> None:
    folder = tmp_path / "runs" / "town"
    said = done(*FEW, "--no-parts", "--out", folder)
    files = ["manifest.json", "steps.parquet", "curves.png", "network.png"]
    assert sorted(_files(folder)) == sorted(files)
    assert said.endswith("".join(f"wrote {folder / name}\n" for name in files))
    assert ps.Comparison.load(folder).document() == result.document()
    assert (folder / "curves.png").read_bytes().startswith(b"\x89PNG")
    before = _files(folder)
    done(*FEW, "--no-parts", "--out", folder, "--threads", "1")
    assert _files(folder) == before
    assert [place.name for place in (tmp_path / "runs").iterdir()] == ["town"]


def test_the_parts_of_the_gap_come_with_the_result(tmp_path: Path) -> None:
    said = done(*FEW, "--out", tmp_path / "town")
    assert "What the gap of bottom_up over top_down" in said
    assert said.endswith(f"wrote {tmp_path / 'town' / 'decomposition.png'}\n")
    assert len(_files(tmp_path / "town")) == 5
    assert "What the gap" not in done(*FEW)


def test_what_cannot_be_drawn_is_left_out(tmp_path: Path) -> None:
    words = ("--replicates", "2", "--set", "community.households=1001", "--set", "steps=3")
    done("compare", "village", *words, "--arm", "nothing", "--arm", "hybrid", "--out", tmp_path / "town")
    assert sorted(_files(tmp_path / "town")) == ["curves.png", "manifest.json", "steps.parquet"]


def test_another_result_is_refused_before_anything_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "town"
    done(*FEW, "--no-parts", "--out", folder)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    before = _files(tmp_path)

    def never(*given: object, **named: object) -> None:
        raise AssertionError("was run")

    monkeypatch.setattr(studies, "compare", never)
    assert pd_sim(*FEW).exit_code == 1  # the trap works
    for words in (("--seed", "3"), ("--replicates", "7"), ("--arm", "hybrid"), ("--set", "steps=31")):
        assert "holds another result" in refused(*FEW, *words, "--out", folder)
    assert "holds other files" in refused(*FEW, "--out", tmp_path / "other")
    assert "is a file" in refused(*FEW, "--out", tmp_path / "file")
    assert "not a folder" in refused(*FEW, "--out", tmp_path / "file" / "in")
    assert _files(tmp_path) == before


def test_a_figure_that_fails_leaves_no_half_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pd_sim import figures

    def fail(*given: object, **named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(figures, "curves", fail)
    assert pd_sim(*FEW, "--no-parts", "--out", tmp_path / "town").exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "town").mkdir()
    monkeypatch.chdir(tmp_path / "town")
    done(*FEW, "--no-parts", "--out", ".")
    assert sorted(_files(tmp_path / "town")) == ["curves.png", "manifest.json", "network.png", "steps.parquet"]


def test_a_terminal_sees_a_bar_and_a_pipe_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with _progress.told_when_done("three"), _progress.progress("three") as advance:
        advance(1, 3)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.fullmatch(r"pd-sim: three done in [\d.]+ s\n", captured.err)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with _progress.told_when_done("three"), _progress.progress("three") as advance:
        advance(1, 3)
        advance(3, 3)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "3/3" in captured.err
    assert "done in" not in captured.err


def test_an_error_after_the_run_is_the_only_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ps.Comparison, "save", full)
    assert "town: cannot be written (No space left on device)" in refused(
        *FEW, "--no-parts", "--out", tmp_path / "town"
    )
    assert list(tmp_path.iterdir()) == []
