"""Social return on investment: what a claim of so much for every pound must deduct before it is one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pd_sim.analysis.discounting import Discount, discount_factors

__all__ = ["LINES", "social_return"]

Floats = npt.NDArray[np.float64]

LINES: tuple[tuple[str, str], ...] = (
    ("gross", "benefit seen in the arm"),
    ("anyway", "what comes without a programme too"),
    ("deadweight", "what would have come anyway, as stated"),
    ("displacement", "what was only moved here from elsewhere"),
    ("attribution", "what is owed to others"),
    ("drop-off", "what fades from year to year, as stated"),
    ("discounting", "later years count for less"),
    ("net", "net present benefit"),
)
"""Lines of a social return in the order in which they are deducted, each with what it is in words."""


def social_return(
    gross: npt.ArrayLike,
    anyway: npt.ArrayLike,
    *,
    deadweight: float = 0.0,
    displacement: float = 0.0,
    attribution: float = 0.0,
    drop_off: float = 0.0,
    discount: Discount = "none",
) -> dict[str, Floats]:
    """Deduct line by line from a benefit by year, after the guide of the SROI Network [1]_.

    Each share is taken of what the lines before it have left, so the net is Σ over years y of
    (gross − anyway)·(1 − deadweight)·(1 − displacement)·(1 − attribution)·(1 − drop_off)^y·d(y), y = 0 in the first
    year, d(y) from `discount_factors`. The order of the shares changes the lines, never the net.

    Parameters
    ----------
    gross
        Money's worth of the benefit in the arm by year, shape ``(..., year)``.
    anyway
        The same without a programme: the part of the deadweight that the simulation shows by itself.
    deadweight, displacement, attribution, drop_off
        Shares from 0 to 1; drop-off is a year. Stated deadweight comes on top of `anyway`; stated drop-off on top of
        lapsing that is in `gross` already.
    discount
        See `discount_factors`.

    Returns
    -------
    For each name of `LINES` an amount of shape ``(...)``: gross and net as they are, deductions as negative amounts.
    Gross and deductions add up to net.

    References
    ----------
    .. [1] The SROI Network (2012), "A Guide to Social Return on Investment", stages 3 to 5.

    Examples
    --------
    >>> lines = social_return([1000.0], [200.0], deadweight=0.25, displacement=0.5, attribution=0.5)
    >>> [float(lines[name]) for name in ("gross", "anyway", "deadweight", "displacement", "attribution", "net")]
    [1000.0, -200.0, -200.0, -300.0, -150.0, 150.0]
    """
    for name, share in (
        ("deadweight", deadweight),
        ("displacement", displacement),
        ("attribution", attribution),
        ("drop_off", drop_off),
    ):
        if not 0 <= share <= 1:
            raise ValueError(f"{name}: {share} is no share; give one from 0 to 1")
    left: Floats = np.asarray(gross, dtype=np.float64)
    lines: dict[str, Floats] = {}
    lines["gross"] = np.asarray(left.sum(axis=-1))
    years = np.arange(left.shape[-1])
    without = np.broadcast_to(np.asarray(anyway, dtype=np.float64), left.shape)
    lines["anyway"] = _taken(without)
    left = left - without
    for name, kept in (
        ("deadweight", 1 - deadweight),
        ("displacement", 1 - displacement),
        ("attribution", 1 - attribution),
        ("drop-off", (1 - drop_off) ** years),
        ("discounting", discount_factors(left.shape[-1], discount)),
    ):
        lines[name] = _taken(left * (1 - np.asarray(kept)))
        left = np.asarray(left * kept)
    lines["net"] = np.asarray(left.sum(axis=-1))
    return lines


def _taken(amounts: Floats) -> Floats:
    """Sum over years as a deduction; nothing is 0, not −0."""
    return np.asarray(0.0 - amounts.sum(axis=-1))
