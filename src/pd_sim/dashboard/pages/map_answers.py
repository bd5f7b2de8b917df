"""Beside the map: what its colours mean, its shares under one assumption changed after the other, its numbers."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence

import reacton.ipyvuetify as rv
import solara

from pd_sim.dashboard.asked import Asked
from pd_sim.dashboard.downloads import printed, written
from pd_sim.dashboard.looks import arm_look, named, plural
from pd_sim.dashboard.map_axes import AXES
from pd_sim.dashboard.map_grown import Grown
from pd_sim.dashboard.map_words import Variant, letters
from pd_sim.dashboard.parts import Table, Words, percent
from pd_sim.dashboard.reading import rests_on
from pd_sim.scenario import Scenario
from pd_sim.studies.regimes import AGREEMENT, UNDECIDED, Regimes

__all__ = ["Behind", "Compared", "Legend", "csv_of", "picture_of", "shares_told"]

_WIDE = 0.085
"""Share of a bar from which on there is room for its letter and number."""


@solara.component
def Legend(grown: Grown, scenario: Scenario) -> None:
    """What the colours, letters and marks mean."""
    letter = letters(grown.arms)
    keys = [
        f'<span class="map-key"><i style="--day:{look.colour};--night:{look.night}">{html.escape(letter[arm])}</i>'
        f"{html.escape(named(arm))} leads</span>"
        for place, arm in enumerate(grown.arms)
        for look in (arm_look(arm, place),)
    ]
    keys.append('<span class="map-key"><i class="map-open">?</i>undecided: too close to call</span>')
    keys.append('<span class="map-key"><i class="map-ring"></i>where this scenario stands</span>')
    with solara.Div():
        solara.HTML(tag="div", unsafe_innerHTML="".join(keys), classes=["map-legend"])
        matrix = (
            "Dashed: the four zones of the agreement–certainty matrix; where one ends is a convention, not a result. "
        )
        zones = matrix if {grown.question.x, grown.question.y} == {"certainty", "agreement"} else ""
        Words(
            f"A number is the lead in points over the next arm, in the share of {plural(scenario.unit)} practising: "
            f"the stronger the colour, the greater it is. {zones}Every point has the same villages and the same luck.",
            classes="muted",
        )
        if "practice.tacitness" in (grown.question.x, grown.question.y) and "certainty" in (
            grown.question.x,
            grown.question.y,
        ):
            Words("Certainty is fit alone here; how well it can be told is the other direction.", classes="muted")


@solara.component
def Compared(
    variants: Sequence[Variant],
    now: Variant,
    known: Mapping[str, Grown],
    at_work: str,
    choose: Callable[[str], None],
    draw_all: Callable[[], None] | None,
    scenario: Scenario,
) -> None:
    """Shares of the map, as it stands and with one assumption changed: choosing one redraws the map."""
    with solara.Div():
        Words("What carries it?", "h2")
        Words(
            "Change one assumption, with the same luck. Where the colours change, that assumption carries the lead.",
            classes="muted",
        )
        for variant in variants:
            here = variant == now
            with solara.Div(classes=["map-variant", "map-now"] if here else ["map-variant"]):
                solara.Button(
                    variant.title,
                    text=True,
                    on_click=lambda key=variant.key: choose(key),
                    attributes={"aria-pressed": str(here).lower()},
                )
                Words(variant.about, "p", "muted")
                _Shares(known.get(variant.key), at_work == variant.key)
        missing = [one for one in variants if one.key not in known or known[one.key].whole is None]
        if draw_all is not None and missing and not (len(missing) == 1 and at_work):
            solara.Button("Draw all of them", icon_name="mdi-layers-triple", outlined=True, on_click=draw_all)
        carried = rests_on(scenario, [arm for arm, does in scenario.arms.items() if does])
        if carried:
            Words(f"As it stands it rests on this: {'; '.join(carried)}.", "p", "said")
        lesson = "So the map does not say which way is better; it says which assumptions decide it."
        if any(AGREEMENT in (one.question.x, one.question.y) for one in known.values()):
            lesson += " That agreement hardly changes who leads is a finding of this model, not of the world."
        Words(lesson, classes="muted")


def shares_told(grown: Grown) -> str:
    """Shares of a map in words, the greatest first."""
    shares = grown.shares()
    order = sorted(shares, key=lambda name: -shares[name])
    return ", ".join(f"{named(name).lower()} {shares[name]:.0%}" for name in order)


@solara.component
def _Shares(grown: Grown | None, busy: bool) -> None:
    if grown is None or grown.whole is None:  # shares of a part would be taken for those of the map
        words = "not drawn yet" if grown is None else f"{len(grown.known)} of {len(grown.cells)} points drawn"
        if busy:
            words = "being worked out…" if grown is None else f"{words} so far…"
        solara.HTML(tag="div", unsafe_innerHTML=words, classes=["map-bar", "map-none"])
        return
    letter, parts = letters(grown.arms), []
    for name, share in grown.shares().items():
        if share <= 0:
            continue
        number = f"{100 * share:.0f}%"
        if name == UNDECIDED:
            text, style, kind = f"<em>? {number}</em>", "", ' class="map-open"'
        else:
            look = arm_look(name, grown.arms.index(name))
            text, kind = f"{html.escape(letter[name])} {number}", ""
            style = f"--day:{look.colour};--night:{look.night};"
        parts.append(f'<span{kind} style="{style}flex:{share:.4f}">{text if share >= _WIDE else ""}</span>')
    told = shares_told(grown)
    narrow = [f"{named(name).lower()} {share:.0%}" for name, share in grown.shares().items() if 0 < share < _WIDE]
    with solara.Div():
        solara.HTML(
            tag="div",
            unsafe_innerHTML="".join(parts),
            classes=["map-bar"],
            attributes={"role": "img", "aria-label": told, "title": told},
        )
        if narrow:
            Words(f"Besides: {', '.join(narrow)}.", "span", "muted")


def _whole(share: float) -> str:
    """Points without a decimal, and no nought below nought.

    Examples
    --------
    >>> _whole(-0.004), _whole(-0.031)
    ('0', '−3')
    """
    return f"{round(100 * share)}".replace("-", "−")


@solara.component
def Behind(grown: Grown, scenario: Scenario, asked: Asked) -> None:
    """The numbers behind the picture, and what can be taken home."""
    question = grown.question
    with solara.Div(classes=["card", "map-behind"]):
        Table(
            [
                AXES[question.x].title.lower(),
                AXES[question.y].title.lower(),
                "leads",
                "lead in points",
                *(f"{named(arm)} practising" for arm in grown.arms),
                *(f"{named(arm)} takes off in" for arm in grown.arms),
            ],
            [
                [
                    percent(cell.x),
                    percent(cell.y),
                    named(cell.leader) if cell.decided else f"undecided ({named(cell.leader).lower()} ahead)",
                    f"{_whole(cell.lead)} ({_whole(cell.low)} to {_whole(cell.high)})",
                    *(percent(cell.means[arm]) for arm in grown.arms),
                    *(f"{cell.takeoffs[arm]:.0%} of runs" for arm in grown.arms),
                ]
                for cell in grown.known
            ],
            "The numbers behind this map",
        )
        whole = grown.whole
        if whole is not None:
            with rv.Html(tag="div", class_="bar", attributes={"role": "group", "aria-label": "Take home"}):
                offers: tuple[tuple[str, str, str, Callable[[], bytes]], ...] = (
                    ("Points (CSV)", "map.csv", "text/csv", lambda: csv_of(whole)),
                    ("Picture (PNG)", "map.png", "image/png", lambda: picture_of(whole)),
                    (
                        "Scenario (YAML)",
                        "scenario.yaml",
                        "application/yaml",
                        lambda: written(scenario, asked, "scenario.yaml"),
                    ),
                )
                for label, name, kind, make in offers:
                    solara.FileDownload(make, name, label=label, icon_name="mdi-download", mime_type=kind)
        Words(
            f"{question.points} by {question.points} points, {question.replicates} paired runs at each, as with "
            "pd-sim regimes. Undecided: the 95% interval of the lead covers 0. Of a hundred points at which two arms "
            "are truly equal, some five are called decided by chance.",
            classes="muted",
        )


def csv_of(whole: Regimes) -> bytes:
    """One row a point, as ``pd-sim regimes`` writes it."""
    text: str = whole.frame().to_csv(index=False, lineterminator="\n")
    return text.encode()


def picture_of(whole: Regimes) -> bytes:
    """The map as it is printed."""
    from pd_sim import figures

    return printed(lambda: figures.regime_map(whole), ".png")
