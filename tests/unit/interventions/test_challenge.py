"""Challenge: teams form, meet, aspire to what others have reached, and refine; eight conditions scale all that."""

from __future__ import annotations

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.engine import check_intervention
from pd_sim.errors import ScenarioError
from pd_sim.interventions import Challenge
from pd_sim.interventions.threats import CompetingTargets
from pd_sim.population import COUNTERS, Mark, Stage, Variant
from tests.builders import Everybody, scenario
from tests.unit.interventions.made import practising, state_digest, tile_of, villages

SESSIONS, ATTENDANCE = COUNTERS.index("sessions"), COUNTERS.index("attendance")
EIGHT = ("goals", "data", "experimentation", "urgency", "sponsorship", "permission", "diverse_teams")
EIGHT = (*EIGHT, "coaching_mindset")


def pushes_of(arm, drawn, steps=1):
    """Push of every household after the arm has acted, in the last of these steps."""
    seen = []

    class Witness(Everybody, kind="witness"):
        """Writes down the push."""

        def act(self, step, pop, state):
            """Look."""
            seen.append(pop.arrays.own["push"].copy())

    tile_of([*arm, Witness()], drawn, steps=steps).run()
    return seen[-1]


# ── teams ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_teams_form_among_those_with_need_who_do_not_practise_and_are_told():
    n = 40
    need = np.arange(n) % 4 != 0
    drawn = villages(30, 10, stage=practising(n, 1, 2, 31), need=need)
    tile = tile_of([Challenge(teams=3, team=4, cycle=5)], drawn, drawn)
    tile.step()
    pop, member = tile.pop, tile.turns.memories[0].member
    assert pop.count(member).values.tolist() == [12, 7, 12, 7]
    assert not member[(pop.trait("need") == 0) | pop.in_the_open].any()
    assert (pop.at(Stage.AWARE) == member).all()


def test_new_teams_form_in_every_cycle_and_stay_within_it():
    tile = tile_of([Challenge(start=3, cycle=4, teams=1, team=5)], villages(60), steps=14)
    seen = []
    for _ in range(14):
        tile.step()
        seen.append(tile.turns.memories[0].member.copy())
    assert not seen[0].any()
    assert not seen[1].any()
    for first in (2, 6, 10):
        assert seen[first].sum() == 5
        assert all((seen[first] == seen[k]).all() for k in range(first, min(first + 4, 14)))
    assert (seen[2] != seen[6]).any()


def test_again_gives_the_time_from_one_cycle_to_the_next():
    arm = [Challenge(start=2, stop=5, again=6, cycle=3, turnout=1.0, teams=9)]
    track = tile_of(arm, villages(20), steps=12).run()
    assert track.counts[:, 0, SESSIONS].tolist() == [0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0]


def test_a_cycle_that_never_ends_is_refused():
    pattern = r"cycle \(14\) is longer than the 10 steps from start to stop; stop at 18 or later"
    with pytest.raises(ScenarioError, match=pattern):
        scenario(arms={"arm": [{"challenge": {"start": 4, "stop": 14}}]})
    assert Challenge(start=4, stop=18).cycle == 14


def test_an_unknown_grouping_is_refused():
    town = scenario(arms={"arm": [{"challenge": {"across": "street"}}]})
    with pytest.raises(ScenarioError, match=r"challenge.across: unknown grouping 'street'; known: none") as caught:
        ps.run(town, "arm", 1)
    assert "\n" not in str(caught.value)


def test_diverse_teams_come_from_everywhere_and_others_from_ties():
    drawn = villages(200)
    spread = {}
    for diverse in (0.0, 1.0):
        tile = tile_of([Challenge(teams=1, team=7, diverse_teams=diverse)], *[drawn] * 30)
        tile.step()
        rows = np.flatnonzero(tile.turns.memories[0].member).reshape(30, 7) % 200
        spread[diverse] = np.ptp(rows, axis=1)
    assert (spread[0.0] == 6).all()
    assert (spread[1.0] > 20).all()


