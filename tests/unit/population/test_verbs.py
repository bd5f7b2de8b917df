"""What each verb does to the households it is given, and to nobody else."""

from __future__ import annotations

import numpy as np
import pytest

from pd_sim.errors import InterventionError, UnknownNameError
from pd_sim.population import COUNTERS, HOUSEHOLD, Mark, PerVillage, Stage, Variant
from pd_sim.population.records import SETTLED
from tests.builders import copied, founded, isolated, mask, population, scattered, seen_of, tied

ALL_STAGES = [Stage.UNAWARE, Stage.AWARE, Stage.TRYING, Stage.PRACTISING, Stage.LAPSED, Stage.REJECTED]


def one_of_each(**state):
    """A village with one household at each stage, each tied to the next."""
    ties = tied(6, [(i, i + 1) for i in range(5)])
    return population(founded(ties, stage=ALL_STAGES, **state))


def only(pop, before, rows, *fields):
    """Nothing changed but these fields of these rows."""
    for name in HOUSEHOLD.names:
        changed = np.flatnonzero(pop.arrays.own[name] != before.own[name]).tolist()
        assert changed == [] or (name in fields and set(changed) <= set(rows)), name


def test_tell_makes_the_unaware_aware_and_leaves_all_others():
    pop = one_of_each()
    before = copied(pop.arrays)
    pop.tell(~pop.nobody())
    assert pop.arrays.stage.tolist() == [Stage.AWARE, *ALL_STAGES[1:]]
    only(pop, before, [0], "since")
    assert pop.arrays.own["since"][0] == 1
    assert (seen_of(pop, "heard") - before.look["heard"]).tolist() == [0, 1, 0, 0, 0, 0]


def test_coach_raises_know_how_by_what_the_channel_keeps():
    pop = one_of_each(know_how=0.5)
    before = copied(pop.arrays)
    pop.coach(mask(pop, 0, 1, 5), 0.5, 0.25, Variant.OUTSIDE)
    gain = 0.5 * (1 - 0.6 * 0.75)
    assert pop.arrays.own["know_how"][[0, 1, 5]].tolist() == [np.float32(0.5 + gain * 0.5)] * 3
    only(pop, before, [0, 1, 5], "know_how", "variant")
    for keeps, factor in ((0, 0.4), (0.5, 0.7), (1, 1.0)):
        pop = one_of_each()
        pop.coach(~pop.nobody(), 0.5, keeps, Variant.LOCAL)
        assert pop.arrays.own["know_how"].tolist() == [np.float32(0.5 * factor)] * 6


def test_coach_leaves_the_variant_of_those_who_try_or_practise():
    pop = one_of_each(variant=Variant.FALSE)
    pop.coach(~pop.nobody(), 0.5, 1, Variant.OUTSIDE)
    kept = (Stage.TRYING, Stage.PRACTISING)
    assert pop.arrays.own["variant"].tolist() == [Variant.FALSE if s in kept else Variant.OUTSIDE for s in ALL_STAGES]


def test_coach_can_give_each_its_own_dose_and_variant():
    pop = population(founded(isolated(3)))
    pop.coach(~pop.nobody(), np.array([0.0, 0.5, 1.0]), 1, np.array([1, 2, 3], np.uint8))
    assert pop.arrays.own["know_how"].tolist() == [0, 0.5, 1]
    assert pop.arrays.own["variant"].tolist() == [1, 2, 3]


def test_a_lapsed_household_is_coached_from_what_it_still_knows():
    decay = 0.1
    pop = population(founded(isolated(2), stage=[Stage.LAPSED, Stage.AWARE], know_how=0.8, since=0, ever=True))
    pop.know_how_decay = decay
    pop.step = 5
    pop.coach(~pop.nobody(), 0.5, 1, Variant.LOCAL)
    own = pop.arrays.own[0]
    faded = float(np.float32(0.8)) * (1 - decay) ** 5
    wanted = faded + 0.5 * (1 - faded)
    assert own["know_how"] == np.float32(wanted)
    assert own["since"] == 0  # when it may try again is not put off
    pop.step = 8
    pop.coach(~pop.nobody(), 0.0, 1, Variant.LOCAL)
    assert own["know_how"] == np.float32(float(np.float32(wanted)) * (1 - decay) ** 3)
    assert pop.arrays.own["know_how"][1] == np.float32(0.5 + 0.5 * np.float32(0.8))


