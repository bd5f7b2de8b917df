from __future__ import annotations

import itertools

import numpy as np
import pytest

from pd_sim.analysis.social_return import LINES, social_return

STATED = {"deadweight": 0.25, "displacement": 0.2, "attribution": 0.5, "drop_off": 0.1, "discount": 0.05}


def test_every_deduction_by_hand():
    lines = social_return([100.0] * 3, [20.0] * 3, **STATED)
    # a year: 100 − 20 = 80, −20 = 60, −12 = 48, −24 = 24; with drop-off 24, 21.6, 19.44 = 65.04
    assert {name: float(amount) for name, amount in lines.items()} == pytest.approx(
        {
            "gross": 300,
            "anyway": -60,
            "deadweight": -60,
            "displacement": -36,
            "attribution": -72,
            "drop-off": -(0 + 2.4 + 4.56),
            "discounting": 24 + 21.6 / 1.05 + 19.44 / 1.05**2 - 65.04,
            "net": 24 + 21.6 / 1.05 + 19.44 / 1.05**2,
        }
    )
    assert tuple(lines) == tuple(name for name, _ in LINES)


def test_each_share_alone_takes_what_it_says():
    for name, share in STATED.items():
        lines = social_return([100.0, 100.0], [0.0, 0.0], **{name: share})
        kept = {"drop_off": 100 + 90, "discount": 100 + 100 / 1.05}.get(name, 200 * (1 - share))
        assert float(lines["net"]) == pytest.approx(kept)
        line = {"drop_off": "drop-off", "discount": "discounting"}.get(name, name)
        assert float(lines[line]) == pytest.approx(kept - 200)
        others = [amount for other, amount in lines.items() if other not in ("gross", "net", line)]
        assert not np.any(others)


def test_lines_add_up_in_every_replicate_and_order_is_no_matter():
    draws = np.random.default_rng(4)
    gross, anyway = draws.normal(100, 30, (6, 4)), draws.normal(20, 5, (6, 4))
    lines = social_return(gross, anyway, **STATED)
    assert lines["net"].shape == (6,)
    assert sum(amount for name, amount in lines.items() if name != "net") == pytest.approx(lines["net"])
    shares = [0.25, 0.2, 0.5]
    nets = {
        round(float(social_return([100.0], [0.0], deadweight=a, displacement=b, attribution=c)["net"]), 9)
        for a, b, c in itertools.permutations(shares)
    }
    assert nets == {30.0}


def test_nothing_stated_deducts_nothing_and_shows_no_minus_zero():
    lines = social_return([7.0, 5.0], [0.0, 0.0])
    assert float(lines["gross"]) == float(lines["net"]) == 12
    assert [str(float(lines[name])) for name, _ in LINES[1:-1]] == ["0.0"] * 6


def test_all_deducted_leaves_nothing():
    for name in ("deadweight", "displacement", "attribution"):
        assert float(social_return([9.0, 9.0], [0.0, 0.0], **{name: 1.0})["net"]) == 0
    assert float(social_return([9.0, 9.0], [0.0, 0.0], drop_off=1.0)["net"]) == 9  # the first year stays


@pytest.mark.parametrize("name", ["deadweight", "displacement", "attribution", "drop_off"])
@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_no_share_is_refused(name: str, share: float):
    with pytest.raises(ValueError, match=f"{name}.*from 0 to 1"):
        social_return([1.0], [0.0], **{name: share})
