"""Your own: a village from two tables, or a whole scenario; and what one takes home."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import reacton.ipyvuetify as rv
import solara
import traitlets
from ipyvuetify.extra import FileInput

from pd_sim.community import File
from pd_sim.dashboard.asked import FILES, Asked, file_names, understood
from pd_sim.dashboard.downloads import downloads
from pd_sim.dashboard.files import (
    MOST_SCENARIO,
    TABLE_ENDINGS,
    TIES_ENDINGS,
    checked,
    graph_ending,
    keep,
    shown_name,
    told,
    too_large,
)
from pd_sim.dashboard.limits import MOST_UPLOAD, check_declared, check_size
from pd_sim.dashboard.live import on_one_village
from pd_sim.dashboard.parts import Words, Wrong
from pd_sim.dashboard.worker import use_worker
from pd_sim.engine import draw_community, found, village_seed
from pd_sim.errors import FileError, PdSimError, ScenarioError
from pd_sim.results import Comparison
from pd_sim.scenario import Scenario

__all__ = ["Downloads", "OwnFiles"]

_PAGE = ("ties", "ties-name", "households", "households-name", "lenient")
_LABELS = {
    "ties": "Ties (CSV, GraphML, GEXF or edge list)",
    "households": "Households (CSV)",
    "scenario": "Scenario (YAML)",
}


# the browser's own: it has a name, works by keyboard, and takes a file that was mended under the same name
_NATIVE = """<label class="choose">{{ label }}
      <input type="file" :accept="accept" @click="$event.target.value = ''" @change="setFiles($event.target.files[0])"/>
    </label>"""

_STYLE = """
.pd .choose { display: block; font-size: 14px; color: var(--muted); margin: 6px 0 2px; }
.pd .choose input { display: block; width: 100%; max-width: 100%; font-size: 14px; color: var(--ink); padding: 4px 0; }
.pd .choose input::file-selector-button { font: inherit; padding: 3px 10px; border: 1px solid var(--muted);
  border-radius: 4px; background: var(--soft); color: var(--ink); margin-right: 8px; }
