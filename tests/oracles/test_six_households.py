"""The oracle, the worked village of docs/model/six_households.md and the numbers below say the same."""

from __future__ import annotations

import math
import re
from pathlib import Path

import networkx as nx
import pytest

from pd_sim.streams import identity
from tests.oracles.model import Account, OracleHousehold, OracleVillage, make_positive_deviant

PAGE = Path(__file__).parents[2] / "docs" / "model" / "six_households.md"

TIES = ("AB", "AC", "BC", "BD", "CD", "DE", "EF")
FIT_LOCAL = {"A": 0.0, "B": 0.25, "C": 0.25, "D": 0.875, "E": 0.5, "F": 0.125}
PARAMETERS = {
    "talk_practising": 0.4,
    "talk_heard": 0.2,
    "try_rate": 0.6,
    "session_rate": 0.8,
    "epsilon": 0.02,
    "spontaneous": 0.0,
    "endorsement": 1.0,
    "confidence_weight": 0.4,
    "temperature": 0.2,
    "trial": 2,
    "floor": 0.2,
    "learn_near": 0.2,
    "learn_alone": 0.1,
    "gain": 0.5,
    "loss": 0.5,
    "disappointment": 0.5,
    "habit_rate": 0.5,
    "fresh": 0.6,
    "settled": 0.1,
    "ownership_weight": 0.5,
    "proof_weight": 0.5,
    "rest": 1,
    "tacitness": 0.5,
    "portability": 0.8,
    "know_how_decay": 0.1,
    "seen_practising": 1.0,
    "seen_stopped": 0.0,
    "seen_never": 0.0,
    "decision": "logistic",
}

# Per step and household: m, a, chance, draw, stage afterwards. None: nothing is drawn.
STEPS = {
    1: {
        "A": (0, 0, None, None, "practising"),
        "B": (0, 0, 0.0, 0.8133, "unaware"),
        "C": (0, 0, 0.0, 0.1065, "unaware"),
        "D": (0, 0, 0.0, 0.1963, "unaware"),
        "E": (0, 0, 0.0, 0.9766, "unaware"),
        "F": (0, 0, 0.0, 0.1149, "unaware"),
    },
    2: {
        "A": (0, 0, 0.05, 0.3965, "practising"),
        "B": (1, 0, 0.4, 0.1926, "aware"),
        "C": (1, 0, 0.4, 0.0268, "aware"),
        "D": (0, 0, 0.0, 0.4354, "unaware"),
        "E": (0, 0, 0.0, 0.1550, "unaware"),
        "F": (0, 0, 0.0, 0.5348, "unaware"),
    },
    3: {
        "A": (0, 2, 0.05, 0.5302, "practising"),
        "B": (1, 1, 0.5498, 0.4703, "trying"),
        "C": (1, 1, 0.5498, 0.1561, "trying"),
        "D": (0, 2, 0.36, 0.8902, "unaware"),
        "E": (0, 0, 0.0, 0.3837, "unaware"),
        "F": (0, 0, 0.0, 0.2166, "unaware"),
    },
    4: {
        "A": (0, 2, 0.05, 0.8710, "practising"),
        "B": (1, 1, None, None, "trying"),
        "C": (1, 1, None, None, "trying"),
        "D": (0, 2, 0.36, 0.4429, "unaware"),
        "E": (0, 0, 0.0, 0.0525, "unaware"),
        "F": (0, 0, 0.0, 0.0193, "unaware"),
    },
    5: {
        "A": (0, 2, 0.05, 0.5275, "practising"),
        "B": (1, 1, 0.68, 0.2842, "practising"),
        "C": (1, 1, 0.68, 0.7237, "rejected"),
        "D": (0, 2, 0.36, 0.3490, "aware"),
        "E": (0, 0, 0.0, 0.7223, "unaware"),
        "F": (0, 0, 0.0, 0.1140, "unaware"),
    },
    6: {
        "A": (1, 1, 0.0375, 0.7446, "practising"),
        "B": (1, 2, 0.3125, 0.2563, "lapsed"),
        "C": (2, 1, None, None, "aware"),
        "D": (1, 1, 0.31, 0.1332, "trying"),
        "E": (0, 1, 0.2, 0.1329, "aware"),
        "F": (0, 0, 0.0, 0.2159, "unaware"),
    },
    7: {
        "A": (0, 2, 0.05, 0.9222, "practising"),
        "B": (1, 2, None, None, "aware"),
        "C": (1, 2, 0.1621, 0.1275, "trying"),
        "D": (0, 3, None, None, "trying"),
        "E": (0, 1, 0.0, 0.1225, "aware"),
        "F": (0, 1, 0.2, 0.0956, "aware"),
    },
    8: {
        "A": (0, 2, 0.05, 0.8109, "practising"),
        "B": (1, 2, 0.3810, 0.2779, "trying"),
        "C": (1, 2, None, None, "trying"),
        "D": (0, 3, 0.0, 0.3518, "rejected"),
        "E": (0, 2, 0.0, 0.8672, "aware"),
        "F": (0, 1, 0.0, 0.3958, "aware"),
    },
}

