from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from pd_sim.community import (
    GENERATORS,
    Blocks,
    CommunitySpec,
    Complete,
    Geometric,
    Lattice,
    Random,
    ScaleFree,
    SmallWorld,
    Village,
)
from pd_sim.community.geometric import radius
from pd_sim.community.sampling import distinct, pairs

DRAWN = (
    Village(households=50),
    SmallWorld(households=50),
    Lattice(height=5, width=6, rewired=0.3),
    Complete(households=12),
    Random(households=50),
    ScaleFree(households=50),
    Blocks(sizes=(10, 20, 5), mean_degree=4),
    Geometric(households=50),
)


def averaged(spec, name: str, seeds: int = 30) -> float:
    return float(np.mean([spec.draw_community(seed).summary().pooled[name] for seed in range(seeds)]))


@pytest.mark.parametrize("spec", DRAWN, ids=lambda spec: spec.generator)
def test_every_generator(spec):
    town = spec.draw_community(3)
    assert town.villages == ("1",)
    assert town.names[:2] == ("1", "2")
    assert town.ties.mutual
    assert town.fingerprint() == spec.draw_community(3).fingerprint()
    if spec.generator != "complete":
        assert town.fingerprint() != spec.draw_community(4).fingerprint()
    many = spec.model_copy(update={"villages": 3}).draw_community(3)
    assert many.n == 3 * town.n
    assert (many.village_of[many.ties.source] == many.village_of[many.ties.sees]).all()
    assert (many.ties.sees[: town.ties.count] == town.ties.sees).all()
    assert len(set(many.identity.tolist())) == many.n


@pytest.mark.parametrize("spec", DRAWN, ids=lambda spec: spec.generator)
def test_written_and_read_back(spec):
    adapter = TypeAdapter(CommunitySpec)
    assert adapter.validate_json(spec.model_dump_json()) == spec
    assert adapter.validate_python(spec.model_dump(mode="json")) == spec
    assert hash(adapter.validate_python(spec.model_dump())) == hash(spec)
    assert spec.located("anywhere") is spec


def test_every_generator_is_known_by_its_name():
    assert set(GENERATORS) == {spec.generator for spec in DRAWN} | {"file", "graph"}
    with pytest.raises(ValidationError, match=r"'rndom'.*'random'"):
        TypeAdapter(CommunitySpec).validate_python({"generator": "rndom"})


@pytest.mark.parametrize("kind", GENERATORS.values(), ids=list(GENERATORS))
def test_every_field_has_a_description_and_nothing_else_is_accepted(kind):
    for name, field in kind.model_fields.items():
        assert field.description or name == "generator"
    assert kind.model_config["frozen"]
    assert kind.model_config["extra"] == "forbid"


class TestSmallWorld:
    def test_without_rewiring_it_is_a_ring(self):
        town = SmallWorld(households=30, neighbours=6, rewired=0).draw_community(1)
        assert set(town.to_networkx().edges) == {
            tuple(sorted((str(a + 1), str(b + 1)), key=int)) for a, b in nx.watts_strogatz_graph(30, 6, 0).edges
        }

    @pytest.mark.parametrize("rewired", [0.05, 0.5, 1.0])
    def test_same_shape_as_networkx(self, rewired):
        spec = SmallWorld(households=100, neighbours=6, rewired=rewired)
        own = [spec.draw_community(seed).summary().pooled for seed in range(60)]
        theirs = [nx.watts_strogatz_graph(100, 6, rewired, seed=seed) for seed in range(60)]
        assert all(summary.pairs == 300 for summary in own)
        assert stats.ttest_ind([s.transitivity for s in own], [nx.transitivity(g) for g in theirs]).pvalue > 1e-3
        degrees = [np.std([k for _, k in g.degree]) / 6 for g in theirs]
        assert stats.ttest_ind([s.degree_variation for s in own], degrees).pvalue > 1e-3

    def test_every_pair_is_tied_as_often_as_in_networkx(self):
        """In a ring so small that ties that moved away often come back."""
        spec, runs = SmallWorld(households=7, neighbours=4, rewired=0.9), 4000
        own, theirs = np.zeros((7, 7)), np.zeros((7, 7))
        for seed in range(runs):
            drawn = spec.draw_village(np.random.default_rng(seed))
            np.add.at(own, (drawn.source, drawn.target), 1 / runs)
            theirs += nx.to_numpy_array(nx.watts_strogatz_graph(7, 4, 0.9, seed=seed)) / runs
        own += own.T
        assert np.abs(own - theirs).max() < 4.5 * np.sqrt(2 * 0.25 / runs)

    def test_a_full_ring_cannot_be_rewired(self):
        assert SmallWorld(households=5, neighbours=4, rewired=1).draw_community(1).ties.count == 20

    def test_too_many_neighbours(self):
        with pytest.raises(ValidationError, match="neighbours 10 are too many among 10 households; give at most 8"):
            SmallWorld(households=10, neighbours=10)
        with pytest.raises(ValidationError, match="multiple of 2"):
            SmallWorld(neighbours=3)


