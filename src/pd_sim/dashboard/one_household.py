"""The minimally different world: one household taken away, or practising from the start, and nothing else changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pd_sim.community import Community, Graph
from pd_sim.community.ties import Ties
from pd_sim.engine import draw_community, found, village_seed
from pd_sim.errors import ScenarioError
from pd_sim.population import Stage, Variant
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
    """The scenario on its village without one household: positive deviants and false leads stay who they were."""
    community = _as_drawn(scenario, seed)
    where = village_seed(scenario, seed, 0)
    own, stage = found(scenario, where).own, found(scenario, where).stage
    practice = scenario.practice
    hidden = (stage == Stage.PRACTISING) & own["hidden"]
    leads = hidden & (own["variant"] == Variant.FALSE)
    deviants = int((hidden & ~leads).sum()) - int(hidden[row] and not leads[row])
    practice = practice.model_copy(
        update={"positive_deviants": deviants, "false_leads": int(leads.sum()) - int(leads[row])}
    )
    one = Graph(graph=without_row(community, row), draw="once")
    return scenario.model_copy(update={"community": one, "practice": practice})


def converted(scenario: Scenario, seed: int, row: int) -> Scenario:
    """The scenario with one household more that practises from the start, in the open."""
    community = _as_drawn(scenario, seed)
    before = scenario.initial.practising
    if not isinstance(before, tuple) and before:
        raise ScenarioError(
            "initial.practising: households are drawn by lot here, so that one more would change who they are; "
            "name them, or set it to 0"
        )
    named = before if isinstance(before, tuple) else ()
    name = f"{community.villages[community.village_of[row]]}/{community.names[row]}"
    where = village_seed(scenario, seed, 0)
    practice = scenario.practice
    if found(scenario, where).stage[row] == Stage.PRACTISING:  # it does so already, hidden: let it be seen
        deviants = int((found(scenario, where).stage == Stage.PRACTISING).sum()) - 1
        practice = practice.model_copy(update={"positive_deviants": deviants})
    initial = scenario.initial.model_copy(update={"practising": (*named, name), "seen": True})
    one = Graph(graph=community, draw="once")
    return scenario.model_copy(update={"community": one, "initial": initial, "practice": practice})


def _as_drawn(scenario: Scenario, seed: int) -> Community:
    if scenario.community.draw != "once":
        raise ScenarioError("community.draw: one household is changed in a village that is drawn once")
    return draw_community(scenario, village_seed(scenario, seed, 0))