# Household: {step: know-how at its end}, where it changes.
KNOW_HOW = {
    "A": {1: 1.0},
    "B": {1: 0.0, 3: 0.375, 4: 0.5, 5: 0.6, 7: 0.54},
    "C": {1: 0.0, 3: 0.375, 4: 0.5, 5: 0.6, 8: 0.68},
    "D": {1: 0.0, 7: 0.1, 8: 0.19},
    "E": {1: 0.0},
    "F": {1: 0.0},
}

# Stage, since, know-how, confidence, ownership, involved, trust in peers, variant after step 8.
AFTER = {
    "A": ("practising", 0, 1.0, 0.5, 1.0, 0.0, 0.75, "local"),
    "B": ("trying", 8, 0.54, 0.75, 0.75, 0.75, 0.75, "local"),
    "C": ("trying", 7, 0.68, 0.25, 0.0, 0.75, 0.375, "local"),
    "D": ("rejected", 8, 0.19, 0.25, 0.0, 0.0, 0.375, "local"),
    "E": ("aware", 6, 0.0, 0.5, 0.0, 0.0, 0.75, None),
    "F": ("aware", 7, 0.0, 0.5, 0.0, 0.0, 0.75, None),
}


def six_households(seed: int = 322, **changes: object) -> OracleVillage:
    graph = nx.DiGraph()
    for one, other in TIES:
        graph.add_edge(one, other)
        graph.add_edge(other, one)
    households = {
        name: OracleHousehold(
            name=name,
            identity=identity("six", name),
            caution=0.25,
            trust_peer=0.75,
            trust_expert=0.5,
            confidence=0.5,
            fit_local=fit,
            fit_outside=0.5,
        )
        for name, fit in FIT_LOCAL.items()
    }
    make_positive_deviant(households["A"])
    return OracleVillage(graph, households, {**PARAMETERS, **changes}, village_seed=1, seed=seed)


def reveal_and_session(village: OracleVillage, step: int) -> None:
    if step == 2:
        village.reveal("A")
    if step == 3:
        village.session("BC")
        village.coach("BC", dose=0.5, keeps=0.5, variant="local")
        village.involve("BC", level=1.0, genuine=0.75)
        village.encourage("BC", strength=0.2, source="peer")


def chance_and_draw(account: Account) -> tuple[float | None, float | None]:
    if account.outcome_draw is not None:
        return account.outcome_chance, account.outcome_draw
    return account.chance, account.draw


def near(value: float | None, wanted: float | None) -> bool:
    if value is None or wanted is None:
        return value is None and wanted is None
    return abs(value - wanted) <= 0.5001e-4


def evaluate(text: str) -> float:
    """Value of a sum as it stands on the page."""
    code = text.replace("−", "-").replace("×", "*").replace("^", "**").replace("σ", "sigma")
    assert re.fullmatch(r"(sigma|[0-9.+\-*/() ])+", code), text
    return eval(code, {"__builtins__": {}, "sigma": lambda z: 1 / (1 + math.exp(-z))})


def sums_on_page() -> list[str]:
    return [text for text in re.findall(r"`([^`\n]*)`", PAGE.read_text(encoding="utf-8")) if " = " in text]


def rows_of(section: str) -> dict[str, list[str]]:
    """Cells of the rows A to F in the section whose heading starts so."""
    text = PAGE.read_text(encoding="utf-8").split(f"\n## {section}")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([A-F]) \| (.*) \|$", text, flags=re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split(" | ")] for name, cells in rows}


def test_oracle_gives_the_numbers_worked_by_hand() -> None:
    village = six_households()
    for step, wanted in STEPS.items():
        accounts = village.step(reveal_and_session)
        for name, (m, a, chance, drawn, stage) in wanted.items():
            account = accounts[name]
            assert (account.m, account.a) == (m, a), (step, name)
            assert near(chance_and_draw(account)[0], chance), (step, name, account)
            assert near(chance_and_draw(account)[1], drawn), (step, name, account)
            assert village.households[name].stage == stage, (step, name)
            last = max(k for k in KNOW_HOW[name] if k <= step)
            assert near(village.households[name].know_how, KNOW_HOW[name][last]), (step, name)


