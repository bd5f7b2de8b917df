"""What bad files get: one line that names file, row and mend; and the mend, applied, helps."""

from __future__ import annotations

import gzip
import re

import pytest

from pd_sim.community import File
from pd_sim.errors import FileError
from tests.unit.community.made import HOUSEHOLDS, TIES, TWO_HOUSEHOLDS, TWO_TIES, read

PERCEIVED = "source,target,believes\na,b,practising\n"

# what is wrong: files, fields, message, and fields that mend it (None where the file itself must be mended)
BAD = {
    "wrong delimiter": (
        TIES.replace(",", ";"),
        None,
        {"delimiter": "comma"},
        "ties.csv row 1: one single column .*say `delimiter: semicolon`",
        {"delimiter": "semicolon"},
    ),
    "latin-1": (
        TIES.replace("b", "é").encode("latin-1"),
        None,
        {},
        "ties.csv row 2: not utf-8; .*encoding: latin-1",
        {"encoding": "latin-1"},
    ),
    "latin-1 far below": (
        TIES.encode() + b"x,y,kin,1\ny,x,kin,1\n" + "é,y,kin,1\n".encode("latin-1"),
        None,
        {},
        "ties.csv row 7: not utf-8",
        {"encoding": "latin-1"},
    ),
    "latin-1 households": (
        TIES,
        HOUSEHOLDS.replace("40", "é").encode("latin-1"),
        {},
        "homes.csv row 3: not utf-8",
        {"encoding": "latin-1"},
    ),
    "utf-16": (
        TIES.encode("utf-16"),
        None,
        {},
        "ties.csv row 1: the file is UTF-16; .*`encoding: utf-16`",
        {"encoding": "utf-16"},
    ),
    "no such encoding": (
        TIES,
        None,
        {"encoding": "utf-9"},
        "ties.csv: encoding 'utf-9' is not known",
        {"encoding": "utf-8"},
    ),
    "missing column": (
        TIES.replace("target", "tagret"),
        None,
        {},
        "ties.csv row 1: no column 'target' for `target`; did you mean 'tagret'.* name it in `target`",
        {"target": "tagret"},
    ),
    "missing weight": (
        TIES,
        None,
        {"weight": "wieght"},
        "no column 'wieght' for `weight`; did you mean 'weight'",
        {"weight": "weight"},
    ),
    "missing village": (TIES, None, {"village": "place"}, "no column 'place' for `village`", {"village": None}),
    "no header": (
        "a,b\nb,c\n",
        None,
        {},
        "ties.csv row 1: no column 'source'.* or say `header: false`",
        {"header": False},
    ),
    "no such place": (
        TIES,
        None,
        {"source": 1, "target": 9},
        "there is no column 9 for `target`; the file has 4",
        {"target": 2, "header": True},
    ),
    "names without header": (
        "1,2\n",
        None,
        {"source": "from"},
        "without a header there is no column 'from' for `source`; give its place",
        {"source": 1, "target": 2},
    ),
    "columns alike": (
        "source,target,source\na,b,c\n",
        None,
        {},
        "row 1: 2 columns are called 'source'; rename all but one",
        None,
    ),
    "one column twice": (TIES, None, {"village": "relation"}, "one column is named for two things", {"village": None}),
    "self-tie": (
        TIES + "b,b,kin,1\n",
        None,
        {},
        "ties.csv row 5: household 'b' is tied to itself; delete the row, or say `self_ties: drop`",
        {"self_ties": "drop"},
    ),
    "unknown id": (
        TIES + "a,zz,kin,1\n",
        HOUSEHOLDS,
        {},
        "ties.csv row 5: household 'zz' is not in homes.csv; add it there, or say `unknown: drop`",
        {"unknown": "drop"},
    ),
    "unknown id, near": (
        TIES + "a,hous1,kin,1\n",
        HOUSEHOLDS + "house1,v,1\n",
        {},
        "did you mean 'house1'",
        {"unknown": "drop"},
    ),
    "blank end": (TIES + "a,,kin,1\n", None, {}, "ties.csv row 5: the target is blank", {"unknown": "drop"}),
    "blank village": (
        "village,source,target\n1,a,b\n ,b,c\n1,a,c\n",
        None,
        {},
        "ties.csv row 3: the tie has no 'village'; fill it in, delete the row, or say `unknown: drop`",
        {"unknown": "drop"},
    ),
    "blank village of an edge": (
        "source,target,place\na,b,v\n\nb,c,\n",
        "id,place\na,v\nb,v\nc,v\n",
        {"village": "place", "household_village": "place"},
        "ties.csv row 4: the tie has no 'place'; fill it in",
        {"unknown": "drop"},
    ),
    "repeat": (
        TIES + "a,b,kin,1\n",
        None,
        {},
        "ties.csv row 5: the tie from 'a' to 'b' in relation 'kin' is already in row 2; .* say `repeats: merge`",
        {"repeats": "merge"},
    ),
    "repeat after blank rows": (
        "source,target\na,b\n\nb,c\n,\na,b\n",
        None,
        {},
        "ties.csv row 6: the tie from 'a' to 'b' is already in row 2",
        {"repeats": "merge"},
    ),
    "negative weight": (
        TIES + "a,d,kin,-1\n",
        None,
        {"weight": "weight"},
        "ties.csv row 5: the weight -1 is not above 0; delete the row",
        {"weight": None},
    ),
    "weight of nothing": (
        TIES + "a,d,kin,0\n",
        None,
        {"weight": "weight"},
        "row 5: the weight 0 is not above 0",
        {"weight": None},
    ),
    "weight in words": (
        TIES + "a,d,kin,much\n",
        None,
        {"weight": "weight"},
        "row 5: the weight 'much' is not a number",
        {"weight": None},
    ),
    "decimal comma": (
        TIES + 'a,d,kin,"0,5"\n',
        None,
        {"weight": "weight"},
        "row 5: the weight '0,5' is not a number; write it with a decimal point",
        {"weight": None},
    ),
    "no weight": (
        TIES + "a,d,kin,\n",
        None,
        {"weight": "weight"},
        "row 5: the weight is blank; fill it in",
        {"weight": None},
    ),
    "weight nan": (
        TIES + "a,d,kin,nan\n",
        None,
        {"weight": "weight"},
        "row 5: the weight 'nan' is not a number",
        {"weight": None},
    ),
    "huge weight": (
        TIES + "a,d,kin,1e9\n",
        None,
        {"weight": "weight"},
        "row 5: the weight 1e9 is not from .*; rescale",
        {"weight": None},
    ),
    "weights that sum to too much": (
        "source,target,weight\na,b,20000\na,c,20000\n",
        None,
        {"weight": "weight"},
        "weights of household 'a' sum to 40000",
        {"weight": None},
    ),
    "across villages": (
        "source,target\na,b\nc,d\na,c\n",
        TWO_HOUSEHOLDS,
        {},
        "ties.csv row 4: a tie across villages, from 'a' of village 'v' to 'c' of village 'w'",
        {"across": "drop"},
    ),
    "across villages, with a column": (
        TWO_TIES + "v,a,c\n",
        TWO_HOUSEHOLDS,
        {},
        "ties.csv row 4: a tie across villages",
        {"across": "drop"},
    ),
    "in the wrong village": (
        TWO_TIES + "w,a,b\n",
        TWO_HOUSEHOLDS,
        {},
        r"ties.csv row 4: household 'a' lives in village 'v' \(homes.csv row 2\), but the tie is in village 'w'",
        {"unknown": "drop"},
    ),
    "numbers within villages, across": (
        "village,source,target\nv,1,3\nw,1,2\n",
        "id,village\n1,v\n2,v\n1,w\n2,w\n3,w\n",
        {},
        r"ties.csv row 2: household '3' lives in village 'w' \(homes.csv row 6\)",
        {"unknown": "drop"},
    ),
    "numbers within villages, no village": (
        "source,target\n1,2\n",
        "id,village\n1,v\n2,v\n1,w\n2,w\n",
        {},
        "homes.csv: names occur in several villages, so the ties file needs a village",
        None,
    ),
    "one household in a village": (
        TWO_TIES,
        TWO_HOUSEHOLDS + "e,x\n",
        {},
        "homes.csv row 6: village 'x' has one household .*`single: drop`",
        {"single": "drop"},
    ),
    "villages in one file only": (
        TWO_TIES,
        "id\na\nb\nc\nd\n",
        {},
        "homes.csv: the ties file tells 2 villages, but the households have none",
        {"village": None},
    ),
    "unknown village asked for": (
        TWO_TIES,
        TWO_HOUSEHOLDS,
        {"only": ["u"]},
        "no village 'u' for `only`; known: v, w",
        {"only": ["w"]},
    ),
    "unknown village, told by households": (
        "source,target\na,b\n",
        TWO_HOUSEHOLDS,
        {"only": ["u"]},
        "asks for village 'u'; known: v, w",
        {"only": ["v"]},
    ),
    "unknown relation asked for": (
        TIES,
        None,
        {"relations": ["kim"]},
        "no relation 'kim'; did you mean 'kin'",
        {"relations": ["kin"]},
    ),
    "no relations": (
        "source,target\na,b\n",
        None,
        {"relations": ["kin"]},
        "there is no column of them; name it in `relation`",
        {"relations": ()},
    ),
    "empty": ("", None, {}, "ties.csv: the file is empty", None),
    "only a byte order mark": (b"\xef\xbb\xbf\r\n", None, {}, "ties.csv: the file is empty", None),
    "only a header": ("source,target\n", None, {}, "ties.csv: the file has a header but no rows", None),
    "blank row 1": ("\nsource,target\na,b\n", None, {}, "ties.csv row 1: the row is blank; delete it", None),
    "short row": (
        TIES + "a,d\n",
        None,
        {},
        "ties.csv row 5: 2 values where the first row has 4: 'a,d'; mend the row",
        None,
    ),
    "single value": (
        TIES + "a\n",
        None,
        {},
        "ties.csv row 5: 1 value where the first row has 4",
        None,
    ),
    "long row": (
        TIES + "a,d,kin,1,9\nb,d,kin,1\n",
        None,
        {},
        "ties.csv row 5: 5 values where the first row has 4",
        None,
    ),
    "open quote": (TIES + '"a,d,kin,1\n', None, {}, "ties.csv row 5: .*close the quote", None),
    "a spreadsheet": (
        b"PK\x03\x04 and so on",
        None,
        {},
        "ties.csv: this is a zip archive or a spreadsheet; save it as CSV",
        None,
    ),
    "no text": (b"\x01\x00\x02\x03" * 9, None, {}, "ties.csv: this is no text", None),
    "belief": (
        PERCEIVED + "b,a,practicing\n",
        None,
        {"perceived": "believes"},
        "ties.csv row 3: 'practicing' .*did you mean 'practising'.*or blank",
        {"perceived": None},
    ),
    "household twice": (TIES, HOUSEHOLDS + "a,v,3\n", {}, "homes.csv row 6: household 'a' is already in row 2", None),
    "nameless household": (TIES, HOUSEHOLDS + ",v,3\n", {}, "homes.csv row 6: the household has no 'id'", None),
    "homeless household": (TIES, HOUSEHOLDS + "e,,3\n", {}, "homes.csv row 6: the household has no 'village'", None),
    "households without id": (
        TIES,
        HOUSEHOLDS.replace("id,", "idd,"),
        {},
        "homes.csv row 1: no column 'id' for `id`; did you mean 'idd'",
        {"id": "idd"},
    ),
    "households: columns alike": (
        TIES,
        HOUSEHOLDS.replace("age", "id"),
        {},
        "homes.csv row 1: 2 columns are called 'id'",
        None,
    ),
    "no households": (TIES, "id,village\n", {}, "homes.csv: the file has a header but no households", None),
    "empty households": (TIES, "", {}, "homes.csv: the file is empty", None),
    "long household": (TIES, HOUSEHOLDS + "e,v,3,4\n", {}, "homes.csv row 6: 4 values where the first row has 3", None),
    "no such group": (
        TIES,
        HOUSEHOLDS,
        {"groups": ["ages"]},
        "homes.csv: no column 'ages' for `groups`; did you mean 'age'",
        {"groups": ["age"]},
    ),
    "no such column": (
        TIES,
        HOUSEHOLDS,
        {"columns": {"wary": "agee"}},
        "no column 'agee' for 'wary'; did you mean 'age'",
        {"columns": {"wary": "age"}},
    ),
    "name taken": (
        TIES,
        HOUSEHOLDS,
        {"columns": {"age": "village"}},
        "there already is a column 'age'; give 'village' another name",
        {"columns": {"place": "village"}},
    ),
    "no such stage": (
        TIES,
        HOUSEHOLDS.replace("30", "practicing"),
        {"initial": "age"},
        "homes.csv row 2: 'age' says 'practicing'; did you mean 'practising'",
        {"initial": None},
    ),
    "a number is no stage": (
        TIES,
        HOUSEHOLDS,
        {"initial": "age"},
        "homes.csv row 2: 'age' says '30'; known: aware",
        {"initial": None},
    ),
    "no such column of stages": (
        TIES,
        HOUSEHOLDS,
        {"initial": "stage"},
        "homes.csv: no column 'stage' for `initial`",
        {"initial": None},
    ),
    "time in words": (
        TIES,
        HOUSEHOLDS.replace("40", "NA"),
        {"initial": {"column": "age", "by": 30}},
        "homes.csv row 3: time 'NA' in 'age' is not a number; .*`blanks`",
        {"blanks": ["NA"]},
    ),
}


