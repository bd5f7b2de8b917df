"""Founding: draw a replicate's villages, their households' traits and who practises already."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from typing import Any

import numpy as np
import numpy.typing as npt

from pd_sim._compile import compiled
from pd_sim.community import PERCEIVED, Community, Generator
from pd_sim.errors import ScenarioError, nearest
from pd_sim.population import HOUSEHOLD, Founded, Mark, Shown, Stage, Variant
from pd_sim.population.kernels import sight_of
from pd_sim.population.laying import SIGHT_STREAM
from pd_sim.population.records import SETTLED
from pd_sim.scenario import Scenario
from pd_sim.streams import derive_seed, draws, stream_key, tie_draw

__all__ = ["Founded", "draw_community", "forget_villages", "found", "luck_seed", "village_seed"]

_DEVIANT = stream_key("household", "", "deviant")
_FALSE_LEAD = stream_key("household", "", "false lead")
_GATES = {"permission": np.uint8(Mark.NOT_PERMITTED), "hardware": np.uint8(Mark.NO_HARDWARE)}
_INITIAL = {name: stream_key("household", "", f"initial {name}") for name in ("aware", "practising")}
_ZERO = np.uint64(0)


class _Remembered:
    """The villages drawn last, up to a number of households in all; shared by arms, studies and threads."""

    def __init__(self, households: int) -> None:
        self._most = households
        self._held = 0
        self._villages: OrderedDict[tuple[str, int], Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, int]) -> Any:
        with self._lock:
            if key in self._villages:
                self._villages.move_to_end(key)
                return self._villages[key]
            return None

    def put(self, key: tuple[str, int], value: Any, size: int) -> None:
        with self._lock:
            if key in self._villages:
                return
            self._villages[key] = (value, size)
            self._held += size
            while self._held > self._most and len(self._villages) > 1:
                _, (_, dropped) = self._villages.popitem(last=False)
                self._held -= dropped

    def clear(self) -> None:
        with self._lock:
            self._villages.clear()
            self._held = 0


_communities = _Remembered(4_000_000)
_founded = _Remembered(2_000_000)


def forget_villages() -> None:
    """Forget all drawn villages; the next run draws them anew, with the same outcome."""
    _communities.clear()
    _founded.clear()


def luck_seed(seed: int, replicate: int) -> int:
    """Seed of what happens in a replicate, the same for every arm."""
    return derive_seed(seed, "luck", replicate)


def village_seed(scenario: Scenario, seed: int, replicate: int) -> int:
    """Seed of what is drawn about a replicate's villages; the same for all where the community is drawn once."""
    return derive_seed(seed, "village", 0 if scenario.community.draw == "once" else replicate)


def draw_community(scenario: Scenario, seed: int) -> Community:
    """Draw (or remember) the community of a scenario for one village seed."""
    source = scenario.located_community()
    if not isinstance(source, Generator):  # it holds no chance, and remembers by itself
        return source.draw_community(seed)
    key = (source.model_dump_json(), seed)
    kept = _communities.get(key)
    if kept is not None:
        return kept[0]
    community = source.draw_community(seed)
    _communities.put(key, community, community.n)
    return community


@compiled
def _draw_sights(seed, stream, identity, sees_start, sees, chances, out):
    for i in range(sees_start.shape[0] - 1):
        for k in range(sees_start[i], sees_start[i + 1]):
            u = tie_draw(seed, stream, np.uint64(0), identity[i], identity[sees[k]])
            out[k] = sight_of(u, chances[0], chances[1], chances[2])


def found(scenario: Scenario, seed: int) -> Founded:
    """Found one replicate's villages.

    Parameters
    ----------
    scenario
        The scenario; its arms have no part in this.
    seed
        The village seed, from `village_seed`.

    Raises
    ------
    ScenarioError
        More positive deviants, false leads or initial households are asked for than there are, or an unknown one.
    """
    community = draw_community(scenario, seed)
    settings = [getattr(scenario, name).model_dump(mode="json") for name in ("traits", "practice", "initial")]
    key = (f"{id(community)} {json.dumps(settings, sort_keys=True)}", seed)
    kept = _founded.get(key)
    if kept is not None:
        return kept[0][0]
    founded = _found(scenario, community, seed)
    _founded.put(key, (founded, community), len(founded.own))  # the community too, so that its id stays its own
    return founded