def test_oracle_ends_in_the_state_worked_by_hand() -> None:
    village = six_households()
    for _ in STEPS:
        village.step(reveal_and_session)
    for name, wanted in AFTER.items():
        state = village.snapshot()[name]
        assert (state["stage"], state["since"], state["variant"]) == (wanted[0], wanted[1], wanted[7]), name
        values = [state[key] for key in ("know_how", "confidence", "ownership", "involved", "trust_peer")]
        assert values == pytest.approx(wanted[2:7], abs=1e-6), name
        assert (state["push"], state["pay"], state["in_session"]) == (0.0, 0.0, False), name


def test_a_draw_below_its_chance_is_what_makes_each_event_happen() -> None:
    stage = {name: "practising" if name == "A" else "unaware" for name in AFTER}
    good = {"unaware": "aware", "aware": "trying", "trying": "practising", "practising": "lapsed"}
    bad = {"trying": "rejected"}
    for step, rows in STEPS.items():
        for name, (_, _, chance, drawn, after) in rows.items():
            if drawn is not None:
                was = stage[name]
                assert after == (good[was] if drawn < chance else bad.get(was, was)), (step, name)
            stage[name] = after


@pytest.mark.parametrize("text", sorted(set(sums_on_page())))
def test_every_sum_on_the_page_is_right(text: str) -> None:
    left, right = text.split(" = ")
    assert evaluate(left) == pytest.approx(evaluate(right), abs=0.5001e-4)


def test_the_page_has_its_sums() -> None:
    assert len(sums_on_page()) >= 60


def test_the_page_shows_the_numbers_of_this_test() -> None:
    stage = {name: "practising" if name == "A" else "unaware" for name in AFTER}
    for step, wanted in STEPS.items():
        rows = rows_of(f"Step {step}:")
        assert list(rows) == list(wanted)
        for name, (m, a, chance, drawn, after) in wanted.items():
            was, m_text, a_text, chance_text, draw_text, after_text = rows[name]
            assert was.split(",")[0] == stage[name], (step, name)
            assert (int(m_text), int(a_text)) == (m, a), (step, name)
            assert after_text.split(",")[0] == after, (step, name)
            if drawn is None:
                assert (chance_text, draw_text) == ("–", "–"), (step, name)
            else:
                assert float(chance_text.strip("`").split(" = ")[1]) == chance, (step, name)
                assert draw_text == f"{drawn:.4f}", (step, name)
            stage[name] = after


def test_the_page_shows_the_last_state_of_this_test() -> None:
    rows = rows_of("After eight steps")
    for name, (stage, since, *values, variant) in AFTER.items():
        assert rows[name] == [stage, str(since), *(f"{v:.4f}" for v in values), variant or "none"], name


def test_the_page_shows_the_parameters_of_this_test() -> None:
    text = PAGE.read_text(encoding="utf-8").split("\n## The village")[1].split("\n## ")[0]
    cells = [cell.strip() for line in text.splitlines() if line.startswith("|") for cell in line.strip("|").split("|")]
    shown = {cell.split(" ")[0]: cells[k + 1] for k, cell in enumerate(cells[:-1]) if re.match(r"[a-z_]+", cell)}
    for name, value in PARAMETERS.items():
        if name not in ("decision", "seen_stopped", "seen_never"):
            assert float(shown[name]) == value, name
    assert shown["seen_stopped,"] == "0, 0"
    assert [float(x) for x in cells[cells.index("fit_local") + 1 :][:6]] == list(FIT_LOCAL.values())


def test_other_luck_gives_another_village() -> None:
    one, other = six_households(322), six_households(323)
    for _ in STEPS:
        one.step(reveal_and_session)
        other.step(reveal_and_session)
    assert one.snapshot() != other.snapshot()


@pytest.mark.parametrize(("name", "value"), [("try_rate", 0.1), ("talk_heard", 0.0), ("rest", None), ("trial", 0)])
def test_another_parameter_gives_another_village(name: str, value: object) -> None:
    one, other = six_households(), six_households(**{name: value})
    for _ in STEPS:
        one.step(reveal_and_session)
        other.step(reveal_and_session)
    assert one.snapshot() != other.snapshot()


def test_with_no_arm_nothing_ever_changes() -> None:
    village = six_households()
    before = village.snapshot()
    for _ in range(520):
        village.step()
    assert village.snapshot() == before
