"""What can be taken home of an answer: the scenario, its numbers, its picture."""

from __future__ import annotations

import io
import re
import shlex
import tempfile
import threading
from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pd_sim.community import File
from pd_sim.dashboard.asked import FILES, Asked
from pd_sim.dashboard.ensemble import allowed
from pd_sim.dashboard.files import file_of
from pd_sim.dashboard.limits import REPLICATES
from pd_sim.dashboard.live import on_one_village
from pd_sim.errors import PdSimError
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Download", "beside", "command_for", "downloads", "numbers", "picture", "printed", "stem_of", "written"]

_drawing = threading.Lock()


@dataclass(frozen=True)
class Download:
    """One file to take home, made when it is asked for."""

    label: str
    name: str
    kind: str
    """Its media type."""
    make: Callable[[], bytes]


def downloads(scenario: Scenario, result: Comparison, asked: Asked) -> tuple[Download, ...]:
    """What is offered for an answer."""
    stem = stem_of(scenario.name)
    files = beside(scenario, asked)
    taken = {file.name.casefold() for file in files}
    table = _distinct(f"{stem}.csv", "numbers", taken)
    return (
        Download("Scenario (YAML)", f"{stem}.yaml", "application/yaml", lambda: written(scenario, asked)),
        Download("Numbers (CSV)", table, "text/csv", lambda: numbers(result)),
        Download("Picture (PNG)", f"{stem}.png", "image/png", lambda: picture(result, ".png", f"{scenario.step}s")),
        Download("Picture (SVG)", f"{stem}.svg", "image/svg+xml", lambda: picture(result, ".svg", f"{scenario.step}s")),
        *files,
    )


def stem_of(name: str) -> str:
    """What a file is called that holds something of this name.

    Examples
    --------
    >>> stem_of("Århus: two villages"), stem_of("../..")
    ('Århus_two_villages', 'scenario')
    """
    return re.sub(r"[^\w-]+", "_", name).strip("_") or "scenario"


def beside(scenario: Scenario, asked: Asked) -> tuple[Download, ...]:
    """Files that the scenario names, which are to lie beside it."""
    source = scenario.located_community()
    if not isinstance(source, File):
        return ()
    names = _names(asked)
    found = []
    for kind, path in zip(FILES, source.paths(), strict=False):
        kept = asked.on_page(kind)
        given = names[kind] if kept and file_of(kept) == path.name else path.name
        label = f"{kind.capitalize()} ({path.suffix.lstrip('.').upper()})"
        found.append(Download(label, given, "text/plain", path.read_bytes))
    return tuple(found)


def _names(asked: Asked) -> dict[str, str]:
    """Names of the files of a link as they lie beside its scenario: as they were given, but no two alike."""
    names: dict[str, str] = {}
    for kind in FILES:
        kept = asked.on_page(kind)
        if kept:
            name = asked.on_page(f"{kind}-name") or f"your {kind} file"
            taken = {other.casefold() for other in names.values()}
            names[kind] = _distinct(name, kind, taken)
    return names


def _distinct(name: str, what: str, taken: Container[str]) -> str:
    """A file's name with what it holds at its end, as often as it takes to be no other's.

    Examples
    --------
    >>> _distinct("mytown.csv", "households", {"mytown.csv"})
    'mytown-households.csv'
    """
    path = Path(name)
    while name.casefold() in taken:
        path = path.with_name(f"{path.stem}-{what}{path.suffix}")
        name = path.name
    return name


def command_for(scenario: Scenario, seed: int, name: str = "FILE") -> str:
    """The command that gives the numbers of a page: its one village drawn once, with as many runs.

    Parameters
    ----------
    scenario
        The scenario as it is shown, whose community can be drawn.
    seed
        The seed of the page.
    name
        What the scenario's file is called.

    Examples
    --------
    >>> command_for(Scenario.load("village"), 3)
    'pd-sim compare FILE --seed 3 --set community.draw=once'
    >>> command_for(Scenario.load("village").set("community.draw", "once"), 1, "our town.yaml")
    "pd-sim compare 'our town.yaml' --seed 1"
    """
    replicates = allowed(scenario, seed)
    words = ["pd-sim", "compare", f"./{name}" if name.startswith("-") else name, "--seed", str(seed)]
    if replicates < REPLICATES:  # fewer than it takes by itself
        words += ["--replicates", str(replicates)]
    if on_one_village(scenario) is not scenario:
        words += ["--set", "community.draw=once"]
    return shlex.join(words)


def written(scenario: Scenario, asked: Asked, name: str = "") -> bytes:
    """The scenario as YAML, below the command that gives the page's numbers.

    Files of one's own are named as one gave them, to lie beside it; ``name`` is that of the file itself, by itself the
    scenario's.
    """
    shown = scenario
    if isinstance(scenario.community, File):
        for kind, given in _names(asked).items():
            shown = shown.set(f"community.{kind}", given)
    try:
        command = command_for(scenario, asked.seed, name or f"{stem_of(scenario.name)}.yaml")
    except PdSimError:  # nothing is shown of it
        return shown.to_yaml().encode()
    return f"# The numbers of the page What if:\n# {command}\n{shown.to_yaml()}".encode()


def numbers(result: Comparison) -> bytes:
    """Mean, interval and band of every arm and measure at every step, as CSV."""
    out = io.StringIO()
    result.summary(range(result.steps + 1)).to_csv(out, index=False, lineterminator="\n")
    return out.getvalue().encode()


def picture(result: Comparison, ending: str, step_name: str = "weeks") -> bytes:
    """The curves as they are printed: ``.png`` or ``.svg``."""
    from pd_sim import figures

    return printed(lambda: figures.curves(result, unit=step_name), ending)


def printed(draw: Callable[[], Figure], ending: str, dots: int | None = None) -> bytes:
    """A figure as it is printed, ``.png`` or ``.svg``; ``dots`` an inch, none: as many as figures usually have."""
    from pd_sim import figures

    # one at a time: a style that is set for a drawing is set for the whole server
    with _drawing, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"figure{ending}"
        return (figures.save(draw(), file) if dots is None else figures.save(draw(), file, dots)).read_bytes()
