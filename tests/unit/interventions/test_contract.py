"""The contract that every intervention keeps, and for each of its clauses one that breaks it and is caught."""

from __future__ import annotations

import sys
from itertools import count
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

import pd_sim as ps
from pd_sim.engine import Tile, check_intervention
from pd_sim.engine.ensemble import simulate
from pd_sim.errors import InterventionError
from pd_sim.interventions import Budget, Chance, Intervention, Scheduled, kind_named
from pd_sim.population import SPONSOR, PerVillage, Stage
from tests.unit.interventions.made import state_digest
from tests.unit.interventions.samples import SAMPLES, START, STEPS, STOP, Sample, own_kinds, tile_of, world
from tests.unit.interventions.watching import FOR_HOUSEHOLDS, run_watched

EVERY = pytest.mark.parametrize("sample", SAMPLES, ids=[s.name for s in SAMPLES])
GENERATED = {"generator": "village", "households": 20, "villages": 3, "mean_degree": 4}


def bad(cls: type, most: Any = None, **fields: Any) -> Sample:
    """A sample of an intervention made up here."""
    return Sample(cls.kind, fields, most or {})


class TellsOne(Scheduled, kind="tells_one"):
    """Does nothing wrong: tells one household of each village in a step."""

    def act(self, step, pop, state):
        """Tell."""
        pop.tell(pop.pick(~pop.nobody(), 1, "one"))


def test_every_intervention_has_a_sample():
    missing = set(own_kinds()) - {s.kind for s in SAMPLES}
    assert not missing, f"add a sample of each to samples.py: {sorted(missing)}"


def worlds(sample: Sample, **more: Any) -> tuple[Tile, Tile]:
    """The world with the sample and the one without it, which has all that stands beside it."""
    town = world(sample, **more)
    bare = town.model_copy(update={"threats": ()})
    kept = [i for i in town.arm("arm") if i.kind != sample.kind]
    return tile_of(town), tile_of(bare, kept)


@EVERY
def test_the_sample_really_acts(sample):
    mine, without = worlds(sample)
    mine.run()
    without.run()
    spent = [sorted((k, v.tobytes()) for k, v in t.track.cost.items()) for t in (mine, without)]
    assert state_digest(mine.pop) != state_digest(without.pop) or spent[0] != spent[1]


# ── only through verbs ──────────────────────────────────────────────────────────────────────────────────────────────


def acts_only_through_verbs(sample: Sample) -> None:
    watch = run_watched(tile_of(world(sample), seeds=((1, 1), (2, 5))), kind_named(sample.kind))
    assert watch.steps


@EVERY
def test_it_acts_only_through_verbs(sample):
    acts_only_through_verbs(sample)


def _pushes(pop):
    pop.arrays.own["push"][0] += 1.0


def _spends(pop):
    pop.spent.setdefault("visits", np.zeros(pop.villages))[0] += 1.0


def _replaces(pop):
    pop.arrays = pop.arrays._replace(stage=np.ones(pop.n, np.uint8))


def _swaps_ties(pop):
    pop.arrays.sees[[0, 1]] = pop.arrays.sees[[1, 0]]


@pytest.mark.parametrize("how", [_pushes, _spends, _replaces, _swaps_ties])
@pytest.mark.parametrize("then", ["at its end", "before tell"])
def test_one_that_writes_by_itself_is_caught(how, then):
    class Writes(Intervention, kind="writes"):
        """Writes into the population."""

        def act(self, step, pop, state):
            """Write, and perhaps go on with a verb."""
            how(pop)
            if then == "before tell":
                pop.tell(pop.nobody())

    with pytest.raises(AssertionError, match=f"other than through a verb, {then}"):
        acts_only_through_verbs(bad(Writes))
    acts_only_through_verbs(bad(TellsOne))


# ── only in its steps ───────────────────────────────────────────────────────────────────────────────────────────────


