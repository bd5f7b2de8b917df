"""What figures are tested with: made-up results, and a look at the artists of a figure."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from pd_sim.results import MEASURES, ArmResult, Comparison

PRACTISING = MEASURES.index("practising")
ARMS = ("nothing", "top_down", "bottom_up", "hybrid")
WIDTHS = (8.6, 3.9)


def comparison(replicates: int = 20, arms=ARMS, steps: int = 156, households: int = 300, stop: int | None = 56):
    """Curves that rise to different heights; bottom-up has two humps."""
    draws = np.random.default_rng(7)
    at = np.arange(steps + 1)
    found = {}
    for place, arm in enumerate(arms):
        counts = np.zeros((replicates, steps + 1, 1, len(MEASURES)), dtype=np.int32)
        top = 0 if arm == "nothing" else 0.08 * place + 0.15 + 0.03 * draws.normal(size=replicates)
        top = np.where(draws.random(replicates) < 0.3, 0.05, top) if arm == "bottom_up" else top
        rise = 1 / (1 + np.exp(-(at - 40) / 10))
        counts[..., 0, PRACTISING] = (
            np.clip((0.02 + np.multiply.outer(top * np.ones(replicates), rise)), 0, 1) * households
        )
        spent = np.full((replicates, steps + 1, 1), 100.0 * place)
        found[arm] = ArmResult(counts, {"staff": spent})
    fields = {"kind": "training", "start": 4, **({"stop": stop} if stop else {})}
    scenario = {"steps": steps, "arms": {arm: [] if arm == "nothing" else [fields] for arm in arms}}
    return Comparison(scenario, 1, ("1",), np.array([households]), found)


def _written(figure: Figure) -> list[Text]:
    FigureCanvasAgg(figure).draw()
    found = list(figure.texts)
    for axes in figure.axes:
        found += axes.texts
        if axes.axison:
            found += [axes.xaxis.label, axes.yaxis.label]
            # of the labels of ticks, only those within the axes are drawn
            found += [tick.label1 for axis in (axes.xaxis, axes.yaxis) for tick in axis._update_ticks()]
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def texts(figure: Figure) -> list[str]:
    """Every text that can be seen."""
    return [text.get_text() for text in _written(figure)]


def clashes(figure: Figure) -> list[str]:
    """Texts that overlap another one or leave the figure."""
    seen = [(text.get_text(), Text.get_window_extent(text)) for text in _written(figure)]
    whole = figure.bbox
    found = [
        f"{name!r} leaves the figure"
        for name, box in seen
        if box.x0 < whole.x0 or box.x1 > whole.x1 or box.y0 < whole.y0 or box.y1 > whole.y1
    ]
    for (one, first), (other, second) in combinations(seen, 2):
        # a descender may touch the line below; two pixels are no overlap
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        along = min(first.y1, second.y1) - max(first.y0, second.y0)
        if across > 2 and along > 2:
            found.append(f"{one!r} overlaps {other!r}")
    return found


def label(figure: Figure, name: str):
    """The artist of that label."""
    return next(artist for artist in figure.findobj() if artist.get_label() == name)
