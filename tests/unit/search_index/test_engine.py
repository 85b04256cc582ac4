"""The engine answers whatever is asked and whatever is wrong."""

from __future__ import annotations

import random
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from search_index import (
    DegradedReason,
    GuardLimits,
    HashingEncoder,
    Indexer,
    QueryKind,
    Recipe,
    SearchEngine,
    SearchMode,
    SearchQuery,
    SearchResult,
    SearchSides,
    Verdict,
    VerdictRecipe,
)
from search_index.semantic.ports import Vector
from tests.unit.search_index.samples import BAD_QUERIES, PUBLIC, SHOP, article, ask, engine, index


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """A shop whose verdict knows how low hashed vectors score."""
    folder = tmp_path_factory.mktemp("index")
    verdict = VerdictRecipe(answered_from=0.3, no_answer_below=0.005, correction_from=0.006)
    Indexer(folder, HashingEncoder(), Recipe(verdict=verdict)).sync(SHOP)
    return engine(folder)


class BrokenEncoder(HashingEncoder):
    def encode_query(self, text: str) -> Vector:
        raise RuntimeError("no weights")


class StuckEncoder(HashingEncoder):
    def encode_query(self, text: str) -> Vector:
        threading.Event().wait(0.3)
        return super().encode_query(text)


def test_a_good_question_is_answered(shop: SearchEngine) -> None:
    result = ask(shop, "  my delivery has not   arrived ")
    assert (result.query, result.kind) == ("my delivery has not arrived", QueryKind.QUESTION)
    assert (result.mode, result.degraded, result.verdict) == (SearchMode.HYBRID, None, Verdict.ANSWERED)
    assert result.hits[0].article_id == "delivery-late"
    assert result.answerability > 0.3
    assert result.generation
    assert result.timings.total_ms > 0


def test_a_question_about_something_else_has_no_answer(shop: SearchEngine) -> None:
    result = ask(shop, "do you sell grand pianos")
    assert result.verdict is Verdict.NO_ANSWER
    assert result.answerability < 0.22


@pytest.mark.parametrize("typed", BAD_QUERIES)
@pytest.mark.parametrize("state", ["hybrid", "keyword", "missing"])
def test_anything_may_be_typed(
    tmp_path_factory: pytest.TempPathFactory, shop: SearchEngine, typed: str, state: str
) -> None:
    if state == "missing":
        asked = engine(tmp_path_factory.mktemp("empty"))
    else:
        asked = shop if state == "hybrid" else SearchEngine(index(tmp_path_factory.mktemp("words")), None)
    result = ask(asked, typed)
    assert len(result.query) <= 1_000
    assert 0 <= result.answerability <= 1
    result.query.encode()
    assert all(hit.score == hit.score for hit in result.hits), "a score is a number"
    asked.suggest(typed, PUBLIC)


def test_a_thousand_random_texts_raise_nothing(shop: SearchEngine) -> None:
    dice = random.Random(5)
    for _ in range(1_000):
        typed = "".join(
            chr(dice.choice((dice.randint(0, 127), dice.randint(0, 0x10FFFF)))) for _ in range(dice.randint(0, 40))
        )
        ask(shop, typed)


def test_blank_finds_nothing_and_says_so(shop: SearchEngine) -> None:
    result = ask(shop, " \x00 ")
    assert (result.kind, result.hits, result.verdict) == (QueryKind.BLANK, (), Verdict.NO_ANSWER)
    assert result.generation


def test_a_wish_for_a_person_is_never_simply_answered(shop: SearchEngine) -> None:
    result = ask(shop, "talk to a human about my refund")
    assert result.kind is QueryKind.ASKS_FOR_HUMAN
    assert result.verdict is not Verdict.ANSWERED


def test_words_of_another_language_are_found(tmp_path: Path) -> None:
    asked = SearchEngine(
        index(
            tmp_path, [article("zh", "如果您的包裹没有送达，请联系我们。", title="包裹没有送达", locale="zh"), *SHOP]
        ),
        None,
    )
    result = ask(asked, "我的包裹没有送达")
    assert result.hits[0].article_id == "zh"
    assert any(fragment.marked for fragment in result.hits[0].snippet)


def test_only_what_the_audience_may_see_is_found(shop: SearchEngine) -> None:
    public = ask(shop, "zanzibar password console refund by hand")
    assert "staff-refunds" not in {hit.article_id for hit in public.hits}
    assert ask(shop, "zanzibar password", "public", "agents").hits[0].article_id == "staff-refunds"
    assert shop.search(SearchQuery(text="refund", audiences=frozenset())).hits == ()
    assert ask(shop, "zanzibarr").correction is None


def test_only_the_locale_asked_for_is_found(shop: SearchEngine) -> None:
    assert ask(shop, "refund", locale="de").hits == ()
    assert ask(shop, "refund", locale="en").hits