def acts_only_in_its_steps(sample: Sample) -> None:
    """Nothing is other than without it before its start, nor from its stop on but that it may settle what it owes."""
    mine, without = worlds(sample, fields=sample.in_time)
    spec = sample.made(**sample.in_time)
    winds_up = isinstance(spec, Scheduled) and spec.winds_up(STOP)
    acted = False
    for step in range(1, STEPS + 1):
        if step == STOP:  # from here on, compared with the same world from which it is taken away
            kept = without.turns.acting
            without = Tile(world(None, arms={"arm": []}), kept, mine.pop.copy())
        mine.step()
        without.step()
        alike = state_digest(mine.pop) == state_digest(without.pop)
        spent = [sum(v.sum() for v in t.pop.spent.values()) for t in (mine, without)]
        if START <= step < STOP:
            acted = acted or not alike or spent[0] != spent[1]
            continue
        assert alike, f"it acts in step {step}, from {START} to {STOP}"
        assert spent[0] == spent[1] or (step == STOP and winds_up), f"it spends in step {step}, from {START} to {STOP}"
    assert acted


TIMED = [s for s in SAMPLES if s.in_time and "hazard" not in s.fields]


@pytest.mark.parametrize("sample", TIMED, ids=[s.name for s in TIMED])
def test_it_acts_only_in_its_steps(sample):
    acts_only_in_its_steps(sample)


IN_ROUNDS = [s for s in TIMED if not s.is_threat]


def acts_in_its_rounds(sample: Sample) -> None:
    """From step 4 to 9 and again from 12 on: it acts in these steps, or in the one after if something is owed."""
    fields = {**sample.in_time, "again": 8}
    watch = run_watched(tile_of(world(sample, fields=fields)), kind_named(sample.kind))
    within = {*range(START, STOP), *range(START + 8, STEPS + 1)}
    assert START in watch.steps
    assert START + 8 in watch.steps
    beyond = {STOP} if sample.made(**fields).winds_up(STOP) else set()
    assert watch.steps <= within | beyond, f"it acts in steps {sorted(watch.steps - within)}"


@pytest.mark.parametrize("sample", IN_ROUNDS, ids=[s.name for s in IN_ROUNDS])
def test_it_acts_in_its_rounds(sample):
    acts_in_its_rounds(sample)


def test_one_that_goes_on_is_caught():
    class GoesOn(TellsOne, kind="goes_on"):
        """Always has something left to settle."""

        def winds_up(self, step):
            """Never ends."""
            return True

    with pytest.raises(AssertionError, match="it acts in step 1, from 4 to 9"):
        acts_only_in_its_steps(bad(GoesOn))
    with pytest.raises(AssertionError, match=r"it acts in steps \[1, 2, 3, 9, 10, 11\]"):
        acts_in_its_rounds(bad(GoesOn))

    class Late(GoesOn, kind="late"):
        """Has something left to settle for ever after."""

        def winds_up(self, step):
            """Does not end."""
            return step > START

        def act(self, step, pop, state):
            """Spend."""
            pop.charge("visits", 1.0)

    with pytest.raises(AssertionError, match="it spends in step 10"):
        acts_only_in_its_steps(bad(Late))
    acts_only_in_its_steps(bad(TellsOne))
    acts_in_its_rounds(bad(TellsOne))


# ── capacity per village ────────────────────────────────────────────────────────────────────────────────────────────


def keeps_to_its_capacity(sample: Sample) -> None:
    """No verb reaches more households of a village in a step than stated, and each reaches as many somewhere."""
    tile = tile_of(world(sample), seeds=((1, 1), (2, 5)))
    sizes = tile.pop.village_sizes.values
    watch = run_watched(tile, kind_named(sample.kind))
    if not sample.most:
        assert not FOR_HOUSEHOLDS & set(watch.reached), "it reaches households, but the sample says of none how many"
    for verb, most in sample.most.items():
        if most is None:
            continue
        allowed, reached = np.array([most(int(n)) for n in sizes]), np.array(watch.reached[verb])
        assert (reached <= allowed).all(), f"{verb}: {reached.max(axis=0)} in a step, but capacity is for {allowed}"
        assert verb == "discover" or (reached == allowed).any(), f"{verb}: never as many as {allowed}"


@EVERY
def test_capacity_is_kept_in_every_village(sample):
    keeps_to_its_capacity(sample)


