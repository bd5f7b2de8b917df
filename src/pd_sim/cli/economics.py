"""``pd-sim economics``: what the arms cost, who pays, and whether they are worth it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pd_sim.cli import _outputs
from pd_sim.cli._options import REPLICATES, SEED, Case, Json, Out, Replicates, Seed, Settings, Threads
from pd_sim.cli._progress import progress, told_when_done
from pd_sim.cli._scenarios import loaded
from pd_sim.cli._text import paragraph, print_document, table
from pd_sim.errors import ScenarioError

if TYPE_CHECKING:
    import pandas as pd

    from pd_sim.scenario import Scenario
    from pd_sim.studies import Appraisal

__all__ = ["economics"]

_TABLES = ("costs", "payers", "cash", "effectiveness", "increments", "acceptability", "social_return")
_PICTURES = ("plane", "acceptability", "cash")
_MOST_WORTH = 1e9


def economics(
    case: Case,
    versus: Annotated[
        str | None,
        typer.Option(metavar="ARM", help="Arm that the others are compared with; none: nothing.", show_default=False),
    ] = None,
    worth: Annotated[
        float | None,
        typer.Option(
            min=0, max=_MOST_WORTH, help="Most that a household-year of practice may cost; none: as the scenario says."
        ),
    ] = None,
    replicates: Replicates = REPLICATES,
    seed: Seed = SEED,
    threads: Threads = None,
    settings: Settings = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Tell what the arms cost, who pays, what an adopter costs, and whether an arm is worth it.

    Prices stand in the arms (cost_session, cost_fixed, …) and in the block economics: discounting, wages, what
    practice is worth to whom, costs avoided, and what a claim of social return must deduct. With --out, the tables
    are written there, with figures.

    For example:
      pd-sim economics town.yaml
      pd-sim economics town.yaml --versus top_down --worth 250 --out runs/money
      pd-sim economics town.yaml --set "economics.worth={families: 300}" --json
    """
    from pd_sim.studies import compare
    from pd_sim.studies import economics as appraise
    from pd_sim.studies.economics import prices_of

    scenario = loaded(case, settings)
    if versus is not None:
        scenario.arm(versus)
    if "nothing" not in scenario.arms:
        raise ScenarioError('arms: there is no arm nothing, beyond which effects count; add --set "arms.nothing=[]"')
    prices_of(scenario.record())
    if out is not None:
        _outputs.refuse_files(out, _names(scenario))
    what = f"{len(scenario.arms)} arms × {replicates} replicate{'s' * (replicates > 1)}"
    with told_when_done(what):
        with progress(what) as advance:
            result = compare(scenario, replicates=replicates, seed=seed, threads=threads, progress=advance)
        found = appraise(result)
        other = found.baseline if versus is None else versus
        written = [] if out is None else _outputs.write_files(out, _files(found, other, worth))
    if as_json:
        about = {"scenario": scenario.name, "hash": scenario.content_hash, "replicates": replicates, "seed": seed}
        print_document({**about, **_document(found, other, worth)})
        return
    typer.echo(_told(found, other, worth, replicates))
    if written:
        typer.echo("")
        typer.echo("\n".join(f"wrote {file}" for file in written))


def _returns(found: Appraisal) -> list[str]:
    """Arms whose social return can be told."""
    valued = bool(found.prices.worth or found.prices.avoided)
    return [arm for arm in found.arms if valued and arm != found.baseline]


def _names(scenario: Scenario) -> set[str]:
    """All files that may be written."""
    pictures = {f"{name}.png" for name in (*_PICTURES, *(f"social_return_{arm}" for arm in scenario.arms))}
    return pictures | {f"{name}.csv" for name in _TABLES}


def _files(found: Appraisal, versus: str, worth: float | None) -> dict[str, _outputs.Extra]:
    from pd_sim import figures

    files = {f"{name}.csv": _csv(frame) for name, frame in _frames(found, versus, worth).items()}
    files["plane.png"] = lambda file: figures.save(figures.cost_plane(found, versus), file)
    files["acceptability.png"] = lambda file: figures.save(figures.acceptability_curve(found), file)
    cash = found.cash()
    if cash[["spent", "avoided"]].to_numpy().any():
        files["cash.png"] = lambda file: figures.save(figures.cash_by_year(found), file)
    for arm in _returns(found):
        files[f"social_return_{arm}.png"] = _waterfall(found, arm)
    return files


def _waterfall(found: Appraisal, arm: str) -> _outputs.Extra:
    def write(file: Path) -> None:
        from pd_sim import figures

        figures.save(figures.social_return_waterfall(found.social_return(arm)), file)

    return write


def _csv(frame: pd.DataFrame) -> _outputs.Extra:
    def write(file: Path) -> None:
        frame.to_csv(file, index=False, lineterminator="\n")

    return write


def _frames(found: Appraisal, versus: str, worth: float | None) -> dict[str, pd.DataFrame]:
    import pandas as pd

    frames = {
        "costs": found.costs(),
        "payers": found.payers(),
        "cash": found.cash(),
        "effectiveness": found.effectiveness(),
        "increments": found.increments(versus, worth),
        "acceptability": found.acceptability(),
    }
    returns = [found.social_return(arm).frame().assign(arm=arm) for arm in _returns(found)]
    if returns:
        frames["social_return"] = pd.concat(returns)[["arm", "line", "meaning", "mean", "low", "high"]]
    return frames