def _found(scenario: Scenario, community: Community, seed: int) -> Founded:
    practice, initial = scenario.practice, scenario.initial
    own = np.zeros(community.n, HOUSEHOLD)
    for name, values in scenario.traits.draw(community, seed, practice.fit_overlap).items():
        own[name] = values
    stage = np.full(community.n, Stage.UNAWARE, np.uint8)
    everyone = np.ones(community.n, bool)

    given = _given_stages(community)
    stage[:] = given
    aware = _chosen(initial.aware, "initial.aware", community, everyone, _INITIAL["aware"], seed)
    stage[aware & (stage == Stage.UNAWARE)] = Stage.AWARE
    told = given == Stage.PRACTISING  # those of whom it is said that they practise come before any that are drawn
    if isinstance(initial.practising, tuple):
        told |= _named(initial.practising, "initial.practising", community)
    deviants = _chosen(practice.positive_deviants, "practice.positive_deviants", community, ~told, _DEVIANT, seed)
    seeds = told
    if not isinstance(initial.practising, tuple):
        free = ~(deviants | told)
        seeds = told | _chosen(initial.practising, "initial.practising", community, free, _INITIAL["practising"], seed)
    false_leads = _chosen(
        practice.false_leads, "practice.false_leads", community, ~(deviants | seeds), _FALSE_LEAD, seed
    )
    practising = deviants | seeds | false_leads
    stage[practising] = Stage.PRACTISING
    own["hidden"] = deviants | false_leads | (seeds & (not initial.seen))
    own["ever"] = practising | (given == Stage.LAPSED)
    own["know_how"][own["ever"]] = 1.0
    own["variant"][own["ever"]] = np.where(false_leads, Variant.FALSE, Variant.LOCAL)[own["ever"]]
    own["fit_local"][deviants | seeds] = 0.0
    own["advantage"] |= false_leads
    own["ownership"][deviants] = 1.0
    own["since"][deviants | false_leads] = SETTLED
    for name, mark in _GATES.items():
        share = getattr(practice, name)
        if share < 1.0:
            barred = draws(seed, stream_key("household", "", name), 0, community.identity) >= share
            own["marks"][barred & ~practising] |= mark

    sight = np.zeros(len(community.ties.sees), np.uint8)
    chances = np.array([practice.seen_practising, practice.seen_stopped, practice.seen_never])
    ties = community.ties
    _draw_sights(np.uint64(seed), SIGHT_STREAM, community.identity, ties.sees_start, ties.sees, chances, sight)
    if ties.perceived is not None:  # beliefs that were recorded stand in place of draws
        sight[ties.perceived == PERCEIVED["practising"]] = Shown.PRACTISING | Shown.STOPPED | Shown.NEVER
        sight[(ties.perceived == PERCEIVED["never"]) | (ties.perceived == PERCEIVED["stopped"])] = Shown.NOTHING
    groups = {name: community.columns[name] for name in community.groups}
    return Founded(own, stage, community.identity, np.diff(community.start), ties, sight, seed, groups)


def _given_stages(community: Community) -> npt.NDArray[np.uint8]:
    """Stages at the start that the community's own data give; a trial's length is unknown, so it starts at step 0."""
    if "initial" not in community.columns:
        return np.full(community.n, Stage.UNAWARE, np.uint8)
    codes = {stage.name.lower(): int(stage) for stage in Stage}
    return np.array([codes[str(name)] for name in community.columns["initial"]], np.uint8)


def _chosen(
    wanted: float | tuple[str, ...],
    field: str,
    community: Community,
    eligible: npt.NDArray[np.bool_],
    stream: np.uint64,
    seed: int,
) -> npt.NDArray[np.bool_]:
    """Households with the smallest draws: ⌊share · n + ½⌋ of all n, or a whole number, or those named."""
    if isinstance(wanted, tuple):
        return _named(wanted, field, community)
    count = wanted if isinstance(wanted, int) else int(np.floor(wanted * community.n + 0.5))
    if count > eligible.sum():
        raise ScenarioError(f"{field}: {count} households are asked for, but only {eligible.sum()} can be chosen")
    mask = np.zeros(community.n, bool)
    if count:
        u = np.where(eligible, draws(seed, stream, 0, community.identity), np.inf)
        mask[np.argsort(u, kind="stable")[:count]] = True
    return mask


def _named(names: tuple[str, ...], field: str, community: Community) -> npt.NDArray[np.bool_]:
    """Households by name, or by village and name joined by a slash where the name is not unique."""
    rows: dict[str, list[int]] = {}
    for row, (name, village) in enumerate(zip(community.names, community.village_of, strict=True)):
        rows.setdefault(name, []).append(row)
        rows.setdefault(f"{community.villages[village]}/{name}", []).append(row)
    mask = np.zeros(community.n, bool)
    for name in names:
        if name not in rows:
            raise ScenarioError(f"{field}: unknown household {name!r}; {nearest(name, list(rows)[:10_000])[:300]}")
        if len(rows[name]) > 1:
            raise ScenarioError(f"{field}: household {name!r} is in several villages; write village/{name}")
        mask[rows[name]] = True
    return mask