"""


class _Chooser(FileInput):
    """A file input with a name, for one file at a time."""

    template = traitlets.Unicode(
        re.sub(r"<v-file-input.*?/>", _NATIVE, FileInput.template.default_value, count=1, flags=re.DOTALL)
    ).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)


@solara.component
def OwnFiles(draft: Any) -> None:
    """Give ties, households or a scenario, and see what was read; whatever is refused is said in one line."""
    asked: Asked = draft.value
    given = bool(asked.on_page("ties") or asked.on_page("households") or asked.own)
    shown = solara.use_reactive(given)
    wrong = solara.use_reactive("")
    aside = solara.use_reactive("")
    own_name = solara.use_reactive("")
    refused: Any = solara.use_ref(None)

    def take(kind: str, name: str, data: bytes) -> None:
        wrong.value, aside.value, refused.current = "", "", None
        try:
            before = None
            while draft.peek() != before:  # another file came, or a knob moved, while this one was read
                before = draft.peek()
                wanted, told_aside = _taken(before, kind, name, data)
            draft.value, aside.value = wanted, told_aside
            own_name.value = name if kind == "scenario" else own_name.peek()
        except PdSimError as error:
            wrong.value, refused.current = str(error), (kind, name, data)

    def leave_out(on: bool) -> None:
        draft.value = draft.value.with_page("lenient", "1" if on else "")
        if refused.current is not None:
            take(*refused.current)

    solara.Style(_STYLE)
    with solara.Div(classes=["card"]):
        with solara.Div(classes=["bar"]):
            Words("Your own", "h2")
            solara.Button(
                "Close" if shown.value else "Give files",
                text=True,
                small=True,
                classes=["right"],
                on_click=lambda: shown.set(not shown.value),
                attributes={"aria-expanded": "true" if shown.value else "false"},
            )
        if not shown.value:
            Words("Your own village or scenario, from files. They stay on this computer.", classes="muted")
            return
        Words(
            "Ties: a row for each, with the columns source and target (and village, if there are several), or a graph. "
            "Households: a row for each, with the column id. The files stay on this computer.",
            classes="muted",
        )
        for kind, label in _LABELS.items():
            _Upload(kind, label, take, wrong.set)
        solara.Checkbox(
            label="Leave out rows that do not fit", value=bool(asked.on_page("lenient")), on_value=leave_out
        )
        if wrong.value:
            Wrong(wrong.value)
        if aside.value:
            Words(aside.value, classes="muted")
        if given:
            _Given(draft, own_name.value)


@solara.component
def _Given(draft: Any, own_name: str) -> None:
    asked: Asked = draft.value
    shown, lines = solara.use_memo(lambda: _standing(asked, own_name), [asked, own_name])
    names = [asked.on_page(f"{kind}-name") for kind in FILES if asked.on_page(kind)]
    if asked.own:
        names.append("a scenario of your own")
    with solara.Div():
        Words(
            ("Shown: " if shown else "Given: ") + ", ".join(name or "a file of yours" for name in names) + ".", "strong"
        )
        for line in lines:
            Words(line, classes="muted")
        solara.Button(
            "Without my files",
            icon_name="mdi-restore",
            text=True,
            small=True,
            on_click=lambda: draft.set(replace(_without_files(asked), own="", settings=())),
        )


@solara.component
def _Upload(kind: str, label: str, take: Callable[[str, str, bytes], None], refuse: Callable[[str], None]) -> Any:
    """One file input; what is chosen is read in a thread, after its size is known."""
    info, set_info = solara.use_state([])
    chosen, set_chosen = solara.use_state([])
    accept = {"scenario": ".yaml,.yml", "ties": ",".join(TIES_ENDINGS)}.get(kind, ",".join(TABLE_ENDINGS))
    chooser = _Chooser.element(label=label, accept=accept, multiple=False, show_progress=False, on_file_info=set_info)

    def wire() -> None:
        if info:
            widget: Any = solara.get_widget(chooser)
            widget.version += 1  # the widget's own observer is not called where it is an element
            widget.reset_stats()
            set_chosen(widget.get_files())

    solara.use_effect(wire, [info])

    reading = solara.use_reactive(False)

    def received(cancel: threading.Event) -> None:
        if chosen:
            reading.value = True
            try:
                read(chosen[0], cancel)
            finally:
                reading.value = False

    def read(file: Any, cancel: threading.Event) -> None:
        name, most = shown_name(str(file["name"])), MOST_SCENARIO if kind == "scenario" else MOST_UPLOAD
        if not 0 <= int(file["size"]) <= most:
            refuse(too_large(name, most))
            return
        try:
            data = file["file_obj"].read(int(file["size"])) if file["size"] else b""
        except Exception:  # noqa: BLE001 (the browser's side of it says no more)
            refuse(f"{name}: could not be read from the browser; give it again")
            return
        file["file_obj"].widget.file_info = []  # so that the same file can be given again
        if not cancel.is_set():
            take(kind, name, bytes(data or b""))

    use_worker(received, [chosen])
    if reading.value:
        rv.ProgressLinear(indeterminate=True, attributes={"aria-label": f"Reading {label}"})
    return chooser


def _taken(asked: Asked, kind: str, name: str, data: bytes) -> tuple[Asked, str]:
    """What is asked for with a file more, and what was set aside for it.

    Raises
    ------
    PdSimError
        One line that names the file and what is wrong.
    """
    if kind == "scenario":
        return _with_scenario(asked, name, data)
    kept = keep(checked(data, name, kind), graph_ending(name) if kind == "ties" else "")
    settings = tuple(pair for pair in asked.settings if pair[0].split(".")[0] != "community")
    wanted = replace(asked, settings=settings).with_page(kind, kept).with_page(f"{kind}-name", name)
    if not wanted.on_page("ties"):
        return wanted, ""
    try:
        _read(wanted)
    except PdSimError as error:
        alone = wanted.with_page("households", "").with_page("households-name", "")
        if kind != "ties" or alone == wanted:
            raise
        try:
            _read(alone)
        except PdSimError:
            raise error from None
        return alone, f"The households given before were set aside, as they do not fit: {error}"
    return wanted, ""


def _with_scenario(asked: Asked, name: str, data: bytes) -> tuple[Asked, str]:
    if len(data) > MOST_SCENARIO:
        raise FileError(too_large(name, MOST_SCENARIO))
    try:
        text = data.decode("utf-8-sig")
        scenario = Scenario.from_yaml(text)
        check_declared(scenario)
    except UnicodeDecodeError as error:
        raise FileError(f"{name}: byte {error.start} is not UTF-8; save the file as UTF-8 text") from None
    except PdSimError as error:
        raise ScenarioError(f"{name}: {str(error).removeprefix('scenario: ')}") from None
    of_files = isinstance(scenario.community, File)
    page = tuple(pair for pair in asked.page if of_files and pair[0] in _PAGE)
    wanted = Asked(own=text, seed=asked.seed, page=page)
    if of_files and not wanted.on_page("ties"):  # they are to come
        return wanted, ""
    try:
        _read(wanted)
        if not of_files:  # files may follow that hold what its households need
            one = on_one_village(scenario)
            found(one, village_seed(one, asked.seed, 0))
    except PdSimError as error:
        if not of_files:
            raise ScenarioError(f"{name}: {error}") from None
        alone = _without_files(wanted).with_page("lenient", wanted.on_page("lenient"))
        return alone, f"The files given before were set aside, as they do not fit: {error}"
    return wanted, ""


def _read(asked: Asked) -> Any:
    """Read the community that is asked for.

    Raises
    ------
    PdSimError
        One line, with the names the user gave to the files.
    """
    scenario, line = understood(asked)
    if scenario is None:
        raise ScenarioError(line)
    try:
        one = on_one_village(scenario)
        community = draw_community(one, village_seed(one, asked.seed, 0))
    except PdSimError as error:
        raise FileError(told(error, file_names(asked))) from None
    except (RecursionError, MemoryError):
        raise FileError(f"{asked.on_page('ties-name')}: is nested too deeply to be read") from None
    try:
        check_size(one, community.n)
    except ScenarioError as error:
        names = file_names(asked)
        if not names or not asked.on_page("ties"):
            raise
        raise FileError(f"{list(names.values())[-1]}: {str(error).removeprefix('community: ')}") from None
    return community


def _standing(asked: Asked, own_name: str) -> tuple[bool, list[str]]:
    """Whether what was given is what is shown, and what there is to say of it."""
    needed = _needed(asked, own_name)
    if asked.on_page("ties"):
        try:
            report = _read(asked).report
        except PdSimError:
            return False, []  # the page says it already
        names = file_names(asked)
        lines = [] if report is None else [told(FileError(line), names) for line in report.lines()]
        return True, lines + [f"{line}, or its households are those of the ties." for line in needed]
    scenario, _ = understood(asked)
    if asked.on_page("households"):
        alone = "Give the ties as well: households alone are no village."
        return False, [f"{line}." for line in needed if scenario is None] or [alone]
    return scenario is not None, [f"{line}." for line in needed if scenario is None]


def _needed(asked: Asked, own_name: str) -> list[str]:
    """Files that a scenario of one's own names and that were not given."""
    try:
        community = Scenario.from_yaml(asked.own).community if asked.own else None
    except PdSimError:
        return []
    if not isinstance(community, File):
        return []
    named = {"ties": community.ties, "households": community.households}
    files = [shown_name(Path(file).name) for kind, file in named.items() if file and not asked.on_page(kind)]
    it = "it" if len(files) == 1 else "them"
    return [f"{own_name or 'Your scenario'} names {' and '.join(files)}: give {it} above"] if files else []


def _without_files(asked: Asked) -> Asked:
    for name in _PAGE:
        asked = asked.with_page(name, "")
    return asked


@solara.component
def Downloads(scenario: Scenario, result: Comparison, asked: Asked) -> None:
    """The scenario, its numbers and its picture, made when they are asked for."""
    offers = solara.use_memo(lambda: downloads(scenario, result, asked), [result])
    with rv.Html(tag="div", class_="bar", attributes={"role": "group", "aria-label": "Take home"}):
        for offer in offers:
            solara.FileDownload(
                offer.make, offer.name, label=offer.label, icon_name="mdi-download", mime_type=offer.kind
            )
