"""The durable keyword index, and reading it out as arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_index.errors import IndexCorrupt
from search_index.keyword.postings import PassageRow
from search_index.keyword.whoosh_index import (
    KeywordDocument,
    create_index,
    extract_segment,
    segment_states,
    stem_english,
    update_index,
)


def document(article_id: str, body: str, number: int = 0, title: str = "title") -> KeywordDocument:
    row = PassageRow(
        article_id=article_id,
        number=number,
        anchor=f"s{number}",
        heading="Heading",
        headings=("Heading",),
        text=body,
        embed_hash=f"{article_id}{number}".ljust(32, "0"),
    )
    words = tuple(body.split())
    return KeywordDocument(row=row, terms=(tuple(title.split()), (), (), (), words), words=frozenset(words))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_index(tmp_path / "keyword")
    return tmp_path / "keyword"


def live_articles(folder: Path) -> list[str]:
    return [
        segment.row(row).article_id
        for state in segment_states(folder)
        for segment in [extract_segment(folder, state.name)]
        for row in np.flatnonzero(state.live)
    ]


def test_an_empty_index_has_no_segments(folder: Path) -> None:
    assert segment_states(folder) == []


def test_postings_come_out_as_they_went_in(folder: Path) -> None:
    update_index(folder, [], [document("a", "red red blue"), document("b", "red")])
    (state,) = segment_states(folder)
    segment = extract_segment(folder, state.name)
    here = segment.find("red")
    assert segment.rows[here].tolist() == [0, 1]
    assert segment.counts[here].tolist() == [2, 1]
    assert segment.fields[here].tolist() == [4, 4]
    assert segment.lengths[4].tolist() == [3.0, 1.0]
    assert segment.exact_lengths[4].tolist() == [3, 1]
    assert list(segment.words) == ["blue", "red"]
    assert segment.articles == (("a", 1), ("b", 1))
    assert segment.row(1).text == "red"


def test_a_term_of_two_fields_has_the_postings_of_both(folder: Path) -> None:
    update_index(folder, [], [document("a", "title body", title="title")])
    segment = extract_segment(folder, segment_states(folder)[0].name)
    here = segment.find("title")
    assert segment.fields[here].tolist() == [0, 4]


def test_a_removed_article_is_gone_with_all_its_passages(folder: Path) -> None:
    update_index(folder, [], [document("a", "one"), document("a", "two", 1), document("b", "three")])
    update_index(folder, ["a", "unknown"], [])
    assert live_articles(folder) == ["b"]


def test_small_segments_are_merged_and_large_ones_left_alone(folder: Path) -> None:
    update_index(folder, [], [document(f"big{at}", "word") for at in range(50)])
    large = segment_states(folder)[0].name
    for at in range(12):
        update_index(folder, [], [document(f"small{at}", "word")])
    states = segment_states(folder)
    assert large in {state.name for state in states}
    assert len(states) <= 5
    assert len(live_articles(folder)) == 62


def test_passages_of_an_article_stay_together_through_merges(folder: Path) -> None:
    for at in range(8):
        update_index(folder, [], [document(f"a{at}", "word", number) for number in range(3)])
    articles = live_articles(folder)
    assert [articles[at : at + 3] for at in range(0, 24, 3)] == [[articles[at]] * 3 for at in range(0, 24, 3)]


def test_a_failed_write_leaves_the_index_as_it_was(folder: Path) -> None:
    update_index(folder, [], [document("a", "one")])

    def broken() -> object:
        yield document("b", "two")
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        update_index(folder, ["a"], broken())  # type: ignore[arg-type]
    assert live_articles(folder) == ["a"]
    update_index(folder, [], [document("c", "three")])
    assert sorted(live_articles(folder)) == ["a", "c"]


def test_damage_is_named(folder: Path) -> None:
    update_index(folder, [], [document("a", "one")])
    for path in folder.glob("*.toc"):
        path.write_bytes(b"\x80nonsense")
    with pytest.raises(IndexCorrupt, match="rebuild"):
        segment_states(folder)


def test_an_unknown_segment_is_named(folder: Path) -> None:
    with pytest.raises(IndexCorrupt, match="nosuch"):
        extract_segment(folder, "nosuch")


@pytest.mark.parametrize(("word", "stem"), [("packages", "packag"), ("", ""), ("y", "y"), ("ying", "ying")])
def test_stem_english(word: str, stem: str) -> None:
    assert stem_english(word) == stem
