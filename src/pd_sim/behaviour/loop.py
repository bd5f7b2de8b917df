"""One step of every household in a tile: the compiled loop, and what a decision brings about.

Draw first: a draw at or above the greatest chance a household can have (`ceilings`) decides "nothing" without
evaluating the rule. That is exact, because the event happens only where the draw falls below the chance. A household
that was looked at in vain keeps a lower ceiling where its chance cannot rise by itself: an aware one its chance, until
it sees more or less practise; a practising one what habit alone would give.
"""

from __future__ import annotations

import numpy as np
from numba import from_dtype, types

from pd_sim._compile import compiled
from pd_sim.behaviour import rules
from pd_sim.behaviour.parameters import PARAMETERS
from pd_sim.population.kernels import AWARE, LAPSED, PRACTISING, REJECTED, TRYING, UNAWARE, restage, talks
from pd_sim.population.picking import largest_village
from pd_sim.population.records import COUNTERS, HOUSEHOLD, SEEN, Prompt, Variant
from pd_sim.population.verbs import faded
from pd_sim.streams import draw, fill_draws, stream_key, tie_draw

__all__ = ["DECIDE", "RULE", "copied_variant", "decide_all", "decision", "note_trial", "take_effect", "take_effects"]

DECIDE = stream_key("household", "", "decide")
OUTCOME = stream_key("household", "", "outcome")
COPY = stream_key("household", "", "copy")

RULE = types.float64(from_dtype(HOUSEHOLD), from_dtype(SEEN), from_dtype(PARAMETERS))
"""Signature of an own decision rule."""

TRIALS, SUCCESSES, FAILURES, LAPSES = (COUNTERS.index(c) for c in ("trials", "successes", "failures", "lapses"))
BY_SESSION = COUNTERS.index("by_session")
_NONE, _OUTSIDE = int(Variant.NONE), int(Variant.OUTSIDE)
_SESSION, _TIE, _MESSAGE, _PAY, _ITSELF = (int(p) for p in Prompt)
_CHUNK = 512
_SLACK = 1.0 + 1e-6  # more than single precision can take away


@compiled
def copied_variant(a, r, i, step):
    """Variant a household that knows none copies, and from which row: (variant, row).

    Of the ties it sees practising that know a variant, the one with the smallest keyed draw; else, the same of ties
    that talk; else what everybody has heard of, the outside variant, from nobody.
    """
    best_seen, best_talking = 2.0, 2.0
    from_seen, from_talking = -1, -1
    for k in range(a.sees_start[i], a.sees_start[i + 1]):
        j = a.sees[k]
        best_seen, from_seen, best_talking, from_talking = _weigh_source(
            a, r, i, j, a.sight[k], step, best_seen, from_seen, best_talking, from_talking
        )
    if a.pool_head.shape[0] > 0:
        k = a.pool_head[i]
        while k >= 0:
            best_seen, from_seen, best_talking, from_talking = _weigh_source(
                a, r, i, a.pool[k, 1], a.pool[k, 2], step, best_seen, from_seen, best_talking, from_talking
            )
            k = a.pool[k, 0]
    if from_seen >= 0:
        return a.own[from_seen].variant, from_seen
    if from_talking >= 0:
        return a.own[from_talking].variant, from_talking
    return _OUTSIDE, -1


@compiled(inlined=True)
def _weigh_source(a, r, i, j, sight, step, best_seen, from_seen, best_talking, from_talking):
    other = a.own[j]
    if other.variant != _NONE:
        seen = (sight & a.shows[j]) != 0
        if seen or talks(a.stage[j]):
            u = tie_draw(a.seed[r], COPY, np.uint64(step), a.identity[i], a.identity[j])
            if seen and u < best_seen:
                best_seen, from_seen = u, j
            if talks(a.stage[j]) and u < best_talking:
                best_talking, from_talking = u, j
    return best_seen, from_seen, best_talking, from_talking


@compiled(inlined=True)
def _prompt(own, seen):
    if own.session:
        return _SESSION
    if seen.practising > 0.0:
        return _TIE
    if own.push > 0.0:
        return _MESSAGE
    return _PAY if own.pay > 0.0 else _ITSELF


@compiled(inlined=True)
def decision(own, stage, seen, parameters, own_rule, u, outcome):
    """Stage a household chooses for the end of this step (its present one: nothing happens).

    Parameters
    ----------
    own, stage, seen, parameters
        The household, its stage, what it sees, and the parameters.
    own_rule
        The user's decision rule (`RULE`), or none.
    u, outcome
        Its draw of this step, and the draw for the outcome of a trial.
    """
    steps = seen.step - own.since
    if stage == UNAWARE:
        return AWARE if u < rules.chance_to_hear(own, seen, parameters) else stage
    if stage == AWARE:
        return TRYING if u < rules.chance_to_try(own, seen, parameters, own_rule) else stage
    if stage == TRYING:
        if steps < parameters.trial:
            return stage
        return PRACTISING if outcome < rules.chance_to_succeed(own, parameters) else REJECTED
    if stage == PRACTISING:
        return LAPSED if u < rules.chance_to_lapse(own, seen, parameters) else stage
    if own.session and u < rules.chance_to_try(own, seen, parameters, own_rule):
        return TRYING
    return AWARE if parameters.rest >= 0 and steps >= parameters.rest else stage


@compiled(inlined=True)
def _look(a, i, step, seen):
    seen.practising = a.look[i].practising / a.scale
    seen.heard = a.look[i].heard / a.scale
    seen.degree = a.look[i].degree / a.scale
    seen.proof = a.look[i].practising / a.look[i].degree if a.look[i].degree > 0 else 0.0
    seen.step = step


