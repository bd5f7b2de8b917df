"""Scenarios are built in a link: it stays whole, what is taken home is what was shown, and nothing else moves."""

from __future__ import annotations

import pytest

import pd_sim as ps
from pd_sim.community import File
from pd_sim.community.spec import GENERATORS
from pd_sim.dashboard.asked import Asked, read, scenario_of, understood, value_of, write
from pd_sim.dashboard.building import choose_generator, named_anew
from pd_sim.dashboard.cards import cards_of, knobs_in
from pd_sim.dashboard.downloads import written
from pd_sim.dashboard.limits import MOST_ARMS
from pd_sim.dashboard.steering import acted, as_data, moved, originals, structure_of
from pd_sim.errors import PdSimError, ScenarioError
from pd_sim.interventions import Budget, Threat, intervention_kinds
from pd_sim.scenario import case_names

KINDS = [k for k, c in intervention_kinds().items() if c.__module__.startswith("pd_sim.")]
THREATS = [k for k in KINDS if issubclass(intervention_kinds()[k], Threat)]
INTERVENTIONS = [k for k in KINDS if k not in THREATS and intervention_kinds()[k] is not Budget]
DRAWN = [name for name in GENERATORS if name not in ("file", "graph")]


def act(asked: Asked, **what) -> Asked:
    """Do something on a card, and see that the link carries it and the file taken home is the same scenario."""
    scenario = scenario_of(asked)
    after = acted(asked, scenario, knobs_in(cards_of(scenario)), what)
    assert read(write(after)).asked == after
    assert read(write(after)).refused == ()
    shown = scenario_of(after)
    home = ps.Scenario.from_yaml(written(shown, after).decode())
    assert home.resolved() == shown.resolved()
    if not isinstance(shown.community, File):  # its files lie elsewhere
        assert home.content_hash == shown.content_hash
    return after


@pytest.mark.parametrize("kind", INTERVENTIONS)
def test_an_intervention_is_put_in_and_taken_out_and_nothing_else_moves(kind):
    before = scenario_of(Asked())
    asked = act(Asked(), what="add", to="intervention", arm="hybrid", kind=kind)
    after = scenario_of(asked)
    kinds = [one.kind for one in after.arms["hybrid"]]
    place = kinds.index(kind) if kind == "takeover" else len(kinds) - 1
    assert kinds[place] == kind
    assert {arm: listed for arm, listed in after.arms.items() if arm != "hybrid"} == {
        arm: listed for arm, listed in before.arms.items() if arm != "hybrid"
    }
    ps.compare(after.set("community.households", 40), ["hybrid"], replicates=1)
    asked = act(asked, **{"what": "remove", "from": "intervention", "arm": "hybrid", "place": place})
    assert scenario_of(asked).resolved() == before.resolved()


@pytest.mark.parametrize("kind", THREATS)
def test_a_threat_is_put_in_moved_and_taken_out(kind):
    asked = act(Asked(), what="add", to="threat", kind=kind)
    asked = act(asked, what="set", field=f"threats.0.{kind}.at", value=40)
    (threat,) = scenario_of(asked).threats
    assert (threat.kind, threat.at) == (kind, 40)
    asked = act(asked, what="set", field=f"threats.0.{kind}.hazard", value="0.05")  # by chance, in place of a step
    (threat,) = scenario_of(asked).threats
    assert (threat.at, threat.hazard) == (None, 0.05)
    asked = act(asked, what="set", field=f"threats.0.{kind}.at", value="30")
    assert scenario_of(asked).threats[0].at == 30
    asked = act(asked, **{"what": "remove", "from": "threat", "place": 0})
    assert scenario_of(asked).threats == ()


@pytest.mark.parametrize("generator", DRAWN)
def test_every_community_can_be_drawn_from_every_other(generator):
    for first in ("village", "blocks", "lattice"):
        asked = act(act(Asked(), what="generator", kind=first), what="generator", kind=generator)
        scenario = scenario_of(asked)
        assert scenario.community.generator == generator
        assert 250 <= scenario.community.size() <= 320
    ps.compare(scenario.set("steps", 60), ["nothing"], replicates=1)


