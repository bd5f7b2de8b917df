from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pd_sim.analysis.counts import two_counts, two_proportions
from pd_sim.analysis.evaluation import EFFECT, HARM, NO_EFFECT, judge, judged_arms
from pd_sim.errors import ResultError
from pd_sim.results import MEASURES, ArmResult, Comparison
from pd_sim.scenario import Evaluation


def series(arms, *, households=100, measure="practising", **others):
    """A comparison in which `arms[name][replicate][step]` households practise (or other counts are this)."""
    found = {}
    for name, given in arms.items():
        rows = np.array(given)
        counts = np.zeros((*rows.shape, 1, len(MEASURES)), np.int32)
        counts[..., 0, MEASURES.index(measure)] = rows
        for other, values in others.items():
            counts[..., 0, MEASURES.index(other)] = np.array(values[name])
        found[name] = ArmResult(counts)
    return Comparison({"steps": rows.shape[1] - 1, "arms": {}}, 1, ("1",), np.array([households]), found)


LATE = {"nothing": [[2, 2, 2]] * 4, "slow": [[2, 6, 60], [2, 20, 50]] * 2}


def test_an_evaluator_who_comes_early_sees_no_effect():
    found = judge(series(LATE), Evaluation(name="e", step=1), "slow", (1, 2))
    assert two_proportions(6, 100, 2, 100) > 0.05 > two_proportions(20, 100, 2, 100)
    assert found.verdicts.tolist() == [[NO_EFFECT, EFFECT], [EFFECT, EFFECT]] * 2
    assert found.truth == EFFECT
    assert found.true_value.mean == pytest.approx(0.53)
    assert found.wrong().mean.tolist() == [0.5, 0]
    assert found.share(NO_EFFECT).tolist() == [0.5, 0]
    assert judge(series(LATE), Evaluation(name="e", step=1), "slow").steps == (1,)


def test_a_harm_is_called_one_and_fewer_may_be_better():
    worse = {"nothing": [[40, 40]] * 3, "bad": [[40, 12], [40, 11], [40, 10]]}
    assert judge(series(worse), Evaluation(name="e", step=1), "bad").verdicts.tolist() == [[HARM]] * 3
    assert judge(series(worse), Evaluation(name="e", step=1), "bad").truth == HARM
    fewer = Evaluation(name="e", step=1, measure="lapsed", better="less", truth="lapsed")
    found = judge(series(worse, measure="lapsed"), fewer, "bad")
    assert (found.verdicts.tolist(), found.truth) == ([[EFFECT]] * 3, EFFECT)


def test_the_truth_may_be_another_measure_than_the_one_evaluated():
    came = {"nothing": [[0, 0]] * 3, "busy": [[0, 30]] * 3}
    practise = {"nothing": [[2, 2], [2, 3], [2, 2]], "busy": [[2, 2], [2, 2], [2, 3]]}
    result = series(came, measure="attendance", practising=practise)
    found = judge(result, Evaluation(name="e", step=1, measure="attendance"), "busy")
    assert two_counts(30, 0) < 0.05
    assert found.verdicts.tolist() == [[EFFECT]] * 3
    assert found.truth == NO_EFFECT
    assert found.wrong().mean == 1
    # he who judges by what he measured is content
    assert judge(result, Evaluation(name="e", step=1, measure="attendance", truth="attendance"), "busy").truth == EFFECT


def test_a_difference_that_does_not_matter_counts_as_none():
    small = {"nothing": [[2, 10]] * 4, "slow": [[2, 13], [2, 14], [2, 13], [2, 14]]}
    assert judge(series(small), Evaluation(name="e", step=1), "slow").truth == EFFECT
    assert judge(series(small), Evaluation(name="e", step=1, matters=0.05), "slow").truth == NO_EFFECT
    # one replicate has no interval; its value decides
    assert judge(series({k: v[:1] for k, v in small.items()}), Evaluation(name="e", step=1), "slow").truth == EFFECT


