"""Decision rules by name: the ones the rules name, and a user's own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from pd_sim._compile import first_class
from pd_sim.behaviour import loop
from pd_sim.behaviour.parameters import _DECISIONS
from pd_sim.errors import BehaviourError, UnknownNameError

__all__ = ["compiled_rule", "decision_names", "decision_rule"]

_own: dict[str, tuple[Callable[..., float], Any]] = {}


def decision_names() -> list[str]:
    """Names of all decision rules that can be used, a user's own included."""
    return sorted([*_DECISIONS, *_own])


def decision_rule(name: str) -> Callable[[Callable[..., float]], Callable[..., float]]:
    """Register a function as a decision rule, for ``behaviour: {decision: name}``.

    The function gets ``own`` (the household: ``caution``, ``trust_peer``, ``confidence``, ``push``, ``pay``,
    ``session``, …), ``seen`` (``practising``, ``heard``, ``degree``, ``proof``, ``step``) and ``parameters`` (every
    number of `Behaviour` and `Practice`), and returns the chance in [0, 1] that an aware household starts to try
    this step. It is compiled, so it may use arithmetic, ``math`` and ``numpy`` scalars; both engines use it.

    Raises
    ------
    BehaviourError
        If the name is taken by a built-in rule, or the function cannot be compiled.

    Examples
    --------
    >>> @decision_rule("two_friends")
    ... def two_friends(own, seen, parameters):
    ...     return parameters.try_rate if seen.practising >= 2 else 0.0
    >>> "two_friends" in decision_names()
    True
    """
    if name in _DECISIONS:
        raise BehaviourError(f"decision rule {name!r} is built in; give your own another name")

    def register(function: Callable[..., float]) -> Callable[..., float]:
        if len(inspect.signature(function).parameters) != 3:
            raise BehaviourError(f"decision rule {name!r}: write it as def {name}(own, seen, parameters)")
        try:
            rule = first_class(loop.RULE, function, cache=False)
        except Exception as error:
            reason = next((line for line in reversed(str(error).strip().splitlines()) if line.strip()), "no reason")
            raise BehaviourError(f"decision rule {name!r} cannot be compiled: {reason.strip()}") from error
        _own[name] = (function, rule)
        return function

    return register


def compiled_rule(name: str) -> Any:
    """Compiled own rule of this name; none for a built-in name."""
    if name in _DECISIONS:
        return None
    if name not in _own:
        raise UnknownNameError("decision rule", name, decision_names())
    return _own[name][1]