@pytest.mark.parametrize("case", BAD.values(), ids=list(BAD))
def test_bad_file(tmp_path, case):
    ties, households, fields, message, mend = case
    with pytest.raises(FileError, match=message) as caught:
        read(tmp_path, ties, households, **fields)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
    assert caught.value.__cause__ is None
    if mend is not None:
        assert read(tmp_path, ties, households, **fields | mend).n >= 2


def test_missing_files(tmp_path):
    with pytest.raises(
        FileError, match=r"nope.csv: there is no such file; paths are relative to the scenario's folder"
    ):
        File(ties="nope.csv").located(tmp_path).draw_community(1)
    (tmp_path / "ties.csv").write_text(TIES)
    with pytest.raises(FileError, match=r"homes.csv: there is no such file"):
        File(ties="ties.csv", households="homes.csv").located(tmp_path).draw_community(1)
    with pytest.raises(FileError, match="no such file"):
        File(ties=".").located(tmp_path).draw_community(1)
    for name in ("x.graphml", "x.gexf", "x.edgelist"):
        with pytest.raises(FileError, match=re.escape(name) + ": there is no such file"):
            File(ties=name).located(tmp_path).draw_community(1)


@pytest.mark.parametrize("keep", [30, 400])
def test_a_file_that_breaks_off(tmp_path, keep):
    rows = "".join(f"{a},{b},kin,1\n" for a in range(200) for b in range(a + 1, a + 9))
    whole = gzip.compress((TIES + rows).encode())
    with pytest.raises(FileError, match=r"ties.csv.gz: cannot be (opened|read)"):
        read(tmp_path, whole[:keep], name="ties.csv.gz")


