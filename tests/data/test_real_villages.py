"""The real villages are read whole, and measure as their targets say."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from pd_sim.community import PERCEIVED, AdoptedBy, Column, File, Traits

# name of a measure in targets.json: name here
MEASURES = {
    "nodes": "households",
    "ties": "ties",
    "mean_out_degree": "mean_out_degree",
    "reciprocity": "reciprocity",
    "in_degree_cv": "in_degree_variation",
    "in_degree_max": "in_degree_max",
    "share_named_by_nobody": "seen_by_nobody",
    "mean_degree_undirected": "mean_degree",
    "degree_cv": "degree_variation",
    "degree_max": "degree_max",
    "isolates_share": "isolates",
    "density": "density",
    "transitivity": "transitivity",
    "local_clustering": "local_clustering",
    "giant_component_share": "giant_component",
    "mean_path_length": "path_length",
    "degree_assortativity": "assortativity",
}
OVER_VILLAGES = {
    "density",
    "transitivity",
    "local_clustering",
    "giant_component_share",
    "mean_path_length",
    "degree_assortativity",
}
FOLDERS = {
    "kfamily": "as_named",
    "brfarmers": "as_named",
    "medinnovations": "as_named",
    "microfinance_villages": "mutual",
    "uganda_village": "mutual",
}


def source(folder: str, **fields) -> File:
    fields.setdefault("direction", FOLDERS[folder])
    return File(ties=f"{folder}/edges.csv", households=f"{folder}/nodes.csv", **fields)


def structure(data: Path, folder: str) -> dict[str, float]:
    targets = json.loads((data / folder / "targets.json").read_text(encoding="utf-8"))
    targets = targets.get("villages_here", targets)
    return targets["structure"] if "structure" in targets else targets["outcome_and_more"]["structure"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_structure_is_that_of_the_targets(shared_data, folder):
    targets = structure(shared_data, folder)
    summary = source(folder).located(shared_data).draw_community(1).summary()
    assert len(summary) == targets.pop("villages")
    assert summary.pooled.households / len(summary) == pytest.approx(targets.pop("mean_village_size"), abs=0.05)
    assert set(targets) <= set(MEASURES)
    for name, wanted in targets.items():
        places = len(str(wanted).partition(".")[2])
        assert summary.pooled[MEASURES[name]] == pytest.approx(wanted, abs=0.501 * 10.0**-places), name
        if name in OVER_VILLAGES:
            over = np.mean([village[MEASURES[name]] for village in summary.values()])
            assert summary.mean[MEASURES[name]] == pytest.approx(over)
            assert over == pytest.approx(wanted, abs=0.501 * 10.0**-places), name


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_targets_would_notice_a_change(shared_data, folder):
    """Without one tie in twenty, most measures are no longer those of the targets."""
    targets = structure(shared_data, folder)
    town = source(folder).located(shared_data).draw_community(1)
    graph = town.to_networkx()
    edges = list(graph.edges)
    graph.remove_edges_from(edges[::20])
    summary = type(town).from_networkx(graph, village="village").summary().pooled
    missed = [name for name in MEASURES if name in targets and abs(summary[MEASURES[name]] - targets[name]) > 0.001]
    assert len(missed) >= len(targets) / 2


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_row_is_accounted_for(shared_data, folder):
    with (shared_data / folder / "edges.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    report = source(folder).located(shared_data).draw_community(1).report
    assert report.rows == report.used == len(rows)
    assert not report.left_out
    assert report.ties == report.used - sum(report.merged.values())
    assert report.ties == len({(row["source"], row["target"]) for row in rows})
    assert dict(report.relations) == Counter(row["relation"] for row in rows if "relation" in row)


def test_only_the_ties_of_korea_that_are_about_the_practice(shared_data):
    told = json.loads((shared_data / "kfamily/targets.json").read_text(encoding="utf-8"))
    relations = ["talks_fp", "seeks_fp_advice", "gives_fp_info"]
    made = source("kfamily", relations=relations).located(shared_data).draw_community(1)
    wanted = told["villages_here"]["fp_only"]["structure"]
    assert made.ties.count == wanted["ties"]
    assert made.summary().pooled.transitivity == pytest.approx(wanted["transitivity"], abs=0.0005)


def test_some_villages(shared_data):
    town = source("kfamily", only=["3", "21"]).located(shared_data).draw_community(1)
    assert town.villages == ("3", "21")
    assert town.sizes.tolist() == [36, 54]
    assert town.ties.count == 225 + 377


def test_perceptions_of_korean_women(shared_data):
    with (shared_data / "kfamily/edges.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    wanted = {(row["source"], row["target"]): row["perceived_practice"] for row in rows if row["perceived_practice"]}
    town = source("kfamily", perceived="perceived_practice", direction="mutual").located(shared_data).draw_community(1)
    words = {code: word for word, code in PERCEIVED.items()}
    held = {
        (town.names[a], town.names[b]): words[int(code)]
        for a, b, code in zip(town.ties.source, town.ties.sees, town.ties.perceived, strict=True)
        if code >= 0
    }
    assert held == wanted
    practising = dict(zip(town.names, town.columns["practising_now"].tolist(), strict=True))
    seen = [belief == "practising" for (_, other), belief in held.items() if practising[other] == 1]
    assert np.mean(seen) == pytest.approx(0.692, abs=0.01)


def test_times_of_adoption_as_stages(shared_data):
    initial = AdoptedBy(column="time_of_adoption", by=3, others="aware")
    town = source("kfamily", initial=initial).located(shared_data).draw_community(1)
    assert (town.columns["initial"] == "practising").mean() == pytest.approx(0.239, abs=0.0005)


def test_leaders_as_a_group_and_columns_as_traits(shared_data):
    town = source("microfinance_villages", groups=["leader", "religion"]).located(shared_data).draw_community(1)
    assert town.groups == ("leader", "religion")
    assert town.columns["leader"].mean() == pytest.approx(0.126, abs=0.001)
    degree = town.ties.out_degree
    assert degree[town.columns["leader"] == 1].mean() == pytest.approx(12.2578, abs=1e-3)
    poor = Traits(need=Column(column="electricity", missing=0)).draw(town, 1, 0.5)["need"]
    assert (poor == (town.columns["electricity"] == 1)).all()
