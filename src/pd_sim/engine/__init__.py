"""A step, a run, and many runs in tiles on threads."""

from __future__ import annotations

from pd_sim.engine.contract import check_intervention
from pd_sim.engine.ensemble import ArmTrack, default_threads, simulate
from pd_sim.engine.founding import draw_community, forget_villages, found, luck_seed, village_seed
from pd_sim.engine.run import History, Run, run_compiled
from pd_sim.engine.simulate import Tile, Track, new_population

__all__ = [
    "ArmTrack",
    "History",
    "Run",
    "Tile",
    "Track",
    "check_intervention",
    "default_threads",
    "draw_community",
    "forget_villages",
    "found",
    "luck_seed",
    "new_population",
    "run_compiled",
    "simulate",
    "village_seed",
]
