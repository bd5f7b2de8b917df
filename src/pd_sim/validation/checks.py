"""How a simulated figure is held against a published one: tolerances are sampling errors, not guesses.

A check passes when what is expected lies within the 99.9% interval of what came out. For a mean of n runs that is
mean ± t(n−1)·s/√n, for a share Clopper and Pearson's exact interval. Where the expected figure itself came out of n₀
runs, its error counts too: t·s·√(1/n + 1/n₀) for means, Fisher's exact test for shares. Where a stated bias is known
(a step is a week, a network has 10,000 households), it is added and named. Where a source says only "about", "at least"
or "roughly", the bounds stand in what is expected. Of a hundred true checks with a new seed, one in ten sets would thus
have a failure; with the seed of the suite the outcome is always the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.results import mean_interval

__all__ = [
    "CONFIDENCE",
    "Check",
    "UnsettledError",
    "Verdict",
    "equal",
    "estimate_is",
    "mean_is",
    "number",
    "share_as",
    "share_is",
    "sign_is",
]

CONFIDENCE = 0.999
"""Confidence of the interval in which what is expected must lie."""


@dataclass(frozen=True)
class Check:
    """One figure held against what is expected of it."""

    what: str
    expected: str
    got: str
    passed: bool
    low: float = math.nan
    high: float = math.nan
    """Ends of the interval of what came out; NaN where it came out without chance."""
    note: str = ""
    reason: str = ""
    """Why it fails, where the interval does not say it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "passed", bool(self.passed))  # plain, whatever compared two arrays' values

    @property
    def interval(self) -> str:
        """Both ends, or what stands for them."""
        return "exact" if math.isnan(self.low) else f"{number(self.low)} to {number(self.high)}"

    @property
    def why(self) -> str:
        """Why it fails, in words; nothing where it passes."""
        if self.passed:
            return ""
        plain = "it is not what is expected" if math.isnan(self.low) else _OUTSIDE
        return self.reason or plain


_OUTSIDE = f"what is expected lies outside the {CONFIDENCE:.1%} interval of what came out"


class UnsettledError(RuntimeError):
    """Runs still changed when they should have come to rest; what they show is no result."""


@dataclass(frozen=True)
class Verdict:
    """What came of one published result."""

    name: str
    title: str
    source: str
    checks: tuple[Check, ...]
    data: Mapping[str, Any] = field(default_factory=dict)
    """Series behind it, for figures; nothing where it could not be run to its end."""

    @property
    def passed(self) -> bool:
        """Whether all checks did."""
        return all(check.passed for check in self.checks)


def number(value: float) -> str:
    """A number with three figures, or four where it is near 1 or above 10.

    Examples
    --------
    >>> number(0.31415), number(0.9405), number(6.1926), number(100.0), number(0.0)
    ('.314', '.9405', '6.19', '100', '0')
    """
    if math.isnan(value):
        return "?"
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    text = f"{value:.4f}" if 0.9 < abs(value) < 1 else f"{value:.3f}" if abs(value) < 1 else f"{value:.3g}"
    return text.replace("0.", ".", 1) if abs(value) < 1 else text


def equal(what: str, got: Any, expected: Any, note: str = "") -> Check:
    """Exactly the same, without chance."""
    return Check(what, str(expected), str(got), got == expected, note=note)


def mean_is(
    what: str,
    values: npt.ArrayLike,
    expected: float,
    *,
    expected_runs: float = math.inf,
    bias: float = 0.0,
    told: str = "",
    note: str = "",
) -> Check:
    """A mean is what is expected: |mean − expected| ≤ t(n−1)·s·√(1/n + 1/n₀) + bias.

    Parameters
    ----------
    what
        The figure in words.
    values
        One value a run, two at least.
    expected, expected_runs
        What is expected, and the number of runs it came out of (endless: a formula).
    bias
        Known greatest bias of what was run.
    told
        Expected in words, if the number alone does not say it.
    """
    given = np.asarray(values, dtype=np.float64)
    if len(given) < 2:
        return Check(what, told or number(expected), "?", passed=False, reason="fewer than two runs got that far")
    mean, low, high, n = mean_interval(given, CONFIDENCE)
    half = float(high - low) / 2 * math.sqrt(1 + n / expected_runs) + bias
    got = float(mean)
    return Check(what, told or number(expected), number(got), abs(got - expected) <= half, got - half, got + half, note)


