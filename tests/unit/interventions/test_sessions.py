"""Sessions: who comes, what it does to them, what it costs; one mechanism for everybody who holds them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.interventions import Facilitation, Hub, PerHundred, Sessions, Training, hold_sessions
from pd_sim.interventions.sessions import capacity
from pd_sim.population import COUNTERS, Stage, Variant
from pd_sim.streams import draws, stream_key
from tests.builders import founded, isolated, mask, population, scattered, scenario


def people(seed, sizes=(9, 6)):
    """A village in any state."""
    rng = np.random.default_rng(seed)
    community = scattered(seed, sizes)
    n = community.n
    stage = rng.integers(0, 6, n)
    shares = {name: rng.random(n) for name in ("trust_peer", "trust_expert", "know_how", "ownership", "involved")}
    hidden = (stage == 3) & (rng.random(n) < 0.4)
    return founded(community, stage=stage, hidden=hidden, variant=rng.integers(0, 4, n), **shares)


def turnout_of(spec, pop, row, invited):
    """Chance that a household comes, at full trust."""
    if pop.hidden[row]:
        return 0.0
    if pop.in_the_open[row]:
        return spec.returning
    return spec.turnout if invited[row] else spec.turnout_others


def who_comes(spec, pop, hosts, invited):
    """Who comes, one village after the other, in plain Python."""
    a, out = pop.arrays, np.zeros(pop.n, bool)
    places = capacity(spec.places, pop).values
    for village, (first, last) in enumerate(itertools.pairwise(a.village_start)):
        if hosts[first:last].sum() < spec.hosts_needed:
            continue
        luck = int(a.seed[pop.replicate_of_village[village]])
        u, place = (
            draws(luck, stream_key("sessions", "", purpose), pop.step, a.identity[first:last])
            for purpose in ("turnout", "places")
        )
        coming = [
            (place[k], first + k)
            for k in range(last - first)
            if u[k] < turnout_of(spec, pop, first + k, invited) * float(a.own[f"trust_{spec.source}"][first + k])
        ]
        out[[row for _, row in sorted(coming)[: places[village]]]] = True
    return out


def in_words(spec, pop, came, hosts):
    """What a session does, through the verbs."""
    votes = pop.variants(hosts)[:, Variant.LOCAL :]
    taught = pop.spread(votes.argmax(axis=1) + 1).astype(np.uint8)
    if spec.teaches != "hosts":
        taught[:] = Variant.LOCAL if spec.teaches == "local" else Variant.OUTSIDE
    pop.tell(came)
    pop.coach(came, spec.dose * spec.fidelity, spec.keeps, taught)
    pop.encourage(came, spec.push * spec.fidelity, spec.source)
    pop.involve(came, spec.involves * spec.fidelity, spec.genuine)
    pop.attend(came)


SHARES = st.sampled_from([0.0, 0.3, 0.8, 1.0])
SPECS = st.builds(
    Sessions,
    source=st.sampled_from(["peer", "expert"]),
    places=st.sampled_from([0, 1, 3, 50, PerHundred(per_100=20)]),
    turnout=SHARES,
    turnout_others=SHARES,
    returning=SHARES,
    teaches=st.sampled_from(["hosts", "local", "outside"]),
    hosts_needed=st.sampled_from([0, 1, 3]),
    **dict.fromkeys(("dose", "keeps", "involves", "genuine", "fidelity"), SHARES),
)


@settings(max_examples=150, deadline=None)
@given(SPECS, st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_session_does_what_its_words_say(spec, seed, luck):
    rng = np.random.default_rng(luck)
    fast, slow = (population(people(seed), people(seed + 1), seeds=[luck, luck + 1]) for _ in range(2))
    hosts = (fast.arrays.stage == Stage.PRACTISING) & (rng.random(fast.n) < 0.7)
    invited = rng.random(fast.n) < 0.5
    with fast.drawing_for("test"):
        came = hold_sessions(spec, 1, fast, hosts, invited)
    assert (came == who_comes(spec, slow, hosts, invited)).all()
    in_words(spec, slow, came, hosts)
    slow.hold(slow.count(hosts) >= spec.hosts_needed)
    for name in ("own", "stage", "look", "counts", "touched"):
        assert getattr(fast.arrays, name).tobytes() == getattr(slow.arrays, name).tobytes(), name


@pytest.mark.parametrize("size", [30, 600, 3000])
def test_places_go_to_the_smallest_draws_in_villages_of_any_size(size):
    for places, turnout in itertools.product((1, 5, 20, size // 2, size), (0.02, 0.3, 1.0)):
        spec = Sessions(places=places, turnout=turnout)
        pop = population(founded(isolated(size), trust_peer=np.linspace(0, 1, size)))
        everybody = ~pop.nobody()
        wanted = who_comes(spec, pop, everybody, everybody)
        assert (hold_sessions(spec, 1, pop, everybody, everybody) == wanted).all()


def test_all_who_hold_sessions_have_the_same_fields_with_the_same_bounds():
    for cls in (Training, Facilitation, Hub):
        for name, field in Sessions.model_fields.items():
            assert set(map(repr, cls.model_fields[name].metadata)) == set(map(repr, field.metadata)), name
            assert str(cls.model_fields[name].annotation) == str(field.annotation), name
            assert cls.model_fields[name].description == field.description, name


def test_no_arm_has_more_places_turnout_push_or_dose_by_default():
    for name in ("places", "turnout", "push", "dose", "every", "genuine", "fidelity"):
        assert len({cls.model_fields[name].default for cls in (Training, Facilitation, Hub)}) == 1, name


@pytest.mark.parametrize(
    ("per_100", "wanted"), [(0, [0, 0, 0]), (10, [1, 3, 4]), (12.5, [2, 4, 5]), (250, [30, 75, 100])]
)
def test_a_capacity_per_hundred_is_rounded_to_the_nearest(per_100, wanted):
    pop = population(founded(scattered(1, [12, 30, 40], 0.0)))
    assert (
        capacity(PerHundred(per_100=per_100), pop).values.tolist()
        == [int(np.floor(x + 0.5)) for x in (12 * per_100 / 100, 30 * per_100 / 100, 40 * per_100 / 100)]
        == wanted
    )
    assert capacity(7, pop).values.tolist() == [7, 7, 7]


# ── in a run ────────────────────────────────────────────────────────────────────────────────────────────────────

COMES = {"turnout": 1.0, "turnout_others": 1.0, "source": "peer"}
ALWAYS = {"traits": {"trust_peer": 1.0, "trust_expert": 1.0, "caution": "never"}, "behaviour": {"epsilon": 0}}


def frame_of(arm, steps=8, **blocks):
    return ps.run(scenario(arms={"arm": arm}, steps=steps, **{**ALWAYS, **blocks}), "arm", 1)


def test_sessions_are_held_when_they_are_due():
    held = frame_of([{"training": {"start": 2, "stop": 7, "every": 2, **COMES}}]).frame()["sessions"]
    assert held.tolist() == [0, 0, 1, 0, 1, 0, 1, 0, 0]
    without_end = frame_of([{"training": {"start": 3, **COMES}}]).frame()["sessions"]
    assert without_end.tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 1]


def test_attendance_participants_and_costs_are_counted():
    costs = {"cost_fixed": 100.0, "cost_session": 10.0, "cost_place": 2.0}
    run = frame_of([{"training": {"start": 2, "every": 3, "places": 3, **COMES, **costs}}])
    frame = run.frame()
    assert frame["attendance"].tolist() == [0, 0, 3, 0, 0, 3, 0, 0, 3]
    assert frame["participants"].is_monotonic_increasing
    assert frame["participants"].max() == run.households()["came"].sum()
    assert frame["cost_set-up"].tolist() == [0, 0, 100, 0, 0, 0, 0, 0, 0]
    assert frame["cost_sessions"].tolist() == [0, 0, 10, 0, 0, 10, 0, 0, 10]
    assert frame["cost_places"].tolist() == [0, 0, 6, 0, 0, 6, 0, 0, 6]


@pytest.mark.parametrize(
    "fields", [{"training": {}}, {"facilitation": {"engage": 4}}, {"hub": {}}, {"broadcast": {}}, {"incentive": {}}]
)
def test_everybody_pays_the_set_up_once_at_the_start_and_shares_it_among_villages(fields):
    ((kind, more),) = fields.items()
    community = {"generator": "complete", "households": 8, "villages": 4}
    town = scenario(community, {"arm": [{kind: {"start": 3, "cost_fixed": 100.0, **more}}]}, steps=8)
    (spent,) = ps.run(town, "arm", 1).cost.values()
    assert spent.tolist() == [[0.0] * 4] * 3 + [[25.0] * 4] + [[0.0] * 4] * 5


def test_two_of_a_kind_in_one_arm_have_luck_of_their_own():
    once = frame_of([{"training": {"places": 2, **COMES}}])
    twice = frame_of([{"training": {"places": 2, **COMES}}, {"training": {"places": 2, **COMES}}])
    assert twice.frame()["attendance"].iloc[1] == 4
    assert twice.households()["came"].sum() > once.households()["came"].sum()


@pytest.mark.parametrize(
    ("hosts", "taught"),
    [([1, 1, 2], 1), ([2, 2, 1], 2), ([1, 2], 1), ([3, 3, 2], 3), ([2, 3], 2), ([], 1), ([3, 1], 1)],
)
def test_a_session_teaches_what_most_of_its_hosts_practise(hosts, taught):
    stage = [Stage.PRACTISING] * len(hosts) + [Stage.AWARE]
    pop = population(founded(isolated(len(hosts) + 1), stage=stage, variant=[*hosts, 0], trust_peer=1))
    spec = Sessions(turnout=1, hosts_needed=0)
    hold_sessions(spec, 1, pop, mask(pop, *range(len(hosts))), ~pop.nobody())
    assert pop.arrays.own["variant"][-1] == taught
    assert pop.arrays.counts[0, COUNTERS.index("attendance")] == 1
