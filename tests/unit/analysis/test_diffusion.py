"""Five households, worked out by hand.

a – b, a – c, b – c, c – d, d – e. a practises from the start; b adopts in step 1 (having copied a), c in 2 (b),
d in 3 (c), e in 4 (d). Nobody stops, and everybody sees everything.
"""

from __future__ import annotations

import numpy as np
import pytest

from pd_sim.analysis import adopters, diffusion
from pd_sim.population import Stage
from tests.builders import founded, tied

A, B, C, D, E = range(5)
PAIRS = [(A, B), (A, C), (B, C), (C, D), (D, E)]
FIRST = [0, 1, 2, 3, 4]
COPIED = [-1, A, B, C, D]


def village(pairs=PAIRS, sights=(1, 0, 0), **how):
    """Stage and hidden at every step, ties and sight."""
    community = tied(5, pairs, **how)
    stage = np.array([[Stage.PRACTISING if first <= t else Stage.AWARE for first in FIRST] for t in range(6)], np.uint8)
    return stage, np.zeros(stage.shape, bool), community.ties, founded(community, sights=sights).sight


def test_who_adopts_when():
    assert diffusion.first_practised(village()[0]).tolist() == FIRST
    # mean 2.5, sd 1.118: early adopters before 1.38, the early majority before 2.5, laggards after 3.62
    by_hand = ["from the start", "early adopter", "early majority", "late majority", "laggard"]
    assert adopters.categories(FIRST).tolist() == by_hand
    assert adopters.categories_by_rank(FIRST).tolist() == by_hand  # mid-ranks .125, .375, .625, .875
    assert adopters.categories([-1, 0]).tolist() == ["never", "from the start"]


def test_the_very_first_are_innovators():
    steps = [1, *[50] * 30, *[60] * 30]
    assert adopters.categories(steps).tolist()[0] == "innovator"
    assert adopters.categories_by_rank(steps).tolist()[0] == "innovator"  # mid-rank 1/122 is below .025
    # all at once: nobody is before or after the others
    assert set(adopters.categories([7, 7, 7])) == {"late majority"}
    assert set(adopters.categories_by_rank([7, 7, 7])) == {"late majority"}


def test_ranks_are_those_of_rogers_where_times_are_normal():
    steps = np.round(1000 + 100 * np.random.default_rng(1).normal(size=20_000)).astype(int)
    for named in (adopters.categories(steps), adopters.categories_by_rank(steps)):
        shares = [(named == category).mean() for category in adopters.CATEGORIES]
        assert shares == pytest.approx([0.025, 0.135, 0.34, 0.34, 0.16], abs=0.01)


def test_thresholds():
    found = diffusion.exposure_at_adoption(*village())
    assert found[1:].tolist() == [1 / 2, 2 / 3, 1 / 2, 1]  # b: a of a, c; c: a, b of a, b, d; d: c of c, e; e: d
    assert np.isnan(found[A])
    assert diffusion.exposure(5, *village()).tolist() == [1, 1, 1, 1, 1]
    assert diffusion.exposure(0, *village()).tolist() == [0, 1 / 2, 1 / 3, 0, 0]


def test_who_adopts_in_the_same_step_does_not_count_yet():
    stage, *rest = village()
    stage[1, C] = Stage.PRACTISING  # c adopts in step 1, as b does
    assert diffusion.exposure_at_adoption(stage, *rest)[[B, C]].tolist() == [1 / 2, 1 / 3]


def test_a_threshold_weighs_ties():
    found = diffusion.exposure_at_adoption(*village(weight=[3, 1, 1, 1, 1]))
    assert found[1:].tolist() == pytest.approx([3 / 4, 2 / 3, 1 / 2, 1])


def test_who_stopped_or_hides_counts_by_the_question():
    stage, hidden, ties, sight = village()
    stage[1:, A] = Stage.LAPSED  # a stops in step 1, before c adopts
    ever, seen = (diffusion.exposure_at_adoption(stage, hidden, ties, sight, over) for over in ("ever", "seen"))
    assert (ever[C], seen[C]) == (2 / 3, 1 / 3)
    hidden[:, A] = True
    stage[1:, A] = Stage.PRACTISING
    for over in ("ever", "seen"):
        assert diffusion.exposure_at_adoption(stage, hidden, ties, sight, over)[[B, C]].tolist() == [0, 1 / 3]


def test_nobody_is_seen_where_nothing_is():
    seen = diffusion.exposure_at_adoption(*village(sights=(0, 0, 0)), over="seen")
    assert seen[1:].tolist() == [0, 0, 0, 0]
    alone = diffusion.exposure_at_adoption(*village(pairs=[(A, B)]))
    assert np.isnan(alone).tolist() == [True, False, True, True, True]


def test_a_trial_begins_before_it_succeeds():
    stage, hidden, ties, sight = village()
    stage[2:4, E] = Stage.TRYING  # e decides to try in step 2, when d does not yet practise
    stage[1, D] = stage[2, D] = Stage.TRYING  # and d in step 1, when c does not
    assert diffusion.trial_began(stage).tolist() == [-1, 1, 2, 1, 2]
    found = diffusion.exposure_at_adoption(stage, hidden, ties, sight, when="trial")
    assert found[1:].tolist() == [1 / 2, 2 / 3, 0, 0]
    # tried, failed and tried again: the last trial is the one that succeeded
    again = np.array([[1, 2, 5, 1, 2, 3]], np.uint8).T
    assert diffusion.trial_began(again).tolist() == [4]


def test_each_adopter_is_credited_to_those_it_copied_or_saw():
    copied = diffusion.copies(COPIED, FIRST)
    assert copied.tolist() == [1, 1, 1, 1, 0]
    # e tried what d showed and never practised
    assert diffusion.copies(COPIED, [0, 1, 2, 3, -1]).tolist() == [1, 1, 1, 0, 0]
    shown = diffusion.shown_to(*village())
    assert shown.tolist() == [1.5, 0.5, 1, 1, 0]  # c saw a and b, half each
    assert shown.sum() == 4  # one for each adopter
    weighed = diffusion.shown_to(*village(weight=[1, 1, 3, 1, 1]))
    assert weighed.tolist() == pytest.approx([1.25, 0.75, 1, 1, 0])
    assert diffusion.shown_to(*village(sights=(0, 0, 0))).tolist() == [0] * 5


def test_the_reproduction_number_by_time():
    copied, shown = diffusion.copies(COPIED, FIRST), diffusion.shown_to(*village())
    found, number = diffusion.reproduction(FIRST, copied, edges=[0, 1, 3, 5, 6])
    assert number.tolist() == [1, 2, 2, 0]
    assert found.tolist()[:3] == [1, 1, 0.5]
    assert np.isnan(found[3])
    assert diffusion.reproduction(FIRST, shown, edges=[0, 1, 3, 5])[0].tolist() == [1.5, 0.75, 0.5]
    # who never practised is in no window
    assert diffusion.reproduction([-1, 0], [5, 1], edges=[0, 1])[0].tolist() == [1]


def test_times_to_shares_of_all_and_of_the_final():
    ever = np.array([0.2, 0.4, 0.6, 0.8, 0.8, 0.8])
    assert diffusion.times_to(ever)[:2].tolist() == [0, 2]
    assert np.isnan(diffusion.times_to(ever)[2])
    assert diffusion.times_to(ever, of="final").tolist() == [0, 1, 3]  # .08, .4, .72
    assert diffusion.times_to([[0.0, 0.0], [0.0, 1.0]], (0.5,), of="final").tolist() == [[0], [1]]
    assert np.isnan(diffusion.times_to([0.0, 0.0], (0.5,)))