class TestLattice:
    @pytest.mark.parametrize(
        ("neighbourhood", "torus", "degrees"),
        [
            ("moore", True, {8: 24}),
            ("von_neumann", True, {4: 24}),
            ("moore", False, {3: 4, 5: 12, 8: 8}),
            ("von_neumann", False, {2: 4, 3: 12, 4: 8}),
        ],
    )
    def test_degrees(self, neighbourhood, torus, degrees):
        town = Lattice(height=4, width=6, neighbourhood=neighbourhood, torus=torus).draw_community(1)
        assert (
            dict(zip(*(part.tolist() for part in np.unique(town.ties.out_degree, return_counts=True)), strict=True))
            == degrees
        )

    def test_same_graph_as_networkx(self):
        town = Lattice(height=5, width=7, neighbourhood="von_neumann").draw_community(1)
        theirs = nx.grid_2d_graph(5, 7, periodic=True)
        own = {frozenset((int(a) - 1, int(b) - 1)) for a, b in town.to_networkx().edges}
        assert own == {frozenset((a * 7 + b, c * 7 + d)) for (a, b), (c, d) in theirs.edges}

    def test_transitivity_of_a_moore_torus(self):
        assert Lattice().draw_community(1).summary().pooled.transitivity == pytest.approx(3 / 7)

    def test_rewiring_keeps_degrees_and_breaks_triangles(self):
        before = Lattice(height=20, width=20, torus=False).draw_community(1)
        shares = []
        for rewired in (0.1, 0.5, 1.0):
            after = Lattice(height=20, width=20, torus=False, rewired=rewired).draw_community(1)
            assert (after.ties.out_degree == before.ties.out_degree).all()
            kept = set(zip(*after.ties.pairs(), strict=True)) & set(zip(*before.ties.pairs(), strict=True))
            shares.append(1 - len(kept) / len(before.ties.pairs()[0]))
        assert shares == pytest.approx([0.1, 0.5, 1.0], abs=0.03)
        assert after.summary().pooled.transitivity < 0.05
        assert after.summary().pooled.path_length < 0.5 * before.summary().pooled.path_length

    def test_too_small_a_torus(self):
        with pytest.raises(ValidationError, match="torus of 2 by 20 is too small; give at least 3"):
            Lattice(height=2)
        with pytest.raises(ValidationError, match="one household"):
            Lattice(height=1, width=1, torus=False)

    def test_a_line(self):
        assert Lattice(height=1, width=4, torus=False).draw_community(1).ties.count == 6


def test_complete():
    town = Complete(households=7).draw_community(1)
    assert (town.ties.out_degree == 6).all()


