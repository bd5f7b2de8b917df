from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.analysis import practice_years
from pd_sim.errors import ResultError, ScenarioError
from pd_sim.studies import economics
from pd_sim.studies.economics import prices_of
from tests.unit.studies.appraised import arm, comparison

NOTHING = [[2, 2, 2, 2]] * 3
RISING = [[4, 6, 8, 10], [4, 6, 8, 12], [4, 6, 8, 14]]


def _two(prices=None, **changes):
    """`nothing`, and `course`, which costs 100 in step 1 and the community 10 a step from step 3 on."""
    given = {"cost": {"set-up": [100, 0, 0, 0], "community: sessions": [0, 0, 10, 10]}, **changes}
    return comparison({"nothing": arm(NOTHING), "course": arm(RISING, **given)}, prices)


# ── costs ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_costs_by_payer_and_heading():
    frame = economics(_two()).costs()
    assert frame[["arm", "payer", "heading"]].to_numpy().tolist() == [
        ["nothing", "all", "all"],
        ["course", "sponsor", "set-up"],
        ["course", "community", "sessions"],
        ["course", "all", "all"],
    ]
    assert frame["mean"].tolist() == [0, 100, 20, 120]
    # steps 3 and 4 are the second year, which counts 1/1.25
    assert frame["discounted"].tolist() == pytest.approx([0, 100, 16, 116])
    assert frame[["low", "high", "band_low", "band_high"]].to_numpy()[1].tolist() == [100] * 4


def test_a_cost_that_differs_has_an_interval_and_a_band():
    spent = [[0, 0, 0, 10], [0, 0, 0, 20], [0, 0, 0, 30]]
    row = economics(_two(cost={"pay": spent})).costs().iloc[1]
    assert row["mean"] == 20
    assert (row["low"], row["high"]) == (pytest.approx(20 - 24.841, abs=1e-3), pytest.approx(20 + 24.841, abs=1e-3))
    assert (row["band_low"], row["band_high"]) == (pytest.approx(11), pytest.approx(29))


def test_cash_by_year():
    frame = economics(_two({"avoided": {"NHS": 5}}, incidents=[[8, 8, 6, 6]] * 3)).cash()
    # `nothing` has no incidents recorded, so the course has more of them
    rows = frame[frame["arm"] == "course"][["year", "payer", "spent", "avoided", "net"]].to_numpy().tolist()
    assert rows == [
        [0, "sponsor", 100, 0, -100],
        [0, "NHS", 0, -80, -80],
        [0, "community", 0, 0, 0],
        [1, "sponsor", 0, 0, 0],
        [1, "NHS", 0, -60, -60],
        [1, "community", 20, 0, -20],
    ]
    later = economics(_two()).cash(discounted=True)
    assert later.query("arm == 'course' and year == 1 and payer == 'community'")["spent"].tolist() == [16]


def test_payers_have_costs_avoided_costs_and_worth():
    arms = {
        "nothing": arm(NOTHING, incidents=[10, 10, 10, 10]),
        "course": arm(RISING, cost={"set-up": [100, 0, 0, 0]}, incidents=[10, 8, 6, 4]),
    }
    prices = {"avoided": {"NHS": 5, "sponsor": 1}, "worth": {"families": 40}}
    frame = economics(comparison(arms, prices)).payers(discounted=False).set_index(["arm", "payer"])
    assert frame.loc[("course", "sponsor"), ["cost", "avoided", "worth", "net"]].tolist() == [100, 12, 0, -88]
    assert frame.loc[("course", "NHS"), ["cost", "avoided", "worth", "net"]].tolist() == [0, 60, 0, 60]
    # 28, 30 or 32 household-steps less 8, two a year, 40 each
    families = frame.loc[("course", "families")]
    assert families["worth"] == families["net"] == (22 / 2) * 40
    assert families["low"] < families["net"] < families["high"]
    assert not frame.loc["nothing"].to_numpy().any()
    today = economics(comparison(arms, prices)).payers().set_index(["arm", "payer"])
    assert today.loc[("course", "NHS"), "avoided"] == pytest.approx(2 * 5 + (4 + 6) * 5 / 1.25)


def test_only_some_payers_count():
    result = _two({"avoided": {"NHS": 5}})
    found = economics(result, payers=["community"])
    assert found.costs()["mean"].tolist() == [0, 20, 20]
    assert found.prices.avoided == {}
    with pytest.raises(ResultError, match="did you mean 'community'"):
        economics(result, payers=["comunity"])