def test_each_team_is_a_circle_of_its_own():
    tile = tile_of([Challenge(teams=4, team=3, diverse_teams=0.0)], *[villages(500)] * 10)
    tile.step()
    circles = [np.sum(np.diff(np.flatnonzero(m)) > 1) + 1 for m in tile.turns.memories[0].member.reshape(10, 500)]
    assert np.mean(circles) > 3


def test_where_no_ties_are_left_a_team_asks_anyone():
    drawn = villages(1, 1, 2, 3)
    tile = tile_of([Challenge(teams=1, team=3, diverse_teams=0.0)], drawn)
    tile.step()
    assert tile.pop.count(tile.turns.memories[0].member).values.tolist() == [1, 1, 2, 3]
    need = np.array([1, 0, 1, 0, 1, 0, 1], bool)
    tile = tile_of([Challenge(teams=1, team=3, diverse_teams=0.0)], villages(7, need=need))
    tile.step()
    member = tile.turns.memories[0].member
    assert member.sum() == 3
    assert not member[~need].any()


def test_a_team_across_groups_has_as_many_of_each():
    tile = tile_of([Challenge(teams=1, team=9, across="half")], *[villages(40, 12)] * 4)
    tile.step()
    pop, member = tile.pop, tile.turns.memories[0].member
    halves = [pop.count(member & (pop.group("half") == h)).values for h in (0, 1)]
    assert (sum(halves) == 9).all()
    assert (abs(halves[0] - halves[1]) <= 1).all()
    by_lot = tile_of([Challenge(teams=1, team=9)], *[villages(40, 12)] * 40)
    by_lot.step()
    odd = by_lot.pop.count(by_lot.turns.memories[0].member & (by_lot.pop.group("half") == 1)).values
    assert (abs(2 * odd - 9) > 1).any()


# ── the eight conditions, one mechanism each ────────────────────────────────────────────────────────────────────


def test_the_conditions_are_eight_and_in_place_by_default():
    assert all(getattr(Challenge(), name) == 1.0 for name in EIGHT)
    for name in EIGHT:
        field = Challenge.model_fields[name]
        assert field.description
        assert field.json_schema_extra["sure"] == "A"
        for wrong in (-0.1, 1.1):
            with pytest.raises(ValueError, match=name):
                Challenge(**{name: wrong})


@pytest.mark.parametrize("turnout", [0.0, 1.0])
@pytest.mark.parametrize(("goals", "trust"), [(1.0, 1.0), (0.5, 1.0), (0.5, 0.25), (0.0, 1.0)])
def test_goals_push_those_in_a_team_whether_or_not_they_came(goals, trust, turnout):
    arm = [Challenge(teams=1, team=4, push=0.4, goals=goals, turnout=turnout)]
    pushes = pushes_of(arm, villages(10, trust_peer=trust))
    assert sorted(set(pushes)) == pytest.approx(sorted({0.0, np.float32(0.4 * goals * trust)}))
    assert (pushes > 0).sum() == (4 if goals else 0)


def test_goals_push_others_who_came_as_well():
    arm = [Challenge(teams=1, team=4, push=0.4, turnout=0.0, turnout_others=1.0, places=3)]
    pushes = pushes_of(arm, villages(30))
    assert (pushes == np.float32(0.4)).sum() == 7


@pytest.mark.parametrize(("data", "sight"), [(1.0, 0.8), (0.5, 0.8), (0.0, 0.8), (1.0, 0.0)])
def test_data_and_sight_let_the_best_village_of_the_replicate_lift_the_others(data, sight):
    # shares: 0 and 1/2 in one replicate, 3/10 and 1 (the same as its own) in the other
    one = villages(10, 10, stage=practising(20, *range(10, 15)))
    other = villages(10, 10, stage=practising(20, 0, 1, 2, *range(10, 20)))
    arm = [Challenge(teams=1, team=10, push=0.0, data=data, sight=sight, turnout=0.0)]
    seen = []

    class Witness(Everybody, kind="witness"):
        """Writes down the push."""

        def act(self, step, pop, state):
            """Look."""
            seen.append(pop.arrays.own["push"].copy())

    tile = tile_of([*arm, Witness()], one, other, steps=1)
    tile.run()
    lifts = sight * data * np.repeat([0.5, 0.0, 0.7, 0.0], 10)
    wanted = np.where(tile.turns.memories[0].member, lifts, 0.0)
    assert seen[0] == pytest.approx(wanted.astype(np.float32))
    alone = [pushes_of(arm, drawn) for drawn in (one, other)]
    assert np.concatenate(alone).tolist() == seen[0].tolist()


