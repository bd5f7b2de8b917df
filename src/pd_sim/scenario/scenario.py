"""A scenario: who lives here, what is to spread, how households behave, and the arms that are compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SerializeAsAny, ValidationError, field_validator

from pd_sim.behaviour import Behaviour, Initial, Outcome, Practice, decision_names
from pd_sim.community import GENERATORS, CommunitySource, File, Graph, Traits
from pd_sim.errors import ScenarioError, UnknownNameError, nearest
from pd_sim.interventions import Budget, Intervention, Threat, kind_named
from pd_sim.scenario.economics import Economics
from pd_sim.scenario.evidence import Evaluation, Target, blocks, check_arms
from pd_sim.scenario.principles import Principles, without
from pd_sim.scenario.reading import block, explain, read_file, read_yaml, write_yaml

__all__ = ["Arm", "Scenario"]

Arm = tuple[SerializeAsAny[Intervention], ...]
"""Interventions in the order in which they act; empty: nothing is done."""


class Scenario(BaseModel):
    """Everything a run needs but its seed. Frozen: `set` gives a changed copy.

    Examples
    --------
    >>> town = Scenario.load("village")
    >>> town.set("community.households", 120).community.households
    120
    >>> town.set("practise.tacitness", 0.9)
    Traceback (most recent call last):
    pd_sim.errors.ScenarioError: practise: unknown field; did you mean 'practice'? (known: about, arms, ...
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=100, description="short name")
    title: str = Field("", description="one line for headings")
    about: str = Field("", description="what it is about, what it rests on, and where that comes from")
    steps: int = Field(156, ge=1, le=5200, description="how many steps are run")
    step: str = Field("week", min_length=1, description="what a step is")
    unit: str = Field("household", min_length=1, max_length=40, description="what a household stands for")
    takeoff: Annotated[float, Field(ge=0, le=1)] = Field(
        0.25, description="share practising from which the practice counts as having taken off"
    )
    community: SerializeAsAny[CommunitySource] = Field(description="who lives here and who is tied to whom")
    traits: Traits = Field(default_factory=Traits, description="how households differ")
    practice: Practice = Field(default_factory=Practice, description="what is to spread")
    initial: Initial = Field(default_factory=Initial, description="state of the households at step 0")
    behaviour: Behaviour = Field(
        default_factory=Behaviour, description="how households hear, try, learn, go on and stop"
    )
    principles: Principles = Field(default_factory=Principles, description="which principles hold, in every arm")
    outcome: Outcome | None = Field(None, description="the issue that the practice prevents; none: not modelled")
    threats: Arm = Field((), description="what may befall every arm, in the order in which it acts")
    arms: dict[str, Arm] = Field(description="the arms to compare: for each a list of interventions")
    economics: Economics = Field(default_factory=Economics, description="what things are worth, and to whom")
    evaluations: tuple[Evaluation, ...] = Field((), description="who looks at the result, when and at what")
    targets: tuple[Target, ...] = Field((), description="what is told of the case, to compare the result with")

    _folder: Path | None = PrivateAttr(None)

    @field_validator("arms")
    @classmethod
    def _some_arm(cls, arms: dict[str, Arm]) -> dict[str, Arm]:
        if not arms:
            raise ValueError("give at least one arm, such as 'nothing: []'")
        for name, arm in arms.items():
            if not name or name != name.strip() or len(name) > 60 or not all(c.isalnum() or c in "_- +." for c in name):
                raise ValueError(f"arm {name!r}: use letters, digits, spaces and _ - + . in a name")
            for place, intervention in enumerate(arm):
                if isinstance(intervention, Budget) and place > 0:
                    raise ValueError(f"{name}[{place}].budget: a budget stands first in its arm, once")
                if isinstance(intervention, Threat):
                    raise ValueError(
                        f"{name}[{place}].{intervention.kind}: a threat stands under 'threats', for all arms"
                    )
        return arms

    @field_validator("threats")
    @classmethod
    def _are_threats(cls, threats: Arm) -> Arm:
        for place, threat in enumerate(threats):
            if not isinstance(threat, Threat):
                raise ValueError(f"[{place}].{threat.kind}: is no threat; interventions stand in an arm")
        return threats

    @field_validator("behaviour")
    @classmethod
    def _known_rule(cls, behaviour: Behaviour) -> Behaviour:
        if behaviour.decision not in decision_names():
            raise ValueError(f"decision: unknown rule; {nearest(behaviour.decision, decision_names())}")
        return behaviour

    # ── in and out ──────────────────────────────────────────────────────────────────────────────────────────────

    @classmethod
    def load(cls, name_or_path: str | Path) -> Scenario:
        """Load a shipped case by its name, or a scenario file by its path.

        Raises
        ------
        FileError
            The file cannot be read, or is not YAML of plain values.
        ScenarioError
            A field is unknown, missing or out of bounds; the message names it and offers the nearest known one.
        UnknownNameError
            There is no such case, and no such file.
        """
        from pd_sim.scenario.cases import case_names, case_path

        path = Path(name_or_path)
        if str(name_or_path) in case_names():
            path = case_path(str(name_or_path))
        elif not path.suffix and not path.exists():
            raise UnknownNameError("case (or file)", str(name_or_path), case_names())
        document = read_file(path)
        try:
            return cls.from_dict(document, folder=path.parent)
        except ScenarioError as error:
            raise ScenarioError(f"{path.name}: {error}") from None

    @classmethod
    def from_yaml(cls, text: str, folder: Path | None = None) -> Scenario:
        """Read a scenario from YAML text; relative paths in it start from ``folder``."""
        return cls.from_dict(read_yaml(text, "scenario"), folder)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any], folder: Path | None = None) -> Scenario:
        """Read a scenario from plain values, as YAML holds them."""
        fields = dict(document)
        for unknown in fields:
            if unknown not in cls.model_fields:
                raise ScenarioError(f"{unknown}: unknown field; {nearest(str(unknown), cls.model_fields)}")
        for needed in ("name", "community", "arms"):
            if needed not in fields:
                raise ScenarioError(f"{needed}: this field is needed")
        fields["community"] = _read_community(fields["community"])
        for name, kind in _BLOCKS.items():
            if name in fields and not (name == "outcome" and fields[name] is None):
                fields[name] = block(kind, fields[name], name)
        for name, kind in (("evaluations", Evaluation), ("targets", Target)):
            if name in fields:
                fields[name] = blocks(kind, fields[name], name)
        if "threats" in fields:
            fields["threats"] = _read_arm(fields["threats"], "threats")
        fields["arms"] = _read_arms(fields["arms"])
        try:
            scenario = cls(**fields)
        except ValidationError as error:
            raise ScenarioError(explain(error, cls, "")) from None
        scenario._folder = folder
        check_arms(scenario.evaluations, scenario.targets, scenario.arms)
        return scenario

    def to_dict(self) -> dict[str, Any]:
        """Give the scenario as plain values, with only what was set: `from_dict` reads it back unchanged."""
        if isinstance(self.community, Graph):
            self.community.refuse()
        return self._plain(self._community_record(only_set=True))

    def _plain(self, community: dict[str, Any]) -> dict[str, Any]:
        plain = self.model_dump(mode="json", exclude_unset=True, exclude={"arms", "community", "threats"})
        plain["community"] = community
        if "threats" in self.model_fields_set:
            plain["threats"] = [{i.kind: i.model_dump(mode="json", exclude_unset=True)} for i in self.threats]
        plain["arms"] = {
            name: [{i.kind: i.model_dump(mode="json", exclude_unset=True)} for i in arm]
            for name, arm in self.arms.items()
        }
        return {name: plain[name] for name in type(self).model_fields if name in plain}

    def to_yaml(self) -> str:
        """Write the scenario as YAML: `from_yaml` reads it back unchanged."""
        return write_yaml(self.to_dict())

    def record(self) -> dict[str, Any]:
        """Give the scenario as `to_dict` does, with the digest of a graph in place of one given in Python."""
        return self._plain(self._community_record(only_set=True))

    def _community_record(self, *, only_set: bool) -> dict[str, Any]:
        if isinstance(self.community, Graph):
            return {"generator": "graph", "fingerprint": self.community.fingerprint()}
        return {"generator": self.community.generator} | self.community.model_dump(mode="json", exclude_unset=only_set)  # type: ignore[attr-defined]

    def resolved(self) -> dict[str, Any]:
        """Give every field with its value, defaults included, as plain values."""
        plain = self.model_dump(mode="json", exclude={"arms", "community", "threats"}) | {
            "community": self._community_record(only_set=False),
            "threats": [{i.kind: i.model_dump(mode="json")} for i in self.threats],
        }
        plain["arms"] = {name: [{i.kind: i.model_dump(mode="json")} for i in arm] for name, arm in self.arms.items()}
        return {name: plain[name] for name in type(self).model_fields}

    # ── use ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def set(self, field: str, value: Any) -> Scenario:
        """Give a copy with one field changed.

        Parameters
        ----------
        field
            Its full name, parts joined by dots: ``practice.tacitness``, ``arms.top_down.0.training.places`` or, where
            an arm holds one of the kind, ``arms.top_down.training.places``.
        value
            The new value, as YAML would hold it.
        """
        document = self.record()
        if isinstance(self.community, Graph):
            document["community"] = self.community
        at: Any = document
        parts = field.split(".")
        if parts[0] == "arms" and len(parts) > 2:
            self.arm(parts[1])
        for depth, part in enumerate(parts[:-1]):
            where = ".".join(parts[: depth + 1])
            if isinstance(at, list):
                at = _entry(at, part, where)
            else:
                if depth == 0 and part not in type(self).model_fields:
                    raise ScenarioError(f"{where}: unknown field; {nearest(part, type(self).model_fields)}")
                at = at.setdefault(part, self._default(parts[: depth + 1]))
            if not isinstance(at, (dict, list)):
                raise ScenarioError(f"{where}: is one value; it has no field {parts[depth + 1]!r}")
        if isinstance(at, list):
            raise ScenarioError(f"{field}: name the intervention and its field, such as arms.top_down.training.places")
        at[parts[-1]] = value
        return type(self).from_dict(document, self._folder)

    def _default(self, parts: Sequence[str]) -> Any:
        """Fields that stand at a place without being written, so that one of them can be changed alone."""
        at: Any = self
        for part in parts:
            at = getattr(at, part, None)
        return at.model_dump(mode="json", exclude_unset=len(parts) == 1) if isinstance(at, BaseModel) else {}

    @property
    def in_force(self) -> Scenario:
        """The scenario as it is run: without the principles that are switched off."""
        off = [name for name, holds in self.principles if not holds]
        if not off:
            return self
        return without(self, *off).model_copy(update={"principles": Principles()})

    def arm(self, name: str) -> Arm:
        """Interventions of an arm, else `UnknownNameError` with the nearest known ones."""
        if name not in self.arms:
            raise UnknownNameError("arm", name, self.arms)
        return self.arms[name]

    def warnings(self) -> tuple[str, ...]:
        """What may not be meant, a line each: it can be run all the same."""
        from pd_sim.scenario.warnings import doubts

        return doubts(self)

    def located_community(self) -> CommunitySource:
        """Description of the community with its paths starting from the scenario's folder."""
        return self.community if self._folder is None else self.community.located(self._folder)

    @property
    def content_hash(self) -> str:
        """SHA-256 of every field's value, defaults included, and of the contents of the community's files."""
        content = self.resolved()
        source = self.located_community()
        if isinstance(source, File):
            content["files"] = source.fingerprint()
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


