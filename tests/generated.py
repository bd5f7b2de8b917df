"""Scenarios that hypothesis makes up: every generator, rule and intervention, small enough to run in a blink."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.scenario.principles import PRINCIPLES
from tests.builders import Move, Planned, Remembering, graph, scattered
from tests.unit.interventions.samples import SAMPLES

PUSHED_RULE = "two_ties_or_a_push"


@ps.decision_rule(PUSHED_RULE)
def two_ties_or_a_push(own, seen, parameters):
    """Tries at the full rate with two ties seen practising, or when pushed beyond its caution."""
    if seen.practising >= 2.0 or own.push + own.pay > own.caution:
        return parameters.session_rate if own.session else parameters.try_rate
    return parameters.spontaneous


def one_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


CHANCES = one_of(0.0, 0.05, 0.3, 0.5, 0.9, 1.0)

DECISIONS = ("logistic", "threshold", "simple", "external", PUSHED_RULE)


@st.composite
def behaviours(draw: Any, decisions: Any = DECISIONS, meeting: bool = True) -> dict[str, Any]:
    """Fields of `Behaviour` at which something happens within a few steps."""
    settled, fresh = draw(one_of((0.1, 0.5), (0.0, 0.3), (1.0, 1.0), (0.0, 0.0), (0.05, 0.05)))
    return {
        "decision": draw(one_of(*decisions)),
        "talk_practising": draw(one_of(0.0, 0.3, 0.7, 1.0)),
        "talk_heard": draw(one_of(0.0, 0.1, 0.5)),
        "try_rate": draw(one_of(0.1, 0.6, 1.0)),
        "session_rate": draw(one_of(0.8, 0.05, 1.0)),
        "epsilon": draw(one_of(0.0, 0.01, 0.4)),
        "spontaneous": draw(one_of(0.0, 0.1, 0.9)),
        "endorsement": draw(one_of(0.0, 1.0, 4.0)),
        "confidence_weight": draw(one_of(0.0, 0.4, 2.0)),
        "temperature": draw(one_of(0.0, 0.06, 1.0)),
        "threshold_counts": draw(st.booleans()),
        "outside": draw(one_of(0.0, 0.1)),
        "per_tie": draw(one_of(0.0, 0.2, 1.0)),
        "trial": draw(one_of(0, 0, 1, 2, 4)),
        "floor": draw(one_of(0.7, 1.0, 0.0, 0.15)),
        "learn_near": draw(one_of(0.0, 0.3)),
        "learn_alone": draw(one_of(0.0, 0.1)),
        "gain": draw(CHANCES),
        "loss": draw(CHANCES),
        "disappointment": draw(one_of(0.0, 0.3, 1.0)),
        "fresh": fresh,
        "settled": settled,
        "habit_rate": draw(one_of(0.1, 0.6, 0.0, 1.0)),
        "ownership_weight": draw(one_of(0.0, 0.5, 1.0)),
        "proof_weight": draw(one_of(0.0, 0.5, 1.0)),
        "crowding": draw(one_of(1.0, 0.5, 0.0)),
        "pay_full": draw(one_of(0.1, 0.7)),
        "rest": draw(one_of("never", 1, 2, 5)),
        "know_how_decay": draw(one_of(0.0, 0.01, 0.3)),
        "meeting": draw(one_of(0.0, 0.2, 1.0)) if meeting else 0.0,
        "conviction": draw(one_of(0.0, 0.0, 0.0, 0.0, 0.0, 0.45)),
    }


@st.composite
def practices(draw: Any) -> dict[str, Any]:
    """Fields of `Practice`; no more of them than a small village has room for."""
    return {
        "positive_deviants": draw(one_of(0, 1, 0.1, 0.3)),
        "false_leads": draw(one_of(0, 0.1)),
        "tacitness": draw(CHANCES),
        "portability": draw(one_of(0.6, 1.0, 0.0)),
        "certainty": draw(one_of(0.6, 1.0, 0.0)),
        "fit_overlap": draw(one_of(0.0, 0.5, 1.0)),
        "seen_practising": draw(one_of(0.4, 1.0)),
        "seen_stopped": draw(one_of(0.0, 0.5)),
        "seen_never": draw(one_of(0.0, 0.0, 0.3)),
        "permission": draw(one_of(1.0, 1.0, 1.0, 1.0, 0.6, 0.1)),
        "hardware": draw(one_of(1.0, 1.0, 1.0, 1.0, 0.6)),
    }


@st.composite
def initials(draw: Any) -> dict[str, Any]:
    """Fields of `Initial`."""
    return {
        "aware": draw(one_of(0.4, 0)),
        "practising": draw(one_of(0.4, 0.2, 0)),
        "seen": draw(one_of(True, True, False)),
    }


@st.composite
def traits(draw: Any) -> dict[str, Any]:
    """Fields of `Traits`."""
    return {
        "caution": draw(one_of(0.2, 0.0, {"mean": 0.25, "sd": 0.12}, {"mean": 0.25, "sd": 0.12}, 1.0, 2.0, "never")),
        "trust_peer": draw(one_of(0.0, 1.0, {"mean": 0.8, "sd": 0.1})),
        "trust_expert": draw(one_of(0.2, 1.0, {"mean": 0.45, "sd": 0.15})),
        "confidence": draw(one_of(0.4, {"mean": 0.4, "sd": 0.15})),
        "advantage": draw(one_of(0.0, 0.5)),
        "need": draw(one_of(1.0, 1.0, 0.5)),
    }


@st.composite
def made_communities(draw: Any, least: int = 4, most: int = 12) -> Any:
    """One to three villages of random ties, weighted or directed or both."""
    sizes = draw(st.lists(st.integers(least, most), min_size=1, max_size=3))
    how = {"weighted": draw(st.booleans()), "mutual": draw(st.booleans())}
    return graph(scattered(draw(st.integers(0, 99)), sizes, draw(one_of(0.15, 0.4, 0.9)), **how))


@st.composite
def drawn_communities(draw: Any) -> dict[str, Any]:
    """One or two villages of any generator."""
    n = draw(st.integers(8, 20))
    shape = draw(
        one_of(
            {"generator": "village", "households": n, "mean_degree": 4},
            {"generator": "small_world", "households": n, "neighbours": 4, "rewired": 0.2},
            {"generator": "lattice", "height": 3, "width": n // 3, "torus": False},
            {"generator": "complete", "households": n},
            {"generator": "random", "households": n, "mean_degree": 3},
        )
    )
    return {**shape, "villages": draw(one_of(1, 2)), "draw": draw(one_of("each", "once"))}


def communities() -> st.SearchStrategy[Any]:
    return st.one_of(made_communities(), drawn_communities())


VERBS = (
    *("pay", "tell", "coach", "encourage", "attend", "involve", "affirm", "reveal"),
    *("permit", "equip", "adapt", "gain_trust", "lose_trust"),
)


@st.composite
def moves(draw: Any, steps: int) -> Move:
    """One verb at some step for some households."""
    first = draw(st.integers(1, steps))
    return Move(
        step=first,
        last=first + draw(one_of(0, 0, 3, 20)),
        verb=draw(one_of(*VERBS[:8], *VERBS)),
        share=draw(one_of(0.3, 0.7, 1.0)),
        amount=draw(one_of(0.05, 0.3, 1.0)),
        keeps=draw(one_of(0.0, 0.5, 1.0)),
        variant=draw(st.integers(1, 3)),
        source=draw(one_of("peer", "expert")),
    )


def plans(steps: int, least: int = 0, most: int = 8) -> st.SearchStrategy[Planned]:
    """An intervention that does what a fixed plan says."""
    return st.lists(moves(steps), min_size=least, max_size=most).map(lambda listed: Planned(moves=tuple(listed)))


PAYERS = ("sponsor", "community", "council")

SCHEDULES = (
    {},
    {"stop": 9},
    {"stop": 9},
    {"stop": 5, "again": 5},
    {"stop": 6, "again": 7},
    {"begins_at": 0.1},
    {"begins_at": 0.1, "ends_at": 0.4},
    {"begins_with": 1},
    {"begins_with": 1, "ends_with": 3},
    {"ends_at": 0.3},
    {"ends_with": 2, "stop": 8, "again": 8},
)
"""Times at which an intervention may act, beside its start."""


@st.composite
def shipped(draw: Any) -> dict[str, Any]:
    """One of the interventions that come with pd-sim, strong enough to be felt in a small village."""
    fields: dict[str, Any] = {"start": draw(one_of(1, 3)), **draw(one_of(*SCHEDULES))}
    fields |= {"payer": draw(one_of(*PAYERS)), "leader": draw(one_of(0.0, 0.0, 0.5, 1.0))}
    fields |= {"cost_fixed": draw(one_of(0.0, 20.0)), "cost_step": draw(one_of(0.0, 3.0))}
    kind = draw(one_of("training", "facilitation", "hub", "broadcast", "incentive", "takeover"))
    if kind in {"training", "facilitation", "hub"}:
        fields |= {
            "source": draw(one_of("peer", "expert")),
            "every": draw(one_of(1, 2)),
            "places": draw(one_of(20, 2, {"per_100": 25}, 0)),
            "turnout": draw(one_of(1.0, 0.5)),
            "turnout_others": draw(one_of(0.5, 0.0, 1.0)),
            "returning": draw(one_of(0.0, 0.7)),
            "raises": draw(one_of(None, None, 12.0)),
            "staff_hours": draw(one_of(0.0, 2.0)),
            "volunteer_hours": draw(one_of(0.0, 3.0)),
            "fidelity": draw(one_of(1.0, 0.5)),
            "teaches": draw(one_of("hosts", "local", "outside")),
            "hosts_needed": draw(one_of(0, 0, 1)),
            "cost_session": 10.0,
            "cost_place": 1.0,
        }
    if kind == "facilitation":
        fields |= {
            "engage": draw(one_of(0, 2)),
            "members": draw(one_of(0, 2, 20)),
            "recruits": draw(one_of("ties", "anyone")),
            "recognise": 0.9,
            "sift": draw(one_of(0.0, 0.5)),
            "cost_visit": draw(one_of(0.0, 1.5)),
        }
    if kind == "hub":
        fields["host_ownership"] = draw(one_of(0.0, 0.5))
    if kind == "broadcast":
        fields |= {"reach": draw(one_of(0.1, 0.8)), "cost_contact": draw(one_of(0.0, 0.5))}
    if kind == "incentive":
        fields |= {"pays": draw(one_of("once", "while_practising")), "amount": draw(one_of(0.1, 0.5)), "price": 2.0}
        fields |= {"entitled": draw(one_of(1.0, 0.5)), "equips": draw(one_of(0.0, 0.5)), "cost_hardware": 4.0}
    if kind == "takeover":
        fields |= {"reach": draw(one_of(0.4, 2.0)), "price": draw(one_of(1.0, 0.5, 3.0))}
        fields |= {"payers": draw(one_of((), ("community",))), "kinds": draw(one_of((), ("training", "hub")))}
    return {kind: fields}


FURTHER = [
    (sample.kind, sample.fields)
    for sample in SAMPLES
    if sample.kind in {"challenge", "entitlement", "inquiry", "mandate", "on_request", "seeding", "train_facilitators"}
    and "leaders" not in sample.fields
    and sample.fields.get("serves", "own") == "own"
]
"""Interventions that do something in any community, as the contract tests have them."""


@st.composite
def further(draw: Any) -> dict[str, Any]:
    """One of the other interventions that come with pd-sim."""
    kind, fields = draw(one_of(*FURTHER))
    when = {"start": draw(one_of(1, 3)), **draw(one_of(*SCHEDULES))}
    if kind in {"challenge", "inquiry", "entitlement"}:  # these take their time
        when = {name: value for name, value in when.items() if name not in {"stop", "again"}}
    return {kind: {**fields, **when, "payer": draw(one_of(*PAYERS)), "cost_fixed": draw(one_of(0.0, 20.0))}}


@st.composite
def budgets(draw: Any) -> dict[str, Any]:
    """What the arm may spend."""
    return {
        "budget": {
            "amount": draw(one_of(0.0, 35.0, 35.5, 120.0, 1000.0)),
            **draw(one_of({"then": "stop"}, {"then": "thin"}, {"then": "thin", "until": 10})),
            "pays_for": draw(one_of(("sponsor",), ("sponsor", "community"))),
        }
    }


@st.composite
def arms(draw: Any, steps: int) -> list[Any]:
    """Up to three interventions, shipped and own, with and without memory, now and then under a budget."""
    own = st.one_of(plans(steps), st.builds(Remembering, each=one_of(1, 3), enough=one_of(2, 9)))
    acting = draw(st.lists(st.one_of(shipped(), shipped(), further(), own), min_size=1, max_size=3))
    return [*draw(st.lists(budgets(), max_size=1)), *acting]


@st.composite
def threats(draw: Any) -> dict[str, Any]:
    """Something that befalls the arm."""
    fields: dict[str, Any] = draw(one_of({"at": 2}, {"at": 5}, {"hazard": 0.2}))
    fields = {**fields, "lasts": draw(one_of(None, 1, 4))}
    kinds = {
        "sponsor_restructured": {"keeps": draw(one_of(0.0, 0.5))},
        "competing_targets": {"payers": draw(one_of(("sponsor",), PAYERS))},
        "policy_change": {"kinds": draw(one_of(("incentive",), ("training", "takeover")))},
        "cost_loading": {"factor": draw(one_of(1.5, 4.0))},
        "takeover_of_the_running": {"reach": draw(one_of(0.5, 3.0))},
        "leader_leaves": {},
        "cancellation": {"measure": draw(one_of("practising", "aware", "participants")), "unless": 0.3},
    }
    kind = draw(one_of(*kinds))
    return {kind: fields | kinds[kind]}


@st.composite
def outcomes(draw: Any) -> dict[str, Any]:
    """The issue that households meet."""
    return {
        "issue": "a child falls ill",
        "risk": draw(one_of(0.2, 0.0, 1.0)),
        "effect": draw(one_of(0.6, 1.0, -0.5, 0.0)),
        "spill_over": draw(one_of(0.0, 0.5)),
        "drawn": draw(one_of(True, True, False)),
    }


@st.composite
def principles(draw: Any) -> dict[str, Any]:
    """All principles, or all but one or two."""
    off = draw(st.lists(one_of(*PRINCIPLES), max_size=2))
    return dict.fromkeys(off, False)


@st.composite
def scenarios(draw: Any, steps: int = 14) -> ps.Scenario:
    """A whole scenario with one arm named ``arm``."""
    return ps.Scenario.from_dict(
        {
            "name": "generated",
            "steps": steps,
            "community": draw(communities()),
            "traits": draw(traits()),
            "practice": draw(practices()),
            "initial": draw(initials()),
            "behaviour": draw(behaviours()),
            "principles": draw(principles()),
            "outcome": draw(st.one_of(st.none(), outcomes())),
            "economics": {"staff_hour": draw(one_of(0.0, 1.0)), "volunteer_hour": draw(one_of(0.0, 0.5))},
            "threats": draw(st.lists(threats(), max_size=2)),
            "arms": {"arm": draw(arms(steps))},
        }
    )
