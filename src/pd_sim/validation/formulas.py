"""What is expected of the published models, from their formulas alone: nothing here runs a simulation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

__all__ = [
    "bass_adopted",
    "bass_peak",
    "cascade_chance",
    "cascade_size",
    "cascade_window",
    "critical_sd",
    "granovetter_acting",
    "most_vulnerable_degree",
    "normal_thresholds",
    "outbreak_size",
]

Floats = npt.NDArray[np.float64]

_DEGREES = 400  # mean degrees up to some tens have no household beyond
_ROUNDS = 20_000


def granovetter_acting(thresholds: Sequence[float]) -> int:
    """Number that act in the end where everybody sees everybody: act once as many others do as one's threshold says.

    Go from k = 0 to the number of thresholds that are at most k until nothing changes [1]_.

    Parameters
    ----------
    thresholds
        Numbers of others, in any order.

    References
    ----------
    .. [1] M. Granovetter (1978), "Threshold models of collective behavior", American Journal of Sociology 83.

    Examples
    --------
    >>> granovetter_acting(range(100)), granovetter_acting([0, 2, *range(2, 100)])
    (100, 1)
    >>> granovetter_acting([1, 1])
    0
    """
    acting = 0
    while (now := sum(threshold <= acting for threshold in thresholds)) != acting:
        acting = now
    return acting


def normal_thresholds(n: int, mean: float, sd: float) -> list[float]:
    """Thresholds at the middle of ``n`` equally likely parts of a normal distribution, none below 0.

    Parameters
    ----------
    n
        Number of households.
    mean, sd
        In numbers of households; what falls below 0 acts without others, as at 0.
    """
    from scipy.special import ndtri

    return [max(0.0, float(value)) for value in mean + sd * ndtri((np.arange(n) + 0.5) / n)]


def critical_sd(mean: float) -> float:
    """Standard deviation, in per cent of everybody, at which the low equilibrium of normal thresholds vanishes.

    The curve Φ((r − mean) / σ) touches the diagonal r / 100: with x = (r − mean) / σ both Φ(x) = (mean + σx) / 100 and
    φ(x) = σ / 100 hold.

    Parameters
    ----------
    mean
        Mean threshold in per cent, below 50.

    Examples
    --------
    >>> round(critical_sd(25), 2)
    12.22
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr

    def density(x: float) -> float:
        return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)

    x = brentq(lambda at: float(ndtr(at)) - mean / 100 - at * density(at), -6.0, 0.0)
    return 100 * density(x)


def most_vulnerable_degree(threshold: float) -> int:
    """Most ties with which one household seen practising is enough: ⌊1 / threshold⌋.

    Examples
    --------
    >>> most_vulnerable_degree(0.18), most_vulnerable_degree(0.2), most_vulnerable_degree(0.26)
    (5, 5, 3)
    """
    return math.floor(1 / threshold + 1e-9)


def cascade_window(threshold: float) -> tuple[float, float] | None:
    """Mean degrees of random ties between which one household can set off a global cascade.

    z · P(Poisson(z) ≤ K − 2) = 1, K = ⌊1 / threshold⌋ [1]_.

    Parameters
    ----------
    threshold
        Share of ties, the same for everybody.

    Returns
    -------
    Lower and upper end; none where the left side stays below 1.

    References
    ----------
    .. [1] D. J. Watts (2002), "A simple model of global cascades on random networks", PNAS 99, 5766–5771.

    Examples
    --------
    >>> low, high = cascade_window(0.18)
    >>> round(low, 2), round(high, 2)
    (1.02, 5.76)
    >>> cascade_window(0.26) is None
    True
    """
    from scipy.optimize import brentq, minimize_scalar
    from scipy.special import pdtr

    degree = most_vulnerable_degree(threshold)
    if degree < 2:
        return None

    def excess(z: float) -> float:
        return z * float(pdtr(degree - 2, z)) - 1

    top = float(minimize_scalar(lambda z: -excess(z), bounds=(0.0, degree), method="bounded").x)
    if excess(top) <= 0:
        return None
    return float(brentq(excess, 1e-9, top)), float(brentq(excess, top, 10.0 * degree))


@lru_cache(maxsize=256)
def _poisson(z: float) -> tuple[Floats, Floats, Floats]:
    """Degrees, their probabilities, and those of a household at the end of a tie."""
    from scipy.special import gammaln

    degree = np.arange(_DEGREES, dtype=np.float64)
    probability = np.exp(degree * math.log(z) - z - gammaln(degree + 1))
    return degree, probability, degree * probability / z


