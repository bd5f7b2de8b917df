from __future__ import annotations

import math

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from pd_sim.community import Column, Community, Distribution, Traits, Village
from pd_sim.errors import CommunityError
from pd_sim.streams import draws, stream_key
from tests.unit.community.made import read


def households(n: int, **columns) -> Community:
    return Community.build(range(n), columns=columns)


def test_default_traits_have_their_means_and_deviations():
    drawn = Traits().draw(households(20_000), 1, 0.5)
    for name, mean, sd in (
        ("caution", 0.25, 0.12),
        ("trust_peer", 0.80, 0.10),
        ("trust_expert", 0.45, 0.15),
        ("confidence", 0.40, 0.15),
    ):
        assert drawn[name].mean() == pytest.approx(mean, abs=0.005)
        assert drawn[name].std() == pytest.approx(sd, abs=0.005)
        assert stats.kstest(drawn[name], _beta(mean, sd).cdf).pvalue > 1e-3


def _beta(mean, sd):
    size = mean * (1 - mean) / sd**2 - 1
    return stats.beta(mean * size, (1 - mean) * size)


def test_storage():
    drawn = Traits().draw(households(5), 1, 0.5)
    kinds = {name: values.dtype.str[1:] for name, values in drawn.items()}
    assert kinds == {
        "caution": "f8",
        "trust_peer": "f4",
        "trust_expert": "f4",
        "confidence": "f4",
        "need": "b1",
        "advantage": "b1",
        "fit_local": "f4",
        "fit_outside": "f4",
    }


def test_a_household_keeps_its_traits_whoever_else_lives_there():
    few, many = households(10), households(50)
    one, other = (Traits().draw(town, 7, 0.5) for town in (few, many))
    for name in one:
        assert (one[name] == other[name][:10]).all()
    assert (Traits().draw(few, 8, 0.5)["caution"] != one["caution"]).all()


def test_fit_is_the_documented_draw():
    town = households(1000)
    drawn = Traits().draw(town, 3, 0.4)
    local = draws(3, stream_key("trait", "", "fit_local"), 0, town.identity).astype(np.float32)
    assert (drawn["fit_local"] == local).all()
    assert (drawn["fit_outside"] == local).mean() == pytest.approx(0.4, abs=0.05)
    assert (Traits().draw(town, 3, 1.0)["fit_outside"] == local).all()
    assert (Traits().draw(town, 3, 0.0)["fit_outside"] != local).all()


def test_constants_never_and_lists():
    town = households(3)
    drawn = Traits(caution="never", trust_peer=0.5, confidence=[0, 0.5, 1]).draw(town, 1, 0)
    assert np.isinf(drawn["caution"]).all()
    assert drawn["trust_peer"].tolist() == [0.5] * 3
    assert drawn["confidence"].tolist() == [0, 0.5, 1]
    assert Traits(caution=[0, 3, "never"]).draw(town, 1, 0)["caution"].tolist() == [0, 3, math.inf]


def test_arrays_are_lists():
    assert Traits(caution=np.arange(3)) == Traits(caution=(0, 1, 2))
    assert Traits(need=np.float64(0.5)).need == 0.5


def test_one_list_serves_several_villages_of_its_length():
    town = Village(households=20, villages=2, mean_degree=3).draw_community(1)
    listed = Traits(caution=list(range(20))).draw(town, 1, 0)["caution"]
    assert listed.tolist() == [*range(20), *range(20)]


def test_other_shapes():
    town = households(20_000)
    even = Traits(caution=Distribution(mean=0.5, sd=0.2, shape="uniform")).draw(town, 1, 0)["caution"]
    half = 0.2 * math.sqrt(3)
    assert stats.kstest(even, stats.uniform(0.5 - half, 2 * half).cdf).pvalue > 1e-3
    normal = Traits(caution=Distribution(mean=25, sd=10, shape="normal")).draw(town, 1, 0)["caution"]
    assert normal.min() == 0
    assert np.median(normal) == pytest.approx(25, abs=0.3)
    assert np.quantile(normal, 0.841345) == pytest.approx(35, abs=0.5)
    flat = Traits(caution={"mean": 0.3, "sd": 0}).draw(households(4), 1, 0)["caution"]
    assert flat.tolist() == [0.3] * 4


def test_shares():
    town = households(10_000)
    drawn = Traits(need=0.3, advantage=0.01).draw(town, 2, 0)
    assert drawn["need"].mean() == pytest.approx(0.3, abs=0.02)
    assert drawn["advantage"].mean() == pytest.approx(0.01, abs=0.005)
    assert Traits().draw(town, 2, 0)["need"].all()
    assert not Traits().draw(town, 2, 0)["advantage"].any()


def test_columns():
    town = households(3, wary=[0.1, 0.2, 0.3], poor=[1, 0, 1])
    drawn = Traits(caution={"column": "wary"}, need={"column": "poor"}).draw(town, 1, 0)
    assert drawn["caution"].tolist() == [0.1, 0.2, 0.3]
    assert drawn["need"].tolist() == [True, False, True]


