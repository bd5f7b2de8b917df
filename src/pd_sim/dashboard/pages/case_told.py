"""One case: its story, and what is told of it beside what is simulated."""

from __future__ import annotations

import html
import threading
import time
from collections.abc import Callable
from typing import Any

import reacton.ipyvuetify as rv
import solara

from pd_sim.dashboard.asked import Asked
from pd_sim.dashboard.ensemble import StoppedError, bands
from pd_sim.dashboard.looks import arm_look, named
from pd_sim.dashboard.pages.evidence_rows import Rows
from pd_sim.dashboard.parts import Words, Wrong
from pd_sim.dashboard.session import Session
from pd_sim.dashboard.told_words import SURE, Figure, figures_of, told_of, verdicts
from pd_sim.dashboard.worker import use_worker
from pd_sim.errors import PdSimError
from pd_sim.scenario import Scenario

__all__ = ["CaseTold", "Places", "Strips"]


@solara.component
def Places(session: Session, case: Scenario) -> None:
    """Where a case can be opened."""
    asked, title = Asked(case=case.name), case.title or case.name
    with solara.Div(classes=["bar"]):
        for label, icon, path in (("Watch", "mdi-play", "/"), ("What if", "mdi-tune", "/what-if")):
            solara.Button(
                label,
                icon_name=icon,
                outlined=True,
                on_click=lambda path=path: session.go(path, asked),
                attributes={"aria-label": f"{label}: {title}"},
            )


@solara.component
def CaseTold(case: Scenario, session: Session, about: str, seconds: str, close: Callable[[], None]) -> None:
    """The page of one case."""
    found: Any = solara.use_reactive(None)
    wrong, done, left = solara.use_reactive(""), solara.use_reactive(0.0), solara.use_reactive(False)
    took = solara.use_reactive(0.0)

    def compared(cancel: threading.Event) -> None:
        if left.value or not case.targets:
            return
        from pd_sim.analysis.told import told

        def went_on(part: int, whole: int) -> None:
            if part / whole >= done.value + 0.02:
                done.value = part / whole

        began = time.monotonic()
        wrong.value, done.value = "", 0.0
        try:
            found.value = told(bands(case, 1, cancel, went_on), case.targets)
            took.value = time.monotonic() - began
        except StoppedError:
            return
        except PdSimError as error:
            wrong.value = str(error)

    use_worker(compared, [case.name, left.value])
    with solara.Div(classes=["stack"]):
        with solara.Div(classes=["bar"]):
            solara.Button("All cases", icon_name="mdi-arrow-left", outlined=True, on_click=close)
            Places(session, case)
        with solara.Div(classes=["card"]):
            Words(case.title or case.name, "h2")
            for paragraph in about.split("\n\n"):
                Words(paragraph.replace("\n", " "), "p", "case-text")
        if not case.targets:
            return
        with solara.Div(classes=["card"]):
            Words("Told beside simulated", "h2")
            if wrong.value:
                Wrong(wrong.value)
            elif found.value is not None:
                _Answer(case, figures_of(found.value), found.value, took.value)
            elif left.value:
                solara.Button("Compare", classes=["go-now"], on_click=lambda: left.set(False))
            else:
                with solara.Div(classes=["bar"]):
                    solara.Button("Cancel", icon_name="mdi-close", outlined=True, on_click=lambda: left.set(True))
                    Words(f"{done.value:.0%} done; {seconds} in all", "span", "muted")
                rv.ProgressLinear(
                    value=100 * done.value, height=8, attributes={"aria-label": "Runs of this case worked out"}
                )


