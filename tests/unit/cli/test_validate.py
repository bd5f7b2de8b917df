from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pd_sim.validation import RESULTS, Check, Effect, suite
from pd_sim.validation.checks import Published, UnsettledError, share_as, share_is, sign_is
from tests.unit.cli.called import document, done, pd_sim, refused

ONLY = ("validate", "--quick", "--only", "valente")
Checks = tuple[Check, ...]


def put(monkeypatch: pytest.MonkeyPatch, *checks: Check, name: str = "valente", **more: Any) -> None:
    """Have a result of that name come to these checks."""

    def run(quick: bool, seed: int, control: str) -> tuple[Checks, dict[str, float]]:
        return checks, {}

    given = {"title": "Two things", "source": "Somebody 1999", "run": run, "controls": {}, **more}
    monkeypatch.setitem(RESULTS, name, Published(name, **given))


def words(text: str) -> str:
    return " ".join(text.split())


# ── what is printed ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_say_what_is_expected_what_came_and_why_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    put(
        monkeypatch,
        share_is("share of heads", 55, 100, 0.5, note="a fair coin"),
        Check("number of sides", "2", "2", passed=True),
        share_is("share of tails", 95, 100, 0.5),
        Check("number of edges", "1", "3", passed=False),
        share_as("heads as before", 40, 40, 0.1, 10),
        sign_is("heads less tails", [0.5, -0.5, 0.0], told="above 0"),
    )
    ended = pd_sim(*ONLY)
    assert ended.stdout == (
        "valente: Two things — Somebody 1999\n"
        "  pass  share of heads\n"
        "        expected .500; got .550 (55 of 100), .383 to .710\n"
        "        (a fair coin)\n"
        "  pass  number of sides\n"
        "        expected 2; got 2\n"
        "  FAIL  share of tails\n"
        "        expected .500; got .9500 (95 of 100), .836 to .9936\n"
        "        fails: what is expected lies outside the 99.9% interval of what came\n"
        "        out\n"
        "  FAIL  number of edges\n"
        "        expected 1; got 3\n"
        "        fails: it is not what is expected\n"
        "  FAIL  heads as before\n"
        "        expected .100 (1 of 10); got 1 (40 of 40), .827 to 1\n"
        "        fails: Fisher's exact test tells the two shares apart (p = 4e-09)\n"
        "  FAIL  heads less tails\n"
        "        expected above 0; got 0, -9.12 to 9.12\n"
        "        fails: the 99.9% interval is not wholly above 0\n"
        "\n"
        "result   checks  verdict  took\n"
        "valente  2 of 6  FAIL      0 s\n"
        "\n"
        "Checks fail: 4 of 6 (4 in valente).\n"
    )
    assert ended.exit_code == 1
    assert ended.stderr.startswith("pd-sim: all checks done in ")
    assert ended.stderr.count("\n") == 1


def test_where_all_pass_the_last_line_says_so_and_the_code_is_0(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, Check("a thing", "1", "1", passed=True))
    said = done(*ONLY, "--only", "granovetter")
    assert said.endswith("\n\nAll checks pass: 10 of 10.\n")  # 1 and the 9 of granovetter
    assert said.index("valente: ") < said.index("granovetter: ")
    assert max(map(len, said.splitlines())) < 80


