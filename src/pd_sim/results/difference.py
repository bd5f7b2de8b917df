"""A paired difference between two arms."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Difference"]


class Difference(NamedTuple):
    """A paired difference between two arms at one step.

    Attributes
    ----------
    arm, versus, measure, step
        What was compared; `mean` is `arm` less `versus`. Measures that count households are shares.
    mean, low, high
        Mean of the differences replicate by replicate and its interval (NaN with a single replicate).
    n
        Replicates.
    ahead, behind
        Share of the replicates in which `arm` has more, or less, than `versus`; the rest are equal.
    """

    arm: str
    versus: str
    measure: str
    step: int
    mean: float
    low: float
    high: float
    n: int
    ahead: float
    behind: float

    @property
    def interval(self) -> tuple[float, float]:
        """Both ends of the interval."""
        return self.low, self.high

    def __str__(self) -> str:
        known = f"[{self.low:+.3f}, {self.high:+.3f}]" if self.n > 1 else "(one replicate: no interval)"
        return (
            f"{self.measure} at step {self.step}: {self.arm} less {self.versus} {self.mean:+.3f} {known}, "
            f"n = {self.n}, ahead in {self.ahead:.0%}"
        )