class TestRandom:
    def test_degrees_are_binomial(self):
        spec = Random(households=100, mean_degree=5)
        degrees = np.concatenate([spec.draw_community(seed).ties.out_degree for seed in range(50)])
        assert degrees.mean() == pytest.approx(5, abs=0.15)
        assert degrees.var() == pytest.approx(5 * (1 - 5 / 99), rel=0.1)

    def test_no_more_triangles_than_density(self):
        assert averaged(Random(households=200, mean_degree=10), "transitivity") == pytest.approx(10 / 199, rel=0.1)

    def test_giant_component(self):
        """Its share S solves S = 1 − exp(−zS): .583 at z = 1.5."""
        assert averaged(Random(households=5000, mean_degree=1.5), "giant_component", 5) == pytest.approx(
            0.583, abs=0.03
        )

    def test_all_and_none(self):
        assert Random(households=6, mean_degree=5).draw_community(1).ties.count == 30
        assert Random(households=6, mean_degree=0).draw_community(1).ties.count == 0

    def test_too_many_ties(self):
        with pytest.raises(ValidationError, match="mean_degree 9 is too many among 9 households; give at most 8"):
            Random(households=9)


class TestScaleFree:
    def test_degrees_fall_off_as_a_power(self):
        degrees = ScaleFree(households=20_000, ties_each=3, triangles=0).draw_community(1).ties.out_degree
        tail = degrees[degrees >= 12]
        exponent = 1 + len(tail) / np.log(tail / 11.5).sum()
        assert exponent == pytest.approx(3, abs=0.2)
        assert degrees.min() == 3

    def test_triangles(self):
        open_, closed = (averaged(ScaleFree(triangles=p), "local_clustering", 10) for p in (0, 1))
        assert closed > open_ + 0.2

    @pytest.mark.parametrize("triangles", [0.0, 0.7])
    def test_same_shape_as_networkx(self, triangles):
        spec = ScaleFree(households=150, ties_each=3, triangles=triangles)
        own = [spec.draw_community(seed).summary().pooled for seed in range(80)]
        theirs = [nx.powerlaw_cluster_graph(150, 3, triangles, seed=seed) for seed in range(80)]
        assert np.mean([s.mean_degree for s in own]) == pytest.approx(
            np.mean([2 * g.number_of_edges() / 150 for g in theirs]), rel=0.02
        )
        assert np.mean([s.local_clustering for s in own]) == pytest.approx(
            np.mean([nx.average_clustering(g) for g in theirs]), abs=0.03
        )
        if triangles == 0:  # networkx draws as if a tie it tries to make twice were two
            assert np.mean([s.degree_variation for s in own]) == pytest.approx(
                np.mean([np.std(d := [k for _, k in g.degree]) / np.mean(d) for g in theirs]), rel=0.05
            )

    def test_everybody_comes_with_as_many_ties(self):
        town = ScaleFree(households=100, ties_each=4).draw_community(2)
        assert town.ties.count == 2 * 4 * 96


class TestBlocks:
    def test_share_of_ties_inside(self):
        spec = Blocks(sizes=(40, 80, 30), mean_degree=8, inside=0.7)
        inside, degree = [], []
        for seed in range(60):
            town = spec.draw_community(seed)
            block = town.columns["block"]
            inside.append((block[town.ties.source] == block[town.ties.sees]).mean())
            degree.append(town.ties.count / town.n)
        assert np.mean(inside) == pytest.approx(0.7, abs=0.02)
        assert np.mean(degree) == pytest.approx(8, abs=0.2)

    def test_probability_is_the_same_between_any_two(self):
        spec = Blocks(sizes=(20, 60, 40), mean_degree=10, inside=0.5)
        tied = np.zeros((3, 3))
        for seed in range(100):
            town = spec.draw_community(seed)
            code = town.columns["block"].astype(int) - 1
            np.add.at(tied, (code[town.ties.source], code[town.ties.sees]), 1 / 100)
        sizes = np.array(spec.sizes)
        share = tied / (np.outer(sizes, sizes) - np.diag(sizes))
        inside, across = spec.probabilities()
        assert np.diag(share) == pytest.approx([inside] * 3, rel=0.05)
        assert share[np.triu_indices(3, 1)] == pytest.approx([across] * 3, rel=0.05)

    def test_blocks_are_groups(self):
        town = Blocks(sizes=(2, 3), mean_degree=1).draw_community(1)
        assert town.groups == ("block",)
        assert town.columns["block"].tolist() == ["1", "1", "2", "2", "2"]

    def test_impossible_shares(self):
        with pytest.raises(ValidationError, match="with 100% of ties inside needs more pairs than there are"):
            Blocks(sizes=(3, 3), mean_degree=5, inside=1)
        with pytest.raises(ValidationError, match="of ties across needs more pairs"):
            Blocks(sizes=(30,), mean_degree=5, inside=0.5)
        with pytest.raises(ValidationError, match="at least one household per neighbourhood"):
            Blocks(sizes=(3, 0))