# ── effects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_cost_of_an_adopter_by_hand():
    frame = economics(_two()).effectiveness(discounted=False).set_index("per")
    # at the end 8, 10, 12 more than nothing: mean 10; 120 / 10
    assert frame.loc["adopter at the end", ["cost", "effect", "ratio"]].tolist() == [120, 10, 12]
    assert frame.loc["adopter", "ratio"] == 12
    # household-steps beyond nothing 20, 22, 24, two a year
    assert frame.loc["adopter-year", "effect"] == 11
    assert frame.loc["adopter-year", "ratio"] == pytest.approx(120 / 11)
    # a cost without spread: the interval is the cost by the ends of the effect's
    ends = frame.loc["adopter at the end", ["effect_low", "effect_high"]]
    assert frame.loc["adopter at the end", ["low", "high"]].tolist() == pytest.approx(
        [120 / ends.iloc[1], 120 / ends.iloc[0]]
    )


def test_years_of_practice_are_those_of_the_analysis_and_count_less_later():
    found = economics(_two({"health_discount": 0.25}))
    assert found.effect("course", discounted=False).tolist() == practice_years(RISING_FROM_0, 2).tolist()
    assert found.effect("course").tolist() == pytest.approx(
        [(10 + 18 / 1.25) / 2, (10 + 20 / 1.25) / 2, (10 + 22 / 1.25) / 2]
    )
    assert found.effect("course", "adopter at the end").tolist() == [10, 12, 14]


RISING_FROM_0 = [[0, *row] for row in RISING]


def test_no_price_where_there_may_be_no_more_adopters():
    few = [[2, 2, 2, 0], [2, 2, 2, 2], [2, 2, 2, 5]]
    arms = {"nothing": arm(NOTHING), "few": arm(few, cost={"pay": 5}), "fewer": arm([[1] * 4] * 3, cost={"pay": 5})}
    frame = economics(comparison(arms)).effectiveness()
    assert frame["ratio"].isna().all()
    assert frame[["low", "high"]].isna().all(axis=None)


def test_one_replicate_has_a_ratio_and_no_interval():
    arms = {"nothing": arm(NOTHING[:1]), "course": arm(RISING[:1], cost={"pay": 5})}
    found = economics(comparison(arms, {"worth": {"families": 1}}))
    row = found.effectiveness().iloc[-1]
    assert row["ratio"] > 0
    assert math.isnan(row["low"])
    assert "one replicate" in found.incremental("course", "nothing").words
    assert "one replicate" in found.social_return("course").claim


# ── increments ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_trade_off_has_a_ratio_and_a_net_benefit():
    found = economics(_two()).incremental("course", "nothing", worth=20.0)
    assert (float(found.cost.mean), float(found.effect.mean)) == (pytest.approx(116), 11)
    assert found.ratio.ratio == pytest.approx(116 / 11)
    # 20·10 − 116, 20·11 − 116, 20·12 − 116; t(2) = 4.3027, s = 20
    assert found.net is not None
    assert float(found.net.mean) == pytest.approx(104)
    assert float(found.net.high) - 104 == pytest.approx(4.3027 * 20 / math.sqrt(3), abs=1e-2)
    assert found.standing == "trade-off"
    assert found.quarters == (1, 0, 0, 0)
    assert found.words.startswith("course does more and costs more: GBP 10.55 (8.60 to 13.62) for each")
    assert "At GBP 20.00 for a household-year its net benefit is GBP 104" in found.words
    back = economics(_two()).incremental("nothing", "course", worth=20.0)
    assert float(back.net.mean) == pytest.approx(-104)  # type: ignore[union-attr]
    assert back.words.startswith("The arm nothing does less and costs less: GBP 10.55")


def test_avoided_costs_are_taken_off():
    arms = {
        "nothing": arm(NOTHING, incidents=[10, 10, 10, 10]),
        "course": arm(RISING, cost={"set-up": [100, 0, 0, 0]}, incidents=[10, 0, 10, 0]),
    }
    found = economics(comparison(arms, {"avoided": {"NHS": 15}})).incremental("course", "nothing")
    assert float(found.cost.mean) == pytest.approx(100 - 150 - 150 / 1.25)
    assert found.standing == "dominates"
    assert not found.ratio.known  # a ratio below 0 would say nothing
    assert "does more and costs less: it dominates the arm nothing" in found.words


