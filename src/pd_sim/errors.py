"""The errors pd-sim raises for mistakes a user can mend.

Every message is one line that names the file, row or field and says what to do::

    PdSimError
    ├── CommunityError        a village, its households or ties cannot be used
    │   └── FileError         a file cannot be read as what it should be
    ├── ScenarioError         a field of a scenario is unknown or out of bounds
    │   └── UnknownNameError  a name is not among the known ones
    ├── InterventionError     an own intervention breaks the contract
    ├── BehaviourError        an own decision rule cannot be used
    ├── StreamError           two mechanics ask for the same stream
    └── ResultError           a result cannot be saved, loaded or compared
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "BehaviourError",
    "CommunityError",
    "FileError",
    "InterventionError",
    "PdSimError",
    "ResultError",
    "ScenarioError",
    "StreamError",
    "UnknownNameError",
    "nearest",
]


class PdSimError(Exception):
    """Base of all errors with which pd-sim answers a user's mistake."""


class CommunityError(PdSimError, ValueError):
    """A village, its households or its ties cannot be used as given."""


class FileError(CommunityError):
    """A file cannot be read as what it should be."""


class ScenarioError(PdSimError, ValueError):
    """A field of a scenario is unknown, missing or out of bounds."""


class UnknownNameError(ScenarioError, KeyError):
    """A name (of an arm, an intervention, a rule, a case …) is not known."""

    def __init__(self, what: str, name: object, known: Iterable[str]) -> None:
        super().__init__(f"unknown {what} {str(name)!r}; {nearest(str(name), known)}")

    def __str__(self) -> str:
        return str(self.args[0])


class InterventionError(PdSimError, ValueError):
    """An own intervention breaks the contract every intervention keeps."""


class BehaviourError(PdSimError, ValueError):
    """An own decision rule cannot be used by the engines."""


class StreamError(PdSimError, ValueError):
    """Two mechanics ask for the same stream of draws."""


class ResultError(PdSimError, ValueError):
    """A result cannot be saved, loaded or compared."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known names come nearest to a name that is not known.

    Parameters
    ----------
    name
        The name as the user wrote it.
    known
        All names that would have been right.

    Returns
    -------
    A clause that ends a one-line message.

    Examples
    --------
    >>> nearest("bottum_up", ["nothing", "top_down", "bottom_up"])
    "did you mean 'bottom_up'? (known: bottom_up, nothing, top_down)"
    """
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    listing = ", ".join(known) if known else "none"
    return f"did you mean {close[0]!r}? (known: {listing})" if close else f"known: {listing}"
