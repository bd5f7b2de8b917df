"""The compiled engine and the Mesa engine give the same bytes at every step, in whatever order households decide."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.engine import Tile, found, luck_seed, new_population, village_seed
from pd_sim.interventions import Budget, Threat, intervention_kinds
from pd_sim.population import COUNTERS, Stage
from pd_sim.population.records import GATED
from tests.builders import Everybody, Remembering, graph, scattered, scenario, seen_of
from tests.generated import DECISIONS, scenarios

THOROUGH = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def shuffled(luck):
    return lambda households: random.Random(luck).sample(households, len(households))


def tile_of(town, arm, seed):
    town, where = town.in_force, village_seed(town, seed, 0)
    return Tile(town, town.arm(arm), new_population(town, [found(town, where)], [luck_seed(seed, 0)]), digest=True)


def lockstep(town, arm, seed, each_step, **how):
    """Run both engines a step at a time, and hand both to a function after every step."""
    tile, model = tile_of(town, arm, seed), ps.CommunityModel(town, arm, seed, **how)
    each_step(tile, model)
    for _ in range(town.steps):
        tile.step()
        model.step()
        each_step(tile, model)
    return tile, model


def same(tile, model):
    """Everything the engines hold is equal, byte for byte, and what is counted is what the agents see."""
    ours, theirs = tile.pop.arrays, model.population.arrays
    assert tile.pop.step == model.population.step
    for name in ("stage", "own", "copied_from", "counts", "pool_head", "pool_size", "touched"):
        assert getattr(ours, name).tobytes() == getattr(theirs, name).tobytes(), name
    size = int(ours.pool_size[0])
    assert ours.pool[:size].tobytes() == theirs.pool[:size].tobytes()
    assert tile.track.hexdigests() == model.track.hexdigests()
    for mine, yours in zip(tile.turns.memories, model._memories, strict=True):
        assert [v.tobytes() for _, v in mine.kept()] == [v.tobytes() for _, v in yours.kept()]
    scale = ours.scale
    for row, household in enumerate(model.households):
        household.look()
        seen = [seen_of(tile.pop, name)[row] / scale for name in ("practising", "heard", "degree")]
        assert seen == [household.seen[name] for name in ("practising", "heard", "degree")]


@THOROUGH
@given(scenarios(), st.integers(0, 2**63 - 1), st.integers(0, 99))
def test_both_engines_agree_byte_for_byte_at_every_step(town, seed, luck):
    tile, model = lockstep(town, "arm", seed, same, order=shuffled(luck))
    mine, theirs = tile.track, model.track
    assert mine.counts.tobytes() == theirs.counts.tobytes()
    for sums in ("cost", "amounts"):
        ours, yours = getattr(mine, sums), getattr(theirs, sums)
        assert {k: v.tobytes() for k, v in ours.items()} == {k: v.tobytes() for k, v in yours.items()}


@settings(THOROUGH, max_examples=40)
@given(scenarios(), st.integers(0, 2**63 - 1))
def test_households_to_whom_nothing_can_happen_need_not_be_asked(town, seed):
    tile, model = lockstep(town, "arm", seed, same, idle=False)
    assert tile.track.counts.tobytes() == model.track.counts.tobytes()


@settings(THOROUGH, max_examples=20)
@given(scenarios(), st.integers(0, 1000))
def test_run_gives_the_same_on_both_engines(town, seed):
    compiled, mesa = ps.run(town, "arm", seed), ps.run(town, "arm", seed, engine="mesa")
    assert compiled.digest == mesa.digest
    assert compiled.counts.tobytes() == mesa.counts.tobytes()
    assert compiled.frame().equals(mesa.frame())
    assert compiled.households().equals(mesa.households())
    assert (compiled.history.stage == mesa.history.stage).all()
    assert (compiled.history.hidden == mesa.history.hidden).all()


TIMES = ("stop", "again", "begins_at", "begins_with", "ends_at", "ends_with")
TWO_WAYS = (
    *("mutual", "weighted", "trial", "rest", "meeting", "perceived"),
    *("several villages", "gates", "all principles", "outcome"),
)


def payer_of(key):
    return key.split(": ")[0] if ": " in key else "sponsor"


@pytest.mark.slow
def test_generated_scenarios_are_worth_it():
    """They visit every stage, event, prompt and form of tie, else agreement would say little."""
    visited = dict.fromkeys(COUNTERS, 0)
    kinds: set[str] = set()

    @settings(THOROUGH, max_examples=600, derandomize=True, phases=[Phase.generate], database=None)
    @given(scenarios())
    def visit(town):
        run = ps.run(town, "arm", 5)
        frame = run.frame()
        for name in COUNTERS:
            visited[name] += int((frame[name] > 0).any())
        ties = found(town, village_seed(town, 5, 0)).ties
        kinds.update({f"mutual {ties.mutual}", f"weighted {ties.weight is not None}", town.behaviour.decision})
        kinds.add(f"trial {town.behaviour.trial == 0}")
        kinds.add(f"rest {town.behaviour.rest == 'never'}")
        kinds.add(f"meeting {town.behaviour.meeting > 0}")
        kinds.add(f"perceived {town.practice.seen_never > 0}")
        kinds.add(f"several villages {len(run.community.villages) > 1}")
        kinds.add(f"gates {(run.population.arrays.own['marks'] & GATED).any()}")
        kinds.add(f"all principles {town.in_force is town}")
        kinds.add(f"outcome {town.outcome is not None}")
        kinds.update(run.cost, (key.split(": ")[-1] for key in run.cost))
        kinds.update(run.amounts)
        kinds.update(threat.kind for threat in town.threats)
        for intervention in town.arm("arm"):
            kinds.update(f"{name} given" for name in TIMES if getattr(intervention, name, None) is not None)
            if isinstance(intervention, Budget):
                spent = sum(money.sum() for key, money in run.cost.items() if payer_of(key) in intervention.pays_for)
                kinds.add(f"{intervention.then} {'short' if 0 < spent < intervention.amount < 200 else 'other'}")

    visit()
    assert min(visited.values()) >= 3, visited
    wanted = {f"{x} {y}" for x in TWO_WAYS for y in (True, False)} | {f"{name} given" for name in TIMES}
    wanted |= {f"{then} {how}" for then in ("stop", "thin") for how in ("short", "other")}
    wanted |= {kind for kind, cls in intervention_kinds().items() if issubclass(cls, Threat)}
    wanted |= {*DECISIONS, "expected_incidents", "staff_hours", "volunteer_hours", "volunteers: time"}
    wanted |= {f"{payer}{x}" for payer in ("", "community: ") for x in ("set-up", "running", "sessions", "places")}
    wanted |= {"visits", "pay", "hardware", "messages", "time"}
    assert kinds >= wanted, wanted - kinds


# ── planted errors ──────────────────────────────────────────────────────────────────────────────────────────────


class LookingAhead(ps.Household):
    """Forgets that the step in which it started does not count as practised."""

    def chance_to_lapse(self):
        self.seen["step"] += 1
        try:
            return super().chance_to_lapse()
        finally:
            self.seen["step"] -= 1


class Keener(ps.Household):
    """A hundredth likelier to try."""

    def chance_to_try(self):
        return 1.01 * super().chance_to_try()


class AtOnce(ps.Household):
    """Carries its decision out at once, for others of the same step to see."""

    def step(self):
        super().step()
        from pd_sim.behaviour import loop

        arrays, row = self.model.population.arrays, self.row
        if self.model._decided[row]:
            village = int(np.searchsorted(arrays.village_start, row, side="right")) - 1
            decided, self.model._decided[row] = self.model._decided[row], 0
            loop.take_effect(arrays, self.model.parameters, 0, village, row, decided, self.model.population.step)


BUSY = scenario(
    {"generator": "village", "households": 120},
    {"arm": [Everybody(push=0.2, tells=True, reveals=True), Remembering()]},
    steps=60,
    behaviour={"try_rate": 0.2, "rest": 4},
    practice={"positive_deviants": 0.1},
)


def test_most_households_are_left_out_where_only_those_are_asked_to_whom_something_may_happen(monkeypatch):
    asked = []
    monkeypatch.setattr(ps.Household, "step", lambda self, step=ps.Household.step: (asked.append(self), step(self)))
    digests = []
    town = ps.Scenario.load("village").set("community.households", 100).set("steps", 30)
    for idle in (True, False):
        asked.clear()
        model = ps.CommunityModel(town, "top_down", 1, idle=idle)
        model.run()
        digests.append((model.result().digest, len(asked)))
    assert digests[0][0] == digests[1][0]
    assert digests[0][1] == 100 * 30 > 1.3 * digests[1][1] > 0


def test_a_household_that_is_wrongly_left_out_is_noticed(monkeypatch):
    """Negative control: those who try are passed over."""
    stirred = ps.CommunityModel._stirred
    monkeypatch.setattr(
        ps.CommunityModel, "_stirred", lambda self, step: [h for h in stirred(self, step) if h.stage != Stage.TRYING]
    )
    with pytest.raises(AssertionError):
        lockstep(BUSY, "arm", 1, same, idle=False)


@pytest.mark.parametrize("planted", [LookingAhead, Keener, AtOnce])
def test_a_planted_error_in_a_household_is_caught(planted):
    sound = ps.run(BUSY, "arm", 1)
    assert ps.run(BUSY, "arm", 1, engine="mesa").digest == sound.digest
    model = ps.CommunityModel(BUSY, "arm", 1, household=planted)
    model.run()
    assert model.result().digest != sound.digest
    with pytest.raises(AssertionError):
        lockstep(BUSY, "arm", 1, same, household=planted)


@pytest.mark.parametrize("name", ["practising", "heard"])
def test_a_count_that_was_not_brought_up_to_date_is_caught(name):
    def stale(tile, model):
        if tile.pop.step == 2:
            row = int(seen_of(tile.pop, name).argmax())
            tile.pop.arrays.look[name][row] -= 1
        same(tile, model)

    with pytest.raises(AssertionError):
        lockstep(BUSY, "arm", 1, stale)


def test_a_tie_that_the_graph_does_not_have_is_caught():
    arm = [Everybody(push=0.1, tells=True, reveals=True)]
    one, two = (
        scenario(graph(scattered(ties, [20], 0.3)), {"arm": arm}, practice={"positive_deviants": 2}, steps=40)
        for ties in (3, 4)
    )
    assert ps.run(one, "arm", 1).digest != ps.run(two, "arm", 1, engine="mesa").digest


def test_the_order_of_activation_matters_to_those_who_act_at_once():
    """Negative control of the shuffled order: with effects at once, another order gives another village."""
    digests = set()
    for luck in range(3):
        model = ps.CommunityModel(BUSY, "arm", 1, household=AtOnce, order=shuffled(luck))
        model.run()
        digests.add(model.result().digest)
    assert len(digests) == 3
    sound = set()
    for luck in range(3):
        model = ps.CommunityModel(BUSY, "arm", 1, order=shuffled(luck))
        model.run()
        sound.add(model.result().digest)
    assert len(sound) == 1
