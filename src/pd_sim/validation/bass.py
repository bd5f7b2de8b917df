"""Bass (1969): adoption of a new product by outside influence and by word of mouth among all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.studies import compare
from pd_sim.validation.checks import Check, Published, estimate_is
from pd_sim.validation.diffusion import ARM, diffusion
from pd_sim.validation.formulas import bass_adopted, bass_peak

__all__ = ["RESULT", "adoption", "inflection"]

HOUSEHOLDS = 200
WEEKS = 52
_P, _Q, _YEARS = 0.03, 0.38, 15
_REACH = 4 * WEEKS

Shares = npt.NDArray[np.float64]


def adoption(p: float, q: float, runs: int, seed: int = 1) -> Shares:
    """Share that has adopted at every week of each run, ``(run, week)``.

    A household adopts in a week with 1 − (1 − p)(1 − q / (N − 1))^m, p and q being a 52nd of those of a year.

    Parameters
    ----------
    p, q
        Outside and inside influence a year.
    runs, seed
        How many, and from which seed.
    """
    scenario = diffusion(
        {"generator": "complete", "households": HOUSEHOLDS, "draw": "once"},
        steps=_YEARS * WEEKS,
        practising=0,
        decision="simple",
        outside=p / WEEKS,
        per_tie=q / WEEKS / (HOUSEHOLDS - 1),
    )
    return compare(scenario, replicates=runs, seed=seed).series(ARM)


def inflection(curve: Shares, reach: int = _REACH) -> float:
    """Week at which a curve of adoption is steepest: where F(t + h) − 2 F(t) + F(t − h) changes its sign.

    New adoptions of the Bass model lie symmetrically about their peak, so any h gives it; a wide one averages noise.

    Parameters
    ----------
    curve
        Share at every week.
    reach
        h in weeks.
    """
    at = np.arange(reach, len(curve) - reach)
    bend = curve[at + reach] - 2 * curve[at] + curve[at - reach]
    turns = np.flatnonzero((bend[:-1] > 0) & (bend[1:] <= 0))
    if not len(turns):
        return float("nan")
    place = turns[-1]
    return float(at[place] + bend[place] / (bend[place] - bend[place + 1]))


def _checks(quick: bool, seed: int, control: str) -> tuple[tuple[Check, ...], Mapping[str, Any]]:
    runs = 100 if quick else 400
    q = _Q * (1.3 if control == "inside" else 1.0)
    p = _P * (1.5 if control == "outside" else 1.0)
    shares = adoption(p, q, runs, seed)
    mean = shares.mean(axis=0)
    time, share = bass_peak(_P, _Q)

    def peak(curve: Shares) -> tuple[float, float]:
        week = inflection(curve)
        return week / WEEKS, float(np.interp(week, np.arange(len(curve)), curve))

    found = np.array(peak(mean))
    # jackknife: the same for all runs but one, in turn
    without = np.array([peak((mean * runs - one) / (runs - 1)) for one in shares])
    error = np.sqrt((runs - 1) * without.var(axis=0))
    week = 1 / WEEKS  # adoption within a week shows at its end
    checks = [
        estimate_is("peak of new adoptions, years", found[0], error[0], time, bias=week),
        estimate_is("share that has adopted by then", found[1], error[1], share, bias=0.11 * week),
    ]
    for year in (3, 6, 10):
        values = shares[:, year * WEEKS]
        # at the steepest a week is worth (p + q)² / 4q of everybody a year; so many households, 1/N more or less
        checks.append(
            estimate_is(
                f"share that has adopted after {year} years",
                float(values.mean()),
                float(values.std(ddof=1)) / np.sqrt(runs),
                float(bass_adopted(_P, _Q, year)),
                bias=0.11 * week + 1 / HOUSEHOLDS,
            )
        )
    years = np.arange(len(mean)) / WEEKS
    return tuple(checks), {
        "years": years,
        "mean": mean,
        "formula": bass_adopted(_P, _Q, years),
        "peak": (time, share),
        "found": (float(found[0]), float(found[1])),
        "runs": runs,
    }


RESULT = Published(
    "bass",
    f"Adoption by p = {_P:g} and q = {_Q:g} a year peaks after 6.19 years, with 46% adopted",
    "Bass 1969, Management Science 15",
    _checks,
    {"inside": "q is run 1.3 times greater", "outside": "p is run 1.5 times greater"},
)
