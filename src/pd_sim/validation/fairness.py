"""No arm may win by construction: equal arms differ by exactly nothing, and a name decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from pd_sim.results import Comparison
from pd_sim.results.measures import AMOUNTS
from pd_sim.scenario import Scenario
from pd_sim.studies import Decomposition, compare, decompose
from pd_sim.studies.equalise import RESPECTS, Respect, equalise
from pd_sim.validation.checks import Check, Published, equal, number

__all__ = ["EQUAL_TERMS", "LABELS", "PLACEBO", "PRICES", "greatest_gap", "placebo_scenario"]


def placebo_scenario(seed: int, wrong: str = "") -> Scenario:
    """A scenario made up from a seed with three arms that differ in who acts, and in nothing else.

    Experts train for the outside solution, peers meet in a hub, and a facilitated group shares the local one; all
    have the same places, turnout, know-how, push, involvement, prices, hours, budget and weeks, and the same campaign
    and pay beside them; the same threats befall all. Peers and experts are trusted alike, and both solutions fit the
    same households. Equal trust includes what failure costs: no trust is lost by it, since trust in peers also weighs
    in what neighbours show.

    Parameters
    ----------
    seed
        A whole number from 0.
    wrong
        ``trust``, ``fit`` or ``places`` break the likeness in that.
    """
    rng = np.random.default_rng([seed, 1966])

    def some(low: float, high: float) -> float:
        return round(float(rng.uniform(low, high)), 3)

    households = int(rng.integers(30, 120))
    trust, fit = some(0.3, 1.0), some(0.4, 1.0)
    sessions = {
        "start": int(rng.integers(1, 5)),
        "stop": int(rng.integers(12, 40)),
        "every": int(rng.integers(1, 3)),
        "places": int(rng.integers(3, 15)),
        "turnout": some(0.1, 0.6),
        "dose": some(0.2, 1.0),
        "keeps": some(0.0, 1.0),
        "involves": some(0.0, 1.0),
        "genuine": some(0.2, 1.0),
        "fidelity": some(0.5, 1.0),
        "push": some(0.0, 0.6),
        "hosts_needed": 0,
        "cost_session": some(1, 90),
        "cost_place": some(0, 9),
        "cost_fixed": some(0, 900),
        "cost_step": some(0, 20),
        "payer": "sponsor",
        "leader": some(0, 1),
        "returning": some(0, 0.4),
        "staff_hours": some(0, 8),
        "volunteer_hours": some(0, 8),
        "raises": None if rng.random() < 0.7 else 60.0,
    }
    sessions["turnout_others"] = sessions["turnout"]
    rounds = int(rng.integers(12, 60))
    if cast("int", sessions["stop"]) - cast("int", sessions["start"]) <= rounds < 45:
        sessions["again"] = rounds
    message = {"start": 2, "stop": 20, "reach": some(0.0, 0.2), "dose": some(0, 0.5), "push": some(0, 0.3)}
    pay = {"start": 3, "stop": 25, "amount": some(0.01, 0.2), "price": some(1, 5)}
    peers = {**sessions, "source": "peer", "teaches": "local"}
    experts = {**sessions, "source": "expert", "teaches": "outside"}
    if wrong == "places":
        experts["places"] = int(cast("int", sessions["places"])) + 2
    by_experts = {"broadcast": {**message, "source": "expert", "teaches": "outside"}}
    by_peers = {"broadcast": {**message, "source": "peer", "teaches": "local"}}
    group = {"facilitation": {**peers, "engage": 0, "members": 0, "visits": 0}}
    purse = [{"budget": {"amount": some(500, 9000), "then": str(rng.choice(["stop", "thin"]))}}]
    purse = purse if rng.random() < 0.3 else []
    threats = [one for one in _THREATS if rng.random() < 0.15]
    return Scenario.from_dict(
        {
            "name": "placebo",
            "steps": 45,
            "community": _community(rng, households),
            "traits": {"trust_peer": trust, "trust_expert": trust * (0.7 if wrong == "trust" else 1.0)},
            "practice": {
                "portability": fit,
                "certainty": fit * (0.6 if wrong == "fit" else 1.0),
                "fit_overlap": 1.0,
                "tacitness": some(0, 1),
                "seen_practising": some(0.4, 1),
                "seen_never": some(0, 0.1),
                "permission": float(rng.choice([1.0, 0.8])),
                "hardware": float(rng.choice([1.0, 0.8])),
            },
            "behaviour": {
                "try_rate": some(0.05, 0.6),
                "temperature": some(0.0, 0.2),
                "trial": int(rng.integers(0, 5)),
                "ownership_weight": some(0, 1),
                "meeting": float(rng.choice([0.0, 0.1])),
                "rest": int(rng.integers(2, 12)),
                "conviction": float(rng.choice([0.0, 0.3])),
            },
            "outcome": {"issue": "made up", "risk": some(0, 0.3), "effect": some(-1, 1), "spill_over": some(0, 1)},
            "threats": threats,
            "arms": {
                "experts": [*purse, {"training": experts}, by_experts, {"incentive": pay}],
                "peers": [*purse, {"hub": {**peers, "host_ownership": 0.0}}, by_peers, {"incentive": pay}],
                "group": [*purse, group, by_peers, {"incentive": pay}],
            },
        }
    )


_THREATS: tuple[dict[str, Any], ...] = (
    {"sponsor_restructured": {"hazard": 0.05, "keeps": 0.5, "lasts": 8}},
    {"competing_targets": {"at": 9, "lasts": 10}},
    {"policy_change": {"at": 15}},
    {"cost_loading": {"at": 6, "factor": 1.7}},
    {"takeover_of_the_running": {"at": 12, "payers": ["sponsor"], "reach": 1.5}},
    {"leader_leaves": {"hazard": 0.04}},
    {"cancellation": {"at": 20, "unless": 0.2}},
)
"""What may befall all arms alike."""


def _community(rng: np.random.Generator, households: int) -> dict[str, Any]:
    kinds: list[dict[str, Any]] = [
        {"generator": "village", "households": households, "mean_degree": 6},
        {"generator": "random", "households": households, "mean_degree": 5},
        {"generator": "small_world", "households": households, "neighbours": 6},
        {"generator": "blocks", "sizes": [households // 3] * 3, "mean_degree": 4},
    ]
    return kinds[int(rng.integers(len(kinds)))] | {"villages": int(rng.integers(1, 4))}


def greatest_gap(result: Comparison, versus: Comparison | None = None, names: Mapping[str, str] | None = None) -> float:
    """Greatest difference in any count, any money or any other sum, of any replicate, step and village.

    Parameters
    ----------
    result
        Its arms are compared with one another, or with those of ``versus``.
    versus, names
        The other comparison, and which of its arms answers to each arm.
    """
    first = next(iter(result.arms))
    pairs = (
        [(result.arm(first), result.arm(name)) for name in result.arms]
        if versus is None
        else [(result.arm(name), versus.arm((names or {}).get(name, name))) for name in result.arms]
    )
    gap = 0.0
    for one, other in pairs:
        gap = max(gap, float(np.abs(one.counts - other.counts).max()))
        for heading in {*one.cost, *other.cost}:
            gap = max(gap, float(np.abs(one.values(f"cost_{heading}") - other.values(f"cost_{heading}")).max()))
        for amount in AMOUNTS:
            gap = max(gap, float(np.abs(one.values(amount) - other.values(amount)).max()))
    return gap


def _placebo(quick: bool, seed: int, control: str) -> tuple[tuple[Check, ...], Mapping[str, Any]]:
    count = 8 if quick else 40
    gaps, moved = [], 0
    for each in range(count):
        result = compare(placebo_scenario(1000 * seed + each, control), replicates=4, seed=seed)
        gaps.append(greatest_gap(result))
        series = result.series("experts", "ever_practised")
        moved += bool((series[:, -1] > series[:, 0]).any())
    gap = max(gaps)
    # scenarios in which nobody ever starts prove nothing
    what = f"three equal arms in {count} made-up scenarios: greatest difference in anything"
    note = f"something happened in {moved} of them"
    reason = "arms that are alike came out apart" if gap else "in too few of them anything happened"
    return (Check(what, "0", f"{gap:g}", gap == 0.0 and moved > count / 2, note=note, reason=reason),), {}


def _labels(quick: bool, seed: int, control: str) -> tuple[tuple[Check, ...], Mapping[str, Any]]:
    town = Scenario.load("village").set("community.households", 120).set("steps", 80)
    names = list(town.arms)
    turned = dict(zip(names, names[::-1], strict=True))
    arms = {turned[name]: town.arms[name] for name in names}
    if control:
        arms[turned["top_down"]] = arms[turned["top_down"]][:-1]
    swapped = town.model_copy(update={"arms": arms})
    runs = 5 if quick else 20
    one, other = compare(town, replicates=runs, seed=seed), compare(swapped, replicates=runs, seed=seed)
    gap = f"{greatest_gap(one, other, turned):g}"
    return (equal("names of the four arms exchanged: greatest difference in anything", gap, "0"),), {}


PRICES: Mapping[str, Mapping[str, float]] = {
    "training": {"cost_session": 100.0, "cost_place": 5.0},
    "facilitation": {"cost_session": 100.0, "cost_place": 5.0, "cost_visit": 2.0},
    "hub": {"cost_session": 30.0, "cost_place": 5.0},
    "broadcast": {"cost_step": 50.0},
    "incentive": {"price": 20.0},
}
"""Prices for a comparison at equal budget where a scenario has none: round numbers, assumptions all of them."""


def _priced(scenario: Scenario) -> Scenario:
    arms = {
        name: tuple(i.model_copy(update=dict(PRICES.get(i.kind, {}))) for i in arm)
        for name, arm in scenario.arms.items()
    }
    return scenario.model_copy(update={"arms": arms})


def _fewer(scenario: Scenario, arm: str) -> Scenario:
    """A fifth of the places, rounded up, for a fifth of the money."""

    def fifth(intervention: Any) -> Any:
        fields: dict[str, Any] = {"places": 1 + intervention.places // 5} if hasattr(intervention, "places") else {}
        fields |= {name: money / 5 for name, money in PRICES.get(intervention.kind, {}).items()}
        return intervention.model_copy(update=fields)

    arms = {**scenario.arms, arm: tuple(fifth(i) for i in scenario.arms[arm])}
    return scenario.model_copy(update={"arms": arms})


def _equal_terms(quick: bool, seed: int, control: str) -> tuple[tuple[Check, ...], Mapping[str, Any]]:
    town = _priced(Scenario.load("village")).set("steps", 104)
    if quick:
        town = town.set("community.households", 150)
    runs = 20 if quick else 40
    checks, made = [], {}
    for respect in RESPECTS:
        found = equalise(town, "bottom_up", "top_down", cast("Respect", respect), replicates=runs, seed=seed)
        shown = _fewer(found.scenario, found.changed) if control else found.scenario
        # held against other replicates than it was made equal in
        after = compare(shown, ["bottom_up", "top_down"], replicates=runs, seed=seed + 1)
        measure, words = RESPECTS[respect]
        low, high = sorted(float(after.series(arm, measure)[:, -1].mean()) for arm in after.arms)
        gap = after.difference("bottom_up", "top_down")
        each = 2 if control else runs // (4 if quick else 2)  # nobody reads the parts where an error is planted
        parts = decompose(shown, "bottom_up", "top_down", replicates=each, seed=seed + 1)
        made[respect] = str(found)
        checks.append(
            Check(
                f"at equal {respect}: {words}, the smaller mean by the greater",
                "at least .9",
                number(low / high),
                low / high >= 0.9,
                note=f"bottom-up less top-down then {100 * gap.mean:+.1f} points ({100 * gap.low:+.1f} to "
                f"{100 * gap.high:+.1f}), in {each} of the replicates made of {_parts(parts)}; "
                f"{str(found).partition('changed in ')[2]}",
                reason="that is not nearly as much in both",
            )
        )
    return tuple(checks), made


def _parts(parts: Decomposition) -> str:
    """What a gap is made of, in points, greatest first (Shapley values)."""
    rows = parts.frame().to_dict("records")
    return ", ".join(f"{row['part']} {100 * row['mean']:+.1f}" for row in rows if row["part"] != "total")


PLACEBO = Published(
    "placebo",
    "Arms that are alike in all but who acts differ by exactly nothing",
    "EVIDENCE section 4.1",
    _placebo,
    {
        "trust": "experts are trusted .7 as much as peers",
        "fit": "outside solutions fit .6 as many households",
        "places": "experts have two more places",
    },
)

LABELS = Published(
    "label_swap",
    "Exchanging the names of arms exchanges their results",
    "EVIDENCE section 4.2",
    _labels,
    {"content": "one arm loses an intervention with its name"},
)

EQUAL_TERMS = Published(
    "equal_terms",
    "Arms are compared at equal budget, equal contact and equal reach",
    "EVIDENCE section 4.4 (prices: assumptions)",
    _equal_terms,
    {"fewer": "the arm that was cut down keeps a fifth of its places and money"},
)
