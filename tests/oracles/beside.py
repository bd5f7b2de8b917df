"""The engine and the slow model side by side: the same village, the same luck, the same plan of verbs."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np

from pd_sim.engine import Tile, found, luck_seed, new_population, village_seed
from pd_sim.population import COUNTERS, Mark, Stage, Variant
from pd_sim.population.records import SETTLED
from tests.oracles.model import DEFAULTS, PRACTISING, OracleHousehold, OracleVillage, passes_gate

EXACT = (
    *("stage", "hidden", "since", "paid", "variant", "ever_practised", "push", "pay", "in_session"),
    *("permitted", "equipped", "fit_local", "fit_outside"),
)
STORED = ("know_how_now", "confidence", "ownership", "involved", "trust_peer", "trust_expert")


def parameters_of(town: Any) -> dict[str, Any]:
    """The numbers of a scenario under the names of the slow model."""
    given = {**dict(town.behaviour), **dict(town.practice)}
    given |= {"fresh": town.behaviour.fresh_chance, "settled": town.behaviour.settled_chance}
    if given["rest"] == "never":
        given["rest"] = None
    return {name: given[name] for name in DEFAULTS}


def oracle_of(founded: Any, luck: int, parameters: dict[str, Any], gates: dict[str, float]) -> OracleVillage:
    """The slow model of a village that the engine founded: ties from its graph, traits from its records.

    Who may and can try is not read there but drawn anew; whoever practises at the start may and can.
    """
    ties, graph = founded.ties, nx.DiGraph()
    graph.add_nodes_from(str(row) for row in range(len(founded.own)))
    weight = np.ones(len(ties.sees)) if ties.weight is None else ties.weight / ties.scale
    for i, j, w in zip(ties.source, ties.sees, weight, strict=True):
        graph.add_edge(str(i), str(j), weight=float(w))
    households = {}
    for row, own in enumerate(founded.own):
        settled = own["since"] == SETTLED
        may, can = (
            Stage(founded.stage[row]).name.lower() == PRACTISING
            or passes_gate(founded.identity[row], founded.village_seed, gate, gates[gate])
            for gate in ("permission", "hardware")
        )
        households[str(row)] = OracleHousehold(
            name=str(row),
            identity=founded.identity[row],
            stage=Stage(founded.stage[row]).name.lower(),
            variant=Variant(own["variant"]).name.lower(),
            hidden=bool(own["hidden"]),
            ever_practised=bool(own["ever"]),
            since=0 if settled else int(own["since"]),
            settled=bool(settled),
            caution=own["caution"],
            advantage=bool(own["advantage"]),
            need=bool(own["need"]),
            permitted=may,
            equipped=can,
            **{
                name: float(own[name])
                for name in ("trust_peer", "trust_expert", "fit_local", "fit_outside", "know_how", "confidence")
            },
            **{name: float(own[name]) for name in ("ownership", "involved")},
        )
    return OracleVillage(graph, households, parameters, founded.village_seed, luck)


def state_of(tile: Tile, decay: float) -> list[dict[str, Any]]:
    """Every household of the engine under the names of the slow model."""
    own, step = tile.pop.arrays.own, tile.pop.step
    states = []
    for row, stage in enumerate(tile.pop.arrays.stage):
        mine = own[row]
        since = 0 if mine["since"] == SETTLED else int(mine["since"])
        fading = step - since - int(mine["kept"]) if stage == Stage.LAPSED else 0
        variant = Variant(mine["variant"])
        states.append(
            {
                "stage": Stage(stage).name.lower(),
                "variant": None if variant is Variant.NONE else variant.name.lower(),
                "since": since,
                "know_how_now": float(mine["know_how"]) * (1 - decay) ** fading,
                "ever_practised": bool(mine["ever"]),
                "in_session": bool(mine["session"]),
                "permitted": not mine["marks"] & Mark.NOT_PERMITTED,
                "equipped": not mine["marks"] & Mark.NO_HARDWARE,
                **{name: mine[name].item() for name in ("hidden", "paid", "push", "pay")},
                **{name: float(mine[name]) for name in ("fit_local", "fit_outside")},
                **{name: float(mine[name]) for name in STORED[1:]},
            }
        )
    return states


def act_out(village: OracleVillage, moves: Any) -> None:
    """Carry out the moves of a step on the slow model, in their order."""
    for move in moves:
        names = [name for name, h in village.households.items() if move.chosen(np.array([h.identity], np.uint64))[0]]
        if move.verb == "tell":
            village.tell(names)
        elif move.verb == "coach":
            village.coach(names, move.amount, move.keeps, Variant(move.variant).name.lower())
        elif move.verb == "encourage":
            village.encourage(names, move.amount, move.source)
        elif move.verb == "pay":
            village.pay_households(names, move.amount)
        elif move.verb == "involve":
            village.involve(names, move.amount, move.keeps)
        elif move.verb == "affirm":
            village.affirm(names, move.amount)
        elif move.verb == "adapt":
            village.adapt(names, move.amount, Variant(move.variant).name.lower())
        elif move.verb in {"gain_trust", "lose_trust"}:
            getattr(village, move.verb)(names, move.amount, move.source)
        elif move.verb in {"reveal", "permit", "equip"}:
            getattr(village, move.verb)(names)
        else:
            village.session(names)


def run_beside(town: Any, plan: Any, seed: int, note: Any = None, **perturbed: Any) -> None:
    """Run both and compare everything after every step; ``perturbed`` parameters are the slow model's alone."""
    founded, luck = found(town, village_seed(town, seed, 0)), luck_seed(seed, 0)
    tile = Tile(town, [plan], new_population(town, [founded], [luck]))
    parameters = parameters_of(town)
    gates = {gate: perturbed.pop(gate, getattr(town.practice, gate)) for gate in ("permission", "hardware")}
    issue = {name: perturbed.pop(name, getattr(town.outcome, name, 0.0)) for name in ("risk", "effect", "spill_over")}
    village = oracle_of(founded, luck, parameters | perturbed, gates)
    before = compare(tile, village, parameters["know_how_decay"])
    for step in range(1, town.steps + 1):
        tile.step()
        village.step(lambda v, t: act_out(v, [m for m in plan.moves if m.on(t)]))
        after = compare(tile, village, parameters["know_how_decay"])
        if town.outcome is not None:
            compare_incidents(tile, village, town.outcome.drawn, issue)
        if note is not None:
            note(step, before, after, village)
        before = after


