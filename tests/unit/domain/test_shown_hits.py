"""Only what the database has confirmed is shown, and less is believed where the best is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.searches import VisibleArticle
from portal.domain.shown_hits import article_url, confirm_answer, confirm_suggestions
from search_index import (
    Fragment,
    Hit,
    LineKind,
    QueryKind,
    QuotedAnswer,
    QuotedPart,
    SearchMode,
    SearchResult,
    Suggestion,
    Verdict,
)


def hit(article_id: str, score: float = 0.8, anchor: str = "") -> Hit:
    return Hit(
        article_id=article_id,
        score=score,
        keyword_score=0.5,
        semantic_score=0.6,
        section_anchor=anchor,
        section_heading="Heading" if anchor else "",
        snippet=(Fragment("old words"),),
    )


def article(article_id: str, *anchors: str) -> VisibleArticle:
    return VisibleArticle(
        id=article_id,
        slug=f"{article_id}-slug",
        title=article_id.title(),
        summary="Now says this.",
        category="Devices",
        anchors=frozenset(anchors),
    )


def result(*hits: Hit, verdict: Verdict = Verdict.ANSWERED) -> SearchResult:
    return SearchResult(
        query="q",
        kind=QueryKind.QUESTION,
        hits=hits,
        verdict=verdict,
        answerability=0.8,
        mode=SearchMode.HYBRID,
        correction="queue",
    )


def test_all_hits_confirmed_change_nothing() -> None:
    answer = confirm_answer(result(hit("a", anchor="top"), hit("b")), {"a": article("a", "top"), "b": article("b")}, 9)
    first, second = answer.hits
    assert (first.rank, first.title, first.category, first.url) == (1, "A", "Devices", "/articles/a-slug#top")
    assert (first.section_heading, first.section_anchor, first.snippet) == ("Heading", "top", (Fragment("old words"),))
    assert (second.rank, second.url) == (2, "/articles/b-slug")
    assert (answer.verdict, answer.answerability, answer.correction) == (Verdict.ANSWERED, 0.8, "queue")


QUOTE = QuotedAnswer(
    article_id="a",
    section_anchor="top",
    section_heading="Heading",
    parts=(QuotedPart(kind=LineKind.PROSE, lines=((Fragment("Do this."),),)),),
)


def test_an_answer_is_quoted_with_its_place() -> None:
    found = replace(result(hit("a"), hit("b")), answer=QUOTE)
    quoted = confirm_answer(found, {"a": article("a", "top"), "b": article("b")}, 9).quoted
    assert quoted is not None
    assert (quoted.title, quoted.category, quoted.section_heading) == ("A", "Devices", "Heading")
    assert (quoted.url, quoted.parts) == ("/articles/a-slug#top", QUOTE.parts)


def test_no_word_is_quoted_of_what_may_not_be_shown() -> None:
    found = replace(result(hit("a"), hit("b")), answer=QUOTE)
    assert confirm_answer(found, {"b": article("b")}, 9).quoted is None
    assert confirm_answer(found, {}, 9).quoted is None


def test_nothing_is_quoted_from_a_section_that_is_gone() -> None:
    found = replace(result(hit("a")), answer=QUOTE)
    assert confirm_answer(found, {"a": article("a")}, 9).quoted is None


def test_no_hit_confirmed_is_no_answer() -> None:
    answer = confirm_answer(result(hit("a")), {}, 9)
    assert (answer.hits, answer.verdict, answer.answerability, answer.correction) == ((), Verdict.NO_ANSWER, 0.0, None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Verdict.ANSWERED, Verdict.UNSURE),
        (Verdict.UNSURE, Verdict.UNSURE),
        (Verdict.NO_ANSWER, Verdict.NO_ANSWER),
    ],
)
def test_without_the_best_hit_less_is_believed(before: Verdict, after: Verdict) -> None:
    answer = confirm_answer(result(hit("a"), hit("b", 0.4), verdict=before), {"b": article("b")}, 9)
    assert [(shown.rank, shown.article_id) for shown in answer.hits] == [(1, "b")]
    assert answer.verdict is after
    assert answer.answerability == pytest.approx(0.4)
    assert answer.correction is None


def test_without_a_lesser_hit_the_answer_stands_but_no_correction() -> None:
    answer = confirm_answer(result(hit("a"), hit("b")), {"a": article("a")}, 9)
    assert (answer.verdict, answer.answerability, answer.correction) == (Verdict.ANSWERED, 0.8, None)


def test_words_of_a_section_that_is_gone_are_not_shown() -> None:
    gone = hit("a", anchor="gone")
    (shown,) = confirm_answer(result(gone), {"a": article("a", "top")}, 9).hits
    assert (shown.url, shown.section_heading, shown.section_anchor) == ("/articles/a-slug", "", "")
    assert shown.snippet == (Fragment("Now says this."),)
    (bare,) = confirm_answer(result(gone), {"a": replace(article("a"), summary="")}, 9).hits
    assert bare.snippet == ()


def test_at_most_the_limit_is_shown() -> None:
    visible = {name: article(name) for name in "abc"}
    answer = confirm_answer(result(*(hit(name) for name in "abc")), visible, 2)
    assert [shown.article_id for shown in answer.hits] == ["a", "b"]
    assert answer.correction == "queue"


def test_suggestions_are_confirmed_too() -> None:
    suggestions = (
        Suggestion(text="Old title", article_id="a"),
        Suggestion(text="Reset it", article_id="a", section_anchor="reset"),
        Suggestion(text="Gone", article_id="a", section_anchor="gone"),
        Suggestion(text="Secret", article_id="s"),
    )
    shown = confirm_suggestions(suggestions, {"a": article("a", "reset")}, 9)
    assert [(each.text, each.url) for each in shown] == [
        ("A", "/articles/a-slug"),
        ("Reset it", "/articles/a-slug#reset"),
    ]
    assert confirm_suggestions(suggestions, {"a": article("a")}, 1) == shown[:1]


def test_paths_are_quoted() -> None:
    assert article_url("größe", 'a"b c') == "/articles/gr%C3%B6%C3%9Fe#a%22b%20c"
