"""The verbs of ``pd-sim``, and the program that holds them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated

import typer

from pd_sim.cli import (
    ablate,
    cases,
    check,
    community,
    compare,
    dashboard,
    decompose,
    economics,
    equity,
    new,
    regimes,
    run,
    show,
    threats,
    validate,
)
from pd_sim.cli._exits import Verbs

__all__ = ["VERBS", "app", "main"]

VERBS: tuple[Callable[..., None], ...] = (
    cases.cases,
    show.show,
    new.new,
    check.check,
    community.community,
    run.run,
    compare.compare,
    decompose.decompose,
    ablate.ablate,
    equity.equity,
    threats.threats,
    economics.economics,
    regimes.regimes,
    validate.validate,
    dashboard.dashboard,
)
"""In the order of the help; a verb has its function's name, its docstring is its help."""

_ABOUT = """How a hidden good practice spreads between households, and what helps it along.

\b
Start here:
  pd-sim cases                                  the cases that come along
  pd-sim compare village --out runs/village     compare all arms, with a figure
  pd-sim show village                           every number it rests on
  pd-sim new town.yaml                          a case of your own to edit

A CASE is the name of a case that comes along, or a YAML file. Everywhere one is taken, --set changes a field of
it: --set practice.certainty=0.85

Exit codes: 0 done; 1 an error inside pd-sim, or a check that failed; 2 a mistake to mend, told in one line; 130
stopped by Ctrl-C.
"""

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 80}


def _say_version(wanted: bool) -> None:
    if wanted:
        from pd_sim import __version__

        typer.echo(f"pd-sim {__version__}")
        raise typer.Exit


def _begin(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def _help(verb: Callable[..., None]) -> str:
    """Docstring of a verb with its examples kept line by line."""
    return (inspect.getdoc(verb) or "").replace("For example:\n", "\b\nFor example:\n")


app = typer.Typer(cls=Verbs, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
app.callback(invoke_without_command=True, help=_ABOUT, context_settings=_SETTINGS)(_begin)
for _verb in VERBS:
    app.command(_verb.__name__, help=_help(_verb), context_settings=_SETTINGS)(_verb)


def main() -> None:
    """Run the program on the words of the command line and exit."""
    app(prog_name="pd-sim")