def test_words_name_what_a_household_stands_for():
    result = comparison({"nothing": arm(NOTHING), "course": arm(RISING, cost={"pay": 5})}, unit="pupil")
    words = economics(result).incremental("course", "nothing", 5).words
    assert "each further pupil-year of practice" in words
    assert "for a pupil-year" in words
    assert "household" not in words


def test_where_the_effect_may_be_of_either_sign_only_net_benefit_is_given():
    few = [[2, 2, 2, 0], [2, 2, 2, 2], [2, 2, 2, 5]]
    result = comparison({"nothing": arm(NOTHING), "few": arm(few, cost={"pay": 5})}, {"worth_of_adopter_year": 8})
    found = economics(result).incremental("few", "nothing")
    assert (found.standing, found.ratio.known) == ("open", False)
    assert found.net is not None
    assert float(found.net.low) < float(found.net.mean) < float(found.net.high)
    assert found.worth == 8
    assert "open which does more" in found.words
    assert economics(result).incremental("few", "nothing", 2).worth == 2


def test_equal_arms_are_exactly_equal():
    same = {"cost": {"set-up": [33.3, 0.1, 0.1, 0.1]}}
    arms = {name: arm(RISING, **same) for name in ("nothing", "one", "other")}
    found = economics(comparison(arms, {"worth_of_adopter_year": 77.7}))
    step = found.incremental("one", "other")
    assert step.standing == "equal"
    assert step.net is not None
    assert [float(part) for part in step.net[:3]] == [0, 0, 0]
    assert found.acceptability([0, 50, 1e6])["probability"].tolist() == pytest.approx([1 / 3] * 9)
    assert found.acceptability([50])["best"].all()
    assert "cost the same and do the same" in step.words


def test_increments_of_all_arms_are_the_single_ones():
    found = economics(_two())
    row = found.increments(worth=20).iloc[0]
    one = found.incremental("course", "nothing", 20)
    assert (row["arm"], row["versus"], row["standing"]) == ("course", "nothing", "trade-off")
    assert [row["ratio"], row["ratio_low"], row["ratio_high"]] == list(one.ratio[:3])
    assert row["net"] == float(one.net.mean)  # type: ignore[union-attr]
    assert math.isnan(found.increments("course")["net"].iloc[0])
    points = found.replicates()
    assert points["effect"].tolist() == [10, 11, 12]
    assert points["cost"].tolist() == pytest.approx([116] * 3)


def test_acceptability_by_hand():
    arms = {"nothing": arm(NOTHING), "dear": arm(RISING, cost={"pay": [110, 0, 0, 0]})}
    frame = economics(comparison(arms)).acceptability([0, 9.5, 10.5, 12])
    # effects 10, 11, 12 household-years for 110: worth it from 11, 10 and 9.17 each
    dear = frame[frame["arm"] == "dear"]
    assert dear["probability"].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert dear["net"].tolist() == pytest.approx([-110, 11 * 9.5 - 110, 11 * 10.5 - 110, 22])
    assert dear["best"].tolist() == [False, False, True, True]
    usual = economics(comparison(arms)).acceptability()
    assert usual["worth"].min() == 0
    assert usual["worth"].max() >= 20
    assert (usual.groupby("worth")["probability"].sum().to_numpy() == pytest.approx(1)) is True


# ── what comes back ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_social_return_by_hand():
    social = {"deadweight": 0.5, "attribution": 0.2, "drop_off": 0.1}
    found = economics(_two({"worth": {"families": 30, "school": 10}, "social": social})).social_return("course")
    # household-years 5, (8 + 11)/2 by year in the mean: gross 40·(5 + 10); nothing has 2 a year
    lines = {name: float(amounts.mean()) for name, amounts in found.lines.items()}
    first, second = 40 * (5 - 2) * 0.5 * 0.8, 40 * (10 - 2) * 0.5 * 0.8
    assert lines["gross"] == pytest.approx(600)
    assert lines["anyway"] == pytest.approx(-160)
    assert lines["deadweight"] == pytest.approx(-220)
    assert lines["displacement"] == 0
    assert lines["attribution"] == pytest.approx(-44)
    assert lines["drop-off"] == pytest.approx(-0.1 * second)
    assert lines["discounting"] == pytest.approx(-0.9 * second * (1 - 1 / 1.25))
    assert lines["net"] == pytest.approx(first + 0.9 * second / 1.25)
    assert found.ratio.ratio == pytest.approx(lines["net"] / 116)
    assert found.claimed.ratio == pytest.approx(600 / 116)
    assert "before any deduction it would be 5.17" in found.claim
    frame = found.frame()
    assert frame["line"].tolist()[-2:] == ["net", "cost"]
    assert frame["mean"].iloc[:-2].sum() == pytest.approx(frame["mean"].iloc[-2])
    assert frame["meaning"].iloc[1] == "what comes in nothing too"
    assert "a claim, not an audited figure" in found.claim
    assert "families and school" in found.claim
    assert "nothing was deducted for displacement." in found.claim