def test_an_arm_is_a_copy_under_a_new_name_and_goes_again():
    asked = act(Asked(), what="set", field="arms.bottom_up.hub.places", value=33)
    asked = act(asked, what="add_arm", arm="cheaper", like="bottom_up")
    scenario = scenario_of(asked)
    assert scenario.arms["cheaper"] == scenario.arms["bottom_up"]
    assert scenario.arms["cheaper"][1].places == 33
    asked = act(asked, what="set", field="arms.cheaper.hub.places", value=5)  # a knob moves after the change
    assert scenario_of(asked).arms["cheaper"][1].places == 5
    assert scenario_of(asked).arms["bottom_up"][1].places == 33
    asked = act(asked, what="remove_arm", arm="top_down")
    assert list(scenario_of(asked).arms) == ["nothing", "bottom_up", "hybrid", "cheaper"]
    assert scenario_of(asked).arms["cheaper"][1].places == 5
    for name in ("cheaper", " ", "a:b"):
        with pytest.raises(PdSimError):
            scenario_of(act(asked, what="add_arm", arm=name))


@pytest.mark.parametrize("case", case_names())
def test_any_arm_of_any_case_can_be_taken_out_with_what_speaks_of_it(case):
    asked = Asked(case=case)
    for arm in list(scenario_of(asked).arms)[:-1]:
        asked = act(asked, what="remove_arm", arm=arm)
    with pytest.raises(ScenarioError, match="One arm is needed"):
        act(asked, what="remove_arm", arm=next(iter(scenario_of(asked).arms)))


def test_a_budget_stands_first_and_prices_give_a_cost():
    asked = act(Asked(), what="budget", arm="top_down", on=True)
    asked = act(asked, what="set", field="arms.top_down.budget.amount", value="2500")
    asked = act(asked, what="set", field="arms.top_down.training.cost_session", value=100)
    scenario = scenario_of(asked)
    assert scenario.arms["top_down"][0].amount == 2500
    assert scenario.arms["top_down"][0].kind == "budget"
    result = ps.compare(scenario, ["top_down"], replicates=2)
    assert result.series("top_down", "cost_so_far")[:, -1].tolist() == [2500.0, 2500.0]
    asked = act(asked, what="budget", arm="top_down", on=False)
    assert [one.kind for one in scenario_of(asked).arms["top_down"]] == ["broadcast", "training", "incentive"]
    assert scenario_of(asked).arms["top_down"][1].cost_session == 100


def test_a_price_may_hold_in_every_arm_that_has_the_same():
    field = "arms.hybrid.training.cost_session"
    one = scenario_of(act(Asked(), what="set", field=field, value=70, everywhere=False))
    assert (one.arms["hybrid"][1].cost_session, one.arms["top_down"][1].cost_session) == (70, 0)
    asked = act(Asked(), what="set", field=field, value=70, everywhere=True)
    every = scenario_of(asked)
    assert (every.arms["hybrid"][1].cost_session, every.arms["top_down"][1].cost_session) == (70, 70)
    assert every.arms["bottom_up"][0].cost_session == 0  # facilitation is something else
    assert act(asked, what="reset", field=field, everywhere=True) == Asked()
    moved_one = act(Asked(), what="set", field="arms.hybrid.training.places", value=9, everywhere=True)
    assert scenario_of(moved_one).arms["top_down"][1].places == 20  # it is no price


def test_incidents_are_counted_or_not():
    asked = act(Asked(), what="outcome", on=True)
    asked = act(asked, what="set", field="outcome.risk", value=0.02)
    assert scenario_of(asked).outcome.risk == 0.02
    assert scenario_of(act(asked, what="outcome", on=False)).outcome is None


