"""Fields of a scenario in words: value, default, bounds, meaning, and how sure a default is; all from the schema."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pd_sim.cli._text import value_text

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["SURE", "FieldInWords", "alike", "bounds_in_words", "fields_of", "fields_of_kind", "first_line"]

SURE = {
    "V": "read in the source",
    "C": "computed from a stated formula",
    "K": "well known in the field",
    "S": "told by those who ran a case",
    "A": "an assumption",
}
"""What the letters mean that say how sure a default is."""


_MEANINGS = {"generator": "how the community comes about; each way has fields of its own"}
"""Of fields that only tell one block from another."""


@dataclass(frozen=True)
class FieldInWords:
    """One field of a block."""

    name: str
    value: str
    """As YAML holds it on one line."""
    default: str
    """Likewise; empty where there is none and the field is needed."""
    differs: bool
    """Whether the value is not the default."""
    given: bool
    """Whether the scenario says it, be it the default or not."""
    bounds: str
    meaning: str
    sure: str
    """A letter of `SURE`, or empty."""
    source: str

    def __str__(self) -> str:
        sure = f" [{self.sure}: {self.source}]" if self.sure else ""
        return f"{self.meaning} ({self.bounds}){sure}"


def fields_of(block: BaseModel, only: Collection[str] = ()) -> list[FieldInWords]:
    """Describe the fields of a block, in its order.

    Parameters
    ----------
    block
        A part of a scenario, such as its practice or one intervention.
    only
        Names of fields; none: all.
    """
    values = block.model_dump(mode="json", include=set(only) or None)
    return _described(type(block), values, block.model_fields_set)


def fields_of_kind(kind: type[BaseModel], leave_out: Collection[str] = ()) -> list[FieldInWords]:
    """Describe the fields of a kind of block, each with its default as its value; ``needed`` where it has none."""
    about = kind.model_json_schema()["properties"]
    values = {name: field.get("default", "needed") for name, field in about.items() if name not in leave_out}
    return _described(kind, values, ())


def _described(kind: type[BaseModel], values: Mapping[str, Any], given: Collection[str]) -> list[FieldInWords]:
    schema = kind.model_json_schema()
    found = []
    for name, about in schema["properties"].items():
        if name not in values:
            continue
        default = value_text(about["default"]) if "default" in about else ""
        found.append(
            FieldInWords(
                name=name,
                value=value_text(values[name]),
                default=default,
                differs="default" in about and values[name] != about["default"],
                given=name in given,
                bounds=_generators() if name == "generator" else bounds_in_words(about, schema.get("$defs", {})),
                meaning=" ".join(about.get("description", "").split()) or _MEANINGS.get(name, ""),
                sure=about.get("sure", ""),
                source=about.get("source", ""),
            )
        )
    return found


def alike(kind: type[BaseModel], other: type[BaseModel]) -> set[str]:
    """Names of the fields that two kinds of block share, with the same default, meaning and bounds."""
    ours, theirs = kind.model_fields, other.model_fields
    return {
        name
        for name in ours.keys() & theirs.keys()
        if (ours[name].default, ours[name].description, ours[name].annotation)
        == (theirs[name].default, theirs[name].description, theirs[name].annotation)
    }


def first_line(kind: type) -> str:
    """What a class is, as the first line of its docstring says it, without the full stop."""
    return (kind.__doc__ or "").strip().partition("\n")[0].removesuffix(".")


def bounds_in_words(about: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Say which values a field may have.

    Parameters
    ----------
    about
        The field's part of a JSON schema.
    definitions
        The schema's ``$defs``.

    Examples
    --------
    >>> bounds_in_words({"type": "number", "exclusiveMinimum": 0, "maximum": 100}, {})
    'a number above 0 and up to 100'
    >>> bounds_in_words({"anyOf": [{"type": "integer"}, {"const": "never"}], "ge": 1, "le": 5200}, {})
    'a whole number from 1 to 5,200, or never'
    >>> bounds_in_words({"enum": ["peer", "expert"]}, {})
    'peer or expert'
    """
    choices = about.get("anyOf") or about.get("oneOf")
    if choices:
        # pydantic leaves the bounds of a union beside it
        outer = {key: about[key] for key in ("ge", "gt", "le", "lt") if key in about}
        said = [bounds_in_words({**outer, **choice}, definitions) for choice in choices]
        return ", or ".join(dict.fromkeys(said))
    if "$ref" in about:
        inner = definitions[about["$ref"].rpartition("/")[2]]
        return f"{{{', '.join(inner.get('required') or inner['properties'])}}}"
    if "enum" in about:
        words = [value_text(word) for word in about["enum"]]
        return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    if "const" in about:
        return value_text(about["const"])
    if "prefixItems" in about:
        return f"a list of {len(about['prefixItems'])}, each {bounds_in_words(about['prefixItems'][0], definitions)}"
    if "additionalProperties" in about and isinstance(about["additionalProperties"], Mapping):
        return f"names, each with {bounds_in_words(about['additionalProperties'], definitions)}"
    if about.get("type") == "array":
        return f"a list of entries, each {bounds_in_words(about.get('items', {}), definitions)}"
    names = {"boolean": "true or false", "string": "text", "null": "null", "object": "names, each with a value"}
    if about.get("type") in names:
        return names[about["type"]]
    if about.get("type") not in ("integer", "number"):
        return "any value"
    number = "a whole number" if about["type"] == "integer" else "a number"
    return f"{number}{_range(about)}"


def _range(about: Mapping[str, Any]) -> str:
    least, most = about.get("minimum", about.get("ge")), about.get("maximum", about.get("le"))
    above, below = about.get("exclusiveMinimum", about.get("gt")), about.get("exclusiveMaximum", about.get("lt"))
    low = f" from {_plain(least)}" if least is not None else f" above {_plain(above)}" if above is not None else ""
    if most is not None:
        joined = " to" if least is not None else " and up to" if low else " up to"
        return f"{low}{joined} {_plain(most)}"
    if below is not None:
        return f"{low}{' and' if low else ''} below {_plain(below)}"
    return f"{low} up" if least is not None else low


def _plain(number: float) -> str:
    return f"{number:,.12g}".replace("e+", "e")


def _generators() -> str:
    from pd_sim.community.spec import GENERATORS

    *names, last = sorted(GENERATORS.keys() - {"graph"})  # a graph is handed over in Python, not in YAML
    return f"{', '.join(names)} or {last}"
