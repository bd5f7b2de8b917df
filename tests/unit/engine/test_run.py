"""A run can be looked at: counts, money, households, history; a study refuses what it cannot do."""

from __future__ import annotations

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.engine import simulate
from pd_sim.errors import ScenarioError, UnknownNameError
from pd_sim.population import COUNTERS, Stage
from tests.builders import Everybody, Remembering, scenario

TOWN = scenario(
    {"generator": "village", "households": 60, "villages": 2},
    {
        "nothing": [],
        "arm": [{"facilitation": {"engage": 1, "cost_session": 5.0, "cost_visit": 1.0}}, Everybody(push=0.2, pays=0.1)],
    },
    steps=40,
    behaviour={"try_rate": 0.2, "rest": 5},
    practice={"positive_deviants": 0.1},
)


@pytest.fixture(scope="module")
def run():
    return ps.run(TOWN, "arm", 3)


def test_stages_add_up_to_all_households_at_every_step(run):
    frame = run.frame()
    stages = [s.name.lower() for s in Stage]
    assert (frame[stages].sum(axis=1) == frame["households"]).all()
    assert list(frame.columns[:3]) == ["step", "village", "households"]
    assert list(frame.columns[3 : 3 + len(COUNTERS)]) == list(COUNTERS)
    assert len(frame) == 41 * 2
    assert sorted(frame["village"].unique()) == ["1", "2"]


def test_what_happens_in_a_step_explains_how_the_stocks_change(run):
    c = {name: run.counts[:, :, k] for k, name in enumerate(COUNTERS)}
    assert (np.diff(c["practising"], axis=0) == (c["successes"] - c["lapses"])[1:]).all()
    ended = c["successes"] + c["failures"]
    assert (np.diff(c["trying"], axis=0) == (c["trials"] - ended)[1:]).all()
    prompts = sum(c[f"by_{p}"] for p in ("session", "tie", "message", "pay", "itself"))
    assert (prompts == c["successes"]).all()
    assert (c["seen"] <= c["practising"]).all()
    assert (np.diff(c["ever_practised"], axis=0) >= 0).all()
    assert (np.diff(c["participants"], axis=0) >= 0).all()
    assert (c["participants"] <= c["attendance"].cumsum(axis=0)).all()
    assert min(c[name].sum() for name in ("trials", "successes", "failures", "lapses", "attendance")) > 0


def test_history_agrees_with_the_counts(run):
    for k, stage in enumerate(Stage):
        assert ((run.history.stage == stage).sum(axis=1) == run.counts[:, :, k].sum(axis=1)).all()
    seen = (run.history.stage == Stage.PRACTISING) & ~run.history.hidden
    assert (seen.sum(axis=1) == run.counts[:, :, COUNTERS.index("seen")].sum(axis=1)).all()


def test_households_are_told_in_words(run):
    people = run.households()
    assert len(people) == 120
    assert people["stage"].isin([s.name.lower() for s in Stage]).all()
    assert (people["since"] >= 0).all()
    deviants = people["first_practised"] == 0
    assert deviants.sum() == 12
    tried = people["first_practised"] > 0
    assert set(people.loc[tried, "prompt"]) <= {"session", "tie", "message", "pay", "itself"}
    assert (people.loc[~tried, "prompt"] == "").all()
    copied = people.loc[people["copied_from"] != ""]
    assert len(copied) > 0
    assert copied["copied_from"].isin(people["household"]).all()
    counted = run.counts[-1, :, COUNTERS.index("ever_practised")].sum()
    assert (people["first_practised"] >= 0).sum() == counted


def test_money_stands_by_heading_step_and_village(run):
    frame = run.frame()
    assert (frame["cost_sessions"] == 5.0 * frame["sessions"]).all()
    assert {h: m.shape for h, m in run.cost.items()} == {"sessions": (41, 2), "visits": (41, 2)}


def test_the_same_call_gives_the_same_run_and_leaves_the_scenario_as_it_was(run):
    before = TOWN.content_hash
    again = ps.run(TOWN, "arm", 3)
    assert again.digest == run.digest
    assert again.households().equals(run.households())
    assert TOWN.content_hash == before
    assert len(run.digest) == 32


def test_memory_of_an_intervention_is_part_of_the_digest():
    one, two = (ps.run(scenario(arms={"a": [Remembering(each=0, enough=n)]}), "a", 1) for n in (1, 2))
    assert one.digest == two.digest  # nothing to remember, nothing else differs

    class Minding(Remembering, kind="minding"):
        """Remembers a number without acting on it."""

        def act(self, step, pop, state):
            """Count the steps."""
            state.total += self.each

    one, two = (ps.run(scenario(arms={"a": [Minding(each=n)]}), "a", 1) for n in (1, 2))
    assert one.digest != two.digest
    assert (one.counts == two.counts).all()


def test_unknown_arms_and_engines_are_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="unknown arm 'nothng'; did you mean 'nothing'"):
        ps.run(TOWN, "nothng", 1)
    with pytest.raises(UnknownNameError, match="unknown engine 'mess'; did you mean 'mesa'"):
        ps.run(TOWN, "nothing", 1, engine="mess")
    with pytest.raises(UnknownNameError, match="unknown arm 'armm'; did you mean 'arm'"):
        simulate(TOWN, ["armm"], seed=1, replicates=1)


@pytest.mark.parametrize("replicates", [0, -1, 1.5, True, "3", None, 10**9])
def test_a_number_of_replicates_that_makes_no_sense_is_refused(replicates):
    with pytest.raises(ScenarioError, match=r"^replicates: give a whole number from 1 to 1,000,000, not"):
        simulate(TOWN, seed=1, replicates=replicates)


@pytest.mark.parametrize("threads", [0, -2, 1.5, True, "2"])
def test_a_number_of_threads_that_makes_no_sense_is_refused(threads):
    with pytest.raises(ScenarioError, match=r"^threads: give a whole number from 1, not"):
        simulate(TOWN, seed=1, replicates=1, threads=threads)


def test_progress_tells_what_is_done_of_what_there_is_to_do():
    told = []
    simulate(TOWN, seed=1, replicates=7, threads=2, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (14, 14)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert {total for _, total in told} == {14}


def test_an_error_in_progress_ends_the_study():
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(TOWN, seed=1, replicates=50, threads=2, tile_households=1, progress=stop)


def test_an_error_in_a_tile_reaches_the_caller():
    class Breaking(ps.Intervention, kind="breaking"):
        """Breaks late, when the contract is past."""

        def act(self, step, pop, state):
            """Break."""
            if step == 35:
                raise ArithmeticError("too late")

    with pytest.raises(Exception, match="too late"):
        simulate(scenario(arms={"a": [Breaking()]}, steps=40), seed=1, replicates=3, threads=2)
