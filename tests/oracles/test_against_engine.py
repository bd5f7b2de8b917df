"""The engine against the slow model, household by household and step by step, over generated scenarios."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.behaviour import loop, rules
from pd_sim.community import Community
from pd_sim.engine import Tile, found, luck_seed, new_population, village_seed
from pd_sim.interventions import Sessions, hold_sessions
from pd_sim.population import SEEN, Stage, Variant
from pd_sim.population.records import SETTLED
from pd_sim.streams import draw, identity
from tests.builders import Everybody, Move, Planned, founded, mask, scenario, seen_of
from tests.generated import (
    behaviours,
    drawn_communities,
    initials,
    made_communities,
    outcomes,
    plans,
    practices,
    traits,
)
from tests.oracles import test_six_households as by_hand
from tests.oracles.beside import oracle_of, parameters_of, run_beside

STEPS = 16
RULES = ("logistic", "threshold", "simple", "external")
MANY = settings(
    max_examples=400,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def cases(draw: Any) -> tuple[Any, Any, int]:
    """A scenario, a plan of verbs for it, and a seed."""
    town = scenario(
        draw(st.one_of(made_communities(), made_communities(), drawn_communities())),
        steps=STEPS,
        traits=draw(traits()),
        practice=draw(practices()),
        initial=draw(initials()),
        behaviour=draw(behaviours(RULES, meeting=False)),
        outcome=draw(st.one_of(st.none(), outcomes())),
    )
    plan = draw(plans(STEPS, 3, 12))
    if draw(st.booleans()):  # some pay for a while, so that some habits grow more slowly
        paid = Move(verb="pay", amount=0.05, step=1, last=draw(st.integers(3, 9)))
        plan = Planned(moves=(*plan.moves, paid))
    if draw(st.booleans()):  # late sessions for all, so that those who gave up decide again
        late = {"step": draw(st.integers(4, 10)), "last": STEPS}
        plan = Planned(moves=(*plan.moves, Move(verb="attend", **late), Move(verb="encourage", amount=1.0, **late)))
    return town, plan, draw(st.integers(0, 10**6))


@seed(1)
@settings(MANY, max_examples=120)
@given(cases())
def test_the_engine_follows_the_slow_model_household_by_household(case):
    run_beside(*case)


ARROWS = [
    *("unaware aware", "unaware trying", "unaware practising", "unaware rejected", "aware trying", "aware practising"),
    *("aware rejected", "trying practising", "trying rejected", "practising lapsed", "lapsed aware", "lapsed trying"),
    *("lapsed practising", "lapsed rejected", "rejected aware", "rejected trying", "rejected practising"),
]
ELSE = [
    *("rejected again", "shown to all", "local succeeded", "outside succeeded", "false succeeded", "local failed"),
    *("outside failed", "false failed", "settled lapsed", "paid lapsed", "copied local", "copied outside"),
    *("kept from trying", "permitted granted", "equipped granted", "fit_local adapted", "fit_outside adapted"),
    *("trust_peer gained", "trust_expert gained", "incident", "spilt over"),
    *("trust_peer lost", "trust_expert lost", "coached while lapsed", "affirmed", "seen a stopped one"),
    *(f"{rule} tried" for rule in RULES),
    *(f"{kind} ties" for kind in ("mutual", "directed", "weighted", "no")),
]


@pytest.mark.slow
def test_the_generated_scenarios_go_through_every_transition():
    met: Counter[str] = Counter()

    @seed(1)
    @settings(MANY, phases=[Phase.generate])
    @given(cases())
    def visit(case):
        town, plan, _ = case
        mine: set[str] = set()

        def note(step, before, after, village):
            coached = {m.share for m in plan.moves if m.on(step) and m.verb == "coach"}
            for (name, account), was, now in zip(village.account.items(), before, after, strict=True):
                mine.add(f"{was['stage']} {now['stage']}")
                events, variant = account.events, now["variant"]
                mine.update(f"{variant} {event}" for event in events)
                mine.update(f"{town.behaviour.decision} {event}" for event in events)
                if was["stage"] == now["stage"] == "rejected" and now["since"] == step:
                    mine.add("rejected again")
                if was["hidden"] and not now["hidden"]:
                    mine.add("shown to all")
                if "lapsed" in events:
                    mine.add("settled lapsed" if was["ownership"] == 1 and was["since"] == 0 else "")
                    mine.add("paid lapsed" if was["paid"] else "")
                if "tried" in events and was["variant"] is None and not coached:
                    mine.add(f"copied {variant}")
                mine.update(f"{t} lost" for t in ("trust_peer", "trust_expert") if now[t] < was[t])
                if was["stage"] == now["stage"] == "lapsed" and coached and now["know_how_now"] > was["know_how_now"]:
                    mine.add("coached while lapsed")
                if not events and now["confidence"] > was["confidence"]:
                    mine.add("affirmed")
                if was["stage"] == "aware" and not (was["permitted"] and was["equipped"]):
                    mine.add("kept from trying" if account.m > 0 and not events else "")
                mine.update(f"{gate} granted" for gate in ("permitted", "equipped") if now[gate] and not was[gate])
                mine.update(f"{fit} adapted" for fit in ("fit_local", "fit_outside") if now[fit] < was[fit])
                mine.update(f"{t} gained" for t in ("trust_peer", "trust_expert") if now[t] > was[t])
                neighbours = [before[int(other)] for other in village.graph.successors(name)]
                if account.m > 0 and all(n["stage"] != "practising" or n["hidden"] for n in neighbours):
                    mine.add("seen a stopped one")

            if town.outcome is not None:
                met = village.meet_the_issue(town.outcome.risk, town.outcome.effect, town.outcome.spill_over)
                mine.add("incident" if any(does for _, does in met.values()) else "")
                between = {chance for chance, _ in met.values()} - {town.outcome.risk}
                usual = town.outcome.risk * (1 - town.outcome.effect)
                mine.add("spilt over" if any(abs(chance - usual) > 1e-9 for chance in between) else "")

        run_beside(*case, note)
        ties = town.community.draw_community(0).ties
        mine.add("mutual ties" if ties.mutual else "directed ties")
        mine.add("weighted ties" if ties.weight is not None else "")
        mine.add("no ties" if (ties.out_degree == 0).any() else "")
        met.update(mine)

    visit()
    assert not {name: met[name] for name in (*ARROWS, *ELSE) if met[name] < 3}


# ── who comes to a session ──────────────────────────────────────────────────────────────────────────────────────

TURNOUTS = {name: st.sampled_from([0.0, 0.3, 0.8, 1.0]) for name in ("turnout", "turnout_others", "returning")}


class Gathering(Sessions, kind="gathering"):
    """Invites those with an even place in the village, and notes who came."""

    def act(self, step, pop, state):
        """Hold a session."""
        held = hold_sessions(self, step, pop, hosts=pop.in_the_open, invited=np.arange(pop.n) % 2 == 0)
        came.append([str(row) for row in np.flatnonzero(held)])


came: list[list[str]] = []


@seed(1)
@settings(MANY, max_examples=100)
@given(
    st.builds(Gathering, source=st.sampled_from(["peer", "expert"]), places=st.sampled_from([0, 2, 5, 50]), **TURNOUTS),
    traits(),
    initials(),
    st.integers(0, 999),
)
def test_those_come_to_a_session_who_come_in_the_slow_model(spec, people, initial, luck):
    town = scenario(steps=4, traits=people, initial=initial, practice={"positive_deviants": 2}, behaviour={"trial": 1})
    town = town.set("community.households", 14)
    drawn = found(town, village_seed(town, luck, 0))
    tile = Tile(town, [spec], new_population(town, [drawn], [luck_seed(luck, 0)]))
    turnouts = {name: getattr(spec, name) for name in TURNOUTS}
    for step in range(1, 5):
        village = oracle_of(
            drawn._replace(own=tile.pop.arrays.own.copy(), stage=tile.pop.arrays.stage.copy()),
            luck_seed(luck, 0),
            parameters_of(town),
            {"permission": 1.0, "hardware": 1.0},
        )
        village.now = step
        tile.step()
        asked = [name for name in village.households if int(name) % 2 == 0]
        assert came[-1] == sorted(village.who_comes(asked, spec.source, spec.places, **turnouts), key=int)


# ── negative control: each number of the rules, changed on one side only ────────────────────────────────────────

CHANGED = {
    **dict.fromkeys(("try_rate", "session_rate", "talk_heard", "epsilon", "spontaneous", "outside", "per_tie"), 0.33),
    **dict.fromkeys(("talk_practising", "floor", "learn_near", "learn_alone", "gain", "loss", "disappointment"), 0.43),
    **dict.fromkeys(("habit_rate", "ownership_weight", "proof_weight", "know_how_decay"), 0.37),
    **dict.fromkeys(("fresh", "portability", "certainty", "seen_practising", "seen_stopped", "tacitness"), 0.77),
    "seen_never": 0.6,
    "settled": 0.04,
    "trial": 3,
    "rest": 4,
    "endorsement": 2.0,
    "confidence_weight": 1.0,
    "temperature": 0.4,
    "threshold_counts": False,
    "crowding": 0.0,
    "pay_full": 0.3,
    "conviction": 0.6,
    "permission": 0.9,
    "hardware": 0.9,
    "risk": 0.4,
    "effect": 0.3,
    "spill_over": 0.9,
}


@pytest.fixture(scope="module")
def collected():
    """The same generated scenarios, in a list."""
    listed = []

    @seed(1)
    @settings(MANY, phases=[Phase.generate])
    @given(cases())
    def collect(case):
        listed.append(case)

    collect()
    return listed


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CHANGED))
def test_a_parameter_that_differs_on_one_side_is_noticed(collected, name):
    noticed = 0
    for town, plan, luck in collected:
        try:
            run_beside(town, plan, luck, **{name: CHANGED[name]})
        except AssertionError:
            noticed += 1
            if noticed == 2:
                return
    pytest.fail(f"{name} could be anything: noticed in {noticed} of {len(collected)} scenarios")


# ── six households by hand ──────────────────────────────────────────────────────────────────────────────────────


class AtHand(ps.Intervention, kind="at_hand"):
    """What `test_six_households.reveal_and_session` does, through the engine's verbs."""

    def act(self, step, pop, state):
        if step == 2:
            pop.reveal(mask(pop, 0))
        if step == 3:
            both = mask(pop, 1, 2)
            pop.attend(both)
            pop.coach(both, 0.5, 0.5, Variant.LOCAL)
            pop.involve(both, 1.0, 0.75)
            pop.encourage(both, 0.2, "peer")


