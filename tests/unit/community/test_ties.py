from __future__ import annotations

import numpy as np
import pytest

from pd_sim.community import WEIGHT_SCALE, Ties
from pd_sim.errors import CommunityError


def test_rows_are_sorted_both_ways_and_point_at_each_other():
    ties = Ties.build(4, [2, 0, 0, 3], [0, 3, 1, 2], mutual=False)
    assert ties.sees_start.tolist() == [0, 2, 2, 3, 4]
    assert ties.sees.tolist() == [1, 3, 0, 2]
    assert ties.seen_by_start.tolist() == [0, 1, 2, 3, 4]
    assert ties.seen_by.tolist() == [2, 0, 3, 0]
    assert ties.seen_by_tie.tolist() == [2, 0, 3, 1]
    assert not ties.mutual
    assert ties.scale == 1
    assert ties.weight is None


def test_a_mutual_tie_is_two_half_edges():
    ties = Ties.build(3, [0, 2], [1, 1])
    assert ties.mutual
    assert ties.count == 4
    assert ties.out_degree.tolist() == ties.in_degree.tolist() == [1, 2, 1]
    assert ties.source.tolist() == [0, 1, 1, 2]


def test_named_both_ways_is_mutual():
    assert Ties.build(2, [0, 1], [1, 0], mutual=False).mutual
    assert not Ties.build(3, [0, 1, 1], [1, 0, 2], mutual=False).mutual


def test_weights_are_fixed_point_in_the_order_of_sees():
    ties = Ties.build(3, [2, 0], [0, 1], weight=[0.5, 2], mutual=False)
    assert ties.scale == WEIGHT_SCALE
    assert ties.weight.tolist() == [2 * WEIGHT_SCALE, WEIGHT_SCALE // 2]
    assert ties.weight.dtype == np.int32


def test_both_directions_of_a_mutual_tie_have_its_weight():
    ties = Ties.build(3, [0, 1], [1, 2], weight=[1.5, 3])
    assert (ties.weight / ties.scale).tolist() == [1.5, 1.5, 3, 3]


def test_perceptions_go_with_their_half_edge_and_mirrors_have_none():
    ties = Ties.build(3, [2, 0], [0, 1], perceived=[3, 1])
    assert list(zip(ties.source.tolist(), ties.sees.tolist(), ties.perceived.tolist(), strict=True)) == [
        (0, 1, 1),
        (0, 2, -1),
        (1, 0, -1),
        (2, 0, 3),
    ]


def test_pairs_are_told_once_whichever_way_they_are_named():
    ties = Ties.build(4, [0, 1, 3], [1, 0, 2], mutual=False)
    assert [end.tolist() for end in ties.pairs()] == [[0, 2], [1, 3]]
    assert ties.undirected().mutual
    assert ties.undirected().count == 4


def test_no_ties_at_all():
    ties = Ties.build(3, [], [])
    assert ties.count == 0
    assert ties.mutual
    assert ties.sees_start.tolist() == [0, 0, 0, 0]


def test_arrays_are_read_only():
    ties = Ties.build(3, [0, 1], [1, 2], weight=[1, 1], perceived=[0, 0])
    for name in ("sees", "sees_start", "seen_by", "seen_by_start", "seen_by_tie", "weight", "perceived"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(ties, name)[0] = 1


@pytest.mark.parametrize(
    ("source", "target", "options", "message"),
    [
        ([0, 1], [1, 1], {}, "household 1 is tied to itself; leave that tie out"),
        ([0, 1], [1, 0], {}, "between 0 and 1 is given twice; give each pair once, in either order"),
        ([0, 0], [1, 1], {"mutual": False}, "between 0 and 1 is given twice; give each source and target once"),
        ([0], [3], {}, "target 3 is not a household; there are 3, numbered from 0 to 2"),
        ([-1], [0], {}, "source -1 is not a household"),
        ([0.0], [1], {}, "source holds float64 values; give row numbers"),
        ([0], [1, 2], {}, "1 sources but 2 targets"),
        ([0], [1], {"weight": [-1]}, "weight -1 of the tie between 0 and 1 is not from"),
        ([0], [1], {"weight": [0]}, "weight 0 of the tie"),
        ([0], [1], {"weight": [np.nan]}, "weight nan of the tie"),
        ([0], [1], {"weight": [1, 2]}, "1 ties but 2 weights"),
        ([0, 0], [1, 2], {"weight": [20000, 20000]}, "weights of household 0 sum to 40000, more than 32767"),
        ([0], [1], {"perceived": []}, "1 ties but 0 perceptions"),
    ],
)
def test_what_cannot_be_used_is_refused(source, target, options, message):
    with pytest.raises(CommunityError, match=message):
        Ties.build(3, source, target, **options)


def test_messages_call_households_by_name():
    with pytest.raises(CommunityError, match="household ann is tied to itself"):
        Ties.build(2, [0], [0], label=["ann", "bo"].__getitem__)
