"""What a comparison says in words is what its numbers say."""

from __future__ import annotations

import pytest

import pd_sim as ps
from pd_sim.dashboard.lesson_texts import LESSONS
from pd_sim.dashboard.lessons import granovetter, outcome_of
from pd_sim.dashboard.limits import MOST_HOUSEHOLDS, check_size, replicates_for
from pd_sim.dashboard.reading import fails, funding_stops, headline, rests_on, rows, table_of
from pd_sim.dashboard.server import mend_page


@pytest.fixture(scope="module")
def town():
    return ps.Scenario.load("village").set("community.households", 100).set("steps", 80)


@pytest.fixture(scope="module")
def result(town):
    return ps.compare(town, replicates=12, seed=2)


def test_the_headline_names_the_leader_or_says_that_it_is_close(town, result):
    said = headline(result, ["nothing", "top_down"])
    assert said.startswith("Top-down leads at the end")
    gap = result.difference("top_down", "nothing")
    assert f"{100 * gap.mean:.0f} points more than with nothing" in said
    twins = town.model_copy(update={"arms": {"a": town.arms["top_down"], "b": town.arms["top_down"]}})
    assert "too close to call" in headline(ps.compare(twins, replicates=6), ["a", "b"])


def test_a_leader_that_never_takes_off_is_not_praised(town):
    few = ps.compare(town.set("takeoff", 0.99), replicates=6)
    assert "in no run do 99% ever practise" in headline(few, ["nothing", "top_down"])
    half = ps.compare(town.set("takeoff", 0.4), replicates=40, seed=2)
    never, lost = fails(half, "top_down")
    assert 0.1 < never < 0.9
    assert never == pytest.approx((half.series("top_down").max(axis=1) < 0.4).mean())
    assert never + lost == pytest.approx(1 - half.takeoff("top_down").mean)
    said = headline(half, ["nothing", "top_down"])
    assert "top-down never takes off (at no time do 40% practise)" in said


def test_what_took_off_and_is_gone_at_the_end_is_not_said_never_to_have_taken_off(town):
    gone = town.set("behaviour.settled", 0.06).set("behaviour.rest", "never").set("practice.certainty", 0.95)
    gone = gone.set("arms.top_down.training.places", 60).set("steps", 156)
    found = ps.compare(gone, ["nothing", "top_down"], replicates=12)
    assert found.takeoff("top_down", 40).mean == 1
    assert fails(found, "top_down") == (0, 1)
    _, (_, row) = table_of(rows(found, gone, ["nothing", "top_down"]))
    assert row[3] == "in no run; lost again in every run"
    said = headline(found, ["nothing", "top_down"])
    assert said.endswith("Yet in every run top-down takes off and is lost again (fewer than 25% practise at the end).")


def test_a_lead_of_almost_nothing_is_said_to_be_that(town):
    still = town.set("arms.top_down", [{"broadcast": {"start": 4, "stop": 8, "reach": 0.2, "push": 0.2}}])
    found = ps.compare(still.set("steps", 12), ["nothing", "top_down"], replicates=400)
    gap = found.difference("top_down", "nothing")
    assert 0 < gap.low < gap.mean < 0.005
    said = headline(found, ["nothing", "top_down"])
    assert f"{100 * gap.mean:.1f} points more than with nothing" in said
    assert "That is practically the same." in said


def test_funding_stops_when_the_money_does(town):
    assert funding_stops(town, ["top_down"]) == 56
    gone = town.set("threats", [{"sponsor_restructured": {"at": 28}}])
    assert funding_stops(gone, ["top_down", "bottom_up"]) == 28
    for kept in ({"at": 28, "keeps": 0.5}, {"at": 28, "lasts": 4}, {"at": 28, "payers": ["council"]}, {"hazard": 0.01}):
        assert funding_stops(town.set("threats", [{"sponsor_restructured": kept}]), ["top_down"]) == 56
    assert funding_stops(town.set("arms.top_down.training.stop", None), ["top_down"]) is None
    assert funding_stops(town, ["nothing"]) is None
    spent = town.set(
        "arms.top_down", [{"budget": {"amount": 1000}}, {"training": {"start": 4, "stop": 56, "cost_session": 100}}]
    )
    found = ps.compare(spent, ["top_down"], replicates=6)
    line = rows(found, spent, ["top_down"])[0]
    assert line.lasts == pytest.approx(line.practising / found.series("top_down")[:, 14].mean())


def test_rows_hold_what_the_comparison_holds(town, result):
    lines = {line.arm: line for line in rows(result, town, list(town.arms))}
    assert lines["top_down"].practising == pytest.approx(result.series("top_down")[:, -1].mean())
    assert lines["nothing"].lasts is None
    then = result.series("top_down")[:, 56].mean()
    assert lines["top_down"].lasts == pytest.approx(lines["top_down"].practising / then)
    assert lines["top_down"].per_year is None  # nothing has a price here
    heads, body = table_of(list(lines.values()))
    assert len(heads) == len(body[0]) == 5


