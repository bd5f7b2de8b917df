"""The Mesa engine: one agent a household on a networkx graph, one agent an intervention, the same rules and draws."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

_start_method = multiprocessing.get_start_method(allow_none=True)
import mesa  # noqa: E402 (importing some versions of Mesa sets the start method of the whole process)

if multiprocessing.get_start_method(allow_none=True) != _start_method:
    multiprocessing.set_start_method(_start_method, force=True)

from pd_sim.agents.household import Household  # noqa: E402
from pd_sim.behaviour import compiled_rule, loop, meet_the_issue, parameter_record  # noqa: E402
from pd_sim.engine import History, Run, Track, found, luck_seed, new_population, village_seed  # noqa: E402
from pd_sim.engine.contract import check_interventions  # noqa: E402
from pd_sim.engine.founding import draw_community  # noqa: E402
from pd_sim.interventions import Memory, Turns  # noqa: E402
from pd_sim.population import Stage  # noqa: E402
from pd_sim.scenario import Scenario  # noqa: E402
from pd_sim.streams import check_seed, draws  # noqa: E402

__all__ = ["CommunityModel", "InterventionAgent"]


class InterventionAgent(mesa.Agent):  # type: ignore[misc]
    """An intervention of the arm, acting in its turn through the population's verbs."""

    model: CommunityModel

    def __init__(self, model: CommunityModel, place: int) -> None:
        super().__init__(model)
        self.place = place
        self.intervention = model.turns.acting[place]

    @property
    def memory(self) -> Memory:
        """What it remembers."""
        return self.model.turns.memories[self.place]

    def step(self) -> None:
        """Act on the households as the interventions before left them."""
        self.model.turns.take_one(self.place, self.model.population)


class CommunityModel(mesa.Model):  # type: ignore[misc]
    """A community as a Mesa model, one arm, one replicate.

    Parameters
    ----------
    scenario
        The scenario.
    arm
        Name of the arm.
    seed
        A whole number from 0; the model is replicate 0 of ``compare(scenario, seed=seed)``.
    household
        Class of the household agents, `Household` or a subclass.
    order
        In which order households decide in a step: a function that takes their list and gives them in another order.
        It cannot matter, since all decisions take effect together; a test holds that.
    idle
        Whether households decide too whose draw alone says that nothing can happen to them in this step. The outcome
        is the same; without them a step is several times as fast. A subclass of `Household` is always asked.

    Attributes
    ----------
    graph
        The ties as a networkx graph, directed where they are; each node's ``household`` is its agent.
    households
        The household agents, by row.
    population
        The arrays they are views on.
    datacollector
        Mesa's collector, with the share of households at each stage.

    Examples
    --------
    >>> import pd_sim as ps
    >>> model = ps.CommunityModel(ps.Scenario.load("village").set("community.households", 40), "bottom_up", seed=3)
    >>> model.step()
    >>> len(model.graph)
    40
    """

    def __init__(
        self,
        scenario: Scenario,
        arm: str,
        seed: int = 1,
        *,
        household: type[Household] = Household,
        order: Callable[[Sequence[Household]], Sequence[Household]] | None = None,
        idle: bool = True,
    ) -> None:
        super().__init__(rng=check_seed(seed) % 2**32)
        scenario = scenario.in_force
        self.scenario = scenario
        self.arm = arm
        self.run_seed = seed
        interventions = scenario.arm(arm)
        where = village_seed(scenario, seed, 0)
        founded = found(scenario, where)
        check_interventions((*scenario.threats, *interventions), founded)
        self.community = draw_community(scenario, where)
        self.population = new_population(scenario, [founded], [luck_seed(seed, 0)])
        self.parameters = parameter_record(scenario.behaviour, scenario.practice)
        self.rule = compiled_rule(scenario.behaviour.decision)
        self.order = order
        self.idle = idle or household is not Household
        self.attending = self.population.nobody()
        """Households that are in a session this step."""
        self.turns = Turns((*scenario.threats, *interventions), self.population)
        self.interventions = [InterventionAgent(self, place) for place in range(len(self.turns.acting))]
        self.households = [household(self, row) for row in range(self.population.n)]
        self.graph = self.community.to_networkx()
        for node, agent in zip(self.graph, self.households, strict=True):
            self.graph.nodes[node]["household"] = agent
        self._let_go()
        self._decided = np.zeros(self.population.n, np.uint8)
        self.track = Track.start(self.population, scenario.steps, digest=True)
        self.history = History.start(self.population, scenario.steps)
        self.track.write(self.population, self._memories)
        self.datacollector = mesa.DataCollector(model_reporters={s.name.lower(): _share_at(s) for s in Stage})
        self.datacollector.collect(self)

    @property
    def scenario(self) -> Scenario:
        """The scenario it runs."""
        return self._scenario

    @scenario.setter
    def scenario(self, scenario: Any) -> None:
        if isinstance(scenario, Scenario):  # later lines of Mesa give every model a scenario of their own kind first
            self._scenario = scenario

    def step(self) -> None:
        """Advance one step: interventions, then every household looks and decides, then all take effect together.

        After the scenario's last step nothing more happens.
        """
        if self.population.step >= self.scenario.steps:
            self.running = False
            return
        step = self.population.step + 1
        self.population.begin_step(step)
        for intervention in self.interventions:
            intervention.step()
        self.attending = self.population.arrays.own["session"].copy()
        asked = self.households if self.idle else self._stirred(step)
        for household in asked if self.order is None else self.order(asked):
            household.step()
        loop.take_effects(self.population.arrays, self.parameters, step, self._decided)
        self.population.form_ties()
        if self.scenario.outcome is not None:
            meet_the_issue(self.population, self.scenario.outcome)
        self.track.write(self.population, self._memories)
        self.history.write(self.population)
        self.datacollector.collect(self)
        self.running = step < self.scenario.steps

    def _stirred(self, step: int) -> list[Household]:
        """Households to which something may happen in this step, by their draw, what is done to them, or their rest."""
        a = self.population.arrays
        u = draws(int(a.seed[0]), loop.DECIDE, step, a.identity)
        most = a.look["ceiling"]
        return [
            self.households[row]
            for row in np.flatnonzero((u < most) | (a.touched != 0) | ((most < 0) & (-most <= step)))
        ]

    def run(self) -> None:
        """Advance to the scenario's last step."""
        while self.population.step < self.scenario.steps:
            self.step()

    def note(self, household: Household, stage: Stage) -> None:
        """Take down a household's decision, to be carried out with all others at the end of the step."""
        decided = 1 + stage
        if stage is Stage.TRYING:
            arrays, step = self.population.arrays, self.population.step
            decided |= loop.note_trial(arrays, 0, household.row, step, household.record, household.seen)
        self._decided[household.row] = decided

    def result(self) -> Run:
        """What came out, in the shape of ``ps.run``."""
        return Run(
            self.scenario,
            self.arm,
            self.run_seed,
            "mesa",
            self.community,
            self.track.counts,
            self.track.cost,
            self.track.amounts,
            self.track.hexdigests()[0],
            self.history,
            self.population,
        )

    @property
    def _memories(self) -> list[Any]:
        return self.turns.memories

    def _let_go(self) -> None:
        """Let Mesa 3.3 forget the counter of agent numbers by which it would keep this model alive for ever."""
        counters = getattr(mesa.Agent, "_ids", None)
        if counters is not None:
            counters.pop(self, None)


def _share_at(stage: Stage) -> Callable[[CommunityModel], float]:
    def share(model: CommunityModel) -> float:
        return float(model.track.counts[model.population.step, :, stage].sum() / model.population.n)

    return share
