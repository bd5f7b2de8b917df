"""Compiled verbs: what an intervention may do to a household. Nothing else touches a household.

Each verb stands once, for one household; the kernels for whole masks take amounts as arrays of one value (the same
for all) or of one a household.
"""

from __future__ import annotations

from pd_sim._compile import compiled
from pd_sim.population.kernels import AWARE, LAPSED, PRACTISING, TRYING, UNAWARE, ceiling_of, restage
from pd_sim.population.records import COUNTERS, Mark, Variant

__all__ = [
    "adapt_rows",
    "affirm_rows",
    "attend",
    "attend_rows",
    "coach",
    "coach_rows",
    "encourage",
    "encourage_rows",
    "faded",
    "involve",
    "involve_rows",
    "lift_rows",
    "pay_rows",
    "tell",
    "tell_rows",
    "trust_rows",
]

_NONE = int(Variant.NONE)
ATTENDANCE, PARTICIPANTS = COUNTERS.index("attendance"), COUNTERS.index("participants")
ISOLATES = COUNTERS.index("isolates_reached")
_CAME = int(Mark.CAME)


@compiled(inlined=True)
def faded(own, decay, step):
    """Know-how of a lapsed household at a step: k · (1 − decay)^(steps since k was true)."""
    return own.know_how * (1.0 - decay) ** (step - own.since - own.kept)


@compiled(inlined=True)
def tell(a, village, i, step):
    """Make an unaware household aware."""
    if a.stage[i] == UNAWARE:
        restage(a, village, i, AWARE, False, step)


@compiled(inlined=True)
def coach(a, i, gain, variant, decay, step):
    """know_how += gain · (1 − know_how), and the variant taught, unless one is being tried or practised."""
    own = a.own[i]
    stage = a.stage[i]
    know_how = float(own.know_how)
    if stage == LAPSED:
        know_how = faded(own, decay, step)
        own.kept = step - own.since
    own.know_how = know_how + gain * (1.0 - know_how)
    if variant != _NONE and stage != TRYING and stage != PRACTISING:
        own.variant = variant


@compiled(inlined=True)
def encourage(a, i, strength, expert):
    """Push += strength · trust in the source."""
    own = a.own[i]
    trust = float(own.trust_expert) if expert else float(own.trust_peer)
    own.push = own.push + strength * trust
    a.touched[i] = 1


@compiled(inlined=True)
def involve(a, i, level):
    """Involved = max(involved, level), the level already weighed by how genuine the involvement is."""
    own = a.own[i]
    own.involved = max(float(own.involved), level)


@compiled(inlined=True)
def attend(a, village, i):
    """Put a household into a session this step, and count that it came."""
    own = a.own[i]
    own.session = True
    a.touched[i] = 1
    a.counts[village, ATTENDANCE] += 1
    if own.marks & _CAME == 0:
        own.marks = own.marks | _CAME
        a.counts[village, PARTICIPANTS] += 1
        a.counts[village, ISOLATES] += int(a.look[i].degree == 0)


@compiled
def tell_rows(a, mask, step):
    """Tell every household in ``mask``."""
    for village in range(a.village_start.shape[0] - 1):
        for i in range(a.village_start[village], a.village_start[village + 1]):
            if mask[i]:
                tell(a, village, i, step)


@compiled
def coach_rows(a, mask, gain, variant, decay, step):
    """Coach every household in ``mask``."""
    same, alike = gain.shape[0] == 1, variant.shape[0] == 1
    for i in range(mask.shape[0]):
        if mask[i]:
            coach(a, i, gain[0] if same else gain[i], variant[0] if alike else variant[i], decay, step)


@compiled
def encourage_rows(a, mask, strength, expert):
    """Encourage every household in ``mask``."""
    same = strength.shape[0] == 1
    for i in range(mask.shape[0]):
        if mask[i]:
            encourage(a, i, strength[0] if same else strength[i], expert)


@compiled
def pay_rows(a, mask, amount):
    """Pay += amount, for every household in ``mask``."""
    same = amount.shape[0] == 1
    for i in range(mask.shape[0]):
        if mask[i]:
            a.own[i].pay = a.own[i].pay + (amount[0] if same else amount[i])
            a.touched[i] = 1


@compiled
def involve_rows(a, mask, level):
    """Involve every household in ``mask``."""
    same = level.shape[0] == 1
    for i in range(mask.shape[0]):
        if mask[i]:
            involve(a, i, level[0] if same else level[i])


@compiled
def affirm_rows(a, mask, amount):
    """Confidence += amount · (1 − confidence), for every household in ``mask``."""
    same = amount.shape[0] == 1
    for i in range(mask.shape[0]):
        if mask[i]:
            own = a.own[i]
            own.confidence = own.confidence + (amount[0] if same else amount[i]) * (1.0 - own.confidence)
            a.look[i].ceiling = ceiling_of(a, i)


@compiled
def lift_rows(a, mask, gate):
    """Take a mark away from every household in ``mask``, so that it may or can try from now on."""
    for i in range(mask.shape[0]):
        if mask[i] and a.own[i].marks & gate:
            a.own[i].marks = a.own[i].marks & ~gate
            a.look[i].ceiling = ceiling_of(a, i)


@compiled
def adapt_rows(a, mask, amount, local, outside):
    """Fit −= amount · fit, for every household in ``mask``: what did not fit it may do so now."""
    same = amount.shape[0] == 1
    for i in range(mask.shape[0]):
        if mask[i]:
            kept = 1.0 - (amount[0] if same else amount[i])
            if local:
                a.own[i].fit_local = a.own[i].fit_local * kept
            if outside:
                a.own[i].fit_outside = a.own[i].fit_outside * kept


@compiled
def trust_rows(a, mask, amount, expert, gains):
    """Trust += amount · (1 − trust), or −= amount · trust, for every household in ``mask``."""
    same = amount.shape[0] == 1
    for i in range(mask.shape[0]):
        if mask[i]:
            by = amount[0] if same else amount[i]
            own = a.own[i]
            before = float(own.trust_expert) if expert else float(own.trust_peer)
            after = before + by * (1.0 - before) if gains else before - by * before
            if expert:
                own.trust_expert = after
            else:
                own.trust_peer = after
            a.look[i].ceiling = ceiling_of(a, i)


@compiled
def attend_rows(a, mask):
    """Let every household in ``mask`` attend."""
    for village in range(a.village_start.shape[0] - 1):
        for i in range(a.village_start[village], a.village_start[village + 1]):
            if mask[i]:
                attend(a, village, i)