def estimate_is(
    what: str, got: float, error: float, expected: float, *, bias: float = 0.0, told: str = "", note: str = ""
) -> Check:
    """An estimate with a standard error is what is expected: |got − expected| ≤ 3.29·error + bias."""
    from scipy.special import ndtri

    half = float(ndtri(0.5 + CONFIDENCE / 2)) * error + bias
    passed = abs(got - expected) <= half
    return Check(what, told or number(expected), number(got), passed, got - half, got + half, note)


def _exact_interval(count: int, n: int) -> tuple[float, float]:
    """Clopper and Pearson's interval for a share."""
    from scipy.special import betaincinv

    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if count == 0 else float(betaincinv(count, n - count + 1, tail))
    high = 1.0 if count == n else float(betaincinv(count + 1, n - count, 1 - tail))
    return low, high


def share_is(what: str, count: int, n: int, expected: float, *, told: str = "", note: str = "") -> Check:
    """A share of runs is what a formula says: it lies within the exact interval.

    Examples
    --------
    >>> share_is("heads", 55, 100, 0.5).passed, share_is("heads", 95, 100, 0.5).passed
    (True, False)
    """
    low, high = _exact_interval(count, n)
    passed = low - 1e-12 <= expected <= high + 1e-12
    return Check(what, told or number(expected), f"{number(count / n)} ({count} of {n})", passed, low, high, note)


def share_as(what: str, count: int, n: int, expected: float, expected_runs: int, *, note: str = "") -> Check:
    """A share of runs is what it was in other runs: Fisher's exact test does not tell them apart.

    Examples
    --------
    >>> share_as("full", 0, 40, 0.1, 10).passed, share_as("full", 40, 40, 0.1, 10).passed
    (True, False)
    """
    from scipy.stats import fisher_exact

    before = round(expected * expected_runs)
    apart = float(fisher_exact([[count, n - count], [before, expected_runs - before]]).pvalue)
    low, high = _exact_interval(count, n)
    told, got = f"{number(expected)} ({before} of {expected_runs})", f"{number(count / n)} ({count} of {n})"
    passed = apart >= 1 - CONFIDENCE
    reason = f"Fisher's exact test tells the two shares apart (p = {apart:.1g})"
    if passed and not note and not low <= expected <= high:
        note = f"what is expected has an error of its own: Fisher's exact test of both shares has p = {apart:.1g}"
    return Check(what, told, got, passed, low, high, note, reason)


def sign_is(what: str, differences: npt.ArrayLike, *, told: str, note: str = "") -> Check:
    """A mean of paired differences is surely above 0: mean − t(n−1)·s/√n > 0."""
    mean, low, high, _ = mean_interval(differences, CONFIDENCE)
    reason = f"the {CONFIDENCE:.1%} interval is not wholly above 0"
    return Check(what, told, number(float(mean)), bool(low > 0), float(low), float(high), note, reason)


@dataclass(frozen=True)
class Published:
    """A result that must come out: how it is run, and with which planted errors it must not."""

    name: str
    title: str
    source: str
    run: Callable[[bool, int, str], tuple[tuple[Check, ...], Mapping[str, Any]]]
    """Called with: quick or not, the seed, and the name of a planted error or nothing."""
    controls: Mapping[str, str]
    """Planted errors by name, in words. Every check must fail under one of them at least."""

    def verdict(self, *, quick: bool = False, seed: int = 1, control: str = "") -> Verdict:
        """Run it; where the runs do not come to rest, that is the one check, and it fails.

        Parameters
        ----------
        quick
            Fewer runs; wider intervals follow.
        seed
            Seed of all its runs.
        control
            Name of an error to plant; what is expected stays as it is.
        """
        try:
            checks, data = self.run(quick, seed, control)
        except UnsettledError as error:
            checks, data = (Check("all runs come to rest", "yes", "no", passed=False, reason=str(error)),), {}
        return Verdict(self.name, self.title, self.source, tuple(checks), data)