@pytest.mark.parametrize("decay", [0.0, 0.01, 0.9, 0.99])
def test_know_how_stays_a_share_however_late_a_lapsed_household_is_coached(decay):
    pop = population(founded(isolated(1), stage=Stage.LAPSED, know_how=0.8, ever=True))
    pop.know_how_decay = decay
    for step in (1, 60, 400, 5200):
        pop.step = step
        pop.coach(~pop.nobody(), 0.5, 1, Variant.LOCAL)
        assert 0.5 <= pop.arrays.own["know_how"][0] <= 1.0


def test_encourage_pushes_by_trust_in_the_source_and_adds_up():
    pop = one_of_each(trust_peer=0.75, trust_expert=0.25)
    before = copied(pop.arrays)
    some = mask(pop, 1, 4)
    pop.encourage(some, 0.5, "peer")
    pop.encourage(some, 0.5, "expert")
    assert pop.arrays.own["push"].tolist() == [0, 0.5, 0, 0, 0.5, 0]
    only(pop, before, [1, 4], "push")
    with pytest.raises(UnknownNameError, match="unknown source 'peers'; did you mean 'peer'"):
        pop.encourage(some, 0.5, "peers")


def test_pay_adds_up():
    pop = one_of_each()
    before = copied(pop.arrays)
    pop.pay(mask(pop, 3), 0.25)
    pop.pay(mask(pop, 3), 0.5)
    assert pop.arrays.own["pay"].tolist() == [0, 0, 0, 0.75, 0, 0]
    only(pop, before, [3], "pay")


def test_involve_keeps_the_most():
    pop = one_of_each(involved=0.25)
    before = copied(pop.arrays)
    pop.involve(~pop.nobody(), np.array([0, 0.25, 0.5, 1, 1, 1]), 0.5)
    assert pop.arrays.own["involved"].tolist() == [0.25, 0.25, 0.25, 0.5, 0.5, 0.5]
    only(pop, before, range(6), "involved")
    assert (pop.arrays.own["ownership"] == 0).all()


def test_affirm_closes_a_share_of_the_gap():
    pop = one_of_each(confidence=0.5)
    before = copied(pop.arrays)
    pop.affirm(mask(pop, 0, 3), 0.5)
    assert pop.arrays.own["confidence"].tolist() == [0.75, 0.5, 0.5, 0.75, 0.5, 0.5]
    only(pop, before, [0, 3], "confidence")


def test_reveal_brings_hidden_practice_into_the_open_and_leaves_its_habit():
    ties = tied(4, [(0, 1), (0, 2), (1, 3)])
    hidden = [True, False, False, False]
    pop = population(founded(ties, stage=[3, 1, 1, 3], hidden=hidden, since=[SETTLED, 0, 0, 0]))
    before = copied(pop.arrays)
    assert seen_of(pop, "practising").tolist() == [0, 1, 0, 0]
    pop.reveal(~pop.nobody())
    only(pop, before, [0], "hidden")
    assert seen_of(pop, "practising").tolist() == [0, 2, 1, 0]
    assert pop.in_the_open.tolist() == [True, False, False, True]
    assert pop.arrays.counts[0, COUNTERS.index("seen")] == 2


def test_attend_counts_who_comes_and_who_is_new():
    pop = one_of_each()
    before = copied(pop.arrays)
    pop.attend(mask(pop, 0, 1))
    pop.attend(mask(pop, 1, 2))
    only(pop, before, [0, 1, 2], "session", "marks")
    assert pop.arrays.own["marks"].tolist() == [Mark.CAME] * 3 + [0] * 3
    counted = {name: int(pop.arrays.counts[0, COUNTERS.index(name)]) for name in ("attendance", "participants")}
    assert counted == {"attendance": 4, "participants": 3}
    pop.begin_step(2)
    counted = {name: int(pop.arrays.counts[0, COUNTERS.index(name)]) for name in ("attendance", "participants")}
    assert counted == {"attendance": 0, "participants": 3}


