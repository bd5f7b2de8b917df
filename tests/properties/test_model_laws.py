"""What holds of any run: nothing without an arm, no harm without lapses, no luck without chances, equal for equal."""

from __future__ import annotations

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.community import Community
from pd_sim.engine import Tile, found, new_population, simulate
from pd_sim.population import COUNTERS, Stage
from tests.builders import Everybody, graph, scattered, scenario

PRACTISING = COUNTERS.index("practising")
GENERATORS = {
    "village": {"generator": "village", "households": 80},
    "small_world": {"generator": "small_world", "households": 60, "neighbours": 6},
    "lattice": {"generator": "lattice", "height": 8, "width": 8},
    "complete": {"generator": "complete", "households": 40},
    "random": {"generator": "random", "households": 60, "mean_degree": 5},
    "villages": {"generator": "village", "households": 40, "villages": 3},
    "weighted": graph(scattered(3, [30, 20], 0.2, weighted=True)),
    "directed": graph(scattered(3, [30, 20], 0.2, mutual=False)),
}
ARMS = {
    "top_down": [{"broadcast": {"reach": 0.1}}, {"training": {"places": 8}}, {"incentive": {}}],
    "bottom_up": [{"facilitation": {"engage": 2, "recognise": 0.8}}, {"hub": {"start": 20, "hosts_needed": 1}}],
}


@pytest.mark.parametrize("name", GENERATORS)
def test_nothing_stays_as_it_is_for_ten_years(name):
    town = scenario(GENERATORS[name], steps=520, practice={"positive_deviants": 0.1})
    track = simulate(town, ["nothing"], seed=0, replicates=40, digest=True)["nothing"]
    assert (track.counts == track.counts[:, :1]).all()
    assert track.counts[..., PRACTISING].sum(axis=2).min() > 0


def test_nothing_does_not_stay_where_practice_is_in_the_open_or_imagined():
    """Negative controls: what would break the peace does."""
    for change in ({"initial": {"practising": 2}}, {"practice": {"seen_never": 0.3}}, {"initial": {"aware": 3}}):
        town = scenario(GENERATORS["village"], steps=100, **change)
        counts = simulate(town, ["nothing"], seed=0, replicates=5)["nothing"].counts
        assert (counts != counts[:, :1]).any()


@pytest.mark.parametrize("decision", ["logistic", "threshold", "simple", "external"])
def test_without_lapses_practice_never_falls(decision):
    behaviour = {"lapse": "none", "decision": decision, "try_rate": 0.3, "trial": 2, "disappointment": 0.3}
    town = scenario(GENERATORS["villages"], ARMS, steps=60, behaviour=behaviour, practice={"positive_deviants": 0.05})
    for track in simulate(town, seed=1, replicates=20).values():
        practising = track.counts[..., PRACTISING]
        assert (np.diff(practising, axis=1) >= 0).all()
        assert (track.counts[..., COUNTERS.index("lapses")] == 0).all()
        assert (practising[:, -1].sum(axis=1) > practising[:, 0].sum(axis=1)).mean() > 0.5
    falling = simulate(town.set("behaviour.lapse", "contraception"), seed=1, replicates=20)
    assert any((np.diff(track.counts[..., PRACTISING], axis=1) < 0).any() for track in falling.values())


CERTAIN = {
    "temperature": 0.0,
    "try_rate": 1.0,
    "session_rate": 1.0,
    "epsilon": 0.0,
    "talk_practising": 1.0,
    "talk_heard": 1.0,
    "floor": 1.0,
    "fresh": 0.0,
    "settled": 0.0,
    "trial": 1,
}


def paths(behaviour, decision, lucks=range(6)):
    """Stages of every household at every step, in the same village under different luck."""
    town = scenario(
        GENERATORS["village"],
        steps=30,
        traits={"caution": {"mean": 0.55 if decision == "threshold" else 0.4, "sd": 0.2}},
        behaviour={**CERTAIN, "decision": decision, **behaviour},
        practice={"portability": 1.0, "certainty": 1.0, "positive_deviants": 5, "seen_practising": 1.0},
    )
    drawn, stages = found(town, 7), []
    for luck in lucks:
        tile = Tile(town, [Everybody(reveals=True)], new_population(town, [drawn], [luck]))
        mine = []
        for _ in range(town.steps):
            tile.step()
            mine.append(tile.pop.arrays.stage.copy())
        stages.append(np.array(mine))
    return stages


@pytest.mark.parametrize("decision", ["logistic", "threshold"])
def test_without_chances_luck_has_no_part(decision):
    same = paths({}, decision)
    assert all((path == same[0]).all() for path in same)
    assert 0 < (same[0][-1] == Stage.PRACTISING).mean() < 1
    for some in ({"try_rate": 0.9}, {"talk_heard": 0.5}, {"floor": 0.5, "learn_near": 0.0}, {"fresh": 0.2}):
        assert any((path != same[0]).any() for path in paths(some, decision)), some


# ── a minimally different world ─────────────────────────────────────────────────────────────────────────────────

OPEN_TO_ALL = [{"broadcast": {"reach": 0.2, "push": 0.4}}, {"incentive": {"amount": 0.1}}, Everybody(push=0.05)]
FULL = [{"training": {"places": 2, "turnout": 1.0}}]


def with_loners(loners):
    """The same village, with some households more that nobody is tied to."""
    town = scattered(5, [40], 0.15)
    names = [*town.names, *(f"loner {k}" for k in range(loners))]
    source, target = town.ties.pairs()
    ends = ([town.names[i] for i in end] for end in (source, target))
    return graph(Community.build(names, ["v0"] * len(names), *ends))


