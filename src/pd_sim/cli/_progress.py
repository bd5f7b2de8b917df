"""How far a study has come: a bar on a terminal, one line at the end elsewhere; always on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

__all__ = ["progress", "told_when_done"]


@contextmanager
def told_when_done(what: str) -> Iterator[None]:
    """Say on stderr how long something took, unless a terminal has shown bars or it failed.

    It stands round everything that can go wrong, so that an error is the only line on stderr.
    """
    began = time.monotonic()
    yield
    if not sys.stderr.isatty():
        typer.echo(f"pd-sim: {what} done in {time.monotonic() - began:.1f} s", err=True)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar while a study runs; nothing where stderr is no terminal.

    Parameters
    ----------
    what
        What is done, as the heading of the bar.

    Yields
    ------
    A function that takes how much is done and how much there is to do.
    """
    if sys.stderr.isatty():
        with _bar(what) as advance:
            yield advance
    else:
        yield lambda done, total: None


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    columns = (
        SpinnerColumn("line"),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        # the first call on a machine compiles the kernels, which takes a while and counts nothing
        task = shown.add_task("preparing (the first time compiles for a while)", total=None)

        def advance(done: int, total: int) -> None:
            shown.update(task, description=what, completed=done, total=total)

        yield advance
