"""Figures told of a case, beside what is simulated, and whether the told one is among those that come out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pd_sim.analysis.counts import poisson_interval, two_counts
from pd_sim.analysis.ratios import each_ratio, ratio
from pd_sim.errors import ResultError
from pd_sim.results import Comparison, band, mean_interval
from pd_sim.results.measures import kind
from pd_sim.scenario.evidence import WEEKS_A_MONTH, Target, blocks

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["simulated", "told"]

Floats = npt.NDArray[np.float64]
_NONE = math.nan


def told(result: Comparison, targets: Sequence[Target] | None = None) -> pd.DataFrame:
    """Compare every told figure with what is simulated.

    Parameters
    ----------
    result
        A comparison.
    targets
        What was told; none: the targets of its scenario.

    Returns
    -------
    One row a target. Columns: ``what, arm, measure, unit``, ``told, told_low, told_high`` (equal but for a range; NaN
    where only a pattern was told), ``mean, low, high`` (simulated, with the interval of the mean), ``band_low,
    band_high`` (central 90% of the replicates), ``within`` (whether the told figure lies in the band, or its range
    meets it; none where it cannot be said), ``chance_low, chance_high`` (of a small count: exact 95% interval of the
    mean behind it), ``before, p_before`` (count told of the time before, and the p of both being one rate), ``sure,
    controlled, fitted, pattern, source, note`` (why nothing is simulated), ``n`` (replicates the band rests on).
    A figure divided by another is the ratio of the means; its band is that of the ratios replicate by replicate.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 60).set("steps", 20)
    >>> seen = ps.Target(
    ...     what="have heard", arm="top_down", measure="aware", from_step=20, told=0.3, sure="A", source="an example"
    ... )
    >>> found = ps.told(ps.compare(town, ["top_down"], replicates=8), [seen])
    >>> found[["what", "told", "n"]].values.tolist()
    [['have heard', 0.3, 8]]
    """
    import pandas as pd

    given = blocks(Target, result.scenario.get("targets"), "targets") if targets is None else tuple(targets)
    frame = pd.DataFrame([_row(result, target) for target in given], columns=list(_COLUMNS))
    return frame.astype({name: float for name, value in _COLUMNS.items() if value is _NONE} | {"n": int})


_COLUMNS: Mapping[str, Any] = {
    **dict.fromkeys(("what", "arm", "measure", "unit"), ""),
    **dict.fromkeys(("told", "told_low", "told_high", "mean", "low", "high", "band_low", "band_high"), _NONE),
    "within": None,
    **dict.fromkeys(("chance_low", "chance_high", "before", "p_before"), _NONE),
    **dict.fromkeys(("sure", "controlled", "fitted", "pattern", "source", "note"), ""),
    "n": 0,
}


def _row(result: Comparison, target: Target) -> dict[str, Any]:
    row = dict(_COLUMNS) | {name: getattr(target, name) or "" for name in ("what", "arm", "measure", "unit", "pattern")}
    row |= {"sure": target.sure, "controlled": target.controlled, "source": target.source}
    row["fitted"] = ", ".join(target.fitted)
    if target.told is not None:
        low, high = target.told if isinstance(target.told, tuple) else (target.told, target.told)
        row |= {"told": (low + high) / 2, "told_low": low, "told_high": high}
    if target.counts and isinstance(target.told, float):
        row["chance_low"], row["chance_high"] = poisson_interval(int(target.told))
        if target.before is not None:
            row |= {"before": target.before, "p_before": float(two_counts(target.before, target.told))}
    if target.measure is None:
        row["note"] = "nothing simulated stands for it"
        return row
    try:
        values, estimate = simulated(result, target)
    except ResultError as error:
        row["note"] = str(error)
        return row
    known = values[~np.isnan(values)]
    row["n"] = len(known)
    if len(known):
        row |= dict(zip(("mean", "low", "high"), map(float, estimate[:3]), strict=True))
        row["band_low"], row["band_high"] = map(float, band(known))
        if target.told is not None:
            near = 1e-9 * max(1.0, abs(row["told_low"]), abs(row["told_high"]))
            row["within"] = bool(
                row["told_high"] >= row["band_low"] - near and row["told_low"] <= row["band_high"] + near
            )
    else:
        row["note"] = "there is never anything to divide by"
    return row


def simulated(result: Comparison, target: Target) -> tuple[Floats, tuple[Any, ...]]:
    """What a target is compared with: its value in every replicate, and its mean with the interval.

    Raises
    ------
    ResultError
        An arm or step that was not run, or an unknown measure.
    """
    assert target.arm is not None  # noqa: S101 (a target without a measure is never asked for)
    top, bottom = _parts(result, target, target.arm)
    if target.versus is None:
        if bottom is None:
            return top, mean_interval(top)
        return each_ratio(top, bottom), ratio(top, bottom)
    other, divisor = _parts(result, target, target.versus)
    if bottom is None or divisor is None:
        return top - other, mean_interval(top - other)
    one, two = ratio(top, bottom), ratio(other, divisor)
    half = np.hypot(one.high - one.mean, two.high - two.mean)  # as if the two were independent: rather too wide
    apart = each_ratio(top, bottom) - each_ratio(other, divisor)
    return apart, (one.mean - two.mean, one.mean - two.mean - half, one.mean - two.mean + half)


def _parts(result: Comparison, target: Target, arm: str) -> tuple[Floats, Floats | None]:
    """Figure of an arm, and what it is to be divided by, if it is."""
    assert target.measure is not None  # noqa: S101
    factor = target.each * (WEEKS_A_MONTH if target.per == "month" else 1.0)
    number = target.number or target.ratio
    window = target.from_step, target.to_step
    top = factor * _over(result, arm, target.measure, window, target.how, number)
    if not target.ratio:
        return top, None
    first = target.from_step if target.of_from is None else target.of_from
    last = target.to_step if target.of_to is None else target.of_to
    of = target.measure if target.of is None else target.of
    how = "last" if target.how == "sum" and _stands(of) else target.how
    divisor_arm = arm if target.of_arm is None else target.of_arm
    return top, _over(result, divisor_arm, of, (first, last), how, number)


def _stands(measure: str) -> bool:
    return kind(measure) == "households" or measure.endswith("_so_far")


def _over(result: Comparison, arm: str, measure: str, window: tuple[int, int | None], how: str, number: bool) -> Floats:
    """One measure over a window of steps, in every replicate."""
    first, last = window
    last = result.steps if last is None else last
    if max(first, last if how != "at" else first) > result.steps:
        raise ResultError(f"it is told of step {max(first, last)}; the run ends at step {result.steps}")
    if how != "at" and last < first:
        raise ResultError(f"the steps {first} to {last} of {measure} end before they begin")
    series = result.series(arm, measure)
    if number and kind(measure) == "households":
        series = series * result.sizes.sum(axis=1)[:, None]
    if how == "at":
        return np.asarray(series[:, first])
    if how == "last":
        return np.asarray(series[:, last])
    over = series[:, first : last + 1]
    found: Floats = {"sum": np.sum, "mean": np.mean, "greatest": np.max}[how](over, axis=1)  # type: ignore[operator]
    return found