def test_a_knob_goes_back_to_what_the_case_has_whatever_was_built_since():
    asked = act(Asked(), what="set", field="arms.hybrid.training.places", value=44)
    assert moved(asked, knobs_in(cards_of(scenario_of(asked)))) == {"arms.hybrid.training.places": 44}
    back = act(asked, what="reset", field="arms.hybrid.training.places")
    assert back == Asked()
    twice = act(asked, what="add", to="intervention", arm="hybrid", kind="training")
    field = "arms.hybrid.1.training.places"  # there are two now, told apart by their place
    scenario = scenario_of(twice)
    assert knobs_in(cards_of(scenario))[field].value == 44
    were = originals(scenario, scenario_of(Asked()))
    assert were[field] == 10
    assert "arms.hybrid.4.training.places" not in were  # it is new: there is nothing to go back to
    back = act(twice, what="reset", field=field)
    assert scenario_of(back).arms["hybrid"][1].places == 10


def test_cards_are_laid_out_anew_only_when_something_is_built():
    asked = act(Asked(), what="set", field="practice.certainty", value=0.9)
    assert structure_of(asked) == structure_of(Asked())
    built = act(asked, what="add", to="threat", kind="cancellation")
    assert structure_of(built) != structure_of(asked)
    assert structure_of(act(built, what="set", field="practice.certainty", value=0.2)) == structure_of(built)
    data, _ = as_data(scenario_of(built), scenario_of(Asked()))
    assert [card["title"] for card in data][:3] == ["Name and time", "Community", "Practice"]


def test_undoing_is_asking_for_what_was_asked_before():
    first = act(Asked(), what="set", field="arms.top_down.training.places", value=7)
    second = act(first, what="add", to="intervention", arm="top_down", kind="mandate")
    assert scenario_of(read(write(first)).asked).arms["top_down"][1].places == 7
    assert scenario_of(second).arms["top_down"][1].places == 7
    assert len(second.settings) == 1  # the list holds what was moved in it


def test_a_scenario_of_ones_own_has_a_name_and_speaks_of_no_figures_of_the_case():
    for case in ("village", "gosport"):
        scenario = scenario_of(Asked(case=case))
        mine = scenario_of(named_anew(Asked(case=case), scenario))
        assert mine.name == "my_scenario"
        assert mine.targets == mine.evaluations == ()
        assert mine.arms == scenario.arms


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"what": "add", "to": "intervention", "arm": "gone", "kind": "hub"}, "gone"),
        ({"what": "add", "to": "intervention", "arm": "hybrid", "kind": "wizard"}, "wizard"),
        ({"what": "remove", "from": "intervention", "arm": "hybrid", "place": 9}, "no intervention 9"),
        (
            {"what": "remove", "from": "intervention", "arm": "hybrid", "place": 1, "title": "Hub"},
            "Hub stands there no",
        ),
        ({"what": "generator", "kind": "file"}, "cannot be drawn"),
        ({"what": "set", "field": "practice.wisdom", "value": 1}, "no such knob"),
        ({"what": "fly"}, "nothing of that kind"),
        ({"what": "add_arm", "arm": "x", "like": "gone"}, "gone"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_line(what, said):
    with pytest.raises(PdSimError, match=said):
        act(Asked(), **what)


def test_a_crafted_link_is_bounded():
    many = {f"arm {k}": [] for k in range(MOST_ARMS + 1)}
    with pytest.raises(ScenarioError, match="more than the 8"):
        scenario_of(Asked().with_block("arms", many))
    with pytest.raises(ScenarioError, match="interventions are more"):
        scenario_of(Asked().with_block("arms", {"a": [{"hub": {}}] * 81}))
    bomb = "[" + ", ".join(f"&a{k} [" + (f"*a{k - 1}, *a{k - 1}" if k else "x") + "]" for k in range(40)) + "]"
    with pytest.raises(ScenarioError, match="is no value"):
        value_of("arms", bomb)
    assert understood(Asked(settings=(("arms", "[" * 5000),)))[0] is None


def test_back_to_the_first_generator_is_back_to_its_numbers():
    asked = Asked().with_setting("community.mean_degree", 7.5)
    town = scenario_of(asked)
    for kind in ("blocks", "lattice"):
        asked = choose_generator(asked, town, kind)
        town = scenario_of(asked)
        assert town.community.generator == kind
    back = choose_generator(asked, town, "village")
    assert back == Asked()
    assert scenario_of(back).content_hash == scenario_of(Asked()).content_hash
