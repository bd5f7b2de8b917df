"""Draws are pure functions of their keys: in any order, one by one or side by side."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.engine import simulate
from pd_sim.errors import StreamError
from pd_sim.streams import MAX_SEED, Streams, check_seed, derive_seed, draw, draws, identity, stream_key, tie_draw
from tests.builders import scenario

KEY = stream_key("test", "", "draws")
IDS = np.array([identity("v", str(i)) for i in range(50)], np.uint64)


@given(st.integers(0, MAX_SEED), st.integers(0, 5200), st.lists(st.integers(0, 2**64 - 1), max_size=20))
def test_side_by_side_is_one_by_one(seed, step, households):
    together = draws(seed, KEY, step, np.array(households, np.uint64))
    alone = [draw(np.uint64(seed), KEY, np.uint64(step), np.uint64(h)) for h in households]
    assert together.tolist() == alone


@given(st.permutations(range(50)))
def test_the_order_of_households_does_not_matter(order):
    order = np.array(order)
    assert (draws(3, KEY, 7, IDS)[order] == draws(3, KEY, 7, IDS[order])).all()


def test_a_slice_that_is_not_contiguous_gives_the_same_draws():
    assert (draws(3, KEY, 7, IDS[::3]) == draws(3, KEY, 7, IDS)[::3]).all()


def test_no_draw_is_remembered():
    first = draws(3, KEY, 7, IDS)
    draws(3, KEY, 8, IDS)
    assert (draws(3, KEY, 7, IDS) == first).all()


def test_every_key_of_a_draw_counts():
    base = dict(seed=1, stream=KEY, step=5, household=IDS[0])
    other = dict(seed=2, stream=stream_key("test", "", "other"), step=6, household=IDS[1])

    def of(seed, stream, step, household):
        return draw(np.uint64(seed), stream, np.uint64(step), household)

    values = {of(**base)} | {of(**{**base, name: value}) for name, value in other.items()}
    assert len(values) == 5


def test_a_tie_has_one_draw_in_each_direction_and_none_is_a_households():
    seed, step = np.uint64(1), np.uint64(0)
    one, other = IDS[:2]
    there, back = tie_draw(seed, KEY, step, one, other), tie_draw(seed, KEY, step, other, one)
    assert len({there, back, draw(seed, KEY, step, one), draw(seed, KEY, step, other)}) == 4


@pytest.mark.parametrize("parts", [("a", "b", ""), ("a", "", "b"), ("ab", "", ""), ("", "ab", ""), ("", "a", "b")])
def test_parts_of_a_streams_name_do_not_run_together(parts):
    assert stream_key(*parts) != stream_key("", "", "ab")


def test_a_household_is_named_with_its_village():
    assert len({int(identity(*pair)) for pair in (("a", "bc"), ("ab", "c"), ("", "abc"), ("abc", ""))}) == 4
    assert int(identity("v", "1")) not in {int(stream_key("v", "1", "")), int(stream_key("", "v", "1"))}


def test_a_stream_is_claimed_once():
    streams = Streams()
    key = streams.claim("sessions", "", "turnout")
    assert key == stream_key("sessions", "", "turnout")
    streams.claim("sessions", "2", "turnout")
    with pytest.raises(StreamError, match=r"^stream sessions//turnout is claimed twice; give one of the two a label$"):
        streams.claim("sessions", "", "turnout")


def test_two_names_with_one_key_are_refused(monkeypatch):
    monkeypatch.setattr("pd_sim.streams.stream_key", lambda *parts: np.uint64(7))
    streams = Streams()
    streams.claim("visits", "", "whom")
    with pytest.raises(StreamError, match="visits//whom and sessions//turnout have the same key"):
        streams.claim("sessions", "", "turnout")


@pytest.mark.parametrize("seed", [-1, 2**63, 2**64, 1.0, 1.5, "1", True, False, None, np.float64(3)])
def test_seeds_that_cannot_be_used_are_refused_in_one_line(seed):
    for use in (
        lambda: check_seed(seed),
        lambda: derive_seed(seed, "luck"),
        lambda: ps.run(scenario(), "nothing", seed),
        lambda: ps.CommunityModel(scenario(), "nothing", seed),
        lambda: simulate(scenario(), seed=seed, replicates=1),
    ):
        with pytest.raises(StreamError, match=r"^seed .*: give a whole number from 0 to 9223372036854775807$"):
            use()


@pytest.mark.parametrize("seed", [0, 1, MAX_SEED, np.int64(5), np.uint8(3)])
def test_seeds_that_can_be_used_come_back_as_plain_numbers(seed):
    assert check_seed(seed) == seed
    assert type(check_seed(seed)) is int
    assert 0 <= derive_seed(seed, "luck", 3) <= MAX_SEED


def test_derived_seeds_differ_by_seed_purpose_and_index():
    derived = [derive_seed(s, p, i) for s in (0, 1, 2) for p in ("luck", "village") for i in range(50)]
    assert len(set(derived)) == len(derived)


def test_seed_0_works_and_is_not_seed_1():
    town = scenario({"generator": "village", "households": 60}, {"training": [{"training": {}}]}, steps=20)
    runs = [ps.run(town, "training", seed) for seed in (0, 0, 1)]
    assert runs[0].digest == runs[1].digest != runs[2].digest
    assert draws(0, KEY, 0, IDS).tolist() != draws(1, KEY, 0, IDS).tolist()
