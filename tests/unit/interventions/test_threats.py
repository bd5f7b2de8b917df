"""Threats: what may befall a programme; each hits what there is to hit, in every arm alike, and nothing else."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pd_sim.engine import simulate
from pd_sim.errors import ScenarioError
from pd_sim.interventions import (
    Broadcast,
    Budget,
    Entitlement,
    Facilitation,
    Hub,
    Incentive,
    Takeover,
    Threat,
    Training,
    intervention_kinds,
)
from pd_sim.interventions.threats import (
    Cancellation,
    CompetingTargets,
    CostLoading,
    LeaderLeaves,
    PolicyChange,
    SponsorRestructured,
    TakeoverOfTheRunning,
)
from pd_sim.population import COUNTERS, Stage
from tests.builders import Everybody, scenario
from tests.unit.interventions.made import USUAL, Probe, practising, state_digest, tile_of, villages

ATTENDANCE, SESSIONS = COUNTERS.index("attendance"), COUNTERS.index("sessions")
COMES = {"turnout": 1.0, "turnout_others": 1.0, "source": "peer", "places": 8}

AT = 3
"""Step at which the threats of these tests happen."""

KINDS = {
    "sponsor_restructured": SponsorRestructured,
    "competing_targets": CompetingTargets,
    "policy_change": PolicyChange,
    "cost_loading": CostLoading,
    "takeover_of_the_running": TakeoverOfTheRunning,
    "leader_leaves": LeaderLeaves,
    "cancellation": Cancellation,
}
CLOSED = None

PROBES = {
    "sponsor": dict(payer="sponsor"),
    "community": dict(payer="community"),
    "led": dict(payer="community", leader=0.75),
    "one leader": dict(payer="sponsor", leader=1.0),
}
HITS = {
    SponsorRestructured: {"sponsor": CLOSED, "one leader": CLOSED},
    CompetingTargets: {"sponsor": (0.5, 0.7, 1.0, 1.0), "one leader": (0.5, 0.7, 1.0, 1.0)},
    PolicyChange: {},
    CostLoading: dict.fromkeys(PROBES, (1.0, 1.0, 1.0, 1.5)),
    TakeoverOfTheRunning: dict.fromkeys(("community", "led"), (1.0, 0.6, 0.2, 1.0)),
    LeaderLeaves: {"led": (0.25, 1.0, 1.0, 1.0), "one leader": CLOSED},
    Cancellation: {"sponsor": CLOSED, "one leader": CLOSED},
}
"""What each threat does to each probe, as it is by default; it leaves the others as they were."""


def conditions_under(threats, steps=5, *, first=()):
    """Conditions in each step of each probe, in an arm that holds them all."""
    probes = {name: Probe(**fields) for name, fields in PROBES.items()}
    tile_of([*first, *probes.values()], villages(6), threats=threats, steps=steps).run()
    return {name: probe.over(steps) for name, probe in probes.items()}


# ── what each hits ──────────────────────────────────────────────────────────────────────────────────────────────


def test_these_are_all_there_are():
    shipped = {
        k: c for k, c in intervention_kinds().items() if issubclass(c, Threat) and c.__module__.startswith("pd_")
    }
    assert shipped == KINDS
    assert set(HITS) == set(KINDS.values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lasts", [None, 2])
def test_each_hits_what_it_should_from_its_step_on_as_long_as_it_lasts_and_nothing_else(kind, lasts):
    seen = conditions_under([KINDS[kind](at=AT, lasts=lasts)], steps=6)
    under = 4 if lasts is None else lasts
    for name in PROBES:
        hit = HITS[KINDS[kind]].get(name, USUAL)
        wanted = [USUAL] * 2 + [hit] * under + [USUAL] * (4 - under)
        for got, expected in zip(seen[name], wanted, strict=True):
            assert got == pytest.approx(expected), name


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_threat_hits_in_any_arm_in_any_order(kind):
    for names in itertools.permutations(PROBES, 2):
        probes = {name: Probe(**PROBES[name]) for name in names}
        tile_of([Everybody(tells=True), *probes.values()], villages(6), threats=[KINDS[kind](at=AT)], steps=AT).run()
        for name, probe in probes.items():
            assert probe.over(AT)[-1] == pytest.approx(HITS[KINDS[kind]].get(name, USUAL))


@pytest.mark.parametrize(
    ("threat", "hit"),
    [
        (SponsorRestructured(at=1, payers=("community",)), {"community": CLOSED, "led": CLOSED}),
        (SponsorRestructured(at=1, keeps=0.25), dict.fromkeys(("sponsor", "one leader"), (0.25, 1.0, 1.0, 1.0))),
        (
            CompetingTargets(at=1, payers=("community",), capacity=0.1, fidelity=0.2),
            dict.fromkeys(("community", "led"), (0.1, 0.2, 1, 1)),
        ),
        (CostLoading(at=1, factor=4.0, payers=("sponsor",)), dict.fromkeys(("sponsor", "one leader"), (1, 1, 1, 4.0))),
        (
            TakeoverOfTheRunning(at=1, payers=(), reach=3, fidelity=0.1, genuine=0.9),
            dict.fromkeys(PROBES, (3, 0.1, 0.9, 1)),
        ),
        (PolicyChange(at=1, kinds=("probe",)), dict.fromkeys(PROBES, CLOSED)),
        (Cancellation(at=1, payers=("community", "council")), {"community": CLOSED, "led": CLOSED}),
    ],
    ids=lambda x: getattr(x, "kind", ""),
)
def test_each_hits_as_hard_and_as_far_as_it_says(threat, hit):
    for name, seen in conditions_under([threat], steps=1).items():
        assert seen[0] == pytest.approx(hit.get(name, USUAL)), name


def test_threats_multiply_with_each_other_and_with_a_takeover():
    threats = [CompetingTargets(at=1), CostLoading(at=2, factor=2.0), CompetingTargets(at=3, lasts=1)]
    taken = Takeover(payer="council", reach=4.0, fidelity=0.5, genuine=0.5, price=1.5)
    seen = conditions_under(threats, steps=4, first=[taken])["sponsor"]
    wanted = [(2.0, 0.35, 0.5, 1.5), (2.0, 0.35, 0.5, 3.0), (1.0, 0.245, 0.5, 3.0), (2.0, 0.35, 0.5, 3.0)]
    assert [pytest.approx(w) for w in wanted] == seen


def test_a_policy_change_ends_instruments_of_policy_and_nothing_else():
    drawn = villages(30, stage=Stage.AWARE)
    arm = [
        Incentive(amount=0.1, price=10.0),
        Entitlement(known_to=1.0, claims=1.0, setup=0, ramp=0, supply=1, cost_claim=5.0),
        Training(**COMES, cost_session=3.0),
    ]
    track = tile_of(arm, drawn, threats=[PolicyChange(at=AT)], steps=5, try_rate=1.0, trial=9).run()
    spent = {name: (money.ravel() > 0).tolist() for name, money in track.cost.items()}
    assert spent["sessions"] == [False] + [True] * 5
    assert spent["claims"] == [False, True, True, False, False, False]
    assert spent["pay"] == [False, False, True, False, False, False]  # paid from the step after they begin to try


def test_a_cut_reaches_places_visits_and_messages():
    drawn = villages(500, stage=practising(500, 1), hidden=np.arange(500) == 1, variant=1, know_how=1.0)
    arm = [
        Training(**COMES),
        Facilitation(engage=0, members=10, visits=2, recognise=0.0, cost_visit=1.0),
        Broadcast(reach=0.4, cost_contact=1.0),
        Hub(hosts_needed=0, turnout=1.0, turnout_others=1.0, places=4),
    ]
    track = tile_of(arm, drawn, threats=[SponsorRestructured(at=2, keeps=0.5)], steps=2).run()
    assert track.counts[1:, 0, ATTENDANCE].tolist() == [12, 8]  # the hub, which the community runs, as before
    assert track.cost["visits"].ravel().tolist() == [0, 20, 10]
    first, second = track.cost["messages"].ravel()[1:]
    assert first == pytest.approx(200, abs=4.5 * np.sqrt(120))
    assert second == pytest.approx(100, abs=4.5 * np.sqrt(80))


def test_competing_targets_convey_less():
    arm = [Training(**{**COMES, "places": 500}, dose=0.5, keeps=1.0, push=0.0)]
    tile = tile_of(arm, villages(20), threats=[CompetingTargets(at=1, capacity=1.0, fidelity=0.6)], steps=1)
    tile.run()
    assert tile.pop.arrays.own["know_how"] == pytest.approx(0.3)


# ── when ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_different_before_it_happens(kind):
    fields = {"payers": ("sponsor", "community")} if "payers" in KINDS[kind].model_fields else {}
    fields |= {"unless": 1.0} if kind == "cancellation" else {}
    arm = [
        Training(**COMES, cost_session=1.0, leader=0.5),
        Hub(hosts_needed=0, places=3, turnout=1.0, turnout_others=1.0),
        Incentive(),
    ]
    lively = {"session_rate": 0.5, "try_rate": 0.3, "trial": 1, "floor": 0.5, "talk_practising": 0.2}
    drawn = villages(20, 9, stage=practising(29, 2, 22), variant=1)
    threat = KINDS[kind](at=4, **fields)
    plain, hit = (tile_of(arm, drawn, threats=threats, steps=7, **lively) for threats in ([], [threat]))
    differs = []
    for _ in range(7):
        plain.step()
        hit.step()
        costs = [sum(m[t.pop.step].sum() for m in t.track.cost.values()) for t in (plain, hit)]
        differs.append(state_digest(plain.pop) != state_digest(hit.pop) or costs[0] != costs[1])
    assert differs[:3] == [False] * 3
    assert differs[3:] == [True] * 4


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("when", [{}, {"at": 3, "hazard": 0.1}])
def test_it_happens_at_a_step_or_with_a_hazard_and_not_both(kind, when):
    with pytest.raises(ScenarioError, match=rf"threats\[0\].{kind}: give either the step it happens at \(at\)"):
        scenario(threats=[{kind: when}])


def test_an_intervention_is_no_threat_and_a_threat_no_intervention():
    with pytest.raises(ScenarioError, match=r"threats.*training: is no threat; interventions stand in an arm"):
        scenario(threats=["training"])
    with pytest.raises(ScenarioError, match=r"cost_loading: a threat stands under 'threats', for all arms"):
        scenario(arms={"arm": [{"cost_loading": {"at": 3}}]})


ARMS = {
    "nothing": [],
    "one": ["training"],
    "two": ["broadcast", {"training": {"places": 3}}, {"hub": {"hosts_needed": 0}}],
}


def since_in_every_arm(threats, replicates, steps, **how):
    """Step in which each threat happened: by arm, ``[threat, replicate]``."""
    town = scenario({"generator": "complete", "households": 3}, ARMS, steps, threats=threats)
    out = {name: np.zeros((len(threats), replicates), int) for name in ARMS}

    def look(arm, first, tile):
        for k in range(len(threats)):
            since = tile.turns.memories[k].since
            out[arm][k, first : first + len(since)] = since

    simulate(town, seed=5, replicates=replicates, observe=look, **how)
    return out


def test_by_a_hazard_it_happens_in_the_same_step_in_every_arm_and_after_the_mean_time():
    hazard, replicates = 0.2, 400
    since = since_in_every_arm(
        [{"cost_loading": {"hazard": hazard}}, {"policy_change": {"hazard": hazard}}], replicates, 70
    )
    assert (since["nothing"] == since["one"]).all()
    assert (since["nothing"] == since["two"]).all()
    first, second = since["nothing"]
    for steps in (first, second):
        assert steps.min() == 1
        se = np.sqrt(1 - hazard) / hazard / np.sqrt(replicates)
        assert steps.mean() == pytest.approx(1 / hazard, abs=4.5 * se)
        assert (steps == 1).mean() == pytest.approx(hazard, abs=4.5 * np.sqrt(hazard * (1 - hazard) / replicates))
    assert abs(np.corrcoef(first, second)[0, 1]) < 4.5 / np.sqrt(replicates)  # two threats have luck of their own


def test_a_hazard_is_each_replicates_own_however_they_share_tiles():
    threats = [{"leader_leaves": {"hazard": 0.1, "lasts": 2}}]
    whole = since_in_every_arm(threats, 40, 12, threads=1)
    parts = since_in_every_arm(threats, 40, 12, threads=2, tile_households=9)
    assert len(set(whole["one"][0])) > 3
    assert (whole["one"] == parts["one"]).all()


def test_hazards_of_0_and_1():
    since = since_in_every_arm([{"cost_loading": {"hazard": 0}}, {"cost_loading": {"hazard": 1}}], 5, 6)["one"]
    assert since.tolist() == [[0] * 5, [1] * 5]


def test_it_happens_once_and_lasts_in_each_replicate_from_its_own_step():
    threat = SponsorRestructured(hazard=0.15, lasts=3)
    probe = Probe()
    tile = tile_of([probe], *[villages(2)] * 60, threats=[threat], steps=30)
    tile.run()
    since = tile.turns.memories[0].since
    assert len(set(since)) > 5
    acted = np.array([[seen is not None for seen in probe.seen.get(t, [None] * 60)] for t in range(1, 31)])
    steps = np.arange(1, 31)[:, None]
    assert (acted == ~((steps >= since) & (steps < since + 3) & (since > 0))).all()


def test_what_was_stopped_goes_on_afterwards_where_it_was():
    arm = [Training(start=2, stop=9, **COMES, cost_fixed=10.0, cost_step=1.0)]
    track = tile_of(arm, villages(20), threats=[SponsorRestructured(at=4, lasts=2)], steps=10).run()
    assert track.counts[:, 0, SESSIONS].tolist() == [0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0]
    assert track.cost["set-up"].sum() == 10.0
    assert track.cost["running"].ravel().tolist() == [0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0]


# ── cancellation ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rows", "cancelled"), [(0, True), (1, True), (2, True), (3, False), (4, False), (10, False)], ids=str
)
@pytest.mark.parametrize("unless", [0.3, 3 / 10, 0.1 + 0.2])
def test_it_is_cancelled_unless_the_share_is_reached_exactly_at_the_limit(rows, cancelled, unless):
    probe = Probe()
    drawn = villages(10, stage=practising(10, *range(rows)))
    tile_of([probe], drawn, threats=[Cancellation(at=2, unless=unless)], steps=3).run()
    assert probe.over(3) == [USUAL] + [CLOSED if cancelled else USUAL] * 2


def test_cancelled_or_not_is_decided_once_and_for_each_replicate_by_all_its_villages():
    failed = villages(6, 4, stage=practising(10, 0, 1))
    reached = villages(6, 4, stage=practising(10, 7, 8, 9))  # nobody in its first village
    probe = Probe()
    arm = [Everybody(), probe]
    tile = tile_of(arm, failed, reached, threats=[Cancellation(at=1, unless=0.3)], steps=5, fresh=1.0, settled=1.0)
    tile.run()
    assert tile.track.counts[-1, :, Stage.PRACTISING].sum() == 0  # all have lapsed: nobody looks again
    assert [[c is not None for c in probe.seen[t]] for t in (1, 5)] == [[False, False, True, True]] * 2


def in_all_stages():
    """Ten households: 2 unaware, 2 aware, 1 trying, 2 practising in the open, 1 hidden, 1 lapsed, 1 rejected."""
    stage = [0, 0, 1, 1, 2, 3, 3, 3, 4, 5]
    return villages(10, stage=stage, hidden=np.arange(10) == 7)


@pytest.mark.parametrize(
    ("measure", "share"), [("seen", 0.2), ("practising", 0.3), ("aware", 0.8), ("ever_practised", 0.4)]
)
def test_what_is_looked_at_is_what_it_says(measure, share):
    for unless, cancelled in ((share, False), (share + 0.05, True)):
        probe = Probe()
        threat = Cancellation(at=1, measure=measure, unless=unless)
        tile_of([probe], in_all_stages(), threats=[threat], steps=1).run()
        assert probe.over(1) == [CLOSED if cancelled else USUAL]


def test_participants_are_looked_at_too():
    for unless, goes_on in ((0.4, True), (0.45, False)):
        arm = [Training(stop=2, **COMES), Broadcast(start=3, reach=1.0)]
        threat = Cancellation(at=3, measure="participants", unless=unless)
        tile = tile_of(arm, villages(20), threats=[threat], steps=3)
        tile.run()
        assert tile.pop.at(Stage.AWARE).sum() == (20 if goes_on else 8)


def test_each_arm_is_judged_by_its_own_result():
    threats = [{"cancellation": {"at": 3, "unless": 0.5, "measure": "aware"}}]
    arms = {"told": [{"broadcast": {"reach": 1}}], "silent": [{"broadcast": {"reach": 0}}]}
    town = scenario(arms=arms, threats=threats, steps=4)
    since = {arm: [] for arm in arms}
    simulate(town, seed=1, replicates=3, observe=lambda arm, _, tile: since[arm].extend(tile.turns.memories[0].since))
    assert since == {"told": [0, 0, 0], "silent": [3, 3, 3]}


# ── leader ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("leader", "came"), [(0.0, 8), (0.25, 6), (0.5, 4), (0.99, 0), (1.0, 0)])
def test_of_what_depends_on_a_leader_that_part_is_lost(leader, came):
    arm = [Training(**COMES, leader=leader, cost_session=1.0)]
    track = tile_of(arm, villages(20), threats=[LeaderLeaves(at=2)], steps=3).run()
    assert track.counts[1:, 0, ATTENDANCE].tolist() == [8, came, came]
    assert track.cost["sessions"].ravel().tolist() == [0, 1, *[float(leader < 1)] * 2]


# ── costs ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_cost_loading_raises_every_price():
    arm = [
        Training(**COMES, start=2, cost_fixed=10.0, cost_step=1.0, cost_session=4.0, cost_place=0.5, staff_hours=2.0),
        Broadcast(reach=1.0, cost_contact=0.25),
        Hub(hosts_needed=0, places=0, cost_session=6.0),
    ]
    threats = [CostLoading(at=2, factor=2.0, lasts=1)]
    track = tile_of(arm, villages(20), threats=threats, steps=3, economics={"staff_hour": 5.0}).run()
    assert {name: money.ravel().tolist() for name, money in track.cost.items()} == {
        "set-up": [0, 0, 20, 0],
        "running": [0, 0, 2, 1],
        "sessions": [0, 0, 8, 4],
        "places": [0, 0, 8, 4],
        "time": [0, 0, 20, 10],
        "messages": [0, 5, 10, 5],
        "community: sessions": [0, 6, 12, 6],
    }
    assert track.amounts["staff_hours"].ravel().tolist() == [0, 0, 2, 2]


@pytest.mark.parametrize(
    ("raises", "goes_on"), [(None, True), (200.0, True), (120.0, True), (119.0, False), (99, False)]
)
def test_a_hub_that_cannot_raise_what_it_now_costs_closes(raises, goes_on):
    arm = [Hub(hosts_needed=0, cost_session=100.0, raises=raises, turnout=1.0, turnout_others=1.0)]
    track = tile_of(arm, villages(20), threats=[CostLoading(at=2, factor=1.2, lasts=2)], steps=5).run()
    before = raises is None or raises >= 100
    assert track.counts[1:, 0, SESSIONS].tolist() == [before, before and goes_on, before and goes_on, before, before]
    held = track.counts[:, 0, SESSIONS]
    assert track.cost.get("community: sessions", np.zeros(6)).ravel() == pytest.approx(
        held * [0, 100, 120, 120, 100, 100]
    )


def test_a_hub_that_can_raise_just_as_much_goes_on():
    arm = [Hub(hosts_needed=0, cost_session=110.0, raises=121.0)]
    track = tile_of(arm, villages(5), threats=[CostLoading(at=1, factor=1.1)], steps=1).run()
    assert track.counts[1, 0, SESSIONS] == 1


def test_a_budget_is_never_overspent_at_higher_prices():
    for then in ("stop", "thin"):
        arm = [Budget(amount=79.0, then=then), Training(**COMES, cost_session=10.0)]
        track = tile_of(arm, *[villages(9)] * 3, threats=[CostLoading(at=4, factor=2.5)], steps=9).run()
        assert track.counts[:, :, SESSIONS].sum(axis=0).tolist() == [4] * 3
        assert track.cost["sessions"].sum(axis=0).tolist() == [55.0] * 3


# ── threats among themselves ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("first", [SponsorRestructured(at=2), Cancellation(at=2, unless=1.0), PolicyChange(at=2)])
def test_one_threat_does_not_keep_another_from_happening(first):
    tile = tile_of([Probe()], villages(5), threats=[first, TakeoverOfTheRunning(at=4), LeaderLeaves(at=5)], steps=6)
    tile.run()
    assert [int(memory.since[0]) for memory in tile.turns.memories[:3]] == [2, 4, 5]


@pytest.mark.parametrize("threats", [[], [SponsorRestructured(at=1)], [SponsorRestructured(at=1, keeps=0.5)]])
def test_a_budget_holds_whatever_befalls_the_sponsor(threats):
    arm = [Budget(amount=25, pays_for=("sponsor", "community")), Hub(hosts_needed=0, cost_session=10.0)]
    track = tile_of(arm, villages(5), threats=threats, steps=8).run()
    assert track.cost["community: sessions"].sum() == 20.0
