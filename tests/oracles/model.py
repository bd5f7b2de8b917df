"""A slow village of dictionaries, written from the equations alone, to compare the engines with.

It takes from the package only the keyed draws; rules, transitions, verbs and rounding are written a second time, one
household after the other, with nothing but readability in mind. A step, in this order:

1. interventions act through the verbs, each on what the earlier ones left;
2. every household sees;
3. every household decides from that, none seeing another's decision of this step;
4. all decisions take effect together;
5. push, pay and session marks are cleared;
6. households meet the issue, if there is one.

No ties are formed here, and nothing is charged.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from typing import Any

import networkx as nx
import numpy as np

from pd_sim.streams import draw, stream_key, tie_draw

UNAWARE, AWARE, TRYING = "unaware", "aware", "trying"
PRACTISING, LAPSED, REJECTED = "practising", "lapsed", "rejected"
TALKS_OF_IT = (AWARE, TRYING, LAPSED, REJECTED)

DEFAULTS: dict[str, Any] = {
    "talk_practising": 0.095,
    "talk_heard": 0.012,
    "try_rate": 0.05,
    "session_rate": 0.35,
    "epsilon": 0.001,
    "spontaneous": 0.0,
    "endorsement": 1.0,
    "confidence_weight": 0.4,
    "temperature": 0.06,
    "trial": 4,
    "floor": 0.15,
    "learn_near": 0.08,
    "learn_alone": 0.03,
    "gain": 0.3,
    "loss": 0.25,
    "disappointment": 0.0,
    "habit_rate": 0.10,
    "fresh": 0.06,
    "settled": 0.004,
    "ownership_weight": 0.5,
    "proof_weight": 0.5,
    "crowding": 0.5,
    "pay_full": 0.2,
    "rest": 26,
    "tacitness": 0.6,
    "portability": 0.85,
    "certainty": 0.65,
    "seen_practising": 0.7,
    "seen_stopped": 0.3,
    "seen_never": 0.0,
    "know_how_decay": 0.01,
    "decision": "logistic",
    "threshold_counts": False,
    "outside": 0.0,
    "per_tie": 0.0,
    "conviction": 0.0,
}

STORED_IN_32_BITS = (
    "trust_peer",
    "trust_expert",
    "fit_local",
    "fit_outside",
    "know_how",
    "confidence",
    "ownership",
    "involved",
    "push",
    "pay",
)


def store(value: float) -> float:
    """Round once to 32 bits, as the engines store it, and hand it back as the double it then is."""
    return float(np.float32(value))


def fixed_point(weight: float) -> float:
    """Weight of a tie to the nearest 1/65536."""
    return round(weight * 65536) / 65536


# ---------------------------------------------------------------------------------------------------------------------
# Chances: pure functions of numbers.


def chance_hear(m: float, a: float, talk_practising: float, talk_heard: float) -> float:
    """Chance that an unaware household becomes aware: 1 − (1 − talk_practising)^m · (1 − talk_heard)^a."""
    return 1.0 - (1.0 - talk_practising) ** m * (1.0 - talk_heard) ** a


def proof_of(m: float, d: float) -> float:
    """Share of ties seen practising, 0 without ties."""
    return m / d if d > 0 else 0.0


def readiness(
    trust_peer: float,
    proof: float,
    push: float,
    pay: float,
    confidence: float,
    caution: float,
    endorsement: float,
    confidence_weight: float,
) -> float:
    """x of the logistic rule: what speaks for trying less the household's caution."""
    return endorsement * trust_peer * proof + push + pay + confidence_weight * (confidence - 0.5) - caution


def squash(x: float, temperature: float) -> float:
    """σ(x/τ); with τ = 0 it is 1 if x ≥ 0, else 0."""
    if temperature == 0:
        return 1.0 if x >= 0 else 0.0
    z = x / temperature
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    return math.exp(z) / (1.0 + math.exp(z))


def chance_try_logistic(
    m: float, push: float, pay: float, x: float, rate: float, epsilon: float, spontaneous: float, temperature: float
) -> float:
    """Chance of starting to try under the logistic rule."""
    if m == 0 and push == 0 and pay == 0:
        return spontaneous
    e = min(epsilon, rate) if m > 0 else 0.0
    return e + (rate - e) * squash(x, temperature)


