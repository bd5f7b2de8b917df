"""Files of one's own come back by their link, and no link reads any other file of the computer."""

from __future__ import annotations

import re
import stat

import pytest

import pd_sim as ps
from pd_sim.dashboard import files
from pd_sim.dashboard.asked import Asked, read, scenario_of, understood, write
from pd_sim.dashboard.pages import own_files
from pd_sim.engine import draw_community
from pd_sim.errors import FileError, PdSimError, ScenarioError

TIES = b"from,to\nann,bo\nbo,cy\ncy,dee\n"
HOUSEHOLDS = b"name,roof\nann,tin\nbo,tile\ncy,tin\ndee,tile\neve,tin\n"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "pd-sim" / "uploads"


def linked(ties=TIES, households=HOUSEHOLDS, **more) -> Asked:
    asked = Asked(**more).with_page("ties", files.keep(ties)).with_page("ties-name", "our ties.csv")
    return asked.with_page("households", files.keep(households)) if households else asked


def test_a_community_comes_back_by_its_link():
    scenario = scenario_of(read(write(linked())).asked)
    community = draw_community(scenario, 1)
    assert sorted(community.names) == ["ann", "bo", "cy", "dee", "eve"]
    assert "roof" in community.columns
    assert list(scenario.arms) == list(ps.Scenario.load("village").arms)
    assert draw_community(scenario_of(linked(households=None)), 1).n == 4


def test_the_folder_is_the_users_alone_and_holds_each_content_once(cache):
    assert files.uploads() == cache
    assert files.keep(TIES) == files.keep(TIES)
    assert [path.name for path in cache.iterdir()] == [f"{files.keep(TIES)}.csv"]
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert stat.S_IMODE(next(cache.iterdir()).stat().st_mode) == 0o600


def test_the_oldest_files_go_when_there_are_too_many(monkeypatch, cache):
    import os

    monkeypatch.setattr(files, "MOST_KEPT", 250)
    first, second = files.keep(b"1" * 100), files.keep(b"2" * 100)
    for age, name in ((20, second), (10, first)):  # the second is older
        os.utime(cache / f"{name}.csv", (1000 - age, 1000 - age))
    third = files.keep(b"3" * 100)
    assert {path.stem for path in cache.iterdir()} == {first, third}
    alone = files.keep(b"4" * 400)  # what was just given stays, however large
    assert [path.stem for path in cache.iterdir()] == [alone]
    scenario, line = understood(Asked().with_page("ties", first))
    assert scenario is None
    assert "not on this computer any more" in line