def test_one_that_takes_more_than_it_may_is_caught():
    class Greedy(Intervention, kind="greedy"):
        """Lends places of one village to another."""

        places: int = 3

        def act(self, step, pop, state):
            """Hand all places of the replicate to its first village."""
            per = np.zeros(pop.villages, int)
            per[pop.arrays.replicate_start[:-1]] = self.places * np.diff(pop.arrays.replicate_start)
            pop.tell(pop.pick(~pop.nobody(), PerVillage(per), "all"))

    with pytest.raises(AssertionError, match=r"tell: .* capacity is for"):
        keeps_to_its_capacity(bad(Greedy, {"tell": lambda n: 3}))
    with pytest.raises(AssertionError, match="never as many"):
        keeps_to_its_capacity(bad(TellsOne, {"tell": lambda n: 2}))
    with pytest.raises(AssertionError, match="says of none"):
        keeps_to_its_capacity(bad(TellsOne))
    keeps_to_its_capacity(bad(TellsOne, {"tell": lambda n: 1}))


# ── deterministic given its draws; tiled or alone ───────────────────────────────────────────────────────────────────


def depends_on_its_draws_alone(sample: Sample) -> None:
    """The same seeds give the same; in the same villages with other luck it is other; a tile is its replicates."""
    town, seeds = world(sample), ((1, 1), (1, 2), (3, 1))
    together = tile_of(town, seeds=seeds).run()
    again = tile_of(town, seeds=seeds).run()
    assert together.hexdigests() == again.hexdigests(), "the same seeds give something else"
    assert len(set(together.hexdigests())) == len(seeds), "other seeds give the same"
    of = len(town.located_community().draw_community(1).villages)
    for place, seed in enumerate(seeds):
        alone = tile_of(town, seeds=(seed,)).run()
        mine = slice(place * of, (place + 1) * of)
        assert alone.hexdigests() == together.hexdigests()[place : place + 1], "a replicate is other beside others"
        assert (alone.counts == together.counts[:, mine]).all()
        for name, sums in together.cost.items():
            assert (sums[:, mine] == alone.cost.get(name, 0.0)).all(), name


@EVERY
def test_it_depends_on_its_draws_alone(sample):
    depends_on_its_draws_alone(sample)


@pytest.mark.parametrize("sample", [s for s in SAMPLES if not s.is_threat], ids=lambda s: s.name)
def test_it_passes_the_contract_for_own_interventions(sample):
    check_intervention(sample.made(), {"half": np.arange(2)})


class Lucky(Intervention, kind="lucky"):
    """Draws from a generator that remembers."""

    luck: ClassVar[Any] = np.random.default_rng(1)

    def act(self, step, pop, state):
        """Tell some."""
        pop.tell(self.luck.random(pop.n) < 0.1)