@pytest.mark.parametrize("seed", range(4))
def test_a_household_more_that_nobody_knows_changes_nobody_else(seed):
    def history(loners, arm):
        town = scenario(
            with_loners(loners),
            {"arm": arm},
            steps=60,
            initial={"practising": ["v0h3", "v0h8"]},
            practice={"positive_deviants": 0},
            behaviour={"try_rate": 0.3, "rest": 5},
        )
        return ps.run(town, "arm", seed).history.stage[:, :40]

    assert (history(0, OPEN_TO_ALL) == history(1, OPEN_TO_ALL)).all()
    assert (history(0, OPEN_TO_ALL) == history(7, OPEN_TO_ALL)).all()
    assert len(np.unique(history(0, OPEN_TO_ALL))) == 6
    assert (history(0, FULL) != history(7, FULL)).any()  # a place is taken from somebody


def test_a_village_more_changes_no_other_village():
    town = scenario({"generator": "village", "households": 40}, ARMS, steps=50, practice={"positive_deviants": 0})
    town = town.set("initial", {"practising": ["1/3", "1/9"]})
    one = simulate(town.set("community.villages", 1), seed=1, replicates=5)
    three = simulate(town.set("community.villages", 3), seed=1, replicates=5)
    for arm, track in one.items():
        assert (track.counts[:, :, 0] == three[arm].counts[:, :, 0]).all()


# ── equal for equal ─────────────────────────────────────────────────────────────────────────────────────────────

SAME = {
    "start": 2,
    "stop": 40,
    "every": 2,
    "source": "peer",
    "teaches": "local",
    "places": 12,
    "turnout": 0.4,
    "turnout_others": 0.4,
    "hosts_needed": 0,
    "dose": 0.5,
    "keeps": 1.0,
    "involves": 0.8,
    "push": 0.3,
    "cost_fixed": 50.0,
    "cost_session": 5.0,
    "cost_place": 1.0,
}
ONLY_SESSIONS = {"engage": 0, "members": 0, "visits": 0}


def test_equal_content_under_other_names_and_classes_differs_by_exactly_nothing():
    town = scenario(
        {"generator": "village", "households": 100},
        {
            "training by peers": [{"training": SAME}],
            "facilitation": [{"facilitation": {**SAME, **ONLY_SESSIONS}}],
            "hub": [{"hub": {**SAME, "payer": "sponsor"}}],
            "paid by itself": [{"hub": SAME}],
            "fewer places": [{"training": {**SAME, "places": 11}}],
        },
        steps=60,
    )
    tracks = simulate(town, seed=1, replicates=100)
    one, *others, itself, fewer = tracks.values()
    assert itself.counts.tobytes() == one.counts.tobytes()  # who pays is told apart, and changes nothing else
    assert {h: m.tolist() for h, m in itself.cost.items()} == {
        f"community: {h}": m.tolist() for h, m in one.cost.items()
    }
    for other in others:
        assert (one.counts == other.counts).all()
        assert {h: m.tolist() for h, m in one.cost.items()} == {h: m.tolist() for h, m in other.cost.items()}
    assert (one.counts != fewer.counts).any(axis=(1, 2, 3)).all()
    result = ps.compare(town, ["training by peers", "facilitation"], replicates=50, seed=1)
    difference = result.difference("training by peers", "facilitation", "practising", step=60)
    assert difference.mean == 0
    assert tuple(difference.interval) == (0, 0)


def test_swapped_labels_swap_the_results():
    arms = list(ARMS.values())
    one = scenario(GENERATORS["village"], {"a": arms[0], "b": arms[1]}, steps=50)
    two = scenario(GENERATORS["village"], {"a": arms[1], "b": arms[0]}, steps=50)
    first, second = (simulate(town, seed=3, replicates=10, digest=True) for town in (one, two))
    assert first["a"].digests == second["b"].digests
    assert first["b"].digests == second["a"].digests
    assert set(first["a"].digests).isdisjoint(first["b"].digests)
    there = ps.compare(one, replicates=10, seed=3).difference("a", "b", "practising", step=50)
    back = ps.compare(two, replicates=10, seed=3).difference("a", "b", "practising", step=50)
    assert there.mean == -back.mean != 0


def test_an_arm_more_or_less_changes_no_other():
    town = scenario(GENERATORS["village"], ARMS, steps=40)
    more = scenario(GENERATORS["village"], {"x": [{"hub": {}}], **ARMS, "nothing": []}, steps=40)
    one, two = (simulate(t, seed=3, replicates=8, digest=True) for t in (town, more))
    assert all(track.digests == two[arm].digests for arm, track in one.items())


def test_an_intervention_that_does_nothing_changes_nothing_but_its_own_memory():
    idle = {"training": {"places": 0}}, {"broadcast": {"reach": 0.0}}, {"hub": {"hosts_needed": 1000}}
    plain = scenario(GENERATORS["village"], {"a": ARMS["bottom_up"]}, steps=40)
    for fields in idle:
        ((kind, _),) = fields.items()
        beside = scenario(GENERATORS["village"], {"a": [*ARMS["bottom_up"], fields]}, steps=40)
        one, two = (simulate(t, seed=3, replicates=8)["a"].counts for t in (plain, beside))
        held = [COUNTERS.index("sessions")] if kind == "training" else []
        assert (np.delete(one, held, axis=3) == np.delete(two, held, axis=3)).all()


def test_seed_0_is_a_seed_like_any_other():
    town = scenario(GENERATORS["village"], ARMS, steps=40)
    tracks = [simulate(town, ["bottom_up"], seed=seed, replicates=5, digest=True)["bottom_up"] for seed in (0, 0, 1)]
    assert tracks[0].digests == tracks[1].digests
    assert set(tracks[0].digests).isdisjoint(tracks[2].digests)
    assert len(set(tracks[0].digests)) == 5