def test_sight_raises_trials_in_the_village_that_is_behind_and_only_there():
    drawn = villages(20, 20, stage=practising(40, *range(20, 38)), caution=0.5, confidence=0.5)
    trials = {}
    for sight in (0.0, 1.0):
        arm = [Challenge(teams=1, team=20, push=0.0, sight=sight, turnout=0.0)]
        tile = tile_of(arm, *[drawn] * 20, steps=1, try_rate=0.5, endorsement=0.0, epsilon=0.0)
        trials[sight] = tile.run().counts[1, :, COUNTERS.index("trials")].reshape(20, 2).sum(axis=0)
    assert trials[0.0].tolist() == [0, 0]
    assert trials[1.0][0] > 100
    assert trials[1.0][1] == 0


@pytest.mark.parametrize(("urgency", "trust"), [(1.0, 1.0), (0.5, 1.0), (0.0, 1.0), (0.5, 0.5)])
def test_urgency_scales_turnout(urgency, trust):
    drawn = villages(400, trust_peer=trust)
    arm = [Challenge(teams=1, team=400, places=400, turnout=0.8, urgency=urgency)]
    came = tile_of(arm, *[drawn] * 10, steps=1).run().counts[1, :, ATTENDANCE].sum()
    p = 0.8 * urgency * trust
    assert came / 4000 == pytest.approx(p, abs=4.5 * np.sqrt(p * (1 - p) / 4000))


@pytest.mark.parametrize(("sponsorship", "teams", "places"), [(1.0, 4, 10), (0.5, 2, 5), (0.1, 0, 1), (0.0, 0, 0)])
def test_sponsorship_scales_teams_and_places(sponsorship, teams, places):
    arm = [Challenge(teams=4, team=3, places=10, turnout=1.0, turnout_others=1.0, sponsorship=sponsorship)]
    tile = tile_of(arm, villages(50), steps=1)
    came = tile.run().counts[1, 0, ATTENDANCE]
    assert (tile.turns.memories[0].member.sum(), came) == (3 * teams, places)


@pytest.mark.parametrize("permission", [0.0, 0.3, 1.0])
def test_permission_lets_that_share_of_a_team_try_and_nobody_else(permission):
    drawn = villages(100, marks=int(Mark.NOT_PERMITTED), caution=0.0, confidence=1.0)
    arm = [Challenge(teams=1, team=50, push=1.0, permission=permission, turnout=1.0)]
    tile = tile_of(arm, *[drawn] * 20, steps=3, try_rate=1.0, session_rate=1.0, trial=9)
    tile.run()
    member, may = tile.turns.memories[0].member, (tile.pop.arrays.own["marks"] & Mark.NOT_PERMITTED) == 0
    assert not may[~member].any()
    assert may.sum() / 1000 == pytest.approx(permission, abs=4.5 * np.sqrt(permission * (1 - permission) / 1000))
    assert (tile.pop.at(Stage.TRYING) == may).all()


def test_permission_0_changes_nothing_where_nobody_is_barred():
    runs = []
    for permission in (0.0, 1.0):
        tile = tile_of([Challenge(permission=permission, turnout=1.0)], villages(30), steps=5, session_rate=0.5)
        runs.append((tile.run().hexdigests(), int(tile.pop.at(Stage.TRYING).sum())))
    assert runs[0] == runs[1]
    assert runs[0][1] > 0


@pytest.mark.parametrize("mindset", [1.0, 0.5, 0.0])
def test_the_coach_scales_what_is_done_together_and_shaped_by_those_who_come(mindset):
    arm = [Challenge(teams=1, team=9, turnout=1.0, dose=0.5, keeps=1.0, involves=0.8, coaching_mindset=mindset)]
    tile = tile_of(arm, villages(9), steps=1, practice={"tacitness": 0.6})
    tile.run()
    assert tile.pop.arrays.own["know_how"] == pytest.approx(0.5 * (1 - 0.6 * (1 - mindset)))
    assert tile.pop.arrays.own["involved"] == pytest.approx(0.8 * mindset)