@solara.component
def _Answer(case: Scenario, figures: tuple[Figure, ...], frame: Any, took: float) -> None:
    with solara.Div():
        for line in verdicts(figures):
            Words(line, "p", "said case-missed" if line.startswith("The model misses") else "said")
        Strips(figures)
        Words(
            "Diamond: what is told (thick line: a range; thin line: what chance alone does to a small count). "
            "Bar: the central 90% of the simulated runs, with their mean. Every row has a scale of its own.",
            classes="muted",
        )
        told = [one for one in figures if one.words]
        if told:
            Words("Told in words", "h3")
            for one in told:
                Words(f"{one.what}: {one.words}.", "p")
        Rows(
            [
                "told of",
                "arm",
                "told",
                "simulated: mean (central 90%)",
                "unit",
                "comes out",
                "fitted",
                "how sure",
                "from",
            ],
            [
                [
                    one.what,
                    named(one.arm) if one.arm else "–",
                    one.told_text,
                    one.simulated_text,
                    one.unit,
                    one.verdict_text,
                    ", ".join(one.fitted) or "nothing",
                    SURE[one.sure] + (", with a control group" if one.controlled else ", no control group"),
                    one.source,
                ]
                for one in figures
            ],
            "The numbers behind this picture",
        )
        with solara.Div(classes=["bar"]):
            solara.FileDownload(
                lambda: frame.to_csv(index=False, lineterminator="\n").encode(),
                f"{case.name}_told.csv",
                label="Numbers (CSV)",
                icon_name="mdi-download",
                mime_type="text/csv",
            )
            Words(f"{max(one for one in frame['n'])} runs of every arm" + _seconds(took), "span", "muted")


def _seconds(took: float) -> str:
    return f", worked out in {took:.0f} seconds" if took >= 1 else ""


@solara.component
def Strips(figures: tuple[Figure, ...]) -> None:
    """A row for every figure: words, told and simulated on one scale, met or missed."""
    arms = tuple(dict.fromkeys(one.arm for one in figures if one.arm))
    rows = "".join(_strip(one, arms) for one in figures if one.told is not None or one.mean is not None)
    solara.HTML(tag="div", unsafe_innerHTML=rows, classes=["told"])


_MARKS = {"met": "✓", "near": "≈", "missed": "✕", "open": "·"}


def _strip(one: Figure, arms: tuple[str, ...]) -> str:
    look = arm_look(one.arm, arms.index(one.arm)) if one.arm else arm_look("nothing", 0)
    numbers = [value for pair in (one.told, one.band, one.chance) if pair for value in pair]
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    span = (high - low) * 1.08 or 1.0

    def at(value: float) -> float:
        return 100 * (value - low) / span

    marks = ""
    if one.band is not None and one.mean is not None:
        begin, end = at(one.band[0]), at(one.band[1])
        marks += f'<span class="told-band" style="left:{begin:.2f}%;width:{max(0.8, end - begin):.2f}%"></span>'
        marks += f'<span class="told-mean" style="left:{at(one.mean):.2f}%"></span>'
    if one.chance is not None:
        begin, end = at(one.chance[0]), at(one.chance[1])
        marks += f'<span class="told-chance" style="left:{begin:.2f}%;width:{end - begin:.2f}%"></span>'
    if one.told is not None:
        begin, end = at(one.told[0]), at(one.told[1])
        if end > begin:
            marks += f'<span class="told-range" style="left:{begin:.2f}%;width:{end - begin:.2f}%"></span>'
        marks += f'<span class="told-mark" style="left:{(begin + end) / 2:.2f}%"></span>'
    arm = f' <span class="told-arm">{html.escape(named(one.arm))}</span>' if one.arm else ""
    fitted = '<span class="told-fitted">fitted, no test</span>' if one.fitted else ""
    unit = html.escape(one.unit)
    kind = "open" if one.fitted and one.verdict == "met" else one.verdict  # what was fitted earns no green
    control = "control group" if one.controlled else "no control group"
    sure = html.escape(f"{SURE[one.sure]}, {control}")
    return (
        f'<div class="told-row" style="--day:{look.colour};--night:{look.night}">'
        f'<div class="told-what"><b>{html.escape(one.what)}</b>{arm}<div class="muted">{sure}</div></div>'
        f'<div class="told-scale"><div class="told-track" role="img" aria-label="{html.escape(told_of(one))}">{marks}'
        f'</div><div class="told-ends"><span>{one.number(low)}</span><span>{one.number(low + span)}</span></div></div>'
        f'<div class="told-numbers"><span class="told-{kind}">{_MARKS[one.verdict]} '
        f"{html.escape(one.verdict_text)}</span>{fitted}"
        f"<div>told <b>{html.escape(one.told_text)}</b></div>"
        f"<div>simulated <b>{html.escape(one.simulated_text)}</b></div>"
        f'<div class="muted">{unit}</div></div></div>'
    )
