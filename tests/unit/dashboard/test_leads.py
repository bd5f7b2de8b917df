"""Who leads when: at every step what the paired difference at that step says, in words and spells."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_sim as ps
from pd_sim.dashboard import leads
from pd_sim.dashboard.leads import Leads, leads_of, spells_of, told_of
from pd_sim.results.uncertainty import paired_difference


@pytest.fixture(scope="module")
def result():
    town = ps.Scenario.load("village").set("community.households", 80).set("steps", 90)
    return ps.compare(town, replicates=30, seed=4)


def test_every_step_says_what_the_paired_difference_says(result):
    leads = leads_of(result)
    for step in range(0, result.steps + 1, 9):
        means = {arm: result.series(arm)[:, step].mean() for arm in result.arms}
        first, second = leads.arms[leads.first[step]], leads.arms[leads.second[step]]
        assert means[first] == max(means.values())
        gap = result.difference(first, second, step=step)
        assert (leads.mean[step], leads.low[step], leads.high[step]) == pytest.approx((gap.mean, gap.low, gap.high))
        assert (leads.leader[step] >= 0) == (gap.low > 1e-12)


def test_equal_arms_never_lead_and_one_replicate_tells_nothing(result):
    town = ps.Scenario.load("village").set("community.households", 40).set("steps", 60)
    twins = town.model_copy(update={"arms": {"a": town.arms["top_down"], "b": town.arms["top_down"]}})
    both = leads_of(ps.compare(twins, replicates=5))
    assert (both.leader == -1).all()
    assert told_of(both) == "Too close to call throughout."
    assert (leads_of(ps.compare(town, replicates=1)).leader == -1).all()
    assert (leads_of(result, ["top_down", "nothing"]).leader >= 0).any()  # the same rule does find a lead


def made(pattern: str) -> Leads:
    """A lead of a or b, or a dot where it is too close."""
    who = np.array(["ab.".index(c) for c in pattern])
    gap = np.where(who == 2, 0.0, 0.3)
    first = np.where(who == 1, 1, 0)
    return Leads(("top_down", "bottom_up"), first, 1 - first, gap, gap - 0.1, gap + 0.1)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (
            "." * 10 + "a" * 49 + "." * 13 + "b" * 85,
            "Top-down leads weeks 10 to 58; too close to call until 71; bottom-up from then on.",
        ),
        ("b" * 60, "Bottom-up leads throughout."),
        ("a" * 30 + "." * 30, "Top-down leads weeks 0 to 29; too close to call from then on."),
        ("." * 60, "Too close to call throughout."),
        ("." * 20 + "a" + "." * 39, "Too close to call throughout, but for week 20."),
        (
            "a" * 20 + "." * 10 + "b" * 2 + "." * 5 + "a" + "." * 5 + "b" * 20,
            "Top-down leads weeks 0 to 19; too close to call until 42, but for 3 weeks; bottom-up from then on.",
        ),
        # steps that are undecided are nobody's
        ("." * 8 + "a" * 61 + "." * 2 + "b" * 86, "Top-down leads weeks 8 to 68; bottom-up from week 71 on."),
        (
            "a" * 40 + "." + "b" * 40 + "a" * 40,
            "Top-down leads weeks 0 to 39; bottom-up weeks 41 to 80; top-down from then on.",
        ),
        ("a" * 30 + "." + "a" * 29, "Top-down leads throughout, but for week 30."),
        ("a" * 30 + ".." + "a" * 28, "Top-down leads throughout, but for weeks 30 to 31."),
        (
            "." * 5 + ("a" * 20 + ".") * 3 + "b" * 30,
            "Top-down leads weeks 5 to 66, but for 2 weeks; bottom-up from week 68 on.",
        ),
        ("a" * 30 + "b" + "a" * 29, "Top-down leads throughout, but for week 30."),
        ("." + "a" * 59, "Top-down leads from week 1 on."),
        ("a" * 58 + ".b", "Top-down leads weeks 0 to 57; bottom-up from week 59 on."),
        (("a" * 5 + "." * 5 + "b" * 5 + "." * 5) * 4, "The lead is not settled: it changes 15 times."),
    ],
)
def test_the_words_follow_the_spells(pattern, said):
    assert told_of(made(pattern)) == said


@given(st.lists(st.tuples(st.sampled_from("ab."), st.integers(1, 30)), min_size=1, max_size=7))
def test_every_step_that_is_spoken_of_is_what_it_is_said_to_be(parts):
    pattern = "".join(who * many for who, many in parts)
    leader = made(pattern).leader
    for one in leads._stretches(spells_of(made(pattern)), 3):
        otherwise = {step for start, end in one.but for step in range(start, end + 1)}
        place = ("top_down", "bottom_up").index(one.arm) if one.arm else -1
        assert all((leader[step] == place) != (step in otherwise) for step in range(one.start, one.end + 1))


def test_spells_cover_every_step_once(result):
    spells = spells_of(leads_of(result))
    assert [step for spell in spells for step in range(spell.start, spell.end + 1)] == list(range(result.steps + 1))
    assert all(spell.low > 0 for spell in spells if spell.arm)


def test_all_steps_are_looked_at_at_once(monkeypatch):
    class Given:
        arms = dict.fromkeys(("a", "b", "c", "d"))

        def series(self, arm, measure):
            return np.random.default_rng(ord(arm)).random((200, 157))

    taken = []

    def counted(ahead, behind):
        taken.append(ahead.shape)
        return paired_difference(ahead, behind)

    monkeypatch.setattr(leads, "paired_difference", counted)
    leads_of(Given())
    assert taken == [(200, 157)]