def cascade_chance(threshold: float, mean_degree: float) -> float:
    """Chance that one household drawn at random sets off a global cascade, in an endless random network.

    Only vulnerable households (at most K ties) follow a single tie. A branch of them dies out with the probability
    u = 1 − Σ_{k ≤ K} (k p_k / z)(1 − u^(k−1)); the first household may have any number of ties: 1 − Σ p_k u^k [1]_.

    References
    ----------
    .. [1] D. S. Callaway, M. E. J. Newman, S. H. Strogatz, D. J. Watts (2000), "Network robustness and fragility",
       Physical Review Letters 85, for percolation by degree, on which Watts (2002) builds.

    Examples
    --------
    >>> round(cascade_chance(0.18, 3), 2), round(cascade_chance(0.18, 7), 2)
    (0.87, 0.0)
    """
    if cascade_window(threshold) is None:
        return 0.0
    degree, probability, at_end = _poisson(mean_degree)
    vulnerable = slice(1, most_vulnerable_degree(threshold) + 1)
    dies = 0.0
    for _ in range(_ROUNDS):
        before = dies
        dies = 1 - float((at_end[vulnerable] * (1 - dies ** (degree[vulnerable] - 1))).sum())
        if abs(dies - before) < 1e-13:
            break
    return max(0.0, 1 - float((probability * dies**degree).sum()))


def cascade_size(threshold: float, mean_degree: float) -> float:
    """Share that a global cascade reaches, in an endless random network.

    The least fixed point above 0 of q = Σ (k p_k / z) P(Binomial(k − 1, q) ≥ ⌈θk⌉); then Σ p_k P(Binomial(k, q) ≥ ⌈θk⌉)
    [1]_.

    References
    ----------
    .. [1] J. P. Gleeson, D. J. Cahalane (2007), "Seed size strongly affects cascades on random networks", Physical
       Review E 75, 056103.

    Examples
    --------
    >>> round(cascade_size(0.18, 2), 3)
    0.797
    """
    from scipy.special import bdtrc

    degree, probability, at_end = (values[1:] for values in _poisson(mean_degree))
    need, ties = np.ceil(threshold * degree - 1e-9), degree.astype(np.int64)
    reached = 1e-6
    for _ in range(_ROUNDS):
        before = reached
        reached = max(1e-6, float((at_end * bdtrc(need - 1, ties - 1, reached)).sum()))
        if abs(reached - before) < 1e-14:
            break
    return float((probability * bdtrc(need - 1, ties, reached)).sum())


def outbreak_size(transmissions: float) -> float:
    r"""Share that an outbreak of a simple contagion reaches in random ties: S = 1 − exp(−zT·S).

    Parameters
    ----------
    transmissions
        Mean degree times transmissibility, zT.

    Returns
    -------
    0 up to zT = 1; this is also the chance that one household sets off an outbreak [1]_.

    References
    ----------
    .. [1] M. E. J. Newman (2002), "Spread of epidemic disease on networks", Physical Review E 66, 016128.

    Examples
    --------
    >>> [round(outbreak_size(zt), 3) for zt in (0.9, 1.2, 1.5, 2, 3)]
    [0.0, 0.314, 0.583, 0.797, 0.94]
    """
    from scipy.optimize import brentq

    if transmissions <= 1:
        return 0.0
    return float(brentq(lambda size: size - 1 + math.exp(-transmissions * size), 1e-9, 1.0))


def bass_peak(p: float, q: float) -> tuple[float, float]:
    """Time at which most adopt, and the share that has adopted by then: ln(q/p) / (p + q) and ½ − p / 2q [1]_.

    Parameters
    ----------
    p, q
        Outside and inside influence in a unit of time, q above p.

    References
    ----------
    .. [1] F. M. Bass (1969), "A new product growth for model consumer durables", Management Science 15, 215–227.

    Examples
    --------
    >>> time, share = bass_peak(0.03, 0.38)
    >>> round(time, 2), round(share, 3)
    (6.19, 0.461)
    """
    return math.log(q / p) / (p + q), 0.5 - p / (2 * q)


def bass_adopted(p: float, q: float, time: npt.ArrayLike) -> Floats:
    """Share that has adopted by a time: (1 − e^(−(p+q)t)) / (1 + (q/p) e^(−(p+q)t)) (Bass 1969).

    Examples
    --------
    >>> bass_adopted(0.03, 0.38, [0, 10]).round(3).tolist()
    [0.0, 0.813]
    """
    faded = np.exp(-(p + q) * np.asarray(time, dtype=np.float64))
    return np.asarray((1 - faded) / (1 + q / p * faded))
