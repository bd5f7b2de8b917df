"""What can be taken home of an answer: the scenario, its numbers, its picture."""

from __future__ import annotations

import io
import re
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pd_sim.community import File
from pd_sim.dashboard.asked import Asked, file_names
from pd_sim.dashboard.files import file_of
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Download", "beside", "downloads", "numbers", "picture", "printed", "stem_of", "written"]

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
    return (
        Download("Scenario (YAML)", f"{stem}.yaml", "application/yaml", lambda: written(scenario, asked)),
        Download("Numbers (CSV)", f"{stem}.csv", "text/csv", lambda: numbers(result)),
        Download("Picture (PNG)", f"{stem}.png", "image/png", lambda: picture(result, ".png", f"{scenario.step}s")),
        Download("Picture (SVG)", f"{stem}.svg", "image/svg+xml", lambda: picture(result, ".svg", f"{scenario.step}s")),
        *beside(scenario, asked),
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
    names = file_names(asked)
    found = []
    for label, path in zip(("Ties", "Households"), source.paths(), strict=False):
        given = next((name for kept, name in names.items() if file_of(kept) == path.name), path.name)
        found.append(Download(f"{label} ({path.suffix.lstrip('.').upper()})", given, "text/plain", path.read_bytes))
    return tuple(found)


def written(scenario: Scenario, asked: Asked) -> bytes:
    """The scenario as YAML; files of one's own are named as one gave them, to lie beside it."""
    text = scenario.to_yaml()
    if isinstance(scenario.community, File):
        for kept, name in file_names(asked).items():
            scenario = scenario.set(f"community.{'ties' if asked.on_page('ties') == kept else 'households'}", name)
        text = scenario.to_yaml()
    return text.encode()


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