def test_permit_and_equip_lift_one_gate_each_for_those_they_are_given():
    both = Mark.NOT_PERMITTED | Mark.NO_HARDWARE
    for verb, left in (("permit", Mark.NO_HARDWARE), ("equip", Mark.NOT_PERMITTED)):
        pop = one_of_each(marks=both | Mark.CAME)
        before = copied(pop.arrays)
        getattr(pop, verb)(mask(pop, 1, 4))
        assert pop.arrays.own["marks"][[1, 4]].tolist() == [left | Mark.CAME] * 2
        only(pop, before, [1, 4], "marks")
        getattr(pop, verb)(mask(pop, 1, 4))  # again: nothing more to lift
        assert pop.arrays.own["marks"][[1, 4]].tolist() == [left | Mark.CAME] * 2


def test_adapt_brings_the_fit_of_one_variant_below_more_limits():
    for variant, field in ((Variant.LOCAL, "fit_local"), (Variant.OUTSIDE, "fit_outside"), (Variant.FALSE, None)):
        pop = one_of_each(fit_local=0.8, fit_outside=0.6)
        before = copied(pop.arrays)
        pop.adapt(mask(pop, 0, 2), 0.25, variant)
        only(pop, before, [0, 2], field)
        if field is not None:
            was = before.own[field]
            assert pop.arrays.own[field][[0, 2]].tolist() == (was * np.float32(0.75)).astype("f4")[[0, 2]].tolist()


def test_a_share_of_those_whom_it_did_not_fit_is_fitted_by_adapting():
    n = 4000
    pop = population(founded(isolated(n), fit_local=(np.arange(n) + 0.5) / n))
    limit = 0.4
    pop.adapt(~pop.nobody(), 0.2, Variant.LOCAL)
    assert (pop.arrays.own["fit_local"] < limit).mean() == pytest.approx(limit / 0.8, abs=1e-3)
    pop.adapt(~pop.nobody(), np.linspace(0, 1, n), Variant.LOCAL)
    assert pop.arrays.own["fit_local"][-1] == 0


def test_trust_in_one_source_is_gained_and_lost_in_part():
    for source, field in (("peer", "trust_peer"), ("expert", "trust_expert")):
        pop = one_of_each(trust_peer=0.5, trust_expert=0.25)
        before = copied(pop.arrays)
        pop.gain_trust(mask(pop, 1), 0.5, source)
        pop.lose_trust(mask(pop, 3), 0.5, source)
        was = float(before.own[field][0])
        assert pop.arrays.own[field][[1, 3]].tolist() == [was + 0.5 * (1 - was), 0.5 * was]
        only(pop, before, [1, 3], field)
    with pytest.raises(UnknownNameError, match="unknown source 'experts'; did you mean 'expert'"):
        pop.lose_trust(mask(pop, 3), 0.5, "experts")


def test_attend_counts_those_without_ties_once():
    reached = COUNTERS.index("isolates_reached")
    pop = population(founded(tied(5, [(0, 1)])))
    pop.attend(mask(pop, 0, 2, 3))
    assert pop.arrays.counts[0, reached] == 2
    pop.begin_step(2)
    pop.attend(mask(pop, 1, 2, 4))
    assert pop.arrays.counts[0, reached] == 3


def test_hold_counts_sessions_per_village():
    pop = population(founded(scattered(1, [3, 4])))
    pop.hold(PerVillage(np.array([True, False])))
    pop.hold(PerVillage(np.array([2, 3])))
    assert pop.arrays.counts[:, COUNTERS.index("sessions")].tolist() == [3, 3]