def test_money_shows_where_there_is_any(town):
    priced = town.set("arms.bottom_up.hub.cost_session", 10).set("arms.top_down.training.cost_session", 20)
    found = ps.compare(priced, replicates=6)
    lines = {line.arm: line for line in rows(found, priced, list(priced.arms))}
    assert lines["top_down"].raised == 0
    assert lines["top_down"].spent == 20 * 52
    assert lines["bottom_up"].raised == lines["bottom_up"].spent
    heads, _ = table_of(list(lines.values()))
    assert heads[5:] == [
        "spent by all",
        "of it raised locally",
        "per household still practising",
        "per household-year of practice",
    ]
    top_down = lines["top_down"]
    assert top_down.per_adopter.low <= top_down.per_adopter.each <= top_down.per_adopter.high
    gained = (found.series("top_down") - found.series("nothing"))[:, -1].mean() * 100
    assert top_down.per_adopter.each * gained == pytest.approx(
        top_down.spent, rel=0.02
    )  # money of later years counts less
    assert lines["nothing"].per_adopter is None


def test_funding_stops_with_the_last_thing_the_sponsor_pays(town):
    assert funding_stops(town, ["bottom_up"]) == 56
    assert funding_stops(town.set("arms.top_down.training.stop", 70), town.arms) == 70
    assert funding_stops(town.set("arms.bottom_up.hub.payer", "sponsor"), ["bottom_up"]) is None


def test_what_a_lead_rests_on_is_said_only_where_it_holds(town):
    assert any("fit" in line for line in rests_on(town, ["bottom_up"]))
    equal = town.set("practice.certainty", 0.85).set("practice.positive_deviants", 0)
    equal = equal.set("behaviour.ownership_weight", 0)
    assert rests_on(equal, ["top_down"]) == []


def test_what_is_switched_off_or_cannot_act_carries_no_lead(town):
    said = "; ".join(rests_on(town, ["bottom_up"]))
    assert "goes on by itself after funding stops (bottom-up)" in said
    assert "owning the practice" in said
    off = town.set("principles.ownership", False)
    assert "owning the practice" not in "; ".join(rests_on(off, ["bottom_up"]))
    hub = "arms.bottom_up.hub"
    broke = [{"budget": {"amount": 0, "pays_for": ["community"]}}, {"hub": {"start": 57, "cost_session": 1}}]
    for idle in (
        town.set(f"{hub}.places", 0),
        town.set(f"{hub}.places", {"per_100": 0}),
        town.set(f"{hub}.start", town.steps + 1),
        town.set("arms.bottom_up", broke),
    ):
        assert "goes on by itself" not in "; ".join(rests_on(idle, ["bottom_up"]))
    free = [broke[0], {"hub": {"start": 57}}]
    assert "goes on by itself" in "; ".join(rests_on(town.set("arms.bottom_up", free), ["bottom_up"]))
    assert "somebody does better already (1 household)" in rests_on(town.set("practice.positive_deviants", 1), [])


def test_what_is_too_large_is_refused_in_a_line(town):
    with pytest.raises(ps.PdSimError, match="households are more"):
        check_size(town, MOST_HOUSEHOLDS + 1)
    with pytest.raises(ps.PdSimError, match="too many for this page"):
        check_size(town.set("steps", 5200), MOST_HOUSEHOLDS)
    assert replicates_for(town, 100) == 200


def test_a_page_is_mended_once():
    page = '<!doctype html>\n<html>\n<head><meta name="viewport" content="width=device-width, user-scalable=no">'
    mended = mend_page(page)
    assert '<html lang="en">' in mended
    assert "user-scalable" not in mended
    assert mended.count("<script>") == 1
    assert mend_page('<html lang="fr"><head>').count("lang=") == 1


def test_the_first_lesson_is_exact():
    everybody, one = (outcome_of(side, replicates=2) for side in LESSONS[0].sides())
    assert everybody.ends.tolist() == [1.0, 1.0]
    assert one.ends.tolist() == [0.01, 0.01]
    assert ps.run(granovetter(30, {7: 9}), "nothing", 1).counts[-1, 0, 3] == 7


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_every_lesson_has_worlds_that_run(lesson):
    sides = lesson.sides()
    assert 2 <= len(sides) <= 4
    for side in sides:
        outcome = outcome_of(
            type(side)(side.name, side.scenario.model_copy(update={"steps": 5}), side.arm), replicates=2
        )
        assert len(outcome.mean) == 6