@pytest.mark.parametrize("value", ["/etc/passwd", "../../x", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_hashes_name_files(value):
    found = read(write(Asked().with_page("ties", value)))
    assert len(found.refused) == 1
    assert "names no file" in found.refused[0]
    assert found.asked == Asked()
    with pytest.raises(ScenarioError, match="names no file"):
        scenario_of(Asked().with_page("ties", value))


OWN = """
name: theirs
community: {generator: file, ties: %s, source: from, target: to}
arms: {nothing: []}
"""


@pytest.mark.parametrize("case", ["village", "gosport"])
@pytest.mark.parametrize("written", ["/etc/passwd", "secret.csv", "../../secret.csv", "../uploads/x.csv"])
def test_no_link_reads_another_file(tmp_path, monkeypatch, cache, written, case):
    monkeypatch.chdir(tmp_path)
    cache.mkdir(parents=True)
    for place in (tmp_path, cache, cache.parent.parent):
        (place / "secret.csv").write_bytes(TIES)
    monkeypatch.setattr("pd_sim.community.file.File.read", lambda *_: pytest.fail("a file was read"))
    monkeypatch.setattr("pd_sim.community.file.File.fingerprint", lambda *_: pytest.fail("a file was read"))
    whole = Asked(case=case, settings=(("community", f"{{generator: file, ties: {written}}}"),))
    crafted = [whole, whole.with_page("agreement", "0.5"), Asked(own=OWN % written)]
    crafted.append(linked(settings=(("community.ties", written),)))
    crafted.append(linked(settings=(("community.households", written),)))
    crafted.append(Asked(own=OWN % files.keep(TIES), settings=(("community.ties", str(tmp_path / "secret.csv")),)))
    own = "theirs names [a-z]+(.csv)?: give it under Your own"
    if case == "gosport":
        crafted.append(Asked(case=case, settings=(("community.ties", written),)))
        crafted.append(Asked(case=case, settings=(("community.households", written),)))
    for asked in crafted:
        with pytest.raises(ScenarioError, match=own if asked.own else "a link cannot read"):
            scenario_of(asked)


def test_a_file_elsewhere_that_is_named_like_a_kept_one_is_not_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = f"{files.keep(TIES)}.csv"
    (tmp_path / name).write_bytes(TIES)
    for written in (name, str(tmp_path / name)):
        with pytest.raises(ScenarioError, match=f"theirs names {name}: give it under Your own"):
            scenario_of(Asked(own=OWN % written))
    # by its own place it is no other than the link would give
    assert draw_community(scenario_of(Asked(own=OWN % (files.uploads() / name))), 1).n == 4


def test_a_link_placed_in_the_folder_reads_nothing_else(tmp_path, cache):
    secret = tmp_path / "secret.csv"
    secret.write_bytes(TIES)
    cache.mkdir(parents=True)
    (cache / f"{'a' * 64}.csv").symlink_to(secret)
    with pytest.raises(ScenarioError, match="a link cannot read"):
        scenario_of(Asked().with_page("ties", "a" * 64))


def test_shipped_cases_with_files_stay():
    scenario = scenario_of(Asked(case="gosport", settings=(("practice.certainty", "0.5"),)))
    assert draw_community(scenario, 1).n == 2040


def test_files_of_another_case_are_not_read():
    shipped = ps.Scenario.load("gosport").located_community().paths()[0]
    with pytest.raises(ScenarioError, match="a link cannot read"):
        scenario_of(Asked(settings=(("community", f"{{generator: file, ties: {shipped}}}"),)))


def test_a_scenario_of_ones_own_says_what_its_columns_mean():
    own = OWN.replace(
        "%s, source: from, target: to}",
        "town.csv, source: b, target: a, households: people.csv, id: who, groups: [roof]}",
    )
    ties, households = b"a,b\n1,2\n2,3\n", b"who,roof\n1,tin\n2,tin\n3,tile\n"
    scenario = scenario_of(linked(ties, households, own=own))
    assert draw_community(scenario, 1).groups == ("roof",)
    with pytest.raises(ScenarioError, match=r"^theirs names town.csv: give it under Your own$"):
        scenario_of(Asked(own=own))


def test_a_broken_table_names_its_row_and_the_name_the_user_gave():
    scenario = scenario_of(linked(TIES + b"dee,dee\n", None))
    with pytest.raises(FileError) as raised:
        draw_community(scenario, 1)
    asked = linked(TIES + b"dee,dee\n", None)
    line = files.told(raised.value, {asked.on_page("ties"): "our ties.csv"})
    assert line.startswith("our ties.csv row 5")
    assert asked.on_page("ties") not in line
    forgiven = draw_community(scenario_of(asked.with_page("lenient", "1")), 1)
    assert forgiven.n == 4


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"x" * (8 * 2**20 + 1), "t.csv", "t.csv: files up to 8 MiB"),
        (b"a,b\n" * 200_001, "t.csv", "200,001 rows are more than the 200,000"),
        (b" \n", "t.csv", "is empty"),
        (b"\x1f\x8b123", "t.csv", "is packed"),
        (TIES, "t.xlsx", "save it as CSV"),
        (b"a,b\r" * 200_001, "t.csv", "200,001 rows are more than the 200,000"),
        (b"a,b\r\n" * 200_001, "t.csv", "200,001 rows are more than the 200,000"),
        (b"a b\r" * 200_001, "t.edgelist", "200,001 rows are more than the 200,000"),
    ],
)
def test_what_is_too_large_or_no_table_is_refused_in_one_line(data, name, said):
    with pytest.raises(FileError) as raised:
        files.checked(data, name)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_table_within_the_limits_is_taken():
    assert files.checked(b"a,b\r\n" * 200_000, "t.csv")
    assert files.checked(b"<nodes/><edges/><edge></edge>" * 150_000, "t.gexf")
    assert files.checked(b"a,b\n" * 199_999 + b"c,d", "t.CSV").startswith(b"a,b")


