"""All published results by name, run one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pd_sim.errors import UnknownNameError
from pd_sim.validation import bass, centola, exposure, fairness, granovetter, kempe, newman, reinforcement, watts
from pd_sim.validation.checks import Published, Verdict

__all__ = ["RESULTS", "chosen", "validate"]

RESULTS: dict[str, Published] = {
    result.name: result
    for result in (
        granovetter.RESULT,
        watts.RESULT,
        newman.RESULT,
        centola.REWIRING,
        centola.LONG_TIES,
        reinforcement.RESULT,
        bass.RESULT,
        kempe.RESULT,
        exposure.RESULT,
        fairness.PLACEBO,
        fairness.LABELS,
        fairness.EQUAL_TERMS,
    )
}
"""Every published result, in the order of the evidence."""


def chosen(only: Sequence[str] = ()) -> list[Published]:
    """Results of these names, each once; none: all.

    Raises
    ------
    UnknownNameError
        There is no such result; the nearest is offered.
    """
    for name in only:
        if name not in RESULTS:
            raise UnknownNameError("result", name, RESULTS)
    return [RESULTS[name] for name in dict.fromkeys(only or RESULTS)]


def validate(
    only: Sequence[str] = (),
    *,
    quick: bool = False,
    seed: int = 1,
    control: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Verdict]:
    """Run published results one after another; each comes out as soon as it is done.

    Parameters
    ----------
    only
        Names out of `RESULTS`; none: all.
    quick
        Fewer runs, and so wider intervals.
    seed
        Seed of all runs.
    control
        Name of an error to plant in results that know it; the others are left out.
    progress
        Called with the number of results done and to do.
    """
    todo = [result for result in chosen(only) if not control or control in result.controls]
    for done, result in enumerate(todo):
        if progress is not None:
            progress(done, len(todo))
        yield result.verdict(quick=quick, seed=seed, control=control)
    if progress is not None:
        progress(len(todo), len(todo))