def test_avoided_costs_come_back_too():
    arms = {
        "nothing": arm(NOTHING, incidents=[10, 10, 10, 10]),
        "course": arm(RISING, cost={"set-up": [100, 0, 0, 0]}, incidents=[10, 0, 10, 0]),
    }
    found = economics(comparison(arms, {"avoided": {"NHS": 15}})).social_return("course")
    assert float(found.lines["gross"][0]) == 300
    assert float(found.lines["anyway"][0]) == 0
    assert found.ratio.ratio == pytest.approx((150 + 150 / 1.25) / 100)


def test_no_return_without_a_cost_or_a_worth():
    free = comparison({"nothing": arm(NOTHING), "free": arm(RISING)}, {"worth": {"families": 3}})
    assert not economics(free).social_return("free").ratio.known
    assert economics(free).social_return("free").claim.startswith("No ratio can be given for free")
    for ask in ("social_return", "break_even"):
        with pytest.raises(ResultError, match=r"give economics\.worth or economics\.avoided"):
            getattr(economics(_two()), ask)("course")


def test_break_even_by_hand():
    # 100 at step 1; beyond nothing 1, 2, 3 and 4–6 household-years' halves at 20 a year: 20, 40, 48, 64–96 discounted
    found = economics(_two({"worth": {"families": 20}}, cost={"pay": [100, 0, 0, 0]})).break_even("course")
    assert found.steps.tolist() == [3, 3, 3]
    assert (found.step, found.year, found.of_mean) == (3, 1.5, 3)
    assert float(found.reached.mean) == 1
    late = economics(_two({"worth": {"families": 20}}, cost={"pay": [175, 0, 0, 0]})).break_even("course")
    assert [math.isnan(step) for step in late.steps] == [True, False, False]  # 172, 188, 204
    assert late.steps[1:].tolist() == [4, 4]
    assert (late.step, float(late.reached.mean)) == (4, pytest.approx(2 / 3))
    apart = [[100, 0, 0, 0], [160, 0, 0, 0], [300, 0, 0, 0]]
    mixed = economics(_two({"worth": {"families": 20}}, cost={"pay": apart})).break_even("course")
    assert mixed.steps[:2].tolist() == [3, 4]
    assert mixed.step == 4  # by then half of the replicates have covered their cost
    never = economics(_two({"worth": {"families": 1}}, cost={"pay": [175, 0, 0, 0]})).break_even("course")
    assert math.isnan(never.step)
    assert math.isnan(never.of_mean)
    assert "fewer than half" in never.words
    free = economics(comparison({"nothing": arm(NOTHING), "free": arm(RISING)}, {"worth": {"families": 3}}))
    assert free.break_even("free").steps.tolist() == [0, 0, 0]
    assert "At no step has free cost more" in free.break_even("free").words


# ── hours ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_hours_are_counted_and_valued_once():
    hours = {"staff_hours": [2, 2, 0, 0], "volunteer_hours": [0, 0, 3, 3]}
    unvalued = economics(_two(hours=hours))
    assert unvalued.working_hours().query("arm == 'course'")["mean"].tolist() == [4, 6]
    assert unvalued.costs()["mean"].iloc[-1] == 120
    assert sum("counted but not valued" in note for note in unvalued.notes) == 2
    prices = {"staff_hour": 10, "volunteer_hour": 5}
    valued = economics(_two(prices, hours=hours))
    keys = valued.costs().set_index(["arm", "payer", "heading"])["mean"]
    assert keys["course", "sponsor", "time"] == 40
    assert keys["course", "volunteers", "time"] == 30
    assert valued.notes == ()
    charged = {"time": [30, 20, 0, 0], "volunteers: time": [0, 0, 15, 25]}  # by what they cost when it was run
    assert economics(_two(prices, hours=hours, cost=charged)).costs()["mean"].iloc[-1] == 90