def test_another_spelling_is_offered_where_it_helps(shop: SearchEngine) -> None:
    assert ask(shop, "get a refnud").correction == "get a refund"
    assert ask(shop, "quantum delivrey of violins in outer space cost").correction is None


def test_no_index_is_named(tmp_path: Path) -> None:
    result = ask(engine(tmp_path / "index"), "refund")
    assert (result.mode, result.degraded, result.verdict) == (
        SearchMode.NONE,
        DegradedReason.INDEX_MISSING,
        Verdict.NO_ANSWER,
    )
    assert (result.hits, result.generation) == ((), "")


@pytest.mark.parametrize("damaged", ["CURRENT", "manifest.json", "columns.json", "names.json", "rows.npy", "live.npy"])
def test_a_corrupt_index_is_named_and_found_again_when_rebuilt(tmp_path: Path, damaged: str) -> None:
    index(tmp_path)
    next(path for path in tmp_path.rglob(damaged)).write_bytes(b"damage")
    now = [0.0]
    asked = SearchEngine(tmp_path, HashingEncoder(), monotonic=lambda: now[0])
    result = ask(asked, "refund")
    assert (result.mode, result.degraded, result.hits) == (SearchMode.NONE, DegradedReason.INDEX_CORRUPT, ())
    assert asked.status().problem is DegradedReason.INDEX_CORRUPT
    index(tmp_path)
    assert ask(asked, "refund").mode is SearchMode.HYBRID


def test_missing_vectors_leave_the_words(tmp_path: Path) -> None:
    index(tmp_path)
    next(tmp_path.rglob("half.npy")).unlink()
    result = ask(engine(tmp_path), "refund")
    assert (result.mode, result.degraded) == (SearchMode.KEYWORD, DegradedReason.VECTORS_MISSING)
    assert result.hits[0].article_id == "refunds"
    assert result.hits[0].semantic_score == 0


def test_no_encoder_leaves_the_words(tmp_path: Path) -> None:
    result = ask(SearchEngine(index(tmp_path), None), "refund")
    assert (result.mode, result.degraded) == (SearchMode.KEYWORD, DegradedReason.ENCODER_MISSING)
    assert result.hits[0].article_id == "refunds"


def test_an_index_without_vectors_is_named_where_there_is_an_encoder(tmp_path: Path) -> None:
    Indexer(tmp_path, None).sync(SHOP)
    assert ask(engine(tmp_path), "refund").degraded is DegradedReason.VECTORS_MISSING
    assert ask(SearchEngine(tmp_path, None), "refund").degraded is DegradedReason.ENCODER_MISSING


def test_an_encoder_of_another_model_leaves_the_words(tmp_path: Path) -> None:
    asked = SearchEngine(index(tmp_path), HashingEncoder(64))
    result = ask(asked, "refund")
    assert (result.mode, result.degraded) == (SearchMode.KEYWORD, DegradedReason.VECTORS_MISSING)
    assert "another model" in asked.status().detail


def test_a_broken_encoder_leaves_the_words(tmp_path: Path) -> None:
    asked = SearchEngine(index(tmp_path), BrokenEncoder())
    result = ask(asked, "refund")
    assert (result.mode, result.degraded) == (SearchMode.KEYWORD, DegradedReason.ENCODER_FAILED)
    assert "no weights" in asked.status().detail


def test_a_slow_encoder_is_not_waited_for(tmp_path: Path) -> None:
    asked = SearchEngine(index(tmp_path), StuckEncoder(), GuardLimits(encode_ms=10, load_ms=10))
    result = ask(asked, "refund")
    assert (result.mode, result.degraded) == (SearchMode.KEYWORD, DegradedReason.ENCODER_SLOW)
    assert result.hits[0].article_id == "refunds"


def test_a_promotion_is_searched_at_once(tmp_path: Path) -> None:
    asked = engine(index(tmp_path, SHOP[:1]))
    assert "refunds" not in {hit.article_id for hit in ask(asked, "refund").hits}
    index(tmp_path)
    assert ask(asked, "refund").hits[0].article_id == "refunds"


def test_searches_go_on_while_the_index_changes(tmp_path: Path) -> None:
    asked = engine(index(tmp_path))
    stop = threading.Event()
    problems: list[str] = []

    def keep_asking() -> None:
        while not stop.is_set():
            result = ask(asked, "my delivery has not arrived")
            if result.degraded or not result.hits or result.hits[0].article_id != "delivery-late":
                problems.append(str(result))

    threads = [threading.Thread(target=keep_asking) for _ in range(3)]
    for thread in threads:
        thread.start()
    for round_number in range(6):
        index(tmp_path, SHOP if round_number % 2 else SHOP[:2])
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == []


def test_status_of_a_healthy_engine(shop: SearchEngine) -> None:
    status = shop.status()
    assert (status.articles, status.problem, status.detail) == (4, None, "")
    assert status.model.startswith("hashing")


