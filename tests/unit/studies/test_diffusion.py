from __future__ import annotations

import sys

import networkx as nx
import numpy as np
import pytest

import pd_sim as ps
from pd_sim.community import Graph
from pd_sim.errors import ScenarioError
from pd_sim.studies.diffusion import QUANTITIES
from pd_sim.validation.diffusion import ARM
from pd_sim.validation.diffusion import diffusion as bare


def five(**more):
    """a – b, a – c, b – c, c – d, d – e; half of one's ties are enough. a begins; see the unit tests of analysis."""
    graph = nx.Graph([("a", "b"), ("a", "c"), ("b", "c"), ("c", "d"), ("d", "e")])
    caution = [0.5, 0.5, 0.5, 0.5, 0.5]
    return bare(Graph(graph=graph), steps=6, caution=caution, practising=("a",), decision="threshold", **more)


def test_five_households_by_hand():
    found = ps.diffusion(ps.run(five(), ARM, 1))
    frame = found.frame().set_index("household")
    assert frame["first_practised"].to_dict() == {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4}
    assert frame["category"].tolist()[1:] == ["early adopter", "early majority", "late majority", "laggard"]
    assert frame["category_by_rank"].tolist()[0] == "from the start"
    assert frame["threshold"].tolist()[1:] == [1 / 2, 2 / 3, 1 / 2, 1]
    assert frame["threshold_seen"].tolist()[1:] == [1 / 2, 2 / 3, 1 / 2, 1]
    assert frame["exposure"].tolist() == [1] * 5
    assert frame["shown_to"].tolist() == [1.5, 0.5, 1, 1, 0]
    assert frame.loc[["b", "d", "e"], "copied_from"].tolist() == ["a", "c", "d"]
    assert frame.loc["c", "copied_from"] in {"a", "b"}
    assert frame["copies"].sum() == 4
    assert set(frame["prompt"]) == {"", "tie"}
    values = found.summary().set_index("quantity")["value"]
    assert values["adopters"] == 4
    assert values[["step_10_of_all", "step_50_of_all", "step_90_of_all"]].tolist() == [0, 2, 4]
    assert values["threshold"] == pytest.approx((1 / 2 + 2 / 3 + 1 / 2 + 1) / 4)
    assert values["without_exposure"] == 0
    assert values[["copied", "shown"]].tolist() == [4 / 5, 4 / 5]
    assert values[["by_session", "by_tie", "by_message", "by_pay", "by_itself"]].tolist() == [0, 1, 0, 0, 0]
    windows = found.reproduction(edges=(0, 1, 3))
    assert windows["to_step"].tolist() == [0, 2, 6]
    assert windows["households"].tolist() == [1, 2, 2]
    assert windows["shown"].tolist() == [1.5, 0.75, 0.5]


def test_nobody_adopts_where_nothing_is_done():
    found = ps.diffusion(ps.run(five(practice={"seen_practising": 0.0}), ARM, 1))
    assert set(found.frame()["category"]) == {"from the start", "never"}
    values = found.summary().set_index("quantity")["value"]
    assert values["adopters"] == 0
    assert values[["threshold", "by_tie", "step_50_of_all"]].isna().all()
    assert values["copied"] == 0


@pytest.fixture(scope="module")
def town():
    return ps.Scenario.load("village").set("community.households", 80).set("steps", 60)


def test_over_replicates_it_is_the_runs_one_by_one(town):
    frame = ps.diffusions(town, ["bottom_up"], replicates=5, seed=9).set_index("quantity")
    assert tuple(frame.index) == tuple(QUANTITIES)
    ran = ps.run(town, "bottom_up", seed=9)
    alone = ps.diffusion(ran).summary().set_index("quantity")["value"]
    only = ps.diffusions(town, ["bottom_up"], replicates=1, seed=9).set_index("quantity")
    for quantity, value in alone.items():
        assert only["mean"][quantity] == pytest.approx(value, nan_ok=True), quantity
    # the same villages and luck as the comparison, whichever tile they are in
    ever = ps.compare(town, ["bottom_up"], replicates=5, seed=9).series("bottom_up", "ever_practised")
    assert frame["mean"]["adopters"] == pytest.approx(80 * (ever[:, -1] - ever[:, 0]).mean())
    reached = [(row >= 0.1 - 1e-9).argmax() for row in ever if row[-1] >= 0.1 - 1e-9]
    assert frame["known"]["step_10_of_all"] == len(reached) / 5
    assert frame["mean"]["step_10_of_all"] == pytest.approx(np.mean(reached))
    assert set(frame["n"]) == {5}


def test_rows_and_half_edges_of_a_tile_are_told_apart(monkeypatch):
    module = sys.modules["pd_sim.studies.diffusions"]  # the name leads to the function
    community = {"generator": "village", "households": 40}
    spread = bare(community, steps=30, practising=3, practice={"seen_practising": 0.6}, try_rate=0.2)
    together = list(module._replicates(spread, ARM, 4, 4))
    monkeypatch.setattr(module, "TILE_HOUSEHOLDS", 1)
    alone = list(module._replicates(spread, ARM, 4, 4))
    assert len({one.stage.tobytes() for one in alone}) == 4
    for one, other in zip(together, alone, strict=True):
        for name in ("stage", "hidden", "sight", "copied_from", "successes"):
            assert (getattr(one, name) == getattr(other, name)).all(), name
        first, copied, shown = module.followers_of(one)
        assert copied.sum() == (first > 0).sum() > 10  # nobody teaches here, so that all copy
        assert shown.sum() == pytest.approx((first > 0).sum())


def test_both_engines_spread_it_alike(town):
    one, other = (ps.diffusion(ps.run(town, "hybrid", 5, engine=engine)) for engine in ("compiled", "mesa"))
    assert one.frame().equals(other.frame())
    assert one.summary().equals(other.summary())


def test_the_reproduction_number_over_replicates():
    # ties are seen and copied in the same way in every replicate of this chain, but for whom c copies
    frame = ps.reproduction(five(), [ARM], edges=(0, 1, 3, 5), replicates=3)
    assert frame["from_step"].tolist() == [0, 1, 3, 5]
    assert frame["to_step"].tolist() == [0, 2, 4, 6]
    assert frame["households"].tolist() == [1, 2, 2, 0]
    assert frame["shown"].tolist()[:3] == [1.5, 0.75, 0.5]
    assert frame["shown_low"].tolist()[:3] == [1.5, 0.75, 0.5]
    assert np.isnan(frame["shown"].tolist()[3])
    copied = frame["copied"] * frame["households"]
    assert copied[:3].sum() == pytest.approx(4)
    assert frame["copied"].tolist()[2] == 0.5


def test_progress_is_counted_and_bad_input_refused(town):
    seen = []
    ps.diffusions(town, ["nothing", "hybrid"], replicates=2, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    with pytest.raises(ScenarioError, match="unknown arm"):
        ps.diffusions(town, ["botom_up"], replicates=2)
    with pytest.raises(ScenarioError, match="replicates: give a whole number from 1"):
        ps.diffusions(town, replicates=0)
