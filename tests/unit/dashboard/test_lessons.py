"""What the lessons say is what the simulation gives, on several villages; and a link shows what a lesson shows."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.dashboard.asked import read, scenario_of, write
from pd_sim.dashboard.crowd import PEOPLE, changed, crowd_of, law
from pd_sim.dashboard.lesson_texts import LESSONS
from pd_sim.dashboard.lessons import granovetter, outcome_of, worked_out
from pd_sim.dashboard.live import on_one_village
from pd_sim.population import COUNTERS

SEEDS = (1, 2, 3)
BY_KEY = {lesson.key: lesson for lesson in LESSONS}


@cache
def outcomes(key: str, seed: int, turned: bool = False):
    lesson = BY_KEY[key]
    sides = lesson.turn.sides() if turned else lesson.sides()
    return tuple(outcome_of(side, replicates=60, seed=seed) for side in sides)


def every_side():
    for lesson in LESSONS:
        for side in (*lesson.sides(), *(lesson.turn.sides() if lesson.turn else ())):
            yield pytest.param(side, id=f"{lesson.key}: {side.name}")


@pytest.mark.parametrize("side", [*every_side()])
def test_a_link_shows_the_very_world_of_the_lesson(side):
    again = read(write(side.asked))
    assert again.refused == ()
    assert scenario_of(again.asked).content_hash == side.scenario.content_hash
    assert again.asked.arms == (side.arm,)
    assert side.short


def test_the_crowd_stops_right_at_whoever_waits_for_one_more():
    assert changed(-1).acting == PEOPLE
    assert law() == tuple(range(PEOPLE))
    assert changed(1).wants[:3].tolist() == [0, 2, 2]
    assert changed(-1).acts_in.tolist() == list(range(1, PEOPLE + 1))
    # who waits for one less breaks nothing: the law is not merely the number that was put in
    assert crowd_of(granovetter(PEOPLE, {40: 39})).acting == PEOPLE


@pytest.mark.parametrize("seed", SEEDS)
def test_hidden_is_borne_out(seed):
    nobody, group = outcomes("hidden", seed)
    assert np.ptp(nobody.mean) == 0  # nothing happens where nobody asks
    assert nobody.end == pytest.approx(6 / 300)
    assert group.end > 0.5
    finds_nobody, experts = outcomes("hidden", seed, turned=True)
    assert finds_nobody.end == 0
    assert 0.15 < experts.end < 0.5
    without_hub = outcomes("money", seed)[2]
    assert 0.4 < without_hub.end / group.end < 0.65  # about half of this


@pytest.mark.parametrize("seed", SEEDS)
def test_telling_is_borne_out(seed):
    told, together = BY_KEY["telling"].sides()
    tried, succeeded = [], []
    for side in (told, together):
        result = ps.compare(on_one_village(side.scenario), [side.arm], replicates=60, seed=seed)
        total = result.arms[side.arm].counts.sum(axis=(0, 1, 2))
        tried.append(total[COUNTERS.index("trials")])
        succeeded.append(total[COUNTERS.index("successes")])
    assert 0.29 < succeeded[0] / tried[0] < 0.43  # about one in three
    assert 0.57 < succeeded[1] / tried[1] < 0.70  # almost two in three
    assert tried[0] < 0.9 * tried[1]  # told people also try less often
    said, done = outcomes("telling", seed, turned=True)
    assert np.array_equal(said.ends, done.ends)  # to the last household
    assert not np.array_equal(*(o.ends for o in outcomes("telling", seed)))


@pytest.mark.parametrize("seed", SEEDS)
def test_money_is_borne_out(seed):
    stop = 56
    experts, hub, no_hub = outcomes("money", seed)
    assert hub.end > hub.mean[stop] + 0.3  # goes on growing
    for left in (experts, no_hub):
        assert abs(left.end - left.mean[stop]) < 0.15  # gains little more
        assert left.end >= left.mean[stop] - 0.02
    assert (no_hub.end - experts.end) < 0.5 * (hub.end - experts.end)  # most of the lead is gone
    assert hub.mean[stop] - experts.mean[stop] < 0.25 * (hub.end - experts.end)  # and was not there in the year before
    equal, group = outcomes("money", seed, turned=True)
    assert equal.end > group.end + 0.03
    assert equal.mean[stop] > group.mean[stop] + 0.03  # they reach more people in the same year


@pytest.mark.parametrize("seed", SEEDS)
def test_agreement_and_certainty_is_borne_out(seed):
    simple_experts, simple_group, hard_experts, hard_group = outcomes("matrix", seed)
    assert simple_experts.mean[26] > 2 * simple_group.mean[26]  # experts are fast
    assert 56 <= simple_experts.mean.argmax() <= 62  # they fall back after the money
    assert 0.02 < simple_experts.mean.max() - simple_experts.end < 0.1  # a little
    assert simple_group.mean[56] < simple_experts.mean[56]  # the group is behind until then
    assert simple_group.end > simple_experts.end + 0.05  # and ends ahead
    simple = BY_KEY["matrix"].sides()[1]
    no_hub = replace(simple, scenario=scenario_of(simple.asked.with_setting("arms.bottom_up.hub.places", 0)))
    assert outcome_of(no_hub, replicates=60, seed=seed).end < simple_experts.end + 0.02  # not without the hub
    assert hard_experts.end < 0.15
    assert hard_group.end > 0.5
    experts, group = outcomes("matrix", seed, turned=True)
    assert experts.end > group.end + 0.1


def test_every_lesson_ends_with_a_question_and_says_what_it_rests_on():
    for lesson in LESSONS:
        assert lesson.discuss.endswith("?")
        assert lesson.question.endswith("?")
        assert lesson.rests
        assert lesson.turn or lesson.key == "small"
    leads = BY_KEY["money"].rests
    assert all(word in leads for word in ("hub", "85%", "65%", "owning"))


def test_stated_assumptions_are_those_of_the_scenario():
    town = BY_KEY["money"].sides()[0].scenario
    assert (town.practice.portability, town.practice.certainty) == (0.85, 0.65)
    told = BY_KEY["telling"].sides()[0].scenario.practice
    assert (told.tacitness, told.certainty) == (0.95, 0.85)
    hard = BY_KEY["matrix"].sides()[3].scenario.practice
    assert (hard.portability, hard.certainty) == (0.85, 0.4)
    group = next(i for i in town.arms["bottom_up"] if type(i).kind == "facilitation")
    assert (group.members, group.recognise, group.stop) == (9, 0.5, 56)


def test_a_lesson_shows_what_watch_shows_and_can_be_left():
    import threading

    from pd_sim.dashboard.ensemble import StoppedError, bands

    side = BY_KEY["hidden"].sides()[0]
    alone = side.scenario.model_copy(update={"arms": {side.arm: side.scenario.arms[side.arm]}})
    assert np.array_equal(worked_out(side, 5).ends, bands(alone, 5).series(side.arm)[:, -1])
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(StoppedError):
        worked_out(side, 6, stopped)
