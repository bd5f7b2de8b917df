from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pd_sim.community import Blocks, Geometric, Lattice, Random, ScaleFree, SmallWorld, Traits, Village

size = st.integers(4, 40)
share = st.floats(0, 1)
specs = st.one_of(
    st.builds(
        lambda n, d, b, g: Village(households=n, mean_degree=d * 0.7 * (n - 1), beta=b, gamma=g),
        size,
        st.floats(0.01, 1),
        st.floats(1.05, 8),
        st.floats(2.05, 8),
    ),
    st.builds(
        lambda n, k, p: SmallWorld(households=n, neighbours=2 * min(k, (n - 1) // 2), rewired=p),
        size,
        st.integers(1, 5),
        share,
    ),
    st.builds(
        Lattice,
        height=st.integers(3, 8),
        width=st.integers(3, 8),
        torus=st.booleans(),
        rewired=share,
        neighbourhood=st.sampled_from(["moore", "von_neumann"]),
    ),
    st.builds(lambda n, d: Random(households=n, mean_degree=d * (n - 1)), size, share),
    st.builds(
        lambda n, m, p: ScaleFree(households=n, ties_each=min(m, n - 1), triangles=p), size, st.integers(1, 6), share
    ),
    st.builds(
        lambda sizes: Blocks(sizes=tuple(sizes), mean_degree=0.5), st.lists(st.integers(2, 12), min_size=2, max_size=5)
    ),
    st.builds(
        lambda n, d, t: Geometric(households=n, mean_degree=d * 0.75 * (n - 1), torus=t),
        size,
        st.floats(0.01, 1),
        st.booleans(),
    ),
)


@given(specs, st.integers(0, 2**63 - 1))
@settings(max_examples=150)
def test_every_drawing_is_a_community(spec, seed):
    town = spec.draw_community(seed)
    ties = town.ties
    assert town.n == spec.size()
    assert ties.mutual
    assert (ties.source != ties.sees).all()
    assert len(set(zip(ties.source.tolist(), ties.sees.tolist(), strict=True))) == ties.count
    assert town.fingerprint() == spec.draw_community(seed).fingerprint()
    summary = town.summary().pooled
    assert 0 <= summary.transitivity <= 1
    assert 0 < summary.giant_component <= 1
    assert summary.mean_degree == ties.count / town.n


@given(st.floats(0.01, 0.99), st.floats(0.001, 0.999), st.integers(0, 2**62))
def test_any_possible_mean_and_deviation_gives_shares(mean, part, seed):
    town = Random(households=30, mean_degree=0).draw_community(0)
    sd = part * np.sqrt(mean * (1 - mean))
    drawn = Traits(caution={"mean": mean, "sd": sd}).draw(town, seed, 0.5)["caution"]
    assert ((drawn >= 0) & (drawn <= 1)).all()
    assert np.isfinite(drawn).all()
