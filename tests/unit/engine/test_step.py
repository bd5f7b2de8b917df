"""The order of a step: interventions, seeing, deciding, all effects together, ties, clearing, record."""

from __future__ import annotations

import numpy as np
import pytest

from pd_sim.engine import Tile, new_population
from pd_sim.population import COUNTERS, Mark, Stage, Variant
from pd_sim.streams import stream_key, tie_draw
from tests.builders import Everybody, Move, Planned, founded, scenario, seen_of, tied

SURE = {
    "talk_practising": 1.0,
    "talk_heard": 0.0,
    "try_rate": 1.0,
    "session_rate": 1.0,
    "temperature": 0.0,
    "trial": 2,
    "floor": 1.0,
    "fresh": 0.0,
    "settled": 0.0,
    "epsilon": 0.0,
    "confidence_weight": 0.0,
}
FITS = {"portability": 1.0, "certainty": 1.0, "seen_practising": 1.0}
TRUST = {"trust_peer": 1.0, "trust_expert": 1.0, "fit_local": 0.5, "fit_outside": 0.5}


def tile_of(drawn, *arm, steps=12, **behaviour):
    town = scenario(steps=steps, behaviour={**SURE, **behaviour}, practice=FITS)
    return Tile(town, arm, new_population(town, [drawn], [1]))


def line(n=4, **state):
    return founded(tied(n, [(i, i + 1) for i in range(n - 1)]), **{**TRUST, **state})


def stages(tile):
    return [Stage(s).name.lower() for s in tile.pop.arrays.stage]


def test_news_travels_one_tie_a_step_since_nobody_sees_anothers_decision():
    drawn = line(stage=[3, 0, 0, 0], variant=[1, 0, 0, 0], caution=[0, 0.4, 0.4, 0.9])
    tile = tile_of(drawn, trial=0)
    seen = []
    for _ in range(6):
        tile.step()
        seen.append(stages(tile))
    p, a, u = "practising", "aware", "unaware"
    assert seen[:4] == [[p, a, u, u], [p, p, u, u], [p, p, a, u], [p, p, p, u]]
    assert seen[5] == [p, p, p, p]
    assert set(tile.pop.arrays.own["variant"]) == {Variant.LOCAL}


def test_what_interventions_do_is_seen_in_the_same_step():
    plan = Planned(moves=(Move(step=1, verb="reveal"),))
    tile = tile_of(line(stage=[3, 0, 0, 0], hidden=[True, False, False, False]), plan)
    tile.step()
    assert stages(tile) == ["practising", "aware", "unaware", "unaware"]


def test_interventions_act_in_their_order():
    tell = Planned(moves=(Move(step=1, verb="tell"),))

    class OnlyTheAware(Everybody, kind="only_the_aware"):
        """Pushes those who are aware by now."""

        def act(self, step, pop, state):
            """Push."""
            pop.encourage(pop.at(Stage.AWARE), 1.0, "peer")

    for arm, wanted in (((tell, OnlyTheAware()), "trying"), ((OnlyTheAware(), tell), "aware")):
        tile = tile_of(line(), *arm, steps=1)
        tile.step()
        assert stages(tile) == [wanted] * 4


def test_marks_of_a_step_are_cleared_at_its_end():
    moves = [Move(step=1, verb=verb) for verb in ("encourage", "pay", "attend", "involve", "affirm")]
    tile = tile_of(line(stage=[1, 2, 3, 4], caution=9.0), Planned(moves=tuple(moves)))
    tile.step()
    own = tile.pop.arrays.own
    assert not own["push"].any()
    assert not own["pay"].any()
    assert not own["session"].any()
    assert (own["marks"] == Mark.CAME).all()
    assert own["involved"].all()
    assert not tile.pop.arrays.touched.any()
    assert own["paid"].tolist() == [0, 0, 1, 0]


@pytest.mark.parametrize("trial", [0, 1, 3])
def test_a_trial_takes_its_steps(trial):
    drawn = line(2, stage=[3, 1], variant=[1, 0])
    tile = tile_of(drawn, trial=trial, learn_near=0.5)
    for _ in range(trial):
        tile.step()
        assert stages(tile)[1] == "trying"
    tile.step()
    assert stages(tile)[1] == "practising"
    assert tile.pop.arrays.own["know_how"][1] == 1 - 0.5**trial
    assert tile.pop.arrays.own["since"][1] == 1 + trial
    assert tile.pop.arrays.counts[0, COUNTERS.index("by_tie")] == 1


@pytest.mark.parametrize("stage", [Stage.LAPSED, Stage.REJECTED])
@pytest.mark.parametrize("rest", [1, 3, "never"])
def test_rest(stage, rest):
    tile = tile_of(line(1, stage=stage), rest=rest)
    came_back = []
    for _ in range(5):
        tile.step()
        came_back.append(stages(tile)[0] == "aware")
    assert came_back == [rest != "never" and step >= rest for step in range(1, 6)]