def six_in_the_engine(arm=None):
    names = list(by_hand.FIT_LOCAL)
    ends = list(zip(*by_hand.TIES, strict=True))
    community = Community.build(names, ["six"] * 6, *ends)
    assert community.identity.tolist() == [int(identity("six", name)) for name in names]
    own = {"caution": 0.25, "trust_peer": 0.75, "trust_expert": 0.5, "confidence": 0.5, "fit_outside": 0.5}
    first = np.arange(6) == 0
    drawn = founded(
        community,
        stage=np.where(first, Stage.PRACTISING, Stage.UNAWARE),
        fit_local=list(by_hand.FIT_LOCAL.values()),
        hidden=first,
        know_how=first,
        ownership=first,
        variant=first * Variant.LOCAL,
        since=np.where(first, SETTLED, 0),
        **own,
    )
    practice = {k: by_hand.PARAMETERS[k] for k in by_hand.PARAMETERS if k in ps.Practice.model_fields}
    behaviour = {k: v for k, v in by_hand.PARAMETERS.items() if k not in practice}
    town = scenario(steps=8, practice=practice, behaviour=behaviour)
    return Tile(town, [arm or AtHand()], new_population(town, [drawn], [322]))


def test_six_households_worked_by_hand_come_out_of_the_engine():
    tile = six_in_the_engine()
    p = tile.parameters[0]
    for step, wanted in by_hand.STEPS.items():
        a = tile.pop.arrays
        tile.pop.begin_step(step)
        tile.turns.take(tile.pop)
        was, own = a.stage.copy(), a.own.copy()
        seen = np.zeros(6, SEEN)
        seen["practising"], seen["heard"] = seen_of(tile.pop, "practising"), seen_of(tile.pop, "heard")
        seen["degree"], seen["step"] = seen_of(tile.pop, "degree"), step
        seen["proof"] = seen["practising"] / seen["degree"]
        loop.decide_all(a, tile.parameters, tile.rule, step, tile.decided)
        own["know_how"] = a.own["know_how"]
        loop.take_effects(a, tile.parameters, step, tile.decided)
        for row, (name, (m, heard, chance, drawn, after)) in enumerate(wanted.items()):
            assert (seen[row]["practising"], seen[row]["heard"]) == (m, heard), (step, name)
            assert Stage(a.stage[row]).name.lower() == after, (step, name)
            last = max(k for k in by_hand.KNOW_HOW[name] if k <= step)
            assert by_hand.near(float(a.own["know_how"][row]), by_hand.KNOW_HOW[name][last]), (step, name)
            if drawn is None:
                continue
            mine, sight, stage = own[row], seen[row], Stage(was[row])
            met = {
                Stage.UNAWARE: rules.chance_to_hear(mine, sight, p),
                Stage.AWARE: rules.chance_to_try(mine, sight, p, None),
                Stage.TRYING: rules.chance_to_succeed(mine, p),
                Stage.PRACTISING: rules.chance_to_lapse(mine, sight, p),
            }[stage]
            stream = loop.OUTCOME if stage is Stage.TRYING else loop.DECIDE
            assert by_hand.near(met, chance), (step, name)
            assert by_hand.near(draw(np.uint64(322), stream, np.uint64(step), a.identity[row]), drawn), (step, name)


def test_six_households_end_as_worked_by_hand():
    tile = six_in_the_engine()
    tile.run()
    for row, (name, wanted) in enumerate(by_hand.AFTER.items()):
        own, stage = tile.pop.arrays.own[row], Stage(tile.pop.arrays.stage[row])
        variant = {"none": None}.get(Variant(own["variant"]).name.lower(), Variant(own["variant"]).name.lower())
        assert (stage.name.lower(), variant) == (wanted[0], wanted[7]), name
        assert own["since"] == wanted[1] or (name == "A" and own["since"] == SETTLED), name
        values = [float(own[key]) for key in ("know_how", "confidence", "ownership", "involved", "trust_peer")]
        assert values == pytest.approx(wanted[2:7], abs=1e-6), name


def test_six_households_with_another_intervention_end_otherwise():
    tile = six_in_the_engine(Everybody(push=0.2))
    tile.run()
    assert [Stage(s).name.lower() for s in tile.pop.arrays.stage] != [after[0] for after in by_hand.AFTER.values()]
