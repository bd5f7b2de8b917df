"""What holds of the rules whatever the numbers: chances are chances, and each influence works in one direction."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pd_sim.behaviour import Behaviour, Practice, rules
from tests.builders import founded, population, scattered
from tests.generated import behaviours, practices
from tests.unit.behaviour.made import numbers, own, seen

RULES = ("logistic", "threshold", "simple", "external")
SHARES = st.floats(0, 1, width=32)
AMOUNTS = st.floats(0, 4, width=32)


@st.composite
def households(draw):
    return own(
        caution=draw(st.one_of(st.floats(0, 3), st.just(np.inf))),
        **{name: draw(SHARES) for name in ("trust_peer", "trust_expert", "fit_local", "fit_outside", "know_how")},
        **{name: draw(SHARES) for name in ("confidence", "ownership", "involved")},
        **{name: draw(st.one_of(st.just(0.0), AMOUNTS)) for name in ("push", "pay")},
        since=draw(st.integers(0, 20)),
        variant=draw(st.integers(0, 3)),
        advantage=draw(st.booleans()),
        session=draw(st.booleans()),
        hidden=draw(st.booleans()),
    )


@st.composite
def sights(draw):
    m, rest = draw(st.integers(0, 9)), draw(st.integers(0, 9))
    scale = draw(st.sampled_from([1.0, 0.37, 1 / 65536]))
    return seen(m * scale, draw(st.integers(0, rest)) * scale, (m + rest) * scale, draw(st.integers(21, 200)))


parameters = st.builds(lambda b, p: numbers(**b, **p), behaviours(RULES), practices())


@settings(max_examples=400)
@given(households(), sights(), parameters)
def test_every_chance_is_from_0_to_1(household, sight, p):
    for chance in (
        rules.chance_to_hear(household, sight, p),
        rules.chance_to_try(household, sight, p, None),
        rules.chance_to_succeed(household, p),
        rules.chance_to_lapse(household, sight, p),
    ):
        assert 0.0 <= chance <= 1.0


def changed(household, **fields):
    other = household.copy()
    for name, value in fields.items():
        other[name] = value
    return other


def more_seen(sight):
    return seen(sight["practising"] + 1, sight["heard"], sight["degree"] + 1, sight["step"])


def no_less(less, more):
    assert more >= less or more == pytest.approx(less, rel=1e-12)


@settings(max_examples=400)
@given(households(), sights(), parameters, AMOUNTS, st.sampled_from(["push", "pay"]))
def test_push_and_pay_never_hinder_trying(household, sight, p, amount, prompt):
    # with no prompt at all the chance is `spontaneous`, which need not be the smaller
    household = changed(household, **{prompt: max(household[prompt], np.float32(0.01))})
    pushed = changed(household, **{prompt: household[prompt] + np.float32(amount)})
    no_less(rules.chance_to_try(household, sight, p, None), rules.chance_to_try(pushed, sight, p, None))


@settings(max_examples=400)
@given(households(), sights(), parameters, SHARES, st.sampled_from(["trust_peer", "confidence"]))
def test_trust_and_confidence_never_hinder_trying(household, sight, p, share, trait):
    low, high = sorted((household[trait], np.float32(share)))
    chances = [rules.chance_to_try(changed(household, **{trait: v}), sight, p, None) for v in (low, high)]
    no_less(*chances)


@settings(max_examples=400)
@given(households(), st.integers(1, 9), st.integers(0, 9), parameters)
def test_one_tie_more_that_is_seen_practising_never_hinders_trying(household, m, others, p):
    if p["decision"] == rules.THRESHOLD:  # ε above the rate is a penalty; a share above 1 is never reached
        assume(p["epsilon"] <= min(p["try_rate"], p["session_rate"]))
        assume(household["caution"] - household["push"] - household["pay"] <= 1)
    now = rules.chance_to_try(household, seen(m, 0, m + others), p, None)
    no_less(now, rules.chance_to_try(household, seen(m + 1, 0, m + others + 1), p, None))


@settings(max_examples=400)
@given(households(), sights(), parameters, st.floats(0, 3))
def test_caution_never_helps_trying(household, sight, p, caution):
    if p["decision"] == rules.THRESHOLD:
        assume(max(p["epsilon"], p["spontaneous"]) <= min(p["try_rate"], p["session_rate"]))
    low, high = sorted((household["caution"], caution))
    chances = [rules.chance_to_try(changed(household, caution=v), sight, p, None) for v in (high, low)]
    no_less(*chances)


@settings(max_examples=200)
@given(households(), sights(), parameters)
def test_more_ties_that_talk_never_hinder_hearing(household, sight, p):
    now = rules.chance_to_hear(household, sight, p)
    no_less(now, rules.chance_to_hear(household, more_seen(sight), p))
    louder = seen(sight["practising"], sight["heard"] + 1, sight["degree"] + 1)
    no_less(now, rules.chance_to_hear(household, louder, p))


@settings(max_examples=400)
@given(households(), sights(), parameters, SHARES, AMOUNTS)
def test_ownership_proof_and_pay_only_prevent_lapses(household, sight, p, share, amount):
    now = rules.chance_to_lapse(household, sight, p)
    owned = changed(household, ownership=max(household["ownership"], np.float32(share)))
    no_less(rules.chance_to_lapse(owned, sight, p), now)
    no_less(rules.chance_to_lapse(changed(household, pay=household["pay"] + np.float32(amount)), sight, p), now)
    if sight["degree"] >= 1:
        no_less(rules.chance_to_lapse(household, more_seen(sight), p), now)


@settings(max_examples=200)
@given(households(), parameters, st.lists(st.booleans(), min_size=1, max_size=40))
def test_habit_never_rises_paid_or_not(household, p, paid):
    chances, since = [], int(household["since"])
    household["paid"] = 0
    for step, pays in enumerate(paid, since + 1):
        chances.append(rules.habit(household, seen(step=step), p))
        household["paid"] += pays
    assert all(later <= earlier for earlier, later in itertools.pairwise(chances))
    assert p["settled"] <= chances[-1] <= chances[0] <= p["fresh"]


@settings(max_examples=200)
@given(households(), parameters, SHARES)
def test_know_how_only_helps_success(household, p, share):
    low, high = sorted((household["know_how"], np.float32(share)))
    chances = [rules.chance_to_succeed(changed(household, know_how=v), p) for v in (low, high)]
    assert chances[0] <= chances[1]


# ── no draw is passed over that matters ─────────────────────────────────────────────────────────────────────────


@st.composite
def peoples(draw):
    """A village in any state, as the engine would hold it."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    community = scattered(
        draw(st.integers(0, 99)), [12], draw(st.sampled_from([0.1, 0.5])), weighted=draw(st.booleans())
    )
    n = community.n
    stage = rng.integers(0, 6, n)
    return founded(
        community,
        sights=(0.7, 0.3, draw(st.sampled_from([0.0, 0.5]))),
        stage=stage,
        hidden=(stage == 3) & (rng.random(n) < 0.3),
        ever=rng.random(n) < 0.3,
        since=rng.integers(0, 3, n),
        caution=rng.choice([0.0, 0.1, 0.5, np.inf], n),
        **{name: rng.choice([0.0, 0.3, 1.0], n) for name in ("trust_peer", "confidence", "ownership")},
    )


