"""What an own intervention can rely on: a register, streams that do not clash, and a memory the engine owns."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
import pytest

import pd_sim as ps
from pd_sim.engine import check_intervention
from pd_sim.errors import InterventionError, PdSimError, UnknownNameError
from pd_sim.interventions import Intervention, intervention_kinds, kind_named, labels_of, new_memory
from pd_sim.population import PerVillage, Stage
from tests.builders import Planned, Remembering, founded, graph, population, scattered, scenario

SHIPPED = {"broadcast", "facilitation", "hub", "incentive", "training"}


def test_shipped_interventions_are_known_by_their_kinds():
    assert set(intervention_kinds()) >= SHIPPED
    assert list(intervention_kinds()) == sorted(intervention_kinds())
    assert kind_named("hub").kind == "hub"
    with pytest.raises(UnknownNameError, match="unknown intervention 'hbu'; did you mean 'hub'"):
        kind_named("hbu")


@pytest.mark.parametrize("kind", sorted(SHIPPED))
def test_shipped_interventions_are_frozen_bounded_and_explained(kind):
    cls = kind_named(kind)
    assert cls.__doc__
    assert all(field.description for field in cls.model_fields.values())
    with pytest.raises(ValueError, match="frozen"):
        cls().start = 3
    with pytest.raises(ValueError, match="Extra inputs"):
        cls(placs=3)
    for name, field in cls.model_fields.items():
        if field.annotation in {float, int}:
            with pytest.raises(ValueError, match=name):
                cls(**{name: -1})
    with pytest.raises(ValueError, match=r"stop \(4\) is not after start \(4\)"):
        cls(start=4, stop=4)


@pytest.mark.parametrize("kind", sorted(SHIPPED))
def test_a_built_in_kind_is_refused(kind):
    with pytest.raises(
        InterventionError, match=f"^intervention kind '{kind}' is built in; give your own another name$"
    ):
        type("Mine", (Intervention,), {"__module__": __name__, "__doc__": ""}, kind=kind)


@pytest.mark.parametrize("kind", ["household", "tie", "trait", "sessions", "seed"])
def test_a_kind_whose_streams_would_be_the_models_own_is_refused(kind):
    with pytest.raises(InterventionError, match=f"intervention kind '{kind}' is the name of a mechanism"):
        type("Mine", (Intervention,), {"__module__": __name__, "__doc__": ""}, kind=kind)


def test_mechanics_are_the_own_kind_and_those_shared():
    assert kind_named("training").mechanics == ("training", "sessions")
    assert kind_named("facilitation").mechanics == ("facilitation", "sessions")
    assert Remembering.mechanics == ("remembering",)

    class Club(kind_named("training"), kind="club"):
        """A training of one's own."""

    assert Club.mechanics == ("club", "sessions")


def test_labels_tell_the_second_of_a_mechanic_from_the_first():
    training, facilitation, hub = (kind_named(kind)() for kind in ("training", "facilitation", "hub"))
    assert labels_of([training, facilitation, hub, Remembering(), training]) == [
        {"training": "", "sessions": ""},
        {"facilitation": "", "sessions": "2"},
        {"hub": "", "sessions": "3"},
        {"remembering": ""},
        {"training": "2", "sessions": "4"},
    ]


def test_memory_starts_at_zero_with_one_value_per_what():
    pop = population(founded(scattered(1, [3, 2])), founded(scattered(2, [3, 2])))
    memory = new_memory(Planned(), pop)
    kept = dict(zip(("times", "visited", "done"), memory.kept(), strict=True))
    assert {name: (per, v.shape, v.dtype.str) for name, (per, v) in kept.items()} == {
        "times": ("household", (10,), "<i8"),
        "visited": ("village", (4,), "|b1"),
        "done": ("replicate", (2,), "<f8"),
    }
    assert isinstance(memory.visited, PerVillage)
    assert not any(v.any() for _, v in memory.kept())