def threshold_reached(m: float, d: float, need: float, counts: bool) -> bool:
    """Whether enough ties are seen practising; ``need`` is a share of d, or a number if ``counts``."""
    if need == math.inf:
        return False
    if counts:
        return m >= math.ceil(need - 1e-9)
    if d == 0:
        return need <= 0
    return m >= math.ceil(need * d - 1e-9)


def chance_try_threshold(
    m: float, d: float, need: float, counts: bool, rate: float, epsilon: float, spontaneous: float
) -> float:
    """Chance of starting to try under the threshold rule."""
    if threshold_reached(m, d, need, counts):
        return rate
    return epsilon if m > 0 else spontaneous


def chance_try_simple(m: float, push: float, pay: float, outside: float, per_tie: float) -> float:
    """Chance of starting to try under simple contagion: one ask from outside and one from each tie."""
    p = 1.0 - (1.0 - outside) * (1.0 - min(1.0, push + pay))
    return 1.0 - (1.0 - p) * (1.0 - per_tie) ** m


def barred(permitted: bool, equipped: bool, confidence: float, conviction: float) -> bool:
    """Whether a household cannot start trying whatever speaks for it: a gate is shut, or it does not believe enough."""
    return not permitted or not equipped or confidence < conviction


def chance_of_incident(risk: float, effect: float, spill_over: float, practises: bool, near: float) -> float:
    """Hazard of a household in need; ``near`` is the share of its ties that practise."""
    hazard = risk * (1.0 - effect) if practises else risk * (1.0 - spill_over * effect * near)
    return min(hazard, 1.0)


def chance_to_come(
    stage: str, hidden: bool, invited: bool, trust: float, turnout: float, turnout_others: float, returning: float
) -> float:
    """Chance that a household comes to a session: who practises unnoticed never does."""
    if stage == PRACTISING:
        return 0.0 if hidden else returning * trust
    return (turnout if invited else turnout_others) * trust


def learnt(know_how: float, learn: float) -> float:
    """Know-how after one step of learning."""
    return know_how + learn * (1.0 - know_how)


def coached(know_how: float, dose: float, keeps: float, tacitness: float) -> float:
    """Know-how after being coached."""
    return know_how + dose * (1.0 - tacitness * (1.0 - keeps)) * (1.0 - know_how)


def fits(
    variant: str | None,
    fit_local: float,
    fit_outside: float,
    advantage: bool,
    portability: float,
    certainty: float,
) -> bool:
    """Whether a variant suits the household."""
    if variant == "local":
        return fit_local < portability
    if variant == "outside":
        return fit_outside < certainty
    if variant == "false":
        return bool(advantage)
    return False


def chance_succeed(know_how: float, floor: float) -> float:
    """Chance that the trial of a variant that fits succeeds."""
    return floor + (1.0 - floor) * know_how


def habit_steps(t: int, since: int, paid: float, crowding: float) -> float:
    """e: steps practised before step t in this spell, those that were paid counting less."""
    return (t - since - 1) - crowding * paid


def lapse_without_help(e: float, fresh: float, settled: float, habit_rate: float, habit_settled: bool) -> float:
    """Chance of lapsing from habit alone: from ``fresh`` down to ``settled``."""
    unsettled = 0.0 if habit_settled else (1.0 - habit_rate) ** e
    return settled + (fresh - settled) * unsettled


def pay_holds(pay: float, pay_full: float) -> float:
    """Share of the chance of lapsing that pay leaves."""
    if pay_full == 0:
        return 1.0 if pay == 0 else 0.0
    return max(0.0, 1.0 - pay / pay_full)


def chance_lapse(
    without_help: float,
    ownership: float,
    proof: float,
    pay: float,
    ownership_weight: float,
    proof_weight: float,
    pay_full: float,
) -> float:
    """Chance that a practising household lapses this step."""
    return without_help * (1.0 - ownership_weight * ownership) * (1.0 - proof_weight * proof) * pay_holds(pay, pay_full)


def faded(know_how: float, decay: float, steps: int) -> float:
    """Know-how of a lapsed household some steps later."""
    return know_how * (1.0 - decay) ** steps


