"""From the words of the command line to a scenario."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pd_sim.errors import FileError, ScenarioError

if TYPE_CHECKING:
    from pd_sim.scenario import Scenario

__all__ = ["changed", "chosen_arms", "loaded", "setting"]


def loaded(case: str, settings: Sequence[str] | None = None) -> Scenario:
    """Load a case or a scenario file and change the fields that were named.

    Parameters
    ----------
    case
        Name of a case, or a path.
    settings
        ``field=value`` each. Their order does not matter where one needs another, such as a later ``start`` that
        needs a later ``stop``.

    Raises
    ------
    PdSimError
        There is no such case or field, or a value is out of bounds.
    """
    from pd_sim.scenario import Scenario

    return changed(Scenario.load(case), settings)


def changed(scenario: Scenario, settings: Sequence[str] | None) -> Scenario:
    """Change the fields of a scenario that were named; see `loaded`."""
    waiting = [setting(words) for words in settings or ()]
    while waiting:
        refused: list[ScenarioError] = []
        for place, (field, value) in enumerate(waiting):
            try:
                scenario = scenario.set(field, value)
            except ScenarioError as error:
                refused.append(error)
            else:
                del waiting[place]
                break
        else:
            raise ScenarioError(f"--set {refused[0]}") from None
    return scenario


def setting(words: str) -> tuple[str, Any]:
    """Take ``field=value`` apart.

    Examples
    --------
    >>> setting("practice.tacitness=0.9"), setting("initial.aware=['a', 'b']"), setting("name=a=b")
    (('practice.tacitness', 0.9), ('initial.aware', ['a', 'b']), ('name', 'a=b'))
    """
    from pd_sim.scenario.reading import read_yaml

    field, equals, text = words.partition("=")
    field = field.strip()
    if not equals or not field:
        raise ScenarioError(f"--set {words!r}: write field=value, such as practice.tacitness=0.9")
    if not text.strip():
        raise ScenarioError(f"--set {field}: no value is given; write {field}=null where none is meant")
    try:
        value = read_yaml("value:\n" + textwrap.indent(text, "  "), f"--set {field}")["value"]
    except FileError as error:
        reason = str(error).rpartition(": ")[2]
        raise ScenarioError(f"--set {field}: {text!r} cannot be read as YAML ({reason})") from None
    return field, value


def chosen_arms(scenario: Scenario, names: Sequence[str] | None) -> list[str]:
    """Names of the arms that were asked for, each once; none: all."""
    for name in names or ():
        scenario.arm(name)
    return list(dict.fromkeys(names or scenario.arms))