def test_memory_is_written_in_place_however_it_is_assigned_to():
    pop = population(founded(scattered(1, [3, 2])))
    memory = new_memory(Planned(), pop)
    held = [v for _, v in memory.kept()]
    memory.times = np.arange(5)
    memory.times += 1
    memory.visited = PerVillage(np.array([True, False]))
    memory.visited |= PerVillage(np.array([False, True]))
    memory.done += 2.5
    memory.done = memory.done * 2
    assert [v.tolist() for v in held] == [[1, 2, 3, 4, 5], [True, True], [5.0]]
    assert all(mine is now for mine, (_, now) in zip(held, memory.kept(), strict=True))
    with pytest.raises(InterventionError, match=r"remembers no 'time'; declare it in its State \(declared: times, "):
        memory.time = 3
    with pytest.raises(InterventionError, match="remembers no 'tims'"):
        memory.tims  # noqa: B018
    with pytest.raises(ValueError, match="broadcast"):
        memory.times = np.zeros(4)


@pytest.mark.parametrize(
    "declared", [bool, ps.PerHousehold, ps.PerHousehold[str], list[int], "ps.PerReplicate[complex]"]
)
def test_a_state_that_cannot_be_kept_is_refused(declared):
    class Odd(Intervention, kind="odd"):
        """Remembers something else."""

        State: ClassVar[Any] = NamedTuple("State", [("what", declared)])

        def act(self, step, pop, state):
            """Nothing."""

    pattern = r"intervention 'odd': State.what must be PerHousehold, PerVillage or PerReplicate of bool, int or float"
    with pytest.raises(InterventionError, match=pattern):
        ps.run(scenario(arms={"arm": [Odd()]}), "arm", 1)


def test_an_own_intervention_without_act_says_so():
    class Idle(Intervention, kind="idle"):
        """Does not say what it does."""

    with pytest.raises(InterventionError, match=r"intervention 'idle'.*act\(self, step, pop, state\)"):
        ps.run(scenario(arms={"arm": [Idle()]}), "arm", 1)


# ── the contract ────────────────────────────────────────────────────────────────────────────────────────────────


def arm_of(intervention):
    return scenario(arms={"arm": [intervention]})


def test_an_intervention_that_mixes_villages_is_refused():
    class Mixing(Intervention, kind="mixing"):
        """Tells the first three households of whatever stands side by side."""

        def act(self, step, pop, state):
            """Look at all villages at once."""
            first = pop.nobody()
            first[:3] = True
            pop.tell(first)

    with pytest.raises(InterventionError, match="'mixing' does something else in a village when another is run beside"):
        check_intervention(Mixing())
    for use in (
        lambda: ps.run(arm_of(Mixing()), "arm", 1),
        lambda: ps.CommunityModel(arm_of(Mixing()), "arm", 1),
        lambda: ps.compare(arm_of(Mixing()), replicates=2),
    ):
        with pytest.raises(InterventionError, match="mixing"):
            use()


def test_an_intervention_with_luck_of_its_own_is_refused():
    class Lucky(Intervention, kind="lucky"):
        """Draws from a generator that remembers."""

        def act(self, step, pop, state):
            """Tell some."""
            pop.tell(np.random.default_rng().random(pop.n) < 0.5)

    with pytest.raises(InterventionError, match="lucky"):
        check_intervention(Lucky())


def test_an_intervention_that_fails_is_refused_with_its_reason_in_one_line():
    class Failing(Intervention, kind="failing"):
        """Divides by nothing."""

        def act(self, step, pop, state):
            """Fail."""
            raise ZeroDivisionError("no\nhouseholds")

    with pytest.raises(
        PdSimError, match="intervention 'failing' fails in a small village: ZeroDivisionError"
    ) as caught:
        ps.run(arm_of(Failing()), "arm", 1)
    assert "\n" not in str(caught.value)


def test_sound_interventions_pass():
    for sound in (Planned(), Remembering(), *(kind_named(kind)() for kind in SHIPPED)):
        check_intervention(sound)


def test_an_own_intervention_may_use_the_groups_of_the_community():
    class ByHalf(Intervention, kind="by_half"):
        """Tells one group."""

        def act(self, step, pop, state):
            """Tell those of group 1."""
            pop.tell(pop.group("half") == 1)

    town = scattered(1, [6, 4])
    community = type(town)(town.villages, town.start, town.names, town.identity, town.ties, town.columns, ("half",))
    run = ps.run(scenario(graph(community), {"arm": [ByHalf()]}, behaviour={"talk_heard": 0}), "arm", 1)
    assert ((run.population.arrays.stage == Stage.AWARE) == (community.columns["half"] == 1)).all()
