"""A scenario file that cannot be used is answered in one line that names the place and the mend."""

from __future__ import annotations

import pytest

import pd_sim as ps
from pd_sim.errors import FileError, PdSimError, ScenarioError, UnknownNameError
from pd_sim.scenario.reading import MOST_BYTES, read_yaml

TOWN = "name: town\ncommunity: {generator: village, households: 40}\narms: {nothing: []}\n"
BOMB = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\n"


def refused(text, message, error=FileError):
    with pytest.raises(error, match=message) as caught:
        ps.Scenario.from_yaml(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 900  # one line, even where other tests have made kinds of interventions known


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB + TOWN, r"^scenario: line 2: aliases \(\*name\) are not used here"),
        ("base: &b {x: 1}\n<<: *b\n" + TOWN, "^scenario: line 2: aliases"),
        ("<<: {x: 1}\n" + TOWN, "^scenario: line 1: tag 'tag:yaml.org,2002:merge' is not used here"),
        (
            "name: !!python/object/apply:os.system ['true']\n",
            "^scenario: line 1: tag .*python.*os.system.* is not used",
        ),
        ("name: !!python/name:os.system\n", "line 1: tag .* is not used here"),
        ("name: !!binary aGVsbG8=\n", "line 1: tag .*binary' is not used here"),
        ("name: !!timestamp 2001-01-01\n", "line 1: tag .*timestamp' is not used here"),
        ("name: !!set {a, b}\n", "line 1: tag .*set' is not used here"),
        ("name: !own x\n", "line 1: tag '!own' is not used here"),
        ("name: a\nname: b\n", r"^scenario: line 2: 'name' stands twice; keep one$"),
        ("name: a\narms:\n  x: []\n  x: []\n", r"^scenario: line 4: 'x' stands twice"),
        ("? [a, b]\n: c\n", "line 1: a field's name must be a word"),
        ("? {a: b}\n: c\n", "line 1: a field's name must be a word"),
        ("null: c\n", "line 1: a field's name must be a word"),
        ("", "^scenario: not a scenario; it should begin with fields such as 'name:' and 'arms:'$"),
        ("# nothing\n", "not a scenario"),
        ("- name: town\n", "not a scenario"),
        ("just words\n", "not a scenario"),
        ("---\nname: a\n---\nname: b\n", "^scenario: line 3: "),
        ("name: 'open\n", "^scenario: line 2: "),
        ("name: a\n\tsteps: 3\n", "^scenario: line 2: "),
        ("name: [a\n", "^scenario: line 2: "),
        ("name: a\x00b\n", "^scenario: "),
        ("a: " + "[" * 5000 + "]" * 5000, "^scenario: nested too deeply$"),
        ("a: " + "{b: " * 3000 + "1" + "}" * 3000, "^scenario: nested too deeply$"),
        ("x: " + "9" * 5000 + "\n", "^scenario: "),
        ("x" * (MOST_BYTES + 1), "^scenario: larger than 1,000,000 bytes"),
    ],
)
def test_what_is_not_yaml_of_plain_values(text, message):
    refused(text, message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name: caf\xe9\n".encode("latin-1"), r"town.yaml: byte 9 is not UTF-8; save the file as UTF-8 text$"),
        (bytes(range(256)), "town.yaml: byte 128 is not UTF-8"),
        ("name: a".encode("utf-16"), "town.yaml: byte 0 is not UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "town.yaml: byte 0 is not UTF-8"),
        (b"x" * (MOST_BYTES + 10), "town.yaml: larger than 1,000,000 bytes"),
        (b"PK\x03\x04", "town.yaml: "),
        (b"", "town.yaml: not a scenario"),
    ],
)
def test_files_that_are_no_text(tmp_path, content, message):
    path = tmp_path / "town.yaml"
    path.write_bytes(content)
    with pytest.raises(FileError, match=message) as caught:
        ps.Scenario.load(path)
    assert "\n" not in str(caught.value)


def test_files_that_are_not_there(tmp_path):
    for path in (tmp_path / "none.yaml", tmp_path / "no" / "none.yaml"):
        with pytest.raises(FileError, match=r"none.yaml: No such file or directory$"):
            ps.Scenario.load(path)
    with pytest.raises(FileError, match="Is a directory"):
        ps.Scenario.load(tmp_path)
    with pytest.raises(UnknownNameError, match=r"unknown case \(or file\) 'vilage'; did you mean 'village'"):
        ps.Scenario.load("vilage")


def test_an_error_in_a_file_names_the_file(tmp_path):
    path = tmp_path / "town.yaml"
    path.write_text(TOWN + "stpes: 3\n")
    with pytest.raises(ScenarioError, match=r"^town.yaml: stpes: unknown field; did you mean 'steps'\?"):
        ps.Scenario.load(path)


