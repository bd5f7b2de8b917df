"""What comes out of a replicate depends on nothing that is run beside it: tiles, threads and their sizes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.engine import Tile, forget_villages, found, luck_seed, new_population, simulate, village_seed
from tests.builders import scenario
from tests.generated import scenarios

SOME = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
TOWN = scenario(
    {"generator": "village", "households": 50, "villages": 2},
    {
        "nothing": [],
        "top_down": [{"broadcast": {"reach": 0.2}}, {"training": {"places": 5, "cost_session": 3.0}}],
        "bottom_up": [{"facilitation": {"members": 4}}, {"hub": {"start": 10, "hosts_needed": 1, "host_ownership": 0}}],
    },
    steps=25,
    practice={"positive_deviants": 0.06, "false_leads": 0.02},
    behaviour={"meeting": 0.1, "try_rate": 0.2},
)


def alike(one, other):
    assert one.keys() == other.keys()
    for arm, track in one.items():
        assert track.counts.tobytes() == other[arm].counts.tobytes()
        assert track.digests == other[arm].digests
        assert {h: m.tobytes() for h, m in track.cost.items()} == {h: m.tobytes() for h, m in other[arm].cost.items()}


@SOME
@given(scenarios(), st.integers(0, 1000), st.integers(2, 4))
def test_a_tile_is_its_replicates_alone(town, seed, replicates):
    town = town.in_force
    founded = [found(town, village_seed(town, seed, k)) for k in range(replicates)]
    luck = [luck_seed(seed, k) for k in range(replicates)]
    arm = town.arm("arm")
    together = Tile(town, arm, new_population(town, founded, luck), digest=True)
    track = together.run()
    villages = len(founded[0].village_sizes)
    rows = np.cumsum([0, *(len(f.own) for f in founded)])
    for k in range(replicates):
        alone = Tile(town, arm, new_population(town, [founded[k]], [luck[k]]), digest=True)
        mine = alone.run()
        assert mine.hexdigests()[0] == track.hexdigests()[k]
        here = slice(k * villages, (k + 1) * villages)
        assert mine.counts.tobytes() == track.counts[:, here].tobytes()
        for sums in ("cost", "amounts"):
            own, wide = getattr(mine, sums), getattr(track, sums)
            assert all((values == wide[name][:, here]).all() for name, values in own.items())
            assert not any(values[:, here].any() for name, values in wide.items() if name not in own)
        for name in ("own", "stage", "look"):
            wide = getattr(together.pop.arrays, name)[rows[k] : rows[k + 1]]
            assert wide.tobytes() == getattr(alone.pop.arrays, name).tobytes()


@SOME
@given(scenarios(), st.integers(0, 1000))
def test_the_order_of_replicates_in_a_tile_does_not_matter(town, seed):
    founded = [found(town, village_seed(town, seed, k)) for k in range(3)]
    luck = [luck_seed(seed, k) for k in range(3)]
    arm = town.arm("arm")
    there = Tile(town, arm, new_population(town, founded, luck), digest=True).run().hexdigests()
    back = Tile(town, arm, new_population(town, founded[::-1], luck[::-1]), digest=True).run().hexdigests()
    assert there == back[::-1]


def test_threads_do_not_matter():
    results = [simulate(TOWN, seed=3, replicates=9, threads=threads, digest=True) for threads in (1, 2, 5)]
    alike(results[0], results[1])
    alike(results[0], results[2])


def test_the_size_of_tiles_does_not_matter():
    sizes = (1, 100, 101, 350, 10**9)
    results = [simulate(TOWN, seed=3, replicates=7, threads=1, digest=True, tile_households=size) for size in sizes]
    for other in results[1:]:
        alike(results[0], other)


def test_villages_that_were_forgotten_are_drawn_alike():
    before = simulate(TOWN, seed=3, replicates=3, digest=True)
    forget_villages()
    alike(before, simulate(TOWN, seed=3, replicates=3, digest=True))


def test_fewer_replicates_or_arms_are_a_part_of_more():
    many = simulate(TOWN, seed=3, replicates=6, digest=True)
    few = simulate(TOWN, ["bottom_up"], seed=3, replicates=2, digest=True)
    assert list(few) == ["bottom_up"]
    assert few["bottom_up"].digests == many["bottom_up"].digests[:2]
    assert (few["bottom_up"].counts == many["bottom_up"].counts[:2]).all()


@pytest.mark.parametrize("arm", list(TOWN.arms))
def test_a_run_is_the_first_replicate_of_a_comparison(arm):
    run = ps.run(TOWN, arm, 3)
    track = simulate(TOWN, [arm], seed=3, replicates=2, digest=True)[arm]
    assert run.digest == track.digests[0]
    assert (run.counts == track.counts[0]).all()
    assert all((money == track.cost[heading][0]).all() for heading, money in run.cost.items())


def test_replicates_and_seeds_and_arms_differ():
    """Negative control: what is compared above is not the same for everybody anyway."""
    result = simulate(TOWN, seed=3, replicates=6, digest=True)
    digests = [digest for track in result.values() for digest in track.digests]
    assert len(set(digests)) == len(digests)
    assert set(simulate(TOWN, seed=4, replicates=6, digest=True)["nothing"].digests).isdisjoint(digests)


def test_one_village_for_all_replicates_or_each_its_own():
    each, once = (TOWN.set("community.draw", draw) for draw in ("each", "once"))
    assert len({village_seed(each, 1, k) for k in range(5)}) == 5
    assert len({village_seed(once, 1, k) for k in range(5)}) == 1
    assert village_seed(each, 1, 0) == village_seed(once, 1, 0)
    luck = {luck_seed(1, k) for k in range(5)}
    assert len(luck) == 5
    counts = simulate(once, ["nothing"], seed=1, replicates=3)["nothing"].counts
    assert (counts[0, 0] == counts[1, 0]).all()