# ---------------------------------------------------------------------------------------------------------------------
# Households.


@dataclass
class OracleHousehold:
    """One household: traits, then state. ``settled`` marks the first spell of a positive deviant."""

    name: str
    identity: np.uint64
    caution: float = 0.25
    trust_peer: float = 0.8
    trust_expert: float = 0.45
    fit_local: float = 0.0
    fit_outside: float = 0.0
    need: bool = True
    advantage: bool = False
    permitted: bool = True
    equipped: bool = True

    stage: str = UNAWARE
    hidden: bool = False
    know_how: float = 0.0
    confidence: float = 0.4
    ownership: float = 0.0
    involved: float = 0.0
    push: float = 0.0
    pay: float = 0.0
    in_session: bool = False
    variant: str | None = None
    since: int = 0
    paid: int = 0
    ever_practised: bool = False
    settled: bool = False

    know_how_at: int | None = None
    """For lapsed households: the step for which ``know_how`` holds (it fades from there); ``since`` unless given."""
    paid_this_step: bool = False

    def __post_init__(self) -> None:
        self.identity = np.uint64(self.identity)
        self.caution = float(self.caution)
        for name in STORED_IN_32_BITS:
            setattr(self, name, store(getattr(self, name)))
        if self.variant == "none":
            self.variant = None
        if self.know_how_at is None:
            self.know_how_at = self.since


def deviant_count(share: float, n: int) -> int:
    """Number of positive deviants: share·n to the nearest whole number, halves up."""
    return math.floor(share * n + 0.5)


def draw_positive_deviants(
    identities: dict[str, np.uint64], village_seed: int, share: float | None = None, count: int | None = None
) -> list[str]:
    """Names of the positive deviants: the households with the smallest draws, of all in the replicate."""
    if count is None:
        count = deviant_count(share, len(identities))
    key = stream_key("household", "", "deviant")
    ranked = sorted(
        identities,
        key=lambda name: float(draw(np.uint64(village_seed), key, np.uint64(0), np.uint64(identities[name]))),
    )
    return ranked[:count]


def passes_gate(identity: np.uint64, village_seed: int, gate: str, share: float) -> bool:
    """Whether one that does not practise yet is among the share that may (``permission``) or can (``hardware``)."""
    key = stream_key("household", "", gate)
    return float(draw(np.uint64(village_seed), key, np.uint64(0), np.uint64(identity))) < share


def make_positive_deviant(household: OracleHousehold) -> None:
    """Turn a household as drawn into a positive deviant, in place."""
    household.stage = PRACTISING
    household.hidden = True
    household.know_how = 1.0
    household.ownership = 1.0
    household.settled = True
    household.variant = "local"
    household.fit_local = 0.0
    household.ever_practised = True


# ---------------------------------------------------------------------------------------------------------------------
# The village.


@dataclass
class Account:
    """What one household saw, which chances and draws it met, and what came of it in one step."""

    m: float
    a: float
    d: float
    proof: float
    chance: float | None = None
    draw: float | None = None
    outcome_chance: float | None = None
    outcome_draw: float | None = None
    events: list[str] = field(default_factory=list)


