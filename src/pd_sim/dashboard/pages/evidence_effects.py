"""How large our effects are, beside what the field has measured of something alike."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import solara

from pd_sim.dashboard.looks import arm_look, named
from pd_sim.dashboard.pages.evidence_rows import Rows
from pd_sim.dashboard.pages.on_demand import OnDemand, Progress
from pd_sim.dashboard.parts import Words

if TYPE_CHECKING:
    from pd_sim.validation import Effect

__all__ = ["Effects", "points_of_the_field"]

_REPLICATES = 40
_WHEN = ("after a year", "three months after the end", "after three years")


@solara.component
def Effects() -> None:
    """The card; worked out when asked for."""

    def work(progress: Progress) -> Any:
        from pd_sim.validation import effects

        return effects(replicates=_REPLICATES, progress=progress)

    OnDemand(
        "How large our effects are, beside the field's",
        "Our sizes are larger than the field's: bottom-up and hybrid gain far more here than any trial has measured. "
        "They rest on assumptions. Where they are far above what was measured, believe the field. A campaign, "
        "alone or with pay, does less here than was measured.",
        "Work them out (a few seconds)",
        ("effects",),
        work,
        _show,
    )


def _show(found: Sequence[Effect]) -> None:
    _Sizes(list(found))


def points_of_the_field(words: str) -> list[float]:
    """Points that the field has measured, out of its words.

    Examples
    --------
    >>> points_of_the_field("mass campaigns about +5 points, adoption of something new +12 (Snyder)")
    [5.0, 12.0]
    """
    return [float(number) for number in re.findall(r"\+(\d+(?:\.\d+)?)", words)]


@solara.component
def _Sizes(found: list[Effect]) -> None:
    by_arm: dict[str, list[Effect]] = {}
    for effect in found:
        by_arm.setdefault(effect.arm, []).append(effect)
    rows = "".join(_row(arm, effects, place) for place, (arm, effects) in enumerate(by_arm.items()))
    with solara.Div():
        solara.HTML(tag="div", unsafe_innerHTML=rows, classes=["sizes"])
        Words(
            f"Points more than with nothing in the default village, {_REPLICATES} runs: from light to dark "
            f"{', '.join(_WHEN)}. Diamond: what the field has measured of something alike, in points.",
            classes="muted",
        )
        Rows(
            ["arm", "when", "points more than nothing", "95% interval", "odds ratio", "d"],
            [
                [
                    named(effect.arm),
                    when,
                    f"{effect.points:+.1f}",
                    f"{effect.low:+.1f} to {effect.high:+.1f}",
                    f"{effect.odds_ratio:.1f}",
                    f"{effect.d:.2f}",
                ]
                for effects in by_arm.values()
                for effect, when in zip(effects, _WHEN, strict=False)
            ],
            "The numbers behind this picture",
            (2, 3, 4, 5),
        )


def _row(arm: str, effects: Sequence[Effect], place: int) -> str:
    look = arm_look(arm, place)
    bars = "".join(
        f'<span class="sizes-bar sizes-{k}" style="width:{max(0.4, min(100, effect.points)):.1f}%"></span>'
        for k, effect in enumerate(effects)
    )
    words = effects[0].field
    marks = "".join(
        f'<span class="sizes-mark" style="left:{min(99, points):.1f}%"></span>' for points in points_of_the_field(words)
    )
    numbers = ", ".join(f"{effect.points:+.{0 if abs(effect.points) >= 1 else 1}f}" for effect in effects)
    told = f"{named(arm)}: {numbers} points {', '.join(_WHEN)}; the field: {words}"
    return (
        f'<div class="sizes-row" style="--day:{look.colour};--night:{look.night}"><b>{html.escape(named(arm))}</b>'
        f'<div><div class="sizes-track" role="img" aria-label="{html.escape(told)}">{bars}{marks}</div>'
        f'<div class="muted">The field: {html.escape(words)}</div></div>'
        f'<div class="sizes-numbers">{numbers}</div></div>'
    )
