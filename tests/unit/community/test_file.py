from __future__ import annotations

import gzip
import os

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from pd_sim.community import AdoptedBy, CommunitySpec, File
from pd_sim.streams import identity
from tests.unit.community.made import HOUSEHOLDS, TIES, TWO_HOUSEHOLDS, TWO_TIES, read, told

BOTH = {("a", "b"), ("b", "a"), ("b", "c"), ("c", "b"), ("a", "c"), ("c", "a")}


def test_ties_alone(tmp_path):
    town = read(tmp_path)
    assert town.names == ("a", "b", "c")
    assert town.villages == ("1",)
    assert told(town) == BOTH
    assert town.report.relations == {"kin": 2, "advice": 1}
    assert town.report.unused == ("weight",)
    assert (town.report.rows, town.report.used, town.report.ties) == (3, 3, 3)


def test_households_without_ties_stay(tmp_path):
    town = read(tmp_path, households=HOUSEHOLDS)
    assert town.names == ("a", "b", "c", "d")
    assert town.villages == ("v",)
    assert town.ties.out_degree.tolist() == [2, 2, 2, 0]
    assert town.report.isolates == 1
    assert np.isnan(town.columns["age"][2])
    assert town.identity[3] == identity("v", "d")


def test_as_named(tmp_path):
    town = read(tmp_path, direction="as_named")
    assert told(town) == {("a", "b"), ("b", "c"), ("a", "c")}
    assert not town.ties.mutual


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_delimiters_are_found_out(tmp_path, sign):
    town = read(tmp_path, TIES.replace(",", sign))
    assert told(town) == BOTH
    assert town.report.delimiter == sign


def test_stated_delimiter(tmp_path):
    assert told(read(tmp_path, "source target\na b\nb c\na c\n", delimiter="space")) == BOTH


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (b"\xef\xbb\xbf" + TIES.encode(), {}),
        (TIES.replace("\n", "\r\n").encode(), {}),
        (TIES.replace("\n", "\r").encode(), {}),
        (TIES.rstrip("\n").encode(), {}),
        ((TIES + "\n\n,,,\n").encode(), {}),
        (TIES.replace(",", " , ").encode(), {}),
        ("".join(f'"{cell}",' for cell in "").encode() + TIES.replace("a,", '"a",').encode(), {}),
        (TIES.encode("utf-16"), {"encoding": "utf-16"}),
        (gzip.compress(TIES.encode()), {}),
        (gzip.compress(b"\xef\xbb\xbf" + TIES.replace("\n", "\r\n").encode()), {}),
    ],
    ids=[
        "bom",
        "crlf",
        "cr",
        "no last newline",
        "blank rows",
        "blanks around",
        "quotes",
        "utf-16",
        "gz",
        "gz bom crlf",
    ],
)
def test_ways_of_writing_that_are_accepted(tmp_path, content, fields):
    town = read(tmp_path, content, **fields)
    assert told(town) == BOTH
    assert town.report.rows == 3


def test_other_encodings(tmp_path):
    town = read(tmp_path, "source,target\n김,박\n".encode("cp949"), encoding="cp949")
    assert town.names == ("김", "박")


def test_other_names_of_columns(tmp_path):
    town = read(tmp_path, "from;to;how\na;b;kin\nb;c;kin\na;c;kin\n", source="from", target="to", relation="how")
    assert told(town) == BOTH
    assert town.report.relations == {"kin": 3}


def test_without_header(tmp_path):
    assert told(read(tmp_path, "1,2\n2,3\n")) == {("1", "2"), ("2", "1"), ("2", "3"), ("3", "2")}
    assert told(read(tmp_path, "a,b\nb,c\na,c\n", header=False)) == BOTH
    town = read(tmp_path, "v,0.5,a,b\nv,1,b,c\nv,2,a,c\n", source=3, target=4, village=1, weight=2)
    assert told(town) == BOTH
    assert town.villages == ("v",)
    assert town.ties.weight is not None


