"""Training facilitators: who is trained, where they work, what skill they bring, and that replicates stay apart."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.errors import ScenarioError
from pd_sim.interventions import Budget, TrainFacilitators
from pd_sim.interventions.train_facilitators import _dealt_out
from pd_sim.population import COUNTERS, Mark, Stage, Variant
from tests.builders import graph, scattered, scenario
from tests.unit.interventions.made import tile_of, villages

SESSIONS, ATTENDANCE = COUNTERS.index("sessions"), COUNTERS.index("attendance")
SURE = {"turnout": 1.0, "turnout_others": 1.0}


def owners(*each, size=20, ownership=0.8, variant=Variant.LOCAL):
    """A replicate of villages, in each of which the first so many own what they practise; the others are unaware."""
    there = np.concatenate([np.arange(size) < k for k in each])
    stage = np.where(there, Stage.PRACTISING, Stage.UNAWARE)
    return villages(*[size] * len(each), stage=stage, ownership=there * ownership, variant=there * variant)


def steps_of(tile, steps):
    """Run, and give the facilitators of each village by generation, and those who worked there, for each step."""
    trained, received = [], []
    memory = tile.turns.memories[-1]
    for _ in range(steps):
        tile.step()
        trained.append(memory.generation.copy())
        received.append(memory.received.values.tolist())
    return trained, received


# ── who is trained ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_owners_in_the_open_are_trained_and_work_from_the_next_step_on():
    n = 30
    ownership = np.where(np.arange(n) < 12, 0.8, 0.3)
    stage = np.where(np.arange(n) % 2 == 0, Stage.PRACTISING, Stage.AWARE)
    hidden = np.arange(n) < 4
    drawn = villages(n, stage=stage, hidden=hidden & (stage == 3), ownership=ownership, variant=1)
    tile = tile_of([TrainFacilitators(how_many=9, host_ownership=0.5, start=2, training_every=3)], drawn)
    trained, received = steps_of(tile, 4)
    could = np.isin(np.arange(n), [4, 6, 8, 10])
    assert not trained[0].any()
    assert all((now == could).all() for now in trained[1:])
    assert received == [[0], [0], [4], [4]]
    assert tile.track.counts[1:5, 0, SESSIONS].tolist() == [0, 0, 1, 1]


def test_a_training_is_held_every_so_often_for_as_long_as_the_programme_trains():
    for training_for, numbers in ((None, [2, 2, 2, 4, 4, 4, 6, 6]), (4, [2, 2, 2, 4, 4, 4, 4, 4]), (1, [2] * 8)):
        spec = TrainFacilitators(how_many=2, training_every=3, training_for=training_for, cost_training=10.0)
        tile = tile_of([spec], owners(9))
        trained, _ = steps_of(tile, 8)
        assert [int((now > 0).sum()) for now in trained] == numbers
        assert tile.track.cost["places"].sum() == 10.0 * numbers[-1]


def test_each_village_trains_its_own_number_or_one_village_trains():
    tile = tile_of([TrainFacilitators(how_many=3)], owners(5, 2, 0), owners(1, 5, 9))
    trained, _ = steps_of(tile, 1)
    assert tile.pop.count(trained[0] > 0).values.tolist() == [3, 2, 0, 1, 3, 3]
    tile = tile_of([TrainFacilitators(how_many=3, trains_in=2)], owners(5, 2, 0), owners(1, 5, 9))
    trained, _ = steps_of(tile, 1)
    assert tile.pop.count(trained[0] > 0).values.tolist() == [0, 2, 0, 0, 3, 0]


def test_one_who_stops_practising_does_not_work_until_it_practises_again():
    tile = tile_of([TrainFacilitators(how_many=4, training_for=1)], owners(4))
    steps_of(tile, 2)
    arrays = tile.pop.arrays
    arrays.stage[:2] = Stage.LAPSED
    arrays.shows[:2] = 2
    _, received = steps_of(tile, 1)
    arrays.stage[:2], arrays.shows[:2] = Stage.PRACTISING, 1
    _, again = steps_of(tile, 1)
    assert received + again == [[2], [4]]


# ── where they work ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("serves", "trained", "worked"),
    [
        ("own", [4, 0, 2], [4, 0, 2]),
        ("others", [4, 0, 2], [1, 3, 2]),
        (2, [4, 0, 2], [0, 6, 0]),
        (3, [4, 0, 2], [0, 0, 6]),
    ],
)
def test_they_work_where_it_says_and_bring_their_places(serves, trained, worked):
    spec = TrainFacilitators(how_many=9, serves=serves, places=2, training_for=1, **SURE)
    tile = tile_of([spec], owners(*trained), owners(0, 0, 0), owners(*trained))
    _, received = steps_of(tile, 2)
    assert received == [[0] * 9, [*worked, 0, 0, 0, *worked]]
    came = tile.track.counts[2, :, ATTENDANCE].tolist()
    assert came == [2 * k for k in (*worked, 0, 0, 0, *worked)]


def test_what_one_replicate_has_never_reaches_another():
    """Each replicate alone does the same as side by side with others that have more, fewer or other villages."""
    drawn = [owners(4, 1, 0), owners(0, 9, 9), owners(0, 0, 0), owners(2, 2, 2)]
    for serves in ("own", "others", 1, 3):
        spec = TrainFacilitators(
            how_many=2, serves=serves, places=1, generations=3, training_every=2, cost_training=3.0, **SURE
        )
        behaviour = {"try_rate": 0.5, "session_rate": 0.9, "trial": 1, "floor": 1.0, "gain": 0.5}
        arm = [Budget(amount=20.0, then="thin"), spec]
        together = tile_of(arm, *drawn, **behaviour)
        digests = together.run().hexdigests()
        for place, one in enumerate(drawn):
            alone = tile_of(arm, *[one] * (place + 1), **behaviour)  # the last of these has the same luck
            assert alone.run().hexdigests()[place] == digests[place]
        assert together.track.cost["places"].reshape(-1, 4, 3).sum(axis=(0, 2)).max() <= 20.0


@given(st.lists(st.integers(0, 9), min_size=2, max_size=6), st.integers(1, 50))
def test_facilitators_are_dealt_out_whole_and_evenly(at_home, step):
    dealt = _dealt_out(np.array(at_home), step)
    assert dealt.sum() == sum(at_home)
    others = len(at_home) - 1
    for village, number in enumerate(dealt):
        sent = [k for other, k in enumerate(at_home) if other != village]
        assert sum(k // others for k in sent) <= number <= sum(-(-k // others) for k in sent)
    over_time = sum(_dealt_out(np.array(at_home), step + k) for k in range(others))
    assert over_time.tolist() == [sum(at_home) - own for own in at_home]


def test_at_home_those_near_are_invited_and_among_strangers_everybody():
    for serves, came in (("own", 2), (2, 20)):
        drawn = owners(1, 0)
        spec = TrainFacilitators(serves=serves, places=50, turnout=1.0, turnout_others=0.0)
        tile = tile_of([spec], drawn)
        steps_of(tile, 2)
        assert tile.track.counts[2, :, ATTENDANCE].tolist() == ([1, 0] if serves == "own" else [0, came])


# ── what they bring ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("skill_kept", [1.0, 0.5, 0.0])
def test_skill_is_lost_with_every_generation(skill_kept):
    spec = TrainFacilitators(
        skill_kept=skill_kept, fidelity=0.8, dose=0.5, keeps=1.0, places=2, generations=3, training_for=1, **SURE
    )
    tile = tile_of([spec], owners(8))
    tile.turns.memories[0].generation[:3] = [1, 2, 3]
    tile.step()
    mean = (skill_kept + skill_kept**2 + skill_kept**3) / 3
    came = (tile.pop.trait("marks") & Mark.CAME) > 0
    assert came.sum() == 6
    assert tile.pop.trait("know_how")[came] == pytest.approx(0.5 * 0.8 * mean, abs=1e-6)
    assert tile.pop.trait("involved")[came] == pytest.approx(0.8 * 0.8 * mean, abs=1e-6)


def test_facilitators_train_the_next_generation_up_to_the_last():
    spec = TrainFacilitators(how_many=1, generations=3, each_trains=2, training_every=1, training_for=1)
    trained, _ = steps_of(tile_of([spec], owners(19)), 5)
    by_generation = [[int((now == g).sum()) for g in (1, 2, 3, 4)] for now in trained]
    assert by_generation == [[1, 0, 0, 0], [1, 2, 0, 0], [1, 4, 4, 0], [1, 6, 12, 0], [1, 6, 12, 0]]
    spec = spec.model_copy(update={"generations": 1})
    trained, _ = steps_of(tile_of([spec], owners(19)), 5)
    assert trained[-1].max() == 1
    assert trained[-1].sum() == 1


def test_facilitators_train_owners_of_the_village_they_serve():
    spec = TrainFacilitators(how_many=3, generations=2, each_trains=1, serves=2, trains_in=1, training_for=1)
    tile = tile_of([spec.model_copy(update={"training_every": 1})], owners(3, 5))
    trained, _ = steps_of(tile, 2)
    assert [int((trained[1][:20] == 1).sum()), int((trained[1][20:] == 2).sum())] == [3, 3]


@pytest.mark.parametrize("variant", [Variant.LOCAL, Variant.OUTSIDE, Variant.FALSE])
@pytest.mark.parametrize("serves", ["own", "others", 2])
def test_they_teach_what_most_of_them_practise(serves, variant):
    each = np.where(np.arange(40) < 3, int(variant), 0) + np.where(np.arange(40) == 3, 1, 0)
    drawn = owners(4, 0)
    drawn.own["variant"][:] = each
    tile = tile_of([TrainFacilitators(how_many=4, serves=serves, places=3, **SURE)], drawn)
    steps_of(tile, 2)
    came = (tile.pop.trait("marks") & Mark.CAME) > 0
    assert came.sum() == 12
    assert set(tile.pop.trait("variant")[came]) == {variant}


@pytest.mark.parametrize("teaches", ["local", "outside"])
def test_they_may_be_told_what_to_teach(teaches):
    tile = tile_of([TrainFacilitators(teaches=teaches, **SURE)], owners(4, variant=Variant.FALSE))
    steps_of(tile, 2)
    came = (tile.pop.trait("marks") & Mark.CAME) > 0
    assert set(tile.pop.trait("variant")[came]) == {Variant[teaches.upper()]}


def test_sessions_are_paid_for_where_they_are_held_and_need_enough_facilitators():
    for needed, cost in ((2, 4.0), (3, 0.0)):
        spec = TrainFacilitators(how_many=2, serves=2, hosts_needed=needed, cost_session=4.0, training_for=1)
        tile = tile_of([spec], owners(2, 0))
        steps_of(tile, 2)
        assert tile.track.cost.get("sessions", np.zeros((9, 2)))[2].tolist() == [0.0, cost]


def test_with_little_money_fewer_are_trained():
    arm = [Budget(amount=35.0, then="thin"), TrainFacilitators(how_many=9, cost_training=10.0)]
    tile = tile_of(arm, owners(4, 4))
    trained, _ = steps_of(tile, 1)
    assert (trained[0] > 0).sum() == 3


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sizes", "fields", "match"),
    [
        ([9], {"serves": "others"}, r"^train_facilitators.serves: others, but the community has one village; use own"),
        ([9, 8], {"serves": 3}, r"^train_facilitators.serves: there is no village 3; the community has 2$"),
        ([9, 8], {"trains_in": 5}, r"^train_facilitators.trains_in: there is no village 5; the community has 2$"),
        ([9, 8], {"start": 3, "stop": 4}, r"work from the step after their training; stop at 5 or later"),
        ([9, 8], {"serves": 0}, r"arms.arm\[0\].train_facilitators.serves"),
        ([9, 8], {"serves": "school"}, r"arms.arm\[0\].train_facilitators.serves"),
        ([9, 8], {"training_for": 0}, r"arms.arm\[0\].train_facilitators.training_for"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(sizes, fields, match):
    with pytest.raises(ScenarioError, match=match) as caught:
        ps.run(scenario(graph(scattered(1, sizes)), {"arm": [{"train_facilitators": fields}]}), "arm", 1)
    assert "\n" not in str(caught.value)


def test_where_it_is_allowed_it_runs():
    for fields, sizes in itertools.product(({}, {"serves": 1}, {"trains_in": 1}), ([9], [9, 8])):
        ps.run(scenario(graph(scattered(1, sizes)), {"arm": [{"train_facilitators": fields}]}), "arm", 1)