class OracleVillage:
    """Households in a graph whose edge i→j means that i sees j (``weight`` if the ties are weighted)."""

    def __init__(
        self,
        graph: nx.DiGraph,
        households: dict[str, OracleHousehold],
        parameters: dict[str, Any],
        village_seed: int,
        seed: int,
    ) -> None:
        unknown = set(parameters) - set(DEFAULTS)
        if unknown:
            raise KeyError(f"no such parameter: {sorted(unknown)}")
        if set(graph) != set(households):
            raise KeyError("graph and households have different names")
        self.graph = graph
        self.households = households
        self.parameters = {**DEFAULTS, **parameters}
        self.village_seed = village_seed
        self.seed = seed
        self.now = 0
        self.account: dict[str, Account] = {}

    # --- draws

    def household_draw(self, purpose: str, household: OracleHousehold) -> float:
        key = stream_key("household", "", purpose)
        return float(draw(np.uint64(self.seed), key, np.uint64(self.now), household.identity))

    def copy_draw(self, household: OracleHousehold, other: OracleHousehold) -> float:
        key = stream_key("household", "", "copy")
        return float(tie_draw(np.uint64(self.seed), key, np.uint64(self.now), household.identity, other.identity))

    def session_draw(self, purpose: str, household: OracleHousehold) -> float:
        key = stream_key("sessions", "", purpose)
        return float(draw(np.uint64(self.seed), key, np.uint64(self.now), household.identity))

    def sight_draw(self, household: OracleHousehold, other: OracleHousehold) -> float:
        key = stream_key("tie", "", "sight")
        return float(tie_draw(np.uint64(self.village_seed), key, np.uint64(0), household.identity, other.identity))

    # --- verbs: each takes names and acts at once

    def tell(self, names: Iterable[str]) -> None:
        for name in names:
            household = self.households[name]
            if household.stage == UNAWARE:
                self._enter(household, AWARE)

    def coach(self, names: Iterable[str], dose: float, keeps: float, variant: str | None) -> None:
        for name in names:
            household = self.households[name]
            before = self.know_how_now(household)
            household.know_how = store(coached(before, dose, keeps, self.parameters["tacitness"]))
            household.know_how_at = self.now
            if variant not in (None, "none") and household.stage not in (TRYING, PRACTISING):
                household.variant = variant

    def encourage(self, names: Iterable[str], strength: float, source: str) -> None:
        for name in names:
            household = self.households[name]
            trust = {"peer": household.trust_peer, "expert": household.trust_expert}[source]
            household.push = store(household.push + strength * trust)

    def pay_households(self, names: Iterable[str], amount: float) -> None:
        for name in names:
            household = self.households[name]
            household.pay = store(household.pay + amount)
            if household.stage == PRACTISING and household.pay > 0:
                household.paid_this_step = True

    def involve(self, names: Iterable[str], level: float, genuine: float = 1.0) -> None:
        for name in names:
            household = self.households[name]
            household.involved = store(max(household.involved, level * genuine))

    def affirm(self, names: Iterable[str], amount: float) -> None:
        for name in names:
            household = self.households[name]
            household.confidence = store(household.confidence + amount * (1.0 - household.confidence))

    def reveal(self, names: Iterable[str]) -> None:
        for name in names:
            self.households[name].hidden = False

    def permit(self, names: Iterable[str]) -> None:
        for name in names:
            self.households[name].permitted = True

    def equip(self, names: Iterable[str]) -> None:
        for name in names:
            self.households[name].equipped = True

    def adapt(self, names: Iterable[str], amount: float, variant: str) -> None:
        for name in names:
            household = self.households[name]
            if variant == "local":
                household.fit_local = store(household.fit_local * (1.0 - amount))
            if variant == "outside":
                household.fit_outside = store(household.fit_outside * (1.0 - amount))

    def gain_trust(self, names: Iterable[str], amount: float, source: str) -> None:
        for name in names:
            household, field_name = self.households[name], f"trust_{source}"
            before = getattr(household, field_name)
            setattr(household, field_name, store(before + amount * (1.0 - before)))

    def lose_trust(self, names: Iterable[str], amount: float, source: str) -> None:
        for name in names:
            household, field_name = self.households[name], f"trust_{source}"
            before = getattr(household, field_name)
            setattr(household, field_name, store(before - amount * before))

    def session(self, names: Iterable[str]) -> None:
        for name in names:
            self.households[name].in_session = True

    def who_comes(self, invited: Iterable[str], source: str, places: int, **turnouts: float) -> list[str]:
        """Names of those who come to a session: of all who would, those with the smallest draws find a place."""
        asked, would = set(invited), []
        for name, household in self.households.items():
            trust = {"peer": household.trust_peer, "expert": household.trust_expert}[source]
            chance = chance_to_come(household.stage, household.hidden, name in asked, trust, **turnouts)
            if self.session_draw("turnout", household) < chance:
                would.append(name)
        return sorted(would, key=lambda name: self.session_draw("places", self.households[name]))[:places]

    # --- seeing

    def know_how_now(self, household: OracleHousehold) -> float:
        """Know-how at this step: as stored, except that it fades in a lapsed household."""
        if household.stage != LAPSED:
            return household.know_how
        return faded(household.know_how, self.parameters["know_how_decay"], self.now - household.know_how_at)

    def sees_practising(self, household: OracleHousehold, other: OracleHousehold) -> bool:
        """Whether ``household`` takes ``other``, to whom it has a tie, for practising."""
        u = self.sight_draw(household, other)
        if other.stage == PRACTISING:
            return not other.hidden and u < self.parameters["seen_practising"]
        if other.ever_practised:
            return u < self.parameters["seen_stopped"]
        return u < self.parameters["seen_never"]

    def look_around(self, name: str, picture: dict[str, OracleHousehold]) -> Account:
        """m, a, d and proof of one household."""
        m = a = d = 0.0
        for _, other_name, data in self.graph.out_edges(name, data=True):
            weight = fixed_point(data.get("weight", 1.0))
            other = picture[other_name]
            d += weight
            if self.sees_practising(picture[name], other):
                m += weight
            if other.stage in TALKS_OF_IT:
                a += weight
        return Account(m=m, a=a, d=d, proof=proof_of(m, d))

    # --- deciding

    def chance_try(self, household: OracleHousehold, seen: Account) -> float:
        """Chance that an aware household starts trying, by the decision rule in use."""
        p = self.parameters
        if barred(household.permitted, household.equipped, household.confidence, p["conviction"]):
            return 0.0
        rate = p["session_rate"] if household.in_session else p["try_rate"]
        if p["decision"] == "threshold":
            need = household.caution - household.push - household.pay
            return chance_try_threshold(
                seen.m, seen.d, need, p["threshold_counts"], rate, p["epsilon"], p["spontaneous"]
            )
        if p["decision"] == "simple":
            return chance_try_simple(seen.m, household.push, household.pay, p["outside"], p["per_tie"])
        if p["decision"] == "logistic":
            m, proof = seen.m, seen.proof
        elif p["decision"] == "external":
            m, proof = 0.0, 0.0
        else:
            raise ValueError(f"no such decision rule: {p['decision']}")
        x = readiness(
            household.trust_peer,
            proof,
            household.push,
            household.pay,
            household.confidence,
            household.caution,
            p["endorsement"],
            p["confidence_weight"],
        )
        return chance_try_logistic(
            m, household.push, household.pay, x, rate, p["epsilon"], p["spontaneous"], p["temperature"]
        )

    def variant_copied(self, name: str, picture: dict[str, OracleHousehold]) -> str:
        """Variant that a household without one takes up: of a tie seen practising, else of one that talks."""
        household = picture[name]
        others = [picture[other] for other in self.graph.successors(name) if picture[other].variant is not None]
        seen = [other for other in others if self.sees_practising(household, other)]
        talking = [other for other in others if other.stage in TALKS_OF_IT]
        for candidates in (seen, talking):
            if candidates:
                return min(candidates, key=lambda other: self.copy_draw(household, other)).variant
        return "outside"

    def _decide(self, name: str, picture: dict[str, OracleHousehold], account: Account) -> None:
        """Carry one household through the step: read ``picture``, write ``self.households``."""
        p = self.parameters
        household = self.households[name]
        before = picture[name]
        if before.stage == UNAWARE:
            account.chance = chance_hear(account.m, account.a, p["talk_practising"], p["talk_heard"])
            account.draw = self.household_draw("decide", before)
            if account.draw < account.chance:
                self._enter(household, AWARE)
                account.events.append("heard")
        elif before.stage == TRYING:
            learn = p["learn_near"] if account.m > 0 else p["learn_alone"]
            household.know_how = store(learnt(before.know_how, learn))
            if self.now - before.since >= p["trial"]:
                self._end_trial(household, account)
        elif before.stage == PRACTISING:
            if not before.hidden:
                e = habit_steps(self.now, before.since, before.paid, p["crowding"])
                without_help = lapse_without_help(e, p["fresh"], p["settled"], p["habit_rate"], before.settled)
                account.chance = chance_lapse(
                    without_help,
                    before.ownership,
                    account.proof,
                    before.pay,
                    p["ownership_weight"],
                    p["proof_weight"],
                    p["pay_full"],
                )
                account.draw = self.household_draw("decide", before)
                if account.draw < account.chance:
                    self._enter(household, LAPSED)
                    account.events.append("lapsed")
        else:
            if before.stage == AWARE or before.in_session:
                account.chance = self.chance_try(before, account)
                account.draw = self.household_draw("decide", before)
                if account.draw < account.chance:
                    self._start_trying(household, picture, account)
                    return
            if before.stage in (LAPSED, REJECTED) and p["rest"] is not None and self.now - before.since >= p["rest"]:
                self._enter(household, AWARE)
                account.events.append("rested")

    def _start_trying(self, household: OracleHousehold, picture: dict[str, OracleHousehold], account: Account) -> None:
        if household.variant is None:
            household.variant = self.variant_copied(household.name, picture)
        self._enter(household, TRYING)
        account.events.append("tried")
        if self.parameters["trial"] == 0:
            self._end_trial(household, account)

    def _end_trial(self, household: OracleHousehold, account: Account) -> None:
        p = self.parameters
        suits = fits(
            household.variant,
            household.fit_local,
            household.fit_outside,
            household.advantage,
            p["portability"],
            p["certainty"],
        )
        account.outcome_chance = chance_succeed(household.know_how, p["floor"]) if suits else 0.0
        account.outcome_draw = self.household_draw("outcome", household)
        if account.outcome_draw < account.outcome_chance:
            self._enter(household, PRACTISING)
            household.ever_practised = True
            household.confidence = store(household.confidence + p["gain"] * (1.0 - household.confidence))
            household.ownership = store(max(household.ownership, household.involved))
            account.events.append("succeeded")
        else:
            self._enter(household, REJECTED)
            household.confidence = store(household.confidence - p["loss"] * household.confidence)
            if household.variant == "outside":
                household.trust_expert = store(household.trust_expert - p["disappointment"] * household.trust_expert)
            else:
                household.trust_peer = store(household.trust_peer - p["disappointment"] * household.trust_peer)
            account.events.append("failed")

    def _enter(self, household: OracleHousehold, stage: str) -> None:
        """Change the stage; a lapsed household takes along what is left of its know-how."""
        household.know_how = store(self.know_how_now(household))
        household.know_how_at = self.now
        household.stage = stage
        household.hidden = False
        household.since = self.now
        household.paid = 0
        household.paid_this_step = False
        household.settled = False

    # --- a step

    def step(self, interventions: Callable[[OracleVillage, int], None] | None = None) -> dict[str, Account]:
        """One whole step; returns each household's account of it."""
        self.now += 1
        if interventions is not None:
            interventions(self, self.now)
        picture = copy.deepcopy(self.households)
        self.account = {name: self.look_around(name, picture) for name in picture}
        for name in picture:
            self._decide(name, picture, self.account[name])
        for household in self.households.values():
            if household.paid_this_step:
                household.paid += 1
            household.paid_this_step = False
            household.push = 0.0
            household.pay = 0.0
            household.in_session = False
        return self.account

    # --- the issue

    def meet_the_issue(self, risk: float, effect: float, spill_over: float) -> dict[str, tuple[float, bool]]:
        """Chance of each household in need to meet the issue in this step, and whether it does, by name."""
        met = {}
        for name, household in self.households.items():
            if household.need:
                ties = [self.households[other] for other in self.graph.successors(name)]
                near = sum(other.stage == PRACTISING for other in ties) / len(ties) if ties else 0.0
                chance = chance_of_incident(risk, effect, spill_over, household.stage == PRACTISING, near)
                met[name] = (chance, self.household_draw("incident", household) < chance)
        return met

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """All traits and state by household; ``know_how_now`` is the faded value where ``know_how`` is as stored."""
        return {
            name: {f.name: getattr(household, f.name) for f in fields(household)}
            | {"know_how_now": self.know_how_now(household)}
            for name, household in self.households.items()
        }

    def counts(self) -> dict[str, int]:
        """Number of households in each stage."""
        stages = (UNAWARE, AWARE, TRYING, PRACTISING, LAPSED, REJECTED)
        return {stage: sum(h.stage == stage for h in self.households.values()) for stage in stages}