def test_a_byte_order_mark_and_windows_lines_do_no_harm(tmp_path):
    path = tmp_path / "town.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + TOWN.replace("\n", "\r\n").encode())
    assert ps.Scenario.load(path).to_dict() == ps.Scenario.from_yaml(TOWN).to_dict()


def test_dates_and_exponents_are_what_they_look_like():
    read = read_yaml("a: 2001-01-01\nb: 1e-3\nc: 5E2\nd: .5\ne: 1_000\n", "x")
    assert read["a"] == "2001-01-01"
    assert read["b"] == 0.001
    assert read["c"] == 500
    assert read["d"] == 0.5


# ── fields ──────────────────────────────────────────────────────────────────────────────────────────────────────

UNKNOWN = [
    ("stpes: 3", "stpes", "steps"),
    ("comunity: {}", "comunity", "community"),
    ("community: {generator: village, housholds: 3}", "community.housholds", "households"),
    ("traits: {cautoin: 0.1}", "traits.cautoin", "caution"),
    ("traits: {caution: {mean: 0.2, sdd: 0.1, sd: 0.1}}", "traits.caution.sdd", "sd"),
    ("traits: {need: {column: poor, mising: draw}}", "traits.need.mising", "missing"),
    ("practice: {tacitnes: 0.1}", "practice.tacitnes", "tacitness"),
    ("initial: {awear: 3}", "initial.awear", "aware"),
    ("behaviour: {trail: 3}", "behaviour.trail", "trial"),
    ("arms: {a: [training: {plces: 3}]}", r"arms.a\[0\].training.plces", "places"),
    ("arms: {a: [hub: {}, facilitation: {memebrs: 3}]}", r"arms.a\[1\].facilitation.memebrs", "members"),
    ("arms: {a: [training: {places: {per_10: 3}}]}", r"arms.a\[0\].training.places.per_10", "per_100"),
]


@pytest.mark.parametrize(("line", "field", "meant"), UNKNOWN)
def test_an_unknown_field_at_any_depth_is_named_and_the_nearest_offered(line, field, meant):
    name = line.split(":")[0]
    text = "\n".join(kept for kept in TOWN.splitlines() if not kept.startswith(name + ":")) + f"\n{line}\n"
    refused(text, rf"^{field}: unknown field; did you mean '{meant}'\?", ScenarioError)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("arms: {a: [trainng: {}]}", r"^arms.a\[0\]: unknown intervention 'trainng'; did you mean 'training'\?"),
        ("community: {generator: vilage}", r"^unknown community.generator 'vilage'; did you mean 'village'\?"),
        ("community: {generator: [village]}", r"^unknown community.generator"),
        ("community: {generator: {a: b}}", r"^unknown community.generator"),
        ("community: {generator: null}", r"^unknown community.generator"),
        ("behaviour: {decision: logstic}", r"^behaviour.*decision.*did you mean 'logistic'\?"),
        ("behaviour: {lapse: dialy}", r"^behaviour.lapse: .*'daily'"),
        ("behaviour: {rest: nver}", r"^behaviour.rest: .*'never'"),
        ("arms: {a: [training: {source: experts}]}", r"^arms.a\[0\].training.source: .*'peer' or 'expert'"),
        ("arms: {a: [training: {teaches: locl}]}", r"^arms.a\[0\].training.teaches: .*'hosts', 'local' or 'outside'"),
    ],
)
def test_an_unknown_word_is_answered_with_the_known_ones(line, message):
    name = line.split(":")[0]
    text = "\n".join(kept for kept in TOWN.splitlines() if not kept.startswith(name + ":")) + f"\n{line}\n"
    refused(text, message, ScenarioError)


@pytest.mark.parametrize("word", ["no", "Off", "yes", "true"])
def test_an_arm_named_by_a_word_that_yaml_takes_for_a_truth_value_is_refused(word):
    refused(TOWN.replace("nothing", word), "quotes", PdSimError)
    quoted = ps.Scenario.from_yaml(TOWN.replace("nothing", f"'{word}'"))
    assert list(quoted.arms) == [word]


@pytest.mark.parametrize("number", ["012", "1:30", "0x1F", "0b11", "1:30.5"])
def test_numbers_are_decimal(number):
    refused(TOWN + f"steps: {number}\n", "^steps: ", ScenarioError)


def test_every_error_is_one_of_pd_sims_own():
    for text in ("x", TOWN + "steps: x", TOWN.replace("village", "vilage"), BOMB):
        with pytest.raises(PdSimError):
            ps.Scenario.from_yaml(text)
