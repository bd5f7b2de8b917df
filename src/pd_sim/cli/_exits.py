"""How the program ends: an exit code, and at most one line on stderr.

====  ==================================================================
code  meaning
====  ==================================================================
0     done (a reader that closed the pipe early, such as ``head``, too)
1     an error inside pd-sim, or a check that failed
2     a user's mistake, told in one line with its mend
130   stopped by Ctrl-C
====  ==================================================================
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from pd_sim.errors import PdSimError

__all__ = ["TRACEBACK", "Verbs", "one_line"]

TRACEBACK = "PD_SIM_TRACEBACK"
"""Environment variable that, if set, has an error inside pd-sim shown with where it came from."""


class Verbs(TyperGroup):
    """A group of verbs that never ends in a traceback."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        *settings: Any,
        **extra: Any,
    ) -> Any:
        """Run a verb and exit with its code."""
        del settings
        words = sys.argv[1:] if args is None else list(args)
        _ready_streams()
        known = {name: value for name, value in extra.items() if name in ("obj", "color")}
        sys.exit(self._ended(words, prog_name or "pd-sim", known))

    def _ended(self, words: list[str], name: str, extra: dict[str, Any]) -> int:
        """Run a verb; return the exit code after saying what went wrong."""
        try:
            with self.make_context(name, words, **extra) as context:
                self.invoke(context)
            sys.stdout.flush()
        except typer.Exit as end:
            return _flushed(int(end.exit_code))
        except (KeyboardInterrupt, typer.Abort):
            return _said("stopped; nothing was left half-written", 130)
        except BrokenPipeError:
            _forget_stdout()
            return 0
        except PdSimError as error:
            return _said(str(error), 2)
        except MemoryError:
            return _said("not enough memory; ask for fewer replicates, households or steps", 2)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else "the output cannot be written: "
            _forget_stdout()
            return _said(f"{where}{error.strerror or error}", 2)
        except Exception as error:  # noqa: BLE001 (the last resort: a line for the user, the rest on demand)
            told = getattr(error, "format_message", None)  # the parser's errors, whatever library it stands on
            if told is not None:
                return _said(_mended(str(told()), getattr(error, "ctx", None)), 2)
            if os.environ.get(TRACEBACK):
                traceback.print_exc()
            kind = type(error).__name__
            return _said(f"internal error, please report it: {kind}: {error} (set {TRACEBACK}=1 to see where)", 1)
        return 0


def one_line(text: str) -> str:
    r"""Bring a message onto one line that no terminal takes for a command.

    Examples
    --------
    >>> one_line("two\nlines, \x1b[31mred")
    'two lines, ?[31mred'
    """
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))


def _ready_streams() -> None:
    """Have both streams there, and neither fail at a letter it does not know."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed before we began
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 (for as long as we run)
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _mended(text: str, context: typer.Context | None) -> str:
    """An error of the parser, in the form of our own: no capital, no full stop, and where to read on."""
    for theirs, ours in (("Value error, ", ""), ("Input should", "it should"), (". Did you", "; did you")):
        text = text.replace(theirs, ours)
    text = text.strip().removesuffix(".") or "unknown words"
    return f"{text[:1].lower()}{text[1:]} (see {context.command_path if context else 'pd-sim'} --help)"


def _said(message: str, code: int) -> int:
    try:
        sys.stdout.flush()
    except OSError:
        _forget_stdout()
    try:
        print(f"pd-sim: {one_line(message)}", file=sys.stderr, flush=True)  # noqa: T201 (its place)
    except OSError:
        return code
    return code


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except OSError:
        _forget_stdout()
    return code


def _forget_stdout() -> None:
    """Send what is left of the output nowhere, so that Python does not complain when it ends."""
    try:
        stdout = sys.stdout.fileno()
    except (OSError, ValueError):  # no real stream, as in a test
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stdout)
    os.close(nowhere)
