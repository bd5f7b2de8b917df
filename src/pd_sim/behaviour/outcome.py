"""The issue itself: how often households meet it, and what practising changes about that."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from pd_sim._compile import compiled
from pd_sim.population import COUNTERS, Population, Stage
from pd_sim.population.picking import largest_village
from pd_sim.streams import fill_draws, stream_key

__all__ = ["Outcome", "meet_the_issue"]

_INCIDENT = stream_key("household", "", "incident")
_INCIDENTS = COUNTERS.index("incidents")
_PRACTISING = int(Stage.PRACTISING)

Chance = Annotated[float, Field(ge=0, le=1)]


class Outcome(BaseModel):
    """What the practice is for: an issue that households in need meet now and then, less often if they practise.

    A household meets the issue in a step with the chance risk · (1 − effect) while it practises, else
    risk · (1 − spill_over · effect · s), s the share of its ties that practise; at most 1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    issue: str = Field(min_length=1, max_length=200, description="what is met, in words: a child falls ill")
    risk: Chance = Field(description="chance in a step that a household in need meets it, without the practice")
    effect: float = Field(ge=-1, le=1, description="share of it that practising prevents; below 0: practising harms")
    spill_over: Chance = Field(
        0.0, description="share of the effect that reaches one who does not practise, where all of its ties do"
    )
    drawn: bool = Field(True, description="whether incidents are drawn too, beside the number to be expected")


def meet_the_issue(pop: Population, outcome: Outcome) -> None:
    """Let households meet the issue in this step: write the expected number, and count the drawn ones, by village."""
    expected = pop.amounts.setdefault("expected_incidents", np.zeros(pop.villages))
    _meet(pop.arrays, outcome.risk, outcome.effect, outcome.spill_over, outcome.drawn, np.uint64(pop.step), expected)


@compiled
def _meet(a, risk, effect, spill_over, drawn, step, expected):
    """Add every household's chance to its village's expected number, and count it where its draw falls below."""
    u = np.empty(largest_village(a))
    for r in range(a.seed.shape[0]):
        for village in range(a.replicate_start[r], a.replicate_start[r + 1]):
            first, last = a.village_start[village], a.village_start[village + 1]
            if drawn:
                fill_draws(a.seed[r], _INCIDENT, step, a.identity[first:last], u)
            total, met = 0.0, 0
            for i in range(first, last):
                if not a.own[i].need:
                    continue
                chance = risk
                if a.stage[i] == _PRACTISING:
                    chance = risk * (1.0 - effect)
                elif spill_over > 0.0:
                    chance = risk * (1.0 - spill_over * effect * _practising_share(a, i))
                chance = min(chance, 1.0)
                total += chance
                met += int(drawn and u[i - first] < chance)
            expected[village] = total
            a.counts[village, _INCIDENTS] = met


@compiled(inlined=True)
def _practising_share(a, i):
    """Share of a household's ties that practise, noticed or not; 0 without ties."""
    ties, practising = a.sees_start[i + 1] - a.sees_start[i], 0
    for k in range(a.sees_start[i], a.sees_start[i + 1]):
        practising += int(a.stage[a.sees[k]] == _PRACTISING)
    if a.pool_head.shape[0] > 0:
        k = a.pool_head[i]
        while k >= 0:
            ties += 1
            practising += int(a.stage[a.pool[k, 1]] == _PRACTISING)
            k = a.pool[k, 0]
    return practising / ties if ties > 0 else 0.0
