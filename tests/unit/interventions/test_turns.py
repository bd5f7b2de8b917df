"""When and where an intervention acts, what it costs by itself, and that its verbs reach no further."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from pydantic import Field

import pd_sim as ps
from pd_sim.interventions import Broadcast, Hub, Incentive, Scheduled, Training
from pd_sim.population import COUNTERS, Mark, PerVillage, Stage, Variant
from tests.builders import Everybody, copied, scenario
from tests.unit.interventions.made import practising, tile_of, villages


class Diary(Scheduled, kind="diary"):
    """Writes down where it acts, where it begins and how old it is; does nothing else."""

    pages: dict[int, tuple] = Field(default_factory=dict, exclude=True)

    def act(self, step, pop, state):
        """Write."""
        turn = pop.turn
        self.pages[step] = tuple(values.values.tolist() for values in (turn.active, turn.begins, turn.age))

    def steps(self, village=0):
        """Steps in which it acted in a village."""
        return [step for step, (active, _, _) in self.pages.items() if active[village]]

    def begun(self, village=0):
        """Steps in which it began there."""
        return [step for step, (_, begins, _) in self.pages.items() if begins[village]]

    def ages(self, village=0):
        """How old it was there in each step in which it acted."""
        return [ages[village] for active, _, ages in self.pages.values() if active[village]]


class Opening(ps.Intervention, kind="opening"):
    """Lets rows practise in the open, each from a step on, or stop again from minus that step."""

    when: dict[int, tuple[int, ...]]

    def act(self, step, pop, state):
        """Reveal hidden practisers; hide those who are to stop being seen."""
        shown = pop.nobody()
        shown[list(self.when.get(step, ()))] = True
        pop.reveal(shown)


def kept(diary, *replicates, before=(), steps=12, **how):
    """Run a diary; give it back filled, with what was spent."""
    tile = tile_of([*before, diary], *replicates, steps=steps, **how)
    tile.run()
    return tile.track.cost


# ── by the calendar ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("when", "steps", "begun", "ages"),
    [
        ({}, list(range(1, 13)), [1], list(range(12))),
        ({"start": 4}, list(range(4, 13)), [4], list(range(9))),
        ({"start": 4, "stop": 6}, [4, 5], [4], [0, 1]),
        ({"start": 2, "stop": 5, "again": 4}, [2, 3, 4, 6, 7, 8, 10, 11, 12], [2, 6, 10], [0, 1, 2] * 3),
        ({"start": 1, "stop": 2, "again": 5}, [1, 6, 11], [1, 6, 11], [0, 0, 0]),
        ({"start": 3, "stop": 6, "again": 3}, list(range(3, 13)), [3, 6, 9, 12], [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]),
        ({"start": 12, "stop": 13}, [12], [12], [0]),
        ({"start": 13}, [], [], []),
    ],
)
def test_it_acts_from_start_to_stop_and_again(when, steps, begun, ages):
    diary = Diary(**when)
    kept(diary, villages(3, 2))
    for village in (0, 1):
        assert diary.steps(village) == steps
        assert diary.begun(village) == begun
        assert diary.ages(village) == ages


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"start": 3, "stop": 3}, r"stop \(3\) is not after start \(3\)"),
        ({"again": 4}, r"again \(4\): give stop too"),
        ({"start": 2, "stop": 7, "again": 4}, "at least the 5 steps of a round"),
        ({"begins_at": 0.4, "ends_at": 0.4}, r"ends_at \(0.4\) is not above begins_at"),
        ({"begins_with": 4, "ends_with": 3}, r"ends_with \(3\) is not above begins_with"),
        ({"cost_fixed": -1.0}, "cost_fixed"),
        ({"payer": "a: b"}, "payer"),
        ({"leader": 1.5}, "leader"),
    ],
)
def test_a_time_that_could_never_come_is_refused(when, said):
    with pytest.raises(ValueError, match=said):
        Diary(**when)


# ── by what a village has come to ───────────────────────────────────────────────────────────────────────────────


def two_of_four(**state):
    """Two villages of four, in which rows 0, 1 and 4, 5 practise unnoticed."""
    hidden = np.isin(np.arange(8), [0, 1, 4, 5])
    return villages(4, 4, stage=np.where(hidden, Stage.PRACTISING, Stage.UNAWARE), hidden=hidden, **state)


def test_it_begins_in_a_village_once_a_share_of_it_practises_in_the_open():
    diary = Diary(start=2, begins_at=0.5)
    opening = Opening(when={1: (0,), 3: (1, 4), 6: (5,)})
    kept(diary, two_of_four(), before=[opening])
    assert (diary.steps(0), diary.begun(0), diary.ages(0)) == (list(range(3, 13)), [3], list(range(10)))
    assert (diary.steps(1), diary.begun(1), diary.ages(1)) == (list(range(6, 13)), [6], list(range(7)))
    before = Diary(start=2, begins_at=0.5)  # who acts before the others sees what was a step ago
    tile_of([before, opening], two_of_four(), steps=12).run()
    assert (before.begun(0), before.begun(1)) == ([4], [7])


def test_once_begun_it_goes_on_though_the_share_falls_and_once_ended_it_stays_ended():
    lapsing = {"fresh": 1.0, "settled": 1.0, "proof_weight": 0.0, "steps": 4}
    stage = practising(4, 0, 1)
    diary = Diary(begins_at=0.5)
    kept(diary, villages(4, stage=stage), **lapsing)
    assert diary.steps() == [1, 2, 3, 4]
    diary = Diary(ends_at=0.5, start=1)
    kept(diary, villages(4, stage=stage), **lapsing)
    assert diary.steps() == []
    late = Diary(begins_at=0.5, start=2)
    kept(late, villages(4, stage=stage), **lapsing)
    assert late.steps() == []  # in step 2 all have lapsed


def test_it_ends_in_a_village_once_a_share_is_reached_and_for_all_rounds():
    diary = Diary(begins_at=0.25, ends_at=0.5, stop=4, again=4)
    opening = Opening(when={2: (0,), 6: (1,), 4: (4,)})
    kept(diary, two_of_four(), before=[opening])
    assert diary.steps(0) == [2, 3, 5]
    assert diary.begun(0) == [2, 5]
    assert diary.steps(1) == [5, 6, 7, 9, 10, 11]


@pytest.mark.parametrize(("cls", "owned"), [(Diary, 0.4), (Hub, 0.7)])
def test_it_begins_and_ends_with_willing_hosts(cls, owned):
    """Willing is who practises in the open and owns more than .4, or more than the hub asks for."""
    ownership = np.array([0.9, owned, 0.9, owned + 0.01, 0.9, 0.9, 0.9, 0.9])
    hidden = np.ones(8, bool)
    drawn = villages(8, stage=Stage.PRACTISING, hidden=hidden, ownership=ownership)
    opening = Opening(when={1: (1,), 2: (0,), 4: (2,), 6: (3,), 8: (4,)})
    more = {"host_ownership": owned, "turnout": 0.0, "hosts_needed": 0} if cls is Hub else {}
    spec = cls(begins_with=2, ends_with=4, **more)
    tile = tile_of([opening, spec], drawn, steps=10)
    tile.run()
    acted = (
        spec.steps() if cls is Diary else np.flatnonzero(tile.track.counts[:, 0, COUNTERS.index("sessions")]).tolist()
    )
    assert acted == [4, 5, 6, 7]


def test_replicates_begin_each_in_its_own_time():
    diary = Diary(begins_at=0.5)
    kept(diary, two_of_four(), two_of_four(), before=[Opening(when={2: (0, 1), 5: (12, 13)})])
    assert [diary.begun(village) for village in range(4)] == [[2], [], [], [5]]


# ── what it costs by itself ─────────────────────────────────────────────────────────────────────────────────────


def test_set_up_is_paid_once_and_the_running_of_every_step_in_which_it_acts():
    cost = kept(Diary(start=2, stop=4, again=5, cost_fixed=60.0, cost_step=6.0), villages(3, 2))
    assert cost["set-up"].sum(axis=1).tolist() == [0, 0, 60, *[0] * 10]
    assert cost["set-up"][2].tolist() == [30, 30]
    assert cost["running"].sum(axis=1).tolist() == [0, 0, 6, 6, 0, 0, 0, 6, 6, 0, 0, 0, 6]


def test_set_up_is_paid_where_it_first_begins_and_running_where_it_acts():
    diary = Diary(begins_at=0.5, ends_at=0.75, cost_fixed=60.0, cost_step=6.0, payer="council")
    opening = Opening(when={2: (0, 1), 4: (4, 5), 6: (2,)})
    hidden = np.isin(np.arange(8), [0, 1, 2, 4, 5])
    drawn = villages(4, 4, stage=np.where(hidden, Stage.PRACTISING, Stage.UNAWARE), hidden=hidden)
    cost = kept(diary, drawn, before=[opening], steps=7)
    assert cost.keys() == {"council: set-up", "council: running"}
    assert cost["council: set-up"].T.tolist() == [[0, 0, 60, 0, 0, 0, 0, 0], [0.0] * 8]
    assert cost["council: running"].T.tolist() == [[0, 0, 6, 6, 3, 3, 0, 0], [0, 0, 0, 0, 3, 3, 6, 6]]


def test_replicates_pay_their_set_up_each_in_its_own_time():
    diary = Diary(begins_at=0.5, cost_fixed=60.0)
    cost = kept(diary, two_of_four(), two_of_four(), before=[Opening(when={2: (0, 1), 5: (12, 13)})], steps=6)
    assert np.argwhere(cost["set-up"]).tolist() == [[2, 0], [5, 3]]
    assert cost["set-up"].sum() == 120


def test_what_never_begins_costs_nothing():
    assert kept(Diary(start=13, cost_fixed=60.0, cost_step=6.0), villages(3)) == {}
    assert kept(Diary(begins_at=0.5, cost_fixed=60.0, cost_step=6.0), villages(3)) == {}


def test_winding_up_costs_nothing_more():
    spec = Incentive(pays="once", amount=0.5, price=10.0, cost_step=6.0, stop=3)
    drawn = villages(6, stage=Stage.AWARE, caution=0.0)
    tile = tile_of([spec], drawn, steps=6, try_rate=1.0, temperature=0.0, confidence_weight=0.0, trial=9)
    cost = tile.run().cost
    assert cost["running"].ravel().tolist() == [0, 6, 6, 0, 0, 0, 0]
    assert cost["pay"].ravel().tolist() == [0, 0, 30, 0, 0, 0, 0]
    late = tile_of([spec.model_copy(update={"start": 2})], drawn, steps=6, try_rate=1.0, temperature=0.0)
    assert late.run().cost["pay"].ravel().tolist() == [0, 0, 0, 30, 0, 0, 0]  # offered in its last step


# ── no further than the villages where it is its turn ───────────────────────────────────────────────────────────


class DoesAll(Scheduled, kind="does_all"):
    """Does everything that can be done to everybody."""

    def act(self, step, pop, state):
        """Use every verb."""
        everybody = ~pop.nobody()
        for verb in (pop.tell, pop.reveal, pop.permit, pop.equip, pop.attend):
            verb(everybody)
        pop.coach(everybody, 0.5, 1.0, Variant.OUTSIDE)
        for source in ("peer", "expert"):
            pop.encourage(everybody, 0.5, source)
            pop.gain_trust(everybody, 0.5, source)
            pop.lose_trust(everybody, 0.2, source)
        for verb in (pop.pay, pop.involve, pop.affirm):
            verb(everybody, 0.5)
        for variant in (Variant.LOCAL, Variant.OUTSIDE):
            pop.adapt(everybody, 0.5, variant)
        picked, lucky = pop.pick(everybody, 2, "some"), pop.chance(everybody, 1.0, "luck")
        assert pop.count(picked).values.tolist() == np.where(pop.turn.active.values, 2, 0).tolist()
        assert (lucky == pop.spread(pop.turn.active)).all()
        assert pop.affords(1.0, 7).values.tolist() == np.where(pop.turn.active.values, 7, 0).tolist()
        pop.hold(PerVillage(np.full(pop.villages, 3)))
        pop.charge("rent", 5.0)
        pop.charge("staff", 8.0, per="replicate")
        pop.work(PerVillage(np.full(pop.villages, 2.0)), "staff")


def test_verbs_picks_charges_and_work_reach_only_the_villages_where_it_acts():
    stage = np.array([Stage.UNAWARE, Stage.AWARE, Stage.PRACTISING, Stage.PRACTISING, Stage.PRACTISING] * 2)
    drawn = villages(
        *(5, 5),
        stage=stage,
        hidden=np.array([False, False, False, False, True] * 2),
        marks=Mark.NOT_PERMITTED | Mark.NO_HARDWARE,
        trust_peer=0.5,
        trust_expert=0.5,
        fit_local=0.5,
        fit_outside=0.5,
    )
    tile = tile_of([DoesAll(begins_at=0.4)], drawn._replace(stage=stage * (np.arange(10) < 5).astype(np.uint8)))
    pop = tile.pop
    before = copied(pop.arrays)
    pop.begin_step(1)
    tile.turns.take(pop)
    there = np.arange(10) < 5
    assert pop.arrays.own[~there].tobytes() == before.own[~there].tobytes()
    assert pop.arrays.stage[~there].tobytes() == before.stage[~there].tobytes()
    assert not pop.arrays.touched[~there].any()
    assert pop.arrays.counts[1, COUNTERS.index("trials") :].sum() == 0
    assert pop.arrays.counts[0, COUNTERS.index("sessions")] == 3
    assert {heading: spent.tolist() for heading, spent in pop.spent.items()} == {"rent": [5, 0], "staff": [8, 0]}
    assert pop.amounts["staff_hours"].tolist() == [2, 0]
    changed = [name for name in pop.arrays.own.dtype.names if (pop.arrays.own[name] != before.own[name])[there].any()]
    assert set(changed) >= {
        *(
            "know_how",
            "push",
            "pay",
            "involved",
            "confidence",
            "trust_peer",
            "trust_expert",
            "fit_local",
            "fit_outside",
        ),
        *("marks", "hidden", "session", "variant", "since"),
    }


class Counting(Scheduled, kind="counting"):
    """Counts its steps in every way, without a thought of where it is its turn."""

    class State(NamedTuple):
        """Steps so far."""

        rows: ps.PerHousehold[int]
        places: ps.PerVillage[int]
        runs: ps.PerReplicate[float]

    def act(self, step, pop, state):
        """Count."""
        state.rows += 1
        state.places = state.places + 1
        state.runs += 1


def test_what_it_remembers_of_other_villages_stays_as_it_was():
    counting = Counting(begins_at=0.5)
    opening = Opening(when={2: (0, 1), 4: (4, 5)})
    tile = tile_of([opening, counting], two_of_four(), two_of_four(), steps=6)
    tile.run()
    memory = tile.turns.memories[1]
    assert memory.places.values.tolist() == [5, 3, 0, 0]
    assert memory.rows.tolist() == [5] * 4 + [3] * 4 + [0] * 8
    assert memory.runs.tolist() == [5, 0]


def test_after_its_turn_everything_is_as_usual_again():
    tile = tile_of([Diary(begins_at=0.4), Everybody(tells=True)], villages(2, 2))
    tile.step()
    assert tile.pop.at(Stage.AWARE).all()
    assert tile.pop.turn.whole


# ── what befalls it ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_threat_that_passes_leaves_it_to_go_on_where_it_was():
    diary = Diary(start=2)
    kept(diary, villages(3), threats=[{"sponsor_restructured": {"at": 4, "lasts": 3}}])
    assert diary.steps() == [2, 3, *range(7, 13)]
    assert diary.begun() == [2]
    assert diary.ages() == [0, 1, *range(5, 11)]
    kept(late := Diary(start=2, cost_fixed=9.0), villages(3), threats=[{"sponsor_restructured": {"at": 1, "lasts": 3}}])
    assert (late.begun(), late.steps()[0]) == ([4], 4)


def test_threats_and_budgets_are_nobodys_and_no_threat_hits_them():
    """A sponsor who is reorganised cancels all the same, and what the community may spend stays limited."""
    stopped = {"sponsor_restructured": {"at": 1, "lasts": 3}}
    cancelled = {"cancellation": {"at": 2, "payers": ["council"]}}
    one, other = Diary(payer="council"), Diary(payer="community")
    drawn = villages(3, stage=Stage.AWARE, caution=5.0)
    budget = ps.Scenario.from_dict(
        {
            "name": "x",
            "community": {"generator": "complete"},
            "arms": {"a": [{"budget": {"amount": 25.0, "pays_for": ["sponsor", "community"]}}]},
        }
    ).arms["a"]
    meal = Training(turnout=1.0, source="peer", cost_session=10.0, payer="community")
    track = tile_of([*budget, one, other, meal], drawn, threats=[stopped, cancelled], steps=6).run()
    assert one.steps() == [1]
    assert track.cost["community: sessions"].ravel().tolist() == [0, 10, 10, 0, 0, 0, 0]
    assert other.steps() == [1, 2, 3]  # the budget closed with the first meal it could not pay for


def test_what_is_waited_for_and_paid_comes_out_of_a_whole_scenario():
    """Through ``ps.run`` and YAML: the same words, the same steps."""
    text = scenario(
        {"generator": "complete", "households": 10},
        {
            "arm": [
                {"broadcast": {"reach": 1.0, "start": 2, "stop": 3, "again": 4, "cost_contact": 0.5, "cost_step": 1}}
            ]
        },
        steps=10,
        behaviour={"try_rate": 0.0, "session_rate": 0.0},
    ).to_yaml()
    run = ps.run(ps.Scenario.from_yaml(text), "arm", 1)
    assert np.flatnonzero(run.cost["messages"]).tolist() == [2, 6, 10]
    assert run.cost["messages"].sum() == 15
    assert run.cost["running"].sum() == 3
    assert isinstance(run.scenario.arms["arm"][0], Broadcast)