class Pools(Intervention, kind="pools"):
    """Shares what one village has among all that stand side by side, whatever replicate they are of."""

    def act(self, step, pop, state):
        """Tell the more, the more are unaware anywhere."""
        pop.tell(pop.pick(~pop.nobody(), int(pop.at(Stage.UNAWARE).sum()) // 20, "some"))


def test_one_with_luck_of_its_own_or_that_mixes_replicates_is_caught():
    with pytest.raises(AssertionError, match="the same seeds give something else"):
        depends_on_its_draws_alone(bad(Lucky))
    with pytest.raises(AssertionError, match="a replicate is other beside others"):
        depends_on_its_draws_alone(bad(Pools))
    for cls in (Lucky, Pools):
        with pytest.raises(InterventionError, match="when another is run beside it"):
            check_intervention(cls())
    depends_on_its_draws_alone(bad(TellsOne))


# ── both engines; whatever the arm is called ────────────────────────────────────────────────────────────────────────


def is_the_same_on_both_engines(sample: Sample) -> None:
    town = world(sample)
    ours, mesa = (ps.run(town, "arm", 3, engine=engine) for engine in ("compiled", "mesa"))
    assert ours.digest == mesa.digest, "the engines differ"
    assert ours.counts.tobytes() == mesa.counts.tobytes()
    for one, other in ((ours.cost, mesa.cost), (ours.amounts, mesa.amounts)):
        assert {k: v.tobytes() for k, v in one.items()} == {k: v.tobytes() for k, v in other.items()}


@EVERY
def test_both_engines_give_the_same_bytes(sample):
    is_the_same_on_both_engines(sample)


def test_one_that_knows_its_engine_is_caught():
    class Knows(TellsOne, kind="knows"):
        """Does more where it is an agent."""

        def act(self, step, pop, state):
            """Look who calls."""
            frame = sys._getframe()
            while frame is not None:
                if frame.f_code.co_filename.endswith("agents/model.py"):
                    pop.tell(~pop.nobody())
                frame = frame.f_back

    with pytest.raises(AssertionError, match="the engines differ"):
        is_the_same_on_both_engines(bad(Knows))
    is_the_same_on_both_engines(bad(TellsOne))


def is_the_same_whatever_the_arm_is_called(sample: Sample) -> None:
    town = world(sample)
    town = town.model_copy(update={"arms": dict.fromkeys(("arm", "zz top-down 2"), town.arm("arm"))})
    one, other = simulate(town, seed=2, replicates=2, threads=1, digest=True).values()
    assert one.digests == other.digests, "the name matters"
    assert {k: v.tobytes() for k, v in one.cost.items()} == {k: v.tobytes() for k, v in other.cost.items()}


@EVERY
def test_the_name_of_the_arm_does_not_matter(sample):
    is_the_same_whatever_the_arm_is_called(sample)


def test_one_that_remembers_outside_its_state_is_caught(monkeypatch):
    class Remembers(Intervention, kind="remembers"):
        """Counts how often it has acted, in whatever arm."""

        times: ClassVar[Any] = count()

        def act(self, step, pop, state):
            """Tell more each time."""
            pop.tell(pop.pick(~pop.nobody(), min(next(self.times) // 8, 50), "more"))

    monkeypatch.setattr("pd_sim.engine.ensemble.check_interventions", lambda arm, founded: None)
    with pytest.raises(AssertionError, match="the name matters"):
        is_the_same_whatever_the_arm_is_called(bad(Remembers))
    is_the_same_whatever_the_arm_is_called(bad(TellsOne))


# ── written and read back ───────────────────────────────────────────────────────────────────────────────────────────


def is_read_back_as_it_was_written(sample: Sample) -> None:
    for fields in (sample.fields, sample.made().model_dump(mode="json")):
        town = world(sample._replace(fields=fields, before=()), community=GENERATED)
        again = ps.Scenario.from_yaml(town.to_yaml())
        assert again == town, "read back as something else"
        assert again.to_yaml() == town.to_yaml()
        assert again.content_hash == town.content_hash


@EVERY
def test_yaml_gives_it_back_unchanged(sample):
    is_read_back_as_it_was_written(sample)


def test_one_that_is_not_written_whole_is_caught():
    class Keeps(TellsOne, kind="keeps"):
        """Has a field that is not written."""

        few: int = Field(3, exclude=True)

    with pytest.raises(AssertionError, match="read back as something else"):
        is_read_back_as_it_was_written(bad(Keeps, few=4))
    is_read_back_as_it_was_written(bad(TellsOne, start=3))


# ── documented and bounded ──────────────────────────────────────────────────────────────────────────────────────────


def is_documented_and_bounded(cls: type[Intervention]) -> None:
    assert cls.__doc__, "the class says nothing of what it does"
    schema = cls.model_json_schema()
    for name, field in cls.model_fields.items():
        assert field.description, f"{name}: no description"
        assert len(field.description) <= 120, f"{name}: a description is one short line"
        for of in _numbers(schema["properties"][name], schema.get("$defs", {})):
            low = {"minimum", "exclusiveMinimum"} & set(of)
            high = {"maximum", "exclusiveMaximum"} & set(of)
            assert min(len(low), len(high)), f"{name}: a number without both bounds, {of}"


def _numbers(part: Any, definitions: Any) -> Any:
    """Every number in the schema of a field."""
    if "$ref" in part:
        part = definitions[part["$ref"].rpartition("/")[2]]
    if part.get("type") in ("integer", "number"):
        yield part
    inner = [*part.get("anyOf", []), *part.get("allOf", []), *part.get("properties", {}).values()]
    for more in [*inner, *part.get("prefixItems", []), *([part["items"]] if "items" in part else [])]:
        yield from _numbers(more, definitions)


@pytest.mark.parametrize("kind", sorted(own_kinds()))
def test_every_field_is_documented_and_bounded(kind):
    is_documented_and_bounded(kind_named(kind))


def test_one_without_words_or_bounds_is_caught():
    class Silent(Intervention, kind="silent"):
        """Has a field nobody explains."""

        chance: Chance = 0.5

    class Boundless(Intervention, kind="boundless"):
        """Has a number without end."""

        places: int | None = Field(3, ge=0, description="places")

    class Wordless(TellsOne, kind="wordless"):
        pass

    for cls, why in ((Silent, "chance: no description"), (Boundless, "both bounds"), (Wordless, "says nothing")):
        with pytest.raises(AssertionError, match=why):
            is_documented_and_bounded(cls)
    is_documented_and_bounded(TellsOne)


# ── never a penny more ──────────────────────────────────────────────────────────────────────────────────────────────

SPENDING = [s for s in SAMPLES if any(name.startswith(("cost", "price", "staff")) for name in s.fields)]
PRICES = st.sampled_from([0.0, 0.01, 1.0, 1 / 3, 7.3, 55.5])


@st.composite
def spenders(draw: Any) -> list[Any]:
    """Interventions that cost something, at any price, the sponsor's or somebody else's."""
    arm: list[Any] = []
    for sample in draw(st.lists(st.sampled_from(SPENDING), min_size=1, max_size=3)):
        priced = {
            name: draw(PRICES)
            for name in type(sample.made()).model_fields
            if name.startswith("cost") or name in ("price", "staff_hours")
        }
        payer = draw(st.sampled_from(["sponsor", "sponsor", "council"]))
        arm += [*sample.before, sample.made(**priced, payer=payer)]
    if draw(st.booleans()):
        arm.insert(0, {"takeover": {"start": 5, "reach": 2.0, "price": 1.7}})
    return arm


def stays_within(budget: Budget, arm: list[Any], seed: int, **more: Any) -> None:
    town = world(None, arms={"arm": [budget, *arm]}, **more)
    track = simulate(town, seed=seed, replicates=3, threads=1)["arm"]
    covered = [v for key, v in track.cost.items() if (key.rpartition(": ")[0] or SPONSOR) in budget.pays_for]
    spent = sum(v.sum(axis=(1, 2)) for v in covered) if covered else np.zeros(3)
    assert (spent <= budget.amount + 1e-6).all(), f"{spent} spent of {budget.amount}"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    amount=st.one_of(st.floats(0, 600), st.sampled_from([0.0, 0.01, 50.0])),
    then=st.sampled_from(["stop", "thin"]),
    until=st.sampled_from([None, 1, 8, 16]),
    pays_for=st.sampled_from([("sponsor",), ("sponsor", "council")]),
    arm=spenders(),
    seed=st.integers(0, 10**6),
    dearer=st.sampled_from([None, 1.5]),
)
def test_never_a_penny_more_than_the_budget_is_spent(amount, then, until, pays_for, arm, seed, dearer):
    threats = [{"cost_loading": {"at": 6, "factor": dearer}}] if dearer else []
    budget = Budget(amount=amount, then=then, until=until if then == "thin" else None, pays_for=pays_for)
    stays_within(budget, arm, seed, threats=threats)


@pytest.mark.parametrize("then", ["stop", "thin"])
@pytest.mark.parametrize("sample", SPENDING, ids=[s.name for s in SPENDING])
def test_a_budget_too_small_for_all_holds_with_each_that_costs_something(sample, then):
    town = world(None, arms={"arm": [*sample.before, sample.made()]})
    whole = sum(v.sum() for v in simulate(town, seed=1, replicates=1, threads=1)["arm"].cost.values())
    assert whole > 0
    for part in (0.0, 0.3, 0.7):
        stays_within(Budget(amount=part * whole, then=then), [*sample.before, sample.made()], 1)


def test_one_that_spends_without_asking_is_caught():
    class Spends(Intervention, kind="spends"):
        """Charges whatever it likes."""

        def act(self, step, pop, state):
            """Charge."""
            pop.charge("visits", 9.0)

    class Hides(Intervention, kind="hides"):
        """Spends behind the back of the purse."""

        def act(self, step, pop, state):
            """Write it down as spent."""
            pop.spent.setdefault("visits", np.zeros(pop.villages))
            pop.spent["visits"] += 9.0

    with pytest.raises(InterventionError, match="more than the budget has left"):
        stays_within(Budget(amount=50.0), [Spends()], 1)
    with pytest.raises(AssertionError, match=r"spent of 50\.0"):
        stays_within(Budget(amount=50.0), [Hides()], 1)
    stays_within(Budget(amount=5000.0), [Spends()], 1)