def test_ids_of_any_kind(tmp_path):
    town = read(tmp_path, "source,target\n007,x y\n7,é\n10,7\n")
    assert town.names == ("007", "7", "10", "x y", "é")


def test_weights(tmp_path):
    town = read(tmp_path, weight="weight", direction="as_named")
    assert (town.ties.weight / town.ties.scale).tolist() == [1, 1, 2]


@pytest.mark.parametrize(("rule", "weight"), [("largest", 4), ("sum", 7), ("mean", 7 / 3)])
def test_weights_of_merged_rows(tmp_path, rule, weight):
    ties = "source,target,relation,weight\na,b,kin,1\na,b,advice,4\nb,a,kin,2\n"
    town = read(tmp_path, ties, weight="weight", merged_weight=rule)
    assert town.ties.weight / town.ties.scale == pytest.approx([weight, weight], abs=1e-4)


def test_relations_are_merged_and_counted(tmp_path):
    ties = "source,target,relation\na,b,kin\na,b,advice\nb,a,kin\nb,c,kin\n"
    mutual = read(tmp_path, ties).report
    assert mutual.ties == 2
    assert mutual.merged == {"named in several relations": 1, "named by both": 1}
    assert mutual.used - sum(mutual.merged.values()) == mutual.ties
    named = read(tmp_path, ties, direction="as_named").report
    assert named.ties == 3
    assert named.merged == {"named in several relations": 1}


def test_relation_filter(tmp_path):
    town = read(tmp_path, relations=["advice"], households=HOUSEHOLDS)
    assert told(town) == {("a", "c"), ("c", "a")}
    assert town.report.left_out == {"relation not asked for": 2}
    assert town.report.relations == {"advice": 1} | {"kin": 0} or town.report.relations == {"advice": 1}


def test_repeats_may_be_merged(tmp_path):
    town = read(tmp_path, TIES + "a,b,kin,1\n", repeats="merge")
    assert told(town) == BOTH
    assert town.report.merged == {"again within a relation": 1}


def test_what_may_be_dropped_is_counted(tmp_path):
    ties = "source,target\na,b\na,z\nb,\nc,c\nb,c\n"
    homes = "id\na\nb\nc\n"
    town = read(tmp_path, ties, homes, unknown="drop", self_ties="drop")
    assert told(town) == {("a", "b"), ("b", "a"), ("b", "c"), ("c", "b")}
    assert town.report.left_out == {
        "names nobody in the households file": 1,
        "names nobody": 1,
        "tied to itself": 1,
    }
    assert town.report.rows == town.report.used + sum(town.report.left_out.values()) == 5


def test_villages_of_ties_and_households(tmp_path):
    for homes in (None, TWO_HOUSEHOLDS):
        town = read(tmp_path, TWO_TIES, homes)
        assert town.villages == ("v", "w")
        assert town.start.tolist() == [0, 2, 4]
    assert read(tmp_path, "source,target\na,b\nc,d\n", TWO_HOUSEHOLDS).villages == ("v", "w")


def test_villages_stand_in_the_order_of_the_households_file(tmp_path):
    town = read(tmp_path, TWO_TIES, "id,village\nd,w\na,v\nc,w\nb,v\n")
    assert town.villages == ("w", "v")
    assert town.names == ("d", "c", "a", "b")


def test_ties_alone_are_ordered_naturally_whatever_their_order(tmp_path):
    rows = ["10,h2,h10", "10,h1,h2", "9,h1,h2"]
    one = read(tmp_path, "village,source,target\n" + "\n".join(rows) + "\n")
    other = read(tmp_path, "village,source,target\n" + "\n".join(reversed(rows)) + "\n", name="other.csv")
    assert one.villages == ("9", "10")
    assert one.names == ("h1", "h2", "h1", "h2", "h10")
    assert one.fingerprint() == other.fingerprint()


