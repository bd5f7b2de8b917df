"""Evidence: what this model reproduces, how large its effects are, and what it only assumes."""

from __future__ import annotations

import reacton.ipyvuetify as rv
import solara

from pd_sim.dashboard.asked import understood
from pd_sim.dashboard.evidence_words import STEP, Group, Number, assumed, known
from pd_sim.dashboard.pages.evidence_effects import Effects
from pd_sim.dashboard.pages.evidence_results import Results
from pd_sim.dashboard.pages.evidence_rows import Rows
from pd_sim.dashboard.parts import Words
from pd_sim.dashboard.session import session_of_this_tab
from pd_sim.scenario import Scenario

__all__ = ["Evidence"]


@solara.component
def Evidence() -> None:
    """The page: published results, fairness, sizes beside the field's, assumptions, known numbers, a step in order."""
    session = session_of_this_tab()
    scenario = solara.use_memo(lambda: understood(session.asked)[0] or Scenario.load("village"), [session.asked])
    groups = solara.use_memo(lambda: assumed(scenario), [scenario.content_hash])
    numbers = solara.use_memo(lambda: known(scenario), [scenario.content_hash])
    with solara.Div(classes=["stack"]):
        with solara.Div(classes=["card"]):
            Words("Should you believe it?", "h2")
            Words(
                "The mechanics, yes: they bring out what is published, and you can check it here. The sizes, with "
                f"care: {sum(len(group.numbers) for group in groups)} numbers are our assumptions, and our effects are "
                "larger than what the field has measured. Which arm leads, only as far as the assumptions below hold "
                "where you are.",
                "p",
                "map-lead",
            )
        Results()
        Effects()
        with solara.Div(classes=["card"]):
            Words("What is assumed", "h2")
            Words(
                "Numbers that no source gives, as they stand in the scenario of this page "
                f"({scenario.title or scenario.name}). Try one: it opens in What if, where its knob can be moved.",
                classes="muted",
            )
            for place, group in enumerate(groups):
                if group.numbers:
                    _Group(group, folded=place > 0).key(group.title)
        with solara.Div(classes=["card"]):
            Words("What is known", "h2")
            Words("Numbers that a source gives, or that the field agrees on.", classes="muted")
            Rows(
                ["number", "stands at", "what it is", "how sure", "from"],
                [[one.label, one.text, one.meaning, one.sure, one.why] for one in numbers],
                f"{len(numbers)} numbers with a source",
            )
        with solara.Div(classes=["card"]):
            Words("What happens in a step, in order", "h2")
            with solara.Div(classes=["in-order"]):
                for place, line in enumerate(STEP, start=1):
                    Words(f"{place}. {line}", "p")
            Words(
                "The equations are in docs/model, the sources in docs/evidence.md, choices that could have been made "
                "otherwise in docs/decisions; they come with pd-sim.",
                classes="muted",
            )


@solara.component
def _Group(group: Group, *, folded: bool) -> None:
    title = f"{group.title}: {', '.join(number.label for number in group.numbers)}"
    with rv.Html(tag="details" if folded else "div", class_="assumed"):
        rv.Html(tag="summary" if folded else "h3", children=[title if folded else group.title])
        Words(group.about, classes="muted")
        for number in group.numbers:
            _Assumed(number).key(number.field)


@solara.component
def _Assumed(number: Number) -> None:
    session = session_of_this_tab()

    def try_it() -> None:
        # said once more at its present value, so that the page it opens in names it among what was changed
        session.go("/what-if", session.asked.with_setting(number.field, number.value).with_page("knob", number.field))

    with solara.Div(classes=["assumed-row"]):
        with solara.Div():
            Words(number.label[0].upper() + number.label[1:], "b")
            Words(number.meaning, "div")
        Words(number.text, "div", "assumed-value")
        Words(number.why, "div", "muted")
        solara.Button(
            "Try it",
            icon_name="mdi-tune",
            outlined=True,
            on_click=try_it,
            attributes={"aria-label": f"Try it in What if: {number.label}"},
        )
