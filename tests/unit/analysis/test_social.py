from __future__ import annotations

import numpy as np
import pytest

from pd_sim.analysis.social import SOCIAL, social
from pd_sim.results import MEASURES, ArmResult, Comparison


def test_what_is_left_behind_by_hand():
    given = {"participants": [2, 4], "attendance": [3, 9], "ties_formed": [1, 2], "isolates_reached": [0, 1]}
    counts = np.zeros((2, 3, 2, len(MEASURES)), np.int32)
    for measure, values in given.items():
        counts[:, 1:, 0, MEASURES.index(measure)] = np.array(values)[:, None]
    counts[1, 2, 1, MEASURES.index("attendance")] = 3  # the second village counts too
    result = Comparison({"steps": 2, "arms": {}}, 1, ("1", "2"), np.array([10, 30]), {"hub": ArmResult(counts)})
    found = social(result).set_index("quantity")
    assert tuple(found.index) == tuple(SOCIAL)
    assert found["mean"].to_dict() == {
        "participants": 3.0,
        "comings": (6 + 21) / 2,
        "comings_each": pytest.approx(27 / 6),
        "ties_formed": 3.0,
        "ties_each": 1.0,
        "isolates_reached": 0.5,
    }
    assert found.loc["comings", "band_high"] == pytest.approx(6 + 0.95 * 15)
    assert social(result, 1).set_index("quantity")["mean"]["comings"] == 6


def test_nobody_coming_is_no_ratio():
    counts = np.zeros((2, 2, 1, len(MEASURES)), np.int32)
    counts[1, 1, 0, MEASURES.index("participants")] = 2
    result = Comparison({"steps": 1, "arms": {}}, 1, ("1",), np.array([10]), {"hub": ArmResult(counts)})
    found = social(result).set_index("quantity")
    assert found["n"].to_dict()["comings_each"] == 1
    assert found["mean"]["comings_each"] == 0