def _document(found: Appraisal, versus: str, worth: float | None) -> dict[str, Any]:
    document: dict[str, Any] = {
        "currency": found.prices.currency,
        "baseline": found.baseline,
        "versus": versus,
        "prices": found.prices.model_dump(mode="json"),
        **{name: _rows(frame) for name, frame in _frames(found, versus, worth).items()},
    }
    document["increments"] = [
        {**row, "words": found.incremental(row["arm"], versus, worth).words} for row in document["increments"]
    ]
    told = {arm: found.social_return(arm) for arm in _returns(found)}
    document["social_return_ratio"] = {
        arm: {
            "ratio": _plain(one.ratio.ratio),
            "interval": [_plain(end) for end in one.ratio[1:3]],
            "before_deductions": _plain(one.claimed.ratio),
            "claim": one.claim,
        }
        for arm, one in told.items()
    }
    ends = {arm: found.break_even(arm) for arm in _returns(found)}
    document["break_even"] = {
        arm: {"step": _plain(end.step), "reached": float(end.reached.mean), "words": end.words}
        for arm, end in ends.items()
    }
    return {**document, "notes": list(found.notes)}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values; what is not known is null."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, str | bool | int):
        return value
    return float(value) if math.isfinite(value) else None


def _told(found: Appraisal, versus: str, worth: float | None, replicates: int) -> str:
    parts = [_costs(found, replicates), _effectiveness(found), _increments(found, versus, worth)]
    if _returns(found):
        parts += [_social(found), _break_even(found)]
    else:
        parts.append(
            paragraph(
                "No social return and no break-even: nothing is worth money here. Give economics.worth or "
                'economics.avoided, such as --set "economics.worth={families: 300}".'
            )
        )
    return "\n\n".join([*parts, *(paragraph(f"Note: {note}") for note in found.notes)])


def _costs(found: Appraisal, replicates: int) -> str:
    from pd_sim.studies.appraised import money, span

    rows, before = [], ""
    for row in found.costs().to_dict("records"):
        whole = row["payer"] == "all"
        name = "" if row["arm"] == before else str(row["arm"])
        before = str(row["arm"])
        told = ["all", ""] if whole else [str(row["payer"]), str(row["heading"])]
        rows.append([name, *told, money(row["mean"]), span(row["low"], row["high"]), money(row["discounted"])])
    prices = found.prices
    rate = "by the UK schedule" if prices.discount == "uk" else "not discounted"
    if isinstance(prices.discount, float):
        rate = f"at {prices.discount:.1%} a year"
    about = (
        f"Money spent in {found.steps:,} {found.step}s, {prices.currency}, {replicates:,} "
        f"replicate{'s' * (replicates > 1)}: mean, its 95% interval, and the mean of today's worth ({rate})."
    )
    return f"{paragraph(about)}\n\n{table(['arm', 'payer', 'heading', 'spent', 'interval', 'today'], rows, 'lllrrr')}"


def _effectiveness(found: Appraisal) -> str:
    from pd_sim.studies.appraised import money, said, span

    rows, before = [], ""
    for row in found.effectiveness().to_dict("records"):
        name = "" if row["arm"] == before else str(row["arm"])
        before = str(row["arm"])
        rows.append(
            [name, str(row["per"]), f"{row['effect']:,.1f}", money(row["ratio"]), span(row["low"], row["high"])]
        )
    about = (
        f"What one costs, all payers together, beyond {said(found.baseline)}: an adopter is a {found.unit} that ever "
        f"practised, an adopter-year a {found.unit}-year of practice. – where it is not clear that there are any more."
    )
    return f"{paragraph(about)}\n\n{table(['arm', 'for each', 'number', 'cost', 'interval'], rows, 'llrrr')}"


def _increments(found: Appraisal, versus: str, worth: float | None) -> str:
    from pd_sim.studies.appraised import said

    told = [found.incremental(arm, versus, worth) for arm in found.arms if arm != versus]
    lines = [paragraph(one.words, "- ", "  ") for one in told]
    heading = f"Compared with {said(versus)}, costs avoided taken off and all of it discounted:"
    undecided = worth is None and found.prices.worth_of_adopter_year is None
    hint = ["", paragraph(f"Say with --worth what a {found.unit}-year of practice may cost, to weigh the two.")]
    return "\n".join([paragraph(heading), *lines, *(hint if undecided else [])])


def _social(found: Appraisal) -> str:
    """Lines of the social return of every arm, one below the other."""
    from pd_sim.studies.appraised import money

    told = {arm: found.social_return(arm) for arm in _returns(found)}
    means = {arm: dict(zip(*one.frame()[["line", "mean"]].to_numpy().T, strict=True)) for arm, one in told.items()}
    lines = list(next(iter(means.values())))
    rows = [[line, *(money(means[arm][line]) for arm in told)] for line in lines]
    rows.append(["gross for 1 spent", *(_number(one.claimed.ratio) for one in told.values())])
    rows.append(["net for 1 spent", *(_number(one.ratio.ratio) for one in told.values())])
    rows.append(["  its interval", *(_between(one.ratio.low, one.ratio.high) for one in told.values())])
    named = ", ".join(next(iter(told.values())).worth)
    about = (
        f"Social return, {found.prices.currency}, deduction by deduction. It is a claim, not an audited figure: the "
        f"worth to {named} is stated, not measured, and the interval holds the luck of the replicates only."
    )
    return f"{paragraph(about)}\n\n{table(['', *told], rows, 'l' + 'r' * len(told))}"


def _break_even(found: Appraisal) -> str:
    heading = "When benefits, with nothing deducted but discounting, cover the cost:"
    return "\n".join([heading, *(paragraph(found.break_even(arm).words, "- ", "  ") for arm in _returns(found))])


def _number(value: float) -> str:
    return f"{value:,.2f}" if math.isfinite(value) else "–"


def _between(low: float, high: float) -> str:
    return f"{low:,.2f} to {high:,.2f}" if math.isfinite(low) and math.isfinite(high) else "–"