def test_status_without_an_index(tmp_path: Path) -> None:
    status = engine(tmp_path).status()
    assert (status.articles, status.problem) == (0, DegradedReason.INDEX_MISSING)
    assert status.detail


def test_suggestions_keep_audience_and_locale(shop: SearchEngine) -> None:
    assert [each.article_id for each in shop.suggest("refu", PUBLIC)] == ["refunds"]
    assert {each.article_id for each in shop.suggest("refu", PUBLIC | {"agents"})} == {"refunds", "staff-refunds"}
    assert shop.suggest("refu", PUBLIC, "de") == ()
    assert shop.suggest("refu", PUBLIC, limit=0) == ()


def test_related_articles_are_others_that_may_be_seen(shop: SearchEngine) -> None:
    assert shop.related("refunds", PUBLIC | {"agents"}, 1) == ("staff-refunds",)
    related = shop.related("refunds", PUBLIC)
    assert "refunds" not in related
    assert "staff-refunds" not in related
    assert shop.related("unknown", PUBLIC) == ()


def test_without_an_index_nothing_is_suggested_or_related(tmp_path: Path) -> None:
    asked = engine(tmp_path)
    assert asked.suggest("refund", PUBLIC) == ()
    assert asked.related("refunds", PUBLIC) == ()
    asked.warm_up()


def test_an_index_deleted_while_it_is_used_still_answers(tmp_path: Path) -> None:
    asked = engine(index(tmp_path))
    asked.warm_up()
    shutil.rmtree(tmp_path)
    result = ask(asked, "refund")
    assert result.hits
    assert result.degraded is DegradedReason.INDEX_MISSING


def test_files_cut_short_under_a_running_site_do_no_harm(tmp_path: Path) -> None:
    asked = engine(index(tmp_path))
    asked.warm_up()
    for path in tmp_path.rglob("*.npy"):
        path.write_bytes(b"")
    assert ask(asked, "refund").hits[0].article_id == "refunds"


def test_answers_do_not_depend_on_the_process(tmp_path: Path) -> None:
    index(tmp_path)
    first, second = (ask(engine(tmp_path), "late refund package") for _ in range(2))
    assert [hit.article_id for hit in first.hits] == [hit.article_id for hit in second.hits]
    np.testing.assert_allclose([hit.score for hit in first.hits], [hit.score for hit in second.hits])


def alone(shop: SearchEngine, text: str, sides: SearchSides) -> SearchResult:
    return shop.search(SearchQuery(text=text, audiences=PUBLIC, sides=sides))


def test_keywords_alone_ask_no_encoder_and_miss_nothing(shop: SearchEngine) -> None:
    result = alone(shop, "expired card refunds", SearchSides.KEYWORD)
    scores = [hit.keyword_score for hit in result.hits]
    assert result.hits[0].article_id == "refunds"
    assert scores == sorted(scores, reverse=True)
    assert (result.mode, result.degraded) == (SearchMode.KEYWORD, None)
    assert not any(hit.semantic_score for hit in result.hits)


def test_meaning_alone_orders_all_articles_by_their_best_cosine(shop: SearchEngine) -> None:
    result = alone(shop, "expired card refunds", SearchSides.SEMANTIC)
    cosines = [hit.semantic_score for hit in result.hits]
    assert result.hits[0].article_id == "refunds"
    assert cosines == sorted(cosines, reverse=True)
    assert len(result.hits) == len([each for each in SHOP if each.audience == "public"])


def test_meaning_alone_finds_nothing_without_a_model(tmp_path: Path) -> None:
    wordy = SearchEngine(index(tmp_path), None)
    assert alone(wordy, "refund", SearchSides.SEMANTIC).hits == ()
    assert alone(wordy, "refund", SearchSides.KEYWORD).hits


def test_outcomes_of_earlier_searches_move_the_verdict(tmp_path: Path) -> None:
    index(tmp_path, SHOP)
    searching = engine(tmp_path)
    before = ask(searching, "my delivery has not arrived")
    (tmp_path / "verdict.json").write_text('{"shift": -1.0, "outcomes": 100}', encoding="utf-8")
    after = ask(searching, "my delivery has not arrived")
    assert after.answerability < before.answerability
    assert after.plain_answerability == pytest.approx(before.plain_answerability)
    assert [hit.article_id for hit in after.hits] == [hit.article_id for hit in before.hits]


def test_whoever_types_a_title_gets_that_article_first(tmp_path: Path) -> None:
    placed = article("change-order", "Change an order you have placed", "Place an order once more. An order you place.")
    index(tmp_path, [placed, article("place-order", "Place an order", "Put things into the basket and pay.")])
    for typed in ("Place an order", "place an ORDER?"):
        assert ask(engine(tmp_path), typed).hits[0].article_id == "place-order"
