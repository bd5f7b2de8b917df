"""What is too large is refused by what it says of itself, before anything is drawn, in one line."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

pytest.importorskip("solara")

import pd_sim as ps
from pd_sim.community import Generator
from pd_sim.dashboard.asked import Asked, scenario_of
from pd_sim.dashboard.limits import MOST_ARMS, check_declared, check_size
from pd_sim.dashboard.map_grown import question_of
from pd_sim.dashboard.pages.on_demand import OnDemand, replicates_of, too_much
from pd_sim.errors import PdSimError, ScenarioError
from pd_sim.scenario import case_names


def linked(**community: object) -> Asked:
    return Asked(page=(("agreement", "0.5"),)).with_block("community", community)  # agreement draws the community


@pytest.mark.parametrize(
    ("community", "said"),
    [
        ({"villages": 100_000, "households": 5000}, "500,000,000 households are more"),
        ({"households": 5900, "mean_degree": 3000}, "about 8,850,000 ties are more"),
        ({"generator": "complete", "households": 5000}, "about 12,497,500 ties are more"),
        ({"generator": "complete", "households": 600, "villages": 10}, "ties are more"),
        ({"generator": "blocks", "sizes": [3000, 3000], "mean_degree": 2000}, "ties are more"),
        ({"generator": "random", "households": 5000, "mean_degree": 4000}, "ties are more"),
        ({"generator": "geometric", "households": 5000, "mean_degree": 100}, "about 250,000 ties"),
        ({"generator": "lattice", "height": 1000, "width": 1000}, "1,000,000 households"),
        ({"generator": "small_world", "households": 640, "neighbours": 620}, "community.neighbours: 620 are more"),
        ({"generator": "scale_free", "households": 1500, "ties_each": 130}, "community.ties_each: 130 are more"),
        ({"generator": "scale_free", "households": 6000, "ties_each": 50}, "about 300,000 ties"),
    ],
)
def test_a_community_too_large_is_refused_before_it_is_drawn(community, said, monkeypatch):
    def drawn(*_: object) -> None:
        raise AssertionError("it is drawn")

    monkeypatch.setattr(Generator, "draw_community", drawn)
    with pytest.raises(ScenarioError, match=said) as raised:
        scenario_of(linked(**community))
    assert "\n" not in str(raised.value)
    asked = Asked().with_block("community", community)
    town = ps.Scenario.load(asked.case).set("community", community)
    with pytest.raises(ScenarioError, match=said):
        question_of(town, "certainty", "agreement", 20, "rough", 1)


@pytest.mark.parametrize("case", case_names())
def test_every_case_is_within_the_limits(case):
    scenario_of(Asked(case=case))


def test_what_is_large_but_fits_is_taken():
    check_declared(ps.Scenario.load("village").set("community", {"households": 5000, "mean_degree": 60}))
    check_declared(ps.Scenario.load("village").set("community", {"generator": "complete", "households": 600}))


def test_too_many_parts_are_refused_wherever_the_size_is():
    town = ps.Scenario.load("village")
    with pytest.raises(ScenarioError, match="more than the 8"):
        check_size(town.set("arms", {f"arm {k}": [] for k in range(MOST_ARMS + 1)}), 300)
    with pytest.raises(ScenarioError, match="interventions are more"):
        check_size(town.set("arms", {"a": [{"hub": {}}] * 81}), 300)


class Result:
    """A comparison of so many households and steps."""

    def __init__(self, households: int, steps: int) -> None:
        self.steps = steps
        self.sizes = SimpleNamespace(sum=lambda axis: SimpleNamespace(mean=lambda: households))


def test_an_answer_of_too_few_replicates_is_refused_in_place_of_its_button():
    import ipyvuetify
    import solara

    assert replicates_of(Result(300, 156), 13, 60) == 60
    few = replicates_of(Result(3800, 5200), 401, 60)
    assert few < 20
    assert too_much(60) == too_much(20) == ""
    for many, buttons in ((60, 1), (few, 0)):
        card = OnDemand("Leave", "when", "Find it", (1,), lambda *_: None, lambda _: None, too_much(many))
        _, rendered = solara.render(card, handle_error=False)
        assert len(rendered.find(ipyvuetify.Btn).widgets) == buttons
        rendered.close()


def test_a_map_of_too_few_replicates_is_refused(monkeypatch):
    town = ps.Scenario.load("village").set("community.households", 40).set("steps", 20)
    monkeypatch.setattr("pd_sim.dashboard.map_grown._MOST_WORK", 40 * 20 * 4 * 25 * 4)
    assert question_of(town, "certainty", "agreement", 20, "rough", 1).replicates == 4
    monkeypatch.setattr("pd_sim.dashboard.map_grown._MOST_WORK", 40 * 20 * 4 * 25 * 4 - 1)
    with pytest.raises(PdSimError, match="too many for this page"):
        question_of(town, "certainty", "agreement", 20, "rough", 1)


def reactive(value):
    return SimpleNamespace(value=value, peek=lambda: value)


def test_a_rough_look_comes_out_while_a_knob_is_dragged_unless_it_takes_long(monkeypatch):
    from pd_sim.dashboard.pages import what_if

    asked, changed = Asked(), threading.Event()
    left = what_if._Left(asked, changed, reactive(None))
    now = [10.0]
    monkeypatch.setattr(what_if.time, "monotonic", lambda: now[0])
    look = what_if._LeftLate(left)
    now[0] += 60
    assert not look.is_set()  # nobody has moved on
    changed.set()
    assert look.is_set()
    look = what_if._LeftLate(left)
    assert not look.is_set()
    now[0] += 5
    assert look.is_set()
    assert what_if._LeftLate(what_if._Left(asked, threading.Event(), reactive(asked))).is_set()  # Cancel


@pytest.mark.parametrize(("allowed", "calls"), [(24, ["look"]), (22, ["look"]), (25, ["look", "bands"])])
def test_where_no_more_replicates_are_allowed_the_rough_look_is_the_answer(monkeypatch, allowed, calls):
    from pd_sim.dashboard.pages import what_if

    done = []

    def looked(scenario, seed, stopped):
        assert isinstance(stopped, what_if._LeftLate)
        done.append("look")

    monkeypatch.setattr(what_if, "replicates_for", lambda *_: allowed)
    monkeypatch.setattr(what_if, "first_look", looked)
    monkeypatch.setattr(what_if, "bands", lambda *_: done.append("bands"))
    shows = what_if._Shows(*(reactive(value) for value in (None, "", 0.0, None)))
    what_if._answered(Asked(), threading.Event(), shows)
    assert done == calls
