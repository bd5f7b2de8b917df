"""One or more samples of every intervention that comes with pd-sim, each of which does something within a few steps."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import pd_sim as ps
from pd_sim.community import Community
from pd_sim.engine import Tile, found, new_population
from pd_sim.interventions import Intervention, Scheduled, Threat, intervention_kinds, kind_named
from tests.builders import Everybody, graph, scattered, scenario

STEPS = 16
START, STOP = 4, 9
OPEN = (Everybody(reveals=True),)
"""Hidden practisers come into the open: they own what they do, and may host or be trained."""

KNOWN = (Everybody(reveals=True, tells=True),)
SIZES = (17, 9, 24)
"""Households of the three villages."""

SURE = {"turnout": 1.0, "turnout_others": 1.0}
AFTER = (
    {"broadcast": {"reach": 0.3, "push": 2.0, "cost_contact": 2.0}},
    {"training": {"places": 4, "cost_place": 5.0}},
)


class Sample(NamedTuple):
    """One intervention, what stands beside it, and the most households of a village each verb may reach in a step.

    With None for a verb there is no telling how many; with no verb at all it reaches nobody by itself.
    """

    kind: str
    fields: dict[str, Any]
    most: dict[str, Callable[[int], int] | None]
    before: tuple[Any, ...] = ()
    after: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        """For the list of tests."""
        words = [str(v) for v in self.fields.values() if isinstance(v, str)]
        return " ".join([self.kind, *words])

    def made(self, **fields: Any) -> Intervention:
        """The intervention."""
        return kind_named(self.kind)(**{**self.fields, **fields})

    @property
    def is_threat(self) -> bool:
        """Whether it stands with the scenario's threats."""
        return issubclass(kind_named(self.kind), Threat)

    @property
    def in_time(self) -> dict[str, Any]:
        """Fields that let it act from `START` until `STOP` and at no other time; empty where it has no time."""
        if self.is_threat:
            return {"at": START, "lasts": STOP - START, "hazard": None}
        return {"start": START, "stop": STOP} if issubclass(kind_named(self.kind), Scheduled) else {}


def number(n: int) -> Callable[[int], int]:
    """The same number in every village."""
    return lambda size: min(n, size)


def share(part: float) -> Callable[[int], int]:
    """A share of a village's households, to the nearest."""
    return lambda size: int(size * part + 0.5)


def _seeding(by: str, **fields: Any) -> Sample:
    few = {"attend": number(3), "coach": number(3)}
    return Sample("seeding", {"how_many": 3, "by": by, "push": 2.0, "cost_household": 7.0, **fields}, few)


def _facilitators(serves: Any, **fields: Any) -> Sample:
    how = {"how_many": 2, "training_every": 20, "places": 2, "push": 2.0, "cost_session": 3.0, "cost_training": 9.0}
    most = {"own": number(4), "others": None, 2: lambda size: 6 if size == SIZES[1] else 0}[serves]
    return Sample("train_facilitators", {"serves": serves, **SURE, **how, **fields}, {"meet": most}, before=OPEN)


def _threat(kind: str, at: int = START, **fields: Any) -> Sample:
    return Sample(kind, {"at": at, **fields}, {}, after=AFTER)


