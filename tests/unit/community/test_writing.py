from __future__ import annotations

import pytest

from pd_sim.community import Blocks, Community, Village
from pd_sim.errors import CommunityError


@pytest.mark.parametrize(
    "spec", [Village(households=30, villages=3, mean_degree=5), Blocks(sizes=(5, 8), mean_degree=3)]
)
def test_saved_and_read_back(tmp_path, spec):
    town = spec.draw_community(2)
    back = town.save(tmp_path / "made").draw_community(0)
    assert back.villages == town.villages
    assert back.names == town.names
    assert (back.ties.sees == town.ties.sees).all()
    assert (back.ties.sees_start == town.ties.sees_start).all()
    assert back.groups == town.groups
    for name, column in town.columns.items():
        assert back.columns[name] == pytest.approx(column.astype(back.columns[name].dtype))


def test_weights_directions_and_perceptions(tmp_path):
    town = Community.from_rows(
        ["a", "b", "c"], ["v", "v", "w"], [0, 1], [1, 0], weight=[0.5, 2], perceived=[1, -1], mutual=False
    )
    back = town.save(tmp_path).draw_community(0)
    assert back.ties.weight.tolist() == town.ties.weight.tolist()
    assert back.ties.perceived.tolist() == [1, -1]
    assert back.villages == ("v", "w")
    one_way = Community.build(["a", "b"], source=["b"], target=["a"], mutual=False)
    assert one_way.save(tmp_path / "more").draw_community(0).ties.sees.tolist() == [0]


def test_columns_that_would_clash(tmp_path):
    town = Community.build(["a", "b"], columns={"id": [1, 2]})
    with pytest.raises(CommunityError, match="column 'id' has the name of a column of the file"):
        town.save(tmp_path)
    assert not list(tmp_path.iterdir())