def test_charge_per_village_and_per_replicate():
    pop = population(founded(scattered(1, [3, 4, 5])), founded(scattered(2, [3, 4, 5])))
    pop.charge("rent", 2.0)
    pop.charge("rent", PerVillage(np.arange(6.0)))
    pop.charge("staff", 30.0, per="replicate")
    assert pop.spent["rent"].tolist() == [2, 3, 4, 5, 6, 7]
    assert pop.spent["staff"].tolist() == [10.0] * 6
    pop.begin_step(2)
    assert pop.spent["rent"].sum() == pop.spent["staff"].sum() == 0
    with pytest.raises(UnknownNameError, match="unknown base of a charge 'household'; known: replicate, village"):
        pop.charge("rent", 1.0, per="household")


SLIPS = {
    "row numbers": (lambda pop: pop.tell(np.array([3, 5])), "mask"),
    "too short": (lambda pop: pop.attend(np.array([True])), "mask"),
    "numbers": (lambda pop: pop.reveal(np.ones(6)), "mask"),
    "a count": (lambda pop: pop.tell(pop.count(pop.nobody()) >= 0), "mask"),
    "near of rows": (lambda pop: pop.near(np.array([0])), "mask"),
    "count of rows": (lambda pop: pop.count(np.array([0])), "mask"),
    "an amount too many": (lambda pop: pop.pay(~pop.nobody(), np.ones(5)), "amount"),
    "an amount per village": (lambda pop: pop.coach(~pop.nobody(), PerVillage(np.array([0.5])), 1.0, 1), "spread"),
    "no number": (lambda pop: pop.pay(~pop.nobody(), np.nan), "amount"),
    "a negative push": (lambda pop: pop.encourage(~pop.nobody(), -0.5, "peer"), "from 0"),
    "a dose above 1": (lambda pop: pop.coach(~pop.nobody(), 2.0, 1.0, Variant.LOCAL), "from 0 to 1"),
    "an unknown variant": (lambda pop: pop.coach(~pop.nobody(), 0.5, 1.0, 7), "variant"),
    "an adaptation above 1": (lambda pop: pop.adapt(~pop.nobody(), 1.5, Variant.LOCAL), "from 0 to 1"),
    "trust above 1": (lambda pop: pop.gain_trust(~pop.nobody(), 1.5, "peer"), "from 0 to 1"),
    "negative trust": (lambda pop: pop.lose_trust(~pop.nobody(), -0.5, "peer"), "from 0"),
    "rows to permit": (lambda pop: pop.permit(np.array([1, 2])), "mask"),
    "no money": (lambda pop: pop.charge("rent", np.nan), "rent"),
    "a rebate": (lambda pop: pop.charge("rent", -5.0), "rent"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_an_own_intervention_is_refused_in_one_line_before_anything_is_written(slip):
    use, named = SLIPS[slip]
    pop = one_of_each(trust_peer=0.5)
    before = copied(pop.arrays)
    with pytest.raises(InterventionError, match=named) as caught:
        use(pop)
    assert "\n" not in str(caught.value)
    assert pop.arrays.own.tobytes() == before.own.tobytes()
    assert pop.arrays.stage.tobytes() == before.stage.tobytes()


@pytest.mark.parametrize(
    ("use", "named"),
    [
        (lambda pop: pop.pick(np.array([1, 2]), 1, "x"), "mask"),
        (lambda pop: pop.pick(~pop.nobody(), PerVillage(np.array([1, 2, 3])), "x"), "village"),
        (lambda pop: pop.pick(~pop.nobody(), 2, "x", weight=np.ones(3)), "weight"),
        (lambda pop: pop.pick(~pop.nobody(), 2, "x", weight=np.full(6, np.nan)), "weight"),
        (lambda pop: pop.chance(np.array([True]), 0.5, "x"), "mask"),
        (lambda pop: pop.chance(~pop.nobody(), np.array([0.5, 0.5]), "x"), "each"),
    ],
)
def test_a_slip_in_a_choice_is_refused_in_one_line(use, named):
    pop = one_of_each()
    with pop.drawing_for("test"), pytest.raises(InterventionError, match=named) as caught:
        use(pop)
    assert "\n" not in str(caught.value)
