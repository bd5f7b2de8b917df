"""Tables of a comparison: every row order and column order is fixed.

Wherever a table gives ``mean``, the columns ``low``, ``high`` are the interval of the mean and ``band_low``,
``band_high`` the central 90% of the replicates.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pd_sim.results.measures import AMOUNTS, CONTRASTED, MEASURES
from pd_sim.results.uncertainty import band, mean_interval, takeoff

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from pd_sim.results.comparison import Comparison

__all__ = ["arrays", "by_village", "document", "frame", "summary", "table"]

COST = "cost_"
"""Start of the column of a cost heading."""

Sums = dict[str, npt.NDArray[np.float64]]
Arrays = tuple[npt.NDArray[np.int32], Sums, tuple[str, ...], Sums]


def frame(comparison: Comparison) -> pd.DataFrame:
    """Everything that was recorded, plain numbers.

    Returns
    -------
    One row per arm, replicate, village and step (sorted so, arms and villages in their own order; replicates from 0,
    steps from 0). Columns: these four, ``households`` of the village, every measure, hours and
    expected incidents where there are any, ``cost_<heading>`` of every heading.
    """
    import pandas as pd

    columns = dict(_columns(comparison))
    for name, known in (("arm", list(comparison.arms)), ("village", list(comparison.villages))):
        columns[name] = pd.Categorical.from_codes(columns[name], categories=known)
    return pd.DataFrame(columns)


def summary(comparison: Comparison, steps: Sequence[int], measures: Sequence[str]) -> pd.DataFrame:
    """Means over replicates, all villages of a replicate pooled.

    Returns
    -------
    One row per arm, measure and step. Columns: ``arm, measure, step, mean, low, high, band_low, band_high, takeoff,
    takeoff_low, takeoff_high, n``. Take-off is about ``practising`` at that step, whatever the row's measure.
    """
    rows = [
        {"arm": arm, "measure": measure, "step": step, **numbers}
        for arm in comparison.arms
        for measure in measures
        for step, numbers in _summarised(comparison, arm, measure, steps)
    ]
    return _as_frame(rows)


def by_village(comparison: Comparison, steps: Sequence[int], measures: Sequence[str]) -> pd.DataFrame:
    """Means over replicates of each village by itself.

    Returns
    -------
    As `summary`, one row per arm, village, measure and step, with ``village`` and its mean ``households``. Take-off
    is that of the village.
    """
    rows = [
        {"arm": arm, "village": village, "households": households, "measure": measure, "step": step, **numbers}
        for arm in comparison.arms
        for village, households in zip(comparison.villages, comparison.sizes.mean(axis=0), strict=True)
        for measure in measures
        for step, numbers in _summarised(comparison, arm, measure, steps, village)
    ]
    return _as_frame(rows)


def document(comparison: Comparison, steps: Sequence[int], measures: Sequence[str]) -> dict[str, Any]:
    """The comparison as plain JSON data.

    Returns
    -------
    ``scenario, hash, replicates, seed, steps`` (the last step), ``arms.{arm}.{measure}.{mean,low,high}`` (lists over
    steps 0…last; low and high are the band), ``takeoff.{arm}`` at the last step with ``takeoff_interval.{arm}`` and
    ``takeoff_share``, and ``differences`` at `steps`. What is not known (an interval from one replicate) is null.
    """
    ends = {arm: comparison.takeoff(arm) for arm in comparison.arms}
    return {
        "scenario": comparison.scenario,
        "hash": comparison.hash,
        "replicates": comparison.replicates,
        "seed": comparison.seed,
        "steps": comparison.steps,
        "arms": {
            arm: {measure: _over_steps(comparison.series(arm, measure)) for measure in measures}
            for arm in comparison.arms
        },
        "takeoff": {arm: float(end.mean) for arm, end in ends.items()},
        "takeoff_interval": {arm: [float(end.low), float(end.high)] for arm, end in ends.items()},
        "takeoff_share": comparison.takeoff_share,
        "differences": [
            {
                "arm": found.arm,
                "versus": found.versus,
                "measure": found.measure,
                "step": found.step,
                "mean": found.mean,
                "interval": [_finite(end) for end in found.interval],
                "n": found.n,
                "ahead": found.ahead,
            }
            for found in comparison.differences(steps, [name for name in measures if name in CONTRASTED])
        ],
        "versions": dict(comparison.versions),
    }


def table(comparison: Comparison) -> pa.Table:
    """The rows of `frame` as they are stored; arms and villages as plain text columns with a dictionary."""
    import pyarrow as pa

    names = {"arm": list(comparison.arms), "village": list(comparison.villages)}
    columns = {}
    for name, values in _columns(comparison):
        if name in names:
            columns[name] = pa.DictionaryArray.from_arrays(pa.array(values), pa.array(names[name], pa.string()))
        else:
            columns[name] = pa.array(values)
    return pa.table(columns)


def arrays(manifest: Mapping[str, Any], rows: pa.Table) -> tuple[npt.NDArray[np.int32], dict[str, Arrays]]:
    """Sizes and the arrays of each arm from stored rows.

    Raises
    ------
    KeyError, ValueError
        Rows and manifest do not fit together.
    """
    shape = (len(manifest["arms"]), manifest["replicates"], len(manifest["villages"]), manifest["steps"] + 1)
    read = {name: _grid(rows, name, shape) for name in rows.column_names if name not in ("arm", "village")}
    if list(manifest["measures"]) != list(MEASURES):
        raise ValueError("other measures")
    counts = np.stack([read[measure] for measure in MEASURES], axis=-1).swapaxes(2, 3)
    arms: dict[str, Arrays] = {}
    for place, (name, about) in enumerate(manifest["arms"].items()):
        cost = {heading: read[COST + heading][place].swapaxes(1, 2) for heading in about["cost"]}
        amounts = {amount: read[amount][place].swapaxes(1, 2) for amount in about["amounts"]}
        arms[name] = (counts[place], cost, tuple(about["digests"]), amounts)
    return read["households"][0, :, :, 0], arms


def _columns(comparison: Comparison) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    shape = (len(comparison.arms), comparison.replicates, len(comparison.villages), comparison.steps + 1)
    arm, replicate, village, step = np.indices(shape, dtype=np.int32, sparse=True)
    yield "arm", _flat(arm, shape)
    yield "replicate", _flat(replicate, shape)
    yield "village", _flat(village, shape)
    yield "step", _flat(step, shape)
    yield "households", _flat(comparison.sizes[None, :, :, None], shape)
    for place, measure in enumerate(MEASURES):
        yield measure, np.concatenate([of.counts[..., place].swapaxes(1, 2).ravel() for of in comparison.arms.values()])
    for name in AMOUNTS:
        if any(name in of.amounts for of in comparison.arms.values()):
            sums = [of.values(name).swapaxes(1, 2).ravel() for of in comparison.arms.values()]
            yield name, np.concatenate(sums)
    for heading in comparison.headings:
        spent = [of.values(COST + heading).swapaxes(1, 2).ravel() for of in comparison.arms.values()]
        yield COST + heading, np.concatenate(spent)


def _flat(values: npt.NDArray[np.int32], shape: tuple[int, ...]) -> npt.NDArray[np.int32]:
    return np.ascontiguousarray(np.broadcast_to(values, shape)).ravel()


def _grid(rows: pa.Table, name: str, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    return np.asarray(rows.column(name).combine_chunks().to_numpy(zero_copy_only=False)).reshape(shape)


def _summarised(
    comparison: Comparison, arm: str, measure: str, steps: Sequence[int], village: str | None = None
) -> Iterator[tuple[int, dict[str, float]]]:
    values = comparison.series(arm, measure, village)[:, list(steps)]
    practising = comparison.series(arm, "practising", village)[:, list(steps)]
    mean, low, high, n = mean_interval(values)
    band_low, band_high = band(values)
    off = takeoff(practising, comparison.takeoff_share)
    names = ("mean", "low", "high", "band_low", "band_high", "takeoff", "takeoff_low", "takeoff_high")
    columns = (mean, low, high, band_low, band_high, off.mean, off.low, off.high)
    for place, step in enumerate(steps):
        numbers = {name: float(column[place]) for name, column in zip(names, columns, strict=True)}
        yield step, {**numbers, "n": n}


def _over_steps(values: npt.NDArray[np.float64]) -> dict[str, list[float]]:
    low, high = band(values)
    return {"mean": mean_interval(values).mean.tolist(), "low": low.tolist(), "high": high.tolist()}


def _as_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows)


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
