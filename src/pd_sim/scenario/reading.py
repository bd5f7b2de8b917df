"""Reading a scenario from YAML, block by block, so that an error names its field and offers the nearest known one."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from pd_sim.errors import FileError, ScenarioError, nearest

__all__ = ["MOST_BYTES", "block", "explain", "read_yaml", "write_yaml"]

MOST_BYTES = 1_000_000
"""Greatest size of a scenario file."""

M = TypeVar("M", bound=BaseModel)


class _Plain(yaml.SafeLoader):
    """YAML of plain values only: no aliases (they can grow without bound), no tags, no key twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.YAMLError(f"line {mark.line + 1}: aliases (*name) are not used here; write the value out")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if not isinstance(key, (str, int, float, bool)):
                raise yaml.YAMLError(f"line {line}: a field's name must be a word")
            if key in seen:
                raise yaml.YAMLError(f"line {line}: {key!r} stands twice; keep one")
            seen.add(key)
        return super().construct_mapping(node, deep)

    def refuse(self, node: Any) -> Any:
        raise yaml.YAMLError(f"line {node.start_mark.line + 1}: tag {node.tag!r} is not used here; write a plain value")


for _tag in ("binary", "timestamp", "omap", "pairs", "set"):
    _Plain.add_constructor(f"tag:yaml.org,2002:{_tag}", _Plain.refuse)
_Plain.add_constructor(None, _Plain.refuse)
_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


_Plain.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$"), list("-+.0123456789")
)


class _Writer(yaml.SafeDumper):
    """YAML that a person would write: no aliases, short lists on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _short_list(dumper: _Writer, data: Any) -> Any:
    plain = all(not isinstance(x, (dict, list)) for x in data)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=plain)


def _text(dumper: _Writer, data: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data else None)


_Writer.add_representer(list, _short_list)
_Writer.add_representer(str, _text)


def read_yaml(source: str | bytes, name: str) -> dict[str, Any]:
    """Read YAML of plain values into a mapping.

    Parameters
    ----------
    source
        The text.
    name
        What to call it in an error.

    Raises
    ------
    FileError
        If it is too large, is not UTF-8, is not YAML, uses aliases or tags, names a key twice, or is no mapping.
    """
    if len(source) > MOST_BYTES:
        raise FileError(f"{name}: larger than {MOST_BYTES:,} bytes; a scenario holds settings, put data in CSV files")
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source
    except UnicodeDecodeError as error:
        raise FileError(f"{name}: byte {error.start} is not UTF-8; save the file as UTF-8 text") from None
    try:
        document = yaml.load(text, _Plain)  # noqa: S506 (a safe loader with less)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise FileError(f"{name}: {where}{error.problem or error.context}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())
        raise FileError(f"{name}: {reason}") from None
    if not isinstance(document, dict):
        raise FileError(f"{name}: not a scenario; it should begin with fields such as 'name:' and 'arms:'")
    return {str(key): value for key, value in document.items()}


def write_yaml(document: dict[str, Any]) -> str:
    """Write a document of plain values as YAML, in its order."""
    return yaml.dump(document, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=110)


def explain(error: ValidationError, known: type[BaseModel] | None, path: str) -> str:
    """Say in one line what is wrong with the first field an error is about, and how many more there are."""
    errors = error.errors()
    first = errors[0]
    where = ".".join([path, *_named_parts(known, first["loc"])]).strip(".")
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        names = _fields_at(known, first["loc"][:-1])
        message = f"unknown field; {nearest(str(first['loc'][-1]), names)}" if names else "unknown field"
    elif first["type"] == "missing":
        message = "this field is needed"
    else:
        message = f"{message[:1].lower()}{message[1:]}"
        if not isinstance(first["input"], (dict, list)) and first["type"] not in ("value_error", "assertion_error"):
            message += f", not {first['input']!r}"
    places = {tuple(_named_parts(known, e["loc"])) for e in errors}
    more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
    return f"{where}: {message}{more}"


def _named_parts(model: Any, loc: tuple[int | str, ...]) -> list[str]:
    """Give the parts of a place that a user wrote: fields and positions, not the kinds that were tried there."""
    parts = []
    for depth, part in enumerate(loc):
        fields = _fields_at(model, loc[:depth])
        if isinstance(part, int) or part in fields or (depth == 0 and not fields) or depth == len(loc) - 1 == 0:
            parts.append(str(part))
    return parts


def _fields_at(model: Any, loc: tuple[int | str, ...]) -> list[str]:
    """Names of the fields that are known at a place inside a model."""
    for part in loc:
        fields = getattr(model, "model_fields", None)
        if fields is None:
            return []
        if part in fields:
            inner = _models_in(fields[part].annotation)
            model = inner[0] if inner else None
    return list(getattr(model, "model_fields", []))


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models_in(inner)]


def block(kind: type[M], value: Any, path: str) -> M:
    """Read one block of a scenario, or raise `ScenarioError` with the field's full name.

    Parameters
    ----------
    kind
        The model.
    value
        What the user wrote.
    path
        Where it stands, such as ``arms.top_down[0].training``.
    """
    if isinstance(value, kind):
        return value
    if value is None:
        value = {}
    if not isinstance(value, dict):
        raise ScenarioError(f"{path}: should hold fields, such as 'name: value', not {value!r}")
    try:
        written = json.dumps(value)
    except (TypeError, ValueError):  # something only Python can hold, such as a graph
        written = None
    try:
        # As JSON, so that a list is a tuple but a word is no number and a number no yes or no.
        return kind.model_validate(value) if written is None else kind.model_validate_json(written, strict=True)
    except ValidationError as error:
        raise ScenarioError(explain(error, kind, path)) from None


def read_file(path: Path) -> dict[str, Any]:
    """Read a scenario file."""
    try:
        with path.open("rb") as stream:
            source = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileError(f"{path}: {error.strerror or error}") from None
    return read_yaml(source, str(path))
