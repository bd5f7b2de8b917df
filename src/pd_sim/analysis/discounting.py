"""What money or years of practice to come are worth today."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["UK", "by_year", "discount_factors", "step_factors", "year_of_step"]

Floats = npt.NDArray[np.float64]
Discount = Literal["uk", "none"] | float

UK: tuple[tuple[float, float], ...] = ((30, 0.035), (75, 0.030), (np.inf, 0.025))
"""Last year and rate of each stretch of the UK schedule [1]_. Its 2.5% is stated to year 125."""


def discount_factors(years: int, discount: Discount) -> Floats:
    """What one unit of each year is worth in the first one.

    d(0) = 1, d(y) = d(y − 1) / (1 + r(y)), with the rate r(y) of that year. So the first year, year 0, counts in full
    and a programme's second year is discounted once. Under the UK schedule [1]_ r is 3.5% in years 1 to 30, 3.0% in
    years 31 to 75 and 2.5% after: 100 in year 1 are 100/1.035 = 96.62, in year 31 100/(1.035³⁰·1.03) = 34.59.

    Parameters
    ----------
    years
        Number of years, the first one included.
    discount
        ``uk``, ``none``, or a rate a year from 0 to 1.

    Returns
    -------
    Shape ``(years,)``, falling from 1. With ``none`` or a rate of 0 all are exactly 1.

    References
    ----------
    .. [1] HM Treasury (2022), "The Green Book: central government guidance on appraisal and evaluation", annex 6.

    Examples
    --------
    >>> (100 * discount_factors(81, "uk"))[[0, 1, 31, 80]].round(2).tolist()
    [100.0, 96.62, 34.59, 8.33]
    >>> discount_factors(3, 0.25).round(9).tolist()
    [1.0, 0.8, 0.64]
    """
    if years < 0:
        raise ValueError(f"years: {years}; a number from 0")
    if isinstance(discount, str) and discount not in ("uk", "none"):
        raise ValueError(f"discount {discount!r}: give uk, none or a rate")
    rates = np.zeros(years)
    if discount == "uk":
        first = 1
        for last, rate in UK:
            rates[first : int(min(last + 1, years))] = rate
            first = int(min(last + 1, years))
    elif discount != "none":
        if not 0 <= float(discount) <= 1:
            raise ValueError(f"discount {discount!r}: a rate a year lies from 0 to 1")
        rates[1:] = float(discount)
    return np.asarray(np.cumprod(1 / (1 + rates)))


def year_of_step(steps: int, steps_a_year: int) -> npt.NDArray[np.int64]:
    """Year in which each step falls: steps 1 to n are year 0, steps n + 1 to 2n year 1, and so on.

    Parameters
    ----------
    steps
        The last step.
    steps_a_year
        From 1.

    Returns
    -------
    Shape ``(steps + 1,)``; step 0, the start, is in year 0.

    Examples
    --------
    >>> year_of_step(5, 2).tolist()
    [0, 0, 0, 1, 1, 2]
    """
    return np.maximum(np.arange(steps + 1) - 1, 0) // steps_a_year


def step_factors(steps: int, steps_a_year: int, discount: Discount) -> Floats:
    """What one unit of each step is worth in the first year; see `discount_factors`. Shape ``(steps + 1,)``."""
    year = year_of_step(steps, steps_a_year)
    return discount_factors(int(year[-1]) + 1, discount)[year]


def by_year(values: npt.ArrayLike, steps_a_year: int) -> Floats:
    """Sum what happened step by step into years.

    Parameters
    ----------
    values
        Shape ``(..., step + 1)``; position 0 is step 0.
    steps_a_year
        From 1.

    Returns
    -------
    Shape ``(..., year)``; the last year may be a part of one.

    Examples
    --------
    >>> by_year([7, 1, 1, 1, 1, 1], 2).tolist()
    [9.0, 2.0, 1.0]
    """
    amounts = np.asarray(values, dtype=np.float64)
    year = year_of_step(amounts.shape[-1] - 1, steps_a_year)
    starts = np.flatnonzero(np.diff(year, prepend=-1))
    return np.asarray(np.add.reduceat(amounts, starts, axis=-1))