def test_numbers_within_villages(tmp_path):
    ties, homes = "village,source,target\nv,1,2\nw,1,2\n", "id,village\n1,v\n2,v\n1,w\n2,w\n3,w\n"
    town = read(tmp_path, ties, homes)
    assert town.names == ("1", "2", "1", "2", "3")
    assert town.ties.sees.tolist() == [1, 0, 3, 2]
    alone = read(tmp_path, ties)
    assert alone.n == 4
    assert "occur in several villages" in alone.report.notes[0]


def test_households_without_village_live_in_the_only_one(tmp_path):
    town = read(tmp_path, "village,source,target\nv,a,b\n", "id\na\nb\nc\n")
    assert town.villages == ("v",)
    assert town.identity[0] == identity("v", "a")
    assert read(tmp_path, TWO_TIES, "id\na\nb\nc\nd\n", village=None).villages == ("1",)


def test_only_some_villages(tmp_path):
    for homes in (TWO_HOUSEHOLDS, None):
        town = read(tmp_path, TWO_TIES, homes, only=["w"])
        assert town.villages == ("w",)
        assert told(town) == {("c", "d"), ("d", "c")}
        assert town.report.left_out == {"village not asked for": 1}
    town = read(tmp_path, "source,target\na,b\nc,d\n", TWO_HOUSEHOLDS, only=["w"])
    assert town.report.left_out == {"village not asked for": 1}
    assert town.report.households_left_out == {"village not asked for": 2}


def test_villages_with_one_household(tmp_path):
    homes = TWO_HOUSEHOLDS + "e,x\n"
    assert read(tmp_path, TWO_TIES, homes, single="keep").villages == ("v", "w", "x")
    dropped = read(tmp_path, TWO_TIES, homes, single="drop")
    assert dropped.villages == ("v", "w")
    assert dropped.report.households_left_out == {"alone in its village": 1}


def test_columns_of_households(tmp_path):
    homes = "id,village,n,x,mixed,gone\na,v,1,0.5,3,\nb,v,2,,x,\nc,v,3,1,NA,\n"
    town = read(tmp_path, TIES, homes, columns={"wary": "x", "place": "village"}, groups=["mixed"], blanks=["NA"])
    assert town.columns["n"].dtype.kind == "i"
    assert town.columns["x"].tolist()[::2] == [0.5, 1]
    assert np.isnan(town.columns["x"][1])
    assert town.columns["mixed"].tolist() == ["3", "x", ""]
    assert np.isnan(town.columns["gone"]).all()
    assert (town.columns["wary"][::2] == town.columns["x"][::2]).all()
    assert town.columns["place"].tolist() == ["v", "v", "v"]
    assert town.groups == ("mixed",)
    assert "id" not in town.columns
    assert "village" not in town.columns


def test_stages_at_the_start(tmp_path):
    homes = "id,stage\na,practising\nb,\nc,aware\n"
    assert read(tmp_path, TIES, homes, initial="stage").columns["initial"].tolist() == [
        "practising",
        "unaware",
        "aware",
    ]


def test_stages_out_of_times_of_adoption(tmp_path):
    homes = "id,year\na,1964\nb,\nc,1966\n"
    initial = AdoptedBy(column="year", by=1965, others="aware")
    assert read(tmp_path, TIES, homes, initial=initial).columns["initial"].tolist() == ["practising", "aware", "aware"]


def test_perceptions_go_with_who_holds_them(tmp_path):
    ties = (
        "source,target,relation,believes\n"
        "a,b,kin,\na,b,advice,Practising\na,b,health,never\nb,a,kin,stopped\nb,c,kin,unknown\na,c,kin,\n"
    )
    town = read(tmp_path, ties, perceived="believes")
    held = {
        (town.names[a], town.names[b]): int(code)
        for a, b, code in zip(town.ties.source, town.ties.sees, town.ties.perceived, strict=True)
    }
    assert held == {
        ("a", "b"): 1,
        ("b", "a"): 3,
        ("b", "c"): 0,
        ("c", "b"): -1,
        ("a", "c"): -1,
        ("c", "a"): -1,
    }