# ── test, refine, repeat ────────────────────────────────────────────────────────────────────────────────────────


def failing(n_success, n_fail, n=10):
    """Households in the last step of a trial: so many whom the local solution fits, so many whom it does not."""
    stage = np.where(np.arange(n) < n_success + n_fail, Stage.TRYING, Stage.AWARE)
    fit = np.where(np.arange(n) < n_success, 0.0, 0.9)
    return villages(n, stage=stage, variant=Variant.LOCAL, fit_local=fit, fit_outside=0.8, know_how=1.0)


@pytest.mark.parametrize(
    ("succeed", "fail", "experimentation", "share"), [(3, 1, 1.0, 0.25), (0, 4, 0.5, 0.5), (4, 0, 1.0, 0), (0, 0, 1, 0)]
)
@pytest.mark.parametrize("teaches", ["hosts", "outside"])
def test_the_practice_is_refined_as_far_as_trials_of_teams_failed(succeed, fail, experimentation, share, teaches):
    arm = [
        Challenge(cycle=4, teams=1, team=10, refine=0.2, experimentation=experimentation, turnout=0, teaches=teaches)
    ]
    tile = tile_of(arm, failing(succeed, fail), steps=4, trial=1, practice={"portability": 0.5})
    before = [tile.pop.arrays.own[name].astype(float) for name in ("fit_local", "fit_outside")]
    for step in range(1, 5):
        tile.step()
        factor = 1 - 0.2 * share if step == 4 else 1.0
        local, outside = (1.0, factor) if teaches == "outside" else (factor, 1.0)
        assert tile.pop.arrays.own["fit_local"] == pytest.approx(before[0] * local)
        assert tile.pop.arrays.own["fit_outside"] == pytest.approx(before[1] * outside)
    assert (tile.turns.memories[0].failed.values, tile.turns.memories[0].ended.values) == ([fail], [succeed + fail])


def test_trials_of_others_and_of_earlier_cycles_refine_nothing():
    need = np.arange(10) >= 5  # those who try are not in a team
    drawn = failing(0, 5)
    drawn.own["need"][:] = need
    tile = tile_of([Challenge(cycle=4, teams=1, team=10, refine=0.9, turnout=0)], drawn, steps=8, trial=1, rest=50)
    before = drawn.own["fit_local"].copy()
    tile.run()
    assert (tile.pop.arrays.own["fit_local"] == before).all()

    tile = tile_of(
        [Challenge(cycle=4, teams=1, team=10, refine=0.5, turnout=0)], failing(0, 5), steps=8, trial=1, rest=50
    )
    tile.run()  # failures of the first cycle count in it, and not again in the second
    assert tile.pop.arrays.own["fit_local"] == pytest.approx(failing(0, 5).own["fit_local"] * 0.5)


def test_villages_refine_apart():
    stage = np.full(20, Stage.TRYING)
    fit = np.repeat([0.1, 0.9], 10)
    drawn = villages(10, 10, stage=stage, variant=Variant.LOCAL, fit_local=fit, know_how=1.0)
    tile = tile_of(
        [Challenge(cycle=3, teams=1, team=10, refine=0.3, turnout=0)],
        drawn,
        steps=3,
        trial=1,
        practice={"portability": 0.5},
    )
    tile.run()
    assert tile.pop.arrays.own["fit_local"] == pytest.approx(np.repeat([0.1, 0.9 * 0.7], 10))


