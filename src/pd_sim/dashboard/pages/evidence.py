"""Evidence: what this model reproduces, and what it only assumes."""

from __future__ import annotations

import threading
from typing import Any

import solara

from pd_sim.behaviour import Behaviour, Practice
from pd_sim.dashboard.ensemble import one_at_a_time
from pd_sim.dashboard.parts import Table, Words

__all__ = ["Evidence"]

_SURE = {
    "V": "read in the source",
    "C": "computed",
    "K": "well known",
    "S": "told by those who ran it",
    "A": "our assumption",
}


@solara.component
def Evidence() -> None:
    """The page: published results, checked here and now on demand; then every number and how sure it is."""
    Words("What is reproduced", "h2")
    Words(
        "A simulation is believed for what it reproduces. Each row is a published result, run with the same engine as "
        "everything else here; each has a wrong setting beside it that must fail.",
        classes="muted",
    )
    _Reproduced()
    Words("What is assumed", "h2")
    Words(
        "Numbers of the model that no source gives. The lead of any arm is to be tried against them.", classes="muted"
    )
    assumed, known = _numbers()
    Table(["number", "stands at", "what it is", "basis"], assumed)
    Table(["number", "stands at", "what it is", "basis"], known, summary=f"{len(known)} numbers that have a source")


@solara.component
def _Reproduced() -> None:
    from pd_sim.validation import chosen

    rows = solara.use_memo(chosen, [])
    verdicts: Any = solara.use_reactive({})
    asked: Any = solara.use_reactive("")

    def checked(cancel: threading.Event) -> None:
        if not asked.value:
            return
        wanted = [row for row in rows if asked.value in ("all", row.name)]
        for row in wanted:
            if cancel.is_set():
                return
            with one_at_a_time:
                verdicts.value = {**verdicts.value, row.name: row.verdict(quick=True)}
        asked.value = ""

    solara.use_thread(checked, dependencies=[asked.value], intrusive_cancel=False)
    with solara.Div(classes=["bar"]):
        solara.Button(
            "Check all, quickly", on_click=lambda: asked.set("all"), disabled=bool(asked.value), color="primary"
        )
        if asked.value:
            Words(f"{len(verdicts.value)} of {len(rows)} checked; about a minute in all.", classes="muted")
    if asked.value:
        solara.ProgressLinear(value=100 * len(verdicts.value) / len(rows))
    body = []
    for row in rows:
        verdict = verdicts.value.get(row.name)
        said = "not run here yet" if verdict is None else ("reproduced" if verdict.passed else "NOT reproduced")
        body.append([row.name, row.title, row.source, said])
    Table(["name", "result", "source", "here"], body)


def _numbers() -> tuple[list[list[str]], list[list[str]]]:
    assumed: list[list[str]] = []
    known: list[list[str]] = []
    for block, kind in (("practice", Practice), ("behaviour", Behaviour)):
        for name, field in kind.model_fields.items():
            extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
            sure = str(extra.get("sure", ""))
            default = field.default
            row = [
                f"{block}.{name}",
                "as the kind of practice" if default is None else f"{default}",
                str(field.description),
            ]
            basis = f"{_SURE.get(sure, '')}: {extra.get('source', '')}"
            (assumed if sure == "A" else known).append([*row, basis])
    return assumed, known
