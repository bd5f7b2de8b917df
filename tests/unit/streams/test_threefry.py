"""Threefry-2x64-20 against the known answers of Random123 and a second implementation in plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pd_sim.streams import threefry, uniform

FULL = 2**64 - 1
WORDS = st.integers(0, FULL)

# Random123, tests/kat_vectors, "threefry2x64 20": counter, key, output.
KNOWN = [
    ((0, 0), (0, 0), (0xC2B6E3A8C2C69865, 0x6F81ED42F350084D)),
    ((FULL, FULL), (FULL, FULL), (0xE02CB7C4D95D277A, 0xD06633D0893B8B68)),
    (
        (0x243F6A8885A308D3, 0x13198A2E03707344),
        (0xA4093822299F31D0, 0x082EFA98EC4E6C89),
        (0x263C7D30BB0F0AF1, 0x56BE8361D3311526),
    ),
]


def compiled(counter, key):
    return tuple(int(word) for word in threefry(*(np.uint64(w) for w in (*key, *counter))))


def in_plain_python(counter, key, rounds=20):
    """Threefry-2x64 as in section 3.2 of Salmon et al. (2011), without any of the package's code."""
    keys = [*key, key[0] ^ key[1] ^ 0x1BD11BDAA9FC1A22]
    x0, x1 = (counter[0] + keys[0]) & FULL, (counter[1] + keys[1]) & FULL
    for at in range(rounds):
        left = (16, 42, 12, 31, 16, 32, 24, 21)[at % 8]
        x0 = (x0 + x1) & FULL
        x1 = (((x1 << left) | (x1 >> (64 - left))) & FULL) ^ x0
        if at % 4 == 3:
            turn = at // 4 + 1
            x0 = (x0 + keys[turn % 3]) & FULL
            x1 = (x1 + keys[(turn + 1) % 3] + turn) & FULL
    return x0, x1


@pytest.mark.parametrize(("counter", "key", "wanted"), KNOWN)
def test_known_answers_of_random123(counter, key, wanted):
    assert compiled(counter, key) == wanted
    assert in_plain_python(counter, key) == wanted


@given(st.tuples(WORDS, WORDS), st.tuples(WORDS, WORDS))
def test_the_kernel_equals_the_plain_one_on_any_input(counter, key):
    assert compiled(counter, key) == in_plain_python(counter, key)


def test_fewer_rounds_or_another_key_would_be_noticed():
    assert in_plain_python((0, 0), (0, 0), rounds=16) != compiled((0, 0), (0, 0))
    assert compiled((0, 0), (0, 1)) != compiled((0, 0), (1, 0)) != compiled((0, 1), (0, 0))


@given(WORDS)
def test_a_word_becomes_a_number_below_one_with_53_bits(word):
    assert uniform(np.uint64(word)) == (word >> 11) / 2**53 < 1.0


def test_the_ends_of_the_range_of_words():
    assert uniform(np.uint64(0)) == 0.0
    assert uniform(np.uint64(FULL)) == 1.0 - 2.0**-53