def test_before_and_after_compares_the_arm_with_itself():
    rising = {"nothing": [[10, 30, 30]], "slow": [[10, 12, 40]]}
    before = Evaluation(name="e", step=2, versus="before", before_step=1)
    found = judge(series(rising), before, "slow", (2,))
    assert found.verdicts.tolist() == [[EFFECT]]
    assert found.true_value.mean == pytest.approx(0.28)
    assert judged_arms(series(rising), before) == ("nothing", "slow")
    # what rises without any programme is taken for one's own doing
    assert judge(series(rising), before, "nothing", (2,)).verdicts.tolist() == [[NO_EFFECT]]
    assert judge(series(rising), Evaluation(name="e", step=1, versus="before"), "nothing").verdicts.tolist() == [
        [EFFECT]
    ]


def test_a_target_is_reached_or_not():
    found = judge(series(LATE), Evaluation(name="e", step=1, target=0.2), "slow", (1, 2))
    assert found.verdicts.tolist() == [[NO_EFFECT, EFFECT], [EFFECT, EFFECT]] * 2  # exactly a fifth counts
    assert found.truth == EFFECT
    assert float(found.true_value.mean) == pytest.approx(0.55)
    fewer = Evaluation(name="e", step=1, target=30, measure="lapses", better="less")
    stopped = series({"slow": [[0, 29, 40]]}, measure="lapses")
    assert judge(stopped, fewer, "slow", (1, 2)).verdicts.tolist() == [[EFFECT, NO_EFFECT]]


def test_who_asks_few_misses_more():
    arms = {"nothing": [[2, 10]] * 400, "some": [[2, 30]] * 400}
    few = judge(series(arms), Evaluation(name="e", step=1, sample=30), "some")
    all_of_them = judge(series(arms), Evaluation(name="e", step=1), "some")
    assert all_of_them.share(EFFECT)[0] == 1
    # power of the very test, added up over all that a sample can show
    x = np.arange(31)
    p = two_proportions(x[:, None], 30, x[None, :], 30)
    chances = np.outer(stats.hypergeom(100, 30, 30).pmf(x), stats.hypergeom(100, 10, 30).pmf(x))
    power = chances[(p < 0.05) & (x[:, None] > x)].sum()
    assert few.share(EFFECT)[0] == pytest.approx(power, abs=4 * np.sqrt(power * (1 - power) / 400))
    assert 0.2 < power < 0.8


def test_the_same_asked_twice_says_the_same_and_names_do_not_matter():
    arms = {"nothing": [[2, 10]] * 50, "one": [[2, 30]] * 50, "two": [[2, 30]] * 50}
    asked = Evaluation(name="e", step=1, sample=30)
    one, two = (judge(series(arms), asked, arm).verdicts for arm in ("one", "two"))
    assert (one == two).all()
    assert (one != judge(series(arms), Evaluation(name="f", step=1, sample=30), "one").verdicts).any()


def test_between_arms_alike_few_effects_are_found():
    arms = {"nothing": [[2, 1500]] * 3000, "same": [[2, 1500]] * 3000}
    found = judge(series(arms, households=5000), Evaluation(name="e", step=1, sample=60), "same")
    assert found.truth == NO_EFFECT
    assert 0.03 < float(found.wrong().mean[0]) < 0.065
    assert found.share(HARM)[0] > 0.01  # to either side


def test_what_was_not_run_is_refused():
    result = series(LATE)
    assert judged_arms(result, Evaluation(name="e", step=1)) == ("slow",)
    assert judged_arms(result, Evaluation(name="e", step=1, target=0.2)) == ("nothing", "slow")
    with pytest.raises(ResultError, match="evaluation 'e': compares with arm 'other', not run"):
        judged_arms(result, Evaluation(name="e", step=1, versus="other"))
    with pytest.raises(ResultError, match="unknown arm 'slo'; did you mean 'slow'"):
        judged_arms(result, Evaluation(name="e", step=1, arms=("slo",)))
    with pytest.raises(ResultError, match="step 9"):
        judge(result, Evaluation(name="e", step=9), "slow")
