"""Arguments and options that several verbs take: each is worded, bounded and given its default once, here.

A test holds them to the functions they are handed to, so that reading a help text need not wait for the compiler.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "MOST_REPLICATES",
    "MOST_SEED",
    "MOST_THREADS",
    "REPLICATES",
    "SEED",
    "Case",
    "Engine",
    "EngineName",
    "Json",
    "Out",
    "Replicates",
    "Seed",
    "Settings",
    "Threads",
]

SEED = 1
REPLICATES = 200
MOST_SEED = 2**63 - 1
MOST_REPLICATES = 1_000_000
MOST_THREADS = 1024


class EngineName(StrEnum):
    """The engines."""

    compiled = "compiled"
    mesa = "mesa"


Case = Annotated[
    str, typer.Argument(metavar="CASE|FILE", help="Name of a case (see pd-sim cases) or a scenario file in YAML.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="Change a field, such as practice.tacitness=0.9 or arms.top_down.training.places=40; as often as needed. "
        "The value is read as YAML; pd-sim show names the fields.",
    ),
]
Seed = Annotated[
    int, typer.Option(min=0, max=MOST_SEED, help="Where the luck starts; the same seed gives the same result.")
]
Replicates = Annotated[
    int,
    typer.Option(
        min=1, max=MOST_REPLICATES, help="How often the villages and their luck are drawn, alike for every arm."
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=MOST_THREADS,
        help="Processors to use; the result does not depend on it.",
        show_default="all there are",
    ),
]
Engine = Annotated[EngineName, typer.Option(help="The fast one, or one Mesa agent a household; both give the same.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Write the result there; a folder that holds something else is refused."),
]
