"""Bands are the comparison itself, whichever arms were remembered from before."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.dashboard import ensemble
from pd_sim.dashboard.ensemble import StoppedError, bands, first_look
from pd_sim.dashboard.live import on_one_village
from pd_sim.studies import compare


@pytest.fixture
def town(monkeypatch):
    monkeypatch.setattr(ensemble, "_kept", type(ensemble._kept)())
    return ps.Scenario.load("village").set("community.households", 60).set("steps", 30)


@pytest.fixture
def asked(monkeypatch):
    """Arms that were run, a list for each call."""
    from pd_sim import studies

    runs = []

    def counted(scenario, arms, **how):
        runs.append(list(arms))
        return compare(scenario, arms, **how)

    monkeypatch.setattr(studies, "compare", counted)
    return runs


def same(one, other):
    assert list(one.arms) == list(other.arms)
    assert (one.hash, one.seed, one.villages) == (other.hash, other.seed, other.villages)
    assert dict(one.scenario) == dict(other.scenario)
    assert (one.sizes == other.sizes).all()
    for arm, result in other.arms.items():
        assert (one.arms[arm].counts == result.counts).all()
        assert {k: v.tolist() for k, v in one.arms[arm].cost.items()} == {k: v.tolist() for k, v in result.cost.items()}


def test_a_knob_of_one_arm_runs_that_arm_alone_and_gives_the_comparison(town, asked):
    first_look(town, 4)
    moved = town.set("arms.top_down.training.turnout", 0.9)
    found = first_look(moved, 4)
    assert asked == [["nothing", "top_down", "bottom_up", "hybrid"], ["top_down"]]
    same(found, compare(on_one_village(moved), replicates=24, seed=4))
    assert not (found.series("top_down") == first_look(town, 4).series("top_down")).all()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("practice.certainty", 0.9),
        ("threats", [{"competing_targets": {"at": 10, "capacity": 0.1}}]),
        ("behaviour.try_rate", 0.1),
        ("principles", {"ownership": False}),
        ("outcome", {"issue": "a child falls ill", "risk": 0.05, "effect": 0.5}),
        ("takeoff", 0.4),
        ("traits.trust_expert", {"mean": 0.9, "sd": 0.05}),
        ("initial.aware", 0.5),
        ("community.mean_degree", 4.0),
        ("economics.staff_hour", 40.0),
    ],
)
def test_what_is_the_same_for_all_arms_runs_all_again(town, asked, field, value):
    first_look(town, 4)
    moved = town.set(field, value)
    found = first_look(moved, 4)
    assert asked[-1] == list(town.arms)
    same(found, compare(on_one_village(moved), replicates=24, seed=4))


def test_an_arm_more_and_an_arm_fewer_run_only_what_is_new(town, asked):
    first_look(town, 4)
    fewer = town.model_copy(update={"arms": {"bottom_up": town.arms["bottom_up"]}})
    assert list(first_look(fewer, 4).arms) == ["bottom_up"]
    more = town.set("arms.longer", [{"training": {"places": 5}}])
    assert list(first_look(more, 4).arms)[-1] == "longer"
    assert asked[1:] == [["longer"]]


def test_two_who_ask_the_same_at_once_run_it_once(town, asked):
    found, waiting = [], threading.Semaphore(0)

    class Waits(threading.Event):
        def is_set(self) -> bool:
            waiting.release()
            return False

    with ensemble.turn(None):  # another study runs meanwhile
        tabs = [threading.Thread(target=lambda: found.append(first_look(town, 4, Waits()))) for _ in range(2)]
        for tab in tabs:
            tab.start()
            assert waiting.acquire(timeout=20)  # it has looked for what is known, and waits for its turn
    for tab in tabs:
        tab.join()
    assert asked == [["nothing", "top_down", "bottom_up", "hybrid"]]
    same(*found)


def test_a_long_run_lets_those_who_wait_go_first_and_goes_on_after():
    order, begun, waits = [], threading.Event(), threading.Event()

    def long():
        with ensemble.turn(None) as give_way:
            begun.set()
            give_way()  # nobody waits: it goes on
            assert waits.wait(20)
            while not ensemble._waiting:
                time.sleep(0.001)
            order.append("part")
            give_way()
            order.append("rest")

    def short():
        waits.set()
        with ensemble.turn(None):
            order.append("short")

    first, second = threading.Thread(target=long), threading.Thread(target=short)
    first.start()
    assert begun.wait(20)
    second.start()
    first.join(20)
    second.join(20)
    assert order == ["part", "short", "rest"]
    assert not ensemble._waiting
    assert not ensemble._processors.locked()


def test_a_long_run_that_is_left_while_others_go_first_holds_nothing(monkeypatch):
    monkeypatch.setattr(ensemble, "_waiting", {"another"})
    stopped = threading.Event()
    with ensemble.turn(stopped) as give_way:
        stopped.set()
        with pytest.raises(StoppedError):
            give_way()
    assert not ensemble._processors.locked()


def test_a_first_look_keeps_to_the_limit_on_work(town, monkeypatch):
    monkeypatch.setattr(ensemble, "replicates_for", lambda scenario, households: 20)
    assert first_look(town, 4).series("hybrid").shape[0] == 20


def test_whoever_no_longer_waits_gets_no_answer_and_holds_nobody_up(town):
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(StoppedError):
        bands(town, 1, stopped)
    with ensemble._processors, pytest.raises(StoppedError):
        bands(town, 1, stopped)
    assert ensemble._processors.acquire(blocking=False)
    ensemble._processors.release()


def test_a_run_is_left_in_the_middle(town):
    stopped = threading.Event()
    long = town.set("community.households", 1000).set("steps", 156)

    def stop(done, total):
        stopped.set()

    with pytest.raises(StoppedError):
        bands(long, 1, stopped, stop)


def test_what_is_remembered_has_a_bound(town, monkeypatch):
    first_look(town, 0)
    monkeypatch.setattr(ensemble, "MOST_KEPT", 5.5 * ensemble._size(first_look(town, 0)) / 4)
    for seed in range(3):
        first_look(town, seed)
    assert len(ensemble._kept) == 5
    monkeypatch.setattr(ensemble, "MOST_KEPT", 1)
    first_look(town, 7)
    assert len(ensemble._kept) == 1
    assert np.isfinite(first_look(town, 0).series("hybrid")).all()


def test_places_are_remembered_by_one_at_a_time(town, monkeypatch):
    from pd_sim.dashboard import places
    from pd_sim.engine import draw_community

    class Watched(OrderedDict):
        def __contains__(self, key) -> bool:
            assert places._keeping.locked()
            return super().__contains__(key)

        def __setitem__(self, key, value) -> None:
            assert places._keeping.locked()
            super().__setitem__(key, value)

    monkeypatch.setattr(places, "_kept", Watched())
    community = draw_community(town, 1)
    assert places.places_of(community) is places.places_of(community)
