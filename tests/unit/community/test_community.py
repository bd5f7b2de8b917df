from __future__ import annotations

import numpy as np
import pytest

from pd_sim.community import Community
from pd_sim.errors import CommunityError
from pd_sim.streams import identity


def two_villages(**options) -> Community:
    return Community.build(
        ["a", "x", "b", "y", "c"],
        ["north", "south", "north", "south", "north"],
        source=["a", "y"],
        target=["c", "x"],
        columns={"age": [1, 2, 3, 4, 5], "kind": ["p", "q", "p", "q", "p"]},
        groups=["kind"],
        **options,
    )


def test_households_of_a_village_stand_together():
    town = two_villages()
    assert town.villages == ("north", "south")
    assert town.names == ("a", "b", "c", "x", "y")
    assert town.start.tolist() == [0, 3, 5]
    assert town.sizes.tolist() == [3, 2]
    assert town.village_of.tolist() == [0, 0, 0, 1, 1]
    assert town.columns["age"].tolist() == [1, 3, 5, 2, 4]
    assert town.groups == ("kind",)
    assert town.ties.source.tolist() == [0, 2, 3, 4]
    assert town.ties.sees.tolist() == [2, 0, 4, 3]
    assert town.rows("south") == slice(3, 5)


def test_identities_are_those_of_village_and_name():
    town = two_villages()
    assert town.identity[4] == identity("south", "y")
    assert len(set(town.identity.tolist())) == 5


def test_numbers_are_names_too():
    assert Community.build([3, 1], source=[3], target=[1]).names == ("3", "1")


def test_a_name_may_occur_in_two_villages_where_ties_are_by_position():
    town = Community.from_rows(["1", "2", "1", "2"], ["n", "n", "s", "s"], [0, 2], [1, 3])
    assert town.identity[0] != town.identity[2]
    assert town.ties.count == 4


def test_columns_and_arrays_cannot_be_changed():
    town = two_villages()
    with pytest.raises(ValueError, match="read-only"):
        town.columns["age"][0] = 9
    with pytest.raises(TypeError):
        town.columns["more"] = np.zeros(5)
    with pytest.raises(ValueError, match="read-only"):
        town.start[0] = 1


def test_fingerprint_tells_communities_apart():
    town = two_villages()
    assert town.fingerprint() == two_villages().fingerprint()
    assert town.fingerprint() != two_villages(mutual=False).fingerprint()
    assert town.fingerprint() != two_villages(weight=[1, 2]).fingerprint()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"names": []}, "there are no households"),
        ({"names": ["a", "b", "a"]}, "household 'a' is given twice"),
        ({"names": ["a", "b"], "village": ["v"]}, "2 households but 1 villages"),
        ({"names": ["a", "b"], "source": ["a"], "target": ["z"]}, "a tie names 'z', which is not among"),
        ({"names": ["a", "b"], "source": ["a"], "target": ["a"]}, "household 'a' is tied to itself"),
        (
            {"names": ["a", "b"], "village": ["v", "w"], "source": ["a"], "target": ["b"]},
            "the tie of 'a' and 'b' crosses villages",
        ),
        ({"names": ["a", "b"], "groups": ["kin"], "columns": {"kind": [1, 2]}}, "did you mean 'kind'"),
    ],
)
def test_what_cannot_be_used_is_refused(arguments, message):
    with pytest.raises(CommunityError, match=message):
        Community.build(**arguments)


def test_a_column_needs_a_value_per_household():
    town = two_villages()
    with pytest.raises(CommunityError, match="column 'age' has 2 values; give one per household"):
        Community(town.villages, town.start, town.names, town.identity, town.ties, {"age": np.zeros(2)})


def test_an_empty_village_is_refused():
    town = two_villages()
    with pytest.raises(CommunityError, match="village 'west' has no households"):
        Community(("north", "south", "west"), np.array([0, 3, 5, 5]), town.names, town.identity, town.ties)


def test_an_unknown_village_is_refused():
    with pytest.raises(CommunityError, match="village 'west' is not here; known: north, south"):
        two_villages().rows("west")


def test_positions_out_of_range_are_refused():
    with pytest.raises(CommunityError, match="target 5 is not a household"):
        Community.from_rows(["a", "b"], ["v", "v"], [0], [5])
