"""Founding: who practises already, who sees whom, and that only what a village is made of redraws it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.community import PERCEIVED, Community
from pd_sim.engine import found, village_seed
from pd_sim.engine.founding import draw_community
from pd_sim.errors import PdSimError, ScenarioError
from pd_sim.population import Mark, Shown, Stage, Variant
from pd_sim.population.records import SETTLED
from pd_sim.streams import draws, stream_key, tie_draw
from tests.builders import graph, isolated, scattered, scenario


def founded(community=None, seed=5, **blocks):
    return found(scenario(community, **blocks), seed)


def deviants(drawn):
    return drawn.own["hidden"] & (drawn.own["variant"] == Variant.LOCAL)


@settings(max_examples=60, deadline=None)
@given(st.integers(3, 60), st.integers(1, 3), st.floats(0, 1), st.integers(0, 2**40))
def test_positive_deviants_are_exactly_as_many_as_the_share_says(n, villages, share, seed):
    community = {"generator": "complete", "households": n, "villages": villages}
    drawn = founded(community, seed, practice={"positive_deviants": share})
    assert deviants(drawn).sum() == math.floor(share * n * villages + 0.5)


@pytest.mark.parametrize(
    ("share", "wanted"), [(0.02, 6), (0.0, 0), (1.0, 300), (0.005, 2), (0.0049, 1), (0.0016, 0), (0.015, 5)]
)
def test_shares_of_three_hundred(share, wanted):
    drawn = founded({"generator": "village"}, practice={"positive_deviants": share})
    assert deviants(drawn).sum() == wanted


def test_positive_deviants_have_the_smallest_draws_of_the_whole_replicate():
    drawn = founded(graph(scattered(1, [20, 30])), 9, practice={"positive_deviants": 7})
    luck = draws(9, stream_key("household", "", "deviant"), 0, drawn.identity)
    assert set(np.flatnonzero(deviants(drawn))) == set(np.argsort(luck)[:7])


GATES = {"permission": Mark.NOT_PERMITTED, "hardware": Mark.NO_HARDWARE}


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("share", [0.0, 0.35, 1.0])
def test_a_share_may_or_can_try_from_the_start_and_all_who_practise(gate, share):
    practice = {gate: share, "positive_deviants": 40, "false_leads": 10}
    drawn = founded({"generator": "complete", "households": 2000}, 9, practice=practice, initial={"practising": 50})
    practising = drawn.stage == Stage.PRACTISING
    assert practising.sum() == 100
    assert not drawn.own["marks"][practising].any()
    luck = draws(9, stream_key("household", "", gate), 0, drawn.identity)
    assert ((drawn.own["marks"] == GATES[gate]) == (luck >= share) & ~practising).all()
    barred = (drawn.own["marks"] != 0)[~practising].mean()
    assert barred == pytest.approx(1 - share, abs=4.5 * math.sqrt(share * (1 - share) / 1900) + 1e-12)


def test_the_two_gates_are_drawn_apart_and_redraw_nothing_else():
    town = {"generator": "village", "households": 400}
    both = founded(town, 9, practice={"permission": 0.5, "hardware": 0.5})
    for gate, mark in GATES.items():
        one = founded(town, 9, practice={gate: 0.5})
        assert ((one.own["marks"] & mark) == (both.own["marks"] & mark)).all()
    assert set(both.own["marks"].tolist()) == {0, 2, 4, 6}
    free = founded(town, 9)
    for name in free.own.dtype.names:
        assert name == "marks" or (free.own[name] == both.own[name]).all(), name


def test_a_positive_deviant_practises_hidden_settled_and_able():
    drawn = founded(graph(scattered(1, [30])), practice={"positive_deviants": 5})
    mine, others = drawn.own[deviants(drawn)], ~deviants(drawn)
    assert (drawn.stage == Stage.PRACTISING).tolist() == deviants(drawn).tolist()
    for name, value in dict(know_how=1, ownership=1, fit_local=0, variant=1, ever=True, since=SETTLED).items():
        assert (mine[name] == value).all(), name
    for name in ("know_how", "ownership", "variant", "ever", "since", "hidden"):
        assert (drawn.own[name][others] == 0).all(), name
    assert (drawn.own["fit_local"][others] > 0).all()


def test_false_leads_look_like_exceptions_and_have_the_advantage():
    drawn = founded(graph(scattered(1, [30])), practice={"positive_deviants": 5, "false_leads": 0.2})
    false = drawn.own["variant"] == Variant.FALSE
    assert false.sum() == 6
    assert (drawn.own["hidden"] & drawn.own["advantage"])[false].all()
    assert not (false & deviants(drawn)).any()


def test_those_who_practise_at_the_start_do_so_in_the_open_or_hidden():
    for seen in (True, False):
        drawn = founded(
            graph(scattered(1, [30])), initial={"practising": 6, "seen": seen}, practice={"positive_deviants": 4}
        )
        practising = drawn.stage == Stage.PRACTISING
        assert practising.sum() == 10
        assert drawn.own["hidden"].sum() == (4 if seen else 10)
        seeds = practising & (drawn.own["ownership"] == 0)
        assert seeds.sum() == 6
        assert (drawn.own["since"][seeds] == 0).all()
        assert (drawn.own["know_how"][seeds] == 1).all()


def test_initial_households_by_share_number_and_name():
    town = graph(scattered(1, [30]))
    for aware, wanted in ((0.5, 15), (7, 7), (["v0h3", "v0h7"], 2), (0, 0), (1.0, 30), (1, 1)):
        drawn = founded(town, initial={"aware": aware}, practice={"positive_deviants": 0})
        assert (drawn.stage == Stage.AWARE).sum() == wanted
    names = ["v0h3", "v0h7"]
    drawn = founded(town, initial={"practising": names}, practice={"positive_deviants": 0})
    assert np.flatnonzero(drawn.stage == Stage.PRACTISING).tolist() == [3, 7]


def test_a_household_named_as_practising_in_the_open_is_not_hidden():
    names = [f"v0h{i}" for i in range(10)]
    drawn = founded(graph(scattered(1, [30])), initial={"practising": names}, practice={"positive_deviants": 20})
    assert not drawn.own["hidden"][:10].any()
    assert deviants(drawn).sum() == 20


TWINS = {"generator": "complete", "households": 5, "villages": 2}


def test_a_name_that_two_villages_have_needs_its_village():
    drawn = founded(TWINS, initial={"aware": ["2/3"]})
    assert np.flatnonzero(drawn.stage == Stage.AWARE).tolist() == [7]
    with pytest.raises(ScenarioError, match=r"^initial.aware: household '3' is in several villages; write village/3$"):
        founded(TWINS, initial={"aware": ["3"]})


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        (
            {"practice": {"positive_deviants": 11}},
            "^practice.positive_deviants: 11 households are asked for, .* only 10 ",
        ),
        ({"practice": {"positive_deviants": 6}, "initial": {"practising": 5}}, "^initial.practising: 5 .* only 4 "),
        ({"practice": {"positive_deviants": 0.6, "false_leads": 0.5}}, "^practice.false_leads: 5 .* only 4 "),
        ({"initial": {"aware": 12}}, "^initial.aware: 12 .* only 10 "),
        ({"initial": {"practising": ["nobody"]}}, "^initial.practising: unknown household 'nobody'"),
        ({"initial": {"aware": ["1/33"]}}, r"^initial.aware: unknown household '1/33'; did you mean '1/3'"),
    ],
)
def test_more_than_there_are_or_unknown_is_refused_in_one_line(blocks, message):
    with pytest.raises(ScenarioError, match=message) as caught:
        founded(TWINS, **blocks)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_sight_is_one_draw_a_direction_and_as_frequent_as_it_says():
    practice = {"seen_practising": 0.7, "seen_stopped": 0.3, "seen_never": 0.1}
    drawn = founded(graph(scattered(1, [120], 0.5)), 9, practice=practice)
    ties, stream = drawn.ties, stream_key("tie", "", "sight")
    for k in range(0, len(ties.sees), 97):
        i, j = int(ties.source[k]), int(ties.sees[k])
        u = tie_draw(np.uint64(9), stream, np.uint64(0), drawn.identity[i], drawn.identity[j])
        assert drawn.sight[k] == Shown.PRACTISING * (u < 0.7) + Shown.STOPPED * (u < 0.3) + Shown.NEVER * (u < 0.1)
    n = len(drawn.sight)
    for shown, p in ((Shown.PRACTISING, 0.7), (Shown.STOPPED, 0.3), (Shown.NEVER, 0.1)):
        assert ((drawn.sight & shown) > 0).mean() == pytest.approx(p, abs=4.5 * math.sqrt(p * (1 - p) / n))


def test_beliefs_that_were_recorded_stand_in_place_of_draws():
    words = ["practising", "never", "stopped", "unknown", "practising", "never"]
    source, target = np.array([0, 0, 0, 1, 1, 2]), np.array([1, 2, 3, 0, 2, 0])
    town = Community.from_rows(
        list("abcd"), ["v"] * 4, source, target, perceived=[PERCEIVED[w] for w in words], mutual=False
    )
    practice = {"seen_practising": 1.0, "seen_stopped": 0.0, "seen_never": 0.0}
    sight = founded(graph(town), practice=practice).sight
    everything = Shown.PRACTISING | Shown.STOPPED | Shown.NEVER
    wanted = {"practising": everything, "never": 0, "stopped": 0, "unknown": Shown.PRACTISING}
    assert sight.tolist() == [wanted[w] for w in words]


# ── what redraws a village ──────────────────────────────────────────────────────────────────────────────────────


def test_arms_and_behaviour_redraw_nothing_and_a_seed_does():
    town = scenario({"generator": "village", "households": 60}, {"arm": [{"training": {}}]})
    seed = village_seed(town, 1, 0)
    same = town.set("arms.arm.training.places", 3).set("behaviour.trial", 2).set("steps", 50).set("title", "other")
    assert found(same, seed) is found(town, seed)
    assert draw_community(town.set("practice.certainty", 0.3), seed) is draw_community(town, seed)
    assert found(town.set("practice.positive_deviants", 9), seed) is not found(town, seed)
    assert found(town, seed + 1).ties is not found(town, seed).ties


def test_two_graphs_of_one_shape_are_told_apart():
    one, two = scenario(graph(scattered(1, [12]))), scenario(graph(scattered(2, [12])))
    assert found(one, 1).ties.sees.tolist() != found(two, 1).ties.sees.tolist()
    assert found(one, 1) is found(one, 1)


def test_traits_belong_to_households_whoever_else_lives_there():
    few, many = founded(graph(isolated(10))), founded(graph(isolated(25)))
    for name in ("caution", "trust_peer", "fit_local", "fit_outside", "confidence"):
        assert (few.own[name] == many.own[name][:10]).all(), name


# ── communities from files ──────────────────────────────────────────────────────────────────────────────────────


def write(folder, ties, households):
    (folder / "ties.csv").write_text("source,target\n" + "\n".join(ties))
    (folder / "households.csv").write_text("id,stage,year\n" + "\n".join(households))


PEOPLE = ["a,practising,1", "b,aware,5", "c,lapsed,", "d,rejected,2", "e,unaware,9"]


def from_files(folder, **more):
    community = {"generator": "file", "ties": "ties.csv", "households": "households.csv", **more}
    document = {"name": "f", "steps": 4, "community": community, "arms": {"nothing": []}}
    return ps.Scenario.from_dict({**document, "practice": {"positive_deviants": 0, "seen_practising": 1}}, folder)


def test_stages_at_the_start_can_come_from_a_file(tmp_path):
    write(tmp_path, ["a,b", "b,c", "c,d", "d,e"], PEOPLE)
    drawn = found(from_files(tmp_path, initial="stage"), 1)
    assert [Stage(s).name.lower() for s in drawn.stage] == [row.split(",")[1] for row in PEOPLE]
    assert drawn.own["ever"].tolist() == [True, False, True, False, False]
    assert not drawn.own["hidden"].any()
    adopted = found(from_files(tmp_path, initial={"column": "year", "by": 3}), 1)
    assert np.flatnonzero(adopted.stage == Stage.PRACTISING).tolist() == [0, 3]


def test_a_run_starts_with_the_stages_of_the_file(tmp_path):
    write(tmp_path, ["a,b", "b,c", "c,d", "d,e"], PEOPLE)
    counts = ps.run(from_files(tmp_path, initial="stage"), "nothing", 1).counts[0, 0]
    assert counts[:8].tolist() == [1, 1, 0, 1, 1, 1, 1, 2]


def test_a_file_that_was_changed_is_read_again(tmp_path):
    write(tmp_path, ["a,b"], PEOPLE)
    town = from_files(tmp_path)
    before = ps.run(town, "nothing", 1)
    one = town.content_hash
    write(tmp_path, ["a,b", "c,d", "d,e"], PEOPLE)
    after = ps.run(town, "nothing", 1)
    assert (before.community.ties.count, after.community.ties.count) == (2, 6)
    assert town.content_hash != one


def test_a_community_that_cannot_be_read_is_answered_in_one_line(tmp_path):
    with pytest.raises(PdSimError, match=r"ties.csv") as caught:
        ps.run(from_files(tmp_path), "nothing", 1)
    assert "\n" not in str(caught.value)
    with pytest.raises(PdSimError, match="give at least one"):
        Community.build([])
