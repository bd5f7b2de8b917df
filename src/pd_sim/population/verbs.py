"""Compiled verbs: what an intervention may do to the households it chose. Nothing else touches a household.

Amounts come as arrays of one value (the same for all) or of one a household.
"""

from __future__ import annotations

from pd_sim._compile import compiled
from pd_sim.population.kernels import LAPSED, PRACTISING, TRYING, ceiling_of
from pd_sim.population.records import COUNTERS

__all__ = ["affirm_rows", "attend_rows", "coach_rows", "decayed", "encourage_rows", "involve_rows", "pay_rows"]

ATTENDANCE, PARTICIPANTS = COUNTERS.index("attendance"), COUNTERS.index("participants")


@compiled
def decayed(know_how, decay, steps):
    """Know-how after so many steps without practice: k · (1 − decay)^steps."""
    return know_how * (1.0 - decay) ** steps


@compiled
def coach_rows(a, mask, gain, variant, decay, step):
    """know_how += gain · (1 − know_how), and the variant taught, unless one is being tried or practised.

    A lapsed household's know-how fades by a closed form; what is stored is such that the form gives the new value.
    """
    same, alike = gain.shape[0] == 1, variant.shape[0] == 1
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        own = a.own[i]
        share = gain[0] if same else gain[i]
        stage = a.stage[i]
        if stage == LAPSED:
            left = decayed(1.0, decay, step - own.since)
            know_how = own.know_how * left
            own.know_how = (know_how + share * (1.0 - know_how)) / left
        else:
            own.know_how = own.know_how + share * (1.0 - own.know_how)
        if stage != TRYING and stage != PRACTISING:
            own.variant = variant[0] if alike else variant[i]


@compiled
def encourage_rows(a, mask, strength, expert):
    """Push += strength · trust in the source."""
    same = strength.shape[0] == 1
    for i in range(mask.shape[0]):
        if mask[i]:
            own = a.own[i]
            trust = own.trust_expert if expert else own.trust_peer
            own.push = own.push + (strength[0] if same else strength[i]) * trust
            a.touched[i] = 1


@compiled
def pay_rows(a, mask, amount):
    """Pay += amount."""
    same = amount.shape[0] == 1
    for i in range(mask.shape[0]):
        if mask[i]:
            a.own[i].pay = a.own[i].pay + (amount[0] if same else amount[i])
            a.touched[i] = 1


@compiled
def involve_rows(a, mask, level):
    """Involved = max(involved, level), the level already weighed by how genuine the involvement is."""
    same = level.shape[0] == 1
    for i in range(mask.shape[0]):
        if mask[i]:
            a.own[i].involved = max(a.own[i].involved, level[0] if same else level[i])


@compiled
def affirm_rows(a, mask, amount):
    """Confidence += amount · (1 − confidence)."""
    same = amount.shape[0] == 1
    for i in range(mask.shape[0]):
        if mask[i]:
            own = a.own[i]
            own.confidence = own.confidence + (amount[0] if same else amount[i]) * (1.0 - own.confidence)
            a.look[i].ceiling = ceiling_of(a, i)


@compiled
def attend_rows(a, mask):
    """Put every household in ``mask`` into a session this step, and count who came."""
    for village in range(a.village_start.shape[0] - 1):
        for i in range(a.village_start[village], a.village_start[village + 1]):
            if mask[i]:
                own = a.own[i]
                own.session = True
                a.touched[i] = 1
                a.counts[village, ATTENDANCE] += 1
                if not own.came:
                    own.came = True
                    a.counts[village, PARTICIPANTS] += 1
