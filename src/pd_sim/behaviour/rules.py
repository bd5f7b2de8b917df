"""How one household decides: the only definition of behaviour, used by both engines.

Each rule is a small compiled function ``chance(own, seen, parameters) -> float``: `own` is one household's record
(``population.HOUSEHOLD``), `seen` what it sees (``population.SEEN``), `parameters` a record made of `Behaviour` and
`Practice`. Rules draw nothing, read no neighbours and write nothing; the engine draws, compares and writes.
The equations are those of the model description (``docs/model``).
"""

from __future__ import annotations

import numpy as np

from pd_sim._compile import compiled
from pd_sim.population.records import GATED, SETTLED, Variant

__all__ = [
    "EXTERNAL",
    "LOGISTIC",
    "OWN",
    "SIMPLE",
    "THRESHOLD",
    "after_failure",
    "chance_to_hear",
    "chance_to_lapse",
    "chance_to_succeed",
    "chance_to_try",
    "fits",
    "learned",
]

LOGISTIC, THRESHOLD, SIMPLE, EXTERNAL, OWN = range(5)
_LOCAL, _OUTSIDE, _FALSE = int(Variant.LOCAL), int(Variant.OUTSIDE), int(Variant.FALSE)


@compiled(inlined=True)
def chance_to_hear(own, seen, parameters):
    """Unaware → aware: 1 − (1 − talk_practising)^m · (1 − talk_heard)^a.

    Banerjee et al. (2013) for the two ways of passing on. Weights need not be whole numbers.
    """
    m, a = seen.practising, seen.heard
    if m == 0.0 and a == 0.0:
        return 0.0
    silent = 0.0
    if m > 0.0:
        silent += m * np.log1p(-parameters.talk_practising)
    if a > 0.0:
        silent += a * np.log1p(-parameters.talk_heard)
    return -np.expm1(silent)


@compiled(inlined=True)
def logistic(own, seen, parameters):
    """Aware → trying by a soft threshold: ε + (r − ε) · σ(x / τ), x = pull − caution.

    The pull is endorsement · trust_peer · proof + push + pay + w_c · (confidence − ½). Without ties seen practising
    (ε = 0 then), push or pay the chance is ``spontaneous``. With τ = 0 a household acts exactly when x ≥ 0.
    """
    if seen.practising == 0.0 and own.push == 0.0 and own.pay == 0.0:
        return float(parameters.spontaneous)
    rate = parameters.session_rate if own.session else parameters.try_rate
    least = min(parameters.epsilon, rate) if seen.practising > 0.0 else 0.0
    x = (
        parameters.endorsement * float(own.trust_peer) * seen.proof
        + float(own.push)
        + float(own.pay)
        + parameters.confidence_weight * (float(own.confidence) - 0.5)
        - own.caution
    )
    if parameters.temperature == 0.0:
        return float(rate) if x >= 0.0 else float(least)
    if x < 0.0:  # so that the exponential never overflows
        odds = np.exp(x / parameters.temperature)
        return least + (rate - least) * (odds / (1.0 + odds))
    return least + (rate - least) / (1.0 + np.exp(-x / parameters.temperature))


@compiled(inlined=True)
def threshold(own, seen, parameters):
    """Aware → trying once enough ties are seen practising: Granovetter (1978), Watts (2002), Centola & Macy (2007).

    Enough is ⌈θ · degree − 10⁻⁹⌉ ties (a share), or ⌈θ − 10⁻⁹⌉ where the rule counts numbers; θ is caution less push
    and pay. Below it, one tie seen practising leaves the chance ε (Eckles et al. 2024), none ``spontaneous``.
    """
    rate = parameters.session_rate if own.session else parameters.try_rate
    theta = own.caution - float(own.push) - float(own.pay)
    base = 1.0 if parameters.threshold_counts else seen.degree
    reached = theta <= 0.0 if base == 0.0 else seen.practising >= np.ceil(theta * base - 1e-9)
    if reached:
        return float(rate)
    return float(parameters.epsilon) if seen.practising > 0.0 else float(parameters.spontaneous)


