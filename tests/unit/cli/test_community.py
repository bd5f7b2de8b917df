from __future__ import annotations

import csv
import gzip
import re
from pathlib import Path

import pytest

import pd_sim as ps
from pd_sim import community
from tests.unit.cli.called import document, done, pd_sim, refused

TIES = """\
village,source,target,relation
n,a,b,kin
n,b,a,kin
n,a,b,advice
n,b,c,kin
s,x,y,kin
s,y,z,kin
s,x,z,kin
"""
HOUSEHOLDS = "id,village,leader\n" + "".join(f"{name},n,0\n" for name in "abcd") + "x,s,1\ny,s,0\nz,s,0\n"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "ties.csv").write_text(TIES, encoding="utf-8")
    (tmp_path / "people.csv").write_text(HOUSEHOLDS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_was_read_and_merged_is_told_with_the_measures_of_each_village() -> None:
    said = done("community", "ties.csv", "--households", "people.csv")
    assert "ties.csv: 7 rows read, 7 used, 5 ties" in said
    assert "1 row merged (named in several relations)" in said
    assert "people.csv: 7 households in 2 villages, 1 without ties" in " ".join(said.split())
    rows = {line.split()[0]: line.split()[1:] for line in said.partition("village  size")[2].splitlines()[1:4]}
    assert rows["n"] == ["4", "2", "1.0", "0.71", "0.00", "0.00", "75%", "1.33", "25%", "100%"]
    assert rows["s"] == ["3", "3", "2.0", "0.00", "1.00", "1.00", "100%", "1.00", "0%", "100%"]
    assert rows["mean"][:3] == ["4", "2", "1.5"]
    assert max(map(len, said.splitlines())) < 80


def test_a_second_file_is_that_of_the_households() -> None:
    assert document("community", "ties.csv", "people.csv") == document(
        "community", "ties.csv", "--households", "people.csv"
    )
    assert "leave this one out" in refused("community", "ties.csv", "people.csv", "--households", "people.csv")


def test_as_json_is_the_summary() -> None:
    found = document("community", "ties.csv", "people.csv", "--direction", "as_named")
    town = community.File(ties="ties.csv", households="people.csv", direction="as_named").read()
    assert [village["village"] for village in found["villages"]] == ["n", "s"]
    assert found["mean"]["mean_degree"] == town.summary().mean.mean_degree
    assert found["pooled"]["reciprocity"] == town.summary().pooled.reciprocity == pytest.approx(2 / 6)
    assert found["read"]["merged"] == {"named in several relations": 1}
    assert found["columns"] == ["leader"]


def test_what_is_not_defined_is_null() -> None:
    found = document("community", "ties.csv", "people.csv")
    assert found["villages"][1]["assortativity"] is None


def test_options_go_to_the_reading(place: Path) -> None:
    assert [v["village"] for v in document("community", "ties.csv", "--only", "s")["villages"]] == ["s"]
    with gzip.open(place / "plain.csv.gz", "wt", encoding="utf-8") as file:
        file.write("1;2;3.5\n2;2;1\n2;3;1\n2;3;1\n")
    words = ("--source", "1", "--target", "2", "--weight", "3", "--self-ties", "drop", "--repeats", "merge")
    found = document("community", "plain.csv.gz", *words, "--set", "community.delimiter=semicolon")
    assert (found["read"]["rows"], found["read"]["ties"]) == (4, 2)
    assert found["read"]["left_out"] == {"tied to itself": 1}


def test_columns_under_other_common_names_are_found(place: Path) -> None:
    (place / "other.csv").write_text("From,To,Community\na,b,n\n", encoding="utf-8")
    assert document("community", "other.csv")["villages"][0]["village"] == "n"
    assert "--source" in refused("community", "other.csv", "--source", "ego")


def test_a_case_and_a_scenario_file_are_looked_at_too(place: Path) -> None:
    said = done("community", "village", "--set", "community.households=40")
    assert said.startswith("40 households in 1 village, ")
    assert re.search(r"^mean degree +\d+\.\d  mean number of ties", said, re.MULTILINE)
    assert max(map(len, said.splitlines())) < 80
    (place / "town.yaml").write_text(
        "name: town\ncommunity: {generator: file, ties: ties.csv}\narms: {nothing: []}\n", encoding="utf-8"
    )
    assert document("community", "town.yaml") == document("community", "ties.csv")
    assert "says itself" in refused("community", "town.yaml", "people.csv")


def test_what_is_written_is_named_and_holds_every_village(place: Path) -> None:
    said = done("community", "ties.csv", "people.csv", "--out", "look")
    assert said.endswith(f"wrote {Path('look') / 'summary.csv'}\nwrote {Path('look') / 'community.png'}\n")
    with (place / "look" / "summary.csv").open(encoding="utf-8") as file:
        assert [row["village"] for row in csv.DictReader(file)] == ["n", "s", "mean", "pooled"]
    assert (place / "look" / "community.png").read_bytes().startswith(b"\x89PNG")
    (place / "look" / "mine.txt").write_text("mine", encoding="utf-8")
    assert "holds other files" in refused("community", "ties.csv", "--out", "look")


def test_of_many_villages_some_are_shown_and_drawn_and_it_is_said(place: Path) -> None:
    words = ("village", "--set", "community.villages=31", "--set", "community.households=20")
    said = done("community", *words, "--out", "look")
    assert "The first 30 of 31 villages" in said
    assert len(document("community", *words)["villages"]) == 31
    from pd_sim import figures

    town = community.Village(households=20, villages=31).draw_community(1)
    assert len(figures.drawable(town)) == 12
    texts = " ".join(text.get_text() for text in figures.community(town).texts)
    assert "19 of the 31 villages are not drawn." in " ".join(texts.split())


def test_a_village_too_large_to_draw_is_left_out(place: Path) -> None:
    said = done("community", "village", "--set", "community.households=1001", "--out", "look")
    assert "community.png" not in said
    assert [file.name for file in (place / "look").iterdir()] == ["summary.csv"]


@pytest.mark.parametrize(
    ("ties", "words", "said"),
    [
        ("source,target\na,a\n", (), "or say --self-ties drop"),
        ("source,target\na,b\na,b\n", (), "or say --repeats merge"),
        ("source,target\na,b\n", ("--only", "q"), "--only"),
        ("source,target\na,b\n", ("--weight", "w"), "--weight"),
        ("source,target\n\u00e9,b\n", ("--set", "community.encoding=utf-99"), "utf-99"),
        ("source,target\na,b\n", ("--households", "nobody.csv"), "nobody.csv: there is no such file"),
        ("", (), "empty"),
    ],
)
def test_a_mistake_gets_one_line(place: Path, ties: str, words: tuple[str, ...], said: str) -> None:
    (place / "bad.csv").write_text(ties, encoding="utf-8")
    assert said in refused("community", "bad.csv", *words)


def test_a_file_that_is_not_there_may_have_been_meant_as_a_case() -> None:
    assert "did you mean 'village'" in refused("community", "vilage")
    assert "there is no such file" in refused("community", "nowhere.csv")
    assert pd_sim("community", "ties.csv", "--direction", "both").exit_code == 2


def test_a_comparison_of_several_villages_is_told_by_village(place: Path) -> None:
    words = ("compare", "village", "--set", "community.villages=3", "--set", "community.households=30")
    words += ("--set", "steps=8", "--set", "practice.positive_deviants=2", "--replicates", "4", "--no-parts")
    said = done(*words, "--out", "runs")
    table = said.partition("none hidden\n")[2].partition("\n\n")[0]
    found = document(*words)["villages"]
    assert [line.split()[0] for line in table.splitlines()] == [village["village"] for village in found]
    result = ps.Comparison.load("runs")
    for village in found:
        for arm in result.arms:
            share = result.series(arm, village=village["village"])[:, -1].mean()
            assert village["practising"][arm] == pytest.approx(share)
    # two deviants cannot live in three villages
    assert sum(village["without_positive_deviant"] for village in found) >= 1
    with (place / "runs" / "villages.csv").open(encoding="utf-8") as file:
        assert [row["village"] for row in csv.DictReader(file)] == ["1", "2", "3"]
    assert "villages" not in document(*words[:2], "--set", "steps=3", "--replicates", "2")
