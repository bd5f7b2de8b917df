"""Map: which arm leads where, point by point as it comes; one assumption changed; a point opens in Watch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reacton.ipyvuetify as rv
import solara

from pd_sim.dashboard.asked import LEFT_OUT, Asked, file_names, understood
from pd_sim.dashboard.ensemble import StoppedError
from pd_sim.dashboard.files import told
from pd_sim.dashboard.map_axes import axes_of
from pd_sim.dashboard.map_grown import DETAILS, Grown, Question, grow, question_of
from pd_sim.dashboard.map_words import Variant, said, variants_of, with_variant, without_places
from pd_sim.dashboard.pages.map_answers import Behind, Compared, Legend
from pd_sim.dashboard.pages.map_choices import Choices
from pd_sim.dashboard.pages.map_picture import Picture
from pd_sim.dashboard.parts import Words, Wrong
from pd_sim.dashboard.session import session_of_this_tab
from pd_sim.dashboard.worker import use_worker
from pd_sim.errors import PdSimError, ScenarioError
from pd_sim.scenario import Scenario
from pd_sim.studies.regimes import AGREEMENT, CERTAINTY

__all__ = ["RegimeMap"]

_USUAL_STEP = 104
_MOST_MAPS = 30


@solara.component
def RegimeMap() -> None:
    """The page: a map for the scenario that is asked for; it begins by itself."""
    session = session_of_this_tab()
    base = without_places(session.asked)
    of = (base.case, base.own, base.settings, base.seed, tuple(base.on_page(name) for name in ("ties", "households")))
    scenario, line = solara.use_memo(lambda: understood(base), [of])
    last: Any = solara.use_ref(None)
    if scenario is not None:
        last.current = (scenario, base)
    if line:
        Wrong(line)
        if last.current is None:
            solara.Button(
                "Begin with the village", icon_name="mdi-restore", on_click=lambda: session.go("/map", Asked())
            )
    if scenario is not None:
        for left_out in _wanted(scenario, base, session.asked).left_out:
            Wrong(f"{LEFT_OUT}{left_out}")
    if last.current is not None:
        _Page(*last.current)


@dataclass(frozen=True)
class _Wanted:
    """What a link asks the page to draw; what makes no sense there is as usual."""

    asked: Asked
    scenario: Scenario
    x: str
    y: str
    step: int
    detail: str
    variants: tuple[Variant, ...]
    now: Variant
    left_out: tuple[str, ...]
    """What of the link makes no sense here, a line each."""

    @property
    def of(self) -> tuple[Any, ...]:
        """What all variants have in common."""
        return (self.scenario.content_hash, self.x, self.y, self.step, self.detail, self.asked.seed)

    def question(self, variant: Variant) -> tuple[Scenario, Question]:
        """The scenario of a variant, and what its map is asked; `PdSimError` where it cannot be run."""
        scenario, line = understood(with_variant(self.asked, variant))
        if scenario is None:
            raise ScenarioError(line)
        return scenario, question_of(scenario, self.x, self.y, variant.step or self.step, self.detail, self.asked.seed)


def _wanted(scenario: Scenario, asked: Asked, link: Asked) -> _Wanted:
    known = [axis.field for axis in axes_of(scenario)]
    left_out: list[str] = []

    def given(name: str, fits: Callable[[str], bool], usual: str, wrong: str) -> str:
        """What the link gives, or what is usual."""
        value = link.on_page(name)
        if value and not fits(value):
            left_out.append(f"p-{name} {value[:40]!r}: {wrong}")
        return value if value and fits(value) else usual

    def is_step(text: str) -> bool:
        return text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= scenario.steps

    x = given("map-x", known.__contains__, CERTAINTY, "is no direction of this map")
    other = AGREEMENT if x != AGREEMENT else CERTAINTY
    y = given("map-y", [one for one in known if one != x].__contains__, other, "is no other direction of this map")
    usual = str(min(_USUAL_STEP, scenario.steps))
    step = int(given("map-step", is_step, usual, f"give a whole number from 1 to {scenario.steps}"))
    detail = given("map-detail", DETAILS.__contains__, "rough", f"give one of {', '.join(DETAILS)}")
    variants = {one.key: one for one in variants_of(scenario, step, (x, y))}
    key = given("map-variant", variants.__contains__, next(iter(variants)), f"give one of {', '.join(variants)}")
    return _Wanted(asked, scenario, x, y, step, detail, tuple(variants.values()), variants[key], tuple(left_out))


@dataclass(frozen=True)
class _Map:
    """A map with what it was drawn of, so that its points open, and are taken home, as they were run."""

    grown: Grown
    scenario: Scenario
    asked: Asked
    variant: Variant


@dataclass(frozen=True)
class _Drawn:
    """What is known of the maps that are wanted, and what is being worked out."""

    found: _Map | None
    fresh: bool
    """Whether it answers what is asked now, or what was asked before."""
    known: dict[str, Grown]
    at_work: str
    done: float
    wrong: str
    going: bool
    every: bool
    stop: Callable[[], None]
    go_on: Callable[[], None]
    draw_all: Callable[[], None]


def _use_maps(wanted: _Wanted) -> _Drawn:
    """Draw what is wanted point by point, and all its variants where that is asked for."""
    of, now = wanted.of, wanted.now
    maps: solara.Reactive[dict[Any, _Map]] = solara.use_reactive({})
    shown: solara.Reactive[_Map | None] = solara.use_reactive(None)
    wrong, done, at_work = solara.use_reactive(""), solara.use_reactive(0.0), solara.use_reactive("")
    stopped: solara.Reactive[Any] = solara.use_reactive(None)
    all_of: solara.Reactive[Any] = solara.use_reactive(None)
    going, every = stopped.value != (of, now.key), (wanted.detail == "rough" or all_of.value == of)

    def went_on(points: int, total: int) -> None:
        if points / total >= done.value + 0.02 or points == total:
            done.value = points / total

    def drawn(cancel: threading.Event) -> None:
        at_work.value = ""
        if not going:
            return
        wrong.value = ""
        try:
            # what stands is drawn too, so that there is something to compare with
            others = wanted.variants if every else wanted.variants[:1]
            for variant in [now, *(one for one in others if one != now)]:
                at_work.value, done.value = variant.key, 0.0
                scenario, question = wanted.question(variant)
                begun = maps.value.get((of, variant.key))
                for grown in grow(scenario, question, cancel, went_on, begun.grown if begun else None):
                    if cancel.is_set():
                        return
                    found = _Map(grown, scenario, with_variant(wanted.asked, variant), variant)
                    maps.value = {**dict(list(maps.value.items())[-_MOST_MAPS:]), (of, variant.key): found}
                    if variant == now:
                        shown.value = found
        except StoppedError:
            return
        except PdSimError as error:
            wrong.value = told(error, file_names(wanted.asked))
        at_work.value = ""

    def stop() -> None:
        stopped.value, all_of.value = (of, now.key), None

    def draw_all() -> None:
        stopped.value, all_of.value = None, of

    use_worker(drawn, [of, now.key, going, every])
    return _Drawn(
        maps.value.get((of, now.key), shown.value),
        (of, now.key) in maps.value,
        {key: one.grown for (which, key), one in maps.value.items() if which == of},
        at_work.value if going else "",
        done.value,
        wrong.value,
        going,
        every,
        stop,
        lambda: stopped.set(None),
        draw_all,
    )


@solara.component
def _Page(scenario: Scenario, asked: Asked) -> None:
    session = session_of_this_tab()
    wanted = _wanted(scenario, asked, session.asked)
    drawn = _use_maps(wanted)
    found = drawn.found

    def ask(name: str, value: str) -> None:
        session.ask(without_places(session.asked).with_page(name, value))

    def choose(key: str) -> None:
        ask("map-variant", "" if key == wanted.variants[0].key else key)

    with solara.Div(classes=["map-page"]):
        with solara.Div(classes=["stack"]):
            with solara.Div(classes=["card"]):
                Words("Which arm leads where", "h2")
                if drawn.wrong:
                    Wrong(drawn.wrong)
                elif found is not None:
                    with rv.Html(tag="div", attributes={"role": "status"}):
                        Words(
                            said(found.grown, found.scenario.step, found.variant),
                            "p",
                            "map-lead" if drawn.fresh else "map-lead fade",
                        )
                _Works(drawn, wanted, lambda key: ask("map-detail", key))
                if found is not None:
                    # what was asked before stays, faded, until the first points of the new map are known
                    with solara.Div(classes=[] if drawn.fresh else ["fade"]):
                        Picture(found.grown, found.scenario, found.asked, session)
                        Legend(found.grown, found.scenario)
            if found is not None:
                Behind(found.grown, found.scenario, found.asked)
        with solara.Div(classes=["stack"]):
            with solara.Div(classes=["card"]):
                Compared(
                    wanted.variants,
                    wanted.now,
                    drawn.known,
                    drawn.at_work,
                    choose,
                    None if drawn.every else drawn.draw_all,
                    scenario,
                )
            with solara.Div(classes=["card"]):
                Choices(scenario, wanted.x, wanted.y, wanted.step, ask)


@solara.component
def _Works(drawn: _Drawn, wanted: _Wanted, finer: Callable[[str], None]) -> None:
    """How fine the map is, and what is being worked out and how to stop it."""
    with solara.Div(classes=["map-works"]):
        for key, (points, runs) in DETAILS.items():
            here = key == wanted.detail
            solara.Button(
                f"{points} × {points}",
                text=not here,
                outlined=here,
                on_click=lambda key=key: finer("" if key == "rough" else key),
                attributes={
                    "aria-pressed": str(here).lower(),
                    "aria-label": f"{points} by {points} points, {runs} runs at each",
                },
            )
        if drawn.at_work:
            total = DETAILS[wanted.detail][0] ** 2
            what = next((one.title for one in wanted.variants if one.key == drawn.at_work), "")
            about = "" if drawn.at_work == wanted.now.key else f" of “{what}”"
            solara.Button("Stop", icon_name="mdi-stop", outlined=True, on_click=drawn.stop)
            rv.ProgressLinear(
                value=100 * drawn.done, height=8, attributes={"aria-label": "Points of the map worked out"}
            )
            Words(f"{round(drawn.done * total)} of {total} points{about}", "span", "muted")
        elif not drawn.going:
            solara.Button("Go on", icon_name="mdi-play", outlined=True, on_click=drawn.go_on)
            Words("Stopped; what is shown is what is known so far.", "span", "muted")
        elif drawn.found is not None:
            Words(f"{drawn.found.grown.question.replicates} paired runs at each point", "span", "muted map-idle")