@compiled
def decide_all(a, parameters, own_rule, step, decided):
    """Let every household decide, and write down what: nobody sees another's decision of this step.

    ``decided`` (``uint8[n]``) holds 1 + the stage it goes to in bits 0 to 2, and for a trial the variant in bits 3 and
    4 and the prompt in bits 5 to 7; 0 where nothing happens.
    """
    p = parameters[0]
    seen = np.zeros(1, SEEN)[0]
    u = np.empty(_CHUNK)
    visit = np.empty(_CHUNK + 1, np.int64)
    fetched = 0
    for r in range(a.seed.shape[0]):
        first, last = a.village_start[a.replicate_start[r]], a.village_start[a.replicate_start[r + 1]]
        for begin in range(first, last, _CHUNK):
            end = min(begin + _CHUNK, last)
            fill_draws(a.seed[r], DECIDE, np.uint64(step), a.identity[begin:end], u)
            look, touched = a.look[begin:end], a.touched[begin:end]
            size = 0
            for k in range(end - begin):  # without a branch, since nobody can tell how a draw will fall
                most = look[k].ceiling
                visit[size] = k
                size += int((u[k] < most) | (touched[k] != 0) | ((most < 0.0) & (-most <= step)))
            for x in range(size):  # ask for all records at once, so that the memory answers side by side
                fetched += a.own[begin + visit[x]].paid
            for x in range(size):
                k = visit[x]
                i = begin + k
                own, stage = a.own[i], a.stage[i]
                _look(a, i, step, seen)
                outcome = 1.0
                if stage == TRYING:
                    own.know_how = rules.learned(own.know_how, p.learn_near if seen.practising > 0.0 else p.learn_alone)
                    if step - own.since >= p.trial:
                        outcome = draw(a.seed[r], OUTCOME, np.uint64(step), a.identity[i])
                to = decision(own, stage, seen, p, own_rule, u[k], outcome)
                if to == stage:
                    if stage == PRACTISING:
                        if not own.hidden:
                            look[k].ceiling = rules.habit(own, seen, p) * _SLACK
                    elif stage == AWARE and touched[k] == 0 and own_rule is None:
                        look[k].ceiling = rules.chance_to_try(own, seen, p, own_rule) * _SLACK
                else:
                    decided[i] = 1 + to
                    if to == TRYING:
                        decided[i] |= note_trial(a, r, i, step, own, seen)
    return fetched


@compiled(inlined=True)
def note_trial(a, r, i, step, own, seen):
    """What a decision to try carries along: the variant (bits 3, 4) and the prompt (bits 5 to 7)."""
    variant = own.variant
    if variant == _NONE:
        variant, source = copied_variant(a, r, i, step)
        a.copied_from[i] = source  # a household copies once, and keeps what it knows
    return (variant << 3) | (_prompt(own, seen) << 5)


@compiled
def take_effects(a, parameters, step, decided):
    """Carry out all decisions together, and clear the marks of this step."""
    row = np.empty(largest_village(a) + 1, np.int64)
    fetched = 0
    for r in range(a.seed.shape[0]):
        for village in range(a.replicate_start[r], a.replicate_start[r + 1]):
            first, last = a.village_start[village], a.village_start[village + 1]
            touched, noted = a.touched[first:last], decided[first:last]
            size = 0
            for k in range(last - first):
                row[size] = k
                size += int((touched[k] | noted[k]) != 0)
            for x in range(size):  # ask for all records at once, so that the memory answers side by side
                fetched += a.own[first + row[x]].paid
            for x in range(size):
                k = row[x]
                if touched[k] != 0:
                    _clear(a, first + k)
                if noted[k] != 0:
                    take_effect(a, parameters, r, village, first + k, noted[k], step)
                    noted[k] = 0
    return fetched


@compiled(inlined=True)
def _clear(a, i):
    own = a.own[i]
    if own.pay > 0.0 and a.stage[i] == PRACTISING:
        own.paid += 1
    own.push = 0.0
    own.pay = 0.0
    own.session = False
    a.touched[i] = 0


@compiled(inlined=True)
def take_effect(a, parameters, r, village, i, decided, step):
    """Carry out one household's decision."""
    p = parameters[0]
    own = a.own[i]
    to = (decided & 7) - 1
    if a.stage[i] == LAPSED:
        own.know_how = faded(own, p.know_how_decay, step)
    if to == TRYING:
        a.counts[village, TRIALS] += 1
        own.variant = (decided >> 3) & 3
        own.prompt = decided >> 5
        if p.trial == 0:
            outcome = draw(a.seed[r], OUTCOME, np.uint64(step), a.identity[i])
            to = PRACTISING if outcome < rules.chance_to_succeed(own, p) else REJECTED
            own.since, own.kept = step, 0  # the stage may be the one it came from
    if to == PRACTISING:
        a.counts[village, SUCCESSES] += 1
        a.counts[village, BY_SESSION + own.prompt] += 1
        own.confidence = rules.learned(own.confidence, p.gain)
        own.ownership = max(own.ownership, own.involved)
    elif to == REJECTED:
        a.counts[village, FAILURES] += 1
        own.confidence = rules.after_failure(own.confidence, p.loss)
        if own.variant == _OUTSIDE:
            own.trust_expert = rules.after_failure(own.trust_expert, p.disappointment)
        else:
            own.trust_peer = rules.after_failure(own.trust_peer, p.disappointment)
    elif to == LAPSED:
        a.counts[village, LAPSES] += 1
    restage(a, village, i, to, False, step)
