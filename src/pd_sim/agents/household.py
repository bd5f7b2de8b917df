"""A household as a Mesa agent: a view on one row of the population that decides by the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from pd_sim.behaviour import loop, rules
from pd_sim.population import SEEN, Shown, Stage, Variant
from pd_sim.population.kernels import talks
from pd_sim.streams import draw

if TYPE_CHECKING:
    from pd_sim.agents.model import CommunityModel

__all__ = ["Household"]

# plain numbers, since a name of an enumeration takes longer to look up than a neighbour takes to be seen
_PRACTISING = int(Stage.PRACTISING)
_NOTHING, _SEEN_PRACTISING, _STOPPED, _NEVER = (
    int(shown) for shown in (Shown.NOTHING, Shown.PRACTISING, Shown.STOPPED, Shown.NEVER)
)


class Household(mesa.Agent):  # type: ignore[misc]
    """One household of a community.

    In a step it first `look`s at those it is tied to, then `decide`s; the model carries all decisions out together.
    Subclass it to let households behave otherwise: override `chance_to_hear`, `chance_to_try`, `chance_to_succeed` or
    `chance_to_lapse`, each a plain Python method that gives the chance of that event in this step.

    Examples
    --------
    >>> import pd_sim as ps
    >>> class Stubborn(ps.Household):
    ...     def chance_to_try(self):
    ...         return 0.5 * super().chance_to_try()
    >>> town = ps.Scenario.load("village").set("community.households", 40).set("steps", 12)
    >>> model = ps.CommunityModel(town, "top_down", seed=1, household=Stubborn)
    >>> model.step()
    """

    model: CommunityModel

    def __init__(self, model: CommunityModel, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.seen = np.zeros(1, SEEN)[0]
        """What it sees this step: practising, heard, degree, proof, step."""

    def __repr__(self) -> str:
        return f"Household({self.village}/{self.name}, {self.stage.name.lower()})"

    # ── who it is ───────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def name(self) -> str:
        """Its name in its village."""
        return self.model.community.names[self.row]

    @property
    def village(self) -> str:
        """Name of its village."""
        return self.model.community.villages[self.model.community.village_of[self.row]]

    @property
    def record(self) -> Any:
        """Its record: traits and state (``population.HOUSEHOLD``), a view."""
        return self.model.population.arrays.own[self.row]

    @property
    def stage(self) -> Stage:
        """Where it stands towards the practice."""
        return Stage(self.model.population.arrays.stage[self.row])

    @property
    def hidden(self) -> bool:
        """Whether it practises unnoticed."""
        return bool(self.record["hidden"])

    @property
    def variant(self) -> Variant:
        """Which form of the practice it knows."""
        return Variant(self.record["variant"])

    @property
    def neighbours(self) -> list[Household]:
        """Households it sees."""
        return [self.model.households[row] for row, _, _ in self.model.population.neighbours(self.row)]

    # ── what it does in a step ──────────────────────────────────────────────────────────────────────────────────

    def look(self) -> None:
        """See who practises and who talks, from the neighbours as they are now."""
        population = self.model.population
        own, stages, scale = population.arrays.own, population.arrays.stage, population.arrays.scale
        practising = heard = degree = 0
        for row, sight, weight in population.neighbours(self.row):
            degree += weight
            other, stage = own[row], int(stages[row])
            practising += weight if sight & _shows(stage, other["hidden"], other["ever"]) else 0
            heard += weight if talks(stage) else 0
        self.seen["practising"] = practising / scale
        self.seen["heard"] = heard / scale
        self.seen["degree"] = degree / scale
        self.seen["proof"] = practising / degree if degree else 0.0
        self.seen["step"] = population.step

    def chance_to_hear(self) -> float:
        """Chance that it hears of the practice this step, where it is unaware."""
        return float(rules.chance_to_hear(self.record, self.seen, self.model.parameters[0]))

    def chance_to_try(self) -> float:
        """Chance that it starts to try this step, where it is aware, or has lapsed or rejected and is in a session."""
        return float(rules.chance_to_try(self.record, self.seen, self.model.parameters[0], self.model.rule))

    def chance_to_succeed(self) -> float:
        """Chance that its trial succeeds, in the step in which it ends."""
        return float(rules.chance_to_succeed(self.record, self.model.parameters[0]))

    def chance_to_lapse(self) -> float:
        """Chance that it stops practising this step."""
        return float(rules.chance_to_lapse(self.record, self.seen, self.model.parameters[0]))

    def decide(self) -> Stage:
        """Choose the stage for the end of this step, by its one draw of the step; the present one: no change."""
        stage, own, parameters = self.stage, self.record, self.model.parameters[0]
        steps = self.model.population.step - int(own["since"])
        if stage is Stage.UNAWARE:
            return Stage.AWARE if self._draw(loop.DECIDE) < self.chance_to_hear() else stage
        if stage is Stage.AWARE:
            return Stage.TRYING if self._draw(loop.DECIDE) < self.chance_to_try() else stage
        if stage is Stage.TRYING:
            near = self.seen["practising"] > 0
            rate = parameters["learn_near"] if near else parameters["learn_alone"]
            own["know_how"] = rules.learned(float(own["know_how"]), float(rate))
            if steps < parameters["trial"]:
                return stage
            return Stage.PRACTISING if self._draw(loop.OUTCOME) < self.chance_to_succeed() else Stage.REJECTED
        if stage is Stage.PRACTISING:
            return Stage.LAPSED if self._draw(loop.DECIDE) < self.chance_to_lapse() else stage
        if own["session"] and self._draw(loop.DECIDE) < self.chance_to_try():
            return Stage.TRYING
        rest = parameters["rest"]
        return Stage.AWARE if 0 <= rest <= steps else stage

    def step(self) -> None:
        """Look, decide, and hand the decision to the model, which carries all of them out together."""
        self.look()
        before, after = self.stage, self.decide()
        if after is not before:
            self.model.note(self, after)

    def _draw(self, stream: np.uint64) -> float:
        population = self.model.population
        a = population.arrays
        return float(draw(a.seed[0], stream, np.uint64(population.step), a.identity[self.row]))


def _shows(stage: int, hidden: bool, ever: bool) -> int:
    """What a household in this state shows those who are tied to it."""
    if stage == _PRACTISING:
        return _NOTHING if hidden else _SEEN_PRACTISING
    return _STOPPED if ever else _NEVER
