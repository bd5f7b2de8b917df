"""Reading a scenario from YAML, block by block, so that an error names its field and offers the nearest known one."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from pd_sim.errors import FileError, ScenarioError, nearest

__all__ = ["MOST_BYTES", "block", "explain", "read_value", "read_yaml", "write_value", "write_yaml"]

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
            if isinstance(key, bool):
                raise yaml.YAMLError(f"line {line}: {key_node.value} is read as a truth value; put it in quotes")
            if not isinstance(key, (str, int, float)):
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
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":int", ":float"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Writer(yaml.SafeDumper):
    """YAML that a person would write: no aliases, short lists on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _OneLine(yaml.SafeDumper):
    """YAML on one line, each value written out."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _short_list(dumper: _Writer, data: Any) -> Any:
    plain = all(not isinstance(x, (dict, list)) for x in data)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=plain)


def _text(dumper: _Writer, data: str) -> Any:
    plain = all(c == "\n" or (c.isprintable() and c not in "\x85\u2028\u2029\ufeff") for c in data)
    style = '"' if not plain else "|" if "\n" in data else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)


def _text_on_one_line(dumper: _OneLine, data: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style='"' if "\n" in data else None)


# Numbers are decimal: 012 and 1:30 are words here, and 1e-3 is a number, unlike in YAML 1.1.
_START = list("-+.0123456789")
_FLOAT = re.compile(
    r"^[-+]?((0|[1-9][0-9_]*)\.[0-9_]*([eE][-+]?[0-9]+)?|\.[0-9]+([eE][-+]?[0-9]+)?|(0|[1-9][0-9]*)[eE][-+]?[0-9]+"
    r"|\.(inf|Inf|INF)|\.(nan|NaN|NAN))$"
)
_Plain.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(0|[1-9][0-9_]*)$"), _START)
for _yaml in (_Plain, _Writer, _OneLine):
    _yaml.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, _START)
_Writer.add_representer(list, _short_list)
_Writer.add_representer(str, _text)
_OneLine.add_representer(str, _text_on_one_line)


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
    document = read_value(text, name)
    if not isinstance(document, dict):
        raise FileError(f"{name}: not a scenario; it should begin with fields such as 'name:' and 'arms:'")
    return {str(key): value for key, value in document.items()}


def read_value(text: str, name: str) -> Any:
    """Read a plain value from YAML, by the rules of a scenario file.

    Parameters
    ----------
    text
        The text.
    name
        What to call it in an error.

    Raises
    ------
    FileError
        If it is not YAML, uses aliases or tags, or names a key twice.

    Examples
    --------
    >>> read_value("{places: 12, when: 1:30, share: 1e-3}", "it")
    {'places': 12, 'when': '1:30', 'share': 0.001}
    """
    try:
        return yaml.load(text, _Plain)  # noqa: S506 (a safe loader with less)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise FileError(f"{name}: {where}{error.problem or error.context}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())
        raise FileError(f"{name}: {reason}") from None
    except (LookupError, TypeError, AttributeError):  # the reader stumbles over a tag whose value is of another kind
        raise FileError(f"{name}: a tag (!!name) does not go with its value; write a plain value") from None


def write_value(value: Any) -> str:
    """Write a plain value as YAML on one line: `read_value` gives the same back.

    Examples
    --------
    >>> write_value([{"training": {"places": 4}}]), write_value("1e-3")
    ('[{training: {places: 4}}]', "'1e-3'")
    """
    text = yaml.dump(value, Dumper=_OneLine, default_flow_style=True, sort_keys=False, width=10_000_000)
    return str(text).strip().removesuffix("\n...").strip()


def write_yaml(document: dict[str, Any]) -> str:
    """Write a document of plain values as YAML, in its order."""
    return yaml.dump(document, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=110)


def explain(error: ValidationError, known: type[BaseModel], path: str) -> str:
    """Say in one line what is wrong with the field that matters most, and how many others are wrong."""
    errors = sorted(error.errors(), key=_rank)
    first = errors[0]
    parts, models = _walk(known, first["loc"][:-1] if first["type"] == "extra_forbidden" else first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        name = str(first["loc"][-1])
        parts.append(name)
        fields = [field for model in models for field in model.model_fields]
        message = f"unknown field; {nearest(name, fields)}" if fields else "unknown field"
    elif first["type"] == "missing":
        message = "this field is needed"
    else:
        message = f"{message[:1].lower()}{message[1:]}"
        if not isinstance(first["input"], (dict, list)) and first["type"] not in ("value_error", "assertion_error"):
            message += f", not {first['input']!r}"
    told = ".".join([path, *parts]).strip(".")
    others = {tuple(_walk(known, e["loc"])[0]) for e in errors} - {tuple(parts)}
    others = {place for place in others if place != tuple(parts[: len(place)]) and place[: len(parts)] != tuple(parts)}
    return f"{told}: {message}" + (f" (and {len(others)} more)" if others else "")


def _rank(error: Any) -> int:
    """Which of several errors says best what is wrong, where a value was tried as several kinds."""
    kind, given = error["type"], error["input"]
    if kind == "extra_forbidden":
        return 0
    if kind == "missing":
        return 1
    if kind.startswith(("greater_than", "less_than", "value_error")):
        return 2
    if kind == "literal_error":
        return 3 if isinstance(given, str) else 5
    return 4


def _walk(model: type[BaseModel], loc: tuple[int | str, ...]) -> tuple[list[str], list[type[BaseModel]]]:
    """Follow a place into a model: the parts a user wrote (not the kinds that were tried), and the models there."""
    parts: list[str] = []
    models = [model]
    tried = False
    for part in loc:
        if isinstance(part, int):
            parts.append(str(part))
        elif tried:
            tried = False
            models = [m for m in models if m.__name__.lower() == part.lower()] or models
        else:
            parts.append(part)
            owner = next((m for m in models if part in m.model_fields), None)
            annotation = owner.model_fields[part].annotation if owner else None
            kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
            tried = get_origin(annotation) in (Union, UnionType) and len(kinds) > 1
            models = _models_in(annotation)
    return parts, models


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