SAMPLES = [
    Sample(
        "broadcast",
        {"reach": 1.0, "push": 2.0, "cost_contact": 2.0, "cost_fixed": 40.0, "cost_step": 3.0},
        {"tell": share(1.0)},
    ),
    Sample(
        "training",
        {"places": 3, **SURE, "push": 2.0, "cost_session": 4.0, "cost_place": 1.5, "staff_hours": 2.0},
        {"meet": number(3)},
    ),
    Sample("training", {"places": {"per_100": 25}, **SURE, "source": "peer"}, {"meet": share(0.25)}),
    Sample("incentive", {"amount": 2.0, "entitled": 0.5, "price": 3.0}, {"pay": share(0.5)}, before=KNOWN),
    Sample("incentive", {"amount": 2.0, "pays": "once", "price": 3.0, "entitled": 0.5}, {"pay": None}, before=KNOWN),
    Sample(
        "facilitation",
        {"engage": 0, "members": 4, "places": 3, **SURE, "recognise": 1.0, "visits": 3, "push": 2.0}
        | {"cost_visit": 2.0, "cost_session": 6.0},
        {"involve": number(4), "meet": number(3), "discover": number(12)},
    ),
    Sample(
        "hub",
        {"hosts_needed": 1, "host_ownership": 0.3, "places": 3, **SURE, "push": 2.0, "payer": "sponsor"}
        | {"cost_session": 5.0},
        {"meet": number(3)},
        before=OPEN,
    ),
    Sample("takeover", {"reach": 3.0}, {}, after=AFTER),
    Sample("budget", {"amount": 60.0}, {}, after=AFTER),
    Sample("budget", {"amount": 60.0, "then": "thin", "until": 12}, {}, after=AFTER),
    _threat("sponsor_restructured"),
    _threat("competing_targets"),
    _threat("policy_change", kinds=["training"]),
    _threat("cost_loading"),
    _threat("takeover_of_the_running", payers=["sponsor"], reach=2.0),
    Sample("leader_leaves", {"at": START}, {}, after=({"broadcast": {"reach": 0.5, "push": 2.0, "leader": 1.0}},)),
    _threat("cancellation", unless=1.0),
    Sample("sponsor_restructured", {"hazard": 0.5, "lasts": 3}, {}, after=AFTER),
    *(_seeding(by) for by in ("random", "degree", "betweenness", "friend_nomination", "clustered", "greedy")),
    _seeding("leaders", leaders="half=1"),
    _facilitators("own"),
    _facilitators("others", generations=3, training_every=2, how_many=1, places=1),
    _facilitators(2, places=1),
    Sample(
        "on_request",
        {"asks": 1.0, "asks_seeing": 1.0, "places": 2, "push": 2.0, "cost_advice": 4.0, "staff_hours": 1.0},
        {"coach": number(2), "encourage": number(2)},
    ),
    Sample(
        "mandate",
        {"inspected": 0.3, "penalty": 2.0, "resents": 0.2, "cost_inspection": 2.5, "staff_hours": 0.5},
        {"tell": share(0.3)},
    ),
    Sample(
        "challenge",
        {"cycle": 5, "teams": 2, "team": 2, "places": 3, "turnout": 1.0, "push": 2.0, "cost_session": 5.0},
        {"tell": number(4), "meet": number(3)},
    ),
    Sample(
        "inquiry",
        {"hearings": 3, "witnesses": 3, "turnout": 1.0, "insight": 0.5, "heard": 0.5, "cost_hearing": 8.0},
        {"met": number(3), "gain_trust": number(3)},
    ),
    Sample(
        "entitlement",
        {"known_to": 0.5, "claims": 1.0, "setup": 1, "supply": 2, "ramp": 0, "amount": 2.0, "patience": 1}
        | {"cost_claim": 6.0, "price": 2.0},
        {"coach": number(2), "pay": number(2)},
    ),
]


def own_kinds() -> dict[str, type[Intervention]]:
    """Interventions that come with pd-sim."""
    return {
        kind: cls
        for kind, cls in intervention_kinds().items()
        if cls.__module__.startswith("pd_sim.")
        and hasattr(sys.modules[cls.__module__], cls.__name__)  # not of a doctest
    }


def villages(seed: int = 5, sizes: tuple[int, ...] = SIZES) -> Any:
    """Three villages of different size with random ties, and a grouping."""
    c = scattered(seed, sizes, 0.25)
    return graph(Community(c.villages, c.start, c.names, c.identity, c.ties, c.columns, ("half",)))


def world(sample: Sample | None, *, community: Any = None, arms: Any = None, **more: Any) -> ps.Scenario:
    """A world in which the sample acts: some practise, seen and hidden, some know, and everybody trusts everybody."""
    threats: list[Any] = []
    if sample is not None and arms is None:
        spec = sample.made(**more.pop("fields", {}))
        threats = [spec] if sample.is_threat else []
        arms = {"arm": [*sample.before, *([] if sample.is_threat else [spec]), *sample.after]}
    blocks = {
        "traits": {"trust_peer": 1.0, "trust_expert": 1.0, "caution": {"mean": 0.25, "sd": 0.12}},
        "practice": {"positive_deviants": 0.2},
        "initial": {"aware": 0.5, "practising": 0.1},
        "behaviour": {"trial": 2, "fresh": 0.2, "try_rate": 0.3, "meeting": 0.1, "rest": 3},
        "economics": {"staff_hour": 1.5},
        "threats": threats,
    }
    return scenario(community or villages(), arms, **{"steps": STEPS, **blocks, **more})


def tile_of(town: ps.Scenario, arm: Any = None, seeds: tuple[tuple[int, int], ...] = ((1, 1),)) -> Tile:
    """A tile of replicates, each with the seed of its villages and that of its luck."""
    founded = [found(town, where) for where, _ in seeds]
    pop = new_population(town, founded, [luck for _, luck in seeds])
    return Tile(town, town.arm("arm") if arm is None else arm, pop, digest=True)