def greatest_chance(pop, row, p, step):
    """Chance of the one event that could happen to a household that nobody touches."""
    a, look, scale = pop.arrays, pop.arrays.look[row], pop.arrays.scale
    sight = seen(look["practising"] / scale, look["heard"] / scale, look["degree"] / scale, step)
    household, stage = a.own[row], a.stage[row]
    if stage == 0:
        return rules.chance_to_hear(household, sight, p)
    if stage == 1:
        return rules.chance_to_try(household, sight, p, None)
    if stage == 3:
        return rules.chance_to_lapse(household, sight, p)
    if stage == 2:
        return 1.0
    return 1.0 if 0 <= p["rest"] <= step - household["since"] else 0.0


@settings(max_examples=300)
@given(peoples(), behaviours(RULES), practices(), st.integers(3, 12))
def test_ceilings_bound_every_chance(drawn, behaviour, practice, step):
    p = numbers(**behaviour, **practice)
    pop = population(drawn, behaviour=Behaviour(**behaviour), practice=Practice(**practice))
    for row in range(pop.n):
        ceiling = float(pop.arrays.look["ceiling"][row])
        if ceiling < 0:  # at rest until a step
            ceiling = 1.0 if -ceiling <= step else 0.0
        assert greatest_chance(pop, row, p, step) <= ceiling, (row, pop.arrays.stage[row])


def test_a_ceiling_that_is_too_low_is_noticed():
    """Negative control: bounds that forget ε, or the greater of two rates, do not hold."""
    drawn = founded(scattered(1, [12], 0.9), stage=[3] * 3 + [1] * 9, caution=np.inf)
    p = numbers(decision="threshold", epsilon=0.4, try_rate=0.1)
    pop = population(drawn, behaviour=Behaviour(decision="logistic", epsilon=0.4, try_rate=0.1))
    assert any(greatest_chance(pop, row, p, 3) > pop.arrays.look["ceiling"][row] for row in range(3, 12))
