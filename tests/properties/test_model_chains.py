"""The engine against closed forms: Markov chains of households without ties, and the mean field of a complete graph.

Errors are stated: of n households a share p is met within 4.5 √(p(1 − p)/n); over the some hundred comparisons of a
test that fails a sound engine once in some hundred thousand draws of the (fixed) seed.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.engine import Tile, new_population, simulate
from pd_sim.population import COUNTERS, Stage, Variant
from tests.builders import Everybody, founded, graph, isolated, scenario

N = 20_000
SIMPLE = {"confidence_weight": 0.0, "gain": 0.0, "loss": 0.0, "learn_near": 0.0, "learn_alone": 0.0}
FITS = {"portability": 1.0, "certainty": 1.0, "positive_deviants": 0}
TRAITS = {"caution": 0.25, "trust_peer": 1.0}
ALONE = graph(isolated(N))


def within(shares, wanted, n=N):
    """Shares agree with what is wanted, within the stated error."""
    shares, wanted = np.asarray(shares), np.asarray(wanted)
    error = 4.5 * np.sqrt(np.clip(wanted * (1 - wanted), 0, None) / n) + 1e-12
    return bool((abs(shares - wanted) <= error).all())


def shares_by_stage(run):
    return run.counts[:, 0, :6] / N


def chain(trying, success, lapsing, trial, rest, steps):
    """Shares by stage of households that start aware: powers of the matrix of one step."""
    names = ["aware", *(f"trying {k}" for k in range(trial)), "practising"]
    names += [f"{stage} {k}" for stage in ("lapsed", "rejected") for k in range(rest)]
    at = {name: k for k, name in enumerate(names)}
    step = np.zeros((len(names), len(names)))
    step[at["aware"], at["aware"]] = 1 - trying
    step[at["aware"], at["trying 0"]] = trying
    for k in range(trial - 1):
        step[at[f"trying {k}"], at[f"trying {k + 1}"]] = 1
    step[at[f"trying {trial - 1}"], at["practising"]] = success
    step[at[f"trying {trial - 1}"], at["rejected 0"]] = 1 - success
    step[at["practising"], at["practising"]] = 1 - lapsing
    step[at["practising"], at["lapsed 0"]] = lapsing
    for stage in ("lapsed", "rejected"):
        for k in range(rest - 1):
            step[at[f"{stage} {k}"], at[f"{stage} {k + 1}"]] = 1
        step[at[f"{stage} {rest - 1}"], at["aware"]] = 1
    order = [s.name.lower() for s in Stage]
    spread = np.array([[name.split()[0] == stage for stage in order] for name in names], float)
    return np.array([np.linalg.matrix_power(step, t)[at["aware"]] @ spread for t in range(steps + 1)])


@pytest.mark.parametrize(
    ("trial", "rest", "floor", "lapse", "push"), [(2, 3, 0.6, 0.1, 0.3), (1, 1, 0.9, 0.5, 0.2), (4, 7, 0.2, 0.01, 0.5)]
)
def test_households_under_a_constant_push_are_a_markov_chain(trial, rest, floor, lapse, push):
    numbers = {"trial": trial, "rest": rest, "floor": floor, "fresh": lapse, "settled": lapse, "try_rate": 0.4}
    town = scenario(
        ALONE,
        {"arm": [Everybody(push=push)]},
        steps=40,
        traits=TRAITS,
        initial={"aware": 1.0},
        practice=FITS,
        behaviour={**SIMPLE, **numbers},
    )
    trying = 0.4 / (1 + math.exp(-(float(np.float32(push)) - 0.25) / 0.06))
    shares = shares_by_stage(ps.run(town, "arm", 1))
    assert within(shares, chain(trying, floor, lapse, trial, rest, 40))
    # negative controls: a step more of trial or of rest, or a chance a fiftieth greater, is not within the error
    assert not within(shares, chain(trying, floor, lapse, trial + 1, rest, 40))
    assert not within(shares, chain(trying, floor, lapse, trial, rest + 1, 40))
    assert not within(shares, chain(1.05 * trying, floor, lapse, trial, rest, 40))


def test_households_that_only_lapse_survive_by_the_product_of_not_lapsing():
    town = scenario(
        ALONE,
        steps=60,
        initial={"practising": 1.0},
        practice=FITS,
        behaviour={**SIMPLE, "rest": "never", "fresh": 0.2, "settled": 0.01, "habit_rate": 0.15},
    )
    e = np.arange(60)
    survive = np.concatenate([[1.0], np.cumprod(1 - (0.01 + 0.19 * 0.85**e))])
    shares = shares_by_stage(ps.run(town, "nothing", 1))
    assert within(shares[:, Stage.PRACTISING], survive)
    assert within(shares[:, Stage.LAPSED], 1 - survive)
    assert not within(shares[1:, Stage.PRACTISING], survive[:-1])


def test_paid_households_lapse_less_now_and_more_later():
    """Paid for ten steps: the chance is halved, but only half of these steps make habit; then pay ends."""
    numbers = {"fresh": 0.2, "settled": 0.01, "habit_rate": 0.15, "crowding": 0.5, "pay_full": 0.5, "rest": "never"}

    class TenSteps(Everybody, kind="ten_steps"):
        """Pays for ten steps."""

        def act(self, step, pop, state):
            """Pay everybody."""
            if step <= 10:
                pop.pay(~pop.nobody(), 0.25)

    town = scenario(
        ALONE,
        {"arm": [TenSteps()]},
        steps=40,
        initial={"practising": 1.0},
        practice=FITS,
        behaviour={**SIMPLE, **numbers},
    )
    t = np.arange(1, 41)
    e = (t - 1) - 0.5 * np.minimum(t - 1, 10)
    survive = np.cumprod(1 - (0.01 + 0.19 * 0.85**e) * np.where(t <= 10, 0.5, 1.0))
    shares = shares_by_stage(ps.run(town, "arm", 1))[1:, Stage.PRACTISING]
    assert within(shares, survive)
    assert not within(shares, np.cumprod(1 - (0.01 + 0.19 * 0.85 ** (t - 1.0)) * np.where(t <= 10, 0.5, 1.0)))


@pytest.mark.parametrize("trial", [0, 1, 3])
def test_a_trial_succeeds_as_often_as_what_was_learned_says(trial):
    numbers = {**SIMPLE, "trial": trial, "rest": "never", "floor": 0.2, "learn_alone": 0.25, "try_rate": 1.0}
    town = scenario(
        ALONE,
        {"arm": [Everybody(push=9.0)]},
        steps=trial + 2,
        traits=TRAITS,
        initial={"aware": 1.0},
        practice={**FITS, "certainty": 0.6},
        behaviour={**numbers, "fresh": 0.0, "settled": 0.0},
    )
    shares = shares_by_stage(ps.run(town, "arm", 1))[-1]
    wanted = 0.6 * (0.2 + 0.8 * (1 - 0.75**trial))
    assert within(shares[[Stage.PRACTISING, Stage.REJECTED]], [wanted, 1 - wanted])


def test_hearing_from_a_fixed_number_of_neighbours_takes_a_geometric_time():
    """Pairs of one who knows and one who does not: unaware for t steps with chance (1 − q)^t."""
    n = 5000
    community = ps.Community.build(
        [f"{k}{i}" for i in range(n) for k in "ab"],
        ["v"] * 2 * n,
        [f"a{i}" for i in range(n)],
        [f"b{i}" for i in range(n)],
    )
    names = [f"a{i}" for i in range(n)]
    town = scenario(
        graph(community),
        steps=30,
        initial={"aware": names},
        practice=FITS,
        behaviour={"talk_heard": 0.1, "try_rate": 0},
    )
    unaware = ps.run(town, "nothing", 1).counts[:, 0, Stage.UNAWARE] / n
    assert within(unaware, 0.9 ** np.arange(31), n)
    assert not within(unaware, 0.9 ** np.arange(1, 32), n)


# ── mean field ──────────────────────────────────────────────────────────────────────────────────────────────────


def mean_field(n, steps, numbers, practising):
    """Shares aware, practising and lapsed on a complete graph of endless size, step by step."""
    aware, lapsed, path = 1 - practising, 0.0, []
    for _ in range(steps + 1):
        path.append((aware, practising, lapsed))
        x = practising * numbers["endorsement"] - 0.25
        tries = numbers["epsilon"] + (numbers["try_rate"] - numbers["epsilon"]) / (1 + math.exp(-x / 0.06))
        lapses = numbers["fresh"] * (1 - 0.5 * practising)
        aware, practising, lapsed = (
            aware * (1 - tries) + lapsed,
            practising * (1 - lapses) + aware * tries,
            practising * lapses,
        )
    return np.array(path)


COMPLETE = {"endorsement": 1.2, "epsilon": 0.001, "try_rate": 0.3, "fresh": 0.15, "settled": 0.15}


def simulated(n, replicates, practising, steps=40):
    town = scenario(
        {"generator": "complete", "households": n, "draw": "once"},
        steps=steps,
        traits=TRAITS,
        initial={"aware": 1.0, "practising": practising},
        practice={**FITS, "seen_practising": 1.0, "seen_stopped": 0.0},
        behaviour={**SIMPLE, **COMPLETE, "trial": 0, "floor": 1.0, "rest": 1},
    )
    counts = simulate(town, seed=1, replicates=replicates, tile_households=n)["nothing"].counts[:, :, 0]
    return counts[..., [Stage.AWARE, Stage.PRACTISING, Stage.LAPSED]] / n


@pytest.mark.slow
@pytest.mark.parametrize("practising", [0.1, 0.3, 0.5])
def test_a_complete_graph_follows_its_mean_field(practising):
    """Within 4.5 standard errors over 24 replicates, and 5/n for what a finite village adds."""
    n, replicates = 1000, 24
    shares = simulated(n, replicates, practising)
    error = 4.5 * shares.std(axis=0, ddof=1) / math.sqrt(replicates) + 5 / n
    assert (abs(shares.mean(axis=0) - mean_field(n, 40, COMPLETE, practising)) <= error).all()
    for name, value in (("try_rate", 0.36), ("fresh", 0.18)):
        wrong = mean_field(n, 40, {**COMPLETE, name: value}, practising)
        assert (abs(shares.mean(axis=0) - wrong) > error).any()


@pytest.mark.slow
def test_the_distance_to_the_mean_field_shrinks_with_the_village():
    field = mean_field(0, 30, COMPLETE, 0.4)
    rms = [math.sqrt(((simulated(n, 12, 0.4, 30) - field) ** 2).mean()) for n in (60, 240, 960)]
    assert rms[0] / rms[1] == pytest.approx(2, abs=0.8)
    assert rms[1] / rms[2] == pytest.approx(2, abs=0.8)


def test_news_on_a_complete_graph_follows_its_recursion():
    """Who heard tells: x' = x + (1 − x)(1 − (1 − q)^(x n)), 100 villages of 200, from the mean of each step."""
    n, replicates, q = 200, 100, 0.002
    town = scenario(
        {"generator": "complete", "households": n},
        steps=30,
        initial={"aware": 0.05},
        practice=FITS,
        behaviour={"talk_heard": q, "try_rate": 0.0},
    )
    heard = simulate(town, seed=2, replicates=replicates)["nothing"].counts[:, :, 0, Stage.AWARE]
    expected = heard[:, :-1] + (n - heard[:, :-1]) * (1 - (1 - q) ** heard[:, :-1])
    surplus = heard[:, 1:] - expected
    chance = 1 - (1 - q) ** heard[:, :-1]
    spread = np.sqrt(((n - heard[:, :-1]) * chance * (1 - chance)).sum(axis=0))
    assert (abs(surplus.sum(axis=0)) <= 4.5 * spread).all()
    assert (abs(surplus.sum(axis=0) + expected.sum(axis=0) * 0.02) > 4.5 * spread).any()


def test_one_success_in_a_village_of_one_is_a_coin():
    """4000 replicates of one household: each its own luck, as a tile."""
    drawn = founded(isolated(1), stage=Stage.AWARE, variant=Variant.LOCAL, trust_peer=1.0)
    town = scenario(steps=1, practice=FITS, behaviour={**SIMPLE, "trial": 0, "try_rate": 0.5, "floor": 0.5})
    tile = Tile(town, [Everybody(push=9.0)], new_population(town, [drawn] * 4000, range(4000)))
    practising = tile.run().counts[-1, :, COUNTERS.index("practising")]
    assert within(practising.mean(), 0.25, 4000)
