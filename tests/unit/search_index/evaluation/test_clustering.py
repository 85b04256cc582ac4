"""The measures of clusters: known values, and a small set measured whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.evaluation.clustering import (
    SAMPLES,
    Sample,
    adjusted_rand_index,
    draw_rows,
    kmeans_labels,
    measure_clustering,
    pairs_kept,
    report_lines,
    v_measure,
)
from search_index.semantic.hashing import HashingEncoder

LABELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30)


def test_known_values() -> None:
    truth, found = [0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2]
    assert adjusted_rand_index(truth, found) == pytest.approx(0.2424, abs=1e-4)
    assert v_measure(truth, found) == pytest.approx(0.5158, abs=1e-4)
    assert pairs_kept(truth, found) == pytest.approx(2 / 6)


@given(LABELS)
def test_names_of_clusters_do_not_matter_and_agreement_goes_both_ways(pairs: list[tuple[int, int]]) -> None:
    truth, found = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    for measure in (adjusted_rand_index, v_measure):
        assert measure(truth, [f"named {each}" for each in truth]) == pytest.approx(1)
        assert measure(truth, found) == pytest.approx(measure(found, truth))
        assert measure(truth, found) <= 1 + 1e-9
    assert pairs_kept(truth, truth) == pairs_kept(truth, [0] * len(truth)) == 1


def test_one_cluster_of_many_is_worth_nothing() -> None:
    assert adjusted_rand_index([0, 0, 1, 1], [0] * 4) == 0
    assert v_measure([0, 0, 1, 1], [0] * 4) == 0
    assert adjusted_rand_index([], []) == v_measure([], []) == pairs_kept([], []) == 1


def test_draws_are_of_the_size_asked_for() -> None:
    truth = [name for name in "abcd" for _ in range(10)]
    even = draw_rows(truth, Sample(name="", clusters=3, each=4), 0)
    assert sorted(sum(truth[row] == name for row in even) for name in "abcd") == [0, 4, 4, 4]
    falling = draw_rows(truth, Sample(name="", clusters=9, each=8, falling=True), 0)
    assert sorted(sum(truth[row] == name for row in falling) for name in "abcd") == [2, 2, 4, 8]
    assert draw_rows(truth, Sample(name="", clusters=3, each=4), 0) == even


def test_kmeans_finds_what_lies_apart() -> None:
    vectors = HashingEncoder().encode_passages(["red shoe", "red shoes", "late parcel", "late parcels"])
    one, two, three, four = kmeans_labels(vectors, 2, 0)
    assert one == two != three == four


def test_a_set_is_measured_whole(tmp_path: Path) -> None:
    topics = {"late": "parcel arrived late", "bill": "change billing address", "key": "reset forgotten password"}
    asked = [
        (f"{each}{n}", id_, f"{text} {word}")
        for id_, text in topics.items()
        for n, word in enumerate("abcdef")
        for each in id_
    ]
    lines = [
        json.dumps({"id": f"{q}{id_}{number}", "text": f"{text} {number}"})
        for number, (q, id_, text) in enumerate(asked)
    ]
    judged = [f"{q}{id_}{number}\t{id_}\t1" for number, (q, id_, _) in enumerate(asked)]
    (tmp_path / "articles.jsonl").write_text("")
    (tmp_path / "queries.jsonl").write_text("\n".join(lines))
    (tmp_path / "qrels.tsv").write_text("\n".join(judged))
    report = measure_clustering(tmp_path, HashingEncoder(), (0,))
    assert [measure.sample for measure in report.measures] == [sample.name for sample in SAMPLES]
    assert all(measure.clusters_true == 3 for measure in report.measures)
    assert all(measure.rand_index > 0.9 for measure in report.measures)
    assert all(measure.kept_on_worst_day <= measure.kept_together <= 1 for measure in report.measures)
    assert len({line.count("|") for line in report_lines(report)[2:]}) == 1