def test_rows_are_counted_over_pieces(tmp_path, monkeypatch):
    from pd_sim.community import tables

    monkeypatch.setattr(tables, "_BLOCK", 64)
    rows = "".join(f"{a},{a + 1},kin,1\n" for a in range(100))
    for wrong, message in (
        ("7,7,kin,1\n", "row 102: household '7' is tied to itself"),
        ("1,2\n", "row 102: 2 values"),
        ("3,4,kin,1\n", "row 102: the tie from '3' to '4' in relation 'kin' is already in row 5"),
        ("3,9,kin,x\n", "row 102: the weight 'x'"),
        ("é,9,kin,1\n".encode("latin-1"), "row 102: not utf-8"),
    ):
        content = ("source,target,relation,weight\n" + rows).encode()
        content += wrong if isinstance(wrong, bytes) else wrong.encode()
        with pytest.raises(FileError, match=message):
            read(tmp_path, content, weight="weight")


def test_nothing_that_is_right_is_refused(tmp_path):
    """The files that the bad ones were made from are read."""
    assert read(tmp_path, TIES, HOUSEHOLDS, weight="weight").n == 4
    assert read(tmp_path, TWO_TIES, TWO_HOUSEHOLDS).n == 4
    assert read(tmp_path, PERCEIVED, perceived="believes").n == 2