# ── what it is made from ────────────────────────────────────────────────────────────────────────────────────────────


def test_prices_may_be_those_of_another_scenario():
    town = ps.Scenario.load("village").set("economics", {"steps_a_year": 2, "discount": "none", "worth": {"all": 9}})
    found = economics(_two(), town)
    assert found.prices.worth == {"all": 9}
    assert found.costs()["discounted"].iloc[-1] == 120


def test_notes_say_what_is_missing():
    bare = economics(comparison({"nothing": arm(NOTHING), "free": arm(RISING)}, {"avoided": {"NHS": 4}}))
    assert len(bare.notes) == 2
    assert "No arm spends any money" in bare.notes[0]
    assert "no outcome" in bare.notes[1]
    assert economics(_two()).notes == ()


@pytest.mark.parametrize("step", ["day", "month", "year"])
def test_a_step_that_is_no_week_must_say_how_many_there_are(step):
    with pytest.raises(ScenarioError, match=rf"economics\.steps_a_year: a step is a {step}; give \d+"):
        prices_of({"step": step})
    assert prices_of({"step": step, "economics": {"steps_a_year": 52}}).steps_a_year == 52
    assert prices_of({"step": "round"}).steps_a_year == 52


def test_mistakes():
    with pytest.raises(ResultError, match="no arm 'nothing'"):
        economics(comparison({"course": arm(RISING)}))
    with pytest.raises(ResultError, match="did you mean 'course'"):
        economics(_two(), baseline="curse")
    found = economics(_two())
    for ask in (found.social_return, found.break_even):
        with pytest.raises(ResultError, match=r"economics\.worth"):
            ask("course")
    for wrong in (lambda: found.incremental("curse", "nothing"), lambda: found.increments("curse")):
        with pytest.raises(ResultError, match="did you mean 'course'"):
            wrong()
    with pytest.raises(ResultError, match="worth -1"):
        found.incremental("course", "nothing", -1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.baseline = "course"  # type: ignore[misc]


def test_another_baseline():
    found = economics(_two(), baseline="course")
    assert found.effectiveness()["arm"].unique().tolist() == ["nothing"]
    assert found.effectiveness()["ratio"].isna().all()


# ── on the engine ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_averted_incidents_and_hours_of_a_run_are_priced():
    town = ps.Scenario.load("village").set("community.households", 60).set("steps", 60)
    town = town.set("outcome", {"issue": "falls", "risk": 0.02, "effect": 0.5})
    town = town.set("arms", {"nothing": [], "course": [{"training": {"staff_hours": 3.0, "places": 30}}]})
    town = town.set("economics", {"avoided": {"NHS": 200.0}, "staff_hour": 20.0, "discount": "none"})
    result = ps.compare(town, replicates=6)
    found = ps.economics(result)
    payers = found.payers().set_index(["arm", "payer"])
    averted = [result.series(arm, "expected_incidents_so_far")[:, -1].mean() for arm in ("nothing", "course")]
    assert payers.loc[("course", "NHS"), "avoided"] == pytest.approx(200 * (averted[0] - averted[1]))
    assert payers.loc[("course", "NHS"), "avoided"] > 0
    hours = result.series("course", "staff_hours_so_far")[:, -1].mean()
    assert payers.loc[("course", "sponsor"), "cost"] == pytest.approx(20 * hours)
    assert hours > 0
    assert found.notes == ()


def test_arms_that_are_equal_but_for_their_name_differ_by_exactly_nothing():
    town = ps.Scenario.load("village").set("community.households", 50).set("steps", 60)
    course = [{"training": {"cost_session": 31.7, "cost_place": 0.3}}]
    town = town.set("arms", {"nothing": [], "one": course, "other": course})
    town = town.set("economics.worth_of_adopter_year", 123.4)
    found = ps.economics(ps.compare(town, replicates=6))
    step = found.incremental("one", "other")
    assert step.standing == "equal"
    assert not np.any([step.net[:3]])  # type: ignore[index]
    assert found.incremental("one", "nothing").standing != "equal"  # control
