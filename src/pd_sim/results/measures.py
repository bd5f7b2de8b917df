"""What is counted at the end of every step, in the order in which it is stored.

Three kinds of measure:

``households``
    Households of which something is true now, or was true at some time so far. Summaries give shares of the village.
``events``
    What happened during this step, a plain number. ``<name>_so_far`` is its running total.
``money``
    Money spent during this step (``cost`` over all headings, ``cost_<heading>`` for one), likewise with ``_so_far``.

Examples
--------
>>> MEASURES.index("practising"), kind("practising"), kind("cost_trainers_so_far")
(3, 'households', 'money')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from pd_sim.errors import ResultError, nearest

__all__ = [
    "AMOUNTS",
    "CONTRASTED",
    "MEANINGS",
    "MEASURES",
    "SHOWN",
    "SO_FAR",
    "TRACED",
    "Kind",
    "kind",
    "known_measure",
]

Kind = Literal["households", "events", "money"]

_TABLE: tuple[tuple[str, Kind, str], ...] = (
    ("unaware", "households", "have not heard of the practice"),
    ("aware", "households", "have heard of it and do not try it yet"),
    ("trying", "households", "are trying it out"),
    ("practising", "households", "practise it, hidden ones included"),
    ("lapsed", "households", "practised it and have stopped"),
    ("rejected", "households", "tried it and it did not work for them"),
    ("seen", "households", "practise it and are not hidden"),
    ("ever_practised", "households", "have practised it at some time, hidden ones included"),
    ("trials", "events", "trials begun in this step"),
    ("successes", "events", "trials that succeeded in this step"),
    ("failures", "events", "trials that failed in this step"),
    ("lapses", "events", "households that stopped practising in this step"),
    ("sessions", "events", "sessions held in this step"),
    ("attendance", "events", "places taken in the sessions of this step"),
    ("participants", "households", "different households that have come to a session so far"),
    ("by_session", "events", "successes of this step whose trial began in a session"),
    ("by_tie", "events", "successes of this step whose trial followed a tie seen practising"),
    ("by_message", "events", "successes of this step whose trial followed a message"),
    ("by_pay", "events", "successes of this step whose trial was paid for"),
    ("by_itself", "events", "successes of this step with none of these before the trial"),
    ("ties_formed", "events", "ties formed in this step by people who met"),
    ("isolates_reached", "households", "different households without ties that have come to a session so far"),
    ("incidents", "events", "times that households met the issue in this step, as drawn"),
)

_AMOUNTS: tuple[tuple[str, str], ...] = (
    ("expected_incidents", "times that households are expected to meet the issue in this step"),
    ("staff_hours", "hours of paid work in this step"),
    ("volunteer_hours", "hours of volunteers' work in this step"),
)

MEASURES: tuple[str, ...] = tuple(name for name, _, _ in _TABLE)
"""Names of the measures in the order of the last axis of ``ArmResult.counts``."""

AMOUNTS: tuple[str, ...] = tuple(name for name, _ in _AMOUNTS)
"""Names of events that are no whole numbers, kept in ``ArmResult.amounts`` where there are any."""

MEANINGS: Mapping[str, str] = MappingProxyType({name: meaning for name, _, meaning in _TABLE} | dict(_AMOUNTS))
"""One line on each measure."""

SHOWN: tuple[str, ...] = ("practising", "aware", "ever_practised", "participants", "attendance", "cost")
"""Measures of a summary unless others are asked for."""

TRACED: tuple[str, ...] = (*SHOWN, "seen", "trying", "lapsed", "rejected", "attendance_so_far", "cost_so_far")
"""Measures of the document (``--json``) unless others are asked for."""

CONTRASTED: tuple[str, ...] = ("practising", "ever_practised", "participants", "attendance_so_far", "cost_so_far")
"""Measures whose paired differences are in the document."""

SO_FAR = "_so_far"
"""Ending that turns events or money of a step into their running total."""

_KINDS: dict[str, Kind] = {name: kind_ for name, kind_, _ in _TABLE} | dict.fromkeys(AMOUNTS, "events")


def kind(name: str) -> Kind:
    """Kind of a measure that is known to exist.

    Parameters
    ----------
    name
        A name of `MEASURES`, ``cost`` or ``cost_<heading>``, the last two and events also with ``_so_far``.
    """
    base = name.removesuffix(SO_FAR)
    return "money" if base == "cost" or base.startswith("cost_") else _KINDS[base]


def known_measure(name: str, headings: Iterable[str]) -> str:
    """Return `name` if it is a measure, else say which one may be meant.

    Parameters
    ----------
    name
        As the user wrote it.
    headings
        Cost headings of the result.

    Raises
    ------
    ResultError
        No such measure, or ``_so_far`` of a measure that counts households.

    Examples
    --------
    >>> known_measure("attendance_so_far", [])
    'attendance_so_far'
    >>> known_measure("practicing", [])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    pd_sim.errors.ResultError: unknown measure 'practicing'; did you mean 'practising'? (known: attendance, ...)
    """
    known = {*MEASURES, *AMOUNTS, "cost", *(f"cost_{heading}" for heading in headings)}
    base = name.removesuffix(SO_FAR)
    if base not in known:
        raise ResultError(f"unknown measure {name!r}; {nearest(name, known)}")
    if base != name and kind(base) == "households":
        raise ResultError(f"measure {name!r}: {base!r} counts households and has no running total; ask for {base!r}")
    return name