def test_a_folder_that_cannot_be_written_says_so(cache):
    cache.parent.mkdir(parents=True)
    cache.write_text("in the way")
    with pytest.raises(FileError, match="set XDG_CACHE_HOME"):
        files.keep(TIES)


GRAPHML = (
    b'<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="undirected">'
    + b"".join(b'<node id="%s"/>' % name for name in (b"ann", b"bo", b"cy"))
    + b'<edge source="ann" target="bo"/><edge source="bo" target="cy"/></graph></graphml>'
)
GEXF = (
    b'<?xml version="1.0"?><gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">'
    b'<graph defaultedgetype="undirected">'
    b'<nodes><node id="ann" label="ann"/><node id="bo" label="bo"/><node id="cy" label="cy"/></nodes>'
    b'<edges><edge id="0" source="ann" target="bo"/><edge id="1" source="bo" target="cy"/></edges></graph></gexf>'
)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("town.graphml", GRAPHML),
        ("town.GEXF", GEXF),
        ("town.edgelist", b"ann bo\nbo cy 2\n"),
        ("town.edges", b"ann,bo\nbo,cy\n"),
    ],
)
def test_a_graph_is_kept_with_its_ending_and_read_by_it(name, data, cache):
    kept = files.keep(files.checked(data, name), files.graph_ending(name))
    assert [path.name for path in cache.iterdir()] == [kept]
    found = read(write(Asked().with_page("ties", kept).with_page("ties-name", name)))
    assert found.refused == ()
    community = draw_community(scenario_of(found.asked), 1)
    assert sorted(community.names) == ["ann", "bo", "cy"]
    with pytest.raises(FileError, match="no table as text"):
        files.checked(data, name, "households")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.graphml", b'<!DOCTYPE x [<!ENTITY a "aa">]>' + GRAPHML, "document type or entities"),
        ("a.graphml", GRAPHML.decode().encode("utf-16"), "not UTF-8"),
        ("a.edgelist", b"a b\n" + b"c " + b"d" * 3000 + b"\n", "a.edgelist row 2: is longer"),
        ("a.gexf", b"<edge/>" * (files.MOST_ROWS + 1), "rows are more"),
        ("a.gexf", b"<x:edge/>" * (files.MOST_ROWS + 1), "rows are more"),
        ("a.graphml", b"<our-own.x:edge />" * (files.MOST_ROWS + 1), "rows are more"),
        ("a.graphml", b"<node\tid='a'/>" * (files.MOST_ROWS + 1), "rows are more"),
        ("a.gml", GRAPHML, "no table as text"),
    ],
)
def test_a_graph_beyond_the_limits_is_refused(name, data, said):
    with pytest.raises(FileError, match=said):
        files.checked(data, name)


def test_a_broken_graph_names_its_line():
    for name, data, said in (
        ("torn.graphml", GRAPHML.replace(b"</graph>", b"\n</grap>"), "torn.graphml: not graphml .*line 2"),
        ("torn.edgelist", b"ann bo\nbo\n", "torn.edgelist row 2: 'bo' does not name two households"),
    ):
        kept = files.keep(data, files.graph_ending(name))
        asked = Asked().with_page("ties", kept).with_page("ties-name", name)
        with pytest.raises(FileError) as error:
            draw_community(scenario_of(asked), 1)
        from pd_sim.dashboard.asked import file_names

        assert re.search(said, files.told(error.value, file_names(asked)))


def taken(asked: Asked, **given: bytes) -> Asked:
    """What is asked for after these files were uploaded, each as ``<kind>.csv`` or ``ours.yaml``."""
    for kind, data in given.items():
        asked, _ = own_files._taken(asked, kind, "ours.yaml" if kind == "scenario" else f"{kind}.csv", data)
    return asked