@compiled(inlined=True)
def simple(own, seen, parameters):
    """Aware → trying by simple contagion: 1 − (1 − p)(1 − q)^m (Bass 1969; Newman 2002).

    q is ``per_tie``; p is ``outside`` together with push and pay as further outside chances.
    """
    outside = 1.0 - (1.0 - parameters.outside) * (1.0 - min(1.0, float(own.push) + float(own.pay)))
    return 1.0 - (1.0 - outside) * (1.0 - parameters.per_tie) ** seen.practising


@compiled(inlined=True)
def external(own, seen, parameters):
    """Aware → trying by what comes from outside alone: the logistic rule without ties."""
    if own.push == 0.0 and own.pay == 0.0:
        return float(parameters.spontaneous)
    rate = parameters.session_rate if own.session else parameters.try_rate
    x = float(own.push) + float(own.pay) + parameters.confidence_weight * (float(own.confidence) - 0.5) - own.caution
    if parameters.temperature == 0.0:
        return float(rate) if x >= 0.0 else 0.0
    return rate / (1.0 + np.exp(-max(x / parameters.temperature, -700.0)))


@compiled(inlined=True)
def chance_to_try(own, seen, parameters, own_rule):
    """Aware → trying by the decision rule the parameters name, or by the user's own if there is one.

    Nobody tries who may not or cannot (`GATED`), or whose confidence is below ``conviction``.
    """
    if own.marks & GATED or own.confidence < parameters.conviction:
        return 0.0
    if own_rule is not None:
        return own_rule(own, seen, parameters)
    if parameters.decision == LOGISTIC:
        return logistic(own, seen, parameters)
    if parameters.decision == THRESHOLD:
        return threshold(own, seen, parameters)
    if parameters.decision == SIMPLE:
        return simple(own, seen, parameters)
    return external(own, seen, parameters)


@compiled(inlined=True)
def learned(know_how, rate):
    """Know-how after one more step of trying: know_how + rate · (1 − know_how)."""
    return know_how + rate * (1.0 - know_how)


@compiled(inlined=True)
def fits(own, parameters):
    """Whether the variant a household knows works for it.

    Local where fit_local < portability, outside where fit_outside < certainty, a false lead's only with advantage.
    """
    if own.variant == _LOCAL:
        return own.fit_local < parameters.portability
    if own.variant == _OUTSIDE:
        return own.fit_outside < parameters.certainty
    if own.variant == _FALSE:
        return bool(own.advantage)
    return False


@compiled(inlined=True)
def chance_to_succeed(own, parameters):
    """Trying → practising when the trial ends: floor + (1 − floor) · know_how, where the variant fits; else 0."""
    if not fits(own, parameters):
        return 0.0
    return parameters.floor + (1.0 - parameters.floor) * float(own.know_how)


@compiled(inlined=True)
def after_failure(confidence, loss):
    """Confidence after a failed trial: confidence − loss · confidence."""
    return confidence - loss * confidence


@compiled(inlined=True)
def habit(own, seen, parameters):
    """Chance of lapsing by habit alone; it never rises during a spell of practice."""
    if own.since == SETTLED:
        return float(parameters.settled)
    practised = seen.step - own.since - 1.0 - parameters.crowding * own.paid
    return parameters.settled + (parameters.fresh - parameters.settled) * (1.0 - parameters.habit_rate) ** practised


@compiled(inlined=True)
def chance_to_lapse(own, seen, parameters):
    """Practising → lapsed: habit · ownership · proof · pay, each a factor with a weight of its own.

    [settled + (fresh − settled)(1 − κ)^e] · (1 − w_o · ownership) · (1 − w_p · proof) · max(0, 1 − pay / pay_full),
    e = finished steps of practice − crowding · steps paid. A hidden household never lapses. Habit after Lally et al.
    (2010), ownership after Norton et al. (2012), crowding-out after Deci et al. (1999).
    """
    if own.hidden:
        return 0.0
    chance = habit(own, seen, parameters)
    chance *= 1.0 - parameters.ownership_weight * float(own.ownership)
    chance *= 1.0 - parameters.proof_weight * seen.proof
    return chance * max(0.0, 1.0 - float(own.pay) / parameters.pay_full)