def test_those_who_gave_up_decide_in_a_session_before_their_rest_is_over():
    gather = Everybody(gathers=True, push=1.0)
    tile = tile_of(line(2, stage=[4, 5]), gather, rest="never")
    tile.step()
    assert stages(tile) == ["trying", "trying"]
    tile = tile_of(line(2, stage=[4, 5]), Everybody(push=1.0), rest="never")
    tile.step()
    assert stages(tile) == ["lapsed", "rejected"]


def test_a_step_of_a_long_rest_costs_no_precision():
    tile = tile_of(line(1, stage=Stage.LAPSED, know_how=1.0), rest=5000, steps=5200, know_how_decay=0.001)
    tile.run()
    assert tile.track.counts[4999, 0, Stage.LAPSED] == 1
    assert tile.track.counts[5000, 0, Stage.AWARE] == 1
    assert tile.pop.arrays.own["know_how"][0] == np.float32(0.999**5000)


# ── who is copied, and what came before ─────────────────────────────────────────────────────────────────────────

COPY = stream_key("household", "", "copy")
STAR = [(0, i) for i in range(1, 7)]


def smallest(tile, rows):
    """Of these neighbours of household 0, the one with the smallest draw for copying."""
    a = tile.pop.arrays
    step = np.uint64(tile.pop.step)
    return min(rows, key=lambda j: tie_draw(a.seed[0], COPY, step, a.identity[0], a.identity[j]))


@pytest.mark.parametrize("luck", range(8))
def test_of_those_seen_practising_the_one_with_the_smallest_draw_is_copied(luck):
    variants = [0, 1, 2, 3, 0, 1, 2]
    own = dict(stage=[1, 3, 3, 3, 3, 3, 1], hidden=[False] * 5 + [True, False], variant=variants)
    tile = tile_of(founded(tied(7, STAR), **TRUST, **own), Everybody(push=1.0))
    tile.pop.arrays.seed[0] = luck
    tile.step()
    source = smallest(tile, [1, 2, 3])  # 4 knows no variant, 5 is hidden, 6 only talks
    assert tile.pop.arrays.copied_from[0] == source
    assert tile.pop.arrays.own["variant"][0] == variants[source]


@pytest.mark.parametrize("luck", range(8))
def test_where_nobody_is_seen_one_that_talks_is_copied_and_else_the_outside_variant(luck):
    own = dict(stage=[1, 1, 2, 4, 5, 0, 3], hidden=[False] * 6 + [True], variant=[0, 1, 2, 3, 0, 1, 1])
    tile = tile_of(founded(tied(7, STAR), **TRUST, **own), Everybody(push=1.0))
    tile.pop.arrays.seed[0] = luck
    tile.step()
    assert tile.pop.arrays.copied_from[0] == smallest(tile, [1, 2, 3])
    alone = tile_of(line(1, stage=Stage.AWARE), Everybody(push=1.0))
    alone.step()
    assert alone.pop.arrays.copied_from[0] == -1
    assert alone.pop.arrays.own["variant"][0] == Variant.OUTSIDE


@pytest.mark.parametrize(
    ("arm", "near", "prompt"),
    [
        ({"gathers": True, "push": 1.0, "pays": 1.0}, True, "session"),
        ({"push": 1.0, "pays": 1.0}, True, "tie"),
        ({"push": 1.0, "pays": 1.0}, False, "message"),
        ({"pays": 1.0}, False, "pay"),
        ({}, False, "itself"),
    ],
)
def test_a_success_is_put_down_to_the_first_of_what_came_before_its_trial(arm, near, prompt):
    drawn = line(2, stage=[3, 1], hidden=[not near, False], variant=[1, 0], caution=[0, 0.5])
    tile = tile_of(drawn, Everybody(**arm), trial=0, spontaneous=1.0)
    tile.step()
    assert stages(tile)[1] == "practising"
    counted = {name: int(n) for name, n in zip(COUNTERS, tile.pop.arrays.counts[0], strict=True) if name[:3] == "by_"}
    assert counted == {f"by_{p}": int(p == prompt) for p in ("session", "tie", "message", "pay", "itself")}


# ── odds and ends ───────────────────────────────────────────────────────────────────────────────────────────────


def test_fast_and_slow_in_the_same_village_of_any_size():
    """The loop goes in pieces of some hundred households: nobody is left out at their borders."""
    for n in (511, 512, 513, 1025):
        tile = tile_of(line(n, stage=Stage.AWARE), Everybody(push=1.0), steps=1)
        tile.step()
        assert tile.pop.at(Stage.TRYING).all()


def test_seeing_counts_neither_hidden_practice_nor_oneself():
    drawn = line(3, stage=[3, 3, 1], hidden=[True, False, False])
    tile = tile_of(drawn)
    assert seen_of(tile.pop, "practising").tolist() == [1, 0, 1]
    assert seen_of(tile.pop, "heard").tolist() == [0, 1, 0]
    assert seen_of(tile.pop, "degree").tolist() == [1, 2, 1]