def refusal(asked: Asked, **given: bytes) -> str:
    with pytest.raises(PdSimError) as raised:
        taken(asked, **given)
    assert "\n" not in str(raised.value)
    return str(raised.value)


ROW = b"source,target\na,b\n"
TICK = "or tick Leave out rows that do not fit"
REFUSED = {
    "repeated": ({"ties": ROW + b"a,b\n"}, f"is already in row 2; delete one, {TICK}"),
    "to itself": ({"ties": ROW + b"a,a\n"}, f"is tied to itself; delete the row, {TICK}"),
    "blank end": ({"ties": ROW + b"a,\n"}, f"fill it in, delete the row, {TICK}"),
    "blank village": ({"ties": b"village,source,target\n1,a,b\n,b,c\n"}, f"ties.csv row 3: the tie has no.*{TICK}"),
    "unknown": ({"ties": ROW + b"a,zz\n", "households": b"id\na\nb\n"}, f"add it there, {TICK}"),
    "other village": (
        {"ties": b"village,source,target\nv,a,c\nv,a,b\nw,c,d\n", "households": b"id,village\na,v\nb,v\nc,w\nd,w\n"},
        f"{TICK}",
    ),
    "across": (
        {"ties": ROW + b"b,c\nc,d\n", "households": b"id,village\na,v\nb,v\nc,w\nd,w\n"},
        f"a tie across villages, .*make the villages one, {TICK}",
    ),
    "single": ({"ties": ROW, "households": b"id,village\na,v\nb,v\nc,w\n"}, f"add its others, {TICK}"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=list(REFUSED))
def test_rows_that_do_not_fit_name_the_box_to_tick_and_it_helps(case):
    given, said = case
    line = refusal(Asked(), **given)
    assert re.search(f"{said}$", line), line
    assert "`" not in line
    assert taken(Asked().with_page("lenient", "1"), **given).on_page("ties")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ties": ROW + b"a,\xe9\n"}, "ties.csv row 3: not utf-8; save the file as UTF-8"),
        ({"ties": ROW.decode().encode("utf-16")}, "ties.csv row 1: the file is UTF-16; save it as UTF-8"),
        (
            {"ties": b"who,whom\na,b\n"},
            (
                "ties.csv row 1: no column 'source'; known: who, whom; "
                "give the file a header row with the columns source and target"
            ),
        ),
        (
            {"ties": b"source,tagret\na,b\n"},
            (
                "ties.csv row 1: no column 'target'; did you mean 'tagret'? (known: source, tagret); "
                "give the column that name"
            ),
        ),
        (
            {"ties": ROW, "households": b"roof,age\ntin,3\n"},
            "households.csv row 1: no column 'id'; known: age, roof; give the column that name",
        ),
        (
            {"ties": b"source target\na b\n"},
            (
                "ties.csv row 1: one single column 'source target', read with the comma as delimiter; "
                "put commas between the columns"
            ),
        ),
        ({"ties": ROW + b"a\n"}, "ties.csv row 3: 1 value where the first row has 2: 'a'; mend the row, or put quotes"),
        (
            {"ties": b"village,source,target\nv,a,b\nw,c,d\n", "households": b"id\na\nb\nc\nd\n"},
            "add a column 'village' there, or delete the column of villages from ties.csv",
        ),
        (
            {"ties": ROW, "households": b"id,village\na,v\nb,v\na,w\nb,w\n"},
            "so the ties file needs a village too; add a column village there",
        ),
    ],
)
def test_a_refusal_names_what_can_be_done_with_the_file(given, said):
    line = refusal(Asked(), **given)
    assert said in line
    assert "`" not in line


def test_other_mends_of_a_graph_or_without_a_header_are_for_the_file_too():
    for line, said in (
        ("a.gexf: not gexf (x); export it again, or state another `format`", "a.gexf: not gexf (x); export it again"),
        ("a.el: not utf-8; save the file as UTF-8, or name its `encoding`", "a.el: not utf-8; save the file as UTF-8"),
        (
            "t.csv: without a header there is no column 'from' for `source`; give its place from 1",
            (
                "t.csv: without a header there is no column 'from'; "
                "give the file a header row with the names of its columns"
            ),
        ),
    ):
        assert files.told(FileError(line), {}) == said


