"""What it would be worth to know more before choosing an arm."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["joint_information", "partial_information", "perfect_information", "smooth"]

Floats = npt.NDArray[np.float64]

_MOST_BENDS = 4
_LEAST_DRAWS = 12


def perfect_information(benefits: npt.ArrayLike) -> float:
    """Expected value of perfect information: mean of the best net benefit less the best mean net benefit.

    EVPI = E[max over arms NB] − max over arms E[NB]. Who knows each draw beforehand may choose another arm in each;
    who does not must choose one for all.

    Parameters
    ----------
    benefits
        Net benefit, shape ``(draw, arm)``; all arms of a draw have the same parameters and the same luck.

    Returns
    -------
    Money, never below 0; exactly 0 where all arms are equal, or one is best in every draw.

    Examples
    --------
    >>> perfect_information([[0.0, 10.0], [0.0, -10.0]])
    5.0
    >>> perfect_information([[0.1, 0.1], [0.7, 0.7], [0.2, 0.2]])
    0.0
    """
    return _value(_ahead(benefits))


def partial_information(benefits: npt.ArrayLike, field: npt.ArrayLike) -> float:
    """Expected value of knowing one field before choosing an arm.

    EVPPI = E[max over arms g(x)] − max over arms E[NB], where g(x) is the mean net benefit of an arm given the field.
    It is estimated by regressing net benefit on the field [1]_, here with `smooth`: no inner loop of runs is needed.

    Parameters
    ----------
    benefits
        Net benefit, shape ``(draw, arm)``.
    field
        Value of the field in each draw, shape ``(draw,)``.

    Returns
    -------
    Money, never below 0; exactly 0 where all arms are equal, or the field has one value.

    References
    ----------
    .. [1] M. Strong, J. E. Oakley, A. Brennan (2014), "Estimating multiparameter partial expected value of perfect
       information from a probabilistic sensitivity analysis sample", Medical Decision Making 34(3).

    Examples
    --------
    >>> x = np.linspace(-1, 1, 201)
    >>> benefits = np.column_stack([np.zeros(201), 100 * x])
    >>> round(partial_information(benefits, x), 1)  # E max(0, 100 x), x uniform on −1 to 1
    25.1
    """
    return joint_information(benefits, np.asarray(field, dtype=np.float64)[:, None])


def joint_information(benefits: npt.ArrayLike, fields: npt.ArrayLike) -> float:
    """Expected value of knowing several fields together; their smooths are added up, so pairs do not interact.

    Parameters
    ----------
    benefits
        Shape ``(draw, arm)``.
    fields
        Shape ``(draw, field)``.

    Returns
    -------
    Money; see `partial_information`. What it leaves of `perfect_information` is luck and interaction.
    """
    ahead = _ahead(benefits)
    given = np.column_stack([smooth(np.asarray(fields, dtype=np.float64), column) for column in ahead.T])
    return _value(given)


def smooth(fields: npt.NDArray[np.float64], values: npt.NDArray[np.float64]) -> Floats:
    """Mean of `values` given the fields: natural cubic splines added up, as bent as pays for itself.

    The number of terms of each field, from none and a straight line to knots at up to five quantiles, is chosen
    one field after another by the Bayesian information criterion n·log(RSS/n) + k·log n [1]_, so that a field without
    influence is left out rather than followed into the noise.

    Parameters
    ----------
    fields
        Shape ``(draw, field)``.
    values
        Shape ``(draw,)``.

    Returns
    -------
    Fitted values, shape ``(draw,)``, with the mean of `values`; all exactly equal to it where nothing is found.

    References
    ----------
    .. [1] G. Schwarz (1978), "Estimating the dimension of a model", Annals of Statistics 6(2).
    """
    n = len(values)
    mean = values.mean()
    centred = values - mean
    if n < _LEAST_DRAWS or not centred.any():
        return np.full(n, mean)
    chosen: list[Floats] = []
    best, fitted = _criterion(centred, 0), np.zeros(n)
    for field in fields.T:
        columns: Floats | None = None
        for terms in range(1, _MOST_BENDS + 1):
            basis = _natural(field, terms)
            if basis is None:
                break
            fit = _least_squares([*chosen, basis], centred)
            score = _criterion(centred - fit, sum(part.shape[1] for part in chosen) + terms)
            if score < best:
                best, fitted, columns = score, fit, basis
        if columns is not None:
            chosen.append(columns)
    return np.asarray(mean + fitted)


def _ahead(benefits: npt.ArrayLike) -> Floats:
    """Net benefits as leads over the first arm, so that equal arms are exactly 0."""
    values = np.asarray(benefits, dtype=np.float64)
    if values.ndim != 2 or 0 in values.shape:
        raise ValueError(f"net benefits need shape (draw, arm), not {values.shape}")
    return values - values[:, :1]


def _value(ahead: Floats) -> float:
    """Mean of the best less the best of the means."""
    means = ahead.mean(axis=0)
    # taken as one mean of what is missed under the arm chosen now, it cannot fall below 0 by rounding
    return float((ahead.max(axis=1) - ahead[:, int(means.argmax())]).mean())


def _criterion(left: Floats, terms: int) -> float:
    n = len(left)
    squares = float(left @ left)
    return n * float(np.log(max(squares, 1e-300) / n)) + terms * float(np.log(n))


def _least_squares(parts: list[Floats], values: Floats) -> Floats:
    matrix = np.column_stack(parts)
    return np.asarray(matrix @ np.linalg.lstsq(matrix, values, rcond=None)[0])


def _natural(field: Floats, terms: int) -> Floats | None:
    """Centred basis of a natural cubic spline with so many terms beside the constant; none if the field is too coarse.

    Knots k₀ < … < k_K at quantiles: x, and for each j < K − 1 the difference of truncated cubics
    h_j(x) − h_{K−1}(x), h_j(x) = ((x − k_j)₊³ − (x − k_K)₊³)/(k_K − k_j), which is straight beyond the outer knots.
    """
    low, high = field.min(), field.max()
    if not high > low:
        return None
    x = (field - low) / (high - low)
    columns = [x]
    if terms > 1:
        knots = np.unique(np.quantile(x, np.linspace(0.05, 0.95, terms + 1)))
        if len(knots) < terms + 1:
            return None
        cubes = np.maximum(x[:, None] - knots, 0.0) ** 3
        bends = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
        columns += [bends[:, j] - bends[:, -1] for j in range(terms - 1)]
    basis = np.column_stack(columns)
    return np.asarray(basis - basis.mean(axis=0))
