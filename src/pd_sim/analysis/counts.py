"""What small counts and shares of samples can say: exact intervals and tests."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["CountInterval", "poisson_interval", "sampled", "two_counts", "two_proportions"]

Floats = npt.NDArray[np.float64]


class CountInterval(NamedTuple):
    """Both ends of the interval of the mean of which a count is one draw."""

    low: float
    high: float


def poisson_interval(count: int, confidence: float = 0.95) -> CountInterval:
    """Exact interval of the mean of a Poisson count [1]_.

    Low χ²(α/2; 2k)/2 (0 for none), high χ²(1 − α/2; 2k + 2)/2, α = 1 − confidence.

    Parameters
    ----------
    count
        How often it happened, from 0.
    confidence
        Between 0 and 1; the true one is at least this.

    References
    ----------
    .. [1] F. Garwood (1936), "Fiducial limits for the Poisson distribution", Biometrika 28.

    Examples
    --------
    >>> [round(end, 2) for end in poisson_interval(3)]
    [0.62, 8.77]
    >>> [round(end, 2) for end in poisson_interval(0)]  # none seen is not "never"
    [0.0, 3.69]
    """
    from scipy.special import chdtri

    if count < 0 or count != int(count):
        raise ValueError(f"a count is a whole number from 0, not {count}")
    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else float(chdtri(2 * count, 1 - tail)) / 2
    return CountInterval(low, float(chdtri(2 * count + 2, tail)) / 2)


def two_counts(first: npt.ArrayLike, second: npt.ArrayLike, exposure: float = 1.0) -> Floats:
    """Two-sided p of two Poisson counts having one rate: the exact conditional test [1]_.

    Given their sum, the first is binomial with chance exposure / (1 + exposure); p adds up all outcomes that are no
    more likely than what was seen.

    Parameters
    ----------
    first, second
        Whole numbers from 0, of one shape.
    exposure
        Time (or people) behind the first for one behind the second.

    Returns
    -------
    Same shape; 1 where both are 0.

    References
    ----------
    .. [1] J. Przyborowski, H. Wilenski (1940), "Homogeneity of results in testing samples from Poisson series",
       Biometrika 31.

    Examples
    --------
    >>> round(float(two_counts(11, 3)), 3)  # conceptions in two years of one school
    0.057
    """
    one, other = np.broadcast_arrays(np.asarray(first, float), np.asarray(second, float))
    whole = (one >= 0) & (other >= 0) & (one == np.floor(one)) & (other == np.floor(other))
    if not whole.all():
        raise ValueError("counts are whole numbers from 0")
    if not exposure > 0:
        raise ValueError(f"exposure must be above 0, not {exposure}")
    from scipy.stats import binomtest

    chance = exposure / (1 + exposure)
    known: dict[tuple[int, int], float] = {}
    for a, b in zip(one.ravel().astype(int).tolist(), other.ravel().astype(int).tolist(), strict=True):
        if (a, b) not in known:
            known[a, b] = float(binomtest(a, a + b, chance).pvalue) if a + b else 1.0
    flat = [known[a, b] for a, b in zip(one.ravel().astype(int), other.ravel().astype(int), strict=True)]
    return np.asarray(flat, float).reshape(one.shape)


def two_proportions(yes: npt.ArrayLike, asked: npt.ArrayLike, yes2: npt.ArrayLike, asked2: npt.ArrayLike) -> Floats:
    """Two-sided p of two independent shares being one: the chi-squared test with N − 1, or Fisher's exact test [1]_.

    χ² = (N − 1)(ad − bc)² / (r₁ r₂ c₁ c₂) with one degree of freedom where every expected number is at least 1;
    elsewhere Fisher's test, adding up all tables that are no more likely than the one seen.

    Parameters
    ----------
    yes, asked, yes2, asked2
        How many said yes and how many were asked in either, of shapes that go together; at least one asked.

    Returns
    -------
    Shape of the four together; 1 where all, or none, said yes.

    References
    ----------
    .. [1] I. Campbell (2007), "Chi-squared and Fisher–Irwin tests of two-by-two tables with small sample
       recommendations", Statistics in Medicine 26.

    Examples
    --------
    >>> two_proportions([18, 3, 0], 30, [9, 0, 0], 30).round(4).tolist()
    [0.0206, 0.078, 1.0]
    """
    from scipy.special import chdtrc

    a, n, c, m = np.broadcast_arrays(*(np.asarray(value, np.float64) for value in (yes, asked, yes2, asked2)))
    if (n < 1).any() or (m < 1).any() or (a > n).any() or (c > m).any() or (a < 0).any() or (c < 0).any():
        raise ValueError("of at least one asked, from none to all say yes")
    total, said = n + m, a + c
    not_said = total - said
    varied = (said > 0) & (not_said > 0)
    least = np.minimum(n, m) * np.minimum(said, not_said) / total
    with np.errstate(invalid="ignore", divide="ignore"):
        square = (total - 1) * (a * (m - c) - c * (n - a)) ** 2 / (n * m * said * not_said)
    p = np.where(varied, chdtrc(1, np.where(varied, square, 0.0)), 1.0)
    small = varied & (least < 1)
    p[small] = _fisher(a[small], n[small], c[small], m[small])
    return p


def _fisher(a: Floats, n: Floats, c: Floats, m: Floats) -> Floats:
    from scipy.stats import fisher_exact

    tables = np.stack([a, n - a, c, m - c], axis=-1).astype(np.int64)
    different, back = np.unique(tables.reshape(-1, 4), axis=0, return_inverse=True)
    found = [float(fisher_exact(table.reshape(2, 2)).pvalue) for table in different]
    return np.asarray(found, np.float64)[back.reshape(a.shape)]


def sampled(yes: npt.ArrayLike, households: npt.ArrayLike, sample: int, u: Floats) -> tuple[Floats, Floats]:
    """How many say yes of a sample of the households, drawn without putting back.

    Parameters
    ----------
    yes, households
        How many would say yes, and how many there are, shape of `u`.
    sample
        Households asked; all, where there are no more.
    u
        A number in [0, 1) for each: its place in the hypergeometric distribution.

    Returns
    -------
    Yes and asked, same shape.

    Examples
    --------
    >>> sampled([50, 50], [100, 100], 10, np.array([0.05, 0.95]))
    (array([3., 7.]), array([10., 10.]))
    """
    k, whole, place = np.broadcast_arrays(np.asarray(yes, float), np.asarray(households, float), np.asarray(u, float))
    asked = np.minimum(whole, float(sample))
    drawn = np.empty(k.size)
    each = max(1, _AT_ONCE // (int(asked.max()) + 1))
    for begin in range(0, k.size, each):
        part = slice(begin, begin + each)
        drawn[part] = _drawn(*(values.ravel()[part] for values in (k, whole, asked, place)))
    return drawn.reshape(k.shape), asked


_AT_ONCE = 2_000_000  # numbers held at once


def _drawn(k: Floats, whole: Floats, asked: Floats, place: Floats) -> Floats:
    """Invert the hypergeometric distribution at these places."""
    from scipy.special import gammaln

    x = np.arange(int(asked.max()) + 1, dtype=np.float64)
    k_, whole_, asked_ = k[:, None], whole[:, None], asked[:, None]
    possible = (x <= k_) & (x <= asked_) & (asked_ - x <= whole_ - k_)

    def ways(of: Floats, out_of: Floats) -> Floats:
        return gammaln(of + 1) - gammaln(np.maximum(out_of, 0) + 1) - gammaln(np.maximum(of - out_of, 0) + 1)

    log = ways(k_, x) + ways(whole_ - k_, asked_ - x) - ways(whole_, asked_)
    chance = np.where(possible, np.exp(np.where(possible, log, 0.0)), 0.0)
    below = np.cumsum(chance, axis=-1) / chance.sum(axis=-1, keepdims=True)
    # a sum may be rounded below 1
    return np.minimum((below <= place[:, None]).sum(axis=-1), np.minimum(k, asked))
