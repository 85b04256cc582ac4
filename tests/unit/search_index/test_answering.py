"""Answering from one generation."""

from __future__ import annotations

import pytest

from search_index import HashingEncoder, SearchQuery
from search_index.answering import MAX_LIMIT, Answer, Stopwatch, answer_query, find_words
from search_index.generations import GenerationStore
from search_index.reader import GenerationReader, open_generation
from tests.unit.search_index.samples import PUBLIC, SHOP, article, index


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> GenerationReader:
    many = [article(f"many{number}", f"common text {number}") for number in range(120)]
    store = GenerationStore(index(tmp_path_factory.mktemp("index"), [*SHOP, *many]))
    return open_generation(store, store.current())


def answer(reader: GenerationReader, text: str, *, limit: int = 10, semantic: bool = True) -> Answer:
    vectors = HashingEncoder().encode_question(text) if semantic else None
    query = SearchQuery(text=text, audiences=PUBLIC, limit=limit)
    return answer_query(reader, find_words(reader, text, query, Stopwatch()), query, vectors, Stopwatch())


@pytest.mark.parametrize("semantic", [True, False])
def test_the_hit_leads_to_its_section(reader: GenerationReader, semantic: bool) -> None:
    hit = answer(reader, "expired cards", semantic=semantic).hits[0]
    assert (hit.article_id, hit.section_anchor, hit.section_heading) == ("refunds", "cards", "Expired cards")
    assert any(fragment.marked and fragment.text == "card" for fragment in hit.snippet)


def test_scores_are_in_their_ranges_and_fall(reader: GenerationReader) -> None:
    hits = answer(reader, "common refund package text").hits
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.score <= 1 and 0 <= hit.keyword_score <= 1 and -1 <= hit.semantic_score <= 1 for hit in hits)
    assert len({hit.article_id for hit in hits}) == len(hits)


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (0, 1), (-5, 1), (10, 10), (10_000, MAX_LIMIT)])
def test_the_limit_is_kept_between_one_and_a_hundred(reader: GenerationReader, limit: int, count: int) -> None:
    assert len(answer(reader, "common text", limit=limit).hits) == count


def test_the_limit_does_not_change_the_evidence(reader: GenerationReader) -> None:
    assert answer(reader, "common text", limit=1).evidence == answer(reader, "common text", limit=50).evidence


def test_a_hit_on_a_title_shows_the_beginning_of_the_article(reader: GenerationReader) -> None:
    hit = answer(reader, "error codes", semantic=False).hits[0]
    assert hit.article_id == "error-codes"
    assert "".join(fragment.text for fragment in hit.snippet)


@pytest.mark.parametrize(
    ("typed", "corrected"),
    [("refnud late", "refund late"), ("A refnud, please?", "A refund, please?"), ("refund", None), ("qqqqqqq", None)],
)
def test_did_you_mean(reader: GenerationReader, typed: str, corrected: str | None) -> None:
    assert answer(reader, typed, semantic=False).correction == corrected


def test_an_identifier_stands_first_whatever_the_meaning(reader: GenerationReader) -> None:
    assert answer(reader, "what does E-204 mean for my refund package").hits[0].section_anchor == "e-204"


def test_a_vector_of_nothing_leaves_the_words(reader: GenerationReader) -> None:
    query = SearchQuery(text="refund", audiences=PUBLIC)
    nothing = HashingEncoder().encode_question("!?")
    assert not nothing.vector.any()
    words = find_words(reader, "refund", query, Stopwatch())

    assert answer_query(reader, words, query, nothing, Stopwatch()).hits[0].article_id == "refunds"


def test_the_stopwatch_adds_up() -> None:
    watch = Stopwatch()
    for _ in range(2):
        with watch.part("keyword_ms"):
            pass
    timings = watch.timings()
    assert 0 < timings.keyword_ms <= timings.total_ms
    assert timings.encode_ms == 0
