"""The cards of a scenario: what belongs together, the few knobs that matter first, and each card in one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel

from pd_sim.community import File
from pd_sim.community.spec import GENERATORS
from pd_sim.dashboard.knobs import Knob, knob_of
from pd_sim.dashboard.looks import named
from pd_sim.interventions import Budget, Intervention, Threat, intervention_kinds
from pd_sim.scenario import Scenario

__all__ = ["Card", "Group", "Offer", "cards_of", "is_price", "knobs_in", "paths_of"]


@dataclass(frozen=True)
class Offer:
    """Something that can be put into a card, and what it does."""

    value: str
    label: str
    about: str = ""


@dataclass(frozen=True)
class Group:
    """One thing of a card: an intervention, a block of the scenario."""

    title: str
    about: str = ""
    knobs: tuple[Knob, ...] = ()
    more: tuple[Knob, ...] = ()
    removes: int = -1
    """Place of the intervention or threat that can be taken out; −1: it stays."""
    switch: str = ""
    """Structure that is switched here: ``budget`` of an arm, or ``outcome``; empty: none."""
    on: bool = False
    arm: str = ""


@dataclass(frozen=True)
class Card:
    """What is folded and unfolded together."""

    key: str
    title: str
    groups: tuple[Group, ...] = ()
    adds: str = ""
    """What can be put in: ``intervention`` or ``threat``; ``generator``: what the community is drawn from."""
    offers: tuple[Offer, ...] = ()
    now: str = ""
    arm: str = ""
    note: str = ""


_USUAL = {
    "scenario": ("name", "steps"),
    "community": ("households", "mean_degree", "neighbours", "ties_each", "sizes", "height", "width", "villages"),
    "practice": ("positive_deviants", "certainty", "portability", "tacitness", "lapse"),
    "behaviour": ("try_rate", "endorsement", "ownership_weight", "fresh"),
    "broadcast": ("reach", "push"),
    "training": ("source", "places", "turnout", "dose"),
    "incentive": ("amount",),
    "facilitation": ("members", "visits", "recognise", "places"),
    "hub": ("places", "hosts_needed"),
    "mandate": ("inspected", "penalty"),
    "seeding": ("how_many", "by"),
    "challenge": ("places", "cycle", "teams"),
    "entitlement": ("supply", "setup", "known_to"),
    "inquiry": ("hearings", "insight"),
    "on_request": ("asks", "places"),
    "takeover": ("reach", "fidelity", "genuine"),
    "train_facilitators": ("how_many", "places", "serves"),
    "budget": ("amount", "then"),
    "cancellation": ("measure", "unless"),
    "competing_targets": ("capacity", "fidelity"),
    "cost_loading": ("factor",),
    "sponsor_restructured": ("keeps",),
    "takeover_of_the_running": ("fidelity", "genuine"),
    "economics": ("currency", "worth_of_adopter_year", "avoided", "staff_hour", "volunteer_hour"),
    "outcome": ("issue", "risk", "effect"),
}
_ALWAYS = ("start", "stop", "at", "hazard")
_HOURS = ("staff_hours", "volunteer_hours")
_GENERATORS = {
    "village": "like surveyed villages: uneven numbers of ties, friends of friends are friends",
    "small_world": "all have about as many ties, most of them close by",
    "random": "every pair is as likely to be tied",
    "scale_free": "a few have very many ties",
    "blocks": "neighbourhoods: ties are likelier inside one than across",
    "lattice": "a grid: ties to the houses around",
    "geometric": "ties to all who live within reach",
    "complete": "everybody is tied to everybody",
}


def is_price(name: str) -> bool:
    """Whether a field of an intervention is a price or hours of work."""
    return name.startswith("cost_") or name in ("price", "raises", *_HOURS)


def paths_of(arm: str, interventions: Sequence[Intervention]) -> list[str]:
    """Full name of each intervention of an arm, as ``Scenario.set`` takes it."""
    kinds = [i.kind for i in interventions]
    return [
        f"arms.{arm}.{i.kind}" if kinds.count(i.kind) == 1 else f"arms.{arm}.{place}.{i.kind}"
        for place, i in enumerate(interventions)
    ]


def cards_of(scenario: Scenario) -> tuple[Card, ...]:
    """Cards of a scenario, in the order in which one would build it."""
    return (
        _scenario(scenario),
        _community(scenario),
        _practice(scenario),
        *(_arm(scenario, arm) for arm in scenario.arms),
        _threats(scenario),
        _prices(scenario),
        _worth(scenario),
        _behaviour(scenario),
    )


def knobs_in(cards: Iterable[Card]) -> dict[str, Knob]:
    """All knobs of these cards by their field."""
    return {knob.field: knob for card in cards for group in card.groups for knob in (*group.knobs, *group.more)}


def _scenario(scenario: Scenario) -> Card:
    group = _group("", "", "", scenario, ("name", "title", "steps", "takeoff", "unit"), scenario.steps, "scenario")
    return Card("scenario", "Name and time", (group,))


def _community(scenario: Scenario) -> Card:
    source = scenario.community
    of_file = isinstance(source, File)
    wanted = (
        ("direction",) if of_file else tuple(n for n in type(source).model_fields if n not in ("generator", "draw"))
    )
    now = str(getattr(source, "generator", ""))
    offers = tuple(Offer(name, named(name), about) for name, about in _GENERATORS.items() if name in GENERATORS)
    if of_file:
        offers = (Offer("file", "From files", "the households and ties that were given"), *offers)
    group = _group("", "", "community", source, wanted, scenario.steps, "community")
    note = "Your own ties and households: under Your own files." if not of_file else ""
    return Card("community", "Community", (group,), "generator", offers, now, note=note)


def _practice(scenario: Scenario) -> Card:
    group = _group("", "", "practice", scenario.practice, (), scenario.steps, "practice")
    lapse = knob_of("behaviour", scenario.behaviour, "lapse", scenario.steps)
    knobs = (*group.knobs, lapse) if lapse else group.knobs
    start = _group("", "", "initial", scenario.initial, (), scenario.steps, "initial")
    return Card("practice", "Practice", (Group("", "", knobs, (*group.more, *start.more)),))


def _arm(scenario: Scenario, arm: str) -> Card:
    groups = []
    dotted = "." in arm  # no field of it can be named
    for place, (path, one) in enumerate(zip(paths_of(arm, scenario.arms[arm]), scenario.arms[arm], strict=True)):
        if isinstance(one, Budget):
            continue
        wanted = () if dotted else tuple(name for name in type(one).model_fields if not is_price(name))
        group = _group(named(one.kind), _told(type(one)), path, one, wanted or ("",), scenario.steps, one.kind)
        groups.append(Group(group.title, group.about, group.knobs, group.more, place))
    kinds = [(k, c) for k, c in intervention_kinds().items() if not issubclass(c, Threat) and c is not Budget]
    offers = tuple(Offer(kind, named(kind), _told(one)) for kind, one in kinds)
    note = (
        "Give this arm a name without a dot to move its knobs." if dotted else "" if groups else "Nobody does anything."
    )
    return Card(f"arm-{arm}", named(arm), tuple(groups), "intervention", offers, arm=arm, note=note)


def _threats(scenario: Scenario) -> Card:
    groups = []
    for place, one in enumerate(scenario.threats):
        path = f"threats.{place}.{one.kind}"
        group = _group(named(one.kind), _told(type(one)), path, one, (), scenario.steps, one.kind)
        groups.append(Group(group.title, group.about, group.knobs, group.more, place))
    offers = tuple(Offer(k, named(k), _told(c)) for k, c in intervention_kinds().items() if issubclass(c, Threat))
    note = "" if groups else "Nothing befalls any arm."
    return Card("threats", "Threats", tuple(groups), "threat", offers, note=note)


def _prices(scenario: Scenario) -> Card:
    groups = []
    for arm, interventions in scenario.arms.items():
        if not interventions or "." in arm:
            continue
        budget = _NO_GROUP
        spent: list[Knob] = []
        rest: list[Knob] = []
        for path, one in zip(paths_of(arm, interventions), interventions, strict=True):
            if isinstance(one, Budget):
                budget = _group("", "", path, one, (), scenario.steps, "budget")
                continue
            names = tuple(name for name in type(one).model_fields if is_price(name))
            group = _group("", "", path, one, names, scenario.steps, "")
            for knob in group.more:
                name = knob.field.rsplit(".", 1)[-1]
                usual = name not in (*_HOURS, "raises", "cost_fixed") or bool(knob.value)
                (spent if usual else rest).append(_under(named(one.kind), knob))
        groups.append(
            Group(
                named(arm),
                "",
                (*budget.knobs, *spent),
                (*budget.more, *rest),
                switch="budget",
                on=budget is not _NO_GROUP,
                arm=arm,
            )
        )
    return Card("prices", "Budget and prices", tuple(groups), note=f"In {scenario.economics.currency}.")


_NO_GROUP = Group("")


def _under(title: str, knob: Knob) -> Knob:
    return replace(knob, label=f"{title}: {knob.label}")


def _worth(scenario: Scenario) -> Card:
    money = _group("", "", "economics", scenario.economics, (), scenario.steps, "economics")
    about = "The issue that the practice prevents: with it, incidents are counted."
    outcome = Group("Incidents", about, switch="outcome")
    if scenario.outcome is not None:
        found = _group("", "", "outcome", scenario.outcome, (), scenario.steps, "outcome")
        outcome = Group("Incidents", about, found.knobs, found.more, switch="outcome", on=True)
    note = "Avoided and worth: who, a colon, and how much, such as council: 120, NHS: 300."
    return Card("worth", "Worth", (money, outcome), note=note)


def _behaviour(scenario: Scenario) -> Card:
    principles = _group("Six principles", "", "principles", scenario.principles, (), scenario.steps, "principles")
    wanted = tuple(name for name in type(scenario.behaviour).model_fields if name != "lapse")
    rules = _group(
        "Rules", "The same in every arm.", "behaviour", scenario.behaviour, wanted, scenario.steps, "behaviour"
    )
    traits = _traits(scenario)
    return Card("behaviour", "How households behave", (Group("Six principles", "", principles.more), rules, traits))


def _traits(scenario: Scenario) -> Group:
    knobs = []
    traits = scenario.traits
    for name, info in type(traits).model_fields.items():
        value = getattr(traits, name)
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        if isinstance(value, BaseModel) and {"mean", "sd"} <= set(type(value).model_fields):
            for part, word in (("mean", ""), ("sd", ": how it differs")):
                knob = knob_of(f"traits.{name}", value, part, scenario.steps)
                if knob is not None:
                    told = f"{info.description}; {'mean' if part == 'mean' else 'standard deviation'}"
                    label = name.replace("_", " ") + word
                    knobs.append(replace(knob, label=label, help=told, sure=str(extra.get("sure", ""))))
        elif isinstance(value, int | float):
            knob = knob_of("traits", traits, name, scenario.steps)
            if knob is not None and value != float("inf"):
                knobs.append(knob)
    means = tuple(k for k in knobs if not k.field.endswith(".sd"))
    return Group("How households differ", "", (), (*means, *(k for k in knobs if k.field.endswith(".sd"))))


def _group(title: str, about: str, path: str, block: BaseModel, wanted: Sequence[str], steps: int, kind: str) -> Group:
    usual: list[Knob] = []
    rest: list[Knob] = []
    names = [name for name in type(block).model_fields if not wanted or name in wanted]
    for name in names:
        knob = knob_of(path, block, name, steps)
        if knob is not None:
            (usual if kind and name in (*_USUAL.get(kind, ()), *_ALWAYS) else rest).append(knob)
    order = (*_USUAL.get(kind, ()), *_ALWAYS)
    usual.sort(key=lambda knob: order.index(knob.field.rsplit(".", 1)[-1]))
    return Group(title, about, tuple(usual), tuple(rest))


def _told(kind: type[BaseModel]) -> str:
    return (kind.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".") + "."
