"""One run of one arm, on either engine."""

from __future__ import annotations

from pd_sim.engine import Run, run_compiled
from pd_sim.errors import UnknownNameError
from pd_sim.scenario import Scenario

__all__ = ["ENGINES", "run"]

ENGINES = ("compiled", "mesa")


def run(scenario: Scenario, arm: str, seed: int = 1, *, engine: str = "compiled") -> Run:
    """Run one arm once, with every household to look at.

    Parameters
    ----------
    scenario
        The scenario.
    arm
        Name of the arm.
    seed
        A whole number from 0; the run is replicate 0 of ``compare(scenario, seed=seed)``.
    engine
        ``compiled`` (fast) or ``mesa`` (one Mesa agent a household); both give the same digest.

    Raises
    ------
    UnknownNameError
        An unknown arm or engine.

    Examples
    --------
    >>> import pd_sim as ps
    >>> town = ps.Scenario.load("village").set("community.households", 40).set("steps", 12)
    >>> ps.run(town, "bottom_up", seed=3).digest == ps.run(town, "bottom_up", seed=3, engine="mesa").digest
    True
    """
    if engine == "compiled":
        return run_compiled(scenario, arm, seed)
    if engine != "mesa":
        raise UnknownNameError("engine", engine, ENGINES)
    from pd_sim.agents import CommunityModel

    model = CommunityModel(scenario, arm, seed)
    model.run()
    return model.result()
