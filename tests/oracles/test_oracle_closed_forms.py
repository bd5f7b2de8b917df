"""The oracle against what can be said with pencil and paper."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import numpy as np
import pytest

from pd_sim.streams import draw, identity, stream_key, tie_draw
from tests.oracles import model
from tests.oracles.model import OracleHousehold, OracleVillage

SEES_ALL = {"seen_practising": 1.0, "seen_stopped": 0.0, "seen_never": 0.0}
AT_ONCE = {"trial": 0, "floor": 1.0, "portability": 2.0, "certainty": 2.0, "fresh": 0.0, "settled": 0.0}


def household(name: str, **state: Any) -> OracleHousehold:
    return OracleHousehold(name=name, identity=identity("closed", name), **state)


def practiser(name: str, **state: Any) -> OracleHousehold:
    return household(name, **{"stage": "practising", "variant": "local", "ever_practised": True, **state})


def village(
    ties: list[tuple], households: list[OracleHousehold], seed: int = 11, village_seed: int = 12, **parameters: Any
) -> OracleVillage:
    """Village with one-way ties (who sees, who is seen[, weight])."""
    graph = nx.DiGraph()
    graph.add_nodes_from(h.name for h in households)
    for one, other, *weight in ties:
        graph.add_edge(one, other, **({"weight": weight[0]} if weight else {}))
    return OracleVillage(graph, {h.name: h for h in households}, parameters, village_seed, seed)


def sight(one: str, other: str, village_seed: int = 12) -> float:
    key = stream_key("tie", "", "sight")
    return float(
        tie_draw(np.uint64(village_seed), key, np.uint64(0), identity("closed", one), identity("closed", other))
    )


# ---------------------------------------------------------------------------------------------------------------------
# Chances on inputs worked out by hand.


@pytest.mark.parametrize(
    ("m", "a", "talk_practising", "talk_heard", "wanted"),
    [
        (0, 0, 0.3, 0.1, 0.0),
        (1, 0, 0.3, 0.1, 0.3),
        (0, 2, 0.3, 0.1, 0.19),
        (2, 1, 0.3, 0.1, 1 - 0.49 * 0.9),
        (0.5, 0, 0.36, 0.1, 0.2),
        (0, 0, 1.0, 1.0, 0.0),
        (1, 0, 1.0, 0.0, 1.0),
        (7, 9, 0.0, 0.0, 0.0),
    ],
)
def test_chance_to_hear(m: float, a: float, talk_practising: float, talk_heard: float, wanted: float) -> None:
    assert model.chance_hear(m, a, talk_practising, talk_heard) == pytest.approx(wanted, abs=1e-15)


def test_chance_to_hear_is_the_form_with_logarithms() -> None:
    for m in (0.0, 0.25, 3.0):
        for a in (0.0, 1.5, 8.0):
            wanted = 1 - math.exp(m * math.log1p(-0.095) + a * math.log1p(-0.012))
            assert model.chance_hear(m, a, 0.095, 0.012) == pytest.approx(wanted, abs=1e-15)


def test_readiness_adds_what_speaks_for_trying_and_takes_off_caution() -> None:
    x = model.readiness(
        trust_peer=0.8,
        proof=0.5,
        push=0.1,
        pay=0.05,
        confidence=0.75,
        caution=0.3,
        endorsement=2.0,
        confidence_weight=0.4,
    )
    assert x == pytest.approx(0.8 + 0.1 + 0.05 + 0.1 - 0.3)


@pytest.mark.parametrize(
    ("x", "temperature", "wanted"),
    [
        (0.0, 0.06, 0.5),
        (0.06, 0.06, 1 / (1 + math.exp(-1))),
        (-0.12, 0.06, 1 / (1 + math.exp(2))),
        (math.log(3), 1.0, 0.75),
        (-1e6, 0.06, 0.0),
        (1e6, 0.06, 1.0),
        (-math.inf, 0.06, 0.0),
        (0.0, 0.0, 1.0),
        (-1e-300, 0.0, 0.0),
        (-math.inf, 0.0, 0.0),
    ],
)
def test_squash(x: float, temperature: float, wanted: float) -> None:
    assert model.squash(x, temperature) == pytest.approx(wanted, abs=1e-15)


@pytest.mark.parametrize(
    ("m", "push", "pay", "x", "rate", "epsilon", "wanted"),
    [
        (0, 0.0, 0.0, 9.0, 0.4, 0.02, 0.007),  # nobody seen, no push, no pay: spontaneous
        (1, 0.0, 0.0, 0.0, 0.4, 0.02, 0.02 + 0.38 * 0.5),
        (0, 0.1, 0.0, 0.0, 0.4, 0.02, 0.2),  # epsilon needs somebody seen
        (0, 0.0, 0.1, 0.0, 0.4, 0.02, 0.2),
        (1, 0.0, 0.0, 0.0, 0.01, 0.02, 0.01),  # epsilon is never more than the rate
        (1, 0.0, 0.0, -1e9, 0.4, 0.02, 0.02),
        (1, 0.0, 0.0, 1e9, 0.4, 0.02, 0.4),
    ],
)
def test_chance_to_try_logistic(
    m: float, push: float, pay: float, x: float, rate: float, epsilon: float, wanted: float
) -> None:
    chance = model.chance_try_logistic(m, push, pay, x, rate, epsilon, spontaneous=0.007, temperature=0.1)
    assert chance == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("m", "d", "need", "counts", "wanted"),
    [
        (3, 10, 0.3, False, True),
        (2, 10, 0.3, False, False),
        (3, 10, 0.1 + 0.2, False, True),  # 0.30000000000000004 is meant as 0.3
        (1, 3, 1 / 3, False, True),
        (1, 4, 0.26, False, False),
        (0, 5, 0.0, False, True),
        (0, 5, -0.2, False, True),
        (0, 0, 0.1, False, False),
        (0, 0, 0.0, False, True),
        (5, 5, math.inf, False, False),
        (0, 0, math.inf, False, False),
        (2, 9, 2.0, True, True),
        (2, 9, 2.1, True, False),
        (1, 9, 1 + 1e-12, True, True),
        (0, 9, 0.0, True, True),
        (9, 9, math.inf, True, False),
    ],
)
def test_threshold_reached(m: float, d: float, need: float, counts: bool, wanted: bool) -> None:
    assert model.threshold_reached(m, d, need, counts) is wanted


def test_chance_to_try_by_threshold() -> None:
    assert model.chance_try_threshold(2, 4, 0.5, False, rate=0.4, epsilon=0.02, spontaneous=0.007) == 0.4
    assert model.chance_try_threshold(1, 4, 0.5, False, rate=0.4, epsilon=0.02, spontaneous=0.007) == 0.02
    assert model.chance_try_threshold(0, 4, 0.5, False, rate=0.4, epsilon=0.02, spontaneous=0.007) == 0.007


@pytest.mark.parametrize(
    ("m", "push", "pay", "outside", "per_tie", "wanted"),
    [
        (0, 0.0, 0.0, 0.1, 0.2, 0.1),
        (2, 0.0, 0.0, 0.1, 0.2, 1 - 0.9 * 0.64),
        (0, 0.3, 0.2, 0.1, 0.2, 1 - 0.9 * 0.5),
        (1, 0.3, 0.2, 0.1, 0.2, 1 - 0.9 * 0.5 * 0.8),
        (0, 0.9, 0.9, 0.1, 0.2, 1.0),
        (0, 0.0, 0.0, 0.0, 1.0, 0.0),
        (1, 0.0, 0.0, 0.0, 1.0, 1.0),
    ],
)
def test_chance_to_try_simple(m: float, push: float, pay: float, outside: float, per_tie: float, wanted: float) -> None:
    assert model.chance_try_simple(m, push, pay, outside, per_tie) == pytest.approx(wanted, abs=1e-15)


def test_learning_coaching_and_success() -> None:
    assert model.learnt(0.5, 0.2) == pytest.approx(0.6)
    assert model.learnt(1.0, 0.2) == 1.0
    assert model.coached(0.0, 0.5, keeps=1.0, tacitness=0.6) == pytest.approx(0.5)
    assert model.coached(0.0, 0.5, keeps=0.0, tacitness=0.6) == pytest.approx(0.2)
    assert model.coached(0.5, 0.5, keeps=0.5, tacitness=0.6) == pytest.approx(0.675)
    assert model.chance_succeed(0.0, 0.15) == pytest.approx(0.15)
    assert model.chance_succeed(0.4, 0.15) == pytest.approx(0.49)
    assert model.chance_succeed(1.0, 0.15) == pytest.approx(1.0)


def test_learning_alone_for_k_steps_has_a_closed_form() -> None:
    one = village([], [household("1", stage="trying", variant="local")], trial=1000, learn_alone=0.03)
    for k in range(1, 30):
        one.step()
        assert one.households["1"].know_how == pytest.approx(1 - 0.97**k, abs=1e-5)


@pytest.mark.parametrize(
    ("variant", "fit_local", "fit_outside", "advantage", "wanted"),
    [
        ("local", 0.84, 0.99, False, True),
        ("local", 0.85, 0.0, True, False),
        ("outside", 0.99, 0.64, False, True),
        ("outside", 0.0, 0.65, True, False),
        ("false", 0.0, 0.0, False, False),
        ("false", 0.99, 0.99, True, True),
        (None, 0.0, 0.0, True, False),
    ],
)
def test_fits(variant: str | None, fit_local: float, fit_outside: float, advantage: bool, wanted: bool) -> None:
    assert model.fits(variant, fit_local, fit_outside, advantage, portability=0.85, certainty=0.65) is wanted


def test_chance_to_lapse() -> None:
    assert model.lapse_without_help(0, 0.06, 0.004, 0.1, False) == pytest.approx(0.06)
    assert model.lapse_without_help(2, 0.06, 0.004, 0.1, False) == pytest.approx(0.004 + 0.056 * 0.81)
    assert model.lapse_without_help(0, 0.06, 0.004, 0.1, True) == pytest.approx(0.004)
    assert model.lapse_without_help(0, 0.06, 0.004, 1.0, False) == pytest.approx(0.06)
    assert model.lapse_without_help(1, 0.06, 0.004, 1.0, False) == pytest.approx(0.004)
    assert model.chance_lapse(0.06, 0.0, 0.0, 0.0, 0.5, 0.5, 0.2) == pytest.approx(0.06)
    assert model.chance_lapse(0.06, 1.0, 0.0, 0.0, 0.5, 0.5, 0.2) == pytest.approx(0.03)
    assert model.chance_lapse(0.06, 0.0, 0.5, 0.0, 0.5, 0.5, 0.2) == pytest.approx(0.045)
    assert model.chance_lapse(0.06, 0.0, 0.0, 0.05, 0.5, 0.5, 0.2) == pytest.approx(0.045)
    assert model.chance_lapse(0.06, 0.0, 0.0, 0.3, 0.5, 0.5, 0.2) == 0.0
    assert model.chance_lapse(0.06, 1.0, 0.5, 0.05, 0.5, 0.5, 0.2) == pytest.approx(0.06 * 0.5 * 0.75 * 0.75)


def test_habit_steps_count_paid_ones_less() -> None:
    assert model.habit_steps(t=1, since=0, paid=0, crowding=0.5) == 0
    assert model.habit_steps(t=9, since=2, paid=4, crowding=0.5) == 4
    assert model.habit_steps(t=9, since=2, paid=6, crowding=1.0) == 0


def test_know_how_fades_by_powers() -> None:
    assert model.faded(0.8, 0.01, 0) == 0.8
    assert model.faded(0.8, 0.1, 2) == pytest.approx(0.648)


def test_storage_is_32_bits_and_weights_are_in_65536ths() -> None:
    assert model.store(0.1) == 0.10000000149011612
    assert household("1", push=0.1).push == 0.10000000149011612
    assert household("1", caution=0.1).caution == 0.1
    assert model.fixed_point(1.0) == 1.0
    assert model.fixed_point(0.3) == 19661 / 65536


# ---------------------------------------------------------------------------------------------------------------------
# What a household does, step by step.


def test_nothing_happens_to_a_hidden_practiser() -> None:
    hidden = practiser("1", hidden=True)
    one = village([("2", "1")], [hidden, household("2")], fresh=1.0, settled=1.0, talk_practising=1.0, **SEES_ALL)
    for _ in range(20):
        one.step()
    assert one.households["1"].stage == "practising"
    assert one.households["2"].stage == "unaware"
    one.step(lambda v, t: v.reveal(["1"]))
    assert one.households["1"].stage == "lapsed"
    assert one.households["2"].stage == "aware"


def test_survival_of_isolated_practising_households_is_the_product_of_not_lapsing() -> None:
    n, steps = 3000, 12
    one = village([], [practiser(str(k)) for k in range(n)], fresh=0.2, settled=0.02, habit_rate=0.3, rest=None)
    left = 1.0
    for t in range(1, steps + 1):
        one.step()
        left *= 1 - (0.02 + 0.18 * 0.7 ** (t - 1))
        share = one.counts()["practising"] / n
        assert abs(share - left) < 4 * math.sqrt(left * (1 - left) / n), t
    assert one.counts()["practising"] + one.counts()["lapsed"] == n


def test_paid_steps_make_half_a_habit() -> None:
    one = village([], [practiser("1")], fresh=0.06, settled=0.004, habit_rate=0.1, crowding=0.5, pay_full=0.2)
    one.parameters.update(fresh=1e-9, settled=0.0)  # so that it is seen to stay
    one.step()
    for _ in range(4):
        one.step(lambda v, t: (v.pay_households(["1"], 0.1), v.pay_households(["1"], 0.05)))
    assert one.households["1"].paid == 4
    account = one.step()["1"]
    assert account.chance == pytest.approx(1e-9 * 0.9 ** (5 - 0.5 * 4))


def test_pay_in_this_step_lowers_the_chance_but_does_not_yet_count() -> None:
    one = village([], [practiser("1")], fresh=1e-9, settled=0.0, habit_rate=0.1, crowding=1.0, pay_full=0.2)
    one.step()
    account = one.step(lambda v, t: v.pay_households(["1"], 0.05))["1"]
    assert account.chance == pytest.approx(1e-9 * 0.9 * 0.75, rel=1e-6)
    assert (one.households["1"].paid, one.households["1"].pay) == (1, 0.0)


def test_a_positive_deviants_habit_is_settled_in_its_first_spell_only() -> None:
    deviant = household("1")
    model.make_positive_deviant(deviant)
    deviant.hidden = False
    one = village([], [deviant], fresh=0.5, settled=0.2, ownership_weight=0.5, rest=None)
    while one.households["1"].stage == "practising":
        assert one.step()["1"].chance == pytest.approx(0.1)
    assert one.households["1"].settled is False


def test_hearing_takes_a_geometric_time() -> None:
    n = 2000
    ties = [(str(k), "seen") for k in range(n)]
    households = [practiser("seen"), *(household(str(k)) for k in range(n))]
    one = village(ties, households, talk_practising=0.2, try_rate=0.0, epsilon=0.0, fresh=0.0, settled=0.0, **SEES_ALL)
    for t in range(1, 9):
        one.step()
        share = one.counts()["unaware"] / n
        assert abs(share - 0.8**t) < 4 * math.sqrt(0.8**t * (1 - 0.8**t) / n), t


@pytest.mark.parametrize("trial", [1, 2, 5])
def test_a_trial_of_k_steps_ends_k_steps_after_it_began(trial: int) -> None:
    one = village([], [household("1", stage="aware")], **{**AT_ONCE, "trial": trial, "spontaneous": 1.0})
    stages = []
    for _ in range(trial + 1):
        one.step()
        stages.append(one.households["1"].stage)
    assert stages == ["trying"] * trial + ["practising"]
    assert one.households["1"].know_how == pytest.approx(1 - 0.97**trial, abs=1e-6)


def test_a_trial_of_no_steps_is_over_at_once() -> None:
    one = village([], [household("1", stage="aware", know_how=0.5)], **{**AT_ONCE, "spontaneous": 1.0})
    account = one.step()["1"]
    assert account.events == ["tried", "succeeded"]
    assert one.households["1"].stage == "practising"
    assert one.households["1"].know_how == 0.5


def test_gone_after_one_step() -> None:
    one = village([], [household("1", stage="aware")], **{**AT_ONCE, "spontaneous": 1.0, "fresh": 1.0, "settled": 1.0})
    one.step()
    assert one.households["1"].stage == "practising"
    one.step()
    assert one.households["1"].stage == "lapsed"


@pytest.mark.parametrize("stage", ["lapsed", "rejected"])
def test_rest(stage: str) -> None:
    for rest, back in ((0, 1), (1, 1), (3, 3), (None, None)):
        one = village([], [household("1", stage=stage)], rest=rest)
        for t in range(1, 40):
            one.step()
            assert (one.households["1"].stage == "aware") == (back is not None and t >= back), (rest, t)


@pytest.mark.parametrize("stage", ["lapsed", "rejected"])
def test_a_session_wins_back_those_who_gave_up(stage: str) -> None:
    parameters = {"session_rate": 1.0, "temperature": 0.0, "rest": None}
    one = village([], [household("1", stage=stage), household("2", stage=stage)], **parameters)
    one.step(lambda v, t: (v.session(["1"]), v.encourage(["1", "2"], 1.0, "peer")))
    assert one.households["1"].stage == "trying"
    assert one.households["2"].stage == stage


def test_a_session_that_does_not_win_it_back_leaves_the_rest_as_it_was() -> None:
    one = village([], [household("1", stage="lapsed")], session_rate=0.0, rest=1)
    one.step(lambda v, t: v.session(["1"]))
    assert one.households["1"].stage == "aware"


def test_without_heat_those_act_whose_caution_is_met() -> None:
    households = [practiser("seen"), *(household(f"c{c}", stage="aware", caution=c) for c in (0.25, 0.5, 0.75))]
    households.append(household("blind"))
    ties = [(f"c{c}", other) for c in (0.25, 0.5, 0.75) for other in ("seen", "blind")]
    parameters = {"temperature": 0.0, "try_rate": 1.0, "epsilon": 0.0, "confidence_weight": 0.0}
    for h in households:
        h.trust_peer = 1.0
    one = village(ties, households, **{**AT_ONCE, **SEES_ALL, **parameters})
    one.step()
    assert [one.households[f"c{c}"].stage for c in (0.25, 0.5, 0.75)] == ["practising", "practising", "aware"]


def test_along_a_line_a_threshold_of_one_moves_one_household_a_step() -> None:
    n = 10
    households = [practiser("0"), *(household(str(k), stage="aware", caution=1.0) for k in range(1, n))]
    ties = [(str(k), str(j)) for k in range(n) for j in (k - 1, k + 1) if 0 <= j < n]
    parameters = {"decision": "threshold", "threshold_counts": True, "try_rate": 1.0, "epsilon": 0.0}
    one = village(ties, households, **{**AT_ONCE, **SEES_ALL, **parameters})
    for t in range(1, n):
        one.step()
        assert [h.stage == "practising" for h in one.households.values()] == [k <= t for k in range(n)]


def test_external_does_not_look_at_ties() -> None:
    one = village(
        [("1", "seen")],
        [practiser("seen"), household("1", stage="aware", caution=0.25, confidence=0.5)],
        decision="external",
        temperature=0.0,
        try_rate=0.9,
        **SEES_ALL,
    )
    assert one.step()["1"].chance == 0.0
    one = village([("1", "seen")], list(one.households.values()), decision="external", temperature=0.1, **SEES_ALL)
    account = one.step(lambda v, t: v.pay_households(["1"], 0.25))["1"]
    assert account.m == 1
    assert account.chance == pytest.approx(0.5 * 0.05)


def test_failure_costs_confidence_and_trust_in_the_source() -> None:
    households = [household(v, stage="trying", variant=v, confidence=0.5) for v in ("local", "outside", "false")]
    one = village([], households, trial=1, floor=0.0, learn_alone=0.0, loss=0.5, disappointment=0.25)
    one.step()
    trust = {h.name: (h.trust_peer, h.trust_expert) for h in one.households.values()}
    assert {h.stage for h in one.households.values()} == {"rejected"}
    assert {h.confidence for h in one.households.values()} == {0.25}
    assert trust["local"] == trust["false"] == pytest.approx((0.6, 0.45))
    assert trust["outside"] == pytest.approx((0.8, 0.3375))


def test_success_gives_confidence_ownership_and_practice_in_the_open() -> None:
    one = village([], [household("1", stage="trying", variant="local", confidence=0.5)], **{**AT_ONCE, "gain": 0.5})
    one.step(lambda v, t: (v.involve(["1"], 0.5, 0.5), v.involve(["1"], 1.0, 0.125)))
    after = one.households["1"]
    assert (after.stage, after.hidden, after.ever_practised) == ("practising", False, True)
    assert (after.confidence, after.involved, after.ownership) == (0.75, 0.25, 0.25)


def test_a_lapsed_household_forgets_and_takes_the_rest_along() -> None:
    one = village([], [practiser("1", know_how=0.8)], fresh=1.0, settled=1.0, know_how_decay=0.1, rest=3)
    for _ in range(4):
        one.step()
    assert one.households["1"].stage == "aware"
    assert one.households["1"].know_how == model.store(model.store(0.8) * 0.9**3)
    one.step()
    assert one.snapshot()["1"]["know_how_now"] == one.households["1"].know_how


def test_coaching_a_lapsed_household_starts_from_what_it_still_knows() -> None:
    one = village([], [household("1", stage="lapsed", know_how=0.8)], know_how_decay=0.5, rest=None)
    one.step()
    one.step(lambda v, t: v.coach(["1"], 0.5, 1.0, "local"))
    assert one.snapshot()["1"]["know_how_now"] == pytest.approx(0.2 + 0.5 * 0.8)
    one.step()
    assert one.snapshot()["1"]["know_how_now"] == pytest.approx(0.3)


# ---------------------------------------------------------------------------------------------------------------------
# Seeing and copying.


def test_a_tie_is_seen_by_its_own_fixed_draw_in_one_direction() -> None:
    u, back = sight("1", "2"), sight("2", "1")
    assert u != back
    for seen_practising, wanted in ((u, 0.0), (u + 1e-9, 1.0)):
        households = [practiser("2"), household("1"), household("3")]
        one = village([("1", "2"), ("1", "3")], households, seen_practising=seen_practising, fresh=0.0, settled=0.0)
        for _ in range(3):
            account = one.step()["1"]
            assert (account.m, account.d, account.proof) == (wanted, 2.0, wanted / 2)


@pytest.mark.parametrize(
    ("state", "chance"),
    [
        ({"stage": "practising", "ever_practised": True}, "seen_practising"),
        ({"stage": "lapsed", "ever_practised": True}, "seen_stopped"),
        ({"stage": "aware", "ever_practised": True}, "seen_stopped"),
        ({"stage": "rejected", "ever_practised": False}, "seen_never"),
        ({"stage": "unaware", "ever_practised": False}, "seen_never"),
        ({"stage": "practising", "ever_practised": True, "hidden": True}, None),
    ],
)
def test_which_chance_of_being_seen_holds(state: dict[str, Any], chance: str | None) -> None:
    for name in ("seen_practising", "seen_stopped", "seen_never"):
        parameters = {**dict.fromkeys(("seen_practising", "seen_stopped", "seen_never"), 0.0), name: 1.0}
        one = village([("1", "2")], [household("1"), household("2", **state)], **parameters)
        assert one.step()["1"].m == (1.0 if name == chance else 0.0)


def test_weights_count_in_m_a_and_d() -> None:
    households = [household("1"), practiser("2"), household("3", stage="aware"), household("4")]
    one = village([("1", "2", 0.5), ("1", "3", 2.0), ("1", "4", 1.5)], households, **SEES_ALL)
    account = one.step()["1"]
    assert (account.m, account.a, account.d, account.proof) == (0.5, 2.0, 4.0, 0.125)


def copied(households: list[OracleHousehold], **parameters: Any) -> str | None:
    others = [("1", h.name) for h in households]
    one = village(
        others,
        [household("1", stage="aware"), *households],
        **{"spontaneous": 1.0, "try_rate": 1.0, "temperature": 0.0, "endorsement": 100.0, **SEES_ALL, **parameters},
    )
    one.step()
    assert one.households["1"].stage == "trying"
    return one.households["1"].variant


def test_copying_from_one_seen_before_one_that_talks_before_what_everybody_heard() -> None:
    talker = household("talker", stage="rejected", variant="false")
    assert copied([talker, practiser("seen")]) == "local"
    assert copied([talker, practiser("hidden", hidden=True)]) == "false"
    assert copied([practiser("hidden", hidden=True), household("aware", stage="aware")]) == "outside"
    assert copied([]) == "outside"


def test_copying_from_several_takes_the_smallest_draw() -> None:
    key = stream_key("household", "", "copy")
    chosen = set()
    for seed in range(20):
        others = [practiser("2", variant="local"), practiser("3", variant="outside"), practiser("4", variant="false")]
        draws = {
            h.variant: float(tie_draw(np.uint64(seed), key, np.uint64(1), identity("closed", "1"), h.identity))
            for h in others
        }
        one = village(
            [("1", h.name) for h in others],
            [household("1", stage="aware"), *others],
            seed=seed,
            **{"try_rate": 1.0, "temperature": 0.0, "fresh": 0.0, "settled": 0.0, **SEES_ALL},
        )
        one.step()
        assert one.households["1"].variant == min(draws, key=draws.__getitem__)
        chosen.add(one.households["1"].variant)
    assert chosen == {"local", "outside", "false"}


def test_a_household_that_knows_a_variant_keeps_it() -> None:
    one = village(
        [("1", "2")],
        [household("1", stage="aware", variant="outside"), practiser("2")],
        **{"try_rate": 1.0, "temperature": 0.0, **SEES_ALL},
    )
    one.step()
    assert (one.households["1"].stage, one.households["1"].variant) == ("trying", "outside")


# ---------------------------------------------------------------------------------------------------------------------
# Verbs, positive deviants, order.


def test_verbs_act_at_once_and_their_marks_are_cleared() -> None:
    one = village([], [household("1", confidence=0.5)], session_rate=0.0)
    seen = {}

    def arm(v: OracleVillage, t: int) -> None:
        v.tell(["1"])
        seen["stage"] = v.households["1"].stage
        v.encourage(["1"], 0.5, "peer")
        v.encourage(["1"], 0.5, "expert")
        v.pay_households(["1"], 0.25)
        v.affirm(["1"], 0.5)
        v.session(["1"])
        h = v.households["1"]
        seen.update(push=h.push, pay=h.pay, confidence=h.confidence, in_session=h.in_session, since=h.since)

    one.step(arm)
    assert seen.pop("push") == pytest.approx(0.5 * 0.8 + 0.5 * 0.45)
    assert seen == {"stage": "aware", "pay": 0.25, "confidence": 0.75, "in_session": True, "since": 1}
    after = one.households["1"]
    assert (after.push, after.pay, after.in_session, after.paid) == (0.0, 0.0, False, 0)


def test_tell_reaches_the_unaware_only() -> None:
    stages = ("unaware", "aware", "trying", "practising", "lapsed", "rejected")
    one = village([], [household(s, stage=s) for s in stages])
    one.tell(stages)
    assert [h.stage for h in one.households.values()] == ["aware", *stages[1:]]


def test_coach_leaves_the_variant_of_those_trying_or_practising() -> None:
    stages = ("unaware", "aware", "trying", "practising", "lapsed", "rejected")
    one = village([], [household(s, stage=s, variant="false") for s in stages])
    one.coach(stages, 0.5, 1.0, "local")
    wanted = {s: "false" if s in ("trying", "practising") else "local" for s in stages}
    assert {h.name: h.variant for h in one.households.values()} == wanted
    assert {h.know_how for h in one.households.values()} == {0.5}


@pytest.mark.parametrize(
    ("share", "n", "wanted"), [(0.02, 300, 6), (0.02, 25, 1), (0.02, 24, 0), (0.5, 5, 3), (0, 9, 0)]
)
def test_number_of_positive_deviants(share: float, n: int, wanted: int) -> None:
    assert model.deviant_count(share, n) == wanted


def test_positive_deviants_have_the_smallest_draws() -> None:
    identities = {str(k): identity("closed", str(k)) for k in range(50)}
    key = stream_key("household", "", "deviant")
    draws = {name: float(draw(np.uint64(5), key, np.uint64(0), i)) for name, i in identities.items()}
    chosen = model.draw_positive_deviants(identities, 5, share=0.1)
    assert len(chosen) == 5
    assert max(draws[name] for name in chosen) < min(draws[name] for name in draws if name not in chosen)
    assert model.draw_positive_deviants(identities, 5, count=2) == chosen[:2]


def test_the_order_of_households_and_ties_does_not_matter() -> None:
    graph = nx.gnp_random_graph(40, 0.15, seed=3)
    ties = [(str(a), str(b)) for a, b in graph.edges] + [(str(b), str(a)) for a, b in graph.edges]
    snapshots = []
    for turn in (1, -1):
        households = [practiser("0"), *(household(str(k)) for k in range(1, 40))]
        one = village(ties[::turn], households[::turn], try_rate=0.5, talk_practising=0.5, rest=4, fresh=0.3)
        for _ in range(30):
            one.step()
        snapshots.append(one.snapshot())
    assert snapshots[0] == snapshots[1]
    assert len({state["stage"] for state in snapshots[0].values()}) >= 3


def test_unknown_names_are_refused() -> None:
    with pytest.raises(KeyError, match="try_rat"):
        village([], [household("1")], try_rat=0.5)
    with pytest.raises(ValueError, match="no such decision rule"):
        village([], [household("1", stage="aware")], decision="mood").step()


@pytest.mark.parametrize("turn", [1, -1])
def test_copying_looks_at_the_village_as_it_was_before_the_step(turn: int) -> None:
    households = [
        practiser("leaver"),
        household("1", stage="aware"),
        household("talker", stage="aware", variant="false"),
    ]
    one = village(
        [("1", "leaver"), ("1", "talker")],
        households[::turn],
        **{"try_rate": 1.0, "temperature": 0.0, "endorsement": 100.0, "fresh": 1.0, "settled": 1.0, **SEES_ALL},
    )
    one.step()
    assert one.households["leaver"].stage == "lapsed"
    assert one.households["1"].variant == "local"


def test_push_and_pay_lower_the_threshold() -> None:
    one = village(
        [],
        [household(n, stage="aware", caution=0.5, trust_peer=1.0) for n in ("none", "push", "both")],
        decision="threshold",
        try_rate=1.0,
    )
    one.step(
        lambda v, t: (
            v.encourage(["push"], 0.25, "peer"),
            v.encourage(["both"], 0.25, "peer"),
            v.pay_households(["both"], 0.25),
        )
    )
    assert [h.stage for h in one.households.values()] == ["aware", "aware", "trying"]


def test_a_new_spell_starts_without_paid_steps() -> None:
    one = village([], [practiser("1", paid=7)], fresh=1.0, settled=1.0)
    one.step()
    assert (one.households["1"].stage, one.households["1"].since, one.households["1"].paid) == ("lapsed", 1, 0)


def test_a_positive_deviant_as_made() -> None:
    deviant = household("1", fit_local=0.99)
    model.make_positive_deviant(deviant)
    assert (deviant.stage, deviant.hidden, deviant.settled, deviant.ever_practised) == ("practising", True, True, True)
    assert (deviant.know_how, deviant.ownership, deviant.variant, deviant.fit_local) == (1.0, 1.0, "local", 0.0)
