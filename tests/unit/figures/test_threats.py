from __future__ import annotations

import pytest

import pd_sim as ps
from pd_sim import figures
from pd_sim.studies import Threatened
from tests.unit.figures.drawn import WIDTHS, clashes, texts


@pytest.fixture(scope="module")
def found() -> Threatened:
    town = ps.Scenario.load("what_would_kill_it").set("community.households", 80).set("steps", 80)
    return ps.threats(town, replicates=4, at=10)


@pytest.mark.parametrize("measure", ["practising", "years"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_overlaps_another(found, width, measure):
    assert clashes(figures.threats(found, measure, width=width)) == []


def test_every_loss_is_told_with_its_interval_the_worst_row_first(found):
    figure = figures.threats(found)
    shown = texts(figure)
    loss = found.loss("bottom_up", "cost_loading")
    assert f"{-100 * loss.mean:.1f}".replace("-", "−") in shown
    ends = (f"{-100 * end:.1f}".replace("-", "−") for end in (loss.high, loss.low))
    assert " to ".join(ends) in shown
    idle = sum(share == 0 for share in found.touched.values())
    assert sum(text in ("nothing to hit", "nothing to") for text in shown) == idle > 0
    names = [threat.replace("_", " ") for threat in found.threats]
    rows = [text for text in shown if text in names]
    mean = [sum(float(found.loss(arm, row.replace(" ", "_")).mean) for arm in found.arms) for row in rows]
    assert len(rows) == len(names)
    assert mean == sorted(mean, reverse=True)
    colours = {patch.get_facecolor()[:3] for patch in figure.axes[0].patches}
    assert len(colours) > 3


def test_one_replicate_has_no_interval():
    town = ps.Scenario.load("village").set("community.households", 60).set("steps", 30)
    shown = texts(figures.threats(ps.threats(town, ["top_down"], replicates=1)))
    assert not any("95%" in text or "nan" in text for text in shown)
