"""What a page is asked to show, as its link carries it: a case, or a scenario of one's own, and what was changed."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

from pd_sim.dashboard.files import HASH, only_known_files, shown_name, told, with_files
from pd_sim.dashboard.limits import check_declared
from pd_sim.errors import FileError, PdSimError, ScenarioError
from pd_sim.scenario import Scenario, case_names
from pd_sim.scenario.reading import read_value, write_value
from pd_sim.studies.regimes import AGREEMENT, agreed

__all__ = [
    "FILES",
    "LEFT_OUT",
    "MOST_SEED",
    "Asked",
    "arms_of",
    "file_names",
    "read",
    "scenario_of",
    "understood",
    "value_of",
    "write",
]

MOST_SEED = 2**31 - 1
"""Greatest seed of a link."""

FILES = ("ties", "households")
"""What of a page names a file that is kept on this computer, by its hash."""

LEFT_OUT = "Of the link this was left out: "
"""How a line begins that says what of a link could not be taken."""

_GUESSES = "guess-"
_ON_PAGES = frozenset(
    (
        *FILES,
        *(f"{kind}-name" for kind in FILES),
        *("lenient", "knob", "with", "without", AGREEMENT),
        *("map-x", "map-y", "map-step", "map-detail", "map-variant"),
        *("lesson", "step", "case-opened"),
    )
)
"""What only one page knows, by name; guesses of a lesson go by the name of the lesson."""

_FILE_NAMES = tuple(f"{kind}-name" for kind in FILES)
_MOST_YAML = 400_000
_MOST_SETTINGS = 200
_MOST_FIELDS = 1000
_MOST_ARMS = 4


@dataclass(frozen=True)
class Asked:
    """What a link asks for.

    Attributes
    ----------
    case
        Name of a shipped case; it is not looked at where ``own`` is given.
    own
        A scenario of one's own, as YAML text; empty: none.
    settings
        Fields changed, in order, each with its value as YAML would write it.
    seed
        Seed of the village and the luck.
    arms
        Arms shown; empty: the first four.
    week
        Week to go to.
    page
        Things that only one page knows, by name.
    """

    case: str = "village"
    own: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    seed: int = 1
    arms: tuple[str, ...] = ()
    week: int = 0
    page: tuple[tuple[str, str], ...] = ()

    def with_setting(self, field_name: str, value: Any) -> Asked:
        """The same with one field changed; a field changed before takes the new value."""
        kept = tuple(pair for pair in self.settings if pair[0] != field_name)
        return replace(self, settings=(*kept, (field_name, write_value(value))))

    def with_block(self, field_name: str, value: Any) -> Asked:
        """The same with a whole block in place of all that was changed in it so far, such as the list of an arm.

        Examples
        --------
        >>> asked = Asked().with_setting("arms.hybrid.hub.places", 9).with_block("arms.hybrid", [{"training": {}}])
        >>> asked.settings
        (('arms.hybrid', '[{training: {}}]'),)
        """
        kept = tuple(pair for pair in self.settings if not f"{pair[0]}.".startswith(f"{field_name}."))
        return replace(self, settings=(*kept, (field_name, write_value(value))))

    def without_setting(self, field_name: str) -> Asked:
        """The same with one field as it was."""
        return replace(self, settings=tuple(pair for pair in self.settings if pair[0] != field_name))

    def on_page(self, name: str) -> str:
        """What only one page knows."""
        return dict(self.page).get(name, "")

    def with_page(self, name: str, value: str) -> Asked:
        """The same with something that one page knows changed; empty: left out."""
        kept = tuple(pair for pair in self.page if pair[0] != name)
        return replace(self, page=(*kept, (name, value)) if value else kept)


@dataclass(frozen=True)
class Read:
    """A link as it was read: what it asks for, and what could not be taken, a line each."""

    asked: Asked
    refused: tuple[str, ...] = field(default_factory=tuple)


def read(search: str | None) -> Read:
    """Read the part of a link behind the question mark; what makes no sense is left out, and said.

    Examples
    --------
    >>> read("case=village&seed=7&set=practice.certainty:0.9").asked.settings
    (('practice.certainty', '0.9'),)
    >>> read("seed=-3").refused
    ('seed -3: give a whole number from 0 to 2147483647',)
    """
    try:
        fields = parse_qs(search or "", keep_blank_values=False, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return Read(Asked(), (f"all of it: more than {_MOST_FIELDS:,} fields are not read",))
    refused: list[str] = []
    asked = Asked()

    def first(name: str) -> str:
        return fields.get(name, [""])[0]

    if first("own"):
        try:
            asked = replace(asked, own=_unpacked(first("own")))
        except ScenarioError as error:
            refused.append(str(error))
    if first("case"):
        if first("case") in case_names():
            asked = replace(asked, case=first("case"))
        else:
            refused.append(f"case {first('case')[:60]!r}: there is no such case")
    settings = []
    for name, most, words in (("set", _MOST_SETTINGS, "settings"), ("arm", _MOST_ARMS, "arms to show")):
        if len(fields.get(name, [])) > most:
            refused.append(f"{words} beyond the first {most} ({len(fields[name])} are given)")
    for written in fields.get("set", [])[:_MOST_SETTINGS]:
        name, colon, value = written.partition(":")
        if colon and name:
            settings.append((name, value))
        else:
            refused.append(f"set {written[:60]!r}: should be field:value")
    numbers = {"seed": MOST_SEED, "week": 5200}
    for name, most in numbers.items():
        text = first(name)
        if not text:
            continue
        if text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= most:
            asked = replace(asked, **{name: int(text)})  # type: ignore[arg-type]
        else:
            refused.append(f"{name} {text[:40]}: give a whole number from 0 to {most}")
    page = _page(fields, refused)
    return Read(
        replace(asked, settings=tuple(settings), arms=tuple(fields.get("arm", [])[:_MOST_ARMS]), page=page),
        tuple(refused),
    )


def _page(fields: dict[str, list[str]], refused: list[str]) -> tuple[tuple[str, str], ...]:
    """What only one page knows; what of it makes no sense goes to what is refused."""
    page = []
    for name, value in ((k[2:], v[0]) for k, v in fields.items() if k.startswith("p-") and v):
        if name not in _ON_PAGES and not name.startswith(_GUESSES):
            refused.append(f"p-{name[:40]} {value[:40]!r}: no page knows of this")
        elif name in FILES and not HASH.fullmatch(value):
            refused.append(f"p-{name} {value[:40]!r}: names no file; give the file again under Your own")
        elif name == AGREEMENT and _share(value) is None:
            refused.append(f"p-{name} {value[:40]!r}: is no share; give a number from 0 to 1")
        else:
            page.append((name, shown_name(value) if name in _FILE_NAMES else value))
    return tuple(page)


def write(asked: Asked) -> str:
    """The part of the link behind the question mark; `read` gives the same back."""
    pairs: list[tuple[str, str]] = []
    if asked.own:
        pairs.append(("own", _packed(asked.own)))
    elif asked.case != "village":
        pairs.append(("case", asked.case))
    pairs += [("set", f"{name}:{value}") for name, value in asked.settings]
    if asked.seed != 1:
        pairs.append(("seed", str(asked.seed)))
    pairs += [("arm", arm) for arm in asked.arms]
    if asked.week:
        pairs.append(("week", str(asked.week)))
    pairs += [(f"p-{name}", value) for name, value in asked.page]
    return urlencode(pairs, quote_via=quote)


def scenario_of(asked: Asked) -> Scenario:
    """The scenario that is asked for.

    Raises
    ------
    PdSimError
        One line that names the field and the mend.
    """
    scenario = Scenario.from_yaml(asked.own) if asked.own else Scenario.load(asked.case)
    if asked.on_page("ties"):
        given = asked.on_page("ties"), asked.on_page("households")
        scenario = with_files(scenario, *given, own=bool(asked.own), lenient=bool(asked.on_page("lenient")))
    for name, text in asked.settings:
        scenario = scenario.set(name, value_of(name, text))
    only_known_files(scenario, "" if asked.own else asked.case)  # before anything of its community is read
    check_declared(scenario)
    if asked.on_page(AGREEMENT):
        share = _share(asked.on_page(AGREEMENT))
        if share is None:
            raise ScenarioError(
                f"{AGREEMENT}: {asked.on_page(AGREEMENT)[:40]!r} is no share; give a number from 0 to 1"
            )
        scenario = agreed(scenario, share, asked.seed)  # draws the community
    return scenario


def file_names(asked: Asked) -> dict[str, str]:
    """Names the user gave to the files of a link, by the hash under which they are kept."""
    names = {asked.on_page(kind): asked.on_page(f"{kind}-name") or f"your {kind} file" for kind in FILES}
    return {kept: name for kept, name in names.items() if kept}


def arms_of(asked: Asked, scenario: Scenario, most: int = 4) -> tuple[str, ...]:
    """The arms that are shown: those asked for that exist, else the first few."""
    known = tuple(arm for arm in asked.arms if arm in scenario.arms)
    return known or _usual(scenario.arms, most)


def _usual(arms: Iterable[str], most: int) -> tuple[str, ...]:
    names = list(arms)
    usual = [name for name in ("top_down", "bottom_up") if name in names]
    return tuple(usual or [n for n in names if n != "nothing"][:2] or names[:most])


def _share(text: str) -> float | None:
    """A share as it is written; none: it is no number from 0 to 1."""
    try:
        share = float(text)
    except ValueError:
        return None
    return share if 0 <= share <= 1 else None


def value_of(name: str, text: str) -> Any:
    """The value of a setting as it is written in a link, else a `ScenarioError` in one line."""
    try:
        return read_value(text, name)
    except FileError:
        raise ScenarioError(f"{name[:80]}: {text[:40]!r} is no value") from None


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def _unpacked(text: str) -> str:
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        inner = zlib.decompressobj()
        plain = inner.decompress(data, _MOST_YAML)
        text = "" if inner.unconsumed_tail else plain.decode()
    except (binascii.Error, zlib.error, ValueError):
        raise ScenarioError("own: the scenario of this link is damaged; ask for the link again") from None
    if inner.unconsumed_tail:
        raise ScenarioError("own: the scenario of this link is too large; load it as a file")
    return text


def understood(asked: Asked) -> tuple[Scenario | None, str]:
    """The scenario, or none and the line that says why."""
    try:
        return scenario_of(asked), ""
    except PdSimError as error:
        return None, told(error, file_names(asked))