_BLOCKS: dict[str, type[BaseModel]] = {
    "traits": Traits,
    "practice": Practice,
    "initial": Initial,
    "behaviour": Behaviour,
    "principles": Principles,
    "outcome": Outcome,
    "economics": Economics,
}


def _entry(listed: list[Any], part: str, where: str) -> Any:
    """One intervention's fields, by its place (then its kind follows) or by its kind."""
    if part.isascii() and part.isdigit() and len(part) < 10:
        if int(part) >= len(listed):
            raise ScenarioError(f"{where}: the arm has {len(listed)} interventions, counted from 0")
        return listed[int(part)]
    matching = [entry for entry in listed if part in entry]
    if len(matching) != 1:
        kinds = sorted({kind for entry in listed for kind in entry})
        if matching:
            raise ScenarioError(f"{where}: the arm has {len(matching)} of this kind; use the place, such as 0.{part}")
        raise ScenarioError(f"{where}: no such intervention in this arm; {nearest(part, kinds)}")
    return matching[0][part]


def _read_community(value: Any) -> CommunitySource:
    if isinstance(value, CommunitySource):
        return value
    if not isinstance(value, dict):
        raise ScenarioError("community: should hold fields, such as 'generator: village'")
    named = value.get("generator", "village")
    if not isinstance(named, str) or named not in GENERATORS:
        raise UnknownNameError("community.generator", str(named), GENERATORS)
    return block(GENERATORS[named], value, "community")


def _read_arms(value: Any) -> dict[str, Arm]:
    if not isinstance(value, dict):
        raise ScenarioError("arms: should hold arms by name, such as 'nothing: []'")
    return {str(name): _read_arm(listed, f"arms.{name}") for name, listed in value.items()}


def _read_arm(listed: Any, path: str) -> Arm:
    if listed is None:
        listed = []
    if not isinstance(listed, (list, tuple)):
        raise ScenarioError(f"{path}: should be a list of interventions, each '- kind: {{fields}}'")
    interventions = []
    for index, written in enumerate(listed):
        where = f"{path}[{index}]"
        entry = {written: {}} if isinstance(written, str) else written
        if isinstance(entry, Intervention):
            interventions.append(entry)
            continue
        if not isinstance(entry, dict) or len(entry) != 1:
            raise ScenarioError(
                f"{where}: should be one intervention with its fields, such as 'training: {{places: 20}}'"
            )
        ((kind, fields),) = entry.items()
        try:
            found = kind_named(str(kind))
        except UnknownNameError as error:
            raise ScenarioError(f"{where}: {error}") from None
        interventions.append(block(found, fields, f"{where}.{kind}"))
    return tuple(interventions)
