from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pd_sim.community import Community, Ties


@st.composite
def half_edges(draw):
    n = draw(st.integers(1, 12))
    every = [(i, j) for i in range(n) for j in range(n) if i != j]
    chosen = draw(st.lists(st.sampled_from(every), unique=True)) if every else []
    return n, [i for i, _ in chosen], [j for _, j in chosen]


@given(half_edges())
def test_rows_hold_exactly_the_half_edges(edges):
    n, source, target = edges
    ties = Ties.build(n, source, target, mutual=False)
    assert list(zip(ties.source.tolist(), ties.sees.tolist(), strict=True)) == sorted(zip(source, target, strict=True))
    for row in range(n):
        seen_by = ties.seen_by[ties.seen_by_start[row] : ties.seen_by_start[row + 1]].tolist()
        assert seen_by == sorted(i for i, j in zip(source, target, strict=True) if j == row)
    assert (ties.sees[ties.seen_by_tie] == np.repeat(np.arange(n), ties.in_degree)).all()
    assert (ties.source[ties.seen_by_tie] == ties.seen_by).all()
    given_pairs = set(zip(source, target, strict=True))
    assert ties.mutual == all((j, i) in given_pairs for i, j in given_pairs)


@given(half_edges(), st.randoms(use_true_random=False))
def test_order_of_telling_does_not_matter(edges, random):
    n, source, target = edges
    weight = [1 + i + n * j for i, j in zip(source, target, strict=True)]
    rows = list(zip(source, target, weight, strict=True))
    random.shuffle(rows)
    one = Ties.build(n, source, target, weight, mutual=False)
    other = Ties.build(n, [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows], mutual=False)
    assert (one.sees == other.sees).all()
    assert (one.weight == other.weight).all()
    assert (one.weight == (1 + one.source + n * one.sees) * one.scale).all()


@given(half_edges())
def test_undirected_pairs(edges):
    n, source, target = edges
    ties = Ties.build(n, source, target, mutual=False)
    wanted = sorted({(min(i, j), max(i, j)) for i, j in zip(source, target, strict=True)})
    assert list(zip(*(end.tolist() for end in ties.pairs()), strict=True)) == wanted
    assert ties.undirected().count == 2 * len(wanted)


@given(half_edges())
def test_networkx_there_and_back(edges):
    n, source, target = edges
    town = Community.build(range(n), source=source, target=target, mutual=False)
    back = Community.from_networkx(town.to_networkx())
    assert (back.ties.sees == town.ties.sees).all()
    assert (back.ties.sees_start == town.ties.sees_start).all()
    assert (back.identity == town.identity).all()
