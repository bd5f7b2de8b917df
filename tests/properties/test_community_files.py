from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pd_sim.community import File

name = st.text(
    st.characters(codec="utf-8", exclude_characters='\r\n"\x00\ufeff', exclude_categories=("C", "Z")),
    min_size=1,
    max_size=4,
)


@st.composite
def told(draw):
    names = draw(st.lists(name, min_size=2, max_size=6, unique=True))
    every = [(a, b, kind) for a in names for b in names for kind in ("kin", "advice") if a != b]
    return names, draw(st.lists(st.sampled_from(every), min_size=1, unique=True))


def quoted(text: str) -> str:
    return f'"{text}"'


@given(
    told(), st.sampled_from(["mutual", "as_named"]), st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n"])
)
def test_what_is_told_is_what_is_read(case, direction, sign, end):
    names, rows = case
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        ties = [sign.join(("source", "target", "relation"))] + [sign.join(map(quoted, row)) for row in rows]
        (folder / "t.csv").write_bytes((end.join(ties) + end).encode())
        (folder / "h.csv").write_bytes(("id\n" + "".join(quoted(one) + "\n" for one in names)).encode())
        town = (
            File(ties="t.csv", households="h.csv", direction=direction, households_delimiter="comma")
            .located(folder)
            .read()
        )
    pairs = {(a, b) for a, b, _ in rows}
    wanted = pairs | {(b, a) for a, b in pairs} if direction == "mutual" else pairs
    held = {(town.names[a], town.names[b]) for a, b in zip(town.ties.source, town.ties.sees, strict=True)}
    assert held == wanted
    assert town.names == tuple(names)
    report = town.report
    assert report.rows == report.used == len(rows)
    assert report.ties == report.used - sum(report.merged.values())
    assert report.isolates == len(set(names) - {one for pair in pairs for one in pair})


@given(told(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(case, random):
    _, rows = case
    prints = []
    for _ in range(2):
        random.shuffle(rows)
        with tempfile.TemporaryDirectory() as made:
            text = "source,target,relation\n" + "".join(",".join(map(quoted, row)) + "\n" for row in rows)
            (Path(made) / "t.csv").write_bytes(text.encode())
            prints.append(File(ties="t.csv").located(made).read().fingerprint())
    assert prints[0] == prints[1]
