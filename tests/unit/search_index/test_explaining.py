"""An explanation is made of the very numbers that ranked, and says why an article is no hit."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index import (
    Explanation,
    HashingEncoder,
    HistoryStore,
    PartName,
    PastQuestion,
    SearchEngine,
    SearchMode,
    SearchQuery,
    Standing,
    Verdict,
    WordUse,
    differences_to,
    parse_rule,
)
from tests.unit.search_index.samples import BAD_QUERIES, PUBLIC, SHOP, article, engine, index

FILLER = [article(f"many{number}", f"common text {number} parcel") for number in range(60)]
GERMAN = article("umlauf", "Ein Paket parcel", locale="de")
MEMORY = PastQuestion(text="my money never came", article_id="refunds", at=datetime(2026, 1, 1, tzinfo=UTC))
WORDS = st.lists(
    st.sampled_from(("package", "late", "refund", "E-204", "refnud", "common", "text", "the", "card", "zanzibar")),
    min_size=1,
    max_size=6,
)

#: The parts of every score where no reranker is set up.
WITHOUT_RERANKER = tuple(part for part in PartName if part is not PartName.RERANKER)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    root = index(tmp_path_factory.mktemp("index"), [*SHOP, *FILLER, GERMAN])
    HistoryStore(root).write([MEMORY], HashingEncoder())
    return engine(root)


def explain(
    asked: SearchEngine, text: str, article_id: str | None = None, *, limit: int = 5, locale: str | None = None
) -> Explanation:
    return asked.explain(SearchQuery(text=text, audiences=PUBLIC, limit=limit, locale=locale), article_id)


@given(words=WORDS, limit=st.integers(min_value=1, max_value=12))
def test_the_scores_are_those_of_the_search(asked: SearchEngine, words: list[str], limit: int) -> None:
    query = SearchQuery(text=" ".join(words), audiences=PUBLIC, limit=limit)
    hits, explanation = asked.search(query).hits, asked.explain(query)
    assert [(each.article_id, each.score, each.keyword_score, each.semantic_score) for each in hits] == [
        (each.article_id, each.score, each.keyword_score, each.semantic_score) for each in explanation.articles
    ]
    assert explanation.result.hits == hits
    for each in explanation.articles:
        assert tuple(part.name for part in each.parts) == WITHOUT_RERANKER
        assert each.score == min(max(sum(part.points for part in each.parts), 0.0), 1.0)


@given(words=WORDS)
def test_the_verdict_adds_up(asked: SearchEngine, words: list[str]) -> None:
    explanation = explain(asked, " ".join(words))
    verdict = explanation.verdict
    assert verdict is not None
    assert verdict.total == pytest.approx(sum(each.points for each in verdict.features))
    assert explanation.result.answerability == verdict.probability
    assert verdict.probability == pytest.approx(1 / (1 + math.exp(-verdict.total)))
    assert verdict.no_answer_below <= verdict.answered_from
    answered = verdict.probability >= verdict.answered_from
    assert (explanation.result.verdict is Verdict.ANSWERED) == answered


def test_a_hit_is_one(asked: SearchEngine) -> None:
    about = explain(asked, "expired cards", "refunds").asked_about
    assert about is not None
    assert about.standing is Standing.HIT
    assert about.article is not None
    assert about.article.rank == 1
    assert about.differences == ()


def test_what_costs_an_article_its_place_comes_first(asked: SearchEngine) -> None:
    explanation = explain(asked, "what does E-204 mean for a refund", "refunds", limit=1)
    about, last = explanation.asked_about, explanation.articles[-1]
    assert about is not None
    assert about.standing is Standing.RANKED_BELOW
    assert about.article is not None
    assert (about.article.rank or 0) > 1
    assert about.differences[0].name is PartName.IDENTIFIER
    assert about.differences[0].points < 0
    assert about.differences == differences_to(about.article, last)
    assert sum(each.points for each in about.differences) == pytest.approx(about.article.score - last.score)


def test_what_the_first_look_did_not_find_says_by_how_much(asked: SearchEngine) -> None:
    absences = [explain(asked, "common text parcel", f"many{number}").asked_about for number in range(60)]
    beyond = [each for each in absences if each is not None and each.standing is Standing.NO_CANDIDATE]
    assert beyond
    for each in beyond:
        assert 0 < each.first_look <= each.needed
        assert each.article is not None
        assert each.article.rank is None
        assert each.differences


@pytest.mark.parametrize(
    ("text", "article_id", "standing"),
    [
        ("refund", "no-such-article", Standing.UNKNOWN),
        ("refund", "", Standing.UNKNOWN),
        ("refund by hand", "staff-refunds", Standing.OTHER_AUDIENCE),
        ("parcel", "umlauf", Standing.OTHER_LOCALE),
        ('"expired cards" refund', "delivery-late", Standing.WITHOUT_QUOTED_WORDS),
        ("", "refunds", Standing.NOT_SEARCHED),
    ],
)
def test_why_it_could_not_be_a_hit(asked: SearchEngine, text: str, article_id: str, standing: Standing) -> None:
    about = explain(asked, text, article_id, locale="en").asked_about
    assert about is not None
    assert (about.article_id, about.standing, about.article) == (article_id, standing, None)


def test_without_a_word_in_common_there_is_no_score(tmp_path: Path) -> None:
    by_words = SearchEngine(index(tmp_path), None)
    about = explain(by_words, "clock", "refunds").asked_about
    assert about is not None
    assert (about.standing, about.first_look) == (Standing.NO_SCORE, 0.0)


def test_the_places_on_each_side_are_those_of_that_side(asked: SearchEngine) -> None:
    explanation = explain(asked, "expired cards refund", limit=3)
    best = explanation.articles[0]
    assert (best.keyword_rank, best.semantic_rank) == (1, 1)
    unlike = explain(asked, "expired cards refund", "many7").asked_about
    assert unlike is not None
    assert unlike.article is None or unlike.article.keyword_rank is None


def test_keywords_alone_have_no_cosines(tmp_path: Path) -> None:
    explanation = explain(SearchEngine(index(tmp_path), None), "refund card")
    assert explanation.weights is not None
    assert (explanation.weights.semantic_share, explanation.weights.sentence_share) == (0.0, 0.0)
    assert explanation.result.mode is SearchMode.KEYWORD
    assert {each.semantic_rank for each in explanation.articles} == {None}
    best = explanation.articles[0]
    assert [part.weight for part in best.parts[:3]] == [1.0, 0.0, 0.0]


def test_words_say_how_they_were_read(asked: SearchEngine) -> None:
    query = SearchQuery(
        text="The refnud of a package, package E-204 warble",
        audiences=PUBLIC,
        synonyms=(parse_rule("package, delivery"),),
    )
    words = {each.typed: each for each in asked.explain(query).words}
    assert words["the"].use is WordUse.STOP
    assert words["refnud"].corrections == ("refund",)
    assert words["e-204"].identifier
    assert words["package"].synonyms
    assert words["warble"].passages == 0
    assert words["package"].passages > 0
    assert list(words) == ["the", "refnud", "of", "a", "package", "e-204", "warble"]


def test_past_questions_are_a_part(asked: SearchEngine) -> None:
    best = explain(asked, "my money never came").articles[0]
    parts = {each.name: each for each in best.parts}
    assert best.article_id == "refunds"
    assert parts[PartName.HISTORY].points > 0


def test_weights_are_those_of_the_question(asked: SearchEngine) -> None:
    short, long = explain(asked, "refund").weights, explain(asked, "refund card bank money days order").weights
    assert short is not None
    assert long is not None
    assert short.informative_words < long.informative_words
    assert short.sentence_share >= long.sentence_share


@pytest.mark.parametrize("text", BAD_QUERIES)
def test_no_query_is_too_odd(asked: SearchEngine, text: str) -> None:
    explanation = explain(asked, text, "refunds")
    assert explanation.result.degraded is None
    assert explanation.asked_about is not None


def test_without_an_index_there_is_nothing_to_explain(tmp_path: Path) -> None:
    explanation = explain(engine(tmp_path / "none"), "refund", "refunds")
    assert (explanation.words, explanation.weights, explanation.articles, explanation.verdict) == ((), None, (), None)
    assert explanation.asked_about is not None
    assert explanation.asked_about.standing is Standing.NOT_SEARCHED


def test_an_index_without_articles_is_explained(tmp_path: Path) -> None:
    explanation = explain(engine(index(tmp_path, [])), "refund", "refunds")
    assert explanation.result.degraded is None
    assert explanation.articles == ()