SMALL = "name: ours\nsteps: 20\ncommunity: {households: %s}\narms: {%s}\n"


def test_a_scenario_that_cannot_be_shown_is_refused_by_its_name():
    arms = ", ".join(f"a{k}: []" for k in range(9))
    line = refusal(Asked(), scenario=(SMALL % (40, arms)).encode())
    assert line == "ours.yaml: arms: 9 are more than the 8 shown here; take some out"
    line = refusal(Asked(), scenario=(SMALL % (10_000, "a: []")).encode())
    assert line.startswith("ours.yaml: community: 10,000 households are more than the 6,000 this page shows")
    many = (SMALL % (40, "a: []") + "practice: {positive_deviants: 60}\n").encode()
    assert refusal(Asked(), scenario=many).startswith("ours.yaml: practice.positive_deviants: ")
    assert taken(Asked(), scenario=(SMALL % (40, "a: []")).encode()).own


def test_a_table_of_too_many_households_is_refused_by_its_name():
    many = b"id\n" + b"".join(b"h%d\n" % k for k in range(10_001))
    line = refusal(Asked(), ties=b"source,target\nh1,h2\n", households=many)
    assert line.startswith("households.csv: 10,001 households are more than the 6,000 this page shows")
    ties = b"source,target\n" + b"".join(b"h%d,h%d\n" % (k, k + 1) for k in range(6_000))
    assert refusal(Asked(), ties=ties).startswith("ties.csv: 6,001 households are more than the 6,000")


NAMED = b"""
name: theirs
community: {generator: file, ties: ties.csv, households: homes.csv, source: from, target: to, id: name}
arms: {nothing: []}
"""


def test_a_scenario_that_names_files_waits_for_them():
    asked = taken(Asked(), scenario=NAMED)
    assert own_files._standing(asked, "ours.yaml") == (
        False,
        ["ours.yaml names ties.csv and homes.csv: give them above."],
    )
    assert understood(asked) == (None, "theirs names ties.csv: give it under Your own")
    asked = taken(asked, households=HOUSEHOLDS)
    assert own_files._standing(asked, "") == (False, ["Your scenario names ties.csv: give it above."])
    asked = taken(asked, ties=TIES)
    shown, lines = own_files._standing(asked, "ours.yaml")
    assert shown
    assert lines[0] == "ties.csv: 3 rows read, 3 used, 3 ties"
    assert not any("give it" in line for line in lines)
    shown, lines = own_files._standing(taken(Asked(), scenario=NAMED, ties=TIES), "ours.yaml")
    assert shown
    assert lines[-1] == "ours.yaml names homes.csv: give it above, or its households are those of the ties."


def test_files_that_do_not_fit_a_new_scenario_are_set_aside():
    before = taken(Asked().with_page("lenient", "1"), ties=ROW)
    asked, aside = own_files._taken(before, "scenario", "ours.yaml", NAMED)
    assert asked.on_page("ties") == ""
    assert asked.on_page("lenient") == "1"
    assert aside.startswith("The files given before were set aside, as they do not fit: ties.csv row 1: no column")
    kept, aside = own_files._taken(taken(Asked(), ties=TIES), "scenario", "ours.yaml", NAMED)
    assert kept.on_page("ties-name") == "ties.csv"
    assert aside == ""


def test_only_what_is_shown_is_called_so():
    assert own_files._standing(taken(Asked(), scenario=(SMALL % (40, "a: []")).encode()), "") == (True, [])
    large = Asked(own=SMALL % (10_000, "a: []"))  # as a link may bring it
    assert own_files._standing(large, "") == (False, [])
    assert own_files._standing(taken(Asked(), households=HOUSEHOLDS), "") == (
        False,
        ["Give the ties as well: households alone are no village."],
    )