def test_a_village_that_began_later_refines_at_the_end_of_its_own_cycle():
    rows = np.arange(20)
    stage = np.where(rows == 0, Stage.PRACTISING, Stage.TRYING)
    since = np.where(rows == 10, -1, 0)  # its trial ends a step before all others, with success: the second may begin
    drawn = villages(10, 10, stage=stage, since=since, variant=Variant.LOCAL, fit_local=0.9 * (rows != 10), know_how=1)
    arm = [Challenge(cycle=3, begins_at=0.1, teams=1, team=10, refine=0.5, turnout=0)]
    tile = tile_of(arm, drawn, steps=4, trial=2, practice={"portability": 0.5})
    refined = []
    for _ in range(4):
        tile.step()
        refined.append(np.isclose(tile.pop.arrays.own["fit_local"][[1, 11]], 0.45).tolist())
    assert refined == [[False, False], [False, False], [True, False], [True, True]]


# ── sessions, money, contract ───────────────────────────────────────────────────────────────────────────────────


def test_only_teams_are_asked_to_the_sessions_unless_others_are():
    for others, most in ((0.0, 6), (1.0, 30)):
        arm = [Challenge(teams=1, team=6, turnout=1.0, turnout_others=others, places=50)]
        assert tile_of(arm, villages(30), steps=1).run().counts[1, 0, ATTENDANCE] == most


def test_teams_learn_from_those_who_practise_and_else_try_their_own():
    for rows, variant, needed, wanted in (
        ((0, 1), Variant.OUTSIDE, 0, Variant.OUTSIDE),
        ((), Variant.OUTSIDE, 0, Variant.LOCAL),
        ((), Variant.OUTSIDE, 1, Variant.NONE),
    ):
        state = practising(9, *rows)
        drawn = villages(9, stage=state, variant=np.where(state == Stage.PRACTISING, variant, 0))
        tile = tile_of([Challenge(teams=1, team=9, turnout=1.0, hosts_needed=needed)], drawn, steps=1)
        tile.run()
        assert set(tile.pop.arrays.own["variant"][len(rows) :]) == {wanted}


def test_a_challenge_costs_what_its_sessions_cost():
    costs = {"cost_fixed": 50.0, "cost_step": 2.0, "cost_session": 10.0, "cost_place": 1.0, "turnout": 1.0}
    track = tile_of([Challenge(start=2, stop=4, cycle=2, teams=1, team=3, **costs)], villages(8), steps=4).run()
    assert {name: money.ravel().tolist() for name, money in track.cost.items()} == {
        "set-up": [0, 0, 50, 0, 0],
        "running": [0, 0, 2, 2, 0],
        "sessions": [0, 0, 10, 10, 0],
        "places": [0, 0, 3, 3, 0],
    }


def test_nothing_happens_before_its_start_or_after_its_stop():
    drawn = villages(20, stage=practising(20, 3))
    nothing = tile_of([], drawn, steps=9)
    there = tile_of([Challenge(start=4, stop=7, cycle=3, turnout=1.0)], drawn, steps=9)
    for step in range(1, 10):
        before = state_digest(there.pop)
        nothing.step()
        there.step()
        assert (state_digest(there.pop) == state_digest(nothing.pop)) == (step < 4)
        if step > 7:
            assert state_digest(there.pop) == before


def test_alone_or_side_by_side_it_does_the_same():
    check_intervention(Challenge(cycle=5, diverse_teams=0.4, sight=1.0, refine=0.5))
    one, other = villages(14, 9, stage=practising(23, 1, 2)), villages(12, 7, stage=practising(19, 13))
    arm, more = [Challenge(cycle=4, diverse_teams=0.5, turnout=1.0)], {"session_rate": 0.7, "trial": 1, "floor": 0.4}
    pair = tile_of(arm, one, other, steps=12, **more).run().hexdigests()
    assert tile_of(arm, one, steps=12, **more).run().hexdigests()[0] == pair[0]


def test_a_cut_leaves_fewer_teams_and_places_and_what_is_conveyed_less():
    arm = [Challenge(teams=4, team=3, places=10, turnout=1.0, turnout_others=1.0, dose=0.5, push=0.4, cycle=2)]
    threats = [CompetingTargets(at=1, capacity=0.5, fidelity=0.5)]
    tile = tile_of(arm, villages(50), threats=threats, steps=1)
    assert tile.run().counts[1, 0, ATTENDANCE] == 5
    assert tile.turns.memories[-1].member.sum() == 6
    assert tile.pop.arrays.own["know_how"].max() == pytest.approx(0.25)
