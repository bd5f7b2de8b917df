"""The minimally different world: one household taken away, or practising from the start, and nothing else changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim.community import Community, Graph
from pd_sim.community.ties import Ties
from pd_sim.community.traits import Traits
from pd_sim.engine import draw_community, found, village_seed
from pd_sim.errors import ScenarioError
from pd_sim.population import Stage, Variant
from pd_sim.population.records import SETTLED
from pd_sim.scenario import Scenario

__all__ = ["converted", "removed", "without_row"]


def without_row(community: Community, row: int) -> Community:
    """The community without one household and its ties; everybody else keeps name, identity and order.

    Examples
    --------
    >>> town = Community.build(["ann", "bo", "cy"], source=["ann", "bo"], target=["bo", "cy"])
    >>> without_row(town, 1).names, without_row(town, 1).ties.out_degree.tolist()
    (('ann', 'cy'), [0, 0])
    """
    village = int(community.village_of[row])
    if community.sizes[village] < 2:
        raise ScenarioError("the last household of a village cannot be taken away")
    ties = community.ties
    kept = (ties.source != row) & (ties.sees != row)
    place = np.cumsum(np.arange(community.n) != row) - 1
    half = kept & (ties.source < ties.sees) if ties.mutual else kept
    ends = [place[side[half]] for side in (ties.source, ties.sees)]
    weight = None if ties.weight is None else ties.weight[half] / ties.scale
    perceived = None if ties.perceived is None else ties.perceived[half]
    start = community.start.copy()
    start[village + 1 :] -= 1
    rows = np.arange(community.n) != row
    return replace(
        community,
        start=start,
        names=tuple(name for k, name in enumerate(community.names) if k != row),
        identity=community.identity[rows],
        ties=Ties.build(community.n - 1, ends[0], ends[1], weight, ties.mutual, perceived=perceived),
        columns={name: column[rows] for name, column in community.columns.items()},
        report=None,
    )


def removed(scenario: Scenario, seed: int, row: int) -> Scenario:
    """The scenario on its village without one household: who else does or knows it at the start stays as it was."""
    community = _as_drawn(scenario, seed)
    start = _as_found(scenario, seed, row)
    aware = found(scenario, village_seed(scenario, seed, 0)).stage == Stage.AWARE
    # by name, as a lot among one household less might fall on others
    start["initial"] = start["initial"].model_copy(update={"aware": _names(community, aware, row)})
    one = Graph(graph=without_row(community, row), draw="once")
    return scenario.model_copy(update={**start, "community": one, "traits": _without_listed(scenario, community, row)})


def converted(scenario: Scenario, seed: int, row: int) -> Scenario:
    """The scenario with one household more that practises from the start, in the open."""
    community = _as_drawn(scenario, seed)
    start = _as_found(scenario, seed, row)
    before = start["initial"]
    if before.practising and not before.seen:
        raise ScenarioError(
            "initial.seen: those who practise from the start do so unseen here, so that one more in the open would "
            "show the others too; set it to true"
        )
    more = (*before.practising, _name(community, row))
    start["initial"] = before.model_copy(update={"practising": more, "seen": True})
    return scenario.model_copy(update={**start, "community": Graph(graph=community, draw="once")})


def _as_found(scenario: Scenario, seed: int, row: int) -> dict[str, Any]:
    """Practice and start with the same positive deviants, false leads and starters as are found, but for one household.

    Who is drawn by lot is drawn by the smallest draws: with one of them less the same others are left.
    """
    founded = found(scenario, village_seed(scenario, seed, 0))
    practising = founded.stage == Stage.PRACTISING
    false = practising & (founded.own["variant"] == Variant.FALSE)
    deviants = practising & ~false & (founded.own["since"] == SETTLED)
    started = _names(_as_drawn(scenario, seed), practising & ~false & ~deviants, row)
    others = np.arange(len(practising)) != row
    counts = {"positive_deviants": int((deviants & others).sum()), "false_leads": int((false & others).sum())}
    return {
        "practice": scenario.practice.model_copy(update=counts),
        "initial": scenario.initial.model_copy(update={"practising": started}),
    }


def _without_listed(scenario: Scenario, community: Community, row: int) -> Traits:
    """Traits without the value of one household, where values are listed one by one."""
    others = np.arange(community.n) != row
    listed: dict[str, tuple[float, ...]] = {}
    for name in Traits.model_fields:
        value = getattr(scenario.traits, name)
        if isinstance(value, tuple):  # one list may stand for each of several villages
            every = np.tile(value, community.n // len(value))
            listed[name] = tuple(every[others].tolist())
    return scenario.traits.model_copy(update=listed)


def _name(community: Community, row: int) -> str:
    return f"{community.villages[community.village_of[row]]}/{community.names[row]}"


def _names(community: Community, which: npt.NDArray[np.bool_], without: int) -> tuple[str, ...]:
    return tuple(_name(community, int(row)) for row in np.flatnonzero(which) if row != without)


def _as_drawn(scenario: Scenario, seed: int) -> Community:
    if scenario.community.draw != "once":
        raise ScenarioError("community.draw: one household is changed in a village that is drawn once")
    return draw_community(scenario, village_seed(scenario, seed, 0))