def test_paths_are_relative_to_the_folder_and_stay_as_written(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ties.csv").write_text(TIES)
    spec = File(ties="data/ties.csv")
    placed = spec.located(tmp_path)
    assert placed.draw_community(1).n == 3
    assert placed.model_dump() == spec.model_dump()
    assert placed.paths() == (tmp_path / "data" / "ties.csv",)
    assert TypeAdapter(CommunitySpec).validate_json(placed.model_dump_json()) == spec
    assert hash(placed) == hash(spec)


def test_a_file_is_read_once_until_it_changes(tmp_path):
    town = read(tmp_path)
    spec = File(ties="ties.csv").located(tmp_path)
    assert spec.draw_community(1) is spec.draw_community(2) is town
    before = spec.fingerprint()
    (tmp_path / "ties.csv").write_text(TIES + "c,d,kin,1\n")
    os.utime(tmp_path / "ties.csv", ns=(1, 1))
    assert spec.draw_community(1).n == 4
    assert spec.fingerprint() != before


def test_paths_may_be_paths(tmp_path):
    (tmp_path / "ties.csv").write_text(TIES)
    spec = File(ties=tmp_path / "ties.csv")
    assert spec.draw_community(1).n == 3
    assert isinstance(spec.ties, str)


def test_two_folders_are_two_communities(tmp_path):
    for name, content in (("one", TIES), ("two", TIES + "c,d,kin,1\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ties.csv").write_text(content)
    spec = File(ties="ties.csv")
    assert [spec.located(tmp_path / name).draw_community(1).n for name in ("one", "two")] == [3, 4]


def test_long_files_are_read_in_pieces_with_progress(tmp_path, monkeypatch):
    from pd_sim.community import tables

    monkeypatch.setattr(tables, "_BLOCK", 1000)
    rows = [f"{a},{a + d},{relation}" for relation in ("kin", "advice") for a in range(400) for d in (1, 2)]
    for name, pack in (("plain.csv", bytes), ("packed.csv.gz", gzip.compress)):
        (tmp_path / name).write_bytes(pack(("source,target,relation\r\n" + "\r\n".join(rows) + "\r\n").encode()))
        seen: list[tuple[int, float]] = []
        town = File(ties=name).located(tmp_path).read(lambda *told, seen=seen: seen.append(told))
        assert town.n == 402
        assert town.report.merged == {"named in several relations": 800}
        assert seen[-1] == (1600, 1.0)
        assert len(seen) > 5
        assert seen == sorted(seen)


def test_a_report_in_words_and_as_a_frame(tmp_path):
    report = read(tmp_path, TIES + "a,b,advice,1\n", HOUSEHOLDS).report
    assert report.lines() == (
        "ties.csv: 4 rows read, 4 used, 3 ties",
        "ties.csv: 1 row merged (named in several relations)",
        "relations: kin 2, advice 2",
        "ties.csv: columns not used: weight",
        "homes.csv: 4 households in 1 village, 1 without ties",
    )
    alone = read(tmp_path, "source,target\na,b\na,a\n", "id\na\nb\n", self_ties="drop").report
    assert alone.lines()[:2] == ("ties.csv: 2 rows read, 1 used, 1 tie", "ties.csv: 1 row left out (tied to itself)")
    frame = report.to_frame().set_index(["what", "why"])["count"]
    assert frame["merged", "named in several relations"] == 1
    assert frame["households", ""] == 4
    with pytest.raises(TypeError):
        report.merged["x"] = 1


@pytest.mark.parametrize(
    "fields",
    [
        {"direction": "both"},
        {"ties": ""},
        {"tise": "x"},
        {"source": 0},
        {"delimiter": ","},
        {"weight": ""},
        {"header": "no"},
    ],
)
def test_fields_that_cannot_be(fields):
    with pytest.raises(ValidationError):
        File(**{"ties": "ties.csv"} | fields)