def compare_incidents(tile: Tile, village: OracleVillage, drawn: bool, issue: dict[str, float]) -> None:
    """Compare the expected and the drawn number of incidents of a step, over all villages."""
    met = village.meet_the_issue(**issue).values()
    expected = sum(chance for chance, _ in met)
    assert abs(tile.pop.amounts["expected_incidents"].sum() - expected) <= 1e-9, tile.pop.step
    incidents = tile.pop.arrays.counts[:, COUNTERS.index("incidents")].sum()
    assert incidents == (sum(does for _, does in met) if drawn else 0), tile.pop.step


def compare(tile: Tile, village: OracleVillage, decay: float) -> list[dict[str, Any]]:
    """Compare every household and the counts, and give the engine's state."""
    states, step = state_of(tile, decay), tile.pop.step
    for (name, theirs), mine in zip(village.snapshot().items(), states, strict=True):
        for field in EXACT:
            assert mine[field] == theirs[field], (step, name, field, mine[field], theirs[field])
        for field in STORED:
            # powers may differ in the last bit of double precision, which seldom shows in single precision
            slack = 1e-7 if field == "know_how_now" else 0.0
            assert abs(mine[field] - theirs[field]) <= slack, (step, name, field, mine[field], theirs[field])
    counts = tile.pop.arrays.counts[:, :6].sum(axis=0).tolist()
    assert counts == list(village.counts().values()), step
    return states
