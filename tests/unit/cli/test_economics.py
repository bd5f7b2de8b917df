from __future__ import annotations

import csv
from pathlib import Path

import pytest

import pd_sim as ps
from pd_sim.studies import Appraisal
from tests.unit.cli.called import SMALL, document, done, refused

PRICED = (
    *("economics", "village", *SMALL, "--set", "arms.top_down.training.cost_session=50"),
    *("--set", "arms.bottom_up.facilitation.cost_session=10", "--replicates", "5", "--seed", "2"),
)
WORTH = ("--set", "economics.worth={families: 300}")


@pytest.fixture(scope="module")
def found() -> Appraisal:
    town = ps.Scenario.load("village").set("community.households", 40).set("steps", 30)
    town = town.set("arms.top_down.training.cost_session", 50).set("arms.bottom_up.facilitation.cost_session", 10)
    town = town.set("economics.worth", {"families": 300.0})
    return ps.economics(ps.compare(town, replicates=5, seed=2))


def test_as_json_is_the_appraisal(found: Appraisal) -> None:
    told = document(*PRICED, *WORTH, "--worth", "100", "--versus", "top_down")
    assert (told["currency"], told["baseline"], told["versus"], told["replicates"]) == ("GBP", "nothing", "top_down", 5)
    assert [row["mean"] for row in told["costs"]] == found.costs()["mean"].tolist()
    step = found.incremental("bottom_up", "top_down", 100)
    row = next(row for row in told["increments"] if row["arm"] == "bottom_up")
    assert row["net"] == float(step.net.mean)  # type: ignore[union-attr]
    assert row["words"] == step.words
    assert told["social_return_ratio"]["top_down"]["claim"] == found.social_return("top_down").claim
    assert told["break_even"]["top_down"]["words"] == found.break_even("top_down").words
    assert {row["line"] for row in told["social_return"]} >= {"gross", "deadweight", "net", "cost"}
    assert sum(row["probability"] for row in told["acceptability"][:4]) == pytest.approx(1)
    assert told["notes"] == list(found.notes)


def test_the_tables_hold_every_arm(found: Appraisal) -> None:
    said = done(*PRICED, *WORTH)
    costs, each, rest = said.split("\n\narm ")[0:3]
    for arm in ("nothing", "top_down", "bottom_up", "hybrid"):
        assert f"\n{arm} " in each
    assert "\ntop_down " in rest
    assert "Money spent in 30 weeks, GBP, 5 replicates" in costs
    assert f"top_down   sponsor  sessions  {found.costs()['mean'].iloc[1]:,.0f}" in said
    assert "It is a claim, not an audited figure" in " ".join(said.split())
    assert "Say with --worth" in said
    assert max(map(len, said.splitlines())) < 80


def test_nothing_valued_and_nothing_spent_are_told() -> None:
    said = " ".join(done(*PRICED).split())
    assert "No social return and no break-even" in said
    bare = " ".join(done("economics", "village", *SMALL, "--replicates", "2").split())
    assert "Note: No arm spends any money" in bare
    weighed = done(*PRICED, "--worth", "100")
    assert "Say with --worth" not in weighed
    assert "its net benefit is" in " ".join(weighed.split())


def test_one_replicate_has_no_interval() -> None:
    words = [word if word != "5" else "1" for word in PRICED]
    said = done(*words, *WORTH)
    assert "nan" not in said
    assert "one replicate gives no interval" in " ".join(said.split())
    assert document(*words)["effectiveness"][0]["low"] is None


def test_what_is_written_is_named(tmp_path: Path) -> None:
    said = done(*PRICED, *WORTH, "--out", tmp_path / "money")
    tables = ("costs", "payers", "cash", "effectiveness", "increments", "acceptability", "social_return")
    pictures = ("plane", "acceptability", "cash", *(f"social_return_{a}" for a in ("top_down", "bottom_up", "hybrid")))
    names = [*(f"{name}.csv" for name in tables), *(f"{name}.png" for name in pictures)]
    assert said.endswith("".join(f"wrote {tmp_path / 'money' / name}\n" for name in names))
    assert sorted(file.name for file in (tmp_path / "money").iterdir()) == sorted(names)
    with (tmp_path / "money" / "social_return.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 3 * 9
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine", encoding="utf-8")
    assert "holds other files (notes.txt)" in refused(*PRICED, "--out", tmp_path / "other")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--versus", "topdown"), "did you mean 'top_down'"),
        (("--worth", "-1"), "--worth"),
        (("--set", "step=month"), "economics.steps_a_year: a step is a month; give 12"),
        (("--set", "economics.discount=us"), "economics.discount"),
        (("--set", "arms={course: []}"), "there is no arm nothing"),
        (("--set", "economics.worth={families: -1}"), "economics.worth.families"),
    ],
)
def test_a_mistake_gets_one_line(words: tuple[str, str], said: str) -> None:
    assert said in refused("economics", "village", *SMALL, "--replicates", "2", *words)
