"""``pd-sim validate``: whether published results come out, and whether arms that are alike come out alike."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pd_sim.cli import _outputs
from pd_sim.cli._options import SEED, Json, Seed
from pd_sim.cli._progress import progress, told_when_done
from pd_sim.cli._text import paragraph, print_document, table
from pd_sim.errors import ScenarioError

if TYPE_CHECKING:
    from pd_sim.validation import Check, Effect, Verdict

__all__ = ["validate"]

Timed = tuple["Verdict", float]


def validate(
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A result to check, as often as needed, such as watts; none: all."),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer runs: wider intervals, done in a minute.")] = False,
    controls: Annotated[
        bool, typer.Option("--controls", help="Plant errors instead, and report whether every check notices one.")
    ] = False,
    figures: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Draw the figures of the literature there, with theory beside what came."),
    ] = None,
    seed: Seed = SEED,
    as_json: Json = False,
) -> None:
    """Check that published results come out of the same rules.

    Every result is run with the public functions only. It passes where what is expected lies within the 99.9%
    interval of what came out. Below the results stands what the default arms do in the units of the literature; that
    is shown, not judged. The exit code is 1 when a check fails.

    For example:
      pd-sim validate --quick
      pd-sim validate --only watts --only bass --figures runs/published
      pd-sim validate --controls --quick
    """
    from pd_sim.validation import chosen, effects

    results = chosen(only or ())
    if figures is not None:
        _refuse_figures(figures, [result.name for result in results], controls=controls)
    with told_when_done("all checks"):
        if controls:
            passed, document = _controlled(results, quick=quick, seed=seed, as_json=as_json)
        else:
            with progress("published results") as advance:
                timed = _run(results, quick, seed, advance)
                shown = [] if only else effects(replicates=40 if quick else 200, seed=seed)
            verdicts = [verdict for verdict, _ in timed]
            files = {} if figures is None else _drawn(verdicts)
            written = [] if figures is None else _outputs.write_files(figures, files)
            passed = all(verdict.passed for verdict in verdicts)
            document = _document(timed, shown, quick, seed)
            if not as_json:
                typer.echo(_told(timed, shown))
                for file in written:
                    typer.echo(f"wrote {file}")
                typer.echo(f"\n{_ending(verdicts)}")
    if as_json:
        print_document(document)
    if not passed:
        raise typer.Exit(1)


def _run(results: Sequence[Any], quick: bool, seed: int, advance: Any) -> list[Timed]:
    timed = []
    for done, result in enumerate(results):
        advance(done, len(results))
        began = time.monotonic()
        verdict = result.verdict(quick=quick, seed=seed)
        timed.append((verdict, time.monotonic() - began))
    return timed


def _told(timed: Sequence[Timed], shown: Sequence[Effect]) -> str:
    parts = []
    for verdict, _ in timed:
        parts.append(paragraph(f"{verdict.title} — {verdict.source}", f"{verdict.name}: ", "  "))
        parts += [_one(check) for check in verdict.checks]
        parts.append("")
    rows = [[verdict.name, _share(verdict), _word(verdict.passed), f"{seconds:.0f} s"] for verdict, seconds in timed]
    parts.append(table(["result", "checks", "verdict", "took"], rows, "lrlr"))
    if shown:
        parts += ["", _effects(shown)]
    return "\n".join(parts)


def _one(check: Check) -> str:
    interval = f", {check.interval}" if check.interval != "exact" else ""
    lines = [
        paragraph(check.what, f"  {_word(check.passed)}  ", "        "),
        paragraph(f"expected {check.expected}; got {check.got}{interval}", "        ", "        "),
    ]
    if check.why:
        lines.append(paragraph(f"fails: {check.why}", "        ", "        "))
    if check.note:
        lines.append(paragraph(f"({check.note})", "        ", "        "))
    return "\n".join(lines)


def _share(verdict: Verdict) -> str:
    return f"{sum(check.passed for check in verdict.checks)} of {len(verdict.checks)}"


def _word(passed: bool) -> str:
    return "pass" if passed else "FAIL"


def _ending(verdicts: Sequence[Verdict]) -> str:
    """Say in one line what came of all checks."""
    total = sum(len(verdict.checks) for verdict in verdicts)
    failing = {one.name: sum(not check.passed for check in one.checks) for one in verdicts if not one.passed}
    if not failing:
        return f"All checks pass: {total} of {total}."
    where = ", ".join(f"{count} in {name}" for name, count in failing.items())
    return paragraph(f"Checks fail: {sum(failing.values())} of {total} ({where}).")


def _effects(shown: Sequence[Effect]) -> str:
    rows, last, told = [], "", []
    for effect in shown:
        rows.append(
            [
                "" if effect.arm == last else effect.arm,
                str(effect.step),
                f"{effect.points:+.1f}",
                f"{effect.low:+.1f} to {effect.high:+.1f}",
                f"{effect.odds_ratio:.1f}",
                f"{effect.d:.2f}",
            ]
        )
        if effect.arm != last and effect.field:
            told.append(paragraph(f"{effect.arm}: {effect.field}.", "- ", "  "))
        last = effect.arm
    about = (
        "What the default arms of village do, and parts of them alone, in the units of the literature: difference from "
        "nothing in percentage points with its 95% interval, odds ratio, and d = ln(odds ratio)·√3/π. Shown, not "
        "judged: 2% practise without any arm, and at such a rate a few points are a large odds ratio. These sizes "
        "rest on assumptions; where they are far above what the field has measured, believe the field."
    )
    figures = table(["arm", "step", "points", "interval", "odds ratio", "d"], rows, "lrrrrr")
    return "\n".join([paragraph(about), "", figures, "", "The field:", *told])


def _controlled(results: Sequence[Any], *, quick: bool, seed: int, as_json: bool) -> tuple[bool, dict[str, Any]]:
    """Run each result with each of its planted errors; every check should fail under one of them."""
    found: dict[str, Any] = {}
    total = sum(len(result.controls) for result in results)
    with progress("planted errors") as advance:
        done = 0
        for result in results:
            noticed: dict[str, list[str]] = {}
            for control in result.controls:
                advance(done, total)
                for check in result.verdict(quick=quick, seed=seed, control=control).checks:
                    noticed.setdefault(check.what, [])
                    if not check.passed:
                        noticed[check.what].append(control)
                done += 1
            found[result.name] = {"planted": dict(result.controls), "noticed_by": noticed}
    passed = all(names for one in found.values() for names in one["noticed_by"].values())
    if not as_json:
        for name, one in found.items():
            planted = "; ".join(f"{control}: {words}" for control, words in one["planted"].items())
            typer.echo(paragraph(planted, f"{name}, planted: ", "  "))
            for what, names in one["noticed_by"].items():
                said = f"fails with {', '.join(names)}" if names else "NOTICES NONE"
                typer.echo(paragraph(f"{what}: {said}", "  - ", "    "))
        typer.echo(f"\n{_noticed(found)}")
    return passed, {"passed": passed, "quick": quick, "seed": seed, "controls": found}


def _noticed(found: dict[str, Any]) -> str:
    """Say in one line whether every check notices a planted error."""
    by = [names for one in found.values() for names in one["noticed_by"].values()]
    blind = sum(not names for names in by)
    if blind:
        return f"Checks that notice no planted error: {blind} of {len(by)}."
    return f"Every check notices a planted error: {len(by)} of {len(by)}."


def _document(timed: Sequence[Timed], shown: Sequence[Effect], quick: bool, seed: int) -> dict[str, Any]:
    def plain(check: Check) -> dict[str, Any]:
        known = check.interval != "exact"
        return {
            "what": check.what,
            "expected": check.expected,
            "got": check.got,
            "interval": [check.low, check.high] if known else None,
            "passed": check.passed,
            "why": check.why,
            "note": check.note,
        }

    return {
        "passed": all(verdict.passed for verdict, _ in timed),
        "quick": quick,
        "seed": seed,
        "results": [
            {
                "name": verdict.name,
                "title": verdict.title,
                "source": verdict.source,
                "passed": verdict.passed,
                "seconds": round(seconds, 1),
                "checks": [plain(check) for check in verdict.checks],
            }
            for verdict, seconds in timed
        ],
        "effects": [effect.document() for effect in shown],
    }


_DOTS = 220
_DRAWN = ("granovetter", "watts", "newman", "centola_macy", "bass")


def _refuse_figures(folder: Path, names: Sequence[str], *, controls: bool) -> None:
    """Refuse figures where there will be none, or a folder that holds something else, before anything is run."""
    drawn = [name for name in names if name in _DRAWN]
    if controls:
        raise ScenarioError("--figures: nothing is drawn where errors are planted; leave out --controls")
    if not drawn:
        raise ScenarioError(f"--figures: {', '.join(names)} has no figure; there is one of {', '.join(_DRAWN)}")
    _outputs.refuse_files(folder, [f"{name}.png" for name in drawn])


def _drawn(verdicts: Sequence[Verdict]) -> dict[str, _outputs.Extra]:
    def writer(verdict: Verdict) -> _outputs.Extra:
        def write(file: Path) -> None:
            from pd_sim import figures

            figures.save(figures.published(verdict.name, verdict.data), file, _DOTS)

        return write

    # what could not be run to its end has nothing to draw
    return {f"{one.name}.png": writer(one) for one in verdicts if one.name in _DRAWN and one.data}