def test_missing_values_of_a_column():
    town = households(3, wary=[0.1, math.nan, 0.3])
    with pytest.raises(CommunityError, match=r"caution: column 'wary' has no value for household '1' of village '1'"):
        Traits(caution={"column": "wary"}).draw(town, 1, 0)
    assert Traits(caution={"column": "wary", "missing": 0.9}).draw(town, 1, 0)["caution"].tolist() == [0.1, 0.9, 0.3]
    drawn = Traits(caution={"column": "wary", "missing": "draw"}).draw(town, 1, 0)["caution"]
    assert drawn[1] == Traits().draw(town, 1, 0)["caution"][1]
    assert Traits(need={"column": "wary", "missing": "draw"}).draw(town, 1, 0)["need"][1]


@pytest.mark.parametrize(
    ("ninth", "message"),
    [
        ("often", "caution: column 'wary' of homes.csv has 'often' for household 'h8' of village 'v'; give a number"),
        ('"0,25"', "column 'wary' of homes.csv has '0,25' for household 'h8' of village 'v'; write it with a decimal"),
        ("", r"column 'wary' of homes.csv has no value for household 'h8' of village 'v' \(1 is missing\); fill it in"),
        ("-1", "column 'wary' of homes.csv has -1 for household 'h8' of village 'v'; give a number 0 or more"),
    ],
)
def test_what_is_wrong_in_a_column_of_a_file_is_named_with_its_household(tmp_path, ninth, message):
    homes = "id,village,wary\n" + "".join(f"h{k},v,{ninth if k == 8 else 0.25}\n" for k in range(10))
    town = read(tmp_path, "source,target\nh0,h1\n", homes)
    with pytest.raises(CommunityError, match=message):
        Traits(caution={"column": "wary"}).draw(town, 1, 0)


@pytest.mark.parametrize(
    ("columns", "traits", "message"),
    [
        ({"waryness": [1, 1]}, {"caution": {"column": "wary"}}, "caution: no column 'wary'; did you mean 'waryness'"),
        ({"wary": ["1", "x"]}, {"caution": {"column": "wary"}}, "caution: column 'wary' has 'x' for household '1'"),
        ({"wary": ["1", "2"]}, {"caution": {"column": "wary"}}, "caution: column 'wary' holds text such as '1'"),
        ({"wary": [0.5, -1]}, {"caution": {"column": "wary"}}, "has -1 for household '1' .* give a number 0 or more"),
        ({"calm": [0.5, 2]}, {"confidence": {"column": "calm"}}, "has 2 for household '1' .* from 0 to 1"),
        ({}, {"caution": [1, 2, 3]}, "caution: 3 values are listed for 2 households"),
    ],
)
def test_columns_that_cannot_be_used(columns, traits, message):
    with pytest.raises(CommunityError, match=message):
        Traits(**traits).draw(households(2, **columns), 1, 0)


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"trust_peer": {"mean": 0.8, "sd": 0.5}}, "trust_peer: sd 0.5 is impossible .* greatest possible sd is 0.4"),
        ({"caution": {"mean": 0.5, "sd": 0.5}}, "caution: sd 0.5 is impossible"),
        ({"caution": {"mean": 0.9, "sd": 0.1, "shape": "uniform"}}, "greatest possible sd is 0.05774"),
        ({"confidence": {"mean": 0.5, "sd": 0.1, "shape": "normal"}}, "confidence: a normal distribution leaves"),
        ({"caution": {"mean": 5, "sd": 1}}, "caution: mean 5 is above 1"),
        ({"trust_peer": 1.5}, "trust_peer: 1.5 is above 1"),
        ({"trust_peer": [0.5, 1.5]}, "trust_peer: 1.5 is above 1"),
        ({"trust_peer": "never"}, "trust_peer"),
        ({"caution": "allways"}, "caution"),
        ({"caution": -1}, "caution"),
        ({"caution": math.nan}, "caution"),
        ({"caution": []}, "caution: the list is empty"),
        ({"caution": True}, "should be a valid number"),
        ({"caution": "0.5"}, "should be a valid number"),
        ({"caution": [1, "2"]}, "should be a valid number"),
        ({"caution": {"mean": "0.5", "sd": 0.1}}, "should be a valid number"),
        ({"need": 1.2}, "need"),
        ({"need": {"mean": 0.5, "sd": 0.1}}, "need"),
        ({"cautoin": 1}, "cautoin"),
        ({"caution": {"mean": 0.5, "std": 0.1}}, "std"),
    ],
)
def test_impossible_traits_are_refused(traits, message):
    with pytest.raises(ValidationError, match=message):
        Traits(**traits)


@pytest.mark.parametrize(
    "traits",
    [
        Traits(),
        Traits(caution="never", need=0.5),
        Traits(caution=[1, 2, "never"], trust_peer=Column(column="peer", missing="draw")),
    ],
)
def test_written_and_read_back(traits):
    assert Traits.model_validate_json(traits.model_dump_json()) == traits
    assert Traits.model_validate(traits.model_dump(mode="json")) == traits
    assert hash(traits) == hash(Traits.model_validate(traits.model_dump()))


def test_lists_are_read_from_a_file_strictly():
    assert Traits.model_validate_json('{"caution": [1, "never"], "need": [1, 0.5]}', strict=True).need == (1, 0.5)
    with pytest.raises(ValidationError, match="should be a valid number"):
        Traits.model_validate_json('{"need": [true]}', strict=True)
