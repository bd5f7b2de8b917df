"""What the numbers of a comparison cannot say, and what can hardly be meant of its scenario."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pd_sim.analysis import humps, without_positive_deviant
from pd_sim.scenario.warnings import doubts

if TYPE_CHECKING:
    from pd_sim.results import Comparison
    from pd_sim.scenario import Scenario

__all__ = ["caveats"]


def caveats(
    result: Comparison, scenario: Scenario | None = None, named: Callable[[str], str] = lambda arm: arm
) -> list[str]:
    """What a reader must be told beside the means, one sentence each.

    Parameters
    ----------
    result
        A comparison.
    scenario
        The scenario it is of; none: nothing is said of that.
    named
        How an arm is called.

    Returns
    -------
    What in the scenario never does anything; that nothing can be discovered; arms near a tipping point, whose mean
    describes no replicate.
    """
    doubted = () if scenario is None else doubts(scenario)
    return [*doubted, *_nothing_to_discover(result), *_two_humps(result, named)]


def _nothing_to_discover(result: Comparison) -> list[str]:
    first = next(iter(result.arms.values()))
    hidden = first.values("practising")[:, 0] - first.values("seen")[:, 0]
    villages = float(without_positive_deviant(hidden).mean())
    none_at_all = float((hidden.sum(axis=1) == 0).mean())
    said = []
    if len(result.villages) > 1 and villages > 0 and none_at_all < 1:
        said.append(
            f"No household practises in hiding at the start in {_percent(villages)} of the villages "
            f"({villages * len(result.villages):.1f} of {len(result.villages):,} on average; at least one in "
            f"{_percent(float((hidden == 0).any(axis=1).mean()))} of the replicates): there nothing can be discovered."
        )
    if none_at_all > 0:
        where = "any" if none_at_all == 1 else f"{_percent(none_at_all)} of the"
        said.append(f"Nobody practises in hiding at the start in {where} replicates: there nothing can be discovered.")
    return said


def _two_humps(result: Comparison, named: Callable[[str], str]) -> list[str]:
    said = []
    for arm in result.arms:
        found = humps(result.series(arm)[:, -1], result.takeoff_share)
        if 0.05 <= float(found.takeoff.mean) <= 0.95 and found.above - found.below > 0.3:
            said.append(
                f"{named(arm)} is near a tipping point: it took off in {_percent(float(found.takeoff.mean))} of the "
                f"replicates, to {_percent(found.above)} on average, and stayed at {_percent(found.below)} in the "
                "others; their mean describes neither."
            )
    return said


def _percent(share: float) -> str:
    """A share as a percentage; what is not nothing, or not everything, is never shown as such.

    Examples
    --------
    >>> _percent(0.5), _percent(0.004), _percent(0.9999)
    ('50%', '0.4%', '>99.9%')
    """
    text = f"{share:.1%}" if 0 < share < 0.00995 or 0.99 < share < 1 else f"{share:.0%}"
    return {"0.0%": "<0.1%", "100.0%": ">99.9%"}.get(text, text)
