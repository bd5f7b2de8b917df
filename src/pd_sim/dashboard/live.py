"""A village in two to four arms, week by week: Mesa models side by side that remember what happened."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pd_sim.agents import CommunityModel
from pd_sim.community import Community
from pd_sim.engine import draw_community, village_seed
from pd_sim.errors import ScenarioError
from pd_sim.population import Mark, Prompt, Stage
from pd_sim.scenario import Arm, Scenario

__all__ = ["EVENTS", "Live", "Moment", "on_one_village"]

EVENTS = ("started", "took_up", "gave_up", "stopped", "found", "met")
"""What may happen to a household in a week: it starts to try, practises, finds it does not work, stops, is found to
practise already, comes to a session."""

_CODE = {name: 1 << bit for bit, name in enumerate(EVENTS)}


@dataclass(frozen=True)
class Moment:
    """One arm at one week."""

    stage: npt.NDArray[np.uint8]
    hidden: npt.NDArray[np.bool_]
    happened: npt.NDArray[np.uint8]
    """Bits of `EVENTS`, one household each."""

    def count(self, event: str) -> int:
        """Households to which it happened."""
        return int(((self.happened & _CODE[event]) != 0).sum())

    @property
    def practising(self) -> float:
        """Share of households practising, hidden ones included."""
        return float((self.stage == Stage.PRACTISING).mean())


def on_one_village(scenario: Scenario) -> Scenario:
    """The same scenario with all that is drawn of its village drawn once, so that a band is about that village."""
    if scenario.community.draw == "once":
        return scenario
    community = scenario.community.model_copy(update={"draw": "once"})
    return scenario.model_copy(update={"community": community})


def _where_nothing_is_done(scenario: Scenario) -> dict[str, Arm]:
    """The arm to which others are compared for incidents: one that does nothing; none where no issue is described."""
    if scenario.outcome is None:
        return {}
    name = next((name for name, arm in scenario.arms.items() if not arm), "nothing")
    while scenario.arms.get(name):
        name += " at all"
    return {name: ()}


class _Arm:
    """One arm: its model, and what happened to every household in every week so far."""

    def __init__(self, scenario: Scenario, name: str, seed: int) -> None:
        self.name = name
        self.model = CommunityModel(scenario, name, seed, idle=False)
        n = self.model.population.n
        self.happened = np.zeros((scenario.steps + 1, n), np.uint8)
        self.prompt = np.zeros((scenario.steps + 1, n), np.uint8)
        self.copied = np.full((scenario.steps + 1, n), -1, np.int32)

    def step(self) -> None:
        model = self.model
        history = model.history
        model.step()
        week, own = model.population.step, model.population.arrays.own
        before, after = history.stage[week - 1], history.stage[week]
        moved = before != after
        events = {
            "started": moved & (after == Stage.TRYING),
            "took_up": moved & (after == Stage.PRACTISING),
            "gave_up": moved & (after == Stage.REJECTED),
            "stopped": moved & (after == Stage.LAPSED),
            "found": history.hidden[week - 1] & ~history.hidden[week] & (after == Stage.PRACTISING),
            "met": model.attending,
        }
        for name, mask in events.items():
            self.happened[week] |= np.where(mask, np.uint8(_CODE[name]), np.uint8(0))
        self.prompt[week], self.copied[week] = own["prompt"], model.population.arrays.copied_from

    def at(self, week: int) -> Moment:
        history = self.model.history
        return Moment(history.stage[week], history.hidden[week], self.happened[week])


class Live:
    """Arms of a scenario on one village, the same households and the same luck in each.

    Parameters
    ----------
    scenario
        The scenario.
    arms
        Two to four names of arms; fewer are shown too.
    seed
        A whole number from 0: the village and the luck.
    """

    def __init__(self, scenario: Scenario, arms: Sequence[str], seed: int = 1) -> None:
        if not 1 <= len(arms) <= 4 or len(set(arms)) < len(arms):
            raise ScenarioError("arms: show one to four, each once")
        self.scenario = on_one_village(scenario)
        self.seed = seed
        self.week = 0
        self.arms = tuple(arms)
        """Names of the arms, in the order they are shown."""
        without = _where_nothing_is_done(self.scenario)
        run = {**self.scenario.arms, **without}
        model_of = self.scenario.model_copy(update={"arms": run})
        self._without = next(iter(without), "")
        self._arms = {name: _Arm(model_of, name, seed) for name in dict.fromkeys((*arms, *without))}
        self._one_at_a_time = threading.RLock()

    @property
    def last(self) -> int:
        """The last week."""
        return self.scenario.steps

    def place(self, arm: str) -> int:
        """Place of an arm in its scenario, by which it looks the same wherever it is shown."""
        return list(self.scenario.arms).index(arm)

    @property
    def community(self) -> Community:
        """Who lives here and who is tied to whom."""
        return draw_community(self.scenario, village_seed(self.scenario, self.seed, 0))

    def go_to(self, week: int) -> None:
        """Show a week: one that has been is shown again, one to come is run up to."""
        week = min(max(week, 0), self.last)
        with self._one_at_a_time:
            for arm in self._arms.values():
                while arm.model.population.step < week:
                    arm.step()
            self.week = week

    def step(self) -> bool:
        """Show the next week; False at the last."""
        with self._one_at_a_time:
            if self.week >= self.last:
                return False
            self.go_to(self.week + 1)
            return True

    @property
    def run_up_to(self) -> int:
        """The last week that has been run, which is shown again at once."""
        return min(arm.model.population.step for arm in self._arms.values())

    def at(self, arm: str, week: int | None = None) -> Moment:
        """One arm at a week that has been; none: the week that is shown."""
        return self._arms[arm].at(self.week if week is None else week)

    def curve(self, arm: str) -> npt.NDArray[np.float64]:
        """Share practising from week 0 to the week that is shown."""
        counts = self._arms[arm].model.track.counts[: self.week + 1, :, Stage.PRACTISING].sum(axis=1)
        return counts / self._arms[arm].model.population.n

    def total(self, arm: str, measure: str) -> float:
        """Money (``cost``), participants, incidents or expected incidents up to the week that is shown."""
        track = self._arms[arm].model.track
        upto = self.week + 1
        if measure == "cost":
            return float(sum(money[:upto].sum() for money in track.cost.values()))
        if measure == "participants":
            return float(track.counts[self.week, :, _counter("participants")].sum())
        if measure in track.amounts:
            return float(track.amounts[measure][:upto].sum())
        if measure in ("expected_incidents", "staff_hours", "volunteer_hours"):
            return 0.0
        return float(track.counts[:upto, :, _counter(measure)].sum())

    def averted(self, arm: str) -> float:
        """Times fewer than where nothing is done that households have met the issue so far, with the same luck.

        As drawn, or as expected where incidents are not drawn; below 0 where there are more; 0 without an issue.
        """
        if self.scenario.outcome is None:
            return 0.0
        measure = "incidents" if self.scenario.outcome.drawn else "expected_incidents"
        return self.total(self._without, measure) - self.total(arm, measure)

    def story(self, arm: str, row: int) -> list[tuple[int, str]]:
        """What happened to one household so far, in words: week and sentence."""
        one = self._arms[arm]
        unit, step = self.scenario.unit, self.scenario.step
        stage, hidden = one.model.history.stage[:, row], one.model.history.hidden[:, row]
        told = [(0, _beginning(Stage(int(stage[0])), bool(hidden[0]), unit))]
        met = 0
        for week in range(1, self.week + 1):
            happened = int(one.happened[week, row])
            if happened & _CODE["met"]:
                met += 1
                if met == 1:
                    told.append((week, "Comes to a session for the first time."))
            if happened & _CODE["found"]:
                told.append((week, "Is found to do better already, and practises in the open from now on."))
            before, after = Stage(int(stage[week - 1])), Stage(int(stage[week]))
            if before is not after:
                told.append((week, self._change(one, row, week, before, after)))
        if met > 1:
            told.append((self.week, f"Has come to {met} sessions by this {step}."))
        return told

    def facts(self, arm: str, row: int) -> dict[str, str]:
        """Who a household is: what a reader may want to know of it, in words."""
        community, model = self.community, self._arms[arm].model
        own = model.population.arrays.own[row]
        ties = int(community.ties.sees_start[row + 1] - community.ties.sees_start[row])
        village = community.villages[community.village_of[row]]
        facts = {
            "name": f"{community.names[row]}" + (f" of {village}" if len(community.villages) > 1 else ""),
            "ties": f"{ties} ties" if ties != 1 else "1 tie",
            "caution": "never tries"
            if not np.isfinite(own["caution"])
            else f"wants to see {own['caution']:.0%} of them",
            "the local solution": "fits" if own["fit_local"] < self.scenario.practice.portability else "does not fit",
            "the outside solution": "fits" if own["fit_outside"] < self.scenario.practice.certainty else "does not fit",
        }
        if int(own["marks"]) & Mark.NO_HARDWARE:
            facts["hardware"] = "lacks it"
        if int(own["marks"]) & Mark.NOT_PERMITTED:
            facts["permission"] = "may not try"
        return facts

    def _change(self, one: _Arm, row: int, week: int, before: Stage, after: Stage) -> str:
        names = self.community.names
        if after is Stage.AWARE:
            return "Hears of it." if before is Stage.UNAWARE else "May try again."
        if after is Stage.TRYING:
            copied = int(one.copied[week, row])
            whom = f", doing as {names[copied]} does" if copied >= 0 else ""
            why = _WHY[Prompt(int(one.prompt[week, row]))]
            again = " again" if before in (Stage.LAPSED, Stage.REJECTED) else ""
            return f"Starts to try{again} {why}{whom}."
        if after is Stage.PRACTISING:
            return "It works: practises from now on."
        if after is Stage.REJECTED:
            return "It did not work here: gives it up."
        if after is Stage.LAPSED:
            return "Stops practising."
        return f"Is {after.name.lower()}."


_WHY = {
    Prompt.SESSION: "in a session",
    Prompt.TIE: "after seeing others practise",
    Prompt.MESSAGE: "after a message",
    Prompt.PAY: "because it is paid for",
    Prompt.ITSELF: "by itself",
}


def _beginning(stage: Stage, hidden: bool, unit: str) -> str:
    if hidden:
        return f"A positive deviant: this {unit} does better already, and nobody has noticed."
    return {
        Stage.UNAWARE: "Has not heard of it.",
        Stage.AWARE: "Has heard of it.",
        Stage.PRACTISING: "Practises from the start.",
    }.get(stage, f"Is {stage.name.lower()} at the start.")


def _counter(name: str) -> int:
    from pd_sim.population import COUNTERS

    return COUNTERS.index(name)
