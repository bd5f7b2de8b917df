"""The villages of a run as a printed picture: at the beginning, half way, and at the week that is shown."""

from __future__ import annotations

import numpy as np

from pd_sim.dashboard.downloads import printed
from pd_sim.dashboard.live import Live
from pd_sim.dashboard.places import places_of, ties_of

__all__ = ["snapshot"]


def snapshot(live: Live, week: int, ending: str) -> bytes:
    """Every arm at the beginning, half way and at a week that has been, as ``.png`` or ``.svg``."""
    from pd_sim.figures.network import Snapshots, network

    moments = tuple(sorted({0, week // 2, week}))
    seen = {arm: [live.at(arm, moment) for moment in moments] for arm in live.arms}
    taken = Snapshots(
        positions=places_of(live.community).astype(np.float64),
        ties=ties_of(live.community).astype(np.int64),
        moments=moments,
        stages={arm: np.stack([moment.stage for moment in all_of]) for arm, all_of in seen.items()},
        hidden={arm: np.stack([moment.hidden for moment in all_of]) for arm, all_of in seen.items()},
    )
    return printed(lambda: network(taken, unit=f"{live.scenario.step}s"), ending)