def test_the_last_line_counts_failing_checks_by_result(monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = (Check("a thing", "1", "1", passed=passed) for passed in (True, False))
    put(monkeypatch, good, bad)
    put(monkeypatch, good, name="bass")
    put(monkeypatch, bad, bad, name="watts")
    ended = pd_sim(*ONLY, "--only", "bass", "--only", "watts")
    assert ended.exit_code == 1
    assert ended.stdout.endswith("\nChecks fail: 3 of 5 (1 in valente, 2 in watts).\n")
    assert "bass     1 of 1  pass" in ended.stdout
    assert "watts    0 of 2  FAIL" in ended.stdout


def test_a_real_result_that_is_run_wrongly_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = RESULTS["valente"]
    wrong = replace(sound, run=lambda quick, seed, _: sound.run(quick, seed, "weights"))
    monkeypatch.setitem(RESULTS, "valente", wrong)
    ended = pd_sim(*ONLY)
    assert ended.exit_code == 1
    assert "expected b 0.2 c 0.5 d 0.83 e 0.5 f 1; got b 0.33 fails: it is not what is expected" in words(ended.stdout)
    monkeypatch.undo()
    assert "All checks pass: 2 of 2." in done(*ONLY)


def test_runs_that_do_not_come_to_rest_are_a_failing_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def restless(quick: bool, seed: int, control: str) -> tuple[Checks, dict[str, float]]:
        raise UnsettledError("cascades had not come to rest after 120 steps")

    put(monkeypatch, name="watts", run=restless)
    ended = pd_sim("validate", "--only", "watts", "--figures", tmp_path / "f")
    assert ended.exit_code == 1
    assert "  FAIL  all runs come to rest\n" in ended.stdout
    assert "fails: cascades had not come to rest after 120 steps" in words(ended.stdout)
    assert "wrote" not in ended.stdout


def test_with_all_results_come_the_sizes_of_effects_beside_the_field(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, Check("a thing", "1", "1", passed=True))
    monkeypatch.setattr(suite, "RESULTS", {"valente": RESULTS["valente"]})
    asked = []

    def effects(replicates: int, seed: int) -> list[Effect]:
        asked.append((replicates, seed))
        field = "campaigns +5 points"
        return [
            Effect("top_down", 52, 0.3, 0.02, 28.0, 26.5, 29.5, 21.0, 1.68, field),
            Effect("top_down", 156, 0.1, 0.02, 8.0, -1.0, 17.0, 5.4, 0.93, field),
            Effect("hybrid", 52, 0.02, 0.02, 0.0, 0.0, 0.0, 1.0, 0.0, "nothing alike"),
        ]

    monkeypatch.setattr("pd_sim.validation.effects", effects)
    said = done("validate", "--seed", "7")
    assert asked == [(200, 7)]
    assert (
        "arm       step  points        interval  odds ratio     d\n"
        "top_down    52   +28.0  +26.5 to +29.5        21.0  1.68\n"
        "           156    +8.0   -1.0 to +17.0         5.4  0.93\n"
        "hybrid      52    +0.0    +0.0 to +0.0         1.0  0.00\n"
        "\n"
        "The field:\n"
        "- top_down: campaigns +5 points.\n"
        "- hybrid: nothing alike.\n"
        "\n"
        "All checks pass: 1 of 1.\n"
    ) in said
    assert [effect["arm"] for effect in document("validate")["effects"]] == ["top_down", "top_down", "hybrid"]
    done("validate", "--quick")
    assert asked[1:] == [(200, 1), (40, 1)]


# ── as a document ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_as_json_it_is_one_document_of_all_checks() -> None:
    found = document(*ONLY)
    assert found["passed"] is True
    (result,) = found["results"]
    assert (result["name"], result["passed"], len(result["checks"])) == ("valente", True, 2)
    assert {"what", "expected", "got", "interval", "passed", "why", "note"} == set(result["checks"][0])
    assert found["effects"] == []


def test_a_failing_document_says_why_and_ends_with_1_too(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, share_is("share of tails", 95, 100, 0.5), Check("a thing", "1", "1", passed=True))
    ended = pd_sim(*ONLY, "--json")
    assert ended.exit_code == 1
    found = json.loads(ended.stdout)
    assert found["passed"] is found["results"][0]["passed"] is False
    wrong, right = found["results"][0]["checks"]
    assert wrong["why"].startswith("what is expected lies outside")
    assert wrong["interval"] == pytest.approx([0.8364, 0.9936], abs=1e-4)
    assert (right["why"], right["interval"]) == ("", None)


# ── planted errors ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_planted_errors_are_noticed_and_a_blind_check_is_not_let_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    said = done(*ONLY, "--controls")
    assert "fails with weights, thresholds" in words(said)
    assert said.endswith("\nEvery check notices a planted error: 2 of 2.\n")

    put(monkeypatch, Check("a thing", "1", "1", passed=True), controls={"error": "an error"})
    ended = pd_sim(*ONLY, "--controls")
    assert ended.exit_code == 1
    assert "a thing: NOTICES NONE" in ended.stdout
    assert ended.stdout.endswith("\nChecks that notice no planted error: 1 of 1.\n")


# ── names and figures ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_nearest_name_is_offered() -> None:
    said = refused("validate", "--only", "wats")
    assert said.startswith("unknown result 'wats'; did you mean 'watts'? (known: bass, ")
    assert refused("validate", "--only", "xyz", "--json").startswith("unknown result 'xyz'; known: bass, ")


def test_figures_are_written_whole(tmp_path: Path) -> None:
    said = done("validate", "--quick", "--only", "granovetter", "--figures", tmp_path / "f")
    assert f"\nwrote {tmp_path / 'f' / 'granovetter.png'}\n" in said
    assert [file.name for file in (tmp_path / "f").iterdir()] == ["granovetter.png"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine", encoding="utf-8")
    given = ("validate", "--only", "granovetter", "--figures", tmp_path / "other")
    assert "holds other files" in refused(*given)


def test_figures_that_there_are_not_are_refused(tmp_path: Path) -> None:
    said = refused(*ONLY, "--figures", tmp_path / "f")
    assert said.startswith("--figures: valente has no figure; there is one of granovetter, watts, ")
    assert "leave out --controls" in refused("validate", "--only", "bass", "--controls", "--figures", tmp_path / "f")
    assert not (tmp_path / "f").exists()
