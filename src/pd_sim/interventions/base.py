"""What every intervention is: a frozen, bounded specification that acts through verbs; and a register by name."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Generic, NamedTuple, TypeVar, get_args, get_origin

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from pd_sim.errors import InterventionError, UnknownNameError
from pd_sim.population import PerVillage, Population

__all__ = [
    "Capacity",
    "Chance",
    "Count",
    "Intervention",
    "Memory",
    "Money",
    "PerHousehold",
    "PerHundred",
    "PerReplicate",
    "Steps",
    "intervention_kinds",
    "labels_of",
    "new_memory",
]

T = TypeVar("T")


class PerHousehold(Generic[T]):
    """Marks a field of an intervention's ``State`` that holds one value a household."""


class PerReplicate(Generic[T]):
    """Marks a field of an intervention's ``State`` that holds one value a replicate."""


class PerHundred(BaseModel):
    """A capacity that grows with the village: so many for every hundred households."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    per_100: float = Field(ge=0, le=1000, description="number for every hundred households of a village")


Chance = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Steps = Annotated[int, Field(ge=0, le=30_000)]
Money = Annotated[float, Field(ge=0, le=1e12)]
Capacity = Count | PerHundred
"""A number a village, or ``{per_100: x}``."""

_RESERVED = ("household", "seed", "sessions", "tie", "trait")
_KINDS: dict[str, type[Intervention]] = {}


class Intervention(BaseModel):
    """Something that acts on households, a step at a time, through the verbs of `Population` and nothing else.

    Subclass it with a kind, give it bounded fields, declare in ``State`` what it must remember, and write `act`.
    The class is then known by its kind in YAML files and on both engines. What it must remember is owned by the
    engine: fields of ``State`` are marked ``PerHousehold[bool]``, ``PerVillage[int]`` or ``PerReplicate[float]``
    and arrive in `act` as arrays that start at zero.

    Examples
    --------
    >>> class Rumour(Intervention, kind="rumour"):
    ...     '''A few households hear of it every step.'''
    ...
    ...     few: Count = 3
    ...
    ...     def act(self, step, pop, state):
    ...         pop.tell(pop.pick(pop.at(Stage.UNAWARE), self.few, "few"))
    >>> from pd_sim.population import Stage
    >>> "rumour" in intervention_kinds()
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False)

    kind: ClassVar[str] = ""
    mechanics: ClassVar[tuple[str, ...]] = ()
    """Mechanisms whose streams it draws from; the first is its own."""

    class State(NamedTuple):
        """Nothing to remember."""

    def __init_subclass__(cls, *, kind: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not kind:
            return
        known = _KINDS.get(kind)
        if known is not None and known.__module__.startswith("pd_sim.") and not cls.__module__.startswith("pd_sim."):
            raise InterventionError(f"intervention kind {kind!r} is built in; give your own another name")
        if kind in _RESERVED and not cls.__module__.startswith("pd_sim."):
            raise InterventionError(
                f"intervention kind {kind!r} is the name of a mechanism; give your own another name"
            )
        cls.kind = kind
        if "mechanics" not in cls.__dict__:
            inherited = tuple(m for m in cls.mechanics if m != cls.__mro__[1].kind)  # type: ignore[attr-defined]
            cls.mechanics = (kind, *inherited)
        _KINDS[kind] = cls

    def check(self, village_sizes: npt.NDArray[np.int64], groups: Mapping[str, npt.NDArray[Any]]) -> None:
        """Refuse a community in which it could not do what it says; by default any will do.

        Parameters
        ----------
        village_sizes
            Households of each village.
        groups
            Label of each household, by grouping.

        Raises
        ------
        ScenarioError
            With one line that names the field and the mend.
        """

    def act(self, step: int, pop: Population, state: Any) -> None:
        """Act on the households as they are in this step.

        Parameters
        ----------
        step
            The step, from 1.
        pop
            The population: several villages and replicates side by side. Everything is by masks.
        state
            What it remembers: one array a field of ``State``.
        """
        raise NotImplementedError(f"intervention {self.kind!r} has no act(self, step, pop, state)")


def intervention_kinds() -> dict[str, type[Intervention]]:
    """All interventions by kind, a user's own included, in the order of their names."""
    return dict(sorted(_KINDS.items()))


def kind_named(kind: str) -> type[Intervention]:
    """Class of this kind, else `UnknownNameError` with the nearest known ones."""
    if kind not in _KINDS:
        raise UnknownNameError("intervention", kind, _KINDS)
    return _KINDS[kind]


def known_kinds(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Kinds as they were given, if all are known; for validators of fields that name kinds."""
    for kind in kinds:
        kind_named(kind)
    return kinds


def labels_of(arm: Sequence[Intervention]) -> list[dict[str, str]]:
    """Label of each mechanic of each intervention of an arm.

    The label is empty for the first that uses a mechanic, "2" for the second, and so on: neither the arm's name
    nor the class enters a stream, so equal content has equal luck.
    """
    used: dict[str, int] = {}
    labels = []
    for intervention in arm:
        mine = {}
        for mechanic in intervention.mechanics:
            used[mechanic] = used.get(mechanic, 0) + 1
            mine[mechanic] = "" if used[mechanic] == 1 else str(used[mechanic])
        labels.append(mine)
    return labels


class Memory:
    """What one intervention remembers: one array a field, kept in place when a field is assigned to.

    Both ``memory.member |= mask`` and ``memory.member = mask`` write into the engine's array.
    """

    __slots__ = ("_fields", "_per")
    _fields: dict[str, Any]
    _per: dict[str, str]

    def __init__(self, fields: Mapping[str, Any], per: Mapping[str, str]) -> None:
        object.__setattr__(self, "_fields", dict(fields))
        object.__setattr__(self, "_per", dict(per))

    def __getattr__(self, name: str) -> Any:
        try:
            return self._fields[name]
        except KeyError:
            raise InterventionError(
                f"this intervention remembers no {name!r}; declare it in its State "
                f"(declared: {', '.join(self._fields) or 'nothing'})"
            ) from None

    def __setattr__(self, name: str, value: Any) -> None:
        kept = getattr(self, name)
        if value is kept:
            return
        if isinstance(kept, PerVillage):
            kept.values[...] = np.asarray(value.values if isinstance(value, PerVillage) else value)
        else:
            kept[...] = value

    def kept(self) -> list[tuple[str, npt.NDArray[Any]]]:
        """Fields in the order they are declared: once per what, and the values as a plain array."""
        return [(self._per[name], v.values if isinstance(v, PerVillage) else v) for name, v in self._fields.items()]


_MARKS: dict[Any, str] = {PerHousehold: "household", PerVillage: "village", PerReplicate: "replicate"}


def _declared(cls: type[Intervention]) -> list[tuple[str, str, np.dtype[Any]]]:
    """Fields of a State: name, once per what, and kind of number."""
    names = {"PerHousehold": PerHousehold, "PerVillage": PerVillage, "PerReplicate": PerReplicate}
    scope = vars(sys.modules[cls.__module__]) | names if cls.__module__ in sys.modules else names
    fields = []
    for name, annotation in cls.State.__annotations__.items():
        text = getattr(annotation, "__forward_arg__", annotation)
        mark = eval(text, dict(scope)) if isinstance(text, str) else annotation  # noqa: S307 (the user's own class)
        origin, inner = get_origin(mark), get_args(mark)
        if origin not in _MARKS or len(inner) != 1 or inner[0] not in (bool, int, float):
            raise InterventionError(
                f"intervention {cls.kind!r}: State.{name} must be PerHousehold, PerVillage or PerReplicate "
                "of bool, int or float"
            )
        fields.append((name, _MARKS[origin], np.dtype({bool: "?", int: "<i8", float: "<f8"}[inner[0]])))
    return fields


def new_memory(intervention: Intervention, pop: Population) -> Memory:
    """Memory of an intervention at the start of a run: all zero."""
    sizes = {"household": pop.n, "village": pop.villages, "replicate": pop.replicates}
    fields: dict[str, Any] = {}
    declared = _declared(type(intervention))
    for name, per, dtype in declared:
        values = np.zeros(sizes[per], dtype)
        fields[name] = PerVillage(values) if per == "village" else values
    return Memory(fields, {name: per for name, per, _ in declared})