class TestGeometric:
    @pytest.mark.parametrize("torus", [True, False])
    @pytest.mark.parametrize("mean_degree", [3, 40])
    def test_mean_degree_allows_for_borders(self, torus, mean_degree):
        spec = Geometric(households=150, mean_degree=mean_degree, torus=torus)
        assert averaged(spec, "mean_degree", 100) == pytest.approx(mean_degree, rel=0.02)

    def test_transitivity_in_the_plane(self):
        """1 − 3√3/(4π) = .587 (Dall and Christensen 2002)."""
        assert averaged(Geometric(households=1000, torus=True), "transitivity") == pytest.approx(0.587, abs=0.01)

    def test_tied_is_who_is_close(self):
        town = Geometric(households=60, mean_degree=6).draw_community(1)
        place = np.column_stack([town.columns["x"], town.columns["y"]])
        far = np.linalg.norm(place[:, None] - place[None], axis=2)
        tied = np.zeros((60, 60), bool)
        tied[town.ties.source, town.ties.sees] = True
        assert (tied == ((far <= radius(6 / 59, False)) & ~np.eye(60, dtype=bool))).all()


class TestSampling:
    @pytest.mark.parametrize("count", [0, 1, 4, 20, 49, 50])
    def test_distinct_numbers(self, count):
        drawn = distinct(np.random.default_rng(1), count, 50)
        assert len(set(drawn.tolist())) == count
        assert all(0 <= number < 50 for number in drawn)

    @pytest.mark.parametrize("count", [5, 30])
    def test_every_number_is_as_likely(self, count):
        rng = np.random.default_rng(2)
        counts = np.bincount(np.concatenate([distinct(rng, count, 50) for _ in range(4000)]), minlength=50)
        assert stats.chisquare(counts).pvalue > 1e-3

    def test_every_pair_is_as_likely(self):
        rng = np.random.default_rng(3)
        counts = np.zeros((9, 9), int)
        for _ in range(3000):
            one, other = pairs(rng, 9, 0.3)
            np.add.at(counts, (one, other), 1)
        assert (np.triu(counts) == 0).all()
        assert stats.chisquare(counts[np.tril_indices(9, -1)]).pvalue > 1e-3

    def test_pairs_of_many(self):
        one, other = pairs(np.random.default_rng(4), 1_000_000, 1e-6)
        assert (other < one).all()
        assert one.max() < 1_000_000
        assert len(set(zip(one.tolist(), other.tolist(), strict=True))) == len(one)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Village, {"households": "40"}),
        (Village, {"households": True}),
        (Village, {"households": 40.5}),
        (Village, {"mean_degree": "9"}),
        (Lattice, {"torus": "yes"}),
        (Lattice, {"torus": 1}),
        (Blocks, {"sizes": [True, 5]}),
        (Blocks, {"sizes": ["5", 5]}),
    ],
)
def test_a_value_of_another_kind_is_not_repaired(kind, fields):
    with pytest.raises(ValidationError, match="should be a valid"):
        kind(**fields)


def test_numbers_of_numpy_are_numbers():
    assert Village(households=np.int64(40), mean_degree=np.float32(4)) == Village(households=40, mean_degree=4)
    assert Blocks(sizes=np.array([4, 5]), mean_degree=2) == Blocks(sizes=(4, 5), mean_degree=2)


def test_lists_are_read_from_a_file_strictly():
    assert Blocks.model_validate_json('{"sizes": [4, 5], "mean_degree": 2}', strict=True).sizes == (4, 5)
